"""The time of an exam: its end after all that was granted, and where each answer stands by it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache

from assessments.words import Message


class ChangeKind(StrEnum):
    """What an invigilator does to the time of an attempt."""

    EXTRA = "extra"
    PAUSE = "pause"
    RESUME = "resume"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeChange:
    """One act on the time of an attempt; `seconds` is what an extra grants, and 0 otherwise."""

    kind: ChangeKind
    at: datetime
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver:
    """From `at` on the exam is held by another device, under a new epoch."""

    epoch: int
    device: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerEvent:
    """One thing a candidate did to an item on one device; a `choice` of None takes the answer back.

    `seq` counts up on each device; `epoch` goes up each time another device takes over. Where the device says when it
    was done, `elapsed_ms` are the milliseconds of its own steady clock after `anchor_at`, a moment of the server's.
    """

    device: str
    seq: int
    item: str
    choice: str | None
    received_at: datetime
    epoch: int = 1
    anchor_at: datetime | None = None
    elapsed_ms: int | None = None

    @property
    def made_at(self) -> datetime:
        """When it was done, as far as the device says so, and never after it was received."""
        if self.anchor_at is None or self.elapsed_ms is None:
            return self.received_at
        try:
            return min(self.anchor_at + timedelta(milliseconds=self.elapsed_ms), self.received_at)
        except OverflowError:  # a device that lies names moments that no calendar has
            return self.received_at if self.elapsed_ms > 0 else min(self.anchor_at, self.received_at)


class Standing(StrEnum):
    """Where an answer event stands: the first two count."""

    COUNTED = "counted"
    COUNTED_OFFLINE = "counted_offline"
    LATE = "late"
    SUPERSEDED = "superseded"

    @property
    def counts(self) -> bool:
        """Whether the event counts without anybody's decision."""
        return self in {Standing.COUNTED, Standing.COUNTED_OFFLINE}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamClock:
    """All that decides whether an answer is in time.

    `sync_until` is the end of the window in which answers given offline may arrive; None where there is none.
    `paused_at` is set while the time stands still, `settled_at` once the results are decided on what had come by then.
    """

    deadline_at: datetime
    grace_seconds: int
    sync_until: datetime | None = None
    paused_at: datetime | None = None
    handed_in_at: datetime | None = None
    takeovers: tuple[TakeOver, ...] = ()
    settled_at: datetime | None = None

    @property
    def last_moment(self) -> datetime:
        """The last moment at which an answer from a device with a network counts."""
        return self.deadline_at + timedelta(seconds=self.grace_seconds)

    def is_past(self, now: datetime) -> bool:
        """Whether the time with its grace is over; it is not while it stands still and answers may still arrive."""
        if self.paused_at is not None:
            return self.sync_until is not None and now > self.sync_until
        return now > self.last_moment

    def waits_for(self, event: AnswerEvent) -> bool:
        """Whether marks wait for a decision on an event that does not count: not on one from after the window.

        Else who sends answers without end, one by one, would keep everybody's results away for ever.
        """
        return self.sync_until is None or event.received_at <= self.sync_until


def deadline_of(
    started_at: datetime, minutes: int, accommodation_minutes: int = 0, changes: Iterable[TimeChange] = ()
) -> datetime:
    """When an attempt's time is over: its minutes, the candidate's accommodation, extra time, and ended pauses.

    A pause that nobody has ended moves nothing yet. Nothing is ever taken away: a clock that was set back during a
    pause makes it last no time.
    """
    if started_at.tzinfo is None:
        raise ValueError("times carry their zone")
    if minutes < 1 or accommodation_minutes < 0:
        raise ValueError("an exam lasts at least a minute, and extra time is not taken away")
    # In a zone of one's own a sum is one of clock faces, an hour off in the night in which clocks are set.
    end = started_at.astimezone(UTC) + timedelta(minutes=minutes + accommodation_minutes)
    paused_at: datetime | None = None
    for change in changes:
        if change.kind is ChangeKind.EXTRA:
            end += timedelta(seconds=max(0, change.seconds))
        elif change.kind is ChangeKind.PAUSE:
            paused_at = paused_at or change.at
        elif paused_at is not None:
            end += max(timedelta(), change.at - paused_at)
            paused_at = None
    return end


def end_as_shown(deadline_at: datetime, paused_at: datetime | None, now: datetime) -> datetime:
    """The end as a candidate is told it: while the time stands still it moves along, so that what is left stays."""
    return deadline_at if paused_at is None else deadline_at + max(timedelta(), now - paused_at)


def minutes_left(left: timedelta) -> int:
    """The time that is left in minutes, as everybody is told it: a minute that has begun is whole; never below 0.

    Candidates read the same from the page's own clock (`minutes` in `clock.js`).
    """
    return max(0, -(-left // timedelta(minutes=1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTime:
    """What is known of a candidate's time before or while they write: by number, with the accommodation in minutes.

    `ends_at` is the deadline that stands, `should_end_at` the one that all acts come to; both None before the start.
    """

    candidate: str
    extra_minutes: int
    ends_at: datetime | None = None
    should_end_at: datetime | None = None


def opening_faults(
    opens_at: datetime, closes_at: datetime, minutes: int, planned: Iterable[PlannedTime]
) -> tuple[Message, ...]:
    """Everybody whose end is not what schedule and accommodation make it; an exam is not opened while there is one."""
    faults = []
    for one in planned:
        whole = {"candidate": one.candidate, "minutes": str(minutes), "extra": str(one.extra_minutes)}
        if one.ends_at != one.should_end_at:
            faults.append(Message("the clock of candidate %(candidate)s does not end when it should", whole))
        elif one.ends_at is None and opens_at + timedelta(minutes=minutes + one.extra_minutes) > closes_at:
            faults.append(
                Message(
                    "candidate %(candidate)s has %(minutes)s minutes and %(extra)s extra, which do not fit between "
                    "opening and close",
                    whole,
                )
            )
    return tuple(faults)


@lru_cache(maxsize=4096)  # of each answer of a sitting the same is asked
def sync_until_of(deadline_at: datetime, sync_until: str, zone: tzinfo) -> datetime:
    """The end of the window for answers given offline: that local time on the day after the deadline's."""
    hour, minute = (int(part) for part in sync_until.split(":"))
    day = deadline_at.astimezone(zone).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour, minute, 59, 999999, tzinfo=zone)


def standing_of_event(event: AnswerEvent, clock: ExamClock) -> Standing:
    """Where an event stands.

    It counts when it was received before the paper was handed in and up to the grace after the deadline, both moments
    included; or, from a device without a network, when it was made before both ends and arrived within the sync
    window. After a take-over only the new device counts, and of the older ones what was made before. What comes after
    the results are decided changes none of them.
    """
    if clock.settled_at is not None and event.received_at > clock.settled_at:
        return Standing.LATE
    made = event.made_at
    for takeover in clock.takeovers:
        if takeover.epoch == event.epoch and takeover.device != event.device:
            return Standing.SUPERSEDED
        if takeover.epoch > event.epoch and made > takeover.at:
            return Standing.SUPERSEDED
    handed_in = clock.handed_in_at
    in_window = clock.sync_until is not None and event.received_at <= clock.sync_until
    stands_still = clock.paused_at is not None and in_window
    came_before = handed_in is None or event.received_at <= handed_in
    if came_before and (stands_still or event.received_at <= clock.last_moment):
        return Standing.COUNTED
    made_in_time = (handed_in is None or made <= handed_in) and (stands_still or made <= clock.deadline_at)
    return Standing.COUNTED_OFFLINE if made_in_time and in_window else Standing.LATE
