"""What waits for people in assessing, and which assessments are under way: for home."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import assessing, commitments
from lms.services.assessing import Side
from lms.services.days import day_of
from lms.services.last_moves import SENT_BACK, last_moves
from lms.services.waiting import Waiting
from lms.tables.assessing import AssessmentAssessorRow, AssessmentRow, AssessmentState, CandidateRow
from lms.tables.history import HistoryRow
from lms.tables.marking import ReassessmentRow, ReassessmentStepRow
from lms.tables.people import OrganisationRow, Role
from lms.tables.training import BatchRow, TraineeRow

TO_ANSWER = timedelta(days=2)
TO_SUBMIT = timedelta(days=3)
TO_VERIFY = timedelta(days=3)
TO_APPROVE = timedelta(days=2)
BEFORE_OPENING = timedelta(hours=1)
_S = AssessmentState
_OPEN = frozenset(set(_S) - {_S.RELEASED})


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMove:
    """When an assessment moved last; when that sent the mark sheet back, why."""

    at: datetime
    why_back: str = ""


def waiting(actor: Actor, now: datetime) -> list[Waiting]:
    """What the actor has to do for assessments to go on; a fixed number of queries."""
    if not actor.has(Role.COUNCIL_STAFF) and not actor.has(Role.AGENCY_STAFF) and not actor.has(Role.ASSESSOR):
        return []
    rows = _open_assessments(actor)
    moves = last_moves([row.id for row in rows])
    tasks = [task for row in rows for task in _tasks_of(actor, row, _last(row, moves.get(row.id)), now)]
    tasks += _secrets_to_enter(actor, rows)
    return [*tasks, *_batches_to_schedule(actor, now), *_requests_to_schedule(actor)]


def running(actor: Actor, now: datetime) -> list[Waiting]:
    """The assessments that are open now or still to come, for everybody who has a part in them."""
    query = select(AssessmentRow).where(assessing.visible_to(actor), AssessmentRow.closes_at > now)
    query = query.where(AssessmentRow.state.in_([_S.PROPOSED, _S.ACCEPTED, _S.DRAWN]))
    return [_runs(row, now) for row in db.session.scalars(query.order_by(AssessmentRow.opens_at).limit(20))]


def _runs(row: AssessmentRow, now: datetime) -> Waiting:
    facts = {"code": row.code, "batch": row.batch.name}
    under_way = row.opens_at <= now
    title = (
        Message("%(code)s of %(batch)s is under way", facts)
        if under_way
        else Message("%(code)s of %(batch)s is to come", facts)
    )
    return Waiting(
        title=title,
        endpoint="assessing.show",
        values={"assessment_id": row.id},
        detail=Message("%(centre)s", {"centre": row.batch.centre.name}),
        due=row.closes_at if under_way else row.opens_at,
    )


def _open_assessments(actor: Actor) -> Sequence[AssessmentRow]:
    query = select(AssessmentRow).where(assessing.visible_to(actor), AssessmentRow.state.in_(_OPEN))
    # Who the assessors are is not told here, only whether there are any and whether it is the actor.
    query = query.options(selectinload(AssessmentRow.assessors).lazyload(AssessmentAssessorRow.person))
    return db.session.scalars(query.order_by(AssessmentRow.id)).all()


def _last(row: AssessmentRow, move: HistoryRow | None) -> LastMove:
    if move is None:
        return LastMove(at=row.created_at)
    return LastMove(at=move.at, why_back=move.why if move.what in SENT_BACK else "")


def _tasks_of(actor: Actor, row: AssessmentRow, last: LastMove, now: datetime) -> list[Waiting]:
    sides = assessing.sides_of(actor, row)
    tellers = [tell for side, tell in _TELLERS.get(AssessmentState(row.state), ()) if side in sides]
    return [task for tell in tellers if (task := tell(row, last, now))]


def _task(row: AssessmentRow, title: Message, button: Message, due: datetime | None = None) -> Waiting:
    return Waiting(
        title=title,
        endpoint="assessing.show",
        values={"assessment_id": row.id},
        button=button,
        detail=Message("%(batch)s at %(centre)s", {"batch": row.batch.name, "centre": row.batch.centre.name}),
        due=due,
    )


def _to_answer(row: AssessmentRow, last: LastMove, _now: datetime) -> Waiting:
    title = Message("Accept or decline %(code)s", {"code": row.code})
    return _task(row, title, Message("Answer"), last.at + TO_ANSWER)


def _declined(row: AssessmentRow, _last: LastMove, _now: datetime) -> Waiting:
    facts = {"code": row.code, "agency": row.agency.name}
    title = Message("%(agency)s declined %(code)s: ask another agency", facts)
    return _task(row, title, Message("Choose an agency"), row.opens_at)


def _to_draw(row: AssessmentRow, _last: LastMove, _now: datetime) -> Waiting:
    return _task(row, Message("Draw the papers of %(code)s", {"code": row.code}), Message("Draw"), row.opens_at)


def _secrets_to_enter(actor: Actor, rows: Sequence[AssessmentRow]) -> list[Waiting]:
    """Assessments whose papers wait for a secret that the actor's council committed to; the agency is told to draw."""
    councils = actor.organisations(Role.COUNCIL_STAFF)
    accepted = {row.id: row for row in rows if row.state == _S.ACCEPTED and row.council_id in councils}
    return [
        Waiting(
            title=Message("Enter your secret for the papers of %(code)s", {"code": row.code}),
            endpoint="assessing.show_secrets",
            values={"assessment_id": row.id},
            button=Message("Enter"),
            detail=Message("%(batch)s at %(centre)s", {"batch": row.batch.name, "centre": row.batch.centre.name}),
            due=row.opens_at,
        )
        for row in (accepted[found] for found in commitments.list_awaited(Side.COUNCIL, accepted))
    ]


