"""Assignments and observations: who gives and scores them, what of them counts, and that results never ask for them."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from assessments.mastery import EvidenceKind
from lms.extensions import db
from lms.records.content import pack_of
from lms.records.coursework import criteria_of
from lms.services import coursework, mastery
from lms.services.coursework_evidence import room_evidence
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.services.taps import TAKEN_BACK, Tap
from lms.tables.coursework import CourseworkRow, CourseworkScoreRow
from lms.tables.people import PersonRow
from lms.tables.training import BatchRow, TraineeState
from tests import world
from tests.conftest import BOTH

NOW = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
REFS = ["ASC/N1105#PC2", "ASC/N1105#PC4"]


def the_batch(centre: str = "TC-1") -> BatchRow:
    return db.session.scalars(select(BatchRow).filter_by(code=f"B-{centre}")).one()


def give(actor, login: str = "trainer", **changes) -> CourseworkRow:
    facts = {
        "title": "Greet a customer",
        "text": "Greet three customers of your own showroom and write down what they asked.",
        "refs": REFS,
        "due_on": date(2026, 9, 8),
        "trainee_ids": (),
        "key": "form-0001",
        "now": NOW,
    }
    return coursework.give(actor(login), the_batch().id, **{**facts, **changes})


def observe(actor, **changes) -> CourseworkRow:
    facts = {
        "trainee_id": learners()[0],
        "place": "Workshop of Ram Motors",
        "day": date(2026, 8, 28),
        "refs": REFS,
        "text": "",
        "key": "form-0002",
        "now": NOW,
    }
    return coursework.observe(actor("trainer"), the_batch().id, **{**facts, **changes})


def learners() -> list[int]:
    return [row.id for row in coursework.list_learners(the_batch())]


def tap(actor, row: CourseworkRow, place: int = 0, login: str = "trainer", now=NOW, **changes) -> CourseworkScoreRow:
    whole = Tap(**{"ref": REFS[0], "share": "2/3", "key": "tap-0001", **changes})
    return coursework.score(actor(login), the_batch().id, row.entries[place].id, [whole], now=now)[0]


def person(login: str) -> int:
    return db.session.scalars(select(PersonRow.id).filter_by(login=login)).one()


# Giving


@BOTH
def test_an_assignment_is_for_all_who_are_enrolled_and_one_form_is_one_assignment(app, actor) -> None:
    row = give(actor)
    assert give(actor).id == row.id
    assert {entry.trainee_id for entry in row.entries} == set(learners())
    assert [criterion.ref for criterion in criteria_of(row)] == REFS
    assert db.session.query(CourseworkRow).count() == 1


def test_an_assignment_can_be_for_some(app, actor) -> None:
    row = give(actor, trainee_ids=learners()[1:3])
    assert [entry.trainee_id for entry in row.entries] == learners()[1:3]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": "---"}, "title"),
        ({"text": "null"}, "what is to be done"),
        ({"refs": []}, "at least one criterion"),
        ({"refs": ["RAS/N0001#PC1"]}, "at least one criterion"),
        ({"due_on": date(2026, 8, 31)}, "is over"),
        ({"trainee_ids": [9999]}, "enrolled in this batch"),
    ],
)
def test_what_is_wrong_with_an_assignment_is_said_and_nothing_is_given(app, actor, changes, words: str) -> None:
    with pytest.raises(Faulty, match=words):
        give(actor, **changes)
    assert db.session.query(CourseworkRow).count() == 0


def test_nobody_observes_what_has_not_been_yet(app, actor) -> None:
    with pytest.raises(Faulty, match="still to come"):
        observe(actor, day=date(2026, 9, 2))
    with pytest.raises(Faulty, match="where it was"):
        observe(actor, place="?!")


def test_only_trainers_give_and_others_who_see_the_batch_are_told_so(app, actor) -> None:
    for login in ("centre", "council"):
        with pytest.raises(NotAllowed):
            give(actor, login)
    for login in ("trainer2", "centre2", "council2", "agency", "trainee"):
        with pytest.raises(Absent):
            give(actor, login)


def test_a_trainee_of_another_batch_is_not_given_work(app, actor) -> None:
    other = the_batch("TC-2").trainees[0].id
    with pytest.raises(Faulty):
        give(actor, trainee_ids=[other, learners()[0]])


# Scoring


@BOTH
def test_the_newest_level_counts_every_tap_is_kept_and_a_key_is_one_tap(app, actor) -> None:
    row = give(actor)
    entry = row.entries[0]
    first = tap(actor, row)
    assert tap(actor, row).id == first.id
    tap(actor, row, share="1", key="tap-0002")
    assert [one.share for one in coursework.chains_of(entry)[REFS[0]]] == ["2/3", "1"]
    assert coursework.scores_of([entry.id])[entry.id][REFS[0]].share == "1"
    tap(actor, row, share=TAKEN_BACK, key="tap-0003")
    assert coursework.scores_of([entry.id])[entry.id] == {}
    with pytest.raises(Conflict):
        tap(actor, row, share="0", key="tap-0001")


def test_only_levels_of_the_rubric_and_criteria_of_the_work_are_scored(app, actor) -> None:
    row = give(actor)
    with pytest.raises(Faulty, match="takes one of its levels"):
        tap(actor, row, share="5/7")
    with pytest.raises(Faulty):
        tap(actor, row, ref="ASC/N1105#PC1")


def test_the_centre_sees_and_does_not_score_and_strangers_see_nothing(app, actor) -> None:
    row = give(actor)
    entry, batch = row.entries[0].id, the_batch().id
    assert coursework.get_entry(actor("centre"), batch, entry).id == entry
    with pytest.raises(NotAllowed):
        tap(actor, row, login="centre")
    with pytest.raises(NotAllowed):
        coursework.get_entry(actor("council"), batch, entry)
    for login in ("trainer2", "centre2"):
        with pytest.raises(Absent):
            coursework.get_entry(actor(login), batch, entry)
        with pytest.raises(Absent):
            coursework.get_entry(actor(login), the_batch("TC-2").id, entry)


# What follows


def test_the_trainee_has_it_on_the_home_page_until_it_is_scored_or_its_day_is_over(app, actor) -> None:
    row = give(actor)
    trainee = next(entry for entry in row.entries if entry.trainee.person.login == "trainee")
    (task,) = coursework.waiting(actor("trainee"), NOW)
    assert (str(task.title), task.due) == ("Assignment: Greet a customer", datetime(2026, 9, 8, 18, 29, tzinfo=UTC))
    taps = [Tap(ref=ref, share="1", key=f"tap-{place:04}") for place, ref in enumerate(REFS)]
    coursework.score(actor("trainer"), the_batch().id, trainee.id, taps, now=NOW)
    assert coursework.waiting(actor("trainee"), NOW) == []
    assert coursework.waiting(actor("trainee-b"), NOW) != []
    assert coursework.waiting(actor("trainee-b"), NOW + timedelta(days=8)) == []
    assert coursework.waiting(actor("trainer"), NOW) == []


@BOTH
def test_what_was_scored_is_evidence_of_each_criterion_by_its_newest_level(app, actor) -> None:
    seen, given = observe(actor), give(actor)
    tap(actor, seen, share="1")
    place = [entry.trainee_id for entry in given.entries].index(seen.entries[0].trainee_id)
    tap(actor, given, place, share="1/3", key="tap-0002")
    tap(actor, given, place, share="2/3", key="tap-0003", now=NOW + timedelta(hours=1))
    who = seen.entries[0].trainee.person_id
    pack = pack_of(the_batch().pack_version)
    found = {one.kind: one for _, one in room_evidence([who], pack)}
    assert found[EvidenceKind.ASSIGNMENT].share == Fraction(2, 3)
    assert found[EvidenceKind.ASSIGNMENT].at == NOW + timedelta(hours=1)
    assert (found[EvidenceKind.OBSERVATION].share, found[EvidenceKind.OBSERVATION].at.day) == (1, 28)
    assert mastery.mastery_of(who, pack)[REFS[0]].share == (3 * Fraction(2, 3) + 4) / 7
    assert mastery.mastery_of(person("trainee2"), pack)[REFS[0]].weight == 0


def test_rubrics_stay_as_they_were_when_the_work_was_given(app, actor) -> None:
    row = give(actor)
    labels = [level.label for level in criteria_of(row)[0].levels]
    assert labels
    assert criteria_of(db.session.get_one(CourseworkRow, row.id))[0].levels[0].share == 0


def test_who_dropped_out_gets_no_new_work(app, actor) -> None:
    the_batch().trainees[0].state = TraineeState.DROPPED_OUT
    db.session.commit()
    assert len(give(actor).entries) == len(world.TRAINEES["TC-1"]) - 1
