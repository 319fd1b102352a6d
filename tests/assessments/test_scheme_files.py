"""Schemes read from files: faults of shape in words with their line, and what is checked against the pack."""

import pytest

from assessments.scheme import (
    UnitMarks,
    check_scheme,
    get_shipped_scheme,
    load_scheme,
    scheme_path,
)
from curriculum.errors import ContentFaulty
from curriculum.loading import get_shipped_pack
from tests.builders import a_scheme, faults_of


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{criterion: PC1}", "give importance with theory_percent, or marks"),
        ("{criterion: PC1, importance: 2}", "give importance with theory_percent, or marks"),
        ("{criterion: PC1, importance: 2, theory_percent: 40, marks: {theory: 1}}", "or marks"),
        ("{criterion: PC1, importance: -1, theory_percent: 40}", "is -1; write at least 0"),
        ("{criterion: PC1, importance: 1, theory_percent: 101}", "is 101; write at most 100"),
        ("{criterion: PC1, importance: 1.5, theory_percent: 40}", "is `1.5`; write a whole number"),
        ("{criterion: PC1, importance: 0, theory_percent: 40}", "no criterion has any importance"),
        ("{criterion: PC1, importance: 1, theory_percent: 40, theory_items: 0}", "is 0; write at least 1"),
        ("{criterion: PC1, importence: 1}", "did you mean `importance`"),
    ],
)
def test_faults_of_shape_are_told(line, fault):
    assert any(fault in told for told in faults_of(f"{{unit: ASC/N1, marks: 10, criteria: [{line}]}}", UnitMarks))


def test_importance_needs_the_units_marks():
    line = "{criterion: PC1, importance: 1, theory_percent: 40}"
    assert "importance needs the unit's marks" in faults_of(f"{{unit: ASC/N1, criteria: [{line}]}}", UnitMarks)[0]


def test_a_unit_is_marked_in_one_way():
    lines = "{criterion: PC1, importance: 1, theory_percent: 40}, {criterion: PC2, marks: {theory: 1}}"
    assert "for every criterion" in faults_of(f"{{unit: ASC/N1, marks: 9, criteria: [{lines}]}}", UnitMarks)[0]


def test_a_float_is_no_mark():
    with pytest.raises(ValueError, match="a float has already lost what was meant"):
        UnitMarks.model_validate(
            {"unit": "A", "marks": 10.0, "criteria": [{"criterion": "PC1", "marks": {"theory": 1}}]}
        )


@pytest.mark.parametrize("text", ["101", "70 %", "-1", "7e1", "1/0", "", "seventy", "७०"])
def test_a_percentage_is_written_plainly(text):
    with pytest.raises(ValueError, match=r"pattern|from 0 to 100"):
        a_scheme(pass_rule={"aggregate_percent": text})


def test_weighing_needs_weights():
    with pytest.raises(ValueError, match="unit_weights are needed"):
        a_scheme(pass_rule={"aggregate_percent": "70", "aggregation": "unit_weights"})


def test_the_shipped_scheme_is_whole():
    pack = get_shipped_pack("ASC/Q1106")
    scheme = get_shipped_scheme("ASC/Q1106")
    assert check_scheme(scheme, pack) == []
    assert [scheme.unit_total(unit.code) for unit in pack.units] == [100] * 5
    assert set(scheme.theory_refs) == set(scheme.practical_refs) == set(pack.criterion_refs())
    assert scheme.specimen
    assert (scheme.theory.grace_seconds, scheme.theory.sync_until) == (60, "23:59")


def test_a_scheme_file_with_faults_gives_every_one_with_its_line(tmp_path):
    text = (
        scheme_path("ASC/Q1106").read_text().replace("max_attempts: 2", "max_attempts: 0").replace("title:", "titel:")
    )
    path = tmp_path / "asc-q1106.yaml"
    path.write_text(text)
    scheme, document, problems = load_scheme(path)
    assert scheme is None
    assert document.places["titel"].line == 7
    assert sorted(problem.path for problem in problems) == ["reassessment.max_attempts", "titel", "title"]
    assert any("asc-q1106.yaml:7" in str(problem) for problem in problems)


def test_a_pack_without_a_readable_scheme_is_refused(monkeypatch, tmp_path):
    path = tmp_path / "asc-q1.yaml"
    path.write_text("code: [")
    monkeypatch.setattr("assessments.scheme.scheme_path", lambda code: path)
    with pytest.raises(ContentFaulty, match="cannot be read as YAML"):
        get_shipped_scheme("ASC/Q1")
