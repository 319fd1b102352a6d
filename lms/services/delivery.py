"""Delivering a theory exam: start, answer, submit, by the rules of `sittings`. It never reaches a key."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager, joinedload

from assessments.attempts import AttemptState, deadline
from assessments.errors import AttemptClosed
from assessments.model import TheoryRules
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import scheme_of
from lms.records.delivery import state_of
from lms.services import history, sittings
from lms.services.days import day_of
from lms.services.errors import Absent, Conflict
from lms.services.sittings import Log, Receipt, SentAnswer, Sitting
from lms.services.waiting import Waiting
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, CandidateStatus, PaperRow
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.training import TraineeRow

_S = AssessmentState
# What a candidate is told of on their home page until the result is released.
_TOLD = (_S.ACCEPTED, _S.DRAWN, _S.SUBMITTED, _S.VERIFIED, _S.APPROVED)
_HANDED_IN = (AttemptState.SUBMITTED, AttemptState.CLOSED)
LOG = Log(table=AnswerEventRow, column="attempt_id", receipts=b"answer receipts")


def list_own_exams(actor: Actor, now: datetime) -> list[tuple[CandidateRow, AttemptRow | None]]:
    """The actor's exams that are drawn and not over, with the attempt where it was started.

    Who takes only units without theory has no paper, and so no exam.
    """
    has_paper = select(PaperRow.id).where(PaperRow.candidate_id == CandidateRow.id).exists()
    rows = db.session.execute(
        _own_candidates(actor)
        .outerjoin(AttemptRow, AttemptRow.candidate_id == CandidateRow.id)
        .add_columns(AttemptRow)
        .where(AssessmentRow.state == AssessmentState.DRAWN, CandidateRow.status == CandidateStatus.ENTERED, has_paper)
        .order_by(AssessmentRow.opens_at)
    ).all()
    return [(candidate, attempt) for candidate, attempt in rows if attempt or candidate.assessment.closes_at > now]


def get_own_candidate(actor: Actor, candidate_id: int) -> CandidateRow:
    """The actor's own entry for an assessment; raises Absent."""
    row = db.session.scalar(_own_candidates(actor).where(CandidateRow.id == candidate_id))
    if row is None:
        raise Absent
    return row


def get_own_attempt(actor: Actor, attempt_id: int) -> AttemptRow:
    """The actor's own attempt; raises Absent."""
    query = select(AttemptRow).join(AttemptRow.candidate).join(CandidateRow.trainee)
    # One statement for all that saving an answer needs: it is what a hall full of candidates does at once.
    assessment = joinedload(CandidateRow.assessment).joinedload(AssessmentRow.scheme_version)
    candidate = contains_eager(AttemptRow.candidate).options(contains_eager(CandidateRow.trainee), assessment)
    query = query.options(candidate, joinedload(AttemptRow.paper))
    row = db.session.scalar(query.where(TraineeRow.person_id == actor.person_id, AttemptRow.id == attempt_id))
    if row is None:
        raise Absent
    return row


def find_attempt(candidate: CandidateRow) -> AttemptRow | None:
    """The attempt of an entry, when it was started."""
    return db.session.scalar(select(AttemptRow).filter_by(candidate_id=candidate.id))


def rules_of(candidate: CandidateRow) -> TheoryRules:
    """The theory rules of the scheme version that the assessment is held by."""
    return scheme_of(candidate.assessment.scheme_version).theory


def start(actor: Actor, candidate_id: int, *, now: datetime) -> AttemptRow:
    """Start the clock, once: whatever is clicked how often, from how many devices, there is one attempt."""
    candidate = get_own_candidate(actor, candidate_id)
    if (attempt := find_attempt(candidate)) is not None:
        return attempt
    _check_may_start(candidate, now)
    paper = db.session.scalar(select(PaperRow).filter_by(candidate_id=candidate.id))
    if paper is None:
        raise Conflict(Message("Your paper has not been drawn yet. Tell the invigilator.", {}))
    attempt = AttemptRow(
        candidate_id=candidate.id,
        paper_id=paper.id,
        started_at=now,
        deadline_at=deadline(now, rules_of(candidate).minutes, candidate.extra_minutes),
    )
    db.session.add(attempt)
    history.record(actor, "candidate", candidate.id, Message("started the theory exam", {}), now=now)
    try:
        db.session.commit()
    except IntegrityError:  # another device was faster
        db.session.rollback()
        attempt = db.session.scalars(select(AttemptRow).filter_by(candidate_id=candidate_id)).one()
    return attempt


def save_answer(
    actor: Actor, attempt_id: int, *, device: str, seq: int | None, number: int, place: int | None, now: datetime
) -> Receipt:
    """Add one answer event and return its receipt; the rules are those of `sittings.save_answers`."""
    sent = SentAnswer(seq=seq, number=number, place=place)
    return save_answers(actor, attempt_id, device=device, answers=[sent], now=now)[0]


