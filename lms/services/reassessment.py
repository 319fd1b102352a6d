"""Requests to be assessed again: asked by the candidate, decided by centre, agency and council in this order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from assessments.reassessment import ReassessmentCheck
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import scheme_of
from lms.services import history
from lms.services.days import end_of
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.services.progress import Step
from lms.services.results import check_reassessment, get_sheet, newest_results, release_moments
from lms.services.waiting import Waiting
from lms.tables.assessing import AssessmentRow, CandidateRow
from lms.tables.marking import ReassessmentRow, ReassessmentStepRow, ResultRow
from lms.tables.people import Role
from lms.tables.training import BatchRow

THING = "reassessment"
MIN_REASON = 5


class Level(StrEnum):
    """Who decides a request, in this order."""

    CENTRE = "centre"
    AGENCY = "agency"
    COUNCIL = "council"


LEVELS = tuple(Level)
LEVEL_WORDS = {
    Level.CENTRE: Message("the training centre"),
    Level.AGENCY: Message("the assessment agency"),
    Level.COUNCIL: Message("the council"),
}
_STEP_WORDS = {Level.CENTRE: Message("Centre"), Level.AGENCY: Message("Agency"), Level.COUNCIL: Message("Council")}


class RequestState(StrEnum):
    """Where a request stands."""

    WAITS = "waits"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSheet:
    """A request and where it stands; `waits_for` is the level whose turn it is, `is_mine` whether that is the actor."""

    row: ReassessmentRow
    state: RequestState
    waits_for: Level | None
    is_mine: bool
    may_schedule: bool

    @property
    def steps(self) -> list[Step]:
        """Asked, the three decisions, the new assessment, for the stepper."""
        decided = {step.level: step.is_accepted for step in self.row.steps}
        steps = [Step(word=Message("Asked"), state="done")]
        for level in LEVELS:
            accepted = decided.get(level)
            waits = "now" if level is self.waits_for else "todo"
            state = waits if accepted is None else "done" if accepted else "failed"
            steps.append(Step(word=_STEP_WORDS[level], state=state))
        ends = {RequestState.SCHEDULED: "done", RequestState.ACCEPTED: "now"}
        return [*steps, Step(word=Message("Scheduled"), state=ends.get(self.state, "todo"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPage:
    """A request with what is needed to decide it."""

    sheet: RequestSheet
    result: ResultRow | None
    check: ReassessmentCheck | None


def ask(actor: Actor, candidate_id: int, *, reason: str, now: datetime) -> ReassessmentRow:
    """Ask to be assessed again; asked already, nothing happens. Raises Conflict with the reasons why not."""
    result_sheet = get_sheet(actor, candidate_id)
    if not result_sheet.is_own:
        raise NotAllowed(Message("Only the candidate can ask to be assessed again."))
    if (asked := find_request(candidate_id)) is not None:
        return asked
    check = result_sheet.reassessment(now)
    if check is None:
        raise Conflict(Message("The result is not released yet."))
    if not check.allowed:
        raise Conflict(check.reasons[0])
    row = ReassessmentRow(candidate_id=candidate_id, asked_at=now, reason=reason.strip())
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:  # clicked twice at the same time
        db.session.rollback()
        return db.session.scalars(select(ReassessmentRow).filter_by(candidate_id=candidate_id)).one()
    _record(actor, row, Message("asked to be assessed again"), reason, now)
    db.session.commit()
    return row


def decide(
    actor: Actor, request_id: int, *, level: str, is_accepted: bool, reason: str, now: datetime
) -> ReassessmentRow:
    """Accept or refuse at one level. The same answer twice is one; a refusal ends the request.

    Raises NotAllowed at a level that is not the actor's, Conflict when it is not that level's turn, and Faulty
    without a reason.
    """
    row, at = get_request(actor, request_id), Level(level)
    if at not in levels_of(actor, row.candidate.assessment):
        raise NotAllowed(Message("This is for %(level)s to decide.", {"level": LEVEL_WORDS[at]}))
    given = next((step for step in row.steps if step.level == at), None)
    if given is not None and given.is_accepted == is_accepted:
        return row
    _require_turn(row, at)
    why = reason.strip()
    if len(why) < MIN_REASON:
        raise Faulty(Message("Give a reason of at least %(length)s characters.", {"length": str(MIN_REASON)}))
    row.steps.append(ReassessmentStepRow(level=at, is_accepted=is_accepted, reason=why, by_id=actor.person_id, at=now))
    done = Message("accepted the request for reassessment") if is_accepted else Message("refused the reassessment")
    _record(actor, row, done, why, now)
    try:
        db.session.commit()
    except IntegrityError as fault:
        db.session.rollback()
        raise Conflict(Message("A colleague has decided this meanwhile. Open the page again.")) from fault
    return row


def get_request(actor: Actor, request_id: int) -> ReassessmentRow:
    """A request that the actor's organisation has a say in; raises Absent."""
    row = db.session.scalar(_visible(actor).where(ReassessmentRow.id == request_id))
    if row is None:
        raise Absent
    return row


def get_page(actor: Actor, request_id: int, now: datetime) -> RequestPage:
    """A request with its result and its dates."""
    row = get_request(actor, request_id)
    candidate = row.candidate
    result = newest_results([candidate.id]).get(candidate.id)
    released_at = release_moments([candidate.assessment_id]).get(candidate.assessment_id)
    check = None
    if result is not None and released_at is not None:
        scheme = scheme_of(candidate.assessment.scheme_version)
        check = check_reassessment(scheme, candidate, result.outcome, released_at, now)
    return RequestPage(sheet=sheet_of(actor, row), result=result, check=check)


