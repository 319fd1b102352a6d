"""An appeal: asked once and in time, checked by the agency, decided by the council, by two where marks change."""

import json
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from lms.extensions import db
from lms.records.practicals import units_of
from lms.records.results import result_of
from lms.services import appeal_answers, appeals, certification, drawing, history, marking, results
from lms.services.appeals import AppealState
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.tables.appeals import AppealRow, AppealStepRow
from lms.tables.assessing import CandidateRow, PracticalSheetRow
from lms.tables.marking import PracticalScoreRow, ResultRow
from lms.tables.rulings import ResultCorrectionRow
from tests.conftest import BOTH
from tests.lms.services import assessing_steps as steps
from tests.lms.services.ruling_steps import NOW, confirm, item_of, propose, released, second

WHY = "I showed the whole test drive."
SUM = "The evidence shows the level above."
FINDINGS = {"theory": "No fault.", "practical": "The video shows it.", "clerical": "No fault."}


def candidate_of(row, login: str = "trainee") -> CandidateRow:
    return next(candidate for candidate in row.candidates if candidate.trainee.person.login == login)


@pytest.fixture
def appeal(app, actor) -> AppealRow:
    """The appeal of a candidate who had half of the practical and nothing right in the theory."""
    return asked(actor, released(actor, share="2/3"))


def asked(actor, row, refs=()) -> AppealRow:
    return appeals.ask(actor("trainee"), candidate_of(row).id, reason=WHY, refs=refs, now=NOW)


def answered(actor, row: AppealRow) -> None:
    appeal_answers.answer(actor("agency"), row.id, findings=FINDINGS, reason=SUM, now=NOW)


def better(row: AppealRow, count: int = 2) -> dict[str, str]:
    """Full marks for the first criteria of the practical."""
    sheet = db.session.query(PracticalSheetRow).filter_by(candidate_id=row.result.candidate_id).one()
    refs = [line.ref for unit in units_of(sheet) for line in unit.criteria][:count]
    return dict.fromkeys(refs, "1")


def correction(actor, row: AppealRow) -> None:
    appeal_answers.propose(actor("council"), row.id, shares=better(row), reason=SUM, now=NOW)


@BOTH
def test_an_appeal_goes_from_the_agency_to_the_council_and_two_of_it_correct_the_result(app, actor) -> None:
    released_row = released(actor, share="2/3")
    row, seen = asked(actor, released_row), []
    for act in (answered, correction):
        seen.append(appeals.state_of(row))
        act(actor, row)
    seen.append(appeals.state_of(row))
    proposal = appeal_answers.find_proposal(row)
    assert proposal.is_current
    appeal_answers.confirm(second(), row.id, now=NOW)
    appeal_answers.confirm(second(), row.id, now=NOW)
    assert seen == [AppealState.WITH_AGENCY, AppealState.WITH_COUNCIL, AppealState.PROPOSED]
    assert appeals.state_of(row) is AppealState.UPHELD
    rows = db.session.query(ResultRow).filter_by(candidate_id=row.result.candidate_id).order_by(ResultRow.number).all()
    assert [result.number for result in rows] == [1, 2]
    assert result_of(rows[1]).inputs_hash == proposal.after.inputs_hash
    assert db.session.query(ResultCorrectionRow).filter_by(result_id=rows[1].id).one().appeal_id == row.id
    scores = db.session.query(PracticalScoreRow).filter(PracticalScoreRow.key.startswith("appeal-")).all()
    assert {score.ref: score.share for score in scores} == better(row)
    assert {score.scorer_id for score in scores} == {steps.person("council")}
    words = [line.what for line in history.list_history("appeal", row.id)]
    assert words == [
        "upheld the appeal and corrected the result",
        "proposed to uphold the appeal",
        "answered the appeal after checking",
        "appealed against the result",
    ]


@BOTH
def test_asking_twice_is_asking_once(app, actor) -> None:
    row = released(actor)
    assert asked(actor, row).id == asked(actor, row).id
    assert db.session.query(AppealRow).count() == 1


