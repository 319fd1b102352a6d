"""Certificates: issued at the release, printed by a worker, shown, checked by anybody, revoked by the council."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.exc import IntegrityError

from assessments.decisions import Outcome
from assessments.words import Message
from certificates.codes import CODE_RANDOMNESS, certificate_number, read_code, read_number, verification_code
from certificates.eligibility import may_be_certified
from certificates.errors import MistypedCode
from certificates.html import STANDARD, certificate_html
from certificates.loading import design_folder
from certificates.model import CertificateFacts, CertificateStatus
from certificates.qr import qr_svg
from certificates.verification import Verdict, describe
from curriculum.documents import canonical_json
from lms import printing
from lms.extensions import db
from lms.permissions import Actor
from lms.records.certificates import Marks, certificate_facts, facts_of
from lms.records.results import result_of
from lms.services import history, jobs
from lms.services.days import day_of
from lms.services.errors import Absent, Conflict, Faulty
from lms.services.results import is_newest, newest_results
from lms.services.takings import takings_of
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow
from lms.tables.certification import CertificateFileRow, CertificateRow, RevocationRow
from lms.tables.content import PackVersionRow
from lms.tables.jobs import JobItemRow, JobRow, JobState
from lms.tables.marking import ResultRow
from lms.tables.people import Role
from lms.tables.training import BatchRow, TraineeRow

THING = "certificate"
KIND = "certificates"
MIN_REASON = 5
NUMBER_FOR_CODE = Message("This is the number of the certificate. Type the code, which stands under the square.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSheet:
    """A certificate as those see it whom it concerns."""

    row: CertificateRow
    facts: CertificateFacts
    verdict: Verdict
    candidate: CandidateRow
    is_printed: bool
    is_council: bool
    is_still_competent: bool

    @property
    def may_settle(self) -> bool:
        """Whether the actor's council has to re-issue or revoke it."""
        return self.is_council and status_of(self.row) is CertificateStatus.RECALLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The answer to anybody who asks about a code; without facts where no certificate of ours has it.

    `is_unlike_its_word`: a specimen too, which the verdict's word does not say.
    """

    code: str
    verdict: Verdict
    facts: CertificateFacts | None = None
    revoked_at: datetime | None = None
    replaced_at: datetime | None = None
    replaced_by: str = ""
    is_unlike_its_word: bool = False


def issue_for_assessment(actor: Actor, assessment_id: int, *, now: datetime) -> JobRow | None:
    """Give every competent candidate of a released assessment a certificate, and have them printed.

    In the caller's transaction. A result that has its certificate gets no second one; None when there is nothing to
    issue. Raises Conflict when the results are not released.
    """
    assessment = db.session.get_one(AssessmentRow, assessment_id)
    if assessment.state != AssessmentState.RELEASED:
        raise Conflict(Message("Certificates are issued when the results are released."))
    rows = db.session.scalars(_competent_without_certificate(assessment_id)).all()
    if not rows:
        return None
    issued = _issue(actor, assessment, rows, now)
    return jobs.add_job(actor, KIND, assessment_id, [str(row.id) for row in issued], now=now)


def print_certificate(assessment_id: int, key: str, now: datetime) -> None:
    """Print one certificate (`key` is its id) and keep the file; one that is printed is left as it is."""
    row = db.session.get_one(CertificateRow, int(key))
    if row.result.candidate.assessment_id != assessment_id:
        raise Absent
    if is_printed(row.id):
        return
    facts, certificate_id = facts_of(row), row.id
    db.session.rollback()  # laying out takes a second, and answers are saved meanwhile
    page = certificate_html(facts, qr_svg(facts.verify_url))
    content = printing.print_pdf(page, design_folder(STANDARD), pages=1)
    digest = sha256(content).hexdigest()
    db.session.add(CertificateFileRow(certificate_id=certificate_id, sha256=digest, content=content, made_at=now))
    try:
        db.session.commit()
    except IntegrityError:  # another worker was faster; the same facts give the same bytes
        db.session.rollback()


def print_again(actor: Actor, certificate_id: int, *, now: datetime) -> JobRow | None:
    """Have a certificate printed whose printing failed; None when it is printed or waits for a worker."""
    row = _get(certificate_id, _of_council(actor))
    assessment_id = row.result.candidate.assessment_id
    if is_printed(row.id) or _waits_for_worker(assessment_id, row.id):
        return None
    job = jobs.add_job(actor, KIND, assessment_id, [str(row.id)], now=now)
    history.record(actor, THING, row.id, Message("had the certificate printed again"), now=now)
    db.session.commit()
    return job


def get_sheet(actor: Actor, certificate_id: int) -> CertificateSheet:
    """A certificate for its holder, the centre or the council; raises Absent for all others."""
    row = _get(certificate_id, visible_to(actor))
    facts, candidate = facts_of(row), row.result.candidate
    return CertificateSheet(
        row=row,
        facts=facts,
        verdict=describe(status_of(row), facts),
        candidate=candidate,
        is_printed=is_printed(row.id),
        is_council=candidate.assessment.council_id in actor.organisations(Role.COUNCIL_STAFF),
        is_still_competent=newest_results([candidate.id])[candidate.id].outcome == Outcome.COMPETENT,
    )


def find_file(actor: Actor, certificate_id: int) -> tuple[CertificateRow, CertificateFileRow | None]:
    """A certificate with its printed file, None while there is none; raises Absent as `get_sheet` does."""
    row = _get(certificate_id, visible_to(actor))
    return row, db.session.scalar(select(CertificateFileRow).filter_by(certificate_id=row.id))


def find_of_candidate(candidate_id: int) -> CertificateRow | None:
    """The newest certificate of a candidate who was loaded through the person."""
    query = select(CertificateRow).join(ResultRow, ResultRow.id == CertificateRow.result_id)
    return db.session.scalar(query.filter_by(candidate_id=candidate_id).order_by(CertificateRow.id.desc()).limit(1))


def is_printed(certificate_id: int) -> bool:
    """Whether the file is there."""
    return bool(db.session.scalar(select(exists().where(CertificateFileRow.certificate_id == certificate_id))))


def status_of(row: CertificateRow) -> CertificateStatus:
    """What a certificate is worth now."""
    if row.revocation is not None:
        return CertificateStatus.REVOKED
    if row.replacement is not None:
        return CertificateStatus.REPLACED
    if row.recalls:
        return CertificateStatus.RECALLED
    return CertificateStatus.SPECIMEN if row.is_specimen else CertificateStatus.VALID


def get_of_council(actor: Actor, certificate_id: int) -> CertificateRow:
    """A certificate that the actor's council has issued; raises Absent."""
    return _get(certificate_id, _of_council(actor))


