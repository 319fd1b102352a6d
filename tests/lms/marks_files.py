"""Sheets of marks as files, as councils send them."""

import csv
import io
from collections.abc import Callable, Sequence

import xlsxwriter

from curriculum.model import QualificationPack

HEADER = ("QP_ID", "NOS_ID", "NOS_Name", "PC_ID", "PC_Name", "Theory_Marks", "Practical_Marks", "Viva_Marks")
OTHER_HEADER = (
    "QP Code",
    "NOS Code",
    "NOS Name",
    "Elements and Performance Criteria",
    "Assessment Criteria for Outcomes",
    "Theory Marks",
    "Practical Marks",
    "Viva Marks",
)


def sheet_rows(
    pack: QualificationPack, marks: Callable[[int], Sequence[str]] = lambda _: ("4", "6", "")
) -> list[list[str]]:
    """A row for each criterion; `marks` gives those of the row by its place from 0."""
    lines = [(unit, line) for unit in pack.units for line in unit.criteria]
    return [
        [pack.code, unit.code, unit.title, line.id, line.text, *marks(place)]
        for place, (unit, line) in enumerate(lines)
    ]


def as_csv(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def as_xlsx(rows: Sequence[Sequence[object]], header: Sequence[str] = HEADER, merged: str = "") -> bytes:
    """A workbook with numbers as numbers; `merged` cells hold what stands in the first of them."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_numbers": True}) as book:
        page = book.add_worksheet("Allocation")
        for number, row in enumerate([header, *rows]):
            for place, cell in enumerate(row):
                page.write(number, place, cell)
        if merged:
            page.merge_range(merged, "50")
    return file.getvalue()
