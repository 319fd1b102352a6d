"""Publishing lessons from uploaded files: check first, show what changes, publish on the person's word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError

from assessments.coverage import Hole, coverage_of, holes_in
from assessments.words import Message
from curriculum.lesson_bundle import ReadLesson, read_lessons
from curriculum.lesson_differences import LessonChanges, lesson_changes
from curriculum.lessons import Lesson
from curriculum.model import NosUnit, QualificationPack
from curriculum.problems import Problem, Severity, error, has_errors, problem_from_json, problem_json
from curriculum.uploads import File
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import lesson_of, pack_of, stored
from lms.records.published_lessons import LessonName, name_of, newest_lessons
from lms.services import drafts, history
from lms.services.code_owners import other_owner
from lms.services.curriculum import get_own_pack
from lms.services.errors import Absent, Conflict
from lms.tables.content import LessonState, LessonVersionRow, PackVersionRow

DRAFTS = "lesson-drafts"


class Fate(StrEnum):
    """What publishing does to one lesson of a draft."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLesson:
    """One lesson that was uploaded, beside the version that is published now."""

    lesson: Lesson
    before: LessonVersionRow | None
    changes: LessonChanges | None

    @property
    def fate(self) -> Fate:
        """Whether it is new, changed or the same."""
        if self.changes is None:
            return Fate.NEW
        return Fate.CHANGED if self.changes.any else Fate.SAME


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonsDraft:
    """Lessons that were uploaded and read: each with what it changes, and the holes of the pack before and after.

    `seen` stands for the versions that the changes were made out against.
    """

    sha256: str
    pack_row: PackVersionRow
    pack: QualificationPack
    lessons: tuple[DraftLesson, ...]
    warnings: tuple[Problem, ...]
    holes_before: tuple[Hole, ...]
    holes_after: tuple[Hole, ...]
    seen: str

    @property
    def changes(self) -> bool:
        """Whether publishing would do anything."""
        return any(one.fate is not Fate.SAME for one in self.lessons)


class _Upload(BaseModel):
    """What is kept of an upload."""

    pack_version_id: int
    lessons: tuple[Lesson, ...]
    warnings: tuple[dict[str, Any] | str, ...]


def check_upload(actor: Actor, pack_id: int, files: Sequence[File]) -> tuple[str | None, tuple[Problem, ...]]:
    """Read uploaded files. Returns the draft's hash when it can be published (else None), and every problem."""
    row = get_own_pack(actor, pack_id)
    bundle = read_lessons(files, {unit.code: unit for unit in own_units(actor, row)})
    problems = [*bundle.problems, *_against_published(bundle.lessons)]
    if has_errors(problems):
        return None, tuple(problems)
    oddities = (problem for problem in problems if problem.severity is Severity.WARNING)
    lessons = tuple(read.lesson for read in bundle.lessons)
    warnings = tuple(map(problem_json, oddities))
    upload = _Upload(pack_version_id=row.id, lessons=lessons, warnings=warnings)
    digest = _digest(upload)
    drafts.keep_draft(actor, DRAFTS, digest, upload.model_dump_json())
    return digest, tuple(problems)


def get_draft(actor: Actor, digest: str) -> LessonsDraft:
    """Lessons that this person uploaded, with what publishing them would change; raises Absent."""
    upload = _kept(actor, digest)
    row = get_own_pack(actor, upload.pack_version_id)
    pack, newest = pack_of(row), newest_lessons([lesson.header.unit for lesson in upload.lessons])
    language = upload.lessons[0].header.language
    published = _published(pack, language)
    after = published | {_name(lesson): lesson for lesson in upload.lessons if lesson.header.language == language}
    return LessonsDraft(
        sha256=digest,
        pack_row=row,
        pack=pack,
        lessons=tuple(_beside(lesson, newest.get(_name(lesson))) for lesson in upload.lessons),
        warnings=tuple(map(problem_from_json, upload.warnings)),
        holes_before=_holes(pack, list(published.values())),
        holes_after=_holes(pack, list(after.values())),
        seen=_seen(upload, newest),
    )


