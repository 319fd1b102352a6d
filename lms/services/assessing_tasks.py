"""What waits for people in assessing, and which assessments are under way: for home."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import assessing
from lms.services.assessing import MOVES, Side
from lms.services.days import day_of
from lms.services.waiting import Waiting
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow
from lms.tables.history import HistoryRow
from lms.tables.marking import ReassessmentRow, ReassessmentStepRow
from lms.tables.people import OrganisationRow, Role
from lms.tables.training import BatchRow, TraineeRow

TO_ANSWER = timedelta(days=2)
TO_SUBMIT = timedelta(days=3)
TO_VERIFY = timedelta(days=3)
TO_APPROVE = timedelta(days=2)
_S = AssessmentState
_OPEN = frozenset(set(_S) - {_S.RELEASED})


def waiting(actor: Actor, now: datetime) -> list[Waiting]:
    """What the actor has to do for assessments to go on; a fixed number of queries."""
    if not actor.has(Role.COUNCIL_STAFF) and not actor.has(Role.AGENCY_STAFF) and not actor.has(Role.ASSESSOR):
        return []
    rows = _open_assessments(actor)
    since = _since([row.id for row in rows])
    tasks = [task for row in rows for task in _tasks_of(actor, row, since.get(row.id, row.created_at), now)]
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
    query = query.options(selectinload(AssessmentRow.assessors))
    return db.session.scalars(query.order_by(AssessmentRow.id)).all()


def _since(assessments: Sequence[int]) -> dict[int, datetime]:
    """When each assessment made its last move."""
    moves = [move.done.template for move in MOVES.values()]
    query = (
        select(HistoryRow.thing_id, func.max(HistoryRow.at))
        .where(HistoryRow.thing == assessing.THING, HistoryRow.thing_id.in_(assessments), HistoryRow.what.in_(moves))
        .group_by(HistoryRow.thing_id)
    )
    return dict(db.session.execute(query).all())


def _tasks_of(actor: Actor, row: AssessmentRow, since: datetime, now: datetime) -> list[Waiting]:
    sides = assessing.sides_of(actor, row)
    tellers = [tell for side, tell in _TELLERS.get(AssessmentState(row.state), ()) if side in sides]
    return [task for tell in tellers if (task := tell(row, since, now))]


def _task(row: AssessmentRow, title: Message, button: Message, due: datetime | None = None) -> Waiting:
    return Waiting(
        title=title,
        endpoint="assessing.show",
        values={"assessment_id": row.id},
        button=button,
        detail=Message("%(batch)s at %(centre)s", {"batch": row.batch.name, "centre": row.batch.centre.name}),
        due=due,
    )


def _to_answer(row: AssessmentRow, since: datetime, _now: datetime) -> Waiting:
    title = Message("Accept or decline %(code)s", {"code": row.code})
    return _task(row, title, Message("Answer"), since + TO_ANSWER)


def _declined(row: AssessmentRow, _since: datetime, _now: datetime) -> Waiting:
    facts = {"code": row.code, "agency": row.agency.name}
    title = Message("%(agency)s declined %(code)s: ask another agency", facts)
    return _task(row, title, Message("Choose an agency"), row.opens_at)


def _to_draw(row: AssessmentRow, _since: datetime, _now: datetime) -> Waiting:
    return _task(row, Message("Draw the papers of %(code)s", {"code": row.code}), Message("Draw"), row.opens_at)


def _to_verify(row: AssessmentRow, since: datetime, _now: datetime) -> Waiting:
    title = Message("Verify the mark sheet of %(code)s", {"code": row.code})
    return _task(row, title, Message("Verify"), since + TO_VERIFY)


def _to_approve(row: AssessmentRow, since: datetime, _now: datetime) -> Waiting:
    title = Message("Approve the mark sheet of %(code)s", {"code": row.code})
    return _task(row, title, Message("Approve"), since + TO_APPROVE)


def _to_release(row: AssessmentRow, since: datetime, _now: datetime) -> Waiting:
    title = Message("Release the results of %(code)s", {"code": row.code})
    return _task(row, title, Message("Release"), since + TO_APPROVE)


def _to_name(row: AssessmentRow, _since: datetime, _now: datetime) -> Waiting | None:
    if row.assessors:
        return None
    title = Message("Name the assessors of %(code)s", {"code": row.code})
    return _task(row, title, Message("Name assessors"), row.opens_at)


def _to_submit(row: AssessmentRow, _since: datetime, now: datetime) -> Waiting | None:
    if now < row.opens_at:
        return None
    title = Message("Assess the candidates of %(code)s and submit the mark sheet", {"code": row.code})
    return _task(row, title, Message("Open"), row.closes_at + TO_SUBMIT)


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


Teller = Callable[[AssessmentRow, datetime, datetime], Waiting | None]
_TELLERS: dict[AssessmentState, tuple[tuple[Side, Teller], ...]] = {
    _S.PROPOSED: ((Side.AGENCY, _to_answer),),
    _S.DECLINED: ((Side.COUNCIL, _declined),),
    _S.ACCEPTED: ((Side.AGENCY, _to_draw),),
    _S.DRAWN: ((Side.AGENCY, _to_name), (Side.ASSESSOR, _to_submit)),
    _S.SUBMITTED: ((Side.AGENCY, _to_verify),),
    _S.VERIFIED: ((Side.COUNCIL, _to_approve),),
    _S.APPROVED: ((Side.COUNCIL, _to_release),),
}
