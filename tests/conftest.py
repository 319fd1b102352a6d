"""Fixtures for the site: a database of each kind, copied from one template per test process."""

import contextvars
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings as hypothesis_settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from sqlalchemy import URL, make_url
from werkzeug.test import TestResponse

from lms.app import create_app
from lms.extensions import close_connections, db
from lms.permissions import Actor
from lms.services import accounts
from lms.settings import Settings
from lms.tables.people import PersonRow
from tests import world
from tests.journeys.site import ARGUMENTS, PATIENCE, find_chromium, settings_for
from tests.oracle.cluster import find_programs, forgetful_cluster
from tests.states import begin_anew

POSTGRES = os.environ.get("YOGYATA_TEST_POSTGRES")
DEFAULT_POSTGRES = "postgresql://postgres@127.0.0.1/postgres"
REQUIRE_ALL = os.environ.get("YOGYATA_REQUIRE_ALL") == "1"

hypothesis_settings.register_profile("suite", deadline=None, derandomize=True, max_examples=40)
hypothesis_settings.load_profile("suite")

# How the site itself keeps passwords; see `quick_passwords`.
HASHER = accounts.HASHER

# Runs a test on both databases: `@BOTH` above a test that takes `app` or `client`.
BOTH = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Give the process back as it was: `serve` tells its children by the environment, and makes private files."""
    mask = os.umask(0)
    os.umask(mask)
    with patch.dict(os.environ):
        yield
    os.umask(mask)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords(request: pytest.FixtureRequest) -> Iterator[None]:
    """Passwords kept in a way that costs nothing: the site's own takes 25 ms of a processor, thousands of times here.

    Long runs keep the site's own: they tell what a hall has to wait for.
    """
    quick = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1)
    with patch.object(accounts, "HASHER", quick if request.config.option.markexpr == "not soak" else HASHER):
        yield


class Compiled(BytecodeCache):
    """Templates as they were compiled, by where they stand and what they say."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled before of the same text."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._known[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Templates that the sites of this process compile once: each journey makes a site, and a template takes 10 ms."""
    with patch.object(Flask, "jinja_options", {"bytecode_cache": Compiled()}):
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database with the test world in it."""
    path = tmp_path_factory.mktemp("template") / "yogyata.db"
    _fill(site_on(path.parent, f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server: the one that is named, else one of this process, else the one that is here.

    One of its own waits for no disk, and so makes a database in a fraction of the time.
    """
    if POSTGRES or find_programs() is None:
        yield POSTGRES or DEFAULT_POSTGRES
        return
    with forgetful_cluster() as made:
        yield made.address


@pytest.fixture(scope="session")
def postgres_template(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL database like it; made and dropped by this test process."""
    name = f"yogyata_test_{os.getpid()}"
    try:
        _ask(postgres, f'CREATE DATABASE "{name}"')
    except psycopg.OperationalError as fault:
        if REQUIRE_ALL:
            raise
        pytest.skip(f"no PostgreSQL at YOGYATA_TEST_POSTGRES: {fault}")
    url = make_url(postgres).set(database=name)
    _fill(site_on(tmp_path_factory.mktemp("template"), _for_sqlalchemy(url)))
    yield url.render_as_string(hide_password=False)
    _ask(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database of this test's own, filled with the world.

    Every test of a process finds its own under the same address, so that they can share a site.
    """
    if getattr(request, "param", "sqlite") == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{begin_anew(template, template.with_name('copy.db'))}"
        return
    server, url = request.getfixturevalue("postgres"), make_url(request.getfixturevalue("postgres_template"))
    name = f"{url.database}_copy"
    _ask(server, f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"')
    yield _for_sqlalchemy(url.set(database=name))
    _ask(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def app(database: str, tmp_path: Path, sites: dict[str, Flask]) -> Iterator[Flask]:
    """The site on the test's own database, with an app context open.

    It was made once for all tests of the process, since most of their time would go into making it: its addresses,
    templates and statements. What a test may change of it is as new.
    """
    site = sites.get(database) or sites.setdefault(database, site_on(tmp_path, database))
    with as_new(site, settings_for(tmp_path, database)), site.app_context():
        yield site
        db.session.remove()
        close_connections()


@pytest.fixture(scope="session")
def sites() -> dict[str, Flask]:
    """The sites that tests share, by the address of their database."""
    return {}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], FlaskClient]:
    """A browser signed in as one of the world's people: `signed_in("council")`."""

    def sign_in(login: str) -> FlaskClient:
        browser = app.test_client()
        answer = browser.post("/sign-in", data={"login": login, "password": world.PASSWORD})
        assert answer.status_code == 302, answer.text
        return browser

    return sign_in


@pytest.fixture
def actor(app: Flask) -> Callable[[str], Actor]:
    """The actor of one of the world's people, for calling services: `actor("centre")`."""

    return actor_of


def actor_of(login: str) -> Actor:
    """The same, inside a site."""
    return accounts.actor_of(db.session.query(PersonRow).filter_by(login=login).one())


def _while_running(*, fixture_name: str, config: pytest.Config) -> str:
    """How long a browser is kept: Playwright keeps a loop of events running, which some long runs start themselves."""
    return "session" if config.option.markexpr == "not soak" else "module"


@pytest.fixture(scope=_while_running)
def tool() -> Iterator[Playwright]:
    """What drives browsers, once for all tests of a process; there can be but one."""
    if find_chromium(whole=True) is None:
        words = "no Chromium here (apt install chromium): what needs a browser cannot be tested"
        pytest.fail(words) if REQUIRE_ALL else pytest.skip(words)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope=_while_running)
def chromium(tool: Playwright) -> Iterator[Browser]:
    """Chromium itself, once for all of them: starting it takes as long as most of its tests. Each opens a context."""
    browser = tool.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
    yield browser
    browser.close()


class OtherBrowser(FlaskClient):
    """A browser whose requests share nothing with the test: not its session, not who is signed in."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request in a context of its own, after the test's own changes are committed."""
        db.session.commit()
        return contextvars.Context().run(super().open, *args, **kwargs)


def filled(instance: Path, url: str) -> Flask:
    """The site on an empty database, after it was filled with the world."""
    site = site_on(instance, url)
    _fill(site)
    return site


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what long runs have measured, also where they ran in other processes."""
    for report in terminalreporter.getreports("passed"):
        for name, figures in getattr(report, "user_properties", ()):
            terminalreporter.write_line(f"{report.nodeid}: {name}: {figures}")


@contextmanager
def as_new(site: Flask, settings: Settings) -> Iterator[None]:
    """A site that tests share, run with the settings of one of them, which may change it as long as it has it."""
    kept, answers = dict(site.config), site.wsgi_app
    site.config["SETTINGS"] = settings
    site.instance_path = str(settings.instance)
    site.extensions.pop("desks", None)
    try:
        yield
    finally:
        site.wsgi_app = answers  # type: ignore[method-assign]
        site.config.clear()
        site.config.update(kept)


def site_on(instance: Path, url: str) -> Flask:
    """The site on a database that is there."""
    site = create_app(settings_for(instance, url))
    site.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    site.test_client_class = OtherBrowser
    return site


def _fill(site: Flask) -> None:
    with site.app_context():
        upgrade()
        world.build()
        db.session.remove()
        close_connections()


def _ask(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def _for_sqlalchemy(url: URL) -> str:
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
