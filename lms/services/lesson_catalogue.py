"""The published lessons of a pack as its council sees them: the list, one version, withdrawing one, all as files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from assessments.coverage import UnitCoverage, coverage_of
from assessments.words import Message
from curriculum.lesson_bundle import write_lesson
from curriculum.lessons import FIRST_LANGUAGE, Lesson
from curriculum.model import NosUnit, QualificationPack
from curriculum.uploads import File
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import lesson_of, pack_of
from lms.records.published_lessons import newest_lessons
from lms.services import history
from lms.services.curriculum import get_own_pack
from lms.services.errors import Absent, Conflict
from lms.services.lesson_uploads import next_version, own_units
from lms.services.reasons import checked_reason
from lms.tables.content import LessonState, LessonVersionRow, PackVersionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedVersion:
    """A lesson as published: its newest version."""

    row: LessonVersionRow
    lesson: Lesson


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLessons:
    """The lessons of a unit in all languages by place, and those withdrawn; `is_own` says who may change them."""

    unit: NosUnit
    is_own: bool
    lessons: tuple[PublishedVersion, ...]
    withdrawn: tuple[LessonVersionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonsPage:
    """A pack's lessons by unit, and where each line of the pack is taught, by language."""

    row: PackVersionRow
    pack: QualificationPack
    units: tuple[UnitLessons, ...]
    coverage: Mapping[str, tuple[UnitCoverage, ...]]


def show_lessons(actor: Actor, pack_id: int) -> LessonsPage:
    """The lessons of a pack of the actor's council; raises Absent."""
    row = get_own_pack(actor, pack_id)
    pack = pack_of(row)
    own = {unit.code for unit in own_units(actor, row)}
    newest = sorted(newest_lessons([unit.code for unit in pack.units]).values(), key=_place)
    units = tuple(
        UnitLessons(
            unit=unit,
            is_own=unit.code in own,
            lessons=tuple(
                PublishedVersion(row=one, lesson=lesson_of(one))
                for one in newest
                if one.unit_code == unit.code and one.state == LessonState.PUBLISHED
            ),
            withdrawn=tuple(one for one in newest if one.unit_code == unit.code and one.state == LessonState.WITHDRAWN),
        )
        for unit in pack.units
    )
    lessons = [version.lesson for unit in units for version in unit.lessons]
    languages = dict.fromkeys([FIRST_LANGUAGE, *sorted({lesson.header.language for lesson in lessons})])
    coverage = {
        language: coverage_of(pack, None, [one for one in lessons if one.header.language == language], [], [])
        for language in languages
    }
    return LessonsPage(row=row, pack=pack, units=units, coverage=coverage)


def own_version(page: LessonsPage, lesson_id: int) -> PublishedVersion:
    """A published lesson of a unit that the reader of the page may change; raises Absent."""
    for unit in (unit for unit in page.units if unit.is_own):
        for version in unit.lessons:
            if version.row.id == lesson_id:
                return version
    raise Absent


def withdraw_lesson(actor: Actor, pack_id: int, lesson_id: int, *, why: str, now: datetime) -> LessonVersionRow:
    """Take a lesson away from readers, with a reason; what was read stays kept.

    Raises Absent for one that is not the newest or is withdrawn already.
    """
    row = get_own_pack(actor, pack_id)
    shown = own_version(show_lessons(actor, pack_id), lesson_id).row
    why = checked_reason(why)
    gone = next_version(lesson_of(shown), shown, LessonState.WITHDRAWN, now)
    db.session.add(gone)
    words = Message("withdrew the lesson %(title)s", {"title": shown.title})
    history.record(actor, "pack_version", row.id, words, why=why, now=now)
    try:
        db.session.commit()
    except IntegrityError as fault:  # another version was published, or this was sent twice
        db.session.rollback()
        raise Conflict(Message("This lesson was changed a moment ago. Look at it again.")) from fault
    return gone


def lesson_files(actor: Actor, pack_id: int) -> list[File]:
    """All published lessons of a pack as the files that an upload takes."""
    page = show_lessons(actor, pack_id)
    files = {
        name: content
        for unit in page.units
        for version in unit.lessons
        for name, content in write_lesson(version.lesson)
    }
    return sorted(files.items())


def _place(row: LessonVersionRow) -> tuple[int, str, bool, str]:
    return row.position, row.slug, row.language != FIRST_LANGUAGE, row.language
