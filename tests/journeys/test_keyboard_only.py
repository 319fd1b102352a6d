"""A candidate without a mouse: sign in, find the exam, answer and hand in by keys alone."""

import pytest
from playwright.sync_api import Page, expect

from lms.extensions import db
from lms.tables.attempts import AttemptRow
from tests import world
from tests.journeys import steps
from tests.lms.services import assessing_steps

pytestmark = pytest.mark.browser
# The words of what has the focus: its label, its own name, or what stands in it.
FOCUSED = """() => {
  const one = document.activeElement;
  return one.labels && one.labels.length ? one.labels[0].innerText : one.ariaLabel || one.innerText || '';
}"""


def tab_to(page: Page, words: str, most: int = 150) -> None:
    """Press Tab until the thing with these words has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if words in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"Tab never comes to {words!r} on {page.url}")


def choose(page: Page, words: str) -> None:
    """Go to a link or a button and press Enter."""
    tab_to(page, words)
    page.keyboard.press("Enter")


def test_an_exam_is_sat_by_keyboard_alone(live, browser_of) -> None:
    with live.inside():
        steps.assessed_today(live, assessing_steps.batch().id)
    page = browser_of()
    sign_in_by_keys(page)
    choose(page, "Go to the exam")
    steps.heading(page, "Theory exam")
    choose(page, "Start the exam")
    answer_two_by_keys(page)
    ask_to_hand_in(page)
    expect(page.locator("[data-asking-words]")).to_contain_text("Not answered: 66")
    choose(page, "Go on answering")
    expect(page.locator("#q3")).to_be_focused()
    ask_to_hand_in(page)
    choose(page, "Hand in all the same")
    steps.heading(page, "Your paper is handed in")
    expect(page.get_by_text("with 2 of")).to_be_visible()
    with live.inside():
        assert db.session.query(AttemptRow).one().submitted_at is not None


def ask_to_hand_in(page: Page) -> None:
    """By the arrow to the end, and press the button; the page asks once more."""
    while page.locator("#hand-in").is_hidden():
        page.keyboard.press("ArrowRight")
    choose(page, "Hand in the paper")
    expect(page.locator("[data-asking]")).to_be_focused()


def sign_in_by_keys(page: Page) -> None:
    """From the first Tab to home."""
    page.goto("/")
    tab_to(page, "User name")
    page.keyboard.type("trainee")
    tab_to(page, "Password")
    page.keyboard.type(world.PASSWORD)
    page.keyboard.press("Enter")
    steps.heading(page, "Waiting for you")


def answer_two_by_keys(page: Page) -> None:
    """Choose by digits, move by arrows, flag, and go back by a link."""
    saved = page.locator("[data-saved]")
    expect(page.get_by_role("timer")).to_contain_text("minutes left")
    page.keyboard.press("2")
    expect(saved).to_contain_text("On the server, ")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#q2")).to_be_focused()
    page.keyboard.press("1")
    page.keyboard.press("f")
    expect(page.locator("[data-answered]")).to_have_text("2")
    expect(page.locator("#q2").get_by_role("button", name="Flag")).to_have_attribute("aria-pressed", "true")
    choose(page, "Previous")
    expect(page.locator("#q1").get_by_role("radio").nth(1)).to_be_checked()
    expect(saved).to_contain_text("On the server, ")
