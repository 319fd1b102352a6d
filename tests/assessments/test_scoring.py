"""Scores of answers and of practicals: exact, bounded, monotone and in no order."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.blueprint import blueprint_of
from assessments.errors import PaperUnlikeScheme, ScoresMissing
from assessments.model import Component
from assessments.papers import draw_papers
from assessments.scoring import Score, grade_theory, practical_worths, score_practical, shares_at_nodes
from curriculum.model import Element
from tests.builders import a_bank, a_pack, a_scheme, a_unit, explicit_marks, some_unit_marks
from tests.strategies import law, schemes, shares

THEORY, PRACTICAL = Component.THEORY, Component.PRACTICAL


def a_paper(scheme):
    return draw_papers(blueprint_of(scheme), a_bank(scheme), candidates=["c"], seed=b"1")[0]


def total(scores):
    return sum(score.awarded for score in scores.values())


@law
@given(schemes(), st.randoms(use_true_random=False), st.data())
def test_a_right_answer_never_lowers_anything_and_order_does_not_matter(scheme, chance, data):
    paper = a_paper(scheme)
    right = data.draw(st.sets(st.sampled_from(sorted(paper.items)))) if paper.items else set()
    more = right | (data.draw(st.sets(st.sampled_from(sorted(paper.items)))) if paper.items else set())
    fewer_scores, more_scores = grade_theory(paper, right, scheme), grade_theory(paper, more, scheme)
    for cell, score in fewer_scores.items():
        assert score.awarded <= more_scores[cell].awarded <= score.available == scheme.cells()[cell]
    lines = list(paper.lines)
    chance.shuffle(lines)
    assert grade_theory(replace(paper, lines=tuple(lines)), right, scheme) == fewer_scores


@law
@given(schemes())
def test_all_answers_right_award_exactly_the_theory_marks(scheme):
    paper = a_paper(scheme)
    scores = grade_theory(paper, paper.items, scheme)
    assert tuple(cell.ref for cell in scores) == scheme.theory_refs
    assert all(score.awarded == score.available for score in scores.values())
    assert total(grade_theory(paper, frozenset(), scheme)) == 0


def test_an_item_is_worth_its_part_of_the_criterions_marks():
    unit = a_unit(criteria=1)
    scheme = a_scheme(a_pack([unit]), units=[some_unit_marks(unit, marks=14, theory_items=2)])
    paper = a_paper(scheme)
    scores = grade_theory(paper, {paper.lines[0].item, "not-on-the-paper"}, scheme)
    assert scores == {("ASC/N9001#PC1", THEORY): Score(awarded=Fraction(7, 2), available=7)}


def test_a_paper_of_another_scheme_is_not_graded():
    unit = a_unit(criteria=2)
    pack = a_pack([unit])
    scheme = a_scheme(pack, units=[explicit_marks("ASC/N9001", {"PC1": {"theory": 4}, "PC2": {"theory": 2}})])
    other = a_scheme(pack, units=[explicit_marks("ASC/N9001", {"PC1": {"theory": 4}, "PC2": {"theory": 3}})])
    with pytest.raises(PaperUnlikeScheme) as refusal:
        grade_theory(a_paper(scheme), set(), other)
    assert refusal.value.refs == ("ASC/N9001#PC2",)


@law
@given(schemes(), st.data())
def test_a_practical_awards_the_share_shown_and_a_higher_share_never_less(scheme, data):
    given_shares = {ref: data.draw(shares()) for ref in scheme.practical_refs}
    scores = score_practical(scheme, given_shares)
    for cell, score in scores.items():
        assert score.awarded == given_shares[cell.ref] * scheme.cells()[cell]
    assert set(scores) == {cell for cell in scheme.cells() if cell.component is PRACTICAL}
    best = score_practical(scheme, dict.fromkeys(scheme.practical_refs, Fraction(1)))
    assert all(scores[cell].awarded <= best[cell].awarded == best[cell].available for cell in scores)


def test_every_criterion_without_a_score_is_told():
    with pytest.raises(ScoresMissing) as refusal:
        score_practical(a_scheme(), {"ASC/N9001#PC2": Fraction(1), "ASC/N9002#PC1": Fraction(0)})
    assert refusal.value.refs == ("ASC/N9001#PC1", "ASC/N9001#PC3", "ASC/N9002#PC2")


def test_a_share_of_a_criterion_without_practical_marks_counts_for_nothing():
    scheme = a_scheme(units=[explicit_marks("ASC/N1", {"PC1": {"practical": 3}, "PC2": {"theory": 3}})])
    scores = score_practical(scheme, {"ASC/N1#PC1": Fraction(1, 3), "ASC/N1#PC2": Fraction(1)})
    assert scores == {("ASC/N1#PC1", PRACTICAL): Score(awarded=Fraction(1), available=3)}


def test_a_viva_is_scored_in_the_same_way():
    scheme = a_scheme(units=[explicit_marks("ASC/N1", {"PC1": {"viva": 4}})])
    scores = score_practical(scheme, {"ASC/N1#PC1": Fraction(1, 2)}, Component.VIVA)
    assert scores == {("ASC/N1#PC1", Component.VIVA): Score(awarded=Fraction(2), available=4)}


@pytest.mark.parametrize("share", [Fraction(3, 2), Fraction(-1, 2)])
def test_a_share_is_from_none_to_all(share):
    scheme = a_scheme(units=[explicit_marks("ASC/N1", {"PC1": {"practical": 4}})])
    with pytest.raises(ValueError, match="cannot be awarded"):
        score_practical(scheme, {"ASC/N1#PC1": share})


def test_a_float_is_no_share():
    scheme = a_scheme(units=[explicit_marks("ASC/N1", {"PC1": {"practical": 4}})])
    with pytest.raises(TypeError, match="not float"):
        score_practical(scheme, {"ASC/N1#PC1": 0.5})
    with pytest.raises(TypeError, match="not float"):
        Score(awarded=0.5, available=1)


def negative(floor, share="1/4"):
    """A scheme of two criteria with four marks each, and what wrong answers cost."""
    units = [explicit_marks("ASC/N9001", {"PC1": {"theory": 4}, "PC2": {"theory": 4}})]
    theory = {"minutes": 60, "negative": {"share": share, "floor": floor}}
    return a_scheme(a_pack([a_unit(criteria=2)]), units=units, theory=theory)


@pytest.mark.parametrize(
    ("floor", "right", "wrong", "awarded"),
    [
        ("item", (), ("PC1", "PC2"), (0, 0)),
        ("criterion", ("PC1",), ("PC2",), (4, 0)),
        ("paper", ("PC1",), ("PC2",), (4, -1)),
        ("paper", (), ("PC1", "PC2"), (0, 0)),
        ("paper", ("PC1",), (), (4, 0)),
    ],
)
def test_wrong_answers_cost_what_the_scheme_says_down_to_its_floor(floor, right, wrong, awarded):
    scheme = negative(floor)
    paper = a_paper(scheme)
    items = {line.ref.partition("#")[2]: line.item for line in paper.lines}
    scores = grade_theory(paper, {items[name] for name in right}, scheme, {items[name] for name in wrong})
    assert tuple(score.awarded for score in scores.values()) == awarded


def test_without_negative_marking_a_wrong_answer_costs_nothing():
    scheme = a_scheme()
    paper = a_paper(scheme)
    every = {line.item for line in paper.lines}
    assert grade_theory(paper, set(), scheme, every) == grade_theory(paper, set(), scheme)


@law
@given(st.sampled_from(("item", "criterion", "paper")), st.sampled_from(("1/4", "1/3", "1")), st.data())
def test_a_right_answer_in_place_of_a_wrong_one_never_lowers_the_paper(floor, share, data):
    scheme = negative(floor, share)
    paper = a_paper(scheme)
    every = sorted(line.item for line in paper.lines)
    right = data.draw(st.sets(st.sampled_from(every)))
    mended = data.draw(st.sampled_from(every))
    before = grade_theory(paper, right, scheme, set(every) - right)
    after = grade_theory(paper, right | {mended}, scheme, set(every) - right - {mended})
    assert sum(score.awarded for score in after.values()) >= sum(score.awarded for score in before.values()) >= 0


def test_a_unit_or_element_as_a_whole_has_the_mean_share_of_its_criteria_once_all_are_scored():
    lines = a_unit(criteria=3).criteria
    elements = (Element(title="First", criteria=lines[:2]), Element(title="Second", criteria=lines[2:]))
    pack = a_pack([a_unit(elements=elements), a_unit("ASC/N9002", criteria=1)])
    units = [
        {"unit": "ASC/N9001", "elements": [{"element": 1, "marks": {"practical": 8}}]},
        {"unit": "ASC/N9002", "whole": {"marks": {"practical": 6, "viva": 4}}},
    ]
    scheme = a_scheme(pack, units=units)
    some = {"ASC/N9001#PC1": Fraction(1), "ASC/N9001#PC3": Fraction(0), "ASC/N9002#PC1": Fraction(1, 3)}
    assert shares_at_nodes(scheme, pack, some) == {**some, "ASC/N9002": Fraction(1, 3)}
    every = {**some, "ASC/N9001#PC2": Fraction(1, 2)}
    found = shares_at_nodes(scheme, pack, every)
    assert found == {**every, "ASC/N9001#E1": Fraction(3, 4), "ASC/N9002": Fraction(1, 3)}
    assert [score.awarded for score in score_practical(scheme, found).values()] == [6, 2]
    plain = a_scheme(pack)
    assert shares_at_nodes(plain, pack, every) == every


def test_what_criteria_bring_in_the_practical_is_what_their_nodes_carry_in_equal_parts():
    lines = a_unit(criteria=3).criteria
    elements = (Element(title="First", criteria=lines[:2]), Element(title="Second", criteria=lines[2:]))
    pack = a_pack([a_unit(elements=elements), a_unit("ASC/N9002", criteria=3)])
    units = [
        {"unit": "ASC/N9001", "elements": [{"element": 1, "marks": {"practical": 8}}]},
        {"unit": "ASC/N9002", "whole": {"marks": {"practical": 10}}},
    ]
    scheme = a_scheme(pack, units=units)
    first, second = (practical_worths(scheme, unit) for unit in pack.units)
    assert first == {"ASC/N9001#PC1": 4, "ASC/N9001#PC2": 4}
    assert second == {f"ASC/N9002#PC{number}": Fraction(10, 3) for number in (1, 2, 3)}
    plain = a_scheme(pack)
    assert practical_worths(plain, pack.units[0]) == {
        cell.ref: marks
        for cell, marks in plain.cells().items()
        if cell.component is PRACTICAL and cell.ref.startswith("ASC/N9001#")
    }
