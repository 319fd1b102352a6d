"""Schemes: their shape, their cells, their faults against a pack, and their rule in words."""

from fractions import Fraction

import pytest
from hypothesis import given

from assessments.comparison import rule_changes
from assessments.scheme import (
    AssessmentScheme,
    Cell,
    Component,
    UnitMarks,
    check_scheme,
    deciding_faults,
    reassessment_in_words,
    rule_in_words,
)
from curriculum.documents import canonical_json
from curriculum.model import Element, UnitList
from curriculum.problems import Severity
from tests.builders import a_pack, a_scheme, a_unit, explicit_marks, some_unit_marks
from tests.strategies import law, schemes

THEORY, PRACTICAL = Component.THEORY, Component.PRACTICAL


def messages(scheme, pack):
    return [str(problem) for problem in check_scheme(scheme, pack)]


def test_importance_shares_out_the_units_marks_and_theory_percent_splits_them():
    unit = UnitMarks.model_validate(
        {
            "unit": "ASC/N1",
            "marks": 10,
            "criteria": [
                {"criterion": "PC1", "importance": 3, "theory_percent": 50},
                {"criterion": "PC2", "importance": 1, "theory_percent": 0},
                {"criterion": "PC3", "importance": 1, "theory_percent": 100},
            ],
        }
    )
    assert unit.cells() == {
        ("ASC/N1#PC1", THEORY): 3,
        ("ASC/N1#PC1", PRACTICAL): 3,
        ("ASC/N1#PC2", PRACTICAL): 2,
        ("ASC/N1#PC3", THEORY): 2,
    }


@pytest.mark.parametrize(
    ("marks", "theory_percent", "theory"),
    [(2, 1, 1), (2, 99, 1), (1, 50, 1), (1, 49, 0), (5, 10, 1), (5, 0, 0), (5, 100, 5), (7, 40, 3)],
)
def test_a_criterion_meant_for_both_sides_keeps_a_mark_on_each(marks, theory_percent, theory):
    scheme = a_scheme(
        a_pack([a_unit(criteria=1)]),
        units=[some_unit_marks(a_unit(criteria=1), marks=marks, theory_percent=theory_percent)],
    )
    assert scheme.cells().get(("ASC/N9001#PC1", THEORY), 0) == theory
    assert scheme.total() == marks


def test_explicit_marks_stand_as_printed():
    scheme = a_scheme(units=[explicit_marks("ASC/N1", {"PC1": {"theory": 4, "viva": 4}, "PC2": {"practical": 0}})])
    assert scheme.cells() == {("ASC/N1#PC1", THEORY): 4, ("ASC/N1#PC1", Component.VIVA): 4}
    assert (scheme.theory_refs, scheme.practical_refs) == (("ASC/N1#PC1",), ())
    assert (scheme.unit_total("ASC/N1"), scheme.unit_total("ASC/N2"), scheme.total()) == (8, 0, 8)


@law
@given(schemes())
def test_a_unit_by_importance_carries_exactly_its_marks(scheme):
    for unit in scheme.units:
        if unit.marks is not None:
            assert scheme.unit_total(unit.unit) == unit.marks
    assert scheme.total() == sum(scheme.unit_total(unit.unit) for unit in scheme.units)
    assert all(marks > 0 for marks in scheme.cells().values())


@law
@given(schemes())
def test_a_scheme_survives_as_canonical_json(scheme):
    text = canonical_json(scheme)
    again = AssessmentScheme.model_validate_json(text)
    assert again == scheme
    assert canonical_json(again) == text
    assert again.cells() == scheme.cells()


def test_a_whole_scheme_has_no_faults():
    pack = a_pack()
    assert messages(a_scheme(pack), pack) == []


def test_a_scheme_for_another_pack_is_told():
    assert messages(a_scheme(pack="ASC/Q1", pack_version="2.0"), a_pack()) == [
        "error: pack: is ASC/Q1, the pack is ASC/Q9000",
        "error: pack_version: is 2.0, the pack is at 1.0",
    ]


