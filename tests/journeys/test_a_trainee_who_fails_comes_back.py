"""A trainee is not yet competent, learns why, asks to be assessed again, and passes on another paper and practical."""

import json

import pytest
from playwright.sync_api import Page, expect

from assessments.decisions import Outcome
from lms.clock import now
from lms.extensions import db
from lms.services import approval
from lms.tables.assessing import AssessmentRow, CandidateRow, PaperRow, PracticalSheetRow
from lms.tables.certification import CertificateRow
from lms.tables.marking import ResultRow
from tests.journeys import steps
from tests.lms.services import assessing_steps

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def all_pass_but_one(site) -> None:
    """The first assessment, released: trainee-b showed nothing right."""
    row = steps.assessed_today(site, assessing_steps.batch().id)
    steps.all_done(row, failing=["trainee-b"])
    approval.submit(site.actor("assessor"), row.id, now=now())
    approval.verify(site.actor("agency"), row.id, now=now())
    approval.approve(site.actor("council"), row.id, now=now())
    approval.release(site.actor("council"), row.id, now=now())


def entries() -> list[CandidateRow]:
    """The trainee's entries, the first attempt first."""
    person = assessing_steps.person("trainee-b")
    query = db.session.query(CandidateRow).join(CandidateRow.trainee).filter_by(person_id=person)
    return query.order_by(CandidateRow.attempt_number).all()


def items_of(candidate: CandidateRow) -> set[str]:
    face = db.session.query(PaperRow).filter_by(candidate_id=candidate.id).one().face
    return {line["item"] for line in json.loads(face)}


def practical_of(candidate: CandidateRow) -> str:
    return db.session.query(PracticalSheetRow).filter_by(candidate_id=candidate.id).one().face_hash


def trainee_learns_why_and_asks(page: Page) -> None:
    """On a phone: the outcome, what was not reached, and the request."""
    steps.take_up(page, "Your result is there")
    expect(page.locator(".outcome")).to_contain_text("Not yet competent")
    expect(page.locator(".conditions li").first).to_contain_text("not reached")
    page.get_by_label("What you want to tell them").fill("I was ill in the last week of training.")
    steps.press(page, "Ask for reassessment")
    expect(page.get_by_text("The training centre decides next")).to_be_visible()


def accepts(page: Page) -> None:
    """One of the three who decide reads the request and accepts it."""
    steps.take_up(page, "Trainee B")
    expect(page.get_by_text("I was ill in the last week").first).to_be_visible()
    page.get_by_label("Reason").fill("Has practised for two weeks since.")
    steps.press(page, "Accept")
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)


def test_a_trainee_who_fails_is_assessed_again_and_certified(live, browser_of, console) -> None:
    with live.inside():
        all_pass_but_one(live)
    trainee = browser_of("trainee-b", viewport={"width": 360, "height": 780})
    trainee_learns_why_and_asks(trainee)
    council, agency = browser_of("council"), browser_of("agency")
    for page in (browser_of("centre"), agency, council):
        accepts(page)
    trainee.reload()
    expect(trainee.get_by_text("All three have accepted")).to_be_visible()

    steps.follow(council, "Plan the assessment")
    expect(council.get_by_text("1 candidate", exact=True)).to_be_visible()
    steps.council_schedules(council, "Agency 1", console)
    steps.take_up(agency, "Accept or decline")
    steps.agency_prepares(agency, "Assessor")
    with live.inside():
        first, second = entries()
        assert second.attempt_number == 2
        assert items_of(first).isdisjoint(items_of(second))
        assert practical_of(first) != practical_of(second)
        steps.all_done(db.session.get_one(AssessmentRow, second.assessment_id))

    steps.marks_are_agreed(browser_of("assessor"), agency, council)
    steps.take_up(trainee, "Your certificate is on the page")
    expect(trainee.locator(".outcome-word")).to_have_text("Competent")
    expect(trainee.get_by_role("link", name="Open the certificate")).to_be_visible()
    with live.inside():
        passed = db.session.query(ResultRow).filter_by(candidate_id=entries()[1].id).one()
        assert passed.outcome == Outcome.COMPETENT
        assert db.session.query(CertificateRow).filter_by(result_id=passed.id).one().is_specimen
