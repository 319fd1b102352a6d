"""A trainee who missed one unit learns what is kept, is assessed again in that unit alone, and is certified for all."""

import pytest
from playwright.sync_api import Page, expect

from lms.clock import now
from lms.extensions import db
from lms.services import approval, takings
from lms.tables.assessing import CandidateRow
from lms.tables.training import BatchRow, TraineeRow
from tests import small_pack
from tests.journeys import steps
from tests.journeys.site import Site
from tests.lms.services import assessing_steps
from tests.small_pack import CORE, SALES
from tests.small_steps import sat

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def misses_the_elective(site: Site) -> None:
    """The first assessment, released: trainee-b showed nothing of the elective's practical."""
    policy = {**small_pack.scheme().reassessment.model_dump(), "cooling_off_days": None}
    rule = {"aggregate_percent": "70", "unit_min_percent": "70"}
    batch = small_pack.publish(pass_rule=rule, reassessment=policy)
    row = steps.assessed_today(site, enrolled(batch).id)
    for candidate in row.candidates:
        sat(candidate, (CORE, SALES), {SALES: "0"})
    approval.submit(site.actor("assessor"), row.id, now=now())
    approval.verify(site.actor("agency"), row.id, now=now())
    approval.approve(site.actor("council"), row.id, now=now())
    approval.release(site.actor("council"), row.id, now=now())


def enrolled(batch: BatchRow) -> BatchRow:
    """The batch with trainee-b in it, the elective chosen."""
    person = assessing_steps.person("trainee-b")
    db.session.add(
        TraineeRow(batch_id=batch.id, person_id=person, enrolment_number="S-1", attendance="92", chosen=(SALES,))
    )
    db.session.commit()
    return batch


def expect_plan(page: Page) -> None:
    """What is kept and what is taken again, unit by unit."""
    table = page.get_by_role("region", name="Units of the next assessment")
    expect(table.get_by_role("row").filter(has_text=CORE)).to_contain_text("Kept")
    expect(table.get_by_role("row").filter(has_text=SALES)).to_contain_text("Taken again")


def accepts(page: Page) -> None:
    """One of the three who decide sees the same and accepts."""
    steps.take_up(page, "Trainee B")
    expect_plan(page)
    page.get_by_label("Reason").fill("Has practised the unit since.")
    steps.press(page, "Accept")
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)


def test_a_trainee_is_assessed_again_in_one_unit_and_keeps_the_other(live, browser_of, console) -> None:
    with live.inside():
        misses_the_elective(live)
    trainee = browser_of("trainee-b", viewport={"width": 360, "height": 780})
    steps.take_up(trainee, "Your result is there")
    expect_plan(trainee)
    expect(trainee.get_by_text("Last day to hold it")).to_be_visible()
    expect(trainee.get_by_text(f"Unit {SALES}: 70 % is needed, at least 70 of 100")).to_be_visible()
    steps.press(trainee, "Ask for reassessment")
    council, agency = browser_of("council"), browser_of("agency")
    for page in (browser_of("centre"), agency, council):
        accepts(page)

    steps.follow(council, "Plan the assessment")
    expect(council.get_by_role("row").filter(has_text="S-1")).to_contain_text(f"kept: {CORE}")
    steps.council_schedules(council, "Agency 1", console)
    steps.take_up(agency, "Accept or decline")
    steps.agency_prepares(agency, "Assessor")
    steps.take_up(trainee, "Theory exam")
    expect(trainee.get_by_text("Units assessed")).to_be_visible()
    with live.inside():
        second = db.session.query(CandidateRow).filter_by(attempt_number=2).one()
        taking = takings.taking_of(second)
        assert (taking.units, set(taking.carried)) == ((SALES,), {CORE})
        sat(second, taking.units)

    steps.marks_are_agreed(browser_of("assessor"), agency, council)
    steps.take_up(trainee, "Your certificate is on the page")
    expect(trainee.locator(".outcome-word")).to_have_text("Competent")
    expect(trainee.get_by_text("kept from attempt 1").first).to_be_visible()
