"""Pages of an exam on paper: what is printed for whom, how sheets are entered, and that keys stay with the council."""

import io
import re
import zipfile
from io import BytesIO

import pytest
import time_machine
from pypdf import PdfReader

from lms.extensions import db
from lms.printing import missing_libraries, print_pdf
from lms.services import booklets, jobs, key_sheets
from lms.tables.history import HistoryRow
from lms.tables.jobs import JobRow, JobState
from lms.tables.keys import KeySheetRow
from lms.tables.paper import PaperEntryRow, PaperPrintRow
from lms.web import printed_papers
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import AFTER, NOW, drawn

WIDEST = "A26-0001-001-MWM"
can_print = pytest.mark.skipif(bool(missing_libraries()), reason="nothing can be printed here")


@pytest.fixture
def row(app, actor):
    return drawn(actor)


def text_of(content: bytes) -> list[str]:
    """The text of each sheet, in one line."""
    return [" ".join(sheet.extract_text().split()) for sheet in PdfReader(BytesIO(content)).pages]


def smallest_type(content: bytes, place: int) -> float:
    """The points of the smallest words on a sheet that are for people; its hash is for programs."""
    sizes: list[float] = []

    def seen(text: str, frame: list[float], _place: list[float], _font: object, size: float) -> None:
        if text.strip() and "SHA-256" not in text:
            sizes.append(size * frame[0])

    PdfReader(BytesIO(content)).pages[place].extract_text(visitor_text=seen)
    return min(sizes)


def fields(booklet, sign: str = "A") -> dict[str, str]:
    return {f"q-{item.number}": sign for item in booklet.items}


@can_print
def test_the_agency_has_all_papers_of_a_day_printed_and_takes_them(row, signed_in) -> None:
    agency, place = signed_in("agency"), f"/assessments/{row.id}/paper"
    large = row.candidates[1]
    kept = {"large": [str(large.id)], f"room-{large.id}": ""}
    agency.post(f"/assessments/{row.id}/rooms", data=kept)
    assert f"1 candidate gets large print: {large.trainee.person.name}" in agency.get(place).text
    agency.post(f"{place}/print")
    agency.post(f"{place}/print")
    job = db.session.query(JobRow).filter_by(kind="papers").one()
    assert "The papers are being made" in agency.get(place).text
    jobs.run_job(job.id, lambda: NOW)
    assert db.session.get_one(JobRow, job.id).state == JobState.DONE
    archive = zipfile.ZipFile(io.BytesIO(agency.get(f"{place}/papers.zip").data))
    numbers = [candidate.number for candidate in row.candidates]
    kinds = ["large" if number == large.number else "booklet" for number in numbers]
    expected = [f"{row.code}/booklets/{kind}-{number}.pdf" for kind, number in zip(kinds, numbers, strict=True)]
    assert archive.namelist() == [*expected, f"{row.code}/answer-sheets.pdf", f"{row.code}/room.pdf"]
    one = db.session.query(PaperPrintRow).filter_by(name=f"booklet-{row.candidates[0].id}").one()
    assert agency.get(f"{place}/prints/{one.id}.pdf").data == one.content
    jobs.run_job(job.id, lambda: NOW)
    assert db.session.query(PaperPrintRow).count() == len(numbers) + 2


@can_print
def test_a_booklet_in_large_print_has_the_same_items_on_more_pages(row) -> None:
    booklet = booklets.booklets_of(row)[0]
    pages = [
        text_of(print_pdf(printed_papers.booklet_page(row, booklet, is_large=large), printed_papers.FOLDER))
        for large in (False, True)
    ]
    assert len(pages[1]) > len(pages[0])
    for sheets in pages:
        assert all(f"Page {number} of {len(sheets)}" in sheet for number, sheet in enumerate(sheets, 1))
        assert booklet.face_hash in sheets[0].replace(" ", "")
        assert all(digest in sheets[0].replace(" ", "") for digest in booklet.commitments.values())
    assert len(booklet.commitments) == 2


