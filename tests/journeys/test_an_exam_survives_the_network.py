"""An exam where the network goes away, lies, or stays away: nothing kept is lost, nothing unsaved is called saved."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from lms.clock import now
from lms.extensions import db
from lms.records.answer_files import open_sealed, read_sealed
from lms.services import answer_file_key, answer_log, delivery
from lms.services.answer_log import SentAnswer
from lms.services.answer_statements import MOST_CHANGES
from lms.tables.attempts import AnswerEventRow, AttemptRow
from tests.journeys import steps

pytestmark = pytest.mark.browser
AWAY = "ERR_INTERNET_DISCONNECTED"
PORTAL = "<!doctype html><title>Free wifi</title><h1>Welcome</h1><p>Please sign in"


@pytest.fixture
def page(browser_of, today, console) -> Page:
    """A candidate in their exam, with the page kept on the device."""
    console.expect(AWAY)
    console.expect("Failed to load resource")
    page = browser_of("trainee")
    steps.begin_exam(page)
    return page


def saved(page: Page) -> None:
    steps.looks(page, "is-saved")
    steps.says(page, "On the server, ")


def waits(page: Page, count: int) -> None:
    steps.says(page, f"On this device: {count} waiting for the network")
    steps.looks(page, "is-waiting")


def log(live) -> list[tuple[int, str]]:
    with live.inside():
        return [(row.seq, row.device) for row in db.session.query(AnswerEventRow).order_by(AnswerEventRow.seq)]


def test_answers_given_offline_survive_a_reload_and_arrive_once(live, page) -> None:
    steps.choose(page, 1, 2)
    saved(page)
    page.context.set_offline(True)
    steps.choose(page, 2, 1)
    steps.choose(page, 3, 3)
    waits(page, 2)
    page.reload()
    waits(page, 2)
    assert [steps.chosen(page, number) for number in (1, 2, 3)] == [[2], [1], [3]]
    steps.choose(page, 2, 4)
    waits(page, 3)
    assert len(log(live)) == 1
    page.context.set_offline(False)
    saved(page)
    assert [seq for seq, _ in log(live)] == [1, 2, 3, 4]
    page.reload()
    assert [steps.chosen(page, number) for number in (1, 2, 3)] == [[2], [4], [3]]


def test_a_tab_that_is_closed_offline_comes_back_with_everything(live, page) -> None:
    page.context.set_offline(True)
    steps.choose(page, 1, 3)
    waits(page, 1)
    address = page.url
    again = page.context.new_page()
    page.close()
    again.goto(address.partition("#")[0])
    waits(again, 1)
    assert steps.chosen(again, 1) == [3]
    again.context.set_offline(False)
    saved(again)
    assert len(log(live)) == 1


def test_a_captive_portal_makes_nothing_saved(live, page) -> None:
    def portal(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body=PORTAL)

    page.route("**/events", portal)
    page.route("**/contact", portal)
    steps.choose(page, 1, 2)
    waits(page, 1)
    page.wait_for_timeout(2500)
    waits(page, 1)
    assert log(live) == []
    page.unroute("**/events")
    page.unroute("**/contact")
    saved(page)
    assert len(log(live)) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"saved": [{"seq": 1, "receipt": "0" * 64, "saved_at": "2026-01-01T00:00:00+00:00"}]},
        {"sitting": "1", "device": "another", "saved": [{"seq": 1, "receipt": "0" * 64}]},
    ],
    ids=["nothing", "of no sitting", "of another device"],
)
def test_a_copied_reply_is_no_acknowledgement(live, page, body) -> None:
    told = {"status": 200, "content_type": "application/json", "headers": {"X-Yogyata-Receipt": "1"}}
    page.route("**/events", lambda route: route.fulfill(**told, body=json.dumps(body)))
    steps.choose(page, 1, 2)
    page.wait_for_timeout(1500)
    waits(page, 1)
    assert log(live) == []


def test_an_answer_that_cannot_be_read_holds_no_other_up_and_is_never_called_saved(live, page) -> None:
    def refuse_the_first(route: Route) -> None:
        if any(event["seq"] == 1 for event in route.request.post_data_json["events"]):
            route.fulfill(status=422, json={"error": "", "words": "This cannot be read."})
        else:
            route.continue_()

    page.route("**/events", refuse_the_first)
    page.context.set_offline(True)
    for number in (1, 2, 3):
        steps.choose(page, number, 1)
    page.context.set_offline(False)
    waits(page, 1)
    assert [seq for seq, _ in log(live)] == [2, 3]
    page.unroute("**/events")
    page.reload()
    # The page as the server draws it says “saved” of what the server has; the script then looks at the device.
    for _ in range(75):
        if len(log(live)) == 3:
            break
        page.wait_for_timeout(200)
    saved(page)
    assert sorted(seq for seq, _ in log(live)) == [1, 2, 3]


def also_sent(live, answers: list[SentAnswer]) -> None:
    """The server has these of the candidate's device too, and its page does not know."""
    _, device = log(live)[0]
    with live.inside():
        attempt = db.session.query(AttemptRow).one()
        desk = delivery.get_desk(attempt.candidate.trainee.person_id, attempt.id)
        answer_log.keep(desk, device=device, epoch=1, sent=answers, now=now())


