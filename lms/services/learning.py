"""Learning: which packs a person may read, their lessons, what a trainee has read, and how far they have come."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.exc import IntegrityError

from assessments.words import Message
from curriculum.lessons import FIRST_LANGUAGE, Lesson
from curriculum.loading import file_stem
from curriculum.model import NosUnit, QualificationPack
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of
from lms.records.learning import Edition, PracticeItem, PublishedLesson, lessons_of, practice_items_of
from lms.services.errors import Absent, Conflict, NotAllowed
from lms.services.learning_progress import LessonProgress, Progress, UnitProgress, measure
from lms.services.unit_offers import own_pack
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
    """One lesson as a person reads it; `progress` and `place` count only for a trainee.

    The version shown (`place.version_id`) is in one of the `languages` that the lesson is in. `practice` are the
    numbers of practice items about each section, in order.
    """

    open_pack: OpenPack
    lesson: Lesson
    languages: tuple[str, ...]
    progress: Progress
    place: LessonProgress
    unit: UnitProgress
    following: LessonProgress | None
    practice: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastAnswer:
    """A person's last answer to a practice item."""

    id: int
    is_right: bool


def list_packs(actor: Actor) -> tuple[OpenPack, ...]:
    """The packs the actor may read: those of their own batches, newest first, then those they may look at."""
    own = own_packs(actor) if actor.has(Role.TRAINEE) else []
    seen = select(PackVersionRow).where(_may_look_at(actor))
    looked_at = db.session.scalars(seen.order_by(PackVersionRow.published_at.desc(), PackVersionRow.id.desc()))
    return _once([*own, *(OpenPack(id=row.id, pack=pack_of(row), as_trainee=False) for row in looked_at)])


def get_pack(actor: Actor, pack_version_id: int) -> OpenPack:
    """A pack the actor may read; raises Absent."""
    return _found(open_pack for open_pack in list_packs(actor) if open_pack.id == pack_version_id)


def get_unit(actor: Actor, unit_stem: str) -> tuple[OpenPack, NosUnit]:
    """A unit the actor may read about, by its code as in addresses (`asc-n1105`); raises Absent."""
    return _unit_in(list_packs(actor), unit_stem)


def get_practice_unit(actor: Actor, unit_stem: str) -> tuple[OpenPack, NosUnit]:
    """A unit the actor practises as a trainee, by its code as in addresses; raises Absent."""
    return _unit_in([open_pack for open_pack in list_packs(actor) if open_pack.as_trainee], unit_stem)


def get_lesson(actor: Actor, lesson_id: int, language: str = FIRST_LANGUAGE) -> LessonView:
    """A lesson at its newest version, by the id of any of its versions, in this language if there is; raises Absent."""
    return _view(actor, *_published(actor, lesson_id), language)


def preview(pack_row: PackVersionRow, lesson: Lesson) -> LessonView:
    """A lesson that is not published, as trainees of the pack would read it."""
    open_pack = OpenPack(id=pack_row.id, pack=pack_of(pack_row), as_trainee=False)
    language = lesson.header.language
    edition = Edition(id=0, version_ids=frozenset(), lesson=lesson, covers={})
    published = PublishedLesson(editions={language: edition}, version_ids=frozenset(), covers={})
    progress = measure(open_pack.pack, [published], [], {}, {}, language)
    return _placed(open_pack, published, progress, language)


def mark_read(actor: Actor, lesson_id: int, section: int, *, now: datetime) -> int | None:
    """Keep that a trainee has read a section (numbered from 1); once read, nothing more happens.

    Returns the number of the section after it, None after the last.
    """
    open_pack, published = _published(actor, lesson_id)
    if not open_pack.as_trainee:
        raise NotAllowed(Message("Only trainees of a batch keep what they have read."))
    number = published.covers.get((lesson_id, section))
    edition = published.edition_with(lesson_id)
    if number is None:
        raise Absent if lesson_id == edition.id else Conflict(Message("This section has changed. Read it again."))
    if number not in {published.covers.get(place) for place in _reads([actor.person_id], [published])[actor.person_id]}:
        names = {"person_id": actor.person_id, "lesson_version_id": edition.id, "section": number}
        db.session.add(SectionReadRow(**names, read_at=now))
        try:
            db.session.commit()
        except IntegrityError:  # the same click, sent twice at once
            db.session.rollback()
    return number + 1 if number < len(published.lesson.bodies) else None


def progress_of(person_id: int, pack: QualificationPack, language: str = FIRST_LANGUAGE) -> Progress:
    """How far one person has come in a pack, its lessons named in a language where they are in it."""
    return progress_of_many([person_id], pack, language=language)[person_id]


def progress_of_many(
    person_ids: Sequence[int], pack: QualificationPack, language: str = FIRST_LANGUAGE
) -> dict[int, Progress]:
    """How far each person has come in a pack; four queries for any number of people."""
    packs = dict.fromkeys(person_ids, pack)
    return progress_in(packs, lessons_of(pack.units), practice_items_of(pack.units), language)


