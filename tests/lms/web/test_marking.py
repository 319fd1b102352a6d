"""The pages of marking: one tap, saved with a receipt; the same without script; strangers find nothing."""

import re
from datetime import timedelta

import pytest
import time_machine

from lms.extensions import db
from lms.records.practicals import units_of
from lms.services import marking
from lms.tables.assessing import AssessmentState, CandidateStatus
from lms.tables.marking import PracticalScoreRow
from lms.web.marking.pages import anchor_of
from tests.practicals import OPENS, practicals_drawn, score_all, sheet_of

REF = "ASC/N1105#PC4"
STRANGERS = ("assessor2", "trainer", "trainer2")
NOT_SCORERS = ("council", "agency", "centre", "trainee", "admin")


@pytest.fixture(autouse=True)
def on_the_day():
    """An hour after the assessment opened."""
    with time_machine.travel(OPENS + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def assessment(app):
    """Four practicals, none scored."""
    return practicals_drawn()


@pytest.fixture
def browser(signed_in):
    """The tablet of the assessor."""
    return signed_in("assessor")


def tap(browser, sheet, **given):
    body = {"ref": REF, "share": "2/3", "key": "a-tap-of-mine"} | given
    return browser.post(f"/practicals/sheets/{sheet.id}/scores", json=body)


def pressed(page: str, ref: str = REF) -> list[str]:
    form = re.search(rf'<form class="criterion[^>]*data-criterion="{re.escape(ref)}".*?</form>', page, re.DOTALL)
    return re.findall(r'data-label="([^"]+)" aria-pressed="true"', form.group())


def test_a_tap_is_answered_with_a_receipt_and_stays_chosen(assessment, browser) -> None:
    sheet = sheet_of(assessment)
    reply = tap(browser, sheet)
    assert reply.status_code == 200
    assert (reply.json["key"], reply.json["ref"], reply.json["saved_at"]) == ("a-tap-of-mine", REF, "11:00:00")
    assert reply.json["receipt"] == db.session.query(PracticalScoreRow).one().id
    page = browser.get(f"/practicals/sheets/{sheet.id}").text
    assert pressed(page) == ["Mostly"]
    assert "Saved on the server 11:00:00" in page


def test_a_tap_sent_twice_gets_the_same_receipt(assessment, browser) -> None:
    first, second = (tap(browser, sheet_of(assessment)) for _ in range(2))
    assert first.json == second.json


def test_without_script_a_level_is_a_button_that_leads_back_to_its_criterion(assessment, browser) -> None:
    sheet = sheet_of(assessment)
    given = {"ref": REF, "share": "1", "key": "form-key-1", "note": "Wrote the temperature first."}
    reply = browser.post(f"/practicals/sheets/{sheet.id}/scores", data=given)
    assert reply.headers["Location"] == f"/practicals/sheets/{sheet.id}#c-ASC-N1105-PC4"
    page = browser.get(f"/practicals/sheets/{sheet.id}").text
    assert pressed(page) == ["Fully"]
    assert "Wrote the temperature first." in page


def test_changes_are_told_in_a_chain(assessment, browser) -> None:
    sheet = sheet_of(assessment)
    tap(browser, sheet, share="1/3")
    tap(browser, sheet, share="2/3", key="second-tap")
    reply = tap(browser, sheet, share="", key="third-tap")
    words = ["gave Partly", "changed from Partly to Mostly", "took back Mostly"]
    assert [change.endswith(word) for change, word in zip(reply.json["changes"], words, strict=True)] == [True] * 3
    assert pressed(browser.get(f"/practicals/sheets/{sheet.id}").text) == []


def test_a_level_of_somebody_else_is_said_where_it_stands(app, signed_in) -> None:
    row = practicals_drawn(scorer="either")
    sheet = sheet_of(row)
    tap(signed_in("trainer"), sheet, share="1/3", key="of-the-trainer")
    reply = tap(signed_in("assessor"), sheet, share="1")
    assert reply.json["two_scorers"].startswith("Trainer gave Partly, then Assessor gave Fully.")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"share": "1/2"}, 422),
        ({"share": "0.5"}, 422),
        ({"share": {"n": 1}}, 422),
        ({"ref": "ASC/N1105#PC99"}, 422),
        ({"ref": ""}, 422),
        ({"key": "short"}, 422),
        ({"note": "x" * 501}, 422),
    ],
)
def test_what_cannot_be_a_score_is_refused_in_words(assessment, browser, given: dict, status: int) -> None:
    reply = tap(browser, sheet_of(assessment), **given)
    assert reply.status_code == status
    assert reply.json["words"]
    assert db.session.query(PracticalScoreRow).count() == 0


