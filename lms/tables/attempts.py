"""Attempts at theory papers and the append-only log of answers; what every sitting of a paper has in common."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.assessing import CandidateRow, PaperRow
from lms.tables.types import Key, Line, Moment, Sha256, UtcDateTime, Word, to


class SittingColumns:
    """The clock of one go at a paper. `deadline_at` is the server's, and decides.

    `holder` is the device that may answer, empty until one was heard; `epoch` goes up when another takes over.
    `last_device` and `last_seq` say what was handed in: so many events of that device. `handed_in_by` says who did,
    as it was told then (`HandedInBy`). `settled_at` is when the result was decided on what had come by then.
    """

    id: Mapped[Key]
    started_at: Mapped[Moment]
    deadline_at: Mapped[Moment]
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    epoch: Mapped[int] = mapped_column(default=1)
    holder: Mapped[Word] = mapped_column(default="")
    last_device: Mapped[Word] = mapped_column(default="")
    last_seq: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handed_in_by: Mapped[str | None] = mapped_column(
        String(40), CheckConstraint("(handed_in_by IS NULL) = (submitted_at IS NULL)", name="whose_hand_in")
    )


class AnswerColumns:
    """One answer as it was sent. Rows are added and never changed; a pure rule says which one counts.

    `elapsed_ms` after `anchor_at`, a moment of the server's, the device made it; `wall_at` is what its own clock said.
    """

    id: Mapped[Key]
    device: Mapped[Word]
    seq: Mapped[int]
    item: Mapped[Line]
    choice: Mapped[Word]
    payload_hash: Mapped[Sha256]
    received_at: Mapped[Moment]
    epoch: Mapped[int] = mapped_column(default=1)
    anchor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    elapsed_ms: Mapped[int | None]
    wall_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AttemptRow(SittingColumns, Row):
    """A candidate's one go at their paper."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("candidate_id"),)

    candidate_id: Mapped[int] = mapped_column(to("candidate"))
    paper_id: Mapped[int] = mapped_column(to("paper"))

    candidate: Mapped[CandidateRow] = relationship(lazy="joined")
    paper: Mapped[PaperRow] = relationship()


class AnswerEventRow(AnswerColumns, Row):
    """One answer of an attempt."""

    __tablename__ = "answer_event"
    __table_args__ = (UniqueConstraint("attempt_id", "device", "seq"), Index(None, "attempt_id", "item"))

    attempt_id: Mapped[int] = mapped_column(to("attempt"))