def test_units_that_lack_marks_or_are_unknown_are_told():
    pack = a_pack()
    one = some_unit_marks(pack.units[0])
    strange = some_unit_marks(a_unit("ASC/N9009"))
    assert messages(a_scheme(pack, units=[one, one, strange]), pack)[:3] == [
        "error: units.1.unit: ASC/N9001 has marks already",
        "error: units.2.unit: ASC/N9009 is not in ASC/Q9000",
        "error: units: ASC/N9002 has no marks",
    ]


def test_criteria_that_lack_marks_or_are_unknown_are_told():
    pack = a_pack([a_unit(criteria=2)])
    lines = some_unit_marks(a_unit(criteria=3)).criteria
    unit = UnitMarks(unit="ASC/N9001", marks=66, criteria=(lines[0], lines[0], lines[2]))
    assert {
        "error: units.0.criteria.2.criterion: PC3 is not in ASC/N9001",
        "error: units.0.criteria: PC1 stands 2 times",
        "error: units.0.criteria: PC2 has no marks",
    } <= set(messages(a_scheme(pack, units=[unit]), pack))


def test_a_printed_total_that_is_not_the_sum_is_kept_and_told():
    pack = a_pack([a_unit(criteria=2)])
    unit = explicit_marks("ASC/N9001", {"PC1": {"theory": 4}, "PC2": {}}, total=5)
    problems = check_scheme(a_scheme(pack, units=[unit]), pack)
    assert [str(problem) for problem in problems] == [
        "warning: units.0.marks: is 5, but the criteria add up to 4; the sum counts",
        "warning: units.0.criteria.1: PC2 carries no marks and is not assessed",
    ]


def test_a_unit_without_any_marks_is_a_fault():
    pack = a_pack([a_unit(criteria=1)])
    told = messages(a_scheme(pack, units=[explicit_marks("ASC/N9001", {"PC1": {}})]), pack)
    assert "error: units.0: ASC/N9001 has no marks at all" in told
    assert "warning: units: no criterion has theory marks, so there is no paper to draw" in told


def test_a_pass_rule_that_cannot_be_met_is_told():
    rule = {
        "aggregate_percent": "70",
        "unit_weights": {"ASC/N9001": 60, "ASC/N9009": 30},
        "component_min_percent": {"viva": "50"},
    }
    assert messages(a_scheme(pass_rule=rule), a_pack()) == [
        "error: pass_rule.unit_weights.ASC/N9009: is not a unit here",
        "error: pass_rule.unit_weights: ASC/N9002 has no weight",
        "error: pass_rule.unit_weights: add up to 90, not 100",
        "error: pass_rule.component_min_percent.viva: no criterion has marks of this component",
    ]


def test_missing_marks_are_a_warning():
    for scheme in (a_scheme(marks_status="missing"), a_scheme(marks_status="missing", units=[])):
        problems = check_scheme(scheme, a_pack())
        assert [problem.severity for problem in problems] == [Severity.WARNING]


def test_the_rule_is_said_condition_by_condition():
    rule = {
        "aggregate_percent": "60",
        "unit_min_percent": "50",
        "component_min_percent": {"practical": "70", "theory": "30"},
    }
    words = [str(message) for message in rule_in_words(a_scheme(pass_rule=rule, mark_unit="1/2"))]
    assert words == [
        "To pass: at least 60 % of all marks.",
        "And at least 50 % in every unit.",
        "And at least 30 % of the theory marks.",
        "And at least 70 % of the practical marks.",
        "Nothing is rounded: a figure just below the line does not pass.",
        "Marks are counted in units of 1/2 mark.",
        "The marks are sample figures, not official: every result is a specimen.",
    ]


def test_weighed_units_are_said():
    rule = {
        "aggregate_percent": "70",
        "aggregation": "unit_weights",
        "unit_weights": {"ASC/N9001": 60, "ASC/N9002": 40},
    }
    words = [str(message) for message in rule_in_words(a_scheme(pass_rule=rule, marks_status="official"))]
    assert words[0] == "To pass: at least 70 % of the units' percentages, each counted by its weight."
    assert not any("sample" in line for line in words)


