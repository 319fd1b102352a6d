"""Pages of marks sheets: allowed, refused, bad input, faults with their rows, what changes, double clicks."""

import io
import re

import pytest

from lms.extensions import db
from lms.records.content import pack_of, scheme_of
from lms.reports.reading import read_table
from lms.tables.content import ContentState, PackVersionRow, SchemeVersionRow
from lms.web.curriculum.forms import rules_of
from tests import world
from tests.lms.marks_files import as_csv, sheet_rows
from tests.lms.pack_files import pack_files


def upload(browser, content: bytes, name: str = "marks.csv"):
    data = {"sheet": (io.BytesIO(content), name)}
    return browser.post("/packs/1/marks", data=data, content_type="multipart/form-data")


def sound() -> bytes:
    return as_csv(sheet_rows(pack_of(world.pack_version())))


def seen_in(page: str) -> str:
    return page.partition('name="seen" value="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("login", "status"), [("council2", 404), ("agency", 403), ("centre", 403), ("trainer", 403), ("trainee", 403)]
)
def test_only_the_packs_council_uploads_its_marks(signed_in, login: str, status: int) -> None:
    sheet = upload(signed_in("council"), sound()).location
    browser = signed_in(login)
    assert browser.get("/packs/1/marks").status_code == status
    assert upload(browser, sound()).status_code == status
    for address in ("/packs/1/marks.csv", "/packs/1/marks-template.xlsx", sheet, f"{sheet}/errors"):
        assert browser.get(address).status_code == status
    assert browser.post(sheet, data={"seen": ""}).status_code == status


def test_a_sound_sheet_is_shown_and_taken_by_two_clicks_once(signed_in) -> None:
    browser = signed_in("council")
    sheet = upload(browser, sound()).location
    page = browser.get(sheet).text
    assert "What each unit comes to" in page
    assert "ASC/N1105 PC4" in page
    assert db.session.query(SchemeVersionRow).filter_by(state=ContentState.DRAFT).count() == 0
    places = {browser.post(sheet, data={"seen": seen_in(page)}).location for _ in range(2)}
    row = db.session.query(SchemeVersionRow).filter_by(state=ContentState.DRAFT).one()
    assert places == {f"/schemes/{row.id}"}
    assert (row.marks_status, scheme_of(row).total()) == ("official", 570)
    assert "These marks are in the draft" in browser.get(sheet).text
    shown = browser.get(f"/schemes/{row.id}").text
    assert "Official marks" in shown
    assert "took the marks of marks.csv" in shown
    publish = browser.get(f"/schemes/{row.id}/publish").text
    assert 'value="official" checked' in publish or 'checked id="status-1"' in publish
    data = {"status": "official", "typed": "ASC/Q1106", "seen": row.sha256}
    assert browser.post(f"/schemes/{row.id}/publish", data=data).status_code == 302
    assert "Specimen" not in browser.get(f"/schemes/{row.id}").text


def test_the_first_marks_of_a_pack_change_none_that_nobody_gave(signed_in) -> None:
    browser = signed_in("council2")
    files = {"files": [(io.BytesIO(text.encode()), name) for name, text in pack_files().items()]}
    draft = browser.post("/packs/new", data=files, content_type="multipart/form-data").location
    address = browser.post(draft).location
    pack = pack_of(db.session.get_one(PackVersionRow, int(address.rpartition("/")[2])))
    data = {"sheet": (io.BytesIO(as_csv(sheet_rows(pack))), "marks.csv")}
    sheet = browser.post(f"{address}/marks", data=data, content_type="multipart/form-data").location
    page = browser.get(sheet).text
    assert "makes the first draft of a scheme" in page
    assert "– →" in page
    assert not re.search(r"\d →", page)
    assert browser.post(sheet, data={"seen": seen_in(page)}).location.startswith("/schemes/")


def test_faults_stand_in_a_table_with_rows_and_can_be_downloaded(signed_in) -> None:
    browser = signed_in("council")
    rows = sheet_rows(pack_of(world.pack_version()))
    rows[1][5], rows[2][1] = "<b>many</b>", "ASC/N9999"
    sheet = upload(browser, as_csv(rows)).location
    page = browser.get(sheet).text
    assert "The sheet has 3 faults" in page
    assert "&lt;b&gt;many&lt;/b&gt; is no mark" in page
    assert "ASC/N9999 is no unit of ASC/Q1106" in page
    assert "Take these marks" not in page
    answer = browser.get(f"{sheet}/errors")
    table = read_table(answer.data, max_rows=100)
    assert table.rows[0][:2] == ("RowId", "ErrorDetails")
    assert any(cells[0] == "3" and "is no mark" in cells[1] for cells in table.rows)
    assert browser.post(sheet, data={"seen": seen_in(page)}).status_code == 422


def test_faults_of_one_kind_show_their_first_few_with_the_count_and_all_in_a_fold(signed_in) -> None:
    browser = signed_in("council")
    rows = sheet_rows(pack_of(world.pack_version()))
    for place, cells in enumerate(rows):
        cells[3], cells[4] = f"PC{900 + place}", ""
    page = browser.get(upload(browser, as_csv(rows)).location).text
    short, _, whole = page.partition('<details class="more-rows"')
    assert "The sheet has 57 faults" in short
    assert [short.count(f"PC{number} is no criterion") for number in (900, 901, 902, 903)] == [1, 1, 1, 0]
    assert short.count("54 more like it") == 1
    assert "All 57, row by row" in whole
    assert whole.count("is no criterion of") == 57


