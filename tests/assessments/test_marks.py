"""Sharing out marks and showing figures, exactly."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.marks import apportion, from_text, from_typed, maybe_thousands, percent, to_text, truncated
from tests.strategies import law

weights = st.lists(st.integers(0, 50), min_size=1, max_size=12)
figures = st.fractions(min_value=0, max_value=200, max_denominator=10_000)


def test_marks_go_to_the_largest_remainders_and_ties_to_the_earlier():
    assert apportion(10, (1, 1, 1)) == (4, 3, 3)
    assert apportion(100, (3, 2, 1, 1)) == (43, 29, 14, 14)
    assert apportion(5, (1, 1)) == (3, 2)
    assert apportion(7, (0, 1, 0)) == (0, 7, 0)
    assert apportion(0, (0, 0)) == (0, 0)


@law
@given(st.integers(0, 1000), weights.filter(any))
def test_shares_sum_to_the_total_and_stay_within_one_of_their_quota(total, given_weights):
    shares = apportion(total, given_weights)
    assert sum(shares) == total
    for share, weight in zip(shares, given_weights, strict=True):
        assert abs(share - Fraction(total * weight, sum(given_weights))) < 1


@law
@given(st.integers(0, 1000), weights.filter(any))
def test_a_heavier_criterion_never_gets_less(total, given_weights):
    shares = apportion(total, given_weights)
    in_order = sorted(zip(given_weights, shares, strict=True))
    for (lighter, less), (heavier, more) in itertools.pairwise(in_order):
        assert lighter == heavier or less <= more


@pytest.mark.parametrize(("total", "given_weights"), [(-1, (1,)), (1, (-1, 2)), (1, ()), (1, (0, 0))])
def test_marks_that_cannot_be_shared_out_are_refused(total, given_weights):
    with pytest.raises(ValueError, match=r"negative|cannot be shared"):
        apportion(total, given_weights)


@pytest.mark.parametrize("refused", [0.5, 1.0, True, "1"])
def test_only_whole_numbers_and_fractions_are_marks(refused):
    for call in (to_text, truncated, lambda value: apportion(value, (1,)), lambda value: apportion(1, (value,))):
        with pytest.raises(TypeError, match="marks"):
            call(refused)


@law
@given(figures)
def test_fractions_survive_as_text(figure):
    assert from_text(to_text(figure)) == figure


def test_fractions_are_written_in_lowest_terms():
    assert [to_text(value) for value in (Fraction(6, 4), Fraction(8, 2), 0)] == ["3/2", "4", "0"]


@pytest.mark.parametrize("text", ["", "0.5", "1/0", "1e2", " 1", "1/2/3", "½", "७०", "7\n"])
def test_other_text_is_no_fraction(text):
    with pytest.raises(ValueError, match="write n or n/d"):
        from_text(text)


def test_figures_are_cut_off_and_not_rounded():
    assert truncated(Fraction(70)) == "70"
    assert truncated(Fraction(6999, 100)) == "69.99"
    assert truncated(Fraction(69999999, 1000000)) == "69.99"
    assert truncated(Fraction(70) + Fraction(1, 1000)) == "70.00"
    assert truncated(Fraction(1, 20)) == "0.05"
    assert truncated(Fraction(139, 2), digits=1) == "69.5"
    assert truncated(Fraction(139, 2), digits=0) == "69"


def test_figures_below_nothing_are_cut_off_downwards_too():
    assert [truncated(Fraction(*parts)) for parts in ((-1, 3), (-1, 2), (-2, 1))] == ["-0.34", "-0.50", "-2"]


@law
@given(figures, st.integers(0, 4))
def test_what_is_shown_is_never_above_the_figure_and_less_than_a_step_below(figure, digits):
    shown = Fraction(truncated(figure, digits))
    assert shown <= figure < shown + Fraction(1, 10**digits)


@law
@given(figures, st.integers(0, 100))
def test_a_figure_below_a_whole_line_never_shows_as_the_line(figure, line):
    assert (Fraction(truncated(figure)) >= line) == (figure >= line)


def test_percentages_are_exact():
    assert percent(Fraction(11, 30) + Fraction(22, 30) + Fraction(30, 30), 3) == 70
    assert percent(2, 3) == Fraction(200, 3)


@pytest.mark.parametrize("typed", ["4.5", "4,5", "4.50", "४,५"])
def test_a_figure_may_be_typed_with_a_point_or_a_comma(typed):
    assert from_typed(typed) == Fraction(9, 2)


@pytest.mark.parametrize("typed", ["1,250", "12,000", "999,999"])
def test_what_may_be_thousands_is_no_figure_by_itself(typed):
    assert (from_typed(typed), maybe_thousands(typed)) == (None, True)


@pytest.mark.parametrize("typed", ["0,250", "1250,500", "1,25", "1.250", "1,2500", "four", ""])
def test_other_figures_cannot_be_meant_as_thousands(typed):
    assert not maybe_thousands(typed)


@pytest.mark.parametrize("typed", ["", "4.", ",5", "1,2,3", "-4", "4.5.6", "1e3", "4 5"])
def test_other_texts_are_no_typed_figure(typed):
    assert from_typed(typed) is None
