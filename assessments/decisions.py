"""Deciding a result: exact percentages against the lines of the rule, every condition with its figures."""

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

from assessments.choices import choice_faults, counted_units, options_taken
from assessments.errors import CarriedUnlikeScheme, ChoiceUnlikeScheme, SchemeFaulty, ScoresMissing, ScoresUnknown
from assessments.marks import shown_beside, to_text, truncated
from assessments.model import Aggregation, AssessmentScheme, Cell, Component, MarksStatus, unit_of
from assessments.pass_lines import LineKind, PassLine, option_lines, pass_lines
from assessments.results import (
    STATUS_WORDS,
    CarriedUnit,
    Condition,
    Outcome,
    Result,
    result_from_json,
    result_json,
    score_json,
)
from assessments.rule_words import COMPONENT_WORDS
from assessments.scheme_checks import deciding_faults
from assessments.scoring import Score
from assessments.standing import Standing, added, grade_of, lowest, percent_of, reckoned, stand, sum_of, total_rounded
from assessments.words import Message
from curriculum.documents import canonical_json, sha256
from curriculum.problems import error

__all__ = ["CarriedUnit", "Condition", "Outcome", "Result", "decide_result", "result_from_json", "result_json"]


def decide_result(
    scheme: AssessmentScheme,
    candidate: str,
    scores: Mapping[Cell, Score],
    *,
    status: Outcome | None = None,
    attendance: Fraction | None = None,
    chosen: Collection[str] = (),
    carried: Mapping[str, CarriedUnit] | None = None,
) -> Result:
    """Decide a candidate's result by the scheme: competent when every line is met, with nothing rounded unasked.

    `attendance` in per cent is held against the scheme's line where both are given. `chosen` are the electives and
    options of the candidate; units not chosen do not count. `carried` are units that an earlier result keeps: they
    bring their marks and are not scored again.

    A `status` (absent, dropped out, disqualified, withheld) settles the outcome whatever the scores; marks not
    scored then count as none, and the conditions are left out unless everything was scored. Without a status
    every cell must be scored: raises ScoresMissing, ScoresUnknown for scores the scheme has no such marks for,
    ChoiceUnlikeScheme, and SchemeFaulty when the scheme has no marks to decide by.
    """
    if status is not None and status not in STATUS_WORDS:
        raise ValueError(f"{status} is decided by the marks, it cannot be given")
    require_decidable(scheme)
    if faults := tuple(choice_faults(scheme, chosen)):
        raise ChoiceUnlikeScheme(faults)
    units, options = counted_units(scheme, chosen), options_taken(scheme, chosen)
    kept = carried or {}
    given = _with_carried(scores, kept)
    cells, complete = _cells(scheme, {*units, *options}, given, may_lack=status is not None)
    counted = {cell: score for cell, score in cells.items() if unit_of(cell.ref) in units}
    standing = stand(scheme, counted)

    def held(lines: Iterable[PassLine]) -> tuple[Condition, ...]:
        told = lines if complete else ()
        pairs = ((line, score_of_line(line, cells, standing)) for line in told)
        return tuple(condition_of(scheme, line, own, standing.aggregate, attendance) for line, own in pairs)

    conditions = held(pass_lines(scheme, units, attendance_known=attendance is not None))
    passed = all(condition.met for condition in conditions)
    outcome = status or (Outcome.COMPETENT if passed else Outcome.NOT_YET_COMPETENT)
    return Result(
        candidate=candidate,
        outcome=outcome,
        raw_percent=standing.raw,
        weighted_percent=standing.weighted,
        unit_scores=added(counted, lambda cell: unit_of(cell.ref)),
        component_scores=_by_component(counted),
        cell_scores=cells,
        conditions=conditions,
        inputs_hash=inputs_hash(scheme, given, status, attendance=attendance, chosen=chosen, carried=kept),
        scheme_code=scheme.code,
        scheme_version=scheme.version,
        specimen=scheme.specimen,
        grade=grade_of(scheme, standing.aggregate) if outcome is Outcome.COMPETENT else None,
        options=held(option_lines(scheme, options)),
        carried={unit: one.source for unit, one in sorted(kept.items())},
        override=None if scheme.override is None else scheme.override.title,
    )


