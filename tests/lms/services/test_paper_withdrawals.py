"""What was entered of an answer sheet by mistake is taken back, so that the candidate can begin on a screen."""

import pytest

from lms.extensions import db
from lms.services import delivery, history, paper_entries, paper_withdrawals
from lms.services.errors import Absent, Conflict, NotAllowed
from lms.services.paper_entries import ReasonMissing, SheetState
from lms.tables.history import HistoryRow
from lms.tables.paper import PaperEntryRow
from tests.conftest import BOTH
from tests.lms.services.assessing_steps import AFTER, drawn
from tests.lms.services.test_paper_entries import any_answers, enter

WHY = "Typed for another candidate"


@pytest.fixture
def row(app, actor):
    return drawn(actor)


def state_of(row, actor) -> SheetState:
    return paper_entries.get_desk(actor("agency"), row.id, row.candidates[0].id)[1].state


def take_back(who, row, *, seen: int = 1, reason: str = WHY) -> None:
    paper_withdrawals.take_back(who, row.id, row.candidates[0].id, seen=seen, reason=reason, now=AFTER)


@BOTH
def test_who_may_enter_sheets_takes_back_what_another_entered_and_the_candidate_begins_on_a_screen(row, actor) -> None:
    candidate = row.candidates[0]
    trainee, answers = actor(candidate.trainee.person.login), any_answers(actor, row)[candidate.id]
    enter(actor("agency"), row, candidate, answers)
    with pytest.raises(Conflict, match="answer sheet has been entered"):
        delivery.start(trainee, candidate.id, now=row.opens_at)
    take_back(actor("assessor"), row)
    assert state_of(row, actor) is SheetState.AWAITED
    kept = db.session.query(PaperEntryRow).order_by(PaperEntryRow.number).all()
    assert [(one.answers, one.person.login, one.reason) for one in kept] == [
        (answers, "agency", ""),
        ("", "assessor", WHY),
    ]
    (told,) = db.session.query(HistoryRow).filter_by(thing="candidate", thing_id=candidate.id).all()[-1:]
    words = f"took back what was entered of the answer sheet of {candidate.number} by {kept[0].person.name}"
    assert (str(history.words_of(told)), told.why) == (words, WHY)
    delivery.start(trainee, candidate.id, now=row.opens_at)
    assert state_of(row, actor) is SheetState.ON_SCREEN


@BOTH
def test_a_sheet_that_was_taken_back_is_entered_anew_by_two(row, actor) -> None:
    candidate = row.candidates[0]
    answers = any_answers(actor, row)[candidate.id]
    other = ("B" if answers[0] == "A" else "A") + answers[1:]
    enter(actor("agency"), row, candidate, answers)
    assert enter(actor("assessor"), row, candidate, other) is SheetState.DIFFERS
    take_back(actor("agency"), row, seen=2)
    assert enter(actor("assessor"), row, candidate, answers) is SheetState.ONCE
    with pytest.raises(Conflict, match="answer sheet has been entered"):
        delivery.start(actor(candidate.trainee.person.login), candidate.id, now=row.opens_at)
    assert enter(actor("agency"), row, candidate, answers) is SheetState.RECORDED


def test_it_needs_a_reason_and_changes_nothing_where_something_else_is_there_by_now(row, actor) -> None:
    candidate = row.candidates[0]
    answers = any_answers(actor, row)[candidate.id]
    with pytest.raises(Conflict, match="Something else"):
        take_back(actor("agency"), row)
    enter(actor("agency"), row, candidate, answers)
    with pytest.raises(ReasonMissing):
        take_back(actor("agency"), row, reason=" no ")
    with pytest.raises(Conflict, match="Something else"):
        take_back(actor("agency"), row, seen=2)
    assert state_of(row, actor) is SheetState.ONCE
    take_back(actor("agency"), row)
    with pytest.raises(Conflict, match="Something else"):  # a double click
        take_back(actor("agency"), row)
    for login in ("agency", "assessor"):
        enter(actor(login), row, candidate, answers)
    with pytest.raises(Conflict, match="Something else"):  # recorded answers are changed, and never taken back
        take_back(actor("agency"), row, seen=4)
    assert state_of(row, actor) is SheetState.RECORDED


@pytest.mark.parametrize(
    ("login", "refusal"),
    [("centre", NotAllowed), ("council", NotAllowed), ("trainer", NotAllowed), ("agency2", Absent)],
)
def test_others_take_nothing_back(row, actor, login: str, refusal: type[Exception]) -> None:
    enter(actor("agency"), row, row.candidates[0], any_answers(actor, row)[row.candidates[0].id])
    with pytest.raises(refusal):
        take_back(actor(login), row)
