"""Late answers are decided on before marks go on: nobody's answer is passed over by a mark sheet that moves."""

from datetime import timedelta

import pytest

from assessments.bundles import read_bundle
from assessments.recompute import recompute
from lms.extensions import db
from lms.services import (
    answer_log,
    approval,
    bundles,
    delivery,
    exam_clock,
    grading,
    history,
    late_answers,
    late_counts,
    sittings,
)
from lms.services.answer_log import SentAnswer, Why
from lms.services.errors import Faulty
from lms.services.invigilation import Who
from lms.tables.assessing import AssessmentState, CandidateStatus
from lms.tables.attempts import AnswerEventRow
from lms.tables.invigilation import TimeChangeRow
from lms.tables.marking import ResultRow
from tests.conftest import BOTH
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import AFTER
from tests.states import once

WHY = "the switch of row 3 had no power"


@pytest.fixture
def row(app, actor):
    return scored(actor)


@once
def scored(actor):
    """An assessment that everybody has sat and that is scored."""
    row = steps.drawn(actor)
    steps.done(actor, row)
    return row


def comes_late(row, place: int = 0, seq: int = 900, after: timedelta = timedelta(minutes=30)):
    """An answer of a candidate that came so long after the end."""
    attempt = steps.attempt_of(row.candidates[place])
    item = db.session.query(AnswerEventRow).filter_by(attempt_id=attempt.id).first().item
    steps.answer(attempt, seq, item, "A", attempt.deadline_at + after)
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


@BOTH
def test_what_comes_after_the_window_is_kept_and_can_be_decided_and_holds_nothing_up(row, actor) -> None:
    attempt = comes_late(row, seq=900, after=timedelta(days=2))
    (shown,) = late_answers.list_late(actor("assessor"), attempt.id).shown
    assert (shown.name, shown.ruling, shown.is_waited_for) == ("d1/900", None, False)
    assert late_counts.count_undecided(row) == {attempt.id: 0}
    assert approval.list_undecided(row) == ()
    # Still it is a person who says that it counts.
    steps_taken = {"is_accepted": True, "reason": WHY, "now": AFTER}
    assert late_answers.decide(actor("assessor"), attempt.id, ["d1/900"], **steps_taken)
    assert sittings.counting_of(delivery.sitting_of(attempt)).refused == ()
    comes_late(row, seq=901, after=timedelta(days=2))
    approval.submit(actor("assessor"), row.id, now=AFTER)
    assert row.state == AssessmentState.SUBMITTED


@BOTH
def test_who_sends_late_answers_one_by_one_is_refused_once_and_for_all(row, actor) -> None:
    attempt = comes_late(row, seq=900)
    refusal = {"is_accepted": False, "reason": WHY, "now": attempt.deadline_at + timedelta(minutes=31)}
    late_answers.decide(actor("assessor"), attempt.id, [], and_later=True, **refusal)
    ruling = late_answers.decide(actor("assessor"), attempt.id, [], and_later=True, **refusal)
    assert ruling is None  # it stands so already
    comes_late(row, seq=901, after=timedelta(minutes=32))
    comes_late(row, place=1, seq=900)
    approval_waits_for = [str(one) for one in approval.list_undecided(row)]
    assert [row.candidates[1].number in one for one in approval_waits_for] == [True]
    decide(actor, steps.attempt_of(row.candidates[1]))
    approval.submit(actor("assessor"), row.id, now=AFTER)
    comes_late(row, seq=902, after=timedelta(minutes=33))
    approval.verify(actor("agency"), row.id, now=AFTER)
    comes_late(row, seq=903, after=timedelta(minutes=34))
    approval.approve(actor("council"), row.id, now=AFTER)
    assert row.state == AssessmentState.APPROVED
    shown = late_answers.list_late(actor("agency"), attempt.id).shown
    assert [(one.name, one.ruling.reason) for one in shown] == [(f"d1/{900 + seq}", WHY) for seq in range(4)]


@BOTH
def test_of_what_came_after_all_was_refused_one_answer_can_still_be_let_count(row, actor) -> None:
    attempt = comes_late(row, seq=900)
    moment = attempt.deadline_at + timedelta(minutes=31)
    refusal = {"is_accepted": False, "reason": WHY, "now": moment}
    late_answers.decide(actor("assessor"), attempt.id, ["d1/900"], and_later=True, **refusal)
    comes_late(row, seq=901, after=timedelta(minutes=32))
    acceptance = {"is_accepted": True, "reason": "its device was seen to be broken", "now": AFTER}
    late_answers.decide(actor("assessor"), attempt.id, ["d1/901"], **acceptance)
    refused = sittings.counting_of(delivery.sitting_of(attempt)).refused
    assert [event.seq for event in refused] == [900]
    told = [str(history.words_of(one)) for one in history.list_history("candidate", attempt.candidate_id)]
    assert "let 1 late answers, and all that come later, not count" in told
    with pytest.raises(Faulty, match="have not come"):
        late_answers.decide(actor("assessor"), attempt.id, ["d1/900"], and_later=True, **acceptance)


