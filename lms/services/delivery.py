"""Delivering a theory exam: start, answer, submit. It records answers and never reaches a key."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager, joinedload

from assessments.attempts import AttemptState, check_may_answer, counting_answers, deadline
from assessments.errors import AttemptClosed
from assessments.model import TheoryRules
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import scheme_of
from lms.records.delivery import NO_CHOICE, ShownItem, events_of, shown_items, state_of
from lms.services import history
from lms.services.days import day_of
from lms.services.errors import Absent, Conflict, Faulty
from lms.services.waiting import Waiting
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, CandidateStatus, PaperRow
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.training import TraineeRow

_S = AssessmentState
# What a candidate is told of on their home page until the result is released.
_TOLD = (_S.ACCEPTED, _S.DRAWN, _S.SUBMITTED, _S.VERIFIED, _S.APPROVED)
_HANDED_IN = (AttemptState.SUBMITTED, AttemptState.CLOSED)
FORM_DEVICE = "form"  # answers sent by a page without script


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an acknowledged answer gets: proof that it was committed, checkable with the key of `key_id`."""

    device: str
    seq: int
    received_at: datetime
    key_id: str
    mac: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAnswer:
    """An answer as a device sends it: `place` counts the options as shown, from 1; None takes the answer back.

    `seq` is the device's own number for it, None from a form, which has none.
    """

    seq: int | None
    number: int
    place: int | None


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
    """Add one answer event and return its receipt; the rules are those of `save_answers`."""
    sent = SentAnswer(seq=seq, number=number, place=place)
    return save_answers(actor, attempt_id, device=device, answers=[sent], now=now)[0]


def save_answers(
    actor: Actor, attempt_id: int, *, device: str, answers: Sequence[SentAnswer], now: datetime
) -> list[Receipt]:
    """Add answer events of one device, all or none, and return their receipts after the commit.

    The same event again gets the same receipt. Raises Faulty for what is not on the paper, Conflict where the same
    sequence number was used for another answer, and the core's refusals by time.
    """
    attempt = get_own_attempt(actor, attempt_id)
    rules, rows = rules_of(attempt.candidate), _event_rows(attempt, device, answers, now)
    numbers = [row.seq for row in rows]
    digests = {row.seq: row.payload_hash for row in rows}
    kept = _kept_events(attempt_id, device, [sent.seq for sent in answers if sent.seq is not None])
    _require_same(kept, digests)
    fresh = [row for row in rows if row.seq not in kept]
    if not fresh:
        return [_receipt(kept[number]) for number in numbers]
    check_may_answer(state_of(attempt), now, attempt.deadline_at, rules.grace_seconds)
    db.session.add_all(fresh)
    try:
        db.session.commit()
    except IntegrityError:  # the same answers, or another form that took the number, were faster
        db.session.rollback()
        if not _kept_events(attempt_id, device, numbers):
            raise
        return save_answers(actor, attempt_id, device=device, answers=answers, now=now)
    kept = _kept_events(attempt_id, device, numbers)
    return [_receipt(kept[number]) for number in numbers]


def submit(actor: Actor, attempt_id: int, *, now: datetime) -> AttemptRow:
    """Hand the paper in. Again, or after the time: nothing happens, and every answer saved in time counts."""
    attempt = get_own_attempt(actor, attempt_id)
    open_now = update(AttemptRow).where(AttemptRow.id == attempt.id, _is_open())
    if db.session.execute(open_now.values(submitted_at=now)).rowcount:
        history.record(actor, "candidate", attempt.candidate_id, Message("submitted the theory exam", {}), now=now)
    db.session.commit()
    return attempt


def close_expired(*, now: datetime) -> int:
    """Close attempts whose time with its grace is over, counting what was saved; returns how many."""
    late = db.session.scalars(
        select(AttemptRow).filter_by(submitted_at=None, closed_at=None).where(AttemptRow.deadline_at < now)
    )
    closed = 0
    for attempt in late.all():
        if now > attempt.deadline_at + timedelta(seconds=rules_of(attempt.candidate).grace_seconds):
            free = update(AttemptRow).where(AttemptRow.id == attempt.id, _is_open())
            if not db.session.execute(free.values(closed_at=attempt.deadline_at)).rowcount:
                continue  # submitted in this very moment
            closed += 1
            done = Message("closed the exam at its deadline", {})
            history.record(None, "candidate", attempt.candidate_id, done, now=now)
    db.session.commit()
    return closed


