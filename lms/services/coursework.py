"""Assignments and observations at work: given, recorded and scored by a batch's trainers. They decide no result."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from assessments.tasks import TaskFile
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of, task_file_of
from lms.records.coursework import criteria_of, face_of, rated_refs, refs_of
from lms.services import history
from lms.services.days import day_of, end_of
from lms.services.errors import Absent, Faulty, NotAllowed
from lms.services.people import is_placeholder
from lms.services.taps import TAKEN_BACK, Tap, add_once, columns_of
from lms.services.training import get_batch, manages, trains
from lms.services.waiting import Waiting
from lms.tables.content import TaskVersionRow
from lms.tables.coursework import CourseworkEntryRow, CourseworkKind, CourseworkRow, CourseworkScoreRow
from lms.tables.people import Role
from lms.tables.training import BatchRow, TraineeRow, TraineeState

# Of each criterion the level that counts, by entry and reference.
Scores = Mapping[int, Mapping[str, CourseworkScoreRow]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseworkLine:
    """An assignment or an observation in a batch's list: for how many it is, and for how many it is scored whole."""

    row: CourseworkRow
    trainees: int
    scored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWork:
    """One's own assignment or observation with the levels that count."""

    entry: CourseworkEntryRow
    scores: Mapping[str, CourseworkScoreRow]

    @property
    def is_scored(self) -> bool:
        """Whether every criterion has a level."""
        return len(self.scores) == len(refs_of(self.entry.coursework))


def get_taught_batch(actor: Actor, batch_id: int) -> BatchRow:
    """A batch that the actor trains; raises Absent, or NotAllowed for who may only see it."""
    batch = get_batch(actor, batch_id)
    if not trains(actor, batch):
        raise NotAllowed(Message("Only the trainers of a batch give, score and write."))
    return batch


def get_followed_batch(actor: Actor, batch_id: int) -> BatchRow:
    """A batch whose assignments the actor sees: its trainers and its centre; raises Absent or NotAllowed."""
    batch = get_batch(actor, batch_id)
    if not follows(actor, batch):
        raise NotAllowed(Message("Only the trainers of a batch and the staff of its centre see this."))
    return batch


def follows(actor: Actor, batch: BatchRow) -> bool:
    """Whether the actor sees what passes between the trainers and the trainees of a batch."""
    return trains(actor, batch) or manages(actor, batch)


def list_coursework(batch: BatchRow) -> list[CourseworkLine]:
    """What was given and observed in a batch, newest first; three queries."""
    query = select(CourseworkRow).filter_by(batch_id=batch.id).order_by(CourseworkRow.id.desc())
    rows = db.session.scalars(query.options(selectinload(CourseworkRow.entries))).all()
    scores = scores_of([entry.id for row in rows for entry in row.entries])
    return [
        CourseworkLine(
            row=row,
            trainees=len(row.entries),
            scored=sum(len(scores[entry.id]) == len(refs_of(row)) for entry in row.entries),
        )
        for row in rows
    ]


def get_coursework(actor: Actor, batch_id: int, coursework_id: int) -> CourseworkRow:
    """An assignment or an observation in a batch that the actor follows; raises Absent or NotAllowed."""
    batch = get_followed_batch(actor, batch_id)
    row = db.session.scalar(select(CourseworkRow).filter_by(batch_id=batch.id, id=coursework_id))
    if row is None:
        raise Absent
    return row


def get_entry(actor: Actor, batch_id: int, entry_id: int) -> CourseworkEntryRow:
    """What one trainee is scored on, in a batch that the actor follows; raises Absent or NotAllowed."""
    batch = get_followed_batch(actor, batch_id)
    query = select(CourseworkEntryRow).join(CourseworkRow).where(CourseworkRow.batch_id == batch.id)
    entry = db.session.scalar(query.where(CourseworkEntryRow.id == entry_id))
    if entry is None:
        raise Absent
    return entry


def open_refs(batch: BatchRow) -> frozenset[str]:
    """The criteria of the batch's pack that have a rubric, and so can be scored."""
    pack = pack_of(batch.pack_version)
    return rated_refs(pack, _task_files([unit.code for unit in pack.units]))


