"""Batches: who sees them, opening and changing one, where each stands. Loaded through the actor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import history
from lms.services.days import day_of
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.services.people import is_placeholder
from lms.services.progress import BatchState, Step, batch_state, steps_of
from lms.tables.assessing import AssessmentRow
from lms.tables.content import ContentState, PackVersionRow, SchemeVersionRow
from lms.tables.people import OrganisationRow, PersonRow, Role, RoleGrantRow, Standing
from lms.tables.training import BatchRow, BatchTrainerRow, TraineeRow, TraineeState

LONGEST = timedelta(days=731)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """A batch in a list: where it stands, its assessments, and how many trainees are enrolled."""

    batch: BatchRow
    state: BatchState
    assessments: tuple[AssessmentRow, ...]
    trainees: int


def list_batches(actor: Actor, now: datetime, *, state: str = "", pack: str = "", text: str = "") -> list[BatchLine]:
    """The batches the actor may see, newest first; only those in a state, of a pack code, or with a text in them."""
    lines = list_lines(visible_to(actor), now, pack=pack)
    return [line for line in lines if (not state or line.state == state) and _mentions(line.batch, text)]


def list_lines(whose: ColumnElement[bool], now: datetime, *, pack: str = "") -> list[BatchLine]:
    """The batches of a condition, newest first, with where each stands; only those of a pack code, if one is given."""
    query = select(BatchRow).where(whose).order_by(BatchRow.starts_on.desc(), BatchRow.id.desc())
    if pack:
        query = query.join(PackVersionRow).where(PackVersionRow.code == pack)
    rows = db.session.scalars(query.options(selectinload(BatchRow.trainers))).all()
    return _lines(rows, day_of(now))


def get_batch(actor: Actor, batch_id: int) -> BatchRow:
    """A batch the actor may see; raises Absent."""
    row = db.session.scalar(select(BatchRow).where(visible_to(actor), BatchRow.id == batch_id))
    if row is None:
        raise Absent
    return row


def get_managed_batch(actor: Actor, batch_id: int) -> BatchRow:
    """A batch of a centre that the actor staffs; raises Absent or NotAllowed."""
    row = get_batch(actor, batch_id)
    if not manages(actor, row):
        raise NotAllowed(Message("Only the staff of its centre can change a batch."))
    return row


def manages(actor: Actor, batch: BatchRow) -> bool:
    """Whether the actor staffs the batch's centre."""
    return batch.centre_id in actor.organisations(Role.CENTRE_STAFF)


def trains(actor: Actor, batch: BatchRow) -> bool:
    """Whether the actor is a trainer of the batch, and still one of its centre."""
    is_named = any(row.person_id == actor.person_id for row in batch.trainers)
    return is_named and batch.centre_id in actor.organisations(Role.TRAINER)


def line_of(batch: BatchRow, now: datetime) -> BatchLine:
    """A loaded batch with where it stands."""
    return _lines([batch], day_of(now))[0]


def steps_of_batch(line: BatchLine, now: datetime) -> list[Step]:
    """The stepper of a batch."""
    return steps_of(
        is_enrolled=line.trainees > 0,
        is_trained=day_of(now) > line.batch.ends_on,
        states=[assessment.state for assessment in line.assessments],
    )


def list_packs() -> Sequence[PackVersionRow]:
    """The published packs that can be trained for: those with a published scheme, newest first."""
    schemed = select(SchemeVersionRow.pack_version_id).filter_by(state=ContentState.PUBLISHED)
    query = select(PackVersionRow).where(PackVersionRow.id.in_(schemed))
    return db.session.scalars(query.order_by(PackVersionRow.title, PackVersionRow.id.desc())).all()


def list_centres(actor: Actor) -> Sequence[OrganisationRow]:
    """The centres whose batches the actor opens."""
    mine = OrganisationRow.id.in_(actor.organisations(Role.CENTRE_STAFF))
    return db.session.scalars(select(OrganisationRow).where(mine).order_by(OrganisationRow.name)).all()


def list_trainers(centre_ids: frozenset[int]) -> Sequence[PersonRow]:
    """The active trainers of these centres."""
    query = (
        select(PersonRow)
        .join(RoleGrantRow)
        .where(
            RoleGrantRow.role == Role.TRAINER,
            RoleGrantRow.organisation_id.in_(centre_ids),
            PersonRow.standing == Standing.ACTIVE,
        )
    )
    return db.session.scalars(query.order_by(PersonRow.name, PersonRow.id)).unique().all()


