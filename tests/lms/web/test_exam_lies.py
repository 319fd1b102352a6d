"""Devices that lie, flood or come back: nothing they send stands in the way of others, or of their own candidate."""

from datetime import timedelta

import pytest
import time_machine

from lms.clock import now
from lms.extensions import db
from lms.services import grading, late_counts, takeovers
from lms.services.answer_statements import MOST_CHANGES, MOST_CONFLICTS
from lms.services.desks import MOST_TOLD
from lms.services.late_answers import MOST_SHOWN
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.invigilation import AnswerConflictRow, IntegrityEventRow
from tests.conftest import BOTH
from tests.lms.web.test_exam_events import FIRST, NOW, attempt, bearer, events, post

__all__ = ["attempt", "bearer"]
STRANGE = ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"]
THREE_DAYS = 3 * 24 * 60 * 60 * 1000


@BOTH
@pytest.mark.parametrize("elapsed", [THREE_DAYS, -THREE_DAYS])
def test_times_that_no_clock_shows_leave_the_answer_saved_and_the_marks_gradable(client, attempt, bearer, elapsed):
    for seq, moment in enumerate(STRANGE, start=1):
        lies = {"anchor_at": moment, "wall_at": moment, "elapsed_ms": elapsed}
        body = post(client, attempt, "events", events({**FIRST, **lies, "seq": seq}), bearer).json
        assert [one["seq"] for one in body["saved"]] == [seq]
    assert db.session.query(AnswerEventRow).count() == len(STRANGE)
    lines = grading.grade_assessment(attempt.candidate.assessment, NOW + timedelta(hours=3))
    assert all(line.candidate for line in lines)


@BOTH
@pytest.mark.parametrize("moment", STRANGE)
def test_a_notice_from_a_time_that_no_clock_shows_is_kept(client, attempt, bearer, moment):
    told = {"device": "one", "integrity": [{"kind": "left", "at": moment}]}
    for sent in ({}, {"sent_at": STRANGE[0]}, {"sent_at": STRANGE[-1]}):
        assert post(client, attempt, "contact", told | sent, bearer).status_code == 200
    assert all(row.at <= NOW + timedelta(minutes=1) for row in db.session.query(IntegrityEventRow))


@BOTH
@pytest.mark.parametrize("wrong", [timedelta(), timedelta(minutes=-20), timedelta(days=800)])
def test_what_a_device_with_a_wrong_clock_tells_stands_at_the_time_of_the_exam(client, attempt, bearer, wrong):
    shows, before = now() + wrong, timedelta(seconds=30)
    told = [{"kind": "left", "at": (shows - before).isoformat()}]
    post(client, attempt, "contact", {"device": "one", "sent_at": shows.isoformat(), "integrity": told}, bearer)
    assert db.session.query(IntegrityEventRow).one().at == now() - before


@BOTH
def test_a_device_that_was_replaced_does_not_end_the_exam_that_goes_on_elsewhere(client, attempt, bearer, actor):
    post(client, attempt, "events", events(FIRST), bearer)
    code = takeovers.make_code(actor("agency"), attempt.id, now=NOW + timedelta(seconds=50))
    assert post(client, attempt, "take-over", {"device": "two", "code": code}, bearer).status_code == 200
    answer = post(client, attempt, "submit", {"device": "one", "epoch": 1, "last_seq": 1}, bearer)
    assert (answer.status_code, "Hand it in there" in answer.json["words"]) == (409, True)
    assert db.session.get_one(AttemptRow, attempt.id).submitted_at is None
    post(client, attempt, "events", events({**FIRST, "seq": 1}, device="two") | {"epoch": 2}, bearer)
    done = post(client, attempt, "submit", {"device": "two", "epoch": 2, "last_seq": 1}, bearer)
    assert (done.status_code, done.json["state"]) == (200, "handed_in")
    again = post(client, attempt, "submit", {"device": "one", "epoch": 1, "last_seq": 1}, bearer)
    assert (again.status_code, again.json["state"]) == (200, "handed_in")


