"""The engine against the naive second implementation, over random schemes that use every rule there is."""

import random

import pytest

from assessments.decisions import Outcome, decide_result
from tests.assessments.naive_decisions import naive_decision
from tests.assessments.random_schemes import a_random_choice, a_random_scheme, random_attendance, random_scores

PER_SCHEME = 5


def compare(number: int) -> None:
    """One random scheme with some random candidates."""
    chance = random.Random(number)
    scheme = a_random_scheme(chance)
    document = scheme.model_dump(mode="json", exclude_none=True)
    for _ in range(PER_SCHEME):
        chosen, attendance = a_random_choice(chance, scheme), random_attendance(chance)
        scores = random_scores(chance, scheme, chosen)
        result = decide_result(scheme, "c", scores, attendance=attendance, chosen=chosen)
        out_of = {(cell.ref, cell.component.value): score.available for cell, score in scores.items()}
        marks = {(cell.ref, cell.component.value): score.awarded for cell, score in scores.items()}
        naive = naive_decision(document, out_of, marks, chosen=chosen, attendance=attendance)
        found = {
            "passed": result.outcome is Outcome.COMPETENT,
            "raw": result.raw_percent,
            "weighted": result.weighted_percent,
            "lines": {condition.name: condition.met for condition in result.conditions},
            "options": {condition.name.partition(":")[2]: condition.met for condition in result.options},
            "grade": result.grade,
        }
        assert found == naive, (number, document)


def test_a_second_implementation_agrees_on_a_thousand_random_candidates():
    for number in range(200):
        compare(number)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_second_implementation_agrees_on_a_hundred_thousand_random_candidates():
    for number in range(1000, 21_000):
        compare(number)
