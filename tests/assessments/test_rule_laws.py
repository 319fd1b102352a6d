"""Laws of pass rules over many denominators and random schemes."""

import random
from fractions import Fraction

import pytest

from assessments.decisions import decide_result, result_json
from assessments.scoring import Score
from tests.assessments.random_schemes import a_random_choice, a_random_scheme, random_scores
from tests.assessments.rule_schemes import awarded, hundreds, outcome


@pytest.mark.parametrize("bottom", [1, 2, 3, 4, 6, 7, 9, 11, 13, 91, 100, 730])
@pytest.mark.parametrize("needed", ["50", "66.67", "69.995", "200/3", "100/7"])
def test_the_line_passes_and_one_part_below_fails_whatever_the_denominator(bottom, needed):
    scheme = hundreds(1, pass_rule={"aggregate_percent": needed})
    line = Fraction(needed)
    on_the_grid = Fraction(-(-line.numerator * bottom // line.denominator), bottom)  # the first figure not below it
    for figure in {line, on_the_grid}:
        assert outcome(scheme, {"ASC/N1": figure}) == "competent"
        assert outcome(scheme, {"ASC/N1": figure - Fraction(1, bottom * line.denominator)}) == (
            "not_yet_competent" if figure - Fraction(1, bottom * line.denominator) < line else "competent"
        )
    below = decide_result(scheme, "c", awarded(scheme, {"ASC/N1": line - Fraction(1, 10**12)}))
    shown = result_json(below)["conditions"][0]
    assert shown["figure"]["display"] != shown["needed"]["display"]
    assert not shown["met"]


def test_what_is_printed_never_contradicts_the_verdict_over_random_schemes():
    for number in range(300):
        chance = random.Random(number)
        scheme = a_random_scheme(chance)
        chosen = a_random_choice(chance, scheme)
        result = decide_result(scheme, "c", random_scores(chance, scheme, chosen), chosen=chosen)
        for condition in (*result.conditions, *result.options):
            facts = condition.words.facts
            assert (Fraction(facts["figure"]) >= Fraction(facts["needed"])) == condition.met
        for shown in result_json(result)["conditions"]:
            assert (Fraction(shown["figure"]["display"]) >= Fraction(shown["needed"]["display"])) == shown["met"]


def test_more_marks_never_turn_a_met_line_into_a_missed_one_whatever_the_rules():
    for number in range(300):
        chance = random.Random(number)
        scheme = a_random_scheme(chance)
        chosen = a_random_choice(chance, scheme)
        scores = random_scores(chance, scheme, chosen)
        cell = chance.choice(sorted(scores))
        more = scores[cell].awarded + (scores[cell].available - scores[cell].awarded) * Fraction(
            chance.randint(0, 3), 3
        )
        better = {**scores, cell: Score(awarded=more, available=scores[cell].available)}
        before, after = (decide_result(scheme, "c", own, chosen=chosen) for own in (scores, better))
        assert after.raw_percent >= before.raw_percent
        pairs = zip((*before.conditions, *before.options), (*after.conditions, *after.options), strict=True)
        assert all(old.met <= new.met for old, new in pairs)


def test_the_order_of_units_and_scores_changes_no_figure():
    for number in range(200):
        chance = random.Random(number)
        scheme = a_random_scheme(chance)
        chosen = a_random_choice(chance, scheme)
        scores = random_scores(chance, scheme, chosen)
        turned = scheme.model_copy(update={"units": scheme.units[::-1]})
        turned = type(scheme).model_validate(turned.model_dump(mode="json"))
        first = decide_result(scheme, "c", scores, chosen=chosen)
        second = decide_result(turned, "c", dict(reversed(scores.items())), chosen=set(chosen))
        assert {one.name: one for one in first.conditions} == {one.name: one for one in second.conditions}
        assert (first.outcome, first.raw_percent, first.weighted_percent) == (
            second.outcome,
            second.raw_percent,
            second.weighted_percent,
        )
