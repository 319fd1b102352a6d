"""Rulings on items: the newest counts, marks are never lost from a paper, and who can lose is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assessments.blueprint import blueprint_of
from assessments.bundles import RightOption
from assessments.grading import CandidateRecord, grade_candidate
from assessments.model import AssessmentScheme, Cell, Component
from assessments.papers import Paper, PaperLine, draw_papers
from assessments.results import Outcome
from assessments.rulings import (
    Ruling,
    RulingPolicy,
    counting_rulings,
    ruled_paper,
    ruled_refs,
    ruling_from_json,
    ruling_json,
    withdrawn_words,
)
from tests.builders import a_bank, a_pack, a_scheme, a_unit, explicit_marks, some_unit_marks
from tests.strategies import law

VOID, FULL, KEYS = RulingPolicy
A, B = "A", "B"


@dataclass(frozen=True)
class Sat:
    """A paper that was sat: the scheme, the answers, and the keys (option A everywhere)."""

    scheme: AssessmentScheme
    paper: Paper
    answers: Mapping[str, str]

    @property
    def keys(self) -> Mapping[tuple[str, int], RightOption]:
        return {(line.item, line.version): RightOption(right=A) for line in self.paper.lines}

    def theory(self, *rulings: Ruling) -> dict[str, Fraction]:
        record = CandidateRecord(candidate="c", paper=self.paper, answers=self.answers, shares={})
        scores = grade_candidate(self.scheme, record, self.keys, rulings).scores
        return {cell.ref: score.awarded for cell, score in scores.items() if cell.component is Component.THEORY}


def a_ruling(item: str, policy: RulingPolicy = VOID, *options: str, number: int = 1) -> Ruling:
    return Ruling(item=item, version=1, number=number, policy=policy, options=frozenset(options))


def draw_paper(scheme: AssessmentScheme) -> Paper:
    return draw_papers(blueprint_of(scheme), a_bank(scheme), candidates=["c"], seed=b"1")[0]


@st.composite
def sat_papers(draw: st.DrawFn) -> Sat:
    """A paper of a few criteria with a few items each, and any answers."""
    marks = {f"PC{n}": {"theory": draw(st.integers(1, 20))} for n in range(1, draw(st.integers(1, 3)) + 1)}
    scheme = a_scheme(a_pack([a_unit(criteria=3)]), units=[explicit_marks("ASC/N9001", marks)])
    worths = [
        (f"ASC/N9001#{name}", Fraction(split["theory"], items))
        for name, split in marks.items()
        for items in [draw(st.integers(1, 4))]
        for _ in range(items)
    ]
    lines = tuple(
        PaperLine(number=n, item=f"i{n}", version=1, ref=ref, worth=worth, options=("A", "B", "C"))
        for n, (ref, worth) in enumerate(worths, start=1)
    )
    answers = {line.item: choice for line in lines if (choice := draw(st.sampled_from(("A", "B", "C", ""))))}
    return Sat(scheme, Paper(candidate="c", lines=lines, face_hash=""), answers)


@st.composite
def rulings_on(draw: st.DrawFn, paper: Paper) -> list[Ruling]:
    found = []
    for item in draw(st.lists(st.sampled_from(sorted(paper.items)), unique=True, max_size=4)):
        for number in range(1, draw(st.integers(1, 3)) + 1):
            policy = draw(st.sampled_from(RulingPolicy))
            options = draw(st.sets(st.sampled_from("ABC"), min_size=1)) if policy is KEYS else ()
            found.append(a_ruling(item, policy, *options, number=number))
    return found


def two_items_of(marks: int = 10, items: int = 2) -> Sat:
    unit = a_unit(criteria=1)
    scheme = a_scheme(a_pack([unit]), units=[some_unit_marks(unit, marks=2 * marks, theory_items=items)])
    paper = draw_paper(scheme)
    return Sat(scheme, paper, {paper.lines[0].item: A})


@law
@given(sat_papers(), st.data())
def test_a_paper_carries_the_same_marks_whatever_was_ruled(sat: Sat, data):
    rulings = data.draw(rulings_on(sat.paper))
    carried: dict[str, Fraction] = {}
    for line in ruled_paper(sat.paper, rulings).lines:
        carried[line.ref] = carried.get(line.ref, Fraction()) + line.worth
    assert carried == {ref: sat.scheme.cells()[Cell(ref, Component.THEORY)] for ref in sat.scheme.theory_refs}


@law
@given(sat_papers(), st.data(), st.randoms(use_true_random=False))
def test_the_order_of_rulings_does_not_matter_and_the_newest_counts(sat: Sat, data, chance):
    rulings = data.draw(rulings_on(sat.paper))
    shuffled = list(rulings)
    chance.shuffle(shuffled)
    newest = counting_rulings(rulings).values()
    assert sat.theory(*rulings) == sat.theory(*shuffled) == sat.theory(*newest)


@law
@given(sat_papers(), st.data())
def test_full_marks_never_lower_anybody(sat: Sat, data):
    rulings = data.draw(rulings_on(sat.paper))
    item = data.draw(st.sampled_from(sorted(sat.paper.items - {ruling.item for ruling in rulings}) or ["none"]))
    assume(item != "none")
    before, after = sat.theory(*rulings), sat.theory(*rulings, a_ruling(item, FULL))
    assert all(after[ref] >= before[ref] for ref in before)


@law
@given(sat_papers(), st.data())
def test_one_more_right_key_never_lowers_anybody(sat: Sat, data):
    item = data.draw(st.sampled_from(sorted(sat.paper.items)))
    options = data.draw(st.sets(st.sampled_from("ABC"), min_size=1, max_size=2))
    more = options | {data.draw(st.sampled_from("ABC"))}
    before = sat.theory(a_ruling(item, KEYS, *options))
    after = sat.theory(a_ruling(item, KEYS, *options), a_ruling(item, KEYS, *more, number=2))
    assert all(after[ref] >= before[ref] for ref in before)


@law
@given(sat_papers(), st.data())
def test_a_right_answer_never_lowers_whatever_was_ruled(sat: Sat, data):
    rulings = data.draw(rulings_on(sat.paper))
    item = data.draw(st.sampled_from(sorted(sat.paper.items)))
    counting = counting_rulings(rulings).get((item, 1))
    right = min(counting.options) if counting and counting.options else A
    before, after = sat.theory(*rulings), Sat(sat.scheme, sat.paper, {**sat.answers, item: right}).theory(*rulings)
    assert all(after[ref] >= before[ref] for ref in before)


def test_a_void_items_marks_are_carried_by_the_rest_of_its_criterion():
    sat = two_items_of(10)
    right, wrong = (line.item for line in sat.paper.lines)
    assert sat.theory() == {"ASC/N9001#PC1": 5}
    assert sat.theory(a_ruling(wrong)) == {"ASC/N9001#PC1": 10}
    assert sat.theory(a_ruling(right)) == {"ASC/N9001#PC1": 0}, "who had it right may lose: hence the preview"


def test_a_criterion_whose_items_are_all_void_is_given_in_full():
    sat = two_items_of(10)
    assert sat.theory(*(a_ruling(line.item) for line in sat.paper.lines)) == {"ASC/N9001#PC1": 10}


def test_three_items_share_what_a_fourth_carried_exactly():
    sat = two_items_of(10, items=4)
    ruled = ruled_paper(sat.paper, [a_ruling(sat.paper.lines[0].item)])
    assert [line.worth for line in ruled.lines] == [Fraction(10, 3)] * 3


def test_full_marks_go_to_everybody_who_was_given_the_item_and_a_corrected_key_to_who_chose_it():
    sat = two_items_of(10)
    right, unanswered = (line.item for line in sat.paper.lines)
    assert sat.theory(a_ruling(unanswered, FULL)) == {"ASC/N9001#PC1": 10}
    assert sat.theory(a_ruling(right, KEYS, B)) == {"ASC/N9001#PC1": 0}
    assert sat.theory(a_ruling(right, KEYS, A, B)) == {"ASC/N9001#PC1": 5}


def test_who_never_began_the_paper_gets_nothing_by_a_ruling():
    sat = two_items_of(10)
    record = CandidateRecord(
        candidate="c", paper=sat.paper, answers=None, shares=dict.fromkeys(sat.scheme.practical_refs, Fraction(1))
    )
    scores = grade_candidate(sat.scheme, record, sat.keys, [a_ruling(sat.paper.lines[0].item, FULL)]).scores
    assert scores[Cell("ASC/N9001#PC1", Component.THEORY)].awarded == 0


def test_another_version_of_the_item_is_not_ruled_on():
    sat = two_items_of(10)
    ruling = Ruling(item=sat.paper.lines[1].item, version=2, number=1, policy=FULL)
    assert sat.theory(ruling) == sat.theory()
    assert ruled_refs(sat.paper, [ruling]) == ()


def test_options_belong_to_the_policy_keys_alone():
    with pytest.raises(ValueError, match="only there"):
        a_ruling("i1", VOID, A)
    with pytest.raises(ValueError, match="only there"):
        a_ruling("i1", KEYS)


def test_two_rulings_with_one_number_are_refused():
    with pytest.raises(ValueError, match="two rulings no"):
        counting_rulings([a_ruling("i1"), a_ruling("i1", FULL)])


def test_a_ruling_is_read_back_as_it_was_written_and_says_what_it_does():
    ruling = a_ruling("i1", KEYS, B, A, number=3)
    assert ruling_from_json(ruling_json(ruling)) == ruling
    assert str(ruling.words) == "These options count as right: A, B."
    assert "counts for nobody" in str(a_ruling("i1").words)


def test_a_candidate_is_told_of_which_criterion_and_never_which_item():
    sat = two_items_of(10)
    words = withdrawn_words(ruled_refs(sat.paper, [a_ruling(line.item) for line in sat.paper.lines]))
    assert [str(line) for line in words] == [
        "An item of PC1 in unit ASC/N9001 was withdrawn or its key corrected after the exam."
    ]


def test_a_status_still_settles_the_outcome():
    sat = two_items_of(10)
    record = CandidateRecord(
        candidate="c", paper=sat.paper, answers=sat.answers, shares={}, status=Outcome.DISQUALIFIED
    )
    result = grade_candidate(sat.scheme, record, sat.keys, [a_ruling(sat.paper.lines[1].item, FULL)]).result
    assert result is not None
    assert result.outcome is Outcome.DISQUALIFIED
