"""Keeping answers: each is in the log once, for good, before it is told to be saved. It never reaches a key."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import (
    Connection,
    func,
)

from assessments.attempts import does_count
from assessments.errors import AlreadySubmitted, AttemptClosed
from assessments.exam_time import AnswerEvent, Standing, standing_of_event
from assessments.words import Message
from lms.extensions import each_by_itself, in_turn
from lms.records.delivery import NO_CHOICE, answer_columns
from lms.services.answer_statements import (
    full_items,
    hold_sitting,
    insertion,
    insertion_at_once,
    keep_conflict,
    kept_as,
    kept_conflicts,
    room_for_conflicts,
    together,
)
from lms.services.days import believable
from lms.services.desks import (
    ON_PAPER,
    ClockFacts,
    Desk,
    State,
    clock_of_desk,
    facts_of,
    hear,
    state_from,
    state_of_desk,
)
from lms.services.errors import Conflict, Faulty
from lms.services.sittings import Log, decided_of

MOST_AT_ONCE = 200
_TRIES = 5


class NotDurable(Exception):
    """The database would not keep a commit through a loss of power, so nothing is told to be saved."""


class Why(StrEnum):
    """Why an event that was sent is not saved as an answer; the first three are kept for a person to decide."""

    LATE = "late"
    SUPERSEDED = "superseded"
    CONFLICT = "conflict"
    FAULTY = "faulty"
    FULL = "full"


WORDS: Mapping[Why, Message] = {
    Why.LATE: Message("This answer came after the time. It is kept, and a person decides whether it counts."),
    Why.SUPERSEDED: Message(
        "Another device has taken this exam over. The answer is kept, and a person decides whether it counts."
    ),
    Why.CONFLICT: Message(
        "This device sent another answer under the same number before. That one stays; both are kept."
    ),
    Why.FAULTY: Message("This answer cannot be read: there is no such question or option on this paper."),
    Why.FULL: Message(
        "This was changed more often than anybody changes an answer, so the last change is not kept. What was saved "
        "before stays. Tell the invigilator."
    ),
}
_WHY = {Standing.SUPERSEDED: Why.SUPERSEDED}  # all else came after the time, if only as it was then


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
    superseded or in conflict is kept too. Raises Absent for a sitting that is gone, NotAllowed for a suspended person,
    Conflict for an exam that was written on paper.
    """
    require_few(len(sent))
    with each_by_itself() as connection:
        state, rows, faulty, there = _add(connection, desk, device, epoch, sent, now)
        is_holder, clock = hear(connection, desk, state, device, now), clock_of_desk(connection, desk, state)
        # Nobody has decided on what has just come.
        is_again = any(kept["received_at"] != now for kept in there.values())
        decided = decided_of(desk.log, desk.id, connection) if is_again else {}
        refused = [Refused(seq=seq, why=Why.FAULTY) for seq in faulty]
        saved = []
        refused += [Refused(seq=row["seq"], why=Why.FULL) for row in rows if row["seq"] not in there]
        others = [row for row in rows if row["seq"] in there and _is_another(row, there[row["seq"]])]
        refused += _keep_conflicts(connection, desk, others)
        for row in rows:
            kept = there.get(row["seq"])
            if kept is None or _is_another(row, kept):
                continue
            event = _event(kept)
            standing = standing_of_event(event, clock)
            if does_count(event, standing, decided):
                saved.append(_receipt(desk.log, kept))
            else:
                refused.append(Refused(seq=row["seq"], why=_WHY.get(standing, Why.LATE)))
    return Kept(saved=tuple(saved), refused=tuple(refused), facts=facts_of(state, is_holder))


def require_few(sent: int) -> None:
    """Refuse more answers than go together, readable or not."""
    if sent > MOST_AT_ONCE:
        raise Faulty(Message("At most %(most)s answers can be sent at once.", {"most": str(MOST_AT_ONCE)}))


def _is_another(row: Mapping[str, Any], kept: Mapping[str, Any]) -> bool:
    """Whether two events under one number are not the same: of another choice, or made at another moment.

    A device that has forgotten its numbers may choose again what once had the number; that was done later than all
    that came since. What is sent again says the same moment; forms say none.
    """
    made, before = ((one["anchor_at"], one["elapsed_ms"]) for one in (row, kept))
    is_later = None not in (*made, *before) and made != before
    return is_later or bool(kept["payload_hash"] != row["payload_hash"])


