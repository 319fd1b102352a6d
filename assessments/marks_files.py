"""Marks of many candidates from a CSV file: read exactly, with every fault at its line and column.

Long files have a line for each mark: `candidate, node, component, marks`. Wide files have a line for each candidate:
`candidate`, then a column `<node>/<component>` for each cell of the scheme, parted at the last stroke since codes hold
strokes themselves. Both may have `status`, `attendance` and `chosen` (electives and options, with spaces between).
Marks are counted in the scheme's mark unit, as the scheme's own are: `4`, `4.5` or `9/2`.
"""

import csv
import io
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from assessments.choices import choice_faults
from assessments.marks import to_text
from assessments.model import AssessmentScheme, Cell, Component, unit_of
from assessments.results import STATUS_WORDS, Outcome
from assessments.scoring import Score
from assessments.standing import lowest
from curriculum.problems import Place, Problem, error

LONG = ("candidate", "node", "component", "marks")
BESIDES = ("status", "attendance", "chosen")
_MARK = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9}|/[1-9][0-9]{0,8})?")
_MOST_FAULTS = 2_000
_COMMA = re.compile(r"[0-9]+,[0-9]+")
_THOUSANDS = re.compile(r"[0-9]{1,3}([,  ’'][0-9]{3})+(\.[0-9]+)?")
NOT_GIVEN = 0


@dataclass(slots=True, kw_only=True)
class CandidateLine:
    """What a file says of one candidate: for each cell of the scheme the number of its mark in the file's `values`."""

    candidate: str
    line: int
    marks: "array[int]"
    status: Outcome | None = None
    attendance: Fraction | None = None
    chosen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksFile:
    """A file of marks: candidates in order of the file. `values` are the different marks there are; 0 is none given."""

    cells: tuple[Cell, ...]
    values: Sequence[Fraction]
    candidates: tuple[CandidateLine, ...]

    def scores_of(self, scheme: AssessmentScheme, line: CandidateLine) -> dict[Cell, Score]:
        """The scores that were given for a candidate."""
        available = scheme.cells()
        return {
            cell: Score(awarded=self.values[number], available=available[cell])
            for cell, number in zip(self.cells, line.marks, strict=True)
            if number != NOT_GIVEN
        }


