"""Registers: who was there on a day of the training, kept and corrected by the batch's trainers and its centre."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from sqlalchemy import Integer, cast, func, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import history
from lms.services.attendance import newest_registers
from lms.services.days import day_of
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.services.reasons import checked_words
from lms.services.training import get_batch, manages, trains
from lms.tables.registers import AttendanceMarkRow, RegisterRow
from lms.tables.training import BatchRow, TraineeRow, TraineeState

THING = "register"  # its history is that of the batch's registers, by the batch's id
LEAST_REASON, MOST_REASON = 5, 500
GIVE_REASON = Message("Say why the register is corrected, in %(least)s to %(most)s characters.")


class Mark(StrEnum):
    """What a register says of a trainee on a day; who was not in the batch then is not on it."""

    PRESENT = "present"
    ABSENT = "absent"
    NOT_THEN = "not-then"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterDay:
    """A day of the training with its register's figures; a day that is over and has no register is a gap."""

    day: date
    is_kept: bool
    is_today: bool
    is_to_come: bool
    present: int = 0
    trainees: int = 0

    @property
    def is_gap(self) -> bool:
        """Whether the day is over and nobody kept its register: it counts for nobody."""
        return not self.is_kept and not self.is_today and not self.is_to_come


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A trainee on a day's page, with the mark that stands, or that is offered."""

    trainee: TraineeRow
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPage:
    """A day with all who can be on its register, and every register kept for it, newest first."""

    batch: BatchRow
    day: date
    lines: tuple[Line, ...]
    versions: tuple[RegisterRow, ...]
    is_today: bool

    @property
    def seen(self) -> int:
        """The number of the register that counts, 0 for none."""
        return self.versions[0].number if self.versions else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All registers of a batch as a table: the days that have one, and each trainee's marks by day."""

    days: tuple[date, ...]
    marks: Mapping[int, Mapping[date, bool]]

    def months(self) -> list[tuple[date, ...]]:
        """The days that have a register, month by month."""
        return [tuple(days) for _, days in groupby(self.days, lambda day: (day.year, day.month))]


def get_register_batch(actor: Actor, batch_id: int) -> BatchRow:
    """A batch whose registers the actor keeps: a trainer of it, or staff of its centre; raises Absent or NotAllowed."""
    batch = get_batch(actor, batch_id)
    if not manages(actor, batch) and not trains(actor, batch):
        raise NotAllowed(Message("Only the trainers of a batch and the staff of its centre keep its registers."))
    return batch


def list_days(batch: BatchRow, now: datetime) -> list[RegisterDay]:
    """Every day of the training, in order, with its register's figures; one query."""
    present = func.sum(cast(AttendanceMarkRow.is_present, Integer))
    query = (
        select(RegisterRow.day, present, func.count())
        .join(AttendanceMarkRow, AttendanceMarkRow.register_id == RegisterRow.id)
        .where(RegisterRow.id.in_(newest_registers([batch.id])))
        .group_by(RegisterRow.day)
    )
    kept = {day: (here, trainees) for day, here, trainees in db.session.execute(query)}
    today = day_of(now)
    return [
        RegisterDay(
            day=day,
            is_kept=day in kept,
            is_today=day == today,
            is_to_come=day > today,
            present=kept.get(day, (0, 0))[0],
            trainees=kept.get(day, (0, 0))[1],
        )
        for day in _days(batch)
    ]


def get_day(actor: Actor, batch_id: int, day: date, now: datetime) -> DayPage:
    """A day's page; raises Absent outside the training, Faulty for a day to come."""
    batch = get_register_batch(actor, batch_id)
    _check_day(batch, day, now)
    versions = _versions(batch, day)
    on_it = {mark.trainee_id: mark.is_present for mark in versions[0].marks} if versions else {}
    lines = [
        Line(trainee=trainee, mark=_offered(on_it.get(trainee.id), is_kept=bool(versions)))
        for trainee in _listed(batch, on_it)
    ]
    return DayPage(batch=batch, day=day, lines=tuple(lines), versions=tuple(versions), is_today=day == day_of(now))


