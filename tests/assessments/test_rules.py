"""The rules that packs and training schemes print, each decided to the letter: goldens, lines and laws."""

from fractions import Fraction

import pytest

from assessments.decisions import CarriedUnit, Outcome, decide_result, result_from_json, result_json
from assessments.errors import CarriedUnlikeScheme, ChoiceUnlikeScheme, ScoresUnknown
from assessments.model import Cell, Component
from assessments.retakes import kept_units
from assessments.scoring import Score
from tests.assessments.rule_schemes import awarded, hundreds, outcome, whole_units
from tests.builders import a_scheme

THEORY, PRACTICAL = Component.THEORY, Component.PRACTICAL
JAL_MITRA = {  # PSC/Q0117 version 1.0: printed marks by component, and the weight
    "PSC/N0146": ({"theory": 30, "practical": 40, "viva": 30}, 15),
    "PSC/N0147": ({"theory": 30, "practical": 40, "viva": 30}, 15),
    "PSC/N0148": ({"theory": 30, "practical": 50, "viva": 20}, 15),
    "PSC/N0149": ({"theory": 30, "practical": 50, "viva": 20}, 15),
    "PSC/N0150": ({"theory": 28, "practical": 54, "viva": 9}, 15),
    "PSC/N0136": ({"theory": 30, "practical": 63, "viva": 7}, 10),
    "PSC/N0138": ({"theory": 30, "practical": 49, "project": 14, "viva": 7}, 10),
    "SGJ/N1702": ({"theory": 13, "practical": 26}, 5),
}


def names(result):
    return [condition.name for condition in result.conditions]


@pytest.mark.parametrize(("aggregation", "verdict"), [("raw_sum", "not_yet_competent"), ("unit_weights", "competent")])
def test_jal_mitra_fails_by_the_sum_and_passes_by_weight(aggregation, verdict):
    rule = {
        "aggregate_percent": "70",
        "aggregation": aggregation,
        "unit_weights": {code: weight for code, (_, weight) in JAL_MITRA.items()},
    }
    scheme = whole_units({code: split for code, (split, _) in JAL_MITRA.items()}, pass_rule=rule)
    marks = dict(zip(JAL_MITRA, (74, 74, 74, 74, 67, 62, 60, 21), strict=True))
    result = decide_result(scheme, "c", awarded(scheme, marks))
    assert scheme.total() == 730
    assert result.outcome == verdict
    shown = result_json(result)
    assert (shown["raw_percent"]["display"], shown["weighted_percent"]["display"]) == ("69.31", "70.33")
    assert result.deciding_percent == (result.raw_percent if aggregation == "raw_sum" else result.weighted_percent)


def core_and_other(core, other, percent):
    """Bihar's rule for recognition of prior learning: core units 70 %, the others 30 %."""
    groups = [
        {"title": "Core", "weight": 70, "units": ["ASC/N1"]},
        {"title": "Other", "weight": 30, "units": ["ASC/N2"]},
    ]
    rule = {"aggregate_percent": percent, "aggregation": "group_weights", "unit_groups": groups}
    return whole_units({"ASC/N1": {"theory": core}, "ASC/N2": {"theory": other}}, pass_rule=rule)


def test_core_units_of_70_and_others_of_30_per_cent_on_the_line_pass():
    scheme = core_and_other(300, 200, "70")
    result = decide_result(scheme, "c", awarded(scheme, {"ASC/N1": 291, "ASC/N2": 14}))
    assert (result.weighted_percent, result.raw_percent) == (70, 61)
    assert result.outcome is Outcome.COMPETENT
    assert str(result.conditions[0].words) == "All groups of units, each counted by its weight: 70 %, needs 70 %"
    assert outcome(scheme, {"ASC/N1": 291, "ASC/N2": Fraction(1399, 100)}) == "not_yet_competent"


def test_the_worked_example_of_core_and_other_units_comes_to_80():
    scheme = core_and_other(300, 200, "70")
    assert decide_result(scheme, "c", awarded(scheme, {"ASC/N1": 240, "ASC/N2": 160})).weighted_percent == 80