def test_a_few_faults_stand_without_a_fold(signed_in) -> None:
    browser = signed_in("council")
    rows = sheet_rows(pack_of(world.pack_version()))
    rows[1][5] = rows[2][5] = rows[3][5] = "many"
    page = browser.get(upload(browser, as_csv(rows)).location).text
    assert page.count("many is no mark") == 3
    assert "more like it" not in page
    assert "more-rows" not in page


def test_a_sheet_of_another_pack_is_one_fault(signed_in) -> None:
    browser = signed_in("council")
    rows = [
        ["EX/Q0001", f"EX/N000{place % 3}", *cells[2:]]
        for place, cells in enumerate(sheet_rows(pack_of(world.pack_version())))
    ]
    page = browser.get(upload(browser, as_csv(rows)).location).text
    assert "The sheet has 1 fault, and nothing" in page
    assert "it has EX/Q0001 (EX/N0000, EX/N0001, EX/N0002); ASC/Q1106 (ASC/N0001" in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"a,b\n1,2\n", "These columns are missing"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not a CSV or XLSX file"),
    ],
)
def test_what_is_no_sheet_is_told_beside_the_field(signed_in, content: bytes, words: str) -> None:
    answer = upload(signed_in("council"), content)
    assert answer.status_code == 422
    assert words in answer.text


def test_no_file_is_a_fault_beside_the_field(signed_in) -> None:
    answer = signed_in("council").post("/packs/1/marks", data={}, content_type="multipart/form-data")
    assert (answer.status_code, "Choose the file with the marks." in answer.text) == (422, True)


def test_downloads_have_the_packs_criteria_and_the_present_marks(signed_in) -> None:
    browser = signed_in("council")
    template = browser.get("/packs/1/marks-template.csv")
    assert "marks-asc-q1106-1.0-template.csv" in template.headers["Content-Disposition"]
    assert len(read_table(template.data, max_rows=100).rows) == 58
    present = upload(browser, browser.get("/packs/1/marks.xlsx").data).location
    assert "No mark is other than before." in browser.get(present).text


def test_a_stale_page_is_told(signed_in) -> None:
    browser = signed_in("council")
    sheet = upload(browser, sound()).location
    stale = seen_in(browser.get(sheet).text)
    browser.post("/packs/1/schemes")
    answer = browser.post(sheet, data={"seen": stale})
    assert answer.status_code == 409
    assert "The scheme was changed meanwhile" in answer.text
    assert "Taking these marks changes the draft of scheme 2" in browser.get(sheet).text


def test_a_sheet_that_is_not_there_is_not_found(signed_in) -> None:
    assert signed_in("council").get(f"/marks-sheets/{'0' * 64}").status_code == 404


def draft_in_half_marks(browser, pack) -> SchemeVersionRow:
    """The draft of a scheme that comes of a sheet with half marks."""
    sheet = upload(browser, as_csv(sheet_rows(pack, lambda _: ("4", "6.5", "")))).location
    browser.post(sheet, data={"seen": seen_in(browser.get(sheet).text)})
    return db.session.query(SchemeVersionRow).filter_by(state=ContentState.DRAFT).one()


def figure_in(page: str, name: str) -> str:
    """What stands in the first field of this name."""
    return re.search(rf'name="units.0.criteria.0.{name}" value="([^"]*)"', page)[1]


def test_half_marks_are_typed_as_marks_and_what_is_none_stays_with_what_would_be_right(signed_in) -> None:
    browser = signed_in("council")
    pack = pack_of(world.pack_version())
    row = draft_in_half_marks(browser, pack)
    address, first = f"/schemes/{row.id}/edit", "units.0.criteria.0.marks"
    rules = {name: value for name, value in rules_of(scheme_of(row)).items() if value not in {None, False}}
    typed = {f"units.{place}.way": "typed" for place in range(len(pack.units))}
    form = {**rules, **typed, "seen": row.sha256, f"{first}.theory": "4.5", f"{first}.practical": "6,5"}
    told = browser.post(address, data={**form, f"{first}.theory": "4.3", "act": "save"})
    assert (told.status_code, figure_in(told.text, "marks.theory")) == (422, "4.3")
    assert "Write marks in steps of 0.5." in told.text
    much = browser.post(address, data={**form, f"{first}.theory": "501", "act": "save"}).text
    assert "At most 500." in much
    seen = browser.post(address, data={**form, "act": "recalculate"})
    assert (seen.status_code, figure_in(seen.text, "marks.theory")) == (200, "4.5")
    assert browser.post(address, data={**form, "act": "save"}).status_code == 302
    db.session.expire_all()
    marks = scheme_of(db.session.get(SchemeVersionRow, row.id)).units[0].criteria[0].marks
    assert (marks["theory"], marks["practical"]) == (9, 13)


def test_half_marks_are_shown_as_marks_on_the_pages_of_the_scheme_and_the_pack(signed_in) -> None:
    browser = signed_in("council")
    pack = pack_of(world.pack_version())
    row = draft_in_half_marks(browser, pack)
    assert (scheme_of(row).mark_unit, scheme_of(row).total()) == ("1/2", 1197)
    page = browser.get(f"/schemes/{row.id}").text
    assert "598.5" in page
    assert "1197" not in page
    editor = browser.get(f"/schemes/{row.id}/edit").text
    assert "Marks go in steps of 0.5." in editor
    assert (figure_in(editor, "marks.theory"), figure_in(editor, "marks.practical")) == ("4", "6.5")
    assert ">598.5<" in editor
    assert ">1197<" not in editor
    browser.post(f"/schemes/{row.id}/publish", data={"status": "official", "typed": pack.code, "seen": row.sha256})
    for address in (f"/schemes/{row.id}", "/packs/1"):
        page = browser.get(address).text
        assert "598.5" in page
        assert "1197" not in page