@can_print
def test_every_candidate_has_one_answer_sheet_with_a_row_for_each_question(row) -> None:
    row.candidates[0].number = WIDEST
    printed = booklets.booklets_of(row)
    sheets = text_of(print_pdf(printed_papers.sheets_page(row, printed), printed_papers.FOLDER, pages=len(printed)))
    for booklet, sheet in zip(printed, sheets, strict=True):
        assert booklet.candidate.number in sheet
        assert len(re.findall(r"\d+ ?A ?B ?C ?D", sheet)) == len(booklet.items)


@can_print
def test_who_reads_large_print_has_an_answer_sheet_in_large_print(row) -> None:
    reader = row.candidates[1]
    reader.large_print = True
    printed = booklets.booklets_of(row)
    content = print_pdf(printed_papers.sheets_page(row, printed), printed_papers.FOLDER)
    pages = text_of(content)
    theirs = [place for place, page in enumerate(pages) if reader.number in page]
    sheets = [pages[place] for place in theirs]
    assert len(pages) == len(printed) - 1 + len(sheets)
    assert all(f"Page {number} of {len(sheets)}" in sheet for number, sheet in enumerate(sheets, 1))
    assert all("Signature of the candidate" in sheet and "Corrections" in sheet for sheet in sheets)
    questions = [int(number) for sheet in sheets for number in re.findall(r"(\d+) ?A ?B ?C ?D", sheet)]
    assert questions == [item.number for item in booklets.booklets_of(row)[1].items]
    assert all(smallest_type(content, place) >= 12 for place in theirs)
    assert smallest_type(content, 0) < 8


@can_print
def test_the_papers_of_the_room_name_every_candidate(row) -> None:
    row.candidates[0].number = WIDEST
    page = printed_papers.room_page(row, booklets.booklets_of(row))
    whole = " ".join(text_of(print_pdf(page, printed_papers.FOLDER)))
    assert all(candidate.number in whole for candidate in row.candidates)
    assert "Incidents" in whole


@time_machine.travel(AFTER, tick=False)
def test_two_persons_enter_a_sheet_in_the_grid_and_see_where_they_differ(row, signed_in) -> None:
    agency, assessor = signed_in("agency"), signed_in("assessor")
    booklet = booklets.booklets_of(row)[0]
    place = f"/assessments/{row.id}/paper/candidates/{booklet.candidate.id}"
    agency.post(place, data=fields(booklet) | {"reference": "box 3"})
    assert "another person enters it next" in agency.get(place).text
    assert 'value="A"' not in assessor.get(place).text
    assert assessor.post(place, data=fields(booklet) | {"q-2": "b"}).location == place
    assert "1 answer was read differently" in assessor.get(place).text
    following = assessor.post(place, data=fields(booklet)).location
    assert following == f"/assessments/{row.id}/paper/candidates/{row.candidates[1].id}"
    assert f"The answers of {booklet.candidate.number} are recorded." in assessor.get(following).text
    assert "1 of 4 recorded" in assessor.get(f"/assessments/{row.id}/paper").text


@time_machine.travel(AFTER, tick=False)
def test_what_was_entered_by_mistake_is_taken_back_with_a_reason(row, signed_in) -> None:
    booklet = booklets.booklets_of(row)[0]
    place = f"/assessments/{row.id}/paper/candidates/{booklet.candidate.id}"
    assert "Entered by mistake?" not in signed_in("agency").get(place).text
    signed_in("agency").post(place, data=fields(booklet))
    assessor = signed_in("assessor")
    assert 'name="seen" type="hidden" value="1"' in assessor.get(place).text
    refused = assessor.post(f"{place}/back", data={"seen": "1", "why": ""})
    assert (refused.status_code, "Give a reason" in refused.text) == (422, True)
    done = assessor.post(f"{place}/back", data={"seen": "1", "why": "Typed for another candidate"})
    assert "is taken back" in assessor.get(done.location).text
    assert assessor.post(f"{place}/back", data={"seen": "x", "why": "Typed for another candidate"}).status_code == 409


@time_machine.travel(AFTER, tick=False)
def test_a_grid_from_before_the_answers_were_recorded_is_asked_for_the_reason(row, signed_in) -> None:
    booklet = booklets.booklets_of(row)[0]
    place = f"/assessments/{row.id}/paper/candidates/{booklet.candidate.id}"
    for login in ("agency", "assessor"):
        signed_in(login).post(place, data=fields(booklet))
    answer = signed_in("agency").post(place, data=fields(booklet) | {"q-1": "B"})  # it has no field for one
    assert (answer.status_code, "Give a reason" in answer.text) == (422, True)


