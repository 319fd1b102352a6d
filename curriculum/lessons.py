"""Learning modules: Markdown with front matter that says which lines of a unit each section serves."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from curriculum.documents import Content, Document, read_document, read_text, validate
from curriculum.model import Identifier, NosUnit, Text
from curriculum.problems import Place, Problem, did_you_mean, error, quoted

MIN_WORDS = 600
_FENCE = "---"


class LessonSection(Content):
    """One section of a lesson: its heading, and the criteria, knowledge and skills it is about."""

    title: Text = Field(description="The words of its `##` heading in the text below")
    criteria: tuple[Identifier, ...] = Field(default=(), description="Criteria of the unit that it is about: PC4")
    knowledge: tuple[Identifier, ...] = Field(default=(), description="Knowledge that it teaches: KU4")
    skills: tuple[Identifier, ...] = Field(default=(), description="Skills that it practises: GS4")


class LessonHeader(Content):
    """The front matter of a lesson."""

    unit: Text = Field(description="The code of the unit that it teaches: ASC/N1105")
    slug: Text = Field(description="Its name in addresses, which stays when the title changes: a-safe-day")
    title: Text = Field(description="What trainees read above it")
    language: Text = Field(default="en", description="The language it is written in: en, hi or pl")
    position: int = Field(ge=1, description="Which lesson of the unit it is, counted from 1")
    minutes: int = Field(ge=1, le=120, description="Reading and doing time")
    aims: tuple[Text, ...] = Field(min_length=1, description="What a reader can do afterwards, each in a few words")
    sections: tuple[LessonSection, ...] = Field(min_length=1, description="Its sections, in the order of the headings")


class Lesson(Content):
    """One lesson: its header and its Markdown, cut at the second-level headings."""

    header: LessonHeader
    bodies: tuple[str, ...]

    def parts(self) -> Iterator[tuple[LessonSection, str]]:
        """Each section with its Markdown, in order."""
        return zip(self.header.sections, self.bodies, strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heading:
    title: str
    line: int
    body: str


def load_lesson(path: Path, shown_as: str | None = None) -> tuple[Lesson | None, list[Problem]]:
    """A lesson file as a value, or None with what is wrong in it."""
    lesson, _, problems = read_lesson(path, shown_as)
    return lesson, problems


def read_lesson(path: Path, shown_as: str | None = None) -> tuple[Lesson | None, Document, list[Problem]]:
    """A lesson file as a value (or None), its front matter for places, and every fault of shape."""
    file = shown_as or f"lms/lessons/{path.parent.name}/{path.name}"
    text, problems = read_text(path, file)
    nothing = Document(file=file, value=None)
    if text is None:
        return None, nothing, problems
    lines = text.removesuffix("\n").split("\n")
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == _FENCE), None)
    if lines[0].rstrip() != _FENCE or end is None:
        message = "begins with a line `---`, front matter and a line `---`; then comes the text"
        return None, nothing, [error("", message, place=Place(file=file, line=1, column=1))]
    # An empty line in place of the first fence keeps the numbers of the lines.
    document, problems = read_document("\n".join(["", *lines[1:end]]), file)
    if problems:
        return None, document, problems
    header, problems = validate(document, LessonHeader)
    if header is None:
        return None, document, problems
    headings = _cut(lines, end + 1)
    problems = [*_text_stands_in_sections(lines, end + 1, file), *_headings_agree(header, headings, document)]
    lesson = None if problems else Lesson(header=header, bodies=tuple(heading.body for heading in headings))
    return lesson, document, problems


def check_lesson(lesson: Lesson, unit: NosUnit) -> list[Problem]:
    """Faults of a lesson against its unit."""
    return [problem for check in CHECKS for problem in check(lesson, unit)]


def references_exist(lesson: Lesson, unit: NosUnit) -> Iterator[Problem]:
    """The criteria, knowledge and skills that a section names are lines of the unit."""
    known = {
        "criteria": [criterion.id for criterion in unit.criteria],
        "knowledge": [line.id for line in unit.knowledge],
        "skills": [line.id for line in unit.skills],
    }
    for index, section in enumerate(lesson.header.sections):
        for kind, names in (
            ("criteria", section.criteria),
            ("knowledge", section.knowledge),
            ("skills", section.skills),
        ):
            for place, name in enumerate(names):
                if name not in known[kind]:
                    path = f"sections.{index}.{kind}.{place}"
                    yield error(path, f"{name} is not in the {kind} of {unit.code}{did_you_mean(name, known[kind])}")


def lessons_are_long_enough(lesson: Lesson, _unit: NosUnit) -> Iterator[Problem]:
    """A lesson is long enough to teach something."""
    words = sum(len(body.split()) for body in lesson.bodies)
    if words < MIN_WORDS:
        yield error("", f"has {words} words; a lesson has at least {MIN_WORDS}")


Check = Callable[[Lesson, NosUnit], Iterator[Problem]]
CHECKS: tuple[Check, ...] = (references_exist, lessons_are_long_enough)


def _text_stands_in_sections(lines: list[str], start: int, file: str) -> Iterator[Problem]:
    """Text before the first heading would be shown to nobody."""
    for number, line in enumerate(lines[start:], start=start + 1):
        if line.startswith("## "):
            return
        if line.strip():
            message = "text stands before the first `##` heading, where nobody sees it; move it below a heading"
            yield error("", message, place=Place(file=file, line=number, column=1))
            return


def _headings_agree(header: LessonHeader, headings: list[_Heading], document: Document) -> Iterator[Problem]:
    """The headings of the text are the sections of the front matter, in its order and words."""
    expected = [section.title for section in header.sections]
    titles = [heading.title for heading in headings]
    for index, title in enumerate(expected):
        if title not in titles:
            message = f"no heading `## …` has these words{did_you_mean(title, titles)}"
            yield document.at(error(f"sections.{index}.title", message))
    met: Counter[str] = Counter()
    for heading in headings:
        place = Place(file=document.file, line=heading.line, column=1)
        met[heading.title] += 1
        if heading.title not in expected:
            message = f"the heading {quoted(heading.title)} is no section of the front matter"
            yield error("", message + did_you_mean(heading.title, expected), place=place)
        elif met[heading.title] > expected.count(heading.title):
            yield error("", f"the heading {quoted(heading.title)} stands here again; keep one", place=place)
    if sorted(titles) == sorted(expected) and titles != expected:
        index = next(number for number, title in enumerate(titles) if title != expected[number])
        message = f"the heading {quoted(titles[index])} stands where the front matter has {quoted(expected[index])}"
        yield error("", message, place=Place(file=document.file, line=headings[index].line, column=1))


def _cut(lines: list[str], start: int) -> list[_Heading]:
    """The headings of the text with what stands below each; `start` is the first line of the text, counted from 0."""
    places = [number for number in range(start, len(lines)) if lines[number].startswith("## ")]
    ends = [*places[1:], len(lines)]
    found = []
    for place, end in zip(places, ends, strict=True):
        body = "".join(f"{line}\n" for line in lines[place + 1 : end])
        found.append(_Heading(title=lines[place][3:].strip(), line=place + 1, body=body))
    return found
