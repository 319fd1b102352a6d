"""Answer sheets entered after an exam on paper: twice or once, in a grid or from a file, and recorded once."""

import csv
import io
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from lms.extensions import db
from lms.records.keys import keys_of_items
from lms.services import approval, grading, history, paper_entries, paper_uploads, presence, room_acts
from lms.services.errors import Absent, Conflict, NotAllowed
from lms.services.paper_entries import FaultyMarks, ReasonMissing, SheetState
from lms.services.paper_uploads import FaultyFile
from lms.tables import append_only
from lms.tables.assessing import CandidateRow, CandidateStatus
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.history import HistoryRow
from lms.tables.paper import PaperEntryRow
from tests.conftest import BOTH
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import AFTER, NOW, drawn
from tests.lms.services.test_at_once import at_once


@pytest.fixture
def row(app, actor):
    return drawn(actor)


def typed(answers: str) -> dict[int, str]:
    return dict(enumerate(answers, start=1))


def any_answers(actor, row, seed: int = 1) -> dict[int, str]:
    """Some answers for each candidate, by candidate."""
    chance = random.Random(seed)
    _, desks = paper_entries.get_day(actor("agency"), row.id)
    return {desk.candidate.id: "".join(chance.choice("ABCD-") for _item in desk.items) for desk in desks}


def enter(who, row, candidate, answers: str, **how) -> SheetState:
    return paper_entries.enter(who, row.id, candidate.id, typed(answers), now=AFTER, **how)


def events_of(candidate) -> list[tuple[str, str, str, int]]:
    rows = db.session.query(AnswerEventRow).join(AttemptRow, AttemptRow.id == AnswerEventRow.attempt_id)
    rows = rows.filter(AttemptRow.candidate_id == candidate.id).order_by(AnswerEventRow.seq)
    return [(event.device, event.item, event.choice, event.seq) for event in rows]


def test_a_sheet_is_recorded_when_two_persons_read_the_same(row, actor) -> None:
    candidate = row.candidates[0]
    answers = any_answers(actor, row)[candidate.id]
    assert enter(actor("agency"), row, candidate, answers, reference="box 1") is SheetState.ONCE
    assert enter(actor("agency"), row, candidate, answers) is SheetState.ONCE
    assert events_of(candidate) == []
    assert enter(actor("assessor"), row, candidate, answers, reference="box 1") is SheetState.RECORDED
    assert {device for device, *_rest in events_of(candidate)} == {"paper"}
    assert len(events_of(candidate)) == sum(sign != "-" for sign in answers)
    entries = db.session.query(PaperEntryRow).order_by(PaperEntryRow.number).all()
    assert [(entry.person.login, entry.reference, entry.attempt_id is None) for entry in entries] == [
        ("agency", "box 1", True),
        ("assessor", "box 1", False),
    ]
    told = [line.what for line in db.session.query(HistoryRow).filter_by(thing="candidate", thing_id=candidate.id)]
    assert told[-1] == "recorded the answers of %(number)s from the answer sheet (%(reference)s)"


def test_where_two_read_differently_nothing_is_recorded_until_one_corrects_theirs(row, actor) -> None:
    candidate = row.candidates[0]
    answers = any_answers(actor, row)[candidate.id]
    other = ("B" if answers[0] == "A" else "A") + answers[1:]
    enter(actor("agency"), row, candidate, answers)
    told = db.session.query(HistoryRow).filter_by(thing="candidate", thing_id=candidate.id).all()[-1]
    words = f"entered the answer sheet of {candidate.number}; another person enters it too"
    assert str(history.words_of(told)) == words
    assert enter(actor("assessor"), row, candidate, other) is SheetState.DIFFERS
    _, desk = paper_entries.get_desk(actor("agency"), row.id, candidate.id)
    assert [(number, mine, theirs) for number, mine, theirs, _name in desk.differing(steps.person("agency"))] == [
        (1, answers[0], other[0])
    ]
    assert events_of(candidate) == []
    assert enter(actor("agency"), row, candidate, other) is SheetState.RECORDED


