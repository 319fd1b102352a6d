"""Lessons and practice items of units at their newest versions: rows to values. No key is reached from here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import and_, func, select

from curriculum.lessons import Lesson
from curriculum.model import NosUnit, PerformanceCriterion
from lms.extensions import db
from lms.records.content import face_of, lesson_of
from lms.tables.content import ItemVersionRow, LessonVersionRow
from question_bank.model import ItemFace, ItemUse

# The language that lessons are read in; a lesson in another one is the same lesson again, not one more.
LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedLesson:
    """A lesson at its newest version.

    `covers` says which of its sections (numbered from 1) a section read counts for, by (lesson version, section):
    what was read in an older version counts as long as its words are the same.
    """

    id: int
    version_ids: frozenset[int]
    lesson: Lesson
    covers: Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeItem:
    """A practice item at its newest version: its row's id and its face."""

    id: int
    face: ItemFace


def lessons_of(units: Sequence[NosUnit]) -> tuple[PublishedLesson, ...]:
    """The lessons of units, in the order of the units and of the lessons in each."""
    codes = [unit.code for unit in units]
    query = select(LessonVersionRow).where(LessonVersionRow.unit_code.in_(codes), LessonVersionRow.language == LANGUAGE)
    rows = db.session.scalars(
        query.order_by(LessonVersionRow.unit_code, LessonVersionRow.slug, LessonVersionRow.number)
    )
    kept = [_published(list(versions)) for _, versions in groupby(rows, lambda row: (row.unit_code, row.slug))]

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


def _published(versions: list[LessonVersionRow]) -> PublishedLesson:
    newest = lesson_of(versions[-1])
    numbers = {(section.title, body): number for number, (section, body) in enumerate(newest.parts(), start=1)}
    covers = {
        (row.id, number): numbers[section.title, body]
        for row in versions
        for number, (section, body) in enumerate(lesson_of(row).parts(), start=1)
        if (section.title, body) in numbers
    }
    ids = frozenset(row.id for row in versions)
    return PublishedLesson(id=versions[-1].id, version_ids=ids, lesson=newest, covers=covers)


def _criteria(units: Sequence[NosUnit]) -> Iterator[tuple[NosUnit, PerformanceCriterion]]:
    return ((unit, criterion) for unit in units for criterion in unit.criteria)
