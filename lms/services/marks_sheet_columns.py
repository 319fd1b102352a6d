"""The columns of a sheet of marks: how sheets in the field head them, and which one a header means."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessments.marks_sheet_rows import MARK_FIELDS, SheetField, SheetRow
from assessments.words import Message
from lms.services.errors import Faulty

# Headers as sheets carry them, in lower case, letters only.
_VARIANTS = {
    SheetField.PACK: "qpid qpcode qpno qualificationpackcode qualificationpack packcode pack",
    SheetField.UNIT: "nosid noscode nosno unitcode unit oscode nos noscodename noscodeandname noscodenosname"
    " noscodeandtitle noscodetitle assessableoutcomes assessableoutcome",
    SheetField.UNIT_TITLE: "nosname nostitle unittitle unitname nosdescription",
    SheetField.LABEL: "pcid pccode pcno pc pcs criterion criterioncode elementsandperformancecriteria"
    " performancecriteriacode",
    SheetField.TEXT: "pcname pctext pcdescription assessmentcriteriaforoutcomes assessmentcriteria performancecriteria"
    " criteriontext assessmentcriteriaforoutcome",
    SheetField.THEORY: "theorymarks theorymark theory",
    SheetField.PRACTICAL: "practicalmarks practicalmark practical skillspractical skillspracticalmarks",
    SheetField.PROJECT: "projectmarks projectmark project",
    SheetField.VIVA: "vivamarks vivamark viva vivavoce",
    SheetField.OUT_OF: "outof marksoutof maxmarks maximummarks",
    SheetField.TOTAL: "totalmark totalmarks total",
}
# What headers say of a component besides its name: `Max Marks Theory`, `Maximum Marks - Practical`, `Viva (out of)`.
_COMPONENTS = {
    "theory": SheetField.THEORY,
    "practical": SheetField.PRACTICAL,
    "practicals": SheetField.PRACTICAL,
    "project": SheetField.PROJECT,
    "viva": SheetField.VIVA,
}
_AROUND = {
    *("max", "maximum", "mark", "marks", "full", "allocated", "allocation", "allotted", "out"),
    *("for", "of", "in", "the", "skill", "skills", "voce", "work", "test", "exam", "component"),
}
# Names of two columns: of codes, or where a column of codes stands beside them, of what those stand for.
_BESIDE_CODES = {
    "assessableoutcomes": (SheetField.UNIT, SheetField.UNIT_TITLE),
    "assessableoutcome": (SheetField.UNIT, SheetField.UNIT_TITLE),
    "nos": (SheetField.UNIT, SheetField.UNIT_TITLE),
    "pc": (SheetField.LABEL, SheetField.TEXT),
    "pcs": (SheetField.LABEL, SheetField.TEXT),
}
_FIELD_OF = {variant: name for name, variants in _VARIANTS.items() for variant in variants.split()}
# Sheets often begin with a title; the header is looked for in this many rows.
_LOOK_IN = 15
MOST_ROWS = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetHeader:
    """Where the header stands (row from 0), which column holds which field, and the columns nobody asked for."""

    row: int
    columns: Mapping[SheetField, int]
    unused: tuple[str, ...]


def field_of(header: str) -> SheetField | None:
    """The field that a header means, however it is spelt; percentages are no marks."""
    named = components_in(header)
    if "%" in header and named:
        return None
    known = _FIELD_OF.get(_plain(header))
    words = set(re.findall(r"[a-z]+", header.lower()))
    one = named[0] if len(named) == 1 and words <= _AROUND | set(_COMPONENTS) else None
    return known or one


def components_in(header: str) -> list[SheetField]:
    """The columns of marks whose components a header names, whatever else it says."""
    words = re.findall(r"[a-z]+", header.lower())
    return list(dict.fromkeys(_COMPONENTS[word] for word in words if word in _COMPONENTS))


def find_header(rows: Sequence[Sequence[str]]) -> SheetHeader:
    """The header of a sheet. Raises Faulty that names what is missing, or a column that is there twice."""
    looked = range(min(len(rows), _LOOK_IN))
    number = max(looked, key=lambda place: (len(_known(rows[place])), -place), default=0)
    header = rows[number] if rows else ()
    columns: dict[SheetField, int] = {}
    for place, (cell, name) in enumerate(zip(header, _fields_of(header), strict=True)):
        if name is not None and columns.setdefault(name, place) != place:
            facts = {"first": header[columns[name]].strip(), "second": cell.strip()}
            raise Faulty(Message("“%(first)s” and “%(second)s” are the same column. Remove one of them.", facts))
    _require(columns)
    used = set(columns.values())
    unused = tuple(cell.strip() for place, cell in enumerate(header) if cell.strip() and place not in used)
    return SheetHeader(row=number, columns=columns, unused=unused)


def rows_of(rows: Sequence[Sequence[str]], header: SheetHeader) -> list[SheetRow]:
    """The rows below the header that hold anything in a known column."""
    found = []
    for number, cells in enumerate(rows[header.row + 1 :], start=header.row + 2):
        own = {name: cells[place] if place < len(cells) else "" for name, place in header.columns.items()}
        if any(cell.strip() for cell in own.values()):
            found.append(SheetRow(number=number, cells=own))
    return found


def _fields_of(header: Sequence[str]) -> list[SheetField | None]:
    """The fields of a header's cells, each told by those beside it where its name alone does not."""
    fields = [field_of(cell) for cell in header]
    sure = {name for cell, name in zip(header, fields, strict=True) if _plain(cell) not in _BESIDE_CODES}
    for place, cell in enumerate(header):
        code, words = _BESIDE_CODES.get(_plain(cell), (None, None))
        if code in sure and words not in fields:
            fields[place] = words
    return fields


def _plain(header: str) -> str:
    return re.sub(r"[^a-z]", "", header.lower())


def _known(row: Sequence[str]) -> set[SheetField]:
    return {name for cell in row if (name := field_of(cell)) is not None}


def _require(columns: Mapping[SheetField, int]) -> None:
    lacking = []
    if not {SheetField.UNIT, SheetField.UNIT_TITLE} & set(columns):
        lacking.append(SheetField.UNIT)
    if not {SheetField.LABEL, SheetField.TEXT} & set(columns):
        lacking.append(SheetField.LABEL)
    if not set(MARK_FIELDS) & set(columns):
        lacking.append(SheetField.THEORY)
    if lacking:
        facts = {"columns": ", ".join(lacking)}
        raise Faulty(
            Message("These columns are missing: %(columns)s. Rename the headers or start from the template.", facts)
        )
