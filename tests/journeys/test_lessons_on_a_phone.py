"""A trainee reads on a phone: in both languages, on where they stopped, and on when the network goes away."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from curriculum.lessons import Lesson, parse_lesson
from lms.clock import now
from lms.extensions import db
from lms.records.content import stored
from lms.services import feedback
from lms.tables.content import LessonVersionRow
from lms.tables.training import BatchRow, SectionReadRow
from tests import world
from tests.journeys import steps
from tests.journeys.walking import examine
from tests.lms.lesson_files import A_DRAWING, a_lesson

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
TOP_OF_THREE = "document.getElementById('section-3').getBoundingClientRect().top"
ENGLISH, HINDI = "The lamp at the desk", "मेज़ का लैंप"


@pytest.fixture
def lesson(live) -> int:
    """A lesson that there is in English and in Hindi, with a drawing and a list to tick."""
    with live.inside():
        rows = [_published(language, title) for language, title in (("en", ENGLISH), ("hi", HINDI))]
        db.session.add_all(rows)
        db.session.commit()
        return rows[0].id


def _published(language: str, title: str) -> LessonVersionRow:
    lesson, _, problems = parse_lesson(a_lesson(language, title), "lesson.md", lambda _address: A_DRAWING)
    assert isinstance(lesson, Lesson), problems
    names = {"unit_code": "ASC/N0003", "slug": "the-lamp", "language": language, "number": 1, "position": 9}
    return LessonVersionRow(**names, title=title, published_at=world.DAY, **stored(lesson))


def reads(live) -> list[int]:
    with live.inside():
        return [row.section for row in db.session.query(SectionReadRow).order_by(SectionReadRow.section)]


def open_lesson(page: Page, lesson: int) -> None:
    page.goto("/learn")
    page.get_by_role("link", name=ENGLISH).click()
    steps.heading(page, ENGLISH)


def keep_all(page: Page) -> None:
    """Keep the pack's lessons on this device."""
    page.goto("/learn")
    steps.press(page, "Keep for reading offline")
    expect(page.locator("[data-keep-words]")).to_contain_text("They stay until you sign out", timeout=60_000)
    page.reload()
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def mark(page: Page, number: int) -> None:
    page.locator(f"#section-{number}").get_by_role("button").click()


def test_what_is_read_in_one_language_is_read_in_the_other(live, browser_of, lesson) -> None:
    page = browser_of("trainee", **PHONE)
    open_lesson(page, lesson)
    expect(page.get_by_role("img", name="A lamp with its switch on the left")).to_be_visible()
    mark(page, 1)
    expect(page.locator("#section-1")).to_contain_text("Read")
    page.get_by_role("link", name="हिन्दी").first.click()
    steps.heading(page, HINDI)
    expect(page.locator("article")).to_have_attribute("lang", "hi")
    expect(page.locator("#section-1").get_by_text("Read", exact=True)).to_be_visible()
    assert not examine(page)
    mark(page, 2)
    expect(page.locator("#section-2").get_by_text("Read", exact=True)).to_be_visible()
    page.goto("/learn")
    expect(page.get_by_role("link", name=HINDI)).to_be_visible()
    assert reads(live) == [1, 2]


def test_one_goes_on_at_the_very_place_and_ticks_stay(browser_of, lesson) -> None:
    page = browser_of("trainee", **PHONE)
    open_lesson(page, lesson)
    expect(page.locator("[data-go-on]")).to_be_hidden()
    page.get_by_label("Switch found").check()
    page.locator("#section-3 h2").scroll_into_view_if_needed()
    page.evaluate("window.scrollTo(0, document.getElementById('section-3').offsetTop + 200)")
    page.wait_for_timeout(600)
    before = page.evaluate(TOP_OF_THREE)
    page.goto("/learn")
    page.get_by_role("link", name=ENGLISH).click()
    page.get_by_role("link", name="Go on: Section 3").click()
    assert abs(page.evaluate(TOP_OF_THREE) - before) < 3
    expect(page.get_by_label("Switch found")).to_be_checked()