def test_a_cell_is_a_pair():
    assert Cell("ASC/N1#PC1", THEORY) == ("ASC/N1#PC1", "theory")
    assert Fraction(a_scheme().pass_rule.aggregate_percent) == 70


def a_mixed_unit(**given):
    """Marks of a unit with two elements: practical for the whole, theory for each criterion."""
    return {"unit": "ASC/N9001", "whole": {"marks": {"practical": 50}}, **given}


def two_elements():
    """A unit of two elements with two criteria each, in a pack of its own."""
    lines = a_unit(criteria=4).criteria
    elements = (Element(title="First", criteria=lines[:2]), Element(title="Second", criteria=lines[2:]))
    return a_pack([a_unit(elements=elements)])


def test_criteria_need_no_marks_of_their_own_where_their_unit_or_element_carries_them():
    pack = two_elements()
    assert messages(a_scheme(pack, units=[a_mixed_unit()]), pack) == [
        "warning: units: no criterion has theory marks, so there is no paper to draw"
    ]
    elements = [{"element": 1, "marks": {"theory": 5}}, {"element": 2, "marks": {"theory": 5}}]
    assert messages(a_scheme(pack, units=[{"unit": "ASC/N9001", "elements": elements}]), pack) == []
    assert messages(a_scheme(pack, units=[{"unit": "ASC/N9001", "elements": elements[:1]}]), pack) == [
        "error: units.0.criteria: PC3 has no marks",
        "error: units.0.criteria: PC4 has no marks",
    ]


def test_an_element_and_its_criteria_do_not_carry_the_same_component():
    pack = two_elements()
    unit = {
        "unit": "ASC/N9001",
        "elements": [{"element": 1, "marks": {"theory": 5}}, {"element": 3, "marks": {"viva": 5}}],
        "criteria": [{"criterion": f"PC{n}", "marks": {"theory": 1}} for n in range(1, 5)],
    }
    assert messages(a_scheme(pack, units=[unit]), pack) == [
        "error: units.0.elements.0: carries theory marks as a whole; ASC/N9001#PC1 cannot carry them too",
        "error: units.0.elements.0: carries theory marks as a whole; ASC/N9001#PC2 cannot carry them too",
        "error: units.0.elements.1.element: ASC/N9001 has 2 elements",
    ]


def test_a_criterion_that_reads_like_an_element_is_told():
    unit = {
        "unit": "ASC/N9001",
        "elements": [{"element": 1, "marks": {"theory": 5}}],
        "criteria": [{"criterion": "E1", "marks": {"viva": 1}}],
    }
    assert any("cannot be told from an element" in str(fault) for fault in deciding_faults(a_scheme(units=[unit])))


def test_items_on_a_paper_are_counted_for_each_node_with_theory_marks():
    unit = {
        "unit": "ASC/N9001",
        "whole": {"marks": {"viva": 5}, "theory_items": 9},
        "elements": [{"element": 2, "marks": {"theory": 5}, "theory_items": 3}],
        "criteria": [{"criterion": "PC1", "marks": {"theory": 1}, "theory_items": 2}],
    }
    scheme = a_scheme(units=[unit])
    assert scheme.theory_items == {"ASC/N9001#E2": 3, "ASC/N9001#PC1": 2}
    assert list(scheme.cells()) == [
        ("ASC/N9001", "viva"),
        ("ASC/N9001#E2", "theory"),
        ("ASC/N9001#PC1", "theory"),
    ]


def test_electives_options_and_level_are_the_packs_own():
    units = UnitList(
        compulsory=("ASC/N9001",),
        electives=({"title": "E", "choose": {"min": 1, "max": 1}, "units": ("ASC/N9002",)},),
    )
    whole = a_pack()
    pack = whole.model_copy(update={"pack": whole.pack.model_copy(update={"units": units})})
    plain = a_scheme(pack)
    told = "warning: electives: the pack has electives; the scheme names none, so all of them are assessed"
    assert told in messages(plain, pack)
    same = [{"title": "Any title", "choose": {"min": 1, "max": 1}, "units": ["ASC/N9002"]}]
    assert messages(a_scheme(pack, electives=same, nsqf_level="4"), pack) == []
    other = a_scheme(pack, electives=[], options=["ASC/N9002"], nsqf_level="5")
    assert [line for line in messages(other, pack) if "units" not in line.split(":")[1]] == [
        "error: nsqf_level: is 5, the pack is at level 4",
        "error: electives: are other than the pack's; name the same units, and as many to choose, as ASC/Q9000",
        "error: options: are other than the pack's; name the same units, and as many to choose, as ASC/Q9000",
    ]


