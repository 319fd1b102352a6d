"""`yogyata role`: the matrix of a shipped role, its check, and what it says of a code that is none."""

import json
from pathlib import Path

from click.testing import CliRunner

from curriculum.roles import get_shipped_role
from lms.cli import main
from lms.settings import ROOT

ROLE = get_shipped_role("ACCOUNT-HEALTH-SPECIALIST")


def run(*words: str) -> tuple[int, str]:
    answer = CliRunner().invoke(main, ["role", *words])
    return answer.exit_code, answer.output


def test_the_matrix_has_every_line_of_the_role_with_what_shows_it() -> None:
    code, text = run("show", ROLE.code.lower())
    assert code == 0
    rows = [line.split()[0] for line in text.splitlines() if line.startswith("  ") and not line.startswith("   ")]
    assert rows == [line.id for line in ROLE.lines()]
    assert "33 duties:" in text
    assert all(ref in text for ref in ROLE.criterion_refs())


def test_json_gives_the_same_lines() -> None:
    found = json.loads(run("show", ROLE.code, "--json")[1])
    assert [line["id"] for line in found["lines"]] == [line.id for line in ROLE.lines()]
    assert set(found["shown_by"]) >= set(ROLE.criterion_refs())


def test_an_unknown_role_is_told_with_the_one_that_is_meant() -> None:
    code, text = run("show", "account-health-specialst")
    assert (code, "did you mean `ACCOUNT-HEALTH-SPECIALIST`?" in text) == (2, True)


def test_a_role_file_is_checked_against_the_units_beside_it(tmp_path: Path) -> None:
    text = (ROOT / "examples" / "role.yaml").read_text()
    (tmp_path / "role.yaml").write_text(text.replace("EX/Q0001-U1#PC2", "EX/Q0001-U1#PC9"))
    (tmp_path / "ex-q0001-u1.yaml").write_text((ROOT / "examples" / "ex-q0001-u1.yaml").read_text())
    code, text = run("check", str(tmp_path / "role.yaml"))
    assert (code, "EX/Q0001-U1 has no criterion PC9" in text, "role.yaml:15:" in text) == (1, True, True)
