"""After a result that did not reach the rule: the marks lost, criterion by criterion, and when one is recovered."""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from assessments.choices import open_to_choice
from assessments.decisions import decide_result
from assessments.mastery import Certainty, Level, Standing
from assessments.model import AssessmentScheme, Component, unit_of
from assessments.results import Outcome, Result
from assessments.retakes import Carried
from assessments.scoring import Score, criteria_at_nodes, spread
from assessments.words import Message
from curriculum.model import QualificationPack


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentMarks:
    """What one criterion was awarded in one component, and what it could have been; exact, in mark units."""

    component: Component
    awarded: Fraction
    available: Fraction

    @property
    def lost(self) -> Fraction:
        """The marks that were not awarded."""
        return self.available - self.awarded


@dataclass(frozen=True, slots=True, kw_only=True)
class LostMarks:
    """One criterion in which marks were lost, with its marks in every component that has any."""

    ref: str
    parts: tuple[ComponentMarks, ...]

    @property
    def lost(self) -> Fraction:
        """All marks lost in it."""
        return sum((part.lost for part in self.parts), Fraction())


@dataclass(frozen=True, slots=True, kw_only=True)
class Enough:
    """How many of the criteria would have been enough, and with which part of their lost marks; None where none is."""

    count: int
    part: Fraction | None

    @property
    def words(self) -> Message:
        """What it means to recover these."""
        return ENOUGH_WORDS[self.part]


ENOUGH_WORDS: Mapping[Fraction | None, Message] = {
    Fraction(1, 2): Message("Half of the marks lost in these would have been enough. Most marks stand first."),
    Fraction(1): Message("With all marks of these the result would have been competent. Most marks stand first."),
    None: Message("Marks were lost in all of these. Most marks stand first."),
}


class Recovery(StrEnum):
    """How far a criterion that was missed has come since."""

    NOT_BEGUN = "not_begun"
    BEGUN = "begun"
    RECOVERED = "recovered"


RECOVERY_WORDS: Mapping[Recovery, Message] = {
    Recovery.NOT_BEGUN: Message("Not begun"),
    Recovery.BEGUN: Message("Begun"),
    Recovery.RECOVERED: Message("Recovered"),
}


def lost_marks(pack: QualificationPack, result: Result, kept: Collection[str] = ()) -> tuple[LostMarks, ...]:
    """The criteria in which a result lost marks, the most first, equal ones in printed order.

    Units that are kept are left out: nothing of them is assessed again. Marks of an element or a unit as a whole are
    lost by its criteria in equal parts.
    """
    units = [unit for unit in pack.units if unit.code not in kept]
    awarded: dict[Component, dict[str, Fraction]] = {}
    available: dict[Component, dict[str, Fraction]] = {}
    for cell, score in result.cell_scores.items():
        awarded.setdefault(cell.component, {})[cell.ref] = score.awarded
        available.setdefault(cell.component, {})[cell.ref] = Fraction(score.available)
    spreads = {name: (spread(units, awarded[name]), spread(units, available[name])) for name in available}
    refs = (unit.ref(criterion.id) for unit in units for criterion in unit.criteria)
    found = [LostMarks(ref=ref, parts=tuple(_parts(ref, spreads))) for ref in refs]
    return tuple(sorted((line for line in found if line.lost > 0), key=lambda line: -line.lost))


def enough_to_pass(
    scheme: AssessmentScheme, pack: QualificationPack, result: Result, lost: Sequence[LostMarks], kept: Carried
) -> Enough:
    """How many criteria, from the first on, would have been enough with half of their lost marks, else with all.

    All criteria where even that would not; attendance is not assessed again.
    """

    def passes(count: int, part: Fraction) -> bool:
        return _would_pass(scheme, pack, result, dict.fromkeys((line.ref for line in lost[:count]), part), kept)

    for part in (Fraction(1, 2), Fraction(1)):
        if passes(len(lost), part):
            # More marks never make a result worse, so that halving finds the fewest.
            count = bisect_left(range(1, len(lost)), True, key=lambda count: passes(count, part)) + 1
            return Enough(count=count, part=part)
    return Enough(count=len(lost), part=None)


def criterion_worths(scheme: AssessmentScheme, pack: QualificationPack) -> dict[str, Fraction]:
    """What each criterion of a pack can bring in all components together, in mark units."""
    marks: dict[str, Fraction] = {}
    for cell, own in scheme.cells().items():
        marks[cell.ref] = marks.get(cell.ref, Fraction()) + own
    return spread([unit for unit in pack.units if any(unit_of(ref) == unit.code for ref in marks)], marks)


def recovery_of(since: Standing) -> Recovery:
    """How far a criterion has come by what was shown since: recovered once it is shown and that is fairly sure."""
    if not since.weight:
        return Recovery.NOT_BEGUN
    is_sure = since.certainty in {Certainty.FAIRLY_SURE, Certainty.SURE}
    return Recovery.RECOVERED if since.level is Level.SHOWN and is_sure else Recovery.BEGUN


def _would_pass(
    scheme: AssessmentScheme,
    pack: QualificationPack,
    result: Result,
    gained: Mapping[str, Fraction],
    kept: Carried,
) -> bool:
    """Whether the result would be competent with that part of the lost marks of these criteria."""
    nodes = {node: refs for unit in pack.units for node, refs in criteria_at_nodes(unit).items()}
    scores = {}
    for cell, score in result.cell_scores.items():
        if unit_of(cell.ref) not in kept:
            parts = [gained.get(ref, Fraction()) for ref in nodes[cell.ref]]
            gain = sum(parts, Fraction()) / len(parts) * (score.available - score.awarded)
            scores[cell] = Score(awarded=score.awarded + gain, available=score.available)
    chosen = {unit_of(cell.ref) for cell in result.cell_scores} & set(open_to_choice(scheme))
    return decide_result(scheme, "", scores, chosen=chosen, carried=kept).outcome is Outcome.COMPETENT


def _parts(
    ref: str, spreads: Mapping[Component, tuple[Mapping[str, Fraction], Mapping[str, Fraction]]]
) -> Iterator[ComponentMarks]:
    for component, (awarded, available) in spreads.items():
        if available[ref]:
            yield ComponentMarks(component=component, awarded=awarded[ref], available=available[ref])