def add_batch(  # noqa: PLR0913 -- what a batch is made of
    actor: Actor,
    *,
    centre_id: int,
    code: str,
    name: str,
    pack_version_id: int,
    starts_on: date,
    ends_on: date,
    trainer_ids: Sequence[int],
    now: datetime,
) -> BatchRow:
    """Open a batch at the actor's centre. Raises Faulty for wrong facts, Conflict for a code that is taken."""
    if centre_id not in actor.organisations(Role.CENTRE_STAFF):
        raise Absent
    if pack_version_id not in {pack.id for pack in list_packs()}:
        raise Faulty(Message("Choose a pack from the list: only packs with a published scheme can be trained for."))
    _check_facts(name, starts_on, ends_on)
    batch = BatchRow(
        code=code.upper(),
        name=name,
        centre_id=centre_id,
        pack_version_id=pack_version_id,
        starts_on=starts_on,
        ends_on=ends_on,
        created_at=now,
    )
    db.session.add(batch)
    try:
        db.session.flush()
    except IntegrityError as fault:
        db.session.rollback()
        raise Conflict(Message("The code %(code)s is taken. Choose another.", {"code": code.upper()})) from fault
    _set_trainers(batch, trainer_ids)
    history.record(actor, "batch", batch.id, Message("opened the batch"), now=now)
    db.session.commit()
    return batch


def change_batch(
    actor: Actor, batch_id: int, *, name: str, starts_on: date, ends_on: date, trainer_ids: Sequence[int], now: datetime
) -> BatchRow:
    """Change a batch's name, days and trainers; its code and pack stay. The same facts again: nothing happens."""
    batch = get_managed_batch(actor, batch_id)
    _check_facts(name, starts_on, ends_on)
    before = (batch.name, batch.starts_on, batch.ends_on, {row.person_id for row in batch.trainers})
    batch.name, batch.starts_on, batch.ends_on = name, starts_on, ends_on
    _set_trainers(batch, trainer_ids)
    if before != (name, starts_on, ends_on, set(trainer_ids)):
        days = {
            "starts": starts_on,
            "ends": ends_on,
            "name": name,
            "trainers": str(len(set(trainer_ids))),
        }
        words = Message("changed the batch: %(name)s, %(starts)s to %(ends)s, trainers: %(trainers)s", days)
        history.record(actor, "batch", batch.id, words, now=now)
    db.session.commit()
    return batch


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The batches an actor may see: of the centres they staff, that they train, of their council's centres."""
    own_batches = select(BatchTrainerRow.batch_id).filter_by(person_id=actor.person_id)
    centres = select(OrganisationRow.id).where(OrganisationRow.council_id.in_(actor.organisations(Role.COUNCIL_STAFF)))
    return or_(
        BatchRow.centre_id.in_(actor.organisations(Role.CENTRE_STAFF)),
        BatchRow.id.in_(own_batches) & BatchRow.centre_id.in_(actor.organisations(Role.TRAINER)),
        BatchRow.centre_id.in_(centres),
    )


def _lines(rows: Sequence[BatchRow], today: date) -> list[BatchLine]:
    ids = [row.id for row in rows]
    counts = select(TraineeRow.batch_id, func.count()).where(
        TraineeRow.batch_id.in_(ids), TraineeRow.state == TraineeState.ENROLLED
    )
    trainees = dict(db.session.execute(counts.group_by(TraineeRow.batch_id)).all())
    found = select(AssessmentRow).where(AssessmentRow.batch_id.in_(ids)).order_by(AssessmentRow.opens_at)
    assessments: dict[int, list[AssessmentRow]] = {}
    for assessment in db.session.scalars(found):
        assessments.setdefault(assessment.batch_id, []).append(assessment)
    return [
        BatchLine(
            batch=row,
            state=batch_state(
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                trainees=trainees.get(row.id, 0),
                states=[assessment.state for assessment in assessments.get(row.id, ())],
                today=today,
            ),
            assessments=tuple(assessments.get(row.id, ())),
            trainees=trainees.get(row.id, 0),
        )
        for row in rows
    ]


def _mentions(batch: BatchRow, text: str) -> bool:
    """Whether all words of the text stand somewhere in the batch's names."""
    names = " ".join(
        [batch.code, batch.name, batch.centre.name, *(row.person.name for row in batch.trainers)]
    ).casefold()
    return all(word in names for word in text.casefold().split())


def _check_facts(name: str, starts_on: date, ends_on: date) -> None:
    if is_placeholder(name):
        raise Faulty(Message("“%(name)s” is not a name for a batch. Write what people call it.", {"name": name}))
    if ends_on <= starts_on:
        raise Faulty(Message("The training must end after it starts. Check the days."))
    if ends_on - starts_on > LONGEST:
        raise Faulty(Message("A training of more than two years is not a batch. Check the days."))


def _set_trainers(batch: BatchRow, trainer_ids: Sequence[int]) -> None:
    """Make these the batch's trainers; a new one must be a trainer of its centre."""
    wished, present = set(trainer_ids), {row.person_id for row in batch.trainers}
    allowed = {person.id for person in list_trainers(frozenset({batch.centre_id}))} | present
    if not wished <= allowed:
        db.session.rollback()
        raise Faulty(Message("Choose trainers of this centre from the list."))
    gone = delete(BatchTrainerRow).where(BatchTrainerRow.batch_id == batch.id, BatchTrainerRow.person_id.not_in(wished))
    db.session.execute(gone)
    db.session.add_all(BatchTrainerRow(batch_id=batch.id, person_id=person) for person in sorted(wished - present))
