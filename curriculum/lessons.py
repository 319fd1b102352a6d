"""Learning modules: Markdown with front matter that says which lines of a unit each section serves."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import Field

from curriculum.documents import Content, Document, read_document, read_text, validate
from curriculum.drawings import read_drawing
from curriculum.model import Identifier, NosUnit, Text
from curriculum.problems import Place, Problem, did_you_mean, error, quoted, warning
from curriculum.words import Message

FIRST_LANGUAGE = "en"
MIN_WORDS = 600
MAX_WORDS = 1500
MAX_WORDS_TRANSLATED = 1900  # Hindi says the same in more words
WORDS_FOR_A_LINE = 30  # fewer can name a criterion, but not be about it
MIN_ALTERNATIVE = 20  # letters that say what a drawing shows
FindDrawing = Callable[[str], bytes | list[str]]
_FENCE = "---"
_IMAGE = re.compile(r"!\[(?P<alternative>[^\]]*)\]\((?P<target>[^)]*)\)")
_DRAWING = re.compile(r"drawings/[a-z0-9][a-z0-9.-]*\.svg")


class SectionPart(StrEnum):
    """What a section is in its lesson; a lesson has each of them."""

    SITUATION = "situation"
    METHOD = "method"
    EXAMPLES = "examples"
    CHECKLIST = "checklist"
    PRACTICE = "practice"
    SUMMARY = "summary"


class LessonSection(Content):
    """One section of a lesson: its heading, and the criteria, knowledge and skills it is about."""

    title: Text = Field(description="The words of its `##` heading in the text below")
    part: SectionPart = Field(
        default=SectionPart.METHOD,
        description="situation of the job, method (the how-to), examples of good and bad, checklist, practice, summary",
    )
    criteria: tuple[Identifier, ...] = Field(default=(), description="Criteria of the unit that it is about: PC4")
    knowledge: tuple[Identifier, ...] = Field(default=(), description="Knowledge that it teaches: KU4")
    skills: tuple[Identifier, ...] = Field(default=(), description="Skills that it practises: GS4")


class LessonHeader(Content):
    """The front matter of a lesson."""

    unit: Text = Field(description="The code of the unit that it teaches: ASC/N1105")
    slug: Text = Field(description="Its name in addresses, which stays when the title changes: a-safe-day")
    title: Text = Field(description="What trainees read above it")
    language: Text = Field(default=FIRST_LANGUAGE, description="The language it is written in: en, hi or pl")
    position: int = Field(ge=1, description="Which lesson of the unit it is, counted from 1")
    minutes: int = Field(ge=1, le=120, description="Reading and doing time")
    aims: tuple[Text, ...] = Field(min_length=1, description="What a reader can do afterwards, each in a few words")
    sections: tuple[LessonSection, ...] = Field(min_length=1, description="Its sections, in the order of the headings")


class Lesson(Content):
    """One lesson: its header, its Markdown cut at the second-level headings, and its drawings by their address."""

    header: LessonHeader
    bodies: tuple[str, ...]
    drawings: Mapping[str, str] = Field(default_factory=dict)

    @property
    def words(self) -> int:
        """How many words there are to read."""
        return sum(count_words(body) for body in self.bodies)

    def parts(self) -> Iterator[tuple[LessonSection, str]]:
        """Each section with its Markdown, in order."""
        return zip(self.header.sections, self.bodies, strict=True)


@dataclass(frozen=True, slots=True)
class _Beside:
    """The drawings beside a lesson file."""

    lesson: Path

    def find(self, address: str) -> bytes | list[str]:
        path = self.lesson.parent / address
        if path.is_file():
            return path.read_bytes()
        return [f"{path.parent.name}/{one.name}" for one in sorted(path.parent.glob("*.svg"))]


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
    """A lesson file as a value (or None), its front matter for places, and every fault of shape.

    Drawings are looked for beside the file.
    """
    file = shown_as or f"lms/lessons/{path.parent.name}/{path.name}"
    text, problems = read_text(path, file)
    if text is None:
        return None, Document(file=file, value=None), problems
    return parse_lesson(text, file, _Beside(path).find)


def parse_lesson(text: str, file: str, find: FindDrawing) -> tuple[Lesson | None, Document, list[Problem]]:
    """The same of a text. `find` gives the content of a drawing by its address, or the addresses that there are."""
    nothing = Document(file=file, value=None)
    lines = text.removesuffix("\n").split("\n")
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == _FENCE), None)
    if lines[0].rstrip() != _FENCE or end is None:
        words = Message("begins with a line `---`, front matter and a line `---`; then comes the text")
        return None, nothing, [error("", words, place=Place(file=file, line=1, column=1))]
    # An empty line in place of the first fence keeps the numbers of the lines.
    document, problems = read_document("\n".join(["", *lines[1:end]]), file)
    if problems:
        return None, document, problems
    header, problems = validate(document, LessonHeader)
    if header is None:
        return None, document, problems
    headings = _cut(lines, end + 1)
    problems = [*_text_stands_in_sections(lines, end + 1, file), *_headings_agree(header, headings, document)]
    drawings, more = _drawings(lines, end + 1, file, find)
    if problems or more:
        return None, document, [*problems, *more]
    bodies = tuple(heading.body for heading in headings)
    return Lesson(header=header, bodies=bodies, drawings=drawings), document, []


def check_translation(lesson: Lesson, original: Lesson) -> Iterator[Problem]:
    """Where a lesson in another language is not the same lesson: its place, its sections, what each is about."""
    ours, theirs = lesson.header, original.header
    if ours.position != theirs.position:
        facts = {"own": str(ours.position), "other": str(theirs.position), "language": theirs.language}
        yield error("position", Message("is %(own)s; the lesson in %(language)s has %(other)s", facts))
    if len(ours.sections) != len(theirs.sections):
        facts = {"own": str(len(ours.sections)), "other": str(len(theirs.sections)), "language": theirs.language}
        yield error("sections", Message("has %(own)s sections; the lesson in %(language)s has %(other)s", facts))
        return
    for index, (our, their) in enumerate(zip(ours.sections, theirs.sections, strict=True)):
        for name in ("part", "criteria", "knowledge", "skills"):
            if getattr(our, name) != getattr(their, name):
                facts = {"section": str(index + 1), "language": theirs.language}
                words = Message("is not what section %(section)s has in %(language)s; make them equal", facts)
                yield error(f"sections.{index}.{name}", words)


def count_words(body: str) -> int:
    """The words of a piece of Markdown, without those that say what a drawing shows."""
    return len(_IMAGE.sub("", body).split())


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
                    meant = did_you_mean(name, known[kind])
                    words = Message(
                        "%(id)s is not in the %(kind)s of %(unit)s%(meant)s",
                        {"id": name, "kind": kind, "unit": unit.code, "meant": meant},
                    )
                    yield error(path, words)


def lessons_are_long_enough(lesson: Lesson, _unit: NosUnit) -> Iterator[Problem]:
    """A lesson is long enough to teach something, and short enough to be read at one go."""
    words = lesson.words
    most = MAX_WORDS if lesson.header.language == FIRST_LANGUAGE else MAX_WORDS_TRANSLATED
    if words < MIN_WORDS:
        facts = {"words": str(words), "least": str(MIN_WORDS)}
        yield error("", Message("has %(words)s words; a lesson has at least %(least)s", facts))
    elif words > most:
        facts = {"words": str(words), "most": str(most)}
        yield warning("", Message("has %(words)s words; more than %(most)s are better two lessons", facts))


def lessons_have_every_part(lesson: Lesson, _unit: NosUnit) -> Iterator[Problem]:
    """A lesson has a situation, the method, examples of good and bad, a checklist, practice and a summary."""
    present = {section.part for section in lesson.header.sections}
    for part in SectionPart:
        if part not in present:
            words = Message("no section is of the part `%(part)s`; a lesson has each part", {"part": part.value})
            yield warning("sections", words)


def sections_carry_their_lines(lesson: Lesson, _unit: NosUnit) -> Iterator[Problem]:
    """A section has enough words to be about every line that it names."""
    for index, (section, body) in enumerate(lesson.parts()):
        lines = len(section.criteria) + len(section.knowledge) + len(section.skills)
        words = count_words(body)
        if words < lines * WORDS_FOR_A_LINE:
            facts = {"words": str(words), "lines": str(lines), "least": str(lines * WORDS_FOR_A_LINE)}
            told = Message(
                "has %(words)s words for %(lines)s lines; %(least)s or more are about them; name fewer or say more",
                facts,
            )
            yield warning(f"sections.{index}", told)


Check = Callable[[Lesson, NosUnit], Iterator[Problem]]
CHECKS: tuple[Check, ...] = (
    references_exist,
    lessons_are_long_enough,
    lessons_have_every_part,
    sections_carry_their_lines,
)


def _drawings(lines: list[str], start: int, file: str, find: FindDrawing) -> tuple[dict[str, str], list[Problem]]:
    """The drawings that the text shows, by their address; a drawing stands on a line of its own."""
    drawings: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines[start:], start=start + 1):
        for image in _IMAGE.finditer(line):
            place = Place(file=file, line=number, column=image.start() + 1)
            address = image["target"]
            faults = list(_image_faults(image, line))
            problems += [error("", fault, place=place) for fault in faults]
            if faults or address in drawings:
                continue
            found = find(address)
            if isinstance(found, list):
                words = Message(
                    "there is no drawing %(drawing)s beside the lesson%(meant)s",
                    {"drawing": address, "meant": did_you_mean(address, found)},
                )
                problems.append(error("", words, place=place))
                continue
            drawing, more = read_drawing(found, f"{file.rpartition('/')[0]}/{address}".lstrip("/"))
            problems += more
            drawings[address] = drawing or ""
    return drawings, problems


def _image_faults(image: re.Match[str], line: str) -> Iterator[Message]:
    if not _DRAWING.fullmatch(image["target"]):
        facts = {"image": quoted(image["target"])}
        yield Message("the image %(image)s is no drawing of the lesson; write drawings/name.svg", facts)
    if line.strip() != image[0]:
        yield Message("a drawing stands on a line of its own")
    if len(image["alternative"].strip()) < MIN_ALTERNATIVE:
        yield Message(
            "does not say what the drawing shows; write it between the square brackets, for who cannot see it"
        )


def _text_stands_in_sections(lines: list[str], start: int, file: str) -> Iterator[Problem]:
    """Text before the first heading would be shown to nobody."""
    for number, line in enumerate(lines[start:], start=start + 1):
        if line.startswith("## "):
            return
        if line.strip():
            words = Message("text stands before the first `##` heading, where nobody sees it; move it below a heading")
            yield error("", words, place=Place(file=file, line=number, column=1))
            return


def _headings_agree(header: LessonHeader, headings: list[_Heading], document: Document) -> Iterator[Problem]:
    """The headings of the text are the sections of the front matter, in its order and words."""
    expected = [section.title for section in header.sections]
    titles = [heading.title for heading in headings]
    for index, title in enumerate(expected):
        if title in expected[:index]:
            words = Message("is the title of a section above; give each its own")
            yield document.at(error(f"sections.{index}.title", words))
        elif title not in titles:
            words = Message("no heading `## …` has these words%(meant)s", {"meant": did_you_mean(title, titles)})
            yield document.at(error(f"sections.{index}.title", words))
    met: Counter[str] = Counter()
    for heading in headings:
        place = Place(file=document.file, line=heading.line, column=1)
        met[heading.title] += 1
        if heading.title not in expected:
            words = Message(
                "the heading %(heading)s is no section of the front matter%(meant)s",
                {"heading": quoted(heading.title), "meant": did_you_mean(heading.title, expected)},
            )
            yield error("", words, place=place)
        elif met[heading.title] > 1:
            words = Message("the heading %(heading)s stands here again; keep one", {"heading": quoted(heading.title)})
            yield error("", words, place=place)
    if sorted(titles) == sorted(expected) and titles != expected:
        index = next(number for number, title in enumerate(titles) if title != expected[number])
        facts = {"heading": quoted(titles[index]), "expected": quoted(expected[index])}
        words = Message("the heading %(heading)s stands where the front matter has %(expected)s", facts)
        yield error("", words, place=Place(file=document.file, line=headings[index].line, column=1))


def _cut(lines: list[str], start: int) -> list[_Heading]:
    """The headings of the text with what stands below each; `start` is the first line of the text, counted from 0."""
    places = [number for number in range(start, len(lines)) if lines[number].startswith("## ")]
    ends = [*places[1:], len(lines)]
    found = []
    for place, end in zip(places, ends, strict=True):
        body = "".join(f"{line}\n" for line in lines[place + 1 : end])
        found.append(_Heading(title=lines[place][3:].strip(), line=place + 1, body=body))
    return found
