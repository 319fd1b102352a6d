"""Pages of batches and rosters: allowed, refused, wrong input, other people's things, double clicks, hostile names."""

import io
import re

import pytest
import xlsxwriter
from flask.testing import FlaskClient

from lms.extensions import db
from lms.records.content import pack_of
from lms.reports.reading import read_table
from lms.services import accounts, learning
from lms.tables.people import PersonRow
from lms.tables.training import BatchRow, RosterUploadRow, TraineeRow
from tests import world

HEADER = "enrolment_number,name,born_on,phone\n"
SCRIPT = "<script>alert(1)</script> Rao"
NEW = {
    "name": "Morning batch",
    "code": "B-104",
    "pack": "1",
    "starts_on": "2026-12-01",
    "ends_on": "2027-02-26",
}


def batch_of(centre: str = "TC-1") -> BatchRow:
    return db.session.query(BatchRow).filter_by(code=f"B-{centre}").one()


def upload(browser: FlaskClient, text: str | bytes, batch: BatchRow | None = None, name: str = "roster.csv"):
    content = text.encode() if isinstance(text, str) else text
    number = (batch or batch_of()).id
    return browser.post(f"/batches/{number}/roster", data={"roster": (io.BytesIO(content), name)})


def pages(batch: BatchRow) -> list[str]:
    trainee = db.session.query(TraineeRow).filter_by(batch_id=batch.id).first()
    under = f"/batches/{batch.id}"
    return [
        under,
        f"{under}/edit",
        f"{under}/roster",
        f"{under}/trainees/{trainee.id}",
        f"{under}/trainees.csv",
        f"{under}/roster-template.xlsx",
    ]


def posted(browser: FlaskClient, page: str, why: str) -> str:
    """The page that one comes to after giving a reason."""
    return browser.get(browser.post(page, data={"why": why}).location).text


def test_centre_staff_open_all_pages_of_their_batch(signed_in) -> None:
    for page in ["/batches", "/batches/new", *pages(batch_of())]:
        assert signed_in("centre").get(page).status_code == 200, page


def test_other_centres_batches_are_not_there(signed_in) -> None:
    browser = signed_in("centre2")
    for page in pages(batch_of()):
        assert browser.get(page).status_code == 404, page
    assert upload(browser, HEADER).status_code == 404


@pytest.mark.parametrize("login", ["trainer", "council"])
def test_trainers_and_the_council_read_and_do_not_change(signed_in, login: str) -> None:
    batch = batch_of()
    answers = {page: signed_in(login).get(page).status_code for page in pages(batch)}
    assert [answers[page] for page in pages(batch)] == [200, 403, 403, 200, 403, 403]
    shown = signed_in(login).get(f"/batches/{batch.id}").text
    assert f"/batches/{batch.id}/roster" not in shown
    assert signed_in(login).post(f"/batches/{batch.id}/slips").status_code == 403


@pytest.mark.parametrize("login", ["agency", "assessor", "trainee", "admin"])
def test_people_without_a_part_in_batches_are_refused(signed_in, login: str) -> None:
    assert signed_in(login).get("/batches").status_code == 403


def test_a_new_batch_asks_for_its_roster_and_a_second_click_is_told_the_code_is_taken(signed_in) -> None:
    browser, facts = signed_in("centre"), {**NEW, "centre": str(batch_of().centre_id)}
    first, second = browser.post("/batches/new", data=facts), browser.post("/batches/new", data=facts)
    assert (first.status_code, second.status_code) == (302, 409)
    assert "The code B-104 is taken" in second.text
    assert 'value="Morning batch"' in second.text
    page = browser.get(first.location).text
    assert "Nobody is enrolled yet" in page
    assert "Upload the roster of Morning batch" in browser.get("/").text


def test_a_batch_with_wrong_facts_says_what_would_be_right_and_keeps_what_was_typed(signed_in) -> None:
    facts = {**NEW, "centre": str(batch_of().centre_id), "ends_on": "2026-11-01"}
    answer = signed_in("centre").post("/batches/new", data=facts)
    assert answer.status_code == 422
    assert "must end after it starts" in answer.text
    assert 'value="B-104"' in answer.text


