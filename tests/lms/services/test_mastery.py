"""Mastery from what is kept: practice, released results, and nothing else; the same for one and for many."""

from fractions import Fraction

import pytest
from sqlalchemy import event

from assessments.decisions import decide_result
from assessments.mastery import NOTHING_YET, EvidenceKind, standing_of
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of, scheme_of
from lms.services import mastery, practice
from lms.tables.assessing import AssessmentState
from tests import world
from tests.builders import some_scores
from tests.conftest import BOTH
from tests.lms.released import OPENS, add_result, an_assessment, candidate_of
from tests.lms.services.test_practice import right_answer, wrong_answer

NOW = world.DAY
UNIT = "asc-n0003"


def take(actor: Actor, *, right: bool, criterion: str = "PC1") -> str:
    """Answer what is asked now of a criterion; returns its reference."""
    asked = practice.get_round(actor, f"{UNIT}.{criterion}", now=NOW).asked
    choice = right_answer(asked.id) if right else wrong_answer(asked.id)
    practice.answer(actor, asked.id, choice, try_number=asked.try_number, now=NOW)
    return asked.face.refs[0]


def standings(actor: Actor):
    return mastery.mastery_of(actor.person_id, pack_of(world.pack_version()))


def test_who_has_done_nothing_has_shown_nothing(app, actor) -> None:
    found = standings(actor("trainee"))
    assert set(found) == set(pack_of(world.pack_version()).criterion_refs())
    assert set(found.values()) == {NOTHING_YET}


@BOTH
def test_a_practice_answer_counts_at_once_and_only_for_who_gave_it(app, actor) -> None:
    shown = take(actor("trainee"), right=True)
    missed = take(actor("trainee"), right=False, criterion="PC2")
    found = standings(actor("trainee"))
    assert (found[shown].share, found[shown].weight) == (1, 1)
    assert (found[missed].share, found[missed].weight) == (0, 1)
    assert set(standings(actor("trainee-b")).values()) == {NOTHING_YET}


@BOTH
def test_a_released_result_counts_theory_and_practical_apart(app, actor) -> None:
    an_assessment()
    ref = "ASC/N0003#PC1"
    found = standings(actor("trainee-b"))
    assert (found[ref].share, found[ref].weight) == (Fraction(2, 3), 10)
    lines = mastery.evidence_of(actor("trainee-b").person_id, pack_of(world.pack_version()), ref)
    assert {line.evidence.thing for line in lines} == {f"theory {ref}", f"practical {ref}"}
    assert {(line.counts, line.evidence.at.date()) for line in lines} == {(True, OPENS.date())}


@pytest.mark.parametrize("state", [state for state in AssessmentState if state is not AssessmentState.RELEASED])
def test_before_its_release_a_result_says_nothing(app, actor, state: AssessmentState) -> None:
    an_assessment(state=state)
    assert set(standings(actor("trainee-b")).values()) == {NOTHING_YET}


def test_who_was_absent_has_shown_nothing_and_missed_nothing(app, actor) -> None:
    an_assessment()
    assert set(standings(actor("trainee-d")).values()) == {NOTHING_YET}


def test_a_corrected_result_counts_as_corrected(app, actor) -> None:
    row = an_assessment()
    candidate, scheme = candidate_of("trainee"), scheme_of(row.scheme_version)
    add_result(candidate, decide_result(scheme, candidate.number, some_scores(scheme, Fraction(1, 2))), number=2)
    db.session.commit()
    assert {standing.share for standing in standings(actor("trainee")).values()} == {Fraction(1, 2)}


@BOTH
def test_what_many_have_shown_is_what_each_has_shown_by_the_evidence_told_one_by_one(app, actor) -> None:
    an_assessment()
    for login, right in (("trainee", True), ("trainee", False), ("trainee-b", False), ("trainee-d", True)):
        take(actor(login), right=right)
    pack = pack_of(world.pack_version())
    people = [actor(login).person_id for login in world.TRAINEES["TC-1"]]
    for person, standings_ in mastery.mastery_of_many(people, pack).items():
        told = mastery.all_evidence_of(person, pack)
        assert standings_ == {ref: standing_of(told.get(ref, ())) for ref in pack.criterion_refs()}


def test_the_evidence_list_has_every_kind_newest_first(app, actor) -> None:
    an_assessment()
    ref = take(actor("trainee-b"), right=True)
    lines = mastery.evidence_of(actor("trainee-b").person_id, pack_of(world.pack_version()), ref)
    moments = [line.evidence.at for line in lines]
    assert moments == sorted(moments, reverse=True)
    assert [line.evidence.kind for line in lines].count(EvidenceKind.PRACTICE) == 1


def test_many_people_take_as_many_statements_as_one(app, actor) -> None:
    an_assessment()
    people = [actor(login).person_id for login in world.TRAINEES["TC-1"]]
    pack, counts = pack_of(world.pack_version()), []
    for some in (people[:1], people):
        statements: list[str] = []
        listen = lambda *given: statements.append(given[2])  # noqa: E731, B023
        event.listen(db.engine, "before_cursor_execute", listen)
        assert set(mastery.mastery_of_many(some, pack)) == set(some)
        event.remove(db.engine, "before_cursor_execute", listen)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6