@time_machine.travel(AFTER, tick=False)
def test_what_went_on_on_paper_after_a_screen_is_entered_with_the_reason_and_left_to_the_exam_room(
    row, signed_in
) -> None:
    steps.sit(row.candidates[0])
    booklet = booklets.booklets_of(row)[0]
    day = f"/assessments/{row.id}/paper"
    place = f"{day}/candidates/{booklet.candidate.id}"
    assert place in signed_in("agency").get(day).text
    for login in ("agency", "assessor"):
        browser = signed_in(login)
        assert "This exam was begun on a screen." in browser.get(place).text
        assert browser.post(place, data=fields(booklet)).status_code == 422
        done = browser.post(place, data=fields(booklet) | {"reason": "The power failed at 10:20"})
        assert done.status_code == 302
    assert "It counts if somebody decides so in the exam room." in browser.get(done.location).text
    room = signed_in("assessor").get(f"/assessments/{row.id}/room/candidates/{booklet.candidate.id}").text
    assert "came after the time" in room


@time_machine.travel(AFTER, tick=False)
def test_a_faulty_grid_keeps_what_was_typed_and_tells_every_place(row, signed_in) -> None:
    booklet = booklets.booklets_of(row)[0]
    place = f"/assessments/{row.id}/paper/candidates/{booklet.candidate.id}"
    answer = signed_in("agency").post(place, data=fields(booklet) | {"q-2": "Z", "q-3": ""})
    assert answer.status_code == 422
    assert "Question 2 has the letters A to D" in answer.text
    assert "Question 3 is empty" in answer.text
    assert 'value="Z"' in answer.text
    assert db.session.query(PaperEntryRow).count() == 0


@time_machine.travel(AFTER, tick=False)
def test_a_half_typed_sheet_is_one_line_and_not_one_a_question(row, signed_in) -> None:
    booklet = booklets.booklets_of(row)[0]
    place = f"/assessments/{row.id}/paper/candidates/{booklet.candidate.id}"
    last = len(booklet.items)
    typed = {name: text for name, text in fields(booklet).items() if name in {"q-1", "q-2", "q-4"}}
    page = signed_in("agency").post(place, data=typed | {"q-2": "Z"}).text
    assert f"{last - 3} questions are empty: 3, 5–{last}. Type - where no answer was marked." in page
    assert "Question 2 has the letters A to D" in page
    assert "Question 7 is empty" not in page


@time_machine.travel(AFTER, tick=False)
def test_recorded_answers_stay_recorded_while_a_change_waits_for_the_second_person(row, signed_in) -> None:
    agency, assessor = signed_in("agency"), signed_in("assessor")
    booklet = booklets.booklets_of(row)[0]
    place = f"/assessments/{row.id}/paper/candidates/{booklet.candidate.id}"
    for person in (agency, assessor):
        person.post(place, data=fields(booklet))
    agency.post(place, data=fields(booklet) | {"q-2": "b", "reason": "The scan shows B"})
    page = agency.get(f"/assessments/{row.id}/paper").text
    assert "Change to be confirmed" in page
    assert "1 of 4 recorded" in page


@time_machine.travel(AFTER, tick=False)
def test_a_faulty_file_is_answered_with_a_row_for_every_fault(row, signed_in) -> None:
    agency, place = signed_in("agency"), f"/assessments/{row.id}/paper"
    content = agency.get(f"{place}/template.csv").data
    spoiled = content.replace(b",,,", b",,Z,", 1)
    answer = agency.post(f"{place}/upload", data={"answers": (BytesIO(spoiled), "a.csv")})
    assert answer.status_code == 422
    assert "The file was not entered" in answer.text
    assert "is empty. Type - where" in answer.text
    assert agency.post(f"{place}/upload").status_code == 422
    assert agency.post(f"{place}/upload", data={"answers": (BytesIO(b"%PDF-1"), "a.pdf")}).status_code == 422