@BOTH
def test_nobody_confirms_their_own_correction_and_the_database_says_so_too(app, actor) -> None:
    row = asked(actor, released(actor, share="2/3"))
    answered(actor, row)
    correction(actor, row)
    with pytest.raises(NotAllowed, match="somebody else"):
        appeal_answers.confirm(actor("council"), row.id, now=NOW)
    step, me = row.steps[-1], steps.person("council")
    for proposal_id, proposer, by in ((step.id, me, me), (None, None, me), (step.id, second().person_id, me)):
        confirmed = AppealStepRow(
            appeal_id=row.id,
            number=9,
            kind="confirmed",
            reason=SUM,
            proposal_id=proposal_id,
            proposed_by_id=proposer,
            by_id=by,
            at=NOW,
        )
        db.session.add(confirmed)
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


@BOTH
def test_of_two_who_decide_at_once_one_does(app, actor) -> None:
    row = asked(actor, released(actor))
    answered(actor, row)
    colleague, number = second(), len(row.steps) + 1
    appeal_answers.reject(colleague, row.id, reason=SUM, now=NOW)
    late = AppealStepRow(appeal_id=row.id, number=number, kind="proposed", reason=SUM, by_id=1, at=NOW)
    db.session.add(late)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
    with pytest.raises(Conflict, match="moved on"):
        correction(actor, row)


def test_an_appeal_that_is_not_upheld_ends_with_its_reason_and_the_result_stands(app, actor, appeal) -> None:
    answered(actor, appeal)
    appeal_answers.reject(actor("council"), appeal.id, reason=SUM, now=NOW)
    appeal_answers.reject(actor("council"), appeal.id, reason=SUM, now=NOW)
    sheet = appeals.sheet_of(actor("council"), appeal)
    assert (sheet.state, sheet.due, [step.state for step in sheet.steps]) == (
        AppealState.NOT_UPHELD,
        None,
        ["done", "done", "failed"],
    )
    assert db.session.query(ResultRow).filter_by(candidate_id=appeal.result.candidate_id).count() == 1


def test_a_proposal_is_sent_back_and_the_council_decides_anew(app, actor, appeal) -> None:
    answered(actor, appeal)
    correction(actor, appeal)
    appeal_answers.send_back(second(), appeal.id, reason="One level is too high.", now=NOW)
    assert appeals.state_of(appeal) is AppealState.WITH_COUNCIL
    correction(actor, appeal)
    appeal_answers.confirm(second(), appeal.id, now=NOW)
    assert appeals.state_of(appeal) is AppealState.UPHELD


def test_a_correction_is_not_confirmed_once_the_result_is_another(app, actor, appeal) -> None:
    answered(actor, appeal)
    correction(actor, appeal)
    confirm(propose(actor("council"), item_of(appeal.result.candidate)))
    assert not appeal_answers.find_proposal(appeal).is_current
    with pytest.raises(Conflict, match="has changed since"):
        appeal_answers.confirm(second(), appeal.id, now=NOW)
    assert db.session.query(PracticalScoreRow).filter(PracticalScoreRow.key.startswith("appeal-")).count() == 0


def test_the_certificate_of_a_corrected_result_is_to_be_re_issued(app, actor) -> None:
    row = asked(actor, released(actor, share="1", right=True))
    answered(actor, row)
    shares = dict.fromkeys(better(row), "0")
    appeal_answers.propose(actor("council"), row.id, shares=shares, reason=SUM, now=NOW)
    certificate = certification.find_of_candidate(row.result.candidate_id)
    appeal_answers.confirm(second(), row.id, now=NOW)
    db.session.expire_all()
    assert certification.status_of(certificate) == "recalled"


def test_levels_that_cannot_be_given_are_refused_in_words(app, actor, appeal) -> None:
    answered(actor, appeal)
    first = next(iter(better(appeal)))
    for shares, words in (
        ({}, "another level for at least one"),
        ({"ASC/N1105#PC999": "1"}, "is not on this practical"),
        ({first: "7/8"}, "takes one of its levels"),
        ({first: "1e3"}, "takes one of its levels"),
        ({first: "9" * 9999}, "takes one of its levels"),
        ({first: "2/3"}, "another level for at least one"),
    ):
        with pytest.raises(Faulty, match=words):
            appeal_answers.propose(actor("council"), appeal.id, shares=shares, reason=SUM, now=NOW)
    assert [step.kind for step in appeal.steps] == ["answered"]


def test_the_agency_says_what_it_found_in_each_of_three(app, actor, appeal) -> None:
    with pytest.raises(Faulty, match="each of the three"):
        appeal_answers.answer(actor("agency"), appeal.id, findings={**FINDINGS, "clerical": " "}, reason=SUM, now=NOW)
    answered(actor, appeal)
    answered(actor, appeal)
    assert [step.kind for step in appeal.steps] == ["answered"]
    assert appeals.sheet_of(actor("council"), appeal).findings == FINDINGS


