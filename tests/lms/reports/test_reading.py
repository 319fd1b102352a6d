"""Reading uploaded tables: every encoding and program, and files that mean harm."""

import io
import zipfile
from collections.abc import Mapping

import pytest

from lms.reports.reading import read_table
from lms.reports.writing import RISKY, Sheet, csv_file, escaped, plain, xlsx_file
from lms.services.errors import Faulty

WORKSHEET = "xl/worksheets/sheet1.xml"
NAMES = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = f'<?xml version="1.0"?><worksheet {NAMES}><sheetData>'


def workbook(rows: str, extra: Mapping[str, bytes] | None = None) -> bytes:
    """A workbook whose first sheet holds these rows of XML."""
    sound = xlsx_file([Sheet(name="Roster", header=["a"])])
    parts = {
        name: zipfile.ZipFile(io.BytesIO(sound)).read(name) for name in zipfile.ZipFile(io.BytesIO(sound)).namelist()
    }
    parts[WORKSHEET] = f"{HEAD}{rows}</sheetData></worksheet>".encode()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**parts, **(extra or {})}.items():
            archive.writestr(name, part)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_csv_is_read_the_same_in_every_encoding_and_with_every_separator(encoding: str, mark: str) -> None:
    text = f"number{mark}name\r\n007{mark}Małgorzata Żak\r\n"
    assert read_table(text.encode(encoding), max_rows=10).rows == (("number", "name"), ("007", "Małgorzata Żak"))


def test_western_accents_are_read_as_windows_1252() -> None:
    assert read_table("name,number\nJosé Nuñez,1\n".encode("cp1252"), max_rows=10).rows[1] == ("José Nuñez", "1")


def test_an_excel_hint_of_the_separator_is_followed() -> None:
    assert read_table(b"sep=;\na;b,c\n", max_rows=10).rows == (("a", "b,c"),)


def test_texts_that_look_like_missing_values_stay_texts() -> None:
    assert read_table(b"a,b\nnull,NA\n", max_rows=10).rows[1] == ("null", "NA")


def test_cells_of_a_workbook_are_texts_without_rounding_and_formulas_show_as_formulas() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>92.33</v></c><c r="B1"><v>9876543210</v></c>'
        '<c r="C1"><f>SUM(B1)</f><v>92</v></c><c r="D1" t="str"><f t="shared" si="0"/><v>abc</v></c></row>'
    )
    assert read_table(workbook(rows), max_rows=10).rows == (("92.33", "9876543210", "=SUM(B1)", "="),)


def test_no_more_rows_are_read_than_asked_for_and_one() -> None:
    assert len(read_table(b"a,b\n" * 10_000, max_rows=20).rows) == 21


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"%PDF-1.7 something", "not a CSV or XLSX"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a CSV or XLSX"),
        (b"<html><table><tr><td>a</td></tr></table></html>", "not a CSV or XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "old Excel file"),
        (b"PK\x03\x04 and then nothing", "damaged"),
    ],
)
def test_other_kinds_of_file_are_told_by_their_content(content: bytes, words: str) -> None:
    with pytest.raises(Faulty, match=words):
        read_table(content, max_rows=10)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(Faulty, match="not a CSV or XLSX"):
        read_table(file.getvalue(), max_rows=10)


CELL = '<c r="A1"><v>1</v></c>'
CELL_ROW = f'<row r="1">{CELL}</row>'
FAR = {
    "a cell far out": f'<row r="1">{CELL}</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "cells without a place": '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
    "a bracket in an attribute": f'<row r="1"><c s=">" r="XFD1048576"><v>1</v></c>{CELL}</row>',
    "a place inside another attribute": """<row r="9"><c x=' r="XFD1048576"' r="A1"><f>1</f></c></row>""",
    "a comment that hides": f'<row r="1">{CELL}</row><!-- r="A1" --><row r="1048576"><c r="XFD9"><v>1</v></c></row>',
    "a text that never ends": f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"a" * 41 * 1024 * 1024}</t></is></c></row>',
}


@pytest.mark.parametrize("trick", FAR)
def test_a_small_file_cannot_become_a_huge_sheet(trick: str) -> None:
    with pytest.raises(Faulty, match=r"too large|damaged"):
        read_table(workbook(FAR[trick]), max_rows=10)


def _shared(texts: str, said: str = "") -> dict[str, bytes]:
    """The part with the texts that cells share."""
    return {"xl/sharedStrings.xml": f'<?xml version="1.0"?><sst {said}{NAMES}>{texts}</sst>'.encode()}


