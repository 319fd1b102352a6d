"""Results: hidden until they are released, whole after, and what waits for the trainee then."""

from datetime import timedelta
from fractions import Fraction

import pytest

from assessments.decisions import Outcome, decide_result
from lms.records.content import scheme_of
from lms.services import results
from lms.services.errors import Absent
from lms.tables.assessing import AssessmentState
from tests.builders import some_scores
from tests.conftest import BOTH
from tests.lms.released import RELEASED, add_result, an_assessment, candidate_of

S = AssessmentState


@BOTH
def test_after_the_release_the_result_is_there_with_all_its_reasons(app, actor) -> None:
    an_assessment()
    sheet = results.get_sheet(actor("trainee-b"), candidate_of("trainee-b").id)
    assert sheet.result.outcome is Outcome.NOT_YET_COMPETENT
    assert sheet.result.raw_percent == Fraction(200, 3)
    assert [str(condition.words) for condition in sheet.result.conditions] == [
        "All marks: 333.33 of 500 is 66.66 %, needs 70 %"
    ]
    assert sheet.released_at == RELEASED
    assert [step.state for step in sheet.steps] == ["done"] * 5 + ["failed"]


@pytest.mark.parametrize("state", [state for state in S if state is not S.RELEASED])
@pytest.mark.parametrize("login", ["trainee", "centre"])
def test_before_the_release_candidate_and_centre_see_no_result(app, actor, login: str, state: S) -> None:
    an_assessment(state=state)
    sheet = results.get_sheet(actor(login), candidate_of("trainee").id)
    assert (sheet.may_see, sheet.row, sheet.result, sheet.released_at) == (False, None, None, None)
    assert sheet.reassessment(RELEASED) is None


@pytest.mark.parametrize(
    ("login", "states"),
    [
        ("agency", {S.SUBMITTED, S.VERIFIED, S.APPROVED, S.RELEASED}),
        ("council", {S.VERIFIED, S.APPROVED, S.RELEASED}),
        ("centre", {S.RELEASED}),
        ("trainee", {S.RELEASED}),
    ],
)
def test_each_side_sees_results_from_its_own_step_on(app, actor, login: str, states: set[S]) -> None:
    seen = set()
    for place, state in enumerate(S):
        code = f"A-2026-000{place}"
        an_assessment(state=state, code=code)
        if results.get_sheet(actor(login), candidate_of("trainee", code).id).may_see:
            seen.add(state)
    assert seen == states


@pytest.mark.parametrize(
    "login", ["trainee-b", "trainee2", "centre2", "agency2", "council2", "trainer", "assessor", "admin"]
)
def test_to_everybody_else_a_result_is_absent(app, actor, login: str) -> None:
    an_assessment()
    with pytest.raises(Absent):
        results.get_sheet(actor(login), candidate_of("trainee").id)


@BOTH
def test_the_newest_result_counts(app, actor) -> None:
    row = an_assessment()
    candidate, scheme = candidate_of("trainee"), scheme_of(row.scheme_version)
    add_result(candidate, decide_result(scheme, candidate.number, some_scores(scheme, Fraction(1, 2))), number=2)
    assert results.get_sheet(actor("trainee"), candidate.id).result.raw_percent == 50
    assert [outcome for _, outcome in results.list_own(actor("trainee"))] == [Outcome.NOT_YET_COMPETENT]


def test_the_own_list_hides_outcomes_that_are_not_released(app, actor) -> None:
    an_assessment(state=S.APPROVED)
    assert [outcome for _, outcome in results.list_own(actor("trainee"))] == [""]
    assert list(results.list_own(actor("trainee2"))) == []


@BOTH
def test_a_fresh_result_waits_for_its_trainee_with_the_last_day_to_ask_again(app, actor) -> None:
    an_assessment()
    later = RELEASED + timedelta(days=1)
    (competent,) = results.waiting(actor("trainee"), later)
    (not_yet,) = results.waiting(actor("trainee-b"), later)
    assert "certificate" in str(competent.detail)
    assert competent.due is None
    assert str(not_yet.detail) == "You can ask to be assessed again."
    assert not_yet.due.isoformat() == "2026-11-23T23:59:00+05:30"
    assert results.waiting(actor("trainee"), RELEASED + timedelta(days=61)) == []
    assert results.waiting(actor("centre"), later) == []


def test_nothing_waits_before_the_release(app, actor) -> None:
    an_assessment(state=S.APPROVED)
    assert results.waiting(actor("trainee"), RELEASED) == []


def test_absence_is_told_as_the_reason(app, actor) -> None:
    an_assessment()
    result = results.get_sheet(actor("trainee-d"), candidate_of("trainee-d").id).result
    assert [str(reason) for reason in result.reasons] == ["The candidate was absent."]
