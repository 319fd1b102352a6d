"""Results as each person may see them: nobody before the release, but those who check the marks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from assessments.decisions import Outcome, Result
from assessments.model import AssessmentScheme
from assessments.reassessment import ReassessmentCheck, may_ask
from assessments.words import Message
from curriculum.model import QualificationPack
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of, scheme_of
from lms.records.results import result_of
from lms.services.days import day_of, end_of
from lms.services.errors import Absent
from lms.services.progress import Step, steps_of
from lms.services.waiting import Waiting
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow
from lms.tables.marking import ReassessmentRow, ResultRow
from lms.tables.people import Role
from lms.tables.training import BatchRow, TraineeRow, TraineeState

FRESH = timedelta(days=60)
_S = AssessmentState
BY_COUNCIL = frozenset({_S.VERIFIED, _S.APPROVED})
BY_AGENCY = BY_COUNCIL | {_S.SUBMITTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSheet:
    """All that a person may see of a candidate's result; `result` is None while it is hidden or not decided."""

    candidate: CandidateRow
    pack: QualificationPack
    scheme: AssessmentScheme
    row: ResultRow | None
    result: Result | None
    released_at: datetime | None
    may_see: bool
    is_own: bool

    @property
    def steps(self) -> list[Step]:
        """Where the candidate stands on the way to a certificate; the outcome shows once it is released."""
        outcome = self.result.outcome if self.result and self.released_at else ""
        return steps_of(
            is_enrolled=True,
            is_trained=self.candidate.trainee.state != TraineeState.DROPPED_OUT,
            states=(self.candidate.assessment.state,),
            outcome=outcome,
        )

    def reassessment(self, now: datetime) -> ReassessmentCheck | None:
        """Whether another attempt can be asked for today; None while nothing is released."""
        if self.result is None or self.released_at is None:
            return None
        return check_reassessment(self.scheme, self.candidate, self.result.outcome, self.released_at, now)


def get_sheet(actor: Actor, candidate_id: int) -> ResultSheet:
    """A candidate's result for the candidate, the centre, the agency or the council; raises Absent for all others."""
    query = select(CandidateRow).join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
    candidate = db.session.scalar(query.where(visible_to(actor), CandidateRow.id == candidate_id))
    if candidate is None:
        raise Absent
    assessment = candidate.assessment
    may_see = _may_see(actor, assessment)
    row = newest_results([candidate.id]).get(candidate.id) if may_see else None
    is_released = assessment.state == _S.RELEASED
    return ResultSheet(
        candidate=candidate,
        pack=pack_of(assessment.pack_version),
        scheme=scheme_of(assessment.scheme_version),
        row=row,
        result=result_of(row) if row else None,
        released_at=release_moments([assessment.id]).get(assessment.id) if is_released else None,
        may_see=may_see,
        is_own=candidate.trainee.person_id == actor.person_id,
    )


def list_own(actor: Actor) -> Sequence[tuple[CandidateRow, str]]:
    """The actor's own assessments, the latest first, each with its outcome, empty while it is not released."""
    query = (
        select(CandidateRow)
        .join(TraineeRow, TraineeRow.id == CandidateRow.trainee_id)
        .join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
        .where(TraineeRow.person_id == actor.person_id)
        .options(contains_eager(CandidateRow.assessment).joinedload(AssessmentRow.pack_version))
        .order_by(AssessmentRow.opens_at.desc(), CandidateRow.id.desc())
    )
    candidates = db.session.scalars(query).all()
    released = [row.id for row in candidates if row.assessment.state == _S.RELEASED]
    results = newest_results(released)
    return [(row, results[row.id].outcome if row.id in results else "") for row in candidates]


def newest_results(candidate_ids: Collection[int]) -> Mapping[int, ResultRow]:
    """The result that counts for each candidate who has one."""
    query = select(ResultRow).where(ResultRow.candidate_id.in_(candidate_ids), is_newest())
    return {row.candidate_id: row for row in db.session.scalars(query)}


def is_newest() -> ColumnElement[bool]:
    """That no later result of the same candidate corrects this one."""
    later = aliased(ResultRow)
    found = select(later.id).where(later.candidate_id == ResultRow.candidate_id, later.number > ResultRow.number)
    return ~found.correlate(ResultRow).exists()


