"""Rules of sitting an exam: where an attempt stands, what may be done to it, and which answers count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assessments.errors import (
    AlreadySubmitted,
    AssessmentError,
    AttemptClosed,
    AttemptNotPaused,
    AttemptNotStarted,
    AttemptPaused,
)
from assessments.exam_time import AnswerEvent, ExamClock, Standing, standing_of_event

EventName = tuple[str, int]  # the device and its number


class AttemptState(StrEnum):
    """Where an attempt stands."""

    NOT_STARTED = "not_started"
    OPEN = "open"
    PAUSED = "paused"
    HANDED_IN = "handed_in"
    CLOSED = "closed"


class Act(StrEnum):
    """What is done to an attempt."""

    START = "start"
    ANSWER = "answer"
    PAUSE = "pause"
    RESUME = "resume"
    GIVE_TIME = "give_time"
    TAKE_OVER = "take_over"
    HAND_IN = "hand_in"
    CLOSE = "close"


_S, _A = AttemptState, Act
# From where each act leads where. Handing in and closing again change nothing; time that is given opens what was
# closed at its deadline, and never what a candidate has handed in.
AFTER: Mapping[Act, Mapping[AttemptState, AttemptState]] = {
    _A.START: {_S.NOT_STARTED: _S.OPEN, _S.OPEN: _S.OPEN, _S.PAUSED: _S.PAUSED},
    _A.ANSWER: {_S.OPEN: _S.OPEN, _S.PAUSED: _S.PAUSED},
    _A.PAUSE: {_S.OPEN: _S.PAUSED},
    _A.RESUME: {_S.PAUSED: _S.OPEN},
    _A.GIVE_TIME: {_S.OPEN: _S.OPEN, _S.PAUSED: _S.PAUSED, _S.CLOSED: _S.OPEN},
    _A.TAKE_OVER: {_S.OPEN: _S.OPEN, _S.PAUSED: _S.PAUSED},
    _A.HAND_IN: {state: state for state in (_S.HANDED_IN, _S.CLOSED)}
    | dict.fromkeys((_S.OPEN, _S.PAUSED), _S.HANDED_IN),
    _A.CLOSE: {state: state for state in (_S.HANDED_IN, _S.CLOSED)} | dict.fromkeys((_S.OPEN, _S.PAUSED), _S.CLOSED),
}
_REFUSALS: Mapping[AttemptState, type[AssessmentError]] = {
    _S.NOT_STARTED: AttemptNotStarted,
    _S.OPEN: AttemptNotPaused,
    _S.PAUSED: AttemptPaused,
    _S.HANDED_IN: AlreadySubmitted,
    _S.CLOSED: AttemptClosed,
}


def after(state: AttemptState, act: Act) -> AttemptState:
    """Where an attempt stands after an act; raises the refusal of the state it is in where that cannot be done."""
    found = AFTER[act].get(state)
    if found is None:
        raise _REFUSALS[state]()
    return found


def state_at(state: AttemptState, clock: ExamClock, now: datetime) -> AttemptState:
    """Where an attempt stands by the clock: what ran past its time is closed, whether or not anybody has done it."""
    return AttemptState.CLOSED if state in AFTER[Act.ANSWER] and clock.is_past(now) else state


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """The answers that count by item; the events that were made offline and count; and those that do not.

    `refused` are late or superseded, oldest first, and not accepted by a person's decision.
    """

    answers: Mapping[str, str]
    offline: tuple[AnswerEvent, ...]
    refused: tuple[AnswerEvent, ...]


def counting_answers(
    events: Iterable[AnswerEvent], clock: ExamClock, accepted: frozenset[EventName] = frozenset()
) -> Counting:
    """Which answers count: the one rule for receipts, pages, grading and recomputing.

    Of each item the newest epoch counts before all older ones; within it each device speaks by its greatest `seq`,
    and between devices the answer made last counts, then the device of the later name. An answer taken back is no
    answer. The order of `events`, and giving one twice, change nothing. `accepted` are refused events that a person
    has decided to count; they count in their own place.
    """
    last_words: dict[tuple[str, int, str], AnswerEvent] = {}
    standings: dict[Standing, dict[EventName, AnswerEvent]] = {standing: {} for standing in Standing}
    for event in events:
        name, standing = (event.device, event.seq), standing_of_event(event, clock)
        standings[standing][name] = event
        if standing.counts or name in accepted:
            place = (event.item, event.epoch, event.device)
            if place not in last_words or last_words[place].seq < event.seq:
                last_words[place] = event
    counting: dict[str, AnswerEvent] = {}
    for event in last_words.values():
        held = counting.get(event.item)
        if held is None or _order(held) < _order(event):
            counting[event.item] = event
    refused = standings[Standing.LATE] | standings[Standing.SUPERSEDED]
    return Counting(
        answers={item: event.choice for item, event in sorted(counting.items()) if event.choice is not None},
        offline=_oldest_first(standings[Standing.COUNTED_OFFLINE].values()),
        refused=_oldest_first(event for name, event in refused.items() if name not in accepted),
    )


def _order(event: AnswerEvent) -> tuple[int, datetime, str]:
    return event.epoch, event.made_at, event.device


def _oldest_first(events: Iterable[AnswerEvent]) -> tuple[AnswerEvent, ...]:
    return tuple(sorted(events, key=lambda event: (event.received_at, event.device, event.seq)))