def test_an_answer_changed_without_end_is_refused_in_words_and_the_saved_one_stays(live, page) -> None:
    steps.choose(page, 1, 1)
    saved(page)
    for first in range(1000, 1000 + MOST_CHANGES, 100):
        also_sent(live, [SentAnswer(seq=first + place, number=1, place=2) for place in range(100)])
    steps.choose(page, 1, 3)
    steps.says(page, "changed more often than anybody changes an answer")
    steps.looks(page, "is-refused")
    assert len(log(live)) == MOST_CHANGES
    with page.expect_response("**/events"):
        steps.choose(page, 2, 4)
    page.reload()
    steps.kept(page)  # what the device keeps is in the page
    assert (steps.chosen(page, 1), steps.chosen(page, 2)) == ([2], [4])


def test_an_answer_under_a_number_that_was_used_and_forgotten_goes_out_under_its_own(live, page) -> None:
    steps.choose(page, 1, 1)
    saved(page)
    also_sent(live, [SentAnswer(seq=seq, number=2, place=1) for seq in (2, 3, 4)])
    for place in (4, 3):
        steps.choose(page, 2, place)
    steps.choose(page, 3, 2)
    steps.looks(page, "is-saved")
    steps.until(page, "!document.querySelector('[data-saved-words]').textContent.includes('stays')")
    page.reload()
    steps.kept(page)
    assert [steps.chosen(page, number) for number in (1, 2, 3)] == [[1], [3], [2]]
    steps.choose(page, 4, 1)
    steps.looks(page, "is-saved")


def test_two_tabs_give_each_answer_its_own_number(live, page) -> None:
    other = page.context.new_page()
    other.goto(page.url.partition("#")[0])
    expect(other.locator("body")).to_have_class("exam scripted")
    page.context.set_offline(True)
    steps.choose(page, 1, 1)
    steps.choose(other, 2, 2)
    steps.choose(page, 3, 3)
    waits(page, 3)
    waits(other, 3)
    assert steps.chosen(other, 3) == [3]
    page.context.set_offline(False)
    saved(page)
    saved(other)
    assert [seq for seq, _ in log(live)] == [1, 2, 3]
    assert len({device for _, device in log(live)}) == 1


def test_storage_that_is_cleared_is_said_and_what_the_page_holds_is_written_again(live, page) -> None:
    page.context.set_offline(True)
    steps.choose(page, 1, 1)
    waits(page, 1)
    page.evaluate("indexedDB.deleteDatabase('yogyata-exam')")
    steps.choose(page, 2, 2)
    waits(page, 2)
    page.context.set_offline(False)
    saved(page)
    assert [seq for seq, _ in log(live)] == [1, 2]


def test_a_device_that_keeps_nothing_says_so_and_still_saves(live, browser_of, today) -> None:
    page = browser_of()
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { get() { throw new Error('blocked'); } })")
    steps.sign_in(page, "trainee")
    steps.take_up(page, "Theory exam")
    steps.press(page, "Start the exam")
    steps.says(page, "This device keeps nothing")
    steps.choose(page, 1, 2)
    steps.looks(page, "is-refused")
    page.wait_for_timeout(1000)
    assert len(log(live)) == 1


