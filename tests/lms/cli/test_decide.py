"""`yogyata decide`: results from two files, the reasons of one, or every fault and nothing decided."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms.cli import main
from lms.settings import ROOT

EXAMPLES = ROOT / "examples"
SCHEME, MARKS = EXAMPLES / "scheme-rules.yaml", EXAMPLES / "marks.csv"


def decide(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["decide", *(str(argument) for argument in arguments)])


def changed(path: Path, folder: Path, old: str, new: str) -> Path:
    """A copy of an example in which one text is another."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    copy = folder / path.name
    copy.write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def test_every_candidate_has_a_line() -> None:
    ended = decide("--scheme", SCHEME, "--marks", MARKS)
    assert ended.exit_code == 0
    assert ended.stdout.splitlines() == [
        "E26-0002-001  competent  78.66 % (by weight 78.85 %)  grade B",
        "E26-0002-002  not yet competent  67.08 % (by weight 67.28 %)  not reached: aggregate",
        "E26-0002-003  not yet competent  88.16 % (by weight 88.20 %)  not reached: critical:EX/Q0002-U1#PC1",
        "E26-0002-004  not yet competent  70.11 % (by weight 70.14 %)  not reached: attendance",
        "E26-0002-005  absent  0 % (by weight 0 %)",
        "E26-0002-006  competent  69.77 % (by weight 69.79 %)  grade B",
    ]


def test_json_has_every_figure_exact_and_the_words_as_facts() -> None:
    told = json.loads(decide("--scheme", SCHEME, "--marks", MARKS, "--json").stdout)
    assert told["scheme"] == {"code": "EX/Q0002-SCHEME", "version": "1", "specimen": True}
    second = told["results"][1]
    assert list(second)[:6] == [
        "candidate",
        "outcome",
        "raw_percent",
        "weighted_percent",
        "conditions",
        "inputs_hash",
    ]
    assert second["weighted_percent"] == {"exact": "5383/80", "display": "67.28"}
    assert second["conditions"][0] == {
        "name": "aggregate",
        "figure": {"exact": "67", "display": "67"},
        "needed": {"exact": "70", "display": "70"},
        "met": False,
        "words": {
            "template": "All groups of units, each counted by its weight: %(exact)s %%, rounded to %(figure)s %%, "
            "needs %(needed)s %%",
            "facts": {"exact": "67.28", "figure": "67", "needed": "70"},
        },
    }
    assert second["options"][0]["met"] is False
    assert second["override"] == "Council protocol 2021"
    assert "options" not in told["results"][0]


def test_a_candidate_is_explained_condition_by_condition() -> None:
    ended = decide("--scheme", SCHEME, "--marks", MARKS, "--explain", "E26-0002-004")
    lines = ended.stdout.splitlines()
    assert lines[0] == "E26-0002-004: not yet competent"
    assert "  [reached] All groups of units, each counted by its weight: 70.14 %, rounded to 70 %, needs 70 %" in lines
    assert "  [not reached] Attendance: 79 %, needs 80 %" in lines
    assert (
        "  To pass at level 4.5: at least 70 % of the percentages of groups of units, each counted by its weight."
        in lines
    )
    absent = decide("--scheme", SCHEME, "--marks", MARKS, "--explain", "E26-0002-005")
    assert "  The candidate was absent." in absent.stdout.splitlines()


def test_an_explanation_as_json_is_the_line_of_that_candidate() -> None:
    one = json.loads(decide("--scheme", SCHEME, "--marks", MARKS, "--json", "--explain", "E26-0002-002").stdout)
    every = json.loads(decide("--scheme", SCHEME, "--marks", MARKS, "--json").stdout)
    assert one == every["results"][1]


def test_a_candidate_who_is_not_in_the_file_is_said() -> None:
    ended = decide("--scheme", SCHEME, "--marks", MARKS, "--explain", "nobody")
    assert ended.exit_code == 2
    assert "nobody is not in the file of marks" in ended.stderr


def test_one_faulty_mark_and_nothing_is_decided(tmp_path: Path) -> None:
    marks = changed(MARKS, tmp_path, "92.5,", "92.5%,")
    marks = changed(marks, tmp_path, ",22.5,", ",41,")
    ended = decide("--scheme", SCHEME, "--marks", marks, "--json")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.splitlines() == [
        f"{marks}:3:3: error: '92.5%' is no attendance; write per cent from 0 to 100, such as 87.5",
        f"{marks}:3:7: error: 41 is not from 0 to 40, the theory marks of EX/Q0002-U1#PC2",
        "2 errors; nothing was decided",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("weight: 30", "weight: 31", ":17:3: error: pass_rule.unit_groups: the weights add up to 101, not 100"),
        ("aggregation: group_weights", "aggregate: sum", "error: pass_rule.aggregate: unknown name `aggregate`"),
        ("marks_status: sample", "marks_status: missing", "error: marks_status: the marks are missing"),
        ('{"1": "50", "4": "70"}', '{"5": "70"}', "has no line for level 4.5"),
        ("code:", "code: [", "cannot be read as YAML"),
    ],
)
def test_a_faulty_scheme_is_refused_at_its_place(tmp_path: Path, old: str, new: str, fault: str) -> None:
    scheme = changed(SCHEME, tmp_path, old, new)
    ended = decide("--scheme", scheme, "--marks", MARKS)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith(str(scheme))
    assert fault in ended.stderr


def test_a_scheme_is_checked_against_its_pack_where_one_is_named(tmp_path: Path) -> None:
    head = "candidate,node,component,marks\n"
    cells = {"PC1,theory": 6, "PC1,practical": 6, "PC2,theory": 3, "PC2,practical": 5}
    marks = tmp_path / "marks.csv"
    marks.write_text(head + "".join(f"A,EX/Q0001-U1#{cell},{most}\n" for cell, most in cells.items()))
    fits = decide("--scheme", EXAMPLES / "scheme.yaml", "--marks", marks, "--pack", EXAMPLES / "pack.yaml")
    assert fits.stdout == "A  competent  100 %\n"
    other = decide("--scheme", EXAMPLES / "scheme.yaml", "--marks", marks, "--pack", "ASC/Q1106")
    assert other.exit_code == 1
    assert "pack: is EX/Q0001, the pack is ASC/Q1106" in other.stderr
    assert decide("--scheme", EXAMPLES / "scheme.yaml", "--marks", marks, "--pack", "NO/Q1").exit_code == 2
