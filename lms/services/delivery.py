"""Delivering a theory exam: start, answer, submit, by the rules of `sittings`. It never reaches a key."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, select
from sqlalchemy import Row as SqlRow
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, contains_eager, joinedload, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from assessments.attempts import AttemptState, HandedInBy
from assessments.errors import AttemptClosed
from assessments.exam_time import deadline_of
from assessments.model import TheoryRules
from assessments.words import Message
from lms.extensions import db, each_by_itself
from lms.permissions import Actor
from lms.prepared import Prepared
from lms.records.content import scheme_by, scheme_of
from lms.records.delivery import ShownItem, asked_items, shown_items, state_of
from lms.services import answer_log, history, opening, sittings
from lms.services.answer_log import Receipt
from lms.services.days import day_of
from lms.services.desks import ENGINES, Desk, kept_desk, require_active
from lms.services.errors import Absent, Conflict
from lms.services.sittings import HandedIn, Log, Sitting
from lms.services.waiting import Waiting
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, CandidateStatus, PaperRow
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.content import SchemeVersionRow
from lms.tables.invigilation import AnswerConflictRow
from lms.tables.paper import TAKEN_BACK, PaperEntryRow
from lms.tables.training import TraineeRow

_S = AssessmentState
# What a candidate is told of on their home page until the result is released.
_TOLD = (_S.ACCEPTED, _S.DRAWN, _S.SUBMITTED, _S.VERIFIED, _S.APPROVED)
_HANDED_IN = (AttemptState.HANDED_IN, AttemptState.CLOSED)
LOG = Log(
    table=AnswerEventRow,
    column="attempt_id",
    receipts=b"answer receipts",
    sittings=AttemptRow,
    conflicts=AnswerConflictRow,
)
_SUBMITTED = Message("submitted the theory exam", {})
_SUBMITTED_BY_PAGE = Message("submitted the theory exam by the page itself, when the time was over", {})
_ATTEMPT_ALONE = select(AttemptRow).options(lazyload(AttemptRow.candidate))


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
    return db.session.scalar(_ATTEMPT_ALONE.filter_by(candidate_id=candidate.id))


def rules_of(candidate: CandidateRow) -> TheoryRules:
    """The theory rules of the scheme version that the assessment is held by."""
    return scheme_of(candidate.assessment.scheme_version).theory


def items_ahead(candidate: CandidateRow) -> tuple[ShownItem, ...]:
    """The items of the paper that an entry will get; none before it is drawn. Pages tell only how many there are."""
    face = db.session.scalar(select(PaperRow.face).filter_by(candidate_id=candidate.id))
    return shown_items(face) if face else ()


def start(actor: Actor, candidate_id: int, *, now: datetime) -> AttemptRow:
    """Start the clock, once: whatever is clicked how often, from how many devices, there is one attempt."""
    entry = db.session.execute(_entry(), {"person": actor.person_id, "candidate": candidate_id}).one_or_none()
    if entry is None:
        raise Absent
    if entry.is_started:
        return _get_attempt_of(candidate_id)
    rules = scheme_of(entry.SchemeVersionRow).theory
    _check_may_start(entry, rules, now)
    if entry.paper_id is None:
        raise Conflict(Message("Your paper has not been drawn yet. Tell the invigilator.", {}))
    attempt = AttemptRow(
        candidate_id=candidate_id,
        paper_id=entry.paper_id,
        started_at=now,
        deadline_at=deadline_of(now, rules.minutes, entry.extra_minutes),
    )
    db.session.add(attempt)
    history.record(actor, "candidate", candidate_id, Message("started the theory exam", {}), now=now)
    try:
        db.session.flush()
        attempt_id = attempt.id
        db.session.commit()
    except IntegrityError:  # another device was faster
        db.session.rollback()
        return _get_attempt_of(candidate_id)
    # Where the paper is shown is known without reading the row again.
    set_committed_value(attempt, "id", attempt_id)
    return attempt


def get_desk(person_id: int, attempt_id: int) -> Desk:
    """What never changes of a person's own attempt, kept once read; raises Absent."""
    desk = kept_desk(LOG, attempt_id, _read_desk)
    if desk.person_id != person_id:
        raise Absent
    return desk


def save_answer(
    actor: Actor, attempt_id: int, *, device: str, seq: int | None, number: int, place: int | None, now: datetime
) -> Receipt:
    """Add one answer event and return its receipt; the rules are those of `answer_log.save_answer`."""
    desk = get_desk(actor.person_id, attempt_id)
    return answer_log.save_answer(desk, device=device, seq=seq, number=number, place=place, now=now)


def submit(
    actor: Actor,
    attempt_id: int,
    *,
    device: str = "",
    last_seq: int = 0,
    by: HandedInBy = HandedInBy.CANDIDATE,
    now: datetime,
) -> HandedIn:
    """Hand the paper in. Again, or after the time: nothing happens, and every answer saved in time counts.

    Raises NotAllowed for a suspended person, whose exam ends by its invigilator or its clock.
    """
    desk = get_desk(actor.person_id, attempt_id)
    require_active(actor.person_id)
    attempt = db.session.scalars(_ATTEMPT_ALONE.filter_by(id=attempt_id)).one()
    handed_in = sittings.hand_in(attempt, desk.rules, LOG, now, device=device, last_seq=last_seq, by=by)
    if handed_in.is_new:
        what = _SUBMITTED_BY_PAGE if by is HandedInBy.PAGE else _SUBMITTED
        history.record(actor, "candidate", attempt.candidate_id, what, now=now)
    db.session.commit()
    return handed_in


