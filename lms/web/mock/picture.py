"""A mock exam as drawn: the map by theory marks, units as rows, earlier mocks as bars, and what lacks by unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _

from assessments.marks import to_text
from assessments.model import unit_of
from assessments.scoring import Score
from assessments.standing import added, percent_of, sum_of
from lms.services.mock_results import MockResult, MockScore
from lms.services.mocks import Lacking, MockPlan
from lms.web.assessing.plots import Plot, Shape, Words
from lms.web.competence_map import MapView
from lms.web.filters import day, marks
from lms.web.results.picture import figure_of, marks_map

_MOST_BARS = 10
_WIDE, _TALL, _FOOT, _STEP = 480, 160, 36, 48


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """The theory marks of one unit as figures; `exact` stands beside them where they are not whole."""

    code: str
    title: str
    awarded: str
    exact: str
    available: str
    percent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LackingUnit:
    """A unit for whose criteria there are too few practice questions."""

    code: str
    title: str
    nodes: tuple[tuple[str, Lacking], ...]


def theory_map(result: MockResult) -> MapView:
    """Every criterion of the person's units by its theory marks."""
    return marks_map(result.pack, result.scores, result.score.worth, _("Not in the theory exam"))


def unit_rows(result: MockResult) -> list[UnitRow]:
    """The units with theory marks, and all of them together at the end."""
    worth = result.score.worth
    by_unit = added(result.scores, lambda cell: unit_of(cell.ref))
    rows = [
        _row(unit.code, unit.title, by_unit[unit.code], worth) for unit in result.pack.units if unit.code in by_unit
    ]
    return [*rows, _row("", _("All units"), sum_of(by_unit.values()), worth)]


def lacking_units(plan: MockPlan) -> list[LackingUnit]:
    """What lacks for a paper, unit by unit."""
    return [
        LackingUnit(code=unit.code, title=unit.title, nodes=own)
        for unit in plan.pack.units
        if (
            own := tuple(
                (one.ref.partition("#")[2] or unit.code, one) for one in plan.lacking if unit_of(one.ref) == unit.code
            )
        )
    ]


def plot_scores(scores: Sequence[MockScore]) -> Plot:
    """A bar for each of the latest mocks, the oldest first; the table has all of them, the newest first."""
    shown = list(reversed(scores[:_MOST_BARS]))
    shapes = [Shape(kind="bar", look="rail", x=0, y=_TALL, width=_WIDE, height=2)]
    words = []
    for place, one in enumerate(shown):
        x, tall = place * _STEP, max(int(max(one.percent, Fraction(0)) * (_TALL - 30) / 100), 1)
        words_of_bar = _percent(one.score)
        bar = Shape(kind="bar", look="bar", x=x + 6, y=_TALL - tall, width=_STEP - 12, height=tall, title=words_of_bar)
        shapes.append(bar)
        words.append(Words(x=x + _STEP // 2, y=_TALL - tall - 8, text=str(int(one.percent))))
        words.append(Words(x=x + _STEP // 2, y=_TALL + 28, text=str(one.number)))
    return Plot(
        width=_WIDE, height=_TALL + _FOOT, shapes=tuple(shapes), words=tuple(words), rows=tuple(map(_line, scores))
    )


def _line(one: MockScore) -> tuple[str, ...]:
    return day(one.at), figure_of(one.score, one.worth), _percent(one.score)


def _row(code: str, title: str, score: Score, worth: Fraction) -> UnitRow:
    awarded = score.awarded * worth
    return UnitRow(
        code=code,
        title=title,
        awarded=marks(awarded),
        exact="" if awarded.denominator == 1 else to_text(awarded),
        available=marks(score.available * worth),
        percent=_percent(score),
    )


def _percent(score: Score) -> str:
    return str(_("%(percent)s %%", percent=marks(percent_of([score]))))
