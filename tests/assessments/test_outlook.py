"""What theory alone leaves open of a rule: never a figure that the decision would contradict."""

from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from assessments.decisions import decide_result
from assessments.model import Component
from assessments.outlook import Reach, look_ahead
from assessments.scoring import Score
from tests.assessments.random_schemes import a_random_choice, a_random_scheme, random_scores
from tests.builders import a_pack, a_scheme, a_unit, explicit_marks
from tests.strategies import law

_NOTHING = Fraction()


def theory_of(scheme, share):
    """That share of the marks of every theory cell."""
    cells = {cell: marks for cell, marks in scheme.cells().items() if cell.component is Component.THEORY}
    return {cell: Score(awarded=Fraction(share) * marks, available=marks) for cell, marks in cells.items()}


def with_others(scores, theory, share):
    """All scores of who shows that share of the marks of every other part."""
    return {
        cell: theory.get(cell, Score(awarded=Fraction(share) * score.available, available=score.available))
        for cell, score in scores.items()
    }


def decided_lines(scheme, scores, chosen):
    result = decide_result(scheme, "c", scores, chosen=chosen)
    return {line.name: line for line in (*result.conditions, *result.options)}


@law
@given(st.integers(0, 2**32))
def test_what_is_said_of_a_line_is_what_is_decided_when_the_other_parts_bring_nothing_or_all(seed):
    chance = Random(seed)
    scheme = a_random_scheme(chance)
    chosen = a_random_choice(chance, scheme)
    scores = random_scores(chance, scheme, chosen)
    theory = {cell: score for cell, score in scores.items() if cell.component is Component.THEORY}
    outlook = look_ahead(scheme, theory, chosen=chosen)
    least = decided_lines(scheme, with_others(scores, theory, 0), chosen)
    most = decided_lines(scheme, with_others(scores, theory, 1), chosen)
    assert {line.name for line in (*outlook.settled, *outlook.ahead)} == set(least)
    for condition in outlook.settled:
        assert condition == least[condition.name] == most[condition.name]
    for line in outlook.ahead:
        assert (line.reach is Reach.REACHED) == least[line.name].met
        assert (line.reach is Reach.OUT_OF_REACH) == (not most[line.name].met)
        assert str(line.words)


@law
@given(st.integers(0, 2**32), st.integers(1, 1000))
def test_exactly_what_is_said_to_be_missing_meets_the_line_and_anything_less_does_not(seed, part):
    chance = Random(seed)
    scheme = a_random_scheme(chance)
    chosen = a_random_choice(chance, scheme)
    scores = random_scores(chance, scheme, chosen)
    theory = {cell: score for cell, score in scores.items() if cell.component is Component.THEORY}
    for line in look_ahead(scheme, theory, chosen=chosen).ahead:
        if line.more is None:
            continue
        empty = decided_lines(scheme, with_others(scores, theory, 0), chosen)[line.name]
        full = decided_lines(scheme, with_others(scores, theory, 1), chosen)[line.name]
        # Every mark of the other parts brings the same, so this share of all of them brings what is missing.
        share = (line.needed - empty.figure) / (full.figure - empty.figure)
        assert decided_lines(scheme, with_others(scores, theory, share), chosen)[line.name].met
        less = share * (1 - Fraction(1, part * 1000))
        assert not decided_lines(scheme, with_others(scores, theory, less), chosen)[line.name].met


def a_plain_scheme(**rule):
    """One unit of 40 theory and 60 practical marks."""
    marks = explicit_marks("ASC/N1", {"PC1": {"theory": 40, "practical": 60}})
    return a_scheme(a_pack([a_unit("ASC/N1", criteria=1)]), units=[marks], pass_rule=rule)


def words_of(scheme, share):
    return [str(line.words) for line in look_ahead(scheme, theory_of(scheme, share)).ahead]


def test_what_the_practical_must_bring_is_said_in_marks_with_its_fraction():
    assert words_of(a_plain_scheme(aggregate_percent="70"), Fraction(2, 3)) == [
        "All marks together: 70 % is needed. The theory brings 26.66 (exactly 80/3) of its 40 marks; the rest "
        "(practical) must bring at least 43.34 (exactly 130/3) of 60."
    ]


def test_a_line_of_theory_alone_is_decided_and_one_of_the_practical_is_told_whole():
    lines = {"theory": "50", "practical": "60"}
    outlook = look_ahead(
        a_plain_scheme(component_min_percent=lines), theory_of(a_plain_scheme(aggregate_percent="1"), "1/4")
    )
    assert [(line.name, line.met) for line in outlook.settled] == [("component:theory", False)]
    assert [str(line.words) for line in outlook.ahead] == [
        "Component practical: 60 % is needed, at least 36 of 60 marks. The theory has none of them."
    ]


def test_what_no_practical_can_mend_is_said_with_what_would_be_missing():
    assert words_of(a_plain_scheme(aggregate_percent="70"), Fraction(1, 10)) == [
        "All marks together: 70 % is needed. The theory brings 4 of its 40 marks; even with all 60 of the rest "
        "(practical), 6 would be missing."
    ]


def test_a_line_that_the_theory_reaches_by_itself_needs_nothing_more():
    assert words_of(a_plain_scheme(aggregate_percent="40"), 1) == [
        "All marks together: 40 % is needed. The theory alone would reach it."
    ]


def test_where_the_rule_rounds_no_single_figure_is_promised():
    rounding = {"where": "total", "to": "1"}
    assert words_of(a_plain_scheme(aggregate_percent="70", rounding=rounding), Fraction(1, 2)) == [
        "All marks together: 70 % is needed. The theory alone gives 20 %, and with all marks of the rest (practical) "
        "it would be 80 %, rounded as the rule says."
    ]
