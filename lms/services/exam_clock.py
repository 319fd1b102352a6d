"""The time of attempts during an exam: extra time, a pause, and its end, for one, a room or all, each with a reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assessments.attempts import Act, AttemptState, HandedInBy, after
from assessments.errors import AssessmentError
from assessments.exam_time import ChangeKind, deadline_of
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.delivery import changes_of
from lms.services import assessing, delivery, history, sittings
from lms.services.desks import ON_PAPER
from lms.services.errors import Faulty
from lms.services.invigilation import SentBefore, Who, get_room, list_attempts, require_reason
from lms.services.late_counts import decided_on, refused_in_time
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow
from lms.tables.attempts import AttemptRow
from lms.tables.invigilation import TimeChangeRow

MOST_SECONDS = 6 * 60 * 60
_ACTS = {ChangeKind.EXTRA: Act.GIVE_TIME, ChangeKind.PAUSE: Act.PAUSE, ChangeKind.RESUME: Act.RESUME}
_DONE = {
    ChangeKind.EXTRA: Message("gave %(minutes)s minutes of extra time"),
    ChangeKind.PAUSE: Message("paused the exam"),
    ChangeKind.RESUME: Message("let the exam go on"),
}
_TO_THE_SECOND = Message("gave %(minutes)s min %(seconds)s s of extra time")
_TAKEN_BACK = Message("took back the hand-in that the page had made by itself when the time was over")
_STAYS = Message("left %(answers)s late answers not counting, as was decided, though the time reaches them now")
_NOT_BEGUN = Message("the exam has not been started")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What an act on the time came to: the attempts that have it, and whom it left out, each with the reason.

    `over` are how many of the first have no time to write all the same: it ended longer ago than was given.
    """

    done: tuple[AttemptRow, ...]
    left: tuple[tuple[CandidateRow, Message], ...]
    over: int = 0


