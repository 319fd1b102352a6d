"""Learning: which packs a person may read, their lessons, what a trainee has read, and how far they have come."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.exc import IntegrityError

from assessments.words import Message
from curriculum.lessons import Lesson
from curriculum.loading import file_stem
from curriculum.model import NosUnit, QualificationPack
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of
from lms.records.learning import PublishedLesson, lessons_of, practice_items_of
from lms.services.errors import Absent, Conflict, NotAllowed
from lms.services.learning_progress import LessonProgress, Progress, UnitProgress, measure
from lms.services.unit_offers import own_pack
from lms.services.waiting import Waiting
from lms.tables.assessing import CandidateRow
from lms.tables.certification import CertificateRow
from lms.tables.content import LessonVersionRow, PackVersionRow
from lms.tables.marking import ResultRow
from lms.tables.people import Role
from lms.tables.training import (
    BatchRow,
    BatchTrainerRow,
    PracticeAnswerRow,
    SectionReadRow,
    TraineeRow,
    TraineeState,
)

_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPack:
    """A pack that somebody may read: as a trainee, who keeps progress, or only to look at it."""

    id: int
    pack: QualificationPack
    as_trainee: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonView:
    """One lesson as a person reads it; `progress` and `place` count only for a trainee."""

    open_pack: OpenPack
    lesson: Lesson
    progress: Progress
    place: LessonProgress
    unit: UnitProgress
    following: LessonProgress | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastAnswer:
    """A person's last answer to a practice item."""

    id: int
    is_right: bool


def list_packs(actor: Actor) -> tuple[OpenPack, ...]:
    """The packs the actor may read: those of their own batches, newest first, then those they may look at."""
    own = _own_packs(actor) if actor.has(Role.TRAINEE) else []
    seen = select(PackVersionRow).where(_may_look_at(actor))
    looked_at = db.session.scalars(seen.order_by(PackVersionRow.published_at.desc(), PackVersionRow.id.desc()))
    return _once([*own, *(OpenPack(id=row.id, pack=pack_of(row), as_trainee=False) for row in looked_at)])


def get_pack(actor: Actor, pack_version_id: int) -> OpenPack:
    """A pack the actor may read; raises Absent."""
    return _found(open_pack for open_pack in list_packs(actor) if open_pack.id == pack_version_id)


def get_practice_unit(actor: Actor, unit_stem: str) -> tuple[OpenPack, NosUnit]:
    """A unit the actor practises as a trainee, by its code as in addresses (`asc-n1105`); raises Absent."""
    own = (open_pack for open_pack in list_packs(actor) if open_pack.as_trainee)
    return _found(
        (open_pack, unit) for open_pack in own for unit in open_pack.pack.units if file_stem(unit.code) == unit_stem
    )


def get_lesson(actor: Actor, lesson_id: int) -> LessonView:
    """A lesson at its newest version, by the id of any of its versions; raises Absent."""
    return _view(actor, *_published(actor, lesson_id))


def mark_read(actor: Actor, lesson_id: int, section: int, *, now: datetime) -> int | None:
    """Keep that a trainee has read a section (numbered from 1); once read, nothing more happens.

    Returns the number of the section after it, None after the last.
    """
    open_pack, published = _published(actor, lesson_id)
    if not open_pack.as_trainee:
        raise NotAllowed(Message("Only trainees of a batch keep what they have read."))
    number = published.covers.get((lesson_id, section))
    if number is None:
        raise Absent if lesson_id == published.id else Conflict(Message("This section has changed. Read it again."))
    names = {"person_id": actor.person_id, "lesson_version_id": published.id, "section": number}
    if db.session.scalar(select(SectionReadRow.id).filter_by(**names)) is None:
        db.session.add(SectionReadRow(**names, read_at=now))
        try:
            db.session.commit()
        except IntegrityError:  # the same click, sent twice at once
            db.session.rollback()
    return number + 1 if number < len(published.lesson.bodies) else None


def progress_of(person_id: int, pack: QualificationPack) -> Progress:
    """How far one person has come in a pack."""
    return progress_of_many([person_id], pack)[person_id]


def progress_of_many(
    person_ids: Sequence[int], pack: QualificationPack, own: Mapping[int, QualificationPack] | None = None
) -> dict[int, Progress]:
    """How far each person has come in a pack; four queries for any number of people.

    `own` are the packs of those who learn only some of its units, by person.
    """
    lessons, items = lessons_of(pack.units), practice_items_of(pack.units)
    reads = _reads(person_ids, lessons)
    answers = last_answers(person_ids, [item.id for item in items])
    rights = {person: {item: last.is_right for item, last in given.items()} for person, given in answers.items()}
    packs = dict.fromkeys(person_ids, pack) | dict(own or {})
    return {person: measure(packs[person], lessons, items, reads[person], rights[person]) for person in person_ids}


def last_answers(person_ids: Sequence[int], item_version_ids: Sequence[int]) -> dict[int, dict[int, LastAnswer]]:
    """Each person's last answer to each of these item versions that they answered."""
    table = PracticeAnswerRow
    last = (
        select(func.max(table.id))
        .where(table.person_id.in_(person_ids), table.item_version_id.in_(item_version_ids))
        .group_by(table.person_id, table.item_version_id)
    )
    rows = db.session.execute(
        select(table.person_id, table.item_version_id, table.id, table.is_right).where(table.id.in_(last))
    )
    found: dict[int, dict[int, LastAnswer]] = {person: {} for person in person_ids}
    for person, item, answer, is_right in rows:
        found[person][item] = LastAnswer(id=answer, is_right=is_right)
    return found