def test_who_has_not_entered_a_sheet_does_not_see_what_was_read(row, actor) -> None:
    candidate = row.candidates[0]
    enter(actor("agency"), row, candidate, any_answers(actor, row)[candidate.id])
    _, desk = paper_entries.get_desk(actor("assessor"), row.id, candidate.id)
    assert desk.differing(steps.person("assessor")) == ()
    assert desk.own(steps.person("assessor")) is None


def test_entered_once_where_the_agency_says_so(row, actor) -> None:
    candidate = row.candidates[0]
    paper_entries.set_double(actor("agency"), row.id, False, now=AFTER)
    assert enter(actor("assessor"), row, candidate, any_answers(actor, row)[candidate.id]) is SheetState.RECORDED


def test_an_empty_sheet_is_an_attempt_without_answers(row, actor) -> None:
    candidate = row.candidates[0]
    paper_entries.set_double(actor("agency"), row.id, False, now=AFTER)
    empty = "-" * len(any_answers(actor, row)[candidate.id])
    assert enter(actor("agency"), row, candidate, empty) is SheetState.RECORDED
    assert events_of(candidate) == []
    assert db.session.query(AttemptRow).filter_by(candidate_id=candidate.id).one().submitted_at == AFTER


def test_recorded_answers_change_with_a_reason_and_by_two_and_only_by_adding(row, actor) -> None:
    candidate = row.candidates[0]
    answers = any_answers(actor, row)[candidate.id].replace("-", "A")
    for login in ("agency", "assessor"):
        enter(actor(login), row, candidate, answers)
    before = events_of(candidate)
    other = ("B" if answers[0] == "A" else "A") + "-" + answers[2:]
    with pytest.raises(ReasonMissing):
        enter(actor("agency"), row, candidate, other)
    db.session.rollback()
    assert enter(actor("agency"), row, candidate, other, reason="Misread twice") is SheetState.CHANGING
    assert events_of(candidate) == before
    assert enter(actor("assessor"), row, candidate, other, reason="Misread twice") is SheetState.RECORDED
    after = events_of(candidate)
    assert after[: len(before)] == before
    assert len(after) == len(before) + 2
    assert [choice for _device, _item, choice, _seq in after[-2:]][1] == ""


def test_grading_goes_on_as_with_answers_from_a_screen(row, actor) -> None:
    on_screen, on_paper = row.candidates[:2]
    steps.sit(on_screen)
    _, desk = paper_entries.get_desk(actor("agency"), row.id, on_paper.id)
    rights = {item: key.right for (item, _version), key in keys_of_items({one.item for one in desk.items}).items()}
    right = "".join("ABCD"[[option.id for option in one.options].index(rights[one.item])] for one in desk.items)
    for login in ("agency", "assessor"):
        enter(actor(login), row, on_paper, right)
    lines = {line.candidate.id: line for line in grading.grade_assessment(row, AFTER)}
    first, second = lines[on_screen.id], lines[on_paper.id]
    totals = [
        sum(score.awarded for cell, score in line.scores.items() if cell.component == "theory")
        for line in (first, second)
    ]
    assert totals[0] == totals[1] > 0


def test_absent_and_disqualified_candidates_have_no_sheet(row, actor) -> None:
    absent, out = row.candidates[:2]
    presence.mark_absent(actor("assessor"), row.id, absent.id, now=AFTER)
    presence.disqualify(actor("assessor"), row.id, out.id, why="Left the room", now=AFTER)
    answers = any_answers(actor, row)
    with pytest.raises(Conflict, match="marked absent"):
        enter(actor("agency"), row, absent, answers[absent.id])
    db.session.rollback()
    with pytest.raises(Conflict, match="disqualified"):
        enter(actor("agency"), row, out, answers[out.id])


