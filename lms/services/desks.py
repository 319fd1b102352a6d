"""A candidate's desk: what never changes of a sitting, kept in memory, and how it stands, read in one statement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import Connection, Integer, bindparam, func, literal_column, select, update
from sqlalchemy.dialects import postgresql

from assessments.attempts import counting_answers
from assessments.exam_time import ExamClock
from assessments.model import TheoryRules
from assessments.words import Message
from lms.extensions import db, each_by_itself
from lms.prepared import Prepared, from_database
from lms.records.delivery import NO_CHOICE, AskedItem, answer_columns, clock_of, events_of
from lms.services.days import zone
from lms.services.errors import Absent, NotAllowed
from lms.services.sittings import Log, decided_of
from lms.tables.invigilation import IntegrityEventRow, TakeoverRow
from lms.tables.people import PersonRow, Standing

FORM_DEVICE = "form"  # answers sent by a page without script
ON_PAPER = "on paper"  # holds an exam that was written on paper; no device can be called so
SECOND_DEVICE = "second_device"  # what the invigilator is told of one that does not hold the exam
ENGINES = ("postgresql", "sqlite")
MOST_TOLD = 500  # of an attempt; who tells more than that stands out, and is not to bury the room's page
_MOST_DESKS = 2000  # about 20 kB each


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What never changes of a sitting: whose it is, its items by number with their options, its rules, its log."""

    id: int
    person_id: int
    items: Mapping[int, AskedItem]
    rules: TheoryRules
    log: Log


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFacts:
    """What each reply tells a device: who may answer and until when.

    To a sign of life it tells how many questions have an answer that counts: other devices may have sent some of them.
    """

    epoch: int
    is_holder: bool
    deadline_at: datetime
    paused_at: datetime | None
    is_handed_in: bool
    answered: int | None = None

    @property
    def is_paused(self) -> bool:
        """Whether the time stands still."""
        return self.paused_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How a sitting stands, as its row says."""

    epoch: int
    holder: str
    deadline_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    paused_at: datetime | None
    settled_at: datetime | None


def kept_desk(log: Log, sitting_id: int, read: Callable[[int], Desk]) -> Desk:
    """The desk of a sitting, read once by each process of the site."""
    desks: dict[tuple[type[Any], int], Desk] = current_app.extensions.setdefault("desks", {})
    name = (log.sittings, sitting_id)
    if name not in desks:
        if len(desks) >= _MOST_DESKS:
            desks.clear()
        desks[name] = read(sitting_id)
    return desks[name]


def look(desk: Desk, device: str, now: datetime) -> ClockFacts:
    """How a sitting stands, for a device that is heard."""
    with each_by_itself() as connection:
        state = state_of_desk(connection, desk)
        is_holder = hear(connection, desk, state, device, now)
        return facts_of(state, is_holder, _answered_now(connection, desk, state))


def state_of_desk(connection: Connection, desk: Desk) -> State:
    """How a sitting stands; raises Absent, and NotAllowed for who may not act any more."""
    row = _state(desk.log).run(connection, {"sitting": desk.id, "person": desk.person_id}).fetchone()
    if row is None:
        raise Absent
    standing, *kept = row
    _require_active(standing)
    return state_from(kept)


def require_active(person_id: int) -> None:
    """Raise NotAllowed for a person who may not act any more: the token of an exam's page outlasts their sessions."""
    _require_active(db.session.scalar(select(PersonRow.standing).filter_by(id=person_id)))


def state_from(kept: Sequence[Any]) -> State:
    """A state as the driver gives it: the values of `state_columns` in their order."""
    epoch, holder, deadline_at, submitted_at, closed_at, paused_at, settled_at = kept
    return State(
        epoch=epoch,
        holder=holder,
        deadline_at=from_database(deadline_at),
        submitted_at=from_database(submitted_at),
        closed_at=from_database(closed_at),
        paused_at=from_database(paused_at),
        settled_at=from_database(settled_at),
    )


def state_columns(log: Log) -> tuple[Any, ...]:
    """How a sitting stands: columns of its row."""
    sittings = log.sittings
    return (
        sittings.epoch,
        sittings.holder,
        sittings.deadline_at,
        sittings.submitted_at,
        sittings.closed_at,
        sittings.paused_at,
        sittings.settled_at,
    )


