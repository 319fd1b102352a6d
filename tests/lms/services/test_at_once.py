"""Fifty of the same act in one moment: one attempt, one hand-in, nothing lost and nothing twice, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lms.extensions import db
from lms.services import answer_log, delivery, sittings
from lms.services.answer_log import SentAnswer
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.history import HistoryRow
from tests import world
from tests.conftest import BOTH
from tests.exams import a_drawn_assessment

NOW = world.DAY + timedelta(minutes=5)
END = NOW + timedelta(minutes=90)
AT_ONCE = 50


@pytest.fixture
def entries(app, actor):
    """The four entries of an open assessment, each with its actor."""
    row = a_drawn_assessment()
    found = [(candidate.id, actor(candidate.trainee.person.login)) for candidate in row.candidates]
    db.session.remove()
    return found


def at_once(app, act, times: int = AT_ONCE) -> list:
    """The act done that often at the same time, each in a context of its own."""

    def one(number: int) -> object:
        with app.app_context():
            return act(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def start_and_hand_in(app, entry: int, trainee, rounds: int) -> None:
    for number in range(rounds):
        begun = at_once(app, lambda _: delivery.start(trainee, entry, now=NOW).id, AT_ONCE if number == 0 else 2)
        assert len(set(begun)) == 1
        attempt_id = begun[0]
        moment = NOW + timedelta(seconds=10 + number)

        def act(place: int, attempt_id: int = attempt_id, moment=moment, number: int = number):
            if place % 10 == 9:
                return delivery.close_expired(now=NOW)
            if place % 5 == 4:
                desk = delivery.get_desk(trainee.person_id, attempt_id)
                sent = [SentAnswer(seq=number + 1, number=number % 20 + 1, place=1)]
                kept = answer_log.keep(desk, device="one", epoch=1, sent=sent, now=moment)
                return [one.seq for one in kept.saved]
            return delivery.submit(trainee, attempt_id, now=moment + timedelta(milliseconds=place)).is_new

        done = at_once(app, act)
        assert sum(one is True for one in done) == 1
        with app.app_context():
            row = db.session.get_one(AttemptRow, attempt_id)
            found = sittings.counting_of(delivery.sitting_of(row))
            saved = {seq for one in done if isinstance(one, list) for seq in one}
            assert not {event.seq for event in found.refused} & saved
            assert db.session.query(AnswerEventRow).filter_by(attempt_id=attempt_id, seq=number + 1).count() == 1
            assert row.closed_at is None
            row.submitted_at = row.handed_in_by = None  # for the next round
            db.session.commit()


@BOTH
def test_fifty_starts_and_fifty_hand_ins_at_once_make_one_attempt_handed_in_once(app, entries) -> None:
    entry, trainee = entries[0]
    start_and_hand_in(app, entry, trainee, 1)
    assert db.session.query(AttemptRow).filter_by(candidate_id=entry).count() == 1
    assert db.session.query(HistoryRow).filter(HistoryRow.what.contains("submitted")).count() == 1


@pytest.mark.soak
@pytest.mark.timeout(3600)
@BOTH
def test_a_thousand_rounds_of_fifty_at_once_lose_and_double_nothing(app, entries) -> None:
    start_and_hand_in(app, *entries[0], 1000)


@BOTH
def test_fifty_devices_saving_at_once_are_each_kept_once(app, entries) -> None:
    entry, trainee = entries[0]
    with app.app_context():
        attempt_id = delivery.start(trainee, entry, now=NOW).id
        desk = delivery.get_desk(trainee.person_id, attempt_id)
        db.session.remove()

    def save(place: int) -> int:
        seq = place // 2 + 1  # every event is sent twice
        sent = [SentAnswer(seq=seq, number=seq % 20 + 1, place=1)]
        return len(answer_log.keep(desk, device="one", epoch=1, sent=sent, now=NOW).saved)

    assert sum(at_once(app, save)) == AT_ONCE
    assert db.session.query(AnswerEventRow).count() == AT_ONCE // 2


@BOTH
def test_a_batch_that_is_sent_twice_at_once_is_kept_once(app, entries) -> None:
    entry, trainee = entries[0]
    with app.app_context():
        desk = delivery.get_desk(trainee.person_id, delivery.start(trainee, entry, now=NOW).id)
        db.session.remove()
    sent = [SentAnswer(seq=number, number=number % 20 + 1, place=1) for number in range(1, 101)]

    def save(_: int) -> int:
        return len(answer_log.keep(desk, device="one", epoch=1, sent=sent, now=NOW).saved)

    assert at_once(app, save, 6) == [100] * 6
    assert db.session.query(AnswerEventRow).count() == 100
