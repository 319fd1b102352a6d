"""A stranger's first visit to a demo: how many taps it takes from the sign-in page to each role's main task done."""

import csv
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Download, Page, expect

from lms.clock import now
from lms.extensions import db
from lms.services import approval, demo_visitors
from lms.services.demo_visitors import PARTS, Part
from lms.tables.assessing import AssessmentRow
from lms.tables.marking import PracticalScoreRow
from lms.tables.people import PersonRow
from lms.tables.training import SectionReadRow
from tests.journeys import steps
from tests.journeys.site import Site, served
from tests.journeys.walking import examine
from tests.lms.services import assessing_steps
from tests.pictures import camera
from tests.pictures.scenes import SCENES

pytestmark = pytest.mark.browser
PLAYERS = {
    Part.COUNCIL: "council",
    Part.ASSESSOR: "assessor",
    Part.EXAMINEE: "trainee-b",
    Part.LEARNER: "trainee",
}
PHONE, TABLET = {"width": 360, "height": 780}, {"width": 768, "height": 1024}
# Every finger or button that goes down, counted by the browser itself and kept from page to page.
TAPS = "Number(sessionStorage.taps || 0)"
COUNTER = f"addEventListener('pointerdown', () => {{ sessionStorage.taps = {TAPS} + 1; }}, true);"


@pytest.fixture
def live(database: str, tmp_path: Path) -> Iterator[Site]:
    """The world as a demo that offers four of its people."""
    with served(tmp_path, database) as site:
        with site.inside():
            db.session.query(PersonRow).update({"is_simulated": True})
            demo_visitors.begin("a seed", now=now())
            demo_visitors.finish(PLAYERS, now=now())
        yield site


@pytest.fixture
def visitor_of(browser_of) -> Callable[..., Page]:
    """Somebody who has just opened the site, plays a part, and whose taps are counted."""

    def open_page(part: Part, **options: object) -> Page:
        page = browser_of(**options)
        page.context.add_init_script(COUNTER)
        steps.visit(page, part)
        assert taps(page) == 1
        return page

    return open_page


def taps(page: Page) -> int:
    return page.evaluate(TAPS)


def lines_of(download: Download) -> list[dict[str, str]]:
    return list(csv.DictReader(Path(download.path()).read_text(encoding="utf-8-sig").splitlines()))


def test_a_trainee_is_in_the_first_lesson_after_two_taps_and_has_read_it_with_one_a_section(live, visitor_of) -> None:
    page = visitor_of(Part.LEARNER, viewport=PHONE, has_touch=True, is_mobile=True)
    steps.follow(page, "Begin")
    expect(page.get_by_role("heading", name="After this lesson you can")).to_be_visible()
    assert taps(page) == 2
    sections = page.locator(".lesson-section").count()
    for done in range(1, sections + 1):
        page.get_by_role("button", name="Mark as read").first.click()
        expect(page.locator(".section-end .state-good:visible")).to_have_count(done)
    expect(page.get_by_role("heading", name="You have read this lesson")).to_be_visible()
    assert taps(page) == 2 + sections
    with live.inside():
        assert db.session.query(SectionReadRow).count() == sections


def test_a_candidate_is_at_the_first_question_after_three_taps(live, visitor_of) -> None:
    with live.inside():
        steps.assessed_today(live, assessing_steps.batch().id)
    page = visitor_of(Part.EXAMINEE, viewport=PHONE)
    steps.follow(page, "Go to the exam")
    steps.press(page, "Start the exam")
    expect(page.locator("#q1")).to_be_visible()
    assert taps(page) == 3
    page.locator("#q1 label").first.click()
    expect(page.locator("[data-saved]")).to_contain_text("On the server, ")
    assert taps(page) == 4


