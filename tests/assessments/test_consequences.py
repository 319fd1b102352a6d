"""Who changes by a ruling: what is foreseen is what grading anew gives, for everybody, counted right."""

from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from assessments.blueprint import blueprint_of
from assessments.bundles import RightOption
from assessments.consequences import Change, Consequences, Sitting, decide_each, decide_together, foresee
from assessments.grading import CandidateRecord, grade_candidate
from assessments.model import AssessmentScheme
from assessments.papers import Paper, draw_papers
from assessments.results import Outcome, Result
from assessments.rules import NegativeMarking, TheoryRules
from assessments.rulings import Ruling, RulingPolicy
from tests.assessments.random_schemes import a_random_choice, a_random_scheme, random_scores
from tests.builders import a_bank, a_pack, a_scheme, a_unit, some_unit_marks
from tests.strategies import law, scores_of

UNIT = a_unit(criteria=2)
SCHEME = a_scheme(a_pack([UNIT]), units=[some_unit_marks(UNIT, marks=40, theory_items=2)])
PAPERS = draw_papers(blueprint_of(SCHEME), a_bank(SCHEME), candidates=[f"c{n}" for n in range(6)], seed=b"7")
NEGATIVE = SCHEME.model_copy(
    update={"theory": TheoryRules(minutes=60, negative=NegativeMarking(share="1/3", floor="paper"))}
)
ITEM = PAPERS[0].lines[0].item
COMPETENT, NOT_YET = Outcome.COMPETENT, Outcome.NOT_YET_COMPETENT


def keys_of(papers) -> dict[tuple[str, int], RightOption]:
    return {(line.item, line.version): RightOption(right="A") for paper in papers for line in paper.lines}


def graded(scheme: AssessmentScheme, paper: Paper, answers, *rulings: Ruling) -> Result:
    shares = dict.fromkeys(scheme.practical_refs, Fraction(3, 4))
    record = CandidateRecord(candidate=paper.candidate, paper=paper, answers=answers, shares=shares)
    result = grade_candidate(scheme, record, keys_of(PAPERS), rulings).result
    assert result is not None
    return result


def marks_of(result: Result) -> Fraction:
    return sum((score.awarded for score in result.unit_scores.values()), Fraction())


def sitting(paper: Paper, answers, result: Result, certificate: str = "") -> Sitting:
    ref = next(line.ref for line in paper.lines if line.item == ITEM)
    return Sitting(
        candidate=paper.candidate,
        ref=ref,
        paper=paper,
        answers=answers,
        scores=result.cell_scores,
        marks=marks_of(result),
        outcome=result.outcome,
        certificate=certificate,
    )


@st.composite
def rulings(draw: st.DrawFn) -> Ruling:
    policy = draw(st.sampled_from(RulingPolicy))
    options = (
        frozenset(draw(st.sets(st.sampled_from("AB"), min_size=1))) if policy is RulingPolicy.KEYS else frozenset()
    )
    return Ruling(item=ITEM, version=1, number=1, policy=policy, options=options)


@law
@given(st.sampled_from((SCHEME, NEGATIVE)), rulings(), st.data())
def test_what_is_foreseen_is_what_grading_anew_gives(scheme: AssessmentScheme, ruling: Ruling, data):
    given_it = [paper for paper in PAPERS if ITEM in paper.items]
    answers = {
        paper.candidate: {item: data.draw(st.sampled_from("AB")) for item in sorted(paper.items)} for paper in given_it
    }
    before = {paper.candidate: graded(scheme, paper, answers[paper.candidate]) for paper in given_it}
    after = {paper.candidate: graded(scheme, paper, answers[paper.candidate], ruling) for paper in given_it}
    sittings = [sitting(paper, answers[paper.candidate], before[paper.candidate]) for paper in given_it]
    changes = foresee(scheme, reversed(sittings), keys_of(PAPERS), [ruling])
    assert changes == tuple(
        Change(
            candidate=name,
            marks_before=marks_of(before[name]),
            marks_after=marks_of(after[name]),
            outcome_before=before[name].outcome,
            outcome_after=after[name].outcome,
        )
        for name in sorted(before)
    )


@law
@given(st.lists(scores_of(SCHEME), max_size=5))
def test_deciding_together_decides_as_one_by_one(many):
    assert decide_together(SCHEME, many) == decide_each(SCHEME, many)


def a_change(before: int, after: int, was: Outcome | None, is_now: Outcome | None, certificate: str = "") -> Change:
    return Change(
        candidate=f"{before}-{after}",
        marks_before=Fraction(before),
        marks_after=Fraction(after),
        outcome_before=was,
        outcome_after=is_now,
        certificate=certificate,
    )


def test_the_counts_say_who_gains_loses_passes_and_whose_certificate_is_concerned():
    consequences = Consequences(
        changes=(
            a_change(60, 65, NOT_YET, NOT_YET),
            a_change(69, 71, NOT_YET, COMPETENT),
            a_change(71, 69, COMPETENT, NOT_YET, "2026-1"),
            a_change(80, 82, COMPETENT, COMPETENT, "2026-2"),
            a_change(90, 90, COMPETENT, COMPETENT, "2026-3"),
            a_change(10, 12, None, None),
        )
    )
    assert (consequences.given, consequences.gain, consequences.lose) == (6, 4, 1)
    assert (consequences.become_competent, consequences.no_longer_competent, consequences.certificates) == (1, 1, 2)


def test_two_previews_have_the_same_hash_only_when_they_say_the_same_of_everybody():
    one = a_change(60, 65, NOT_YET, NOT_YET)
    same, other = a_change(60, 65, NOT_YET, NOT_YET), a_change(60, 65, NOT_YET, COMPETENT)
    hashes = [Consequences(changes=(change,)).sha256 for change in (one, same, other)]
    assert hashes[0] == hashes[1] != hashes[2]


def test_only_those_whose_marks_change_are_decided_anew():
    asked = []

    def decide_many(scheme, many):
        asked.extend(many)
        return [COMPETENT] * len(many)

    given_it = [paper for paper in PAPERS if ITEM in paper.items]
    sittings = []
    for place, paper in enumerate(given_it):
        answers = dict.fromkeys(paper.items, "A" if place else "B")
        sittings.append(sitting(paper, answers, graded(SCHEME, paper, answers)))
    full = Ruling(item=ITEM, version=1, number=1, policy=RulingPolicy.FULL_MARKS)
    changes = foresee(SCHEME, sittings, keys_of(PAPERS), [full], decide_many)
    assert len(asked) == 1
    assert [change.changes for change in changes] == [True] + [False] * (len(given_it) - 1)


@law
@given(st.integers(0, 10**6))
def test_candidates_of_different_choices_are_decided_together_as_each_by_themselves(seed):
    chance = Random(seed)
    scheme = a_random_scheme(chance)
    many = [random_scores(chance, scheme, a_random_choice(chance, scheme)) for _ in range(6)]
    assert list(decide_together(scheme, many)) == list(decide_each(scheme, many))
