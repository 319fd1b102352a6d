"""Feedback: who writes to whom, what waits until it is read, and that nothing is ever removed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.extensions import db
from lms.services import coursework, feedback
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.tables.coursework import FeedbackReadRow, FeedbackRow
from lms.tables.training import BatchRow, TraineeRow
from tests.conftest import BOTH

NOW = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
TEXT = "Read the section on greeting again, and come to me on Monday."


def the_batch(centre: str = "TC-1") -> BatchRow:
    return db.session.scalars(select(BatchRow).filter_by(code=f"B-{centre}")).one()


def named(*logins: str) -> list[int]:
    return [row.id for row in coursework.list_learners(the_batch()) if row.person.login in logins]


def write(actor, *logins: str, login: str = "trainer", text: str = TEXT, key: str = "form-0001") -> FeedbackRow:
    return feedback.write(actor(login), the_batch().id, named(*(logins or ("trainee",))), text, key=key, now=NOW)


def unread(actor, login: str) -> list[str]:
    return [row.feedback.text for row in feedback.list_unread(actor(login))]


@BOTH
def test_a_message_waits_for_each_reader_until_they_say_that_they_read_it(app, actor) -> None:
    write(actor, "trainee", "trainee-b")
    assert unread(actor, "trainee") == unread(actor, "trainee-b") == [TEXT]
    assert unread(actor, "trainee-c") == unread(actor, "trainer") == []
    (row,) = feedback.list_unread(actor("trainee"))
    for _ in range(2):
        feedback.mark_read(actor("trainee"), row.id, now=NOW + timedelta(hours=1))
    assert (unread(actor, "trainee"), unread(actor, "trainee-b")) == ([], [TEXT])
    (message,) = feedback.list_written(the_batch())
    assert [bool(to.reading) for to in message.recipients] == [True, False]
    assert db.session.query(FeedbackReadRow).count() == 1
    assert [to.feedback.text for to in feedback.list_own(actor("trainee"))] == [TEXT]


def test_one_form_is_one_message_and_another_form_is_another(app, actor) -> None:
    assert write(actor).id == write(actor).id
    assert write(actor, key="form-0002").id != write(actor).id


def test_nobody_reads_for_somebody_else(app, actor) -> None:
    row = write(actor).recipients[0]
    for login in ("trainee-b", "trainee2", "trainer"):
        with pytest.raises(Absent):
            feedback.mark_read(actor(login), row.id, now=NOW)


@pytest.mark.parametrize(
    "text", ["", "Hey", " " * 20, "\u200b" * 20, "\u3164" * 20, "\u2800" * 9, "...!?...", "x" * 1001]
)
def test_a_message_that_says_nothing_or_too_much_is_not_sent(app, actor, text: str) -> None:
    with pytest.raises(Faulty, match="5 to 1000"):
        write(actor, text=text)


@pytest.mark.parametrize("text", ["अच्छा!", "Dobrze tak", "x" * 1000, "Well done 👍"])
def test_any_script_is_a_message(app, actor, text: str) -> None:
    assert write(actor, text=text).text == text


def test_only_trainers_write_and_only_to_their_batch(app, actor) -> None:
    for login in ("centre", "council"):
        with pytest.raises(NotAllowed):
            write(actor, login=login)
    with pytest.raises(Absent):
        write(actor, login="trainer2")
    other = db.session.scalars(select(TraineeRow).filter_by(batch_id=the_batch("TC-2").id)).first()
    with pytest.raises(Faulty, match="enrolled in this batch"):
        feedback.write(actor("trainer"), the_batch().id, [other.id, *named("trainee")], TEXT, key="form-1", now=NOW)
    with pytest.raises(Faulty, match="enrolled in this batch"):
        feedback.write(actor("trainer"), the_batch().id, [], TEXT, key="form-1", now=NOW)


@BOTH
def test_a_message_taken_back_waits_for_nobody_and_stays_in_the_list(app, actor) -> None:
    row = write(actor, "trainee", "trainee-b")
    for _ in range(2):
        feedback.withdraw(actor("trainer"), the_batch().id, row.id, now=NOW)
    assert unread(actor, "trainee") == []
    (message,) = feedback.list_written(the_batch())
    assert message.withdrawal is not None
    assert [to.feedback.text for to in feedback.list_own(actor("trainee"))] == [TEXT]
    with pytest.raises(Conflict):
        feedback.mark_read(actor("trainee"), row.recipients[0].id, now=NOW)


def test_only_who_wrote_a_message_takes_it_back(app, actor) -> None:
    row = write(actor)
    with pytest.raises(NotAllowed):
        feedback.withdraw(actor("centre"), the_batch().id, row.id, now=NOW)
    with pytest.raises(Absent):
        feedback.withdraw(actor("trainer2"), the_batch().id, row.id, now=NOW)
    with pytest.raises(Absent):
        feedback.withdraw(actor("trainer"), the_batch().id, row.id + 1, now=NOW)
