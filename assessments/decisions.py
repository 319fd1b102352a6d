"""Deciding a result: exact percentages against the pass rule, every condition with its figures."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from assessments.errors import SchemeFaulty, ScoresMissing, ScoresUnknown
from assessments.marks import percent, to_text, truncated
from assessments.model import Aggregation, AssessmentScheme, Cell, Component, MarksStatus, unit_of
from assessments.results import STATUS_WORDS, Condition, Outcome, Result, result_from_json, result_json, score_json
from assessments.scheme import deciding_faults
from assessments.scoring import Score
from assessments.words import Message
from curriculum.documents import canonical_json, sha256
from curriculum.problems import error

__all__ = ["Condition", "Outcome", "Result", "decide", "result_from_json", "result_json"]

_Name = TypeVar("_Name")


def decide(
    scheme: AssessmentScheme, candidate: str, scores: Mapping[Cell, Score], *, status: Outcome | None = None
) -> Result:
    """Decide a candidate's result by the scheme: competent when every condition is met, with nothing rounded.

    A `status` (absent, dropped out, disqualified, withheld) settles the outcome whatever the scores; marks not
    scored then count as none, and the conditions are left out unless everything was scored. Without a status
    every cell must be scored: raises ScoresMissing, ScoresUnknown for scores the scheme has no such marks for,
    and SchemeFaulty when the scheme has no marks to decide by.
    """
    if status is not None and status not in STATUS_WORDS:
        raise ValueError(f"{status} is decided by the marks, it cannot be given")
    missing = _require_fitting(scheme, scores)
    if missing and status is None:
        raise ScoresMissing(f"{cell.ref} ({cell.component})" for cell in missing)
    cells = {
        cell: scores.get(cell, Score(awarded=Fraction(), available=marks)) for cell, marks in scheme.cells().items()
    }
    unit_scores = _added(cells, lambda cell: unit_of(cell.ref))
    component_scores = _added(cells, lambda cell: cell.component)
    weighted = _weighted_percent(scheme, unit_scores)
    whole = _sum(cells.values())
    raw = percent(whole.awarded, whole.available)
    conditions = () if missing else tuple(_conditions(scheme, whole, weighted, unit_scores, component_scores))
    passed = all(condition.met for condition in conditions)
    return Result(
        candidate=candidate,
        outcome=status or (Outcome.COMPETENT if passed else Outcome.NOT_YET_COMPETENT),
        raw_percent=raw,
        weighted_percent=weighted,
        unit_scores=unit_scores,
        component_scores=component_scores,
        cell_scores=cells,
        conditions=conditions,
        inputs_hash=_inputs_hash(scheme, scores, status),
        scheme_code=scheme.code,
        scheme_version=scheme.version,
        specimen=scheme.specimen,
    )


def _require_fitting(scheme: AssessmentScheme, scores: Mapping[Cell, Score]) -> list[Cell]:
    """Refuse what cannot be decided; the cells that are not scored yet."""
    if scheme.marks_status is MarksStatus.MISSING:
        raise SchemeFaulty([error("marks_status", f"the scheme {scheme.code} has no marks to decide by yet")])
    if faults := list(deciding_faults(scheme)):
        raise SchemeFaulty(faults)
    available = scheme.cells()
    unknown = [cell for cell, score in scores.items() if available.get(cell) != score.available]
    if unknown:
        raise ScoresUnknown(f"{ref} ({component})" for ref, component in unknown)
    return [cell for cell in available if cell not in scores]


def _conditions(
    scheme: AssessmentScheme,
    whole: Score,
    weighted: Fraction | None,
    unit_scores: Mapping[str, Score],
    component_scores: Mapping[Component, Score],
) -> Iterator[Condition]:
    rule = scheme.pass_rule
    if rule.aggregation is Aggregation.UNIT_WEIGHTS and weighted is not None:
        words = Message("All units, each counted by its weight: %(figure)s %%, needs %(needed)s %%")
        yield _held_against("aggregate", weighted, rule.aggregate_percent, words)
    else:
        words = Message("All marks: %(awarded)s of %(available)s is %(figure)s %%, needs %(needed)s %%")
        yield _condition("aggregate", whole, rule.aggregate_percent, words)
    if rule.unit_min_percent is not None:
        for unit, score in unit_scores.items():
            words = Message("Unit %(name)s: %(awarded)s of %(available)s is %(figure)s %%, needs %(needed)s %%")
            yield _condition(f"unit:{unit}", score, rule.unit_min_percent, words)
    for component, needed in sorted(
        rule.component_min_percent.items(), key=lambda line: list(Component).index(line[0])
    ):
        if component in component_scores:
            words = Message("Component %(name)s: %(awarded)s of %(available)s is %(figure)s %%, needs %(needed)s %%")
            yield _condition(f"component:{component}", component_scores[component], needed, words)


def _condition(name: str, score: Score, needed_text: str, words: Message) -> Condition:
    facts = {
        "name": name.partition(":")[2],
        "awarded": truncated(score.awarded),
        "available": str(score.available),
    }
    return _held_against(name, percent(score.awarded, score.available), needed_text, replace(words, facts=facts))


def _held_against(name: str, figure: Fraction, needed_text: str, words: Message) -> Condition:
    needed = Fraction(needed_text)
    facts = {**words.facts, "figure": _shown_beside(figure, needed_text), "needed": needed_text}
    met = figure.numerator * needed.denominator >= needed.numerator * figure.denominator
    return Condition(name=name, figure=figure, needed=needed, met=met, words=replace(words, facts=facts))


def _shown_beside(figure: Fraction, needed_text: str) -> str:
    """A figure as precise as the line it is held against, so that what is shown never contradicts the decision."""
    if "/" in needed_text:
        return to_text(figure)
    return truncated(figure, max(2, len(needed_text.partition(".")[2])))


def _weighted_percent(scheme: AssessmentScheme, unit_scores: Mapping[str, Score]) -> Fraction | None:
    weights = scheme.pass_rule.unit_weights
    if not weights:
        return None
    parts = (weights[unit] * percent(score.awarded, score.available) for unit, score in unit_scores.items())
    return sum(parts, Fraction()) / sum(weights.values())


def _added(cells: Mapping[Cell, Score], name_of: Callable[[Cell], _Name]) -> dict[_Name, Score]:
    groups: dict[_Name, list[Score]] = {}
    for cell, score in cells.items():
        groups.setdefault(name_of(cell), []).append(score)
    return {name: _sum(scores) for name, scores in groups.items()}


def _sum(scores: Iterable[Score]) -> Score:
    awarded, available = Fraction(), 0
    for score in scores:
        awarded += score.awarded
        available += score.available
    return Score(awarded=awarded, available=available)


def _inputs_hash(scheme: AssessmentScheme, scores: Mapping[Cell, Score], status: Outcome | None) -> str:
    inputs = {
        "scheme": scheme.model_dump(mode="json", exclude_none=True),
        "scores": [
            {"ref": cell.ref, "component": cell.component.value, **score_json(scores[cell])}
            for cell in sorted(Cell(*cell) for cell in scores)
        ],
        "status": None if status is None else status.value,
    }
    return sha256(canonical_json(inputs))
