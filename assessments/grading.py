"""Grading a candidate whole: from the paper, the answers that count, keys, rulings and shares to the result."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from assessments.choices import assessed_units, scheme_of_units
from assessments.decisions import decide_result
from assessments.model import AssessmentScheme, Cell, Component
from assessments.papers import Paper
from assessments.results import CarriedUnit, Outcome, Result
from assessments.rulings import ItemVersion, Key, Ruling, counting_rulings, right_items, ruled_lines
from assessments.scoring import Score, grade_theory, score_practical

SCORED = (Component.THEORY, Component.PRACTICAL)  # what the site has papers and sheets for
_NOTHING = Fraction()


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRecord:
    """What counts of a candidate. `answers` is None for who never began the paper; `status` settles the outcome.

    `chosen` are the electives and options taken, `carried` the units that an earlier result keeps.
    """

    candidate: str
    paper: Paper | None
    answers: Mapping[str, str] | None
    shares: Mapping[str, Fraction]
    status: Outcome | None = None
    chosen: tuple[str, ...] = ()
    carried: Mapping[str, CarriedUnit] = field(default_factory=dict)

    @property
    def came(self) -> bool:
        """Whether the candidate was there for any part."""
        return self.answers is not None or bool(self.shares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """The marks of a candidate by cell of the units assessed, what is not scored yet, and the result once all is."""

    scores: Mapping[Cell, Score]
    missing: tuple[str, ...]
    result: Result | None


def grade_candidate(
    scheme: AssessmentScheme,
    record: CandidateRecord,
    keys: Mapping[ItemVersion, Key],
    rulings: Iterable[Ruling] = (),
    *,
    is_specimen: bool = False,
) -> Grade:
    """The marks and the result that a candidate's record makes.

    Who came to one part only gets no marks for the other, whatever was ruled on its items. Raises PaperUnlikeScheme
    as `grade_theory` does, and SchemeFaulty as `decide` does.
    """
    own = scheme_of_units(scheme, assessed_units(scheme, record.chosen, record.carried))
    missing = tuple(ref for ref in own.practical_refs if ref not in record.shares)
    others = tuple(f"{cell.ref} ({cell.component})" for cell in own.cells() if cell.component not in SCORED)
    # Who came to the paper and to no part of the practical was not there: the scheme's marks for it are not reached.
    is_away = len(missing) == len(own.practical_refs)
    shares = {**dict.fromkeys(own.practical_refs if is_away else (), _NOTHING), **record.shares}
    scores = {**_theory(own, record, keys, rulings), **_practical(own, shares)}
    result = None
    if record.status is not None or ((is_away or not missing) and not others):
        result = decide_result(
            scheme,
            record.candidate,
            scores if record.came else {},
            status=record.status,
            chosen=record.chosen,
            carried=record.carried,
        )
        result = replace(result, specimen=result.specimen or is_specimen)
    return Grade(scores=scores, missing=(*missing, *others), result=result)


def _theory(
    scheme: AssessmentScheme,
    record: CandidateRecord,
    keys: Mapping[ItemVersion, Key],
    rulings: Iterable[Ruling],
) -> dict[Cell, Score]:
    if record.paper is None:
        marks = scheme.cells()
        cells = [Cell(ref, Component.THEORY) for ref in scheme.theory_refs]
        return {cell: Score(awarded=_NOTHING, available=marks[cell]) for cell in cells}
    if record.answers is None:
        return grade_theory(record.paper, frozenset(), scheme)
    counting = counting_rulings(rulings)
    lines = ruled_lines(record.paper.lines, counting)
    right = right_items(lines, record.answers, keys, counting)
    return grade_theory(replace(record.paper, lines=lines), right, scheme, frozenset(record.answers) - right)


def _practical(scheme: AssessmentScheme, shares: Mapping[str, Fraction]) -> dict[Cell, Score]:
    if all(ref in shares for ref in scheme.practical_refs):
        return score_practical(scheme, shares)
    marks = scheme.cells()
    cells = {ref: Cell(ref, Component.PRACTICAL) for ref in scheme.practical_refs if ref in shares}
    return {cell: Score(awarded=shares[ref] * marks[cell], available=marks[cell]) for ref, cell in cells.items()}