def give_time(
    actor: Actor, assessment_id: int, who: Who, *, seconds: int, reason: str, key: str, now: datetime
) -> Changed:
    """Give attempts more time; what ended because its time was over opens again.

    The same key again changes nothing; with other minutes or another reason it raises SentBefore.
    """
    if not 1 <= seconds <= MOST_SECONDS:
        most = {"minutes": str(MOST_SECONDS // 60)}
        raise Faulty(Message("Extra time is from a second up to %(minutes)s minutes.", most))
    return _change(actor, assessment_id, who, ChangeKind.EXTRA, seconds=seconds, reason=reason, key=key, now=now)


def pause(actor: Actor, assessment_id: int, who: Who, *, reason: str, key: str, now: datetime) -> Changed:
    """Let the time of attempts stand still until it is let go on."""
    return _change(actor, assessment_id, who, ChangeKind.PAUSE, seconds=0, reason=reason, key=key, now=now)


def resume(actor: Actor, assessment_id: int, who: Who, *, reason: str, key: str, now: datetime) -> Changed:
    """Let the time of attempts go on; each gets back what the pause took, to the second."""
    return _change(actor, assessment_id, who, ChangeKind.RESUME, seconds=0, reason=reason, key=key, now=now)


def changes_by_attempt(attempt_ids: Sequence[int]) -> Mapping[int, tuple[TimeChangeRow, ...]]:
    """The changes of attempts' time, in their order; one query."""
    found: dict[int, tuple[TimeChangeRow, ...]] = {}
    query = select(TimeChangeRow).where(TimeChangeRow.attempt_id.in_(attempt_ids)).order_by(TimeChangeRow.id)
    for row in db.session.scalars(query):
        found[row.attempt_id] = (*found.get(row.attempt_id, ()), row)
    return found


def _change(
    actor: Actor,
    assessment_id: int,
    who: Who,
    kind: ChangeKind,
    *,
    seconds: int,
    reason: str,
    key: str,
    now: datetime,
) -> Changed:
    assessment, why = get_room(actor, assessment_id), require_reason(reason)
    assessing.lock(assessment)
    if assessment.state != AssessmentState.DRAWN:
        raise assessing.moved_on()
    attempts = list_attempts(assessment, who, hold=True)
    numbers = [attempt.id for attempt in attempts]
    earlier, decided = changes_by_attempt(numbers), decided_on(numbers)
    done, left = [], [(row, _NOT_BEGUN) for row in _not_begun(assessment, who, attempts)]
    for attempt in attempts:
        before = earlier.get(attempt.id, ())
        if _was_done(before, (key, kind, seconds, why)):
            done.append(attempt)
            continue
        state = _state_of(attempt, now)
        try:
            after(state, _ACTS[kind])
        except AssessmentError as fault:
            left.append((attempt.candidate, fault.messages[0]))
            continue
        row = TimeChangeRow(
            attempt_id=attempt.id, kind=kind, seconds=seconds, reason=why, by_id=actor.person_id, at=now, key=key
        )
        db.session.add(row)
        was_handed_in = attempt.submitted_at is not None
        sitting, decisions = delivery.sitting_of(attempt), decided[attempt.id]
        outside = refused_in_time(sitting, decisions)
        _apply(attempt, (*before, row), now, is_over=state is AttemptState.CLOSED)
        reached = len(refused_in_time(sitting, decisions) - outside)
        for act in (_told(kind, seconds), *([_TAKEN_BACK] if was_handed_in else ()), *_reached(reached)):
            history.record(actor, "candidate", attempt.candidate_id, act, now=now, why=why)
        done.append(attempt)
    over = sum(attempt.deadline_at <= now and attempt.paused_at is None for attempt in done)
    db.session.commit()
    return Changed(done=tuple(done), left=tuple(left), over=over)


def _was_done(before: Iterable[TimeChangeRow], asked: tuple[str, ChangeKind, int, str]) -> bool:
    """Whether the form of this key has done so already; raises SentBefore where it did something else."""
    done = [row for row in before if row.key == asked[0]]
    if any((row.key, row.kind, row.seconds, row.reason) != asked for row in done):
        db.session.rollback()
        raise SentBefore
    return bool(done)


def _state_of(attempt: AttemptRow, now: datetime) -> AttemptState:
    """Where an attempt stands; a paper that its page handed in by itself, when its time was over, was only closed.

    What a candidate or an invigilator has handed in stays.
    """
    if attempt.handed_in_by == HandedInBy.PAGE:
        return AttemptState.CLOSED
    return sittings.state_now(delivery.sitting_of(attempt), now)


def _told(kind: ChangeKind, seconds: int) -> Message:
    """What was done, for the history; `seconds` are 0 but for extra time."""
    minutes, rest = divmod(seconds, 60)
    if rest:
        return Message(_TO_THE_SECOND.template, {"minutes": str(minutes), "seconds": str(rest)})
    return Message(_DONE[kind].template, {"minutes": str(minutes)} if minutes else {})


def _reached(refused: int) -> Iterable[Message]:
    """What is told of answers that somebody refused and that the time reaches now."""
    return (Message(_STAYS.template, {"answers": str(refused)}),) if refused else ()


def _apply(attempt: AttemptRow, rows: Iterable[TimeChangeRow], now: datetime, *, is_over: bool) -> None:
    """Set the attempt's clock to what its changes come to; it `is_over` by its clock, closed or not yet."""
    changes = changes_of(rows)
    if attempt.submitted_at is not None:  # by its page, at the end of the time
        attempt.submitted_at, attempt.handed_in_by, attempt.closed_at = None, None, attempt.deadline_at
    if is_over and attempt.epoch == 1 and attempt.holder != ON_PAPER:
        # A device may have lost what ended: it is one that nobody knows, as at the start. After a code only the device
        # that still knows its turn goes on without another one: nothing tells any other from those taken over from.
        attempt.holder = ""
    candidate = attempt.candidate
    minutes = delivery.rules_of(candidate).minutes
    attempt.deadline_at = deadline_of(attempt.started_at, minutes, candidate.extra_minutes, changes)
    newest = changes[-1]
    if newest.kind is not ChangeKind.EXTRA:
        attempt.paused_at = newest.at if newest.kind is ChangeKind.PAUSE else None
    if attempt.closed_at is not None:
        attempt.closed_at = None if now < attempt.deadline_at else attempt.deadline_at


def _not_begun(assessment: AssessmentRow, who: Who, attempts: Iterable[AttemptRow]) -> list[CandidateRow]:
    begun = {attempt.candidate_id for attempt in attempts}
    return [
        row
        for row in assessment.candidates
        if row.id not in begun
        and (who.candidate_ids is None or row.id in who.candidate_ids)
        and (who.room is None or row.room == who.room)
    ]