def test_offline_one_reads_on_and_what_is_marked_is_counted_later(live, browser_of, console, lesson) -> None:
    console.expect("ERR_INTERNET_DISCONNECTED")
    page = browser_of("trainee", **PHONE)
    keep_all(page)
    open_lesson(page, lesson)
    page.context.set_offline(True)
    page.goto("/learn")
    expect(page.get_by_text("You are offline")).to_be_visible()
    page.goto("/learn/999999")
    steps.heading(page, "Lessons on this device")
    page.get_by_role("link", name=ENGLISH).click()
    expect(page.get_by_text("You are offline. This is the copy that your device keeps.")).to_be_visible()
    expect(page.locator("[data-kept-age]")).to_contain_text("brought up to date")
    expect(page.get_by_role("img", name="A lamp with its switch on the left")).to_be_visible()
    mark(page, 1)
    expect(page.locator("#section-1")).to_contain_text("Read, waiting for the network")
    page.reload()
    expect(page.locator("#section-1")).to_contain_text("Read, waiting for the network")
    expect(page.locator("[data-waiting]")).to_contain_text("waiting for the network: 1")
    page.context.set_offline(False)
    expect(page.locator("#section-1").get_by_text("Read", exact=True)).to_be_visible()
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert reads(live) == [1]


def test_signing_out_takes_the_kept_lessons_away(browser_of, lesson) -> None:
    page = browser_of("trainee")
    keep_all(page)
    assert page.evaluate("caches.keys()")
    page.locator("details.menu summary").click()
    steps.press(page, "Sign out")
    steps.heading(page, "Sign in")
    assert page.evaluate("caches.keys()") == []


def test_nobody_finds_what_another_person_kept(browser_of, console, lesson) -> None:
    console.expect("ERR_INTERNET_DISCONNECTED")
    page = browser_of("trainee")
    keep_all(page)
    # The session is gone without signing out: its cookie is lost.
    page.context.clear_cookies()
    steps.sign_in(page, "trainee-b")
    steps.until(page, "(await caches.keys()).length === 0")
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto("/learn")


def test_offline_home_opens_as_it_was_with_the_lessons_on_the_device(live, browser_of, console, lesson) -> None:
    console.expect("ERR_INTERNET_DISCONNECTED")
    page = browser_of("trainee", **PHONE)
    _write_to_the_trainee(live, "Ring me tomorrow.")
    keep_all(page)
    page.goto("/")
    expect(page.get_by_text("Ring me tomorrow.")).to_be_visible()
    expect(page.get_by_text("You are offline")).to_be_hidden()
    expect(page.get_by_role("heading", name="Lessons on this device")).to_be_hidden()
    page.context.set_offline(True)
    page.goto("/")
    expect(page.get_by_text("You are offline. This is the copy that your device keeps.")).to_be_visible()
    expect(page.locator("[data-kept-age]")).to_contain_text("brought up to date")
    expect(page.get_by_text("stands here as it was at that time")).to_be_visible()
    steps.heading(page, "Waiting for you")
    expect(page.get_by_text("Ring me tomorrow.")).to_have_count(0)
    assert not examine(page)
    page.get_by_role("link", name=ENGLISH).click()
    steps.heading(page, ENGLISH)
    mark(page, 1)
    page.goto("/")
    expect(page.locator("[data-waiting]")).to_contain_text("waiting for the network: 1")
    page.context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert reads(live) == [1]


def _write_to_the_trainee(live, text: str) -> None:
    with live.inside():
        batch = db.session.query(BatchRow).filter_by(code="B-TC-1").one()
        one = next(row.id for row in batch.trainees if row.person.login == "trainee")
        feedback.write(live.actor("trainer"), batch.id, [one], text, key="a-message", now=now())


def test_home_without_kept_lessons_is_not_kept_either(browser_of, console, lesson) -> None:
    console.expect("ERR_INTERNET_DISCONNECTED")
    page = browser_of("trainee")
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("caches.keys()") == []
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto("/")


def test_the_worker_has_nothing_to_do_with_exams_and_practice(browser_of, lesson) -> None:
    page = browser_of("trainee")
    keep_all(page)
    scopes = "async () => (await navigator.serviceWorker.getRegistrations()).map((one) => new URL(one.scope).pathname)"
    assert page.evaluate(scopes) == ["/"]
    given = {
        address: page.goto(address).from_service_worker
        for address in ("/", "/learn", "/results", "/practice/asc-n0003", "/exam")
    }
    assert given == {"/": True, "/learn": True, "/results": False, "/practice/asc-n0003": False, "/exam": False}


def test_the_worker_is_asked_for_anew_each_time(live) -> None:
    answer = live.app.test_client().get("/learn/worker.js")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert "no-" in answer.headers["Cache-Control"]
    assert answer.data == Path("lms/static/lesson_worker.js").read_bytes()
