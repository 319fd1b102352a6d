"""The judge: holds what candidates were told against what the database has. It shares no rule with the site."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from lms.extensions import db
from lms.services import delivery, sittings
from lms.tables.attempts import AnswerEventRow, AttemptRow
from tests.oracle.journal import Name, Told

Answers = Mapping[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One event as the database has it."""

    name: Name
    item: str
    choice: str
    received_at: datetime


def kept_events() -> list[Kept]:
    """The log of all attempts, oldest first."""
    rows = db.session.query(AnswerEventRow).order_by(AnswerEventRow.id)
    return [
        Kept(name=(row.attempt_id, row.device, row.seq), item=row.item, choice=row.choice, received_at=row.received_at)
        for row in rows
    ]


def counted_answers() -> Answers:
    """The answers that the site counts, by attempt and item."""
    return {row.id: sittings.answers_of(delivery.sitting_of(row)) for row in db.session.query(AttemptRow)}


def faults(told: Told, kept: Sequence[Kept], counted: Answers) -> list[str]:
    """All that is not as it was told to be; for candidates with one device each, all in time."""
    return [
        *_lost_or_changed(told, {event.name: event for event in kept}),
        *_doubled(kept),
        *_unsent(told, kept),
        *_counted_otherwise(kept, counted),
        *(f"{name} was refused: {why}" for name, why in told.refusals.items()),
    ]


def _lost_or_changed(told: Told, kept: Mapping[Name, Kept]) -> Iterator[str]:
    for name, acks in told.acks.items():
        event = kept.get(name)
        if event is None:
            yield f"{name} was acknowledged and is lost"
            continue
        for ack in acks:
            if datetime.fromisoformat(ack["saved_at"]) != event.received_at:
                yield f"{name} was received at {event.received_at}, and told to be at {ack['saved_at']}"
            if not hmac.compare_digest(ack["receipt"], receipt_of(event)):
                yield f"{name} has a receipt that does not prove it"


def _doubled(kept: Sequence[Kept]) -> Iterator[str]:
    for name, count in Counter(event.name for event in kept).items():
        if count > 1:
            yield f"{name} is there {count} times"


def _unsent(told: Told, kept: Sequence[Kept]) -> Iterator[str]:
    for event in kept:
        if (event.item, event.choice) not in told.intents.get(event.name, ()):
            yield f"{event.name} is {event.item}={event.choice}, which nobody sent"


def _counted_otherwise(kept: Sequence[Kept], counted: Answers) -> Iterator[str]:
    last: dict[int, dict[str, str]] = {}
    for event in sorted(kept, key=lambda event: event.name):
        last.setdefault(event.name[0], {})[event.item] = event.choice
    for attempt, answers in last.items():
        ought = {item: choice for item, choice in answers.items() if choice}
        if counted.get(attempt) != ought:
            yield f"attempt {attempt} counts {counted.get(attempt)}, and ought to count {ought}"


def receipt_of(event: Kept) -> str:
    """The receipt that proves an event, computed as docs/contracts.md says."""
    attempt, device, seq = event.name
    key = hashlib.sha256(b"answer receipts|" + current_app.config["SECRET_KEY"].encode()).digest()
    payload = hashlib.sha256(f"{event.item}|{event.choice}".encode()).hexdigest()
    body = f"{attempt}|{device}|{seq}|{payload}|{event.received_at.isoformat()}"
    return hmac.digest(key, body.encode(), "sha256").hex()
