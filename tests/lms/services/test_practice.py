"""Practice: the order items come in, tries, feedback, and what must never be reached from here."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from curriculum.loading import file_stem
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import face_of, lesson_of, stored
from lms.records.keys import key_of
from lms.services import practice
from lms.services.errors import Absent, Conflict, Faulty
from lms.services.practice_scopes import REVIEW, section_address
from lms.tables.content import ItemVersionRow, LessonVersionRow
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
    return practice.answer(actor, asked.id, choice, try_number=asked.try_number, now=NOW)


def asked_now(actor: Actor, since: int = 0) -> practice.AskedItem | None:
    return practice.get_round(actor, UNIT, since, now=NOW).asked


@BOTH
def test_items_come_one_by_one_and_those_missed_come_again_after_the_others(app, actor) -> None:
    trainee = actor("trainee")
    missed = asked_now(trainee)
    take(trainee, missed, right=False)
    total = practice.get_round(trainee, UNIT, now=NOW).total
    order = []
    while (asked := asked_now(trainee)) is not None:
        order.append(asked.id)
        take(trainee, asked)
    assert len(set(order)) == total
    assert order[-1] == missed.id
    assert practice.get_round(trainee, UNIT, now=NOW).right == total
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
    since = practice.get_summary(trainee, UNIT, now=NOW).newest_answer
    again = practice.get_round(trainee, UNIT, since, now=NOW)
    assert (again.right, again.asked.try_number) == (0, 2)
    while (asked := asked_now(trainee, since)) is not None:
        take(trainee, asked)
    assert practice.get_round(trainee, UNIT, since, now=NOW).right == again.total


def test_options_keep_their_order_within_a_try_and_differ_between_people_and_tries(app, actor) -> None:
    people = [actor(login) for login in ("trainee", "trainee-b", "trainee-c", "trainee-d")]
    assert all(asked_now(person) == asked_now(person) for person in people)
    assert len({asked_now(person).options for person in people}) > 1
    trainee, orders = people[0], set()
    for _ in range(8):
        asked = practice.get_round(trainee, UNIT, now=NOW).asked
        orders.add(asked.options)
        assert sorted(option.id for option in asked.options) == sorted(option.id for option in asked.face.options)
        take(trainee, asked, right=False)
    assert len(orders) > 1


@BOTH
def test_the_same_try_sent_twice_is_one_try_and_the_first_choice_counts(app, actor) -> None:
    trainee, asked = actor("trainee"), asked_now(actor("trainee"))
    first = take(trainee, asked, right=False)
    assert take(trainee, asked, right=True) == first
    assert practice.get_feedback(trainee, first, now=NOW).is_right is False
    with pytest.raises(Conflict, match="out of date"):
        practice.answer(trainee, asked.id, "A", try_number=3, now=NOW)


@BOTH
def test_two_clicks_at_the_same_moment_are_one_try(app, actor) -> None:
    trainee, asked = actor("trainee"), asked_now(actor("trainee"))
    db.session.remove()

    def click(_: int) -> int:
        with app.app_context():
            return practice.answer(trainee, asked.id, "A", try_number=1, now=NOW)

    with ThreadPoolExecutor(4) as clicks:
        assert len(set(clicks.map(click, range(4)))) == 1
    assert db.session.scalar(select(func.count()).select_from(PracticeAnswerRow)) == 1


def test_feedback_says_what_was_chosen_what_is_right_and_where_to_read(app, actor) -> None:
    trainee, asked = actor("trainee"), asked_now(actor("trainee"))
    found = practice.get_feedback(trainee, take(trainee, asked, right=False), now=NOW)
    assert (found.is_right, found.chosen, found.key.right) == (False, wrong_answer(asked.id), right_answer(asked.id))
    assert found.asked == asked, "shown in the order in which it was asked"
    assert found.read_again is not None


def test_feedback_is_for_the_person_who_answered(app, actor) -> None:
    kept = take(actor("trainee"), asked_now(actor("trainee")))
    for login in ("trainee-b", "trainee2", "trainer", "council"):
        with pytest.raises(Absent):
            practice.get_feedback(actor(login), kept, now=NOW)


def test_an_exam_item_is_never_asked_and_cannot_be_answered(app, actor) -> None:
    trainee = actor("trainee")
    for row in db.session.scalars(select(ItemVersionRow).filter_by(unit_code="ASC/N0003", use=ItemUse.EXAM)):
        with pytest.raises(Absent):
            practice.answer(trainee, row.id, "A", try_number=1, now=NOW)
    asked = []
    while (item := asked_now(trainee)) is not None:
        asked.append(item.face.use)
        take(trainee, item)
    assert set(asked) == {ItemUse.PRACTICE}


def test_an_item_that_became_an_exam_item_leaves_practice(app, actor) -> None:
    trainee, asked = actor("trainee"), asked_now(actor("trainee"))
    row = db.session.get_one(ItemVersionRow, asked.id)
    face = face_of(row).model_copy(update={"version": row.version + 1, "use": ItemUse.EXAM})
    names = {"code": row.code, "unit_code": row.unit_code}
    db.session.add(ItemVersionRow(**names, version=face.version, use=ItemUse.EXAM, published_at=NOW, **stored(face)))
    db.session.commit()
    assert asked_now(trainee).id != asked.id
    with pytest.raises(Absent):
        practice.answer(trainee, asked.id, "A", try_number=1, now=NOW)


def test_an_answer_that_was_not_offered_is_refused(app, actor) -> None:
    with pytest.raises(Faulty, match="Choose one"):
        practice.answer(actor("trainee"), asked_now(actor("trainee")).id, "Z", try_number=1, now=NOW)


def test_an_item_of_a_unit_that_one_does_not_learn_is_absent(app, actor) -> None:
    foreign = db.session.scalars(
        select(ItemVersionRow).filter_by(unit_code="RAS/Q0301-U1", use=ItemUse.PRACTICE)
    ).first()
    for item in (foreign.id, 999_999):
        with pytest.raises(Absent):
            practice.answer(actor("trainee"), item, "A", try_number=1, now=NOW)


@pytest.mark.parametrize("login", ["trainer", "centre", "council", "council2"])
def test_only_trainees_practise(app, actor, login: str) -> None:
    with pytest.raises(Absent):
        practice.get_round(actor(login), UNIT, now=NOW)


def test_who_dropped_out_does_not_practise(app, actor) -> None:
    trainee = actor("trainee")
    kept = take(trainee, asked_now(trainee))
    db.session.scalars(select(TraineeRow).filter_by(person_id=trainee.person_id)).one().state = TraineeState.DROPPED_OUT
    db.session.commit()
    for refused in (
        lambda: practice.get_round(trainee, UNIT, now=NOW),
        lambda: practice.get_feedback(trainee, kept, now=NOW),
    ):
        with pytest.raises(Absent):
            refused()


def test_the_summary_counts_the_unit(app, actor) -> None:
    trainee = actor("trainee")
    assert practice.get_summary(trainee, UNIT, now=NOW).newest_answer == 0
    take(trainee, asked_now(trainee))
    kept = take(trainee, asked_now(trainee), right=False)
    found = practice.get_summary(trainee, UNIT, now=NOW)
    assert (found.round.right, found.newest_answer) == (1, kept)
    assert (found.round.missed, found.round.fresh) == (1, found.round.total - 2)
    assert [file_stem(unit.code) for unit in found.units] == [UNIT]


def lesson_with_practice() -> tuple[int, int, list[str]]:
    """A section of the unit's lesson that has practice: lesson id, number, criteria."""
    row = db.session.scalars(select(LessonVersionRow).filter_by(unit_code="ASC/N0003")).first()
    for number, section in enumerate(lesson_of(row).header.sections, start=1):
        if section.criteria:
            return row.id, number, list(section.criteria)
    raise AssertionError