def require_decidable(scheme: AssessmentScheme) -> None:
    """Raise SchemeFaulty with all that keeps a scheme from deciding anything."""
    if scheme.marks_status is MarksStatus.MISSING:
        raise SchemeFaulty([error("marks_status", f"the scheme {scheme.code} has no marks to decide by yet")])
    if faults := list(deciding_faults(scheme)):
        raise SchemeFaulty(faults)


def inputs_hash(
    scheme: AssessmentScheme,
    scores: Mapping[Cell, Score],
    status: Outcome | None,
    *,
    attendance: Fraction | None = None,
    chosen: Collection[str] = (),
    carried: Mapping[str, CarriedUnit] | None = None,
) -> str:
    """The SHA-256 of all that a decision rests on, as canonical JSON; what is not given is not in it."""
    given = [
        {"ref": cell.ref, "component": cell.component.value, **score_json(scores[cell])}
        for cell in sorted(Cell(*cell) for cell in scores)
    ]
    besides: dict[str, object] = {}
    if attendance is not None:
        besides["attendance"] = to_text(attendance)
    if carried:
        besides["carried"] = {unit: kept.source for unit, kept in carried.items()}
    if chosen:
        besides["chosen"] = sorted(set(chosen))
    return sha256(inputs_text(scheme, canonical_json(given), status, besides))


def inputs_text(scheme: AssessmentScheme, scores: str, status: Outcome | None, besides: Mapping[str, object]) -> str:
    """The canonical JSON of all inputs: `{"scheme": …, "scores": […], "status": …}`, and `with` where there is more.

    `scores` is canonical JSON already. The names are in the order that RFC 8785 wants, so the parts can be put
    together; the scheme's, which is the longest and the same for everybody, is made once.
    """
    more = f',"with":{canonical_json(dict(besides))}' if besides else ""
    settled = "null" if status is None else f'"{status.value}"'
    return f'{{"scheme":{scheme.canonical},"scores":{scores},"status":{settled}{more}}}'


def _with_carried(scores: Mapping[Cell, Score], carried: Mapping[str, CarriedUnit]) -> dict[Cell, Score]:
    """All scores together, the carried ones too; refuses a unit that is carried and scored again."""
    again = [Cell(*cell).ref for cell in scores if unit_of(cell[0]) in carried]
    strange = [Cell(*cell).ref for unit, kept in carried.items() for cell in kept.scores if unit_of(cell[0]) != unit]
    if again or strange:
        raise CarriedUnlikeScheme([*again, *strange])
    return {**scores, **{cell: score for kept in carried.values() for cell, score in kept.scores.items()}}


def _by_component(counted: Mapping[Cell, Score]) -> dict[Component, Score]:
    found = added(counted, lambda cell: cell.component)
    return {component: found[component] for component in Component if component in found}


def _cells(
    scheme: AssessmentScheme, units: Collection[str], scores: Mapping[Cell, Score], *, may_lack: bool
) -> tuple[dict[Cell, Score], bool]:
    """The score of every cell of the units, and whether all were given."""
    available = {cell: marks for cell, marks in scheme.cells().items() if unit_of(cell.ref) in units}
    unknown = [
        cell
        for cell, score in scores.items()
        if available.get(cell) != score.available or score.awarded < lowest(scheme, cell)
    ]
    if unknown:
        raise ScoresUnknown(f"{ref} ({component})" for ref, component in unknown)
    missing = [cell for cell in available if cell not in scores]
    if missing and not may_lack:
        raise ScoresMissing(f"{cell.ref} ({cell.component})" for cell in missing)
    nothing = Fraction()
    cells = {cell: scores.get(cell, Score(awarded=nothing, available=marks)) for cell, marks in available.items()}
    return cells, not missing


def condition_of(
    scheme: AssessmentScheme,
    line: PassLine,
    given: Score,
    aggregate: Fraction,
    attendance: Fraction | None = None,
) -> Condition:
    """A line with its figures and words. `given` is the score of its cells, for the aggregate of units as reckoned."""
    facts: dict[str, str | Message] = {
        "name": line.subject,
        "awarded": truncated(given.awarded),
        "available": str(given.available),
    }
    if line.kind is LineKind.ATTENDANCE:
        return _held_against(line, attendance or Fraction(), ATTENDANCE, {})
    if line.kind is LineKind.AGGREGATE:
        return _aggregate_condition(scheme, line, aggregate, facts)
    if line.kind in ROUNDED and (counts := reckoned(scheme, given)) != given:
        facts |= {"rounded": truncated(counts.awarded)}
        return _held_against(line, percent_of([counts]), ROUNDED[line.kind], facts)
    if line.kind is LineKind.COMPONENT:
        facts["name"] = COMPONENT_WORDS[Component(line.subject)]
    if line.kind is LineKind.UNIT_COMPONENT:
        facts["unit"], _, component = line.subject.rpartition("/")
        facts["component"] = COMPONENT_WORDS[Component(component)]
    return _held_against(line, percent_of([given]), WORDS[line.kind], facts)


