"""Learning modules: Markdown with front matter that says which lines of a unit each section serves."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from curriculum.documents import Content, read_document, validate
from curriculum.model import Identifier, NosUnit, Text
from curriculum.problems import Place, Problem, error

MIN_WORDS = 600


class LessonSection(Content):
    """One section of a lesson: its heading, and the criteria, knowledge and skills it is about."""

    title: Text
    criteria: tuple[Identifier, ...] = ()
    knowledge: tuple[Identifier, ...] = ()
    skills: tuple[Identifier, ...] = ()


class LessonHeader(Content):
    """The front matter of a lesson."""

    unit: Text
    slug: Text
    title: Text
    language: Text = "en"
    position: int = Field(ge=1)
    minutes: int = Field(ge=1, le=120, description="Reading and doing time")
    aims: tuple[Text, ...] = Field(min_length=1)
    sections: tuple[LessonSection, ...] = Field(min_length=1)


class Lesson(Content):
    """One lesson: its header and its Markdown, cut at the second-level headings."""

    header: LessonHeader
    bodies: tuple[str, ...]

    def parts(self) -> Iterator[tuple[LessonSection, str]]:
        """Each section with its Markdown, in order."""
        return zip(self.header.sections, self.bodies, strict=True)


def load_lesson(path: Path, shown_as: str | None = None) -> tuple[Lesson | None, list[Problem]]:
    """A lesson file as a value, or None with what is wrong in it."""
    file = shown_as or f"lms/lessons/{path.parent.name}/{path.name}"
    text = path.read_text(encoding="utf-8")
    parts = text.split("---\n", 2)
    if len(parts) != 3 or parts[0]:
        return None, [_at(file, "starts with `---`, front matter, `---`, then the text")]
    document, problems = read_document(parts[1], file)
    if problems:
        return None, problems
    header, problems = validate(document, LessonHeader)
    if header is None:
        return None, problems
    titles, bodies = _cut(parts[2])
    expected = [section.title for section in header.sections]
    if titles != expected:
        return None, [_at(file, f"headings (## …) are {titles}, the front matter names {expected}; make them equal")]
    return Lesson(header=header, bodies=tuple(bodies)), []


def check_lesson(lesson: Lesson, unit: NosUnit) -> list[Problem]:
    """Faults of a lesson against its unit."""
    problems = list(_references(lesson, unit))
    words = sum(len(body.split()) for body in lesson.bodies)
    if words < MIN_WORDS:
        problems.append(error("", f"has {words} words; a lesson has at least {MIN_WORDS}"))
    return problems


def _references(lesson: Lesson, unit: NosUnit) -> Iterator[Problem]:
    known = {criterion.id for criterion in unit.criteria}
    known |= {line.id for line in (*unit.knowledge, *unit.skills)}
    for index, section in enumerate(lesson.header.sections):
        for name in (*section.criteria, *section.knowledge, *section.skills):
            if name not in known:
                yield error(f"sections.{index}", f"{name} is not in {unit.code}")


def _cut(markdown: str) -> tuple[list[str], list[str]]:
    titles: list[str] = []
    bodies: list[str] = []
    for line in markdown.splitlines():
        if line.startswith("## "):
            titles.append(line[3:].strip())
            bodies.append("")
        elif bodies:
            bodies[-1] += line + "\n"
    return titles, bodies


def _at(file: str, message: str) -> Problem:
    problem = error("", message)
    return Problem(severity=problem.severity, message=message, place=Place(file=file))