def close_expired(*, now: datetime) -> int:
    """Close attempts whose time with its grace is over, counting what was saved; returns how many."""
    # In their order, as everybody who changes several does, so that nobody waits in a circle.
    late = select(AttemptRow).where(sittings.may_be_late(AttemptRow, now)).order_by(AttemptRow.id)
    closed = 0
    for attempt in db.session.scalars(late).all():
        if sittings.close_if_late(attempt, sitting_of(attempt).clock, now):
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


def _get_attempt_of(candidate_id: int) -> AttemptRow:
    return db.session.scalars(_ATTEMPT_ALONE.filter_by(candidate_id=candidate_id)).one()


def _read_desk(attempt_id: int) -> Desk:
    with each_by_itself() as connection:
        row = _facts_of_desk().run(connection, {"attempt": attempt_id}).fetchone()
        if row is None:
            raise Absent
        person_id, content, scheme_id, digest = row
        scheme = select(SchemeVersionRow.content).filter_by(id=scheme_id)
        rules = scheme_by(digest, lambda: str(connection.scalar(scheme))).theory
    return Desk(id=attempt_id, person_id=person_id, items=asked_items(content), rules=rules, log=LOG)


@cache
def _facts_of_desk() -> Prepared:
    """Whose an attempt is, its paper as drawn, and which scheme it follows."""
    query = select(TraineeRow.person_id, PaperRow.content, SchemeVersionRow.id, SchemeVersionRow.sha256)
    query = query.select_from(AttemptRow).join(CandidateRow, CandidateRow.id == AttemptRow.candidate_id)
    query = query.join(TraineeRow, TraineeRow.id == CandidateRow.trainee_id)
    query = query.join(PaperRow, PaperRow.id == AttemptRow.paper_id)
    query = query.join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
    query = query.join(SchemeVersionRow, SchemeVersionRow.id == AssessmentRow.scheme_version_id)
    query = query.where(AttemptRow.id == bindparam("attempt", type_=Integer))
    return Prepared(dict.fromkeys(ENGINES, query))


def _own_candidates(actor: Actor) -> Select[tuple[CandidateRow]]:
    query = select(CandidateRow).join(TraineeRow).join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
    versions = joinedload(AssessmentRow.pack_version), joinedload(AssessmentRow.scheme_version)
    query = query.options(contains_eager(CandidateRow.assessment).options(*versions))
    return query.where(TraineeRow.person_id == actor.person_id)


@cache
def _entry() -> Select[Any]:
    """What a start asks of a person's own entry, in one statement: a hall starts all at once, and papers are long.

    The states of the assessment and of the entry are held until the commit.
    """
    paper = select(PaperRow.id).where(PaperRow.candidate_id == CandidateRow.id).scalar_subquery()
    started = select(AttemptRow.id).where(AttemptRow.candidate_id == CandidateRow.id).exists()
    after = aliased(PaperEntryRow)
    taken_back = select(after.id).filter_by(answers=TAKEN_BACK, candidate_id=PaperEntryRow.candidate_id)
    standing = PaperEntryRow.answers != TAKEN_BACK, ~taken_back.where(after.number > PaperEntryRow.number).exists()
    on_paper = select(PaperEntryRow.id).where(PaperEntryRow.candidate_id == CandidateRow.id, *standing).exists()
    query = select(
        CandidateRow.status,
        CandidateRow.extra_minutes,
        AssessmentRow.state,
        AssessmentRow.opens_at,
        AssessmentRow.closes_at,
        SchemeVersionRow,
        paper.label("paper_id"),
        started.label("is_started"),
        on_paper.label("is_on_paper"),
        opening.longest_extra(AssessmentRow.id).label("longest_extra"),
    )
    query = query.select_from(CandidateRow).join(TraineeRow, TraineeRow.id == CandidateRow.trainee_id)
    query = query.join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
    query = query.join(SchemeVersionRow, SchemeVersionRow.id == AssessmentRow.scheme_version_id)
    query = query.where(TraineeRow.person_id == bindparam("person"), CandidateRow.id == bindparam("candidate"))
    return query.with_for_update(read=True, of=(AssessmentRow, CandidateRow))


def _check_may_start(entry: SqlRow[Any], rules: TheoryRules, now: datetime) -> None:
    """Refuse a start out of time or of the wrong state."""
    if entry.state != AssessmentState.DRAWN or entry.status != CandidateStatus.ENTERED:
        raise Conflict(Message("This exam cannot be started. Ask the invigilator.", {}))
    if now < entry.opens_at:
        raise Conflict(Message("The exam has not opened yet. The page shows when it does.", {}))
    if now >= entry.closes_at:
        raise AttemptClosed(entry.closes_at)
    if entry.is_on_paper:
        raise Conflict(Message("Your answer sheet has been entered already. Ask the invigilator.", {}))
    opening.require_fitting(entry.opens_at, entry.closes_at, rules.minutes, entry.longest_extra)
