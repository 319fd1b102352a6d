"""Keeping answers: each is in the log once, for good, before it is told to be saved. It never reaches a key."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import Boolean, Connection, Integer, bindparam, func, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite

from assessments.errors import AlreadySubmitted, AttemptClosed
from assessments.exam_time import AnswerEvent, Standing, standing_of_event
from assessments.words import Message
from lms.extensions import each_by_itself, in_turn
from lms.prepared import Prepared, to_database
from lms.records.delivery import NO_CHOICE, answer_columns
from lms.services.desks import ClockFacts, Desk, State, clock_of_desk, facts_of, hear, state_of_desk
from lms.services.errors import Conflict, Faulty
from lms.services.sittings import Log

MOST_AT_ONCE = 200
_TRIES = 5


class NotDurable(Exception):
    """The database would not keep a commit through a loss of power, so nothing is told to be saved."""


class Why(StrEnum):
    """Why an event that was sent is not saved as an answer; all but the last are kept for a person to decide."""

    LATE = "late"
    SUPERSEDED = "superseded"
    CONFLICT = "conflict"
    FAULTY = "faulty"


WORDS: Mapping[Why, Message] = {
    Why.LATE: Message("This answer came after the time. It is kept, and a person decides whether it counts."),
    Why.SUPERSEDED: Message(
        "Another device has taken this exam over. The answer is kept, and a person decides whether it counts."
    ),
    Why.CONFLICT: Message(
        "This device sent another answer under the same number before. That one stays; both are kept."
    ),
    Why.FAULTY: Message("This answer cannot be read: there is no such question or option on this paper."),
}
_WHY = {Standing.LATE: Why.LATE, Standing.SUPERSEDED: Why.SUPERSEDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAnswer:
    """An answer as a device sends it: `place` counts the options as shown, from 1; None takes the answer back.

    `seq` is the device's own number for it. `elapsed_ms` after `anchor_at` it was made, by the device's steady clock.
    """

    seq: int
    number: int
    place: int | None
    anchor_at: datetime | None = None
    elapsed_ms: int | None = None
    wall_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an acknowledged answer gets: proof that it was committed, checkable with the key of `key_id`."""

    device: str
    seq: int
    received_at: datetime
    key_id: str
    mac: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An event that is not saved as an answer, and why."""

    seq: int
    why: Why

    @property
    def words(self) -> Message:
        """What the candidate is told."""
        return WORDS[self.why]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of the events that were sent, each in one of the two lists; told after the commit."""

    saved: tuple[Receipt, ...]
    refused: tuple[Refused, ...]
    facts: ClockFacts


def keep(desk: Desk, *, device: str, epoch: int | None, sent: Sequence[SentAnswer], now: datetime) -> Kept:
    """Keep answer events of one device, and tell of each what became of it.

    `now` is when they were received; without an epoch, as old pages send, it is the one in force. What is late,
    superseded or in conflict is kept too. Raises Absent for a sitting that is gone, NotAllowed for a suspended person.
    """
    if len(sent) > MOST_AT_ONCE:
        raise Faulty(Message("At most %(most)s answers can be sent at once.", {"most": str(MOST_AT_ONCE)}))
    with each_by_itself() as connection:
        state = state_of_desk(connection, desk)
        rows, faulty = _rows(desk, device, _epoch_of(desk, state, device, epoch), sent, now)
        state, there = _insert(connection, desk, state, rows)
        is_holder, clock = hear(connection, desk, state, device, now), clock_of_desk(connection, desk, state)
        refused = [Refused(seq=seq, why=Why.FAULTY) for seq in faulty]
        saved, answered = [], set(state.answered)
        for row in rows:
            kept = there[row["seq"]]
            if kept["payload_hash"] != row["payload_hash"]:
                _keep_conflict(connection, desk, row)
                refused.append(Refused(seq=row["seq"], why=Why.CONFLICT))
                continue
            (answered.discard if kept["choice"] == NO_CHOICE else answered.add)(kept["item"])
            if (standing := standing_of_event(_event(kept), clock)).counts:
                saved.append(_receipt(desk.log, kept))
            else:
                refused.append(Refused(seq=row["seq"], why=_WHY[standing]))
    facts = facts_of(state, is_holder, len(answered))
    return Kept(saved=tuple(saved), refused=tuple(refused), facts=facts)


