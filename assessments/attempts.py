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
_NOTHING: Mapping[EventName, bool] = {}


class AttemptState(StrEnum):
    """Where an attempt stands."""

    NOT_STARTED = "not_started"
    OPEN = "open"
    PAUSED = "paused"
    HANDED_IN = "handed_in"
    CLOSED = "closed"


class HandedInBy(StrEnum):
    """Who handed a paper in: its page by itself, the time being over; the candidate; or the room, for the candidate."""

    PAGE = "page"
    CANDIDATE = "candidate"
    ROOM = "room"


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
# closed at its deadline or handed in by its page then, and never what a person has handed in.
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

    `refused` are late or superseded and on nobody's word, or refused by a person; oldest first.
    """

    answers: Mapping[str, str]
    offline: tuple[AnswerEvent, ...]
    refused: tuple[AnswerEvent, ...]


def does_count(event: AnswerEvent, standing: Standing, decided: Mapping[EventName, bool]) -> bool:
    """Whether an event counts: as a person has decided on it by its name, and only else as it stands by the clock.

    So a decision holds whatever time is given later, until a person decides anew.
    """
    return decided.get((event.device, event.seq), standing.counts)


def counting_answers(
    events: Iterable[AnswerEvent], clock: ExamClock, decided: Mapping[EventName, bool] = _NOTHING
) -> Counting:
    """Which answers count: the one rule for receipts, pages, grading and recomputing.

    Of each item the newest epoch counts before all older ones; within it each device speaks by its greatest `seq`,
    and between devices the answer made last counts, then the device of the later name. An answer taken back is no
    answer. The order of `events`, and giving one twice, change nothing. `decided` are events on which a person has
    decided, and whether they count; those that do count in their own place.
    """
    last_words: dict[tuple[str, int, str], AnswerEvent] = {}
    offline: dict[EventName, AnswerEvent] = {}
    refused: dict[EventName, AnswerEvent] = {}
    for event in events:
        standing = standing_of_event(event, clock)
        if not does_count(event, standing, decided):
            refused[event.device, event.seq] = event
            continue
        if standing is Standing.COUNTED_OFFLINE:
            offline[event.device, event.seq] = event
        place = (event.item, event.epoch, event.device)
        if place not in last_words or last_words[place].seq < event.seq:
            last_words[place] = event
    counting: dict[str, AnswerEvent] = {}
    for event in last_words.values():
        held = counting.get(event.item)
        if held is None or _order(held) < _order(event):
            counting[event.item] = event
    return Counting(
        answers={item: event.choice for item, event in sorted(counting.items()) if event.choice is not None},
        offline=_oldest_first(offline.values()),
        refused=_oldest_first(refused.values()),
    )


def _order(event: AnswerEvent) -> tuple[int, datetime, str]:
    return event.epoch, event.made_at, event.device


def _oldest_first(events: Iterable[AnswerEvent]) -> tuple[AnswerEvent, ...]:
    return tuple(sorted(events, key=lambda event: (event.received_at, event.device, event.seq)))