def test_units_are_kept_at_the_aggregates_line_where_they_have_none():
    policy = {**a_scheme().reassessment.model_dump(), "scope": "units"}
    own = a_scheme(reassessment=policy, pass_rule={"unit_min_percent": "70"})
    (told,) = set(messages(a_scheme(reassessment=policy), a_pack())) - set(messages(own, a_pack()))
    assert told.startswith("warning: reassessment.scope: no unit has a line of its own")


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"scope": "units_below"}, "exempt_percent goes with the scope units_below"),
        ({"scope": "pack", "exempt_percent": "60"}, "exempt_percent goes with the scope units_below"),
        ({"cooling_off_days": 91}, "cooling_off_days leave no day to hold it"),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(given, fault):
    with pytest.raises(ValueError, match=fault):
        a_scheme(reassessment={**a_scheme().reassessment.model_dump(), **given})


def test_reassessment_is_said_in_words():
    given = {"scope": "units_below", "exempt_percent": "60", "cooling_off_days": 7, "absent_may": False}
    policy = a_scheme(reassessment={**a_scheme().reassessment.model_dump(), **given}).reassessment
    assert [str(words) for words in reassessment_in_words(policy)] == [
        "Units with less than 60 % are assessed again; those with at least as much keep their marks.",
        "At most 2 attempts, the first included.",
        "To be asked for within 15 days of the released result, and held within 90 days.",
        "At least 7 days must have passed since the result was released.",
        "Who was absent may not ask for it.",
        "Who dropped out may not ask for it.",
    ]


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ({}, "nothing is needed to pass"),
        ({"aggregate_percent": "70", "level_percents": {"4": "70"}}, "give aggregate_percent or level_percents"),
        ({"aggregate_percent": "70", "aggregation": "group_weights"}, "unit_groups are needed"),
        ({"aggregate_percent": "70", "rounding": {"where": "total", "to": "0"}}, "a step is more than 0"),
        ({"aggregate_percent": "70", "level_percents": {"four": "70"}}, "should match pattern"),
    ],
)
def test_a_rule_that_says_nothing_or_two_things_is_refused(rule, fault):
    with pytest.raises(ValueError, match=fault):
        a_scheme(pass_rule=rule)


def test_every_rule_that_changes_is_told():
    plain = a_scheme()
    changed = a_scheme(
        nsqf_level="4.5",
        pass_rule={
            "level_percents": {"4": "70"},
            "critical_min_percent": {"ASC/N9001#PC1": "50"},
            "rounding": {"where": "total", "to": "1"},
        },
        override={"title": "PMKVY", "pass_rule": {"unit_min_percent": "40"}},
        theory={"minutes": 60, "negative": {"share": "1/4", "floor": "paper"}},
    )
    assert {str(change.name): (change.before, change.after) for change in rule_changes(plain, changed)} == {
        "NSQF level": ("", "4.5"),
        "Rule in place of the pack's own": ("", "PMKVY"),
        "Per cent of all marks to pass": ("70", ""),
        "Per cent to pass, by NSQF level": ("", "4 70"),
        "Per cent in every unit": ("", "40"),
        "Per cent of critical criteria": ("", "ASC/N9001#PC1 50"),
        "Rounding": ("", "where total, to 1, direction half_up"),
        "What a wrong answer takes off": ("", "share 1/4, floor paper"),
    }


def test_what_the_exam_page_tells_of_is_the_same_in_whatever_order_it_is_written_and_how_often():
    plain = a_scheme()
    written = a_scheme(theory={"minutes": plain.theory.minutes, "watch": ["second_tab", "left_page", "second_tab"]})
    assert written.theory.watched == plain.theory.watched
    assert list(rule_changes(plain, written)) == []
