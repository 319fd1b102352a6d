"""Being assessed again: who may ask, until when, and why not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.decisions import Outcome
from assessments.model import ReassessmentPolicy
from assessments.reassessment import may_ask
from tests.strategies import law

RELEASED = date(2026, 12, 20)


def a_policy(**overrides):
    given_values = {
        "scope": "pack",
        "max_attempts": 2,
        "apply_within_days": 15,
        "hold_within_days": 90,
        "absent_may": True,
        "dropped_out_may": False,
    }
    return ReassessmentPolicy.model_validate({**given_values, **overrides})


def asked(outcome, *, attempt=1, after=0, **policy):
    return may_ask(a_policy(**policy), outcome, attempt, RELEASED, RELEASED + timedelta(days=after))


def test_who_is_not_yet_competent_may_ask_and_is_told_until_when():
    check = asked(Outcome.NOT_YET_COMPETENT)
    assert check.allowed
    assert (check.apply_by, check.hold_by) == (date(2027, 1, 4), date(2027, 3, 20))
    assert [str(reason) for reason in check.reasons] == [
        "Reassessment can be asked for until 2027-01-04.",
        "It is to be held by 2027-03-20.",
    ]


def test_the_last_day_counts_and_the_next_is_too_late():
    assert asked(Outcome.NOT_YET_COMPETENT, after=15).allowed
    late = asked(Outcome.NOT_YET_COMPETENT, after=16)
    assert not late.allowed
    assert [str(reason) for reason in late.reasons] == ["Reassessment had to be asked for by 2027-01-04."]
    assert late.apply_by == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("outcome", "policy", "allowed"),
    [
        (Outcome.ABSENT, {}, True),
        (Outcome.ABSENT, {"absent_may": False}, False),
        (Outcome.DROPPED_OUT, {}, False),
        (Outcome.DROPPED_OUT, {"dropped_out_may": True}, True),
        (Outcome.COMPETENT, {}, False),
        (Outcome.DISQUALIFIED, {}, False),
        (Outcome.WITHHELD, {}, False),
    ],
)
def test_the_policy_says_which_outcomes_may_ask(outcome, policy, allowed):
    check = asked(outcome, **policy)
    assert check.allowed is allowed
    assert (check.apply_by is not None) is allowed
    assert len(check.reasons) == (2 if allowed else 1)


def test_attempts_are_counted():
    check = asked(Outcome.NOT_YET_COMPETENT, attempt=2)
    assert not check.allowed
    assert [str(reason) for reason in check.reasons] == ["All attempts have been used: the scheme allows 2."]
    assert (check.apply_by, check.hold_by) == (None, None)
    assert asked(Outcome.NOT_YET_COMPETENT, attempt=2, max_attempts=3).allowed


def test_every_reason_is_told_at_once():
    assert len(asked(Outcome.DROPPED_OUT, attempt=2, after=40).reasons) == 3


@law
@given(st.sampled_from(Outcome), st.integers(1, 4), st.integers(0, 60))
def test_waiting_never_helps(outcome, attempt, days):
    today, later = asked(outcome, attempt=attempt, after=days), asked(outcome, attempt=attempt, after=days + 1)
    assert today.allowed or not later.allowed
    assert all(check.reasons for check in (today, later))
