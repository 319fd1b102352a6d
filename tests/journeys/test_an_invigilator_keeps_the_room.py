"""An invigilator in the exam room: a candidate goes offline and comes back, gets ten minutes, is paused and goes on."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from lms.clock import now
from lms.extensions import db
from lms.services import contacts, delivery
from lms.services.accounts import actor_of
from lms.tables.attempts import AttemptRow
from tests import rooms
from tests.exams import candidate_of
from tests.journeys import steps
from tests.journeys.site import Site
from tests.journeys.walking import examine

pytestmark = pytest.mark.browser


def opened(live: Site) -> int:
    """A room that opened ten minutes ago, in which one trainee has begun; their attempt."""
    with live.inside():
        row = rooms.a_room(now() - timedelta(minutes=10))
        candidate = candidate_of(row, "trainee")
        return delivery.start(actor_of(candidate.trainee.person), candidate.id, now=now() - timedelta(minutes=8)).id


def device_tells(live: Site, attempt_id: int, *, minutes_ago: int = 0, waiting: int = 0) -> None:
    """The device of an attempt was heard last so long ago."""
    with live.inside():
        desk = delivery.get_desk(live.actor("trainee").person_id, attempt_id)
        told = contacts.Told(waiting=waiting, mode="kept")
        contacts.heartbeat(desk, device="tablet", told=told, now=now() - timedelta(minutes=minutes_ago))


def act(page: Page, what: str, why: str, button: str, minutes: str = "") -> None:
    """Tick the candidate, choose an act, and do it with its reason."""
    page.get_by_role("checkbox", name="Trainee", exact=True).check()
    page.get_by_label("What to do").select_option(label=what)
    steps.press(page, "Go on")
    steps.heading(page, what)
    if minutes:
        page.get_by_label("Minutes").fill(minutes)
    page.get_by_label("Reason").fill(why)
    assert not examine(page)
    steps.press(page, button)
    steps.heading(page, "Exam room")


def test_an_invigilator_sees_who_goes_offline_and_gives_time_and_pauses(live, browser_of) -> None:
    attempt_id = opened(live)
    device_tells(live, attempt_id)
    page = browser_of("assessor", viewport={"width": 360, "height": 780})
    steps.take_up(page, "Invigilate the theory exam")
    steps.heading(page, "Exam room")
    expect(page.get_by_text("Nobody needs you now")).to_be_visible()
    other = page.locator("[data-seat]").filter(has_text="Trainee B")
    other.get_by_role("button", name="Confirm identity").click()
    expect(other.locator("[data-cell=state]")).to_have_text("Identity checked")
    assert not examine(page)

    device_tells(live, attempt_id, minutes_ago=3, waiting=4)
    expect(page.locator("[data-troubles]")).to_contain_text("No contact for 3 minutes")
    expect(page.get_by_role("status").filter(has_text="Trainee: No contact for 3 minutes")).to_have_count(1)
    expect(page).to_have_title(re.compile(r"^\(1\) Exam room"))
    expect(page.get_by_role("link", name="Needs you now: 1")).to_be_visible()
    device_tells(live, attempt_id)
    expect(page.get_by_text("Nobody needs you now")).to_be_visible()
    expect(page).to_have_title(re.compile("^Exam room"))
    expect(page.locator("[data-alarm]")).to_be_hidden()

    act(page, "Give time", "Power cut in the hall", "Give the time", minutes="10")
    steps.told(page, "1 candidate has more time.")
    row = page.locator("[data-seat]").first
    expect(row).to_contain_text("10 minutes given: Power cut in the hall")
    act(page, "Pause", "Power cut again", "Pause now")
    expect(row.locator("[data-cell=state]")).to_have_text("Paused")
    act(page, "Resume", "The power is back", "Resume now")
    expect(row.locator("[data-cell=state]")).to_have_text("Working")
    with live.inside():
        attempt = db.session.get_one(AttemptRow, attempt_id)
        assert attempt.deadline_at - attempt.started_at >= timedelta(minutes=100)

    row.get_by_role("link", name="Trainee").click()
    steps.heading(page, "Trainee")
    expect(page.get_by_text("let the exam go on")).to_be_visible()
    assert not examine(page)


def test_the_room_is_kept_without_script(live, browser_of) -> None:
    attempt_id = opened(live)
    device_tells(live, attempt_id, minutes_ago=3)
    page = browser_of("agency", java_script_enabled=False)
    with live.inside():
        candidate = db.session.get_one(AttemptRow, attempt_id).candidate
        address = f"/assessments/{candidate.assessment_id}/room"
    page.goto(address)
    expect(page.locator("[data-troubles]")).to_contain_text("No contact for 3 minutes")
    device_tells(live, attempt_id)
    page.reload()
    expect(page.get_by_text("Nobody needs you now")).to_be_visible()
    page.get_by_role("checkbox", name="Trainee", exact=True).check()
    page.get_by_label("What to do").select_option(label="End the exam")
    steps.press(page, "Go on")
    page.get_by_label("Reason").fill("Taken ill")
    page.get_by_label("I have read what happens").check()
    steps.press(page, "End the exam")
    expect(page.locator("[data-cell=state]").first).to_have_text("Ended by the invigilator")
