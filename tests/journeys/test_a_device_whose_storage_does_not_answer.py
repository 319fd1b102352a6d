"""A browser whose storage neither works nor fails, as a broken one does: the exam goes on without it."""

import pytest
from playwright.sync_api import expect

from lms.extensions import db
from lms.tables.attempts import AnswerEventRow
from tests.journeys import steps
from tests.journeys.devices import LONGEST_WAIT
from tests.journeys.test_what_a_device_keeps import KEEPS_NOTHING

pytestmark = pytest.mark.browser
NO_ANSWER = {
    "to its opening": "IDBFactory.prototype.open = () => ({});",
    "to what is written": """
        const { transaction } = IDBDatabase.prototype;
        IDBDatabase.prototype.transaction = function (names, mode, options) {
          const made = transaction.call(this, names, mode, options);
          if (window.isBroken && mode === "readwrite") Object.defineProperty(made, "oncomplete", { set() {} });
          return made;
        };""",
}


@pytest.mark.parametrize("what", NO_ANSWER)
def test_answers_are_saved_all_the_same(live, browser_of, today, what: str) -> None:
    page = browser_of("trainee")
    page.add_init_script(NO_ANSWER[what])
    steps.take_up(page, "Theory exam")
    steps.press(page, "Start the exam")
    if what == "to what is written":
        steps.kept(page)
    page.evaluate("window.isBroken = true")
    page.locator("#q1 label").nth(1).click()
    steps.looks(page, "is-refused", timeout=LONGEST_WAIT)
    expect(page.locator("[data-saved-words]")).to_have_text(KEEPS_NOTHING, timeout=LONGEST_WAIT)
    for number in (2, 3):
        with page.expect_response("**/events"):
            steps.choose(page, number, 1)
    expect(page.locator("[data-saved-words]")).to_have_text(KEEPS_NOTHING)
    with live.inside():
        assert [row.seq for row in db.session.query(AnswerEventRow).order_by(AnswerEventRow.id)] == [1, 2, 3]
