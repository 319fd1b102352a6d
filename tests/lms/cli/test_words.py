"""The command that keeps the catalogues: it adds what is said, keeps what was translated, and tells what is missing."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms.cli.words import read_catalogue, said_by_sources, words

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Polish catalogue with one translation in use and one of words that nobody says; the only one there is."""
    path = tmp_path / "messages.po"
    path.write_text(
        f'{HEADER}msgid "Sign in"\nmsgstr "Zaloguj się"\n\nmsgid "Nobody says this."\nmsgstr "Nikt tego nie mówi."\n'
    )
    monkeypatch.setattr("lms.cli.words.catalogue_path", lambda _language: path)
    monkeypatch.setattr("lms.cli.words.languages", lambda: ("en", "pl"))
    return path


def run(*given: str) -> Result:
    ended = CliRunner().invoke(words, given)
    assert ended.exit_code == 0, ended.output
    return ended


def test_it_adds_what_the_sources_say_and_counts_what_is_translated(catalogue: Path) -> None:
    said = len(said_by_sources())
    assert f"pl: 1 of {said} messages are translated." in run().output
    assert 'msgid "Hand in the paper"\nmsgstr ""' in catalogue.read_text()


def test_it_names_what_is_missing_on_pages_that_are_declared_complete(catalogue: Path) -> None:
    assert "missing on a page that is declared complete: Hand in the paper" in run().output


def test_a_translation_of_words_that_are_gone_is_kept_and_comes_back_with_them(catalogue: Path, monkeypatch) -> None:
    assert "1 translations are of words that are gone" in run().output
    assert '#~ msgid "Nobody says this."\n#~ msgstr "Nikt tego nie mówi."' in catalogue.read_text()
    said = {**said_by_sources(), "Nobody says this.": {"lms/web/words.py"}}
    monkeypatch.setattr("lms.cli.words.said_by_sources", lambda: said)
    run()
    assert read_catalogue("pl").get("Nobody says this.").string == "Nikt tego nie mówi."


def test_it_forgets_only_when_told_to(catalogue: Path) -> None:
    run("--forget")
    text = catalogue.read_text()
    assert "Nobody says this." not in text
    assert 'msgid "Sign in"\nmsgstr "Zaloguj się"' in text


def test_a_second_run_changes_nothing(catalogue: Path) -> None:
    run()
    before = catalogue.read_bytes()
    run()
    assert catalogue.read_bytes() == before


def test_catalogues_have_no_dates_places_or_names_that_would_differ_without_a_reason(catalogue: Path) -> None:
    run()
    text = catalogue.read_text()
    assert not [
        line for line in text.splitlines() if line.startswith(("#:", '"POT-', '"PO-Rev', '"Last-Tr', '"Generated'))
    ]


def test_missing_messages_are_listed_without_a_change(catalogue: Path) -> None:
    before = catalogue.read_bytes()
    assert "Hand in the paper" in run("--missing", "pl").output.splitlines()
    assert catalogue.read_bytes() == before


def test_a_language_without_a_catalogue_is_refused(catalogue: Path) -> None:
    ended = CliRunner().invoke(words, ["--missing", "xx"])
    assert ended.exit_code == 2
    assert "There is no catalogue for xx; there are: pl." in ended.output


def test_a_catalogue_that_cannot_be_read_is_named_with_its_line_and_left_as_it_is(catalogue: Path) -> None:
    broken = f'{HEADER}msgid "Sign in"\nmeaning "Zaloguj się"\n'
    catalogue.write_text(broken)
    ended = CliRunner().invoke(words, [])
    assert ended.exit_code == 1
    assert f"Error: {catalogue}" in ended.output
    assert "line 6" in ended.output
    assert catalogue.read_text() == broken
