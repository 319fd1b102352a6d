"""Assessments as each person may see them, and the moves that take one from proposal to release."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select, update

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor, Permission
from lms.services import history
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.tables.assessing import AssessmentAssessorRow, AssessmentRow, AssessmentState, CandidateRow
from lms.tables.people import OrganisationRow, Role
from lms.tables.training import BatchRow, BatchTrainerRow, TraineeRow

THING = "assessment"
MIN_REASON = 5
WHOLE_MINUTES = Message("Write extra time as whole minutes, such as 30.")


class Side(StrEnum):
    """The part a person has in an assessment."""

    COUNCIL = "council"
    AGENCY = "agency"
    ASSESSOR = "assessor"
    CENTRE = "centre"
    TRAINER = "trainer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One step of an assessment: from which states to which, by whom, and what the history says of it."""

    before: frozenset[AssessmentState]
    after: AssessmentState
    side: Side
    permission: Permission
    done: Message
    needs_reason: bool = False


_S, _P = AssessmentState, Permission
MOVES: Mapping[str, Move] = {
    "accept": Move(
        before=frozenset({_S.PROPOSED}),
        after=_S.ACCEPTED,
        side=Side.AGENCY,
        permission=_P.ASSESSMENT_ANSWER,
        done=Message("accepted the assessment"),
    ),
    "decline": Move(
        before=frozenset({_S.PROPOSED}),
        after=_S.DECLINED,
        side=Side.AGENCY,
        permission=_P.ASSESSMENT_ANSWER,
        done=Message("declined the assessment"),
        needs_reason=True,
    ),
    "propose": Move(
        before=frozenset({_S.DECLINED}),
        after=_S.PROPOSED,
        side=Side.COUNCIL,
        permission=_P.ASSESSMENT_SCHEDULE,
        done=Message("asked %(agency)s to assess"),
    ),
    "draw": Move(
        before=frozenset({_S.ACCEPTED}),
        after=_S.DRAWN,
        side=Side.AGENCY,
        permission=_P.ASSESSMENT_DRAW,
        done=Message("drew %(papers)s papers and %(practicals)s practicals"),
    ),
    "submit": Move(
        before=frozenset({_S.DRAWN}),
        after=_S.SUBMITTED,
        side=Side.ASSESSOR,
        permission=_P.PRACTICAL_SCORE,
        done=Message("submitted the mark sheet"),
    ),
    "verify": Move(
        before=frozenset({_S.SUBMITTED}),
        after=_S.VERIFIED,
        side=Side.AGENCY,
        permission=_P.MARKS_VERIFY,
        done=Message("verified the mark sheet"),
    ),
    "return_to_assessor": Move(
        before=frozenset({_S.SUBMITTED}),
        after=_S.DRAWN,
        side=Side.AGENCY,
        permission=_P.MARKS_VERIFY,
        done=Message("sent the mark sheet back to the assessor"),
        needs_reason=True,
    ),
    "approve": Move(
        before=frozenset({_S.VERIFIED}),
        after=_S.APPROVED,
        side=Side.COUNCIL,
        permission=_P.MARKS_APPROVE,
        done=Message("approved the mark sheet: %(competent)s of %(candidates)s candidates competent"),
    ),
    "return_to_agency": Move(
        before=frozenset({_S.VERIFIED, _S.APPROVED}),
        after=_S.SUBMITTED,
        side=Side.COUNCIL,
        permission=_P.MARKS_APPROVE,
        done=Message("sent the mark sheet back to the agency"),
        needs_reason=True,
    ),
    "release": Move(
        before=frozenset({_S.APPROVED}),
        after=_S.RELEASED,
        side=Side.COUNCIL,
        permission=_P.MARKS_APPROVE,
        done=Message("released the results"),
    ),
}


def get_assessment(actor: Actor, assessment_id: int) -> AssessmentRow:
    """An assessment the actor has a part in; raises Absent."""
    row = db.session.scalar(select(AssessmentRow).where(visible_to(actor), AssessmentRow.id == assessment_id))
    if row is None:
        raise Absent
    return row


def list_assessments(
    actor: Actor, *, state: AssessmentState | None = None, text: str = ""
) -> Sequence[tuple[AssessmentRow, int]]:
    """The assessments the actor has a part in with their numbers of candidates, the latest first.

    `text` is looked for in the code, in the batch's code and name, and in the names of centre and agency.
    """
    candidates = (
        select(func.count(CandidateRow.id))
        .where(CandidateRow.assessment_id == AssessmentRow.id)
        .correlate(AssessmentRow)
        .scalar_subquery()
    )
    query = select(AssessmentRow, candidates).where(visible_to(actor))
    if state:
        query = query.where(AssessmentRow.state == state)
    if text.strip():
        query = query.where(_mentions(text.strip()))
    query = query.order_by(AssessmentRow.opens_at.desc(), AssessmentRow.id.desc())
    return [(row, number) for row, number in db.session.execute(query)]


def own_candidate(actor: Actor, candidate_id: int) -> CandidateRow:
    """The actor's own candidature; raises Absent for everybody else's."""
    own = TraineeRow.person_id == actor.person_id
    row = db.session.scalar(select(CandidateRow).join(CandidateRow.trainee).where(own, CandidateRow.id == candidate_id))
    if row is None:
        raise Absent
    return row