def list_requests(actor: Actor) -> Sequence[RequestSheet]:
    """The requests that the actor's organisation has a say in: those that wait for the actor first."""
    rows = db.session.scalars(_visible(actor).order_by(ReassessmentRow.asked_at, ReassessmentRow.id)).unique()
    sheets = [sheet_of(actor, row) for row in rows]
    return sorted(sheets, key=lambda sheet: not (sheet.is_mine or sheet.may_schedule))


def find_request(candidate_id: int) -> ReassessmentRow | None:
    """The request of a candidate who was loaded through the person."""
    return db.session.scalar(select(ReassessmentRow).filter_by(candidate_id=candidate_id))


def sheet_of(actor: Actor, row: ReassessmentRow) -> RequestSheet:
    """Where a request stands, and whether the actor has to act."""
    state, waits_for = _standing(row)
    mine = levels_of(actor, row.candidate.assessment)
    return RequestSheet(
        row=row,
        state=state,
        waits_for=waits_for,
        is_mine=waits_for in mine,
        may_schedule=state is RequestState.ACCEPTED and Level.COUNCIL in mine,
    )


def levels_of(actor: Actor, assessment: AssessmentRow) -> frozenset[Level]:
    """The levels at which the actor decides."""
    held = {
        Level.CENTRE: assessment.batch.centre_id in actor.organisations(Role.CENTRE_STAFF),
        Level.AGENCY: assessment.agency_id in actor.organisations(Role.AGENCY_STAFF),
        Level.COUNCIL: assessment.council_id in actor.organisations(Role.COUNCIL_STAFF),
    }
    return frozenset(level for level, is_held in held.items() if is_held)


def waiting(actor: Actor, now: datetime) -> list[Waiting]:
    """The requests the actor has to decide, each due on the last day on which the assessment can be held."""
    if not actor.organisations(Role.CENTRE_STAFF, Role.AGENCY_STAFF, Role.COUNCIL_STAFF):
        return []
    rows = db.session.scalars(_visible(actor).where(_is_open())).unique()
    mine = [sheet.row for sheet in (sheet_of(actor, row) for row in rows) if sheet.is_mine]
    released = release_moments({row.candidate.assessment_id for row in mine})
    results = newest_results([row.candidate_id for row in mine])
    return [_task(row, results.get(row.candidate_id), released.get(row.candidate.assessment_id), now) for row in mine]


def _task(row: ReassessmentRow, result: ResultRow | None, released_at: datetime | None, now: datetime) -> Waiting:
    candidate, hold_by = row.candidate, None
    if result is not None and released_at is not None:
        scheme = scheme_of(candidate.assessment.scheme_version)
        hold_by = check_reassessment(scheme, candidate, result.outcome, released_at, now).hold_by
    return Waiting(
        title=Message("%(name)s asks to be assessed again", {"name": candidate.trainee.person.name}),
        endpoint="results.show_request",
        values={"request_id": row.id},
        button=Message("Accept or refuse"),
        detail=Message("Batch %(batch)s", {"batch": candidate.assessment.batch.code}),
        due=end_of(hold_by) - timedelta(minutes=1) if hold_by else None,
    )


def _is_open() -> ColumnElement[bool]:
    refused = exists().where(
        ReassessmentStepRow.reassessment_id == ReassessmentRow.id, ReassessmentStepRow.is_accepted.is_(False)
    )
    return ~refused & ReassessmentRow.next_candidate_id.is_(None)


def _standing(row: ReassessmentRow) -> tuple[RequestState, Level | None]:
    if any(not step.is_accepted for step in row.steps):
        return RequestState.REFUSED, None
    if row.next_candidate_id is not None:
        return RequestState.SCHEDULED, None
    if len(row.steps) == len(LEVELS):
        return RequestState.ACCEPTED, None
    return RequestState.WAITS, LEVELS[len(row.steps)]


def _require_turn(row: ReassessmentRow, level: Level) -> None:
    state, waits_for = _standing(row)
    if state is RequestState.REFUSED:
        raise Conflict(Message("The request was refused; nothing more is decided about it."))
    if waits_for is None or LEVELS.index(level) < LEVELS.index(waits_for):
        raise Conflict(Message("This has been decided; what was accepted cannot be refused afterwards."))
    if waits_for is not level:
        raise Conflict(Message("First %(level)s decides.", {"level": LEVEL_WORDS[waits_for]}))


def _visible(actor: Actor) -> Select[ReassessmentRow]:
    centres = select(BatchRow.id).where(BatchRow.centre_id.in_(actor.organisations(Role.CENTRE_STAFF)))
    assessment = joinedload(ReassessmentRow.candidate).joinedload(CandidateRow.assessment)
    return (
        select(ReassessmentRow)
        .options(assessment.joinedload(AssessmentRow.scheme_version))
        .join(CandidateRow, CandidateRow.id == ReassessmentRow.candidate_id)
        .join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
        .where(
            or_(
                AssessmentRow.batch_id.in_(centres),
                AssessmentRow.agency_id.in_(actor.organisations(Role.AGENCY_STAFF)),
                AssessmentRow.council_id.in_(actor.organisations(Role.COUNCIL_STAFF)),
            )
        )
    )


def _record(actor: Actor, row: ReassessmentRow, done: Message, why: str, now: datetime) -> None:
    history.record(actor, THING, row.id, done, now=now, why=why.strip())
    history.record(actor, "candidate", row.candidate_id, done, now=now, why=why.strip())
