"""Coverage: for each line of a pack, where it is taught, asked and shown, and the holes in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assessments.blueprint import nodes_of
from assessments.model import AssessmentScheme, Cell, Component
from assessments.tasks import TaskFile
from assessments.words import Message
from curriculum.lessons import Lesson, count_words
from curriculum.model import NosUnit, QualificationPack
from question_bank.model import ItemFace, ItemUse

MIN_EXAM_ITEMS = 3  # fewer, and candidates meet the same item


class LineKind(StrEnum):
    """What a line of a unit is."""

    CRITERION = "criterion"
    KNOWLEDGE = "knowledge"
    SKILL = "skill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """What a line lacks, in words: `has no section`; with the line's own text."""

    ref: str
    text: str
    message: Message

    @property
    def words(self) -> str:
        """What it lacks, in English."""
        return str(self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section about a line: its lesson's slug, its number there from 1, and its share of words.

    The share is the section's words divided evenly among the lines that it names, cut to a whole number.
    """

    lesson: str
    number: int
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCoverage:
    """One line of a unit. Items and tasks count for criteria; of knowledge and skills only sections do.

    `theory` and `practical` say whether the scheme gives marks for it there, by itself or through its element or unit.
    """

    ref: str
    kind: LineKind
    code: str
    text: str
    sections: tuple[Section, ...]
    exam_items: int = 0
    practice_items: int = 0
    tasks: int = 0
    theory: bool = False
    practical: bool = False

    @property
    def words(self) -> int:
        """Words about the line, over all its sections."""
        return sum(section.words for section in self.sections)

    def holes(self) -> Iterator[Hole]:
        """What the line lacks."""
        if not self.sections:
            yield Hole(ref=self.ref, text=self.text, message=Message("has no section"))
        if self.theory and self.exam_items < MIN_EXAM_ITEMS:
            facts = {"items": str(self.exam_items), "least": str(MIN_EXAM_ITEMS)}
            message = Message("has theory marks and %(items)s of at least %(least)s exam items", facts)
            yield Hole(ref=self.ref, text=self.text, message=message)
        if self.practical and not self.tasks:
            yield Hole(ref=self.ref, text=self.text, message=Message("has practical marks and no task"))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCoverage:
    """The lines of a unit: criteria, knowledge, skills, as printed."""

    unit: NosUnit
    lines: tuple[LineCoverage, ...]


def coverage_of(
    pack: QualificationPack,
    scheme: AssessmentScheme | None,
    lessons: Sequence[Lesson],
    faces: Sequence[ItemFace],
    tasks: Sequence[TaskFile],
) -> tuple[UnitCoverage, ...]:
    """The coverage of a pack by lessons of one language, items and tasks; without a scheme no marks are asked for."""
    marked = _marked(pack, scheme)
    return tuple(
        UnitCoverage(
            unit=unit,
            lines=(*_criteria(unit, lessons, faces, tasks, marked), *_other_lines(unit, lessons)),
        )
        for unit in pack.units
    )


def holes_in(coverage: Sequence[UnitCoverage]) -> tuple[Hole, ...]:
    """Every hole, in the order of the pack."""
    return tuple(hole for unit in coverage for line in unit.lines for hole in line.holes())


def _marked(pack: QualificationPack, scheme: AssessmentScheme | None) -> dict[tuple[str, Component], bool]:
    """Whether a criterion has marks in a component, by itself or through its element or unit."""
    cells = scheme.cells() if scheme else {}
    return {
        (ref, component): any(cells.get(Cell(node, component), 0) for node in nodes)
        for ref, nodes in nodes_of(pack).items()
        for component in Component
    }


def _criteria(
    unit: NosUnit,
    lessons: Sequence[Lesson],
    faces: Sequence[ItemFace],
    tasks: Sequence[TaskFile],
    marked: dict[tuple[str, Component], bool],
) -> Iterator[LineCoverage]:
    for criterion in unit.criteria:
        ref = unit.ref(criterion.id)
        uses = [face.use for face in faces if ref in face.refs]
        yield LineCoverage(
            ref=ref,
            kind=LineKind.CRITERION,
            code=criterion.code,
            text=criterion.text,
            sections=_sections(unit, lessons, LineKind.CRITERION, criterion.id),
            exam_items=uses.count(ItemUse.EXAM),
            practice_items=uses.count(ItemUse.PRACTICE),
            tasks=sum(criterion.id in task.evidence for file in tasks if file.unit == unit.code for task in file.tasks),
            theory=marked[ref, Component.THEORY],
            practical=marked[ref, Component.PRACTICAL],
        )


def _other_lines(unit: NosUnit, lessons: Sequence[Lesson]) -> Iterator[LineCoverage]:
    for kind, lines in ((LineKind.KNOWLEDGE, unit.knowledge), (LineKind.SKILL, unit.skills)):
        for line in lines:
            sections = _sections(unit, lessons, kind, line.id)
            yield LineCoverage(ref=unit.ref(line.id), kind=kind, code=line.code, text=line.text, sections=sections)


def _sections(unit: NosUnit, lessons: Sequence[Lesson], kind: LineKind, line: str) -> tuple[Section, ...]:
    found = []
    for lesson in sorted(lessons, key=lambda one: one.header.position):
        if lesson.header.unit != unit.code:
            continue
        for number, (section, body) in enumerate(lesson.parts(), start=1):
            named = {
                LineKind.CRITERION: section.criteria,
                LineKind.KNOWLEDGE: section.knowledge,
                LineKind.SKILL: section.skills,
            }
            if line in named[kind]:
                share = count_words(body) // sum(map(len, named.values()))
                found.append(Section(lesson=lesson.header.slug, number=number, words=share))
    return tuple(found)
