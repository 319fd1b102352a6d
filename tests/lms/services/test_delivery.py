"""Delivering the theory exam: one attempt, one log, the server's clock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from assessments.errors import AlreadySubmitted, AttemptClosed
from lms.extensions import db
from lms.services import answer_log, delivery, desks, sittings
from lms.services.errors import Absent, Conflict, Faulty
from lms.tables.assessing import CandidateRow, CandidateStatus
from lms.tables.attempts import AnswerEventRow, AttemptRow
from tests import world
from tests.conftest import BOTH
from tests.exams import a_drawn_assessment, candidate_of

NOW = world.DAY + timedelta(minutes=5)
MINUTES = 90


@pytest.fixture
def exam(app, actor):
    """The trainee's entry in an open assessment."""
    return candidate_of(a_drawn_assessment(), "trainee")


def answers_of(attempt: AttemptRow) -> dict[str, str]:
    return sittings.answers_of(delivery.sitting_of(attempt))


def save(actor, attempt: AttemptRow, number: int, place: int | None, **given: Any) -> answer_log.Receipt:
    facts = {"device": "tablet", "seq": None, "now": NOW} | given
    return delivery.save_answer(actor("trainee"), attempt.id, number=number, place=place, **facts)


@BOTH
def test_starting_again_is_the_same_attempt(exam, actor) -> None:
    first = delivery.start(actor("trainee"), exam.id, now=NOW)
    again = delivery.start(actor("trainee"), exam.id, now=NOW + timedelta(minutes=9))
    assert first.id == again.id
    assert again.deadline_at == NOW + timedelta(minutes=MINUTES)


@BOTH
def test_many_devices_starting_at_once_make_one_attempt(app, exam, actor) -> None:
    trainee, entry = actor("trainee"), exam.id
    db.session.remove()

    def start(_: int) -> int:
        with app.app_context():
            return delivery.start(trainee, entry, now=NOW).id

    with ThreadPoolExecutor(8) as pool:
        attempts = set(pool.map(start, range(16)))
    assert len(attempts) == 1
    assert db.session.query(AttemptRow).count() == 1


@BOTH
def test_answers_of_forms_that_are_sent_at_once_are_all_kept(app, exam, actor) -> None:
    trainee = actor("trainee")
    attempt = delivery.start(trainee, exam.id, now=NOW).id
    db.session.remove()

    def answer(number: int) -> int:
        with app.app_context():
            facts = {"device": desks.FORM_DEVICE, "seq": None, "place": 1, "now": NOW}
            return delivery.save_answer(trainee, attempt, number=number, **facts).seq

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(answer, range(1, 13))) == list(range(1, 13))
    assert len(answers_of(db.session.get_one(AttemptRow, attempt))) == 12


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_who_is_marked_absent_in_the_moment_of_starting_does_not_start(app, exam, actor) -> None:
    trainee, entry = actor("trainee"), exam.id
    db.session.remove()

    def start() -> None:
        with app.app_context():
            delivery.start(trainee, entry, now=NOW)

    with db.engine.connect() as centre, ThreadPoolExecutor(1) as pool:
        marked = update(CandidateRow).where(CandidateRow.id == entry).values(status=CandidateStatus.ABSENT)
        centre.execute(marked)
        started = pool.submit(start)
        assert not wait([started], timeout=0.5).done
        centre.commit()
        with pytest.raises(Conflict, match="cannot be started"):
            started.result(10)


@BOTH
def test_the_newest_answer_counts_and_every_answer_is_kept(exam, actor) -> None:
    attempt = delivery.start(actor("trainee"), exam.id, now=NOW)
    item = delivery.sitting_of(attempt).items[0]
    save(actor, attempt, 1, 2)
    save(actor, attempt, 1, 4)
    save(actor, attempt, 2, 1)
    save(actor, attempt, 2, None)
    assert answers_of(attempt) == {item.item: item.options[3].id}
    assert db.session.query(AnswerEventRow).count() == 4


@BOTH
def test_an_answer_sent_twice_is_one_event_with_the_same_receipt(exam, actor) -> None:
    attempt = delivery.start(actor("trainee"), exam.id, now=NOW)
    first = save(actor, attempt, 1, 2, seq=1)
    again = save(actor, attempt, 1, 2, seq=1, now=NOW + timedelta(minutes=3))
    assert first == again
    assert db.session.query(AnswerEventRow).count() == 1


@BOTH
def test_answers_sent_together_are_saved_together_and_again_get_the_same_receipts(exam, actor) -> None:
    attempt = delivery.start(actor("trainee"), exam.id, now=NOW)
    desk = delivery.get_desk(actor("trainee").person_id, attempt.id)
    sent = [answer_log.SentAnswer(seq=number, number=number, place=1) for number in (1, 2, 3)]
    first = answer_log.keep(desk, device="tablet", epoch=1, sent=sent[:2], now=NOW)
    again = answer_log.keep(desk, device="tablet", epoch=1, sent=sent, now=NOW)
    assert [receipt.seq for receipt in again.saved] == [1, 2, 3]
    assert again.saved[:2] == first.saved
    assert (len(answers_of(attempt)), desks.look(desk, "tablet", NOW).answered) == (3, 3)
    assert db.session.query(AnswerEventRow).count() == 3


