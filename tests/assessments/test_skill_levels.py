"""The ladder of a skill: what is held, what lies ahead, and that nothing but a judgement moves what is held."""

from hypothesis import given
from hypothesis import strategies as st

from assessments.skill_levels import gap_to, ladder_of, levels_held
from tests.published_skills import skills
from tests.strategies import law

levels = st.integers(0, 7)


@law
@given(skills(), levels, levels, levels)
def test_each_level_is_held_ahead_or_neither_and_ratings_move_nothing(skill, judged, rated, target) -> None:
    ladder = ladder_of(skill, judged=judged, rated=rated, target=target)
    assert [rung.number for rung in ladder] == [7, 6, 5, 4, 3, 2, 1]
    assert not any(rung.is_held and rung.is_ahead for rung in ladder)
    held = {rung.number for rung in ladder if rung.is_held and rung.level}
    assert held == levels_held(skill.numbers, judged)
    without = ladder_of(skill, judged=judged, target=target)
    assert [rung.is_held for rung in without] == [rung.is_held for rung in ladder]


@law
@given(skills(), levels, levels)
def test_the_gap_is_what_the_ladder_shows_ahead_and_closes_when_the_target_is_judged(skill, judged, target) -> None:
    gap = gap_to(skill.numbers, judged=judged, target=target)
    ladder = ladder_of(skill, judged=judged, target=target)
    assert set(gap.missing) == {rung.number for rung in ladder if rung.is_ahead}
    assert gap.is_closed == (judged >= target)


@law
@given(skills(), levels, levels)
def test_a_higher_judgement_never_holds_less(skill, one, other) -> None:
    low, high = sorted((one, other))
    assert levels_held(skill.numbers, low) <= levels_held(skill.numbers, high)