def load_marks(path: Path, scheme: AssessmentScheme) -> tuple[MarksFile | None, list[Problem]]:
    """The marks of a file for a scheme, or None and every fault with its place."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        message = f"the file is not UTF-8 text (byte {fault.start}); save it as CSV in UTF-8"
        return None, [replace(error("", message), place=Place(file=str(path)))]
    return read_marks(text, scheme, str(path))


def read_marks(text: str, scheme: AssessmentScheme, file: str = "") -> tuple[MarksFile | None, list[Problem]]:
    """The marks of CSV text for a scheme, or None and every fault with its place.

    Columns are parted by commas, or by semicolons or tabs when the first line has those and no comma.
    """
    reading = _Reading(scheme=scheme, file=file)
    try:
        reading.read(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except csv.Error as fault:
        reading.say(reading.line + 1, 1, f"cannot be read as CSV: {fault}")
    if reading.problems:
        return None, reading.told()
    lines = tuple(reading.candidates.values())
    return MarksFile(cells=reading.cells, values=reading.values, candidates=lines), []


def _delimiter(text: str) -> str:
    head = text.lstrip("\r\n").partition("\n")[0]
    if "," in head:
        return ","
    return ";" if ";" in head else "\t" if "\t" in head else ","


@dataclass(kw_only=True)
class _Reading:
    """A file while it is read: the columns, what was found so far, and the faults."""

    scheme: AssessmentScheme
    file: str
    line: int = 0
    problems: list[Problem] = field(default_factory=list)
    candidates: dict[str, CandidateLine] = field(default_factory=dict)
    values: list[Fraction] = field(default_factory=lambda: [Fraction()])
    numbers: dict[str, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    wide_columns: dict[int, int] = field(default_factory=dict)
    more: int = 0

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(self.scheme.cells())

    @cached_property
    def bounds(self) -> list[tuple[int, int]]:
        return [(lowest(self.scheme, cell), self.scheme.cells()[cell]) for cell in self.cells]

    @cached_property
    def possible(self) -> list[set[int]]:
        """For each cell the numbers of marks that were found within its bounds."""
        return [set() for _ in self.cells]

    @cached_property
    def places(self) -> dict[str, int]:
        return {f"{cell.ref}/{cell.component}": place for place, cell in enumerate(self.cells)}

    def say(self, line: int, column: int, message: str) -> None:
        if len(self.problems) >= _MOST_FAULTS:
            self.more += 1
            return
        place = Place(file=self.file, line=line, column=column)
        self.problems.append(replace(error("", message), place=place))

    def told(self) -> list[Problem]:
        """Every fault in order of the file."""
        problems = sorted(self.problems, key=lambda problem: (problem.place.line, problem.place.column))
        if not self.more:
            return problems
        more = error("", f"has {self.more} more faults; mend these first")
        return [*problems, replace(more, place=Place(file=self.file))]

    def read(self, rows: Any) -> None:
        head = next(rows, None)
        if head is None:
            self.say(1, 1, f"the file is empty; its first line names the columns, such as {', '.join(LONG)}")
            return
        is_wide = self._head([name.strip() for name in head])
        if self.problems:
            return
        width, read_row, self.line = len(head), self._wide_row if is_wide else self._long_row, rows.line_num
        for row in rows:
            start, self.line = self.line + 1, rows.line_num
            if len(row) == width:
                if any(row):
                    read_row(row, start)
            elif any(row):
                self.say(start, min(len(row), width), f"has {len(row)} fields, the first line names {width}")
        if not self.candidates and not self.problems:
            self.say(2, 1, "there are no candidates below the first line")
        self._finish()

    def _head(self, names: list[str]) -> bool:
        """Find the columns; whether the file is a wide one."""
        plain = [name.casefold() for name in names]
        for column, name in enumerate(plain):
            if name in plain[:column]:
                self.say(1, column + 1, f"the column {names[column]} stands twice")
        self.columns = {name: plain.index(name) for name in (*LONG, *BESIDES) if name in plain}
        if "candidate" not in self.columns:
            self.say(1, 1, "no column is called candidate")
        if {"node", "component", "marks"} & set(plain):
            for name in LONG[1:]:
                if name not in self.columns:
                    self.say(1, 1, f"no column is called {name}; a line for each mark has {', '.join(LONG)}")
            for column, name in enumerate(plain):
                if name not in self.columns:
                    self.say(1, column + 1, f"the column {names[column]!r} is none of {', '.join((*LONG, *BESIDES))}")
            return False
        self._wide_head(names)
        return True

    def _wide_head(self, names: list[str]) -> None:
        for column, name in enumerate(names):
            if name.casefold() in self.columns:
                continue
            place = self.places.get(name)
            if place is None:
                self.say(1, column + 1, self._unknown_column(name))
            else:
                self.wide_columns[place] = column
        for place in sorted(set(range(len(self.cells))) - set(self.wide_columns)):
            cell = self.cells[place]
            self.say(1, len(names), f"no column is called {cell.ref}/{cell.component}, and the scheme has marks there")

    def _unknown_column(self, name: str) -> str:
        node, _, component = name.rpartition("/")
        if component in set(Component) and any(cell.ref == node for cell in self.cells):
            return f"{node} has no {component} marks in this scheme"
        close = get_close_matches(name[:80], [*self.places, "candidate", *BESIDES], n=1)
        return f"the column {name!r} is no node and component of this scheme" + (
            f"; did you mean {close[0]}?" if close else ""
        )

    def _candidate(self, row: list[str], line: int) -> CandidateLine | None:
        name = row[self.columns["candidate"]].strip()
        if not name:
            self.say(line, self.columns["candidate"] + 1, "the candidate is blank")
            return None
        if name not in self.candidates:
            marks = array("L", bytes(array("L").itemsize * len(self.cells)))
            self.candidates[name] = CandidateLine(candidate=name, line=line, marks=marks)
        return self.candidates[name]

    def _wide_row(self, row: list[str], line: int) -> None:
        own = self._candidate(row, line)
        if own is None:
            return
        if own.line != line:
            column = self.columns["candidate"] + 1
            self.say(line, column, f"{own.candidate} stands on line {own.line} already; one line for each candidate")
            return
        self._besides(own, row, line)
        numbers, marks, possible = self.numbers, own.marks, self.possible
        for place, column in self.wide_columns.items():
            text = row[column]
            number = numbers.get(text)
            if number is None:
                number = self._mark(text, line, column) if text.strip() else NOT_GIVEN
            if number and number not in possible[place]:
                self._within_bounds(number, line, column, place)
            marks[place] = number

    def _long_row(self, row: list[str], line: int) -> None:
        own = self._candidate(row, line)
        if own is None:
            return
        node, component, text = (row[self.columns[name]].strip() for name in LONG[1:])
        self._besides(own, row, line)
        if not (node or component or text) and any(self._beside(row, name) for name in BESIDES):
            return
        place = self.places.get(f"{node}/{component.casefold()}")
        if place is None:
            self._unknown_node(node, component, line)
            return
        if own.marks[place] != NOT_GIVEN:
            words = f"{own.candidate} has marks for {node} in {component} already; one line for each mark"
            self.say(line, self.columns["candidate"] + 1, words)
            return
        number = self.numbers.get(text) or self._mark(text, line, self.columns["marks"])
        if number not in self.possible[place]:
            self._within_bounds(number, line, self.columns["marks"], place)
        own.marks[place] = number

    def _unknown_node(self, node: str, component: str, line: int) -> None:
        refs = dict.fromkeys(cell.ref for cell in self.cells)
        if node not in refs:
            close = get_close_matches(node[:80], list(refs), n=1)
            words = f"{node!r} is no node of this scheme" + (f"; did you mean {close[0]}?" if close else "")
            self.say(line, self.columns["node"] + 1, words)
            return
        own = ", ".join(cell.component for cell in self.cells if cell.ref == node)
        self.say(line, self.columns["component"] + 1, f"{node} has no {component!r} marks in this scheme, only {own}")

    def _mark(self, text: str, line: int, column: int) -> int:
        """The number of a mark not met before; what is no mark gets a number of its own, as its fault is told here."""
        plain = text.strip()
        if _MARK.fullmatch(plain):
            self.values.append(Fraction(plain))
            self.numbers[text] = len(self.values) - 1
        else:
            self.say(line, column + 1, _not_a_mark(plain))
            self.values.append(Fraction())
        return len(self.values) - 1

    def _within_bounds(self, number: int, line: int, column: int, place: int) -> None:
        (low, high), cell, value = self.bounds[place], self.cells[place], self.values[number]
        if low <= value <= high:
            self.possible[place].add(number)
            return
        words = f"{to_text(value)} is not from {low} to {high}, the {cell.component} marks of {cell.ref}"
        self.say(line, column + 1, words)

    def _beside(self, row: list[str], name: str) -> str:
        return row[self.columns[name]].strip() if name in self.columns else ""

    def _besides(self, own: CandidateLine, row: list[str], line: int) -> None:
        if status := self._beside(row, "status"):
            given = [outcome for outcome in STATUS_WORDS if outcome.value == status.casefold()]
            if not given or own.status not in {None, *given}:
                known = ", ".join(STATUS_WORDS)
                words = (
                    f"{status!r} is no status; one of {known}, or blank"
                    if not given
                    else "is another status than before"
                )
                self.say(line, self.columns["status"] + 1, words)
            own.status = given[0] if given else own.status
        if attendance := self._beside(row, "attendance"):
            if not _MARK.fullmatch(attendance) or not 0 <= Fraction(attendance) <= 100:
                words = f"{attendance!r} is no attendance; write per cent from 0 to 100, such as 87.5"
                self.say(line, self.columns["attendance"] + 1, words)
            elif own.attendance not in {None, Fraction(attendance)}:
                self.say(line, self.columns["attendance"] + 1, "is another attendance than before")
            else:
                own.attendance = Fraction(attendance)
        if chosen := self._beside(row, "chosen"):
            own.chosen |= frozenset(chosen.split())

    def _finish(self) -> None:
        """What can only be told at the end: choices, and cells without marks where no status settles the outcome."""
        for own in self.candidates.values():
            faults = list(choice_faults(self.scheme, own.chosen))
            column = self.columns.get("chosen", self.columns["candidate"]) + 1
            for fault in faults:
                self.say(own.line, column, f"{own.candidate}: {fault}")
            if not faults and (own.chosen or NOT_GIVEN in own.marks or self.may_choose):
                self._look_at_cells(own)

    @cached_property
    def may_choose(self) -> frozenset[str]:
        """Electives and options."""
        return self.scheme.elective_units() | frozenset(self.scheme.options or ())

    def _look_at_cells(self, own: CandidateLine) -> None:
        for place, cell in enumerate(self.cells):
            given = own.marks[place] != NOT_GIVEN
            left_out = unit_of(cell.ref) in self.may_choose and unit_of(cell.ref) not in own.chosen
            what = ""
            if given and left_out:
                what = f"has marks, but {unit_of(cell.ref)} is not among the units chosen"
            elif not given and not left_out and own.status is None:
                what = "has no mark; write one, 0 for nothing, or a status for the candidate"
            if what:
                column = self.wide_columns.get(place, self.columns["candidate"]) + 1
                self.say(own.line, column, f"{own.candidate}: {cell.ref}/{cell.component} {what}")


def _not_a_mark(text: str) -> str:
    if not text:
        return "the mark is blank; write 0, or leave the line out and give a status"
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    if _THOUSANDS.fullmatch(text):
        return f"{shown!r} is written with a separator of thousands; write plain digits"
    if _COMMA.fullmatch(text):
        return f"{shown!r} is written with a comma; write a point ({text.replace(',', '.')}) or a fraction"
    return f"{shown!r} is not a mark; write a number such as 4, 4.5 or 9/2"
