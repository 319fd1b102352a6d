"""Sheets of marks of a council: checked and shown, taken into the draft whole or not at all, once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from assessments.model import Cell, Component
from curriculum.model import QualificationPack
from lms.extensions import db
from lms.records.content import pack_of, scheme_of
from lms.reports import marks_sheets as files
from lms.reports.reading import read_table
from lms.services import history, marks_sheets, schemes
from lms.services.errors import Absent, Conflict, Faulty
from lms.tables.content import ContentState, SchemeVersionRow
from tests import world
from tests.conftest import BOTH
from tests.lms.marks_files import HEADER, OTHER_HEADER, as_csv, as_xlsx, sheet_rows

NOW = world.DAY


def pack() -> QualificationPack:
    return pack_of(world.pack_version())


def check(actor, content: bytes, login: str = "council") -> str:
    return marks_sheets.check_sheet(
        actor(login), world.pack_version().id, file_name="C:\\marks\\our marks.xlsx", content=content
    )


def shown(actor, content: bytes) -> marks_sheets.SheetPage:
    return marks_sheets.show_sheet(actor("council"), check(actor, content))


def take(actor, page: marks_sheets.SheetPage) -> SchemeVersionRow:
    return marks_sheets.take_sheet(actor("council"), page.sha256, seen=page.seen, now=NOW)


def drafts() -> int:
    return db.session.query(SchemeVersionRow).filter_by(state=ContentState.DRAFT).count()


@BOTH
def test_a_sheet_becomes_a_draft_with_official_marks_and_the_rules_of_the_scheme_before(app, actor) -> None:
    page = shown(actor, as_xlsx(sheet_rows(pack())))
    assert (page.reading.problems, page.file_name, drafts()) == ([], "our marks.xlsx", 0)
    row = take(actor, page)
    scheme, before = scheme_of(row), scheme_of(world.scheme_version())
    assert (row.state, row.number, row.marks_status, scheme.marks_status) == ("draft", 2, "official", "official")
    assert scheme.pass_rule == before.pass_rule
    assert scheme.theory_items == before.theory_items
    assert scheme.total() == 57 * 10
    assert scheme.cells()[Cell("ASC/N1105#PC4", Component.PRACTICAL)] == 6
    [act, *_] = history.list_history("scheme_version", row.id)
    assert str(history.words_of(act)).startswith("took the marks of our marks.xlsx (")
    published = schemes.publish_scheme(
        actor("council"), row.id, status="official", typed="ASC/Q1106", seen=row.sha256, now=NOW
    )
    assert not scheme_of(published).specimen


@BOTH
def test_taking_it_twice_makes_one_draft_and_one_line_of_history(app, actor) -> None:
    page = shown(actor, as_csv(sheet_rows(pack())))
    assert take(actor, page).id == take(actor, page).id
    assert drafts() == 1
    assert marks_sheets.show_sheet(actor("council"), page.sha256).is_taken
    assert len(history.list_history("scheme_version", take(actor, page).id)) == 1


@BOTH
def test_many_clicks_at_once_make_one_draft(app, actor) -> None:
    page = shown(actor, as_csv(sheet_rows(pack())))
    council, digest, seen = actor("council"), page.sha256, page.seen
    db.session.remove()

    def click(_: int) -> str:
        with app.app_context():
            try:
                return str(marks_sheets.take_sheet(council, digest, seen=seen, now=NOW).id)
            except Conflict:
                return "conflict"

    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(click, range(8))) - {"conflict"}
    assert len(ids) == 1
    assert drafts() == 1


def test_what_changes_is_told_mark_by_mark_and_unit_by_unit(app, actor) -> None:
    page = shown(actor, as_csv(sheet_rows(pack(), lambda place: ("4.5", "6", "1") if place == 0 else ("4", "6", ""))))
    first = page.changes[0]
    assert (first.ref, dict(first.after)) == (
        "ASC/N0001#PC1",
        {Component.THEORY: 4.5, Component.PRACTICAL: 6, Component.VIVA: 1},
    )
    assert page.after.mark_unit == "1/2"
    sums = {unit.code: unit for unit in page.sums}
    criteria = len(pack().units[1].criteria)
    assert sums["ASC/N0002"].after == {Component.THEORY: 4 * criteria, Component.PRACTICAL: 6 * criteria}
    assert sum(sums["ASC/N0002"].before.values()) == scheme_of(world.scheme_version()).unit_total("ASC/N0002")


def test_the_same_marks_as_before_change_nothing(app, actor) -> None:
    scheme = scheme_of(world.scheme_version())
    page = shown(actor, files.marks_file("xlsx", pack(), scheme, str))
    assert (page.reading.faults, page.changes) == ([], ())
    assert list(page.after.cells().items()) == list(scheme.cells().items())


@pytest.mark.parametrize("header", [HEADER, OTHER_HEADER, tuple(name.upper().replace("_", "  ") for name in HEADER)])
def test_headers_are_understood_as_sheets_carry_them(app, actor, header: tuple[str, ...]) -> None:
    title = ["Allocation of marks", *[""] * 7]
    rows = [list(header), *sheet_rows(pack())]
    page = shown(actor, as_csv(rows, title))
    assert (page.reading.problems, page.header.row) == ([], 1)


def test_a_sheet_with_a_fault_is_kept_to_be_looked_at_and_takes_nothing(app, actor) -> None:
    rows = sheet_rows(pack())
    rows[3][5], rows[4][3] = "=4+1", "PC99"
    page = shown(actor, as_csv(rows))
    assert [fault.row for fault in page.reading.faults] == [5]
    assert [fault.row for fault in page.reading.oddities] == [6]
    assert page.after is None
    with pytest.raises(Faulty, match=r"has faults\. Mend them"):
        take(actor, page)
    assert drafts() == 0


def test_the_file_with_faults_has_row_ids_and_details_and_mended_it_is_read_again(app, actor) -> None:
    rows = sheet_rows(pack())
    rows[3][5] = "many"
    page = shown(actor, as_xlsx(rows))
    faults = marks_sheets.faults_by_row(page.reading.faults)
    content = files.error_file(page.table, page.header.row, faults, str)
    table = read_table(content, max_rows=100, sheet="Marks")
    assert table.rows[0][:3] == ("RowId", "ErrorDetails", "QP_ID")
    assert [cells[:2] for cells in table.rows if cells[1] not in {"", "ErrorDetails"}] == [
        ("5", "Theory_Marks: many is no mark. Write a number of 0 or more, such as 4 or 4.5.")
    ]
    mended = [list(cells) for cells in table.rows[1:]]
    mended[3][7] = "4"
    assert shown(actor, as_csv(mended, table.rows[0])).reading.problems == []


def test_the_template_has_every_criterion_and_filled_in_it_is_sound(app, actor) -> None:
    for kind in ("csv", "xlsx"):
        table = read_table(files.template_file(kind, pack(), str), max_rows=100, sheet="Marks")
        assert len(table.rows) == 58
        filled = [[*cells[:5], "3", "7", "", ""] for cells in table.rows[1:]]
        assert shown(actor, as_csv(filled, table.rows[0])).reading.problems == []


def refusal(actor, content: bytes) -> str:
    with pytest.raises(Faulty) as told:
        check(actor, content)
    return str(told.value.words)


def test_files_that_are_no_sheet_are_refused_in_words(app, actor) -> None:
    rows = sheet_rows(pack())
    assert "merged in the column Practical_Marks, rows 3 to 6" in refusal(actor, as_xlsx(rows, merged="G3:G6"))
    assert "more than 3000 rows" in refusal(actor, as_csv(rows * 60))
    assert "too large" in refusal(actor, as_xlsx([*[[]] * 99_999, ["a"] * 8]))
    assert "missing: NOS_ID, PC_ID, Theory_Marks" in refusal(actor, as_csv([["1"]], ["number"]))
    assert "are the same column" in refusal(actor, as_csv(rows, [*HEADER[:7], "Theory Marks"]))
    assert "no rows below" in refusal(actor, as_csv([]))
    assert "not a CSV or XLSX" in refusal(actor, b"%PDF-1.7 rather something else")
    assert "empty" in refusal(actor, b"")


def test_a_formula_in_a_workbook_is_a_fault_of_its_cell(app, actor) -> None:
    rows = sheet_rows(pack())
    rows[0][5] = "=2+2"
    page = shown(actor, as_xlsx(rows))
    assert [(one.row, str(one.words)) for one in page.reading.faults] == [
        (2, "Holds a formula. Write the figure itself.")
    ]


def test_an_open_draft_keeps_its_rules_and_gets_the_marks(app, actor) -> None:
    council = actor("council")
    draft = schemes.start_draft(council, world.pack_version().id, now=NOW)
    given = scheme_of(draft).model_dump(mode="json")
    given["theory"]["minutes"] = 75
    draft = schemes.save_draft(council, draft.id, given, seen=draft.sha256, now=NOW)
    page = shown(actor, as_csv(sheet_rows(pack())))
    assert page.against.id == draft.id
    row = take(actor, page)
    assert (row.id, scheme_of(row).theory.minutes, row.marks_status) == (draft.id, 75, "official")


def test_a_draft_that_moved_on_meanwhile_is_not_overwritten(app, actor) -> None:
    page = shown(actor, as_csv(sheet_rows(pack())))
    schemes.start_draft(actor("council"), world.pack_version().id, now=NOW)
    with pytest.raises(Conflict, match="changed meanwhile"):
        take(actor, page)


@pytest.mark.parametrize("stranger", ["council2", "agency", "centre", "trainer", "admin"])
def test_the_sheet_is_its_own_councils_alone(app, actor, stranger: str) -> None:
    digest = check(actor, as_csv(sheet_rows(pack())))
    for act in (
        lambda: check(actor, as_csv(sheet_rows(pack())), stranger),
        lambda: marks_sheets.show_sheet(actor(stranger), digest),
        lambda: marks_sheets.take_sheet(actor(stranger), digest, seen="", now=NOW),
        lambda: marks_sheets.get_scheme_of(actor(stranger), world.pack_version().id),
    ):
        with pytest.raises(Absent):
            act()


def test_a_sheet_headed_as_the_annexe_of_an_older_pack_is_understood(app, actor) -> None:
    rows = [[f"{code} {title}", label, text, "10", "4", "6"] for _, code, title, label, text, *_ in sheet_rows(pack())]
    header = ("Assessable Outcomes", "PC", "Assessment Criteria for Outcomes", "Out Of", "Theory", "Skills Practical")
    assert shown(actor, as_csv(rows, header)).reading.problems == []
    header = ("NOS Code & Name", "PCs", "Performance Criteria", "Out Of", "Theory", "Practical")
    assert shown(actor, as_csv(rows, header)).reading.problems == []


@pytest.mark.parametrize(
    "header",
    [
        ("NOS Code", "Assessable Outcomes", "PC Code", "PC", "Theory", "Practical"),
        ("NOS Code", "NOS", "PC No.", "PCs", "Theory", "Practical"),
    ],
)
def test_a_name_beside_a_code_is_the_words_that_the_code_stands_for(app, actor, header: tuple[str, ...]) -> None:
    rows = [[code, title, label, text, "4", "6"] for _, code, title, label, text, *_ in sheet_rows(pack())]
    rows[1][3] = "words of no criterion at all"
    page = shown(actor, as_csv(rows, header))
    assert page.reading.faults == []
    assert [(one.row, one.field) for one in page.reading.oddities] == [(3, "PC_Name")]
    assert "are the same column" in refusal(actor, as_csv(rows, (header[1], *header[1:])))
    turned = [header[place] for place in (1, 0, 3, 2, 4, 5)]
    page = shown(actor, as_csv([[row[place] for place in (1, 0, 3, 2, 4, 5)] for row in rows], turned))
    assert [(one.row, one.field) for one in page.reading.oddities] == [(3, "PC_Name")]
