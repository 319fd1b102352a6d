"""What a mock exam came to: real marks, what the rule would still need, every answer explained, and evidence."""

from datetime import timedelta
from fractions import Fraction

import pytest

from assessments.mastery import EvidenceKind
from assessments.model import Component
from assessments.outlook import Reach
from lms.records.content import pack_of
from lms.records.papers import paper_of
from lms.services import mastery, mock_results, mocks
from lms.services.errors import Absent, Conflict
from tests import small_pack, world
from tests.mocks import RIGHT, a_batch, answer, taken
from tests.small_pack import CORE, SALES

NOW = world.DAY


@pytest.fixture
def batch(app):
    """A batch of two trainees of the small pack."""
    return a_batch("trainee", "trainee-b")


def test_marks_are_those_the_real_theory_would_bring(batch, actor) -> None:
    trainee = actor("trainee")
    row = taken(trainee, batch.pack_version_id, right=3, now=NOW)
    result = mock_results.get_result(trainee, row.id, NOW)
    worths = [line.worth for line in paper_of(row).lines]
    assert result.score.score.awarded == sum(worths[:3])
    assert result.score.score.available == sum(worths)
    assert result.score.percent == Fraction(100) * sum(worths[:3]) / sum(worths)
    assert {cell.component for cell in result.scores} == {Component.THEORY}
    assert {unit.code for unit in result.pack.units} == {CORE, SALES}


def test_every_item_is_explained_with_the_own_answer_and_the_right_one(batch, actor) -> None:
    trainee = actor("trainee")
    row = mocks.start(trainee, batch.pack_version_id, now=NOW)
    line = paper_of(row).lines[0]
    wrong = next(option for option in line.options if option != RIGHT)
    place = line.options.index(wrong) + 1
    mocks.save_answer(trainee, row.id, device="t", seq=1, number=1, place=place, now=NOW)
    mocks.submit(trainee, row.id, now=NOW)
    items = mock_results.get_result(trainee, row.id, NOW).items
    assert [item.shown.number for item in items] == list(range(1, len(items) + 1))
    assert (items[0].chosen, items[0].is_right, items[0].key.right) == (wrong, False, RIGHT)
    assert {item.chosen for item in items[1:]} == {None}
    assert all(item.key.rationale for item in items)


def test_what_the_practical_must_still_bring_is_told(batch, actor) -> None:
    trainee = actor("trainee")
    row = taken(trainee, batch.pack_version_id, right=4, now=NOW)
    (line,) = mock_results.get_result(trainee, row.id, NOW).outlook.ahead
    assert (line.name, line.reach) == ("aggregate", Reach.OPEN)
    assert line.more == 40, "140 of 200 are needed, and all 100 of the theory are there"


def test_while_it_runs_nothing_is_explained(batch, actor) -> None:
    row = mocks.start(actor("trainee"), batch.pack_version_id, now=NOW)
    with pytest.raises(Conflict, match="still running"):
        mock_results.get_result(actor("trainee"), row.id, NOW)
    after = row.deadline_at + timedelta(minutes=2)
    assert mock_results.get_result(actor("trainee"), row.id, after).right == 0, "before the sweep has come by"


def test_a_result_is_for_the_person_who_sat_it(batch, actor) -> None:
    row = taken(actor("trainee"), batch.pack_version_id, right=0, now=NOW)
    for login in ("trainee-b", "trainee2", "trainer", "council"):
        with pytest.raises(Absent):
            mock_results.get_result(actor(login), row.id, NOW)


def test_earlier_mocks_are_listed_newest_first(batch, actor) -> None:
    trainee = actor("trainee")
    for day, right in enumerate((1, 4)):
        taken(trainee, batch.pack_version_id, right=right, now=NOW + timedelta(days=day))
    mocks.start(trainee, batch.pack_version_id, now=NOW + timedelta(days=3))
    scores = mock_results.list_mocks(trainee, batch.pack_version_id)
    assert [(one.number, one.percent) for one in scores] == [(2, 100), (1, 25)]


def test_the_newest_mock_of_each_person_is_what_their_trainer_sees(batch, actor) -> None:
    trainee, other = actor("trainee"), actor("trainee-b")
    taken(trainee, batch.pack_version_id, right=0, now=NOW)
    taken(trainee, batch.pack_version_id, right=2, now=NOW + timedelta(days=1))
    mocks.start(other, batch.pack_version_id, now=NOW)
    people = [trainee.person_id, other.person_id]
    found = mock_results.newest_mocks(people)
    assert {person: (one.number, one.percent) for person, one in found.items()} == {trainee.person_id: (2, 50)}
    assert mock_results.newest_mocks(people, batch.pack_version_id) == found
    assert mock_results.newest_mocks(people, world.pack_version().id) == {}


def test_a_mock_is_evidence_for_each_criterion_it_asked(batch, actor) -> None:
    trainee, pack = actor("trainee"), pack_of(batch.pack_version)
    row = taken(trainee, batch.pack_version_id, right=3, now=NOW)
    found = [evidence for person, evidence in mock_results.mock_evidence([trainee.person_id], pack)]
    lines = paper_of(row).lines
    assert [(one.ref, one.thing, one.share) for one in found] == [
        (line.ref, line.item, Fraction(line.number <= 3)) for line in lines
    ]
    assert {(one.kind, one.at) for one in found} == {(EvidenceKind.MOCK_EXAM, NOW)}
    standing = mastery.mastery_of(trainee.person_id, pack)[lines[0].ref]
    assert (standing.share, standing.weight) == (1, 2)


def test_a_running_mock_is_no_evidence(batch, actor) -> None:
    trainee = actor("trainee")
    row = mocks.start(trainee, batch.pack_version_id, now=NOW)
    answer(trainee, row, right=4, now=NOW)
    assert list(mock_results.mock_evidence([trainee.person_id], small_pack.pack())) == []