def test_sixty_in_all_and_fifty_in_each_unit_keeps_the_units_from_sixty_upwards():
    """PSC/Q0302: 60 % in aggregate and 50 % in a NOS; a NOS with 60 % need not be taken again."""
    policy = {**a_scheme().reassessment.model_dump(), "scope": "units_below", "exempt_percent": "60"}
    scheme = hundreds(3, pass_rule={"aggregate_percent": "60", "unit_min_percent": "50"}, reassessment=policy)
    assert outcome(scheme, {"ASC/N1": 80, "ASC/N2": 50, "ASC/N3": 50}) == "competent"
    assert outcome(scheme, {"ASC/N1": 100, "ASC/N2": 100, "ASC/N3": 49}) == "not_yet_competent"
    first = decide_result(scheme, "c", awarded(scheme, {"ASC/N1": 60, "ASC/N2": 59, "ASC/N3": 50}))
    assert first.outcome is Outcome.NOT_YET_COMPETENT
    kept = kept_units(scheme, first)
    assert {unit: one.source for unit, one in kept.items()} == {"ASC/N1": first.inputs_hash}
    new = {
        cell: score
        for cell, score in awarded(scheme, dict.fromkeys(kept_all(scheme), 60)).items()
        if "N1" not in cell.ref
    }
    again = decide_result(scheme, "c", new, carried=kept)
    assert again.outcome is Outcome.COMPETENT
    assert again.unit_scores["ASC/N1"].awarded == 60
    assert again.carried == {"ASC/N1": first.inputs_hash}
    assert result_from_json(result_json(again)) == again
    assert again.inputs_hash != decide_result(scheme, "c", {**new, **kept["ASC/N1"].scores}).inputs_hash
    later = decide_result(scheme, "c", {cell: zero(score) for cell, score in new.items()}, carried=kept)
    assert kept_units(scheme, later)["ASC/N1"].source == first.inputs_hash


def kept_all(scheme):
    return [unit.unit for unit in scheme.units]


def zero(score):
    return Score(awarded=Fraction(), available=score.available)


def test_seventy_in_every_unit_needs_no_total_and_keeps_what_was_passed():
    """MES/Q0507: 70 % in every NOS; NOS already passed are kept."""
    policy = {**a_scheme().reassessment.model_dump(), "scope": "units"}
    scheme = hundreds(2, pass_rule={"unit_min_percent": "70"}, reassessment=policy)
    result = decide_result(scheme, "c", awarded(scheme, {"ASC/N1": 100, "ASC/N2": 69}))
    assert names(result) == ["unit:ASC/N1", "unit:ASC/N2"]
    assert result.outcome is Outcome.NOT_YET_COMPETENT
    assert result.deciding_percent == result.raw_percent == Fraction(169, 2)
    assert list(kept_units(scheme, result)) == ["ASC/N1"]


def test_nothing_is_kept_of_the_whole_pack_nor_of_who_was_not_there():
    scheme = hundreds(2)
    assert kept_units(scheme, decide_result(scheme, "c", awarded(scheme, {"ASC/N1": 100, "ASC/N2": 0}))) == {}
    policy = {**a_scheme().reassessment.model_dump(), "scope": "units"}
    some = hundreds(2, reassessment=policy)
    marks = awarded(some, {"ASC/N1": 100, "ASC/N2": 0})
    assert list(kept_units(some, decide_result(some, "c", marks))) == ["ASC/N1"]
    assert kept_units(some, decide_result(some, "c", marks, status=Outcome.DISQUALIFIED)) == {}


def test_a_carried_unit_is_not_scored_again_and_brings_only_its_own_marks():
    scheme = hundreds(2)
    scores = awarded(scheme, {"ASC/N1": 80, "ASC/N2": 80})
    of_first = {cell: score for cell, score in scores.items() if cell.ref == "ASC/N1"}
    with pytest.raises(CarriedUnlikeScheme, match="ASC/N1"):
        decide_result(scheme, "c", scores, carried={"ASC/N1": CarriedUnit(scores=of_first, source="h")})
    with pytest.raises(CarriedUnlikeScheme, match="ASC/N2"):
        decide_result(scheme, "c", {}, carried={"ASC/N1": CarriedUnit(scores=scores, source="h")})


