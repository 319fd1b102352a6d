"""Mock exams: the real blueprint from practice items, sat by the real rules, and nothing of it counts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from assessments.blueprint import blueprint_of
from assessments.errors import AlreadySubmitted, AttemptClosed
from lms.extensions import db
from lms.records.papers import paper_of
from lms.services import delivery, mocks, sittings
from lms.services.errors import Absent, Conflict, Faulty
from lms.tables.assessing import CandidateRow
from lms.tables.content import ContentState, ItemVersionRow, SchemeVersionRow
from lms.tables.mocks import MockAnswerEventRow, MockExamRow
from lms.tables.training import TraineeRow, TraineeState
from question_bank.model import ItemUse
from tests import small_pack, world
from tests.conftest import BOTH
from tests.mocks import a_batch, answer, taken
from tests.small_pack import CORE, EXTRA, REPAIR, SALES
from tests.small_steps import drawn

NOW = world.DAY
LATER = NOW + timedelta(days=1)


@pytest.fixture
def pack_id(app) -> int:
    """The small pack, with a batch of two trainees and enough practice items for different papers."""
    return a_batch("trainee", "trainee-b").pack_version_id


def items_of(row: MockExamRow) -> frozenset[str]:
    return paper_of(row).items


def test_a_mock_follows_the_real_blueprint_of_the_trainees_own_units(pack_id, actor) -> None:
    row = mocks.start(actor("trainee"), pack_id, now=NOW)
    blueprint = blueprint_of(small_pack.scheme(), units=frozenset({CORE, SALES}))
    counts = {cell.ref: cell.items for cell in blueprint.cells}
    lines = paper_of(row).lines
    assert {ref: sum(line.ref == ref for line in lines) for ref in counts} == counts
    assert len(lines) == blueprint.items
    assert row.deadline_at == NOW + timedelta(minutes=60)


def test_a_mock_holds_practice_items_only(pack_id, actor) -> None:
    row = mocks.start(actor("trainee"), pack_id, now=NOW)
    uses = db.session.query(ItemVersionRow.use).filter(ItemVersionRow.code.in_(items_of(row))).distinct()
    assert {use for (use,) in uses} == {ItemUse.PRACTICE}


def test_chosen_options_are_in_it(app, actor) -> None:
    batch = a_batch("trainee", chosen=(REPAIR, EXTRA))
    units = {
        line.ref.partition("#")[0]
        for line in paper_of(mocks.start(actor("trainee"), batch.pack_version_id, now=NOW)).lines
    }
    assert units == {CORE, REPAIR, EXTRA}


@BOTH
def test_starting_again_is_the_same_mock_and_after_it_the_next_one(pack_id, actor) -> None:
    trainee = actor("trainee")
    first = mocks.start(trainee, pack_id, now=NOW)
    assert mocks.start(trainee, pack_id, now=NOW + timedelta(minutes=5)).id == first.id
    mocks.submit(trainee, first.id, now=NOW + timedelta(minutes=6))
    second = mocks.start(trainee, pack_id, now=NOW + timedelta(minutes=7))
    assert (first.number, second.number) == (1, 2)


def test_a_second_mock_asks_other_items_where_there_are_others(pack_id, actor) -> None:
    trainee = actor("trainee")
    papers = [items_of(taken(trainee, pack_id, right=0, now=NOW + timedelta(days=day))) for day in range(3)]
    assert papers[0].isdisjoint(papers[1])
    assert papers[1].isdisjoint(papers[2])
    assert papers[2].isdisjoint(papers[0]), "all items come before one comes again"


def test_with_no_other_items_a_second_mock_asks_the_same_in_another_order(app, actor) -> None:
    pack_id, trainee = a_batch("trainee", spare=0).pack_version_id, actor("trainee")
    first, second = (taken(trainee, pack_id, right=0, now=NOW + timedelta(days=day)) for day in range(2))
    assert items_of(first) == items_of(second)
    assert first.face != second.face


@BOTH
def test_many_clicks_at_once_start_one_mock(app, actor) -> None:
    pack_id, trainee = a_batch("trainee").pack_version_id, actor("trainee")
    db.session.remove()

    def start(_: int) -> int:
        with app.app_context():
            return mocks.start(trainee, pack_id, now=NOW).id

    with ThreadPoolExecutor(4) as clicks:
        assert len(set(clicks.map(start, range(8)))) == 1
    assert db.session.query(MockExamRow).count() == 1


@BOTH
def test_the_database_itself_refuses_a_second_open_mock(pack_id, actor) -> None:
    row = mocks.start(actor("trainee"), pack_id, now=NOW)
    copied = {name: getattr(row, name) for name in ("person_id", "pack_version_id", "scheme_version_id", "content")}
    copied |= {"face": row.face, "seed": row.seed, "started_at": NOW, "deadline_at": NOW}
    db.session.add(MockExamRow(**copied, number=2))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()
    db.session.add(MockExamRow(**copied, number=2, closed_at=NOW))
    db.session.commit()


def test_too_few_practice_items_are_told_criterion_by_criterion_and_nothing_is_started(app, actor) -> None:
    pack_id, trainee = a_batch("trainee", spare=None).pack_version_id, actor("trainee")
    plan = mocks.get_plan(trainee, pack_id, NOW)
    assert not plan.may_start
    assert [one.ref for one in plan.lacking] == [f"{unit}#PC{n}" for unit in (CORE, SALES) for n in (1, 2)]
    with pytest.raises(mocks.TooFewItems, match=f"{CORE}: PC1, PC2; {SALES}: PC1, PC2"):
        mocks.start(trainee, pack_id, now=NOW)
    assert db.session.query(MockExamRow).count() == 0


def test_items_that_exclude_each_other_are_told_too(app, actor) -> None:
    pack_id, trainee = a_batch("trainee", spare=None).pack_version_id, actor("trainee")
    small_pack.add_practice(small_pack.scheme(), 0, enemies=("asc-n9101-pc1-e1-practice", "asc-n9101-pc2-e1-practice"))
    with pytest.raises(mocks.TooFewItems, match=f"{CORE}: PC1, PC2"):
        mocks.start(trainee, pack_id, now=NOW)


def test_who_has_not_chosen_electives_is_told_so(app, actor) -> None:
    pack_id, trainee = a_batch("trainee", chosen=()).pack_version_id, actor("trainee")
    assert mocks.get_plan(trainee, pack_id, NOW).faults
    with pytest.raises(Conflict, match="not complete yet"):
        mocks.start(trainee, pack_id, now=NOW)


def test_the_extra_time_of_an_assessment_is_given_here_too(app, actor) -> None:
    batch = a_batch("trainee")
    candidate = drawn(actor, batch).candidates[0]
    db.session.get_one(CandidateRow, candidate.id).extra_minutes = 30
    db.session.commit()
    assert mocks.start(actor("trainee"), batch.pack_version_id, now=NOW).deadline_at == NOW + timedelta(minutes=90)


@pytest.mark.parametrize("login", ["trainee2", "trainer", "council"])
def test_only_who_is_trained_for_a_pack_has_its_mock(pack_id, actor, login: str) -> None:
    with pytest.raises(Absent):
        mocks.start(actor(login), pack_id, now=NOW)
    assert mocks.find_offer(actor(login), pack_id) is None


def test_who_dropped_out_starts_no_more(pack_id, actor) -> None:
    trainee = actor("trainee")
    db.session.query(TraineeRow).filter_by(person_id=trainee.person_id).update({"state": TraineeState.DROPPED_OUT})
    with pytest.raises(Absent):
        mocks.start(trainee, pack_id, now=NOW)


def test_answers_are_kept_by_the_rules_of_the_real_exam(pack_id, actor) -> None:
    trainee = actor("trainee")
    row = mocks.start(trainee, pack_id, now=NOW)
    facts = {"device": "tablet", "seq": 1, "number": 1, "now": NOW}
    first = mocks.save_answer(trainee, row.id, place=2, **facts)
    assert mocks.save_answer(trainee, row.id, place=2, **facts) == first
    with pytest.raises(Conflict, match="another answer under the same number"):
        mocks.save_answer(trainee, row.id, place=3, **facts)
    with pytest.raises(Faulty):
        mocks.save_answer(trainee, row.id, **facts | {"seq": 2, "number": 99}, place=1)
    late = row.deadline_at + timedelta(seconds=61)
    with pytest.raises(AttemptClosed):
        mocks.save_answer(trainee, row.id, **facts | {"seq": 3, "now": late}, place=1)
    mocks.submit(trainee, row.id, now=NOW)
    with pytest.raises(AlreadySubmitted):
        mocks.save_answer(trainee, row.id, **facts | {"seq": 4, "now": NOW + timedelta(seconds=1)}, place=1)
    sitting = mocks.sitting_of(mocks.get_own_mock(trainee, row.id))
    assert sittings.answers_of(sitting) == {sitting.items[0].item: sitting.items[0].options[1].id}
    assert db.session.query(MockAnswerEventRow).count() == 3  # what came late is kept


def test_a_receipt_of_a_mock_is_none_of_a_real_exam(pack_id, actor) -> None:
    assert mocks.LOG.receipts != delivery.LOG.receipts


@BOTH
def test_an_abandoned_mock_is_closed_at_its_deadline_with_what_was_saved(pack_id, actor) -> None:
    trainee = actor("trainee")
    row = mocks.start(trainee, pack_id, now=NOW)
    answer(trainee, row, right=1, now=NOW)
    end = row.deadline_at
    assert mocks.close_expired(now=end + timedelta(seconds=30)) == 0
    assert mocks.close_expired(now=end + timedelta(minutes=2)) == 1
    assert mocks.close_expired(now=end + timedelta(minutes=3)) == 0
    db.session.refresh(row)
    assert row.closed_at == end
    assert len(sittings.answers_of(mocks.sitting_of(row))) == len(items_of(row))


def test_the_next_mock_does_not_wait_for_the_sweep(pack_id, actor) -> None:
    trainee = actor("trainee")
    first = mocks.start(trainee, pack_id, now=NOW)
    assert mocks.start(trainee, pack_id, now=LATER).id != first.id


@pytest.mark.parametrize("act", ["get", "answer", "submit"])
def test_somebody_elses_mock_is_absent(pack_id, actor, act: str) -> None:
    row = mocks.start(actor("trainee"), pack_id, now=NOW)
    stranger = actor("trainee-b")
    acts = {
        "get": lambda: mocks.get_own_mock(stranger, row.id),
        "answer": lambda: mocks.save_answer(stranger, row.id, device="x", seq=1, number=1, place=1, now=NOW),
        "submit": lambda: mocks.submit(stranger, row.id, now=NOW),
    }
    with pytest.raises(Absent):
        acts[act]()


def test_home_tells_of_a_mock_while_it_runs(pack_id, actor) -> None:
    trainee = actor("trainee")
    assert mocks.waiting(trainee, NOW) == []
    row = mocks.start(trainee, pack_id, now=NOW)
    (running,) = mocks.waiting(trainee, NOW)
    assert (running.endpoint, running.due) == ("mock.show_paper", row.deadline_at)
    assert mocks.waiting(trainee, LATER) == []


def test_a_mock_is_due_while_none_was_begun_for_a_week(pack_id, actor) -> None:
    trainee = actor("trainee")
    assert mocks.is_due(trainee, pack_id, NOW)
    mocks.start(trainee, pack_id, now=NOW)
    assert not mocks.is_due(trainee, pack_id, NOW + timedelta(days=6))
    assert mocks.is_due(trainee, pack_id, NOW + timedelta(days=8))


def test_no_mock_is_due_for_who_is_not_trained_for_the_pack_or_where_none_can_be_drawn(pack_id, actor) -> None:
    assert not mocks.is_due(actor("trainer"), pack_id, NOW)
    db.session.query(SchemeVersionRow).filter_by(pack_version_id=pack_id).update({"state": ContentState.DRAFT})
    assert not mocks.is_due(actor("trainee"), pack_id, NOW)


def test_a_pack_without_a_scheme_in_force_has_no_mock(pack_id, actor) -> None:
    trainee = actor("trainee")
    assert mocks.find_offer(trainee, pack_id).pack_row.id == pack_id
    db.session.query(SchemeVersionRow).filter_by(pack_version_id=pack_id).update({"state": ContentState.DRAFT})
    assert mocks.find_offer(trainee, pack_id) is None
    with pytest.raises(Absent):
        mocks.get_plan(trainee, pack_id, NOW)
