"""Released results as a workbook and as CSV: one line a mark, one line a candidate, and what each column means."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

from assessments.model import Cell, Component, unit_of
from lms.reports.columns import DECISION, MARK, SUMS, WHO, Column, ExportedResult, Mark, Value
from lms.reports.summary import MEANINGS, SUMMARY, summary_lines
from lms.reports.writing import escaped

_RESULT = (*WHO, *SUMS, *DECISION)
RESULTS = tuple(column.name for column in _RESULT)
MARKS = (
    *(column.name for column in WHO),
    *(column.name for column in MARK),
    *(column.name for column in DECISION),
)
_WIDE, _WIDEST, _NARROWEST = {"criterion text", "unit title"}, 48, 12


def as_csv(results: Iterable[ExportedResult], component: Component | None) -> bytes:
    """One line a mark, as UTF-8 that spreadsheets open rightly; what a program could run is escaped."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(MARKS)
    for exported in results:
        writer.writerows(mark_lines(exported, component))
    return text.getvalue().encode("utf-8-sig")


def as_workbook(
    results: Iterable[ExportedResult], component: Component | None, filters: Sequence[tuple[str, str]]
) -> bytes:
    """The sheets Marks, Results, Summary, Data dictionary and Filters. No text in it can act as a formula."""
    file = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, {**options, "strings_to_numbers": False}) as book:
        head = book.add_format({"bold": True, "bg_color": "#e3efee", "bottom": 1})
        marks, sums = (_sheet(book, name, names, head) for name, names in (("Marks", MARKS), ("Results", RESULTS)))
        line, decided = 0, []
        for number, exported in enumerate(results, start=1):
            decided.append(result_line(exported))
            _write(sums, number, decided[-1])
            for values in mark_lines(exported, component):
                line += 1
                _write(marks, line, values)
        marks.autofilter(0, 0, line, len(MARKS) - 1)
        _table(book, "Summary", SUMMARY, summary_lines(RESULTS, decided), head)
        _table(book, "Data dictionary", ("column", "meaning", "values"), _dictionary(), head)
        _table(book, "Filters", ("what", "value"), filters, head)
    return file.getvalue()


def mark_lines(exported: ExportedResult, component: Component | None) -> Iterator[list[Value]]:
    """The lines of a result's marks in order of the units, of one component or of all."""
    who = [_safe(column.value(exported)) for column in WHO]
    decision = [_safe(column.value(exported)) for column in DECISION]
    for cell, score in exported.result.cell_scores.items():
        if component is None or cell.component is component:
            title, text = exported.texts[cell.ref]
            unit = unit_of(cell.ref)
            mark = Mark(
                cell=Cell(*cell),
                score=score,
                unit_title=title,
                text=text,
                attempt=exported.carried.get(unit, exported.attempt),
                is_option=unit not in exported.result.unit_scores,
            )
            yield [*who, *(_safe(column.value(mark)) for column in MARK), *decision]


def result_line(exported: ExportedResult) -> list[Value]:
    """The line of a result."""
    return [_safe(column.value(exported)) for column in _RESULT]


def _safe(value: Value) -> Value:
    return escaped(value) if isinstance(value, str) else value


def _dictionary() -> list[tuple[str, str, str]]:
    columns: tuple[Column[Any], ...] = (*WHO, *MARK, *SUMS, *DECISION)
    return [*((column.name, column.meaning, column.values) for column in columns), *MEANINGS]


def _sheet(book: Any, name: str, names: Sequence[str], head: Any) -> Any:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(names):
        sheet.set_column(place, place, _WIDEST if column in _WIDE else max(_NARROWEST, len(column) + 2))
    _write(sheet, 0, names, head)
    return sheet


def _table(book: Any, name: str, names: Sequence[str], rows: Sequence[Sequence[Value]], head: Any) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, len(names) - 1, 70)
    _write(sheet, 0, names, head)
    for number, row in enumerate(rows, start=1):
        _write(sheet, number, [_safe(value) for value in row])


def _write(sheet: Any, line: int, values: Sequence[Value], form: Any = None) -> None:
    for place, value in enumerate(values):
        if isinstance(value, str):
            sheet.write_string(line, place, value, form)
        else:
            sheet.write_number(line, place, value, form)
