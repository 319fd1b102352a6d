"""A result as drawn: the competence map filled with marks, and the table of units by component."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _

from assessments.decisions import Result
from assessments.marks import to_text, truncated
from assessments.model import Component, unit_of
from assessments.scoring import Score
from curriculum.model import QualificationPack
from lms.web.competence_map import MapView, draw_map

_WHOLE, _NOTHING = "good", "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksRow:
    """One line of the table; `figures` are in order of the components, then all together."""

    code: str
    title: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksTable:
    """Marks awarded of marks available, unit by component; `exact` is the sum of all where it is not whole."""

    components: tuple[str, ...]
    rows: tuple[MarksRow, ...]
    total: tuple[str, ...]
    exact: str


def marks_map(pack: QualificationPack, result: Result) -> MapView:
    """Every criterion by its marks: all, a part, none; each with its figures."""
    scores = _by_criterion(result)
    looks = {ref: _look(_sum(own.values())) for ref, own in scores.items()}
    legend = [("good", _("All marks")), ("half", _("Part of the marks")), ("bad", _("No marks"))]
    if any(ref not in scores for ref in pack.criterion_refs()):
        legend.insert(0, ("none", _("Carries no marks")))
    return draw_map(pack, looks, legend, {ref: _detail(own) for ref, own in scores.items()})


def marks_table(pack: QualificationPack, result: Result) -> MarksTable:
    """The marks of each unit in each component, cut off after two decimals, never rounded up."""
    components = tuple(result.component_scores)
    cells: dict[tuple[str, Component], list[Score]] = {}
    for cell, score in result.cell_scores.items():
        cells.setdefault((unit_of(cell.ref), cell.component), []).append(score)
    rows = tuple(
        MarksRow(
            code=unit.code,
            title=unit.title,
            figures=(
                *(_shown(_sum(cells.get((unit.code, component), ()))) for component in components),
                _shown(result.unit_scores[unit.code]),
            ),
        )
        for unit in pack.units
        if unit.code in result.unit_scores
    )
    whole = _sum(result.component_scores.values())
    return MarksTable(
        components=tuple(component_word(component) for component in components),
        rows=rows,
        total=(*(_shown(score) for score in result.component_scores.values()), _shown(whole)),
        exact="" if whole.awarded.denominator == 1 else to_text(whole.awarded),
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


def _by_criterion(result: Result) -> Mapping[str, dict[Component, Score]]:
    found: dict[str, dict[Component, Score]] = {}
    for cell, score in result.cell_scores.items():
        found.setdefault(cell.ref, {})[cell.component] = score
    return found


def _look(score: Score) -> str:
    if score.awarded == score.available:
        return _WHOLE
    return "half" if score.awarded else _NOTHING


def _detail(scores: Mapping[Component, Score]) -> str:
    whole = _figure(_sum(scores.values()))
    if len(scores) == 1:
        return whole
    parts = ", ".join(f"{component_word(component)} {_figure(score)}" for component, score in scores.items())
    return f"{whole} ({parts})"


def _figure(score: Score) -> str:
    return str(_("%(awarded)s of %(available)s", awarded=truncated(score.awarded), available=score.available))


def _shown(score: Score) -> str:
    return _figure(score) if score.available else ""


def _sum(scores: Iterable[Score]) -> Score:
    given = list(scores)
    return Score(
        awarded=sum((score.awarded for score in given), Fraction()), available=sum(score.available for score in given)
    )