def save_answers(
    actor: Actor, attempt_id: int, *, device: str, answers: Sequence[SentAnswer], now: datetime
) -> list[Receipt]:
    """Add answer events of one device, all or none, and return their receipts; as `sittings.save_answers`."""
    sitting = sitting_of(get_own_attempt(actor, attempt_id))
    return sittings.save_answers(sitting, device=device, answers=answers, now=now)


def submit(actor: Actor, attempt_id: int, *, now: datetime) -> AttemptRow:
    """Hand the paper in. Again, or after the time: nothing happens, and every answer saved in time counts."""
    attempt = get_own_attempt(actor, attempt_id)
    if sittings.hand_in(attempt, now):
        history.record(actor, "candidate", attempt.candidate_id, Message("submitted the theory exam", {}), now=now)
    db.session.commit()
    return attempt


def close_expired(*, now: datetime) -> int:
    """Close attempts whose time with its grace is over, counting what was saved; returns how many."""
    late = select(AttemptRow).where(sittings.is_open(AttemptRow), AttemptRow.deadline_at < now)
    closed = 0
    for attempt in db.session.scalars(late).all():
        if sittings.close_if_late(attempt, rules_of(attempt.candidate), now):
            closed += 1
            done = Message("closed the exam at its deadline", {})
            history.record(None, "candidate", attempt.candidate_id, done, now=now)
    db.session.commit()
    return closed


def sitting_of(attempt: AttemptRow) -> Sitting:
    """An attempt as the rules of sitting a paper take it."""
    return Sitting(row=attempt, face=attempt.paper.face, rules=rules_of(attempt.candidate), log=LOG)


def is_over(attempt: AttemptRow, now: datetime) -> bool:
    """Whether nothing can be answered any more."""
    return sittings.is_over(attempt, rules_of(attempt.candidate), now)


def waiting(actor: Actor, now: datetime) -> list[Waiting]:
    """A candidate's exams: the one that runs first, with its clock."""
    tasks = []
    for candidate, attempt in list_own_exams(actor, now):
        pack = {"pack": candidate.assessment.pack_version.title}
        if attempt and not is_over(attempt, now):
            title, button = Message("Your theory exam for %(pack)s is running", pack), Message("Back to the exam", {})
            where = {"endpoint": "exam.show_paper", "values": {"attempt_id": attempt.id}, "due": attempt.deadline_at}
        elif attempt is None:
            opens = candidate.assessment.opens_at
            title = Message("Theory exam for %(pack)s", pack)
            button = Message("Go to the exam", {}) if opens <= now else Message("See when it opens", {})
            due = candidate.assessment.closes_at if opens <= now else opens
            where = {"endpoint": "exam.show_waiting_room", "values": {"candidate_id": candidate.id}, "due": due}
        else:
            continue
        tasks.append(Waiting(title=title, button=button, **where))
    return tasks


def running(actor: Actor, now: datetime) -> list[Waiting]:  # noqa: ARG001 -- every area's teller is asked the same way
    """A candidate's assessments to come, with their day, and those whose marks are being checked."""
    query = _own_candidates(actor).outerjoin(AttemptRow, AttemptRow.candidate_id == CandidateRow.id)
    rows = db.session.execute(query.add_columns(AttemptRow).where(AssessmentRow.state.in_(_TOLD))).all()
    return [task for candidate, attempt in rows if (task := _goes_on(candidate, attempt)) is not None]


def _goes_on(candidate: CandidateRow, attempt: AttemptRow | None) -> Waiting | None:
    assessment = candidate.assessment
    facts = {"pack": assessment.pack_version.title, "date": day_of(assessment.opens_at)}
    if assessment.state == AssessmentState.ACCEPTED:
        title = Message("Your assessment for %(pack)s opens on %(date)s", facts)
    elif assessment.state != AssessmentState.DRAWN or state_of(attempt) in _HANDED_IN:
        title = Message("Your marks for %(pack)s are being completed and checked", facts)
    else:
        return None
    return Waiting(title=title, endpoint="results.show", values={"candidate_id": candidate.id})


def _own_candidates(actor: Actor) -> Select[tuple[CandidateRow]]:
    query = select(CandidateRow).join(TraineeRow).join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
    versions = joinedload(AssessmentRow.pack_version), joinedload(AssessmentRow.scheme_version)
    query = query.options(contains_eager(CandidateRow.assessment).options(*versions))
    return query.where(TraineeRow.person_id == actor.person_id)


def _check_may_start(candidate: CandidateRow, now: datetime) -> None:
    """Refuse a start out of time or of the wrong state; both facts are held until the commit."""
    assessment = candidate.assessment
    db.session.refresh(assessment, ["state"], with_for_update={"read": True})
    db.session.refresh(candidate, ["status"], with_for_update={"read": True})
    if assessment.state != AssessmentState.DRAWN or candidate.status != CandidateStatus.ENTERED:
        raise Conflict(Message("This exam cannot be started. Ask the invigilator.", {}))
    if now < assessment.opens_at:
        raise Conflict(Message("The exam has not opened yet. The page shows when it does.", {}))
    if now >= assessment.closes_at:
        raise AttemptClosed(assessment.closes_at)
