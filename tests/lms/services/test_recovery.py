"""The plan after a result that did not reach the rule: whose, what stands in it, and how it comes true."""

from datetime import timedelta
from fractions import Fraction

import pytest

from assessments.recovery import Recovery
from lms.services import home, practice, reassessment, recovery
from lms.services.practice_scopes import criterion_address
from lms.services.reassessment import RequestState
from lms.tables.assessing import AssessmentState
from tests.conftest import BOTH
from tests.lms.released import RELEASED, an_assessment, candidate_of
from tests.lms.services.test_learning import counted
from tests.lms.services.test_practice import right_answer

NOW = RELEASED + timedelta(days=1)


@BOTH
def test_who_is_not_yet_competent_has_a_plan_by_marks_lost(app, actor) -> None:
    row = an_assessment()
    plan = recovery.find_plan(actor("trainee-b"), NOW)
    lost = [line.marks.lost for line in plan.lines]
    assert lost == sorted(lost, reverse=True)
    assert sum(lost) == Fraction(500, 3), "a third of 500 marks"
    half = sum(line.marks.lost for line in plan.first) / 2
    assert half >= 350 - Fraction(1000, 3) > half - plan.first[-1].marks.lost / 2, (
        "70 % is needed, two thirds were there"
    )
    assert {line.recovery for line in plan.lines} == {Recovery.NOT_BEGUN}
    assert all(line.sections and line.asks for line in plan.lines)
    assert (plan.since, plan.check.allowed, plan.request) == (row.closes_at, True, None)


@pytest.mark.parametrize("login", ["trainee", "trainee-c", "trainee-d", "trainee2", "trainer", "council"])
def test_nobody_else_has_one(app, actor, login: str) -> None:
    an_assessment()
    assert recovery.find_plan(actor(login), NOW) is None
    assert recovery.waiting(actor(login), NOW) == []


def test_a_result_that_is_not_released_makes_no_plan(app, actor) -> None:
    an_assessment(state=AssessmentState.APPROVED)
    assert recovery.find_plan(actor("trainee-b"), NOW) is None


def test_a_later_result_that_is_competent_ends_the_plan(app, actor) -> None:
    an_assessment()
    later = RELEASED + timedelta(days=20)
    an_assessment(code="A-2026-0002", shares={"trainee-b": Fraction(1)}, absent=(), released_at=later)
    assert recovery.find_plan(actor("trainee-b"), later + timedelta(days=1)) is None


@BOTH
def test_practice_after_the_assessment_recovers_a_criterion_and_practice_before_it_does_not(app, actor) -> None:
    trainee = actor("trainee-b")
    early = practice.get_round(trainee, "asc-n0003.PC1", now=RELEASED - timedelta(days=9)).asked
    early_right = right_answer(early.id)
    practice.answer(trainee, early.id, early_right, try_number=1, now=RELEASED - timedelta(days=9))
    an_assessment()
    plan = recovery.find_plan(trainee, NOW)
    line = next(line for line in plan.lines if line.marks.ref == "ASC/N0003#PC1")
    assert line.recovery is Recovery.NOT_BEGUN
    address = criterion_address(line.unit.code, line.criterion.id)
    again = practice.get_round(trainee, address, plan.practised_before, now=NOW)
    assert (again.fresh, again.right) == (line.practice, 0), "all of it is to be shown again"
    practice.answer(trainee, again.asked.id, early_right, try_number=2, now=NOW)
    after = next(line for line in recovery.find_plan(trainee, NOW).lines if line.marks.ref == "ASC/N0003#PC1")
    assert after.recovery is (Recovery.BEGUN if line.practice < 3 else after.recovery)
    assert after.since.share == 1


def test_home_counts_what_is_left_and_when_one_may_ask(app, actor) -> None:
    an_assessment()
    trainee = actor("trainee-b")
    plan = recovery.find_plan(trainee, NOW)
    (task,) = recovery.waiting(trainee, NOW)
    assert str(task.title) == f"Your plan: {len(plan.first)} criteria to recover"
    assert task.due is not None
    reassessment.ask(trainee, candidate_of("trainee-b").id, reason="I was ill.", now=NOW)
    (task,) = recovery.waiting(trainee, NOW)
    assert task.due is None
    assert recovery.find_plan(trainee, NOW).request.state is RequestState.WAITS


def test_who_was_not_competent_sees_the_result_before_the_plan(app, actor) -> None:
    an_assessment()
    trainee = actor("trainee-b")
    places = [task.endpoint for task in home.list_waiting(trainee, NOW)]
    assert places[:2] == ["results.show", "learning.show_plan"]
    reassessment.ask(trainee, candidate_of("trainee-b").id, reason="I was ill.", now=NOW)
    places = [task.endpoint for task in home.list_waiting(trainee, NOW)]
    assert places.index("results.show") < places.index("learning.show_plan")


def test_a_plan_asks_as_often_however_much_stands_in_it(app, actor) -> None:
    an_assessment(shares={"trainee": Fraction(0), "trainee-b": Fraction(69, 100)})
    counts = []
    for login in ("trainee", "trainee-b"):
        trainee = actor(login)
        recovery.find_plan(trainee, NOW)
        with counted() as statements:
            recovery.find_plan(trainee, NOW)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_only_units_taken_again_are_in_the_plan(app, actor) -> None:
    an_assessment()
    plan = recovery.find_plan(actor("trainee-b"), NOW)
    assert {line.unit.code for line in plan.lines} == set(plan.retake.plan.taken)
