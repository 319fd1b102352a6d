"""Scheduling: who is entered and who is left out, when, by which agency, with how much extra time."""

from datetime import timedelta

import pytest

from lms.extensions import db
from lms.services import drawing, presence, scheduling
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.tables.assessing import AssessmentRow, AssessmentState
from lms.tables.people import Standing
from lms.tables.training import TraineeState
from tests.conftest import BOTH
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import CLOSES, NOW, OPENS, acts, trainee


def test_who_is_left_out_is_named_with_the_reason(app, actor) -> None:
    trainee(1).attendance, trainee(2).attendance = "69.99", ""
    trainee(3).state, trainee(4).attendance = TraineeState.DROPPED_OUT, "70"
    roster = scheduling.get_roster(actor("council"), steps.batch().id, again=False)
    assert [entry.trainee.enrolment_number for entry in roster.entries] == ["TC-1-004"]
    assert [str(reason) for _trainee, reason in roster.left_out] == [
        "attendance is 69.99 %, needs 70 %",
        "attendance is not known, needs 70 %",
        "dropped out of the training",
    ]


@BOTH
def test_nobody_is_entered_for_a_first_attempt_twice(app, actor) -> None:
    row = steps.scheduled(actor)
    with pytest.raises(Faulty, match="Nobody can be entered"):
        steps.scheduled(actor)
    db.session.rollback()
    roster = scheduling.get_roster(actor("council"), steps.batch().id, again=False)
    assert {str(reason) for _trainee, reason in roster.left_out} == {f"is entered in {row.code} already"}


def test_codes_count_up_and_candidate_numbers_differ_in_what_cannot_be_worked_out(app, actor) -> None:
    first = steps.scheduled(actor)
    assert first.code == "A-2026-0001"
    numbers = [candidate.number for candidate in first.candidates]
    assert [number[:12] for number in numbers] == [f"A26-0001-00{place}" for place in range(1, 5)]
    assert len({number[-3:] for number in numbers}) > 1


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "words"),
    [
        (NOW - timedelta(minutes=2), CLOSES, "in the past"),
        (OPENS, OPENS, "close after it opens"),
        (OPENS, OPENS + timedelta(minutes=89), "The theory lasts 90 minutes"),
    ],
)
def test_times_that_cannot_be_held_are_refused(app, actor, opens_at, closes_at, words: str) -> None:
    with pytest.raises(Faulty, match=words):
        scheduling.schedule(
            actor("council"),
            batch_id=steps.batch().id,
            agency_id=steps.organisation("AA-1"),
            again=False,
            opens_at=opens_at,
            closes_at=closes_at,
            extra_minutes={},
            now=NOW,
        )


def schedule_with(actor, *, batch: str = "B-TC-1", agency: str = "AA-1", extra=None) -> AssessmentRow:
    return scheduling.schedule(
        actor("council"),
        batch_id=steps.batch(batch).id,
        agency_id=steps.organisation(agency),
        again=False,
        opens_at=OPENS,
        closes_at=CLOSES,
        extra_minutes=extra or {},
        now=NOW,
    )


def test_a_council_schedules_its_own_centres_batches_with_agencies_of_its_own_register(app, actor) -> None:
    with pytest.raises(Absent):
        schedule_with(actor, batch="B-TC-2")
    for other in ("AA-2", "TC-1"):
        with pytest.raises(Faulty, match="active agency of your register"):
            schedule_with(actor, agency=other)
    suspended = db.session.get(steps.OrganisationRow, steps.organisation("AA-1"))
    suspended.standing = Standing.SUSPENDED
    with pytest.raises(Faulty, match="active agency"):
        schedule_with(actor)


def test_extra_minutes_are_given_at_the_schedule_and_until_the_candidate_starts(app, actor) -> None:
    row = schedule_with(actor, extra={trainee(2).id: 30})
    assert [candidate.extra_minutes for candidate in row.candidates] == [0, 30, 0, 0]
    one = row.candidates[0]
    with pytest.raises(Faulty, match="0 to 240"):
        presence.give_extra_minutes(actor("council"), row.id, {one.id: 241}, now=NOW)
    presence.give_extra_minutes(actor("council"), row.id, {one.id: 20}, now=NOW)
    assert one.extra_minutes == 20
    scheduling.answer(actor("agency"), row.id, "accept", now=NOW)
    drawing.draw(actor("agency"), row.id, now=NOW)
    steps.sit(one)
    with pytest.raises(Conflict, match="has started"):
        presence.give_extra_minutes(actor("council"), row.id, {one.id: 40}, now=OPENS)
    with pytest.raises(NotAllowed):
        presence.give_extra_minutes(actor("agency"), row.id, {one.id: 40}, now=OPENS)


def test_a_declined_assessment_goes_to_another_agency_and_the_first_no_longer_sees_it(app, actor) -> None:
    row = steps.scheduled(actor)
    with pytest.raises(Faulty, match="reason"):
        scheduling.answer(actor("agency"), row.id, "decline", why="  no ", now=NOW)
    scheduling.answer(actor("agency"), row.id, "decline", why="no assessor that week", now=NOW)
    other = db.session.get(steps.OrganisationRow, steps.organisation("AA-2"))
    other.council_id = row.council_id
    scheduling.propose_to(actor("council"), row.id, other.id, now=NOW)
    scheduling.propose_to(actor("council"), row.id, other.id, now=NOW)
    assert (row.state, row.agency_id) == (AssessmentState.PROPOSED, other.id)
    assert acts(row)[-2:] == ["declined the assessment", "asked Agency 2 to assess"]
    with pytest.raises(Absent):
        scheduling.answer(actor("agency"), row.id, "accept", now=NOW)
    scheduling.answer(actor("agency2"), row.id, "accept", now=NOW)
