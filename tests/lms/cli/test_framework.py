"""`yogyata framework`: a published text read from a file, written as YAML, checked, and published on the site."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.cli import main
from lms.extensions import db
from lms.services import skills
from lms.tables.skills import FrameworkVersionRow
from tests.curriculum.test_framework_import import SMALL
from tests.raw_pdf import raw_pdf, shown


def run(*arguments: str):
    return CliRunner().invoke(main, ["framework", *arguments])


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """A published text."""
    path = tmp_path / "baking.txt"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_it_counts_what_it_read_and_writes_a_file_that_passes_the_check(text: Path, tmp_path: Path) -> None:
    answer = run("import", str(text), "-o", str(tmp_path / "out"))
    assert answer.exit_code == 0, answer.output
    assert "2 levels: 2, 3\n2 activities, 0 related skills\n" in answer.output
    assert "0 left out\n0 errors, 0 warnings" in answer.output
    written = tmp_path / "out" / "bake.en.yaml"
    assert "source: baking.txt" in written.read_text()
    assert run("check", str(written)).exit_code == 0


def test_a_pdf_is_read_as_its_text_is(text: Path, tmp_path: Path) -> None:
    path = tmp_path / "baking.pdf"
    path.write_bytes(raw_pdf([shown(SMALL.split("\n"))]))
    answer = run("import", str(path), "-o", str(tmp_path / "out"))
    assert answer.exit_code == 0, answer.output
    run("import", str(text), "-o", str(tmp_path / "of_text"))
    written = [(tmp_path / folder / "bake.en.yaml").read_text() for folder in ("out", "of_text")]
    assert written[0].replace("baking.pdf", "baking.txt") == written[1]


def test_as_json_each_line_says_what_it_became(text: Path) -> None:
    told = json.loads(run("import", str(text), "--json", "--edition", "9").stdout)
    assert (told["skill"]["code"], told["skill"]["edition"], told["skill"]["wording"]) == ("BAKE", "9", "published")
    assert told["lines"][0] == {"line": 1, "part": "framework", "path": "framework", "text": "Works of the kitchen"}
    assert told["problems"] == []


def test_what_is_no_such_text_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear all,\nlunch is at one.\n")
    answer = run("import", str(path), "-o", str(tmp_path / "out"))
    assert answer.exit_code == 1
    assert "has none of the headings of a published skill" in answer.output
    assert not (tmp_path / "out").exists()
    assert run("import", str(tmp_path / "missing.txt")).exit_code == 1


def test_a_text_in_the_wrong_language_says_what_it_lacks(text: Path) -> None:
    answer = run("import", str(text), "--language", "pl")
    assert answer.exit_code == 1
    assert "has no level" in answer.output


def test_publishing_adds_a_version_and_the_same_again_adds_none(app, text: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("lms.app.create_app", lambda _settings: app)
    run("import", str(text), "-o", str(tmp_path))
    for _ in range(2):
        answer = run("publish", str(tmp_path / "bake.en.yaml"))
        assert answer.output == "BAKE in en is published, version 1\n"
    assert db.session.query(FrameworkVersionRow).filter_by(code="BAKE").count() == 1
    assert skills.get_skill("BAKE", "pl").skill.wording == "published"


def test_a_faulty_file_is_not_published(app, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("lms.app.create_app", lambda _settings: app)
    path = tmp_path / "bake.en.yaml"
    path.write_text("code: BAKE\nname: Baking\n")
    answer = run("publish", str(path))
    assert answer.exit_code == 1
    assert "framework: is missing" in answer.output
