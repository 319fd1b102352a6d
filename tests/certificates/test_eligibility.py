"""Who may be certified: only the competent, only once the council has released the result."""

import pytest

from assessments.decisions import Outcome, Result, decide_result
from assessments.scoring import Score
from certificates.eligibility import may_be_certified
from tests.builders import a_scheme


def a_result(share: int = 1, status: Outcome | None = None) -> Result:
    """A result with all marks (1) or none (0)."""
    scheme = a_scheme()
    scores = {cell: Score(awarded=share * marks, available=marks) for cell, marks in scheme.cells().items()}
    return decide_result(scheme, "c-1", scores, status=status)


def test_a_released_competent_result_has_nothing_against_it() -> None:
    eligibility = may_be_certified(a_result(), released=True)
    assert eligibility.allowed
    assert eligibility.reasons == ()


def test_a_result_that_is_not_released_waits_for_the_council() -> None:
    eligibility = may_be_certified(a_result(), released=False)
    assert [str(reason) for reason in eligibility.reasons] == ["The council has not released the result."]


def test_all_reasons_come_at_once_and_name_the_condition_not_met() -> None:
    eligibility = may_be_certified(a_result(share=0), released=False)
    first, condition, last = (str(reason) for reason in eligibility.reasons)
    assert first == "The result is not yet competent."
    assert "needs 70 %" in condition
    assert last == "The council has not released the result."


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Outcome.ABSENT, "The candidate was absent."),
        (Outcome.DROPPED_OUT, "The candidate dropped out of the training."),
        (Outcome.DISQUALIFIED, "The candidate was disqualified."),
        (Outcome.WITHHELD, "The result is withheld."),
    ],
)
def test_full_marks_do_not_help_without_a_competent_outcome(status: Outcome, words: str) -> None:
    eligibility = may_be_certified(a_result(status=status), released=True)
    assert not eligibility.allowed
    assert [str(reason) for reason in eligibility.reasons] == [words]


def test_a_specimen_result_may_be_certified_as_a_specimen() -> None:
    result = a_result()
    assert result.specimen
    assert may_be_certified(result, released=True).allowed