def sections_read_of_many(pack: QualificationPack, own: Mapping[int, QualificationPack]) -> dict[int, tuple[int, int]]:
    """How many sections each person has read, and of how many; two queries for any number of people.

    `own` are the packs by person, each of the units of `pack` that they learn.
    """
    lessons = lessons_of(pack.units)
    counts_for = {
        place: (published.lesson.header.unit, published.id, number)
        for published in lessons
        for place, number in published.covers.items()
    }
    totals = Counter[str]()
    for published in lessons:
        totals[published.lesson.header.unit] += len(published.lesson.header.sections)
    found = {}
    for person, reads in _reads(list(own), lessons).items():
        units = {unit.code for unit in own[person].units}
        read = {counts_for[place] for place in reads if place in counts_for}
        found[person] = sum(section[0] in units for section in read), sum(totals[unit] for unit in units)
    return found


def progress_in(
    packs: Mapping[int, QualificationPack],
    lessons: Sequence[PublishedLesson],
    items: Sequence[PracticeItem],
    language: str = FIRST_LANGUAGE,
) -> dict[int, Progress]:
    """How far each person has come in the pack given for them, with these lessons and practice items; two queries."""
    person_ids = list(packs)
    reads = _reads(person_ids, lessons)
    answers = last_answers(person_ids, [item.id for item in items])
    rights = {person: {item: last.is_right for item, last in given.items()} for person, given in answers.items()}
    return {
        person: measure(packs[person], lessons, items, reads[person], rights[person], language) for person in person_ids
    }


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


def without_certificate() -> ColumnElement[bool]:
    """The enrolments (`TraineeRow`) that no certificate was issued for."""
    held = select(CertificateRow.id).join(ResultRow).join(CandidateRow)
    return ~held.where(CandidateRow.trainee_id == TraineeRow.id).exists()


def own_packs(actor: Actor, *, certified: bool = True) -> Sequence[OpenPack]:
    """The packs of the batches the actor is enrolled in, without the units not chosen.

    Without those they are certified for, if so asked.
    """
    query = select(PackVersionRow, TraineeRow.chosen).join(BatchRow, BatchRow.pack_version_id == PackVersionRow.id)
    query = query.join(TraineeRow, TraineeRow.batch_id == BatchRow.id)
    query = query.where(TraineeRow.person_id == actor.person_id, TraineeRow.state == TraineeState.ENROLLED)
    if not certified:
        query = query.where(without_certificate())
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


def _unit_in(packs: Iterable[OpenPack], unit_stem: str) -> tuple[OpenPack, NosUnit]:
    return _found(
        (open_pack, unit) for open_pack in packs for unit in open_pack.pack.units if file_stem(unit.code) == unit_stem
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
        for unit in open_pack.pack.units
        if unit.code == unit_code
        for published in lessons_of([unit])
        if lesson_id in published.version_ids
    )


def _view(actor: Actor, open_pack: OpenPack, published: PublishedLesson, language: str) -> LessonView:
    units = open_pack.pack.units
    every, items = lessons_of(units), practice_items_of(units)
    progress = progress_in({actor.person_id: open_pack.pack}, every, items, language)[actor.person_id]
    return _placed(open_pack, published, progress, language, items)


def _placed(
    open_pack: OpenPack,
    published: PublishedLesson,
    progress: Progress,
    language: str,
    items: Sequence[PracticeItem] = (),
) -> LessonView:
    header = published.lesson.header
    lessons = [lesson for unit in progress.units for lesson in unit.lessons]
    place = next(number for number, lesson in enumerate(lessons) if lesson.id == published.id)
    asked = [set(item.face.criteria) for item in items if item.face.unit == header.unit]
    return LessonView(
        open_pack=open_pack,
        lesson=published.edition_in(language).lesson,
        languages=published.languages,
        progress=progress,
        place=lessons[place],
        unit=next(unit for unit in progress.units if unit.unit.code == header.unit),
        following=lessons[place + 1] if place + 1 < len(lessons) else None,
        practice=tuple(sum(not about.isdisjoint(section.criteria) for about in asked) for section in header.sections),
    )


def _reads(
    person_ids: Sequence[int], lessons: Sequence[PublishedLesson]
) -> Mapping[int, dict[tuple[int, int], datetime]]:
    """By person each (lesson version, section) that they read, and when."""
    versions = {version for published in lessons for version in published.version_ids}
    table = SectionReadRow
    query = select(table.person_id, table.lesson_version_id, table.section, table.read_at)
    rows = db.session.execute(query.where(table.person_id.in_(person_ids), table.lesson_version_id.in_(versions)))
    found: dict[int, dict[tuple[int, int], datetime]] = {person: {} for person in person_ids}
    for person, version, section, read_at in rows:
        found[person][version, section] = read_at
    return found


def _found(things: Iterable[_Thing]) -> _Thing:
    """The first; raises Absent when there is none."""
    for thing in things:
        return thing
    raise Absent
