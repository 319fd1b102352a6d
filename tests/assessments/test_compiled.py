"""A compiled scheme: the verdicts of the plain way, bit for bit, whatever the rules and however large the numbers."""

import random
from fractions import Fraction

import numpy as np
import pytest

from assessments.compiled import compile_scheme
from assessments.decisions import Outcome, decide_result
from assessments.errors import ChoiceUnlikeScheme, SchemeFaulty
from assessments.scoring import Score
from assessments.verdicts import Figures
from tests.assessments.random_schemes import a_random_choice, a_random_scheme, random_scores
from tests.builders import a_pack, a_scheme, a_unit, explicit_marks, some_scores


def compare(number: int, candidates: int = 6) -> None:
    """One random scheme and choice, some random candidates, decided both ways."""
    chance = random.Random(number)
    scheme = a_random_scheme(chance)
    chosen = a_random_choice(chance, scheme)
    scores = [random_scores(chance, scheme, chosen) for _ in range(candidates)]
    attendance = [Fraction(chance.randint(0, 1000), 10) for _ in scores] if chance.random() < 0.5 else None
    known = attendance is not None and scheme.attendance_needed is not None
    compiled = compile_scheme(scheme, chosen, attendance_known=known)
    table, denominator = compiled.table_of(scores)
    # Sometimes small, sometimes at the edge of 64 bits, sometimes far beyond.
    times = 2 ** chance.choice((0, chance.randint(0, 80)))
    table, denominator = table * times, denominator * times
    figures = None
    if known and attendance is not None:
        figures = Figures(numerators=np.array([int(figure * 10) for figure in attendance]), denominator=10)
    verdicts = compiled.decide(table, denominator, figures)
    bands = [band.grade for band in scheme.rule.grades or ()]
    for row, own in enumerate(scores):
        result = decide_result(scheme, "c", own, chosen=chosen, attendance=attendance[row] if attendance else None)
        assert (result.outcome is Outcome.COMPETENT) == verdicts.competent[row], number
        assert [condition.name for condition in result.conditions] == list(verdicts.conditions)
        assert [condition.met for condition in result.conditions] == verdicts.met[row].tolist(), number
        assert [condition.figure for condition in result.conditions] == [one[row] for one in verdicts.figures]
        assert [condition.name for condition in result.options] == list(verdicts.options)
        assert [condition.met for condition in result.options] == verdicts.options_met[row].tolist(), number
        assert [condition.figure for condition in result.options] == [one[row] for one in verdicts.option_figures]
        assert result.raw_percent == verdicts.raw_percent[row]
        weighted = None if verdicts.weighted_percent is None else verdicts.weighted_percent[row]
        assert result.weighted_percent == weighted
        assert result.grade == (None if verdicts.grade[row] < 0 else bands[verdicts.grade[row]])


def test_many_candidates_are_decided_as_one_is():
    for number in range(100):
        compare(number)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_hundred_thousand_candidates_are_decided_as_one_is():
    for number in range(1000, 11_000):
        compare(number, candidates=10)


def test_numbers_beyond_64_bits_are_still_exact():
    scheme = a_scheme(
        a_pack([a_unit("ASC/N1", criteria=1)]), units=[explicit_marks("ASC/N1", {"PC1": {"theory": 100}})]
    )
    compiled, denominator = compile_scheme(scheme), 10**30
    verdicts = compiled.decide([[70 * denominator], [70 * denominator - 1]], denominator)
    assert verdicts.competent.tolist() == [True, False]
    assert verdicts.raw_percent[1] == Fraction(70 * denominator - 1, denominator)


def test_more_candidates_than_are_decided_in_one_go_keep_their_order():
    scheme = a_scheme(
        a_pack([a_unit("ASC/N1", criteria=1)]), units=[explicit_marks("ASC/N1", {"PC1": {"theory": 100}})]
    )
    marks = np.arange(40_000)[:, None] % 101
    verdicts = compile_scheme(scheme).decide(marks)
    assert verdicts.competent.tolist() == (marks[:, 0] >= 70).tolist()
    assert verdicts.figures[0].numerators.tolist() == (marks[:, 0] * 100).tolist()


@pytest.mark.parametrize(
    ("marks", "refusal"),
    [
        ([[101]], "row 0: 101/1 marks cannot be awarded for ASC/N1#PC1"),
        ([[5], [-1]], "row 1: -1/1 marks cannot be awarded"),
        ([[1, 2]], "a row has 1 marks"),
        ([5], "a row has 1 marks"),
    ],
)
def test_marks_that_cannot_be_are_refused(marks, refusal):
    scheme = a_scheme(
        a_pack([a_unit("ASC/N1", criteria=1)]), units=[explicit_marks("ASC/N1", {"PC1": {"theory": 100}})]
    )
    with pytest.raises(ValueError, match=refusal):
        compile_scheme(scheme).decide(marks)


@pytest.mark.parametrize("marks", [[[0.5]], np.array([[0.5]]), [[True]], [["7"]], [[Fraction(1)]]])
def test_only_whole_numbers_are_taken(marks):
    scheme = a_scheme(
        a_pack([a_unit("ASC/N1", criteria=1)]), units=[explicit_marks("ASC/N1", {"PC1": {"theory": 100}})]
    )
    with pytest.raises(TypeError, match="whole numbers"):
        compile_scheme(scheme).decide(marks)


def test_a_scheme_that_cannot_decide_is_not_compiled():
    with pytest.raises(SchemeFaulty):
        compile_scheme(a_scheme(marks_status="missing"))
    with pytest.raises(ChoiceUnlikeScheme):
        compile_scheme(a_scheme(), {"ASC/N9001"})


def test_scores_become_a_table_over_the_denominator_they_share():
    scheme = a_scheme(units=[explicit_marks("ASC/N1", {"PC1": {"theory": 3, "viva": 4}})])
    compiled = compile_scheme(scheme)
    halves, thirds = some_scores(scheme, Fraction(1, 2)), some_scores(scheme, Fraction(1, 3))
    table, denominator = compiled.table_of([halves, thirds])
    assert (table.tolist(), denominator) == ([[9, 12], [6, 8]], 6)
    assert all(isinstance(score, Score) for score in halves.values())
