"""An assessment from its schedule to its release: who may do what, when, and what doing it twice does."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import insert

from lms.extensions import db
from lms.services import approval, assessing, assessing_tasks, assessors, drawing, presence, scheduling
from lms.services.assessing import MOVES
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.tables.assessing import AssessmentAssessorRow, AssessmentState, CandidateStatus
from lms.tables.certification import CertificateRow
from lms.tables.history import HistoryRow
from lms.tables.marking import ResultRow
from lms.tables.people import RoleGrantRow
from tests.conftest import BOTH
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import AFTER, NOW, OPENS, acts


@BOTH
def test_an_assessment_goes_from_its_schedule_to_released_results_and_certificates(app, actor) -> None:
    row = steps.approved(actor)
    assert db.session.query(CertificateRow).count() == 0
    approval.release(actor("council"), row.id, now=AFTER)
    assert row.state == AssessmentState.RELEASED
    assert [result.outcome for result in db.session.query(ResultRow)] == ["competent"] * 4
    assert db.session.query(CertificateRow).count() == 4
    assert acts(row) == [
        "scheduled the assessment of 4 candidates and asked Agency 1 to assess",
        "accepted the assessment",
        "drew 4 papers and 4 practicals",
        "named as assessors: Assessor",
        "submitted the mark sheet",
        "verified the mark sheet",
        "approved the mark sheet: 4 of 4 candidates competent",
        "released the results",
    ]


@BOTH
def test_each_act_done_twice_is_done_once(app, actor) -> None:
    row = steps.approved(actor)
    approval.approve(actor("council"), row.id, now=AFTER)
    approval.release(actor("council"), row.id, now=AFTER)
    before = len(acts(row))
    approval.release(actor("council"), row.id, now=AFTER)
    assert len(acts(row)) == before
    assert db.session.query(ResultRow).count() == 4
    assert db.session.query(CertificateRow).count() == 4


@BOTH
def test_of_two_clicks_at_once_one_moves_the_assessment(app, actor) -> None:
    row = steps.drawn(actor)
    steps.done(actor, row)
    number, assessor, faults = row.id, actor("assessor"), []
    db.session.remove()

    def click() -> None:
        with app.app_context():
            try:
                approval.submit(assessor, number, now=AFTER)
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert faults == []
    done = db.session.query(HistoryRow).filter_by(what=MOVES["submit"].done.template)
    assert done.count() == 1


def test_an_act_on_an_assessment_that_has_gone_elsewhere_is_refused(app, actor) -> None:
    row = steps.drawn(actor)
    with pytest.raises(Conflict, match="has moved on"):
        scheduling.answer(actor("agency"), row.id, "decline", why="too far away", now=NOW)
    with pytest.raises(Conflict, match="has moved on"):
        approval.verify(actor("agency"), row.id, now=NOW)


@pytest.mark.parametrize("stranger", ["council2", "agency2", "assessor2", "centre2", "trainer2", "trainee", "admin"])
def test_an_assessment_of_others_is_not_there(app, actor, stranger: str) -> None:
    row = steps.drawn(actor)
    with pytest.raises(Absent):
        assessing.get_assessment(actor(stranger), row.id)
    assert assessing.list_assessments(actor(stranger)) == []


@pytest.mark.parametrize("insider", ["council", "agency", "assessor", "centre", "trainer"])
def test_all_who_have_a_part_see_the_assessment(app, actor, insider: str) -> None:
    row = steps.drawn(actor)
    assert assessing.get_assessment(actor(insider), row.id) is row
    assert assessing.list_assessments(actor(insider)) == [(row, 4)]


def test_an_assessor_who_is_not_named_sees_nothing(app, actor) -> None:
    row = steps.accepted(actor)
    with pytest.raises(Absent):
        assessing.get_assessment(actor("assessor"), row.id)


def test_seeing_an_assessment_does_not_let_one_act_for_others(app, actor) -> None:
    row = steps.drawn(actor)
    for who in ("council", "centre", "assessor", "trainer"):
        with pytest.raises(NotAllowed):
            approval.verify(actor(who), row.id, now=NOW)
    for who in ("agency", "centre", "assessor", "trainer"):
        with pytest.raises(NotAllowed):
            approval.approve(actor(who), row.id, now=NOW)
        db.session.rollback()


@pytest.mark.parametrize(
    ("text", "found"), [("a-2026", 1), ("batch of", 1), ("B-TC-1", 1), ("Agency 1", 1), ("%", 0), ("elsewhere", 0)]
)
def test_assessments_are_found_by_code_batch_centre_and_agency(app, actor, text: str, found: int) -> None:
    steps.scheduled(actor)
    assert len(assessing.list_assessments(actor("council"), text=text)) == found
    assert assessing.list_assessments(actor("council"), state=AssessmentState.DRAWN, text=text) == []


def test_only_the_trainee_has_their_own_candidature(app, actor) -> None:
    row = steps.scheduled(actor)
    candidate = row.candidates[0]
    assert assessing.own_candidate(actor("trainee"), candidate.id) is candidate
    for other in ("trainee-b", "trainee2", "centre", "council"):
        with pytest.raises(Absent):
            assessing.own_candidate(actor(other), candidate.id)


# Assessors


def test_an_agency_names_its_own_assessors_without_an_interest_in_the_centre(app, actor) -> None:
    row = steps.accepted(actor)
    agency, ours = actor("agency"), steps.person("assessor")
    with pytest.raises(Faulty, match="active assessors of your agency"):
        assessors.name_assessors(agency, row.id, [steps.person("assessor2")], now=NOW)
    with pytest.raises(Faulty, match="at most 30"):
        assessors.name_assessors(agency, row.id, [], now=NOW)
    grant = RoleGrantRow(person_id=ours, role="trainer", organisation_id=row.batch.centre_id)
    db.session.add(grant)
    db.session.flush()
    db.session.expire_all()
    assert [str(reason) for _person, reason in assessors.list_assessors(agency, row)] == ["has a role in this centre"]
    with pytest.raises(Faulty, match="cannot assess this batch"):
        assessors.name_assessors(agency, row.id, [ours], now=NOW)
    with pytest.raises(NotAllowed):
        assessors.name_assessors(actor("council"), row.id, [ours], now=NOW)


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_naming_the_same_assessors_in_the_same_moment_does_nothing(app, actor) -> None:
    row = steps.accepted(actor)
    page = assessing.get_assessment(actor("agency"), row.id)
    assert page.assessors == []
    with db.engine.begin() as colleague:
        facts = {"assessment_id": row.id, "person_id": steps.person("assessor")}
        colleague.execute(insert(AssessmentAssessorRow).values(facts))
    assessors.name_assessors(actor("agency"), row.id, [steps.person("assessor")], now=NOW)
    assert db.session.query(AssessmentAssessorRow).count() == 1


def test_naming_the_same_assessors_again_does_nothing(app, actor) -> None:
    row = steps.drawn(actor)
    before = acts(row)
    assessors.name_assessors(actor("agency"), row.id, [steps.person("assessor")], now=NOW)
    assert acts(row) == before
    assert len(row.assessors) == 1


@pytest.mark.parametrize(("candidates", "needed"), [(1, 1), (30, 1), (31, 2), (61, 3)])
def test_one_assessor_for_each_thirty_candidates(candidates: int, needed: int) -> None:
    assert assessors.assessors_needed(candidates) == needed


# The day


@BOTH
def test_a_candidate_who_did_not_come_is_marked_absent_and_taken_in_again(app, actor) -> None:
    row = steps.drawn(actor)
    one, two = row.candidates[:2]
    with pytest.raises(Conflict, match="not opened yet"):
        presence.mark_absent(actor("centre"), row.id, one.id, now=OPENS - timedelta(minutes=1))
    db.session.rollback()
    presence.mark_absent(actor("centre"), row.id, one.id, now=OPENS)
    presence.mark_absent(actor("assessor"), row.id, one.id, now=OPENS)
    assert one.status == CandidateStatus.ABSENT
    presence.restore(actor("centre"), row.id, one.id, now=OPENS)
    assert one.status == CandidateStatus.ENTERED
    steps.sit(two)
    with pytest.raises(Conflict, match="has begun"):
        presence.mark_absent(actor("centre"), row.id, two.id, now=OPENS)
    for other in ("agency", "council", "trainer"):
        with pytest.raises(NotAllowed):
            presence.mark_absent(actor(other), row.id, one.id, now=OPENS)


def test_a_candidate_is_disqualified_with_a_reason_by_assessor_or_agency(app, actor) -> None:
    row = steps.drawn(actor)
    one = row.candidates[0]
    with pytest.raises(Faulty, match="reason"):
        presence.disqualify(actor("assessor"), row.id, one.id, why="", now=OPENS)
    with pytest.raises(NotAllowed):
        presence.disqualify(actor("centre"), row.id, one.id, why="talked all the time", now=OPENS)
    presence.disqualify(actor("assessor"), row.id, one.id, why="sat for somebody else", now=OPENS)
    with pytest.raises(NotAllowed):
        presence.restore(actor("centre"), row.id, one.id, why="it was not so", now=OPENS)
    with pytest.raises(Faulty, match="reason"):
        presence.restore(actor("agency"), row.id, one.id, now=OPENS)
    presence.restore(actor("agency"), row.id, one.id, why="the identity card was right", now=OPENS)
    assert one.status == CandidateStatus.ENTERED
    assert acts(row)[-2].startswith("disqualified Trainee")


def test_candidates_of_another_assessment_cannot_be_reached_through_ones_own(app, actor) -> None:
    row = steps.drawn(actor)
    with pytest.raises(Absent):
        presence.mark_absent(actor("centre"), row.id, 999, now=OPENS)


def test_counts_tell_how_far_the_day_is(app, actor) -> None:
    row = steps.drawn(actor)
    first, second, third, _fourth = row.candidates
    refs = drawing.material_of(row).scheme.practical_refs
    steps.sit(first)
    steps.score(first, refs)
    steps.score(second, refs[:3])
    presence.mark_absent(actor("centre"), row.id, third.id, now=OPENS)
    counts = presence.count(row, presence.progress_of(row))
    assert (counts.candidates, counts.started, counts.submitted) == (4, 1, 1)
    assert (counts.scored, counts.to_score, counts.absent) == (1, 3, 1)


# Home


def titles(tasks) -> list[str]:
    return [str(task.title) for task in tasks]


def test_home_tells_each_person_what_to_do_at_each_step(app, actor) -> None:
    def told(who: str, now=AFTER) -> list[str]:
        return titles(assessing_tasks.waiting(actor(who), now))

    assert told("council") == ["Schedule the assessment of Batch of Centre 1"]
    row = steps.scheduled(actor)
    assert told("agency") == [f"Accept or decline {row.code}"]
    assert assessing_tasks.waiting(actor("agency"), NOW)[0].due == NOW + timedelta(days=2)
    assert told("council") == told("centre") == told("agency2") == []
    scheduling.answer(actor("agency"), row.id, "accept", now=NOW)
    assert told("agency") == [f"Draw the papers of {row.code}"]
    drawing.draw(actor("agency"), row.id, now=NOW)
    assert told("agency") == [f"Name the assessors of {row.code}"]
    assessors.name_assessors(actor("agency"), row.id, [steps.person("assessor")], now=NOW)
    assert told("agency") == told("assessor", NOW) == []
    assert told("assessor") == [f"Assess the candidates of {row.code} and submit the mark sheet"]
    steps.done(actor, row)
    approval.submit(actor("assessor"), row.id, now=AFTER)
    assert told("agency") == [f"Verify the mark sheet of {row.code}"]
    assert assessing_tasks.waiting(actor("agency"), AFTER)[0].due == AFTER + timedelta(days=3)
    approval.verify(actor("agency"), row.id, now=AFTER)
    assert told("council") == [f"Approve the mark sheet of {row.code}"]
    approval.approve(actor("council"), row.id, now=AFTER)
    assert told("council") == [f"Release the results of {row.code}"]
    approval.release(actor("council"), row.id, now=AFTER)
    assert told("council") == told("agency") == told("assessor") == []


def test_home_tells_what_is_to_come_and_what_is_under_way(app, actor) -> None:
    row = steps.drawn(actor)
    assert titles(assessing_tasks.running(actor("centre"), NOW)) == [f"{row.code} of Batch of Centre 1 is to come"]
    assert titles(assessing_tasks.running(actor("centre"), OPENS)) == [f"{row.code} of Batch of Centre 1 is under way"]
    assert assessing_tasks.running(actor("centre"), AFTER) == []
    assert assessing_tasks.running(actor("centre2"), OPENS) == []
