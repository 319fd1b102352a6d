"""The mark sheet: complete before it is submitted, seen by the right people, decided once, sent back with reasons."""

import json
from datetime import timedelta
from fractions import Fraction

import pytest

from assessments.decisions import Outcome, result_from_json
from assessments.errors import ScoresMissing
from assessments.model import Component
from lms.extensions import db
from lms.services import approval, drawing, grading, history, presence
from lms.services.errors import Absent, Faulty, NotAllowed
from lms.tables.assessing import AssessmentState, PaperRow
from lms.tables.marking import ResultRow
from lms.tables.training import TraineeState
from tests.conftest import BOTH
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import AFTER, OPENS


def refs_of(row) -> tuple[str, ...]:
    return drawing.material_of(row).scheme.practical_refs


def result_of(candidate):
    return grading.grade_candidate(candidate)


def refused(actor, row, now=AFTER, **said) -> list[str]:
    with pytest.raises(approval.NotReadyToSubmit) as refusal:
        approval.submit(actor("assessor"), row.id, now=now, **said)
    db.session.refresh(row)
    assert row.state == AssessmentState.DRAWN
    return [str(reason) for reason in refusal.value.reasons]


# Grading


@BOTH
def test_right_answers_and_full_shares_make_all_marks(app, actor) -> None:
    row = steps.drawn(actor)
    steps.done(actor, row)
    scores, result = grading.marks_of(row.candidates[0])
    assert result.outcome is Outcome.COMPETENT
    assert result.raw_percent == 100
    assert set(scores) == set(drawing.material_of(row).scheme.cells())


def test_the_last_answer_in_time_counts_and_the_newest_score_counts(app, actor) -> None:
    row = steps.drawn(actor)
    one, refs = row.candidates[0], refs_of(row)
    attempt = steps.sit(one)
    attempt.submitted_at, attempt.handed_in_by, attempt.closed_at = None, None, attempt.deadline_at  # never handed in
    line = json.loads(db.session.query(PaperRow).filter_by(candidate_id=one.id).one().content)["lines"][0]
    steps.score(one, refs, "1/3", key="first")
    steps.score(one, refs, "1", key="second")
    full = result_of(one).component_scores
    assert full[Component.PRACTICAL].awarded == full[Component.PRACTICAL].available
    wrong = next(option for option in line["options"] if option != right_of(line))
    steps.answer(attempt, 900, line["item"], wrong, attempt.deadline_at + timedelta(seconds=61))
    assert result_of(one).component_scores == full
    steps.answer(attempt, 901, line["item"], wrong, attempt.deadline_at + timedelta(seconds=60))
    lost = full[Component.THEORY].awarded - result_of(one).component_scores[Component.THEORY].awarded
    assert lost == Fraction(line["worth"])


def right_of(line) -> str:
    return grading.keys_of_items({line["item"]})[line["item"], line["version"]].right


def test_who_comes_to_one_part_only_gets_nothing_for_the_other(app, actor) -> None:
    row = steps.drawn(actor)
    only_theory, only_practical = row.candidates[:2]
    steps.sit(only_theory)
    steps.score(only_practical, refs_of(row))
    for candidate, missed in ((only_theory, Component.PRACTICAL), (only_practical, Component.THEORY)):
        result = result_of(candidate)
        assert result.outcome is Outcome.NOT_YET_COMPETENT
        assert result.component_scores[missed].awarded == 0


def test_who_comes_to_nothing_is_absent_and_who_left_the_training_dropped_out(app, actor) -> None:
    row = steps.drawn(actor)
    absent, dropped_out, disqualified = row.candidates[:3]
    dropped_out.trainee.state = TraineeState.DROPPED_OUT
    steps.sit(disqualified)
    presence.disqualify(actor("agency"), row.id, disqualified.id, why="sat for somebody else", now=OPENS)
    assert result_of(absent).outcome is Outcome.ABSENT
    assert result_of(dropped_out).outcome is Outcome.DROPPED_OUT
    assert result_of(disqualified).outcome is Outcome.DISQUALIFIED


