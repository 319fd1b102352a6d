"""Forms of the exam room that are sent again, changed meanwhile, or from a page that is older than what it shows."""

from datetime import timedelta

import pytest
import time_machine

from lms.extensions import db
from lms.tables.attempts import AttemptRow
from tests import rooms
from tests.exams import candidate_of
from tests.lms.web.test_exam_room import NOW, OPENS, place


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