def clock_of_desk(connection: Connection, desk: Desk, state: State) -> ExamClock:
    """All that decides whether an answer is in time."""
    takeovers: Sequence[Any] = ()
    if desk.log.is_fenced and state.epoch > 1:
        columns = select(TakeoverRow.epoch, TakeoverRow.device, TakeoverRow.used_at)
        takeovers = connection.execute(columns.filter_by(attempt_id=desk.id).order_by(TakeoverRow.epoch)).all()
    return clock_of(state, desk.rules, zone(), takeovers)


def hear(connection: Connection, desk: Desk, state: State, device: str, now: datetime) -> bool:
    """Whether a device holds the exam. The first one that is heard does; the invigilator is told of every other."""
    if not desk.log.is_fenced or state.holder == device:
        return True
    if state.holder == "" and state.epoch == 1:
        if device == FORM_DEVICE:
            return True
        table = desk.log.sittings
        claimed = update(table).where(table.id == desk.id, table.holder == "").values(holder=device)
        return connection.execute(claimed).rowcount == 1 or state_of_desk(connection, desk).holder == device
    told = {"attempt_id": desk.id, "kind": SECOND_DEVICE, "device": device}
    is_known = connection.execute(select(IntegrityEventRow.id).filter_by(**told).limit(1)).first() is not None
    if not is_known and room_to_tell(connection, desk):
        connection.execute(IntegrityEventRow.__table__.insert().values(at=now, detail="", **told))  # type: ignore[attr-defined]
    return False


def room_to_tell(connection: Connection, desk: Desk) -> int:
    """How many more things the devices of an attempt may tell the invigilator."""
    count = select(func.count(IntegrityEventRow.id)).filter_by(attempt_id=desk.id)
    return max(0, MOST_TOLD - (connection.scalar(count) or 0))


def _answered_now(connection: Connection, desk: Desk, state: State) -> int:
    """How many questions have an answer that counts; after a take-over not all that is kept does."""
    if not desk.log.is_fenced or state.epoch == 1:
        count: int = _answered(desk.log).run(connection, {"sitting": desk.id}).fetchone()[0]
        return count
    events = events_of(connection.execute(desk.log.of(desk.id).with_only_columns(*answer_columns(desk.log.table))))
    decided = decided_of(desk.log, desk.id, connection)
    return len(counting_answers(events, clock_of_desk(connection, desk, state), decided).answers)


def _require_active(standing: str | None) -> None:
    if standing != Standing.ACTIVE:
        raise NotAllowed(Message("This account is suspended. Ask the organisation that gave it to you."))


def facts_of(state: State, is_holder: bool, answered: int | None = None) -> ClockFacts:
    """What a device is told of how a sitting stands."""
    return ClockFacts(
        epoch=state.epoch,
        is_holder=is_holder,
        deadline_at=state.deadline_at,
        paused_at=state.paused_at,
        is_handed_in=state.submitted_at is not None,
        answered=answered,
    )


@cache
def _state(log: Log) -> Prepared:
    """Whether the person of a sitting may act, and how it stands: one statement."""
    sittings = log.sittings
    query = select(PersonRow.standing, *state_columns(log))
    query = query.join_from(sittings, PersonRow, PersonRow.id == bindparam("person", type_=Integer))
    query = query.where(sittings.id == bindparam("sitting", type_=Integer))
    return Prepared(dict.fromkeys(ENGINES, query))


@cache
def _answered(log: Log) -> Prepared:
    """How many items have a last answer that was not taken back."""
    table, made = log.table, {}
    last = select(table.item, table.choice).where(getattr(table, log.column) == bindparam("sitting", type_=Integer))
    for engine in ENGINES:
        if engine == "postgresql":  # read by the sitting: ids looked up in the whole log may be looked up by reading it
            chosen = last.ext(postgresql.distinct_on(table.item)).order_by(table.item, table.id.desc())
        else:  # beside a greatest value SQLite gives the other columns of its row
            chosen = last.add_columns(func.max(table.id)).group_by(table.item)
        of_item = chosen.subquery()
        made[engine] = select(func.count()).where(of_item.c.choice != literal_column(f"'{NO_CHOICE}'"))
    return Prepared(made)
