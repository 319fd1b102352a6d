"""Registers: who keeps them, what of a day counts, and what attendance follows; nothing is overwritten."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.extensions import db
from lms.services import history, registers, rosters, scheduling, trainees
from lms.services.attendance import Attendance, absent_in_a_row, attendance_of
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.services.registers import Mark
from lms.tables.registers import AttendanceMarkRow, RegisterRow
from lms.tables.training import BatchRow, TraineeRow, TraineeState
from tests import world
from tests.conftest import BOTH

DAY = date(2026, 9, 1)
NOW = datetime(2026, 9, 20, 6, 0, tzinfo=UTC)


def the_batch(centre: str = "TC-1") -> BatchRow:
    return db.session.scalars(select(BatchRow).filter_by(code=f"B-{centre}")).one()


def people() -> list[TraineeRow]:
    return list(trainees.list_trainees(the_batch()))


def marks(*absent: int) -> dict[int, Mark]:
    """Everybody enrolled is present, but those at these places of the roster."""
    listed = [row for row in people() if row.state == TraineeState.ENROLLED]
    return {row.id: Mark.ABSENT if place in absent else Mark.PRESENT for place, row in enumerate(listed)}


def keep(actor, day: date = DAY, *absent: int, login: str = "trainer", seen: int = 0, why: str = "", now=NOW):
    return registers.keep(actor(login), the_batch().id, day, marks(*absent), seen=seen, why=why, now=now)


def attended(place: int) -> Attendance:
    row = people()[place]
    return attendance_of([row])[row.id]


# Keeping


@BOTH
def test_a_register_is_kept_once_however_often_the_button_is_pressed(app, actor) -> None:
    first = keep(actor, DAY, 1)
    assert keep(actor, DAY, 1).id == first.id
    assert db.session.query(RegisterRow).count() == 1
    assert [row.is_present for row in first.marks] == [True, False, True, True]


def test_before_a_day_has_a_register_everybody_is_offered_as_present(app, actor) -> None:
    page = registers.get_day(actor("trainer"), the_batch().id, DAY, NOW)
    assert {line.mark for line in page.lines} == {Mark.PRESENT}
    assert (page.seen, db.session.query(RegisterRow).count()) == (0, 0)


def test_the_centre_keeps_registers_too_and_the_council_does_not(app, actor) -> None:
    assert keep(actor, login="centre").number == 1
    with pytest.raises(NotAllowed):
        keep(actor, login="council")


@pytest.mark.parametrize("login", ["trainer2", "centre2", "council2", "agency", "trainee"])
def test_a_batch_of_others_has_no_register(app, actor, login: str) -> None:
    with pytest.raises(Absent):
        keep(actor, login=login)


@pytest.mark.parametrize("day", [date(2026, 8, 2), date(2026, 10, 31)])
def test_a_day_outside_the_training_has_no_register(app, actor, day: date) -> None:
    with pytest.raises(Absent):
        keep(actor, day, now=datetime(2027, 1, 1, tzinfo=UTC))


def test_a_day_to_come_has_none_yet_and_days_end_where_the_site_is(app, actor) -> None:
    late = datetime(2026, 9, 1, 18, 29, tzinfo=UTC)  # a minute before midnight in India
    with pytest.raises(Faulty, match="still to come"):
        keep(actor, date(2026, 9, 2), now=late)
    assert keep(actor, date(2026, 9, 2), now=late + timedelta(minutes=1)).number == 1


# Correcting


@BOTH
def test_a_correction_is_added_with_its_reason_and_the_newest_counts(app, actor) -> None:
    keep(actor, DAY, 0)
    keep(actor, DAY, seen=1, why="Came late, at ten")
    page = registers.get_day(actor("trainer"), the_batch().id, DAY, NOW)
    assert [(row.number, row.why) for row in page.versions] == [(2, "Came late, at ten"), (1, "")]
    assert {line.mark for line in page.lines} == {Mark.PRESENT}
    first = people()[0].id
    assert registers.changes_of(page.versions)[0][1] == ((first, Mark.PRESENT),)
    acts = [str(history.words_of(row)) for row in history.list_history(registers.THING, the_batch().id)]
    assert acts == [
        "corrected the register of 2026-09-01: 4 of 4 present",
        "kept the register of 2026-09-01: 3 of 4 present",
    ]


@pytest.mark.parametrize("why", ["", "    ", "late", "\u200b\u200b\u200b\u200b\u200b\u200b", "\u3164" * 9, "x" * 501])
def test_a_correction_without_a_reason_to_read_is_refused(app, actor, why: str) -> None:
    keep(actor, DAY, 0)
    with pytest.raises(Faulty, match="5 to 500"):
        keep(actor, DAY, seen=1, why=why)


def test_who_saves_over_a_register_that_they_have_not_seen_is_told(app, actor) -> None:
    keep(actor, DAY, 0)
    with pytest.raises(Conflict, match="meanwhile"):
        keep(actor, DAY, 1, login="centre")
    keep(actor, DAY, 1, seen=1, why="The wrong one")
    with pytest.raises(Conflict, match="meanwhile"):
        keep(actor, DAY, 2, seen=1, why="The wrong one")


def test_a_page_from_before_somebody_was_enrolled_or_left_is_not_saved(app, actor) -> None:
    before = marks()
    trainees.set_trainee_state(
        actor("centre"), the_batch().id, people()[0].id, TraineeState.DROPPED_OUT, why="moved", now=NOW
    )
    with pytest.raises(Conflict, match="list of trainees"):
        registers.keep(actor("trainer"), the_batch().id, DAY, before, seen=0, now=NOW)


# What follows


def test_a_day_without_a_register_counts_for_nobody(app, actor) -> None:
    keep(actor, date(2026, 9, 1))
    keep(actor, date(2026, 9, 3), 0)
    assert (attended(0).percent, attended(1).percent) == (Fraction(50), Fraction(100))
    days = {one.day: one for one in registers.list_days(the_batch(), NOW)}
    assert len(days) == 89
    assert days[date(2026, 9, 2)].is_gap
    assert not days[date(2026, 9, 3)].is_gap
    assert days[date(2026, 9, 21)].is_to_come
    assert not days[date(2026, 9, 21)].is_gap
    assert (days[date(2026, 9, 3)].present, days[date(2026, 9, 3)].trainees) == (3, 4)


def test_who_came_later_is_reckoned_by_the_registers_that_they_are_on(app, actor) -> None:
    own = {row: Mark.NOT_THEN if place == 3 else Mark.ABSENT for place, row in enumerate(marks())}
    registers.keep(actor("trainer"), the_batch().id, DAY, own, seen=0, now=NOW)
    assert (attended(3).is_by_register, attended(3).text) == (False, "92")
    keep(actor, date(2026, 9, 2))
    assert (attended(3).percent, attended(0).percent) == (Fraction(100), Fraction(50))


def test_who_dropped_out_stays_on_earlier_registers_and_is_on_no_later_one(app, actor) -> None:
    keep(actor, DAY)
    first = people()[0].id
    trainees.set_trainee_state(actor("centre"), the_batch().id, first, TraineeState.DROPPED_OUT, why="moved", now=NOW)
    listed = registers.get_day(actor("trainer"), the_batch().id, DAY, NOW)
    later = registers.get_day(actor("trainer"), the_batch().id, date(2026, 9, 2), NOW)
    assert first in {line.trainee.id for line in listed.lines}
    assert first not in {line.trainee.id for line in later.lines}


def test_registers_of_days_that_the_training_has_no_more_do_not_count(app, actor) -> None:
    keep(actor, date(2026, 8, 3), 0)
    keep(actor, DAY)
    the_batch().starts_on = date(2026, 8, 10)
    db.session.commit()
    assert attended(0).percent == Fraction(100)


def test_scheduling_the_batch_and_the_roster_ask_the_same(app, actor) -> None:
    batch = the_batch()
    for number in range(3):
        keep(actor, DAY + timedelta(days=number), *([0] if number else []))
    moment = world.DAY
    line = next(one for one in trainees.list_lines(batch, moment) if one.trainee.id == people()[0].id)
    assert (line.attendance.text, line.attendance_fault) == ("33.33", "low")
    roster = scheduling.get_roster(actor("council"), batch.id, again=False)
    assert [str(words) for _, words in roster.left_out] == ["attendance is 33.33 %, needs 70 %"]
    assert rosters.texts_of_many(people())[0]["attendance_percent"] == "33.33"


def test_a_roster_cannot_change_what_registers_decide(app, actor) -> None:
    keep(actor)
    number = people()[0].enrolment_number
    content = f"enrolment_number,name,born_on,attendance_percent\n{number},Trainee,2004-03-31,12\n".encode()
    upload = rosters.check_roster(actor("centre"), the_batch().id, file_name="r.csv", content=content, now=NOW)
    (planned,) = rosters.plan_of(upload, NOW).rows
    assert [change.field for change in planned.changes] == ["born_on"]


def test_three_absences_in_a_row_count_only_days_with_a_register(app, actor) -> None:
    for day in (1, 4):
        keep(actor, date(2026, 9, day), 0, 1)
    assert absent_in_a_row(the_batch().id) == frozenset()
    keep(actor, date(2026, 9, 9), 0)
    assert absent_in_a_row(the_batch().id) == {people()[0].id}
    keep(actor, date(2026, 9, 9), 0, 1, seen=1, why="Was away too")
    assert absent_in_a_row(the_batch().id) == {people()[0].id, people()[1].id}
    keep(actor, date(2026, 9, 10))
    assert absent_in_a_row(the_batch().id) == frozenset()


@given(st.lists(st.booleans(), min_size=1, max_size=200))
def test_the_percentage_is_exact_and_never_shown_higher_than_it_is(days: list[bool]) -> None:
    own = Attendance(present=sum(days), days=len(days), roster="12")
    assert own.percent is not None
    assert own.percent == Fraction(sum(days) * 100, len(days))
    assert Fraction(own.text) <= own.percent < Fraction(own.text) + Fraction(1, 100)
    more = Attendance(present=sum(days) + 1, days=len(days) + 1)
    assert more.percent is not None
    assert more.percent >= own.percent


@pytest.mark.parametrize(("roster", "needed", "reaches"), [("", "", True), ("", "70", False), ("69.99", "70", False)])
def test_without_a_register_the_roster_holds(roster: str, needed: str, reaches: bool) -> None:
    assert Attendance(roster=roster).reaches(needed) is reaches


@BOTH
def test_the_sheet_holds_the_marks_that_count(app, actor) -> None:
    keep(actor, DAY, 0)
    keep(actor, date(2026, 10, 1), now=world.DAY)
    sheet = registers.sheet_of(the_batch())
    assert sheet.months() == [(DAY,), (date(2026, 10, 1),)]
    assert sheet.marks[people()[0].id] == {DAY: False, date(2026, 10, 1): True}
    assert db.session.query(AttendanceMarkRow).count() == 8
