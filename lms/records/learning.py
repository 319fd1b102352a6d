"""Lessons and practice items of units at their newest versions: rows to values. No key is reached from here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import and_, func, select

from curriculum.lessons import FIRST_LANGUAGE, Lesson
from curriculum.model import NosUnit, PerformanceCriterion
from lms.extensions import db
from lms.records.content import face_of, lesson_of
from lms.tables.content import ItemVersionRow, LessonState, LessonVersionRow
from question_bank.model import ItemFace, ItemUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A lesson in one language at its newest version; `covers` is that of the lesson, from this language alone."""

    id: int
    version_ids: frozenset[int]
    lesson: Lesson
    covers: Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedLesson:
    """A lesson at its newest version: one edition for each language it is in, the first one first.

    A lesson in another language is the same lesson again, not one more: `id` is that of the first edition, whose front
    matter says which lines of the unit each section is about; sections correspond by their number. `covers` says which
    of its sections (numbered from 1) a section read counts for, by (lesson version, section): what was read in another
    language or in an older version counts as long as the words of that version are the newest of its language.
    """

    editions: Mapping[str, Edition]
    version_ids: frozenset[int]
    covers: Mapping[tuple[int, int], int]

    @property
    def first(self) -> Edition:
        """The edition that the others are translated from."""
        return next(iter(self.editions.values()))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it can be read in, the one it is first written in before the others."""
        return tuple(self.editions)

    @property
    def id(self) -> int:
        """What the lesson is called by, in whatever language it is read."""
        return self.first.id

    @property
    def lesson(self) -> Lesson:
        """The lesson as first written."""
        return self.first.lesson

    def edition_in(self, language: str) -> Edition:
        """The lesson in this language, else in the first one."""
        return self.editions.get(language, self.first)

    def edition_with(self, version_id: int) -> Edition:
        """The edition that a version is of."""
        return next(edition for edition in self.editions.values() if version_id in edition.version_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeItem:
    """A practice item at its newest version: its row's id and its face."""

    id: int
    face: ItemFace


def lessons_of(units: Sequence[NosUnit]) -> tuple[PublishedLesson, ...]:
    """The lessons of units, in the order of the units and of the lessons in each."""
    codes = [unit.code for unit in units]
    query = select(LessonVersionRow).where(LessonVersionRow.unit_code.in_(codes))
    rows = db.session.scalars(
        query.order_by(LessonVersionRow.unit_code, LessonVersionRow.slug, LessonVersionRow.number)
    )
    groups = [list(versions) for _, versions in groupby(rows, lambda row: (row.unit_code, row.slug))]
    kept = [published for versions in groups if (published := _published(versions)) is not None]

    def place(published: PublishedLesson) -> tuple[int, int, str]:
        header = published.lesson.header
        return codes.index(header.unit), header.position, header.slug

    return tuple(sorted(kept, key=place))


def practice_items_of(units: Sequence[NosUnit]) -> tuple[PracticeItem, ...]:
    """The practice items of units in the order of the criteria; not those whose newest version is for exams."""
    places = {unit.ref(criterion.id): place for place, (unit, criterion) in enumerate(_criteria(units))}
    newest = (
        select(ItemVersionRow.code, func.max(ItemVersionRow.version).label("version"))
        .where(ItemVersionRow.unit_code.in_([unit.code for unit in units]))
        .group_by(ItemVersionRow.code)
        .subquery()
    )
    same = and_(newest.c.code == ItemVersionRow.code, newest.c.version == ItemVersionRow.version)
    rows = db.session.scalars(select(ItemVersionRow).join(newest, same).where(ItemVersionRow.use == ItemUse.PRACTICE))
    items = [PracticeItem(id=row.id, face=face_of(row)) for row in rows]
    of_these = [item for item in items if item.face.refs[0] in places]
    return tuple(sorted(of_these, key=lambda item: (places[item.face.refs[0]], item.face.id)))


def _published(versions: list[LessonVersionRow]) -> PublishedLesson | None:
    """The lesson of all its versions, None when it is withdrawn in every language.

    A translation that has other sections than the first edition is left out.
    """
    newest = {row.language: row.state for row in versions}
    shown = [code for code, state in newest.items() if state == LessonState.PUBLISHED]
    if not shown:
        return None
    languages = sorted(shown, key=lambda code: (code != FIRST_LANGUAGE, code))
    editions = {code: _edition([row for row in versions if row.language == code]) for code in languages}
    sections = len(editions[languages[0]].lesson.bodies)
    fit = {code: edition for code, edition in editions.items() if len(edition.lesson.bodies) == sections}
    return PublishedLesson(
        editions=fit,
        version_ids=frozenset[int]().union(*(edition.version_ids for edition in fit.values())),
        covers={read: number for edition in fit.values() for read, number in edition.covers.items()},
    )


def _edition(versions: list[LessonVersionRow]) -> Edition:
    newest = lesson_of(versions[-1])
    numbers = {(section.title, body): number for number, (section, body) in enumerate(newest.parts(), start=1)}
    covers = {
        (row.id, number): numbers[section.title, body]
        for row in versions
        for number, (section, body) in enumerate(lesson_of(row).parts(), start=1)
        if (section.title, body) in numbers
    }
    ids = frozenset(row.id for row in versions)
    return Edition(id=versions[-1].id, version_ids=ids, lesson=newest, covers=covers)


def _criteria(units: Sequence[NosUnit]) -> Iterator[tuple[NosUnit, PerformanceCriterion]]:
    return ((unit, criterion) for unit in units for criterion in unit.criteria)
