"""A seat of the exam room in words: the same for the page, for its script, and on paper."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from assessments.exam_time import ChangeKind, Standing, minutes_left
from lms.services.seats import SILENT_AFTER, Seat, SeatState, Trouble
from lms.web.filters import clock

_S = SeatState
STATES: Mapping[SeatState, Any] = {
    _S.EXPECTED: _l("Not seen yet"),
    _S.SIGNED_IN: _l("Signed in"),
    _S.PRESENT: _l("Identity checked"),
    _S.ABSENT: _l("Absent"),
    _S.DISQUALIFIED: _l("Disqualified"),
    _S.WORKING: _l("Working"),
    _S.PAUSED: _l("Paused"),
    _S.HANDED_IN: _l("Handed in"),
    _S.ENDED: _l("Ended by the invigilator"),
    _S.OVER: _l("Time is over"),
}
_LOOKS = {_S.HANDED_IN: "good", _S.OVER: "good", _S.PAUSED: "wait", _S.DISQUALIFIED: "bad"}
CHANGES: Mapping[ChangeKind, Any] = {
    ChangeKind.EXTRA: _l("More time"),
    ChangeKind.PAUSE: _l("Paused"),
    ChangeKind.RESUME: _l("Went on"),
}
STANDINGS: Mapping[Standing, Any] = {
    Standing.LATE: _l("came after the time"),
    Standing.SUPERSEDED: _l("from a device that another one had taken over"),
} | dict.fromkeys((Standing.COUNTED, Standing.COUNTED_OFFLINE), _l("came after the time as it was then"))
# Which candidates the list shows.
SHOWS: Mapping[str, tuple[Any, frozenset[SeatState]]] = {
    "all": (_l("Everybody"), frozenset(SeatState)),
    "trouble": (_l("Who needs you"), frozenset(SeatState)),
    "here": (_l("At work"), frozenset({_S.WORKING, _S.PAUSED})),
    "not-begun": (_l("Not begun"), frozenset({_S.EXPECTED, _S.SIGNED_IN, _S.PRESENT, _S.ABSENT})),
    "done": (_l("Finished"), frozenset({_S.HANDED_IN, _S.ENDED, _S.OVER})),
}
_LAST = timedelta(days=999)
SORTS: Mapping[str, Callable[[Seat, datetime], Any]] = {
    "number": lambda seat, _now: seat.number,
    "name": lambda seat, _now: seat.name.casefold(),
    "contact": lambda seat, now: -(seat.silence(now) or -_LAST),
    "saved": lambda seat, _now: (seat.started_at is None, seat.saved),
    "left": lambda seat, now: _LAST if (left := seat.time_left(now)) is None else left,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the list says of a seat. `look` is the state's; `heard_look` is bad where nothing was heard for long.

    `ended` is the end to the second, as answers that came late are compared with it. `waiting` is after handing in what
    has not come of it, since the device told what waited on it before it sent the last.
    """

    seat: Seat
    state: str
    look: str
    heard: str
    heard_look: str
    saved: str
    waiting: str
    left: str
    ended: str
    extra: str
    told: str
    troubles: Sequence[str]

    @property
    def moving(self) -> Sequence[Any]:
        """What changes by itself, as the script takes it."""
        told = (self.waiting, self.left, self.extra, self.told)
        return (self.state, self.look, self.heard, self.heard_look, self.saved, *told, self.troubles)


def line_of(seat: Seat, now: datetime) -> Line:
    """A seat in words at a moment; to the minute, so that they change seldom."""
    state = seat.state(now)
    silence = seat.silence(now)
    return Line(
        seat=seat,
        state=str(STATES[state]),
        look=_LOOKS.get(state, "plain"),
        heard=_heard(seat, now),
        heard_look="bad" if silence is not None and silence >= SILENT_AFTER else "plain",
        saved="" if seat.started_at is None else str(seat.saved),
        waiting=str((seat.missing if state is SeatState.HANDED_IN else seat.waiting) or ""),
        left=_left(seat, now),
        ended=clock(seat.ended_at(now), seconds=True),
        extra=_extra(seat),
        told=_told(seat),
        troubles=[_trouble(seat, trouble, now) for trouble in seat.troubles(now)],
    )


