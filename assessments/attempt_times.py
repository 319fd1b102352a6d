"""All that an attempt's time came to: what the clock of its answers is made of, and its form in files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assessments.attempts import EventName
from assessments.exam_time import AnswerEvent, ChangeKind, ExamClock, TakeOver, TimeChange, deadline_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptTime:
    """The time of an attempt with every act on it, and what people decided on its late answers: whether they count.

    `started_at` is None where only the deadline was written down, as in bundles of the first format.
    """

    deadline_at: datetime
    started_at: datetime | None = None
    extra_minutes: int = 0
    changes: tuple[TimeChange, ...] = ()
    sync_until: datetime | None = None
    paused_at: datetime | None = None
    handed_in_at: datetime | None = None
    takeovers: tuple[TakeOver, ...] = ()
    decided: Mapping[EventName, bool] = field(default_factory=dict)
    settled_at: datetime | None = None

    def clock(self, grace_seconds: int) -> ExamClock:
        """What decides whether an answer is in time."""
        return ExamClock(
            deadline_at=self.deadline_at,
            grace_seconds=grace_seconds,
            sync_until=self.sync_until,
            paused_at=self.paused_at,
            handed_in_at=self.handed_in_at,
            takeovers=self.takeovers,
            settled_at=self.settled_at,
        )

    def end_again(self, minutes: int) -> datetime:
        """The deadline computed anew from the acts; the one written down where those are not known."""
        if self.started_at is None:
            return self.deadline_at
        return deadline_of(self.started_at, minutes, self.extra_minutes, self.changes)


def time_json(time: AttemptTime) -> dict[str, Any]:
    """The time beside its deadline as plain JSON values."""
    return {
        "started_at": _text(time.started_at),
        "extra_minutes": time.extra_minutes,
        "changes": [{"kind": one.kind.value, "at": _text(one.at), "seconds": one.seconds} for one in time.changes],
        "sync_until": _text(time.sync_until),
        "paused_at": _text(time.paused_at),
        "handed_in_at": _text(time.handed_in_at),
        "takeovers": [{"epoch": one.epoch, "device": one.device, "at": _text(one.at)} for one in time.takeovers],
        "accepted": _names(time, are_accepted=True),
        "refused": _names(time, are_accepted=False),
        "settled_at": _text(time.settled_at),
    }


def time_from_json(deadline: str | None, value: Mapping[str, Any] | None) -> AttemptTime | None:
    """The time that a file tells; without `value` only until when answers counted, and None without an attempt."""
    if deadline is None:
        return None
    if value is None:
        return AttemptTime(deadline_at=datetime.fromisoformat(deadline))
    return AttemptTime(
        deadline_at=datetime.fromisoformat(deadline),
        started_at=_moment(value["started_at"]),
        extra_minutes=int(value["extra_minutes"]),
        changes=tuple(
            TimeChange(kind=ChangeKind(one["kind"]), at=datetime.fromisoformat(one["at"]), seconds=one["seconds"])
            for one in value["changes"]
        ),
        sync_until=_moment(value["sync_until"]),
        paused_at=_moment(value["paused_at"]),
        handed_in_at=_moment(value["handed_in_at"]),
        takeovers=tuple(
            TakeOver(epoch=one["epoch"], device=one["device"], at=datetime.fromisoformat(one["at"]))
            for one in value["takeovers"]
        ),
        decided={
            (device, seq): counts
            for counts, names in ((True, value["accepted"]), (False, value.get("refused", ())))
            for device, seq in names
        },
        settled_at=_moment(value.get("settled_at")),
    )


def event_json(event: AnswerEvent) -> dict[str, Any]:
    """An answer event as plain JSON values."""
    return {
        "device": event.device,
        "seq": event.seq,
        "item": event.item,
        "choice": event.choice,
        "received_at": event.received_at.isoformat(),
        "epoch": event.epoch,
        "anchor_at": _text(event.anchor_at),
        "elapsed_ms": event.elapsed_ms,
    }


def event_from_json(value: Mapping[str, Any]) -> AnswerEvent:
    """The answer event of a file; those of the first format do not say when they were made."""
    moments = {
        "received_at": datetime.fromisoformat(value["received_at"]),
        "anchor_at": _moment(value.get("anchor_at")),
    }
    return AnswerEvent(**{**value, **moments})


def _names(time: AttemptTime, *, are_accepted: bool) -> list[list[str | int]]:
    return [[device, seq] for (device, seq), counts in sorted(time.decided.items()) if counts is are_accepted]


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
