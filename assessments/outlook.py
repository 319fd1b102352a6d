"""What theory marks alone leave open of a pass rule: its lines of theory, decided, and what other parts must bring."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from assessments.choices import counted_units, options_taken
from assessments.decisions import condition_of, score_of_line
from assessments.marks import rounded, shown_beside, to_text, truncated
from assessments.model import Aggregation, AssessmentScheme, Cell, Component, unit_of
from assessments.pass_lines import LineKind, PassLine, option_lines, pass_lines
from assessments.results import Condition
from assessments.rule_words import COMPONENT_WORDS
from assessments.scoring import Score
from assessments.standing import stand, sum_of
from assessments.words import Message

_CENT, _NOTHING = Fraction(1, 100), Fraction()
Scores = Mapping[Cell, Score]


class Reach(StrEnum):
    """Where a line stands before the other parts: reached by theory alone, open, or out of reach of all they have."""

    REACHED = "reached"
    OPEN = "open"
    OUT_OF_REACH = "out_of_reach"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAhead:
    """A line that other parts than the theory have marks in, and where the theory leaves it.

    `more` is what those parts must bring, exact: marks, or percentage points where units are weighed. It is None where
    the line is not open, and where the rule rounds, so that no single figure says it.
    """

    name: str
    needed: Fraction
    reach: Reach
    more: Fraction | None
    words: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The lines of theory alone, as decided, and the others in order of the rule."""

    settled: tuple[Condition, ...]
    ahead: tuple[LineAhead, ...]


def look_ahead(scheme: AssessmentScheme, theory: Scores, *, chosen: Collection[str] = ()) -> Outlook:
    """What the theory scores of a candidate with that choice leave to be reached.

    `theory` has every theory cell of the units assessed. Attendance, which no paper changes, is left out.
    """
    views = _Views(scheme, theory, chosen)
    settled, ahead = [], []
    for line in (*pass_lines(scheme, views.units), *option_lines(scheme, views.options)):
        if all(cell.component is Component.THEORY for cell in line.cells):
            settled.append(views.condition(line, views.without))
        else:
            ahead.append(_ahead(views, line))
    return Outlook(settled=tuple(settled), ahead=tuple(ahead))


class _Views:
    """The marks of a candidate as they are when the other parts bring nothing, and when they bring all they have."""

    def __init__(self, scheme: AssessmentScheme, theory: Scores, chosen: Collection[str]) -> None:
        self.scheme = scheme
        self.units, self.options = counted_units(scheme, chosen), options_taken(scheme, chosen)
        own = {*self.units, *self.options}
        cells = {cell: marks for cell, marks in scheme.cells().items() if unit_of(cell.ref) in own}
        self.without = {cell: theory.get(cell, _score(marks, 0)) for cell, marks in cells.items()}
        self.full = {cell: theory.get(cell, _score(marks, 1)) for cell, marks in cells.items()}

    def condition(self, line: PassLine, scores: Scores) -> Condition:
        """The line as it is decided on those scores."""
        counted = {cell: score for cell, score in scores.items() if unit_of(cell.ref) in self.units}
        standing = stand(self.scheme, counted)
        return condition_of(self.scheme, line, score_of_line(line, scores, standing), standing.aggregate)

    def is_weighed(self, line: PassLine) -> bool:
        """Whether units are weighed in the line, so that a mark counts more in one than in another."""
        return line.kind is LineKind.AGGREGATE and self.scheme.rule.aggregation is not Aggregation.RAW_SUM


def _score(marks: int, share: int) -> Score:
    return Score(awarded=Fraction(share * marks), available=marks)


def _ahead(views: _Views, line: PassLine) -> LineAhead:
    least, most = views.condition(line, views.without), views.condition(line, views.full)
    reach = Reach.REACHED if least.met else Reach.OPEN if most.met else Reach.OUT_OF_REACH
    facts: dict[str, str | Message] = {"line": _name(views.scheme, line), "needed": line.needed}
    more = None
    if reach is Reach.REACHED:
        words = _REACHED.template
    elif views.is_weighed(line) or views.scheme.rule.rounding is not None:
        words, more = _in_per_cent(views, line, least, most, facts)
    else:
        words, more = _in_marks(views, line, facts)
    return LineAhead(
        name=line.name,
        needed=least.needed,
        reach=reach,
        more=more if reach is Reach.OPEN else None,
        words=Message(words, facts),
    )


def _in_per_cent(
    views: _Views, line: PassLine, least: Condition, most: Condition, facts: dict[str, str | Message]
) -> tuple[str, Fraction | None]:
    """Where units are weighed or figures are rounded: the words, and the percentage points that are missing."""
    facts |= {"figure": shown_beside(least.figure, least.needed), "parts": _parts(_rest(line))}
    facts["most"] = shown_beside(most.figure, most.needed)
    if not most.met:
        return _PERCENT[Reach.OUT_OF_REACH].template, None
    if views.scheme.rule.rounding is not None:
        return _PERCENT[Reach.OPEN].template, None
    more = least.needed - least.figure
    facts["more"] = _amount(more)
    return _POINTS.template, more


