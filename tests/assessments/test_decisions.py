"""Deciding: the rule to the letter, nothing rounded, every condition told, a second implementation in agreement."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.decisions import Outcome, decide_result, result_from_json, result_json
from assessments.errors import SchemeFaulty, ScoresMissing, ScoresUnknown
from assessments.model import Component
from assessments.scoring import Score
from tests.builders import a_pack, a_scheme, a_unit, explicit_marks, some_scores
from tests.strategies import law, scored_schemes

THEORY = Component.THEORY


def jal_mitra(**rule):
    """The eight units of a published pack with their printed component marks and weights."""
    table = {
        "PSC/N0146": (30, 40, 0, 30),
        "PSC/N0147": (30, 40, 0, 30),
        "PSC/N0148": (30, 50, 0, 20),
        "PSC/N0149": (30, 50, 0, 20),
        "PSC/N0150": (28, 54, 0, 9),
        "PSC/N0136": (30, 63, 0, 7),
        "PSC/N0138": (30, 49, 14, 7),
        "SGJ/N1702": (13, 26, 0, 0),
    }
    weights = dict(zip(table, (15, 15, 15, 15, 15, 10, 10, 5), strict=True))
    units = [
        explicit_marks(unit, {"PC1": dict(zip(("theory", "practical", "project", "viva"), marks, strict=True))})
        for unit, marks in table.items()
    ]
    return a_scheme(units=units, pass_rule={"aggregate_percent": "70", "unit_weights": weights, **rule})


def scores_by_unit(scheme, marks):
    """Scores that give each unit that many marks, each of its cells the same share of them."""
    return {
        cell: Score(awarded=Fraction(available * marks[unit], scheme.unit_total(unit)), available=available)
        for cell, available in scheme.cells().items()
        for unit in [cell.ref.partition("#")[0]]
    }


def one_unit(available, rule):
    """A scheme of one theory cell of so many marks."""
    unit = explicit_marks("ASC/N1", {"PC1": {"theory": available}})
    return a_scheme(a_pack([a_unit("ASC/N1", criteria=1)]), units=[unit], pass_rule=rule)


def scored(scheme, awarded):
    (cell,) = scheme.cells()
    return {cell: Score(awarded=Fraction(awarded), available=scheme.cells()[cell])}


def test_the_same_marks_fail_when_added_and_pass_when_weighed():
    awarded = dict(zip([unit.unit for unit in jal_mitra().units], (74, 74, 74, 74, 67, 62, 60, 21), strict=True))
    added = jal_mitra(aggregation="raw_sum")
    weighed = jal_mitra(aggregation="unit_weights")
    fail = decide_result(added, "c", scores_by_unit(added, awarded))
    success = decide_result(weighed, "c", scores_by_unit(weighed, awarded))
    assert added.total() == 730
    assert fail.outcome is Outcome.NOT_YET_COMPETENT
    assert success.outcome is Outcome.COMPETENT
    for result in (fail, success):
        assert result.raw_percent == Fraction(506 * 100, 730)
        shown = result_json(result)
        assert (shown["raw_percent"]["display"], shown["weighted_percent"]["display"]) == ("69.31", "70.33")
    assert str(fail.conditions[0].words) == "All marks: 506 of 730 is 69.31 %, needs 70 %"
    assert str(success.conditions[0].words) == "All units, each counted by its weight: 70.33 %, needs 70 %"


def naive_decision(scheme, scores):
    """The rule again, in whole numbers only and in another order: lists of (part, whole, line)."""
    rule = scheme.pass_rule

    def line(text):
        figure = Fraction(text)
        return figure.numerator, figure.denominator

    def reached(cells, text):
        top, bottom = line(text)
        common = 1
        for cell in cells:
            common *= scores[cell].awarded.denominator
        got = sum(scores[cell].awarded.numerator * (common // scores[cell].awarded.denominator) for cell in cells)
        out_of = sum(scores[cell].available for cell in cells)
        return got * 100 * bottom >= top * out_of * common

    groups = {}
    for cell in scores:
        groups.setdefault(cell[0].split("#")[0], []).append(cell)
    if rule.aggregation == "raw_sum":
        verdicts = [reached(list(scores), rule.aggregate_percent)]
    else:
        left = Fraction(0)
        for unit, cells in groups.items():
            got, out_of = Fraction(0), 0
            for cell in cells:
                got, out_of = got + scores[cell].awarded, out_of + scores[cell].available
            left += rule.unit_weights[unit] * got / out_of
        verdicts = [left * 100 >= Fraction(rule.aggregate_percent) * sum(rule.unit_weights.values())]
    if rule.unit_min_percent is not None:
        verdicts += [reached(cells, rule.unit_min_percent) for cells in groups.values()]
    for component, text in rule.component_min_percent.items():
        verdicts.append(reached([cell for cell in scores if cell[1] == component], text))
    return verdicts


@law
@given(scored_schemes())
def test_a_second_implementation_agrees(case):
    scheme, scores = case
    result = decide_result(scheme, "c", scores)
    verdicts = naive_decision(scheme, scores)
    assert sorted(condition.met for condition in result.conditions) == sorted(verdicts)
    assert (result.outcome is Outcome.COMPETENT) == all(verdicts)


@law
@given(scored_schemes())
def test_every_condition_of_the_rule_is_told_met_or_not(case):
    scheme, scores = case
    rule = scheme.pass_rule
    expected = ["aggregate"]
    if rule.unit_min_percent is not None:
        expected += [f"unit:{unit.unit}" for unit in scheme.units]
    expected += [f"component:{component}" for component in Component if component in rule.component_min_percent]
    result = decide_result(scheme, "c", scores)
    assert [condition.name for condition in result.conditions] == expected
    assert len(result.reasons) == len(expected)
    for condition in result.conditions:
        assert condition.met == (condition.figure >= condition.needed)


@law
@given(scored_schemes(), st.data())
def test_more_marks_never_turn_competent_into_not_yet(case, data):
    scheme, scores = case
    cell = data.draw(st.sampled_from(sorted(scores)))
    better = {**scores, cell: Score(awarded=Fraction(scores[cell].available), available=scores[cell].available)}
    before, after = decide_result(scheme, "c", scores), decide_result(scheme, "c", better)
    assert after.raw_percent >= before.raw_percent
    assert after.outcome is Outcome.COMPETENT or before.outcome is Outcome.NOT_YET_COMPETENT
    assert all(old.met <= new.met for old, new in zip(before.conditions, after.conditions, strict=True))


@law
@given(scored_schemes(), st.randoms(use_true_random=False))
def test_the_order_of_scores_changes_nothing(case, chance):
    scheme, scores = case
    entries = list(scores.items())
    chance.shuffle(entries)
    assert json.dumps(result_json(decide_result(scheme, "c", dict(entries)))) == json.dumps(
        result_json(decide_result(scheme, "c", scores))
    )


@law
@given(scored_schemes())
def test_sums_are_kept(case):
    scheme, scores = case
    result = decide_result(scheme, "c", scores)
    awarded = sum(score.awarded for score in scores.values())
    for parts in (result.unit_scores, result.component_scores, result.cell_scores):
        assert sum(score.awarded for score in parts.values()) == awarded
        assert sum(score.available for score in parts.values()) == scheme.total()
    assert result.raw_percent == awarded * 100 / scheme.total()
    assert 0 <= result.raw_percent <= 100


@law
@given(scored_schemes())
def test_what_is_shown_never_contradicts_what_was_decided(case):
    scheme, scores = case
    for condition in decide_result(scheme, "c", scores).conditions:
        facts = condition.words.facts
        assert (Fraction(facts["figure"]) >= Fraction(facts["needed"])) == condition.met


@pytest.mark.parametrize("needed", ["70", "50", "66.67", "69.995", "200/3", "100/7"])
@pytest.mark.parametrize("available", [3, 7, 30, 39, 91, 100, 300])
def test_the_line_is_held_exactly(needed, available):
    scheme = one_unit(available, {"aggregate_percent": needed})
    for awarded in range(available + 1):
        result = decide_result(scheme, "c", scored(scheme, awarded))
        passes = Fraction(100 * awarded, available) >= Fraction(needed)
        facts = result.conditions[0].words.facts
        assert (
            (result.outcome is Outcome.COMPETENT) == passes == (Fraction(facts["figure"]) >= Fraction(facts["needed"]))
        )


@pytest.mark.parametrize(("second", "outcome"), [("55", "competent"), ("54999/1000", "not_yet_competent")])
def test_the_line_is_held_exactly_for_weighed_units(second, outcome):
    rule = {"aggregate_percent": "70", "aggregation": "unit_weights", "unit_weights": {"ASC/N1": 60, "ASC/N2": 40}}
    units = [explicit_marks(code, {"PC1": {"theory": 100}}) for code in ("ASC/N1", "ASC/N2")]
    scheme = a_scheme(units=units, pass_rule=rule)
    awarded = zip(scheme.cells(), ("80", second), strict=True)
    scores = {cell: Score(awarded=Fraction(got), available=100) for cell, got in awarded}
    assert decide_result(scheme, "c", scores).outcome == outcome


def test_exactly_the_line_passes_and_a_hair_below_does_not():
    scheme = one_unit(100, {"aggregate_percent": "70"})
    assert decide_result(scheme, "c", scored(scheme, 70)).outcome is Outcome.COMPETENT
    below = decide_result(scheme, "c", scored(scheme, Fraction(70) - Fraction(1, 10**9)))
    assert below.outcome is Outcome.NOT_YET_COMPETENT
    assert str(below.reasons[0]) == "All marks: 69.99 of 100 is 69.99 %, needs 70 %"


def test_three_components_that_meet_the_line_pass():
    marks = {"PC1": {"theory": 30, "practical": 30, "viva": 30}}
    scheme = a_scheme(units=[explicit_marks("ASC/N1", marks)])
    awarded = dict(zip(scheme.cells(), (11, 22, 30), strict=True))
    scores = {cell: Score(awarded=Fraction(got), available=30) for cell, got in awarded.items()}
    assert decide_result(scheme, "c", scores).outcome is Outcome.COMPETENT


def test_a_floor_fails_what_the_aggregate_would_pass():
    rule = {"aggregate_percent": "60", "unit_min_percent": "50"}
    units = [
        explicit_marks("ASC/N9001", {"PC1": {"theory": 100}}),
        explicit_marks("ASC/N9002", {"PC1": {"theory": 100}}),
    ]
    scheme = a_scheme(units=units, pass_rule=rule)
    scores = {
        cell: Score(awarded=Fraction(got), available=100) for cell, got in zip(scheme.cells(), (100, 49), strict=True)
    }
    result = decide_result(scheme, "c", scores)
    assert result.outcome is Outcome.NOT_YET_COMPETENT
    assert [(condition.name, condition.met) for condition in result.conditions] == [
        ("aggregate", True),
        ("unit:ASC/N9001", True),
        ("unit:ASC/N9002", False),
    ]
    assert str(result.conditions[2].words) == "Unit ASC/N9002: 49 of 100 is 49 %, needs 50 %"


def test_a_component_floor_is_told_by_its_name():
    scheme = one_unit(10, {"aggregate_percent": "0", "component_min_percent": {"theory": "50"}})
    result = decide_result(scheme, "c", scored(scheme, 4))
    assert result.outcome is Outcome.NOT_YET_COMPETENT
    assert str(result.conditions[1].words) == "Component theory: 4 of 10 is 40 %, needs 50 %"


@pytest.mark.parametrize("status", ["absent", "dropped_out", "disqualified", "withheld"])
def test_a_status_settles_the_outcome_whatever_the_scores(status):
    scheme = a_scheme()
    result = decide_result(scheme, "c", some_scores(scheme), status=Outcome(status))
    assert result.outcome == status
    assert result.raw_percent == 100
    assert result.conditions[0].met
    assert len(result.reasons) == 2


def test_an_absent_candidate_needs_no_scores():
    result = decide_result(a_scheme(), "c", {}, status=Outcome.ABSENT)
    assert (result.raw_percent, result.conditions) == (0, ())
    assert [str(reason) for reason in result.reasons] == ["The candidate was absent."]
    assert result_from_json(result_json(result)) == result


@pytest.mark.parametrize("status", [Outcome.COMPETENT, Outcome.NOT_YET_COMPETENT])
def test_marks_alone_decide_competence(status):
    with pytest.raises(ValueError, match="decided by the marks"):
        decide_result(a_scheme(), "c", some_scores(a_scheme()), status=status)


def test_nothing_is_decided_while_scores_are_missing():
    scheme = a_scheme()
    scores = some_scores(scheme)
    del scores["ASC/N9001#PC2", THEORY]
    del scores["ASC/N9002#PC1", Component.PRACTICAL]
    with pytest.raises(ScoresMissing) as refusal:
        decide_result(scheme, "c", scores)
    assert refusal.value.refs == ("ASC/N9001#PC2 (theory)", "ASC/N9002#PC1 (practical)")


def test_scores_the_scheme_has_no_marks_for_are_refused():
    scheme = a_scheme()
    strange = {("ASC/N9001#PC9", THEORY): Score(awarded=Fraction(1), available=1)}
    changed = {("ASC/N9001#PC1", THEORY): Score(awarded=Fraction(1), available=99)}
    with pytest.raises(ScoresUnknown) as refusal:
        decide_result(scheme, "c", {**some_scores(scheme), **strange, **changed})
    assert refusal.value.refs == ("ASC/N9001#PC1 (theory)", "ASC/N9001#PC9 (theory)")


def test_nobody_is_decided_without_known_marks():
    with pytest.raises(SchemeFaulty, match="no marks to decide by"):
        decide_result(a_scheme(marks_status="missing"), "c", some_scores(a_scheme()))


@pytest.mark.parametrize(
    ("faulty", "fault"),
    [
        ({"units": []}, "no unit has any marks"),
        ({"units": [explicit_marks("ASC/N1", {"PC1": {}})]}, "ASC/N1 has no marks at all"),
        ({"pass_rule": {"aggregate_percent": "70", "unit_weights": {"ASC/N9001": 100}}}, "ASC/N9002 has no weight"),
        ({"pass_rule": {"aggregate_percent": "70", "component_min_percent": {"viva": "50"}}}, "no criterion has marks"),
    ],
)
def test_a_rule_that_fits_nothing_decides_nothing(faulty, fault):
    with pytest.raises(SchemeFaulty, match=fault):
        decide_result(a_scheme(**faulty), "c", {})


@pytest.mark.parametrize(("marks_status", "specimen"), [("official", False), ("sample", True)])
def test_only_official_marks_make_more_than_a_specimen(marks_status, specimen):
    scheme = a_scheme(marks_status=marks_status)
    assert decide_result(scheme, "c", some_scores(scheme)).specimen is specimen


@law
@given(scored_schemes())
def test_a_result_survives_as_json_exactly(case):
    result = decide_result(*[case[0], "candidate é", case[1]])
    assert result_from_json(json.loads(json.dumps(result_json(result)))) == result


def test_the_json_of_a_result():
    scheme = one_unit(3, {"aggregate_percent": "66.67"})
    value = result_json(decide_result(scheme, "c-1", scored(scheme, 2)))
    assert len(value.pop("inputs_hash")) == 64
    assert value == {
        "candidate": "c-1",
        "outcome": "not_yet_competent",
        "raw_percent": {"exact": "200/3", "display": "66.66"},
        "weighted_percent": None,
        "units": [{"unit": "ASC/N1", "awarded": "2", "available": 3}],
        "components": [{"component": "theory", "awarded": "2", "available": 3}],
        "cells": [{"ref": "ASC/N1#PC1", "component": "theory", "awarded": "2", "available": 3}],
        "conditions": [
            {
                "name": "aggregate",
                "figure": {"exact": "200/3", "display": "66.66"},
                "needed": {"exact": "6667/100", "display": "66.67"},
                "met": False,
                "words": {
                    "template": "All marks: %(awarded)s of %(available)s is %(figure)s %%, needs %(needed)s %%",
                    "facts": {"name": "", "awarded": "2", "available": "3", "figure": "66.66", "needed": "66.67"},
                },
            }
        ],
        "scheme": {"code": "ASC/Q9000-S", "version": "1.0"},
        "specimen": True,
    }


def test_the_inputs_hash_covers_scheme_scores_and_status_and_nothing_else():
    scheme = one_unit(10, {"aggregate_percent": "70"})
    other_rule = one_unit(10, {"aggregate_percent": "71"})
    first = decide_result(scheme, "c", scored(scheme, 7)).inputs_hash
    assert decide_result(scheme, "someone else", scored(scheme, 7)).inputs_hash == first
    others = [
        decide_result(other_rule, "c", scored(other_rule, 7)).inputs_hash,
        decide_result(scheme, "c", scored(scheme, 8)).inputs_hash,
        decide_result(scheme, "c", scored(scheme, 7), status=Outcome.WITHHELD).inputs_hash,
    ]
    assert len({first, *others}) == 4
