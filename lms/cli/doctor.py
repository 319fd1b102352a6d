"""What this machine has and lacks, each with the command that mends it."""

import ctypes
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from lms.cli.worker import BEAT_SECONDS, beat_path
from lms.clock import now
from lms.settings import ROOT, Settings, SettingsFaulty

APT = "sudo apt-get install -y --no-install-recommends"
PRINTING = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
FONTS = ROOT / "lms" / "static" / "fonts"
SCRIPTS = ("NotoSans-", "NotoSansDevanagari-")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
TEST_POSTGRES = "postgresql://postgres@127.0.0.1/postgres"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing looked at. What is needed stops the site when missing; the rest stops only what `found` says."""

    name: str
    well: bool
    found: str
    mend: str = ""
    needed: bool = True

    def __str__(self) -> str:
        word = "ok" if self.well else "MISSING" if self.needed else "absent"
        mend = f"\n{'':10}-> {self.mend}" if self.mend and not self.well else ""
        return f"{word:<9} {self.name}: {self.found}{mend}"


@click.command()
def doctor() -> None:
    """Tell what this machine lacks, and how to mend it; exits with 1 when something needed is missing."""
    findings = [check() for check in MACHINE]
    try:
        settings = Settings.load()
    except SettingsFaulty as fault:
        findings.append(Finding(name="Settings", well=False, found=str(fault), mend="see docs/operating.md"))
    else:
        findings += [check(settings) for check in SITE]
    report(findings)


def report(findings: Iterable[Finding]) -> None:
    """Print every finding and leave with the code that sums them up."""
    lacking = 0
    for finding in findings:
        click.echo(str(finding))
        lacking += finding.needed and not finding.well
    click.echo(f"\nNeeded and missing: {lacking}." if lacking else "\nAll that is needed is here.")
    sys.exit(1 if lacking else 0)


def python() -> Finding:
    """The interpreter, 3.11 or newer."""
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(name="Python", well=sys.version_info >= (3, 11), found=version, mend=f"{APT} python3 python3-venv")


def environment() -> Finding:
    """An environment of the project's own, so that the pinned packages are what runs."""
    found = sys.prefix if sys.prefix != sys.base_prefix else "runs in the system's Python"
    return Finding(name="Environment", well=sys.prefix != sys.base_prefix, found=found, mend="./run", needed=False)


def printing() -> Finding:
    """The system libraries that PDFs are laid out with."""
    lacking = [package for library, package in PRINTING.items() if not _loads(library)]
    found = f"no PDF can be printed without {', '.join(lacking)}" if lacking else "Pango and HarfBuzz load"
    return Finding(name="Printing", well=not lacking, found=found, mend=f"{APT} {' '.join(lacking)}", needed=False)


def fonts() -> Finding:
    """The fonts on certificates and pages, which the project brings itself."""
    lacking = [script for script in SCRIPTS if not any(FONTS.glob(f"{script}*.woff2"))]
    found = f"{', '.join(lacking)}*.woff2 not in {FONTS}" if lacking else "Noto Sans, Latin and Devanagari"
    return Finding(name="Fonts", well=not lacking, found=found, mend="take lms/static/fonts from the release again")


def browser() -> Finding:
    """Chromium, for the tests that use the pages as people do."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    found = path or "tests in a browser are skipped"
    return Finding(name="Chromium", well=path is not None, found=found, mend=f"{APT} chromium", needed=False)


def postgres_for_tests() -> Finding:
    """A PostgreSQL server on which each test makes a database of its own."""
    import psycopg

    address = os.environ.get("YOGYATA_TEST_POSTGRES", TEST_POSTGRES)
    try:
        with psycopg.connect(address, connect_timeout=3) as connection:
            found = f"version {connection.info.server_version // 10000}"
    except psycopg.Error as fault:
        found = f"tests on it are skipped ({str(fault).splitlines()[0]})"
    mend = f"{APT} postgresql, or set YOGYATA_TEST_POSTGRES (now {address})"
    return Finding(name="PostgreSQL for tests", well=found.startswith("version"), found=found, mend=mend, needed=False)


def instance(settings: Settings) -> Finding:
    """The folder that takes what a run makes."""
    folder = settings.instance
    well = os.access(folder, os.W_OK | os.X_OK)
    found = str(folder) if well else f"{folder} cannot be written"
    return Finding(name="Instance folder", well=well, found=found, mend=f"sudo chown -R $(id -un) {folder}")


def secret_key(settings: Settings) -> Finding:
    """The key that signs sessions, which nobody else on the machine may read."""
    path = settings.instance / "secret_key"
    if not path.exists():
        return Finding(name="Secret key", well=True, found="given by YOGYATA_SECRET_KEY")
    mode = stat.S_IMODE(path.stat().st_mode)
    return Finding(name="Secret key", well=mode == 0o600, found=f"{path}, mode {mode:o}", mend=f"chmod 600 {path}")


def database(settings: Settings) -> Finding:
    """The database, at the latest migration."""
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError

    mend = "./run makes one with a demo; ./run serve --no-demo makes an empty one"
    engine = create_engine(settings.database_url)
    shown = engine.url.render_as_string(hide_password=True)
    # Looking at SQLite would make the file.
    if settings.is_sqlite and not Path(engine.url.database or "").exists():
        return Finding(name="Database", well=False, found="none yet", mend=mend)
    try:
        with engine.connect() as connection:
            at = set(MigrationContext.configure(connection).get_current_heads())
    except SQLAlchemyError as fault:
        found = f"{shown} cannot be reached: {str(fault).splitlines()[0]}"
        return Finding(name="Database", well=False, found=found, mend="start it, or set YOGYATA_DATABASE_URL")
    finally:
        engine.dispose()
    well = bool(at) and at == _latest_migrations()
    found = shown if well else f"{shown} is not at the latest migration"
    return Finding(name="Database", well=well, found=found, mend=mend)


def worker(settings: Settings) -> Finding:
    """A worker that is alive; without one long work waits."""
    path = beat_path(settings.instance)
    age = now().timestamp() - path.stat().st_mtime if path.exists() else None
    well = age is not None and age < 3 * BEAT_SECONDS
    found = "none runs" if age is None else f"last seen {age:.0f} seconds ago"
    return Finding(
        name="Worker",
        well=well,
        found=found,
        mend="./run work, beside a server",
        needed=False,
    )


MACHINE: tuple[Callable[[], Finding], ...] = (python, environment, printing, fonts, browser, postgres_for_tests)
SITE: tuple[Callable[[Settings], Finding], ...] = (instance, secret_key, database, worker)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _latest_migrations(folder: Path = ROOT / "lms" / "migrations") -> set[str]:
    from alembic.script import ScriptDirectory

    return set(ScriptDirectory(str(folder)).get_heads())
