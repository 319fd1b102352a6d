"""Ruling on an item: seen before it is done, done by two people, results corrected and the old ones kept."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from lms.extensions import db
from lms.records.results import result_of
from lms.services import approval, certification, corrections, drawing, history, jobs, rulings
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.services.rulings import PreviewChanged, RulingState
from lms.tables.assessing import CandidateRow
from lms.tables.certification import CertificateRecallRow, CertificateRow
from lms.tables.content import ItemVersionRow
from lms.tables.jobs import JobItemRow, JobRow, JobState
from lms.tables.marking import ResultRow
from lms.tables.people import PersonRow
from lms.tables.rulings import ItemRulingAnswerRow, ItemRulingRow, ResultCorrectionRow
from tests.conftest import BOTH
from tests.lms.services import assessing_steps as steps
from tests.lms.services.ruling_steps import (
    NOW,
    WHY,
    confirm,
    item_of,
    key_of,
    paper,
    propose,
    released,
    second,
    submitted,
    work,
    wrong_option,
)


def results_of(candidate: CandidateRow) -> list[ResultRow]:
    return db.session.query(ResultRow).filter_by(candidate_id=candidate.id).order_by(ResultRow.number).all()


def given(row, item: ItemVersionRow) -> list[CandidateRow]:
    return [candidate for candidate in row.candidates if item.code in paper(candidate).items]


def marks(result: ResultRow):
    return sum(score.awarded for score in result_of(result).unit_scores.values())


@BOTH
def test_a_ruling_is_proposed_seen_confirmed_by_another_and_corrects_everybody_who_was_given_the_item(
    app, actor
) -> None:
    row = released(actor)
    item = item_of(row.candidates[0])
    concerned = {candidate.id for candidate in given(row, item)}
    before = {candidate.id: len(results_of(candidate)) for candidate in row.candidates}
    preview = rulings.preview_of(actor("council"), item.id, policy="full_marks", options=[])
    assert {line.candidate_id for line in preview.lines} == concerned
    assert preview.consequences.gain == len(concerned)
    ruling = propose(actor("council"), item)
    assert results_of(row.candidates[0])[-1].number == 1, "nothing is changed by proposing"
    assert confirm(ruling) is not None
    for candidate in row.candidates:
        rows = results_of(candidate)
        assert len(rows) == before[candidate.id] + (candidate.id in concerned)
        if candidate.id in concerned:
            foreseen = next(line.change for line in preview.lines if line.candidate_id == candidate.id)
            assert [marks(result) for result in rows] == [foreseen.marks_before, foreseen.marks_after]
            newest = db.session.query(ResultCorrectionRow).filter_by(result_id=rows[-1].id).one()
            assert newest.ruling_id == ruling.id
    assert rulings.state_of(ruling) is RulingState.IN_FORCE


@BOTH
def test_doing_the_work_again_changes_nothing(app, actor) -> None:
    row = released(actor)
    item = item_of(row.candidates[0])
    ruling = propose(actor("council"), item)
    confirm(ruling)
    numbers = [len(results_of(candidate)) for candidate in row.candidates]
    rulings.apply_to_assessment(ruling.id, str(row.id), NOW)
    rulings.apply_to_assessment(ruling.id, str(row.id), NOW + timedelta(days=1))
    assert [len(results_of(candidate)) for candidate in row.candidates] == numbers


@BOTH
def test_nobody_confirms_their_own_ruling_and_the_database_says_so_too(app, actor) -> None:
    row = released(actor)
    ruling = propose(actor("council"), item_of(row.candidates[0]))
    with pytest.raises(NotAllowed, match="somebody else"):
        rulings.confirm(actor("council"), ruling.id, seen=ruling.preview_sha256, now=NOW)
    me = steps.person("council")
    for proposer, by in ((me, me), (second().person_id, steps.person("agency"))):
        answer = ItemRulingAnswerRow(
            ruling_id=ruling.id,
            proposed_by_id=proposer,
            is_confirmed=True,
            preview_sha256=ruling.preview_sha256,
            by_id=by,
            at=NOW,
        )
        db.session.add(answer)
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


@BOTH
def test_of_two_who_confirm_at_once_one_does_and_the_other_is_told_the_same(app, actor, monkeypatch) -> None:
    row = released(actor)
    ruling = propose(actor("council"), item_of(row.candidates[0]))
    colleague, ruling_id, seen = second(), ruling.id, ruling.preview_sha256
    first = []

    def meanwhile(*args, **how):
        """What a second click does between the look and the commit of the first."""
        monkeypatch.undo()
        db.session.rollback()
        first.append(rulings.confirm(colleague, ruling_id, seen=seen, now=NOW))
        return history.record(*args, **how)

    monkeypatch.setattr("lms.services.rulings.history.record", meanwhile)
    try:
        again = rulings.confirm(colleague, ruling_id, seen=seen, now=NOW)
    except Conflict:
        again = None
    assert first[0] is not None
    assert again in (first[0], None)
    assert db.session.query(ItemRulingAnswerRow).count() == 1
    assert rulings.confirm(colleague, ruling_id, seen=seen, now=NOW) == first[0]
    work()
    assert db.session.query(JobRow).filter_by(kind=rulings.KIND).count() == 1


@BOTH
def test_one_proposal_waits_on_an_item_at_a_time(app, actor) -> None:
    row = released(actor)
    item = item_of(row.candidates[0])
    propose(actor("council"), item)
    with pytest.raises(Conflict, match="waits for a second person"):
        propose(second(), item, "void")


def test_when_something_changed_since_the_proposal_it_is_shown_anew_and_not_confirmed(app, actor) -> None:
    row = released(actor)
    first, other = item_of(row.candidates[0], 0), item_of(row.candidates[0], 1)
    ruling = propose(actor("council"), first)
    confirm(propose(actor("council"), other))
    with pytest.raises(PreviewChanged):
        rulings.confirm(second(), ruling.id, seen=ruling.preview_sha256, now=NOW)
    sheet = rulings.get_sheet(second(), ruling.id)
    assert not sheet.is_unchanged
    fresh = rulings.renew(second(), ruling.id, seen=sheet.preview.sha256, now=NOW)
    assert rulings.state_of(rulings.get_ruling(second(), ruling.id)) is RulingState.REFUSED
    assert (fresh.number, fresh.policy, fresh.reason) == (2, "full_marks", WHY)
    with pytest.raises(NotAllowed):
        rulings.confirm(second(), fresh.id, seen=fresh.preview_sha256, now=NOW)
    assert rulings.confirm(actor("council"), fresh.id, seen=fresh.preview_sha256, now=NOW) is not None


def test_who_saw_another_preview_proposes_and_confirms_nothing(app, actor) -> None:
    row = released(actor)
    item = item_of(row.candidates[0])
    with pytest.raises(PreviewChanged):
        rulings.propose(actor("council"), item.id, policy="void", options=[], reason=WHY, seen="0" * 64, now=NOW)
    ruling = propose(actor("council"), item)
    with pytest.raises(PreviewChanged):
        rulings.confirm(second(), ruling.id, seen="", now=NOW)
    assert db.session.query(ItemRulingAnswerRow).count() == 0


@BOTH
def test_a_ruling_is_refused_by_a_colleague_or_taken_back_and_corrects_nothing(app, actor) -> None:
    row = released(actor)
    item = item_of(row.candidates[0])
    for who in (second(), actor("council")):
        ruling = propose(actor("council"), item)
        rulings.refuse(who, ruling.id, reason="The item is right after all.", now=NOW)
        rulings.refuse(who, ruling.id, reason="The item is right after all.", now=NOW)
        with pytest.raises(Conflict, match="answered otherwise"):
            rulings.confirm(second(), ruling.id, seen=ruling.preview_sha256, now=NOW)
    assert db.session.query(ResultCorrectionRow).count() == 0
    words = [line.what for line in history.list_history(rulings.THING, ruling.id)]
    assert words == ["took this ruling back", "proposed this ruling"]


@BOTH
def test_certificates_are_marked_and_then_re_issued_or_revoked_by_a_person(app, actor) -> None:
    row = released(actor, right=True)
    item = item_of(row.candidates[0])
    concerned = given(row, item)
    old = certification.find_of_candidate(concerned[0].id)
    assert confirm(propose(actor("council"), item, "keys", wrong_option(item))) is not None
    db.session.expire_all()
    assert certification.status_of(old) == "recalled"
    answer = certification.check(old.code)
    assert str(answer.verdict.word) == "To be re-issued"
    assert "was corrected after this certificate was issued" in str(answer.verdict.explanation)
    assert db.session.query(CertificateRecallRow).count() == len(concerned)
    tasks = corrections.waiting(actor("council"), NOW)
    assert len(corrections.list_recalled(actor("council"))) == len(concerned)
    assert [task.endpoint for task in tasks] == ["certification.list_recalled"]
    new = corrections.reissue(actor("council"), old.id, now=NOW)
    assert corrections.reissue(actor("council"), old.id, now=NOW).id == new.id, "a second click is one"
    db.session.expire_all()
    assert new.number != old.number
    assert certification.status_of(new) == "specimen"
    replaced = certification.check(old.code)
    assert (str(replaced.verdict.word), replaced.replaced_by) == ("Replaced", new.number)
    assert len(corrections.list_recalled(actor("council"))) == len(concerned) - 1
    with pytest.raises(Conflict, match="in place of this one"):
        certification.revoke(actor("council"), old.id, reason="a mistake", now=NOW)
    with pytest.raises(Conflict, match="does not have to be re-issued"):
        corrections.reissue(actor("council"), new.id, now=NOW)
    assert corrections.reissue_all(actor("council"), now=NOW) == len(concerned) - 1
    assert corrections.reissue_all(actor("council"), now=NOW) == 0
    assert corrections.waiting(actor("council"), NOW) == []


def test_who_is_no_longer_competent_keeps_the_certificate_until_a_person_revokes_it(app, actor) -> None:
    row = steps.drawn(actor)
    scheme = drawing.material_of(row).scheme
    candidate = row.candidates[0]
    for each in row.candidates:
        steps.sit(each, right=each.id == candidate.id, at=row.opens_at)
        steps.score(each, scheme.practical_refs, "1/2")
    approval.submit(actor("assessor"), row.id, now=steps.AFTER)
    approval.verify(actor("agency"), row.id, now=steps.AFTER)
    approval.approve(actor("council"), row.id, now=steps.AFTER)
    approval.release(actor("council"), row.id, now=steps.AFTER)
    outcomes = [result.outcome for result in results_of(candidate)]
    old = certification.find_of_candidate(candidate.id)
    place = 0
    while outcomes[-1] == "competent" and place < 40:
        item = item_of(candidate, place)
        confirm(propose(actor("council"), item, "keys", wrong_option(item)))
        outcomes = [result.outcome for result in results_of(candidate)]
        place += 1
    assert old is not None
    db.session.expire_all()
    assert outcomes[-1] == "not_yet_competent"
    assert certification.status_of(old) == "recalled"
    with pytest.raises(Conflict, match="not competent"):
        corrections.reissue(actor("council"), old.id, now=NOW)
    certification.revoke(actor("council"), old.id, reason="no longer competent", now=NOW)
    assert corrections.waiting(actor("council"), NOW) == []


@BOTH
def test_a_ruling_before_the_approval_counts_when_results_are_decided(app, actor) -> None:
    row = submitted(actor)
    item = item_of(row.candidates[0])
    preview = rulings.preview_of(actor("council"), item.id, policy="full_marks", options=[])
    assert preview.consequences.gain == len(preview.lines)
    assert all(line.change.outcome_before is None for line in preview.lines)
    assert confirm(propose(actor("council"), item)) is None, "there is nothing decided to correct"
    approval.verify(actor("agency"), row.id, now=NOW)
    approval.approve(actor("council"), row.id, now=NOW)
    line = next(line for line in preview.lines if line.candidate_id == row.candidates[0].id)
    assert [marks(result) for result in results_of(row.candidates[0])] == [line.change.marks_after]


def test_an_item_ruled_on_is_not_drawn_again_until_it_has_a_new_version(app, actor) -> None:
    row = released(actor)
    item = item_of(row.candidates[0])
    assert item.code in drawing.material_of(row).faces
    confirm(propose(actor("council"), item, "void"))
    assert item.code not in drawing.material_of(row).faces
    renewed = ItemVersionRow(
        code=item.code,
        version=item.version + 1,
        unit_code=item.unit_code,
        use=item.use,
        content=item.content.replace(f'"version":{item.version}', f'"version":{item.version + 1}'),
        sha256="2" * 64,
        published_at=NOW,
    )
    db.session.add(renewed)
    db.session.commit()
    assert drawing.material_of(row).faces[item.code].version == item.version + 1


def test_a_later_ruling_takes_the_place_of_an_earlier_one(app, actor) -> None:
    row = released(actor)
    item = item_of(row.candidates[0])
    before = marks(results_of(row.candidates[0])[-1])
    first = propose(actor("council"), item)
    confirm(first)
    confirm(propose(actor("council"), item, "keys", key_of(item)))
    assert marks(results_of(row.candidates[0])[-1]) == before
    assert [result.number for result in results_of(row.candidates[0])] == [1, 2, 3]
    assert rulings.state_of(first) is RulingState.SUPERSEDED


def test_a_ruling_that_cannot_be_made_is_refused_in_words(app, actor) -> None:
    item = item_of(steps.drawn(actor).candidates[0])
    for policy, options, words in (
        ("", [], "Choose what the ruling does"),
        ("scrap", [], "Choose what the ruling does"),
        ("keys", [], "Choose the options that count as right"),
        ("keys", ["Z", "A"], "has no option Z"),
        ("keys", [key_of(item)], "That is how the item counts already"),
    ):
        with pytest.raises(Faulty, match=words):
            rulings.preview_of(actor("council"), item.id, policy=policy, options=options)
    for reason in ("", "   too   ", "x" * 1001):
        with pytest.raises(Faulty, match="10 to 1000"):
            rulings.propose(actor("council"), item.id, policy="void", options=[], reason=reason, seen="", now=NOW)


def test_only_the_packs_own_council_rules(app, actor) -> None:
    row = released(actor)
    item = item_of(row.candidates[0])
    ruling = propose(actor("council"), item)
    for login in ("council2", "agency", "centre", "trainee", "admin"):
        with pytest.raises(Absent):
            rulings.preview_of(actor(login), item.id, policy="void", options=[])
        with pytest.raises(Absent):
            rulings.confirm(actor(login), ruling.id, seen=ruling.preview_sha256, now=NOW)
        assert (list(rulings.list_rulings(actor(login))), rulings.waiting(actor(login), NOW)) == ([], [])


def test_a_practice_item_is_not_ruled_on(app, actor) -> None:
    item = db.session.query(ItemVersionRow).filter_by(use="practice").first()
    with pytest.raises(Absent):
        rulings.preview_of(actor("council"), item.id, policy="void", options=[])


def test_a_proposal_waits_for_the_others_and_runs_for_who_made_it(app, actor) -> None:
    row = released(actor)
    ruling = propose(actor("council"), item_of(row.candidates[0]))
    assert [task.values for task in rulings.waiting(second(), NOW)] == [{"ruling_id": ruling.id}]
    assert rulings.waiting(actor("council"), NOW) == []
    assert [task.values for task in rulings.running(actor("council"), NOW)] == [{"ruling_id": ruling.id}]


def test_work_that_was_stopped_goes_on_where_it_stopped(app, actor) -> None:
    row = released(actor)
    ruling = propose(actor("council"), item_of(row.candidates[0]))
    job_id = rulings.confirm(second(), ruling.id, seen=ruling.preview_sha256, now=NOW)
    rulings.apply_to_assessment(ruling.id, str(row.id), NOW)  # a worker died before it said so
    db.session.rollback()
    jobs.run_job(job_id, lambda: NOW)
    assert {item.state for item in db.session.query(JobItemRow).filter_by(job_id=job_id)} == {JobState.DONE}
    assert [result.number for result in results_of(row.candidates[0])] == [1, 2]


def test_a_person_who_becomes_competent_gets_a_certificate(app, actor) -> None:
    row = released(actor, share="1", right=False)
    candidate = row.candidates[0]
    assert db.session.query(CertificateRow).count() == 0
    for place in range(len(paper(candidate).lines)):
        if results_of(candidate)[-1].outcome == "competent":
            break
        confirm(propose(actor("council"), item_of(candidate, place)))
    assert results_of(candidate)[-1].outcome == "competent"
    certificate = certification.find_of_candidate(candidate.id)
    assert certificate is not None
    assert certification.status_of(certificate) == "specimen"


def test_the_history_of_a_candidate_tells_why_the_result_changed(app, actor) -> None:
    row = released(actor)
    confirm(propose(actor("council"), item_of(row.candidates[0])))
    line = history.list_history("candidate", row.candidates[0].id)[0]
    assert (line.what, line.why) == (
        "corrected the result: an item was withdrawn or its key corrected after the exam",
        WHY,
    )
    assert db.session.get_one(PersonRow, line.actor_id).login == "council-b"
    assert db.session.query(ItemRulingRow).count() == 1