def _to_verify(row: AssessmentRow, last: LastMove, _now: datetime) -> Waiting:
    if last.why_back:
        title = Message("The mark sheet of %(code)s was sent back: verify it again", {"code": row.code})
        return replace(_task(row, title, Message("Verify"), last.at + TO_VERIFY), detail=_quoted(last.why_back))
    title = Message("Verify the mark sheet of %(code)s", {"code": row.code})
    return _task(row, title, Message("Verify"), last.at + TO_VERIFY)


def _to_approve(row: AssessmentRow, last: LastMove, _now: datetime) -> Waiting:
    title = Message("Approve the mark sheet of %(code)s", {"code": row.code})
    return _task(row, title, Message("Approve"), last.at + TO_APPROVE)


def _to_release(row: AssessmentRow, last: LastMove, _now: datetime) -> Waiting:
    title = Message("Release the results of %(code)s", {"code": row.code})
    return _task(row, title, Message("Release"), last.at + TO_APPROVE)


def _to_name(row: AssessmentRow, _last: LastMove, _now: datetime) -> Waiting | None:
    if row.assessors:
        return None
    title = Message("Name the assessors of %(code)s", {"code": row.code})
    return _task(row, title, Message("Name assessors"), row.opens_at)


def _to_invigilate(row: AssessmentRow, _last: LastMove, now: datetime) -> Waiting | None:
    if not row.opens_at - BEFORE_OPENING <= now <= row.closes_at:
        return None
    title = Message("Invigilate the theory exam of %(code)s", {"code": row.code})
    return replace(_task(row, title, Message("Exam room"), row.closes_at), endpoint="invigilation.show_room")


def _to_submit(row: AssessmentRow, last: LastMove, now: datetime) -> Waiting | None:
    if now < row.opens_at:
        return None
    if last.why_back:
        title = Message("The agency sent back the mark sheet of %(code)s: mend it and submit it", {"code": row.code})
        return replace(_task(row, title, Message("Open"), last.at + TO_SUBMIT), detail=_quoted(last.why_back))
    title = Message("Assess the candidates of %(code)s and submit the mark sheet", {"code": row.code})
    return _task(row, title, Message("Open"), row.closes_at + TO_SUBMIT)


def _quoted(reason: str) -> Message:
    return Message("“%(reason)s”", {"reason": reason})


def _batches_to_schedule(actor: Actor, now: datetime) -> list[Waiting]:
    query = (
        select(BatchRow)
        .join(BatchRow.centre)
        .where(OrganisationRow.council_id.in_(actor.organisations(Role.COUNCIL_STAFF)))
        .where(BatchRow.ends_on < day_of(now))
        .where(select(TraineeRow.id).where(TraineeRow.batch_id == BatchRow.id).exists())
        .where(~select(AssessmentRow.id).where(AssessmentRow.batch_id == BatchRow.id).exists())
        .order_by(BatchRow.ends_on)
    )
    return [_schedule(batch, again=False) for batch in db.session.scalars(query)]


def _requests_to_schedule(actor: Actor) -> list[Waiting]:
    """Batches with requests for reassessment that the council accepted and that have no day yet."""
    accepted = select(ReassessmentStepRow.reassessment_id).filter_by(level="council", is_accepted=True)
    query = (
        select(BatchRow)
        .join(BatchRow.centre)
        .join(TraineeRow, TraineeRow.batch_id == BatchRow.id)
        .join(CandidateRow, CandidateRow.trainee_id == TraineeRow.id)
        .join(ReassessmentRow, ReassessmentRow.candidate_id == CandidateRow.id)
        .where(OrganisationRow.council_id.in_(actor.organisations(Role.COUNCIL_STAFF)))
        .where(ReassessmentRow.next_candidate_id.is_(None), ReassessmentRow.id.in_(accepted))
        .order_by(BatchRow.ends_on)
    )
    return [_schedule(batch, again=True) for batch in db.session.scalars(query).unique()]


def _schedule(batch: BatchRow, *, again: bool) -> Waiting:
    facts = {"batch": batch.name}
    first = Message("Schedule the assessment of %(batch)s", facts)
    second = Message("Schedule the reassessments of %(batch)s", facts)
    return Waiting(
        title=second if again else first,
        endpoint="assessing.schedule",
        values={"batch": batch.id, "kind": "again" if again else "first"},
        button=Message("Schedule"),
        detail=Message("%(centre)s", {"centre": batch.centre.name}),
    )


Teller = Callable[[AssessmentRow, LastMove, datetime], Waiting | None]
_TELLERS: dict[AssessmentState, tuple[tuple[Side, Teller], ...]] = {
    _S.PROPOSED: ((Side.AGENCY, _to_answer),),
    _S.DECLINED: ((Side.COUNCIL, _declined),),
    _S.ACCEPTED: ((Side.AGENCY, _to_draw),),
    _S.DRAWN: ((Side.AGENCY, _to_name), (Side.ASSESSOR, _to_invigilate), (Side.ASSESSOR, _to_submit)),
    _S.SUBMITTED: ((Side.AGENCY, _to_verify),),
    _S.VERIFIED: ((Side.COUNCIL, _to_approve),),
    _S.APPROVED: ((Side.COUNCIL, _to_release),),
}
