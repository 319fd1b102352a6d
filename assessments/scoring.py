"""Marks awarded: right answers and rubric shares to exact scores, criterion by criterion."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction

from assessments.errors import PaperUnlikeScheme, ScoresMissing
from assessments.marks import exact
from assessments.model import AssessmentScheme, Cell, Component
from assessments.papers import Paper
from curriculum.model import NosUnit, QualificationPack


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Marks awarded, exact, of the marks available; both in the scheme's mark units.

    Less than nothing is awarded only where wrong answers cost marks and the paper as a whole stops at nothing.
    """

    awarded: Fraction
    available: int

    def __post_init__(self) -> None:
        exact(self.awarded)
        if not -self.available <= self.awarded <= self.available:
            raise ValueError(f"{self.awarded} of {self.available} marks cannot be awarded")


def grade_theory(
    paper: Paper,
    right_items: AbstractSet[str],
    scheme: AssessmentScheme,
    wrong_items: AbstractSet[str] = frozenset(),
) -> dict[Cell, Score]:
    """The theory score of every node: the worth of its items that were answered right.

    Where the scheme marks negatively, each of `wrong_items` (answered, and not right) takes off its share. Raises
    PaperUnlikeScheme when the paper does not carry the scheme's theory marks.
    """
    available = {ref: scheme.cells()[Cell(ref, Component.THEORY)] for ref in scheme.theory_refs}
    carried = _sums((line.ref, line.worth) for line in paper.lines)
    if unlike := [ref for ref in {**available, **carried} if carried.get(ref, 0) != available.get(ref, 0)]:
        raise PaperUnlikeScheme(unlike)
    gained = _sums((line.ref, line.worth) for line in paper.lines if line.item in right_items)
    lost = _sums((line.ref, line.worth) for line in paper.lines if line.item in wrong_items - right_items)
    awarded = _with_losses(scheme, gained, lost)
    return {
        Cell(ref, Component.THEORY): Score(awarded=awarded.get(ref, Fraction()), available=marks)
        for ref, marks in available.items()
    }


def score_practical(
    scheme: AssessmentScheme, shares: Mapping[str, Fraction], component: Component = Component.PRACTICAL
) -> dict[Cell, Score]:
    """The practical score of every criterion: the share shown (0 to 1, exact) of its marks.

    Shares of criteria without practical marks count for nothing. Raises ScoresMissing with every criterion
    that has marks and no share, and ValueError for a share outside 0 to 1.
    """
    refs = scheme.refs_of(component)
    if faulty := [ref for ref, share in shares.items() if not 0 <= exact(share) <= 1]:
        raise ValueError(f"shares from 0 to 1 are meant; more or less cannot be awarded: {', '.join(faulty)}")
    if missing := [ref for ref in refs if ref not in shares]:
        raise ScoresMissing(missing)
    scores = {}
    for cell in (Cell(ref, component) for ref in refs):
        available = scheme.cells()[cell]
        scores[cell] = Score(awarded=exact(shares[cell.ref]) * available, available=available)
    return scores


def practical_worths(scheme: AssessmentScheme, unit: NosUnit) -> dict[str, Fraction]:
    """What each criterion of a unit can bring in the practical, in order, in mark units, if it brings any."""
    marks = scheme.cells()
    worths = spread([unit], {ref: Fraction(marks[Cell(ref, Component.PRACTICAL)]) for ref in scheme.practical_refs})
    return {ref: worth for ref, worth in worths.items() if worth}


def spread(units: Iterable[NosUnit], marks: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Marks at nodes as marks of criteria, in order, nothing for those without.

    Marks that an element or the unit carries as a whole are brought by its criteria in equal parts, as
    `shares_at_nodes` adds them up.
    """
    worths: dict[str, Fraction] = {}
    for unit in units:
        worths |= {unit.ref(criterion.id): Fraction() for criterion in unit.criteria}
        for node, refs in criteria_at_nodes(unit).items():
            for ref in refs:
                worths[ref] += marks.get(node, Fraction()) / len(refs)
    return worths


def criteria_at_nodes(unit: NosUnit) -> dict[str, tuple[str, ...]]:
    """The criteria, as references, that marks at each node of a unit are about: itself, an element's, the unit's."""
    nodes: dict[str, tuple[str, ...]] = {unit.ref(line.id): (unit.ref(line.id),) for line in unit.criteria}
    for number, element in enumerate(unit.elements, start=1):
        nodes[f"{unit.code}#E{number}"] = tuple(unit.ref(criterion.id) for criterion in element.criteria)
    nodes[unit.code] = tuple(unit.ref(criterion.id) for criterion in unit.criteria)
    return nodes


def shares_at_nodes(
    scheme: AssessmentScheme, pack: QualificationPack, shares: Mapping[str, Fraction]
) -> dict[str, Fraction]:
    """The shares, and for each element or unit that carries practical marks as a whole the mean of its criteria's.

    A criterion is what is scored, wherever the scheme has the marks; a node has a share once all its criteria do.
    """
    found = dict(shares)
    for unit in pack.units:
        nodes = {f"{unit.code}#E{number}": element.criteria for number, element in enumerate(unit.elements, 1)}
        nodes[unit.code] = unit.criteria
        for node in nodes.keys() & set(scheme.practical_refs):
            refs = [unit.ref(criterion.id) for criterion in nodes[node]]
            if refs and all(ref in shares for ref in refs):
                found[node] = sum((shares[ref] for ref in refs), Fraction()) / len(refs)
    return found


def _with_losses(
    scheme: AssessmentScheme, gained: Mapping[str, Fraction], lost: Mapping[str, Fraction]
) -> Mapping[str, Fraction]:
    """What is left of the marks gained when wrong answers have taken theirs, down to the scheme's floor."""
    negative = scheme.theory.negative
    if negative is None or negative.floor == "item":
        return gained
    share, nothing = Fraction(negative.share), Fraction()
    left = {ref: gained.get(ref, nothing) - share * lost.get(ref, nothing) for ref in {**gained, **lost}}
    if negative.floor == "criterion":
        return {ref: max(marks, nothing) for ref, marks in left.items()}
    return left if sum(left.values()) >= 0 else {}


def _sums(worths: Iterable[tuple[str, Fraction]]) -> dict[str, Fraction]:
    sums: dict[str, Fraction] = {}
    for ref, worth in worths:
        sums[ref] = sums.get(ref, Fraction()) + worth
    return sums
