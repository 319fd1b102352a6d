"""Late answers are decided on before marks go on: nobody's answer is passed over by a mark sheet that moves."""

from datetime import timedelta

import pytest

from assessments.bundles import read_bundle
from assessments.recompute import recompute
from lms.extensions import db
from lms.services import answer_log, approval, bundles, delivery, grading, late_answers
from lms.services.answer_log import SentAnswer, Why
from lms.tables.assessing import AssessmentState, CandidateStatus
from lms.tables.attempts import AnswerEventRow
from tests.conftest import BOTH
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import AFTER

WHY = "the switch of row 3 had no power"


@pytest.fixture
def row(app, actor):
    """An assessment that everybody has sat and that is scored."""
    row = steps.drawn(actor)
    steps.done(actor, row)
    return row


def comes_late(row, place: int = 0, seq: int = 900):
    """An answer of a candidate that came after the end."""
    attempt = steps.attempt_of(row.candidates[place])
    item = db.session.query(AnswerEventRow).filter_by(attempt_id=attempt.id).first().item
    steps.answer(attempt, seq, item, "A", attempt.deadline_at + timedelta(minutes=30))
    db.session.commit()
    return attempt


def decide(actor, attempt, login: str = "assessor", seq: int = 900) -> None:
    late_answers.decide(actor(login), attempt.id, [f"d1/{seq}"], is_accepted=False, reason=WHY, now=AFTER)


def refusal_of(act, actor, row) -> str:
    with pytest.raises(approval.NotReadyToSubmit) as refusal:
        act(actor, row.id, now=AFTER)
    (reason,) = refusal.value.reasons
    db.session.refresh(row)
    return str(reason)


@BOTH
def test_a_mark_sheet_is_not_submitted_while_a_late_answer_waits_for_a_decision(row, actor) -> None:
    attempt = comes_late(row)
    name = row.candidates[0].trainee.person.name
    reason = refusal_of(approval.submit, actor("assessor"), row)
    assert reason.startswith(name)
    assert ": 1 answers came late " in reason
    assert row.state == AssessmentState.DRAWN
    assert [str(one) for one in approval.check_ready(row, ()).reasons] == [reason]
    decide(actor, attempt)
    approval.submit(actor("assessor"), row.id, now=AFTER)
    assert row.state == AssessmentState.SUBMITTED


@BOTH
def test_what_comes_late_after_the_submission_is_decided_before_it_is_verified(row, actor) -> None:
    approval.submit(actor("assessor"), row.id, now=AFTER)
    attempt = comes_late(row)
    refusal_of(approval.verify, actor("agency"), row)
    assert row.state == AssessmentState.SUBMITTED
    decide(actor, attempt, "agency")
    approval.verify(actor("agency"), row.id, now=AFTER)
    assert row.state == AssessmentState.VERIFIED


@BOTH
def test_what_comes_late_after_the_verification_goes_back_to_the_agency(row, actor) -> None:
    approval.submit(actor("assessor"), row.id, now=AFTER)
    approval.verify(actor("agency"), row.id, now=AFTER)
    attempt = comes_late(row)
    refusal_of(approval.approve, actor("council"), row)
    assert row.state == AssessmentState.VERIFIED
    approval.send_back(actor("council"), row.id, "return_to_agency", why="a late answer waits", now=AFTER)
    decide(actor, attempt, "agency")
    approval.verify(actor("agency"), row.id, now=AFTER)
    approval.approve(actor("council"), row.id, now=AFTER)
    assert row.state == AssessmentState.APPROVED


def test_nobody_decides_on_answers_of_who_is_disqualified(row, actor) -> None:
    comes_late(row)
    row.candidates[0].status = CandidateStatus.DISQUALIFIED
    db.session.commit()
    approval.submit(actor("assessor"), row.id, now=AFTER)
    assert row.state == AssessmentState.SUBMITTED