def issue_in_place_of(actor: Actor, row: CertificateRow, result: ResultRow, *, now: datetime) -> CertificateRow:
    """Issue a certificate of a corrected result, with a number of its own, for one that then is replaced by it.

    In the caller's transaction. Raises Conflict when the result is not one of a competent candidate.
    """
    issued = _issue(actor, row.result.candidate.assessment, [result], now)
    if not issued:
        raise Conflict(Message("The corrected result is not one that a certificate is issued for. Revoke this one."))
    return issued[0]


def revoke(actor: Actor, certificate_id: int, *, reason: str, now: datetime) -> None:
    """Withdraw a certificate for ever; whoever checks it is told at once. Revoked already: nothing happens."""
    row = _get(certificate_id, _of_council(actor))
    if row.revocation is not None:
        return
    if row.replacement is not None:
        raise Conflict(Message("Another certificate was issued in place of this one; revoke that one."))
    why = reason.strip()
    if len(why) < MIN_REASON:
        raise Faulty(Message("Give a reason of at least %(length)s characters.", {"length": str(MIN_REASON)}))
    db.session.add(RevocationRow(certificate_id=row.id, reason=why, by_id=actor.person_id, at=now))
    done = Message("revoked certificate %(number)s", {"number": row.number})
    history.record(actor, THING, row.id, done, now=now, why=why)
    history.record(actor, "candidate", row.result.candidate_id, done, now=now, why=why)
    try:
        db.session.commit()
    except IntegrityError:  # a colleague was faster; it is revoked
        db.session.rollback()


def read_typed(text: str) -> str:
    """The code in what somebody typed or pasted, the whole address too; raises Faulty in words."""
    try:
        return read_code(_end_of_address(text) if "://" in text else text)
    except MistypedCode as fault:
        raise Faulty(NUMBER_FOR_CODE if _is_number(text) else fault.message) from fault


def _is_number(text: str) -> bool:
    """Whether somebody typed the number of a certificate, which stands on it beside the code."""
    try:
        read_number("-".join(text.strip().split("-")[-3:]))
    except MistypedCode:
        return False
    return True


def _end_of_address(text: str) -> str:
    """The last part of an address; of a text that only looks like one, the text."""
    try:
        return urlsplit(text).path.rpartition("/")[2]
    except ValueError:
        return text


