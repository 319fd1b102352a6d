"""What staff need on the day of an exam is in sight on a phone, and says what it is."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from lms.clock import now
from lms.extensions import db
from lms.services import exam_codes, exam_entry
from lms.tables.attempts import AttemptRow
from tests import rooms
from tests.journeys.walking import NARROW

pytestmark = pytest.mark.browser


def is_in_sight(shown: Locator) -> bool:
    """Whether all of it stands in the width of the screen, without scrolling sideways."""
    box = shown.bounding_box()
    return box is not None and box["x"] >= 0 and box["x"] + box["width"] <= NARROW["width"]


def word_before(cell: Locator) -> str:
    """What the page writes before a cell to say what it is."""
    return cell.evaluate("cell => getComputedStyle(cell.closest('td'), '::before').content").strip('"')


def test_the_extra_minutes_of_every_candidate_are_in_sight(live, browser_of) -> None:
    with live.inside():
        row = rooms.a_room(now() - timedelta(minutes=10))
        row.candidates[0].extra_minutes = 30
        db.session.commit()
        address, count = f"/assessments/{row.id}", len(row.candidates)
    page = browser_of("council", viewport=NARROW)
    page.goto(f"{address}/extra-time")
    boxes = page.get_by_label("Extra minutes for")
    expect(boxes).to_have_count(count)
    assert [box.get_attribute("name") for box in boxes.all() if not is_in_sight(box)] == []
    page.goto(address)
    minutes = page.locator("table.candidates tbody td:last-child").first
    expect(minutes).to_have_text("30")
    assert is_in_sight(minutes)


def test_the_codes_and_the_answer_sheets_of_a_hall_fit_the_screen(live, browser_of) -> None:
    with live.inside():
        row = rooms.a_room(now() - timedelta(minutes=10))
        slips = exam_codes.make_codes(live.actor("centre"), row.id, form="the form of a journey", now=now())
        typed = exam_entry.Entry(number=slips[0].candidate.number, code=slips[0].code, browser="phone", device="phone")
        exam_entry.enter(typed, now=now())
        addresses = [f"/assessments/{row.id}/{page}" for page in ("exam-codes", "paper")]
    page = browser_of("agency", viewport=NARROW)
    for address in addresses:
        page.goto(address)
        wide = "() => [document.documentElement, ...document.querySelectorAll('.table-scroll')]"
        assert page.evaluate(f"({wide})().filter((one) => one.scrollWidth > one.clientWidth).length") == 0, address


def test_the_times_of_who_has_finished_say_what_they_are(live, browser_of) -> None:
    with live.inside():
        row = rooms.a_room(now() - timedelta(minutes=30))
        attempt = rooms.begun(row, "trainee", now() - timedelta(minutes=20))
        rooms.heard(attempt, now() - timedelta(minutes=9), answered=5)
        attempt.submitted_at, attempt.handed_in_by = now() - timedelta(minutes=8), "candidate"
        db.session.commit()
        address = f"/assessments/{row.id}/room"
    page = browser_of("assessor", viewport=NARROW)
    page.goto(address)
    seat = page.locator("[data-seat]").first
    expect(seat).to_contain_text("Handed in")
    words = {name: word_before(seat.locator(f"[data-cell={name}]")) for name in ("heard", "left")}
    assert words == {"heard": "Last contact ", "left": "Time left or end "}
    assert all(is_in_sight(seat.locator(f"[data-cell={name}]")) for name in words)


def in_the_exam(live, browser_of, language: str, place: str = "") -> Page:
    """The phone of a candidate who began five minutes ago, at a place of the paper."""
    with live.inside():
        row = rooms.a_room(now() - timedelta(minutes=30))
        attempt_id = rooms.begun(row, "trainee", now() - timedelta(minutes=5)).id
    page: Page = browser_of("trainee", viewport=NARROW)
    page.get_by_role("button", name=language).click()
    page.goto(f"/exam/attempts/{attempt_id}{place}")
    return page


@pytest.mark.parametrize(("language", "waits"), [("English", "On this device"), ("हिन्दी", "इस डिवाइस पर")])
def test_the_time_stays_in_sight_while_an_answer_waits_for_the_network(
    live, browser_of, console, language: str, waits: str
) -> None:
    console.expect("Failed to load resource")
    page = in_the_exam(live, browser_of, language)
    options = page.locator("label.option:visible")
    options.first.click()
    expect(page.locator("[data-saved].is-saved")).to_be_visible()
    page.context.set_offline(True)
    options.nth(1).click()
    expect(page.locator("[data-saved]")).to_contain_text(waits)
    assert is_in_sight(page.locator("[data-timer]"))
    assert is_in_sight(page.locator(".exam-display summary"))
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


@pytest.mark.parametrize("language", ["English", "हिन्दी", "Polski"])
def test_two_taps_on_handing_in_ask_and_hand_nothing_in(live, browser_of, language: str) -> None:
    page = in_the_exam(live, browser_of, language, "#hand-in")
    expect(page.locator("body")).to_have_class("exam scripted")
    page.locator("[data-hand-in] button").dblclick(delay=60)
    expect(page.locator("[data-asking]")).to_be_visible()
    page.wait_for_timeout(1500)
    expect(page.locator("[data-asking]")).to_be_visible()
    with live.inside():
        assert db.session.query(AttemptRow).filter(AttemptRow.submitted_at.is_not(None)).first() is None
    page.locator("[data-asking-yes]").click()
    expect(page.locator("[data-exam-ended]")).to_be_visible()
