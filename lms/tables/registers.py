"""Registers of attendance: who was there on a day of the training. Added only: of a day the newest register counts."""

from datetime import date

from sqlalchemy import Date, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.people import PersonRow
from lms.tables.training import TraineeRow
from lms.tables.types import Key, LongText, Moment, to


class RegisterRow(Row):
    """The register of a batch on a day. A correction is a register with the next number, and says why."""

    __tablename__ = "attendance_register"
    __table_args__ = (UniqueConstraint("batch_id", "day", "number"),)

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(to("batch"), index=True)
    day: Mapped[date] = mapped_column(Date)
    number: Mapped[int]
    why: Mapped[LongText] = mapped_column(default="")
    kept_by: Mapped[int] = mapped_column(to("person"))
    kept_at: Mapped[Moment]

    keeper: Mapped[PersonRow] = relationship(lazy="joined")
    marks: Mapped[list["AttendanceMarkRow"]] = relationship(order_by="AttendanceMarkRow.id")


class AttendanceMarkRow(Row):
    """A trainee on a register: present or absent. Who was not enrolled on that day is not on it."""

    __tablename__ = "attendance_mark"
    __table_args__ = (UniqueConstraint("register_id", "trainee_id"),)

    id: Mapped[Key]
    register_id: Mapped[int] = mapped_column(to("attendance_register"))
    trainee_id: Mapped[int] = mapped_column(to("trainee"), index=True)
    is_present: Mapped[bool]

    trainee: Mapped[TraineeRow] = relationship()
