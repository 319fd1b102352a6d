"""`yogyata coverage`: the matrix of a shipped pack, and what it says of a code that is none."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from curriculum.loading import get_shipped_pack
from lms.cli import coverage, main


def test_the_matrix_has_a_row_for_every_line_of_the_pack() -> None:
    pack = get_shipped_pack("ASC/Q1106")
    answer = CliRunner().invoke(main, ["coverage", "asc/q1106"])
    rows = [line.split()[0] for line in answer.output.splitlines() if line.startswith("  ") and len(line.split()) > 2]
    lines = [line.id for unit in pack.units for line in (*unit.criteria, *unit.knowledge, *unit.skills)]
    assert [row for row in rows if row[:2] in {"PC", "KU", "GS"}] == lines


def test_json_gives_the_same_lines_and_holes() -> None:
    found = json.loads(CliRunner().invoke(main, ["coverage", "ASC/Q1106", "--language", "pl", "--json"]).output)
    assert found["pack"] == "ASC/Q1106"
    assert len(found["lines"]) == 200
    assert {hole["words"] for hole in found["holes"]} == {"has no section"}
    assert len(found["holes"]) == 200


def test_files_that_a_unit_does_not_have_yet_count_as_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("items_path", "tasks_path"):
        monkeypatch.setattr(coverage, name, lambda _code: tmp_path / "not-written.yaml")
    found = json.loads(CliRunner().invoke(main, ["coverage", "EMP/Q0001", "--json"]).output)
    assert len([line for line in found["lines"] if line["kind"] == "criterion"]) == 39
    assert {(line["exam_items"], line["practice_items"], line["tasks"]) for line in found["lines"]} == {(0, 0, 0)}


def test_holes_end_with_1_and_an_unknown_pack_with_2() -> None:
    assert CliRunner().invoke(main, ["coverage", "ASC/Q1106", "--language", "pl"]).exit_code == 1
    answer = CliRunner().invoke(main, ["coverage", "ASC/Q1106", "--language", "fr"])
    assert (answer.exit_code, "there is no language fr here; there are en, hi, pl" in answer.output) == (2, True)
    answer = CliRunner().invoke(main, ["coverage", "ASC/Q1160"])
    assert (answer.exit_code, "did you mean `ASC/Q1106`?" in answer.output) == (2, True)