def test_a_practical_scored_in_part_cannot_be_graded(app, actor) -> None:
    row = steps.drawn(actor)
    refs = refs_of(row)
    steps.score(row.candidates[0], refs[:-1])
    with pytest.raises(ScoresMissing) as refusal:
        grading.marks_of(row.candidates[0])
    assert refusal.value.refs == refs[-1:]


def test_what_is_odd_is_said(app, actor) -> None:
    row = steps.drawn(actor)
    strong = row.candidates[0]
    attempt = steps.sit(strong, right=False)
    steps.answer(attempt, 900, "any", "A", attempt.deadline_at + timedelta(hours=1))
    steps.score(strong, refs_of(row))
    line = grading.grade_assessment(row, AFTER)[0]
    assert [str(words) for words in line.oddities] == [
        "1 answers came after the time, or from a device that was replaced, and do not count",
        "has every practical criterion at the highest level",
        "is very strong in the practical and very weak in the theory",
    ]


# Submitting


@BOTH
def test_a_mark_sheet_is_submitted_only_when_nobody_lacks_anything(app, actor) -> None:
    row = steps.drawn(actor)
    whole, part, theory, nothing = row.candidates
    refs = refs_of(row)
    steps.sit(whole)
    steps.score(whole, refs)
    steps.sit(part)
    steps.score(part, refs[2:])
    steps.sit(theory)
    reasons = refused(actor, row)
    assert reasons == [
        f"Trainee B ({part.number}) is not scored in {refs[0]}, {refs[1]}",
        f"Trainee D ({nothing.number}) has neither a paper nor a practical: mark absent",
        f"Trainee C ({theory.number}) has no practical: score it, or say that the candidate did not come",
    ]
    steps.score(part, refs[:2])
    presence.mark_absent(actor("assessor"), row.id, nothing.id, now=AFTER)
    assert len(refused(actor, row)) == 1
    approval.submit(actor("assessor"), row.id, no_practical={theory.id}, now=AFTER)
    db.session.refresh(row)
    assert row.state == AssessmentState.SUBMITTED
    told = [str(history.words_of(act)) for act in history.list_history("candidate", theory.id)]
    assert f"said that Trainee C ({theory.number}) did not come to the practical" in told


def test_a_candidate_who_can_still_write_holds_the_mark_sheet_until_it_closes(app, actor) -> None:
    row = steps.drawn(actor)
    steps.done(actor, row)
    attempt = db.session.query(steps.AttemptRow).first()
    attempt.submitted_at = attempt.handed_in_by = None
    db.session.commit()
    writing = attempt.deadline_at
    assert refused(actor, row, now=writing) == [f"Trainee ({row.candidates[0].number}) can still write the paper"]
    approval.submit(actor("assessor"), row.id, now=writing + timedelta(seconds=61))


def test_a_paper_begun_just_before_the_closing_holds_the_mark_sheet_until_its_own_end(app, actor) -> None:
    row = steps.drawn(actor)
    steps.done(actor, row)
    attempt = db.session.query(steps.AttemptRow).first()
    attempt.started_at = row.closes_at - timedelta(minutes=1)
    attempt.deadline_at = attempt.started_at + timedelta(minutes=90)
    attempt.submitted_at = attempt.handed_in_by = None
    db.session.commit()
    reasons = [f"Trainee ({row.candidates[0].number}) can still write the paper"]
    assert refused(actor, row, now=row.closes_at + timedelta(minutes=5)) == reasons
    approval.submit(actor("assessor"), row.id, now=attempt.deadline_at + timedelta(seconds=61))


def test_only_a_named_assessor_submits(app, actor) -> None:
    row = steps.drawn(actor)
    steps.done(actor, row)
    for who in ("agency", "centre", "trainer", "council"):
        with pytest.raises(NotAllowed):
            approval.submit(actor(who), row.id, now=AFTER)
    with pytest.raises(Absent):
        approval.submit(actor("assessor2"), row.id, now=AFTER)


# Seeing


