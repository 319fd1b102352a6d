"""What a result lost, criterion by criterion, and when a criterion counts as recovered."""

from fractions import Fraction

from hypothesis import given

from assessments.decisions import decide_result
from assessments.mastery import EvidenceKind, standing_of
from assessments.model import Cell, Component
from assessments.recovery import (
    RECOVERY_WORDS,
    ComponentMarks,
    Recovery,
    criterion_worths,
    enough_to_pass,
    lost_marks,
    recovery_of,
)
from assessments.results import Outcome
from assessments.scoring import Score
from tests.assessments.test_mastery import shown
from tests.builders import a_pack, a_scheme, a_unit, explicit_marks, some_scores
from tests.strategies import law, scored_schemes, shares

PACK = a_pack()


def result_of(scheme, scores):
    return decide_result(scheme, "C-1", scores)


def test_the_criteria_stand_by_marks_lost_with_theory_and_practical_exact() -> None:
    scheme = a_scheme(
        PACK,
        units=(
            explicit_marks("ASC/N9001", {name: {"theory": 4, "practical": 6} for name in ("PC1", "PC2", "PC3")}),
            explicit_marks("ASC/N9002", {name: {"practical": 10} for name in ("PC1", "PC2")}),
        ),
    )
    scores = some_scores(scheme)
    scores[Cell("ASC/N9001#PC2", Component.THEORY)] = Score(awarded=Fraction(1, 3), available=4)
    scores[Cell("ASC/N9002#PC1", Component.PRACTICAL)] = Score(awarded=Fraction(0), available=10)
    lines = lost_marks(PACK, result_of(scheme, scores))
    assert [(line.ref, line.lost) for line in lines] == [("ASC/N9002#PC1", 10), ("ASC/N9001#PC2", Fraction(11, 3))]
    assert lines[1].parts[0] == ComponentMarks(
        component=Component.THEORY, awarded=Fraction(1, 3), available=Fraction(4)
    )


def test_units_that_are_kept_have_nothing_to_recover() -> None:
    scheme = a_scheme(PACK)
    lines = lost_marks(PACK, result_of(scheme, some_scores(scheme, 0)), kept={"ASC/N9001"})
    assert {line.ref.partition("#")[0] for line in lines} == {"ASC/N9002"}


def test_marks_of_a_unit_as_a_whole_are_lost_by_its_criteria_in_equal_parts() -> None:
    pack = a_pack([a_unit("ASC/N9001", criteria=3)])
    scheme = a_scheme(pack)
    scores = {Cell("ASC/N9001", Component.THEORY): Score(awarded=Fraction(1), available=2)}
    result = result_of(scheme, some_scores(scheme))
    whole = type(result)(**{name: getattr(result, name) for name in result.__slots__} | {"cell_scores": scores})
    assert [line.lost for line in lost_marks(pack, whole)] == [Fraction(1, 3)] * 3


@law
@given(scored_schemes())
def test_what_the_criteria_lost_is_what_the_result_lost(scored) -> None:
    scheme, scores = scored
    pack = a_pack([a_unit(unit.unit, criteria=5) for unit in scheme.units])
    lines = lost_marks(pack, result_of(scheme, scores))
    lost = sum((score.available - score.awarded for score in scores.values()), Fraction())
    assert sum((line.lost for line in lines), Fraction()) == lost
    assert [line.lost for line in lines] == sorted((line.lost for line in lines), reverse=True)
    assert all(line.lost > 0 for line in lines)


@law
@given(scored_schemes())
def test_what_the_criteria_can_bring_is_all_there_is(scored) -> None:
    scheme, _ = scored
    pack = a_pack([a_unit(unit.unit, criteria=5) for unit in scheme.units])
    assert sum(criterion_worths(scheme, pack).values(), Fraction()) == scheme.total()


def test_three_right_practice_answers_recover_a_criterion_and_one_begins() -> None:
    assert recovery_of(standing_of([])) is Recovery.NOT_BEGUN
    assert recovery_of(standing_of([shown(1)])) is Recovery.BEGUN
    assert recovery_of(standing_of([shown(1, thing) for thing in "abc"])) is Recovery.RECOVERED
    assert recovery_of(standing_of([shown(0, thing) for thing in "abcdefgh"])) is Recovery.BEGUN
    assert recovery_of(standing_of([shown(1, "at work", EvidenceKind.OBSERVATION)])) is Recovery.RECOVERED
    assert set(RECOVERY_WORDS) == set(Recovery)


@law
@given(shares())
def test_what_is_less_than_shown_is_not_recovered(share) -> None:
    seen = standing_of([shown(share, "at work", EvidenceKind.OBSERVATION)])
    assert (recovery_of(seen) is Recovery.RECOVERED) == (share >= Fraction(4, 5))


@law
@given(scored_schemes())
def test_the_first_criteria_are_as_few_as_would_have_been_enough(scored) -> None:
    scheme, scores = scored
    result = result_of(scheme, scores)
    pack = a_pack([a_unit(unit.unit, criteria=5) for unit in scheme.units])
    lost = lost_marks(pack, result)
    if result.outcome is Outcome.COMPETENT or not lost:
        return
    enough = enough_to_pass(scheme, pack, result, lost, {})
    assert 1 <= enough.count <= len(lost)
    assert str(enough.words)

    def passes(count: int, part: Fraction) -> bool:
        gained = {line.ref: part for line in lost[:count]}
        raised = {
            cell: Score(
                awarded=score.awarded + gained.get(cell.ref, 0) * (score.available - score.awarded),
                available=score.available,
            )
            for cell, score in scores.items()
        }
        return result_of(scheme, raised).outcome is Outcome.COMPETENT

    if enough.part is None:
        assert enough.count == len(lost)
        assert not passes(len(lost), Fraction(1))
    else:
        assert passes(enough.count, enough.part)
        assert enough.count == 1 or not passes(enough.count - 1, enough.part)
        assert enough.part == Fraction(1, 2) or not passes(len(lost), Fraction(1, 2))
