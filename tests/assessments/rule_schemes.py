"""Schemes of whole units for tests of rules, and what scores come to by them."""

from fractions import Fraction

from assessments.decisions import decide_result
from assessments.scoring import Score
from tests.builders import a_scheme


def whole_units(marks, **given):
    """A scheme whose marks are printed for units as a whole: `{code: {component: marks}}`."""
    units = [{"unit": code, "whole": {"marks": split}} for code, split in marks.items()]
    return a_scheme(units=units, **given)


def hundreds(count, **given):
    """A scheme of that many units, 100 theory marks each."""
    return whole_units({f"ASC/N{n}": {"theory": 100} for n in range(1, count + 1)}, **given)


def awarded(scheme, marks):
    """Scores by unit: each cell of a unit gets the same share of its marks."""
    return {
        cell: Score(awarded=Fraction(marks[code]) * available / scheme.unit_total(code), available=available)
        for cell, available in scheme.cells().items()
        for code in [cell.ref.partition("#")[0]]
    }


def outcome(scheme, marks, **given):
    return decide_result(scheme, "c", awarded(scheme, marks), **given).outcome.value