def test_marks_are_seen_by_those_who_make_them_and_by_the_council_once_verified(app, actor) -> None:
    row = steps.drawn(actor)
    steps.done(actor, row)

    def seen_by() -> set[str]:
        people = ("council", "agency", "assessor", "centre", "trainer")
        return {who for who in people if approval.may_see_marks(actor(who), row)}

    assert seen_by() == {"agency", "assessor"}
    approval.submit(actor("assessor"), row.id, now=AFTER)
    assert seen_by() == {"agency", "assessor"}
    approval.verify(actor("agency"), row.id, now=AFTER)
    assert seen_by() == {"agency", "assessor", "council"}
    with pytest.raises(Absent):
        approval.get_mark_sheet(actor("centre"), row.id, now=AFTER)


def test_before_the_release_the_history_tells_the_centre_and_the_trainers_nothing_of_the_marks(app, actor) -> None:
    row = steps.drawn(actor)
    steps.done(actor, row)
    approval.submit(actor("assessor"), row.id, now=AFTER)
    approval.send_back(actor("agency"), row.id, "return_to_assessor", why="PC1 of candidate 2 is 0", now=AFTER)
    approval.submit(actor("assessor"), row.id, now=AFTER)
    approval.verify(actor("agency"), row.id, now=AFTER)
    approval.approve(actor("council"), row.id, now=AFTER)

    def told(who: str) -> str:
        lines = approval.list_history(actor(who), row)
        return " | ".join(f"{history.words_of(line)} {line.why}" for line in lines)

    for who in ("centre", "trainer"):
        assert "competent" not in told(who)
        assert "PC1" not in told(who)
        assert "submitted the mark sheet" in told(who)
    for who in ("agency", "council", "assessor"):
        assert "4 of 4 candidates competent" in told(who)
        assert "PC1" in told(who)
    approval.release(actor("council"), row.id, now=AFTER)
    assert "4 of 4 candidates competent" in told("centre")
    assert "PC1" not in told("centre")


# Deciding and sending back


@BOTH
def test_a_mark_sheet_goes_back_with_a_reason_and_comes_again(app, actor) -> None:
    row = steps.drawn(actor)
    steps.done(actor, row)
    approval.submit(actor("assessor"), row.id, now=AFTER)
    with pytest.raises(Faulty, match="reason"):
        approval.send_back(actor("agency"), row.id, "return_to_assessor", why="", now=AFTER)
    approval.send_back(actor("agency"), row.id, "return_to_assessor", why="scores of TC-1-002 look wrong", now=AFTER)
    assert row.state == AssessmentState.DRAWN
    approval.submit(actor("assessor"), row.id, now=AFTER)
    approval.verify(actor("agency"), row.id, now=AFTER)
    approval.send_back(actor("council"), row.id, "return_to_agency", why="evidence is missing", now=AFTER)
    assert row.state == AssessmentState.SUBMITTED


@BOTH
def test_results_are_decided_anew_only_for_candidates_whose_marks_changed(app, actor) -> None:
    row = steps.approved(actor)
    changed = row.candidates[0]
    approval.send_back(actor("council"), row.id, "return_to_agency", why="one score is disputed", now=AFTER)
    approval.send_back(actor("agency"), row.id, "return_to_assessor", why="look at the scores again", now=AFTER)
    steps.score(changed, refs_of(row), "0", key="again")
    approval.submit(actor("assessor"), row.id, now=AFTER)
    approval.verify(actor("agency"), row.id, now=AFTER)
    approval.approve(actor("council"), row.id, now=AFTER)
    rows = db.session.query(ResultRow).order_by(ResultRow.id).all()
    assert [(result.candidate_id == changed.id, result.number) for result in rows] == [
        (True, 1),
        (False, 1),
        (False, 1),
        (False, 1),
        (True, 2),
    ]
    assert [result.outcome for result in rows if result.candidate_id == changed.id] == [
        "competent",
        "not_yet_competent",
    ]


def test_a_result_is_kept_whole_and_exact(app, actor) -> None:
    row = steps.approved(actor, share="2/3")
    kept = db.session.query(ResultRow).first()
    result = result_from_json(json.loads(kept.content))
    assert result == grading.grade_candidate(row.candidates[0])
    assert result.specimen
    assert kept.inputs_hash == result.inputs_hash
