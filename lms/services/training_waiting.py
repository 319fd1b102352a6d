"""What waits for centre staff and trainers before and during training, and which batches are in training now."""

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of
from lms.records.learning import lessons_of
from lms.services.days import day_of, zone
from lms.services.learning_progress import STUCK, is_stuck
from lms.services.rosters import UploadState
from lms.services.training import visible_to
from lms.services.waiting import Waiting
from lms.tables.assessing import AssessmentRow
from lms.tables.people import Role
from lms.tables.training import (
    BatchRow,
    BatchTrainerRow,
    RosterUploadRow,
    SectionReadRow,
    TraineeRow,
    TraineeState,
)


def waiting(actor: Actor, now: datetime) -> list[Waiting]:
    """For centre staff: rosters checked and not imported, batches without trainees. For trainers: who is stuck."""
    return [*_for_centre(actor), *_for_trainer(actor, now)]


def _for_centre(actor: Actor) -> list[Waiting]:
    centres = actor.organisations(Role.CENTRE_STAFF)
    if not centres:
        return []
    checked = _checked(centres)
    unimported = {upload.batch_id for upload in checked}
    empty = [batch for batch in _empty(centres) if batch.id not in unimported]
    return [*map(_import_it, checked), *map(_upload_it, empty)]


def running(actor: Actor, now: datetime) -> list[Waiting]:
    """For centre staff and trainers: their batches in training."""
    if not actor.organisations(Role.CENTRE_STAFF, Role.TRAINER):
        return []
    today = day_of(now)
    count = (
        select(func.count(TraineeRow.id))
        .where(TraineeRow.batch_id == BatchRow.id, TraineeRow.state == TraineeState.ENROLLED)
        .correlate(BatchRow)
        .scalar_subquery()
    )
    query = select(BatchRow, count).where(visible_to(actor), BatchRow.starts_on <= today, BatchRow.ends_on >= today)
    return [
        _in_training(batch, number) for batch, number in db.session.execute(query.order_by(BatchRow.ends_on)) if number
    ]


def _for_trainer(actor: Actor, now: datetime) -> list[Waiting]:
    """The batches the actor trains, not assessed yet, in which trainees have lessons left and read none for a while."""
    centres = actor.organisations(Role.TRAINER)
    if not centres:
        return []
    mine = select(BatchTrainerRow.batch_id).filter_by(person_id=actor.person_id)
    query = select(BatchRow).where(BatchRow.id.in_(mine), BatchRow.centre_id.in_(centres))
    query = query.where(BatchRow.starts_on < day_of(now - STUCK))
    query = query.where(~select(AssessmentRow.id).where(AssessmentRow.batch_id == BatchRow.id).exists())
    whole = query.options(joinedload(BatchRow.pack_version)).order_by(BatchRow.ends_on)
    batches = db.session.scalars(whole).unique().all()
    sections = _sections_of(batches)
    reading = _reading([batch.id for batch in batches])
    found = []
    for batch in batches:
        lines = reading.get(batch.id, [])
        total = sections[batch.pack_version_id]
        stuck = sum(is_stuck(read=read, total=total, last=last, now=now) for read, last in lines)
        if stuck:
            found.append(_help_them(batch, stuck, len(lines)))
    return found


def _sections_of(batches: Sequence[BatchRow]) -> dict[int, int]:
    """How many lesson sections each pack version of these batches has; one query for all."""
    units = {batch.pack_version_id: pack_of(batch.pack_version).units for batch in batches}
    lengths: dict[str, int] = {}
    for lesson in lessons_of(list({unit.code: unit for own in units.values() for unit in own}.values())):
        unit = lesson.lesson.header.unit
        lengths[unit] = lengths.get(unit, 0) + len(lesson.lesson.bodies)
    return {pack: sum(lengths.get(unit.code, 0) for unit in own) for pack, own in units.items()}


def _reading(batches: Sequence[int]) -> dict[int, list[tuple[int, datetime | None]]]:
    """How many sections each enrolled trainee of these batches has read, and when the last; one query."""
    query = (
        select(TraineeRow.batch_id, func.count(SectionReadRow.id), func.max(SectionReadRow.read_at))
        .outerjoin(SectionReadRow, SectionReadRow.person_id == TraineeRow.person_id)
        .where(TraineeRow.batch_id.in_(batches), TraineeRow.state == TraineeState.ENROLLED)
        .group_by(TraineeRow.batch_id, TraineeRow.id)
    )
    found: dict[int, list[tuple[int, datetime | None]]] = {}
    for batch, read, last in db.session.execute(query):
        found.setdefault(batch, []).append((read, last))
    return found


def _help_them(batch: BatchRow, stuck: int, trainees: int) -> Waiting:
    facts = {"stuck": str(stuck), "trainees": str(trainees)}
    return Waiting(
        title=Message("See who is stuck in %(batch)s", {"batch": batch.name}),
        detail=Message("%(stuck)s of %(trainees)s trainees have lessons left and read none for a week", facts),
        endpoint="room.show",
        values={"batch_id": batch.id, "_anchor": "stuck"},
        button=Message("See who"),
    )


def _checked(centres: frozenset[int]) -> Sequence[RosterUploadRow]:
    query = select(RosterUploadRow).join(BatchRow).where(BatchRow.centre_id.in_(centres))
    return db.session.scalars(
        query.where(RosterUploadRow.state == UploadState.CHECKED).order_by(RosterUploadRow.id)
    ).all()


def _empty(centres: frozenset[int]) -> Sequence[BatchRow]:
    filled = select(TraineeRow.id).where(TraineeRow.batch_id == BatchRow.id)
    query = select(BatchRow).where(BatchRow.centre_id.in_(centres), ~filled.exists())
    return db.session.scalars(query.order_by(BatchRow.starts_on)).all()


def _import_it(upload: RosterUploadRow) -> Waiting:
    has_problems = upload.problems != "[]"
    return Waiting(
        title=Message("Finish the roster of %(batch)s", {"batch": upload.batch.name}),
        detail=Message("%(file)s is checked and has errors.", {"file": upload.file_name})
        if has_problems
        else Message("%(file)s is checked and can be imported.", {"file": upload.file_name}),
        endpoint="training.show_upload",
        values={"batch_id": upload.batch_id, "upload_id": upload.id},
        button=Message("See the errors") if has_problems else Message("Import it"),
    )


def _upload_it(batch: BatchRow) -> Waiting:
    return Waiting(
        title=Message("Upload the roster of %(batch)s", {"batch": batch.name}),
        detail=Message("The batch has no trainees yet."),
        endpoint="training.upload_roster",
        values={"batch_id": batch.id},
        button=Message("Upload"),
        due=datetime.combine(batch.starts_on, time(18), zone()),
    )


def _in_training(batch: BatchRow, trainees: int) -> Waiting:
    return Waiting(
        title=Message("%(batch)s is in training", {"batch": batch.name}),
        detail=Message("%(trainees)s trainees, until %(day)s", {"trainees": str(trainees), "day": batch.ends_on}),
        endpoint="training.show_batch",
        values={"batch_id": batch.id},
    )
