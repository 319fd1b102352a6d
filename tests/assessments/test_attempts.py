"""Sitting an exam: until when, who may answer, which answers count."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.attempts import AnswerEvent, AttemptState, check_may_answer, counting_answers, deadline
from assessments.errors import AlreadySubmitted, AttemptClosed, AttemptNotStarted
from tests.strategies import answer_events, law

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
END = NINE + timedelta(minutes=90)
MILLI = timedelta(milliseconds=1)
moments = st.sampled_from((-600, -1, 0, 60, 61)).map(lambda seconds: END + timedelta(seconds=seconds))


def said(choice, seq, *, at=NINE, item="i1", device="one", epoch=0):
    return AnswerEvent(device=device, seq=seq, item=item, choice=choice, received_at=at, epoch=epoch)


def counting(*events, grace=60):
    return counting_answers(events, END, grace)[0]


def test_the_deadline_is_the_start_with_all_minutes():
    assert deadline(NINE, 90, 30) == NINE + timedelta(hours=2)


def test_the_deadline_is_cut_only_where_the_session_closes_earlier():
    assert deadline(NINE, 90, closes_at=NINE + timedelta(hours=1)) == NINE + timedelta(hours=1)
    assert deadline(NINE, 90, closes_at=NINE + timedelta(hours=5)) == END


def test_the_deadline_is_the_same_moment_in_every_zone():
    kolkata = timezone(timedelta(hours=5, minutes=30))
    assert deadline(NINE.astimezone(kolkata), 90) == deadline(NINE, 90)


@pytest.mark.parametrize(("minutes", "extra"), [(0, 0), (-1, 0), (90, -1)])
def test_no_time_is_taken_away(minutes, extra):
    with pytest.raises(ValueError, match="at least a minute"):
        deadline(NINE, minutes, extra)


def test_times_carry_their_zone():
    with pytest.raises(ValueError, match="zone"):
        deadline(NINE.replace(tzinfo=None), 90)
    with pytest.raises(ValueError, match="zone"):
        deadline(NINE, 90, closes_at=END.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("after", "in_time"),
    [(-MILLI, True), (0 * MILLI, True), (MILLI, True), (60_000 * MILLI, True), (60_001 * MILLI, False)],
)
def test_an_answer_is_in_time_up_to_the_grace(after, in_time):
    event = said("A", 1, at=END + after)
    answers, late = counting_answers([event], END, 60)
    assert answers == ({"i1": "A"} if in_time else {})
    assert late == (() if in_time else (event,))


def test_a_device_speaks_by_its_last_number_whatever_arrives_last():
    assert counting(said("B", 2, at=NINE), said("A", 1, at=NINE + 5 * MILLI)) == {"i1": "B"}


def test_between_devices_the_answer_received_last_counts():
    assert counting(said("A", 9, at=NINE), said("B", 1, at=NINE + MILLI, device="two")) == {"i1": "B"}


def test_of_two_devices_heard_in_the_same_moment_the_later_name_counts():
    one, two = said("A", 1), said("B", 1, device="two")
    assert counting(one, two) == counting(two, one) == {"i1": "B"}


def test_a_device_that_took_over_counts_before_the_old_one():
    old = said("A", 9, at=NINE + 5 * MILLI)
    new = said("B", 1, at=NINE, device="two", epoch=1)
    assert counting(old, new) == {"i1": "B"}


def test_an_answer_of_the_old_device_counts_where_the_new_one_said_nothing():
    assert counting(said("A", 1), said("B", 1, item="i2", device="two", epoch=1)) == {"i1": "A", "i2": "B"}


def test_an_answer_taken_back_is_no_answer():
    assert counting(said("A", 1), said(None, 2)) == {}


def test_a_late_change_leaves_the_answer_in_time():
    answers, late = counting_answers([said("A", 1), said("B", 2, at=END + timedelta(minutes=5))], END, 60)
    assert answers == {"i1": "A"}
    assert [event.choice for event in late] == ["B"]


@law
@given(answer_events(moments), st.randoms(use_true_random=False))
def test_the_order_of_events_and_sending_twice_change_nothing(events, chance):
    again = [*events, *events[:3]]
    chance.shuffle(again)
    answers, late = counting_answers(events, END, 60)
    answers_again, late_again = counting_answers(again, END, 60)
    assert answers_again == answers
    assert set(late_again) == set(late)


@law
@given(answer_events(moments))
def test_every_event_is_late_or_heard(events):
    answers, late = counting_answers(events, END, 60)
    heard = [event for event in events if event not in late]
    assert all(event.received_at <= END + timedelta(seconds=60) for event in heard)
    assert all(event.received_at > END + timedelta(seconds=60) for event in late)
    assert all(any((event.item, event.choice) == answer for event in heard) for answer in answers.items())


def test_an_open_attempt_may_be_answered_until_the_grace_is_over():
    check_may_answer(AttemptState.OPEN, END + timedelta(seconds=60), END, 60)
    with pytest.raises(AttemptClosed) as refusal:
        check_may_answer(AttemptState.OPEN, END + timedelta(seconds=60) + MILLI, END, 60)
    assert refusal.value.deadline == END


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (AttemptState.NOT_STARTED, AttemptNotStarted),
        (AttemptState.SUBMITTED, AlreadySubmitted),
        (AttemptState.CLOSED, AttemptClosed),
    ],
)
def test_an_attempt_that_is_not_open_may_not_be_answered(state, refusal):
    with pytest.raises(refusal):
        check_may_answer(state, NINE, END, 60)


def test_what_runs_an_attempt_never_loads_the_keys():
    code = "import sys, assessments.attempts, assessments.papers; sys.exit('question_bank.keys' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
