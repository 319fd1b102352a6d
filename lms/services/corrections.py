"""Results corrected after they were decided: the next result with its cause, and what becomes of certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from assessments.decisions import Outcome, Result, result_json
from assessments.words import Message
from certificates.model import CertificateStatus
from curriculum.documents import canonical_json
from lms.extensions import db
from lms.permissions import Actor
from lms.records.certificates import facts_of
from lms.records.results import result_of
from lms.services import assessing, certification, history, jobs
from lms.services.errors import Conflict
from lms.services.results import newest_results
from lms.services.waiting import Waiting
from lms.tables.appeals import AppealRow
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow
from lms.tables.certification import CertificateRecallRow, CertificateReplacementRow, CertificateRow, RevocationRow
from lms.tables.jobs import JobRow
from lms.tables.marking import ResultRow
from lms.tables.people import Role
from lms.tables.rulings import ItemRulingRow, ResultCorrectionRow

_MEANWHILE = Message("A colleague has settled this meanwhile. Open the page again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PastResult:
    """A result of a candidate with what it came to; `correction` says why the one after it was decided."""

    row: ResultRow
    result: Result
    correction: ResultCorrectionRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A certificate to settle, and the result that counts now."""

    row: CertificateRow
    result: ResultRow

    @property
    def is_still_competent(self) -> bool:
        """Whether it is to be re-issued; else to be revoked."""
        return self.result.outcome == Outcome.COMPETENT


def correct(
    actor: Actor,
    candidate: CandidateRow,
    result: Result,
    cause: ItemRulingRow | AppealRow,
    *,
    words: Message,
    why: str,
    now: datetime,
) -> ResultRow | None:
    """Add the result as the candidate's next one, with its cause; None when it is the one that counts already.

    In the caller's transaction, which holds the assessment. A certificate of the candidate is marked to be re-issued.
    A candidate without any result has nothing to correct: the ruling counts when the result is decided.
    """
    before = newest_results([candidate.id]).get(candidate.id)
    if before is None or before.inputs_hash == result.inputs_hash:
        return None
    row = ResultRow(
        candidate_id=candidate.id,
        number=before.number + 1,
        outcome=result.outcome,
        content=canonical_json(result_json(result)),
        inputs_hash=result.inputs_hash,
        decided_at=now,
    )
    db.session.add(row)
    db.session.flush()
    of = "ruling_id" if isinstance(cause, ItemRulingRow) else "appeal_id"
    db.session.add(ResultCorrectionRow(result_id=row.id, **{of: cause.id}))
    history.record(actor, "candidate", candidate.id, words, now=now, why=why)
    certificate = certification.find_of_candidate(candidate.id)
    if certificate is not None and certificate.revocation is None:
        db.session.add(CertificateRecallRow(certificate_id=certificate.id, result_id=row.id, at=now))
        done = Message("marked the certificate to be re-issued: its result was corrected")
        history.record(actor, certification.THING, certificate.id, done, now=now, why=why)
    return row


def certify_the_newly_competent(actor: Actor, assessment: AssessmentRow, now: datetime) -> JobRow | None:
    """Issue certificates to who became competent by a correction; in the caller's transaction."""
    if assessment.state != AssessmentState.RELEASED:
        return None
    return certification.issue_for_assessment(actor, assessment.id, now=now)


def reissue(actor: Actor, certificate_id: int, *, now: datetime) -> CertificateRow:
    """Issue a new certificate of the corrected result; the old one says by which it was replaced.

    A second click gives the same one. Raises Conflict when the candidate is no longer competent.
    """
    row = certification.get_of_council(actor, certificate_id)
    _hold([row])
    if row.replacement is not None:
        return row.replacement.new
    if certification.status_of(row) is not CertificateStatus.RECALLED:
        raise Conflict(Message("This certificate does not have to be re-issued."))
    candidate = row.result.candidate
    result = newest_results([candidate.id])[candidate.id]
    if result.outcome != Outcome.COMPETENT:
        raise Conflict(Message("By the corrected result the candidate is not competent. Revoke the certificate."))
    new = _replace(actor, row, result, now)
    jobs.add_job(actor, certification.KIND, candidate.assessment_id, [str(new.id)], now=now)
    try:
        db.session.commit()
    except IntegrityError as fault:  # a colleague was faster
        db.session.rollback()
        row = certification.get_of_council(actor, certificate_id)
        if row.replacement is None:
            raise Conflict(_MEANWHILE) from fault
        return row.replacement.new
    return new


