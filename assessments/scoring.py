"""Marks awarded: right answers and rubric shares to exact scores, criterion by criterion."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction

from assessments.errors import PaperUnlikeScheme, ScoresMissing
from assessments.marks import exact
from assessments.model import AssessmentScheme, Cell, Component
from assessments.papers import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Marks awarded, exact, of the marks available; both in the scheme's mark units."""

    awarded: Fraction
    available: int

    def __post_init__(self) -> None:
        exact(self.awarded)
        if not 0 <= self.awarded <= self.available:
            raise ValueError(f"{self.awarded} of {self.available} marks cannot be awarded")


def grade_theory(paper: Paper, right_items: AbstractSet[str], scheme: AssessmentScheme) -> dict[Cell, Score]:
    """The theory score of every criterion: the worth of its items that were answered right.

    No answer takes marks away. Raises PaperUnlikeScheme when the paper does not carry the scheme's theory marks.
    """
    available = {ref: scheme.cells()[Cell(ref, Component.THEORY)] for ref in scheme.theory_refs}
    carried = _sums((line.ref, line.worth) for line in paper.lines)
    if unlike := [ref for ref in {**available, **carried} if carried.get(ref, 0) != available.get(ref, 0)]:
        raise PaperUnlikeScheme(unlike)
    awarded = _sums((line.ref, line.worth) for line in paper.lines if line.item in right_items)
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
    if missing := [ref for ref in refs if ref not in shares]:
        raise ScoresMissing(missing)
    scores = {}
    for cell in (Cell(ref, component) for ref in refs):
        available = scheme.cells()[cell]
        scores[cell] = Score(awarded=exact(shares[cell.ref]) * available, available=available)
    return scores


def _sums(worths: Iterable[tuple[str, Fraction]]) -> dict[str, Fraction]:
    sums: dict[str, Fraction] = {}
    for ref, worth in worths:
        sums[ref] = sums.get(ref, Fraction()) + worth
    return sums