def test_of_answers_sent_together_those_on_the_paper_are_saved(exam, actor) -> None:
    attempt = delivery.start(actor("trainee"), exam.id, now=NOW)
    desk = delivery.get_desk(actor("trainee").person_id, attempt.id)
    sent = [answer_log.SentAnswer(seq=1, number=1, place=1), answer_log.SentAnswer(seq=2, number=999, place=1)]
    kept = answer_log.keep(desk, device="tablet", epoch=1, sent=sent, now=NOW)
    assert [receipt.seq for receipt in kept.saved] == [1]
    assert [(one.seq, one.why) for one in kept.refused] == [(2, "faulty")]


def test_the_same_sequence_with_another_answer_is_a_conflict(exam, actor) -> None:
    attempt = delivery.start(actor("trainee"), exam.id, now=NOW)
    save(actor, attempt, 1, 2, seq=1)
    with pytest.raises(Conflict, match="another answer under the same number"):
        save(actor, attempt, 1, 3, seq=1)


@pytest.mark.parametrize(("number", "place"), [(999, 1), (1, 9)])
def test_what_is_not_on_the_paper_is_refused(exam, actor, number: int, place: int) -> None:
    attempt = delivery.start(actor("trainee"), exam.id, now=NOW)
    with pytest.raises(Faulty):
        save(actor, attempt, number, place)
    assert db.session.query(AnswerEventRow).count() == 0


def test_an_answer_within_the_grace_counts_and_one_after_it_is_refused(exam, actor) -> None:
    attempt = delivery.start(actor("trainee"), exam.id, now=NOW)
    end = attempt.deadline_at
    save(actor, attempt, 1, 1, now=end + timedelta(seconds=60))
    with pytest.raises(AttemptClosed):
        save(actor, attempt, 2, 1, now=end + timedelta(seconds=61))
    assert len(answers_of(attempt)) == 1


def test_after_handing_in_nothing_changes(exam, actor) -> None:
    attempt = delivery.start(actor("trainee"), exam.id, now=NOW)
    save(actor, attempt, 1, 1)
    delivery.submit(actor("trainee"), attempt.id, now=NOW)
    delivery.submit(actor("trainee"), attempt.id, now=NOW + timedelta(minutes=1))
    db.session.refresh(attempt)
    assert attempt.submitted_at == NOW
    with pytest.raises(AlreadySubmitted):
        save(actor, attempt, 2, 1, now=NOW + timedelta(milliseconds=1))
    assert len(answers_of(attempt)) == 1


@BOTH
def test_an_abandoned_attempt_is_closed_at_its_deadline_with_what_was_saved(exam, actor) -> None:
    attempt = delivery.start(actor("trainee"), exam.id, now=NOW)
    save(actor, attempt, 1, 1)
    end = attempt.deadline_at
    assert delivery.close_expired(now=end + timedelta(seconds=30)) == 0
    assert delivery.close_expired(now=end + timedelta(minutes=2)) == 1
    assert delivery.close_expired(now=end + timedelta(minutes=3)) == 0
    db.session.refresh(attempt)
    assert attempt.closed_at == end
    assert len(answers_of(attempt)) == 1


def test_extra_minutes_move_the_deadline(exam, actor) -> None:
    exam.extra_minutes = 30
    attempt = delivery.start(actor("trainee"), exam.id, now=NOW)
    assert attempt.deadline_at == NOW + timedelta(minutes=MINUTES + 30)


@pytest.mark.parametrize(
    ("when", "refusal"),
    [(timedelta(minutes=-10), Conflict), (timedelta(hours=7), AttemptClosed)],
    ids=["early", "late"],
)
def test_an_exam_starts_only_while_it_is_open(exam, actor, when: timedelta, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        delivery.start(actor("trainee"), exam.id, now=NOW + when)


def test_an_absent_candidate_cannot_start(exam, actor) -> None:
    exam.status = CandidateStatus.ABSENT
    with pytest.raises(Conflict):
        delivery.start(actor("trainee"), exam.id, now=NOW)


@pytest.mark.parametrize("act", ["candidate", "attempt", "answer", "submit"])
def test_somebody_elses_exam_is_absent(exam, actor, act: str) -> None:
    attempt = delivery.start(actor("trainee"), exam.id, now=NOW)
    stranger = actor("trainee-b")
    acts: dict[str, Callable[[], object]] = {
        "candidate": lambda: delivery.get_own_candidate(stranger, exam.id),
        "attempt": lambda: delivery.get_own_attempt(stranger, attempt.id),
        "answer": lambda: delivery.save_answer(stranger, attempt.id, device="x", seq=1, number=1, place=1, now=NOW),
        "submit": lambda: delivery.submit(stranger, attempt.id, now=NOW),
    }
    with pytest.raises(Absent):
        acts[act]()