def list_learners(batch: BatchRow) -> Sequence[TraineeRow]:
    """The trainees of a batch to whom work can be given, by name."""
    query = select(TraineeRow).filter_by(batch_id=batch.id, state=TraineeState.ENROLLED)
    return sorted(db.session.scalars(query), key=lambda row: (row.person.name.casefold(), row.id))


def give(  # noqa: PLR0913 -- what an assignment is made of
    actor: Actor,
    batch_id: int,
    *,
    title: str,
    text: str,
    refs: Collection[str],
    due_on: date,
    trainee_ids: Collection[int],
    key: str,
    now: datetime,
) -> CourseworkRow:
    """Give an assignment to some trainees, or to all who are enrolled when none are named; once for a key."""
    batch = get_taught_batch(actor, batch_id)
    if is_placeholder(title):
        raise Faulty(Message("Give the assignment a title, such as: Fit a duct elbow."))
    if is_placeholder(text):
        raise Faulty(Message("Say what is to be done."))
    if due_on < day_of(now):
        raise Faulty(Message("%(day)s is over. Choose a day to come.", {"day": due_on}))
    row = CourseworkRow(kind=CourseworkKind.ASSIGNMENT, title=title, text=text, day=due_on, key=key)
    return _add(actor, batch, row, refs, trainee_ids, now)


def observe(  # noqa: PLR0913 -- what an observation is made of
    actor: Actor,
    batch_id: int,
    *,
    trainee_id: int,
    place: str,
    day: date,
    refs: Collection[str],
    text: str,
    key: str,
    now: datetime,
) -> CourseworkRow:
    """Record that a trainee was observed at work, before it is scored; once for a key."""
    batch = get_taught_batch(actor, batch_id)
    if is_placeholder(place):
        raise Faulty(Message("Say where it was, such as: workshop of Ram Motors."))
    if day > day_of(now):
        raise Faulty(Message("%(day)s is still to come. Record what was seen.", {"day": day}))
    row = CourseworkRow(kind=CourseworkKind.OBSERVATION, title=place, place=place, text=text, day=day, key=key)
    return _add(actor, batch, row, refs, [trainee_id], now)


def score(
    actor: Actor, batch_id: int, entry_id: int, taps: Sequence[Tap], *, now: datetime
) -> list[CourseworkScoreRow]:
    """Add levels of criteria, all or none; of each criterion the newest counts, and a key is one tap.

    Raises Absent or NotAllowed for others' trainees, and Faulty for what is not scored here.
    """
    get_taught_batch(actor, batch_id)
    entry = get_entry(actor, batch_id, entry_id)
    criteria = {criterion.ref: criterion for criterion in criteria_of(entry.coursework)}
    rows = [CourseworkScoreRow(entry_id=entry.id, **columns) for columns in columns_of(actor, criteria, taps, now)]
    return add_once(rows, partial(_find_taps, entry.id), lambda: None)


def chains_of(entry: CourseworkEntryRow) -> dict[str, list[CourseworkScoreRow]]:
    """Every level ever given on an entry, by criterion, oldest first."""
    chains: dict[str, list[CourseworkScoreRow]] = {}
    rows = select(CourseworkScoreRow).filter_by(entry_id=entry.id).order_by(CourseworkScoreRow.id)
    for row in db.session.scalars(rows):
        chains.setdefault(row.ref, []).append(row)
    return chains


def scores_of(entry_ids: Collection[int]) -> Scores:
    """The levels that count on some entries; one query for any number of them."""
    newest = (
        select(func.max(CourseworkScoreRow.id))
        .where(CourseworkScoreRow.entry_id.in_(entry_ids))
        .group_by(CourseworkScoreRow.entry_id, CourseworkScoreRow.ref)
    )
    query = select(CourseworkScoreRow).where(CourseworkScoreRow.id.in_(newest), CourseworkScoreRow.share != TAKEN_BACK)
    found: dict[int, dict[str, CourseworkScoreRow]] = {entry: {} for entry in entry_ids}
    for row in db.session.scalars(query):
        found[row.entry_id][row.ref] = row
    return found