@pytest.mark.parametrize("body", ["[1]", '"x"', "7", "null"])
def test_json_that_is_no_score_is_refused(assessment, browser, body: str) -> None:
    address = f"/practicals/sheets/{sheet_of(assessment).id}/scores"
    assert browser.post(address, data=body, content_type="application/json").status_code == 422


def test_after_submission_the_page_can_be_read_and_nothing_tapped(assessment, browser) -> None:
    sheet = sheet_of(assessment)
    tap(browser, sheet)
    assessment.state = AssessmentState.SUBMITTED
    db.session.commit()
    assert tap(browser, sheet, key="another-tap").status_code == 409
    page = browser.get(f"/practicals/sheets/{sheet.id}").text
    assert "The mark sheet has been submitted" in page
    assert pressed(page) == ["Mostly"]
    assert page.count('class="level"') == page.count(" disabled>")


@pytest.mark.parametrize("login", STRANGERS)
def test_scorers_of_other_assessments_find_nothing(assessment, signed_in, login: str) -> None:
    sheet, stranger = sheet_of(assessment), signed_in(login)
    candidate = sheet.candidate_id
    assert stranger.get(f"/practicals/{assessment.id}").status_code == 404
    assert stranger.get(f"/practicals/sheets/{sheet.id}").status_code == 404
    assert stranger.post(f"/practicals/{assessment.id}/candidates/{candidate}/absent").status_code == 404
    assert tap(stranger, sheet).status_code == 404
    assert "B-TC-1" not in stranger.get("/practicals").text


@pytest.mark.parametrize("login", NOT_SCORERS)
def test_roles_that_never_score_are_refused(assessment, signed_in, login: str) -> None:
    assert signed_in(login).get("/practicals").status_code == 403
    assert tap(signed_in(login), sheet_of(assessment)).status_code == 403


def test_the_lists_say_how_far_all_are_and_who_is_next(assessment, browser) -> None:
    score_all(sheet_of(assessment, "trainee"))
    score_all(sheet_of(assessment, "trainee-b"), but=3)
    total = len(marking.missing_refs(sheet_of(assessment, "trainee-c")))
    assert "1 of 4 candidates scored" in browser.get("/practicals").text
    page = browser.get(f"/practicals/{assessment.id}").text
    assert f"{total - 3} of {total} criteria" in page
    assert "Go on with Trainee B" in page
    assert "Score the practicals of batch B-TC-1" in browser.get("/").text


def test_marking_absent_and_here_again_is_in_the_history(assessment, browser) -> None:
    sheet = sheet_of(assessment, "trainee-d")
    address = f"/practicals/{assessment.id}/candidates/{sheet.candidate_id}"
    assert browser.post(f"{address}/absent").headers["Location"].endswith(f"#candidate-{sheet.candidate_id}")
    browser.post(f"{address}/absent")
    assert sheet.candidate.status == CandidateStatus.ABSENT
    assert tap(browser, sheet).status_code == 409
    assert "Is here after all" in browser.get(f"/practicals/{assessment.id}").text
    browser.post(f"{address}/here")
    assert tap(browser, sheet).status_code == 200
    page = browser.get(f"/practicals/sheets/{sheet.id}").text
    assert page.count("absent") == 1


def test_who_has_begun_cannot_be_marked_absent(assessment, browser) -> None:
    sheet = sheet_of(assessment)
    tap(browser, sheet)
    address = f"/practicals/{assessment.id}/candidates/{sheet.candidate_id}/absent"
    assert address not in browser.get(f"/practicals/{assessment.id}").text
    assert browser.post(address).status_code == 409


def test_names_and_notes_are_shown_as_text(assessment, browser) -> None:
    sheet = sheet_of(assessment)
    sheet.candidate.trainee.person.name = "<script>alert(1)</script>"
    db.session.commit()
    tap(browser, sheet, note="</textarea><script>alert(2)</script>")
    for address in (f"/practicals/{assessment.id}", f"/practicals/sheets/{sheet.id}"):
        assert "<script>alert" not in browser.get(address).text


def test_marks_are_cut_off_and_never_rounded_up(assessment, browser) -> None:
    sheet = sheet_of(assessment)
    page = browser.get(f"/practicals/sheets/{sheet.id}").text
    criterion = next(line for unit in units_of(sheet) for line in unit.criteria if line.available == 4)
    form = page[page.index(f'id="{anchor_of(criterion.ref)}"') :]
    assert re.findall(r"[0-9.]+ of 4\b", form)[:4] == ["0 of 4", "1.33 of 4", "2.66 of 4", "4 of 4"]


def test_a_page_of_a_practical_stays_small(assessment, browser) -> None:
    assert len(browser.get(f"/practicals/sheets/{sheet_of(assessment).id}").data) < 250_000