def publish_draft(actor: Actor, digest: str, *, seen: str, now: datetime) -> PackVersionRow:
    """Publish the lessons of a draft that are new or changed, each as its next version; a second click does nothing.

    Raises Conflict when another version was published since the changes were shown.
    """
    upload = _kept(actor, digest)
    row = get_own_pack(actor, upload.pack_version_id)
    newest = newest_lessons([lesson.header.unit for lesson in upload.lessons])
    fresh = [lesson for lesson in upload.lessons if not _is_published(lesson, newest.get(_name(lesson)))]
    if not fresh:
        return row
    if seen != _seen(upload, newest):
        raise Conflict(Message("Lessons were published meanwhile. Look again at what yours change, then publish."))
    for lesson in fresh:
        db.session.add(next_version(lesson, newest.get(_name(lesson)), LessonState.PUBLISHED, now))
    titles = ", ".join(lesson.header.title for lesson in fresh)
    words = Message("published lessons: %(titles)s", {"titles": titles})
    history.record(actor, "pack_version", row.id, words, now=now)
    try:
        db.session.commit()
    except IntegrityError as fault:  # somebody published the same lesson at the same moment
        db.session.rollback()
        raise Conflict(
            Message("Lessons were published meanwhile. Look again at what yours change, then publish.")
        ) from fault
    return row


def get_draft_lesson(actor: Actor, digest: str, number: int) -> tuple[PackVersionRow, Lesson]:
    """One lesson of a draft by its number, from 1, with its pack version; raises Absent."""
    upload = _kept(actor, digest)
    if not 1 <= number <= len(upload.lessons):
        raise Absent
    return get_own_pack(actor, upload.pack_version_id), upload.lessons[number - 1]


def own_units(actor: Actor, row: PackVersionRow) -> tuple[NosUnit, ...]:
    """The units of a pack whose lessons the actor's council writes: not those of another council's code."""
    return tuple(unit for unit in pack_of(row).units if other_owner(actor, unit.code) is None)


def next_version(
    lesson: Lesson, before: LessonVersionRow | None, state: LessonState, now: datetime
) -> LessonVersionRow:
    """The row of a lesson's next version."""
    header = lesson.header
    return LessonVersionRow(
        unit_code=header.unit,
        slug=header.slug,
        language=header.language,
        number=before.number + 1 if before else 1,
        position=header.position,
        title=header.title,
        state=state,
        published_at=now,
        **stored(lesson),
    )


def _beside(lesson: Lesson, before: LessonVersionRow | None) -> DraftLesson:
    shown = before is not None and before.state == LessonState.PUBLISHED
    changes = lesson_changes(lesson_of(before), lesson) if before is not None and shown else None
    return DraftLesson(lesson=lesson, before=before if shown else None, changes=changes)


def _is_published(lesson: Lesson, before: LessonVersionRow | None) -> bool:
    return before is not None and before.state == LessonState.PUBLISHED and before.sha256 == stored(lesson)["sha256"]


def _against_published(lessons: Sequence[ReadLesson]) -> Iterator[Problem]:
    """A place among the lessons of a unit that another published lesson has."""
    names = {_name(read.lesson) for read in lessons}
    taken = {
        (row.unit_code, row.language, row.position): row
        for name, row in newest_lessons([read.lesson.header.unit for read in lessons]).items()
        if name not in names and row.state == LessonState.PUBLISHED
    }
    for read in lessons:
        header = read.lesson.header
        other = taken.get((header.unit, header.language, header.position))
        if other is not None:
            words = Message(
                "%(place)s is the place of the published lesson “%(title)s” (%(name)s);"
                " give another place, or withdraw that lesson first",
                {"place": str(header.position), "title": other.title, "name": other.slug},
            )
            yield read.document.at(error("position", words))


def _published(pack: QualificationPack, language: str) -> dict[LessonName, Lesson]:
    rows = newest_lessons([unit.code for unit in pack.units])
    return {
        name: lesson_of(row)
        for name, row in rows.items()
        if row.language == language and row.state == LessonState.PUBLISHED
    }


def _holes(pack: QualificationPack, lessons: Sequence[Lesson]) -> tuple[Hole, ...]:
    return holes_in(coverage_of(pack, None, lessons, [], []))


def _name(lesson: Lesson) -> LessonName:
    return name_of(lesson.header)


def _kept(actor: Actor, digest: str) -> _Upload:
    upload = _Upload.model_validate_json(drafts.get_draft(actor, DRAFTS, digest))
    if _digest(upload) != digest:
        raise Absent
    return upload


def _digest(upload: _Upload) -> str:
    return sha256(upload.model_dump_json().encode()).hexdigest()


def _seen(upload: _Upload, newest: dict[LessonName, LessonVersionRow]) -> str:
    rows = [newest.get(_name(lesson)) for lesson in upload.lessons]
    return sha256("|".join(str(row.id if row else 0) for row in rows).encode()).hexdigest()
