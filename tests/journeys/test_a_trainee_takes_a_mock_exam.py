"""A trainee on a phone takes a mock exam: from the page of the pack to every question explained, and a second one."""

import pytest
from playwright.sync_api import Page, expect

from lms.extensions import db
from lms.records.papers import paper_of
from lms.tables.mocks import MockAnswerEventRow, MockExamRow
from tests.journeys import steps
from tests.journeys.walking import examine
from tests.mocks import RIGHT, a_batch

pytestmark = pytest.mark.browser
MARK = "Mock exam: does not count"


def starts(page: Page) -> None:
    """From the page of the pack to the first question."""
    steps.go_to(page, "Learn")
    steps.follow(page, "Mock exam")
    expect(page.get_by_text(MARK).first).to_be_visible()
    expect(page.get_by_text("60 minutes")).to_be_visible()
    expect(page.get_by_text("Each answer is saved as you choose it.")).to_be_visible()
    steps.press(page, "Start the mock exam")
    expect(page.get_by_text(MARK)).to_be_visible()


def answers(page: Page, number: int, words: str) -> None:
    """Choose an option of a question and wait until it is saved."""
    page.locator(f".palette [data-go='{number}']").click()
    page.locator(f"#q{number} label").filter(has_text=words).click()
    steps.says(page, "On the server, ")


def options_of(live, number: int) -> dict[bool, str]:
    """The words of the right option of a question of the newest mock, and of a wrong one."""
    with live.inside():
        row = db.session.query(MockExamRow).order_by(MockExamRow.id.desc()).first()
        line = paper_of(row).lines[number - 1]
        wrong = next(option for option in line.options if option != RIGHT)
        item = line.item.removesuffix("-practice")
        return {True: f"{RIGHT} of {item}", False: f"{wrong} of {item}"}


def test_a_trainee_takes_a_mock_exam_and_reads_what_it_came_to(live, browser_of) -> None:
    with live.inside():
        a_batch("trainee")
    page = browser_of("trainee", viewport={"width": 360, "height": 780})
    starts(page)
    answers(page, 1, options_of(live, 1)[True])
    answers(page, 2, options_of(live, 2)[False])
    page.locator(".palette [data-go='4']").click()
    page.locator("#q4").get_by_role("link", name="Review and hand in").click()
    expect(page.get_by_text("Not answered yet:")).to_be_visible()
    steps.press(page, "Hand in the paper")
    expect(page.locator("[data-asking-words]")).to_contain_text("Not answered: 2 (questions 3, 4).")
    steps.press(page, "Hand in all the same")

    steps.heading(page, "1 of 4 right")
    expect(page.get_by_text(MARK)).to_be_visible()
    expect(page.locator("details.mock-item[open]")).to_have_count(0)
    expect(page.get_by_text("Your answer, right")).to_be_hidden()
    for number, words in ((2, "Your answer, wrong"), (2, "The right answer"), (3, "It is so.")):
        item = page.locator("details.mock-item").filter(has=page.locator(f"#item-{number}"))
        if number == 3:
            expect(item.get_by_text("Not answered")).to_be_visible()
        if item.get_attribute("open") is None:
            item.locator("summary").click()
        expect(item.get_by_text(words)).to_be_visible()
    expect(page.get_by_text("would be missing")).to_be_visible()
    assert not examine(page)

    steps.follow(page, "Take another mock exam")
    expect(page.get_by_role("link", name="Mock 1")).to_be_visible()
    steps.press(page, "Start the mock exam")
    expect(page.locator(".exam-who")).to_contain_text("Mock 2")
    with live.inside():
        first, second = db.session.query(MockExamRow).order_by(MockExamRow.number)
        assert paper_of(first).items.isdisjoint(paper_of(second).items)
        assert first.submitted_at is not None
        assert db.session.query(MockAnswerEventRow).count() == 2


def test_a_mock_exam_is_answered_and_handed_in_by_its_buttons(live, browser_of) -> None:
    with live.inside():
        a_batch("trainee")
    page = browser_of("trainee", java_script_enabled=False)
    page.goto("/learn")
    steps.follow(page, "Mock exam")
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.get_by_text("Each answer is saved as you choose it.")).to_be_hidden()
    steps.press(page, "Start the mock exam")
    question = page.locator("#q1")
    question.get_by_role("radio").nth(1).check()
    question.get_by_role("button", name="Save").click()
    expect(page.locator("#q1").get_by_role("radio").nth(1)).to_be_checked()
    steps.press(page, "Hand in the paper")
    steps.press(page, "Hand in all the same")
    steps.heading(page, "of 4 right")