def save_answer(desk: Desk, *, device: str, seq: int | None, number: int, place: int | None, now: datetime) -> Receipt:
    """Keep one answer as forms and old pages send it, without number or epoch; the same again gets the same receipt.

    Raises Faulty for what is not on the paper, Conflict under a number used for another answer or after a take-over,
    and the core's refusals by time; what is refused but readable is kept all the same.
    """
    while True:
        answer = SentAnswer(seq=next_seq(desk, device) if seq is None else seq, number=number, place=place)
        kept = keep(desk, device=device, epoch=None, sent=[answer], now=now)
        if kept.saved:
            return kept.saved[0]
        why = kept.refused[0].why
        if why is Why.CONFLICT and seq is None:  # another form took the number
            continue
        if why is Why.LATE:
            raise AlreadySubmitted if kept.facts.is_handed_in else AttemptClosed(kept.facts.deadline_at)
        raise Faulty(_not_there(desk, answer)) if why is Why.FAULTY else Conflict(WORDS[why])


def next_seq(desk: Desk, device: str) -> int:
    """The number after all that a device has used."""
    newest = desk.log.of(desk.id).filter_by(device=device).with_only_columns(func.max(desk.log.table.seq))
    with each_by_itself() as connection:
        return (connection.scalar(newest) or 0) + 1


def _epoch_of(desk: Desk, state: State, device: str, epoch: int | None) -> int:
    if epoch is None:
        return 1 if desk.log.is_fenced and state.epoch > 1 and state.holder != device else state.epoch
    if not 1 <= epoch <= state.epoch:
        raise Faulty(Message("The page does not fit this exam. Reload it."))
    return epoch


def _not_there(desk: Desk, answer: SentAnswer) -> Message:
    line = desk.items.get(answer.number)
    if line is None:
        return Message("There is no question %(number)s on this paper.", {"number": str(answer.number)})
    facts = {"number": str(answer.number), "most": str(len(line.options))}
    return Message("Question %(number)s has options 1 to %(most)s.", facts)


def _rows(
    desk: Desk, device: str, epoch: int, sent: Sequence[SentAnswer], now: datetime
) -> tuple[list[dict[str, Any]], list[int]]:
    """The events to add, and the numbers of those that name nothing on the paper."""
    rows: list[dict[str, Any]] = []
    faulty: list[int] = []
    for answer in sent:
        line = desk.items.get(answer.number)
        if line is None or not (answer.place is None or 1 <= answer.place <= len(line.options)):
            faulty.append(answer.seq)
            continue
        choice = NO_CHOICE if answer.place is None else line.options[answer.place - 1].id
        row = {
            "sitting": desk.id,
            "device": device,
            "seq": answer.seq,
            "item": line.item,
            "choice": choice,
            "payload_hash": hashlib.sha256(f"{line.item}|{choice}".encode()).hexdigest(),
            "received_at": now,
            "epoch": epoch,
            "anchor_at": answer.anchor_at,
            "elapsed_ms": answer.elapsed_ms,
            "wall_at": answer.wall_at,
        }
        rows.append(row)
    return rows, faulty


def _insert(
    connection: Connection, desk: Desk, state: State, rows: list[dict[str, Any]]
) -> tuple[State, Mapping[int, Mapping[str, Any]]]:
    """Put the events in the log that are not there; returns the state they were added under, and all of them by number.

    A row is added only while the sitting is in the epoch and as open as it was read: a take-over or handing in holds
    the sitting's row, and so comes wholly before or wholly after. Events are told to be saved by that state only.
    """
    statement, left = _insertion(desk.log), rows
    for _try in range(_TRIES):
        guard = {"seen_epoch": state.epoch, "is_handed_in": state.submitted_at is not None}
        added = 0
        # Several are committed together; one by itself commits when its statement returns.
        with in_turn(connection), _together(connection) if len(left) > 1 else nullcontext():
            for row in left:
                added += statement.run(connection, _kept_as(row, connection) | guard).rowcount
        if added == len(rows):
            return state, {row["seq"]: row for row in rows}
        there = _found(connection, desk, rows[0]["device"], [row["seq"] for row in rows]) if rows else {}
        left = [row for row in rows if row["seq"] not in there]
        if not left:
            return state, there
        state = state_of_desk(connection, desk)
    raise NotDurable


