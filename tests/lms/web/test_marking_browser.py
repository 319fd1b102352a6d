"""Marking on a tablet: what the page says of saving is true, with the network and without."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from lms.clock import now
from lms.extensions import db
from lms.services.taps import TAKEN_BACK
from lms.tables.assessing import AssessmentRow, AssessmentState
from lms.tables.marking import PracticalScoreRow
from tests import world
from tests.practicals import practicals_drawn, sheet_of

pytestmark = pytest.mark.browser
TABLET = {"width": 800, "height": 1280}


@pytest.fixture
def sheet_id(app) -> int:
    """A practical of today. The test keeps no transaction open: the server's thread wants to write."""
    number = sheet_of(practicals_drawn(opens_at=now() - timedelta(hours=1))).id
    db.session.remove()
    return number


@pytest.fixture
def page(app, sheet_id, chromium: Browser) -> Iterator[Page]:
    """The assessor's tablet with the practical open."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    context = chromium.new_context(viewport=TABLET, base_url=f"http://127.0.0.1:{server.server_port}")
    tab = context.new_page()
    tab.goto("/sign-in")
    tab.fill("[name=login]", "assessor")
    tab.fill("[name=password]", world.PASSWORD)
    tab.click("main button")
    tab.goto(f"/practicals/sheets/{sheet_id}")
    yield tab
    context.close()
    server.shutdown()
    thread.join()


def tap(page, criterion: int, level: int) -> None:
    page.locator(".criterion").nth(criterion).locator(".level").nth(level).click()


def says(page, words: str) -> None:
    expect(page.locator("[data-saved]")).to_contain_text(words, timeout=15_000)


def shares(sheet_id: int) -> list[str]:
    rows = db.session.query(PracticalScoreRow).filter_by(sheet_id=sheet_id).order_by(PracticalScoreRow.id)
    found = [row.share for row in rows]
    db.session.remove()
    return found


def test_one_tap_is_saved_and_undo_takes_it_back(page, sheet_id) -> None:
    tap(page, 0, -1)
    says(page, "Saved on the server")
    expect(page.locator('[data-count="all"]').first).to_have_text("1")
    page.click("[data-undo-button]")
    expect(page.locator(".level[aria-pressed=true]")).to_have_count(0)
    expect(page.locator("[data-changes]").first).to_contain_text("took back", use_inner_text=False)
    assert shares(sheet_id) == ["1", TAKEN_BACK]


def test_taps_without_a_network_wait_survive_a_new_page_and_are_sent_once(page, sheet_id) -> None:
    page.route("**/scores", lambda route: route.abort())
    for criterion in range(3):
        tap(page, criterion, -1)
    says(page, "Not saved yet: 3 waiting")
    assert shares(sheet_id) == []
    page.reload()
    says(page, "Not saved yet: 3 waiting")
    expect(page.locator(".level[aria-pressed=true]")).to_have_count(3)
    page.unroute("**/scores")
    says(page, "Saved on the server")
    assert shares(sheet_id) == ["1", "1", "1"]


def test_a_tap_that_was_saved_but_not_acknowledged_is_one_score(page, sheet_id) -> None:
    lost = []

    def lose_the_first_reply(route) -> None:
        reply = route.fetch()
        if lost:
            route.fulfill(response=reply)
        else:
            lost.append(reply.status)
            route.abort()

    page.route("**/scores", lose_the_first_reply)
    tap(page, 0, -1)
    says(page, "Saved on the server")
    assert lost == [200]
    assert shares(sheet_id) == ["1"]


@pytest.mark.parametrize("body", ["<h1>Welcome to the hotel</h1>", json.dumps({"ok": True})])
def test_a_page_that_answers_in_our_place_is_no_receipt(page, sheet_id, body: str) -> None:
    page.route("**/scores", lambda route: route.fulfill(status=200, body=body))
    tap(page, 0, -1)
    says(page, "Not saved yet: 1 waiting")
    page.unroute("**/scores")
    says(page, "Saved on the server")
    assert shares(sheet_id) == ["1"]


def test_a_refused_tap_is_said_and_the_level_goes_back_to_what_is_saved(page, sheet_id) -> None:
    tap(page, 0, -1)
    says(page, "Saved on the server")
    db.session.query(AssessmentRow).update({"state": AssessmentState.SUBMITTED})
    db.session.commit()
    tap(page, 0, 0)
    expect(page.locator("[data-refusals]")).to_contain_text("The mark sheet has been submitted")
    pressed = page.locator(".criterion").first.locator(".level").last
    expect(pressed).to_have_attribute("aria-pressed", "true")
    assert shares(sheet_id) == ["1"]
