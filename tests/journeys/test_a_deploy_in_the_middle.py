"""The site gets a new release while an exam is sat: the page that is open goes on, and so does the one after it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from lms.app import create_app
from lms.extensions import db
from lms.tables.attempts import AnswerEventRow
from lms.web import kept_files
from lms.web.exam import keeping
from tests.journeys import steps
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
NEXT = "0123456789ab"


@pytest.fixture
def deploy(live: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Puts another release in place of the one that runs: other files of the exam, another worker, the same data."""

    def change() -> None:
        script = keeping.worker() + "\n// of the next release\n"
        monkeypatch.setattr(kept_files, "release_of", lambda *_: NEXT)
        monkeypatch.setattr(keeping, "worker", lambda: script)
        keeping.release.cache_clear()
        live.app.wsgi_app = create_app(live.app.config["SETTINGS"]).wsgi_app

    yield change
    keeping.release.cache_clear()


def saved(page: Page) -> None:
    steps.looks(page, "is-saved")


def waits(page: Page, count: int) -> None:
    steps.says(page, f"On this device: {count} waiting")


def test_answers_are_saved_and_the_page_comes_back_without_a_network_after_a_deploy(
    live, browser_of, today, console, deploy
) -> None:
    console.expect("ERR_INTERNET_DISCONNECTED")
    console.expect("Failed to load resource")
    page = browser_of("trainee")
    steps.begin_exam(page)
    steps.choose(page, 1, 2)
    saved(page)
    page.context.set_offline(True)
    steps.choose(page, 2, 1)
    waits(page, 1)
    deploy()
    page.reload()
    waits(page, 1)
    page.context.set_offline(False)
    saved(page)
    steps.choose(page, 3, 3)
    saved(page)

    page.reload()
    paper = page.locator("[data-exam]")
    expect(paper).to_have_attribute("data-release", NEXT)
    steps.kept(page)
    steps.choose(page, 4, 1)
    saved(page)
    page.context.set_offline(True)
    page.reload()
    expect(paper).to_have_attribute("data-copy", "yes")
    expect(paper).to_have_attribute("data-release", NEXT)
    steps.kept(page)
    steps.choose(page, 5, 2)
    waits(page, 1)
    assert [steps.chosen(page, number) for number in range(1, 6)] == [[2], [1], [3], [1], [2]]
    page.context.set_offline(False)
    saved(page)

    page.locator(".palette").get_by_role("link", name="Review and hand in").click()
    steps.press(page, "Hand in the paper")
    steps.press(page, "Hand in all the same")
    steps.heading(page, "Your paper is handed in")
    with live.inside():
        assert [seq for (seq,) in db.session.query(AnswerEventRow.seq).order_by(AnswerEventRow.seq)] == [1, 2, 3, 4, 5]
