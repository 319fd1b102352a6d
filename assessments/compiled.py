"""A scheme compiled for many candidates at once: the verdicts of `decide_result`, in whole numbers, row by row.

Every figure is a whole number over a denominator that all candidates share, and every line is decided by multiplying
crosswise. Before anything is reckoned, the largest number that can occur is worked out; where it does not fit into
64 bits, Python's own whole numbers do the same work.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from math import lcm

import numpy as np

from assessments.choices import choice_faults, counted_units, options_taken
from assessments.decisions import require_decidable
from assessments.errors import ChoiceUnlikeScheme
from assessments.model import Aggregation, AssessmentScheme, Cell, unit_of
from assessments.pass_lines import LineKind, PassLine, option_lines, pass_lines
from assessments.scoring import Score
from assessments.standing import lowest
from assessments.verdicts import Figures, Table, Verdicts, joined

_FITS = 2**63 - 1
_ROWS = 16_384  # candidates at a time, so that their figures stay near the processor


@dataclass(frozen=True, kw_only=True)
class CompiledScheme:
    """A scheme made ready for candidates of one choice of electives and options. `cells` are a table's columns."""

    scheme: AssessmentScheme
    units: tuple[str, ...]
    cells: tuple[Cell, ...]
    lines: tuple[PassLine, ...]
    options: tuple[PassLine, ...]

    def table_of(self, scores: Sequence[Mapping[Cell, Score]]) -> tuple[Table, int]:
        """Scores as a table of whole numbers and the denominator that all of them share."""
        denominator = lcm(*(score.awarded.denominator for own in scores for score in own.values()))
        rows = [[int(own[cell].awarded * denominator) for cell in self.cells] for own in scores]
        return _whole(rows), denominator

    def decide(self, marks: object, denominator: int = 1, attendance: Figures | None = None) -> Verdicts:
        """Decide all candidates: a row of marks for each, whole numbers of 1/`denominator` mark unit by `cells`.

        Raises ValueError for a row that is too long or too short and for marks that cannot be awarded, TypeError for
        what is not a whole number.
        """
        table = _whole(marks)
        self._require_possible(table, denominator)
        if (attendance is not None) != any(line.kind is LineKind.ATTENDANCE for line in self.lines):
            raise ValueError("attendance is given where the scheme was compiled with it, and only there")
        peak = max(self._peak(denominator), 0 if attendance is None else _attendance_peak(attendance, self.lines))
        table = table.astype(np.int64 if peak <= _FITS else object, copy=False)
        parts = [
            self._decide(
                table[at : at + _ROWS], denominator, None if attendance is None else attendance.rows(at, at + _ROWS)
            )
            for at in range(0, max(len(table), 1), _ROWS)
        ]
        return parts[0] if len(parts) == 1 else joined(parts)

    @cached_property
    def _segments(self) -> dict[tuple[str, str, str], list[int]]:
        """Columns that are added up together: those of one unit, one component and, where critical, one node."""
        critical = {line.subject for line in self.lines if line.kind is LineKind.CRITICAL}
        found: dict[tuple[str, str, str], list[int]] = {}
        for place, cell in enumerate(self.cells):
            key = (unit_of(cell.ref), cell.component.value, cell.ref if cell.ref in critical else "")
            found.setdefault(key, []).append(place)
        return found

    @cached_property
    def _order(self) -> tuple[list[int], list[int]]:
        """The columns by segment, and where each segment begins."""
        order = [place for places in self._segments.values() for place in places]
        sizes = [len(places) for places in self._segments.values()]
        return order, [sum(sizes[:place]) for place in range(len(sizes))]

    @cached_property
    def _of_lines(self) -> list[list[int]]:
        """The segments that each line adds up, options after the rest."""
        keys = list(self._segments)
        found = []
        for line in (*self.lines, *self.options):
            cells = {(unit_of(cell.ref), cell.component.value) for cell in line.cells}
            refs = {cell.ref for cell in line.cells}
            is_critical = line.kind is LineKind.CRITICAL
            found.append(
                [at for at, key in enumerate(keys) if key[:2] in cells and (not is_critical or key[2] in refs)]
            )
        return found

    @cached_property
    def _available(self) -> dict[str, int]:
        return {unit: self.scheme.unit_total(unit) for unit in self.units}

    def _require_possible(self, table: Table, denominator: int) -> None:
        if denominator < 1 or table.ndim != 2 or table.shape[1] != len(self.cells):
            raise ValueError(f"a row has {len(self.cells)} marks, over a denominator of 1 or more")
        most = [self.scheme.cells()[cell] * denominator for cell in self.cells]
        least = [lowest(self.scheme, cell) * denominator for cell in self.cells]
        for column, (low, high) in enumerate(zip(least, most, strict=True)):
            wrong = (table[:, column] < low) | (table[:, column] > high)
            if wrong.any():
                row, cell = int(np.flatnonzero(wrong)[0]), self.cells[column]
                raise ValueError(
                    f"row {row}: {table[row, column]}/{denominator} marks cannot be awarded for {cell.ref}"
                )

    def _decide(self, table: Table, denominator: int, attendance: Figures | None) -> Verdicts:
        order, starts = self._order
        sums = np.add.reduceat(table[:, order], starts, axis=1)
        units = {
            unit: self._reckoned(
                _add(sums, [at for at, key in enumerate(self._segments) if key[0] == unit]), unit, denominator
            )
            for unit in self.units
        }
        whole = _together(units.values())
        raw = _figure(whole, sum(self._available.values()))
        weighted = self._weighted(units)
        aggregate = raw if weighted is None or self.scheme.rule.aggregation is Aggregation.RAW_SUM else weighted
        held = _total_rounded(self.scheme, aggregate)
        awarded = [
            whole
            if line.kind is LineKind.AGGREGATE
            else Figures(numerators=_add(sums, segments), denominator=denominator)
            for line, segments in zip((*self.lines, *self.options), self._of_lines, strict=True)
        ]
        figures = [
            self._held(line, given, held, attendance)
            for line, given in zip((*self.lines, *self.options), awarded, strict=True)
        ]
        verdicts = [
            _reaches(figure, line.needed) for figure, line in zip(figures, (*self.lines, *self.options), strict=True)
        ]
        cut, rows = len(self.lines), len(table)
        met = _columns(verdicts[:cut], rows)
        competent: Table = np.all(met, axis=1, keepdims=True)[:, 0]
        return Verdicts(
            conditions=tuple(line.name for line in self.lines),
            options=tuple(line.name for line in self.options),
            competent=competent,
            met=met,
            options_met=_columns(verdicts[cut:], rows),
            raw_percent=raw,
            weighted_percent=weighted,
            figures=tuple(figures[:cut]),
            option_figures=tuple(figures[cut:]),
            awarded=tuple(awarded),
            aggregate=aggregate,
            grade=self._grades(held, competent),
        )

    def _held(self, line: PassLine, awarded: Figures, aggregate: Figures, attendance: Figures | None) -> Figures:
        """The percentage that a line is held against."""
        available = sum(self.scheme.cells()[cell] for cell in line.cells)
        if line.kind is LineKind.AGGREGATE:
            return aggregate
        if line.kind is LineKind.ATTENDANCE and attendance is not None:
            return attendance
        if line.kind in {LineKind.UNIT, LineKind.OPTION}:
            return _figure(self._reckoned(awarded.numerators, line.subject, awarded.denominator), available)
        return _figure(awarded, available)

    def _grades(self, aggregate: Figures, competent: Table) -> Table:
        grade = np.full(len(competent), -1)
        bands = sorted(enumerate(self.scheme.rule.grades or ()), key=lambda band: Fraction(band[1].from_percent))
        for place, band in bands:
            grade[_reaches(aggregate, band.from_percent) & competent] = place
        return grade

    def _reckoned(self, awarded: Table, unit: str, denominator: int) -> Figures:
        """A unit's marks as they are reckoned, rounded where the rule says so, never above what is available."""
        rounding = self.scheme.rule.rounding
        if rounding is None or rounding.where != "unit":
            return Figures(numerators=awarded, denominator=denominator)
        step = Fraction(rounding.to) / Fraction(self.scheme.mark_unit)
        most = self.scheme.unit_total(unit) * step.denominator
        steps = _steps(awarded * step.denominator, denominator * step.numerator, rounding.direction)
        return Figures(numerators=np.clip(steps * step.numerator, -most, most), denominator=step.denominator)

    def _weighted(self, units: Mapping[str, Figures]) -> Figures | None:
        """Σ weight × marks × (common multiple / available), over Σ weights × the common multiple."""
        parts = self._weighing
        if not parts:
            return None
        common = lcm(*(available for _, available, _ in parts))
        weighed = [
            Figures(numerators=whole.numerators * (weight * (common // available)), denominator=whole.denominator)
            for weight, available, own in parts
            for whole in [_together(units[unit] for unit in own)]
        ]
        return _figure(_together(weighed), sum(weight for weight, _, _ in parts) * common)

    @cached_property
    def _weighing(self) -> list[tuple[int, int, tuple[str, ...]]]:
        """What is weighed: weight, marks available, units; empty where the scheme has no weights."""
        rule, available = self.scheme.rule, self._available
        if rule.unit_weights:
            return [(rule.unit_weights[unit], available[unit], (unit,)) for unit in self.units]
        groups = [
            (group.weight, tuple(unit for unit in group.units if unit in available)) for group in rule.unit_groups or ()
        ]
        return [(weight, sum(available[unit] for unit in own), own) for weight, own in groups if own]

    def _peak(self, denominator: int) -> int:
        """The largest number that can occur, whatever the marks, from the marks available alone."""
        rule, rounding = self.scheme.rule, self.scheme.rule.rounding
        available = sum(self.scheme.cells().values())
        step, own = Fraction(1), denominator
        if rounding is not None:
            step = Fraction(rounding.to) / (Fraction(self.scheme.mark_unit) if rounding.where == "unit" else 1)
            own = step.denominator if rounding.where == "unit" else denominator
        common = lcm(*(marks for _, marks, _ in self._weighing)) * sum(weight for weight, _, _ in self._weighing)
        base = max(available, common) * max(own, denominator)  # the largest denominator of a figure
        lines = [Fraction(line.needed) for line in (*self.lines, *self.options)]
        lines += [Fraction(band.from_percent) for band in rule.grades or ()]
        sharpest = max((line.denominator for line in lines), default=1)
        # A figure is at most 100 times its denominator; rounding doubles it and adds a step; lines multiply crosswise.
        return 4 * max(base, step.denominator) * 100 * sharpest * step.denominator * step.numerator


def compile_scheme(
    scheme: AssessmentScheme, chosen: Collection[str] = (), *, attendance_known: bool = False
) -> CompiledScheme:
    """Make a scheme ready for many candidates with the same choice; refuses what `decide_result` refuses."""
    require_decidable(scheme)
    if faults := tuple(choice_faults(scheme, chosen)):
        raise ChoiceUnlikeScheme(faults)
    units, options = counted_units(scheme, chosen), options_taken(scheme, chosen)
    return CompiledScheme(
        scheme=scheme,
        units=units,
        cells=tuple(cell for cell in scheme.cells() if unit_of(cell.ref) in {*units, *options}),
        lines=pass_lines(scheme, units, attendance_known=attendance_known),
        options=option_lines(scheme, options),
    )


def _whole(marks: object) -> Table:
    """A table of whole numbers; whatever is none is refused, and large ones are kept as they are."""
    given = marks if isinstance(marks, np.ndarray) else np.array(marks, dtype=object)
    if given.dtype == object:
        if any(isinstance(mark, bool) or not isinstance(mark, int) for mark in given.flat):
            raise TypeError("marks are whole numbers over a denominator")
        return given
    if not np.issubdtype(given.dtype, np.integer):
        raise TypeError(f"marks are whole numbers over a denominator, not {given.dtype}")
    return given


def _add(sums: Table, segments: Sequence[int]) -> Table:
    return sums[:, segments].sum(axis=1) if len(segments) != 1 else sums[:, segments[0]]


def _together(figures: Iterable[Figures]) -> Figures:
    """Figures over one denominator, added up."""
    return reduce(
        lambda one, other: Figures(numerators=one.numerators + other.numerators, denominator=one.denominator), figures
    )


def _figure(awarded: Figures, available: int) -> Figures:
    """Marks as a percentage of what is available."""
    return Figures(numerators=awarded.numerators * 100, denominator=available * awarded.denominator)


def _reaches(figure: Figures, needed: str) -> Table:
    line = Fraction(needed)
    verdict: Table = figure.numerators * line.denominator >= line.numerator * figure.denominator
    return verdict.astype(bool)


def _steps(numerators: Table, denominator: int, direction: str) -> Table:
    """How many whole steps a quotient is rounded to."""
    if direction == "half_up":
        return (2 * numerators + denominator) // (2 * denominator)
    return -(-numerators // denominator) if direction == "up" else numerators // denominator


def _total_rounded(scheme: AssessmentScheme, aggregate: Figures) -> Figures:
    rounding = scheme.rule.rounding
    if rounding is None or rounding.where != "total":
        return aggregate
    step = Fraction(rounding.to)
    steps = _steps(aggregate.numerators * step.denominator, aggregate.denominator * step.numerator, rounding.direction)
    return Figures(numerators=np.minimum(steps * step.numerator, 100 * step.denominator), denominator=step.denominator)


def _columns(verdicts: Sequence[Table], rows: int) -> Table:
    return np.column_stack(verdicts) if verdicts else np.ones((rows, 0), dtype=bool)


def _attendance_peak(attendance: Figures, lines: Sequence[PassLine]) -> int:
    sharpest = max(Fraction(line.needed).denominator for line in lines)
    largest = max(
        (abs(int(figure)) for figure in (attendance.numerators.min(), attendance.numerators.max())), default=0
    )
    return max(largest, 100 * attendance.denominator) * sharpest