def test_a_batchs_days_and_trainers_can_change(signed_in) -> None:
    number = batch_of().id
    shown = signed_in("centre").get(f"/batches/{number}/edit").text
    assert re.search('<input checked [^>]*name="trainers"', shown)
    assert 'value="2026-08-03"' in shown
    facts = {"name": "Evening batch", "starts_on": "2026-08-03", "ends_on": "2026-11-30"}
    assert signed_in("centre").post(f"/batches/{number}/edit", data=facts).status_code == 302
    shown = signed_in("centre").get(f"/batches/{number}").text
    assert "Evening batch" in shown
    assert "None named" in shown


def test_a_trainer_finds_the_lessons_and_sees_how_far_a_trainee_is_in_them(signed_in) -> None:
    person = db.session.query(PersonRow).filter_by(login="trainee").one()
    row = db.session.query(TraineeRow).filter_by(person_id=person.id).one()
    first = learning.progress_of(person.id, pack_of(row.batch.pack_version)).next_lesson
    learning.mark_read(accounts.actor_of(person), first.id, 1, now=world.DAY)
    browser = signed_in("trainer")
    page = browser.get(f"/batches/{row.batch_id}/trainees/{row.id}").text
    assert re.search(r"1 of \d+ sections read · 0 of \d+ practice answers right", page)
    assert "Shown, fairly sure" in page
    assert re.search(r'<a href="/learn"[^>]*>Lessons</a>', page)


def test_filters_stand_in_the_address(signed_in) -> None:
    browser = signed_in("centre")
    assert "B-TC-1" in browser.get("/batches?state=trained&pack=ASC/Q1106&text=centre+1").text
    assert "No batch is like this" in browser.get("/batches?text=elsewhere").text


def test_a_roster_goes_from_upload_to_slips_and_is_imported_once(signed_in) -> None:
    browser = signed_in("centre")
    checked = upload(browser, HEADER + "N-1,Asha Devi,2004-03-31,\n")
    assert checked.status_code == 302
    page = browser.get(checked.location).text
    assert "Import 1 trainee" in page
    assert "Nothing is written yet" in page
    slips = browser.post(f"{checked.location}/import")
    assert slips.status_code == 200
    assert "asha.devi" in slips.text
    assert "N-1 · B-TC-1" in slips.text
    password = re.search(r"<dd class=\"slip-code\">([a-z0-9]{5}-[a-z0-9]{5})</dd>", slips.text)
    assert password
    again = browser.post(f"{checked.location}/import")
    assert again.status_code == 409
    assert "imported already" in again.text
    assert password[1] not in browser.get(checked.location).text


