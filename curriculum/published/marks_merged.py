"""The older marks tables: cells merged over all criteria of a unit drop in at some row, and are found by their sums."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

from curriculum.published.marks_columns import Header, added, unit_code_in, value_of
from curriculum.published.marks_rows import Block, Row, as_printed, named_sum
from curriculum.published.model import MarkedNode, PrintedRow, PrintedTotal
from curriculum.published.problems import PublishedProblem, oddity
from curriculum.words import Message

_MOST_UNSURE = 6  # rows whose marks can be read in two ways; of more the first reading is taken
_FULL, _NARROW = ("out_of", "theory", "practical"), ("out_of", "theory")


@dataclass(slots=True)
class _Reading:
    """One way to read a unit's marks: those of each row by column, and those of the unit as a whole."""

    rows: list[dict[str, str]] = field(default_factory=list)
    whole: dict[str, str] = field(default_factory=dict)
    left: list[tuple[int, str]] = field(default_factory=list)

    def sum_of(self, column: str) -> Fraction:
        """What the rows add up to in a column."""
        return added(row.get(column, "") for row in self.rows)

    def merge(self, column: str, mark: str, line: int) -> None:
        """A merged cell; a second one in the same column is in no cell."""
        if column in self.whole:
            self.left.append((line, mark))
        else:
            self.whole[column] = mark

    @property
    def points(self) -> int:
        """How well it adds up."""
        total, practical = (value_of(self.whole.get(name, "")) for name in ("total", "practical"))
        out_of, theory = self.sum_of("out_of"), self.sum_of("theory")
        below = all(
            (value_of(row.get("theory", "")) or 0) <= (value_of(row.get("out_of", "")) or 0) for row in self.rows
        )
        return 2 * (total == out_of) + 2 * (practical == out_of - theory) + below


def printed_old(blocks: Sequence[Block], header: Header) -> Iterator[PrintedRow | PrintedTotal | PublishedProblem]:
    """The blocks of an older table as printed rows, merged cells as marks of the unit as a whole."""
    for block in in_units(blocks):
        reading = _read(block, header)
        for row, marks in zip(block.rows, reading.rows, strict=True):
            yield as_printed(block.unit, MarkedNode.CRITERION, row, marks)
        if block.own.texts or reading.whole:
            lines = [*block.own.lines, *(line for lone in block.lone for line in lone.lines)]
            own = Row(label="", texts=block.own.texts, lines=sorted(set(lines or block.rows[0].lines)))
            yield as_printed(block.unit, MarkedNode.UNIT, own, reading.whole)
        for place, total in enumerate(block.totals):
            whole_pack = "grand" in total.text.lower() or place > 0
            marks = _total(total.marks, header, reading)
            yield named_sum(total)
            yield PrintedTotal(unit=None if whole_pack else block.unit, marks=marks, line=total.lines[0])
        for line, mark in reading.left:
            facts = {"marks": mark}
            yield oddity(line, Message("prints %(marks)s beside no criterion; it is in no cell", facts), mark)


def in_units(blocks: Sequence[Block]) -> Sequence[Block]:
    """Each unit's rows in its own block. A unit's code may stand in the middle of its rows: they begin at PC1."""
    rows = [row for block in blocks for row in block.rows]
    starts = [place for place, row in enumerate(rows) if place == 0 or _number(row) == 1]
    named = [block.unit for block in blocks if unit_code_in(block.unit)]
    if not rows or len(starts) != len(named):
        return blocks
    ends = [*starts[1:], len(rows)]
    cut = [Block(unit=unit, rows=rows[start:end]) for unit, start, end in zip(named, starts, ends, strict=True)]
    for block in blocks:
        _take_names(block, cut)
        for name in ("lone", "totals"):
            for one in getattr(block, name):
                begun = [own for own in cut if own.rows[0].lines[0] <= one.lines[0]]
                getattr(begun[-1] if begun else cut[0], name).append(one)
    return cut


