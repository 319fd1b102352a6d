"""How far a trainee has come in a pack: what was read, what was practised, per lesson, unit and criterion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from curriculum.lessons import FIRST_LANGUAGE
from curriculum.model import NosUnit, QualificationPack
from lms.records.learning import PracticeItem, PublishedLesson

STUCK = timedelta(days=7)  # no section read for so long, with some left: the trainer should ask what is the matter


def is_stuck(*, read: int, total: int, last: datetime | None, now: datetime) -> bool:
    """Whether somebody has lessons left and read none for a week; `last` is when a section was last read."""
    return read < total and (last is None or last < now - STUCK)


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonProgress:
    """One lesson in the version read: its sections by title, the numbers (from 1) of those read, when the last was."""

    id: int
    version_id: int
    unit_code: str
    language: str
    title: str
    minutes: int
    sections: tuple[str, ...]
    read: frozenset[int]
    last_read: datetime | None

    @property
    def next_section(self) -> int | None:
        """The number of the first section not read, None when all are."""
        return next((number for number in range(1, len(self.sections) + 1) if number not in self.read), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitProgress:
    """One unit: its lessons, and how many of its practice items were tried, and right at the last try."""

    unit: NosUnit
    lessons: tuple[LessonProgress, ...]
    practice_right: int
    practice_tried: int
    practice_total: int

    @property
    def minutes(self) -> int:
        """Reading and doing time of all lessons."""
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def sections_read(self) -> int:
        """Sections read, over all lessons."""
        return sum(len(lesson.read) for lesson in self.lessons)

    @property
    def sections_total(self) -> int:
        """Sections there are, over all lessons."""
        return sum(len(lesson.sections) for lesson in self.lessons)


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionProgress:
    """One criterion: sections about it, practice items about it, and how they were last answered."""

    sections_read: int
    sections_total: int
    practice_right: int
    practice_wrong: int
    practice_total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One person in one pack: units in order, and every criterion by reference (`ASC/N1105#PC4`)."""

    units: tuple[UnitProgress, ...]
    criteria: Mapping[str, CriterionProgress]

    @property
    def sections_read(self) -> int:
        """Sections read, over all units."""
        return sum(unit.sections_read for unit in self.units)

    @property
    def sections_total(self) -> int:
        """Sections there are, over all units."""
        return sum(unit.sections_total for unit in self.units)

    @property
    def practice_right(self) -> int:
        """Practice items last answered right, over all units."""
        return sum(unit.practice_right for unit in self.units)

    @property
    def practice_total(self) -> int:
        """Practice items there are, over all units."""
        return sum(unit.practice_total for unit in self.units)

    @property
    def next_lesson(self) -> LessonProgress | None:
        """The lesson to go on with: the one read last if some is left of it, else the first with a section not read."""
        lessons = [lesson for unit in self.units for lesson in unit.lessons]
        begun = [(lesson.last_read, -place) for place, lesson in enumerate(lessons) if lesson.last_read]
        last = lessons[-max(begun)[1]] if begun else None
        return last if last and last.next_section else next((one for one in lessons if one.next_section), None)

    @property
    def next_practice(self) -> UnitProgress | None:
        """The first unit with practice not yet right."""
        return next((unit for unit in self.units if unit.practice_right < unit.practice_total), None)


def measure(
    pack: QualificationPack,
    lessons: Sequence[PublishedLesson],
    items: Sequence[PracticeItem],
    reads: Mapping[tuple[int, int], datetime],
    right: Mapping[int, bool],
    language: str = FIRST_LANGUAGE,
) -> Progress:
    """Progress from what one person did: `reads` as (lesson version, section) and when, `right` says of each practice
    item that was answered (by its id) whether the last answer was right. Lessons are named in `language`."""
    of_lessons = {published.id: _of_lesson(published, reads, language) for published in lessons}
    units = tuple(
        UnitProgress(
            unit=unit,
            lessons=tuple(lesson for lesson in of_lessons.values() if lesson.unit_code == unit.code),
            practice_right=sum(right.get(item.id, False) for item in items if item.face.unit == unit.code),
            practice_tried=sum(item.id in right for item in items if item.face.unit == unit.code),
            practice_total=sum(item.face.unit == unit.code for item in items),
        )
        for unit in pack.units
    )
    return Progress(units=units, criteria=_criteria(pack, lessons, of_lessons, items, right))


def _of_lesson(published: PublishedLesson, reads: Mapping[tuple[int, int], datetime], language: str) -> LessonProgress:
    edition = published.edition_in(language)
    header = edition.lesson.header
    read = {place: number for place, number in published.covers.items() if place in reads}
    return LessonProgress(
        id=published.id,
        version_id=edition.id,
        unit_code=header.unit,
        language=header.language,
        title=header.title,
        minutes=header.minutes,
        sections=tuple(section.title for section in header.sections),
        read=frozenset(read.values()),
        last_read=max((reads[place] for place in read), default=None),
    )


def _criteria(
    pack: QualificationPack,
    lessons: Sequence[PublishedLesson],
    of_lessons: Mapping[int, LessonProgress],
    items: Sequence[PracticeItem],
    right: Mapping[int, bool],
) -> dict[str, CriterionProgress]:
    sections: dict[str, list[bool]] = {ref: [] for ref in pack.criterion_refs()}
    answers: dict[str, list[bool | None]] = {ref: [] for ref in sections}
    for published in lessons:
        for number, section in enumerate(published.lesson.header.sections, start=1):
            for criterion in section.criteria:
                ref = f"{published.lesson.header.unit}#{criterion}"
                sections.get(ref, []).append(number in of_lessons[published.id].read)
    for item in items:
        for ref in item.face.refs:
            answers.get(ref, []).append(right.get(item.id))
    return {
        ref: CriterionProgress(
            sections_read=sum(sections[ref]),
            sections_total=len(sections[ref]),
            practice_right=answers[ref].count(True),
            practice_wrong=answers[ref].count(False),
            practice_total=len(answers[ref]),
        )
        for ref in sections
    }
