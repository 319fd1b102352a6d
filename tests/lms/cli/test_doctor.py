"""The doctor: what is lacking is named with its mending command, and only what is needed decides the exit code."""

import os
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr

from lms.app import create_app
from lms.cli import doctor as checks
from lms.cli import main
from lms.cli.database import upgrade
from lms.cli.worker import beat_path
from lms.settings import Settings, read_or_make_key


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    address = f"sqlite:///{tmp_path / 'yogyata.db'}"
    return Settings(instance=tmp_path, database_url=address, secret_key=SecretStr(read_or_make_key(tmp_path)))


def ask_doctor(instance: Path) -> Result:
    return CliRunner(env={"YOGYATA_INSTANCE": str(instance)}).invoke(main, ["doctor"])


def test_a_site_without_a_database_is_not_well_and_looking_makes_none(settings: Settings) -> None:
    ended = ask_doctor(settings.instance)
    assert ended.exit_code == 1
    assert "MISSING   Database: none yet\n          -> ./run" in ended.output
    assert "Needed and missing: 1." in ended.output
    assert not (settings.instance / "yogyata.db").exists()


def test_a_site_that_has_run_is_well_without_a_worker(settings: Settings) -> None:
    upgrade(create_app(settings))
    ended = ask_doctor(settings.instance)
    assert ended.exit_code == 0, ended.output
    assert "absent    Worker: none runs" in ended.output


def test_a_key_that_others_may_read_is_mended_by_chmod(settings: Settings) -> None:
    path = settings.instance / "secret_key"
    path.chmod(0o644)
    finding = checks.secret_key(settings)
    assert not finding.well
    assert finding.mend == f"chmod 600 {path}"


def test_a_worker_counts_while_its_last_beat_is_young(settings: Settings) -> None:
    beat = beat_path(settings.instance)
    beat.touch()
    assert checks.worker(settings).well
    minute_ago = time.time() - 60
    os.utime(beat, (minute_ago, minute_ago))
    assert not checks.worker(settings).well


def test_a_library_that_does_not_load_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "PRINTING", {"libnone-at-all.so.0": "libnone0"})
    finding = checks.printing()
    assert not finding.well
    assert finding.mend.endswith("--no-install-recommends libnone0")


def test_a_test_server_that_does_not_answer_is_said_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOGYATA_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:1/postgres")
    finding = checks.postgres_for_tests()
    assert not finding.well
    assert not finding.needed
    assert "tests on it are skipped (" in finding.found
