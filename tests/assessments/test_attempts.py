"""Sitting an exam: until when, who may answer, which answers count."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.attempts import AFTER, Act, AttemptState, after, counting_answers, state_at
from assessments.errors import AlreadySubmitted, AttemptClosed, AttemptNotPaused, AttemptNotStarted, AttemptPaused
from assessments.exam_time import AnswerEvent, ExamClock, TakeOver
from tests.assessments.naive_answers import naive_answers
from tests.strategies import answer_events, law

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
END = NINE + timedelta(minutes=90)
MILLI = timedelta(milliseconds=1)
CLOCK = ExamClock(deadline_at=END, grace_seconds=60)
moments = st.sampled_from((-600, -1, 0, 60, 61)).map(lambda seconds: END + timedelta(seconds=seconds))


def said(choice, seq, *, at=NINE, item="i1", device="one", epoch=1):
    return AnswerEvent(device=device, seq=seq, item=item, choice=choice, received_at=at, epoch=epoch)


def both(events):
    found = counting_answers(events, CLOCK)
    return found.answers, found.refused


def counting(*events):
    return counting_answers(events, CLOCK).answers


@pytest.mark.parametrize(
    ("after", "in_time"),
    [(-MILLI, True), (0 * MILLI, True), (MILLI, True), (60_000 * MILLI, True), (60_001 * MILLI, False)],
)
def test_an_answer_is_in_time_up_to_the_grace(after, in_time):
    event = said("A", 1, at=END + after)
    answers, late = both([event])
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
    new = said("B", 1, at=NINE, device="two", epoch=2)
    assert counting(old, new) == {"i1": "B"}


def test_an_answer_of_the_old_device_counts_where_the_new_one_said_nothing():
    assert counting(said("A", 1), said("B", 1, item="i2", device="two", epoch=2)) == {"i1": "A", "i2": "B"}


def test_an_answer_taken_back_is_no_answer():
    assert counting(said("A", 1), said(None, 2)) == {}


def test_a_late_change_leaves_the_answer_in_time():
    answers, late = both([said("A", 1), said("B", 2, at=END + timedelta(minutes=5))])
    assert answers == {"i1": "A"}
    assert [event.choice for event in late] == ["B"]


@law
@given(answer_events(moments), st.randoms(use_true_random=False))
def test_the_order_of_events_and_sending_twice_change_nothing(events, chance):
    again = [*events, *events[:3]]
    chance.shuffle(again)
    answers, late = both(events)
    answers_again, late_again = both(again)
    assert answers_again == answers
    assert set(late_again) == set(late)


@law
@given(answer_events(moments))
def test_every_event_is_late_or_heard(events):
    answers, late = both(events)
    heard = [event for event in events if event not in late]
    assert all(event.received_at <= END + timedelta(seconds=60) for event in heard)
    assert all(event.received_at > END + timedelta(seconds=60) for event in late)
    assert all(any((event.item, event.choice) == answer for event in heard) for answer in answers.items())


DEVICES, EPOCHS = ("one", "two", "form"), (1, 2, 3)


@st.composite
def sittings(draw):
    """Three devices, up to two take-overs, with and without a network, in any order, with gaps and repeats."""
    minutes = st.integers(0, 130)
    at = sorted(draw(st.lists(minutes, min_size=2, max_size=2)))
    takeovers = tuple(
        TakeOver(epoch=epoch, device=draw(st.sampled_from(DEVICES)), at=NINE + timedelta(minutes=at[epoch - 2]))
        for epoch in range(2, draw(st.integers(1, 3)) + 1)
    )
    handed_in = draw(st.none() | minutes)
    clock = ExamClock(
        deadline_at=END,
        grace_seconds=60,
        sync_until=draw(st.none() | st.just(END + timedelta(hours=1))),
        handed_in_at=None if handed_in is None else NINE + timedelta(minutes=handed_in),
        takeovers=takeovers,
    )
    events = draw(
        st.lists(
            st.builds(
                AnswerEvent,
                device=st.sampled_from(DEVICES),
                seq=st.integers(1, 12),
                item=st.sampled_from(("i1", "i2")),
                choice=st.sampled_from(("A", "B", None)),
                received_at=st.integers(0, 200).map(lambda minute: NINE + timedelta(minutes=minute)),
                epoch=st.sampled_from(EPOCHS),
                anchor_at=st.none() | minutes.map(lambda minute: NINE + timedelta(minutes=minute)),
                elapsed_ms=st.none() | st.integers(0, 30 * 60_000),
            ),
            max_size=14,
            unique_by=lambda event: (event.device, event.seq),
        )
    )
    decided = {(event.device, event.seq): draw(st.booleans()) for event in events[: draw(st.integers(0, 3))]}
    return events, clock, decided


def check_against_the_naive_rule(sitting, chance):
    events, clock, decided = sitting
    again = [*events, *events[:4]]
    chance.shuffle(again)
    assert dict(counting_answers(again, clock, decided).answers) == naive_answers(events, clock, decided)


@law
@given(sittings(), st.randoms(use_true_random=False))
def test_what_counts_is_what_the_plain_rule_says_in_whatever_order_events_arrive(sitting, chance):
    check_against_the_naive_rule(sitting, chance)


@pytest.mark.soak
@settings(deadline=None, max_examples=100_000)
@given(sittings(), st.randoms(use_true_random=False))
def test_what_counts_is_what_the_plain_rule_says_a_hundred_thousand_times(sitting, chance):
    check_against_the_naive_rule(sitting, chance)


@law
@given(sittings())
def test_every_event_counts_or_is_kept_as_refused(sitting):
    events, clock, decided = sitting
    found = counting_answers(events, clock, decided)
    names = {(event.device, event.seq) for event in found.refused}
    assert {name: name not in names for name in decided} == decided
    assert not names & {(event.device, event.seq) for event in found.offline}
    heard = {(event.item, event.choice) for event in events if (event.device, event.seq) not in names}
    assert set(found.answers.items()) <= heard


def test_an_accepted_late_answer_counts_in_its_own_place():
    late = said("B", 2, at=END + timedelta(minutes=5))
    assert counting_answers([said("A", 1), late], CLOCK, {("one", 2): True}).answers == {"i1": "B"}
    assert counting_answers([said("A", 3), late], CLOCK, {("one", 2): True}).answers == {"i1": "A"}


@pytest.mark.parametrize("made_at", [None, END + timedelta(minutes=4)], ids=["with a network", "without"])
def test_an_answer_that_a_person_refused_stays_refused_though_the_time_reaches_it_later(made_at):
    late = replace(said("B", 2, at=END + timedelta(minutes=5)), anchor_at=made_at, elapsed_ms=made_at and 0)
    longer = replace(CLOCK, deadline_at=END + timedelta(minutes=20), sync_until=END + timedelta(hours=9))
    assert counting_answers([said("A", 1), late], longer).answers == {"i1": "B"}
    refused = counting_answers([said("A", 1), late], longer, {("one", 2): False})
    assert (refused.answers, refused.refused, refused.offline) == ({"i1": "A"}, (late,), ())


@pytest.mark.parametrize(
    ("state", "act", "found"),
    [
        (AttemptState.NOT_STARTED, Act.START, AttemptState.OPEN),
        (AttemptState.OPEN, Act.PAUSE, AttemptState.PAUSED),
        (AttemptState.PAUSED, Act.RESUME, AttemptState.OPEN),
        (AttemptState.PAUSED, Act.ANSWER, AttemptState.PAUSED),
        (AttemptState.CLOSED, Act.GIVE_TIME, AttemptState.OPEN),
        (AttemptState.OPEN, Act.HAND_IN, AttemptState.HANDED_IN),
        (AttemptState.HANDED_IN, Act.HAND_IN, AttemptState.HANDED_IN),
        (AttemptState.HANDED_IN, Act.CLOSE, AttemptState.HANDED_IN),
        (AttemptState.CLOSED, Act.HAND_IN, AttemptState.CLOSED),
    ],
)
def test_an_act_leads_from_state_to_state(state, act, found):
    assert after(state, act) is found


@pytest.mark.parametrize(
    ("state", "act", "refusal"),
    [
        (AttemptState.NOT_STARTED, Act.ANSWER, AttemptNotStarted),
        (AttemptState.HANDED_IN, Act.ANSWER, AlreadySubmitted),
        (AttemptState.HANDED_IN, Act.GIVE_TIME, AlreadySubmitted),
        (AttemptState.CLOSED, Act.ANSWER, AttemptClosed),
        (AttemptState.CLOSED, Act.TAKE_OVER, AttemptClosed),
        (AttemptState.PAUSED, Act.PAUSE, AttemptPaused),
        (AttemptState.OPEN, Act.RESUME, AttemptNotPaused),
    ],
)
def test_an_act_that_the_state_does_not_allow_is_refused_by_name(state, act, refusal):
    with pytest.raises(refusal):
        after(state, act)


def test_every_act_says_of_every_state_where_it_leads_or_that_it_is_refused():
    for act in Act:
        for state in AttemptState:
            if state in AFTER[act]:
                assert after(state, act) in AttemptState
            else:
                with pytest.raises(Exception, match=r"exam|answers"):
                    after(state, act)


def test_an_open_attempt_is_closed_by_the_clock_after_its_grace():
    until = END + timedelta(seconds=60)
    assert state_at(AttemptState.OPEN, CLOCK, until) is AttemptState.OPEN
    assert state_at(AttemptState.OPEN, CLOCK, until + MILLI) is AttemptState.CLOSED
    assert state_at(AttemptState.HANDED_IN, CLOCK, until + MILLI) is AttemptState.HANDED_IN


def test_what_runs_an_attempt_never_loads_the_keys():
    code = "import sys, assessments.attempts, assessments.papers; sys.exit('question_bank.keys' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
