"""Another device takes an exam over: by the invigilator's code, with all that is kept and told."""

import pytest
from playwright.sync_api import Page, expect

from lms.clock import now
from lms.extensions import db
from lms.services import delivery, sittings, takeovers
from lms.tables.attempts import AnswerEventRow
from tests.journeys import steps
from tests.journeys.exam_acts import attempt, ends, minutes_left, more, takes_over
from tests.journeys.walking import examine

pytestmark = pytest.mark.browser
# Whatever any tab writes next waits until the disk is calm.
BUSY_DISK = """() => new Promise((resolve) => {
  const opening = indexedDB.open('yogyata-exam');
  opening.onsuccess = () => {
    const sittings = opening.result.transaction(['sittings', 'events'], 'readwrite').objectStore('sittings');
    let isBusy = true;
    const go = () => { if (isBusy) sittings.count().onsuccess = go; };
    window.calm = () => { isBusy = false; };
    go();
    resolve();
  };
})"""


def flagged(page: Page) -> list[str]:
    """The numbers of the questions that the palette shows as flagged."""
    return [link.get_attribute("data-go") for link in page.locator(".palette .is-flagged[data-go]").all()]


def test_another_device_needs_a_code_and_the_first_one_becomes_read_only(live, page, browser_of, console) -> None:
    for words in ("status of 409", "ERR_INTERNET_DISCONNECTED"):
        console.expect(words)
    steps.choose(page, 1, 2)
    steps.looks(page, "is-saved")
    other = browser_of("trainee", viewport={"width": 360, "height": 780})
    other.goto(page.url.partition("#")[0])
    expect(other.get_by_text("Your exam goes on at another device.", exact=True)).to_be_visible()
    expect(other.locator("#q1 input[type=radio]").first).to_be_disabled()
    assert not examine(other)
    other.get_by_label("Code of the invigilator").fill("ABC-DEF")
    steps.press(other, "Go on at this device")
    expect(other.locator("[data-take-over-fault]")).to_contain_text("The code is wrong")
    page.context.set_offline(True)
    steps.choose(page, 2, 1)
    with live.inside():
        code = takeovers.make_code(live.actor("assessor"), attempt(live).id, now=now())
    other.get_by_label("Code of the invigilator").fill(code.lower())
    steps.press(other, "Go on at this device")
    expect(other.locator("[data-take-over]")).to_be_hidden()
    expect(other.locator("#q1 input[type=radio]").nth(1)).to_be_checked()
    steps.choose(other, 1, 3)
    steps.looks(other, "is-saved")
    expect(other.locator("[data-answered]")).to_have_text("1")
    page.context.set_offline(False)
    steps.look_again(page)
    steps.looks(page, "is-saved")
    steps.look_again(other)
    expect(other.locator("#q2 input[type=radio]").first).to_be_checked()
    expect(other.locator("[data-answered]")).to_have_text("2")
    expect(page.get_by_text("Your exam goes on at another device.", exact=True)).to_be_visible()
    expect(page.locator("#q1 input[type=radio]").first).to_be_disabled()
    with live.inside():
        assert [row.epoch for row in db.session.query(AnswerEventRow).order_by(AnswerEventRow.id)] == [1, 2, 1]


