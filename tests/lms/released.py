"""An assessment of the world's first batch with decided results, put into the database without its steps before."""

from datetime import datetime, timedelta
from fractions import Fraction

from assessments.decisions import Outcome, Result, decide_result, result_json
from curriculum.documents import canonical_json
from lms.extensions import db
from lms.records.content import scheme_of
from lms.services import history
from lms.services.accounts import actor_of
from lms.services.assessing import MOVES, THING
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow
from lms.tables.content import SchemeVersionRow
from lms.tables.marking import ResultRow
from lms.tables.people import OrganisationRow, PersonRow
from lms.tables.training import BatchRow, TraineeRow
from tests import world
from tests.builders import some_scores

DAY = world.DAY
OPENS = DAY + timedelta(days=3)
RELEASED = DAY + timedelta(days=6)
# Shares of all marks; the pass line is 70 %. Two thirds make fractions that are not whole.
SHARES = {"trainee": Fraction(3, 4), "trainee-b": Fraction(2, 3), "trainee-c": Fraction(1)}


def an_assessment(
    *,
    state: AssessmentState = AssessmentState.RELEASED,
    shares: dict[str, Fraction] | None = None,
    absent: tuple[str, ...] = ("trainee-d",),
    is_specimen: bool = True,
    attempt_number: int = 1,
    code: str = "A-2026-0001",
    released_at: datetime = RELEASED,
) -> AssessmentRow:
    """An assessment in a state, its candidates and, from approval on, their results; committed."""
    row = _assessment(code, state, is_specimen)
    scheme = scheme_of(row.scheme_version)
    given = SHARES if shares is None else shares
    for place, login in enumerate([*given, *absent], start=1):
        candidate = _candidate(row, login, f"{code}-{place:03}", attempt_number)
        if state in {AssessmentState.APPROVED, AssessmentState.RELEASED}:
            is_absent = login in absent
            scores = {} if is_absent else some_scores(scheme, given[login])
            status = Outcome.ABSENT if is_absent else None
            add_result(candidate, decide_result(scheme, candidate.number, scores, status=status))
    if state == AssessmentState.RELEASED:
        council = actor_of(db.session.query(PersonRow).filter_by(login="council").one())
        row.released_at = released_at
        history.record(council, THING, row.id, MOVES["release"].done, now=released_at)
    db.session.commit()
    return row


def add_result(candidate: CandidateRow, result: Result, number: int = 1) -> ResultRow:
    """A decided result as it is stored."""
    row = ResultRow(
        candidate_id=candidate.id,
        number=number,
        outcome=result.outcome,
        content=canonical_json(result_json(result)),
        inputs_hash=result.inputs_hash,
        decided_at=RELEASED - timedelta(days=1),
    )
    db.session.add(row)
    db.session.flush()
    return row


def candidate_of(login: str, code: str = "A-2026-0001") -> CandidateRow:
    """A person's entry for an assessment."""
    return (
        db.session.query(CandidateRow)
        .join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
        .join(TraineeRow, TraineeRow.id == CandidateRow.trainee_id)
        .join(PersonRow, PersonRow.id == TraineeRow.person_id)
        .filter(PersonRow.login == login, AssessmentRow.code == code)
        .one()
    )


def _assessment(code: str, state: AssessmentState, is_specimen: bool) -> AssessmentRow:
    batch = db.session.query(BatchRow).filter_by(code="B-TC-1").one()
    council = db.session.query(OrganisationRow).filter_by(code="ASC").one()
    agency = db.session.query(OrganisationRow).filter_by(code="AA-1").one()
    of_pack = db.session.query(SchemeVersionRow).filter_by(pack_version_id=batch.pack_version_id)
    scheme = of_pack.order_by(SchemeVersionRow.number.desc()).first()
    assert scheme is not None
    row = AssessmentRow(
        code=code,
        batch_id=batch.id,
        council_id=council.id,
        agency_id=agency.id,
        pack_version_id=batch.pack_version_id,
        scheme_version_id=scheme.id,
        state=state,
        opens_at=OPENS,
        closes_at=OPENS + timedelta(hours=8),
        is_specimen=is_specimen,
        created_at=DAY,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _candidate(row: AssessmentRow, login: str, number: str, attempt_number: int) -> CandidateRow:
    trainee = db.session.query(TraineeRow).join(PersonRow).filter(PersonRow.login == login).one()
    earlier = db.session.query(CandidateRow).filter_by(trainee_id=trainee.id).count()
    attempt_number = max(attempt_number, earlier + 1)
    candidate = CandidateRow(assessment_id=row.id, trainee_id=trainee.id, number=number, attempt_number=attempt_number)
    db.session.add(candidate)
    db.session.flush()
    return candidate