def last_reads(person_ids: Collection[int]) -> Mapping[int, datetime]:
    """When each of these people last read a section; who read none is not in it."""
    query = select(SectionReadRow.person_id, func.max(SectionReadRow.read_at))
    found = query.where(SectionReadRow.person_id.in_(person_ids)).group_by(SectionReadRow.person_id)
    return dict(db.session.execute(found).all())


def waiting(actor: Actor, now: datetime) -> list[Waiting]:  # noqa: ARG001 -- every area's teller is asked the same way
    """What a trainee has still to read, or else to practise, until they hold a certificate."""
    if not actor.has(Role.TRAINEE):
        return []
    newest = next(iter(_own_packs(actor, certified=False)), None)
    task = _task(progress_of(actor.person_id, newest.pack)) if newest else None
    return [task] if task else []


def _task(progress: Progress) -> Waiting | None:
    facts = {"read": str(progress.sections_read), "sections": str(progress.sections_total)}
    if lesson := progress.next_lesson:
        named = {"lesson": lesson.title}
        begun = progress.sections_read > 0
        return Waiting(
            title=Message("Go on with “%(lesson)s”", named) if begun else Message("Begin with “%(lesson)s”", named),
            detail=Message("%(read)s of %(sections)s sections read", facts),
            endpoint="learning.show_lesson",
            values={"lesson_id": lesson.id, "_anchor": f"section-{lesson.next_section}"},
            button=Message("Open the lesson"),
        )
    if unit := progress.next_practice:
        facts = {"right": str(unit.practice_right), "items": str(unit.practice_total)}
        return Waiting(
            title=Message("Practise %(unit)s", {"unit": unit.unit.title}),
            detail=Message("%(right)s of %(items)s answered right", facts),
            endpoint="learning.practise",
            values={"unit": file_stem(unit.unit.code)},
            button=Message("Practise"),
        )
    return None


def _own_packs(actor: Actor, *, certified: bool = True) -> Sequence[OpenPack]:
    """The packs of the batches the actor is enrolled in, without the units not chosen.

    Without those they are certified for, if so asked.
    """
    query = select(PackVersionRow, TraineeRow.chosen).join(BatchRow, BatchRow.pack_version_id == PackVersionRow.id)
    query = query.join(TraineeRow, TraineeRow.batch_id == BatchRow.id)
    query = query.where(TraineeRow.person_id == actor.person_id, TraineeRow.state == TraineeState.ENROLLED)
    if not certified:
        of_trainee = CandidateRow.trainee_id == TraineeRow.id
        held = select(CertificateRow.id).join(ResultRow).join(CandidateRow).where(of_trainee)
        query = query.where(~held.exists())
    rows = db.session.execute(query.order_by(BatchRow.starts_on.desc(), BatchRow.id.desc())).all()
    return [OpenPack(id=row.id, pack=own_pack(pack_of(row), chosen), as_trainee=True) for row, chosen in rows]


def _may_look_at(actor: Actor) -> ColumnElement[bool]:
    """The packs of batches one trains or that are at one's centre, and the council's own."""
    batches = select(BatchRow.pack_version_id)
    trained = BatchTrainerRow.person_id == actor.person_id if actor.has(Role.TRAINER) else false()
    return or_(
        PackVersionRow.council_id.in_(actor.organisations(Role.COUNCIL_STAFF)),
        PackVersionRow.id.in_(batches.where(BatchRow.centre_id.in_(actor.organisations(Role.CENTRE_STAFF)))),
        PackVersionRow.id.in_(batches.join(BatchTrainerRow).where(trained)),
    )


def _once(packs: Iterable[OpenPack]) -> tuple[OpenPack, ...]:
    found: dict[int, OpenPack] = {}
    for open_pack in packs:
        found.setdefault(open_pack.id, open_pack)
    return tuple(found.values())


def _published(actor: Actor, lesson_id: int) -> tuple[OpenPack, PublishedLesson]:
    """A lesson by the id of any version, and the first pack that has its unit: no other is asked for its lessons."""
    unit_code = db.session.scalar(select(LessonVersionRow.unit_code).filter_by(id=lesson_id))
    return _found(
        (open_pack, published)
        for open_pack in list_packs(actor)
        if any(unit.code == unit_code for unit in open_pack.pack.units)
        for published in lessons_of(open_pack.pack.units)
        if lesson_id in published.version_ids
    )


def _view(actor: Actor, open_pack: OpenPack, published: PublishedLesson) -> LessonView:
    progress = progress_of(actor.person_id, open_pack.pack)
    lessons = [lesson for unit in progress.units for lesson in unit.lessons]
    place = next(number for number, lesson in enumerate(lessons) if lesson.id == published.id)
    return LessonView(
        open_pack=open_pack,
        lesson=published.lesson,
        progress=progress,
        place=lessons[place],
        unit=next(unit for unit in progress.units if unit.unit.code == published.lesson.header.unit),
        following=lessons[place + 1] if place + 1 < len(lessons) else None,
    )


def _reads(person_ids: Sequence[int], lessons: Sequence[PublishedLesson]) -> Mapping[int, set[tuple[int, int]]]:
    versions = {version for published in lessons for version in published.version_ids}
    table = SectionReadRow
    query = select(table.person_id, table.lesson_version_id, table.section)
    rows = db.session.execute(query.where(table.person_id.in_(person_ids), table.lesson_version_id.in_(versions)))
    found: dict[int, set[tuple[int, int]]] = {person: set() for person in person_ids}
    for person, version, section in rows:
        found[person].add((version, section))
    return found


def _found(things: Iterable[_Thing]) -> _Thing:
    """The first; raises Absent when there is none."""
    for thing in things:
        return thing
    raise Absent