def test_time_given_after_the_end_lets_the_device_whose_turn_it_was_go_on_and_no_other(
    live, page, browser_of, today
) -> None:
    address = page.url.partition("#")[0]
    steps.choose(page, 1, 2)
    steps.looks(page, "is-saved")
    other = browser_of("trainee")
    other.goto(address)
    with live.inside():
        code = takeovers.make_code(live.actor("assessor"), attempt(live).id, now=now())
    other.get_by_label("Code of the invigilator").fill(code)
    steps.press(other, "Go on at this device")
    expect(other.locator("[data-take-over]")).to_be_hidden()
    for number in (2, 3):
        steps.choose(other, number, 1)
        steps.looks(other, "is-saved")
    ends(live, 2)
    steps.look_again(other)
    expect(other.get_by_role("heading", level=1)).to_contain_text("Your paper is handed in")
    steps.look_again(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your paper is handed in")
    more(live, today, "turn-0001")
    page.goto(address)  # first of all
    expect(page.get_by_text("Your exam goes on at another device.", exact=True)).to_be_visible()
    other.goto(address)
    expect(other.locator("body")).to_have_class("exam scripted")
    steps.choose(other, 3, 2)
    steps.says(other, "On the server, ")
    expect(other.locator("[data-take-over]")).to_be_hidden()
    expect(page.locator("#q1 input[type=radio]").first).to_be_disabled()
    with live.inside():
        sitting = delivery.sitting_of(attempt(live))
        assert len(sittings.answers_of(sitting)) == 3
        assert sittings.counting_of(sitting).refused == ()
        events = db.session.query(AnswerEventRow).order_by(AnswerEventRow.id).all()
        assert [(row.epoch, row.seq) for row in events] == [(1, 1), (2, 1), (2, 2), (2, 3)]
        assert sitting.row.epoch == 2


def test_a_turn_that_a_device_remembers_from_before_an_exam_began_is_not_taken_for_one_of_it(
    live, browser_of, today
) -> None:
    page = browser_of("trainee")
    turns = [{"sitting": str(number), "device": "old", "seq": 40, "at": "2020-01-01T00:00:00Z"} for number in range(99)]
    page.evaluate("turns => localStorage.setItem('yogyata-exam-turns', JSON.stringify(turns))", turns)
    steps.begin_exam(page)
    steps.choose(page, 1, 2)
    steps.looks(page, "is-saved")
    with live.inside():
        (event,) = db.session.query(AnswerEventRow).all()
        assert (event.seq, event.device == "old") == (1, False)


def test_what_is_flagged_goes_along_to_the_device_that_takes_over_and_stays_its_own(live, page, browser_of) -> None:
    for number in (3, 5):
        page.locator(f'.palette [data-go="{number}"]').click()
        page.keyboard.press("f")
    with page.expect_response("**/contact"):
        steps.look_again(page)
    other = browser_of("trainee")
    other.goto(page.url.partition("#")[0])
    takes_over(live, other)
    assert flagged(other) == ["3", "5"]
    other.locator('.palette [data-go="3"]').click()
    other.keyboard.press("f")
    with other.expect_response("**/contact"):
        steps.look_again(other)
    for one in (other, page):  # the one before can only read
        one.reload()
        expect(one.locator("[data-exam]")).to_have_attribute("data-mode", "kept")
        assert flagged(one) == ["5"]


def test_time_given_is_told_though_the_page_is_drawn_anew_in_that_moment(
    live, page, browser_of, today, console
) -> None:
    console.expect("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    steps.choose(page, 2, 1)
    other = browser_of("trainee")
    other.goto(page.url.partition("#")[0])
    takes_over(live, other)
    page.context.set_offline(False)
    steps.look_again(page)
    expect(page.locator("[data-saved]")).to_have_class("exam-saved is-saved")
    more(live, today, "anew-0001")
    steps.look_again(other)
    expect(other.locator("#q2 input[type=radio]").first).to_be_checked()  # drawn anew
    expect(other.locator("[data-told]")).to_contain_text("You were given more time: 10 minutes.")


def test_time_given_while_a_device_was_gone_is_told_at_the_one_that_takes_over(live, page, browser_of, today) -> None:
    with page.expect_response("**/contact"):
        steps.look_again(page)
    address = page.url.partition("#")[0]
    page.goto("about:blank")
    more(live, today, "gone-0002")
    other = browser_of("trainee")
    other.goto(address)
    takes_over(live, other)
    expect(other.locator("[data-told]")).to_contain_text("You were given more time: 10 minutes.")
    with other.expect_response("**/contact"):
        steps.look_again(other)
    third = browser_of("trainee")
    third.goto(address)
    minutes_left(third, "100 minutes left")
    expect(third.locator("[data-told]")).to_be_hidden()


def test_an_answer_on_its_way_to_the_disk_is_not_lost_where_the_page_is_drawn_anew(
    live, page, browser_of, console
) -> None:
    console.expect("ERR_INTERNET_DISCONNECTED")
    other = browser_of("trainee")
    page.context.set_offline(True)
    steps.choose(page, 2, 1)
    steps.choose(page, 4, 1)
    other.goto(page.url.partition("#")[0])
    with live.inside():
        code = takeovers.make_code(live.actor("assessor"), attempt(live).id, now=now())
    other.get_by_label("Code of the invigilator").fill(code)
    steps.press(other, "Go on at this device")
    expect(other.locator("[data-take-over]")).to_be_hidden()
    steps.kept(other)  # its script has read the disk
    tab = other.context.new_page()
    tab.goto("/static/emblem.svg")
    tab.evaluate(BUSY_DISK)
    other.bring_to_front()
    steps.choose(other, 1, 3)
    page.context.set_offline(False)
    steps.look_again(page)
    steps.looks(page, "is-saved")
    other.wait_for_function("() => !document.hidden")
    with other.expect_response("**/contact", timeout=40_000):  # at the latest by itself
        steps.look_again(other)
    other.wait_for_timeout(500)
    expect(other.locator("#q1 input[type=radio]").nth(2)).to_be_checked()
    tab.evaluate("window.calm()")
    expect(other.locator("#q2 input[type=radio]").first).to_be_checked()
    expect(other.locator("#q1 input[type=radio]").nth(2)).to_be_checked()
