"""Released results as a workbook and as CSV: one line a mark, one line a candidate, and what each column means."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

from assessments.model import Cell, Component
from lms.reports.columns import MARKS, RESULTS, Column, ExportedResult, Mark, Value
from lms.reports.writing import escaped

_WIDEST, _SAMPLE = 48, 12


def marks_of(exported: ExportedResult, component: Component | None) -> Iterator[Mark]:
    """The marks of a result in order of the units, of one component or of all."""
    for cell, score in exported.result.cell_scores.items():
        if component is None or cell.component is component:
            yield Mark(of=exported, cell=Cell(*cell), score=score)


def as_csv(results: Iterable[ExportedResult], component: Component | None) -> bytes:
    """One line a mark, as UTF-8 that spreadsheets open rightly; what a program could run is escaped."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(column.name for column in MARKS)
    for exported in results:
        for mark in marks_of(exported, component):
            writer.writerow(_plain(column.value(mark)) for column in MARKS)
    return text.getvalue().encode("utf-8-sig")


def as_workbook(
    results: Iterable[ExportedResult], component: Component | None, filters: Sequence[tuple[str, str]]
) -> bytes:
    """The sheets Marks, Results, Data dictionary and Filters. No text in it can act as a formula."""
    file = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, {**options, "strings_to_numbers": False}) as book:
        head = book.add_format({"bold": True, "bg_color": "#e3efee", "bottom": 1})
        marks, sums = _sheet(book, "Marks", MARKS, head), _sheet(book, "Results", RESULTS, head)
        line = 0
        for number, exported in enumerate(results, start=1):
            _write(sums, number, [column.value(_whole(exported)) for column in RESULTS])
            for mark in marks_of(exported, component):
                line += 1
                _write(marks, line, [column.value(mark) for column in MARKS])
        marks.autofilter(0, 0, line, len(MARKS) - 1)
        _table(book, "Data dictionary", ("column", "meaning", "values"), _dictionary(), head)
        _table(book, "Filters", ("what", "value"), filters, head)
    return file.getvalue()


def _dictionary() -> list[tuple[str, str, str]]:
    columns = {column.name: column for column in (*MARKS, *RESULTS)}
    return [(column.name, column.meaning, column.values) for column in columns.values()]


def _whole(exported: ExportedResult) -> Mark:
    """A result as a line of its own: the columns of candidates look at no cell."""
    cell, score = next(iter(exported.result.cell_scores.items()))
    return Mark(of=exported, cell=Cell(*cell), score=score)


def _sheet(book: Any, name: str, columns: Sequence[Column], head: Any) -> Any:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        wide = _WIDEST if column.name in {"criterion text", "unit title"} else max(_SAMPLE, len(column.name) + 2)
        sheet.set_column(place, place, wide)
    _write(sheet, 0, [column.name for column in columns], head)
    return sheet


def _table(book: Any, name: str, names: Sequence[str], rows: Sequence[Sequence[str]], head: Any) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, len(names) - 1, 70)
    _write(sheet, 0, names, head)
    for number, row in enumerate(rows, start=1):
        _write(sheet, number, row)


def _write(sheet: Any, line: int, values: Sequence[Value], form: Any = None) -> None:
    for place, value in enumerate(values):
        if isinstance(value, str):
            sheet.write_string(line, place, escaped(value), form)
        else:
            sheet.write_number(line, place, value, form)


def _plain(value: Value) -> Value:
    return escaped(value) if isinstance(value, str) else value
