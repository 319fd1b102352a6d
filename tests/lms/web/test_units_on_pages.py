"""Choices and kept units on pages: what there is to choose, what was chosen, what is taken again and what is kept."""

from datetime import timedelta

import pytest

from lms.extensions import db
from lms.services import takings
from lms.tables.assessing import AssessmentRow, CandidateRow
from lms.tables.training import BatchRow, TraineeRow
from tests import small_pack
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import AFTER
from tests.small_pack import CORE, EXTRA, REPAIR, SALES
from tests.small_steps import drawn, imported, released, sat


@pytest.fixture
def batch(app, actor) -> BatchRow:
    """The small pack's batch; trainee-b is in it, the elective chosen, and can sign in."""
    row = small_pack.publish(pass_rule={"aggregate_percent": "70", "unit_min_percent": "70"})
    person = steps.person("trainee-b")
    db.session.add(
        TraineeRow(batch_id=row.id, person_id=person, enrolment_number="S-1", attendance="92", chosen=(SALES,))
    )
    db.session.commit()
    return row


def missed_the_elective(actor, batch: BatchRow) -> CandidateRow:
    row = drawn(actor, batch)
    (candidate,) = row.candidates
    sat(candidate, (CORE, SALES), {SALES: "0"})
    released(actor, row)
    return candidate


def on(monkeypatch, moment) -> None:
    monkeypatch.setattr("lms.web.results.routes.now", lambda: moment)


def test_the_centre_chooses_units_and_reads_what_is_wrong_with_a_choice(app, actor, batch, signed_in) -> None:
    imported(actor, batch)
    trainee = db.session.query(TraineeRow).filter_by(enrolment_number="N-4").one()
    page, browser = f"/batches/{batch.id}/trainees/{trainee.id}", signed_in("centre")
    assert "choice not complete" in browser.get(f"/batches/{batch.id}").text
    answer = browser.post(f"{page}/units", data={"units": [SALES, REPAIR]})
    assert answer.status_code == 422
    assert "of the electives “Specialisation” 1 to 1 are chosen, not 2" in answer.text
    assert answer.text.count(" checked>") == 2
    assert browser.post(f"{page}/units", data={"units": [REPAIR, EXTRA]}).status_code == 302
    text = browser.get(page).text
    assert text.count(" checked>") == 2
    assert f"chose the units {REPAIR}, {EXTRA}" in text
    assert "choice not complete" not in browser.get(f"/batches/{batch.id}").text


@pytest.mark.parametrize(("login", "status"), [("trainer", 403), ("council", 403), ("centre2", 404)])
def test_nobody_else_chooses(batch, signed_in, login: str, status: int) -> None:
    trainee = db.session.query(TraineeRow).filter_by(enrolment_number="S-1").one()
    answer = signed_in(login).post(f"/batches/{batch.id}/trainees/{trainee.id}/units", data={"units": [REPAIR]})
    assert answer.status_code == status


def test_a_pack_without_choices_has_no_column_and_no_form(app, signed_in) -> None:
    batch = steps.batch()
    browser = signed_in("centre")
    assert "Units chosen" not in browser.get(f"/batches/{batch.id}").text
    assert "Units chosen" not in browser.get(f"/batches/{batch.id}/trainees/{batch.trainees[0].id}").text
    assert "electives" not in browser.get(f"/batches/{batch.id}/roster").text


def test_the_result_says_what_is_taken_again_what_is_kept_and_on_which_days(
    actor, batch, signed_in, monkeypatch
) -> None:
    candidate = missed_the_elective(actor, batch)
    on(monkeypatch, AFTER + timedelta(days=1))
    page = signed_in("trainee-b").get(f"/results/{candidate.id}").text
    for words in ("First day it can be held", "15 Nov 2026", "20 Nov 2026", "3 Feb 2027", "Taken again", "Kept"):
        assert words in page
    assert f"Unit {SALES}: 70 % is needed, at least 70 of 100" in page
    assert 'id="next-map"' in page
    assert REPAIR not in page.partition("About this assessment")[0].replace(f"{SALES}, {REPAIR}", "")


def test_the_mark_sheet_and_the_next_result_name_the_attempt_that_units_are_kept_from(
    actor, batch, signed_in, monkeypatch
) -> None:
    first = missed_the_elective(actor, batch)
    browser, later = signed_in("trainee-b"), AFTER + timedelta(days=1)
    on(monkeypatch, later)
    assert browser.post(f"/results/{first.id}/reassessment", data={}).status_code == 302
    for login in ("centre", "agency", "council"):
        page = signed_in(login).get("/reassessments/1").text
        assert "Taken again" in page
        data = {"level": login, "decision": "accept", "reason": "Has practised."}
        assert signed_in(login).post("/reassessments/1", data=data).status_code == 302
    text = signed_in("council").get(f"/assessments/new?batch={batch.id}&kind=again").text
    assert f"kept: {CORE}" in text
    assert "15 Nov 2026 – 3 Feb 2027" in text
    row: AssessmentRow = drawn(actor, batch, again=True, days=12)
    (second,) = row.candidates
    assert f"kept: {CORE}" in signed_in("council").get(f"/assessments/{row.id}").text
    assert "Units assessed" in browser.get(f"/results/{second.id}").text
    sat(second, takings.taking_of(second).units)
    sheet = signed_in("agency").get(f"/assessments/{row.id}/marks").text
    assert f"kept: {CORE} (attempt 1, 5 Nov 2026)" in sheet
    released(actor, row)
    assert "kept from attempt 1, 5 Nov 2026" in browser.get(f"/results/{second.id}").text
