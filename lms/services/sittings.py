"""Sitting a paper: what is sat and where its answers are kept, handing in, and the end. It never reaches a key."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select, update
from sqlalchemy.orm import scoped_session

from assessments.attempts import AttemptState as State
from assessments.attempts import Counting, EventName, HandedInBy, counting_answers, state_at
from assessments.exam_time import ExamClock
from assessments.model import TheoryRules
from assessments.words import Message
from lms.extensions import db
from lms.records.delivery import ReadColumns, ShownItem, answer_columns, clock_of, events_of, shown_items, state_of
from lms.services.days import zone
from lms.services.errors import Conflict
from lms.tables.attempts import AnswerEventRow, AttemptRow, SittingColumns
from lms.tables.invigilation import ALL_LATER, LateRulingRow, TakeoverRow

_ONGOING = (State.OPEN, State.PAUSED)
MOST_MISSING = 200  # numbers that are named of what a hand-in says is still on the device


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Where one kind of sitting and its answers are kept: tables, the column for the sitting, label of receipts.

    `conflicts` keeps other answers under used numbers. An invigilated exam is `fenced`: another device needs a code.
    """

    table: type[Any]
    column: str
    receipts: bytes
    sittings: type[Any]
    conflicts: type[Any] | None = None

    @property
    def is_fenced(self) -> bool:
        """Whether another device takes over by a code of the invigilator's only."""
        return self.sittings is AttemptRow

    def of(self, sitting_id: int) -> Select[Any]:
        """The events of a sitting."""
        return select(self.table).filter_by(**{self.column: sitting_id})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One go at a paper: the row with its clock, the paper's stored face, the rules of its theory, and its log."""

    row: SittingColumns
    face: str
    rules: TheoryRules
    log: Log

    @property
    def items(self) -> tuple[ShownItem, ...]:
        """The items of the paper in order."""
        return shown_items(self.face)

    @property
    def clock(self) -> ExamClock:
        """All that decides whether an answer is in time."""
        return clock_of(self.row, self.rules, zone(), takeovers_of(self.log, self.row))


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What handing in came to: whether it was done now, and the numbers of answers that are still on the device.

    `goes_on` where the page did so by itself, not knowing that there is time left.
    """

    is_new: bool
    missing: tuple[int, ...]
    goes_on: bool = False


def hand_in(
    row: SittingColumns,
    rules: TheoryRules,
    log: Log,
    now: datetime,
    *,
    device: str = "",
    last_seq: int = 0,
    by: HandedInBy = HandedInBy.CANDIDATE,
) -> HandedIn:
    """Hand the paper in, in the caller's transaction; again, or once it is closed, changes nothing.

    At the end of the time the page hands in by itself, so that it may come just after it. That holds only while the
    time is over: more of it, or a pause, may cross it on the way, and time that is given later takes it back.

    The moment is not before any answer was received that was told to be saved: who saves holds the row meanwhile.
    Raises Conflict for a device that was taken over from, and a page without script, which never took over: the exam
    goes on elsewhere, and only there or by the room it ends.
    """
    table = type(row)
    said = {"last_device": device, "last_seq": last_seq} if last_seq else {}
    still_open = (
        update(table).where(table.id == row.id, is_open(table)).values(submitted_at=now, handed_in_by=by, **said)
    )
    if log.is_fenced and by is not HandedInBy.ROOM:
        still_open = still_open.where(or_(table.epoch == 1, table.holder == device))
    if by is HandedInBy.PAGE:
        still_open = still_open.where(table.deadline_at <= now, table.paused_at.is_(None))
    is_new = bool(db.session.execute(still_open).rowcount)  # type: ignore[attr-defined]
    if is_new:
        clock = clock_of(row, rules, zone(), takeovers_of(log, row))
        until = clock.last_moment if row.paused_at is None else clock.sync_until
        in_time = log.of(row.id).where(log.table.received_at <= until)
        newest = db.session.scalar(in_time.with_only_columns(func.max(log.table.received_at)))
        if newest is not None and newest > now:
            moved = update(table).where(table.id == row.id).values(submitted_at=newest)
            db.session.execute(moved)
    told = ("submitted_at", "handed_in_by", "closed_at", "last_device", "last_seq", "deadline_at", "paused_at")
    db.session.refresh(row, told)
    if state_of(row) in _ONGOING:
        if by is HandedInBy.PAGE and (row.deadline_at > now or row.paused_at is not None):
            return HandedIn(is_new=False, missing=(), goes_on=True)
        raise Conflict(Message("Another device has taken this exam over. Hand it in there."))
    # Another device has numbers of its own, and nothing of what is missing.
    return HandedIn(is_new=is_new, missing=missing_of(row, log) if row.last_device == device else ())


def missing_of(row: SittingColumns, log: Log) -> tuple[int, ...]:
    """The numbers of answers that were said to be handed in and have not come, some of them where there are many."""
    if not row.last_seq:
        return ()
    kept = log.of(row.id).filter_by(device=row.last_device).with_only_columns(log.table.seq)
    there = set(db.session.scalars(kept))
    return tuple(islice((seq for seq in range(1, row.last_seq + 1) if seq not in there), MOST_MISSING))


def close_if_late(row: SittingColumns, clock: ExamClock, now: datetime) -> bool:
    """Close what ran past its time with its grace, in the caller's transaction; False where there is nothing to.

    The time is compared in the same statement: who gives more of it in this moment is not overruled.
    """
    if not clock.is_past(now):
        return False
    table = type(row)
    ended = update(table).where(table.id == row.id, is_open(table), table.deadline_at == clock.deadline_at)
    ended = ended.where(table.paused_at.is_(None) if clock.paused_at is None else table.paused_at.is_not(None))
    return bool(db.session.execute(ended.values(closed_at=clock.deadline_at)).rowcount)  # type: ignore[attr-defined]


def settle(attempt_ids: Sequence[int], now: datetime) -> None:
    """Let what comes from now on change nothing any more, in the caller's transaction, before the results are decided.

    As in handing in, the moment is not before any answer was received that was told to be saved.
    """
    table, answers = AttemptRow, AnswerEventRow
    ours = update(table).where(table.id.in_(attempt_ids))
    db.session.execute(ours.values(settled_at=now))
    newest = db.session.scalar(select(func.max(answers.received_at)).where(answers.attempt_id.in_(attempt_ids)))
    if newest is not None and newest > now:
        db.session.execute(ours.values(settled_at=newest))


def unsettle(attempt_ids: Sequence[int]) -> None:
    """Let answers come again, in the caller's transaction: the mark sheet was sent back."""
    db.session.execute(update(AttemptRow).where(AttemptRow.id.in_(attempt_ids)).values(settled_at=None))