def test_to_strangers_an_appeal_is_absent(app, actor, appeal) -> None:
    for login in ("agency2", "council2", "centre", "trainee", "trainer", "assessor", "admin"):
        with pytest.raises(Absent):
            appeals.get_appeal(actor(login), appeal.id)
        assert (list(appeals.list_appeals(actor(login))), appeals.waiting(actor(login), NOW)) == ([], [])


def test_nobody_answers_for_another(app, actor, appeal) -> None:
    with pytest.raises(NotAllowed):
        appeal_answers.answer(actor("council"), appeal.id, findings=FINDINGS, reason=SUM, now=NOW)
    answered(actor, appeal)
    with pytest.raises(NotAllowed):
        appeal_answers.reject(actor("agency"), appeal.id, reason=SUM, now=NOW)


def test_nobody_asks_for_somebody_else(app, actor) -> None:
    row = released(actor)
    for login, refusal in (("trainee-b", Absent), ("trainee2", Absent), ("centre", NotAllowed)):
        with pytest.raises(refusal):
            appeals.ask(actor(login), candidate_of(row).id, reason=WHY, refs=(), now=NOW)
    assert db.session.query(AppealRow).count() == 0


def test_it_is_asked_within_the_window_with_a_reason_and_of_what_was_assessed(app, actor) -> None:
    row = released(actor)
    candidate = candidate_of(row)
    late = NOW + timedelta(days=20)
    with pytest.raises(Conflict, match="had to be made by"):
        appeals.ask(actor("trainee"), candidate.id, reason=WHY, refs=(), now=late)
    with pytest.raises(Faulty, match="10 to 1000"):
        appeals.ask(actor("trainee"), candidate.id, reason="why", refs=(), now=NOW)
    with pytest.raises(Faulty, match="is not assessed here"):
        appeals.ask(actor("trainee"), candidate.id, reason=WHY, refs=["ASC/N1105#PC99"], now=NOW)
    refs = drawing.material_of(row).scheme.practical_refs
    found = appeals.ask(actor("trainee"), candidate.id, reason=WHY, refs=[refs[3], refs[1], refs[3]], now=NOW)
    assert json.loads(found.refs) == [refs[1], refs[3]]


def test_a_corrected_result_can_be_appealed_against_from_the_day_it_was_seen(app, actor) -> None:
    row = released(actor)
    first = asked(actor, row)
    answered(actor, first)
    appeal_answers.reject(actor("council"), first.id, reason=SUM, now=NOW)
    ruling = propose(actor("council"), item_of(candidate_of(row)))
    confirm(ruling)
    newest = results.newest_results([candidate_of(row).id])[candidate_of(row).id]
    assert newest.number == 2
    again = appeals.ask(actor("trainee"), candidate_of(row).id, reason=WHY, refs=(), now=NOW + timedelta(days=15))
    assert again.id != first.id
    assert again.result_id == newest.id


def test_an_appeal_waits_with_its_clock_for_one_side_at_a_time(app, actor, appeal) -> None:
    seen = []
    for act in (answered, correction, None):
        tasks = {
            name: appeals.waiting(who, NOW)
            for name, who in (("agency", actor("agency")), ("council", actor("council")), ("second", second()))
        }
        seen.append({name: str(found[0].due.date()) for name, found in tasks.items() if found})
        assert all(str(found[0].title) == "Appeal of Trainee" for found in tasks.values() if found)
        if act:
            act(actor, appeal)
    assert seen == [
        {"agency": "2026-11-11"},
        {"council": "2026-11-16", "second": "2026-11-16"},
        {"second": "2026-11-16"},
    ]


def test_the_result_comes_out_again_from_the_records(app, actor, appeal) -> None:
    assert appeal_answers.recomputes_alike(appeal)
    sheet = db.session.query(PracticalSheetRow).filter_by(candidate_id=appeal.result.candidate_id).one()
    ref = next(iter(marking.scores_of(sheet)))
    late = PracticalScoreRow(sheet_id=sheet.id, ref=ref, share="1", scorer_id=1, scored_at=NOW, key="by hand")
    db.session.add(late)
    db.session.commit()
    assert not appeal_answers.recomputes_alike(appeal)