def score_of_line(line: PassLine, cells: Mapping[Cell, Score], standing: Standing) -> Score:
    """The score a line is held against: that of its cells, or of all units as reckoned."""
    if line.kind is LineKind.AGGREGATE:
        return sum_of(standing.units.values())
    return sum_of(cells[cell] for cell in line.cells)


def _aggregate_condition(
    scheme: AssessmentScheme, line: PassLine, aggregate: Fraction, facts: Mapping[str, str | Message]
) -> Condition:
    figure, by = total_rounded(scheme, aggregate), scheme.rule.aggregation
    own: Mapping[str, str | Message] = facts if by is Aggregation.RAW_SUM else {}
    if figure != aggregate:
        own = {**own, "exact": shown_beside(aggregate, Fraction(line.needed))}
    return _held_against(line, figure, AGGREGATES[by, figure != aggregate], own)


def _held_against(line: PassLine, figure: Fraction, words: Message, facts: Mapping[str, str | Message]) -> Condition:
    needed = Fraction(line.needed)
    shown = {**facts, "figure": shown_beside(figure, needed), "needed": line.needed}
    met = figure.numerator * needed.denominator >= needed.numerator * figure.denominator
    return Condition(name=line.name, figure=figure, needed=needed, met=met, words=Message(words.template, shown))


WORDS: Mapping[LineKind, Message] = {
    LineKind.UNIT: Message("Unit %(name)s: %(awarded)s of %(available)s is %(figure)s %%, needs %(needed)s %%"),
    LineKind.COMPONENT: Message(
        "Component %(name)s: %(awarded)s of %(available)s is %(figure)s %%, needs %(needed)s %%"
    ),
    LineKind.UNIT_COMPONENT: Message(
        "Component %(component)s of unit %(unit)s: %(awarded)s of %(available)s is %(figure)s %%, needs %(needed)s %%"
    ),
    LineKind.CRITICAL: Message(
        "Critical, %(name)s: %(awarded)s of %(available)s is %(figure)s %%, needs %(needed)s %%"
    ),
    LineKind.OPTION: Message(
        "Option %(name)s, decided by itself: %(awarded)s of %(available)s is %(figure)s %%, needs %(needed)s %%"
    ),
}
ATTENDANCE = Message("Attendance: %(figure)s %%, needs %(needed)s %%")
ROUNDED: Mapping[LineKind, Message] = {
    LineKind.UNIT: Message(
        "Unit %(name)s: %(awarded)s of %(available)s, rounded to %(rounded)s, is %(figure)s %%, needs %(needed)s %%"
    ),
    LineKind.OPTION: Message(
        "Option %(name)s, decided by itself: %(awarded)s of %(available)s, rounded to %(rounded)s, is %(figure)s %%, "
        "needs %(needed)s %%"
    ),
}
AGGREGATES: Mapping[tuple[Aggregation, bool], Message] = {
    (Aggregation.RAW_SUM, False): Message(
        "All marks: %(awarded)s of %(available)s is %(figure)s %%, needs %(needed)s %%"
    ),
    (Aggregation.RAW_SUM, True): Message(
        "All marks: %(awarded)s of %(available)s is %(exact)s %%, rounded to %(figure)s %%, needs %(needed)s %%"
    ),
    (Aggregation.UNIT_WEIGHTS, False): Message(
        "All units, each counted by its weight: %(figure)s %%, needs %(needed)s %%"
    ),
    (Aggregation.UNIT_WEIGHTS, True): Message(
        "All units, each counted by its weight: %(exact)s %%, rounded to %(figure)s %%, needs %(needed)s %%"
    ),
    (Aggregation.GROUP_WEIGHTS, False): Message(
        "All groups of units, each counted by its weight: %(figure)s %%, needs %(needed)s %%"
    ),
    (Aggregation.GROUP_WEIGHTS, True): Message(
        "All groups of units, each counted by its weight: %(exact)s %%, rounded to %(figure)s %%, needs %(needed)s %%"
    ),
}
