"""Fixtures of the journeys: the site on a port of its own, and browsers in which the world's people are signed in."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import PATIENCE
from tests.journeys import steps
from tests.journeys.site import Console, Site, served
from tests.lms.services import assessing_steps

BrowserOf = Callable[..., Page]


@pytest.fixture
def live(database: str, tmp_path: Path) -> Iterator[Site]:
    """The site, running on a copy of the world."""
    with served(tmp_path, database) as site:
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
            steps.sign_in(page, login)
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert not console.complaints


@pytest.fixture
def today(live) -> int:
    """An assessment that is open."""
    with live.inside():
        return steps.assessed_today(live, assessing_steps.batch().id).id
