"""Sheets of marks as files to download: the pack's criteria to fill in, a scheme's marks, an upload with its errors."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from assessments.marks import shown
from assessments.marks_sheet_rows import MARK_FIELDS, RowProblem, SheetField
from assessments.model import AssessmentScheme, Component
from assessments.unit_figures import figures_of
from assessments.words import Message
from curriculum.model import NosUnit, QualificationPack
from lms.reports.reading import Table
from lms.reports.writing import Column, Sheet, csv_file, plain, xlsx_file

ROW_ID, DETAILS = "RowId", "ErrorDetails"
SHEET = "Marks"
# The marks begin in the sixth column.
_MARK_RULE = {
    "validate": "custom",
    "value": '=OR(F2="-",AND(ISNUMBER(VALUE(F2)),VALUE(F2)>=0,VALUE(F2)<=1000))',
    "error_title": "Marks",
    "error_message": "A number such as 4 or 4.5; empty or - for none.",
}
# What each column is for; the same words on the page and in the notes of the template.
NOTES: Mapping[SheetField, Message] = {
    SheetField.PACK: Message("The code of the pack. Left out, it is the pack that the sheet is uploaded for."),
    SheetField.UNIT: Message("The code of the unit, in every row."),
    SheetField.UNIT_TITLE: Message("The title of the unit; it tells the unit where there is no code."),
    SheetField.LABEL: Message(
        "The code of the criterion, such as PC4. Empty in a row of an element or of a whole unit."
    ),
    SheetField.TEXT: Message("The words of the criterion, or the title of an element that carries marks as a whole."),
    SheetField.THEORY: Message("Marks for theory, such as 4 or 4.5. Empty or - for none."),
    SheetField.PRACTICAL: Message("Marks for the practical."),
    SheetField.PROJECT: Message("Marks for the project."),
    SheetField.VIVA: Message("Marks for the viva."),
}
HEADER = tuple(name.value for name in NOTES)
_WIDTHS = {SheetField.UNIT_TITLE: 36, SheetField.TEXT: 70}
_NEEDED = (SheetField.UNIT, SheetField.LABEL)


def template_file(kind: str, pack: QualificationPack, say: Callable[[Message], str]) -> bytes:
    """The pack's criteria, a row each, without marks."""
    rows = [_row(pack, unit, line.id, line.text, {}) for unit in pack.units for line in unit.criteria]
    return _file(kind, rows, say)


def marks_file(kind: str, pack: QualificationPack, scheme: AssessmentScheme, say: Callable[[Message], str]) -> bytes:
    """The marks of a scheme as a sheet that can be changed and uploaded again: units, elements, criteria."""
    return _file(kind, list(_rows_of(pack, scheme)), say)


def error_file(
    table: Table, header_row: int, faults: Mapping[int, Sequence[RowProblem]], say: Callable[[Message], str]
) -> bytes:
    """The file as it was uploaded, after the number of each row and what is wrong with it."""
    kept = [place for place, cell in enumerate(table.rows[header_row]) if cell.strip() not in {ROW_ID, DETAILS}]
    title = [ROW_ID, DETAILS, *(table.rows[header_row][place] for place in kept)]
    body = [["", _words(faults[0], say), *("" for _ in kept)]] if faults.get(0) else []
    for number, cells in enumerate(table.rows, start=1):
        if number > header_row + 1:
            own = [plain(cells[place]) if place < len(cells) else "" for place in kept]
            body.append([str(number), _words(faults.get(number, ()), say), *own])
    if table.kind == "csv":
        return csv_file(title, body)
    columns = [Column(width=8), Column(width=60), *(Column() for _ in kept)]
    return xlsx_file([Sheet(name=SHEET, header=title, rows=body, columns=columns, marked=frozenset({1}))])


def _words(problems: Sequence[RowProblem], say: Callable[[Message], str]) -> str:
    return "; ".join(f"{one.field}: {say(one.words)}" if one.field else say(one.words) for one in problems)


def _rows_of(pack: QualificationPack, scheme: AssessmentScheme) -> Iterator[list[str]]:
    for figures in figures_of(scheme, pack):
        unit = figures.unit
        if figures.whole:
            yield _row(pack, unit, "", "", figures.whole)
        for number, element in enumerate(unit.elements, start=1):
            if number in figures.elements:
                yield _row(pack, unit, "", element.title, figures.elements[number])
            for line in element.criteria:
                yield _row(pack, unit, line.id, line.text, figures.criteria.get(line.id, {}))


def _row(
    pack: QualificationPack, unit: NosUnit, label: str, text: str, marks: Mapping[Component, Fraction]
) -> list[str]:
    own = [shown(marks[component]) if component in marks else "" for component in MARK_FIELDS.values()]
    return [pack.code, unit.code, unit.title, label, text, *own]


def _file(kind: str, rows: Sequence[Sequence[str]], say: Callable[[Message], str]) -> bytes:
    if kind == "csv":
        return csv_file(HEADER, rows)
    columns = [
        Column(
            width=_WIDTHS.get(name, 16), note=say(NOTES[name]), rule=_MARK_RULE if name is SheetField.THEORY else None
        )
        for name in NOTES
    ]
    notes = [[name.value, "yes" if name in _NEEDED else "", say(words)] for name, words in NOTES.items()]
    return xlsx_file(
        [
            Sheet(name=SHEET, header=HEADER, rows=rows, columns=columns),
            Sheet(
                name="Notes",
                header=("column", "needed", "what to write"),
                rows=notes,
                columns=(Column(width=20), Column(width=10), Column(width=90)),
            ),
        ]
    )