def test_handing_in_offline_waits_and_happens_when_the_network_is_back(live, page) -> None:
    steps.choose(page, 1, 1)
    saved(page)
    page.context.set_offline(True)
    steps.choose(page, 2, 2)
    page.locator(".palette").get_by_role("link", name="Review and hand in").click()
    steps.press(page, "Hand in the paper")
    expect(page.locator("[data-asking-words]")).to_contain_text("Not answered:")
    steps.press(page, "Hand in all the same")
    expect(page.locator("[data-ending-words]")).to_contain_text("Answers waiting on this device: 1")
    expect(page.locator("#q1 input[type=radio]").first).to_be_disabled()
    page.reload()
    expect(page.locator("[data-ending-words]")).to_contain_text("Not handed in yet")
    page.context.set_offline(False)
    steps.heading(page, "Your paper is handed in")
    expect(page.get_by_text("with 2 of")).to_be_visible()
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("localStorage.getItem('yogyata-exam-kept')") is None
    with live.inside():
        assert db.session.query(AttemptRow).one().submitted_at is not None


def test_answers_that_never_got_out_come_in_as_a_file_once(live, page, browser_of, today, tmp_path) -> None:
    page.context.set_offline(True)
    steps.choose(page, 1, 1)
    steps.choose(page, 2, 2)
    page.locator(".palette").get_by_role("link", name="Review and hand in").click()
    steps.press(page, "Hand in the paper")
    steps.press(page, "Hand in all the same")
    with page.expect_download() as saving:
        steps.press(page, "Save the answers as a file")
    path = tmp_path / saving.value.suggested_filename
    saving.value.save_as(path)
    with live.inside():
        key = answer_file_key.site_key()
        assert [event.number for event in open_sealed(read_sealed(path.read_bytes()), key.private, key.id).events] == [
            1,
            2,
        ]
    staff = browser_of("assessor")
    for words in ("2 answers taken in, 0 were here already", "0 answers taken in, 2 were here already"):
        staff.goto(f"/assessments/{today}/answer-files")
        staff.get_by_label("File with answers").set_input_files(path)
        steps.press(staff, "Take the answers in")
        expect(staff.get_by_text(words)).to_be_visible()
    assert len(log(live)) == 2


def test_another_person_at_the_same_device_finds_no_paper_and_sends_what_waited(live, page) -> None:
    page.context.set_offline(True)
    steps.choose(page, 1, 1)
    waits(page, 1)
    page.goto("about:blank")
    page.context.clear_cookies()
    page.context.set_offline(False)
    steps.sign_in(page, "trainee-b")
    steps.until(page, "(await caches.keys()).length === 0")
    page.wait_for_function("() => localStorage.getItem('yogyata-exam-kept') === null")
    assert len(log(live)) == 1


def test_the_worker_of_exams_stays_out_of_lessons_and_practice(page) -> None:
    scopes = "async () => (await navigator.serviceWorker.getRegistrations()).map((one) => new URL(one.scope).pathname)"
    assert page.evaluate(scopes) == ["/exam/"]
    for address in ("/learn", "/", "/results"):
        page.goto(address)
        assert page.evaluate("navigator.serviceWorker.controller === null"), address


def test_where_lessons_are_kept_an_exam_is_kept_by_its_own_worker(browser_of, today, console) -> None:
    console.expect(AWAY)
    console.expect("Failed to load resource")
    page = browser_of("trainee")
    page.goto("/learn")
    steps.press(page, "Keep for reading offline")
    expect(page.locator("[data-keep-words]")).to_contain_text("They stay until you sign out", timeout=60_000)
    steps.begin_exam(page)
    page.wait_for_function("() => (navigator.serviceWorker.controller?.scriptURL || '').endsWith('/exam/worker.js')")
    page.context.set_offline(True)
    steps.choose(page, 1, 2)
    waits(page, 1)
    page.reload()
    waits(page, 1)
    assert steps.chosen(page, 1) == [2]
    page.context.set_offline(False)
    saved(page)


def test_a_new_version_of_the_worker_waits_until_the_exam_is_over(live, page) -> None:
    script = live.app.test_client().get("/exam/worker.js").text
    page.context.route(
        "**/exam/worker.js", lambda route: route.fulfill(body=script + "\n// new", content_type="text/javascript")
    )
    states = page.evaluate(
        """async () => {
          const here = await navigator.serviceWorker.getRegistration('/exam/');
          await here.update().catch(() => {});
          await new Promise((done) => setTimeout(done, 1000));
          return [Boolean(here.active), Boolean(here.waiting), Boolean(here.installing)];
        }"""
    )
    assert states == [True, False, False]