def test_a_section_is_practised_with_the_items_of_its_criteria_and_leads_on_to_the_next(app, actor) -> None:
    trainee = actor("trainee")
    lesson, number, criteria = lesson_with_practice()
    found = practice.get_round(trainee, section_address(lesson, number), now=NOW)
    assert found.total == sum(bool(set(item.face.criteria) & set(criteria)) for item in found.scope.items) > 0
    assert set(found.asked.face.criteria) & set(criteria)
    assert found.scope.back.values == {"lesson_id": lesson, "_anchor": f"section-{number + 1}"}


def test_one_criterion_is_practised_by_itself_and_leads_back_to_its_page(app, actor) -> None:
    found = practice.get_round(actor("trainee"), f"{UNIT}.PC2", now=NOW)
    assert {"PC2"} == {
        criterion for item in found.scope.items for criterion in item.face.criteria if criterion == "PC2"
    }
    assert all("PC2" in item.face.criteria for item in found.scope.items)
    assert found.scope.back.values == {"unit": UNIT, "criterion": "PC2"}


@pytest.mark.parametrize(
    "address", ["asc-n0003.PC99", "asc-n9999", "asc-n0003.PC1.x", "section.1", "section.x.1", "section.9999999.1", "."]
)
def test_what_cannot_be_practised_is_absent(app, actor, address: str) -> None:
    with pytest.raises(Absent):
        practice.get_round(actor("trainee"), address, now=NOW)


@pytest.mark.parametrize("number", [0, 99])
def test_a_section_that_is_not_there_cannot_be_practised(app, actor, number: int) -> None:
    with pytest.raises(Absent):
        practice.get_round(actor("trainee"), section_address(lesson_with_practice()[0], number), now=NOW)


@BOTH
def test_a_review_asks_what_is_due_and_what_was_missed_in_it_comes_again(app, actor) -> None:
    trainee, later = actor("trainee"), NOW + timedelta(days=30)
    for _ in range(3):
        take(trainee, asked_now(trainee))
    assert practice.get_round(trainee, REVIEW, now=NOW).total == 0, "nothing nags on the day it was answered"
    begun = practice.get_round(trainee, REVIEW, now=later)
    assert (begun.total, begun.fresh) == (3, 3)
    wrong = begun.asked
    practice.answer(trainee, wrong.id, wrong_answer(wrong.id), try_number=wrong.try_number, now=later)
    order = []
    while (asked := practice.get_round(trainee, REVIEW, begun.since, now=later).asked) is not None:
        order.append(asked.id)
        practice.answer(trainee, asked.id, right_answer(asked.id), try_number=asked.try_number, now=later)
    assert (len(order), order[-1]) == (3, wrong.id)
    done = practice.get_summary(trainee, REVIEW, begun.since, now=later).round
    assert (done.right, done.missed, done.fresh) == (3, 0, 0)
    assert done.scope.next_day > later.date()


def test_feedback_says_what_comes_next_in_the_round_it_was_given_in(app, actor) -> None:
    trainee, address = actor("trainee"), f"{UNIT}.PC1"
    first = practice.get_round(trainee, address, now=NOW)
    kept = practice.answer(trainee, first.asked.id, wrong_answer(first.asked.id), try_number=1, now=NOW)
    after = practice.get_feedback(trainee, kept, address, now=NOW).round
    assert (after.scope.address, after.missed, after.fresh) == (address, 1, first.total - 1)
