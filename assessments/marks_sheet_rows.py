"""Rows of a sheet of marks as they were typed: what each column says, and what may be wrong with a row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assessments.criterion_matching import bare_label
from assessments.model import Component
from curriculum.published.codes import UNIT_CODE
from curriculum.published.lines import bare_text
from curriculum.published.marks_columns import is_total
from curriculum.published.marks_rows import label_in
from curriculum.words import Message


class SheetField(StrEnum):
    """What a column of the sheet says; the value is its name in the template."""

    PACK = "QP_ID"
    UNIT = "NOS_ID"
    UNIT_TITLE = "NOS_Name"
    LABEL = "PC_ID"
    TEXT = "PC_Name"
    THEORY = "Theory_Marks"
    PRACTICAL = "Practical_Marks"
    PROJECT = "Project_Marks"
    VIVA = "Viva_Marks"
    OUT_OF = "Out_Of"
    TOTAL = "Total_Mark"


MARK_FIELDS: Mapping[SheetField, Component] = {
    SheetField.THEORY: Component.THEORY,
    SheetField.PRACTICAL: Component.PRACTICAL,
    SheetField.PROJECT: Component.PROJECT,
    SheetField.VIVA: Component.VIVA,
}
# What a row, or its unit, comes to: marks of their own are not given here, only held against the others.
SUM_FIELDS = (SheetField.OUT_OF, SheetField.TOTAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row as it was typed: its number in the file, and what stands in each column that is there."""

    number: int
    cells: Mapping[SheetField, str]

    def text(self, name: SheetField) -> str:
        """What stands in a column, with single blanks and without signs that nobody sees."""
        return bare_text(self.cells.get(name, ""))

    @property
    def unit(self) -> tuple[str, str]:
        """The code and the title of its unit, which may stand in one column: `ASC/N0001 Plan the work`."""
        code, title = self.text(SheetField.UNIT), self.text(SheetField.UNIT_TITLE)
        begun = UNIT_CODE.match(code)
        rest = code[begun.end() :].strip(" :.()–-") if begun else ""
        return (begun.group(), rest) if begun and rest and not title else (code, title)

    @property
    def is_sum(self) -> bool:
        """Whether it says that it sums up others, or holds nothing but a sum."""
        named = [text for name in SheetField if name not in MARK_FIELDS and (text := self.text(name))]
        return any(map(is_total, named)) or not any(self.text(name) for name in SheetField if name not in SUM_FIELDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """What is wrong with a row (0: with the sheet as a whole), or odd and kept, in the column it is about."""

    row: int
    field: SheetField | None
    words: Message
    is_error: bool = True


def label_and_text(row: SheetRow) -> tuple[str, str]:
    """The code and the words of a row, whichever of the two columns they stand in."""
    label, text = row.text(SheetField.LABEL), row.text(SheetField.TEXT)
    if bare_label(label):
        _, code, after = label_in(text)
        return label, after if code and bare_label(code) == bare_label(label) else text
    for cell, other in ((label, text), (text, label)):
        _, code, after = label_in(cell)
        if code:
            return code, after or other
    return "", text or (label if not re.fullmatch(r"[0-9.]+", label) else "")
