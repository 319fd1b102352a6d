"""The mark sheet and the manifest as drawn: a table of marks, and the bars of exposure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from assessments.marks import truncated
from assessments.model import AssessmentScheme, Cell, Component, unit_of
from assessments.scoring import Score
from assessments.words import Message
from curriculum.model import QualificationPack
from lms.services.grading import CandidateMarks
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, CandidateStatus

BAR = 10
TALL = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One unit of the sheet with the components it has marks in, each with the marks available."""

    code: str
    title: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One candidate: a figure for each part of each unit (empty: not scored), the total, and the outcome so far."""

    candidate: CandidateRow
    figures: tuple[str, ...]
    total: str
    percent: str
    outcome: str
    oddities: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """The mark sheet as a table."""

    columns: tuple[Column, ...]
    total: str
    needed: str
    lines: tuple[SheetLine, ...]
    odd: tuple[SheetLine, ...]
    outcomes: tuple[tuple[str, int], ...]


def draw_sheet(
    row: AssessmentRow, pack: QualificationPack, scheme: AssessmentScheme, marks: Sequence[CandidateMarks]
) -> SheetView:
    """The table of a mark sheet, in marks whatever the scheme's mark unit is."""
    unit = Fraction(scheme.mark_unit)
    groups = _groups(pack, scheme)
    lines = tuple(_line(row, line, groups, unit) for line in marks)
    found = [line.outcome for line in lines]
    return SheetView(
        columns=_columns(pack, scheme, unit),
        total=truncated(scheme.total() * unit),
        needed=scheme.pass_rule.aggregate_percent,
        lines=lines,
        odd=tuple(line for line in lines if line.oddities),
        outcomes=tuple((outcome, found.count(outcome)) for outcome in dict.fromkeys(found)),
    )


def _groups(pack: QualificationPack, scheme: AssessmentScheme) -> list[list[Cell]]:
    """The cells of each figure of a line: unit by unit, component by component."""
    cells = scheme.cells()
    units = [
        [[cell for cell in cells if cell.component is part and unit_of(cell.ref) == unit.code] for part in Component]
        for unit in pack.units
    ]
    return [group for unit in units for group in unit if group]


def _columns(pack: QualificationPack, scheme: AssessmentScheme, unit_worth: Fraction) -> tuple[Column, ...]:
    columns = []
    for unit in pack.units:
        marks = dict.fromkeys(Component, 0)
        for cell, available in scheme.cells().items():
            if unit_of(cell.ref) == unit.code:
                marks[cell.component] += available
        parts = tuple((part.value, truncated(worth * unit_worth)) for part, worth in marks.items() if worth)
        columns.append(Column(code=unit.code, title=unit.title, parts=parts))
    return tuple(column for column in columns if column.parts)


def _line(row: AssessmentRow, line: CandidateMarks, groups: Sequence[Sequence[Cell]], unit: Fraction) -> SheetLine:
    is_final = line.at_practical or row.state != AssessmentState.DRAWN or not line.came
    settled = line.came or line.candidate.status != CandidateStatus.ENTERED or row.state != AssessmentState.DRAWN
    result = line.result if is_final and settled else None
    shown = {cell: score for cell, score in line.scores.items() if is_final or cell.component is Component.THEORY}
    shown = shown if line.came else {}
    whole = sum((score.awarded for score in shown.values()), Fraction())
    return SheetLine(
        candidate=line.candidate,
        figures=tuple(_figure(group, shown, unit) for group in groups),
        total=truncated(whole * unit) if line.came else "",
        percent=truncated(result.raw_percent) if result and line.came else "",
        outcome=result.outcome.value if result else "",
        oddities=line.oddities,
    )


def _figure(group: Sequence[Cell], scores: Mapping[Cell, Score], unit: Fraction) -> str:
    if any(cell not in scores for cell in group):
        return ""
    return truncated(sum((scores[cell].awarded for cell in group), Fraction()) * unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One criterion of the exposure plot: the fewest and the most papers that hold one of its items."""

    x: int
    ref: str
    least: int
    most: int
    least_y: int
    most_y: int
    least_height: int
    most_height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPlot:
    """The exposure plot: `papers` is what the full height stands for."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    papers: int


def draw_exposure(manifest: Mapping[str, Any]) -> BarPlot:
    """Bars of how many papers hold the most and the least used item of each criterion."""
    papers = len(manifest["papers"])
    bars = []
    for place, (ref, use) in enumerate(sorted(manifest["overlap"]["exposure"].items(), key=_in_order)):
        least, most = (use[name] * TALL // max(papers, 1) for name in ("least", "most"))
        bar = Bar(
            x=place * BAR,
            ref=ref,
            least=use["least"],
            most=use["most"],
            least_y=TALL - least,
            most_y=TALL - most,
            least_height=least,
            most_height=most,
        )
        bars.append(bar)
    return BarPlot(bars=tuple(bars), width=len(bars) * BAR, height=TALL, papers=papers)


def _in_order(entry: tuple[str, Any]) -> tuple[str, int, str]:
    """By unit, then by the number in the criterion's id: PC2 before PC10."""
    unit, _, criterion = entry[0].partition("#")
    digits = criterion.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").partition("-")
    return unit, int(digits[0] or 0), criterion
