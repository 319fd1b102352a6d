"""What the page of an exam says of the time: its clock, pauses, more time, and warnings."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from assessments import exam_time
from lms.clock import now
from lms.extensions import db
from lms.services import exam_clock
from lms.services.invigilation import Who
from tests.journeys import steps
from tests.journeys.exam_acts import attempt, ends, minutes_left, more
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


def test_time_given_between_the_end_of_a_pause_and_the_next_sign_of_life_is_told_and_warned_of_anew(
    live, page, today
) -> None:
    with live.inside():
        attempt(live).started_at -= timedelta(minutes=80, seconds=30)
        db.session.commit()
    ends(live, 9 * 60 + 30)
    steps.look_again(page)
    expect(page.locator("[data-told]")).to_contain_text("10 minutes left.")
    with live.inside():
        exam_clock.pause(live.actor("assessor"), today, Who(), reason="Power cut", key="p4", now=now())
    steps.look_again(page)
    expect(page.locator("[data-told]")).to_contain_text("The invigilator has paused the exam.")
    with live.inside():
        exam_clock.resume(live.actor("assessor"), today, Who(), reason="Power is back", key="r4", now=now())
    more(live, today, "after-the-pause")
    steps.look_again(page)
    expect(page.locator("[data-told]")).to_contain_text("The exam goes on. You were given more time.")
    ends(live, 9 * 60 + 30)
    steps.look_again(page)
    expect(page.locator("[data-told]")).to_contain_text("10 minutes left.")


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


def test_a_warning_goes_when_it_is_not_true_any_more(live, page, today) -> None:
    ends(live, 64)
    steps.look_again(page)
    expect(page.locator("[data-told]")).to_contain_text("2 minutes left.")
    minutes_left(page, "Less than a minute left")
    expect(page.locator("[data-told]")).to_be_hidden()


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
