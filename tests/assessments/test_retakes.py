"""What a next attempt takes again and keeps: by policy, never out of reach, and with what remains to be reached."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.choices import assessed_units, counted_units, options_taken, scheme_of_units
from assessments.decisions import decide_result
from assessments.model import AssessmentScheme, unit_of
from assessments.results import Outcome
from assessments.retakes import plan_retake
from assessments.scoring import Score
from tests.assessments.random_schemes import a_random_choice, a_random_scheme, random_attendance, random_scores
from tests.builders import a_pack, a_scheme, a_unit, some_scores
from tests.strategies import law

THREE = a_pack([a_unit("ASC/N1"), a_unit("ASC/N2"), a_unit("ASC/N3")])


def scheme_with(scope="units", exempt=None, **overrides):
    policy = {**a_scheme().reassessment.model_dump(), "scope": scope, "exempt_percent": exempt}
    return a_scheme(THREE, reassessment=policy, **overrides)


def decided(scheme, shares, **how):
    """The result of who shows that share of the marks of each unit."""
    scores = {
        cell: Score(awarded=Fraction(shares[unit_of(cell.ref)]) * marks, available=marks)
        for cell, marks in scheme.cells().items()
        if unit_of(cell.ref) in shares
    }
    return decide_result(scheme, "c", scores, **how)


def planned(scheme, shares, **how):
    return plan_retake(scheme, decided(scheme, shares, **how))


def test_only_units_below_their_line_are_taken_again_and_the_rest_is_told_in_marks():
    plan = planned(scheme_with(), {"ASC/N1": Fraction(4, 5), "ASC/N2": Fraction(3, 4), "ASC/N3": Fraction(1, 2)})
    assert plan.taken == ("ASC/N3",)
    assert str(plan.words).startswith("Only the units that were not reached")
    assert [str(line) for line in plan.remaining] == [
        "All marks: 70 % is needed; beside what is kept at least 55 of the 100 taken again"
    ]


@pytest.mark.parametrize(("share", "outcome"), [("55/100", "competent"), ("5499/10000", "not_yet_competent")])
def test_what_is_said_to_be_needed_is_what_decides(share, outcome):
    scheme = scheme_with()
    plan = planned(scheme, {"ASC/N1": Fraction(4, 5), "ASC/N2": Fraction(3, 4), "ASC/N3": Fraction(1, 2)})
    assert decided(scheme, {"ASC/N3": Fraction(share)}, carried=plan.kept).outcome == outcome


def test_units_from_the_exempting_score_upwards_are_kept():
    rule = {"aggregate_percent": "60", "unit_min_percent": "50"}
    scheme = scheme_with("units_below", "60", pass_rule=rule)
    plan = planned(scheme, {"ASC/N1": Fraction(3, 5), "ASC/N2": Fraction(59, 100), "ASC/N3": Fraction(1, 2)})
    assert plan.taken == ("ASC/N2", "ASC/N3")
    assert [str(line) for line in plan.remaining] == [
        "All marks: 60 % is needed; beside what is kept at least 120 of the 200 taken again",
        "Unit ASC/N2: 50 % is needed, at least 50 of 100",
        "Unit ASC/N3: 50 % is needed, at least 50 of 100",
    ]


def test_a_unit_that_missed_a_line_within_it_is_taken_again_whatever_its_sum():
    rule = {"aggregate_percent": "50", "critical_min_percent": {"ASC/N2#PC1": "60"}}
    scheme = scheme_with(pass_rule=rule)
    scores = {
        cell: Score(awarded=Fraction(0 if cell.ref == "ASC/N2#PC1" else marks), available=marks)
        for cell, marks in scheme.cells().items()
    }
    assert plan_retake(scheme, decide_result(scheme, "c", scores)).taken == ("ASC/N2",)


def test_where_what_is_left_cannot_reach_the_rule_all_units_are_taken_again():
    """Each unit reached its own 50 %, the aggregate not its 60 %: nothing would be left to take."""
    scheme = scheme_with(pass_rule={"aggregate_percent": "60", "unit_min_percent": "50"})
    plan = planned(scheme, dict.fromkeys(["ASC/N1", "ASC/N2", "ASC/N3"], Fraction(55, 100)))
    assert (plan.taken, plan.kept) == (("ASC/N1", "ASC/N2", "ASC/N3"), {})
    assert str(plan.words).startswith("All units are assessed again: with the marks of the others")


def test_weighed_units_are_told_in_per_cent():
    weights = {"ASC/N1": 50, "ASC/N2": 25, "ASC/N3": 25}
    rule = {"aggregate_percent": "70", "aggregation": "unit_weights", "unit_weights": weights}
    plan = planned(scheme_with(pass_rule=rule), {"ASC/N1": Fraction(3, 4), "ASC/N2": 0, "ASC/N3": 0})
    assert [str(line) for line in plan.remaining] == [
        "All units together: 70 % is needed, and what is kept brings 37.50 %"
    ]


def test_who_was_absent_keeps_what_was_carried_and_nothing_else():
    scheme = scheme_with()
    first = decided(scheme, {"ASC/N1": 1, "ASC/N2": 0, "ASC/N3": 0})
    assert plan_retake(scheme, decide_result(scheme, "c", {}, status=Outcome.ABSENT)).kept == {}
    second = decide_result(scheme, "c", {}, status=Outcome.ABSENT, carried=plan_retake(scheme, first).kept)
    plan = plan_retake(scheme, second)
    assert {unit: kept.source for unit, kept in plan.kept.items()} == {"ASC/N1": first.inputs_hash}
    assert [line.source == first.inputs_hash for line in plan.units] == [True, False, False]


def test_options_are_kept_by_their_own_line():
    scheme = scheme_with(options=["ASC/N3"], pass_rule={"aggregate_percent": "70", "option_min_percent": "50"})
    shares = {"ASC/N1": Fraction(1, 2), "ASC/N2": 1, "ASC/N3": Fraction(1, 2)}
    assert planned(scheme, {**shares, "ASC/N1": 0}, chosen=["ASC/N3"]).taken == ("ASC/N1",)
    assert planned(scheme, {**shares, "ASC/N1": 0, "ASC/N3": 0}, chosen=["ASC/N3"]).taken == ("ASC/N1", "ASC/N3")


def a_random_plan(seed, scope):
    """Any scheme and rule under a policy, a result by it, and the plan after it."""
    chance = Random(seed)
    exempt = chance.choice(("0", "40", "60", "100")) if scope == "units_below" else None
    policy = {**a_scheme().reassessment.model_dump(), "scope": scope, "exempt_percent": exempt}
    scheme = AssessmentScheme.model_validate({**a_random_scheme(chance).model_dump(), "reassessment": policy})
    chosen = a_random_choice(chance, scheme)
    scores = random_scores(chance, scheme, chosen)
    result = decide_result(scheme, "c", scores, chosen=chosen, attendance=random_attendance(chance))
    return scheme, chosen, result, plan_retake(scheme, result)


@law
@given(st.integers(0, 10**6), st.sampled_from(("pack", "units", "units_below")))
def test_a_plan_splits_the_units_and_keeps_marks_as_they_are(seed, scope):
    scheme, chosen, result, plan = a_random_plan(seed, scope)
    whole = {*counted_units(scheme, chosen), *options_taken(scheme, chosen)}
    assert {*plan.taken, *plan.kept} == whole
    assert not set(plan.taken) & set(plan.kept)
    assert set(assessed_units(scheme, chosen, plan.kept)) == set(plan.taken)
    for unit, kept in plan.kept.items():
        assert kept.scores == {cell: one for cell, one in result.cell_scores.items() if unit_of(cell.ref) == unit}
    if scope == "pack" or result.outcome is Outcome.COMPETENT:
        assert plan.kept == {}


@law
@given(st.integers(0, 10**6), st.sampled_from(("units", "units_below")))
def test_who_keeps_units_passes_with_all_marks_of_the_others_and_every_line_missed_without_is_told(seed, scope):
    scheme, chosen, _result, plan = a_random_plan(seed, scope)
    if not plan.kept:
        return
    full = {cell: one for cell, one in some_scores(scheme).items() if unit_of(cell.ref) in plan.taken}
    again = decide_result(scheme, "c", full, chosen=chosen, carried=plan.kept)
    assert again.outcome is Outcome.COMPETENT
    nothing = {cell: Score(awarded=Fraction(), available=one.available) for cell, one in full.items()}
    failed = decide_result(scheme, "c", nothing, chosen=chosen, carried=plan.kept)
    missed = [condition for condition in (*failed.conditions, *failed.options) if not condition.met]
    if scheme.rule.rounding is None:
        assert len(missed) <= len(plan.remaining)


@law
@given(st.integers(0, 10**6), st.data())
def test_the_scheme_of_some_units_has_their_marks_and_no_others(seed, data):
    scheme = a_random_scheme(Random(seed))
    units = data.draw(st.sets(st.sampled_from([unit.unit for unit in scheme.units])))
    own = scheme_of_units(scheme, units)
    assert own.cells() == {cell: marks for cell, marks in scheme.cells().items() if unit_of(cell.ref) in units}
    assert set(own.theory_refs) == {ref for ref in scheme.theory_refs if unit_of(ref) in units}
    assert own.theory == scheme.theory


@pytest.mark.parametrize("outcome", [Outcome.DISQUALIFIED, Outcome.DROPPED_OUT, Outcome.WITHHELD])
def test_a_result_settled_otherwise_keeps_nothing(outcome):
    scheme = scheme_with()
    shares = {"ASC/N1": 1, "ASC/N2": 0, "ASC/N3": 0}
    assert planned(scheme, shares, status=outcome).kept == {}
