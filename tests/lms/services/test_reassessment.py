"""Being assessed again: asked once, in time, and decided by centre, agency and council in this order."""

from datetime import timedelta
from fractions import Fraction

import pytest

from lms.extensions import db
from lms.services import reassessment
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.services.reassessment import Level, RequestState
from lms.tables.assessing import AssessmentState
from lms.tables.marking import ReassessmentRow, ReassessmentStepRow
from tests.conftest import BOTH
from tests.lms.released import RELEASED, an_assessment, candidate_of

SOON = RELEASED + timedelta(days=2)
WHY = "A fair request"


def asked(actor, login: str = "trainee-b") -> ReassessmentRow:
    return reassessment.ask(actor(login), candidate_of(login).id, reason="I was ill.", now=SOON)


def decide(actor, request: ReassessmentRow, level: str, *, accept: bool = True, login: str = "") -> None:
    reassessment.decide(actor(login or level), request.id, level=level, is_accepted=accept, reason=WHY, now=SOON)


def standing(actor, request: ReassessmentRow) -> tuple[RequestState, Level | None]:
    sheet = reassessment.sheet_of(actor("council"), request)
    return sheet.state, sheet.waits_for


@BOTH
def test_a_request_goes_from_the_centre_over_the_agency_to_the_council(app, actor) -> None:
    an_assessment()
    request, seen = asked(actor), []
    for level in ("centre", "agency", "council"):
        seen.append(standing(actor, request))
        decide(actor, request, level)
    assert seen == [(RequestState.WAITS, level) for level in Level]
    assert standing(actor, request) == (RequestState.ACCEPTED, None)
    assert [(step.level, step.is_accepted, step.reason) for step in request.steps] == [
        (level, True, WHY) for level in Level
    ]
    assert reassessment.sheet_of(actor("council"), request).may_schedule
    assert not reassessment.sheet_of(actor("centre"), request).may_schedule


@BOTH
def test_asking_twice_is_asking_once(app, actor) -> None:
    an_assessment()
    assert asked(actor).id == asked(actor).id
    assert db.session.query(ReassessmentRow).count() == 1


@BOTH
def test_deciding_twice_is_deciding_once_and_the_opposite_is_refused(app, actor) -> None:
    an_assessment()
    request = asked(actor)
    decide(actor, request, "centre")
    decide(actor, request, "centre")
    with pytest.raises(Conflict, match="has been decided"):
        decide(actor, request, "centre", accept=False)
    assert db.session.query(ReassessmentStepRow).count() == 1


@pytest.mark.parametrize(("level", "first"), [("agency", "training centre"), ("council", "training centre")])
def test_nobody_decides_before_their_turn(app, actor, level: str, first: str) -> None:
    an_assessment()
    request = asked(actor)
    with pytest.raises(Conflict, match=f"First the {first} decides"):
        decide(actor, request, level)


def test_nobody_decides_for_another_level(app, actor) -> None:
    an_assessment()
    with pytest.raises(NotAllowed):
        decide(actor, asked(actor), "agency", login="centre")


@pytest.mark.parametrize("level", ["agency", "council"])
def test_a_refusal_ends_the_request(app, actor, level: str) -> None:
    an_assessment()
    request = asked(actor)
    decide(actor, request, "centre", accept=False)
    assert standing(actor, request) == (RequestState.REFUSED, None)
    with pytest.raises(Conflict, match="refused"):
        decide(actor, request, level)
    assert [
        task for login in ("centre", "agency", "council") for task in reassessment.waiting(actor(login), SOON)
    ] == []


def test_a_decision_needs_a_reason(app, actor) -> None:
    an_assessment()
    request = asked(actor)
    with pytest.raises(Faulty, match="reason"):
        reassessment.decide(actor("centre"), request.id, level="centre", is_accepted=True, reason=" ", now=SOON)


@pytest.mark.parametrize("login", ["centre2", "agency2", "council2", "trainee", "trainer", "assessor"])
def test_to_strangers_a_request_is_absent(app, actor, login: str) -> None:
    an_assessment()
    request = asked(actor)
    with pytest.raises(Absent):
        decide(actor, request, "centre", login=login)
    assert list(reassessment.list_requests(actor(login))) == []


@pytest.mark.parametrize("login", ["trainee", "trainee2"])
def test_nobody_asks_for_somebody_else(app, actor, login: str) -> None:
    an_assessment()
    with pytest.raises(Absent):
        reassessment.ask(actor(login), candidate_of("trainee-b").id, reason="", now=SOON)
    with pytest.raises(NotAllowed):
        reassessment.ask(actor("centre"), candidate_of("trainee-b").id, reason="", now=SOON)


@pytest.mark.parametrize(
    ("facts", "login", "days", "words"),
    [
        ({}, "trainee", 2, "competent; there is nothing"),
        ({}, "trainee-b", 16, "had to be asked for by 2026-11-23"),
        ({"attempt_number": 2}, "trainee-b", 2, "All attempts have been used"),
        ({"state": AssessmentState.APPROVED}, "trainee-b", 2, "not released"),
    ],
)
def test_what_the_policy_forbids_is_refused_in_words(app, actor, facts, login: str, days: int, words: str) -> None:
    an_assessment(**facts)
    moment = RELEASED + timedelta(days=days)
    with pytest.raises(Conflict, match=words):
        reassessment.ask(actor(login), candidate_of(login).id, reason="", now=moment)
    assert db.session.query(ReassessmentRow).count() == 0


def test_the_last_day_is_included(app, actor) -> None:
    an_assessment()
    last = RELEASED + timedelta(days=15)
    assert reassessment.ask(actor("trainee-b"), candidate_of("trainee-b").id, reason="", now=last).id


def test_who_was_absent_may_ask(app, actor) -> None:
    an_assessment()
    assert asked(actor, "trainee-d").id


@BOTH
def test_a_request_waits_for_one_level_at_a_time(app, actor) -> None:
    an_assessment()
    request = asked(actor)
    waiting = []
    for level in ("centre", "agency", "council"):
        tasks = {login: reassessment.waiting(actor(login), SOON) for login in ("centre", "agency", "council")}
        waiting.append([login for login, found in tasks.items() if found])
        (task,) = tasks[level]
        assert (str(task.title), task.values) == ("Trainee B asks to be assessed again", {"request_id": request.id})
        assert task.due.date().isoformat() == "2027-02-06"
        decide(actor, request, level)
    assert waiting == [["centre"], ["agency"], ["council"]]
    assert reassessment.waiting(actor("council"), SOON) == []


def test_a_request_with_its_new_day_is_done(app, actor) -> None:
    an_assessment()
    request = asked(actor)
    for level in ("centre", "agency", "council"):
        decide(actor, request, level)
    an_assessment(state=AssessmentState.PROPOSED, code="A-2026-0002", shares={"trainee-b": Fraction(0)}, absent=())
    request.next_candidate_id = candidate_of("trainee-b", "A-2026-0002").id
    db.session.commit()
    assert standing(actor, request) == (RequestState.SCHEDULED, None)
    assert [step.state for step in reassessment.sheet_of(actor("centre"), request).steps] == ["done"] * 5
