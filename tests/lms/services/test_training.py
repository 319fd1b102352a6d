"""Batches: opened, changed, seen by who has a part in them; their trainees, and what waits."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import event, select

from lms.extensions import db
from lms.records.learning import lessons_of
from lms.services import (
    accounts,
    history,
    learning,
    learning_progress,
    slips,
    trainees,
    training,
    training_waiting,
)
from lms.services.errors import Absent, Conflict, Faulty
from lms.services.progress import BatchState
from lms.tables.assessing import CandidateRow
from lms.tables.content import LessonVersionRow
from lms.tables.training import BatchRow, TraineeState
from tests import world
from tests.conftest import BOTH
from tests.lms.released import an_assessment
from tests.lms.services.training_steps import HEADER, NOW, TWO, acts_on, batch_of, check, import_it, open_batch


@BOTH
def test_a_batch_is_opened_once_under_its_code(app, actor) -> None:
    batch = open_batch(actor)
    assert (batch.code, [row.person.login for row in batch.trainers]) == ("B-104", ["trainer"])
    assert acts_on("batch", batch.id) == ["opened the batch"]
    with pytest.raises(Conflict, match="The code B-104 is taken"):
        open_batch(actor)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_on": date(2026, 11, 9)}, "must end after it starts"),
        ({"ends_on": date(2030, 1, 1)}, "more than two years"),
        ({"name": "null"}, "not a name"),
        ({"pack_version_id": 9999}, "Choose a pack from the list"),
        ({"trainer_ids": [9999]}, "trainers of this centre"),
    ],
)
def test_a_batch_with_wrong_facts_is_not_opened(app, actor, changes, words: str) -> None:
    with pytest.raises(Faulty, match=words):
        open_batch(actor, **changes)
    assert not db.session.query(BatchRow).filter_by(code="B-104").count()


def test_nobody_opens_a_batch_at_another_centre_or_with_its_trainers(app, actor) -> None:
    with pytest.raises(Absent):
        open_batch(actor, centre_id=batch_of("TC-2").centre_id)
    with pytest.raises(Faulty):
        open_batch(actor, trainer_ids=[actor("trainer2").person_id])


@pytest.mark.parametrize(
    ("login", "seen"),
    [
        ("centre", {"B-TC-1"}),
        ("trainer", {"B-TC-1"}),
        ("council", {"B-TC-1"}),
        ("centre2", {"B-TC-2"}),
        ("council2", {"B-TC-2"}),
        ("agency", set()),
        ("trainee", set()),
    ],
)
def test_everybody_sees_the_batches_they_have_a_part_in(app, actor, login: str, seen: set[str]) -> None:
    assert {line.batch.code for line in training.list_batches(actor(login), NOW)} == seen
    for code in ("TC-1", "TC-2"):
        if f"B-{code}" not in seen:
            with pytest.raises(Absent):
                training.get_batch(actor(login), batch_of(code).id)


def test_batches_are_found_by_state_pack_and_words(app, actor) -> None:
    staff = actor("centre")
    assert training.list_batches(staff, NOW, state=BatchState.TRAINED, pack="ASC/Q1106", text="centre b-tc")
    assert not training.list_batches(staff, NOW, state=BatchState.EMPTY)
    assert not training.list_batches(staff, NOW, pack="RAS/Q0104")
    assert not training.list_batches(staff, NOW, text="nobody")


@BOTH
def test_changing_a_batch_keeps_its_history_and_the_same_facts_again_do_nothing(app, actor) -> None:
    batch = open_batch(actor)
    facts = {"name": "Evening batch", "starts_on": batch.starts_on, "ends_on": batch.ends_on, "trainer_ids": []}
    for _ in range(2):
        training.change_batch(actor("centre"), batch.id, **facts, now=NOW)
    assert len(acts_on("batch", batch.id)) == 2
    assert not db.session.get_one(BatchRow, batch.id).trainers


# Trainees and slips


@BOTH
def test_who_was_found_competent_has_finished_and_cannot_drop_out(app, actor) -> None:
    an_assessment(shares={"trainee": Fraction(3, 4), "trainee-b": Fraction(1, 2)}, absent=())
    competent, other = (candidate.trainee for candidate in db.session.query(CandidateRow).order_by(CandidateRow.number))
    state = TraineeState.DROPPED_OUT
    with pytest.raises(Conflict, match="competent"):
        trainees.set_trainee_state(actor("centre"), competent.batch_id, competent.id, state, why="Left", now=NOW)
    trainees.set_trainee_state(actor("centre"), other.batch_id, other.id, state, why="Left", now=NOW)
    assert [competent.state, other.state] == [TraineeState.ENROLLED, TraineeState.DROPPED_OUT]


def test_dropping_out_and_coming_back_keep_their_reasons_and_happen_once(app, actor) -> None:
    batch = batch_of()
    row = trainees.list_trainees(batch)[0]
    for state, why in ((TraineeState.DROPPED_OUT, "moved away"), (TraineeState.ENROLLED, "came back")):
        for _ in range(2):
            trainees.set_trainee_state(actor("centre"), batch.id, row.id, state, why=why, now=NOW)
    assert [act.why for act in history.list_history("trainee", row.id)] == ["came back", "moved away"]
    assert acts_on("batch", batch.id) == [
        f"took {row.person.name} back into the batch",
        f"marked {row.person.name} as dropped out",
    ]


def test_trainees_of_other_centres_are_absent(app, actor) -> None:
    strange = trainees.list_trainees(batch_of("TC-2"))[0]
    for batch_id in (batch_of().id, batch_of("TC-2").id):
        with pytest.raises(Absent):
            trainees.set_trainee_state(
                actor("centre"), batch_id, strange.id, TraineeState.DROPPED_OUT, why="mischief", now=NOW
            )


@BOTH
def test_new_slips_are_for_those_who_have_never_signed_in(app, actor) -> None:
    accounts.sign_in("trainee", world.PASSWORD, device="phone", now=NOW)
    made = slips.renew_slips(actor("centre"), batch_of().id, now=NOW)
    assert [person.login for person, _ in made] == ["trainee-b", "trainee-c", "trainee-d"]
    with pytest.raises(accounts.SignInRefused):
        accounts.sign_in("trainee-b", world.PASSWORD, device="phone", now=NOW)
    for person, password in made:
        accounts.sign_in(person.login, password, device="phone", now=NOW)
    with pytest.raises(Conflict, match="have signed in"):
        slips.renew_slips(actor("centre"), batch_of().id, now=NOW)


# What waits


def test_an_empty_batch_and_a_checked_roster_wait_for_the_centre_alone(app, actor) -> None:
    batch = open_batch(actor)
    told = training_waiting.waiting(actor("centre"), NOW)
    assert [str(task.title) for task in told] == ["Upload the roster of Morning batch"]
    check(actor, TWO, batch)
    assert [str(task.title) for task in training_waiting.waiting(actor("centre"), NOW)] == [
        "Finish the roster of Morning batch"
    ]
    for login in ("centre2", "trainer", "council", "trainee"):
        titles = [str(task.title) for task in training_waiting.waiting(actor(login), NOW)]
        assert not any("Morning batch" in title for title in titles)


def _stuck(actor, now) -> list[str]:
    """What the trainer of the world's first batch is told of who is stuck."""
    return [str(task.detail) for task in training_waiting.waiting(actor("trainer"), now)]


