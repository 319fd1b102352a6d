"""A result as drawn: the competence map filled with marks, and the table of units by component."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from flask_babel import gettext as _

from assessments.decisions import Result
from assessments.marks import to_text
from assessments.model import Cell, Component, unit_of
from assessments.scoring import Score
from assessments.standing import sum_of
from curriculum.model import QualificationPack
from lms.services.corrections import PastResult
from lms.services.takings import Taking
from lms.tables.assessing import CandidateRow
from lms.web.competence_map import MapView, draw_map
from lms.web.filters import day, marks

_WHOLE, _NOTHING = "good", "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksRow:
    """One line of the table; `figures` are in order of the components, then all together.

    `kept` says, for a unit carried from an attempt before, from which.
    """

    code: str
    title: str
    figures: tuple[str, ...]
    kept: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksTable:
    """Marks awarded of marks available, unit by component; `exact` is the sum of all where it is not whole.

    Options stand apart: they are not in the sum.
    """

    components: tuple[str, ...]
    rows: tuple[MarksRow, ...]
    options: tuple[MarksRow, ...]
    total: tuple[str, ...]
    exact: str


def marks_map(
    pack: QualificationPack, cell_scores: Mapping[Cell, Score], worth: Fraction, word_for_none: str = ""
) -> MapView:
    """Every criterion by its marks: all, a part, none; each with its figures in marks, `worth` being a mark unit.

    `word_for_none` says what a criterion without any of these marks is; else it carries none at all.
    """
    scores = _by_criterion(cell_scores)
    looks = {ref: _look(sum_of(own.values())) for ref, own in scores.items()}
    legend = [("good", _("All marks")), ("half", _("Part of the marks")), ("bad", _("No marks"))]
    if any(ref not in scores for ref in pack.criterion_refs()):
        has_nodes = any(ref not in pack.criterion_refs() for ref in scores)
        without = word_for_none or _("Carries no marks")
        legend.insert(0, ("none", _("No marks of its own") if has_nodes else without))
    return draw_map(pack, looks, legend, {ref: _detail(own, worth) for ref, own in scores.items()})


def marks_table(pack: QualificationPack, result: Result, worth: Fraction, taking: Taking | None = None) -> MarksTable:
    """The marks of each unit in each component, cut off after two decimals; a mark unit is `worth`."""
    present = {cell.component for cell in result.cell_scores}
    components = tuple(component for component in Component if component in present)
    cells: dict[tuple[str, Component], list[Score]] = {}
    for cell, score in result.cell_scores.items():
        cells.setdefault((unit_of(cell.ref), cell.component), []).append(score)
    taken = {unit for unit, _component in cells}
    carried = taking.carried if taking else {}
    rows = {
        unit.code: MarksRow(
            code=unit.code,
            title=unit.title,
            figures=tuple(shown(sum_of(own), worth) for own in _by_component(cells, unit.code, components)),
            kept=from_attempt(carried[unit.code].source) if unit.code in carried else "",
        )
        for unit in pack.units
        if unit.code in taken
    }
    whole = sum_of(result.component_scores.values())
    nothing = Score(awarded=Fraction(), available=0)
    sums = [result.component_scores.get(component, nothing) for component in components]
    return MarksTable(
        components=tuple(component_word(component) for component in components),
        rows=tuple(row for code, row in rows.items() if code in result.unit_scores),
        options=tuple(row for code, row in rows.items() if code not in result.unit_scores),
        total=(*(shown(score, worth) for score in sums), shown(whole, worth)),
        exact="" if (whole.awarded * worth).denominator == 1 else to_text(whole.awarded * worth),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCorrection:
    """A result that corrected the one before it: why, and what both came to."""

    past: PastResult
    outcome_before: str
    marks_before: str
    marks_after: str


def draw_corrections(past: Sequence[PastResult], worth: Fraction) -> list[ShownCorrection]:
    """The corrections of a candidate's results (as listed, the newest first), each beside the result before it."""
    return [
        ShownCorrection(
            past=newer,
            outcome_before=older.row.outcome,
            marks_before=figure_of(sum_of(older.result.unit_scores.values()), worth),
            marks_after=figure_of(sum_of(newer.result.unit_scores.values()), worth),
        )
        for newer, older in pairwise(past)
        if newer.correction is not None
    ]


def from_attempt(candidate: CandidateRow) -> str:
    """Which attempt that is, and when it was."""
    return str(
        _("attempt %(number)s, %(day)s", number=candidate.attempt_number, day=day(candidate.assessment.opens_at))
    )


def component_word(component: str) -> str:
    """The word for a component."""
    words = {
        Component.THEORY: _("Theory"),
        Component.PRACTICAL: _("Practical"),
        Component.PROJECT: _("Project"),
        Component.VIVA: _("Viva"),
    }
    return str(words[Component(component)])


def _by_component(
    cells: Mapping[tuple[str, Component], list[Score]], unit: str, components: Iterable[Component]
) -> list[list[Score]]:
    """The scores of a unit in each component, then all of them."""
    own = [cells.get((unit, component), []) for component in components]
    return [*own, [score for scores in own for score in scores]]


def _by_criterion(cell_scores: Mapping[Cell, Score]) -> Mapping[str, dict[Component, Score]]:
    found: dict[str, dict[Component, Score]] = {}
    for cell, score in cell_scores.items():
        found.setdefault(cell.ref, {})[cell.component] = score
    return found


def _look(score: Score) -> str:
    if score.awarded == score.available:
        return _WHOLE
    return "half" if score.awarded else _NOTHING


def _detail(scores: Mapping[Component, Score], worth: Fraction) -> str:
    whole = figure_of(sum_of(scores.values()), worth)
    if len(scores) == 1:
        return whole
    parts = ", ".join(f"{component_word(component)} {figure_of(score, worth)}" for component, score in scores.items())
    return f"{whole} ({parts})"


def figure_of(score: Score, worth: Fraction) -> str:
    """Marks awarded of marks available; a mark unit is `worth`."""
    got, could = score.awarded * worth, score.available * worth
    return str(_("%(awarded)s of %(available)s", awarded=marks(got), available=marks(could)))


def shown(score: Score, worth: Fraction) -> str:
    """Marks awarded of marks available; empty where there are none."""
    return figure_of(score, worth) if score.available else ""
