"""Devices that lie, flood or come back: nothing they send stands in the way of others, or of their own candidate."""

from datetime import timedelta

import pytest

from lms.extensions import db
from lms.services import grading, takeovers
from lms.services.desks import MOST_TOLD
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.invigilation import IntegrityEventRow
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
    assert post(client, attempt, "contact", told, bearer).status_code == 200
    assert db.session.query(IntegrityEventRow).one().at <= NOW + timedelta(minutes=1)


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
    told = [{"kind": "left", "at": NOW.isoformat(), "detail": str(place)} for place in range(50)]
    for _again in range(MOST_TOLD // 50 + 2):
        assert post(client, attempt, "contact", {"device": "one", "integrity": told}, bearer).status_code == 200
    for place in range(5):
        assert post(client, attempt, "contact", {"device": f"other-{place}"}, bearer).json["is_holder"] is False
    assert db.session.query(IntegrityEventRow).count() == MOST_TOLD
