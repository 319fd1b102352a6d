"""What waits for centre staff before and during training, and which batches are in training now."""

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import func, select

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services.days import day_of, zone
from lms.services.rosters import UploadState
from lms.services.training import visible_to
from lms.services.waiting import Waiting
from lms.tables.people import Role
from lms.tables.training import BatchRow, RosterUploadRow, TraineeRow, TraineeState

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def waiting(actor: Actor, now: datetime) -> list[Waiting]:  # noqa: ARG001 -- every area is asked the same way
    """For centre staff: rosters checked and not imported, and batches without trainees."""
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
        detail=Message("%(trainees)s trainees, until %(day)s", {"trainees": str(trainees), "day": _day(batch.ends_on)}),
        endpoint="training.show_batch",
        values={"batch_id": batch.id},
    )


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