def keep(
    actor: Actor, batch_id: int, day: date, marks: Mapping[int, Mark], *, seen: int, why: str = "", now: datetime
) -> RegisterRow:
    """Keep a day's register, or correct it with a reason; `seen` is the number of the register on the page, 0 for none.

    The same marks again are nothing new. Raises Absent or Faulty for a day that has no register, Faulty without a
    reason for a correction, and Conflict when the register or the batch has changed since the page was opened.
    """
    page = get_day(actor, batch_id, day, now)
    present = {trainee: mark is Mark.PRESENT for trainee, mark in marks.items() if mark is not Mark.NOT_THEN}
    if page.versions and present == {mark.trainee_id: mark.is_present for mark in page.versions[0].marks}:
        return page.versions[0]
    if page.seen != seen:
        raise _saved_meanwhile()
    if set(marks) != {line.trainee.id for line in page.lines}:
        raise Conflict(Message("The list of trainees has changed meanwhile. Look at it again, then save."))
    if not present:
        raise Faulty(Message("A register needs at least one trainee."))
    reason = checked_words(why, LEAST_REASON, MOST_REASON, GIVE_REASON) if seen else ""
    row = RegisterRow(batch_id=batch_id, day=day, number=seen + 1, why=reason, kept_by=actor.person_id, kept_at=now)
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as fault:
        db.session.rollback()
        raise _saved_meanwhile() from fault
    rows = [{"register_id": row.id, "trainee_id": who, "is_present": here} for who, here in present.items()]
    db.session.execute(insert(AttendanceMarkRow), rows)
    facts: dict[str, str | date | Message] = {
        "day": day,
        "present": str(sum(present.values())),
        "trainees": str(len(present)),
    }
    words = (
        Message("corrected the register of %(day)s: %(present)s of %(trainees)s present", facts)
        if seen
        else Message("kept the register of %(day)s: %(present)s of %(trainees)s present", facts)
    )
    history.record(actor, THING, batch_id, words, why=reason, now=now)
    db.session.commit()
    return row


def sheet_of(batch: BatchRow) -> Sheet:
    """All registers of a batch as a table; one query."""
    query = (
        select(RegisterRow.day, AttendanceMarkRow.trainee_id, AttendanceMarkRow.is_present)
        .join(AttendanceMarkRow, AttendanceMarkRow.register_id == RegisterRow.id)
        .where(RegisterRow.id.in_(newest_registers([batch.id])))
        .order_by(RegisterRow.day)
    )
    days: dict[date, None] = {}
    marks: dict[int, dict[date, bool]] = {}
    for day, trainee, is_present in db.session.execute(query):
        days[day] = None
        marks.setdefault(trainee, {})[day] = is_present
    return Sheet(days=tuple(days), marks=marks)


def changes_of(versions: Sequence[RegisterRow]) -> list[tuple[RegisterRow, tuple[tuple[int, Mark], ...]]]:
    """Each register of a day, newest first, with the trainees whose mark it changed, and to what."""
    marks = [{mark.trainee_id: mark.is_present for mark in row.marks} for row in versions]
    before = [*marks[1:], None][: len(marks)]
    return [
        (row, () if old is None else _changed(own, old)) for row, own, old in zip(versions, marks, before, strict=True)
    ]


def _changed(own: Mapping[int, bool], old: Mapping[int, bool]) -> tuple[tuple[int, Mark], ...]:
    return tuple((who, _offered(own.get(who), is_kept=True)) for who in {**own, **old} if own.get(who) != old.get(who))


def _days(batch: BatchRow) -> list[date]:
    return [batch.starts_on + timedelta(days=place) for place in range((batch.ends_on - batch.starts_on).days + 1)]


def _check_day(batch: BatchRow, day: date, now: datetime) -> None:
    if not batch.starts_on <= day <= batch.ends_on:
        raise Absent
    if day > day_of(now):
        raise Faulty(Message("%(day)s is still to come. A register is kept on the day, or after it.", {"day": day}))


def _versions(batch: BatchRow, day: date) -> Sequence[RegisterRow]:
    query = select(RegisterRow).filter_by(batch_id=batch.id, day=day).order_by(RegisterRow.number.desc())
    return db.session.scalars(query.options(selectinload(RegisterRow.marks))).all()


def _listed(batch: BatchRow, on_it: Mapping[int, bool]) -> Sequence[TraineeRow]:
    """Who can be on a register: those enrolled now, and those who are on it already."""
    query = select(TraineeRow).where(
        TraineeRow.batch_id == batch.id,
        or_(TraineeRow.state == TraineeState.ENROLLED, TraineeRow.id.in_(on_it)),
    )
    return db.session.scalars(query.order_by(TraineeRow.enrolment_number)).all()


def _offered(is_present: bool | None, *, is_kept: bool) -> Mark:
    """The mark that stands; before there is a register all are present at first, as an offer."""
    if is_present is None:
        return Mark.NOT_THEN if is_kept else Mark.PRESENT
    return Mark.PRESENT if is_present else Mark.ABSENT


def _saved_meanwhile() -> Conflict:
    return Conflict(Message("Somebody has saved this day meanwhile. Look at it again, then save."))
