"""Trainees of a batch: how far each has come, dropping out and coming back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from assessments.results import Outcome
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of, scheme_of
from lms.services import history, learning
from lms.services.attendance import Attendance, attendance_of
from lms.services.days import day_of
from lms.services.errors import Absent, Conflict
from lms.services.learning_progress import STUCK, is_stuck
from lms.services.progress import Step, steps_of
from lms.services.training import get_managed_batch, visible_to
from lms.services.unit_offers import own_pack
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow
from lms.tables.content import ContentState, SchemeVersionRow
from lms.tables.marking import ResultRow
from lms.tables.training import BatchRow, TraineeRow, TraineeState


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A trainee's newest attempt: the assessment it belongs to, and its outcome once released."""

    assessment: AssessmentRow
    candidate: CandidateRow
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraineeLine:
    """A trainee in the batch's list. `attendance_fault` is empty, `low` or `unknown` as the scheme asks.

    Nobody is stuck who was entered.
    """

    trainee: TraineeRow
    attempt: Attempt | None
    attendance: Attendance
    sections_read: int
    sections_total: int
    last_read: datetime | None
    is_stuck: bool
    attendance_fault: str


def list_trainees(batch: BatchRow) -> Sequence[TraineeRow]:
    """The batch's trainees by enrolment number, those who dropped out last."""
    query = select(TraineeRow).filter_by(batch_id=batch.id)
    return db.session.scalars(query.order_by(TraineeRow.state.desc(), TraineeRow.enrolment_number)).all()


def list_lines(batch: BatchRow, now: datetime) -> list[TraineeLine]:
    """The batch's trainees with their attempts and what they have read; the same queries for any number of them."""
    trainees = list_trainees(batch)
    attempts = attempts_of([trainee.id for trainee in trainees])
    pack = pack_of(batch.pack_version)
    own = {trainee.person_id: own_pack(pack, trainee.chosen) for trainee in trainees}
    read = learning.sections_read_of_many(pack, own)
    last, is_under_way = learning.last_reads(list(own)), batch.starts_on < day_of(now - STUCK)
    needed = attendance_needed(batch) if day_of(now) > batch.ends_on else ""
    attended = attendance_of(trainees)
    return [
        _line(
            trainee,
            attempts.get(trainee.id),
            read[trainee.person_id],
            last.get(trainee.person_id),
            attended[trainee.id],
            needed,
            now if is_under_way else None,
        )
        for trainee in trainees
    ]


def _line(  # noqa: PLR0917 -- what a line says
    trainee: TraineeRow,
    attempt: Attempt | None,
    sections: tuple[int, int],
    last: datetime | None,
    attendance: Attendance,
    needed: str,
    now: datetime | None,
) -> TraineeLine:
    """A line of the list; without `now` it is too early for anybody to be stuck."""
    read, total = sections
    learns = now is not None and attempt is None and trainee.state == TraineeState.ENROLLED
    return TraineeLine(
        trainee=trainee,
        attempt=attempt,
        attendance=attendance,
        sections_read=read,
        sections_total=total,
        last_read=last,
        is_stuck=learns and is_stuck(read=read, total=total, last=last, now=now),
        attendance_fault=_attendance_fault(attendance, needed),
    )


def attendance_needed(batch: BatchRow) -> str:
    """The least attendance with which a trainee is entered, in per cent, by the newest scheme; empty for any."""
    query = select(SchemeVersionRow).filter_by(pack_version_id=batch.pack_version_id, state=ContentState.PUBLISHED)
    row = db.session.scalar(query.order_by(SchemeVersionRow.number.desc()).limit(1))
    return (scheme_of(row).attendance_needed or "") if row else ""


def _attendance_fault(attendance: Attendance, needed: str) -> str:
    if attendance.reaches(needed):
        return ""
    return "unknown" if attendance.percent is None else "low"


def get_trainee(actor: Actor, batch_id: int, trainee_id: int) -> TraineeRow:
    """A trainee of a batch that the actor may see; raises Absent."""
    query = select(TraineeRow).join(BatchRow).where(visible_to(actor), BatchRow.id == batch_id)
    row = db.session.scalar(query.where(TraineeRow.id == trainee_id))
    if row is None:
        raise Absent
    return row


def steps_of_trainee(trainee: TraineeRow, attempt: Attempt | None, now: datetime) -> list[Step]:
    """The stepper of one trainee; what ends their way (dropped out, not yet competent…) is a failed step."""
    dropped = trainee.state == TraineeState.DROPPED_OUT
    return steps_of(
        is_enrolled=True,
        is_trained=day_of(now) > trainee.batch.ends_on,
        states=[attempt.assessment.state] if attempt else [],
        outcome=attempt.outcome if attempt and attempt.outcome else Outcome.DROPPED_OUT if dropped else "",
    )


def attempts_of(trainee_ids: Sequence[int]) -> Mapping[int, Attempt]:
    """The newest attempt of each trainee who has one. Outcomes are there only when released."""
    query = (
        select(CandidateRow)
        .where(CandidateRow.trainee_id.in_(trainee_ids))
        .order_by(CandidateRow.attempt_number, CandidateRow.id)
    )
    newest = {row.trainee_id: row for row in db.session.scalars(query.options(selectinload(CandidateRow.assessment)))}
    released = [row.id for row in newest.values() if row.assessment.state == AssessmentState.RELEASED]
    decided = select(ResultRow.candidate_id, ResultRow.outcome).where(ResultRow.candidate_id.in_(released))
    outcomes = dict(db.session.execute(decided.order_by(ResultRow.number)).all())
    return {
        trainee: Attempt(assessment=row.assessment, candidate=row, outcome=outcomes.get(row.id, ""))
        for trainee, row in newest.items()
    }


def set_trainee_state(
    actor: Actor, batch_id: int, trainee_id: int, state: TraineeState, *, why: str, now: datetime
) -> TraineeRow:
    """Mark a trainee as dropped out, or take them back. All records stay. Same state: nothing happens.

    Raises Conflict for a trainee who was found competent: they have finished.
    """
    get_managed_batch(actor, batch_id)
    trainee = get_trainee(actor, batch_id, trainee_id)
    attempt = attempts_of([trainee.id]).get(trainee.id)
    if state is TraineeState.DROPPED_OUT and attempt and attempt.outcome == Outcome.COMPETENT:
        raise Conflict(Message("%(name)s was found competent and has finished.", {"name": trainee.person.name}))
    change = update(TraineeRow).where(TraineeRow.id == trainee.id, TraineeRow.state != state).values(state=state)
    if not db.session.execute(change).rowcount:  # type: ignore[attr-defined]
        return trainee
    facts = {"name": trainee.person.name}
    if state is TraineeState.DROPPED_OUT:
        own, ours = Message("marked this trainee as dropped out"), Message("marked %(name)s as dropped out", facts)
    else:
        own = Message("took this trainee back into the batch")
        ours = Message("took %(name)s back into the batch", facts)
    history.record(actor, "trainee", trainee.id, own, why=why, now=now)
    history.record(actor, "batch", trainee.batch_id, ours, why=why, now=now)
    db.session.commit()
    return trainee
