"""Keeping answers: once each, told to be saved only when they are, by the device that holds the exam."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from lms.extensions import close_connections, db, each_by_itself
from lms.prepared import to_database
from lms.services import answer_log, delivery, sittings, takeovers
from lms.services.answer_log import NotDurable, SentAnswer
from lms.services.answer_statements import insertion_at_once, together
from lms.services.desks import look
from lms.services.errors import Absent, Faulty, NotAllowed
from lms.tables.assessing import AssessmentRow
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.invigilation import AnswerConflictRow, IntegrityEventRow
from lms.tables.people import PersonRow, Standing
from tests import world
from tests.conftest import BOTH
from tests.exams import a_drawn_assessment, candidate_of

NOW = world.DAY + timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
END = NOW + 90 * MINUTE


@pytest.fixture
def desk(app, actor):
    """The desk of the trainee, whose exam runs since NOW."""
    candidate = candidate_of(a_drawn_assessment(), "trainee")
    attempt = delivery.start(actor("trainee"), candidate.id, now=NOW)
    return delivery.get_desk(actor("trainee").person_id, attempt.id)


def keep(desk, *sent, device="one", epoch=1, now=NOW + MINUTE):
    """Keep answers given as (seq, number, place)."""
    answers = [
        one if isinstance(one, SentAnswer) else SentAnswer(seq=one[0], number=one[1], place=one[2]) for one in sent
    ]
    return answer_log.keep(desk, device=device, epoch=epoch, sent=answers, now=now)


def told(kept):
    """What became of the events: the numbers that are saved, and the others with the reason."""
    return [one.seq for one in kept.saved], [(one.seq, one.why.value) for one in kept.refused]


def attempt_of(desk) -> AttemptRow:
    db.session.rollback()
    return db.session.get_one(AttemptRow, desk.id)


def answers_of(desk) -> dict[str, str]:
    return sittings.answers_of(delivery.sitting_of(attempt_of(desk)))


def taken_over(desk, actor, device="two", now=NOW + 10 * MINUTE) -> None:
    code = takeovers.make_code(actor("agency"), desk.id, now=now)
    takeovers.take_over(desk, code, device=device, now=now)


@BOTH
def test_what_is_told_to_be_saved_is_in_the_log_and_counts(desk) -> None:
    assert told(keep(desk, (1, 1, 1), (2, 2, 2))) == ([1, 2], [])
    assert len(answers_of(desk)) == 2


@BOTH
def test_events_in_any_order_and_sent_again_are_in_the_log_once(desk) -> None:
    keep(desk, (3, 1, 3))
    kept = keep(desk, (2, 1, 2), (3, 1, 3), (1, 1, 1))
    assert told(kept) == ([2, 3, 1], [])
    assert db.session.query(AnswerEventRow).count() == 3
    line = desk.items[1]
    assert answers_of(desk) == {line.item: line.options[2]}


@BOTH
def test_another_answer_under_a_used_number_is_a_conflict_and_both_are_kept(desk) -> None:
    keep(desk, (1, 1, 1))
    assert told(keep(desk, (1, 1, 2), (2, 2, 1))) == ([2], [(1, "conflict")])
    assert told(keep(desk, (1, 1, 2))) == ([], [(1, "conflict")])
    db.session.rollback()
    (other,) = db.session.query(AnswerConflictRow).all()
    assert (other.device, other.seq, other.choice) == ("one", 1, desk.items[1].options[1])
    assert answers_of(desk)[desk.items[1].item] == desk.items[1].options[0]


@BOTH
def test_the_same_answer_given_later_under_a_used_number_is_a_conflict_and_sent_again_is_none(desk) -> None:
    first, again = (
        SentAnswer(seq=1, number=1, place=1, anchor_at=NOW, elapsed_ms=elapsed, wall_at=NOW) for elapsed in (1, 9)
    )
    for sent in ([first], [first], [first, SentAnswer(seq=2, number=1, place=2)]):
        assert told(keep(desk, *sent)) == ([one.seq for one in sent], [])
    for sent in ([again], [again, SentAnswer(seq=3, number=2, place=2)]):
        assert told(keep(desk, *sent))[1] == [(1, "conflict")]
    assert told(keep(desk, (1, 1, 1))) == ([1], [])  # an old page and a form say no moment


def test_one_request_that_uses_a_number_for_two_answers_keeps_both(desk) -> None:
    assert told(keep(desk, (1, 1, 1), (1, 1, 2))) == ([1], [(1, "conflict")])
    assert db.session.query(AnswerConflictRow).count() == 1


@BOTH
@pytest.mark.parametrize(
    ("after", "saved"), [(-1, True), (0, True), (1, True), (60_000, True), (60_001, False)], ids=str
)
def test_a_late_answer_is_kept_and_refused_to_the_millisecond(desk, after: int, saved: bool) -> None:
    kept = keep(desk, (1, 1, 1), now=END + timedelta(milliseconds=after))
    assert told(kept) == (([1], []) if saved else ([], [(1, "late")]))
    assert db.session.query(AnswerEventRow).count() == 1
    assert bool(answers_of(desk)) is saved


@pytest.mark.parametrize(
    ("made", "received", "saved"),
    [
        (END, END + timedelta(hours=3), True),
        (END + timedelta(milliseconds=1), END + timedelta(hours=3), False),
        (END, END + timedelta(days=2), False),
    ],
)
def test_an_answer_given_without_a_network_counts_when_it_was_made_in_time(desk, made, received, saved: bool) -> None:
    elapsed = round((made - NOW) / timedelta(milliseconds=1))
    sent = SentAnswer(seq=1, number=1, place=1, anchor_at=NOW, elapsed_ms=elapsed)
    assert told(keep(desk, sent, now=received)) == (([1], []) if saved else ([], [(1, "late")]))
    assert bool(answers_of(desk)) is saved


@BOTH
def test_after_a_take_over_the_old_device_counts_only_by_what_it_made_before(desk, actor) -> None:
    keep(desk, (1, 1, 1))
    taken_over(desk, actor)
    before = SentAnswer(seq=2, number=2, place=1, anchor_at=NOW, elapsed_ms=9 * 60_000)
    behind = SentAnswer(seq=3, number=3, place=1, anchor_at=NOW, elapsed_ms=11 * 60_000)
    kept = keep(desk, before, behind, now=NOW + 20 * MINUTE)
    assert told(kept) == ([2], [(3, "superseded")])
    assert (kept.facts.is_holder, kept.facts.epoch) == (False, 2)
    assert keep(desk, (1, 1, 2), device="two", epoch=2, now=NOW + 21 * MINUTE).facts.is_holder
    line = desk.items[1]
    assert answers_of(desk) == {line.item: line.options[1], desk.items[2].item: desk.items[2].options[0]}


def test_the_old_device_cannot_claim_the_new_epoch(desk, actor) -> None:
    keep(desk, (1, 1, 1))
    taken_over(desk, actor)
    assert told(keep(desk, (2, 1, 2), epoch=2, now=NOW + 20 * MINUTE)) == ([], [(2, "superseded")])


def test_an_epoch_that_never_was_is_refused(desk) -> None:
    with pytest.raises(Faulty):
        keep(desk, (1, 1, 1), epoch=2)


@BOTH
def test_the_first_device_that_is_heard_holds_the_exam_and_the_invigilator_is_told_of_another(desk) -> None:
    assert keep(desk, (1, 1, 1)).facts.is_holder
    for _ in range(2):
        assert not look(desk, "two", NOW + MINUTE).is_holder
    assert look(desk, "one", NOW + MINUTE).is_holder
    db.session.rollback()
    assert [(row.kind, row.device) for row in db.session.query(IntegrityEventRow)] == [("second_device", "two")]


def test_the_number_of_answered_questions_is_told_with_each_sign_of_life(desk) -> None:
    keep(desk, (1, 1, 1), (2, 2, 1))
    assert look(desk, "one", NOW).answered == 2
    keep(desk, (3, 2, None))
    assert look(desk, "one", NOW).answered == 1


def test_after_a_take_over_a_sign_of_life_counts_what_the_device_before_has_sent_too(desk, actor) -> None:
    keep(desk, (1, 1, 1))
    code = takeovers.make_code(actor("agency"), desk.id, now=NOW)
    takeovers.take_over(desk, code, device="two", now=NOW)
    keep(desk, (2, 2, 1), epoch=1)
    keep(desk, (1, 3, 1), device="two", epoch=2)
    assert look(desk, "two", NOW + MINUTE).answered == 3


def test_a_suspended_person_saves_nothing(desk) -> None:
    db.session.get_one(PersonRow, desk.person_id).standing = Standing.SUSPENDED
    db.session.commit()
    with pytest.raises(NotAllowed):
        keep(desk, (1, 1, 1))


def test_a_sitting_of_somebody_else_is_absent(desk, actor) -> None:
    with pytest.raises(Absent):
        delivery.get_desk(actor("trainee-b").person_id, desk.id)


@BOTH
def test_a_session_that_does_not_wait_for_the_disk_can_save_nothing(desk) -> None:
    is_sqlite = db.engine.dialect.name == "sqlite"
    off = "PRAGMA synchronous=NORMAL" if is_sqlite else "SET synchronous_commit TO off"
    on = "PRAGMA synchronous=FULL" if is_sqlite else "SET synchronous_commit TO on"
    with each_by_itself() as connection:
        connection.execute(text(off))
    with pytest.raises(NotDurable):
        keep(desk, (1, 1, 1))
    assert db.session.query(AnswerEventRow).count() == 0
    db.session.rollback()
    with each_by_itself() as connection:
        connection.execute(text(on))
    assert told(keep(desk, (1, 1, 1))) == ([1], [])


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_commits_wait_for_the_disk_though_the_database_says_otherwise(app, database: str) -> None:
    name = database.rpartition("/")[2].partition("?")[0]
    with each_by_itself() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit TO off'))
    close_connections()
    with each_by_itself() as connection:
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"


def race(app, desk, rounds: int) -> None:
    """Savers, a hand-in and a take-over at once: every answer told to be saved counts afterwards."""
    for number in range(rounds):
        base, saved, chance = number * 1000, [], random.Random(number)
        with app.app_context():
            row = db.session.get_one(AttemptRow, desk.id)
            row.submitted_at = row.handed_in_by = row.closed_at = None
            db.session.commit()

        def save(place: int, base: int = base, saved: list = saved, wait: float = chance.random()) -> None:
            with app.app_context():
                moment = NOW + MINUTE + timedelta(seconds=base + place * wait)
                kept = keep(desk, (base + place, place % 20 + 1, place % 4 + 1), now=moment)
                saved.extend(one.seq for one in kept.saved)

        def hand_in(_: int, base: int = base) -> None:
            with app.app_context():
                row = db.session.get_one(AttemptRow, desk.id)
                sittings.hand_in(
                    row, delivery.rules_of(row.candidate), delivery.LOG, NOW + MINUTE + timedelta(seconds=base + 3)
                )
                db.session.commit()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda job: job[0](job[1]), [(save, n) for n in range(1, 9)] + [(hand_in, 0)] * 3))
        with app.app_context():
            refused = sittings.counting_of(delivery.sitting_of(db.session.get_one(AttemptRow, desk.id))).refused
            late = {event.seq for event in refused}
            db.session.rollback()
        assert not late & set(saved), f"told to be saved and late: {late & set(saved)}"


@BOTH
def test_of_answers_that_race_with_handing_in_those_told_to_be_saved_count(app, desk) -> None:
    db.session.remove()
    race(app, desk, 3)


@BOTH
@pytest.mark.parametrize("several", [True, False])
def test_answers_that_the_decision_crosses_are_late_and_not_told_to_be_saved(desk, monkeypatch, several) -> None:
    """On their way while the results are approved, and received just after: the results do not know of them."""
    decided = END + 2 * MINUTE
    sent = [SentAnswer(seq=seq, number=seq, place=1, anchor_at=NOW, elapsed_ms=60_000) for seq in (1, 2)][: 1 + several]
    asked = "full_items" if several else "_insert_at_once"
    real = getattr(answer_log, asked)

    def between(*given):
        monkeypatch.setattr(answer_log, asked, real)
        sittings.settle([desk.id], decided)
        db.session.commit()
        db.session.remove()
        return real(*given)

    monkeypatch.setattr(answer_log, asked, between)
    seqs = [one.seq for one in sent]
    kept = keep(desk, *sent, now=decided + timedelta(milliseconds=5))
    assert told(kept) == ([], [(seq, "late") for seq in seqs])
    assert told(keep(desk, *sent, now=decided + MINUTE)) == ([], [(seq, "late") for seq in seqs])


@pytest.mark.soak
@BOTH
def test_of_answers_that_race_with_handing_in_those_told_to_be_saved_count_a_thousand_times(app, desk) -> None:
    db.session.remove()
    race(app, desk, 1000)


@BOTH
def test_saving_an_answer_reads_the_answers_of_no_other_candidate(app, actor, desk):
    """However many a hall has given: else each save would take longer than the one before it."""
    fill_the_log(actor("trainee-b"), 5000)
    keep(desk, (1, 1, 1), (2, 2, 1))
    statement = insertion_at_once(desk.log)
    row = {"sitting": desk.id, "seen_epoch": 1, "is_handed_in": False, "is_settled": False, "person": desk.person_id}
    row |= {"device": "one", "seq": 3, "item": desk.items[3].item, "choice": "a", "payload_hash": "0" * 64, "epoch": 1}
    row |= {"elapsed_ms": None}
    with each_by_itself() as connection:
        moments = dict.fromkeys(("received_at", "anchor_at", "wall_at"), to_database(NOW, connection))
        driver = connection.connection.driver_connection
        driver.execute("ANALYZE")
        if connection.dialect.name == "sqlite":
            said = []
            driver.set_trace_callback(said.append)
            statement.run(connection, row | moments).fetchall()
            driver.set_trace_callback(None)
            steps = [step[3] for step in driver.execute(f"EXPLAIN QUERY PLAN {said[0]}")]
            assert steps
            assert not [step for step in steps if step.startswith("SCAN answer_event")], steps
            return
        driver.execute("SET plan_cache_mode = force_generic_plan")  # what a connection comes to that saves for hours
        with together(connection):
            assert statement.run(connection, row | moments).rowcount == 1
            read = "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'answer_event'"
            assert driver.execute(read).fetchone() == (0,)
        driver.execute("RESET plan_cache_mode")


def fill_the_log(other, number: int) -> None:
    """Put answers of another candidate into the log."""
    candidate = candidate_of(db.session.query(AssessmentRow).one(), "trainee-b")
    theirs = delivery.start(other, candidate.id, now=NOW)
    paper = list(delivery.get_desk(other.person_id, theirs.id).items.values())
    rows = (
        AnswerEventRow(
            attempt_id=theirs.id,
            device="theirs",
            seq=seq,
            item=paper[seq % len(paper)].item,
            choice="a",
            payload_hash="0" * 64,
            received_at=NOW,
            epoch=1,
        )
        for seq in range(1, number + 1)
    )
    db.session.add_all(rows)
    db.session.commit()
