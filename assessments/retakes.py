"""What a next attempt takes again and what it keeps: unit by unit, with marks, and what then remains to be reached."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from assessments.choices import open_to_choice
from assessments.decisions import decide_result
from assessments.marks import rounded, truncated
from assessments.model import Aggregation, AssessmentScheme, Component, ReassessmentScope, unit_of
from assessments.pass_lines import LineKind, PassLine, option_lines, pass_lines
from assessments.results import CarriedUnit, Outcome, Result
from assessments.rule_words import COMPONENT_WORDS, scope_in_words
from assessments.scoring import Score
from assessments.standing import percent_of, reckoned, stand, sum_of
from assessments.words import Message

_CENT = Fraction(1, 100)
Carried = Mapping[str, CarriedUnit]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAgain:
    """One unit of a next attempt: its score so far, and whether it is kept with it.

    `source` is the hash of the inputs of the result that the score comes from.
    """

    unit: str
    score: Score
    is_kept: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetakePlan:
    """What a next attempt is about, unit by unit in order of the scheme.

    `words` say why these units; `remaining` says of every line that is not safe yet what it still needs.
    """

    units: tuple[UnitAgain, ...]
    kept: Carried
    words: Message
    remaining: tuple[Message, ...]

    @property
    def taken(self) -> tuple[str, ...]:
        """The units taken again."""
        return tuple(line.unit for line in self.units if not line.is_kept)


def plan_retake(scheme: AssessmentScheme, result: Result) -> RetakePlan:
    """What a candidate with that result would take again, keep, and still have to reach."""
    wished, kept = _wished(scheme, result), kept_units(scheme, result)
    scores: dict[str, list[Score]] = {}
    for cell, score in result.cell_scores.items():
        scores.setdefault(unit_of(cell.ref), []).append(score)
    units = tuple(
        UnitAgain(
            unit=unit,
            score=sum_of(own),
            is_kept=unit in kept,
            source=kept[unit].source if unit in kept else result.carried.get(unit, result.inputs_hash),
        )
        for unit, own in scores.items()
    )
    return RetakePlan(
        units=units, kept=kept, words=_words(scheme, wished, kept), remaining=tuple(_remaining(scheme, result, kept))
    )


def kept_units(scheme: AssessmentScheme, result: Result) -> Carried:
    """The units that a result which did not reach the rule keeps for the next attempt, with their marks.

    All are taken again where the scheme's scope is the pack. Else a unit is kept that reached every line of its own
    (the aggregate's where it has none: "already passed NOS kept", MES/Q0507), or the score that exempts it ("a NOS
    scored 60 % is exempt from re-appearing although the aggregate failed", PSC/Q0302). An absent candidate keeps what
    was carried into the attempt. Where the rule could not be reached even with all marks of the units left, nothing is
    kept: the pack as a whole is assessed again, as the source prints by default. What was carried before keeps saying
    where it comes from.
    """
    wished = _wished(scheme, result)
    return wished if wished and _can_be_reached(scheme, result, wished) else {}


def _wished(scheme: AssessmentScheme, result: Result) -> dict[str, CarriedUnit]:
    """What the policy alone would keep."""
    if scheme.reassessment.scope is ReassessmentScope.PACK:
        return {}
    if result.outcome is Outcome.ABSENT:
        units: Collection[str] = result.carried
    elif result.outcome is Outcome.NOT_YET_COMPETENT:
        every = dict.fromkeys(unit_of(cell.ref) for cell in result.cell_scores)
        units = [unit for unit in every if _is_reached(scheme, result, unit)]
    else:
        return {}
    return {
        unit: CarriedUnit(
            scores={cell: score for cell, score in result.cell_scores.items() if unit_of(cell.ref) == unit},
            source=result.carried.get(unit, result.inputs_hash),
        )
        for unit in units
    }


def _is_reached(scheme: AssessmentScheme, result: Result, unit: str) -> bool:
    lines = [*result.conditions, *result.options]
    if not all(condition.met for condition in lines if _unit_named(condition.name) == unit):
        return False
    needed = scheme.reassessment.exempt_percent
    if scheme.reassessment.scope is ReassessmentScope.UNITS:
        needed = _own_line(scheme, unit)
    own = sum_of(score for cell, score in result.cell_scores.items() if unit_of(cell.ref) == unit)
    return needed is not None and percent_of([reckoned(scheme, own)]) >= Fraction(needed)


def _own_line(scheme: AssessmentScheme, unit: str) -> str | None:
    if unit in (scheme.options or ()):
        return scheme.rule.option_min_percent or scheme.aggregate_needed
    own = scheme.rule.unit_min_percent_of or {}
    return own.get(unit, scheme.rule.unit_min_percent) or scheme.aggregate_needed


def _unit_named(condition: str) -> str:
    """The unit that a condition is about alone: `unit_component:ASC/N1105/theory` → `ASC/N1105`; empty for others."""
    kind, _, subject = condition.partition(":")
    if kind == LineKind.UNIT_COMPONENT:
        return subject.rpartition("/")[0]
    return unit_of(subject) if kind in {LineKind.UNIT, LineKind.CRITICAL, LineKind.OPTION} else ""


def _can_be_reached(scheme: AssessmentScheme, result: Result, kept: Carried) -> bool:
    """Whether all marks of the units left would make the candidate competent; attendance is not assessed again."""
    full = {
        cell: Score(awarded=Fraction(score.available), available=score.available)
        for cell, score in result.cell_scores.items()
        if unit_of(cell.ref) not in kept
    }
    chosen = {unit_of(cell.ref) for cell in result.cell_scores} & set(open_to_choice(scheme))
    return decide_result(scheme, "", full, chosen=chosen, carried=kept).outcome is Outcome.COMPETENT


def _words(scheme: AssessmentScheme, wished: Carried, kept: Carried) -> Message:
    if kept or scheme.reassessment.scope is ReassessmentScope.PACK:
        return scope_in_words(scheme.reassessment)
    if wished:
        return Message("All units are assessed again: with the marks of the others alone, the rule cannot be reached.")
    return Message("All units are assessed again: none has marks to keep.")


def _remaining(scheme: AssessmentScheme, result: Result, kept: Carried) -> Iterator[Message]:
    options = [unit for unit in scheme.options or () if any(unit_of(cell.ref) == unit for cell in result.cell_scores)]
    for line in pass_lines(scheme, result.unit_scores):
        yield from _still_needed(scheme, result, line, kept)
    for line in option_lines(scheme, options):
        yield from _still_needed(scheme, result, line, kept)


def _still_needed(scheme: AssessmentScheme, result: Result, line: PassLine, kept: Carried) -> Iterator[Message]:
    again = [cell for cell in line.cells if unit_of(cell.ref) not in kept]
    carried = {cell: result.cell_scores[cell] for cell in line.cells if unit_of(cell.ref) in kept}
    facts: dict[str, str | Message] = {"needed": line.needed, **_subject(line)}
    is_weighed = line.kind is LineKind.AGGREGATE and scheme.rule.aggregation is not Aggregation.RAW_SUM
    if not again:
        return
    if is_weighed or scheme.rule.rounding is not None:
        if carried:
            facts["kept"] = truncated(_brought(scheme, result, line, kept))
            yield Message(WEIGHED_BESIDE[line.kind].template, facts)
        else:
            yield Message(WEIGHED[line.kind].template, facts)
        return
    available = sum(scheme.cells()[cell] for cell in line.cells)
    more = Fraction(line.needed) * available / 100 - sum((score.awarded for score in carried.values()), Fraction())
    if more <= 0:
        return
    facts["more"] = truncated(rounded(more, _CENT, "up"))
    facts["available"] = str(sum(scheme.cells()[cell] for cell in again))
    yield Message((BESIDE if carried else ALONE)[line.kind].template, facts)


def _subject(line: PassLine) -> Mapping[str, str | Message]:
    if line.kind is LineKind.COMPONENT:
        return {"name": COMPONENT_WORDS[Component(line.subject)]}
    if line.kind is LineKind.UNIT_COMPONENT:
        unit, _, component = line.subject.rpartition("/")
        return {"unit": unit, "component": COMPONENT_WORDS[Component(component)]}
    return {"name": line.subject} if line.subject else {}


def _brought(scheme: AssessmentScheme, result: Result, line: PassLine, kept: Carried) -> Fraction:
    """How many per cent of a line the kept units bring when the others bring nothing."""
    nothing = Fraction()
    counted = {
        cell: score if unit_of(cell.ref) in kept else Score(awarded=nothing, available=score.available)
        for cell, score in ((cell, result.cell_scores[cell]) for cell in line.cells)
    }
    return stand(scheme, counted).aggregate if line.kind is LineKind.AGGREGATE else percent_of(counted.values())


# With the marks that are still needed, where marks are simply added.
ALONE: Mapping[LineKind, Message] = {
    LineKind.AGGREGATE: Message("All marks: %(needed)s %% is needed, at least %(more)s of %(available)s"),
    LineKind.UNIT: Message("Unit %(name)s: %(needed)s %% is needed, at least %(more)s of %(available)s"),
    LineKind.COMPONENT: Message("Component %(name)s: %(needed)s %% is needed, at least %(more)s of %(available)s"),
    LineKind.UNIT_COMPONENT: Message(
        "Component %(component)s of unit %(unit)s: %(needed)s %% is needed, at least %(more)s of %(available)s"
    ),
    LineKind.CRITICAL: Message("Critical, %(name)s: %(needed)s %% is needed, at least %(more)s of %(available)s"),
    LineKind.OPTION: Message(
        "Option %(name)s, decided by itself: %(needed)s %% is needed, at least %(more)s of %(available)s"
    ),
}
BESIDE: Mapping[LineKind, Message] = {
    LineKind.AGGREGATE: Message(
        "All marks: %(needed)s %% is needed; beside what is kept at least %(more)s of the %(available)s taken again"
    ),
    LineKind.COMPONENT: Message(
        "Component %(name)s: %(needed)s %% is needed; beside what is kept at least %(more)s of the %(available)s "
        "taken again"
    ),
}
# In per cent alone, where units are weighed or figures are rounded.
WEIGHED: Mapping[LineKind, Message] = {
    LineKind.AGGREGATE: Message("All units together: %(needed)s %% is needed"),
    LineKind.UNIT: Message("Unit %(name)s: %(needed)s %% is needed"),
    LineKind.COMPONENT: Message("Component %(name)s: %(needed)s %% is needed"),
    LineKind.UNIT_COMPONENT: Message("Component %(component)s of unit %(unit)s: %(needed)s %% is needed"),
    LineKind.CRITICAL: Message("Critical, %(name)s: %(needed)s %% is needed"),
    LineKind.OPTION: Message("Option %(name)s, decided by itself: %(needed)s %% is needed"),
}
WEIGHED_BESIDE: Mapping[LineKind, Message] = {
    LineKind.AGGREGATE: Message("All units together: %(needed)s %% is needed, and what is kept brings %(kept)s %%"),
    LineKind.COMPONENT: Message("Component %(name)s: %(needed)s %% is needed, and what is kept brings %(kept)s %%"),
}
