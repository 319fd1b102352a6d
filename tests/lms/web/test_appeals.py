"""Pages of appeals: asked on the result's page, answered by the agency, decided by the council, read where asked."""

import re
from datetime import datetime

import pytest

from lms.extensions import db
from lms.tables.appeals import AppealRow
from lms.tables.assessing import CandidateRow
from lms.tables.marking import ResultRow
from tests.lms.services.ruling_steps import NOW, released, second

WHY = "I showed the whole test drive."
FOUND = {
    "theory": "No fault.",
    "practical": "The video shows it.",
    "clerical": "No fault.",
    "reason": "One level was too low.",
}


@pytest.fixture
def candidate(app, actor, monkeypatch) -> CandidateRow:
    """A released candidate with two thirds of the practical, and a second person in the council."""

    def today() -> datetime:
        return NOW

    for area in ("results", "appeals"):
        monkeypatch.setattr(f"lms.web.{area}.routes.now", today)
    row = released(actor, share="2/3")
    second()
    return next(candidate for candidate in row.candidates if candidate.trainee.person.login == "trainee")


def asked(signed_in, candidate: CandidateRow, **how) -> AppealRow:
    answer = signed_in("trainee").post(f"/results/{candidate.id}/appeal", data={"reason": WHY, **how})
    assert answer.status_code == 302, answer.text
    return db.session.query(AppealRow).one()


def page_of(signed_in, login: str, path: str) -> str:
    answer = signed_in(login).get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_an_appeal_goes_from_the_result_page_over_agency_and_council_back_to_it(app, signed_in, candidate) -> None:
    page = page_of(signed_in, "trainee", f"/results/{candidate.id}")
    assert "you can appeal until" in page
    appeal = asked(signed_in, candidate)
    path = f"/appeals/{appeal.id}"
    assert "The agency checks" in page_of(signed_in, "trainee", f"/results/{candidate.id}")
    assert "Appeal of Trainee" in page_of(signed_in, "agency", "/")
    page = page_of(signed_in, "agency", path)
    assert "Computed again just now: identical" in page
    assert signed_in("agency").post(f"{path}/answer", data=FOUND).status_code == 302
    page = page_of(signed_in, "council", path)
    assert "The video shows it." in page
    select = re.search(r'name="(share-[^"]+)">', page)
    answer = signed_in("council").post(f"{path}/propose", data={select[1]: "1", "reason": FOUND["reason"]})
    assert answer.status_code == 302
    assert "Confirm and correct" not in page_of(signed_in, "council", path)
    assert "Confirm and correct" in page_of(signed_in, "council-b", path)
    assert signed_in("council").post(f"{path}/confirm").status_code == 403
    answers = [signed_in("council-b").post(f"{path}/confirm").status_code for _ in range(2)]
    assert answers == [302, 302]
    assert db.session.query(ResultRow).filter_by(candidate_id=candidate.id).count() == 2
    page = page_of(signed_in, "trainee", f"/results/{candidate.id}")
    assert "the appeal was upheld." in page
    assert "Upheld" in page
    assert FOUND["reason"] in page


def test_an_appeal_not_upheld_is_told_with_its_reason(app, signed_in, candidate) -> None:
    appeal = asked(signed_in, candidate)
    path = f"/appeals/{appeal.id}"
    signed_in("agency").post(f"{path}/answer", data=FOUND)
    assert signed_in("council").post(f"{path}/reject", data={"reason": "no"}).status_code == 422
    assert signed_in("council").post(f"{path}/reject", data={"reason": "The levels are right."}).status_code == 302
    page = page_of(signed_in, "trainee", f"/results/{candidate.id}")
    assert "Not upheld" in page
    assert "The levels are right." in page
    assert "Make an appeal" not in page
    assert "Not upheld" in page_of(signed_in, "council", "/appeals")


def test_what_is_wrong_in_a_form_stands_beside_it_and_what_was_typed_is_kept(app, signed_in, candidate) -> None:
    trainee = signed_in("trainee")
    page = trainee.get(f"/results/{candidate.id}").text
    assert f'action="/results/{candidate.id}/appeal#appeal"' in page
    ref = re.findall(r'name="refs" value="([^"]+)"', page)[1]
    answer = trainee.post(f"/results/{candidate.id}/appeal", data={"reason": "short", "refs": ref})
    assert answer.status_code == 422
    assert re.findall(r'name="refs" value="([^"]+)" checked', answer.text) == [ref]
    assert "10 to 1000 characters." in answer.text
    assert ">short</textarea>" in answer.text
    answer = trainee.post(f"/results/{candidate.id}/appeal", data={"reason": WHY, "refs": "<b>"})
    assert answer.status_code == 422
    assert "is not assessed here" in answer.text
    appeal = asked(signed_in, candidate)
    agency = signed_in("agency")
    answer = agency.post(f"/appeals/{appeal.id}/answer", data={**FOUND, "clerical": ""})
    assert answer.status_code == 422
    assert "Say what was found" in answer.text
    agency.post(f"/appeals/{appeal.id}/answer", data=FOUND)
    answer = signed_in("council").post(f"/appeals/{appeal.id}/propose", data={"reason": WHY})
    assert answer.status_code == 422
    assert "another level for at least one criterion" in answer.text


def test_the_criteria_that_are_named_stand_first(app, signed_in, candidate) -> None:
    page = page_of(signed_in, "trainee", f"/results/{candidate.id}")
    ref = re.findall(r'name="refs" value="([^"]+)"', page)[20]
    appeal = asked(signed_in, candidate, refs=ref)
    signed_in("agency").post(f"/appeals/{appeal.id}/answer", data=FOUND)
    page = page_of(signed_in, "council", f"/appeals/{appeal.id}")
    named = re.findall(r'name="share-([^"]+)"', page)
    assert ref in page
    assert named[0] == ref
    assert "Nobody has appealed" in page_of(signed_in, "agency2", "/appeals")


def test_strangers_find_nothing_and_others_may_not(app, signed_in, candidate) -> None:
    appeal = asked(signed_in, candidate)
    for login, status in (("agency2", 404), ("council2", 404), ("centre", 403), ("trainee", 403), ("assessor", 403)):
        assert signed_in(login).get(f"/appeals/{appeal.id}").status_code == status
        assert signed_in(login).post(f"/appeals/{appeal.id}/answer", data=FOUND).status_code == status
    assert signed_in("trainee-b").post(f"/results/{candidate.id}/appeal", data={"reason": WHY}).status_code == 404


def test_the_bundle_is_downloaded_from_the_assessment(app, signed_in, candidate) -> None:
    page = page_of(signed_in, "council", f"/assessments/{candidate.assessment_id}")
    assert f"/assessments/{candidate.assessment_id}/recompute.zip" in page
    answer = signed_in("council").get(f"/assessments/{candidate.assessment_id}/recompute.zip")
    assert answer.mimetype == "application/zip"
    assert answer.get_data().startswith(b"PK")
    for login in ("agency", "centre"):
        assert "recompute.zip" not in page_of(signed_in, login, f"/assessments/{candidate.assessment_id}")
