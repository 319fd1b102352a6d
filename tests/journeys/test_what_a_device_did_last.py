"""What was done last at a device stays last, where its disk hangs or is full, or it has forgotten its numbers."""

import time

import pytest
from playwright.sync_api import Page, expect

from lms.extensions import db
from lms.services.answer_log import SentAnswer
from lms.tables.attempts import AnswerEventRow
from tests.journeys import steps
from tests.journeys.test_an_exam_survives_the_network import also_sent, log

pytestmark = pytest.mark.browser
OPEN = """
  const { Outbox } = await import('/static/exam/outbox.js');
  const facts = { person: '1', token: 't', events: '/nowhere', until: '2031-01-01T00:00:00Z' };
  const open = () => new Outbox('numbers', facts).open();
  const told = (outbox) => [...outbox.lastWords().values()].map(({ seq, number, place }) => [seq, number, place]);
"""
# The first write is done, and never says so.
HANGS = f"""async () => {{ {OPEN}
  const outbox = await open();
  const {{ transaction }} = IDBDatabase.prototype;
  let isFirst = true;
  IDBDatabase.prototype.transaction = function (names, mode, options) {{
    const made = transaction.call(this, names, mode, options);
    if (mode === 'readwrite' && isFirst) Object.defineProperty(made, 'oncomplete', {{ set() {{}} }});
    if (mode === 'readwrite') isFirst = false;
    return made;
  }};
  await Promise.all([outbox.add({{ number: 1, place: 1 }}), outbox.add({{ number: 1, place: 2 }})]);
  return (await open()).lastWords().get(1).place;
}}"""
FORGOTTEN = """
  const conflict = (seq) => ({ seq, why: 'conflict', words: 'That one stays.' });
  const outbox = await open();
  for (const number of [1, 2, 3]) await outbox.add({ number, place: 1, elapsed_ms: number });
  await outbox.settle([], [1, 2, 3].map(conflict));
"""
CHANGED = f"""async () => {{ {OPEN} {FORGOTTEN}
  await Promise.all([HEARD, outbox.add({{ number: 3, place: 4 }}), HEARD]);
  return [told(outbox), told(await open()), outbox.batch(9).map(({{ seq }}) => seq)];
}}"""
CLOSED = f"""async () => {{ {OPEN} {FORGOTTEN}
  await outbox.note({{ epoch: 3 }}); // another device held the exam meanwhile
  const [again, other] = [await open(), await open()];
  const before = [told(again), again.batch(9).length, again.waiting.length, again.refused.length];
  await Promise.all([again.heardLast(9), other.heardLast(9)]);
  await outbox.reload();
  const {{ epoch, elapsed_ms }} = again.lastWords().get(1);
  return [before, told(await open()), outbox.waiting.length, [epoch, elapsed_ms]];
}}"""
WAITS_FOR_A_NUMBER = """async () => {
  const { marked, Outbox } = await import('/static/exam/outbox.js');
  const [[sitting, person]] = Object.entries(marked());
  const outbox = await new Outbox(sitting, { person }).open();
  const { seq } = await outbox.add({ number: 2, place: 3, anchor: null, elapsed_ms: 0, wall: null });
  await outbox.settle([], [{ seq, why: 'conflict', words: 'That one stays.' }]);
}"""
FULL = """
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (...args) {
    if (localStorage.getItem('is-full')) throw new DOMException('full', 'QuotaExceededError');
    return put.apply(this, args);
  };
"""


def test_what_was_changed_while_the_disk_hung_is_what_the_device_sends_last(page: Page) -> None:
    assert page.evaluate(HANGS) == 2


@pytest.mark.parametrize(
    ("heard", "first", "last"),
    [
        ("outbox.inTurn(() => outbox.redo())", [[4, 1, 1], [5, 2, 1]], [7, 3, 4]),
        ("outbox.heardLast(9)", [[11, 1, 1], [12, 2, 1]], [10, 3, 4]),
        ("outbox.heardLast(0)", [[5, 1, 1], [6, 2, 1]], [4, 3, 4]),
    ],
)
def test_answers_get_new_numbers_once_and_what_is_done_meanwhile_stays(page: Page, heard: str, first, last) -> None:
    here, kept, sent = page.evaluate(CHANGED.replace("HEARD", heard))
    assert here == kept == sorted([*first, last])
    assert (sent[0], sent[-1]) == (here[0][0], here[-1][0])


def test_answers_that_wait_for_a_number_are_shown_and_outlast_the_page_and_get_it_once_in_two_tabs(page: Page) -> None:
    before, kept, waiting, made = page.evaluate(CLOSED)
    assert before == [[[1, 1, 1], [2, 2, 1], [3, 3, 1]], 0, 3, 0]
    assert kept == [[10, 1, 1], [11, 2, 1], [12, 3, 1]]
    assert (waiting, made) == (3, [0, 1])  # as it was made: before the other device


def test_answers_that_wait_for_a_number_go_out_from_other_pages_too(live, page: Page, console) -> None:
    console.expect("ERR_FAILED")
    console.expect("status of 404")
    steps.choose(page, 1, 1)
    steps.looks(page, "is-saved")
    also_sent(live, [SentAnswer(seq=seq, number=2, place=1) for seq in (2, 3, 4)])
    for path in ("**/contact", "**/events"):
        page.route(path, lambda route: route.abort())
    page.evaluate(WAITS_FOR_A_NUMBER)
    page.goto("/nowhere")
    page.unroute_all()
    page.goto("/")
    latest = time.monotonic() + 20
    while len(log(live)) < 5 and time.monotonic() < latest:
        page.wait_for_timeout(100)
    with live.inside():
        newest = db.session.query(AnswerEventRow).order_by(AnswerEventRow.seq.desc()).first()
        assert newest is not None
        assert (newest.seq, newest.elapsed_ms) == (5, 0)


@pytest.mark.parametrize("stays_full", [False, True])
def test_a_page_opened_again_shows_what_was_answered_while_the_disk_was_full(
    live, browser_of, today, console, stays_full: bool
) -> None:
    console.expect("ERR_INTERNET_DISCONNECTED")
    page = browser_of("trainee")
    page.add_init_script(FULL)
    steps.begin_exam(page)
    page.context.set_offline(True)
    steps.choose(page, 1, 1)
    steps.looks(page, "is-waiting")
    page.evaluate("localStorage.setItem('is-full', 'yes')")
    steps.choose(page, 1, 2)
    steps.looks(page, "is-refused")
    with page.expect_response("**/events"):
        page.context.set_offline(False)
    steps.says(page, "Stay online: each answer goes to the server at once.")
    if not stays_full:
        page.evaluate("localStorage.removeItem('is-full')")
    with page.expect_response("**/events"):
        page.reload()
    expect(page.locator("#q1 input[value='2']")).to_be_checked()
    with live.inside():
        kept = db.session.query(AnswerEventRow).order_by(AnswerEventRow.seq)
        assert [row.seq for row in kept] == [1, 2]