@time_machine.travel(AFTER, tick=False)
def test_a_file_that_says_nothing_new_is_not_told_as_a_success(row, signed_in) -> None:
    agency, place = signed_in("agency"), f"/assessments/{row.id}/paper"
    booklet = booklets.booklets_of(row)[0]
    header = ["candidate", "sheet", *(str(item.number) for item in booklet.items)]
    lines = [header, [booklet.candidate.number, "box 3", *["A"] * len(booklet.items)]]
    content = "\n".join(",".join(line) for line in lines).encode()
    first = "1 answer sheet is entered. What nobody else has entered yet, another person enters too."
    again = "0 answer sheets are entered. 1 stands in the file as you entered it before."
    for look, words in (("done", first), ("info", again)):
        agency.post(f"{place}/upload", data={"answers": (BytesIO(content), "a.csv")})
        assert re.search(f'notice-{look}"[^>]*>(?:(?!</p>).)*{words}', agency.get(place).text, re.DOTALL)


@time_machine.travel(AFTER, tick=False)
def test_the_agency_says_how_often_sheets_are_entered_and_the_assessor_does_not(row, signed_in) -> None:
    agency, assessor, place = signed_in("agency"), signed_in("assessor"), f"/assessments/{row.id}/paper"
    assert assessor.post(f"{place}/once").status_code == 403
    agency.post(f"{place}/once")
    agency.post(f"{place}/once")
    assert "Each sheet is entered once" in assessor.get(place).text
    agency.post(f"{place}/twice")
    assert "entered by two persons" in assessor.get(place).text
    told = [line.what for line in db.session.query(HistoryRow).filter_by(thing="assessment", thing_id=row.id)]
    assert told[-2:] == ["set answer sheets to be entered once", "set answer sheets to be entered by two persons"]


# --- sealed key sheets ---------------------------------------------------------------------------------------------


@can_print
def test_the_council_has_the_key_sheets_printed_and_the_history_tells_of_it(row, signed_in) -> None:
    council, place = signed_in("council"), f"/assessments/{row.id}/key-sheets"
    council.post(f"{place}/print")
    jobs.run_job(db.session.query(JobRow).filter_by(kind="key_sheets").one().id, lambda: NOW)
    held = db.session.query(KeySheetRow).one()
    whole = " ".join(text_of(council.post(f"{place}/{held.id}.pdf").data))
    sheet = key_sheets.key_sheet_of(row.id)
    assert sheet.digest in whole
    for key in sheet.keys:
        assert key.candidate.number in whole
        assert key.letters in re.sub(
            r"[^A-D]", "", whole.partition(key.candidate.number)[2].partition(key.face_hash)[2]
        )
    told = [line.what for line in db.session.query(HistoryRow).filter_by(thing="assessment", thing_id=row.id)]
    assert told[-2:] == ["had the sealed key sheets printed", "took the sealed key sheets (SHA-256 %(hash)s)"]


@pytest.mark.parametrize(
    ("login", "status"), [("agency", 403), ("assessor", 403), ("centre", 403), ("trainee", 403), ("council2", 404)]
)
def test_key_sheets_are_for_the_council_alone(row, signed_in, login: str, status: int) -> None:
    browser, place = signed_in(login), f"/assessments/{row.id}/key-sheets"
    db.session.add(
        KeySheetRow(assessment_id=row.id, language="en", digest="0" * 64, sha256="0" * 64, content=b"k", made_at=NOW)
    )
    db.session.commit()
    held = db.session.query(KeySheetRow).one().id
    assert browser.get(place).status_code == status
    assert browser.post(f"{place}/print").status_code == status
    assert browser.post(f"{place}/{held}.pdf").status_code == status


def test_the_keys_are_those_of_each_candidates_own_order(row) -> None:
    steps.sit(row.candidates[0], right=True)
    sheet = key_sheets.key_sheet_of(row.id)
    booklet = booklets.booklets_of(row, {row.candidates[0].id})[0]
    answers = db.session.query(steps.AnswerEventRow).order_by(steps.AnswerEventRow.seq).all()
    chosen = {event.item: event.choice for event in answers}
    own = "".join("ABCD"[item.place_of(chosen[item.item]) - 1] for item in booklet.items)
    assert sheet.keys[0].letters == own
