"""Who changes when an item is ruled on: every candidate who was given it, before and after, before it is done."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm

from assessments.choices import open_to_choice, scheme_of_units
from assessments.compiled import compile_scheme
from assessments.decisions import decide_result
from assessments.marks import to_text
from assessments.model import AssessmentScheme, Cell, Component, unit_of
from assessments.papers import Paper
from assessments.results import STATUS_WORDS, Outcome
from assessments.rulings import ItemVersion, Key, Ruling, counting_rulings, right_items, ruled_lines
from assessments.scoring import Score, grade_theory
from curriculum.documents import canonical_json, sha256

Scores = Mapping[Cell, Score]
# Outcomes of many candidates at once, in their order: `decide_together` is fast, `decide_each` the plain way.
DecideMany = Callable[[AssessmentScheme, Sequence[Scores]], Sequence[Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A candidate who was given the item: paper and answers, all scores, what they made; `ref` is the item's cell.

    `outcome` is None while nothing is decided. `certificate` is the number of the one that rests on it, if any.
    """

    candidate: str
    ref: str
    paper: Paper
    answers: Mapping[str, str]
    scores: Scores
    marks: Fraction
    outcome: Outcome | None
    certificate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One candidate before and after, in mark units; the outcomes are None while nothing is decided."""

    candidate: str
    marks_before: Fraction
    marks_after: Fraction
    outcome_before: Outcome | None
    outcome_after: Outcome | None
    certificate: str = ""

    @property
    def difference(self) -> Fraction:
        """The marks gained; negative where marks are lost."""
        return self.marks_after - self.marks_before

    @property
    def changes(self) -> bool:
        """Whether anything is different after."""
        return bool(self.difference) or self.outcome_before is not self.outcome_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """All changes in order of candidates, and what they come to."""

    changes: tuple[Change, ...]
    given: int = field(init=False)
    gain: int = field(init=False)
    lose: int = field(init=False)
    become_competent: int = field(init=False)
    no_longer_competent: int = field(init=False)
    certificates: int = field(init=False)

    def __post_init__(self) -> None:
        was = [change.outcome_before is Outcome.COMPETENT for change in self.changes]
        is_now = [change.outcome_after is Outcome.COMPETENT for change in self.changes]
        counts = {
            "given": len(self.changes),
            "gain": sum(change.difference > 0 for change in self.changes),
            "lose": sum(change.difference < 0 for change in self.changes),
            "become_competent": sum(after and not before for before, after in zip(was, is_now, strict=True)),
            "no_longer_competent": sum(before and not after for before, after in zip(was, is_now, strict=True)),
            "certificates": sum(bool(change.certificate) and change.changes for change in self.changes),
        }
        for name, count in counts.items():
            object.__setattr__(self, name, count)

    @property
    def sha256(self) -> str:
        """The hash of every line: two previews with the same hash say the same of everybody."""
        lines = [
            [
                change.candidate,
                to_text(change.marks_before),
                to_text(change.marks_after),
                str(change.outcome_before or ""),
                str(change.outcome_after or ""),
                change.certificate,
            ]
            for change in self.changes
        ]
        return sha256(canonical_json(lines))


def decide_each(scheme: AssessmentScheme, many: Sequence[Scores]) -> Sequence[Outcome]:
    """The outcomes, one decision after the other."""
    return [decide_result(scheme, "", scores, chosen=_chosen(scheme, scores)).outcome for scores in many]


def decide_together(scheme: AssessmentScheme, many: Sequence[Scores]) -> Sequence[Outcome]:
    """The same outcomes through compiled schemes: whole numbers over one denominator, all of one choice at once."""
    by_choice: dict[frozenset[str], list[int]] = {}
    for place, scores in enumerate(many):
        by_choice.setdefault(_chosen(scheme, scores), []).append(place)
    decided: dict[int, Outcome] = {}
    for chosen, places in by_choice.items():
        outcomes = _decided_alike(scheme, chosen, [many[place] for place in places])
        decided.update(zip(places, outcomes, strict=True))
    return [decided[place] for place in range(len(many))]


def _chosen(scheme: AssessmentScheme, scores: Scores) -> frozenset[str]:
    """The electives and options that somebody with these scores took."""
    free = frozenset(open_to_choice(scheme))
    return free & {unit_of(cell.ref) for cell in scores} if free else free


def _decided_alike(scheme: AssessmentScheme, chosen: frozenset[str], many: Sequence[Scores]) -> list[Outcome]:
    compiled = compile_scheme(scheme, chosen)
    awarded = [[scores[cell].awarded for cell in compiled.cells] for scores in many]
    common = lcm(*{marks.denominator for row in awarded for marks in row})
    rows = [[marks.numerator * (common // marks.denominator) for marks in row] for row in awarded]
    competent = compiled.decide(rows, common).competent
    return [Outcome.COMPETENT if is_so else Outcome.NOT_YET_COMPETENT for is_so in competent]


def foresee(
    scheme: AssessmentScheme,
    sittings: Iterable[Sitting],
    keys: Mapping[ItemVersion, Key],
    rulings: Iterable[Ruling],
    decide_many: DecideMany = decide_together,
) -> tuple[Change, ...]:
    """What the rulings, all those that will hold, change for each sitting, in order of candidates.

    Only candidates whose marks change and whose result is decided by marks are decided anew; a status that settled
    the outcome still does. Answers alike on lines alike are scored once.
    """
    counting = counting_rulings(rulings)
    ordered = sorted(sittings, key=lambda sitting: sitting.candidate)
    score = _whole_paper if scheme.theory.negative else _cell_alone
    known: dict[object, Fraction] = {}
    after = [score(scheme, sitting, keys, counting, known) for sitting in ordered]
    gained = [
        sum((marks.awarded - sitting.scores[cell].awarded for cell, marks in scores.items()), Fraction())
        for sitting, scores in zip(ordered, after, strict=True)
    ]
    again = [
        place
        for place, sitting in enumerate(ordered)
        if sitting.outcome is not None
        and sitting.outcome not in STATUS_WORDS
        and any(sitting.scores[cell] != marks for cell, marks in after[place].items())
    ]
    outcomes = decide_many(scheme, [{**ordered[place].scores, **after[place]} for place in again])
    decided = dict(zip(again, outcomes, strict=True))
    return tuple(
        Change(
            candidate=sitting.candidate,
            marks_before=sitting.marks,
            marks_after=sitting.marks + gained[place],
            outcome_before=sitting.outcome,
            outcome_after=decided.get(place, sitting.outcome),
            certificate=sitting.certificate,
        )
        for place, sitting in enumerate(ordered)
    )


def _cell_alone(
    scheme: AssessmentScheme,
    sitting: Sitting,
    keys: Mapping[ItemVersion, Key],
    counting: Mapping[ItemVersion, Ruling],
    known: dict[object, Fraction],
) -> Scores:
    """The score of the item's cell: where wrong answers cost nothing, no other changes."""
    lines = tuple(line for line in sitting.paper.lines if line.ref == sitting.ref)
    pattern = (sitting.ref, *((line.item, line.version, sitting.answers.get(line.item)) for line in lines))
    if pattern not in known:
        ruled = ruled_lines(lines, counting)
        right = right_items(ruled, sitting.answers, keys, counting)
        known[pattern] = sum((line.worth for line in ruled if line.item in right), Fraction())
    cell = Cell(sitting.ref, Component.THEORY)
    return {cell: Score(awarded=known[pattern], available=scheme.cells()[cell])}


def _whole_paper(
    scheme: AssessmentScheme,
    sitting: Sitting,
    keys: Mapping[ItemVersion, Key],
    counting: Mapping[ItemVersion, Ruling],
    known: dict[object, Fraction],  # noqa: ARG001 -- both ways are called alike
) -> Scores:
    """The scores of all theory cells: where wrong answers cost marks, a floor may move any of them."""
    own = scheme_of_units(scheme, {unit_of(line.ref) for line in sitting.paper.lines})
    lines = ruled_lines(sitting.paper.lines, counting)
    right = right_items(lines, sitting.answers, keys, counting)
    return grade_theory(replace(sitting.paper, lines=lines), right, own, frozenset(sitting.answers) - right)
