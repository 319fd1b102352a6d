"""A sheet of marks is read as whoever looks at it sees it; what they do not see, or what does not add up, is told."""

import io
from collections.abc import Callable, Sequence

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from assessments.marks_sheet_rows import SheetField
from assessments.model import Cell, Component
from lms.services import marks_sheets
from tests.lms.marks_files import HEADER, as_csv, sheet_rows
from tests.lms.services.test_marks_sheets import pack, shown


def workbook(
    rows: Sequence[Sequence[str]],
    change: Callable[[xlsxwriter.Workbook, Worksheet], None],
    header: Sequence[str] = HEADER,
) -> bytes:
    """A workbook with these rows, changed by hand."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_numbers": True}) as book:
        page = book.add_worksheet("Allocation")
        for number, row in enumerate([header, *rows]):
            page.write_row(number, 0, row)
        change(book, page)
    return file.getvalue()


def told(page: marks_sheets.SheetPage) -> list[tuple[int, SheetField | None, str]]:
    return [(one.row, one.field, str(one.words)) for one in page.reading.problems]


def test_a_cell_shown_as_a_percentage_is_no_half_mark(app, actor) -> None:
    def change(book: xlsxwriter.Workbook, page: Worksheet) -> None:
        for number, code in enumerate(["0%", "0.00%", '0.0" of "%'], start=1):
            page.write_number(number, 5, 0.5, book.add_format({"num_format": code}))

    page = shown(actor, workbook(sheet_rows(pack()), change))
    assert told(page) == [
        (row, SheetField.THEORY, "50% is no mark. Write a number of 0 or more, such as 4 or 4.5.") for row in (2, 3, 4)
    ]
    assert page.after is None


def test_other_formats_of_numbers_are_marks_as_they_are_kept(app, actor) -> None:
    def change(book: xlsxwriter.Workbook, page: Worksheet) -> None:
        for number, code in enumerate(["0.00", '0" %"', "0.0_)", '[Red]"%"0'], start=1):
            page.write_number(number, 5, 4.5, book.add_format({"num_format": code}))

    page = shown(actor, workbook(sheet_rows(pack()), change))
    assert told(page) == []
    assert page.after.cells()[Cell("ASC/N0001#PC4", Component.THEORY)] == 9


def test_hidden_rows_and_columns_are_told_and_their_marks_are_shown(app, actor) -> None:
    def change(_book: xlsxwriter.Workbook, page: Worksheet) -> None:
        page.set_row(2, None, None, {"hidden": True})
        page.set_row(900, None, None, {"hidden": True})
        page.set_column("G:G", None, None, {"hidden": True})
        page.set_column("J:K", None, None, {"hidden": True})

    page = shown(actor, workbook(sheet_rows(pack()), change))
    assert told(page) == [
        (0, SheetField.PRACTICAL, "This column is hidden in the sheet, and is read all the same."),
        (3, None, "This row is hidden in the sheet, and is read all the same."),
    ]
    assert page.after is not None


def test_which_sheet_of_a_workbook_is_read_is_told_and_a_hidden_one_is_not(app, actor) -> None:
    def change(book: xlsxwriter.Workbook, page: Worksheet) -> None:
        hidden, other = book.add_worksheet("Marks"), book.add_worksheet("Last year")
        hidden.write_row(0, 0, HEADER)
        hidden.hide()
        other.write_row(0, 0, HEADER)
        page.activate()

    page = shown(actor, workbook(sheet_rows(pack()), change))
    assert (page.table.sheet, page.table.others, told(page)) == ("Allocation", ("Last year",), [])


def test_columns_of_sums_are_held_against_the_marks(app, actor) -> None:
    rows = [[*row, "10", ""] for row in sheet_rows(pack())]
    first = [row for row in rows if row[1] == "ASC/N0001"]
    rows[0][9] = str(10 * len(first))
    assert told(shown(actor, as_csv(rows, [*HEADER, "Out Of", "Total Mark"]))) == []
    rows[0][9], rows[1][8], rows[2][8] = "100", "20", "ten"
    page = shown(actor, as_csv(rows, [*HEADER, "Out Of", "Total Mark"]))
    assert told(page) == [
        (2, SheetField.TOTAL, "Is 100; the marks that it sums up come to 10, and these count."),
        (3, SheetField.OUT_OF, "Is 20; the marks that it sums up come to 10, and these count."),
        (4, SheetField.OUT_OF, "ten is no mark. Write a number of 0 or more, such as 4 or 4.5."),
    ]
    assert page.after is not None


def test_a_row_of_sums_is_held_against_its_unit_and_the_pack(app, actor) -> None:
    rows = [[*row, ""] for row in sheet_rows(pack())]
    criteria = len([row for row in rows if row[1] == "ASC/N0001"])
    unit = ["", "ASC/N0001", "", "Total", "", "", "", "", str(10 * criteria)]
    rows += [unit, ["Total", *[""] * 7, "570"], [*[""] * 8, "571"]]
    page = shown(actor, as_csv(rows, [*HEADER, "Total Marks"]))
    words = "Is 571; the marks that it sums up come to 570, and these count."
    assert told(page) == [(len(rows) + 1, SheetField.TOTAL, words)]


def test_a_merged_column_of_totals_keeps_nobody_from_uploading(app, actor) -> None:
    page = shown(
        actor,
        workbook(
            [[*row, ""] for row in sheet_rows(pack())],
            lambda _book, page: page.merge_range("I2:I10", 90) and None,
            [*HEADER, "Total Mark"],
        ),
    )
    assert told(page) == []


def test_unseen_signs_and_the_figures_of_another_script_are_read_as_they_look(app, actor) -> None:
    rows = sheet_rows(pack())
    rows[0][5], rows[1][5], rows[2][3] = "४.५", "\u200e4\u00a0\u200b", "P\u200bC3"
    page = shown(actor, as_csv(rows))
    assert told(page) == []
    assert page.after.cells()[Cell("ASC/N0001#PC1", Component.THEORY)] == 9


@pytest.mark.parametrize(
    ("theory", "practical"),
    [
        ("Max Marks Theory", "Maximum Marks - Practical"),
        ("Theory (Max. Marks)", "Skills Practical: max marks"),
        ("Marks for Theory", "Full marks in practicals"),
        ("Theory marks out of", "PRACTICAL TEST MARKS"),
    ],
)
def test_columns_of_marks_are_known_whatever_else_their_headers_say(app, actor, theory: str, practical: str) -> None:
    page = shown(actor, as_csv(sheet_rows(pack()), [*HEADER[:5], theory, practical, HEADER[7]]))
    assert (page.header.unused, told(page)) == ((), [])
    assert page.after.cells()[Cell("ASC/N0001#PC1", Component.PRACTICAL)] == 6


@pytest.mark.parametrize("header", ["Pass Marks Theory", "Theory marks obtained", "Theory %", "Total Theory"])
def test_a_column_that_may_be_of_marks_is_not_left_out_while_others_are_taken(app, actor, header: str) -> None:
    page = shown(actor, as_csv(sheet_rows(pack()), [*HEADER[:5], header, *HEADER[6:]]))
    words = f"“{header}” is not read. Call the column Theory_Marks if it holds the marks, or remove it."
    assert (told(page), page.after) == ([(0, SheetField.THEORY, words)], None)
    both = [[*row, "2"] for row in sheet_rows(pack())]
    page = shown(actor, as_csv(both, [*HEADER, header]))
    assert (told(page), page.header.unused, page.after is None) == ([], (header,), False)


@pytest.mark.parametrize("header", ["Practical + Viva Marks", "Skills Practical and Viva", "Practical/Viva-voce"])
def test_a_column_of_several_components_is_not_left_out_while_others_are_taken(app, actor, header: str) -> None:
    page = shown(actor, as_csv(sheet_rows(pack()), [*HEADER[:6], header, *HEADER[7:]]))
    words = f"“{header}” is not read. Call the column Practical_Marks if it holds the marks, or remove it."
    assert (told(page), page.after) == ([(0, SheetField.PRACTICAL, words)], None)
    both = [[*row, "10"] for row in sheet_rows(pack())]
    page = shown(actor, as_csv(both, [*HEADER, "Theory + Practical Marks"]))
    assert (told(page), page.after is None) == ([], False)


def test_a_sheet_without_any_mark_is_not_offered_to_be_taken(app, actor) -> None:
    page = shown(actor, as_csv(sheet_rows(pack(), lambda _: ("", "-", ""))))
    assert (page.after, [words for row, _, words in told(page) if not row]) == (
        None,
        ["No row of the sheet has marks."],
    )