def test_the_mark_sheet_says_whose_late_answers_wait_and_cannot_go_on(signed_in, row, actor) -> None:
    approval.submit(actor("assessor"), row.id, now=AFTER)
    comes_late(row)
    browser, number = signed_in("agency"), row.candidates[0].number
    page = browser.get(f"/assessments/{row.id}/marks")
    assert f"({number}): 1 answers came late" in page.text
    assert f"/assessments/{row.id}/verify" not in page.text
    answer = browser.post(f"/assessments/{row.id}/verify")
    assert (answer.status_code, f"({number}): 1 answers" in answer.text) == (409, True)


@BOTH
def test_what_comes_after_the_approval_is_told_to_be_late_and_changes_no_result(row, actor, tmp_path) -> None:
    attempt = steps.attempt_of(row.candidates[0])
    desk = delivery.get_desk(row.candidates[0].trainee.person_id, attempt.id)
    offline = {"anchor_at": attempt.started_at, "elapsed_ms": 60_000}
    early, late = (SentAnswer(seq=seq, number=seq, place=1, **offline) for seq in (1, 2))
    approval.submit(actor("assessor"), row.id, now=AFTER)
    kept = answer_log.keep(desk, device="two", epoch=1, sent=[early], now=AFTER + timedelta(minutes=1))
    assert len(kept.saved) == 1
    approval.verify(actor("agency"), row.id, now=AFTER + timedelta(minutes=2))
    approval.approve(actor("council"), row.id, now=AFTER + timedelta(minutes=3))
    kept = answer_log.keep(desk, device="two", epoch=1, sent=[late], now=AFTER + timedelta(minutes=4))
    assert [one.why for one in kept.refused] == [Why.LATE]
    approval.release(actor("council"), row.id, now=AFTER + timedelta(minutes=5))
    path = tmp_path / "bundle.zip"
    path.write_bytes(b"".join(bundles.bundle_of(actor("council"), row.id)[1]))
    assert [one.differences for one in recompute(read_bundle(path))] == [()] * len(row.candidates)


@BOTH
def test_of_an_approval_that_is_sent_back_answers_count_again_as_they_did(row, actor) -> None:
    attempt = steps.attempt_of(row.candidates[0])
    desk = delivery.get_desk(row.candidates[0].trainee.person_id, attempt.id)
    approval.submit(actor("assessor"), row.id, now=AFTER)
    approval.verify(actor("agency"), row.id, now=AFTER)
    approval.approve(actor("council"), row.id, now=AFTER)
    approval.approve(actor("council"), row.id, now=AFTER + timedelta(minutes=1))
    db.session.expire_all()
    assert attempt.settled_at == AFTER
    approval.send_back(actor("council"), row.id, "return_to_agency", why="one answer came late", now=AFTER)
    sent = SentAnswer(seq=1, number=1, place=1, anchor_at=attempt.started_at, elapsed_ms=60_000)
    kept = answer_log.keep(desk, device="two", epoch=1, sent=[sent], now=AFTER + timedelta(minutes=4))
    assert len(kept.saved) == 1


def test_the_mark_sheet_says_how_many_answers_came_from_a_second_device(row, actor) -> None:
    attempt = steps.attempt_of(row.candidates[0])
    attempt.holder = "d1"
    item = db.session.query(AnswerEventRow).filter_by(attempt_id=attempt.id).first().item
    for seq, device in enumerate(["d2", "form"], start=1):
        steps.answer(attempt, seq, item, "A", attempt.started_at + timedelta(minutes=2), device=device)
    steps.answer(attempt, 3, item, "A", attempt.deadline_at + timedelta(hours=1), device="d2")
    db.session.commit()
    first, *others = grading.grade_assessment(row, AFTER)
    told = [str(oddity) for oddity in first.oddities if "did not hold" in str(oddity)]
    assert told == ["2 answers came from a device that did not hold the exam, without a code; they count"]
    assert [oddity for line in others for oddity in line.oddities if "did not hold" in str(oddity)] == []