def state_now(sitting: Sitting, now: datetime) -> State:
    """Where a sitting stands by its row and the clock."""
    return state_at(state_of(sitting.row), sitting.clock, now)


def is_over(row: SittingColumns, rules: TheoryRules, now: datetime) -> bool:
    """Whether nothing can be answered any more."""
    return state_at(state_of(row), clock_of(row, rules, zone()), now) not in _ONGOING


def counting_of(sitting: Sitting) -> Counting:
    """Which answers count now, and which do not."""
    rows = db.session.execute(sitting.log.of(sitting.row.id).with_only_columns(*answer_columns(sitting.log.table)))
    return counting_answers(events_of(rows), sitting.clock, decided_of(sitting.log, sitting.row.id, db.session))


def answers_without(sitting: Sitting, device: str) -> Mapping[str, str]:
    """The answers that would count now if a device had told none, by item."""
    rows = db.session.execute(sitting.log.of(sitting.row.id).with_only_columns(*answer_columns(sitting.log.table)))
    events = [event for event in events_of(rows) if event.device != device]
    return counting_answers(events, sitting.clock, decided_of(sitting.log, sitting.row.id, db.session)).answers


def answers_of(sitting: Sitting) -> dict[str, str]:
    """The answers that count now, by item."""
    return dict(counting_of(sitting).answers)


def last_saved_at(sitting: Sitting) -> datetime | None:
    """When the newest answer was received."""
    table = sitting.log.table
    newest = sitting.log.of(sitting.row.id).with_only_columns(table.received_at).order_by(table.id.desc())
    return db.session.scalar(newest.limit(1))


def takeovers_of(log: Log, row: SittingColumns) -> Sequence[TakeoverRow]:
    """The take-overs of a sitting; asked for only where there was one."""
    if not log.is_fenced or row.epoch == 1:
        return ()
    return db.session.scalars(select(TakeoverRow).filter_by(attempt_id=row.id).order_by(TakeoverRow.epoch)).all()


def decided_of(log: Log, sitting_id: int, database: Connection | scoped_session[Any]) -> Mapping[EventName, bool]:
    """The late answers of a sitting on which people have decided, and whether they count."""
    if not log.is_fenced:
        return {}
    rulings = select(LateRulingRow.answers, LateRulingRow.is_accepted).filter_by(attempt_id=sitting_id)
    return decided_by(database.execute(rulings.order_by(LateRulingRow.number)))


def decided_by(rulings: Iterable[LateRulingRow | ReadColumns]) -> Mapping[EventName, bool]:
    """What decisions in their order come to, by the answers that they name: of several on one the last counts.

    A decision on all that come later is on those that are late, and names none: what comes in time given anew counts.
    """
    named = ((name, ruling.is_accepted) for ruling in rulings for name in ruling.answers if name != ALL_LATER)
    return {_event_name(name): is_accepted for name, is_accepted in named}


def is_open(table: type[SittingColumns]) -> ColumnElement[bool]:
    """The sittings that are neither handed in nor closed, whatever their clock says."""
    return table.submitted_at.is_(None) & table.closed_at.is_(None)


def may_be_late(table: type[SittingColumns], now: datetime) -> ColumnElement[bool]:
    """The open sittings whose time may be over; the clock of each says whether it is."""
    return is_open(table) & (table.deadline_at < now)


def _event_name(name: str) -> EventName:
    device, _, seq = name.rpartition("/")
    return device, int(seq)
