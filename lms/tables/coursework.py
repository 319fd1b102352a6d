"""Assignments and observations at work, their scores, and what trainers write to trainees: all added, never changed.

Nothing here decides a result: `lms.services.grading` and `lms.services.approval` never reach these tables.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.marking import ScoreColumns
from lms.tables.people import PersonRow
from lms.tables.training import BatchRow, TraineeRow
from lms.tables.types import Key, Line, LongText, Moment, Word, to


class CourseworkKind(StrEnum):
    """What a trainer scores besides practicals."""

    ASSIGNMENT = "assignment"
    OBSERVATION = "observation"


class CourseworkRow(Row):
    """An assignment (what is to be done until `day`), or an observation (what was seen on `day`, and where).

    `face` holds its criteria with their rubrics as they were then. `key` comes from the page, so that a form sent
    twice is one.
    """

    __tablename__ = "coursework"
    __table_args__ = (UniqueConstraint("batch_id", "key"),)

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(to("batch"), index=True)
    kind: Mapped[Word]
    title: Mapped[Line]
    text: Mapped[LongText] = mapped_column(default="")
    place: Mapped[Line] = mapped_column(default="")
    day: Mapped[date] = mapped_column(Date)
    face: Mapped[LongText]
    given_by: Mapped[int] = mapped_column(to("person"))
    given_at: Mapped[Moment]
    key: Mapped[Word]

    batch: Mapped[BatchRow] = relationship()
    giver: Mapped[PersonRow] = relationship(lazy="joined")
    entries: Mapped[list["CourseworkEntryRow"]] = relationship(
        back_populates="coursework", order_by="CourseworkEntryRow.id"
    )


class CourseworkEntryRow(Row):
    """A trainee who has an assignment, or who was observed."""

    __tablename__ = "coursework_entry"
    __table_args__ = (UniqueConstraint("coursework_id", "trainee_id"),)

    id: Mapped[Key]
    coursework_id: Mapped[int] = mapped_column(to("coursework"))
    trainee_id: Mapped[int] = mapped_column(to("trainee"), index=True)

    coursework: Mapped[CourseworkRow] = relationship(back_populates="entries", lazy="joined")
    trainee: Mapped[TraineeRow] = relationship(lazy="joined")


class CourseworkScoreRow(ScoreColumns, Row):
    """A level given in an assignment or an observation."""

    __tablename__ = "coursework_score"
    __table_args__ = (UniqueConstraint("entry_id", "key"),)

    entry_id: Mapped[int] = mapped_column(to("coursework_entry"), index=True)


class FeedbackRow(Row):
    """What a trainer wrote to some trainees of a batch; `key` makes a form sent twice one message."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("batch_id", "key"),)

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(to("batch"), index=True)
    author_id: Mapped[int] = mapped_column(to("person"))
    text: Mapped[LongText]
    written_at: Mapped[Moment]
    key: Mapped[Word]

    author: Mapped[PersonRow] = relationship(lazy="joined")
    withdrawal: Mapped["FeedbackWithdrawalRow | None"] = relationship(lazy="joined")
    recipients: Mapped[list["FeedbackRecipientRow"]] = relationship(
        back_populates="feedback", order_by="FeedbackRecipientRow.id"
    )


class FeedbackRecipientRow(Row):
    """A trainee to whom a message is written."""

    __tablename__ = "feedback_recipient"
    __table_args__ = (UniqueConstraint("feedback_id", "trainee_id"),)

    id: Mapped[Key]
    feedback_id: Mapped[int] = mapped_column(to("feedback"))
    trainee_id: Mapped[int] = mapped_column(to("trainee"), index=True)

    feedback: Mapped[FeedbackRow] = relationship(back_populates="recipients", lazy="joined")
    trainee: Mapped[TraineeRow] = relationship(lazy="joined")
    reading: Mapped["FeedbackReadRow | None"] = relationship(lazy="joined")


class FeedbackReadRow(Row):
    """That a trainee has read a message."""

    __tablename__ = "feedback_read"
    __table_args__ = (UniqueConstraint("recipient_id"),)

    id: Mapped[Key]
    recipient_id: Mapped[int] = mapped_column(to("feedback_recipient"))
    read_at: Mapped[Moment]


class FeedbackWithdrawalRow(Row):
    """That a message was taken back; it stays, and says so."""

    __tablename__ = "feedback_withdrawal"
    __table_args__ = (UniqueConstraint("feedback_id"),)

    id: Mapped[Key]
    feedback_id: Mapped[int] = mapped_column(to("feedback"))
    by_id: Mapped[int] = mapped_column(to("person"))
    at: Mapped[Moment]

    by: Mapped[PersonRow] = relationship(lazy="joined")
