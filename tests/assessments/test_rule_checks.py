"""A rule is checked before it is used; what was published before stays the same; figures as precise as their line."""

from fractions import Fraction

import pytest

from assessments.decisions import decide_result
from assessments.errors import SchemeFaulty
from assessments.marks import decimals_of, shown_beside
from assessments.scheme import get_shipped_scheme
from curriculum.documents import canonical_json, sha256
from tests.assessments.rule_schemes import hundreds
from tests.builders import a_scheme


@pytest.mark.parametrize(
    ("code", "digest"),
    [
        ("ASC/Q1106", "17e3cf9266c8d13bd301fb59330c9c3013138632eba28c44cd2223515cd47243"),
        ("EMP/Q0001", "d3c3796f18636e9c602da672a2db5ec3b285f7b1807d2e7d40bc2fd8f38aba1a"),
        ("RAS/Q0301", "7515fbda5c5fafcae7eff5dc00b9d0001a02438eaf52a7289873b6e497ec35f0"),
    ],
)
def test_schemes_published_before_keep_their_hashes(code, digest):
    assert sha256(canonical_json(get_shipped_scheme(code))) == digest


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (
            {"pass_rule": {"unit_min_percent_of": {"ASC/N9": "50"}}},
            "pass_rule.unit_min_percent_of.ASC/N9: is not a unit",
        ),
        ({"pass_rule": {"critical_min_percent": {"ASC/N1#PC1": "50"}}}, "has no marks of its own that count"),
        ({"pass_rule": {"level_percents": {"4": "70"}}}, "nsqf_level: is missing"),
        ({"pass_rule": {"level_percents": {"4": "70"}}, "nsqf_level": "3"}, "has no line for level 3"),
        (
            {"pass_rule": {"unit_component_min_percent_of": {"ASC/N1": {"viva": "5"}}}},
            "ASC/N1 has no marks of this comp",
        ),
        (
            {
                "pass_rule": {
                    "aggregate_percent": "5",
                    "unit_groups": [{"title": "G", "weight": 90, "units": ["ASC/N1"]}],
                }
            },
            "the weights add up to 90",
        ),
        (
            {
                "pass_rule": {
                    "aggregate_percent": "5",
                    "unit_groups": [{"title": "G", "weight": 100, "units": ["ASC/N1"]}],
                }
            },
            "ASC/N2 is in no group",
        ),
        ({"options": ["ASC/N2"], "pass_rule": {"unit_min_percent": "50"}}, "option_min_percent: is missing"),
        ({"electives": [{"title": "E", "choose": {"min": 2, "max": 3}, "units": ["ASC/N2"]}]}, "2 to 3 of 1 units"),
        (
            {
                "electives": [{"title": "E", "choose": {"min": 1, "max": 1}, "units": ["ASC/N1", "ASC/N2"]}],
                "pass_rule": {"aggregate_percent": "5", "unit_weights": {"ASC/N1": 100, "ASC/N2": 90}},
            },
            "add up to 90 to 100 with the electives chosen",
        ),
        (
            {"pass_rule": {"aggregate_percent": "5", "grades": [{"grade": "A", "from_percent": "9"}] * 2}},
            "A stands twice",
        ),
        (
            {"override": {"title": "P", "pass_rule": {"component_min_percent": {"viva": "50"}}}},
            "override.pass_rule.component_min_percent.viva: no criterion has marks",
        ),
    ],
)
def test_a_rule_for_what_is_not_there_is_a_fault_at_its_place(given, fault):
    with pytest.raises(SchemeFaulty) as refusal:
        decide_result(hundreds(2, **given), "c", {})
    assert fault in str(refusal.value)


def test_marks_are_never_given_twice_for_a_component_of_a_unit():
    unit = {
        "unit": "ASC/N1",
        "whole": {"marks": {"practical": 50}},
        "elements": [{"element": 1, "marks": {"viva": 5}}, {"element": 1, "marks": {"viva": 5}}],
        "criteria": [{"criterion": "PC1", "marks": {"practical": 5}}],
    }
    with pytest.raises(SchemeFaulty) as refusal:
        decide_result(a_scheme(units=[unit]), "c", {})
    assert [str(problem) for problem in refusal.value.problems] == [
        "error: units.0.elements: element 1 stands 2 times",
        "error: units.0.whole.marks.practical: ASC/N1 carries practical marks as a whole; ASC/N1#PC1 cannot carry them "
        "too",
    ]


@pytest.mark.parametrize(
    ("figure", "needed", "shown"),
    [("69.999", "70", "69.99"), ("69.9949", "69.995", "69.994"), ("200/3", "200/3", "200/3"), ("70", "70", "70")],
)
def test_a_figure_is_shown_as_precisely_as_its_line(figure, needed, shown):
    assert shown_beside(Fraction(figure), Fraction(needed)) == shown


@pytest.mark.parametrize(
    ("value", "digits"), [("1", 0), ("1/2", 1), ("1/8", 3), ("1/20", 2), ("1/3", None), ("7/30", None)]
)
def test_how_many_decimals_write_a_figure(value, digits):
    assert decimals_of(Fraction(value)) == digits