SAME = '<c t="s"><v>0</v></c>' * 99
MANY = "".join(f'<row r="{row}">{SAME}</row>' for row in range(1, 100))


@pytest.mark.parametrize("count", ["4294967295", "18446744073709551615", " 500001 "])
@pytest.mark.parametrize("name", ["count", "uniqueCount"])
def test_a_number_of_shared_texts_that_is_a_lie_reserves_no_memory(name: str, count: str) -> None:
    lie = _shared("<si><t>a</t></si>", f'{name}="{count}" ')
    with pytest.raises(Faulty, match="too large"):
        read_table(workbook(CELL, lie), max_rows=10)


def test_a_long_text_in_many_cells_is_counted_in_each() -> None:
    rich = "<si><r><t>{0}</t></r><r><t>{0}</t></r></si>"
    with pytest.raises(Faulty, match="too large"):
        read_table(workbook(MANY, _shared(rich.format("a" * 3000))), max_rows=10)
    rows = read_table(workbook(MANY, _shared(rich.format("ab"))), max_rows=10).rows
    assert set(rows) == {("abab",) * 99}


def test_more_shared_texts_than_a_sheet_has_cells_are_refused() -> None:
    with pytest.raises(Faulty, match="too large"):
        read_table(workbook(CELL, _shared("<si><t>a</t></si>" * 500_001)), max_rows=10)


def test_a_sheet_hidden_under_another_parts_name_is_measured_too() -> None:
    sheet = f"{HEAD}{FAR['a cell far out']}</sheetData></worksheet>".encode()
    with pytest.raises(Faulty, match="too large"):
        read_table(workbook("", {"xl/sharedStrings.xml": sheet}), max_rows=10)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" t="e"><v>#REF!</v></c>',
        "<c t='e' s=\"1\" r='A1'><v>#REF!</v></c>",
        '<c r="A1" s="1" t="e" cm="1"> <v>#REF!</v></c>',
    ],
)
def test_a_fault_that_was_pasted_is_no_empty_cell(cell: str) -> None:
    assert read_table(workbook(f'<row r="1">{cell}</row>'), max_rows=10).rows == (("#REF!",),)


@pytest.mark.parametrize("place", ["", "x", "-1", "9" * 5000, "16384"])
def test_what_is_hidden_nowhere_or_far_out_costs_nothing(place: str) -> None:
    column = f'<col min="1" max="{place}" hidden="1"/>'
    sheet = f"<cols>{column * 5000}</cols><sheetData>".join(HEAD.split("<sheetData>"))
    rows = f'{CELL_ROW}<row r="2" hidden="true"></row></sheetData></worksheet>'
    table = read_table(workbook("", {WORKSHEET: (sheet + rows).encode()}), max_rows=10)
    assert table.rows == (("1",),)
    assert table.hidden_columns == (tuple(range(100)) if place == "16384" else ())


def test_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "ccc"><!ENTITY d "&b;&b;&b;">]><a>&d;</a>'
    with pytest.raises(Faulty, match="damaged"):
        read_table(workbook("", {"xl/sharedStrings.xml": bomb}), max_rows=10)


def test_an_empty_row_at_the_end_of_the_sheet_is_no_harm() -> None:
    assert read_table(workbook(f'<row r="1">{CELL}</row><row r="1048576"></row>'), max_rows=10).rows == (("1",),)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", '=HYPERLINK("http://x")'])
def test_what_a_program_could_run_is_escaped_and_comes_back_as_it_was(cell: str) -> None:
    assert escaped(cell).startswith("'")
    assert plain(escaped(cell)) == cell
    for content in (
        csv_file(["a", "b"], [[cell, "2"]]),
        xlsx_file([Sheet(name="Roster", header=["a"], rows=[[cell, "2"]])]),
    ):
        assert read_table(content, max_rows=10).rows[1] == (escaped(cell), "2")


@pytest.mark.parametrize("blank", ["", " ", "\u00a0", "\u200b", "\u3000", "\ufeff"])
@pytest.mark.parametrize("sign", RISKY)
def test_no_sign_and_no_blank_before_it_lets_a_formula_out_of_a_file(blank: str, sign: str) -> None:
    cell = f"{blank}{sign}1+1"
    assert escaped(cell) == escaped(escaped(cell)) == f"'{cell}"
    assert plain(escaped(cell)) == cell


def test_names_with_an_apostrophe_are_left_alone() -> None:
    assert escaped("D'Souza") == plain("D'Souza") == "D'Souza"
    assert plain("'t Hooft") == "'t Hooft"