def paper_of(attempt: AttemptRow) -> tuple[ShownItem, ...]:
    """The items of an attempt's paper in order."""
    return shown_items(attempt.paper)


def answers_of(attempt: AttemptRow) -> dict[str, str]:
    """The answers that count now, by item."""
    rows = db.session.scalars(select(AnswerEventRow).filter_by(attempt_id=attempt.id))
    return counting_answers(events_of(rows), attempt.deadline_at, rules_of(attempt.candidate).grace_seconds)[0]


def last_saved_at(attempt: AttemptRow) -> datetime | None:
    """When the newest answer was received."""
    return db.session.scalar(
        select(AnswerEventRow.received_at).filter_by(attempt_id=attempt.id).order_by(AnswerEventRow.id.desc()).limit(1)
    )


def is_over(attempt: AttemptRow, now: datetime) -> bool:
    """Whether nothing can be answered any more."""
    grace = timedelta(seconds=rules_of(attempt.candidate).grace_seconds)
    return state_of(attempt) is not AttemptState.OPEN or now > attempt.deadline_at + grace


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


def _is_open() -> ColumnElement[bool]:
    return AttemptRow.submitted_at.is_(None) & AttemptRow.closed_at.is_(None)


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


def _event_rows(attempt: AttemptRow, device: str, answers: Sequence[SentAnswer], now: datetime) -> list[AnswerEventRow]:
    """The events to add for what was sent; raises Faulty for what is not on the paper."""
    items = {item.number: item for item in paper_of(attempt)}
    rows, upcoming = [], None
    for sent in answers:
        line, choice = _line_and_choice(items, sent)
        if sent.seq is None:
            upcoming = _next_seq(attempt.id, device) if upcoming is None else upcoming + 1
        row = AnswerEventRow(
            attempt_id=attempt.id,
            device=device,
            seq=upcoming if sent.seq is None else sent.seq,
            item=line.item,
            choice=choice,
            payload_hash=hashlib.sha256(f"{line.item}|{choice}".encode()).hexdigest(),
            received_at=now,
        )
        rows.append(row)
    return rows


def _line_and_choice(items: Mapping[int, ShownItem], sent: SentAnswer) -> tuple[ShownItem, str]:
    line = items.get(sent.number)
    if line is None:
        raise Faulty(Message("There is no question %(number)s on this paper.", {"number": str(sent.number)}))
    if sent.place is None:
        return line, NO_CHOICE
    if not 1 <= sent.place <= len(line.options):
        facts = {"number": str(sent.number), "most": str(len(line.options))}
        raise Faulty(Message("Question %(number)s has options 1 to %(most)s.", facts))
    return line, line.options[sent.place - 1].id


def _next_seq(attempt_id: int, device: str) -> int:
    newest = select(func.max(AnswerEventRow.seq)).filter_by(attempt_id=attempt_id, device=device)
    return (db.session.scalar(newest) or 0) + 1


def _kept_events(attempt_id: int, device: str, numbers: Sequence[int]) -> dict[int, AnswerEventRow]:
    """The events of a device that are there already, by their sequence numbers."""
    if not numbers:
        return {}
    query = select(AnswerEventRow).filter_by(attempt_id=attempt_id, device=device)
    return {row.seq: row for row in db.session.scalars(query.where(AnswerEventRow.seq.in_(numbers)))}


def _require_same(kept: Mapping[int, AnswerEventRow], digests: Mapping[int, str]) -> None:
    other = next((number for number, row in kept.items() if row.payload_hash != digests[number]), None)
    if other is not None:
        words = (
            "Answer %(seq)s of this device was saved before with other content. Reload the page; the saved one stays."
        )
        raise Conflict(Message(words, {"seq": str(other)}))


def _receipt(row: AnswerEventRow) -> Receipt:
    key = hashlib.sha256(b"answer receipts|" + _secret()).digest()
    body = f"{row.attempt_id}|{row.device}|{row.seq}|{row.payload_hash}|{row.received_at.isoformat()}"
    return Receipt(
        device=row.device,
        seq=row.seq,
        received_at=row.received_at,
        key_id=hashlib.sha256(key).hexdigest()[:8],
        mac=hmac.new(key, body.encode(), hashlib.sha256).hexdigest(),
    )


def _secret() -> bytes:
    return str(current_app.config["SECRET_KEY"]).encode()
