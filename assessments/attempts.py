"""Rules of sitting an exam: until when, who may still answer, and which answers count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from assessments.errors import AlreadySubmitted, AttemptClosed, AttemptNotStarted


class AttemptState(StrEnum):
    """Where an attempt stands."""

    NOT_STARTED = "not_started"
    OPEN = "open"
    SUBMITTED = "submitted"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerEvent:
    """One thing a candidate did to an item on one device; a `choice` of None takes the answer back.

    `seq` counts up on each device; `epoch` goes up each time an invigilator lets another device take over.
    """

    device: str
    seq: int
    item: str
    choice: str | None
    received_at: datetime
    epoch: int = 0


def deadline(started_at: datetime, minutes: int, extra_minutes: int = 0, closes_at: datetime | None = None) -> datetime:
    """When an attempt's time is over: its minutes with all extra time, cut at `closes_at` where the rules say so."""
    if started_at.tzinfo is None or (closes_at is not None and closes_at.tzinfo is None):
        raise ValueError("times carry their zone")
    if minutes < 1 or extra_minutes < 0:
        raise ValueError("an exam lasts at least a minute, and extra time is not taken away")
    end = started_at + timedelta(minutes=minutes + extra_minutes)
    return end if closes_at is None else min(end, closes_at)


def counting_answers(
    events: Iterable[AnswerEvent], deadline: datetime, grace_seconds: int
) -> tuple[dict[str, str], tuple[AnswerEvent, ...]]:
    """The answers that count, by item, and the events that came too late, oldest first.

    An event is in time when it was received up to `grace_seconds` after the deadline, that moment included.
    For each item the events of the newest epoch count before all older ones. Of these each device speaks by its
    greatest `seq`, in whatever order they arrived; between devices the one received last counts, then the device
    of the later name. An answer taken back is no answer. The order of `events` does not matter.
    """
    until = deadline + timedelta(seconds=grace_seconds)
    last_words: dict[tuple[str, int, str], AnswerEvent] = {}
    late: list[AnswerEvent] = []
    for event in events:
        if event.received_at > until:
            late.append(event)
            continue
        place = (event.item, event.epoch, event.device)
        if place not in last_words or last_words[place].seq < event.seq:
            last_words[place] = event
    counting = _last_by_item(last_words)
    answers = {item: event.choice for item, event in sorted(counting.items()) if event.choice is not None}
    return answers, tuple(sorted(late, key=lambda event: (event.received_at, event.device, event.seq)))


def check_may_answer(state: AttemptState, now: datetime, deadline: datetime | None, grace_seconds: int) -> None:
    """Refuse an answer that cannot count: before the start, after submitting, or after the time with its grace."""
    if state is AttemptState.NOT_STARTED or deadline is None:
        raise AttemptNotStarted
    if state is AttemptState.SUBMITTED:
        raise AlreadySubmitted
    if state is AttemptState.CLOSED or now > deadline + timedelta(seconds=grace_seconds):
        raise AttemptClosed(deadline)


def _last_by_item(last_words: Mapping[tuple[str, int, str], AnswerEvent]) -> dict[str, AnswerEvent]:
    counting: dict[str, AnswerEvent] = {}
    for event in last_words.values():
        held = counting.get(event.item)
        if held is None or _standing(held) < _standing(event):
            counting[event.item] = event
    return counting


def _standing(event: AnswerEvent) -> tuple[int, datetime, str]:
    return event.epoch, event.received_at, event.device
