"""Pages of assessments: who may open them, what they take, what they say when something is wrong."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lms.extensions import db
from lms.services import approval, presence
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, DrawRow
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import AFTER, OPENS

STAFF = ("council", "agency", "assessor", "centre", "trainer")
LATER = datetime.now(UTC) + timedelta(days=30)


def schedule_form(**changes) -> dict[str, str]:
    form = {
        "agency": str(steps.organisation("AA-1")),
        "opens_at": f"{LATER:%Y-%m-%d}T10:00",
        "closes_at": f"{LATER:%Y-%m-%d}T18:00",
    }
    return form | changes


def schedule_at(browser, **changes):
    return browser.post(f"/assessments/new?batch={steps.batch().id}&kind=first", data=schedule_form(**changes))


def state_of(row: AssessmentRow) -> str:
    db.session.refresh(row)
    return row.state


@pytest.mark.parametrize(
    ("page", "seen_by"),
    [
        ("", set(STAFF)),
        ("/marks", {"agency", "assessor"}),
        ("/manifest", {"agency", "council"}),
        ("/manifest.json", {"agency", "council"}),
        ("/assessors", {"agency"}),
        ("/extra-time", {"council"}),
        ("/rooms", {"agency", "assessor", "centre"}),
    ],
)
def test_pages_open_for_those_they_are_for(app, actor, signed_in, page: str, seen_by: set[str]) -> None:
    row = steps.drawn(actor)
    strangers = ("council2", "agency2", "assessor2", "centre2", "trainee", "admin")
    answers = {who: signed_in(who).get(f"/assessments/{row.id}{page}").status_code for who in (*STAFF, *strangers)}
    assert {who for who, status in answers.items() if status == 200} == seen_by
    assert {status for status in answers.values() if status != 200} <= {403, 404}


def test_nobody_opens_them_signed_out(client) -> None:
    assert client.get("/assessments").status_code == 302
    assert client.post("/assessments/1/draw").status_code == 401


def test_the_list_filters_by_state_and_text(app, actor, signed_in) -> None:
    row = steps.scheduled(actor)
    browser = signed_in("council")
    assert row.code in browser.get("/assessments?state=proposed&text=batch").text
    assert row.code not in browser.get("/assessments?state=released").text
    assert row.code in browser.get("/assessments?state=nonsense").text
    assert "No assessment fits" in browser.get("/assessments?text=zzz").text


def test_a_council_schedules_in_the_sites_own_time(app, signed_in) -> None:
    extra = f"extra-{steps.batch().trainees[0].id}"
    answer = schedule_at(signed_in("council"), **{extra: "20"})
    row = db.session.query(AssessmentRow).one()
    assert (answer.status_code, answer.location) == (302, f"/assessments/{row.id}")
    assert f"{row.opens_at:%Y-%m-%d %H:%M}" == f"{LATER:%Y-%m-%d} 04:30"
    assert [candidate.extra_minutes for candidate in row.candidates] == [20, 0, 0, 0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"opens_at": ""}, "Say when it opens."),
        ({"opens_at": "tomorrow"}, "Write a day and a time"),
        ({"opens_at": "2020-01-01T10:00"}, "in the past"),
        ({"closes_at": f"{LATER:%Y-%m-%d}T09:00"}, "It must close after it opens."),
        ({"agency": "999"}, "Not a valid choice"),
    ],
)
def test_a_faulty_schedule_is_shown_again_with_what_was_typed(app, signed_in, changes, words: str) -> None:
    extra = f"extra-{steps.batch().trainees[0].id}"
    answer = schedule_at(signed_in("council"), **{extra: "35"}, **changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="35"' in answer.text
    assert db.session.query(AssessmentRow).count() == 0


@pytest.mark.parametrize("minutes", ["-5", "1.5", "many", "9999"])
def test_extra_minutes_are_whole_and_bounded(app, signed_in, minutes: str) -> None:
    extra = f"extra-{steps.batch().trainees[0].id}"
    answer = schedule_at(signed_in("council"), **{extra: minutes})
    assert answer.status_code == 422
    assert f'value="{minutes}"' in answer.text
    _times, candidates = answer.text.split("<h2>4 candidates</h2>")
    assert 'class="fault"' in candidates
    assert 'class="fault"' not in _times


def test_another_councils_batch_cannot_be_scheduled(app, signed_in) -> None:
    address = f"/assessments/new?batch={steps.batch('B-TC-2').id}&kind=first"
    browser = signed_in("council")
    assert browser.get(address).status_code == 404
    assert browser.post(address, data=schedule_form()).status_code == 404
    assert signed_in("agency").get(address).status_code == 403


def test_a_decline_without_a_reason_is_shown_again_and_changes_nothing(app, actor, signed_in) -> None:
    row = steps.scheduled(actor)
    browser = signed_in("agency")
    answer = browser.post(f"/assessments/{row.id}/decline", data={"why": "no"})
    assert answer.status_code == 422
    assert "5 to 500 characters" in answer.text
    assert state_of(row) == AssessmentState.PROPOSED
    browser.post(f"/assessments/{row.id}/decline", data={"why": "no assessor that week"})
    assert state_of(row) == AssessmentState.DECLINED
    signed_in("council").post(f"/assessments/{row.id}/propose", data={"agency": str(row.agency_id)})
    assert state_of(row) == AssessmentState.PROPOSED


@time_machine.travel(steps.NOW, tick=False)
def test_a_double_click_on_accept_and_draw_is_one(app, actor, signed_in) -> None:
    row = steps.scheduled(actor)
    browser = signed_in("agency")
    for act in ("accept", "accept", "draw", "draw"):
        assert browser.post(f"/assessments/{row.id}/{act}").status_code == 302
    assert state_of(row) == AssessmentState.DRAWN
    assert db.session.query(DrawRow).count() == 1


def test_the_page_offers_a_person_only_their_own_acts(app, actor, signed_in) -> None:
    row = steps.scheduled(actor)
    assert "Accept" in signed_in("agency").get(f"/assessments/{row.id}").text
    for who in ("council", "centre"):
        text = signed_in(who).get(f"/assessments/{row.id}").text
        assert "Accept" not in text
        assert "The agency answers next." in text


def test_assessors_are_named_on_a_page_that_keeps_what_was_chosen(app, actor, signed_in) -> None:
    row = steps.accepted(actor)
    browser = signed_in("agency")
    assert browser.post(f"/assessments/{row.id}/assessors", data={}).status_code == 422
    answer = browser.post(f"/assessments/{row.id}/assessors", data={"people": str(steps.person("assessor2"))})
    assert answer.status_code == 422
    answer = browser.post(f"/assessments/{row.id}/assessors", data={"people": str(steps.person("assessor"))})
    assert answer.status_code == 302


def test_extra_time_is_given_on_its_page(app, actor, signed_in) -> None:
    row = steps.scheduled(actor)
    browser, field = signed_in("council"), f"extra-{row.candidates[1].id}"
    assert browser.post(f"/assessments/{row.id}/extra-time", data={field: "x"}).status_code == 422
    assert browser.post(f"/assessments/{row.id}/extra-time", data={field: "45"}).status_code == 302
    db.session.expire_all()
    assert row.candidates[1].extra_minutes == 45


def test_absent_undo_disqualify_and_restore_from_the_page(app, actor, signed_in) -> None:
    row = steps.drawn(actor)
    one = row.candidates[0].id
    centre, assessor = signed_in("centre"), signed_in("assessor")
    address = f"/assessments/{row.id}/candidates/{one}"

    def status_after(answer) -> str:
        assert answer.status_code == 302
        db.session.expire_all()
        return db.session.get(CandidateRow, one).status

    assert status_after(centre.post(f"{address}/absent")) == "absent"
    assert "Undo" in centre.get(f"/assessments/{row.id}").text
    assert status_after(centre.post(f"{address}/undo")) == "entered"
    assert centre.post(f"{address}/disqualify", data={"why": "looked at notes"}).status_code == 403
    assert assessor.post(f"{address}/disqualify", data={"why": ""}).status_code == 422
    assert status_after(assessor.post(f"{address}/disqualify", data={"why": "looked at notes"})) == "disqualified"
    assert status_after(assessor.post(f"{address}/restore", data={"why": "it was a bus ticket"})) == "entered"
    assert signed_in("centre2").post(f"{address}/absent").status_code == 404


def test_an_incomplete_mark_sheet_says_who_lacks_what(app, actor, signed_in) -> None:
    row = steps.drawn(actor)
    browser = signed_in("assessor")
    answer = browser.post(f"/assessments/{row.id}/submit")
    assert answer.status_code == 409
    assert answer.text.count("has neither a paper nor a practical: mark absent") == 4
    assert state_of(row) == AssessmentState.DRAWN


def test_the_assessor_says_who_did_not_come_to_the_practical(app, actor, signed_in) -> None:
    row = steps.drawn(actor)
    first, *others = row.candidates
    steps.sit(first)
    for candidate in others:
        presence.mark_absent(actor("centre"), row.id, candidate.id, now=OPENS)
    browser = signed_in("assessor")
    assert browser.post(f"/assessments/{row.id}/submit").status_code == 409
    assert browser.post(f"/assessments/{row.id}/submit", data={"no_practical": str(first.id)}).status_code == 302
    assert state_of(row) == AssessmentState.SUBMITTED


def test_the_mark_sheet_goes_its_way_by_buttons(app, actor, signed_in) -> None:
    row = steps.drawn(actor)
    steps.done(actor, row)
    agency, council = signed_in("agency"), signed_in("council")
    address = f"/assessments/{row.id}"
    signed_in("assessor").post(f"{address}/submit")
    assert "Verify: the marks are right" in agency.get(f"{address}/marks").text
    assert agency.post(f"{address}/return-to-assessor", data={"why": ""}).status_code == 422
    assert council.post(f"{address}/verify").status_code == 403
    for browser, act, state in (
        (agency, "verify", "verified"),
        (council, "approve", "approved"),
        (council, "release", "released"),
        (council, "release", "released"),
    ):
        assert browser.post(f"{address}/{act}").status_code == 302
        assert state_of(row) == state
    centre = signed_in("centre")
    assert "Competent" in centre.get(address).text
    assert centre.get(f"{address}/marks").status_code == 404


def test_a_mark_sheet_sent_back_says_why_where_it_is_mended(app, actor, signed_in) -> None:
    row = steps.drawn(actor)
    steps.done(actor, row)
    address, reason = f"/assessments/{row.id}", "the second candidate looks mixed up"
    approval.submit(actor("assessor"), row.id, now=AFTER)
    signed_in("agency").post(f"{address}/return-to-assessor", data={"why": reason})
    page = signed_in("assessor").get(f"{address}/marks").text
    assert "sent the mark sheet back to the assessor" in page
    assert reason in page
    assert reason in signed_in("assessor").get("/").text
    approval.submit(actor("assessor"), row.id, now=AFTER)
    assert reason not in signed_in("agency").get(f"{address}/marks").text
    approval.verify(actor("agency"), row.id, now=AFTER)
    again = "the practicals are much too high"
    signed_in("council").post(f"{address}/return-to-agency", data={"why": again})
    assert again in signed_in("agency").get(f"{address}/marks").text
    assert again in signed_in("agency").get("/").text


def test_a_release_without_anybody_competent_promises_no_certificates(app, actor, signed_in) -> None:
    row = steps.drawn(actor)
    for candidate in row.candidates:
        presence.mark_absent(actor("centre"), row.id, candidate.id, now=OPENS)
    approval.submit(actor("assessor"), row.id, now=AFTER)
    approval.verify(actor("agency"), row.id, now=AFTER)
    approval.approve(actor("council"), row.id, now=AFTER)
    council = signed_in("council")
    council.post(f"/assessments/{row.id}/release")
    page = council.get(f"/assessments/{row.id}").text
    assert "The results are released." in page
    assert "certificates are being made" not in page


def test_nothing_of_the_results_is_on_the_centres_pages_before_the_release(app, actor, signed_in) -> None:
    row = steps.approved(actor)
    for who in ("centre", "trainer"):
        page = signed_in(who).get(f"/assessments/{row.id}").text
        assert "Competent" not in page
        assert ">Result<" not in page
    approval.release(actor("council"), row.id, now=AFTER)
    assert "Competent" in signed_in("centre").get(f"/assessments/{row.id}").text
    assert "Competent" not in signed_in("trainer").get(f"/assessments/{row.id}").text


def test_the_manifest_downloads_as_json(app, actor, signed_in) -> None:
    row = steps.drawn(actor)
    answer = signed_in("agency").get(f"/assessments/{row.id}/manifest.json")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={row.code}-manifest.json"
    assert len(json.loads(answer.text)["papers"]) == 4


def test_names_are_text_and_never_markup(app, actor, signed_in) -> None:
    row = steps.drawn(actor)
    row.candidates[0].trainee.person.name = "<script>alert(1)</script>"
    db.session.commit()
    for page in ("", "/marks"):
        assert "<script>alert" not in signed_in("assessor").get(f"/assessments/{row.id}{page}").text


def test_the_centre_seats_everybody_at_once_and_then_one_by_one(app, actor, signed_in) -> None:
    row = steps.drawn(actor)
    centre, place = signed_in("centre"), f"/assessments/{row.id}/rooms"
    few = centre.post(f"{place}/fill", data={"rooms": "Hall A 1"})
    assert few.status_code == 422
    assert "would have none" in few.text
    assert "Hall A 1</textarea>" in few.text
    assert centre.post(f"{place}/fill", data={"rooms": "Hall A 2\nLab 2 40"}).status_code == 302
    assert "candidates are seated." in centre.get(place).text
    one = row.candidates[0]
    long = centre.post(place, data={f"room-{one.id}": "x" * 41, "large": str(one.id)})
    assert (long.status_code, "is too long" in long.text, "x" * 41 in long.text) == (422, True, True)
    assert centre.post(place, data={f"room-{one.id}": "Lab 2", "large": str(one.id)}).status_code == 302
    assert "Saved: 1 candidate changed." in centre.get(place).text
    db.session.refresh(one)
    assert (one.room, one.large_print) == ("Lab 2", True)
    assert f"{one.number} · Lab 2" in centre.get(f"/assessments/{row.id}").text
