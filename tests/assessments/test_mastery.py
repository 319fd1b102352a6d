"""Mastery: laws that any evidence keeps, and the words that small examples give."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.mastery import (
    CERTAINTY_FROM,
    CERTAINTY_WORDS,
    EVIDENCE_WEIGHTS,
    EVIDENCE_WORDS,
    LEVEL_FROM,
    LEVEL_WORDS,
    NOTHING_YET,
    Certainty,
    Evidence,
    EvidenceKind,
    Level,
    newest,
    standing_of,
)
from tests.strategies import law, shares

DAY = datetime(2026, 11, 2, 4, 30, tzinfo=UTC)
SURER = list(reversed(CERTAINTY_FROM))
HIGHER = [Level.NOTHING, *reversed(LEVEL_FROM)]

moments = st.integers(0, 6).map(lambda hours: DAY + timedelta(hours=hours))
things = st.sampled_from(("a", "b", "c", "d"))
evidences = st.builds(
    Evidence,
    ref=st.just("ASC/N9001#PC1"),
    kind=st.sampled_from(EvidenceKind),
    thing=things,
    share=shares(),
    at=moments,
)
some_evidence = st.lists(evidences, max_size=12)


def shown(
    share: Fraction | int, thing: str = "a", kind: EvidenceKind = EvidenceKind.PRACTICE, hours: int = 0
) -> Evidence:
    at = DAY + timedelta(hours=hours)
    return Evidence(ref="ASC/N9001#PC1", kind=kind, thing=thing, share=Fraction(share), at=at)


@law
@given(some_evidence, st.randoms())
def test_the_order_of_evidence_does_not_matter(evidence, random) -> None:
    mixed = list(evidence)
    random.shuffle(mixed)
    assert standing_of(mixed) == standing_of(evidence)


@law
@given(some_evidence, evidences)
def test_a_right_answer_never_lowers_and_a_wrong_one_never_raises_what_was_shown(evidence, one) -> None:
    before = standing_of(evidence)
    right = standing_of(
        [*evidence, Evidence(ref=one.ref, kind=one.kind, thing=one.thing, share=Fraction(1), at=one.at)]
    )
    wrong = standing_of(
        [*evidence, Evidence(ref=one.ref, kind=one.kind, thing=one.thing, share=Fraction(0), at=one.at)]
    )
    assert wrong.share <= before.share <= right.share
    assert HIGHER.index(before.level) <= HIGHER.index(right.level)
    if before.weight:
        assert HIGHER.index(wrong.level) <= HIGHER.index(before.level)


@law
@given(some_evidence, evidences)
def test_more_evidence_never_makes_it_less_sure(evidence, one) -> None:
    before, after = standing_of(evidence), standing_of([*evidence, one])
    assert after.weight >= before.weight
    assert SURER.index(after.certainty) >= SURER.index(before.certainty)


@law
@given(some_evidence)
def test_the_share_is_the_exact_weighted_mean_of_the_newest_of_each_thing(evidence) -> None:
    last = {}
    for one in sorted(evidence, key=lambda one: (one.at, one.share)):
        last[one.kind, one.thing] = one
    weight = sum(EVIDENCE_WEIGHTS[one.kind] for one in last.values())
    awarded = sum((EVIDENCE_WEIGHTS[one.kind] * one.share for one in last.values()), Fraction())
    assert standing_of(evidence).weight == weight
    assert standing_of(evidence).share == (awarded / weight if weight else 0)
    assert 0 <= standing_of(evidence).share <= 1
    assert {id(one) for one in newest(evidence)} <= {id(one) for one in evidence}


@law
@given(some_evidence, st.integers(0, 9), st.integers(0, 9))
def test_practice_that_comes_counted_makes_the_standing_that_it_makes_one_by_one(evidence, right, wrong) -> None:
    told = [shown(1, f"right {n}") for n in range(right)] + [shown(0, f"wrong {n}") for n in range(wrong)]
    assert standing_of(evidence, right + wrong, right) == standing_of([*evidence, *told])


def test_no_evidence_is_nothing_yet() -> None:
    assert (NOTHING_YET.level, NOTHING_YET.certainty) == (Level.NOTHING, Certainty.NOTHING)
    assert str(NOTHING_YET.words) == "Nothing shown yet"


def test_the_newest_try_of_the_same_thing_counts_however_long_ago_it_was() -> None:
    assert standing_of([shown(0, hours=1), shown(1, hours=2)]).share == 1
    assert standing_of([shown(1, hours=-50_000)]).share == 1


def test_three_practice_items_right_are_fairly_sure_and_one_is_a_first_sign() -> None:
    assert str(standing_of([shown(1)]).words) == "Shown, a first sign"
    assert str(standing_of([shown(1, thing) for thing in "abc"]).words) == "Shown, fairly sure"


def test_an_assessment_that_was_failed_outweighs_practice() -> None:
    practised = [shown(1, thing) for thing in "abc"]
    failed = [shown(0, thing, EvidenceKind.ASSESSMENT) for thing in ("theory", "practical")]
    standing = standing_of([*practised, *failed])
    assert (standing.share, standing.level, standing.certainty) == (Fraction(3, 13), Level.MISSED, Certainty.SURE)


def test_half_right_is_partly_shown() -> None:
    assert standing_of([shown(1, "a"), shown(0, "b")]).level is Level.PARTLY


@pytest.mark.parametrize("share", [0.5, Fraction(3, 2), Fraction(-1, 2)])
def test_a_share_is_exact_and_from_nothing_to_all(share) -> None:
    with pytest.raises((TypeError, ValueError)):
        Evidence(ref="ASC/N9001#PC1", kind=EvidenceKind.PRACTICE, thing="a", share=share, at=DAY)


def test_every_kind_level_and_certainty_has_its_weight_and_its_words() -> None:
    assert set(EVIDENCE_WEIGHTS) == set(EVIDENCE_WORDS) == set(EvidenceKind)
    assert set(CERTAINTY_FROM) == set(CERTAINTY_WORDS) == set(Certainty)
    assert {Level.NOTHING, *LEVEL_FROM} == set(LEVEL_WORDS) == set(Level)
    assert all(isinstance(weight, int) and weight > 0 for weight in EVIDENCE_WEIGHTS.values())
