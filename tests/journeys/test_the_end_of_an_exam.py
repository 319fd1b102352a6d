"""How an exam ends on its page, with and without the network, and what it says where time is given then."""

import pytest
from playwright.sync_api import expect

from lms.clock import now
from lms.services import delivery, exam_clock, sittings
from lms.services.invigilation import Who
from tests.journeys import steps
from tests.journeys.exam_acts import attempt, ends, minutes_left, more

pytestmark = pytest.mark.browser


def goes_on(live, page) -> None:
    """The page lets the candidate answer, and has not handed in, a while after it might have by itself."""
    expect(page.locator("[data-ending]")).to_be_hidden(timeout=15_000)
    page.wait_for_timeout(6000)
    expect(page.locator("#q1 input[type=radio]").first).to_be_enabled()
    with live.inside():
        assert attempt(live).submitted_at is None


def loses_the_network_near_the_end(live, page, console) -> None:
    """The page knows that five seconds are left, and then has no network."""
    console.expect("ERR_INTERNET_DISCONNECTED")
    ends(live, 5)
    steps.look_again(page)
    minutes_left(page, "Less than a minute left")
    page.context.set_offline(True)


def test_warnings_come_at_ten_and_at_two_minutes_and_then_the_page_closes_itself(live, page, today) -> None:
    steps.choose(page, 1, 2)
    steps.looks(page, "is-saved")
    for seconds, words in ((9 * 60 + 30, "10 minutes left."), (90, "2 minutes left.")):
        ends(live, seconds)
        steps.look_again(page)
        expect(page.locator("[data-spoken]")).to_contain_text(words)
    ends(live, 2)
    steps.look_again(page)
    expect(page.locator("[data-ending-words]")).to_contain_text("The time is over.")
    expect(page.locator("#q1 input[type=radio]").first).to_be_disabled()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your paper is handed in")
    expect(page.get_by_text("with 1 of")).to_be_visible()


def test_time_given_after_the_page_closed_itself_lets_the_candidate_go_on_at_the_same_device(live, page, today) -> None:
    steps.choose(page, 1, 2)
    steps.looks(page, "is-saved")
    ends(live, 2)
    steps.look_again(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your paper is handed in")
    with live.inside():
        give = {"seconds": 600, "reason": "The clock was wrong", "key": "again-0001", "now": now()}
        assert len(exam_clock.give_time(live.actor("agency"), today, Who(), **give).done) == 1
    page.reload()
    expect(page.locator("body")).to_have_class("exam scripted")
    assert steps.chosen(page, 1) == [2]
    steps.choose(page, 2, 1)
    steps.says(page, "On the server, ")
    with live.inside():
        assert len(sittings.answers_of(delivery.sitting_of(attempt(live)))) == 2


def test_time_given_in_the_moment_of_the_end_stops_the_page_from_handing_in(live, page, today) -> None:
    ends(live, 1)
    steps.look_again(page)
    expect(page.locator("[data-ending-words]")).to_contain_text("The time is over.")
    more(live, today, "moment-0001")
    steps.look_again(page)
    goes_on(live, page)


@pytest.mark.parametrize("answers", [0, 1], ids=["nothing waits", "an answer waits"])
@pytest.mark.parametrize("is_opened_again", [False, True], ids=["stays", "opened again"])
def test_time_given_while_the_network_was_gone_at_the_end_reaches_the_page_before_it_hands_in(
    live, page, today, console, answers: int, is_opened_again: bool
) -> None:
    loses_the_network_near_the_end(live, page, console)
    for number in range(1, answers + 1):
        steps.choose(page, number, 1)
    expect(page.locator("[data-ending-words]")).to_contain_text("The time is over", timeout=15_000)
    page.wait_for_timeout(6000)  # by now it wants to hand in
    more(live, today, "gone-0001")
    page.context.set_offline(False)
    if is_opened_again:
        page.reload()
    goes_on(live, page)
    with live.inside():
        assert len(sittings.answers_of(delivery.sitting_of(attempt(live)))) == answers


def test_a_page_that_is_opened_again_after_the_end_without_a_network_says_so_and_offers_the_file(
    live, page, console
) -> None:
    loses_the_network_near_the_end(live, page, console)
    steps.choose(page, 1, 2)
    ending = page.locator("[data-ending]")
    expect(ending).to_contain_text("The time is over", timeout=15_000)
    page.wait_for_timeout(6000)  # by now it wants to hand in
    page.reload()
    expect(ending).to_contain_text("The time is over and the network is away. Answers waiting on this device: 1.")
    with page.expect_download():
        steps.press(page, "Save the answers as a file")
    expect(page.locator("#q1 input[type=radio]").first).to_be_enabled()  # more time may have been given
    page.get_by_role("link", name="Review and hand in").first.click()
    expect(page.get_by_role("button", name="Hand in the paper")).to_be_visible()
    page.context.set_offline(False)
    steps.heading(page, "Your paper is handed in")
    expect(page.get_by_text("with 1 of")).to_be_visible()


def test_without_a_network_at_the_end_nothing_says_that_the_answers_are_being_sent(live, page, console) -> None:
    loses_the_network_near_the_end(live, page, console)
    steps.choose(page, 1, 2)
    told, ending = page.locator("[data-told]"), page.locator("[data-ending]")
    expect(ending).to_contain_text("The time is over and the network is away.", timeout=15_000)
    expect(told).to_be_hidden()
    with page.expect_download():
        ending.get_by_role("button", name="Save the answers as a file").click(timeout=30_000)
    expect(told).to_contain_text("The file is saved.")


def test_a_pause_that_the_page_has_not_heard_of_is_no_end(live, page, today, console) -> None:
    loses_the_network_near_the_end(live, page, console)
    with live.inside():
        exam_clock.pause(live.actor("assessor"), today, Who(), reason="Power cut", key="p3", now=now())
    expect(page.locator("[data-ending-words]")).to_contain_text("The time is over", timeout=15_000)
    page.wait_for_timeout(6000)
    page.context.set_offline(False)
    expect(page.locator("[data-paused]")).to_be_visible(timeout=30_000)
    with live.inside():
        assert attempt(live).submitted_at is None


def test_what_is_refused_is_said_in_the_language_of_the_page(page, browser_of, console) -> None:
    console.expect("status of 409")
    other = browser_of("trainee")
    steps.press(other, "हिन्दी")
    other.goto(page.url.partition("#")[0])
    other.get_by_label("निरीक्षक का कोड").fill("ABC-DEF")
    steps.press(other, "इसी डिवाइस पर आगे बढ़ें")
    expect(other.locator("[data-take-over-fault]")).to_contain_text("कोड ग़लत है")
