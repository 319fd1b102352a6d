"""What a candidate's page tells the exam room: that it was left or opened twice; once each, without a network later."""

import pytest
from playwright.sync_api import Page, expect

from lms.clock import now
from lms.extensions import db
from lms.services import exam_clock
from lms.services.invigilation import Who
from lms.tables.attempts import AttemptRow
from lms.tables.invigilation import IntegrityEventRow
from tests.journeys import steps

pytestmark = pytest.mark.browser
# Playwright's pages always have the focus, and are never out of sight: these words say otherwise.
HIDDEN = """hidden => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}"""
UNTOLD = """() => Object.entries(sessionStorage).every(([name, kept]) => !name.includes('-noted-') || kept === '[]')"""
FOCUSED = """focused => {
  document.hasFocus = () => focused;
  window.dispatchEvent(new Event(focused ? 'focus' : 'blur'));
}"""


def told(live, page: Page) -> list[str]:
    """The kinds of what the room knows, once the page has told all."""
    steps.look_again(page)
    page.wait_for_function(UNTOLD)
    with live.inside():
        return [row.kind for row in db.session.query(IntegrityEventRow).order_by(IntegrityEventRow.id)]


def test_a_page_that_was_left_is_told_of_once_and_so_is_that_somebody_came_back(live, page) -> None:
    page.evaluate(HIDDEN, True)
    page.evaluate(FOCUSED, False)
    page.evaluate(HIDDEN, False)
    page.evaluate(FOCUSED, True)
    assert told(live, page) == ["left", "returned"]


def test_who_works_in_a_window_beside_the_exam_has_left_it_and_a_short_dialog_is_no_leaving(live, page) -> None:
    page.evaluate(FOCUSED, False)
    page.evaluate(FOCUSED, True)
    with page.expect_request(lambda request: '"left"' in (request.post_data or "")):
        page.evaluate(FOCUSED, False)
    page.evaluate(FOCUSED, True)
    assert told(live, page) == ["left", "returned"]


def test_what_was_done_without_a_network_is_told_after_the_page_was_loaded_anew(live, page, console) -> None:
    console.expect("Failed to load resource")
    page.context.set_offline(True)
    for is_hidden in (True, False):
        page.evaluate(HIDDEN, is_hidden)
    page.reload()
    expect(page.locator("body")).to_have_class("exam scripted")
    page.context.set_offline(False)
    assert told(live, page) == ["left", "returned"]


def test_what_is_on_its_way_is_not_told_twice(live, page) -> None:
    page.route("**/contact", lambda _route: None)  # it hangs
    for is_hidden in (True, False):
        page.evaluate(HIDDEN, is_hidden)
    for _again in range(2):
        with page.expect_request("**/contact"):
            steps.look_again(page)
    page.unroute("**/contact")  # what was held goes on, in any order
    assert sorted(told(live, page)) == ["left", "returned"]


@pytest.mark.parametrize("has_locks", [True, False])
def test_the_room_is_told_of_a_second_tab_at_once_and_not_of_a_page_that_is_loaded_anew(live, page, has_locks) -> None:
    if not has_locks:  # as where the address begins with http
        page.context.add_init_script("Object.defineProperty(navigator, 'locks', { value: undefined })")
    page.reload()
    page.wait_for_timeout(4000)  # the page looks three seconds after it began
    assert told(live, page) == []
    other = page.context.new_page()
    with other.expect_response(lambda reply: "second_tab" in (reply.request.post_data or "")):
        other.goto(page.url)
    assert told(live, page) == ["second_tab"]


def test_who_left_in_a_pause_and_is_still_away_when_the_time_goes_on_has_left_then(live, page) -> None:
    def do(act) -> None:
        with live.inside():
            candidate = db.session.query(AttemptRow).one().candidate
            who, words = Who(candidate_ids=(candidate.id,)), {"reason": "The power is cut", "key": act.__name__}
            act(live.actor("agency"), candidate.assessment_id, who, now=now(), **words)
        page.evaluate("window.dispatchEvent(new Event('online'))")

    do(exam_clock.pause)
    page.locator("[data-paused]").wait_for()
    page.evaluate(HIDDEN, True)
    assert told(live, page) == ["left"]
    with page.expect_request(lambda request: '"left"' in (request.post_data or "")):
        do(exam_clock.resume)
