"""Fixtures of the journeys: the site on a port of its own, and browsers in which the world's people are signed in."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from lms.app import create_app
from lms.extensions import close_connections, db
from tests.conftest import as_new
from tests.journeys import steps
from tests.journeys.site import PATIENCE, Console, Site, serving, settings_for
from tests.lms.services import assessing_steps
from tests.states import begin_anew, go_on_from

BrowserOf = Callable[..., Page]


@pytest.fixture
def live(database: str, tmp_path: Path, sites: dict[str, Flask]) -> Iterator[Site]:
    """The site, running on a copy of the world; made once for all journeys, as `app` is for other tests."""
    settings, name = settings_for(tmp_path, database), f"live {database}"
    app = sites.get(name) or sites.setdefault(name, create_app(settings))
    with as_new(app, settings), serving(app) as site:
        yield site


@pytest.fixture
def console() -> Console:
    """What the pages of this test complained of; `console.expect(words)` for what the test brings about."""
    return Console()


@pytest.fixture
def browser_of(chromium: Browser, live: Site, console: Console) -> Iterator[BrowserOf]:
    """A browser of one's own: `browser_of("centre")`, or of nobody yet: `browser_of()`.

    Other arguments are those of a Playwright context. A complaint on the console of any page fails the test.
    """
    contexts = []

    def open_browser(login: str | None = None, **options: Any) -> Page:
        usual = {"base_url": live.url, "viewport": {"width": 1280, "height": 900}}
        context = chromium.new_context(**(usual | options))
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        console.follow(page)
        if login:
            steps.come_in(page, login)
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert not console.complaints


@pytest.fixture(scope="session")
def open_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The database with an assessment in it that is open, and its number."""
    path = begin_anew(sqlite_template, tmp_path_factory.mktemp("open") / "yogyata.db")
    site = Site(create_app(settings_for(path.parent, f"sqlite:///{path}")), "")
    with site.inside():
        number = steps.assessed_today(site, assessing_steps.batch().id).id
        db.session.remove()
        close_connections()
    return path, number


@pytest.fixture
def today(live: Site, open_template: tuple[Path, int]) -> int:
    """An assessment that is open."""
    template, number = open_template
    with live.inside():
        go_on_from(template)
    return number


@pytest.fixture
def page(browser_of: BrowserOf, today: int) -> Page:
    """A candidate in their exam."""
    page = browser_of("trainee")
    steps.begin_exam(page)
    return page
