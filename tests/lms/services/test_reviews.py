"""Spaced review: the days on which items come again, and the cards that follow from the answers."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of
from lms.records.learning import practice_items_of
from lms.services import practice, reviews
from lms.services.review_schedule import replayed, review_day, reviewed
from lms.tables.assessing import AssessmentState
from lms.tables.content import ItemVersionRow
from lms.tables.training import PracticeAnswerRow, PracticeCardRow
from tests import world
from tests.conftest import BOTH
from tests.lms.released import OPENS, an_assessment
from tests.lms.services.test_practice import right_answer, wrong_answer
from tests.strategies import law

NOW = world.DAY
UNIT = "asc-n0003"
days = st.dates(date(2026, 11, 1), date(2026, 12, 31))


@law
@given(days, days, days, st.none() | days)
def test_no_review_is_after_the_day_before_an_exam_to_come_nor_on_the_day_of_the_answer(due, answered, today, exam):
    day = review_day(due, answered, today, exam)
    if day is None:
        assert exam is not None
        return
    assert day > answered
    if exam is not None and exam > today:
        assert day < exam
    else:
        assert day == max(due, answered + timedelta(days=1))


@law
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=1, max_size=8))
def test_the_same_answers_give_the_same_days_one_by_one_or_all_at_once(answers) -> None:
    moment, state, given_answers = NOW, None, []
    for is_right, pause in answers:
        moment += timedelta(days=pause, minutes=3)
        given_answers.append((is_right, moment))
        review = reviewed(state, is_right=is_right, at=moment)
        assert review.due_at > moment
        state = review.state
    assert replayed(given_answers).state == state


def test_an_item_known_again_and_again_comes_ever_later() -> None:
    state, at, pauses = None, NOW, []
    for _ in range(6):
        review = reviewed(state, is_right=True, at=at)
        pauses.append(review.due_at - at)
        state, at = review.state, review.due_at
    assert pauses == sorted(pauses)
    assert pauses[-1] > timedelta(days=21)


def test_who_never_answered_has_nothing_replayed() -> None:
    assert replayed([]) is None


def answer_next(actor: Actor, *, right: bool, now) -> int:
    asked = practice.get_round(actor, UNIT, now=now).asked
    choice = right_answer(asked.id) if right else wrong_answer(asked.id)
    practice.answer(actor, asked.id, choice, try_number=asked.try_number, now=now)
    return asked.id


def agenda(actor: Actor, now) -> reviews.Agenda:
    return reviews.agenda_of(actor.person_id, practice_items_of(pack_of(world.pack_version()).units), now)


@BOTH
def test_the_cards_are_what_replaying_all_answers_gives(app, actor) -> None:
    trainee, now = actor("trainee"), NOW
    for place in range(10):
        now += timedelta(hours=7 * place)
        answer_next(trainee, right=place % 3 > 0, now=now)
    query = select(ItemVersionRow.code, PracticeAnswerRow).join(
        ItemVersionRow, ItemVersionRow.id == PracticeAnswerRow.item_version_id
    )
    answers: dict[str, list] = {}
    for code, row in db.session.execute(query.order_by(PracticeAnswerRow.id)):
        answers.setdefault(code, []).append((row.is_right, row.answered_at))
    cards = {card.item_code: card for card in db.session.scalars(select(PracticeCardRow))}
    assert cards.keys() == answers.keys()
    for code, given_answers in answers.items():
        review, card = replayed(given_answers), cards[code]
        assert (card.state, card.due_at) == (review.state, review.due_at)
        assert (card.is_right, card.answered_at) == given_answers[-1]


@BOTH
def test_what_was_answered_today_is_due_tomorrow_at_the_earliest(app, actor) -> None:
    trainee = actor("trainee")
    missed = answer_next(trainee, right=False, now=NOW)
    today = agenda(trainee, NOW + timedelta(hours=2))
    assert (today.due, today.next_day) == ((), date(2026, 11, 3))
    assert [item.id for item in agenda(trainee, NOW + timedelta(days=1)).due] == [missed]
    assert agenda(actor("trainee-b"), NOW + timedelta(days=1)).due == ()


def test_all_that_was_practised_is_due_the_day_before_the_exam_and_nothing_on_it(app, actor) -> None:
    trainee = actor("trainee")
    now = NOW
    for _ in range(4):
        answer_next(trainee, right=True, now=now)
        now += timedelta(minutes=1)
    an_assessment(state=AssessmentState.ACCEPTED)
    exam = reviews.exam_day(trainee.person_id, NOW)
    assert exam == OPENS.date()
    for after in range((exam - NOW.date()).days):
        found = agenda(trainee, NOW + timedelta(days=after))
        assert found.next_day is None or found.next_day < exam
    assert len(agenda(trainee, OPENS - timedelta(days=1)).due) == 4


@pytest.mark.parametrize("state", [AssessmentState.DECLINED, AssessmentState.RELEASED])
def test_only_an_assessment_to_come_sets_a_bound(app, actor, state) -> None:
    an_assessment(state=state)
    assert reviews.exam_day(actor("trainee").person_id, NOW) is None


def test_an_assessment_that_is_over_sets_no_bound(app, actor) -> None:
    an_assessment(state=AssessmentState.DRAWN)
    assert reviews.exam_day(actor("trainee").person_id, OPENS + timedelta(days=1)) is None


def test_an_item_that_left_practice_is_not_reviewed(app, actor) -> None:
    trainee = actor("trainee")
    answer_next(trainee, right=True, now=NOW)
    nothing = reviews.agenda_of(trainee.person_id, [], NOW + timedelta(days=40))
    assert nothing == reviews.Agenda(due=(), next_day=None)
    other = SimpleNamespace(id=1, face=SimpleNamespace(id="another"))
    assert reviews.agenda_of(trainee.person_id, [other], NOW + timedelta(days=40)).due == ()