def test_a_faulty_roster_shows_every_error_and_offers_it_in_the_file(signed_in) -> None:
    browser = signed_in("centre")
    where = upload(browser, HEADER + "N-1,null,2004-03-31,\nN-2,Asha,2020-01-01,111111111\n").location
    page = browser.get(where).text
    assert "2 rows have errors" in page
    assert "is not a person’s name" in page
    assert "is not a real phone number" in page
    assert "Import 2" not in page
    file = browser.get(f"{where}/errors")
    assert "roster-b-tc-1-errors.csv" in file.headers["Content-Disposition"]
    assert read_table(file.data, max_rows=10).rows[1][-1].startswith("name: “null”")
    assert browser.post(f"{where}/import").status_code == 409
    assert browser.post(f"{where}/discard").status_code == 302
    assert "put away" in browser.get(where).text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("roster.xlsx", b"%PDF-1.7", "not a CSV or XLSX"),
        ("roster.csv", b"", "The file is empty"),
        ("roster.csv", b"a,b\n1,2\n", "These columns are missing: enrolment_number, name, born_on"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_beside_its_field(signed_in, name: str, content: bytes, words: str) -> None:
    answer = upload(signed_in("centre"), content, name=name)
    assert answer.status_code == 422
    assert words in answer.text
    assert not db.session.query(RosterUploadRow).count()


def test_no_file_at_all_is_told_too(signed_in) -> None:
    answer = signed_in("centre").post(f"/batches/{batch_of().id}/roster", data={})
    assert answer.status_code == 422
    assert "Choose the file" in answer.text


def test_hostile_names_stay_text_on_every_page_and_in_every_file(signed_in) -> None:
    browser = signed_in("centre")
    row_of = (HEADER + "<b>1,{name},2004-03-31,+919000012345\n").format
    seen = [browser.get(upload(browser, row_of(name=SCRIPT), name="<img src=x>.csv").location).text]
    assert "not a person’s name" in seen[0]
    where = upload(browser, row_of(name="Asha"), name="<img src=x>.csv").location
    seen += [browser.get(where).text, browser.post(f"{where}/import").text]
    row = db.session.query(TraineeRow).filter_by(enrolment_number="<b>1").one()
    row.person.name = SCRIPT
    db.session.commit()
    seen += [
        browser.get(page).text for page in (f"/batches/{row.batch_id}", f"/batches/{row.batch_id}/trainees/{row.id}")
    ]
    for text in seen:
        assert "<script>alert" not in text
        assert "<img" not in text.replace('<img src="/static/emblem.svg"', "")
        assert "<b>1" not in text
    assert "'+919000012345" in browser.get(f"/batches/{row.batch_id}/trainees.csv").text


def test_another_batchs_roster_is_not_there(signed_in) -> None:
    where = upload(signed_in("centre"), HEADER + "N-1,Asha,2004-03-31,\n").location
    number = where.rpartition("/")[2]
    stranger = signed_in("centre2")
    for page in (where, f"/batches/{batch_of('TC-2').id}/roster/{number}"):
        assert stranger.get(page).status_code == 404
        assert stranger.get(f"{page}/errors").status_code == 404
        assert stranger.post(f"{page}/import").status_code == 404
        assert stranger.post(f"{page}/discard").status_code == 404


def test_new_slips_are_shown_for_those_who_have_not_signed_in(signed_in) -> None:
    signed_in("trainee")
    answer = signed_in("centre").post(f"/batches/{batch_of().id}/slips")
    assert answer.status_code == 200
    assert answer.text.count('class="slip"') == 3


def test_a_trainee_drops_out_with_a_reason_and_comes_back(signed_in) -> None:
    browser = signed_in("centre")
    row = db.session.query(TraineeRow).filter_by(batch_id=batch_of().id).first()
    under = f"/batches/{row.batch_id}/trainees/{row.id}"
    assert "Nothing was changed: give a reason" in posted(browser, f"{under}/drop-out", "")
    page = posted(browser, f"{under}/drop-out", "moved away")
    assert "step-failed" in page
    assert "moved away" in page
    assert signed_in("trainer").post(f"{under}/take-back", data={"why": "mischief"}).status_code == 403
    assert signed_in("centre2").post(f"{under}/take-back", data={"why": "mischief"}).status_code == 404
    assert "step-failed" not in posted(browser, f"{under}/take-back", "came back")


def test_what_is_hidden_in_a_workbook_is_told_before_it_is_imported(signed_in) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet("Roster")
        lines = [HEADER, *(f"N-{number},Asha,2004-03-31,\n" for number in range(1, 5))]
        for number, line in enumerate(lines):
            page.write_row(number, 0, line.strip("\n").split(","))
        page.set_row(2, None, None, {"hidden": True})
        page.set_row(4, None, None, {"hidden": True})
        page.set_row(90, None, None, {"hidden": True})
        page.set_column("C:C", None, None, {"hidden": True})
        book.add_worksheet("Last year").write(0, 0, "old")
    browser = signed_in("centre")
    seen = browser.get(upload(browser, file.getvalue(), name="roster.xlsx").location).text
    assert "2 rows are hidden in the sheet, and are read all the same: 3, 5." in seen
    assert f"1 column is hidden in the sheet, and is read all the same: {HEADER.split(',')[2]}." in seen
    assert "The sheet “Roster” of the file is read; not read: Last year." in seen
    plain = browser.get(upload(browser, HEADER + "N-1,Asha,2004-03-31,\n").location).text
    assert "hidden in the sheet" not in plain
