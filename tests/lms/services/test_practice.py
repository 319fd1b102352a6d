"""Practice: the order items come in, tries, feedback, and what must never be reached from here."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from curriculum.loading import file_stem
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import face_of, stored
from lms.records.keys import key_of
from lms.services import practice
from lms.services.errors import Absent, Conflict, Faulty
from lms.tables.content import ItemVersionRow
from lms.tables.keys import ItemKeyRow
from lms.tables.training import PracticeAnswerRow, TraineeRow, TraineeState
from question_bank.model import ItemUse
from tests import world
from tests.conftest import BOTH

NOW = world.DAY
UNIT = "asc-n0003"


def right_answer(item_id: int) -> str:
    return key_of(db.session.scalars(select(ItemKeyRow).filter_by(item_version_id=item_id)).one()).right


def wrong_answer(item_id: int) -> str:
    return "B" if right_answer(item_id) == "A" else "A"


def take(actor: Actor, asked: practice.AskedItem, *, right: bool = True) -> int:
    choice = right_answer(asked.id) if right else wrong_answer(asked.id)
    return practice.answer(actor, UNIT, asked.id, choice, try_number=asked.try_number, now=NOW)


def asked_now(actor: Actor, since: int = 0) -> practice.AskedItem | None:
    return practice.get_round(actor, UNIT, since).asked


@BOTH
def test_items_come_one_by_one_and_those_missed_come_again_after_the_others(app, actor) -> None:
    trainee = actor("trainee")
    missed = asked_now(trainee)
    take(trainee, missed, right=False)
    total = practice.get_round(trainee, UNIT).total
    order = []
    while (asked := asked_now(trainee)) is not None:
        order.append(asked.id)
        take(trainee, asked)
    assert len(set(order)) == total
    assert order[-1] == missed.id
    assert practice.get_round(trainee, UNIT).right == total
    assert db.session.scalar(select(func.count()).select_from(PracticeAnswerRow)) == total + 1, "every try is kept"


def test_items_follow_the_order_of_the_criteria(app, actor) -> None:
    trainee = actor("trainee")
    order = []
    while (asked := asked_now(trainee)) is not None:
        order.append(int(asked.face.criteria[0].removeprefix("PC")))
        take(trainee, asked)
    assert order == sorted(order)


def test_practising_again_asks_everything_once_more(app, actor) -> None:
    trainee = actor("trainee")
    while (asked := asked_now(trainee)) is not None:
        take(trainee, asked)
    since = practice.get_summary(trainee, UNIT).newest_answer
    again = practice.get_round(trainee, UNIT, since)
    assert (again.right, again.asked.try_number) == (0, 2)
    while (asked := asked_now(trainee, since)) is not None:
        take(trainee, asked)
    assert practice.get_round(trainee, UNIT, since).right == again.total


def test_options_keep_their_order_within_a_try_and_differ_between_people_and_tries(app, actor) -> None:
    people = [actor(login) for login in ("trainee", "trainee-b", "trainee-c", "trainee-d")]
    assert all(asked_now(person) == asked_now(person) for person in people)
    assert len({asked_now(person).options for person in people}) > 1
    trainee, orders = people[0], set()
    for _ in range(8):
        asked = practice.get_round(trainee, UNIT).asked
        orders.add(asked.options)
        assert sorted(option.id for option in asked.options) == sorted(option.id for option in asked.face.options)
        take(trainee, asked, right=False)
    assert len(orders) > 1


@BOTH
def test_the_same_try_sent_twice_is_one_try_and_the_first_choice_counts(app, actor) -> None:
    trainee, asked = actor("trainee"), asked_now(actor("trainee"))
    first = take(trainee, asked, right=False)
    assert take(trainee, asked, right=True) == first
    assert practice.get_feedback(trainee, first).is_right is False
    with pytest.raises(Conflict, match="out of date"):
        practice.answer(trainee, UNIT, asked.id, "A", try_number=3, now=NOW)


@BOTH
def test_two_clicks_at_the_same_moment_are_one_try(app, actor) -> None:
    trainee, asked = actor("trainee"), asked_now(actor("trainee"))
    db.session.remove()

    def click(_: int) -> int:
        with app.app_context():
            return practice.answer(trainee, UNIT, asked.id, "A", try_number=1, now=NOW)

    with ThreadPoolExecutor(4) as clicks:
        assert len(set(clicks.map(click, range(4)))) == 1
    assert db.session.scalar(select(func.count()).select_from(PracticeAnswerRow)) == 1


def test_feedback_says_what_was_chosen_what_is_right_and_where_to_read(app, actor) -> None:
    trainee, asked = actor("trainee"), asked_now(actor("trainee"))
    found = practice.get_feedback(trainee, take(trainee, asked, right=False))
    assert (found.is_right, found.chosen, found.key.right) == (False, wrong_answer(asked.id), right_answer(asked.id))
    assert found.asked == asked, "shown in the order in which it was asked"
    assert found.read_again is not None


def test_feedback_is_for_the_person_who_answered(app, actor) -> None:
    kept = take(actor("trainee"), asked_now(actor("trainee")))
    for login in ("trainee-b", "trainee2", "trainer", "council"):
        with pytest.raises(Absent):
            practice.get_feedback(actor(login), kept)


def test_an_exam_item_is_never_asked_and_cannot_be_answered(app, actor) -> None:
    trainee = actor("trainee")
    for row in db.session.scalars(select(ItemVersionRow).filter_by(unit_code="ASC/N0003", use=ItemUse.EXAM)):
        with pytest.raises(Absent):
            practice.answer(trainee, UNIT, row.id, "A", try_number=1, now=NOW)
    asked = []
    while (item := asked_now(trainee)) is not None:
        asked.append(item.face.use)
        take(trainee, item)
    assert set(asked) == {ItemUse.PRACTICE}


def test_an_item_that_became_an_exam_item_leaves_practice(app, actor) -> None:
    trainee, asked = actor("trainee"), asked_now(actor("trainee"))
    row = db.session.get_one(ItemVersionRow, asked.id)
    face = face_of(row).model_copy(update={"version": 2, "use": ItemUse.EXAM})
    names = {"code": row.code, "unit_code": row.unit_code}
    db.session.add(ItemVersionRow(**names, version=2, use=ItemUse.EXAM, published_at=NOW, **stored(face)))
    db.session.commit()
    assert asked_now(trainee).id != asked.id
    with pytest.raises(Absent):
        practice.answer(trainee, UNIT, asked.id, "A", try_number=1, now=NOW)


def test_an_answer_that_was_not_offered_is_refused(app, actor) -> None:
    with pytest.raises(Faulty, match="Choose one"):
        practice.answer(actor("trainee"), UNIT, asked_now(actor("trainee")).id, "Z", try_number=1, now=NOW)


def test_an_item_of_another_unit_is_absent(app, actor) -> None:
    with pytest.raises(Absent):
        practice.answer(actor("trainee"), "asc-n0001", asked_now(actor("trainee")).id, "A", try_number=1, now=NOW)


@pytest.mark.parametrize("login", ["trainer", "centre", "council", "council2"])
def test_only_trainees_practise(app, actor, login: str) -> None:
    with pytest.raises(Absent):
        practice.get_round(actor(login), UNIT)


def test_who_dropped_out_does_not_practise(app, actor) -> None:
    trainee = actor("trainee")
    kept = take(trainee, asked_now(trainee))
    db.session.scalars(select(TraineeRow).filter_by(person_id=trainee.person_id)).one().state = TraineeState.DROPPED_OUT
    db.session.commit()
    for refused in (lambda: practice.get_round(trainee, UNIT), lambda: practice.get_feedback(trainee, kept)):
        with pytest.raises(Absent):
            refused()


def test_the_summary_counts_the_unit(app, actor) -> None:
    trainee = actor("trainee")
    assert practice.get_summary(trainee, UNIT).newest_answer == 0
    take(trainee, asked_now(trainee))
    kept = take(trainee, asked_now(trainee), right=False)
    found = practice.get_summary(trainee, UNIT)
    assert (found.round.right, found.newest_answer) == (1, kept)
    unit = next(unit for unit in found.progress.units if file_stem(unit.unit.code) == UNIT)
    assert (unit.practice_right, unit.practice_total) == (1, found.round.total)