def reissue_all(actor: Actor, *, now: datetime) -> int:
    """Re-issue every recalled certificate whose holder is still competent, all or none; says how many those were."""
    _hold([line.row for line in list_recalled(actor)])
    by_assessment: dict[int, list[str]] = {}
    for line in list_recalled(actor):
        if line.is_still_competent:
            new = _replace(actor, line.row, line.result, now)
            by_assessment.setdefault(line.row.result.candidate.assessment_id, []).append(str(new.id))
    for assessment_id, keys in by_assessment.items():
        jobs.add_job(actor, certification.KIND, assessment_id, keys, now=now)
    try:
        db.session.commit()
    except IntegrityError as fault:
        db.session.rollback()
        raise Conflict(_MEANWHILE) from fault
    return sum(map(len, by_assessment.values()))


def _hold(rows: Sequence[CertificateRow]) -> None:
    """Let nobody correct the results behind these certificates until the transaction ends, and look at them afresh."""
    assessing.lock_all(row.result.candidate.assessment for row in rows)
    for row in rows:
        db.session.refresh(row)


def list_past(candidate_id: int) -> Sequence[PastResult]:
    """All results of a candidate, the newest first, for who may see the newest."""
    query = (
        select(ResultRow, ResultCorrectionRow)
        .outerjoin(ResultCorrectionRow, ResultCorrectionRow.result_id == ResultRow.id)
        .where(ResultRow.candidate_id == candidate_id)
        .order_by(ResultRow.number.desc())
    )
    return [
        PastResult(row=row, result=result_of(row), correction=correction)
        for row, correction in db.session.execute(query).unique()
    ]


def list_recalled(actor: Actor) -> Sequence[Recalled]:
    """The certificates of the actor's councils that are to be re-issued or revoked, those to revoke first."""
    councils = actor.organisations(Role.COUNCIL_STAFF)
    if not councils:
        return []
    query = (
        select(CertificateRow)
        .join(ResultRow, ResultRow.id == CertificateRow.result_id)
        .join(CandidateRow, CandidateRow.id == ResultRow.candidate_id)
        .join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
        .where(
            AssessmentRow.council_id.in_(councils),
            exists().where(CertificateRecallRow.certificate_id == CertificateRow.id),
            ~exists().where(RevocationRow.certificate_id == CertificateRow.id),
            ~exists().where(CertificateReplacementRow.certificate_id == CertificateRow.id),
        )
        .order_by(CertificateRow.id)
    )
    rows = db.session.scalars(query).unique().all()
    results = newest_results([row.result.candidate_id for row in rows])
    lines = [Recalled(row=row, result=results[row.result.candidate_id]) for row in rows]
    return sorted(lines, key=lambda line: line.is_still_competent)


def waiting(actor: Actor, now: datetime) -> list[Waiting]:  # noqa: ARG001 -- every area's teller is asked the same way
    """The certificates that a council has to settle after corrections."""
    recalled = list_recalled(actor)
    if not recalled:
        return []
    named = Message("Re-issue or revoke the certificate of %(name)s", {"name": facts_of(recalled[0].row).holder_name})
    many = Message("Re-issue or revoke %(count)s certificates", {"count": str(len(recalled))})
    return [
        Waiting(
            title=named if len(recalled) == 1 else many,
            endpoint="certification.list_recalled",
            button=Message("Settle the certificates"),
            detail=Message("Results were corrected. Whoever checks one of these is told so."),
        )
    ]


def _replace(actor: Actor, row: CertificateRow, result: ResultRow, now: datetime) -> CertificateRow:
    new = certification.issue_in_place_of(actor, row, result, now=now)
    db.session.add(CertificateReplacementRow(certificate_id=row.id, new_id=new.id, by_id=actor.person_id, at=now))
    done = Message("replaced this certificate by %(number)s", {"number": new.number})
    history.record(actor, certification.THING, row.id, done, now=now)
    return new