def test_a_sheet_with_a_fault_is_not_kept_and_each_fault_is_told(row, actor) -> None:
    candidate = row.candidates[0]
    answers = any_answers(actor, row)[candidate.id].replace("-", "A")
    with pytest.raises(FaultyMarks) as refusal:
        enter(actor("agency"), row, candidate, "Z" + answers[1:-1])
    assert [fault.number for fault in refusal.value.faults] == [1, len(answers)]
    assert db.session.query(PaperEntryRow).count() == 0


def test_sheets_are_entered_from_the_exam_on_until_the_mark_sheet_is_submitted(row, actor) -> None:
    candidate, answers = row.candidates[0], any_answers(actor, row)
    with pytest.raises(Conflict, match="not begun"):
        paper_entries.enter(actor("agency"), row.id, candidate.id, typed(answers[candidate.id]), now=NOW)
    db.session.rollback()
    steps.done(actor, row)
    approval.submit(actor("assessor"), row.id, now=AFTER)
    with pytest.raises(Conflict, match="is submitted"):
        enter(actor("agency"), row, candidate, answers[candidate.id])


@pytest.mark.parametrize("login", ["centre", "council", "trainer"])
def test_only_the_agency_and_the_named_assessors_enter_answers(row, actor, login: str) -> None:
    with pytest.raises(NotAllowed):
        paper_entries.get_day(actor(login), row.id)
    with pytest.raises(NotAllowed):
        enter(actor(login), row, row.candidates[0], "A")
    with pytest.raises(NotAllowed):
        paper_uploads.upload(actor(login), row.id, b"candidate,sheet,1\r\n", now=AFTER)


@pytest.mark.parametrize("login", ["agency2", "assessor2"])
def test_for_strangers_there_is_nothing(row, actor, login: str) -> None:
    with pytest.raises(Absent):
        paper_entries.get_day(actor(login), row.id)


def test_an_assessor_who_is_no_longer_named_enters_nothing(row, actor) -> None:
    db.session.delete(row.assessors[0])
    db.session.commit()
    with pytest.raises(Absent):
        paper_entries.get_day(actor("assessor"), row.id)


# --- from a file ---------------------------------------------------------------------------------------------------


def file_of(row, answers: dict[int, str], change=None) -> bytes:
    """The template of an assessment, filled in as somebody would."""
    most = max(map(len, answers.values()))
    lines = [["candidate", "sheet", *(str(number) for number in range(1, most + 1))]]
    lines += [[one.number, f"scan {one.id}", *answers[one.id]] for one in row.candidates if one.id in answers]
    if change:
        change(lines)
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def test_the_template_names_every_candidate_and_question(row, actor) -> None:
    _, content = paper_uploads.make_template(actor("agency"), row.id)
    head, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head[:3] == ["candidate", "sheet", "1"]
    assert [line[0] for line in lines] == [candidate.number for candidate in row.candidates]
    with pytest.raises(FaultyFile, match="Nothing was saved"):
        paper_uploads.upload(actor("agency"), row.id, content, now=AFTER)


def test_two_files_of_two_persons_record_a_room(row, actor) -> None:
    answers = any_answers(actor, row)
    first = paper_uploads.upload(actor("agency"), row.id, file_of(row, answers), now=AFTER)
    again = paper_uploads.upload(actor("agency"), row.id, file_of(row, answers), now=AFTER)
    assert (first.entered, again.entered, again.known) == (len(answers), 0, len(answers))
    paper_uploads.upload(actor("assessor"), row.id, file_of(row, answers), now=AFTER)
    _, desks = paper_entries.get_day(actor("agency"), row.id)
    assert {desk.state for desk in desks} == {SheetState.RECORDED}