def test_a_practical_is_scored_with_one_tap_a_criterion(live, visitor_of) -> None:
    with live.inside():
        row = steps.assessed_today(live, assessing_steps.batch().id)
        candidates = len(row.candidates)
    page = visitor_of(Part.ASSESSOR, viewport=TABLET, has_touch=True)
    steps.follow(page, "Score")
    page.get_by_role("link", name="Score", exact=False).first.click()
    steps.heading(page, "Practical of")
    to_the_sheet = taps(page)
    assert to_the_sheet == 3
    criteria = page.locator("[data-criterion]")
    total = criteria.count()
    for place in range(total):
        criteria.nth(place).locator(".level").last.click()
    expect(page.get_by_text("Every criterion is scored")).to_be_visible()
    expect(page.locator("[data-saved]")).not_to_have_class(re.compile("is-waiting"))
    assert (total, taps(page) - to_the_sheet) == (57, 57)
    with live.inside():
        assert db.session.query(PracticalScoreRow).count() == 57
    steps.follow(page, "Next candidate")
    steps.heading(page, "Practical of")
    assert taps(page) == to_the_sheet + 57 + 1
    assert candidates > 1


def test_a_filtered_export_is_three_clicks_from_home(live, visitor_of) -> None:
    with live.inside():
        code = _release(live).batch.code
    page = visitor_of(Part.COUNCIL)
    at_home = taps(page)
    steps.go_to(page, "Exports")
    page.get_by_role("navigation", name="Released lately").get_by_role("link").first.click()
    with page.expect_download() as download:
        steps.press(page, "Download as CSV")
    assert taps(page) - at_home == 3
    assert {line["batch"] for line in lines_of(download.value)} == {code}


def test_what_is_chosen_is_what_is_downloaded_counted_or_not(live, visitor_of) -> None:
    with live.inside():
        _release(live)
    page = visitor_of(Part.COUNCIL)
    steps.go_to(page, "Exports")
    page.get_by_label("Component").select_option("theory")
    with page.expect_download() as download:
        steps.press(page, "Download as CSV")
    assert {line["component"] for line in lines_of(download.value)} == {"theory"}
    assert "token" not in page.url


def test_another_role_is_one_click_in_the_menu_of_the_account(live, visitor_of) -> None:
    page = visitor_of(Part.COUNCIL)
    page.get_by_label("Account of").click()
    page.get_by_role("group", name="Try another role").get_by_role("button", name="Assessor").click()
    steps.heading(page, "Waiting for you")
    expect(page.get_by_role("navigation", name="Main")).to_contain_text("Practicals")
    assert taps(page) == 3


def test_the_pages_of_a_demo_say_so_and_are_accessible(live, browser_of) -> None:
    page = browser_of()
    page.goto("/sign-in")
    expect(page.get_by_text("all people and results in it are simulated")).to_be_visible()
    faults = examine(page)
    page.get_by_role("button", name=PARTS[Part.COUNCIL][0].template).click()
    expect(page.get_by_text("all people and results in it are simulated")).to_be_visible()
    page.get_by_label("Account of").click()
    faults += examine(page)
    assert not faults, "\n".join(faults)


def test_a_picture_for_the_documents_is_what_a_visitor_sees(live, chromium) -> None:
    scene = next(scene for scene in SCENES if scene.name == "council-home")
    with Image.open(BytesIO(camera.photograph(chromium, live.url, scene))) as image:
        assert (image.format, image.size) == ("WEBP", (1280, 800))
        assert len(image.convert("RGB").getcolors(1280 * 800)) > 100  # a page with words, not an empty one


def _release(site: Site) -> AssessmentRow:
    """An assessment that is done and whose results the council has released."""
    row = steps.assessed_today(site, assessing_steps.batch().id)
    steps.all_done(row)
    approval.submit(site.actor("assessor"), row.id, now=now())
    approval.verify(site.actor("agency"), row.id, now=now())
    approval.approve(site.actor("council"), row.id, now=now())
    approval.release(site.actor("council"), row.id, now=now())
    return row