def _keep_conflicts(connection: Connection, desk: Desk, rows: Sequence[Mapping[str, Any]]) -> list[Refused]:
    """Keep other answers under used numbers, no more than a person can look at; what is there already is kept."""
    if not rows:
        return []
    refused = []
    # One request after another: of two at once both would find the last place.
    with in_turn(connection), together(connection):
        hold_sitting(connection, desk)
        kept, room = kept_conflicts(connection, desk, rows[0]["device"]), room_for_conflicts(connection, desk)
        for row in rows:
            name = row["seq"], row["payload_hash"]
            if name not in kept and room:
                keep_conflict(connection, desk, row)
                kept.add(name)
                room -= 1
            refused.append(Refused(seq=row["seq"], why=Why.CONFLICT if name in kept else Why.FULL))
    return refused


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


def payload_hash(item: str, choice: str) -> str:
    """What tells one answer from another under the same number."""
    return hashlib.sha256(f"{item}|{choice}".encode()).hexdigest()


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
        choice = NO_CHOICE if answer.place is None else line.options[answer.place - 1]
        row = {
            "sitting": desk.id,
            "device": device,
            "seq": answer.seq,
            "item": line.item,
            "choice": choice,
            "payload_hash": payload_hash(line.item, choice),
            "received_at": now,
            "epoch": epoch,
            "anchor_at": believable(answer.anchor_at),
            "elapsed_ms": answer.elapsed_ms,
            "wall_at": believable(answer.wall_at),
        }
        rows.append(row)
    return rows, faulty


def _add(
    connection: Connection, desk: Desk, device: str, epoch: int | None, sent: Sequence[SentAnswer], now: datetime
) -> tuple[State, list[dict[str, Any]], list[int], Mapping[int, Mapping[str, Any]]]:
    """Put what was sent into the log: the state it was added under, its rows, the unreadable ones, what is there."""
    if epoch is not None and len(sent) == 1:
        rows, faulty = _rows(desk, device, epoch, sent, now)
        if rows and (state := _insert_at_once(connection, desk, epoch, rows[0])) is not None:
            return state, rows, faulty, {rows[0]["seq"]: rows[0]}
    state = state_of_desk(connection, desk)
    if state.holder == ON_PAPER:
        raise Conflict(Message("This exam was written on paper: its answer sheet is entered, and nothing else counts."))
    rows, faulty = _rows(desk, device, _epoch_of(desk, state, device, epoch), sent, now)
    state, there = _insert(connection, desk, state, rows)
    return state, rows, faulty, there


def _insert_at_once(connection: Connection, desk: Desk, epoch: int, row: dict[str, Any]) -> State | None:
    """One statement for what is sent most: a single new answer to a sitting that is open in the epoch of its device.

    Returns the state that it was added under; None where anything is otherwise, and then nothing was added.
    """
    guard = {"seen_epoch": epoch, "is_handed_in": False, "is_settled": False, "person": desk.person_id}
    values = kept_as(row, connection) | guard
    with in_turn(connection):
        found = insertion_at_once(desk.log).run(connection, values).fetchall()
    return state_from(found[0]) if found else None


def _insert(
    connection: Connection, desk: Desk, state: State, rows: list[dict[str, Any]]
) -> tuple[State, Mapping[int, Mapping[str, Any]]]:
    """Put the events in the log that are not there; returns the state they were added under, and those there by number.

    A row is added only while the sitting is in the epoch and as open as it was read: a take-over, handing in or the
    decision of the results holds the sitting's row, and so comes wholly before or wholly after. Events are told to be
    saved by that state only, and one that was on its way while the results were decided came after them. What is
    missing in the end is of items that have as many events as are kept.
    """
    statement, device = insertion(desk.log), rows[0]["device"] if rows else ""
    # Asked before, of several: who sends without end is not to hold the turn of those who wait to write.
    full = full_items(connection, desk, state.holder, device) if len(rows) > 1 else frozenset()
    left = [row for row in rows if row["item"] not in full]
    for _try in range(_TRIES):
        guard = {"seen_epoch": state.epoch, "is_handed_in": state.submitted_at is not None}
        guard["is_settled"] = state.settled_at is not None
        left = [_after_results(row, state) for row in left]
        added = 0
        # Several are committed together; one by itself commits when its statement returns.
        with in_turn(connection), together(connection) if len(left) > 1 else nullcontext():
            for row in left:
                added += statement.run(connection, kept_as(row, connection) | guard).rowcount
        if added == len(rows):
            return state, {row["seq"]: row for row in left}
        there = _found(connection, desk, device, [row["seq"] for row in rows])
        left = [row for row in rows if row["seq"] not in there]
        full = full_items(connection, desk, state.holder, device) if left else frozenset()
        if all(row["item"] in full for row in left):
            return state, there
        state = state_of_desk(connection, desk)
    raise NotDurable


def _after_results(row: dict[str, Any], state: State) -> dict[str, Any]:
    """A row as it is kept where the results are decided without it: received after that moment, if only just."""
    if state.settled_at is None or row["received_at"] > state.settled_at:
        return row
    return row | {"received_at": state.settled_at + timedelta(microseconds=1)}


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