@BOTH
def test_a_trainer_is_told_who_has_lessons_left_and_read_none_for_a_week(app, actor) -> None:
    assert _stuck(actor, NOW) == ["4 of 4 trainees have lessons left and read none for a week"]
    lesson = db.session.scalars(select(LessonVersionRow).filter_by(unit_code="ASC/N1105")).first()
    learning.mark_read(actor("trainee"), lesson.id, 1, now=NOW)
    assert _stuck(actor, NOW)[0].startswith("3 of 4")
    batch = db.session.query(BatchRow).order_by(BatchRow.id).first()
    lines = {line.trainee.person.login: line for line in trainees.list_lines(batch, NOW)}
    assert not lines["trainee"].is_stuck
    assert lines["trainee"].last_read == NOW
    assert lines["trainee-b"].is_stuck
    assert _stuck(actor, NOW + learning_progress.STUCK + timedelta(minutes=1))[0].startswith("4 of 4")


def test_a_trainee_who_has_read_everything_is_not_stuck(app, actor) -> None:
    pack = learning.list_packs(actor("trainee"))[0].pack
    for lesson in lessons_of(pack.units):
        for section in range(1, len(lesson.lesson.bodies) + 1):
            learning.mark_read(actor("trainee"), lesson.id, section, now=NOW - timedelta(days=30))
    assert _stuck(actor, NOW)[0].startswith("3 of 4")


def test_nobody_is_stuck_in_a_batch_that_is_assessed(app, actor) -> None:
    an_assessment()
    assert _stuck(actor, NOW) == []


def test_a_batch_in_training_runs_for_its_trainer(app, actor) -> None:
    during = NOW - timedelta(days=30)
    assert [str(task.title) for task in training_waiting.running(actor("trainer"), during)] == [
        "Batch of Centre 1 is in training"
    ]
    assert training_waiting.running(actor("trainer"), NOW) == []
    assert training_waiting.running(actor("agency"), during) == []


def test_a_batchs_page_costs_the_same_queries_for_any_number_of_trainees(app, actor) -> None:
    def queries() -> int:
        count = []
        db.session.expire_all()
        db.session.expunge_all()
        listen = lambda *_args: count.append(1)  # noqa: E731
        batch = batch_of()
        event.listen(db.engine, "before_cursor_execute", listen)
        trainees.list_lines(batch, NOW)
        event.remove(db.engine, "before_cursor_execute", listen)
        return len(count)

    queries()  # content that never changes is read once and kept
    few = queries()
    rows = "".join(f"N-{n},Asha Devi,Father {n},2004-03-31,,,\n" for n in "ABCDEFGH")
    import_it(actor, check(actor, HEADER + rows))
    assert queries() == few
