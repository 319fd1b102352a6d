"""On PostgreSQL what ends a sitting, moves it or changes its time comes wholly before an answer or wholly after it."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import text, update

from lms.extensions import db
from lms.services import answer_log, delivery, presence, sittings
from lms.services.answer_log import SentAnswer, Why
from lms.services.answer_statements import MOST_CONFLICTS
from lms.services.errors import Conflict
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.invigilation import AnswerConflictRow, TakeoverRow
from tests.exams import candidate_of
from tests.lms.services.exam_hall import MINUTE, NOW, attempt_of, desk_of

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("database", ["postgres"], indirect=True)]
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
SAME_NUMBER = text(
    "INSERT INTO answer_event (attempt_id, device, seq, item, choice, payload_hash, received_at, epoch) "
    "VALUES (:attempt, 'one', 1, 'another', '', '', now(), 1)"
)


@pytest.fixture
def beside(app):
    """Something done in another thread, in a context of its own."""
    with ThreadPoolExecutor(2) as pool:

        def begin(act) -> Future:
            def run() -> object:
                with app.app_context():
                    return act()

            return pool.submit(run)

        yield begin


@pytest.fixture
def answer(hall, actor):
    """Sends the first answer of a device, received two minutes after the start."""
    desk = desk_of(hall, actor)
    db.session.rollback()
    sent = [SentAnswer(seq=1, number=1, place=1)]
    return lambda: answer_log.keep(desk, device="one", epoch=1, sent=sent, now=NOW + 2 * MINUTE)


def wait_for(waiting: int) -> None:
    """Until so many wait for a lock."""
    latest = time.monotonic() + 10
    with closing(psycopg.connect(db.engine.url.set(drivername="postgresql").render_as_string(False))) as watch:
        watch.autocommit = True
        while watch.execute(WAITING.text).fetchone()[0] < waiting:
            assert time.monotonic() < latest, "nobody waits"
            time.sleep(0.01)


def hand_in(attempt: AttemptRow, moment) -> None:
    rules = delivery.rules_of(attempt.candidate)
    assert sittings.hand_in(attempt, rules, delivery.LOG, moment).is_new


def settle(attempt: AttemptRow, moment) -> None:
    sittings.settle([attempt.id], moment)


def take_over(attempt: AttemptRow, moment) -> None:
    made = {"code_hash": "0" * 64, "tries": 0, "made_by": attempt.candidate.trainee.person_id, "made_at": moment}
    db.session.add(TakeoverRow(attempt_id=attempt.id, epoch=2, device="two", used_at=moment, **made))
    db.session.execute(update(AttemptRow).where(AttemptRow.id == attempt.id).values(epoch=2, holder="two"))


@pytest.mark.parametrize(("act", "why"), [(hand_in, Why.LATE), (settle, Why.LATE), (take_over, Why.SUPERSEDED)])
def test_an_answer_that_waited_for_it_comes_after_it(hall, beside, answer, act, why) -> None:
    act(attempt_of(hall), NOW + MINUTE)
    db.session.flush()
    sent = beside(answer)
    wait_for(1)
    assert not sent.done()
    db.session.commit()
    kept = sent.result(10)
    assert (kept.saved, [one.why for one in kept.refused]) == ((), [why])
    assert db.session.query(AnswerEventRow).count() == 1


@pytest.mark.parametrize("act", [hand_in, settle])
def test_an_answer_that_is_on_its_way_into_the_log_is_waited_for_and_counts(app, hall, beside, answer, act) -> None:
    attempt_id = attempt_of(hall).id
    db.session.rollback()

    def end() -> set[str]:
        act(db.session.get_one(AttemptRow, attempt_id), NOW + MINUTE)
        counts = sittings.answers_of(delivery.sitting_of(db.session.get_one(AttemptRow, attempt_id)))
        db.session.commit()
        return set(counts)

    with db.engine.connect() as other:
        other.execute(SAME_NUMBER, {"attempt": attempt_id})
        sent = beside(answer)
        wait_for(1)
        ended = beside(end)
        wait_for(2)
        assert not any(one.done() for one in (sent, ended))
        other.rollback()
    kept = sent.result(10)
    (item,) = ended.result(10)
    assert ([one.seq for one in kept.saved], kept.refused) == ([1], ())
    assert db.session.query(AnswerEventRow.item).scalar() == item


def test_of_two_answers_under_used_numbers_at_once_only_one_takes_the_last_place(hall, actor, beside, answer) -> None:
    assert answer().saved
    desk, held = desk_of(hall, actor), {"device": "old", "item": "i", "choice": "A", "received_at": NOW}
    before = [
        AnswerConflictRow(attempt_id=desk.id, seq=seq, payload_hash="", **held) for seq in range(2, MOST_CONFLICTS + 1)
    ]
    db.session.add_all(before)
    db.session.commit()
    db.session.execute(text("SELECT id FROM attempt WHERE id = :number FOR SHARE"), {"number": desk.id})
    others = [
        beside(
            lambda place=place: answer_log.keep(
                desk, device="one", epoch=1, sent=[SentAnswer(seq=1, number=1, place=place)], now=NOW
            )
        )
        for place in (2, 3)
    ]
    wait_for(2)
    db.session.rollback()
    assert sorted(other.result().refused[0].why for other in others) == [Why.CONFLICT, Why.FULL]
    assert db.session.query(AnswerConflictRow).count() == MOST_CONFLICTS


def test_extra_minutes_are_not_given_past_a_candidate_who_starts_in_that_moment(hall, actor, beside) -> None:
    candidate, council, trainee = candidate_of(hall, "trainee-c").id, actor("council"), actor("trainee-c")
    number = hall.id
    db.session.rollback()
    db.session.execute(text("SELECT id FROM assessment WHERE id = :number FOR SHARE"), {"number": number})
    given = beside(lambda: presence.give_extra_minutes(council, number, {candidate: 30}, now=NOW))
    wait_for(1)
    attempt = delivery.start(trainee, candidate, now=NOW)
    with pytest.raises(Conflict, match="has started"):
        given.result()
    assert attempt.deadline_at == NOW + 90 * MINUTE