def test_the_exam_room_refuses_what_comes_later_by_a_button_of_its_own(signed_in, row) -> None:
    attempt = comes_late(row)
    browser, where = signed_in("assessor"), f"/assessments/{row.id}/room/candidates/{row.candidates[0].id}"
    assert "They do not count, nor does what comes later" in browser.get(where).text
    sent = {"key": "form-0001", "why": WHY, "verdict": "refuse_later"}
    assert browser.post(f"{where}/late", data=sent).status_code == 302
    comes_late(row, seq=901, after=timedelta(days=1000))
    assert late_counts.count_undecided(row) == {attempt.id: 0}
    page = browser.get(where).text
    assert page.count("does not count") >= 2
    assert "not decided" not in page


def test_the_exam_room_says_that_a_refusal_stays_though_the_time_reaches_the_answer_now(signed_in, row, actor) -> None:
    attempt = comes_late(row)
    attempt.submitted_at, attempt.handed_in_by, attempt.closed_at = None, None, attempt.deadline_at
    db.session.commit()
    decide(actor, attempt)
    where = f"/assessments/{row.id}/room/candidates/{attempt.candidate_id}"
    stays = "The time reaches this answer now. The decision stays until somebody decides anew."
    browser = signed_in("assessor")
    assert stays not in browser.get(where).text
    who = Who(candidate_ids=(attempt.candidate_id,))
    exam_clock.give_time(actor("agency"), row.id, who, seconds=3600, reason=WHY, key="k1", now=attempt.deadline_at)
    page = browser.get(where).text
    assert all(words in page for words in (stays, "came after the time as it was then", "does not count"))
    assert "left 1 late answer not counting, as was decided, though the time reaches it now" in page
    assert approval.list_undecided(row) == ()


@BOTH
def test_the_mark_sheet_says_what_was_refused_and_is_in_time_now_until_somebody_lets_it_count(row, actor) -> None:
    attempt = comes_late(row)
    attempt.submitted_at, attempt.handed_in_by, attempt.closed_at = None, None, attempt.deadline_at
    db.session.commit()
    decide(actor, attempt)

    def told() -> list[str]:
        return [
            str(oddity) for oddity in grading.grade_assessment(row, AFTER)[0].oddities if "not count" in str(oddity)
        ]

    late = "1 answers came after the time, or from a device that was replaced, and do not count"
    assert told() == [late]
    # As versions before 0022 left it: there the time that was given let the answer count, and no history tells of it.
    given = {"kind": "extra", "seconds": 3600, "reason": WHY, "by_id": actor("agency").person_id, "key": "k1"}
    db.session.add(TimeChangeRow(attempt_id=attempt.id, at=attempt.deadline_at + timedelta(minutes=40), **given))
    attempt.deadline_at += timedelta(hours=1)
    db.session.commit()
    assert sittings.counting_of(delivery.sitting_of(attempt)).refused
    assert told() == ["1 answers were refused, though the time given later reaches them; they do not count"]
    late_answers.decide(actor("agency"), attempt.id, ["d1/900"], is_accepted=True, reason=WHY, now=AFTER)
    assert told() == []
    assert sittings.counting_of(delivery.sitting_of(attempt)).refused == ()


def test_the_exam_room_says_that_what_came_after_the_window_holds_nothing_up(signed_in, row) -> None:
    comes_late(row, after=timedelta(days=2))
    page = signed_in("assessor").get(f"/assessments/{row.id}/room/candidates/{row.candidates[0].id}").text
    assert "It came after the last moment for answers, so no mark sheet waits for it." in page
    assert "answers came too late" not in page


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
    assert f"({number}): 1 answer came late" in page.text
    assert f"/assessments/{row.id}/verify" not in page.text
    answer = browser.post(f"/assessments/{row.id}/verify")
    assert (answer.status_code, f"({number}): 1 answer" in answer.text) == (409, True)


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
def test_an_answer_on_its_way_while_results_are_decided_is_late_and_changes_none(row, actor) -> None:
    attempt = steps.attempt_of(row.candidates[0])
    desk = delivery.get_desk(row.candidates[0].trainee.person_id, attempt.id)
    offline = {"anchor_at": attempt.started_at, "elapsed_ms": 60_000}
    approval.submit(actor("assessor"), row.id, now=AFTER)
    approval.verify(actor("agency"), row.id, now=AFTER)
    approval.approve(actor("council"), row.id, now=AFTER + timedelta(minutes=1))
    # They were received before, and had to wait until the approval was done: one alone, and several.
    for device, numbers in (("two", [1]), ("three", [1, 2])):
        sent = [SentAnswer(seq=number, number=number, place=1, **offline) for number in numbers]
        for moment in (AFTER, AFTER + timedelta(minutes=1)):
            kept = answer_log.keep(desk, device=device, epoch=1, sent=sent, now=moment)
            assert ([one.why for one in kept.refused], kept.saved) == ([Why.LATE] * len(numbers), ())
    for line in grading.grade_assessment(row, AFTER):
        decided = db.session.query(ResultRow).filter_by(candidate_id=line.candidate.id).one()
        assert line.result.inputs_hash == decided.inputs_hash


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