def _in_marks(views: _Views, line: PassLine, facts: dict[str, str | Message]) -> tuple[str, Fraction]:
    """Where marks are simply added: the words, and the marks that are missing."""
    rest = _rest(line)
    brought = sum_of(score for cell, score in views.without.items() if cell in set(line.cells) - set(rest))
    available = sum(views.without[cell].available for cell in rest)
    more = Fraction(line.needed) * (brought.available + available) / 100 - brought.awarded
    facts |= {"parts": _parts(rest), "more": _amount(more), "available": str(available)}
    if not brought.available:
        return _NO_THEORY.template, more
    facts |= {"awarded": _amount(brought.awarded, "down"), "theory": str(brought.available)}
    if more <= available:
        return _MARKS[Reach.OPEN].template, more
    facts["short"] = _amount(more - available)
    return _MARKS[Reach.OUT_OF_REACH].template, more


def _rest(line: PassLine) -> list[Cell]:
    return [cell for cell in line.cells if cell.component is not Component.THEORY]


def _amount(value: Fraction, direction: str = "up") -> str | Message:
    """An amount with two decimals, rounded to the careful side, and as a fraction beside it where it is not exact."""
    shown = rounded(value, _CENT, direction)
    if shown == value:
        return truncated(shown)
    return Message("%(figure)s (exactly %(fraction)s)", {"figure": truncated(shown), "fraction": to_text(value)})


def _name(scheme: AssessmentScheme, line: PassLine) -> Message:
    if line.kind is LineKind.AGGREGATE:
        return _AGGREGATES[scheme.rule.aggregation]
    if line.kind is LineKind.COMPONENT:
        return Message(_NAMES[line.kind].template, {"name": COMPONENT_WORDS[Component(line.subject)]})
    if line.kind is LineKind.UNIT_COMPONENT:
        unit, _, component = line.subject.rpartition("/")
        return Message(_NAMES[line.kind].template, {"unit": unit, "component": COMPONENT_WORDS[Component(component)]})
    return Message(_NAMES[line.kind].template, {"name": line.subject})


def _parts(cells: list[Cell]) -> Message:
    """The components of some cells, as one phrase."""
    present = {cell.component for cell in cells}
    *first, last = [COMPONENT_WORDS[component] for component in Component if component in present]
    words = last
    for word in reversed(first):
        words = Message("%(first)s, %(rest)s", {"first": word, "rest": words})
    return words


_AGGREGATES: Mapping[Aggregation, Message] = {
    Aggregation.RAW_SUM: Message("All marks together"),
    Aggregation.UNIT_WEIGHTS: Message("All units, each counted by its weight"),
    Aggregation.GROUP_WEIGHTS: Message("All groups of units, each counted by its weight"),
}
_NAMES: Mapping[LineKind, Message] = {
    LineKind.UNIT: Message("Unit %(name)s"),
    LineKind.COMPONENT: Message("Component %(name)s"),
    LineKind.UNIT_COMPONENT: Message("Component %(component)s of unit %(unit)s"),
    LineKind.CRITICAL: Message("Critical, %(name)s"),
    LineKind.OPTION: Message("Option %(name)s, decided by itself"),
}
_REACHED = Message("%(line)s: %(needed)s %% is needed. The theory alone would reach it.")
_MARKS: Mapping[Reach, Message] = {
    Reach.OPEN: Message(
        "%(line)s: %(needed)s %% is needed. The theory brings %(awarded)s of its %(theory)s marks; the rest "
        "(%(parts)s) must bring at least %(more)s of %(available)s."
    ),
    Reach.OUT_OF_REACH: Message(
        "%(line)s: %(needed)s %% is needed. The theory brings %(awarded)s of its %(theory)s marks; even with all "
        "%(available)s of the rest (%(parts)s), %(short)s would be missing."
    ),
}
_NO_THEORY = Message(
    "%(line)s: %(needed)s %% is needed, at least %(more)s of %(available)s marks. The theory has none of them."
)
_POINTS = Message(
    "%(line)s: %(needed)s %% is needed. The theory brings %(figure)s %%; the rest (%(parts)s) must bring at least "
    "%(more)s percentage points."
)
_PERCENT: Mapping[Reach, Message] = {
    Reach.OPEN: Message(
        "%(line)s: %(needed)s %% is needed. The theory alone gives %(figure)s %%, and with all marks of the rest "
        "(%(parts)s) it would be %(most)s %%, rounded as the rule says."
    ),
    Reach.OUT_OF_REACH: Message(
        "%(line)s: %(needed)s %% is needed. Even with all marks of the rest (%(parts)s) it would be only %(most)s %%."
    ),
}