def test_a_file_with_faults_keeps_nothing_and_tells_every_one_by_row_and_column(row, actor) -> None:
    steps.sit(row.candidates[3])

    def spoil(lines) -> None:
        lines[1][2] = "Z"
        lines[1][5] = ""
        lines[2][0] = "A-NOBODY"
        lines[3][1] = "x" * 81
        lines.append(list(lines[3]))

    content = file_of(row, any_answers(actor, row), spoil)
    with pytest.raises(FaultyFile) as refusal:
        paper_uploads.upload(actor("agency"), row.id, content, now=AFTER)
    assert [(fault.row, fault.column) for fault in refusal.value.faults] == [
        (2, "1"),
        (2, "4"),
        (3, "candidate"),
        (4, "sheet"),
        (5, "candidate"),
        (6, "candidate"),
    ]
    assert db.session.query(PaperEntryRow).count() == 0


def test_a_file_of_blank_cells_alone_is_told_what_is_expected(row, actor) -> None:
    for content in (b",,,\r\n,,\r\n", b" ; ;\n"):
        with pytest.raises(FaultyFile) as refusal:
            paper_uploads.upload(actor("agency"), row.id, content, now=AFTER)
        assert [fault.row for fault in refusal.value.faults][:1] == [1]


def test_a_file_with_other_columns_is_told_which_one_is_expected(row, actor) -> None:
    def swap(lines) -> None:
        lines[0][3] = "3"

    with pytest.raises(FaultyFile) as refusal:
        paper_uploads.upload(actor("agency"), row.id, file_of(row, any_answers(actor, row), swap), now=AFTER)
    assert [(fault.row, fault.column) for fault in refusal.value.faults] == [(1, "2")]


@BOTH
def test_an_attempt_begun_on_a_screen_meanwhile_wins(app, actor) -> None:
    row = drawn(actor)
    candidate = row.candidates[0]
    paper_entries.set_double(actor("agency"), row.id, False, now=AFTER)
    enter(actor("agency"), row, candidate, any_answers(actor, row)[candidate.id])
    with pytest.raises(IntegrityError):
        steps.sit(candidate)
    db.session.rollback()


@given(st.integers(0, 10**6))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_grid_and_a_file_of_the_same_answers_give_the_same_events(app, actor, seed: int) -> None:
    row = db.session.query(steps.AssessmentRow).first() or drawn(actor)
    answers = any_answers(actor, row, seed)
    found = []
    for way in ("grid", "file"):
        for login in ("agency", "assessor"):
            if way == "file":
                paper_uploads.upload(actor(login), row.id, file_of(row, answers), now=AFTER)
            else:
                for candidate in row.candidates:
                    enter(actor(login), row, candidate, answers[candidate.id])
        found.append({candidate.number: events_of(candidate) for candidate in row.candidates})
        _forget(app)
    assert found[0] == found[1]
    assert any(found[0].values())


def _forget(app) -> None:
    """As if nothing had been entered: the triggers that keep rows are taken away and put back."""
    connection = db.session.connection()
    append_only.drop_triggers(connection)
    for table in ("paper_entry", "answer_event", "attempt"):
        connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 -- names of our own
    append_only.create_triggers(connection)
    db.session.commit()
    db.session.expire_all()


@BOTH
def test_of_a_sheet_and_an_absence_at_once_one_is_refused(app, row, actor) -> None:
    agency, number = actor("agency"), row.id
    paper_entries.set_double(agency, number, False, now=NOW)
    answers = any_answers(actor, row)
    db.session.remove()

    def act(place: int, entry: int) -> bool:
        try:
            if place % 2:
                return room_acts.mark_absent(agency, number, [entry], now=AFTER) == 1
            paper_entries.enter(agency, number, entry, typed(answers[entry]), now=AFTER)
        except Conflict:
            return False
        return True

    for entry in answers:
        at_once(app, lambda place, entry=entry: act(place, entry), 10)
        candidate = db.session.get_one(CandidateRow, entry)
        is_absent, wrote = candidate.status == CandidateStatus.ABSENT, bool(events_of(candidate))
        db.session.remove()
        assert is_absent is not wrote