@BOTH
def test_a_device_that_tells_without_end_does_not_bury_the_room(client, attempt, bearer):
    for again in range(MOST_TOLD // 50 + 2):
        told = [{"kind": "left", "at": (NOW - again * timedelta(seconds=10)).isoformat()}] * 50
        assert post(client, attempt, "contact", {"device": "one", "integrity": told}, bearer).status_code == 200
    for place in range(5):
        assert post(client, attempt, "contact", {"device": f"other-{place}"}, bearer).json["is_holder"] is False
    assert db.session.query(IntegrityEventRow).count() == MOST_TOLD


@BOTH
def test_a_device_that_changes_an_answer_without_end_is_told_so_and_fills_no_log(client, attempt, bearer, actor):
    for start in range(1, 1002, 200):
        sent = [{"seq": start + place, "number": 1, "place": place % 2 + 1} for place in range(200)]
        body = post(client, attempt, "events", events(*sent), bearer).json
    assert {one["why"] for one in body["refused"]} == {"full"}
    assert "more often than anybody" in body["refused"][0]["words"]
    single = post(client, attempt, "events", events({"seq": 5000, "number": 1, "place": 3}), bearer).json
    assert (single["saved"], single["refused"][0]["why"]) == ([], "full")
    assert db.session.query(AnswerEventRow).count() == MOST_CHANGES
    other = post(client, attempt, "events", events({"seq": 5001, "number": 2, "place": 3}), bearer).json
    assert [one["seq"] for one in other["saved"]] == [5001]
    again = post(client, attempt, "events", events({"seq": 1, "number": 1, "place": 1}), bearer).json
    assert [one["seq"] for one in again["saved"]] == [1]


@BOTH
def test_what_others_send_takes_no_room_from_the_device_that_holds_the_exam(client, attempt, bearer, actor):
    post(client, attempt, "events", events(FIRST), bearer)
    for other in range(4):
        sent = [{"seq": seq, "number": 1, "place": 1} for seq in range(1, 201)]
        body = post(client, attempt, "events", events(*sent, device=f"other-{other}"), bearer).json
    assert {one["why"] for one in body["refused"]} == {"full"}
    assert db.session.query(AnswerEventRow).count() == MOST_CHANGES + 1
    body = post(client, attempt, "events", events({**FIRST, "seq": 2, "place": 1}), bearer).json
    assert [one["seq"] for one in body["saved"]] == [2]
    code = takeovers.make_code(actor("agency"), attempt.id, now=NOW + timedelta(seconds=50))
    assert post(client, attempt, "take-over", {"device": "two", "code": code}, bearer).status_code == 200
    body = post(client, attempt, "events", events(FIRST, device="two") | {"epoch": 2}, bearer).json
    assert [one["seq"] for one in body["saved"]] == [1]


@BOTH
def test_numbers_that_are_used_again_without_end_are_kept_as_often_as_somebody_can_look(client, attempt, bearer):
    for place in (1, 2, 3):
        for start in (1, 201):
            sent = [{"seq": seq, "number": seq % 20 + 1, "place": place} for seq in range(start, start + 200)]
            body = post(client, attempt, "events", events(*sent), bearer).json
    assert {one["why"] for one in body["refused"]} == {"full"}
    assert db.session.query(AnswerConflictRow).count() == MOST_CONFLICTS


@BOTH
def test_the_last_answer_under_a_used_number_that_is_kept_is_told_to_be_kept_however_often_it_comes(
    client, attempt, bearer
) -> None:
    assert post(client, attempt, "events", events(FIRST), bearer).json["refused"] == []
    kept = {"attempt_id": attempt.id, "device": "old", "item": "i", "choice": "A", "received_at": NOW}
    more = [AnswerConflictRow(seq=seq, payload_hash="0" * 64, **kept) for seq in range(1, MOST_CONFLICTS)]
    db.session.add_all(more)
    db.session.commit()

    def told(*places: int) -> list[str]:
        sent = events(*({**FIRST, "place": place} for place in places))
        return [one["why"] for one in post(client, attempt, "events", sent, bearer).json["refused"]]

    assert [told(1), told(1), told(1, 1), told(3, 1)] == [["conflict"]] * 2 + [["conflict"] * 2, ["full", "conflict"]]
    db.session.rollback()
    assert db.session.query(AnswerConflictRow).count() == MOST_CONFLICTS


def test_a_request_of_nothing_but_empty_events_is_refused_before_it_grows(client, attempt, bearer):
    answer = post(client, attempt, "events", {"device": "one", "epoch": 1, "events": [{}] * 201}, bearer)
    assert (answer.status_code, "At most 200" in answer.json["words"]) == (422, True)
    body = b'{"device":"one","epoch":1,"events":[' + b",".join([b"{}"] * 400_000) + b"]}"
    for what in ("events", "contact", "take-over", "submit", "answers"):
        where = f"/exam/attempts/{attempt.id}/{what}"
        answer = client.post(where, data=body, headers=bearer, content_type="application/json")
        assert answer.status_code in ({401} if what == "answers" else {413}), what
        assert len(answer.data) < 2000


@BOTH
def test_answers_that_come_late_without_end_are_shown_in_part_and_decided_at_once(
    client, attempt, bearer, actor, signed_in
):
    post(client, attempt, "submit", {"device": "one", "epoch": 1, "last_seq": 0}, bearer)
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        for number in (1, 2):
            sent = [{"seq": number * 1000 + seq, "number": number, "place": seq % 4 + 1} for seq in range(200)]
            assert len(post(client, attempt, "events", events(*sent), bearer).json["refused"]) == 200
    candidate = attempt.candidate
    where = f"/assessments/{candidate.assessment_id}/room/candidates/{candidate.id}"
    browser = signed_in("agency")
    page = browser.get(where).text
    assert page.count('name="answer"') == MOST_SHOWN
    # What a device did last to each question is among those that are shown.
    assert 'value="one/1199"' in page
    assert 'value="one/2199"' in page
    assert "and 200 more that are not shown" in page
    sent = {"answer": ["one/1199"], "others": "1", "key": "form-0001", "why": "a script sent them", "verdict": "refuse"}
    assert browser.post(f"{where}/late", data=sent).status_code == 302
    assert late_counts.count_undecided(candidate.assessment) == {attempt.id: 0}
