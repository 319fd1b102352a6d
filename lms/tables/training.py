"""Batches, the trainees in them, rosters as uploaded, and what trainees have read and practised."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.content import PackVersionRow
from lms.tables.people import OrganisationRow, PersonRow
from lms.tables.types import Codes, Key, Line, LongText, Moment, Word, to


class TraineeState(StrEnum):
    """A trainee who dropped out keeps all records but is not entered for an assessment."""

    ENROLLED = "enrolled"
    DROPPED_OUT = "dropped_out"


class BatchRow(Row):
    """People trained together at one centre for one pack."""

    __tablename__ = "batch"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[Key]
    code: Mapped[Word]
    name: Mapped[Line]
    centre_id: Mapped[int] = mapped_column(to("organisation"), index=True)
    pack_version_id: Mapped[int] = mapped_column(to("pack_version"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    created_at: Mapped[Moment]

    centre: Mapped[OrganisationRow] = relationship(lazy="joined")
    pack_version: Mapped[PackVersionRow] = relationship(lazy="joined")
    trainees: Mapped[list["TraineeRow"]] = relationship(back_populates="batch", order_by="TraineeRow.enrolment_number")
    trainers: Mapped[list["BatchTrainerRow"]] = relationship(order_by="BatchTrainerRow.id")


class BatchTrainerRow(Row):
    """A trainer of a batch."""

    __tablename__ = "batch_trainer"
    __table_args__ = (UniqueConstraint("batch_id", "person_id"),)

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(to("batch"), index=True)
    person_id: Mapped[int] = mapped_column(to("person"), index=True)

    person: Mapped[PersonRow] = relationship(lazy="joined")


class TraineeRow(Row):
    """A person enrolled in a batch. `attendance` is the per cent as exact text (`82.5`), empty when not known.

    `chosen` are the electives and options chosen at enrolment, by unit code.
    """

    __tablename__ = "trainee"
    __table_args__ = (UniqueConstraint("batch_id", "person_id"), UniqueConstraint("batch_id", "enrolment_number"))

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(to("batch"), index=True)
    person_id: Mapped[int] = mapped_column(to("person"), index=True)
    enrolment_number: Mapped[Word]
    guardian: Mapped[Line] = mapped_column(default="")
    born_on: Mapped[date | None] = mapped_column(Date)
    attendance: Mapped[Word] = mapped_column(default="")
    chosen: Mapped[tuple[str, ...]] = mapped_column(Codes, default=())
    state: Mapped[Word] = mapped_column(default=TraineeState.ENROLLED)

    batch: Mapped[BatchRow] = relationship(back_populates="trainees")
    person: Mapped[PersonRow] = relationship(lazy="joined")


class RosterUploadRow(Row):
    """A roster as uploaded and checked: its rows and problems as JSON. Importing it is a second step."""

    __tablename__ = "roster_upload"

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(to("batch"), index=True)
    uploaded_by: Mapped[int] = mapped_column(to("person"))
    uploaded_at: Mapped[Moment]
    file_name: Mapped[Line]
    rows: Mapped[LongText]
    problems: Mapped[LongText]
    state: Mapped[Word] = mapped_column(default="checked")

    batch: Mapped[BatchRow] = relationship(lazy="joined")


class SectionReadRow(Row):
    """A section of a lesson that a person has read."""

    __tablename__ = "section_read"
    __table_args__ = (UniqueConstraint("person_id", "lesson_version_id", "section"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(to("person"), index=True)
    lesson_version_id: Mapped[int] = mapped_column(to("lesson_version"))
    section: Mapped[int]
    read_at: Mapped[Moment]


class PracticeAnswerRow(Row):
    """One answer to a practice item; every try is kept."""

    __tablename__ = "practice_answer"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(to("person"), index=True)
    item_version_id: Mapped[int] = mapped_column(to("item_version"))
    choice: Mapped[Word]
    is_right: Mapped[bool]
    answered_at: Mapped[Moment]


class PracticeCardRow(Row):
    """Where a person stands with a practice item, whatever its version: the newest answer, and when it is due again.

    Derived from the answers, in whose transaction it is written; `state` is what the scheduler keeps, as JSON.
    """

    __tablename__ = "practice_card"
    __table_args__ = (UniqueConstraint("person_id", "item_code"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(to("person"))
    item_code: Mapped[Line]
    is_right: Mapped[bool]
    answered_at: Mapped[Moment]
    due_at: Mapped[Moment]
    state: Mapped[LongText]
