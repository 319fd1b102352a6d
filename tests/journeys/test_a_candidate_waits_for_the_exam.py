"""A candidate comes by the slip, tests the device, sees the button come by itself, and starts."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from lms.clock import now
from lms.extensions import db
from lms.services import exam_codes
from lms.tables.assessing import AssessmentRow
from tests.exams import a_drawn_assessment
from tests.journeys.conftest import BrowserOf
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
LINES = ("saving", "storage", "offline", "space", "clock")


def slip_of(live: Site, opens_in: timedelta) -> tuple[str, str]:
    with live.inside():
        assessment = a_drawn_assessment(opens_at=now() + opens_in)
        slips = exam_codes.make_codes(live.actor("centre"), assessment.id, form="the form of a journey", now=now())
        return slips[0].candidate.number, slips[0].code


def come(page, number: str, code: str) -> None:
    page.goto(f"/exam?number={number}")
    page.get_by_label("Exam code").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="Go to the exam").click()


def test_the_device_is_tested_and_the_button_comes_when_the_exam_opens(live: Site, browser_of: BrowserOf) -> None:
    page = browser_of()
    come(page, *slip_of(live, timedelta(seconds=25)))
    test = page.locator("[data-device-test][data-done]")
    expect(test).to_be_visible()
    for name in LINES:
        expect(test.locator(f"[data-line={name}] [data-word]")).to_have_text("Works")
    expect(page.locator("[data-countdown]")).to_have_text(re.compile(r"Opens in \d+ seconds"))
    start = page.get_by_role("button", name="Start the exam")
    expect(start).to_be_hidden()
    expect(page.get_by_role("status").filter(has_text="The exam is open")).to_have_count(0)
    expect(start).to_be_visible(timeout=60_000)
    expect(page.get_by_role("status").filter(has_text="The exam is open. You can start.")).to_have_count(1)
    start.click()
    expect(page).to_have_url(re.compile(r"/exam/attempts/\d+"))


def test_a_device_that_can_do_nothing_is_told_so_and_starts_all_the_same(
    live: Site, browser_of: BrowserOf, console
) -> None:
    page = browser_of()
    console.expect("Failed to load resource")
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { get() { throw new Error('private'); } });")
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false });")
    page.route("**/test", lambda route: route.abort())
    come(page, *slip_of(live, timedelta(minutes=-1)))
    test = page.locator("[data-device-test][data-done]")
    expect(test.locator("[data-line=storage]")).to_contain_text("This device keeps nothing")
    expect(test.locator("[data-line=offline]")).to_contain_text("Online only")
    expect(test.locator("[data-line=saving]")).to_contain_text("The server does not answer")
    page.unroute("**/test")
    page.get_by_role("button", name="Test again").click()
    expect(test.locator("[data-line=saving]")).to_contain_text("A saved answer is confirmed")
    page.get_by_role("button", name="Start the exam").click()
    expect(page).to_have_url(re.compile(r"/exam/attempts/\d+"))


def test_the_invigilator_sees_who_waits_and_the_device_tells_so_again_and_again(
    live: Site, browser_of: BrowserOf
) -> None:
    page = browser_of()
    page.clock.install()
    come(page, *slip_of(live, timedelta(minutes=30)))
    expect(page.locator("[data-device-test][data-done]")).to_be_visible()
    for _ in range(2):
        with page.expect_response("**/test") as told:
            page.clock.fast_forward(31_000)
        assert told.value.ok
    with live.inside():
        assessment = db.session.query(AssessmentRow).one().id
    agency = browser_of("agency")
    agency.goto(f"/assessments/{assessment}/room")
    expect(agency.locator("[data-seat]").first).to_contain_text("Signed in")
    expect(agency.locator("[data-seat] [data-cell=heard]").first).to_have_text("just now")


def test_without_script_the_waiting_room_starts_the_exam(live: Site, browser_of: BrowserOf) -> None:
    page = browser_of(java_script_enabled=False)
    come(page, *slip_of(live, timedelta(minutes=-1)))
    expect(page.locator("[data-device-test]")).to_be_hidden()
    page.get_by_role("button", name="Start the exam").click()
    expect(page).to_have_url(re.compile(r"/exam/attempts/\d+"))
