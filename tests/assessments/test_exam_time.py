"""The time of an exam: its end to the second, and where an answer stands to the millisecond."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assessments.exam_time import (
    AnswerEvent,
    ChangeKind,
    ExamClock,
    PlannedTime,
    Standing,
    TakeOver,
    TimeChange,
    deadline_of,
    end_as_shown,
    minutes_left,
    opening_faults,
    standing_of_event,
    sync_until_of,
)
from tests.strategies import law

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
END = NINE + timedelta(minutes=90)
SYNC = END + timedelta(hours=20)
MILLI = timedelta(milliseconds=1)
ZONES = ("UTC", "Asia/Kolkata", "America/New_York", "Asia/Kathmandu")
CLOCK = ExamClock(deadline_at=END, grace_seconds=60, sync_until=SYNC)


def change(kind: str, minutes: float, seconds: int = 0) -> TimeChange:
    return TimeChange(kind=ChangeKind(kind), at=NINE + timedelta(minutes=minutes), seconds=seconds)


def event(received_at, *, made_at=None, device="one", epoch=1) -> AnswerEvent:
    """An event; with `made_at` the device says that it was made then, without a network."""
    made = {"anchor_at": NINE, "elapsed_ms": round((made_at - NINE) / MILLI)} if made_at is not None else {}
    return AnswerEvent(device=device, seq=1, item="i1", choice="A", received_at=received_at, epoch=epoch, **made)


def test_the_deadline_is_the_start_with_minutes_and_accommodation():
    assert deadline_of(NINE, 90, 30) == NINE + timedelta(hours=2)


@pytest.mark.parametrize("zone", ZONES)
def test_the_deadline_is_the_same_moment_in_every_zone(zone):
    assert deadline_of(NINE.astimezone(ZoneInfo(zone)), 90) == END


def test_an_exam_over_the_night_on_which_clocks_go_back_lasts_as_long_as_any():
    start = datetime(2026, 11, 1, 0, 30, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
    assert deadline_of(start, 120) - start == timedelta(hours=2)


@pytest.mark.parametrize(("minutes", "extra"), [(0, 0), (-1, 0), (90, -1)])
def test_no_time_is_taken_away(minutes, extra):
    with pytest.raises(ValueError, match="at least a minute"):
        deadline_of(NINE, minutes, extra)


def test_times_carry_their_zone():
    with pytest.raises(ValueError, match="zone"):
        deadline_of(NINE.replace(tzinfo=None), 90)


def test_a_pause_is_given_back_to_the_millisecond():
    resumed = TimeChange(kind=ChangeKind.RESUME, at=NINE + timedelta(minutes=40, milliseconds=123))
    assert deadline_of(NINE, 90, 0, [change("pause", 30), resumed]) == END + timedelta(minutes=10, milliseconds=123)


def test_a_pause_that_lasts_moves_nothing_yet():
    assert deadline_of(NINE, 90, 0, [change("pause", 30)]) == END


def test_extra_time_during_a_pause_is_on_top_of_it():
    changes = [change("pause", 30), change("extra", 35, 300), change("resume", 40)]
    assert deadline_of(NINE, 90, 0, changes) == END + timedelta(minutes=15)


def test_a_clock_that_was_set_back_during_a_pause_takes_nothing():
    assert deadline_of(NINE, 90, 0, [change("pause", 60), change("resume", 1)]) == END


@law
@given(
    st.integers(1, 300),
    st.integers(0, 120),
    st.lists(st.tuples(st.sampled_from(ChangeKind), st.integers(0, 4000), st.integers(0, 400)), max_size=8),
)
def test_no_change_ever_makes_the_time_shorter(minutes, extra, drawn):
    changes = [TimeChange(kind=kind, seconds=s, at=NINE + timedelta(minutes=m)) for kind, s, m in drawn]
    ends = [deadline_of(NINE, minutes, extra, changes[:n]) for n in range(len(changes) + 1)]
    assert ends == sorted(ends)
    granted = sum(one.seconds for one in changes if one.kind is ChangeKind.EXTRA)
    assert ends[-1] - ends[0] >= timedelta(seconds=granted)


@pytest.mark.parametrize(
    ("after", "standing"),
    [
        (-MILLI, Standing.COUNTED),
        (0 * MILLI, Standing.COUNTED),
        (MILLI, Standing.COUNTED),
        (60_000 * MILLI, Standing.COUNTED),
        (60_001 * MILLI, Standing.LATE),
    ],
)
def test_an_answer_from_a_device_with_a_network_is_in_time_up_to_the_grace(after, standing):
    assert standing_of_event(event(END + after), CLOCK) is standing


@pytest.mark.parametrize(
    ("made", "received", "standing"),
    [
        (END - MILLI, SYNC, Standing.COUNTED_OFFLINE),
        (END, SYNC, Standing.COUNTED_OFFLINE),
        (END + MILLI, SYNC, Standing.LATE),
        (END - MILLI, SYNC + MILLI, Standing.LATE),
        (END - MILLI, END + timedelta(seconds=60), Standing.COUNTED),
    ],
)
def test_an_answer_given_offline_counts_when_made_in_time_and_sent_within_the_window(made, received, standing):
    assert standing_of_event(event(received, made_at=made), CLOCK) is standing


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.integers() | st.integers(-(3 * 24 * 3600 * 1000), 3 * 24 * 3600 * 1000),
)
@example(datetime.max.replace(tzinfo=UTC), 1)
@example(datetime.min.replace(tzinfo=UTC), -1)
@law
def test_whatever_a_device_says_its_answer_stands_somewhere(anchor_at, elapsed_ms):
    given = replace(event(END), anchor_at=anchor_at, elapsed_ms=elapsed_ms)
    assert given.made_at <= given.received_at
    assert standing_of_event(given, CLOCK) in Standing


def test_without_a_window_nothing_counts_after_the_grace():
    clock = ExamClock(deadline_at=END, grace_seconds=60)
    assert standing_of_event(event(END + timedelta(minutes=2), made_at=NINE), clock) is Standing.LATE


def test_no_device_makes_an_answer_after_it_was_received():
    assert event(NINE + MILLI, made_at=END).made_at == NINE + MILLI


@pytest.mark.parametrize(
    ("received", "made", "standing"),
    [
        (END - timedelta(minutes=30), None, Standing.COUNTED),
        (END - timedelta(minutes=30) + MILLI, None, Standing.LATE),
        (END - timedelta(minutes=20), END - timedelta(minutes=31), Standing.COUNTED_OFFLINE),
        (END - timedelta(minutes=20), END - timedelta(minutes=29), Standing.LATE),
    ],
)
def test_after_handing_in_only_what_was_made_before_counts(received, made, standing):
    clock = ExamClock(deadline_at=END, grace_seconds=60, sync_until=SYNC, handed_in_at=END - timedelta(minutes=30))
    assert standing_of_event(event(received, made_at=made), clock) is standing


def test_while_the_time_stands_still_answers_count_past_the_deadline():
    clock = ExamClock(deadline_at=END, grace_seconds=60, sync_until=SYNC, paused_at=END - MILLI)
    assert standing_of_event(event(END + timedelta(hours=1)), clock) is Standing.COUNTED
    assert not clock.is_past(END + timedelta(hours=1))
    assert clock.is_past(SYNC + MILLI)


def test_while_the_time_stands_still_what_is_left_stays_as_it_was():
    paused_at = END - timedelta(minutes=30)
    for since in (timedelta(0), timedelta(minutes=7), timedelta(hours=2)):
        assert end_as_shown(END, paused_at, paused_at + since) == END + since
    assert end_as_shown(END, paused_at, paused_at - timedelta(minutes=1)) == END
    assert end_as_shown(END, None, paused_at + timedelta(hours=2)) == END


TAKEN = TakeOver(epoch=2, device="two", at=NINE + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("device", "epoch", "received", "made", "standing"),
    [
        ("one", 1, 30, None, Standing.COUNTED),
        ("one", 1, 31, None, Standing.SUPERSEDED),
        ("one", 1, 40, 29, Standing.COUNTED),
        ("one", 1, 40, 31, Standing.SUPERSEDED),
        ("two", 2, 40, None, Standing.COUNTED),
        ("one", 2, 40, None, Standing.SUPERSEDED),
    ],
)
def test_after_a_take_over_the_old_device_counts_by_what_it_made_before(device, epoch, received, made, standing):
    clock = ExamClock(deadline_at=END, grace_seconds=60, sync_until=SYNC, takeovers=(TAKEN,))
    made_at = None if made is None else NINE + timedelta(minutes=made)
    given = event(NINE + timedelta(minutes=received), made_at=made_at, device=device, epoch=epoch)
    assert standing_of_event(given, clock) is standing


@pytest.mark.parametrize("zone", ZONES)
def test_the_window_for_offline_answers_ends_late_on_the_next_local_day(zone):
    local = ZoneInfo(zone)
    until = sync_until_of(END, "23:59", local).astimezone(local)
    assert (until.date() - END.astimezone(local).date(), until.hour, until.minute) == (timedelta(days=1), 23, 59)


def test_a_time_is_the_same_whatever_zone_it_is_written_in():
    kolkata = timezone(timedelta(hours=5, minutes=30))
    assert standing_of_event(event((END + 60_001 * MILLI).astimezone(kolkata)), CLOCK) is Standing.LATE


def test_who_does_not_fit_between_opening_and_close_is_named():
    planned = [PlannedTime(candidate="A1-001", extra_minutes=0), PlannedTime(candidate="A1-002", extra_minutes=31)]
    faults = opening_faults(NINE, NINE + timedelta(hours=2), 90, planned)
    assert [fault.facts["candidate"] for fault in faults] == ["A1-002"]


def test_whose_clock_does_not_end_when_it_should_is_named():
    planned = [PlannedTime(candidate="A1-001", extra_minutes=30, ends_at=END, should_end_at=END + 30 * 60_000 * MILLI)]
    (fault,) = opening_faults(NINE, NINE + timedelta(hours=8), 90, planned)
    assert "A1-001" in str(fault)


@pytest.mark.parametrize(
    ("milliseconds", "minutes"),
    [(-1, 0), (0, 0), (1, 1), (60_000, 1), (60_001, 2), (75 * 60_000, 75)],
)
def test_a_minute_that_has_begun_is_still_there(milliseconds: int, minutes: int):
    assert minutes_left(milliseconds * MILLI) == minutes
