"""What a candidate's marks come to: units as reckoned, both aggregates, the rounding a rule demands, the grade."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from assessments.marks import percent, rounded
from assessments.model import Aggregation, AssessmentScheme, Cell, Component, unit_of
from assessments.scoring import Score

_Name = TypeVar("_Name")
MOST = Fraction(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Units with their marks as reckoned (rounded where the rule says so), and both aggregates in per cent.

    `aggregate` is the one that decides, before a rounding of the total.
    """

    units: Mapping[str, Score]
    raw: Fraction
    weighted: Fraction | None
    aggregate: Fraction


def stand(scheme: AssessmentScheme, counted: Mapping[Cell, Score]) -> Standing:
    """What the marks of the counted units come to."""
    by_unit = added(counted, lambda cell: unit_of(cell.ref))
    units = {unit: reckoned(scheme, score) for unit, score in by_unit.items()}
    raw = percent_of(units.values())
    weighted = _weighted(scheme, units)
    decides = raw if weighted is None or scheme.rule.aggregation is Aggregation.RAW_SUM else weighted
    return Standing(units=units, raw=raw, weighted=weighted, aggregate=decides)


def reckoned(scheme: AssessmentScheme, score: Score) -> Score:
    """A unit's score as it is reckoned: rounded where the rule says so, never above what is available."""
    rounding = scheme.rule.rounding
    if rounding is None or rounding.where != "unit":
        return score
    step = Fraction(rounding.to) / Fraction(scheme.mark_unit)
    most = Fraction(score.available)
    awarded = max(min(rounded(score.awarded, step, rounding.direction), most), -most)
    return Score(awarded=awarded, available=score.available)


def total_rounded(scheme: AssessmentScheme, aggregate: Fraction) -> Fraction:
    """The aggregate as it is held against its line: rounded where the rule says so, never above 100."""
    rounding = scheme.rule.rounding
    if rounding is None or rounding.where != "total":
        return aggregate
    return min(rounded(aggregate, Fraction(rounding.to), rounding.direction), MOST)


def grade_of(scheme: AssessmentScheme, aggregate: Fraction) -> str | None:
    """The grade of the highest band that the aggregate reaches; None without bands."""
    figure = total_rounded(scheme, aggregate)
    reached = [band for band in scheme.rule.grades or () if figure >= Fraction(band.from_percent)]
    return max(reached, key=lambda band: Fraction(band.from_percent)).grade if reached else None


def lowest(scheme: AssessmentScheme, cell: Cell) -> int:
    """The least that a cell can be awarded: nothing, unless wrong answers cost marks and only the paper has a floor."""
    negative = scheme.theory.negative
    below = cell.component is Component.THEORY and negative is not None and negative.floor == "paper"
    return -scheme.cells()[cell] if below else 0


def added(cells: Mapping[Cell, Score], name_of: Callable[[Cell], _Name]) -> dict[_Name, Score]:
    """The scores of cells of one name together, in order of the first cell of each."""
    groups: dict[_Name, list[Score]] = {}
    for cell, score in cells.items():
        groups.setdefault(name_of(cell), []).append(score)
    return {name: sum_of(scores) for name, scores in groups.items()}


def sum_of(scores: Iterable[Score]) -> Score:
    """All scores together."""
    awarded, available = Fraction(), 0
    for score in scores:
        awarded += score.awarded
        available += score.available
    return Score(awarded=awarded, available=available)


def percent_of(scores: Iterable[Score]) -> Fraction:
    """What share of all their marks was awarded, in per cent, exact."""
    whole = sum_of(scores)
    return percent(whole.awarded, whole.available)


def _weighted(scheme: AssessmentScheme, units: Mapping[str, Score]) -> Fraction | None:
    rule = scheme.rule
    if rule.unit_weights:
        parts = [(rule.unit_weights[unit], percent_of([score])) for unit, score in units.items()]
    elif rule.unit_groups:
        groups = [(group.weight, [units[unit] for unit in group.units if unit in units]) for group in rule.unit_groups]
        parts = [(weight, percent_of(own)) for weight, own in groups if own]
    else:
        return None
    return sum((weight * figure for weight, figure in parts), Fraction()) / sum(weight for weight, _ in parts)
