"""Forms of the exam room that are sent again, changed meanwhile, or from a page that is older than what it shows."""

from datetime import timedelta

import pytest
import time_machine

from lms.extensions import db
from lms.tables.attempts import AttemptRow
from lms.tables.invigilation import TimeChangeRow
from lms.tables.room_log import IncidentRow
from tests import rooms
from tests.exams import candidate_of
from tests.lms.web.test_exam_room import NOW, OPENS, key_on, place


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def room(app):
    row = rooms.a_room()
    rooms.begun(row, "trainee", OPENS)
    return row


@pytest.fixture
def who(room) -> int:
    return candidate_of(room, "trainee").id


@pytest.mark.parametrize("end", ["handed in", "out of time"])
def test_a_code_for_who_has_ended_meanwhile_is_refused_in_words(room, who, signed_in, end: str) -> None:
    attempt = db.session.query(AttemptRow).one()
    if end == "handed in":
        attempt.submitted_at, attempt.handed_in_by = NOW, "candidate"
        db.session.commit()
    with time_machine.travel(NOW if end == "handed in" else attempt.deadline_at + timedelta(hours=1), tick=False):
        answer = signed_in("assessor").post(place(room, f"/candidates/{who}/code"))
    assert answer.status_code == 409
    assert {"handed in": "have been submitted", "out of time": "time for this exam is over"}[end] in answer.text


@pytest.mark.parametrize("change", [{"minutes": "15"}, {"why": "The lamps went out"}])
def test_time_that_is_corrected_in_a_form_that_went_out_already_is_not_told_as_given(
    room, who, signed_in, change: dict[str, str]
) -> None:
    browser = signed_in("assessor")
    form = {"act": "time", "whom": "one", "c": who, "key": "form-0001", "minutes": "5", "why": "Power cut"}
    assert browser.post(place(room, "/act"), data=form).status_code == 302
    answer = browser.post(place(room, "/act"), data=form | change)
    assert (answer.status_code, "sent before with other content" in answer.text) == (422, True)
    assert [row.seconds for row in db.session.query(TimeChangeRow)] == [300]
    key = key_on(answer.text)
    assert key != "form-0001"
    assert browser.post(place(room, "/act"), data=form | change | {"key": key}).status_code == 302
    assert db.session.query(TimeChangeRow).count() == 2


@pytest.mark.parametrize("change", [{"text": "A phone rang twice"}, {"whom": "all"}])
def test_a_note_that_is_changed_in_a_form_that_went_out_already_is_not_lost_without_a_word(
    room, who, signed_in, change: dict[str, str]
) -> None:
    browser = signed_in("assessor")
    form = {"act": "note", "whom": "one", "c": who, "key": "form-0001", "text": "A phone rang"}
    assert browser.post(place(room, "/act"), data=form).status_code == 302
    answer = browser.post(place(room, "/act"), data=form | change)
    assert (answer.status_code, "sent before with other content" in answer.text) == (422, True)
    key = key_on(answer.text)
    assert browser.post(place(room, "/act"), data=form | change | {"key": key}).status_code == 302
    assert db.session.query(IncidentRow).count() == 2


def test_a_note_about_nobody_from_a_candidates_page_leads_to_the_list(room, signed_in) -> None:
    form = {"act": "note", "whom": "one", "key": "form-0001", "text": "A phone rang"}
    answer = signed_in("assessor").post(place(room, "/act"), data=form)
    assert answer.location.endswith(place(room))


def test_an_exam_whose_time_is_over_is_not_ended_by_the_room_and_can_get_more(room, signed_in) -> None:
    attempt, browser = db.session.query(AttemptRow).one(), signed_in("assessor")
    form = {"whom": "all", "key": "form-0001", "why": "Power cut", "sure": "y", "minutes": "30"}
    with time_machine.travel(attempt.deadline_at + timedelta(minutes=5), tick=False):  # nothing has closed it yet
        done = browser.post(place(room, "/act"), data=form | {"act": "end"})
        assert "The exam of 0 candidates is ended." in browser.get(done.location).text
        done = browser.post(place(room, "/act"), data=form | {"act": "time"})
        assert "1 candidate has more time." in browser.get(done.location).text
        assert signed_in("trainee").get(f"/exam/attempts/{attempt.id}").headers["X-Yogyata-Paper"] == str(attempt.id)


def test_time_that_does_not_reach_beyond_now_is_told_as_what_it_is(room, signed_in) -> None:
    attempt, browser = db.session.query(AttemptRow).one(), signed_in("assessor")
    form = {"act": "time", "whom": "all", "why": "Power cut"}
    with time_machine.travel(attempt.deadline_at + timedelta(minutes=25), tick=False):
        assert "is over, for up to 25 minutes" in browser.get(place(room, "/act?act=time&whom=all")).text
        told = []
        for key, minutes in (("form-0001", "10"), ("form-0002", "20")):
            done = browser.post(place(room, "/act"), data=form | {"key": key, "minutes": minutes})
            page = browser.get(done.location).text
            told.append(("is over all the same" in page, "notice-info" in page))
        assert told == [(True, True), (False, False)]
        assert "is over, for up to" not in browser.get(place(room, "/act?act=time&whom=all")).text
