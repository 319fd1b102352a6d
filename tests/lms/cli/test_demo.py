"""Making the demo from the command line: what it replaces, what it refuses, and what it leaves."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from lms.app import create_app
from lms.cli import demo as command
from lms.cli import main
from lms.cli.database import upgrade
from lms.cli.demo import Standing, clear, look
from lms.cli.demo_files import ABOUT, Folder
from lms.cli.occupancy import InUse, hold
from lms.extensions import close_connections, db
from lms.printing import missing_libraries
from lms.services import demo_visitors
from lms.settings import ROOT, Settings
from lms.tables.certification import CertificateFileRow, CertificateRow
from lms.tables.people import PersonRow
from tests.conftest import BOTH

NOW = datetime(2026, 11, 2, 4, 30, tzinfo=UTC)


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance of this test's own, which commands use."""
    folder = tmp_path / "instance"
    monkeypatch.setenv("YOGYATA_INSTANCE", str(folder))
    monkeypatch.delenv("YOGYATA_DATABASE_URL", raising=False)
    return folder


def run(*words: str) -> Result:
    before = os.umask(0o022)
    try:
        return CliRunner().invoke(main, ["demo", *words])
    finally:
        os.umask(before)


def site(instance: Path) -> Flask:
    return create_app(Settings.load(instance))


def with_people(instance: Path) -> Flask:
    """A site that somebody uses."""
    app = site(instance)
    upgrade(app)
    with app.app_context():
        db.session.add(PersonRow(login="meera", name="Meera Nair", password_hash="x", created_at=NOW))
        db.session.commit()
        db.session.remove()
        close_connections()
    return app


@pytest.mark.skipif(bool(missing_libraries()), reason="nothing can be printed here")
def test_a_fresh_demo_ends_with_a_summary_and_leaves_what_it_prints(instance: Path, tmp_path: Path) -> None:
    output = tmp_path / "demo"
    ended = run("--fresh", "--size", "4", "--output", str(output))
    assert ended.exit_code == 0, ended.output
    assert "6 batches" in ended.output
    assert "show-me-round" in ended.output
    with site(instance).app_context():
        certificates = db.session.scalar(select(func.count()).select_from(CertificateRow))
        printed = db.session.scalars(select(CertificateFileRow.content)).all()
    assert len(printed) == certificates > 0
    left = {path.name: len(list(path.iterdir())) for path in output.iterdir() if path.is_dir()}
    assert left == {"booklets": 4, "mark-sheets": 2, "certificates": certificates, "results": 4}
    assert (output / ABOUT).is_file()
    pdfs = [path.read_bytes() for path in output.rglob("*.pdf")]
    assert all(content.startswith(b"%PDF-") for content in pdfs)

    again = run("--output", str(output))
    assert again.exit_code == 1
    assert "only made in an empty one" in again.output


@pytest.mark.parametrize("words", [(), ("--fresh",)])
def test_a_database_with_people_and_no_mark_is_refused_and_stays_as_it_is(
    instance: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    with_people(instance)
    before = (instance / "yogyata.db").read_bytes()
    ended = run(*words, "--output", str(tmp_path / "demo"))
    assert ended.exit_code == 1
    assert "the database has people in it" in ended.output
    assert (instance / "yogyata.db").read_bytes() == before
    assert not (tmp_path / "demo").exists()


def test_a_database_of_an_older_version_with_people_in_it_is_not_even_brought_up_to_date(
    instance: Path, tmp_path: Path
) -> None:
    with_people(instance)
    with sqlite3.connect(instance / "yogyata.db") as connection:
        connection.execute("DROP TABLE demo")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    assert run("--fresh", "--output", str(tmp_path / "demo")).exit_code == 1
    with sqlite3.connect(instance / "yogyata.db") as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert connection.execute("SELECT login FROM person").fetchall() == [("meera",)]


@BOTH
def test_a_demo_is_known_by_its_mark_and_can_be_cleared_away(app) -> None:
    assert look(app) is Standing.PEOPLE
    demo_visitors.begin("a seed", now=NOW)
    assert look(app) is Standing.UNFINISHED_DEMO
    demo_visitors.finish({}, now=NOW)
    assert look(app) is Standing.DEMO
    clear(app)
    assert look(app) is Standing.EMPTY
    upgrade(app)
    assert look(app) is Standing.EMPTY
    assert db.session.scalar(select(func.count()).select_from(PersonRow)) == 0


@BOTH
def test_the_site_leaves_alone_what_is_no_broken_demo(app) -> None:
    people = db.session.scalar(select(func.count()).select_from(PersonRow))
    db.session.rollback()
    assert not command.ensure_demo(app)
    demo_visitors.begin("a seed", now=NOW)
    demo_visitors.finish({}, now=NOW)
    assert not command.ensure_demo(app)
    assert db.session.scalar(select(func.count()).select_from(PersonRow)) == people


def test_a_demo_that_was_killed_is_made_anew(instance: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "lms.cli", "demo", "--size", "4", "--output", str(tmp_path / "demo")]
    process = subprocess.Popen(words, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL)
    latest = time.monotonic() + 60
    while _people(instance) < 6:
        assert process.poll() is None
        assert time.monotonic() < latest
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    app = site(instance)
    assert look(app) is Standing.UNFINISHED_DEMO
    assert command.sign_ins(app) == []
    command.make(app, seed="a seed", size=4)
    assert look(app) is Standing.DEMO
    assert _people(instance) == 6 * 4 + 7


def test_a_running_site_keeps_its_demo(instance: Path, tmp_path: Path) -> None:
    Settings.load()
    with hold(instance, alone=False):
        ended = run("--fresh", "--output", str(tmp_path / "demo"))
    assert ended.exit_code == 1
    assert "Stop that first" in ended.output


def test_sites_share_an_instance_and_a_demo_has_it_alone(tmp_path: Path) -> None:
    with hold(tmp_path, alone=False), hold(tmp_path, alone=False), pytest.raises(InUse), hold(tmp_path, alone=True):
        pass
    with hold(tmp_path, alone=True), pytest.raises(InUse), hold(tmp_path, alone=False):
        pass
    with hold(tmp_path, alone=True):
        pass


def test_a_folder_with_other_files_is_refused_before_anything_is_made(instance: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to-mother.txt").write_text("dear mother")
    ended = run("--output", str(tmp_path / "letters"))
    assert ended.exit_code == 1
    assert "holds other files" in ended.output
    assert not (instance / "yogyata.db").exists()


def test_only_the_files_of_an_earlier_demo_are_taken_away(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "demo")
    folder.begin()
    folder.add("booklets", "old.pdf", b"old")
    (tmp_path / "demo" / "notes.txt").write_text("mine")
    folder.begin()
    assert folder.count() == 0
    assert (tmp_path / "demo" / "notes.txt").read_text() == "mine"


def _people(instance: Path) -> int:
    """How many people there are, of a database that may not be there yet."""
    try:
        with sqlite3.connect(f"file:{instance / 'yogyata.db'}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM person").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