@pytest.mark.parametrize(
    ("level", "needed"),
    [("1", "50"), ("3", "50"), ("3.5", "50"), ("4", "70"), ("4.5", "70"), ("5", "70"), ("10", "70")],
)
def test_the_line_goes_by_the_level(level, needed):
    """PMKVY 2.0: 50 % for levels 1 to 3, 70 % from level 4."""
    scheme = hundreds(1, nsqf_level=level, pass_rule={"level_percents": {"1": "50", "4": "70"}})
    assert scheme.aggregate_needed == needed
    assert outcome(scheme, {"ASC/N1": Fraction(needed)}) == "competent"
    assert outcome(scheme, {"ASC/N1": Fraction(needed) - Fraction(1, 1000)}) == "not_yet_competent"


def test_seventy_in_all_and_fifty_in_each_unit():
    """The assessment protocol of IPSC/WMPSC."""
    scheme = hundreds(2, pass_rule={"aggregate_percent": "70", "unit_min_percent": "50"})
    assert outcome(scheme, {"ASC/N1": 90, "ASC/N2": 50}) == "competent"
    assert outcome(scheme, {"ASC/N1": 100, "ASC/N2": 49}) == "not_yet_competent"
    assert outcome(scheme, {"ASC/N1": 89, "ASC/N2": 50}) == "not_yet_competent"


def test_fifty_in_each_component_and_fifty_in_all():
    """NIELIT's NSQF courses."""
    rule = {"aggregate_percent": "50", "component_min_percent": {"theory": "50", "practical": "50"}}
    scheme = whole_units({"ASC/N1": {"theory": 100, "practical": 60}}, pass_rule=rule)

    def of(theory, practical):
        cells = zip(scheme.cells(), (theory, practical), strict=True)
        scores = {cell: Score(awarded=Fraction(got), available=scheme.cells()[cell]) for cell, got in cells}
        return decide_result(scheme, "c", scores).outcome

    assert of(50, 30) is Outcome.COMPETENT
    assert of(100, 29) is Outcome.NOT_YET_COMPETENT
    assert of(49, 60) is Outcome.NOT_YET_COMPETENT


def test_a_component_within_a_unit_has_a_line_of_its_own():
    rule = {
        "aggregate_percent": "0",
        "unit_component_min_percent": {"theory": "40"},
        "unit_component_min_percent_of": {"ASC/N2": {"theory": "60", "practical": "50"}},
    }
    both = {"theory": 10, "practical": 20}
    scheme = whole_units({"ASC/N1": both, "ASC/N2": both, "ASC/N3": {"practical": 5}}, pass_rule=rule)
    result = decide_result(scheme, "c", awarded(scheme, {"ASC/N1": 12, "ASC/N2": 15, "ASC/N3": 0}))
    assert [(one.name, one.met) for one in result.conditions[1:]] == [
        ("unit_component:ASC/N1/theory", True),
        ("unit_component:ASC/N2/theory", False),
        ("unit_component:ASC/N2/practical", True),
    ]
    words = "Component theory of unit ASC/N2: 5 of 10 is 50 %, needs 60 %"
    assert str(result.conditions[2].words) == words


def test_a_single_unit_may_have_another_line():
    scheme = hundreds(2, pass_rule={"unit_min_percent": "50", "unit_min_percent_of": {"ASC/N2": "80"}})
    assert outcome(scheme, {"ASC/N1": 50, "ASC/N2": 80}) == "competent"
    assert outcome(scheme, {"ASC/N1": 100, "ASC/N2": 79}) == "not_yet_competent"