@contextmanager
def _together(connection: Connection) -> Iterator[None]:
    """A transaction around statements of the driver's own."""
    driver = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        with driver.transaction():  # type: ignore[union-attr]
            yield
        return
    driver.execute("BEGIN IMMEDIATE")  # type: ignore[union-attr]
    try:
        yield
    except BaseException:
        driver.execute("ROLLBACK")  # type: ignore[union-attr]
        raise
    driver.execute("COMMIT")  # type: ignore[union-attr]


def _kept_as(row: Mapping[str, Any], connection: Connection) -> dict[str, Any]:
    moments = {name: to_database(row[name], connection) for name in ("received_at", "anchor_at", "wall_at")}
    return {**row, **moments}


def _found(connection: Connection, desk: Desk, device: str, numbers: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    table = desk.log.table
    columns = (*answer_columns(table), table.payload_hash)
    query = desk.log.of(desk.id).filter_by(device=device).with_only_columns(*columns).where(table.seq.in_(numbers))
    return {row.seq: {**row._mapping, "sitting": desk.id} for row in connection.execute(query)}


def _event(row: Mapping[str, Any]) -> AnswerEvent:
    return AnswerEvent(
        device=row["device"],
        seq=row["seq"],
        item=row["item"],
        choice=row["choice"],
        received_at=row["received_at"],
        epoch=row["epoch"],
        anchor_at=row["anchor_at"],
        elapsed_ms=row["elapsed_ms"],
    )


def _keep_conflict(connection: Connection, desk: Desk, row: Mapping[str, Any]) -> None:
    if desk.log.conflicts is None:
        return
    names = ("device", "seq", "payload_hash", "item", "choice", "received_at")
    values = {desk.log.column: desk.id} | {name: row[name] for name in names}
    table = desk.log.conflicts.__table__
    maker = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(maker(table).values(**values).on_conflict_do_nothing())


@cache
def _insertion(log: Log) -> Prepared:
    """One event into the log while the sitting is as it was read and a commit lasts, unless its number is there."""
    table, sittings = log.table.__table__, log.sittings
    values = (bindparam(name, type_=table.c[name].type) for name in _EVENT_COLUMNS)
    chosen = select(sittings.id, *values).where(
        sittings.id == bindparam("sitting", type_=Integer),
        sittings.epoch == bindparam("seen_epoch", type_=Integer),
        or_(sittings.submitted_at.is_(None), bindparam("is_handed_in", type_=Boolean)),
    )
    chosen = chosen.with_for_update(read=True, of=sittings)
    makers = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
    return Prepared(
        {
            name: make(table)
            .from_select([log.column, *_EVENT_COLUMNS], chosen.where(text(_LASTS[name])))
            .on_conflict_do_nothing()
            for name, make in makers.items()
        }
    )


_EVENT_COLUMNS = (
    "device",
    "seq",
    "item",
    "choice",
    "payload_hash",
    "received_at",
    "epoch",
    "anchor_at",
    "elapsed_ms",
    "wall_at",
)
# No session can have an answer told to be saved while its commits are not.
_LASTS = {
    "postgresql": "current_setting('synchronous_commit') <> 'off'",
    "sqlite": "(SELECT synchronous FROM pragma_synchronous) >= 2",
}


def _receipt(log: Log, row: Mapping[str, Any]) -> Receipt:
    key, key_id = _key(log.receipts, str(current_app.config["SECRET_KEY"]))
    body = f"{row['sitting']}|{row['device']}|{row['seq']}|{row['payload_hash']}|{row['received_at'].isoformat()}"
    return Receipt(
        device=row["device"],
        seq=row["seq"],
        received_at=row["received_at"],
        key_id=key_id,
        mac=hmac.digest(key, body.encode(), "sha256").hex(),
    )


@cache
def _key(label: bytes, secret: str) -> tuple[bytes, str]:
    key = hashlib.sha256(label + b"|" + secret.encode()).digest()
    return key, hashlib.sha256(key).hexdigest()[:8]
