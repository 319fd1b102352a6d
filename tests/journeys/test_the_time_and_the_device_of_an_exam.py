"""What a candidate sees when the invigilator acts: a pause, more time, another device; and the end of the time."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from assessments import exam_time
from lms.clock import now
from lms.extensions import db
from lms.services import delivery, exam_clock, sittings, takeovers
from lms.services.invigilation import Who
from lms.tables.attempts import AnswerEventRow, AttemptRow
from tests.journeys import steps
from tests.journeys.walking import examine

pytestmark = pytest.mark.browser
# The reply to the next sign of life is there, and reaches the page when the test lets it arrive.
HOLD_ONE = """() => {
  const real = window.fetch;
  window.fetch = async (url, how) => {
    const reply = await real(url, how);
    if (!window.arrive && String(url).endsWith('/contact')) await new Promise((go) => { window.arrive = go; });
    return reply;
  };
}"""
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
CLOCK = """async () => {
  const { Clock } = await import('/static/exam/clock.js');
  const at = { steady: 0, wall: Date.parse('2031-01-01T00:00:00Z') };
  const facts = { deadline: '2026-11-02T11:30:00+05:30', now: '2026-11-02T10:00:00+05:30', paused: false, copy: true };
  const make = (more) => new Clock({ ...facts, ...more }, () => at.steady, () => at.wall);
  const minutes = (clock) => clock.left / 60000;
  const seen = {};
  const clock = make();
  clock.set({ deadline_at: facts.deadline, server_now: facts.now, paused: false });
  at.steady += 10 * 60000; at.wall -= 86400000;
  seen.afterTen = minutes(clock);
  const then = { deadline_at: '2026-11-02T11:35:00+05:30', server_now: '2026-11-02T10:10:00+05:30', paused: false };
  seen.given = clock.set(then).given;
  seen.withMore = minutes(clock);
  clock.set({ ...then, paused: true });
  at.steady += 7 * 60000;
  seen.paused = minutes(clock);
  const stopped = clock.stands;
  const still = { deadline_at: '2026-11-02T11:42:00+05:30', server_now: '2026-11-02T10:17:00+05:30', paused: true };
  clock.set(still);
  seen.pausedStill = [minutes(clock), clock.changeFrom(stopped).given];
  seen.givenInThePause = clock.set({ ...still, deadline_at: '2026-11-02T11:47:00+05:30' }).given;
  clock.set({ deadline_at: '2026-11-02T11:42:00+05:30', server_now: '2026-11-02T10:17:00+05:30', paused: false });
  at.steady += 60000;
  const kept = clock.kept();
  const reborn = () => { const other = make(); other.restore(kept); return other; };
  at.steady = 0; at.wall = kept.wall + 5 * 60000;
  seen.afterFiveOff = minutes(reborn());
  at.wall = kept.wall + 86400000 * 400;
  seen.wildClock = minutes(reborn());
  at.wall = kept.wall - 86400000;
  seen.clockSetBack = minutes(reborn());
  at.wall = kept.wall + 3 * 3600000;
  seen.closesByItself = reborn().isOver;
  return seen;
}"""

MINUTES = """async (lefts) => {
  const { Clock } = await import('/static/exam/clock.js');
  const now = Date.parse('2026-11-02T10:00:00Z');
  const facts = { now: new Date(now).toISOString(), paused: false, copy: true };
  const clock = (left) => new Clock({ ...facts, deadline: new Date(now + left).toISOString() }, () => 0);
  return lefts.map((left) => clock(left).minutes);
}"""

LOOKS = """async () => {
  const { Contact } = await import('/static/exam/contact.js');
  const asked = [], outbox = { record: {}, waiting: [], saved: [] };
  const send = () => new Promise((answer) => asked.push(answer));
  const contact = new Contact({ outbox, send, url: '', mode: () => '', hear() { contact.later(); } });
  contact.call();
  contact.soon(0);
  asked[0]({ kind: 'ours' });
  await new Promise((done) => setTimeout(done, 500));
  return asked.length;
}"""

# When the next sign of life is due, in ms after the last one, however often the server is heard meanwhile.
DUE = """async (heard) => {
  const { Contact } = await import('/static/exam/contact.js');
  let now = 0, due = 0;
  performance.now = () => now;
  window.setTimeout = (_, wait) => { due = now + wait; };
  const outbox = { record: {}, waiting: [], saved: [] };
  const contact = new Contact({ outbox, send: async () => ({}), url: '', mode: () => '', hear() {} });
  await contact.call();
  return [due, ...heard.map((at) => { now = at; contact.later(); return due; })];
}"""
# For how many ticks of its clock a page has said that more time was given, when it takes it as read; none while hidden.
READ = """async () => {
  const { Timer } = await import('/static/exam/timer.js');
  window.setInterval = () => {};
  let isHidden = true, isRead = false, ticks = 0;
  Object.defineProperty(document, 'hidden', { get: () => isHidden });
  const clock = { minutes: 8, left: 480000, isOver: false, seemsOver: false, changeFrom: () => ({ given: 600 }) };
  const outbox = { record: { told: {} }, note: () => { isRead = true; } };
  const said = [], words = { moreMinutes: 'more: {count}', warning: '{count} left', left: '' };
  const timer = new Timer({ clock, outbox, words, tell: (told) => said.push(told), ending: {} });
  for (let tick = 0; tick < 100; tick += 1) timer.tick();
  const before = isRead;
  isHidden = false;
  while (!isRead && ticks < 100) { timer.tick(); ticks += 1; }
  return [said, before, ticks];
}"""


@pytest.fixture
def page(browser_of, today) -> Page:
    """A candidate in their exam."""
    page = browser_of("trainee")
    steps.begin_exam(page)
    return page


def minutes_left(page: Page, words: str) -> None:
    expect(page.get_by_role("timer")).to_contain_text(words)


def attempt(live) -> AttemptRow:
    return db.session.query(AttemptRow).one()


def test_a_candidate_reads_the_same_minutes_as_the_invigilator(page) -> None:
    lefts = [-1, 0, 1, 59_999, 60_000, 60_001, 119_999, 120_000, 75 * 60_000, 75 * 60_000 + 1]
    told = [exam_time.minutes_left(timedelta(milliseconds=left)) for left in lefts]
    assert page.evaluate(MINUTES, lefts) == told == [0, 0, 1, 1, 1, 2, 2, 2, 75, 76]


def test_the_clock_follows_the_server_and_never_the_devices_time_of_day(page) -> None:
    assert page.evaluate(CLOCK) == {
        "afterTen": 80,
        "given": 300,
        "withMore": 85,
        "paused": 85,
        "pausedStill": [85, 0],
        "givenInThePause": 300,
        "afterFiveOff": 79,
        "wildClock": 84,
        "clockSetBack": 84,
        "closesByItself": False,
    }


def test_a_pause_stands_on_the_page_and_its_end_too(live, page, today) -> None:
    minutes_left(page, "90 minutes left")
    with live.inside():
        exam_clock.pause(live.actor("assessor"), today, Who(), reason="Power cut", key="p1", now=now())
    steps.look_again(page)
    expect(page.get_by_text("The invigilator has paused the exam.").first).to_be_visible()
    minutes_left(page, "Paused")
    expect(page.locator("#q1 input[type=radio]").first).to_be_disabled()
    assert not examine(page)
    with live.inside():
        exam_clock.resume(live.actor("assessor"), today, Who(), reason="Power is back", key="r1", now=now())
    steps.look_again(page)
    expect(page.locator("[data-paused]")).to_be_hidden()
    expect(page.locator("#q1 input[type=radio]").first).to_be_enabled()
    expect(page.locator("[data-spoken]")).to_contain_text("The exam goes on.")


def test_a_reply_that_was_overtaken_by_a_newer_one_changes_no_clock(live, page, today) -> None:
    minutes_left(page, "90 minutes left")
    page.evaluate(HOLD_ONE)
    steps.look_again(page)
    page.wait_for_function("() => window.arrive")
    with live.inside():
        exam_clock.pause(live.actor("assessor"), today, Who(), reason="Power cut", key="p2", now=now())
    steps.look_again(page)
    expect(page.locator("[data-paused]")).to_be_visible()
    page.evaluate("() => window.arrive()")
    page.wait_for_timeout(500)
    expect(page.locator("[data-paused]")).to_be_visible()


def test_more_time_is_shown_and_spoken(live, page, today) -> None:
    for key, seconds, words in (("x1", 600, "10 minutes"), ("x2", 60, "60 seconds")):
        with live.inside():
            who, why = Who(), "The lights went out"
            exam_clock.give_time(live.actor("assessor"), today, who, seconds=seconds, reason=why, key=key, now=now())
        steps.look_again(page)
        expect(page.locator("[data-spoken]")).to_contain_text(f"You were given more time: {words}.")
    minutes_left(page, "101 minutes left")
    expect(page.locator("[data-told]")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("[data-told]")).to_be_hidden()


def test_who_comes_back_to_the_page_is_told_at_once_though_a_reply_comes_in_that_moment(live, page) -> None:
    assert page.evaluate(LOOKS) == 2


def test_who_answers_quickly_is_heard_by_the_room_within_a_minute_all_the_same(page) -> None:
    first, *later = page.evaluate(DUE, [10_000, 20_000, 30_000, 40_000])
    assert 20_000 <= first <= 30_000 <= later[0] <= 40_000, "half a minute after the server was heard is soon enough"
    assert max(later) <= 60_000


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


def more(live, today, key: str) -> None:
    with live.inside():
        give = {"seconds": 600, "reason": "The network was gone", "key": key, "now": now()}
        assert len(exam_clock.give_time(live.actor("agency"), today, Who(), **give).done) == 1


def goes_on(live, page) -> None:
    """The page lets the candidate answer, and has not handed in, a while after it might have by itself."""
    expect(page.locator("[data-ending]")).to_be_hidden(timeout=15_000)
    page.wait_for_timeout(6000)
    expect(page.locator("#q1 input[type=radio]").first).to_be_enabled()
    with live.inside():
        assert attempt(live).submitted_at is None


def test_time_given_in_the_moment_of_the_end_stops_the_page_from_handing_in(live, page, today) -> None:
    ends(live, 1)
    steps.look_again(page)
    expect(page.locator("[data-ending-words]")).to_contain_text("The time is over.")
    more(live, today, "moment-0001")
    steps.look_again(page)
    goes_on(live, page)


def loses_the_network_near_the_end(live, page, console) -> None:
    """The page knows that five seconds are left, and then has no network."""
    console.expect("ERR_INTERNET_DISCONNECTED")
    ends(live, 5)
    steps.look_again(page)
    minutes_left(page, "Less than a minute left")
    page.context.set_offline(True)


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


def test_a_warning_goes_when_it_is_not_true_any_more(live, page, today) -> None:
    ends(live, 64)
    steps.look_again(page)
    expect(page.locator("[data-told]")).to_contain_text("2 minutes left.")
    minutes_left(page, "Less than a minute left")
    expect(page.locator("[data-told]")).to_be_hidden()


def ends(live, seconds: int) -> None:
    """The exam ends so many seconds from now, whatever it was."""
    with live.inside():
        attempt(live).deadline_at = now() + timedelta(seconds=seconds)
        db.session.commit()


def test_what_is_refused_is_said_in_the_language_of_the_page(page, browser_of, console) -> None:
    console.expect("status of 409")
    other = browser_of("trainee")
    steps.press(other, "हिन्दी")
    other.goto(page.url.partition("#")[0])
    other.get_by_label("निरीक्षक का कोड").fill("ABC-DEF")
    steps.press(other, "इसी डिवाइस पर आगे बढ़ें")
    expect(other.locator("[data-take-over-fault]")).to_contain_text("कोड ग़लत है")


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


def takes_over(live, other: Page) -> None:
    """A page on another device goes on by the invigilator's code, and has read what its disk has."""
    with live.inside():
        code = takeovers.make_code(live.actor("assessor"), attempt(live).id, now=now())
    other.get_by_label("Code of the invigilator").fill(code)
    steps.press(other, "Go on at this device")
    expect(other.locator("[data-take-over]")).to_be_hidden()
    expect(other.locator("[data-exam]")).to_have_attribute("data-mode", "kept")


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


def flagged(page: Page) -> list[str]:
    """The numbers of the questions that the palette shows as flagged."""
    return [link.get_attribute("data-go") for link in page.locator(".palette .is-flagged[data-go]").all()]


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


def test_who_comes_back_to_the_page_is_told_of_time_given_meanwhile_until_it_was_on_the_screen(
    live, page, today
) -> None:
    address = page.url.partition("#")[0]
    page.goto("/")
    more(live, today, "meanwhile-0001")
    page.goto(address)
    expect(page.locator("[data-told]")).to_contain_text("You were given more time: 10 minutes.")
    said, is_read_while_hidden, ticks = page.evaluate(READ)
    assert (said, is_read_while_hidden) == (["more: 10"], False)
    assert 5 <= ticks <= 20


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