def check(code: str) -> Check:
    """What anybody may know of the certificate with a code (as `read_typed` gives it)."""
    row = db.session.scalar(select(CertificateRow).filter_by(code=code))
    if row is None:
        return Check(code=code, verdict=describe(CertificateStatus.NOT_OURS, None))
    facts = facts_of(row)
    return Check(
        code=code,
        verdict=describe(status_of(row), facts),
        facts=facts,
        revoked_at=row.revocation.at if row.revocation else None,
        replaced_at=row.replacement.at if row.replacement else None,
        replaced_by=row.replacement.new.number if row.replacement else "",
        is_unlike_its_word=row.is_specimen and status_of(row) is not CertificateStatus.SPECIMEN,
    )


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The certificates an actor may open: their own, their centre's, their council's."""
    own = CandidateRow.trainee_id.in_(select(TraineeRow.id).where(TraineeRow.person_id == actor.person_id))
    centres = select(BatchRow.id).where(BatchRow.centre_id.in_(actor.organisations(Role.CENTRE_STAFF)))
    return or_(own, AssessmentRow.batch_id.in_(centres), _of_council(actor))


def _of_council(actor: Actor) -> ColumnElement[bool]:
    return AssessmentRow.council_id.in_(actor.organisations(Role.COUNCIL_STAFF))


def _get(certificate_id: int, visible: ColumnElement[bool]) -> CertificateRow:
    query = (
        select(CertificateRow)
        .join(ResultRow, ResultRow.id == CertificateRow.result_id)
        .join(CandidateRow, CandidateRow.id == ResultRow.candidate_id)
        .join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
    )
    row = db.session.scalar(query.where(visible, CertificateRow.id == certificate_id))
    if row is None:
        raise Absent
    return row


def _competent_without_certificate(assessment_id: int) -> Select[ResultRow]:
    """The results that count; a candidate who holds a certificate of an earlier result gets no second one."""
    certified = (
        select(ResultRow.candidate_id)
        .join(CertificateRow, CertificateRow.result_id == ResultRow.id)
        .join(CandidateRow, CandidateRow.id == ResultRow.candidate_id)
        .where(CandidateRow.assessment_id == assessment_id)
    )
    return (
        select(ResultRow)
        .join(CandidateRow, CandidateRow.id == ResultRow.candidate_id)
        .where(
            CandidateRow.assessment_id == assessment_id,
            is_newest(),
            ResultRow.outcome == Outcome.COMPETENT,
            CandidateRow.id.not_in(certified),
        )
        .order_by(CandidateRow.number)
    )


def _issue(
    actor: Actor, assessment: AssessmentRow, rows: Sequence[ResultRow], now: datetime
) -> Sequence[CertificateRow]:
    first = _next_serial(assessment.pack_version.code, now)
    issued = []
    carried = takings_of([row.candidate for row in rows])
    for serial, row in enumerate(rows, start=first):
        result = result_of(row)
        if not may_be_certified(result, released=True).allowed:
            continue
        marks = _marks(assessment, serial, now)
        facts = certificate_facts(assessment, row.candidate, result, marks, carried[row.candidate_id].days)
        certificate = CertificateRow(
            result=row,
            number=facts.number,
            code=facts.code,
            is_specimen=facts.specimen,
            facts=canonical_json(facts),
            issued_at=now,
        )
        db.session.add(certificate)
        issued.append(certificate)
    db.session.flush()
    for certificate in issued:
        done = Message("issued certificate %(number)s", {"number": certificate.number})
        history.record(actor, THING, certificate.id, done, now=now)
        history.record(actor, "candidate", certificate.result.candidate_id, done, now=now)
    return issued


def _marks(assessment: AssessmentRow, serial: int, now: datetime) -> Marks:
    today, code = day_of(now), verification_code(secrets.token_bytes(CODE_RANDOMNESS))
    return Marks(
        number=f"{_series(assessment.pack_version.code)}-{certificate_number(today.year, serial)}",
        code=code,
        verify_url=f"{current_app.config['SETTINGS'].public_url.rstrip('/')}/verify/{code}",
        issued_on=today,
        assessed_on=day_of(assessment.closes_at),
    )


def _next_serial(pack_code: str, now: datetime) -> int:
    """The next serial of a pack in a year; releases of one pack wait for each other here, so none is used twice."""
    lock = select(PackVersionRow.id).filter_by(code=pack_code).order_by(PackVersionRow.id)
    db.session.execute(lock.with_for_update(key_share=True))
    series = f"{_series(pack_code)}-{day_of(now).year}-"
    issued = select(func.count(CertificateRow.id)).where(CertificateRow.number.startswith(series, autoescape=True))
    return (db.session.scalar(issued) or 0) + 1


def _series(pack_code: str) -> str:
    return pack_code.replace("/", "-")


def _waits_for_worker(assessment_id: int, certificate_id: int) -> bool:
    waits = (
        select(JobItemRow.id)
        .join(JobRow, JobRow.id == JobItemRow.job_id)
        .where(
            JobRow.kind == KIND,
            JobRow.thing_id == assessment_id,
            JobRow.state.in_((JobState.QUEUED, JobState.RUNNING)),
            JobItemRow.key == str(certificate_id),
            JobItemRow.state == JobState.QUEUED,
        )
    )
    return db.session.scalar(waits.limit(1)) is not None
