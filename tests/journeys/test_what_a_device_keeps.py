"""What a candidate's device keeps of an exam, and when it lets go of it."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from lms.clock import now
from lms.extensions import db
from lms.services import takeovers
from lms.tables.attempts import AnswerEventRow, AttemptRow
from tests.journeys import steps

pytestmark = pytest.mark.browser
WIPED = """async () => {
  const { Outbox } = await import('/static/exam/outbox.js');
  const facts = { person: '1', token: 't', events: '/nowhere', until: '2031-01-01T00:00:00Z' };
  const outbox = await new Outbox('wiped', facts).open();
  const { device } = outbox.record;
  await outbox.add({ number: 1, place: 1 });
  await outbox.wipe();
  await outbox.note({ clock: {} });
  const next = await new Outbox('wiped', facts).open();
  return [next.memory.length, next.record.device === device];
}"""
TWO_TABS = """async () => {
  const { Outbox } = await import('/static/exam/outbox.js');
  const facts = { person: '1', token: 't', events: '/nowhere', until: '2031-01-01T00:00:00Z' };
  const open = () => new Outbox('two tabs', facts).open();
  const [first, second] = [await open(), await open()];
  await first.add({ number: 1, place: 1 });
  const { device } = first.record;
  await first.wipe();
  await second.note({ clock: {} });
  await second.add({ number: 2, place: 1 });
  const next = await open();
  const waiting = second.waiting.map((event) => event.number);
  return [second.losses, waiting, next.memory.length, next.record.device === device];
}"""
LAST_WORDS = """async () => {
  const { Outbox } = await import('/static/exam/outbox.js');
  const outbox = new Outbox('words', {});
  outbox.memory = ['superseded', 'conflict', 'full', 'late'].map((refused, at) => ({ seq: at, number: at, refused }));
  return [...outbox.lastWords().keys()];
}"""

MARKED = "yogyata-exam-kept"
KEEPS_NOTHING = "This device keeps nothing. Stay online: each answer goes to the server at once."
STALE = """async () => {
  const { Outbox } = await import('/static/exam/outbox.js');
  const facts = { person: '1', token: 't', events: '/nowhere', until: '2031-01-01T00:00:00Z' };
  const open = () => new Outbox('stale', facts).open();
  const saved = (seq) => ({ seq, receipt: 'r', key_id: 'k', saved_at: '2026-11-02T04:30:00Z' });
  const [first, frozen] = [await open(), await open()];
  [first, frozen].forEach((tab) => { tab.channel.onmessage = null; }); // a frozen tab hears nothing
  await first.add({ number: 1, place: 1 });
  await first.settle([saved(1)], []);
  await frozen.reload();
  await first.wipe();
  const anew = await open();
  await anew.add({ number: 1, place: 2 });
  const [, wakes] = [await (WAKES), await anew.reload()];
  const told = ({ seq, place, device, receipt }) => [seq, place, device === anew.record.device, Boolean(receipt)];
  return [anew, frozen].map((tab) => tab.memory.map(told));
}"""
FILL = """async () => {
  const opening = indexedDB.open('filling', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('bytes', { autoIncrement: true });
  await new Promise((done) => { opening.onsuccess = done; });
  const put = (size, times) => new Promise((done) => {
    const writing = opening.result.transaction('bytes', 'readwrite');
    [writing.oncomplete, writing.onabort] = [() => done(true), () => done(false)];
    const bytes = crypto.getRandomValues(new Uint8Array(size));
    for (let time = 0; time < times; time += 1) writing.objectStore('bytes').put(bytes);
  });
  while (await put(50000, 100));
  for (const size of [50000, 5000, 500, 50, 5]) while (await put(size, 1));
}"""
FREE = """() => new Promise((done) => {
  const deleting = indexedDB.deleteDatabase('filling');
  [deleting.onsuccess, deleting.onerror] = [done, done];
})"""
LAGGING = """async () => {
  const { Outbox } = await import('/static/exam/outbox.js');
  const facts = { person: '1', token: 't', events: '/nowhere', until: '2031-01-01T00:00:00Z' };
  const open = () => new Outbox('lagging', facts).open();
  const [first, lagging] = [await open(), await open()];
  lagging.channel.onmessage = null; // it has not heard of the other yet
  await first.add({ number: 1, place: 1 });
  await first.add({ number: 2, place: 1 });
  await lagging.note({ seq: 1 }); // so the server says: the second one has not come yet
  await lagging.add({ number: 3, place: 1 });
  return (await open()).memory.map(({ seq, number }) => [seq, number]);
}"""
WAKINGS = {
    "looks": "frozen.reload()",
    "writes all anew": "frozen.restore()",
    "notes": "frozen.note({ flags: ['1'] })",
    "is answered": "frozen.settle([saved(1)], [])",
}


def give_room(live, page: Page, most: dict[str, int]) -> None:
    """Let the browser keep so much for the site; without a number, as much as the disk has."""
    disk = page.context.new_cdp_session(page)
    disk.send("Storage.overrideQuotaForOrigin", {"origin": live.url, **most})


def events(live) -> list[tuple[int, int]]:
    """The log, as the number of each event at its device with its epoch."""
    with live.inside():
        return [(row.seq, row.epoch) for row in db.session.query(AnswerEventRow).order_by(AnswerEventRow.id)]


def test_a_device_whose_take_over_was_not_answered_goes_on_all_the_same(live, page, browser_of, console) -> None:
    for words in ("ERR_FAILED", "status of 409"):
        console.expect(words)
    other = browser_of("trainee")
    other.goto(page.url.partition("#")[0])
    expect(other.locator("[data-take-over]")).to_be_visible()
    with live.inside():
        code = takeovers.make_code(live.actor("assessor"), db.session.query(AttemptRow).one().id, now=now())

    def lose(route) -> None:
        route.fetch()
        route.abort()

    other.route("**/take-over", lose)
    other.get_by_label("Code of the invigilator").fill(code)
    steps.press(other, "Go on at this device")
    expect(other.locator("[data-take-over-fault]")).not_to_be_empty()
    steps.look_again(other)
    expect(other.locator("[data-take-over]")).to_be_hidden()
    steps.choose(other, 1, 3)
    steps.looks(other, "is-saved")
    assert events(live) == [(1, 2)]


def test_answers_that_another_stands_in_for_are_not_shown_as_given(page) -> None:
    assert page.evaluate(LAST_WORDS) == [1, 3]  # a conflict goes out again


def test_what_was_let_go_of_is_not_written_again(page) -> None:
    assert page.evaluate(WIPED) == [0, False]


def test_a_second_tab_writes_nothing_again_after_the_hand_in_and_sends_what_it_holds(page) -> None:
    losses, waiting, *kept = page.evaluate(TWO_TABS)
    assert (losses, waiting[-1:], kept) == (0, [2], [0, False])


def test_a_second_tab_shows_the_end_too(page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    steps.choose(page, 1, 2)
    steps.looks(page, "is-saved")
    page.locator(".palette").get_by_role("link", name="Review and hand in").click()
    steps.press(page, "Hand in the paper")
    steps.press(page, "Hand in all the same")
    for tab in (page, other):
        steps.heading(tab, "Your paper is handed in")


@pytest.mark.parametrize("waking", WAKINGS.values(), ids=WAKINGS)
def test_a_tab_that_slept_while_its_exam_was_begun_anew_changes_nothing_of_it(page, waking) -> None:
    new, frozen = page.evaluate(STALE.replace("WAKES", waking))
    assert new == [[1, 2, True, False]]
    assert frozen in ([], new)


def test_a_page_opened_while_the_disk_is_full_shows_and_sends_what_was_kept_and_goes_on(
    live, browser_of, today, console
) -> None:
    console.expect("ERR_FAILED")
    page = browser_of("trainee")
    give_room(live, page, {"quotaSize": 5_000_000})
    steps.begin_exam(page)
    page.route("**/events", lambda route: route.abort())
    steps.choose(page, 1, 2)
    steps.looks(page, "is-waiting")
    page.evaluate(FILL)
    page.unroute_all()
    for number in (2, 3):
        page.reload()
        steps.looks(page, "is-refused")
        assert steps.chosen(page, 1) == [2]
        with page.expect_response("**/contact"):
            steps.look_again(page)
        expect(page.locator("[data-take-over]")).to_be_hidden()
        steps.choose(page, number, 1)
        expect(page.locator("[data-saved-words]")).to_have_text(KEEPS_NOTHING)
    assert events(live) == [(1, 1), (2, 1), (3, 1)]
    page.evaluate(FREE)
    page.reload()
    with page.expect_response("**/contact"):
        steps.look_again(page)
    steps.choose(page, 4, 1)
    steps.looks(page, "is-saved")
    assert events(live)[3:] == [(4, 1)]


def test_a_page_opened_while_the_disk_is_full_gives_no_number_again_that_it_has_forgotten(
    live, browser_of, today, console
) -> None:
    console.expect("ERR_FAILED")
    page = browser_of("trainee")
    give_room(live, page, {"quotaSize": 5_000_000})
    steps.begin_exam(page)
    steps.choose(page, 1, 2)
    steps.looks(page, "is-saved")
    page.evaluate(FILL)
    page.reload()
    for place in (1, 3):  # kept nowhere but on the server
        with page.expect_response("**/events"):
            steps.choose(page, 2, place)
    page.route("**/contact", lambda route: route.abort())
    page.reload()
    for place in (1, 4, 2):
        steps.choose(page, 2, place)
    steps.says(page, "Waiting: 3")
    page.unroute_all()
    steps.look_again(page)
    expect(page.locator("[data-saved-words]")).to_have_text(KEEPS_NOTHING)
    page.reload()
    assert steps.chosen(page, 2) == [2]
    assert events(live) == [(number, 1) for number in range(1, 7)]


def test_a_device_that_keeps_nothing_is_the_same_one_when_its_page_is_opened_again(live, browser_of, today) -> None:
    page = browser_of("trainee")
    give_room(live, page, {"quotaSize": 5_000_000})
    page.goto("/")
    page.evaluate(FILL)
    steps.take_up(page, "Theory exam")
    steps.press(page, "Start the exam")
    for number in (1, 2):
        steps.choose(page, number, 3)
        expect(page.locator("[data-saved-words]")).to_have_text(KEEPS_NOTHING)
        with page.expect_response("**/contact"):
            page.reload()
        with page.expect_response("**/contact"):
            steps.look_again(page)
        expect(page.locator("[data-take-over]")).to_be_hidden()
    assert events(live) == [(1, 1), (2, 1)]


def test_a_tab_that_lags_behind_another_gives_no_number_again(page) -> None:
    assert page.evaluate(LAGGING) == [[1, 1], [2, 2], [3, 3]]


def test_an_exam_goes_on_while_somebody_else_signs_in_in_another_tab(live, page) -> None:
    steps.choose(page, 1, 2)
    steps.looks(page, "is-saved")
    page.context.clear_cookies()
    other = page.context.new_page()
    with other.expect_response("**/exam/leftovers.js"):
        steps.sign_in(other, "assessor")
    with other.expect_response("**/exam/leftovers.js"):
        other.goto("/")
    other.wait_for_load_state("networkidle")
    steps.choose(page, 2, 3)
    steps.looks(page, "is-saved")
    assert events(live) == [(1, 1), (2, 1)]
    assert other.evaluate(f"() => Boolean(localStorage['{MARKED}'])")
    page.close(run_before_unload=False)
    other.goto("/")
    other.wait_for_function(f"() => !localStorage['{MARKED}']")


def test_a_device_whose_clock_is_days_ahead_sends_what_it_kept(live, page, console) -> None:
    for words in ("ERR_FAILED", "status of 404"):
        console.expect(words)
    page.route("**/events", lambda route: route.abort())
    steps.choose(page, 1, 2)
    steps.looks(page, "is-waiting")  # it is on the disk
    page.clock.set_system_time(datetime.now(UTC) + timedelta(days=9))
    page.goto("/nowhere")
    page.unroute_all()
    page.goto("/")
    expect(page.locator("main")).to_be_visible()
    latest = time.monotonic() + 20
    while not events(live) and time.monotonic() < latest:
        page.wait_for_timeout(100)
    assert events(live) == [(1, 1)]
