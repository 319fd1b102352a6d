"""The one way from enrolment to certificate, for a batch and for a trainee."""

from datetime import date

import pytest

from lms.services.progress import BatchState, batch_state, steps_of

DAYS = {"starts_on": date(2026, 8, 3), "ends_on": date(2026, 10, 30)}


def marks(**facts) -> str:
    """The steps in one word: d(one), n(ow), t(odo), f(ailed)."""
    return "".join(step.state[0] for step in steps_of(**facts))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"is_enrolled": False, "is_trained": False}, "nttttt"),
        ({"is_enrolled": False, "is_trained": True}, "nttttt"),
        ({"is_enrolled": True, "is_trained": False}, "dntttt"),
        ({"is_enrolled": True, "is_trained": True}, "ddnttt"),
        ({"is_enrolled": True, "is_trained": True, "states": ["drawn"]}, "ddnttt"),
        ({"is_enrolled": True, "is_trained": False, "states": ["submitted"]}, "dddntt"),
        ({"is_enrolled": True, "is_trained": True, "states": ["verified"]}, "ddddnt"),
        ({"is_enrolled": True, "is_trained": True, "states": ["approved"]}, "dddddn"),
        ({"is_enrolled": True, "is_trained": True, "states": ["released", "proposed"]}, "dddddd"),
    ],
)
def test_each_state_does_its_step_and_all_before_it(facts, expected: str) -> None:
    assert marks(**facts) == expected


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("competent", "dddddd"),
        ("not_yet_competent", "dddddf"),
        ("absent", "ddfttt"),
        ("disqualified", "ddfttt"),
        ("dropped_out", "dftttt"),
        ("withheld", "dddddf"),
    ],
)
def test_an_outcome_that_ends_the_way_is_the_failed_step(outcome: str, expected: str) -> None:
    assert marks(is_enrolled=True, is_trained=True, states=["released"], outcome=outcome) == expected


@pytest.mark.parametrize(
    ("trainees", "states", "today", "expected"),
    [
        (0, [], date(2026, 9, 1), BatchState.EMPTY),
        (4, [], date(2026, 8, 1), BatchState.COMING),
        (4, [], date(2026, 10, 30), BatchState.TRAINING),
        (4, [], date(2026, 10, 31), BatchState.TRAINED),
        (4, ["declined"], date(2026, 10, 31), BatchState.TRAINED),
        (4, ["released", "proposed"], date(2026, 10, 31), BatchState.ASSESSING),
        (4, ["released"], date(2026, 10, 31), BatchState.RELEASED),
    ],
)
def test_a_batch_stands_where_its_assessments_and_the_calendar_put_it(trainees, states, today, expected) -> None:
    assert batch_state(**DAYS, trainees=trainees, states=states, today=today) is expected