def list_own(actor: Actor) -> list[OwnWork]:
    """The assignments and observations of the actor as a trainee, newest first."""
    return list_work_of(actor.person_id) if actor.has(Role.TRAINEE) else []


def list_work_of(person_id: int) -> list[OwnWork]:
    """The assignments and observations of a person in all batches. The caller has loaded them through the actor."""
    return _work(CourseworkEntryRow.trainee_id.in_(select(TraineeRow.id).filter_by(person_id=person_id)))


def list_work(trainee_id: int) -> list[OwnWork]:
    """The assignments and observations of a trainee, newest first. The caller has loaded them through the person."""
    return _work(CourseworkEntryRow.trainee_id == trainee_id)


def waiting(actor: Actor, now: datetime) -> list[Waiting]:
    """What a trainee was given to do: assignments whose day is not over and that are not scored whole."""
    today = day_of(now)
    return [
        _do_it(work.entry.coursework)
        for work in list_own(actor)
        if work.entry.coursework.kind == CourseworkKind.ASSIGNMENT
        and work.entry.coursework.day >= today
        and not work.is_scored
    ]


def _work(whose: ColumnElement[bool]) -> list[OwnWork]:
    entries = db.session.scalars(select(CourseworkEntryRow).where(whose).order_by(CourseworkEntryRow.id.desc())).all()
    scores = scores_of([entry.id for entry in entries])
    return [OwnWork(entry=entry, scores=scores[entry.id]) for entry in entries]


def _do_it(row: CourseworkRow) -> Waiting:
    return Waiting(
        title=Message("Assignment: %(title)s", {"title": row.title}),
        detail=Message("Given by %(name)s", {"name": row.giver.name}),
        endpoint="coursework.list_own",
        button=Message("See what to do"),
        due=end_of(row.day) - timedelta(minutes=1),
    )


def _add(
    actor: Actor,
    batch: BatchRow,
    row: CourseworkRow,
    refs: Collection[str],
    trainee_ids: Collection[int],
    now: datetime,
) -> CourseworkRow:
    if again := _find(batch.id, row.key):
        return again
    pack = pack_of(batch.pack_version)
    files = _task_files([unit.code for unit in pack.units])
    if not refs or not set(refs) <= rated_refs(pack, files):
        raise Faulty(Message("Choose at least one criterion of the list: what it is scored on."))
    learners = [trainee.id for trainee in list_learners(batch)]
    chosen = [trainee for trainee in learners if not trainee_ids or trainee in trainee_ids]
    if not chosen or not set(trainee_ids) <= set(learners):
        raise Faulty(Message("Choose trainees who are enrolled in this batch."))
    row.batch_id, row.given_by, row.given_at, row.face = batch.id, actor.person_id, now, face_of(pack, refs, files)
    row.entries = [CourseworkEntryRow(trainee_id=trainee) for trainee in chosen]
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:  # the same form, sent twice at once
        db.session.rollback()
        if again := _find(batch.id, row.key):
            return again
        raise
    facts = {"title": row.title, "trainees": str(len(chosen))}
    words = (
        Message("gave the assignment “%(title)s” to %(trainees)s trainees", facts)
        if row.kind == CourseworkKind.ASSIGNMENT
        else Message("recorded an observation at work: %(title)s", facts)
    )
    history.record(actor, "batch", batch.id, words, now=now)
    db.session.commit()
    return row


def _find(batch_id: int, key: str) -> CourseworkRow | None:
    return db.session.scalar(select(CourseworkRow).filter_by(batch_id=batch_id, key=key))


def _find_taps(entry_id: int, keys: Sequence[str]) -> dict[str, CourseworkScoreRow]:
    query = select(CourseworkScoreRow).filter_by(entry_id=entry_id)
    return {row.key: row for row in db.session.scalars(query.where(CourseworkScoreRow.key.in_(keys)))}


def _task_files(units: Sequence[str]) -> dict[str, TaskFile]:
    """The newest practical of each unit, whose rubric scores its criteria."""
    rows = select(TaskVersionRow).where(TaskVersionRow.unit_code.in_(units)).order_by(TaskVersionRow.number)
    return {row.unit_code: task_file_of(row) for row in db.session.scalars(rows)}