def get_candidate(assessment: AssessmentRow, candidate_id: int) -> CandidateRow:
    """A candidate of an assessment that was loaded through the person; raises Absent."""
    row = db.session.scalar(select(CandidateRow).filter_by(assessment_id=assessment.id, id=candidate_id))
    if row is None:
        raise Absent
    return row


def sides_of(actor: Actor, row: AssessmentRow) -> frozenset[Side]:
    """The parts the actor has in an assessment."""
    person = actor.person_id
    parts = {
        Side.COUNCIL: row.council_id in actor.organisations(Role.COUNCIL_STAFF),
        Side.AGENCY: row.agency_id in actor.organisations(Role.AGENCY_STAFF),
        Side.CENTRE: row.batch.centre_id in actor.organisations(Role.CENTRE_STAFF),
        Side.ASSESSOR: row.agency_id in actor.organisations(Role.ASSESSOR)
        and any(entry.person_id == person for entry in row.assessors),
        Side.TRAINER: row.batch.centre_id in actor.organisations(Role.TRAINER)
        and any(entry.person_id == person for entry in row.batch.trainers),
    }
    return frozenset(side for side, held in parts.items() if held)


def moves_of(actor: Actor, row: AssessmentRow) -> frozenset[str]:
    """The moves the actor can make from where the assessment stands."""
    sides = sides_of(actor, row)
    return frozenset(
        act
        for act, move in MOVES.items()
        if row.state in move.before and move.side in sides and actor.may(move.permission)
    )


def require_side(actor: Actor, row: AssessmentRow, *sides: Side) -> None:
    """Refuse an act to people who see the assessment but have another part in it."""
    if sides_of(actor, row).isdisjoint(sides):
        raise NotAllowed(Message("Your part in this assessment does not include this."))


def make_move(
    actor: Actor, row: AssessmentRow, act: str, *, now: datetime, why: str = "", facts: Mapping[str, str] | None = None
) -> bool:
    """Move an assessment on and record it, in the caller's transaction; False when it stands there already.

    The state is compared and set in one statement, so that of two people who act at once one moves it. Raises
    NotAllowed, Faulty for a missing reason, and Conflict when the assessment has moved elsewhere.
    """
    move = MOVES[act]
    require_side(actor, row, move.side)
    if move.needs_reason and len(why.strip()) < MIN_REASON:
        raise Faulty(Message("Give a reason of at least %(length)s characters.", {"length": str(MIN_REASON)}))
    change = update(AssessmentRow).where(AssessmentRow.id == row.id, AssessmentRow.state.in_(move.before))
    moved = db.session.execute(change.values(state=move.after))
    db.session.refresh(row, ["state"])
    if moved.rowcount:  # type: ignore[attr-defined]
        done = Message(move.done.template, facts or {})
        history.record(actor, THING, row.id, done, now=now, why=why.strip())
        return True
    if row.state == move.after:
        return False
    raise moved_on()


def is_to_move(actor: Actor, row: AssessmentRow, act: str) -> bool:
    """Whether a move is still to be made, without making it; raises as `make_move` does."""
    move = MOVES[act]
    require_side(actor, row, move.side)
    if row.state not in {*move.before, move.after}:
        raise moved_on()
    return row.state != move.after


def lock(row: AssessmentRow) -> AssessmentRow:
    """Hold an assessment where it stands until the caller's transaction ends."""
    db.session.refresh(row, ["state"], with_for_update=True)
    return row


def lock_all(rows: Iterable[AssessmentRow]) -> list[AssessmentRow]:
    """Hold several, always in the same order, so that two who hold some of the same do not wait for each other."""
    return [lock(row) for row in sorted(set(rows), key=lambda row: row.id)]


def moved_on() -> Conflict:
    """What to say when somebody else has changed the assessment meanwhile."""
    return Conflict(Message("The assessment has moved on meanwhile. Open its page again to see where it stands."))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The assessments the actor has a part in, as a condition."""
    person = actor.person_id
    centres = select(BatchRow.id).where(BatchRow.centre_id.in_(actor.organisations(Role.CENTRE_STAFF)))
    named = select(AssessmentAssessorRow.assessment_id).where(AssessmentAssessorRow.person_id == person)
    trained = (
        select(BatchTrainerRow.batch_id)
        .join(BatchRow, BatchRow.id == BatchTrainerRow.batch_id)
        .where(BatchTrainerRow.person_id == person, BatchRow.centre_id.in_(actor.organisations(Role.TRAINER)))
    )
    return or_(
        AssessmentRow.council_id.in_(actor.organisations(Role.COUNCIL_STAFF)),
        AssessmentRow.agency_id.in_(actor.organisations(Role.AGENCY_STAFF)),
        AssessmentRow.batch_id.in_(centres),
        AssessmentRow.agency_id.in_(actor.organisations(Role.ASSESSOR)) & AssessmentRow.id.in_(named),
        AssessmentRow.batch_id.in_(trained),
    )


def _mentions(text: str) -> ColumnElement[bool]:
    organisations = select(OrganisationRow.id).where(OrganisationRow.name.icontains(text, autoescape=True))
    batches = select(BatchRow.id).where(
        or_(
            BatchRow.code.icontains(text, autoescape=True),
            BatchRow.name.icontains(text, autoescape=True),
            BatchRow.centre_id.in_(organisations),
        )
    )
    return or_(
        AssessmentRow.code.icontains(text, autoescape=True),
        AssessmentRow.batch_id.in_(batches),
        AssessmentRow.agency_id.in_(organisations),
    )
