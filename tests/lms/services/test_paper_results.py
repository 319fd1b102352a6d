"""An exam on paper up to its results: graded, recomputed, and closed to everything that is no answer sheet."""

from datetime import timedelta

import pytest

from assessments.bundles import read_bundle
from assessments.recompute import recompute
from lms.extensions import db
from lms.services import answer_log, delivery, drawing, opening, paper_entries
from lms.services.answer_log import SentAnswer
from lms.services.errors import Conflict
from lms.tables.attempts import AnswerEventRow, AttemptRow
from tests.conftest import BOTH
from tests.exams import candidate_of
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import AFTER
from tests.lms.services.test_paper_entries import any_answers, enter


@pytest.fixture
def row(app, actor):
    """An assessment whose answer sheets are entered by one person."""
    row = steps.drawn(actor, extra={steps.batch().trainees[0].id: 30})
    paper_entries.set_double(actor("agency"), row.id, False, now=AFTER)
    return row


@BOTH
def test_answer_sheets_are_graded_and_come_out_the_same_when_computed_again(row, actor, tmp_path) -> None:
    typed = any_answers(actor, row)
    for candidate in row.candidates:
        enter(actor("agency"), row, candidate, typed[candidate.id])
        steps.score(candidate, drawing.material_of(row).scheme.practical_refs)
    first = row.candidates[0]
    corrected = "A" + typed[first.id].replace("-", "B")[1:]
    paper_entries.enter(
        actor("agency"),
        row.id,
        first.id,
        dict(enumerate(corrected, start=1)),
        reason="one sheet was read wrongly",
        now=AFTER + timedelta(hours=1),
    )
    path = steps.released_bundle(actor, row, tmp_path)
    bundle = read_bundle(path)
    again = list(recompute(bundle))
    assert len(again) == len(row.candidates)
    assert [str(difference) for one in again for difference in one.differences] == []
    assert len(bundle.answers[first.number].counting) == len(corrected)


def test_a_sheet_without_a_clock_is_no_fault_of_the_clocks(row, actor) -> None:
    enter(actor("agency"), row, row.candidates[0], any_answers(actor, row)[row.candidates[0].id])
    assert opening.faults_of(row) == ()


@BOTH
def test_nothing_sent_from_a_device_fills_what_was_left_open_on_paper(row, actor) -> None:
    candidate = candidate_of(row, "trainee")
    enter(actor("agency"), row, candidate, "-" * len(any_answers(actor, row)[candidate.id]))
    attempt = db.session.query(AttemptRow).filter_by(candidate_id=candidate.id).one()
    desk = delivery.get_desk(steps.person("trainee"), attempt.id)
    lie = SentAnswer(seq=1, number=1, place=1, anchor_at=row.opens_at, elapsed_ms=1000)
    with pytest.raises(Conflict, match="on paper"):
        answer_log.keep(desk, device="home", epoch=1, sent=[lie], now=AFTER + timedelta(minutes=1))
    assert db.session.query(AnswerEventRow).count() == 0


def test_who_has_an_answer_sheet_begins_nothing_on_a_screen(row, actor) -> None:
    paper_entries.set_double(actor("agency"), row.id, True, now=AFTER)
    candidate = candidate_of(row, "trainee")
    enter(actor("agency"), row, candidate, any_answers(actor, row)[candidate.id])
    with pytest.raises(Conflict, match="answer sheet"):
        delivery.start(actor("trainee"), candidate.id, now=row.closes_at - timedelta(minutes=1))
    assert db.session.query(AttemptRow).count() == 0