def test_a_critical_criterion_must_reach_a_share_of_its_own_marks():
    lines = [
        {"criterion": "PC1", "marks": {"theory": 4, "practical": 4}},
        {"criterion": "PC2", "marks": {"theory": 92}},
    ]
    rule = {"aggregate_percent": "70", "critical_min_percent": {"ASC/N1#PC1": "50"}}
    scheme = a_scheme(units=[{"unit": "ASC/N1", "criteria": lines}], pass_rule=rule)
    full = awarded(scheme, {"ASC/N1": 100})
    weak = {**full, Cell("ASC/N1#PC1", THEORY): Score(awarded=Fraction(0), available=4)}
    assert decide_result(scheme, "c", weak).outcome is Outcome.COMPETENT
    weaker = {**weak, Cell("ASC/N1#PC1", PRACTICAL): Score(awarded=Fraction(3), available=4)}
    result = decide_result(scheme, "c", weaker)
    assert result.outcome is Outcome.NOT_YET_COMPETENT
    assert str(result.conditions[1].words) == "Critical, ASC/N1#PC1: 3 of 8 is 37.50 %, needs 50 %"


def test_attendance_is_a_line_where_it_is_known():
    scheme = hundreds(1, attendance_min_percent="70")
    assert outcome(scheme, {"ASC/N1": 70}) == "competent"
    assert outcome(scheme, {"ASC/N1": 70}, attendance=Fraction(70)) == "competent"
    assert outcome(scheme, {"ASC/N1": 70}, attendance=Fraction(6999, 100)) == "not_yet_competent"
    result = decide_result(scheme, "c", awarded(scheme, {"ASC/N1": 70}), attendance=Fraction(139, 2))
    assert str(result.conditions[-1].words) == "Attendance: 69.50 %, needs 70 %"


def with_choices(**rule):
    """One compulsory unit, one of two electives, one option."""
    electives = [{"title": "Trades", "choose": {"min": 1, "max": 1}, "units": ["ASC/N2", "ASC/N3"]}]
    rule = {"aggregate_percent": "70", **rule}
    return hundreds(4, electives=electives, options=["ASC/N4"], pass_rule=rule)


def of_units(scheme, marks):
    """Scores of the units named, and of no others."""
    every = {unit.unit: marks.get(unit.unit, 0) for unit in scheme.units}
    return {cell: score for cell, score in awarded(scheme, every).items() if cell.ref in marks}


def test_only_the_chosen_electives_count():
    """MES/Q0701 Animator: "assessed for only one NOS out of the three", which share one weight."""
    weights = {"ASC/N1": 55, "ASC/N2": 45, "ASC/N3": 45}
    scheme = with_choices(aggregation="unit_weights", unit_weights=weights)
    result = decide_result(scheme, "c", of_units(scheme, {"ASC/N1": 60, "ASC/N3": 90}), chosen={"ASC/N3"})
    assert result.weighted_percent == Fraction(55 * 60 + 45 * 90, 100)
    assert list(result.unit_scores) == ["ASC/N1", "ASC/N3"]
    with pytest.raises(ScoresUnknown):
        decide_result(scheme, "c", of_units(scheme, {"ASC/N1": 60, "ASC/N2": 1, "ASC/N3": 90}), chosen={"ASC/N3"})


@pytest.mark.parametrize(
    ("chosen", "fault"),
    [
        ((), "1 to 1 are chosen, not 0"),
        (("ASC/N2", "ASC/N3"), "not 2"),
        (("ASC/N2", "ASC/N1"), "ASC/N1 is neither an elective nor an option"),
    ],
)
def test_a_choice_is_checked_against_its_group(chosen, fault):
    with pytest.raises(ChoiceUnlikeScheme, match=fault):
        decide_result(with_choices(), "c", {}, chosen=chosen)


def test_an_option_is_decided_by_itself_and_changes_nothing_else():
    scheme = with_choices(option_min_percent="60")
    marks = {"ASC/N1": 70, "ASC/N2": 70}
    without = decide_result(scheme, "c", of_units(scheme, marks), chosen={"ASC/N2"})
    failed = decide_result(scheme, "c", of_units(scheme, {**marks, "ASC/N4": 59}), chosen={"ASC/N2", "ASC/N4"})
    passed = decide_result(scheme, "c", of_units(scheme, {**marks, "ASC/N4": 60}), chosen={"ASC/N2", "ASC/N4"})
    for result in (without, failed, passed):
        assert (result.outcome, result.raw_percent) == (Outcome.COMPETENT, 70)
        assert names(result) == ["aggregate"]
        assert result_from_json(result_json(result)) == result
    assert [[one.met for one in result.options] for result in (without, failed, passed)] == [[], [False], [True]]
    words = "Option ASC/N4, decided by itself: 59 of 100 is 59 %, needs 60 %"
    assert str(failed.options[0].words) == words