def counts_of(seats: Sequence[Seat], now: datetime) -> Mapping[SeatState, int]:
    """How many are in each state."""
    return Counter(seat.state(now) for seat in seats)


def minutes_words(time: timedelta) -> str:
    """`5 minutes`, the whole ones."""
    minutes = time // timedelta(minutes=1)
    return ngettext("%(num)d minute", "%(num)d minutes", minutes)


def _heard(seat: Seat, now: datetime) -> str:
    if seat.heard_at is None:
        return _("nothing heard yet") if seat.started_at else ""
    ago = now - seat.heard_at
    is_past = ago >= timedelta(hours=1) if seat.started_at is None else seat.silence(now) is None
    if is_past:
        return clock(seat.heard_at)
    return _("just now") if ago < timedelta(minutes=1) else _("%(minutes)s ago", minutes=minutes_words(ago))


def _left(seat: Seat, now: datetime) -> str:
    left = seat.time_left(now)
    if left is not None:
        minutes = minutes_left(left)
        return _("less than a minute") if minutes <= 1 else _minutes(minutes)
    return clock(seat.ended_at(now))


def _extra(seat: Seat) -> str:
    """Extra time, with why: the candidate's own from before, and what was given during the exam."""
    own = seat.extra_minutes and _("%(minutes)s extra from the start", minutes=_minutes(seat.extra_minutes))
    given = seat.given_seconds // 60
    more = given and _("%(minutes)s given: %(reasons)s", minutes=_minutes(given), reasons=seat.reasons)
    return " · ".join(words for words in (own, more) if words)


def _minutes(number: int) -> str:
    return minutes_words(timedelta(minutes=number))


def _told(seat: Seat) -> str:
    left = seat.left and ngettext("left the page %(num)d time", "left the page %(num)d times", seat.left)
    tabs = seat.tabs and ngettext("opened a second tab %(num)d time", "opened a second tab %(num)d times", seat.tabs)
    others = seat.others and ngettext("opened on %(num)d other device", "opened on %(num)d other devices", seat.others)
    return " · ".join(words for words in (left, tabs, others) if words)


def _trouble(seat: Seat, trouble: Trouble, now: datetime) -> str:
    number = {
        Trouble.MANY_WAITING: seat.waiting,
        Trouble.MISSING: seat.missing,
        Trouble.UNDECIDED: seat.undecided,
        Trouble.SECOND_TAB: seat.tabs,
        Trouble.LEFT: seat.left,
    }
    if trouble is Trouble.KEEPS_NOTHING:
        return _("The device keeps no answers")
    if trouble is Trouble.SECOND_DEVICE:
        return _("The exam is open on another device too")
    if trouble is Trouble.SILENT:
        return _("No contact for %(minutes)s", minutes=minutes_words(seat.silence(now) or timedelta()))
    return str(_COUNTED[trouble](number[trouble]))


_COUNTED: Mapping[Trouble, Callable[[int], str]] = {
    Trouble.MANY_WAITING: lambda number: ngettext(
        "%(num)d answer waits on the device", "%(num)d answers wait on the device", number
    ),
    Trouble.MISSING: lambda number: ngettext(
        "Handed in, and %(num)d answer has not arrived", "Handed in, and %(num)d answers have not arrived", number
    ),
    Trouble.UNDECIDED: lambda number: ngettext(
        "%(num)d late answer waits for your decision", "%(num)d late answers wait for your decision", number
    ),
    Trouble.SECOND_TAB: lambda number: ngettext(
        "Opened the exam in a second tab %(num)d time", "Opened the exam in a second tab %(num)d times", number
    ),
    Trouble.LEFT: lambda number: ngettext(
        "Left the exam page %(num)d time", "Left the exam page %(num)d times", number
    ),
}