def release_moments(assessment_ids: Collection[int]) -> Mapping[int, datetime]:
    """When assessments were released; those that are not are left out."""
    query = select(AssessmentRow.id, AssessmentRow.released_at)
    found = query.where(AssessmentRow.id.in_(assessment_ids), AssessmentRow.released_at.is_not(None))
    return {number: moment for number, moment in db.session.execute(found) if moment is not None}


def check_reassessment(
    scheme: AssessmentScheme, candidate: CandidateRow, outcome: str, released_at: datetime, now: datetime
) -> ReassessmentCheck:
    """What the scheme's policy says of another attempt, in days of the site."""
    return may_ask(scheme.reassessment, Outcome(outcome), candidate.attempt_number, day_of(released_at), day_of(now))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The candidates whose result page the actor may open; needs `AssessmentRow` in the query."""
    own = select(TraineeRow.id).where(TraineeRow.person_id == actor.person_id)
    centres = select(BatchRow.id).where(BatchRow.centre_id.in_(actor.organisations(Role.CENTRE_STAFF)))
    return or_(
        CandidateRow.trainee_id.in_(own),
        AssessmentRow.batch_id.in_(centres),
        AssessmentRow.agency_id.in_(actor.organisations(Role.AGENCY_STAFF)),
        AssessmentRow.council_id.in_(actor.organisations(Role.COUNCIL_STAFF)),
    )


def waiting(actor: Actor, now: datetime) -> list[Waiting]:
    """The actor's own fresh results, each with the step that comes next."""
    if not actor.has(Role.TRAINEE):
        return []
    return [
        task
        for candidate, result, released_at, request in _fresh(actor, now)
        if (task := _next_step(candidate, result, released_at, request, now)) is not None
    ]


def _fresh(actor: Actor, now: datetime) -> Sequence[tuple[CandidateRow, ResultRow, datetime, ReassessmentRow | None]]:
    query = (
        select(CandidateRow, ResultRow, AssessmentRow.released_at, ReassessmentRow)
        .join(TraineeRow, TraineeRow.id == CandidateRow.trainee_id)
        .join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
        .join(ResultRow, and_(ResultRow.candidate_id == CandidateRow.id, is_newest()))
        .outerjoin(ReassessmentRow, ReassessmentRow.candidate_id == CandidateRow.id)
        .where(TraineeRow.person_id == actor.person_id, AssessmentRow.released_at > now - FRESH)
        .options(
            contains_eager(CandidateRow.assessment).options(
                joinedload(AssessmentRow.pack_version), joinedload(AssessmentRow.scheme_version)
            )
        )
        .order_by(AssessmentRow.released_at.desc())
    )
    return db.session.execute(query).all()


def _next_step(
    candidate: CandidateRow, result: ResultRow, released_at: datetime, request: ReassessmentRow | None, now: datetime
) -> Waiting | None:
    if request is not None and request.next_candidate_id is not None:
        return None
    scheme = scheme_of(candidate.assessment.scheme_version)
    check = check_reassessment(scheme, candidate, result.outcome, released_at, now)
    detail, due = None, None
    if result.outcome == Outcome.COMPETENT:
        detail = Message("You are competent. Your certificate is on the page of the result.")
    elif request is not None:
        detail = Message("You asked to be assessed again. The page of the result says where this stands.")
    elif check.allowed and check.apply_by is not None:
        detail, due = Message("You can ask to be assessed again."), end_of(check.apply_by) - timedelta(minutes=1)
    return Waiting(
        title=Message("Your result is there: %(pack)s", {"pack": candidate.assessment.pack_version.title}),
        endpoint="results.show",
        values={"candidate_id": candidate.id},
        button=Message("See the result"),
        detail=detail,
        due=due,
    )


def _may_see(actor: Actor, assessment: AssessmentRow) -> bool:
    if assessment.state == _S.RELEASED:
        return True
    is_checked_here = assessment.state in BY_AGENCY and assessment.agency_id in actor.organisations(Role.AGENCY_STAFF)
    is_approved_here = assessment.state in BY_COUNCIL and assessment.council_id in actor.organisations(
        Role.COUNCIL_STAFF
    )
    return is_checked_here or is_approved_here
