"""Readiness for a role: proof is what others decided, practice never is; and every state has its reason."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.mastery import Standing
from assessments.role_readiness import (
    Assessed,
    Declaration,
    HeldSkill,
    LineReadiness,
    PersonFacts,
    ProofKind,
    Ready,
    Stage,
    proof_in,
    role_readiness,
)
from tests.builders import a_role
from tests.strategies import law, shares

ROLE = a_role()
DAY = date(2026, 11, 2)
REFS = [f"ASC/N9001#PC{number}" for number in (1, 2, 3)]
ALL, HALF, NONE = Fraction(1), Fraction(1, 2), Fraction(0)


def assessed(share: Fraction = ALL, practical: Fraction | None = None, **given: object) -> Assessed:
    return Assessed(share=share, practical=practical, assessment="A26-0001", on=DAY, **given)  # type: ignore[arg-type]


def shown(weight: int = 8, share: Fraction = ALL) -> Standing:
    return Standing(share=share, weight=weight)


def line(name: str = "D1-1", **facts: object) -> LineReadiness:
    return role_readiness(ROLE, PersonFacts(**facts)).of(name)  # type: ignore[arg-type]


def test_a_line_is_proved_when_all_that_shows_it_as_a_whole_is() -> None:
    found = line(assessed=dict.fromkeys(REFS[:2], assessed()))
    assert found.state is Ready.PROVED
    assert [str(proof.words) for proof in found.proofs] == ["released result of A26-0001"] * 2
    assert found.missing == ()


def test_one_of_two_criteria_proves_it_in_part_and_the_other_is_told_as_missing() -> None:
    found = line(assessed={REFS[0]: assessed()})
    assert (found.state, str(found.words)) == (Ready.PARTLY, "1 of 2 things that show it are proved.")
    assert found.missing == (REFS[1],)


def test_what_is_mapped_in_part_is_never_proved_as_a_whole() -> None:
    found = line("D1-2", assessed={REFS[2]: assessed()})
    assert found.state is Ready.PARTLY
    assert str(found.words) == "All that it is mapped to is proved (1); the rest of it nothing here shows."


def test_practice_alone_is_never_called_proof() -> None:
    found = line(standings=dict.fromkeys(REFS, shown(weight=500)))
    assert (found.state, found.proofs) == (Ready.PRACTISED, ())
    assert [str(need.words) for need in found.mapped[0].needs] == ["Shown, sure"] * 2


def test_a_first_sign_of_practice_is_missing_and_says_so() -> None:
    found = line(standings=dict.fromkeys(REFS, shown(weight=1)))
    assert (found.state, str(found.mapped[0].needs[0].words)) == (Ready.MISSING, "Shown, a first sign")


def test_what_no_criterion_shows_is_told_apart_from_what_is_missing() -> None:
    assert (line("D1-3").state, line("D1-1").state) == (Ready.OUTSIDE, Ready.MISSING)


@pytest.mark.parametrize(
    ("stage", "state", "words"),
    [
        (Stage.DECLARED, Ready.WAITING, "Declared; nobody has looked at it yet."),
        (Stage.CONFIRMED, Ready.PROVED, "Checked by Meera."),
        (Stage.REFUSED, Ready.MISSING, "Meera looked at it and did not confirm it."),
    ],
)
def test_declared_evidence_proves_once_staff_confirmed_it(stage: Stage, state: Ready, words: str) -> None:
    found = line("Q1", declared={"Q1": Declaration(stage=stage, on=DAY, by="Meera")})
    assert (found.state, str(found.words)) == (state, words)
    assert [proof.kind for proof in found.proofs] == ([ProofKind.CHECKED] if state is Ready.PROVED else [])


def test_nothing_declared_is_told() -> None:
    assert (line("Q1").state, str(line("Q1").words)) == (Ready.MISSING, "Nothing is declared yet.")


@pytest.mark.parametrize(("level", "state"), [(1, Ready.MISSING), (2, Ready.PROVED), (3, Ready.PROVED)])
def test_a_judged_level_proves_from_the_needed_one_on(level: int, state: Ready) -> None:
    assert line("C1", skills={"SSUP": HeldSkill(level=level, on=DAY, by="Ravi")}).state is state


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (assessed(Fraction(4, 5)), ProofKind.RESULT),
        (assessed(Fraction(79, 100)), None),
        (assessed(HALF, ALL), ProofKind.PRACTICAL),
        (assessed(HALF, HALF), None),
        (assessed(HALF, certificate="C-1"), ProofKind.CERTIFICATE),
        (assessed(Fraction(49, 100), certificate="C-1"), None),
        (assessed(NONE, ALL, certificate="C-1"), ProofKind.PRACTICAL),
        (assessed(ALL, ALL, certificate="C-1", is_revoked=True), None),
    ],
)
def test_what_a_released_result_proves(given: Assessed, kind: ProofKind | None) -> None:
    proof = proof_in(given)
    assert (proof.kind if proof else None) is kind


def test_a_revoked_certificate_is_the_reason_that_is_told() -> None:
    found = line(assessed={REFS[0]: assessed(certificate="C-1", is_revoked=True)})
    assert (found.state, str(found.mapped[0].needs[0].words)) == (Ready.MISSING, "certificate C-1 was revoked")


def test_what_rests_on_sample_marks_makes_the_whole_a_specimen() -> None:
    facts = PersonFacts(assessed={REFS[0]: assessed(is_specimen=True)})
    assert role_readiness(ROLE, facts).is_specimen
    assert not role_readiness(ROLE, PersonFacts(assessed={REFS[0]: assessed()})).is_specimen


def test_whoever_has_proved_more_is_nearer() -> None:
    proved = role_readiness(ROLE, PersonFacts(assessed=dict.fromkeys(REFS[:2], assessed())))
    in_part = role_readiness(ROLE, PersonFacts(assessed={REFS[0]: assessed()}))
    practised = role_readiness(ROLE, PersonFacts(standings=dict.fromkeys(REFS, shown())))
    nothing = role_readiness(ROLE, PersonFacts())
    people = [nothing, practised, in_part, proved]
    assert sorted(people, key=lambda one: one.nearness) == [proved, in_part, practised, nothing]


def test_what_nobody_has_looked_at_yet_brings_nobody_forward() -> None:
    declared = role_readiness(ROLE, PersonFacts(declared={"Q1": Declaration(stage=Stage.DECLARED, on=DAY)}))
    assert declared.counts[Ready.WAITING] == 1
    assert declared.nearness == role_readiness(ROLE, PersonFacts()).nearness


def test_as_much_proof_by_a_certificate_comes_before_a_practical_alone() -> None:
    certified = role_readiness(ROLE, PersonFacts(assessed=dict.fromkeys(REFS[:2], assessed(certificate="C-1"))))
    practical = role_readiness(ROLE, PersonFacts(assessed=dict.fromkeys(REFS[:2], assessed(HALF, ALL))))
    assert certified.counts == practical.counts
    assert certified.nearness < practical.nearness


STEPS = [Ready.OUTSIDE, Ready.MISSING, Ready.WAITING, Ready.PRACTISED, Ready.PARTLY, Ready.PROVED]


@law
@given(
    st.dictionaries(st.sampled_from(REFS), st.builds(assessed, shares(), shares(), is_revoked=st.booleans())),
    st.dictionaries(st.sampled_from(REFS), st.builds(shown, st.integers(0, 20), shares())),
    st.sampled_from(REFS),
)
def test_more_proof_never_takes_anything_away(results, standings, ref: str) -> None:
    before = role_readiness(ROLE, PersonFacts(assessed=results, standings=standings))
    after = role_readiness(ROLE, PersonFacts(assessed={**results, ref: assessed()}, standings=standings))
    for one, two in zip(before.lines, after.lines, strict=True):
        assert STEPS.index(two.state) >= STEPS.index(one.state)
        assert set(two.missing) <= set(one.missing)
    assert after.nearness <= before.nearness


@law
@given(st.dictionaries(st.sampled_from(REFS), st.builds(shown, st.integers(0, 500), shares())))
def test_whatever_was_practised_nothing_is_proved(standings) -> None:
    found = role_readiness(ROLE, PersonFacts(standings=standings))
    assert {line.state for line in found.lines} <= {Ready.PRACTISED, Ready.MISSING, Ready.OUTSIDE}
    assert sum(found.counts.values()) == len(ROLE.lines())
