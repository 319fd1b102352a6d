"""Attendance: the one place that decides what somebody's is, by registers where there are any, else by the roster."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Integer, Select, cast, func, select

from assessments.marks import truncated
from lms.extensions import db
from lms.tables.registers import AttendanceMarkRow, RegisterRow
from lms.tables.training import BatchRow, TraineeRow

ABSENT_IN_A_ROW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """How much of the training somebody attended: `present` of `days` with a register, or what the roster says.

    `days` counts the registers that the trainee is on. Without any `roster` holds: exact text, empty when not known.
    """

    present: int = 0
    days: int = 0
    roster: str = ""

    @property
    def is_by_register(self) -> bool:
        """Whether registers decide; one is enough."""
        return self.days > 0

    @property
    def percent(self) -> Fraction | None:
        """The attendance in force, exact; None when it is not known."""
        if self.is_by_register:
            return Fraction(100 * self.present, self.days)
        return Fraction(self.roster) if self.roster else None

    @property
    def text(self) -> str:
        """The same as people read it: cut off, never rounded up; as the roster wrote it; empty when not known."""
        return truncated(Fraction(100 * self.present, self.days)) if self.is_by_register else self.roster

    def reaches(self, needed: str) -> bool:
        """Whether it is known and not below what is needed, in per cent; nothing needed is always reached."""
        return not needed or (self.percent is not None and self.percent >= Fraction(needed))


def attendance_of(trainees: Sequence[TraineeRow]) -> dict[int, Attendance]:
    """The attendance in force of each of these trainees; one query for any number of them."""
    counts = _counts({trainee.batch_id for trainee in trainees})
    return {
        trainee.id: Attendance(
            present=counts.get(trainee.id, (0, 0))[0],
            days=counts.get(trainee.id, (0, 0))[1],
            roster=trainee.attendance,
        )
        for trainee in trainees
    }


def absent_in_a_row(batch_id: int) -> frozenset[int]:
    """The trainees who were absent on the last three days with a register, in a row."""
    newest = RegisterRow.id.in_(newest_registers([batch_id]))
    last = select(RegisterRow.id).where(newest).order_by(RegisterRow.day.desc()).limit(ABSENT_IN_A_ROW).subquery()
    marks = select(AttendanceMarkRow.trainee_id).where(
        AttendanceMarkRow.register_id.in_(select(last.c.id)), ~AttendanceMarkRow.is_present
    )
    counted = marks.group_by(AttendanceMarkRow.trainee_id).having(func.count() == ABSENT_IN_A_ROW)
    return frozenset(db.session.scalars(counted))


def newest_registers(batch_ids: Collection[int]) -> Select[int]:
    """The ids of the registers that count: of each day of the training the newest."""
    return (
        select(func.max(RegisterRow.id).label("id"))
        .join(BatchRow, BatchRow.id == RegisterRow.batch_id)
        .where(RegisterRow.batch_id.in_(batch_ids), RegisterRow.day.between(BatchRow.starts_on, BatchRow.ends_on))
        .group_by(RegisterRow.batch_id, RegisterRow.day)
    )


def _counts(batch_ids: Collection[int]) -> Mapping[int, tuple[int, int]]:
    """By trainee: on how many registers they are present, and on how many they are."""
    present = func.sum(cast(AttendanceMarkRow.is_present, Integer))
    query = (
        select(AttendanceMarkRow.trainee_id, present, func.count())
        .where(AttendanceMarkRow.register_id.in_(newest_registers(batch_ids)))
        .group_by(AttendanceMarkRow.trainee_id)
    )
    return {trainee: (here, days) for trainee, here, days in db.session.execute(query)}
