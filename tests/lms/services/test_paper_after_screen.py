"""An exam that was begun on a screen and went on on paper, as where the power fails and does not come back."""

from datetime import timedelta

import pytest

from assessments.bundles import read_bundle
from assessments.recompute import recompute
from lms.extensions import db
from lms.services import (
    approval,
    delivery,
    drawing,
    late_answers,
    late_counts,
    paper_entries,
    paper_uploads,
    room_acts,
    sittings,
)
from lms.services.approval import NotReadyToSubmit
from lms.services.errors import Conflict
from lms.services.paper_entries import ReasonMissing, SheetState
from lms.services.paper_uploads import FaultyFile
from lms.tables.attempts import AnswerEventRow, AttemptRow
from tests.conftest import BOTH
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import AFTER
from tests.lms.services.test_paper_entries import any_answers, drawn, enter, file_of

WHY = "The power failed and did not come back"


@pytest.fixture
def row(app, actor):
    return drawn(actor)


def begun(row, actor, *, ends: bool = True) -> AttemptRow:
    """The first candidate has answered the first two questions with their first option, and then was ended."""
    candidate = row.candidates[0]
    login = candidate.trainee.person.login
    attempt = delivery.start(actor(login), candidate.id, now=row.opens_at)
    for number in (1, 2):
        moment = row.opens_at + timedelta(minutes=number)
        delivery.save_answer(actor(login), attempt.id, device="one", seq=number, number=number, place=1, now=moment)
    if ends:
        room_acts.end_attempts(actor("agency"), row.id, [candidate.id], why=WHY, now=moment + timedelta(minutes=1))
    return db.session.query(AttemptRow).one()


def letters(row, actor, **written: str) -> str:
    """A sheet on which so many questions have a letter, by `q2="B"`."""
    count = len(any_answers(actor, row)[row.candidates[0].id])
    return "".join(written.get(f"q{number}", "-") for number in range(1, count + 1))


def counting(attempt: AttemptRow) -> dict[int, int | None]:
    """The place of the answer that counts, by question, as far as there is one."""
    sitting = delivery.sitting_of(attempt)
    answers = sittings.answers_of(sitting)
    return {one.number: one.place_of(answers[one.item]) for one in sitting.items if one.item in answers}


def test_a_letter_that_is_corrected_to_none_leaves_the_answer_of_the_screen(row, actor) -> None:
    attempt, candidate = begun(row, actor), row.candidates[0]
    for sheet, counts in ({"q2": "C", "q3": "B"}, {1: 1, 2: 3, 3: 2}), ({}, {1: 1, 2: 1}):
        for login in ("agency", "assessor"):
            enter(actor(login), row, candidate, letters(row, actor, **sheet), reason=WHY)
        names = [one.name for one in late_answers.list_late(actor("assessor"), attempt.id).shown]
        late_answers.decide(actor("assessor"), attempt.id, names, is_accepted=True, reason=WHY, now=AFTER)
        assert counting(attempt) == counts


@BOTH
def test_what_was_written_on_paper_after_the_screen_counts_when_somebody_has_decided_so(row, actor, tmp_path) -> None:
    attempt = begun(row, actor)
    candidate, sheet = row.candidates[0], letters(row, actor, q2="C", q3="B")
    before = (attempt.deadline_at, attempt.submitted_at, attempt.handed_in_by, attempt.holder)
    assert enter(actor("agency"), row, candidate, sheet, reason=WHY) is SheetState.ONCE
    assert enter(actor("assessor"), row, candidate, sheet, reason=WHY) is SheetState.RECORDED
    db.session.expire_all()
    assert (attempt.deadline_at, attempt.submitted_at, attempt.handed_in_by, attempt.holder) == before
    assert counting(attempt) == {1: 1, 2: 1}
    assert late_counts.count_undecided(row) == {attempt.id: 2}
    shown = late_answers.list_late(actor("assessor"), attempt.id).shown
    assert [(one.item.number, one.letter) for one in shown] == [(2, "C"), (3, "B")]
    names = [one.name for one in shown]
    late_answers.decide(actor("assessor"), attempt.id, names, is_accepted=True, reason=WHY, now=AFTER)
    assert counting(attempt) == {1: 1, 2: 3, 3: 2}
    assert enter(actor("agency"), row, candidate, sheet, reason=WHY) is SheetState.RECORDED
    assert db.session.query(AnswerEventRow).filter_by(device="paper").count() == 2

    for other in row.candidates[1:]:
        steps.sit(other)
    for each in row.candidates:
        steps.score(each, drawing.material_of(row).scheme.practical_refs)
    path = steps.released_bundle(actor, row, tmp_path)
    assert [str(difference) for one in recompute(read_bundle(path)) for difference in one.differences] == []


def test_marks_wait_for_the_decision(row, actor) -> None:
    begun(row, actor)
    for login in ("agency", "assessor"):
        enter(actor(login), row, row.candidates[0], letters(row, actor, q2="C"), reason=WHY)
    for other in row.candidates[1:]:
        steps.sit(other)
    for each in row.candidates:
        steps.score(each, drawing.material_of(row).scheme.practical_refs)
    with pytest.raises(NotReadyToSubmit) as refused:
        approval.submit(actor("assessor"), row.id, now=AFTER)
    assert "1 answers came late" in " ".join(map(str, refused.value.reasons))


def test_a_sheet_waits_for_the_end_on_the_screen_and_for_a_reason(row, actor) -> None:
    begun(row, actor, ends=False)
    candidate, sheet = row.candidates[0], letters(row, actor, q2="C")
    with pytest.raises(Conflict, match="sits this exam on a screen"):
        paper_entries.enter(
            actor("agency"),
            row.id,
            candidate.id,
            dict(enumerate(sheet, start=1)),
            reason=WHY,
            now=row.opens_at + timedelta(minutes=5),
        )
    db.session.rollback()
    with pytest.raises(ReasonMissing):
        enter(actor("agency"), row, candidate, sheet)
    db.session.rollback()
    with pytest.raises(FaultyFile, match="Nothing was saved") as refused:
        paper_uploads.upload(actor("agency"), row.id, file_of(row, any_answers(actor, row)), now=AFTER)
    assert ["sat this exam on a screen" in str(fault.words) for fault in refused.value.faults] == [True]
