"""What happens around an attempt: changes of its time, other devices, doubtful answers, and what its device tells."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.attempts import AttemptRow
from lms.tables.people import PersonRow
from lms.tables.types import Codes, Key, Line, Moment, Sha256, UtcDateTime, Word, to


class TimeChangeRow(Row):
    """Extra time, a pause or its end, for one attempt. `key` makes a double click one act."""

    __tablename__ = "time_change"
    __table_args__ = (UniqueConstraint("attempt_id", "key"),)

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(to("attempt"))
    kind: Mapped[Word]
    seconds: Mapped[int] = mapped_column(default=0)
    reason: Mapped[Line]
    by_id: Mapped[int] = mapped_column(to("person"))
    at: Mapped[Moment]
    key: Mapped[Word]

    by: Mapped[PersonRow] = relationship()


class AnswerConflictRow(Row):
    """Another answer under a number that a device had used: the first one stays in the log, this one is kept here."""

    __tablename__ = "answer_conflict"
    __table_args__ = (UniqueConstraint("attempt_id", "device", "seq", "payload_hash"),)

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(to("attempt"))
    device: Mapped[Word]
    seq: Mapped[int]
    payload_hash: Mapped[Sha256]
    item: Mapped[Line]
    choice: Mapped[Word]
    received_at: Mapped[Moment]


ALL_LATER = "later"  # no event is called so


class LateRulingRow(Row):
    """A person's decision on answers that do not count by themselves; of several on one answer the last counts.

    `answers` names the events, each as `device/seq`, and as `ALL_LATER` those that come after it; of these a decision
    on one by its name counts. `number` counts the decisions on an attempt.
    """

    __tablename__ = "late_ruling"
    __table_args__ = (UniqueConstraint("attempt_id", "number"),)

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(to("attempt"))
    number: Mapped[int]
    answers: Mapped[tuple[str, ...]] = mapped_column(Codes)
    is_accepted: Mapped[bool]
    reason: Mapped[Line]
    by_id: Mapped[int] = mapped_column(to("person"))
    at: Mapped[Moment]

    by: Mapped[PersonRow] = relationship()


class TakeoverRow(Row):
    """A code with which another device takes an attempt over under the next epoch; of the code only the hash is kept.

    `tries` counts wrong codes since it was made. Until it is used, a new code takes its place.
    """

    __tablename__ = "takeover"
    __table_args__ = (UniqueConstraint("attempt_id", "epoch"),)

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(to("attempt"))
    epoch: Mapped[int]
    code_hash: Mapped[Sha256]
    tries: Mapped[int] = mapped_column(default=0)
    made_by: Mapped[int] = mapped_column(to("person"))
    made_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    device: Mapped[Word] = mapped_column(default="")


class AttemptContactRow(Row):
    """What the device of an attempt told last: one row an attempt, written anew at each contact.

    `flags` are the numbers of the questions that the candidate has flagged; nobody else is shown them.
    """

    __tablename__ = "attempt_contact"
    __table_args__ = (UniqueConstraint("attempt_id"),)

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(to("attempt"))
    at: Mapped[Moment]
    device: Mapped[Word]
    saved: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    mode: Mapped[Word] = mapped_column(default="")
    flags: Mapped[tuple[str, ...]] = mapped_column(Codes, default=(), server_default="[]")


class IntegrityEventRow(Row):
    """Something on a candidate's device that the invigilator should know of; by itself it decides nothing."""

    __tablename__ = "integrity_event"

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(to("attempt"), index=True)
    kind: Mapped[Word]
    device: Mapped[Word]
    at: Mapped[Moment]
    detail: Mapped[Line] = mapped_column(default="")

    attempt: Mapped[AttemptRow] = relationship()