def test_grades_are_for_competent_candidates_and_none_by_default():
    bands = [{"grade": "B", "from_percent": "70"}, {"grade": "A", "from_percent": "85"}]
    scheme = hundreds(1, pass_rule={"aggregate_percent": "60", "grades": bands})
    grades = {got: decide_result(scheme, "c", awarded(scheme, {"ASC/N1": got})).grade for got in (59, 60, 70, 84, 85)}
    assert grades == {59: None, 60: None, 70: "B", 84: "B", 85: "A"}
    assert "grade" not in result_json(decide_result(hundreds(1), "c", awarded(hundreds(1), {"ASC/N1": 99})))


def rounding(where, to="1", direction="half_up"):
    return {"aggregate_percent": "70", "rounding": {"where": where, "to": to, "direction": direction}}


def test_a_total_is_rounded_once_on_the_exact_figure_where_a_rule_demands_it():
    scheme = hundreds(1, pass_rule=rounding("total"))
    result = decide_result(scheme, "c", awarded(scheme, {"ASC/N1": Fraction(139, 2)}))
    assert result.outcome is Outcome.COMPETENT
    assert str(result.conditions[0].words) == "All marks: 69.50 of 100 is 69.50 %, rounded to 70 %, needs 70 %"
    # In steps 69.4995 would become 69.5 and then 70.
    assert outcome(scheme, {"ASC/N1": Fraction(694995, 10000)}) == "not_yet_competent"
    assert (
        outcome(hundreds(1, pass_rule=rounding("total", direction="down")), {"ASC/N1": Fraction(699, 10)})
        != "competent"
    )
    assert (
        outcome(hundreds(1, pass_rule=rounding("total", direction="up")), {"ASC/N1": Fraction(691, 10)}) == "competent"
    )


@pytest.mark.parametrize(("got", "counts"), [("60.5", 61), ("70.5", 71), ("69.49", 69)])
def test_a_half_is_rounded_upwards_not_to_the_even_number(got, counts):
    scheme = hundreds(1, pass_rule={**rounding("unit"), "aggregate_percent": "0"})
    result = decide_result(scheme, "c", awarded(scheme, {"ASC/N1": Fraction(got)}))
    assert result.raw_percent == counts
    assert result.unit_scores["ASC/N1"].awarded == Fraction(got)


def test_the_marks_of_units_are_rounded_in_whole_marks_and_never_above_what_there_is():
    rule = {**rounding("unit"), "unit_min_percent": "50"}
    scheme = whole_units({"ASC/N1": {"theory": 79}, "ASC/N2": {"theory": 200}}, mark_unit="1/2", pass_rule=rule)
    result = decide_result(scheme, "c", awarded(scheme, {"ASC/N1": 79, "ASC/N2": 99}))
    assert [condition.figure for condition in result.conditions[1:]] == [100, 50]
    words = "Unit ASC/N2: 99 of 200, rounded to 100, is 50 %, needs 50 %"
    assert str(result.conditions[2].words) == words


def test_a_training_scheme_stands_in_place_of_the_packs_rule_and_both_are_kept():
    override = {"title": "PMKVY 2.0", "pass_rule": {"level_percents": {"1": "50", "4": "70"}}}
    scheme = hundreds(
        1, nsqf_level="3", pass_rule={"aggregate_percent": "60", "unit_min_percent": "40"}, override=override
    )
    result = decide_result(scheme, "c", awarded(scheme, {"ASC/N1": 50}))
    assert (result.outcome, result.override) == (Outcome.COMPETENT, "PMKVY 2.0")
    assert names(result) == ["aggregate", "unit:ASC/N1"]
    assert scheme.pass_rule.aggregate_percent == "60"
    assert result_from_json(result_json(result)) == result


def test_an_override_that_makes_no_rule_is_refused_when_it_is_read():
    with pytest.raises(ValueError, match="unit_weights are needed"):
        hundreds(1, override={"title": "P", "pass_rule": {"aggregation": "unit_weights"}})
