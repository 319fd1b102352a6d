"""`yogyata lesson handbook`: a unit's lessons as a PDF from files, without database and web."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.cli import main


@pytest.fixture(autouse=True)
def _no_press(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.printing.print_pdf", lambda page, _folder: page.encode())


def run(*arguments: str):
    return CliRunner().invoke(main, ["lesson", "handbook", *arguments])


def test_it_writes_the_lessons_of_the_unit_and_says_how_many(tmp_path: Path) -> None:
    answer = run("asc/n0003", "-o", str(tmp_path / "book.pdf"))
    assert answer.exit_code == 0, answer.output
    assert "lessons of ASC/N0003" in answer.output
    assert "ASC/N0003" in (tmp_path / "book.pdf").read_text()


def test_the_cover_says_that_an_employers_pack_is_not_aligned_to_the_nsqf(tmp_path: Path) -> None:
    told = {}
    for unit in ("EMP/Q0001-U1", "ASC/N0003"):
        answer = run(unit, "-o", str(tmp_path / "book.pdf"))
        assert answer.exit_code == 0, answer.output
        told[unit] = "Employer pack, not aligned to the NSQF" in (tmp_path / "book.pdf").read_text()
    assert told == {"EMP/Q0001-U1": True, "ASC/N0003": False}


def test_it_says_how_many_lessons_are_not_in_the_language_yet(tmp_path: Path) -> None:
    answer = run("ASC/N0003", "--language", "pl", "-o", str(tmp_path / "book.pdf"))
    assert "not in pl yet" in answer.output
    assert '<html lang="pl">' in (tmp_path / "book.pdf").read_text()


@pytest.mark.parametrize("arguments", [("ASC/N0033",), ("ASC/N0003", "--language", "xx")])
def test_what_is_not_there_is_named_with_what_is(arguments: tuple[str, ...], tmp_path: Path) -> None:
    answer = run(*arguments, "-o", str(tmp_path / "book.pdf"))
    assert answer.exit_code == 2
    assert "ASC/N0003" in answer.output or "hi" in answer.output
    assert not (tmp_path / "book.pdf").exists()
