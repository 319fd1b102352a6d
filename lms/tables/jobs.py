"""Long work: the rows are its truth, the queue only wakes workers."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.types import Key, LongText, Moment, UtcDateTime, Word, to


class JobState(StrEnum):
    """Where long work stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobRow(Row):
    """Work of one kind on one thing, in units that can each be done again without harm."""

    __tablename__ = "job"

    id: Mapped[Key]
    kind: Mapped[Word]
    thing_id: Mapped[int]
    state: Mapped[Word] = mapped_column(default=JobState.QUEUED)
    message: Mapped[LongText] = mapped_column(default="")
    requested_by: Mapped[int] = mapped_column(to("person"))
    created_at: Mapped[Moment]
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    items: Mapped[list["JobItemRow"]] = relationship(order_by="JobItemRow.id")


class JobItemRow(Row):
    """One unit of a job."""

    __tablename__ = "job_item"
    __table_args__ = (UniqueConstraint("job_id", "key"),)

    id: Mapped[Key]
    job_id: Mapped[int] = mapped_column(to("job"), index=True)
    key: Mapped[Word]
    state: Mapped[Word] = mapped_column(default=JobState.QUEUED)
    error: Mapped[LongText] = mapped_column(default="")