def _take_names(block: Block, cut: Sequence[Block]) -> None:
    """Words that name a unit go to the block whose code they are, else to that of the rows beside or below them."""
    for text, line in zip(block.own.texts, block.own.lines, strict=True):
        coded = [own for own in cut if own.unit == text]
        below = [own for own in cut if own.rows[-1].lines[-1] >= line]
        taker = coded[0] if coded else below[0] if below else cut[-1]
        taker.own.texts.append(text)
        taker.own.lines.append(line)


def _number(row: Row) -> int:
    digits = re.sub(r"\D", "", row.label)
    return int(digits) if digits else 0


def _read(block: Block, header: Header) -> _Reading:
    """The reading that adds up best; of equally good ones the first."""
    if "practical" not in header.columns or _is_full(block.rows):
        reading = _full(block, header)
    else:
        unsure = [place for place, row in enumerate(block.rows) if len(row.marks) == 3]
        ways = product((True, False), repeat=len(unsure)) if len(unsure) <= _MOST_UNSURE else [(True,) * len(unsure)]
        readings = [_narrow(block, dict(zip(unsure, way, strict=True))) for way in ways]
        reading = max(readings, key=lambda one: one.points)
    for lone in block.lone:
        for mark in lone.marks:
            reading.merge(_column_of(mark, reading), mark, lone.lines[0])
    return reading


def _is_full(rows: Sequence[Row]) -> bool:
    """Whether each criterion has practical marks of its own: out of = theory + practical, in most rows."""
    wide = sum(_window(row.marks) is not None for row in rows)
    return 2 * wide > len([row for row in rows if row.marks])


def _window(marks: Sequence[str]) -> int | None:
    """Where three marks stand of which the first is the sum of the others."""
    values = [value_of(mark) or Fraction(0) for mark in marks]
    places = range(len(values) - 3, -1, -1)
    return next((at for at in places if values[at] == values[at + 1] + values[at + 2]), None)


def _full(block: Block, header: Header) -> _Reading:
    reading = _Reading()
    columns = [name for name in header.columns if name not in {"total", "weight"}]
    for row in block.rows:
        at = _window(row.marks) if len(columns) == 3 else None
        at = max(len(row.marks) - len(columns), 0) if at is None else at
        reading.rows.append(dict(zip(columns, row.marks[at:], strict=False)))
        for mark in (*row.marks[:at], *row.marks[at + len(columns) :]):
            reading.merge("total", mark, row.lines[0])
    return reading


def _narrow(block: Block, total_leads: dict[int, bool]) -> _Reading:
    """Rows of `out of` and `theory`; what a row has besides is merged over the unit: total before, practical after."""
    reading = _Reading()
    for place, row in enumerate(block.rows):
        marks = list(row.marks)
        if len(marks) == 4 or (len(marks) == 3 and total_leads[place]):
            reading.merge("total", marks.pop(0), row.lines[0])
        reading.rows.append(dict(zip(_NARROW, marks, strict=False)))
        for mark in marks[2:]:
            reading.merge("practical", mark, row.lines[0])
    return reading


def _column_of(mark: str, reading: _Reading) -> str:
    value = value_of(mark)
    out_of, theory = reading.sum_of("out_of"), reading.sum_of("theory")
    if "total" not in reading.whole and value == out_of:
        return "total"
    if "practical" not in reading.whole and value == out_of - theory:
        return "practical"
    return "practical" if "total" in reading.whole else "total"


def _total(marks: Sequence[str], header: Header, reading: _Reading) -> dict[str, str]:
    """A row of sums: one for each column, or without the unit's total, or of theory and practical alone."""
    columns = [name for name in header.columns if name != "weight"]
    if len(marks) == len(columns):
        return dict(zip(columns, marks, strict=True))
    if len(marks) == len(columns) - 1:
        return dict(zip([name for name in columns if name != "total"], marks, strict=False))
    if len(marks) == 2 and value_of(marks[1]) != reading.sum_of("theory"):
        return dict(zip(("theory", "practical"), marks, strict=True))
    return dict(zip(columns[-len(marks) :] if len(marks) == 1 else _FULL, marks, strict=False))
