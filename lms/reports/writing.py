"""Tables of texts to CSV and XLSX files in which nothing can act: cells that a program could run are escaped."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

# What makes spreadsheet programs take a text for a formula; some take the wide forms of East Asian keyboards too.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PASSED_OVER = " \u00a0\u200b\u3000\ufeff"  # before it
MIME = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# The same file for the same table, whenever it is made.
_MADE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How a column of a sheet is laid out: its width, the note on its header, and what may be entered below it."""

    width: int = 18
    note: str = ""
    rule: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of a workbook. `columns` are laid out in order; cells of `marked` columns stand out."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]] = ()
    columns: Sequence[Column] = ()
    marked: frozenset[int] = field(default_factory=frozenset)


def escaped(cell: str) -> str:
    """The cell as text that no program runs: an apostrophe before what could begin a formula."""
    return f"'{cell}" if _is_risky(cell) else cell


def plain(cell: str) -> str:
    """A cell as it was before `escaped`."""
    return cell[1:] if cell.startswith("'") and _is_risky(cell[1:]) else cell


def _is_risky(cell: str) -> bool:
    return cell.lstrip(_PASSED_OVER).startswith(RISKY)


def csv_file(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A CSV file that spreadsheet programs open with all letters right (UTF-8 with its mark, commas, CRLF)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([escaped(cell) for cell in row] for row in [header, *rows])
    return text.getvalue().encode("utf-8-sig")


def xlsx_file(sheets: Sequence[Sheet]) -> bytes:
    """A workbook: every cell a text, the header frozen, notes and rules where the columns name them."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"created": _MADE.replace(tzinfo=None)})
        for sheet in sheets:
            _write_sheet(book, sheet)
    return file.getvalue()


def _write_sheet(book: Any, sheet: Sheet) -> None:
    text = book.add_format({"num_format": "@", "valign": "top"})
    head = book.add_format({"bold": True, "bg_color": "#e3efee", "bottom": 1, "num_format": "@"})
    mark = book.add_format({"font_color": "#a3261d", "text_wrap": True, "valign": "top", "num_format": "@"})
    page = book.add_worksheet(sheet.name)
    page.freeze_panes(1, 0)
    for number, word in enumerate(sheet.header):
        column = sheet.columns[number] if number < len(sheet.columns) else Column()
        page.set_column(number, number, column.width, text)
        page.write_string(0, number, escaped(word), head)
        if column.note:
            page.write_comment(0, number, column.note, {"x_scale": 1.6})
        if column.rule:
            page.data_validation(1, number, 500, number, dict(column.rule))
    for place, row in enumerate(sheet.rows, start=1):
        for number, cell in enumerate(row):
            page.write_string(place, number, escaped(cell), mark if number in sheet.marked else text)
