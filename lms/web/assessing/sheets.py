"""The mark sheet as drawn: a table of marks."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction

from assessments.choices import open_to_choice
from assessments.marks import truncated
from assessments.model import AssessmentScheme, Cell, Component, unit_of
from assessments.scheme import rule_in_words
from assessments.scoring import Score
from assessments.words import Message
from curriculum.model import QualificationPack
from lms.services.grading import CandidateMarks
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, CandidateStatus
from lms.web.results.picture import from_attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One unit of the sheet with the components it has marks in, each with the marks available."""

    code: str
    title: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One candidate: a figure for each part of each unit (empty: not scored), the total, and the outcome so far.

    `kept` says of each figure whether it is carried from an attempt before, and `kept_words` from which.
    """

    candidate: CandidateRow
    figures: tuple[str, ...]
    kept: tuple[bool, ...]
    kept_words: str
    total: str
    percent: str
    outcome: str
    oddities: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """The mark sheet as a table; `total` is empty where candidates chose among units: each has a total of their own."""

    columns: tuple[Column, ...]
    total: str
    rule: tuple[Message, ...]
    lines: tuple[SheetLine, ...]
    odd: tuple[SheetLine, ...]
    outcomes: tuple[tuple[str, int], ...]


def draw_sheet(
    row: AssessmentRow, pack: QualificationPack, scheme: AssessmentScheme, marks: Sequence[CandidateMarks]
) -> SheetView:
    """The table of a mark sheet, in marks whatever the scheme's mark unit is."""
    unit = Fraction(scheme.mark_unit)
    groups = _groups(pack, scheme)
    options = frozenset(scheme.options or ())
    lines = tuple(_line(row, line, groups, unit, options) for line in marks)
    found = [line.outcome for line in lines]
    return SheetView(
        columns=_columns(pack, scheme, unit),
        total="" if open_to_choice(scheme) else truncated(scheme.total() * unit),
        rule=rule_in_words(scheme),
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


def _line(
    row: AssessmentRow,
    line: CandidateMarks,
    groups: Sequence[Sequence[Cell]],
    unit: Fraction,
    options: AbstractSet[str],
) -> SheetLine:
    is_final = line.at_practical or row.state != AssessmentState.DRAWN or not line.came
    settled = line.came or line.candidate.status != CandidateStatus.ENTERED or row.state != AssessmentState.DRAWN
    result = line.result if is_final and settled else None
    shown = {cell: score for cell, score in line.scores.items() if is_final or cell.component is Component.THEORY}
    shown = shown if line.came else {}
    whole = sum((score.awarded for cell, score in shown.items() if unit_of(cell.ref) not in options), Fraction())
    carried = line.taking.carried
    return SheetLine(
        candidate=line.candidate,
        kept=tuple(unit_of(group[0].ref) in carried for group in groups),
        kept_words=", ".join(f"{code} ({from_attempt(one.source)})" for code, one in carried.items()),
        figures=tuple(_figure(group, shown, unit) for group in groups),
        total=truncated(whole * unit) if line.came else "",
        percent=truncated(result.deciding_percent) if result and line.came else "",
        outcome=result.outcome.value if result else "",
        oddities=line.oddities,
    )


def _figure(group: Sequence[Cell], scores: Mapping[Cell, Score], unit: Fraction) -> str:
    if any(cell not in scores for cell in group):
        return ""
    return truncated(sum((scores[cell].awarded for cell in group), Fraction()) * unit)
