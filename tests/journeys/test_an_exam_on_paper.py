"""An exam on paper: the agency prints, two persons type a sheet by keys alone, and the answers are recorded."""

import pytest
from playwright.sync_api import Page, expect

from lms.clock import now
from lms.extensions import db
from lms.printing import missing_libraries
from lms.services import jobs
from lms.tables.attempts import AnswerEventRow
from lms.tables.jobs import JobRow
from tests.journeys import steps
from tests.lms.services import assessing_steps

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(missing_libraries()), reason="nothing can be printed here"),
]


def type_sheet(page: Page, name: str, letters: str) -> None:
    """Open a candidate's sheet and type it: each letter moves on to the next question."""
    steps.follow(page, name)
    steps.heading(page, name)
    page.wait_for_load_state()  # the script that moves on is there
    page.get_by_label("Question 1, A to D").focus()
    page.keyboard.type(letters)
    page.get_by_label("Number of the sheet or its scan").fill("box 1, sheet 1")
    steps.press(page, "Save and go on")


def test_an_exam_is_printed_written_on_paper_and_entered_by_two_persons(live, browser_of) -> None:
    with live.inside():
        row = steps.assessed_today(live, assessing_steps.batch().id)
        place, questions = f"/assessments/{row.id}", len(assessing_steps.paper_of(_paper(row)).lines)
    agency, assessor = browser_of("agency"), browser_of("assessor", viewport={"width": 360, "height": 780})
    agency.goto(place)
    steps.follow(agency, "Rooms and large print")
    agency.get_by_role("checkbox", name="Large print for Trainee B").check()
    steps.press(agency, "Save")
    agency.goto(place)
    steps.follow(agency, "On paper")
    steps.press(agency, "Make booklets and answer sheets")
    expect(agency.get_by_text("The papers are being made:")).to_be_visible()
    with live.inside():
        jobs.run_job(db.session.query(JobRow).filter_by(kind="papers").one().id, now)
    with agency.expect_download() as taken:
        agency.get_by_role("link", name="Everything (ZIP)").click()
    assert taken.value.suggested_filename.endswith("-paper.zip")

    letters = ("abcd-" * questions)[:questions]
    type_sheet(agency, "Trainee", letters)
    steps.told(agency, "is entered once")
    assessor.goto(f"{place}/paper")
    type_sheet(assessor, "Trainee", "b" + letters[1:])
    expect(assessor.get_by_text("1 answer was read differently")).to_be_visible()
    assessor.get_by_label("Question 1, A to D").fill("A")
    steps.press(assessor, "Save and go on")
    steps.told(assessor, "are recorded")
    steps.heading(assessor, "Trainee B")
    steps.follow(assessor, "Back to the list")
    expect(assessor.get_by_text("1 of 4 recorded")).to_be_visible()
    with live.inside():
        events = db.session.query(AnswerEventRow).all()
        assert len(events) == sum(letter != "-" for letter in letters)
        assert {event.device for event in events} == {"paper"}


def _paper(row):
    return db.session.query(assessing_steps.PaperRow).filter_by(candidate_id=row.candidates[0].id).one()
