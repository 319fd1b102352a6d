"""Sitting a paper: answers kept once with their receipts, handing in, and the end. It never reaches a key."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.exc import IntegrityError

from assessments.attempts import AttemptState, check_may_answer, counting_answers
from assessments.model import TheoryRules
from assessments.words import Message
from lms.extensions import db
from lms.records.delivery import NO_CHOICE, ShownItem, events_of, shown_items, state_of
from lms.services.errors import Conflict, Faulty
from lms.tables.attempts import AnswerColumns, SittingColumns

FORM_DEVICE = "form"  # answers sent by a page without script


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an acknowledged answer gets: proof that it was committed, checkable with the key of `key_id`."""

    device: str
    seq: int
    received_at: datetime
    key_id: str
    mac: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAnswer:
    """An answer as a device sends it: `place` counts the options as shown, from 1; None takes the answer back.

    `seq` is the device's own number for it, None from a form, which has none.
    """

    seq: int | None
    number: int
    place: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Where the answers of one kind of sitting are kept: table, its column for the sitting, label of receipts."""

    table: type[Any]
    column: str
    receipts: bytes

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


def save_answers(sitting: Sitting, *, device: str, answers: Sequence[SentAnswer], now: datetime) -> list[Receipt]:
    """Add answer events of one device, all or none, and return their receipts after the commit.

    The caller has loaded the sitting through the person. The same event again gets the same receipt. Raises Faulty for
    what is not on the paper, Conflict where the same sequence number was used for another answer, and the core's
    refusals by time.
    """
    rows = _event_rows(sitting, device, answers, now)
    numbers = [row.seq for row in rows]
    digests = {row.seq: row.payload_hash for row in rows}
    kept = _kept_events(sitting, device, [sent.seq for sent in answers if sent.seq is not None])
    _require_same(kept, digests)
    fresh = [row for row in rows if row.seq not in kept]
    if not fresh:
        return [_receipt(sitting.log, kept[number]) for number in numbers]
    check_may_answer(state_of(sitting.row), now, sitting.row.deadline_at, sitting.rules.grace_seconds)
    db.session.add_all(fresh)
    try:
        db.session.commit()
    except IntegrityError:  # the same answers, or another form that took the number, were faster
        db.session.rollback()
        if not _kept_events(sitting, device, numbers):
            raise
        return save_answers(sitting, device=device, answers=answers, now=now)
    kept = _kept_events(sitting, device, numbers)
    return [_receipt(sitting.log, kept[number]) for number in numbers]


def hand_in(row: SittingColumns, now: datetime) -> bool:
    """Mark the paper as handed in, in the caller's transaction; False where it was over already."""
    return _end(row, submitted_at=now)


def close_if_late(row: SittingColumns, rules: TheoryRules, now: datetime) -> bool:
    """Close what ran past its time with its grace, in the caller's transaction; False where there is nothing to."""
    return now > _last_moment(row, rules) and _end(row, closed_at=row.deadline_at)


def is_over(row: SittingColumns, rules: TheoryRules, now: datetime) -> bool:
    """Whether nothing can be answered any more."""
    return state_of(row) is not AttemptState.OPEN or now > _last_moment(row, rules)


def answers_of(sitting: Sitting) -> dict[str, str]:
    """The answers that count now, by item."""
    rows = db.session.scalars(sitting.log.of(sitting.row.id))
    return counting_answers(events_of(rows), sitting.row.deadline_at, sitting.rules.grace_seconds)[0]


def last_saved_at(sitting: Sitting) -> datetime | None:
    """When the newest answer was received."""
    table = sitting.log.table
    newest = sitting.log.of(sitting.row.id).with_only_columns(table.received_at).order_by(table.id.desc())
    return db.session.scalar(newest.limit(1))


def is_open(table: type[SittingColumns]) -> ColumnElement[bool]:
    """The sittings that are neither handed in nor closed, whatever their clock says."""
    return table.submitted_at.is_(None) & table.closed_at.is_(None)


def _last_moment(row: SittingColumns, rules: TheoryRules) -> datetime:
    """The last moment at which an answer counts: the deadline with its grace."""
    return row.deadline_at + timedelta(seconds=rules.grace_seconds)


def _end(row: SittingColumns, **moment: datetime) -> bool:
    table = type(row)
    still_open = update(table).where(table.id == row.id, is_open(table))
    return bool(db.session.execute(still_open.values(**moment)).rowcount)


def _event_rows(sitting: Sitting, device: str, answers: Sequence[SentAnswer], now: datetime) -> Sequence[AnswerColumns]:
    """The events to add for what was sent; raises Faulty for what is not on the paper."""
    items = {item.number: item for item in sitting.items}
    rows, upcoming = [], None
    for sent in answers:
        line, choice = _line_and_choice(items, sent)
        if sent.seq is None:
            upcoming = _next_seq(sitting, device) if upcoming is None else upcoming + 1
        names = {
            sitting.log.column: sitting.row.id,
            "device": device,
            "seq": upcoming if sent.seq is None else sent.seq,
            "item": line.item,
            "choice": choice,
            "payload_hash": hashlib.sha256(f"{line.item}|{choice}".encode()).hexdigest(),
            "received_at": now,
        }
        rows.append(sitting.log.table(**names))
    return rows


def _line_and_choice(items: Mapping[int, ShownItem], sent: SentAnswer) -> tuple[ShownItem, str]:
    line = items.get(sent.number)
    if line is None:
        raise Faulty(Message("There is no question %(number)s on this paper.", {"number": str(sent.number)}))
    if sent.place is None:
        return line, NO_CHOICE
    if not 1 <= sent.place <= len(line.options):
        facts = {"number": str(sent.number), "most": str(len(line.options))}
        raise Faulty(Message("Question %(number)s has options 1 to %(most)s.", facts))
    return line, line.options[sent.place - 1].id


def _next_seq(sitting: Sitting, device: str) -> int:
    of_device = sitting.log.of(sitting.row.id).filter_by(device=device)
    return (db.session.scalar(of_device.with_only_columns(func.max(sitting.log.table.seq))) or 0) + 1


def _kept_events(sitting: Sitting, device: str, numbers: Sequence[int]) -> dict[int, AnswerColumns]:
    """The events of a device that are there already, by their sequence numbers."""
    if not numbers:
        return {}
    query = sitting.log.of(sitting.row.id).filter_by(device=device)
    return {row.seq: row for row in db.session.scalars(query.where(sitting.log.table.seq.in_(numbers)))}


def _require_same(kept: Mapping[int, AnswerColumns], digests: Mapping[int, str]) -> None:
    other = next((number for number, row in kept.items() if row.payload_hash != digests[number]), None)
    if other is not None:
        raise Conflict(
            Message(
                "Answer %(seq)s of this device was saved before with other content. Reload the page; the saved one "
                "stays.",
                {"seq": str(other)},
            )
        )


def _receipt(log: Log, row: AnswerColumns) -> Receipt:
    key = hashlib.sha256(log.receipts + b"|" + _secret()).digest()
    body = f"{getattr(row, log.column)}|{row.device}|{row.seq}|{row.payload_hash}|{row.received_at.isoformat()}"
    return Receipt(
        device=row.device,
        seq=row.seq,
        received_at=row.received_at,
        key_id=hashlib.sha256(key).hexdigest()[:8],
        mac=hmac.new(key, body.encode(), hashlib.sha256).hexdigest(),
    )


def _secret() -> bytes:
    return str(current_app.config["SECRET_KEY"]).encode()
