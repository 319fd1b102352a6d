"""A device on which scripts do not run, or come late: signing in, answering and scoring work by their buttons."""

import pytest
from playwright.sync_api import Route, expect

from lms.extensions import db
from lms.tables.assessing import PracticalSheetRow
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.marking import PracticalScoreRow
from tests.journeys import steps
from tests.journeys.walking import examine

pytestmark = pytest.mark.browser


def test_an_exam_is_answered_and_handed_in_by_its_buttons(live, browser_of, today) -> None:
    page = browser_of("trainee", java_script_enabled=False)
    steps.take_up(page, "Theory exam")
    steps.press(page, "Start the exam")
    for number, place in ((1, 0), (2, 1), (1, 2)):
        question = page.locator(f"#q{number}")
        question.get_by_role("radio").nth(place).check()
        question.get_by_role("button", name="Save").click()
        steps.says(page, "On the server, ")
        expect(page.locator(f"#q{number}").get_by_role("radio").nth(place)).to_be_checked()
    expect(page.locator("[data-answered]")).to_have_text("2")
    steps.press(page, "Hand in the paper")
    steps.heading(page, "Hand in")
    page.get_by_role("link", name="3", exact=True).click()
    page.locator("#q3").get_by_role("radio").first.check()
    page.locator("#q3").get_by_role("button", name="Save").click()
    steps.press(page, "Hand in the paper")
    with live.inside():
        assert db.session.query(AttemptRow).one().submitted_at is None
    expect(page.get_by_role("link", name="3", exact=True)).to_have_count(0)
    steps.press(page, "Hand in all the same")
    steps.heading(page, "Your paper is handed in")
    with live.inside():
        assert db.session.query(AttemptRow).one().submitted_at is not None
        assert db.session.query(AnswerEventRow).count() == 4


def test_the_waiting_room_promises_saving_by_itself_only_where_scripts_run(browser_of, today) -> None:
    for runs in (True, False):
        page = browser_of("trainee", java_script_enabled=runs)
        steps.take_up(page, "Theory exam")
        expect(page.get_by_text("Each answer is saved as you choose it.")).to_be_visible(visible=runs)


def test_save_with_nothing_chosen_asks_for_a_choice_and_saves_nothing(live, browser_of, today) -> None:
    page = browser_of("trainee", java_script_enabled=False)
    steps.take_up(page, "Theory exam")
    steps.press(page, "Start the exam")
    question = page.locator("#q2")
    question.get_by_role("button", name="Save").click()
    expect(question.locator("input:invalid")).to_have_count(4)
    steps.says(page, "Nothing answered yet")
    with live.inside():
        assert db.session.query(AnswerEventRow).count() == 0


def test_a_choice_made_before_the_script_came_is_saved(browser_of, today) -> None:
    page = browser_of("trainee")
    steps.take_up(page, "Theory exam")
    held: list[Route] = []

    def hold(script: Route) -> None:
        held.append(script)

    page.route("**/start.js", hold)
    page.get_by_role("button", name="Start the exam").click(no_wait_after=True)
    page.locator("#q1 label").nth(2).click()
    steps.says(page, "Nothing answered yet")
    assert held
    page.unroute("**/start.js")  # lets all go, for the browser may have asked ahead
    steps.says(page, "On the server, ")
    page.reload()
    expect(page.locator("#q1").get_by_role("radio").nth(2)).to_be_checked()


def test_a_paper_is_not_handed_in_by_one_press_before_the_script_came(live, browser_of, today) -> None:
    page = browser_of("trainee")
    steps.take_up(page, "Theory exam")
    page.route("**/start.js", lambda _script: None)
    page.get_by_role("button", name="Start the exam").click(no_wait_after=True)
    page.locator("#q1 label").nth(2).click()
    page.get_by_role("button", name="Hand in the paper").click(no_wait_after=True)
    steps.heading(page, "Hand in")
    expect(page.get_by_role("link", name="1", exact=True)).to_be_visible()
    assert not examine(page)
    with live.inside():
        assert db.session.query(AttemptRow).one().submitted_at is None


def test_a_practical_is_scored_by_its_buttons(live, browser_of, today) -> None:
    with live.inside():
        sheet = db.session.query(PracticalSheetRow).order_by(PracticalSheetRow.id).first().id
    page = browser_of("assessor", java_script_enabled=False, viewport={"width": 800, "height": 1280})
    steps.take_up(page, "Score the practicals")
    steps.follow(page, "Score Trainee")
    first = page.locator(".criterion").first
    for place in (0, -1):
        first.locator(".level").nth(place).click()
        expect(first.locator(".level").nth(place)).to_have_attribute("aria-pressed", "true")
    expect(first.locator(".level[aria-pressed=true]")).to_have_count(1)
    steps.says(page, "Saved on the server")
    with live.inside():
        rows = db.session.query(PracticalScoreRow).filter_by(sheet_id=sheet).order_by(PracticalScoreRow.id)
        assert [row.share for row in rows][-1] == "1"
        assert rows.count() == 2
