"""The demo's story: the same from the same seed, and something to do for everybody who can sign in."""

import json
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from pydantic import SecretStr
from sqlalchemy import func, select

from assessments.results import Outcome
from lms.app import create_app
from lms.extensions import db
from lms.services import demo_visitors, home, publishing, room
from lms.services.attendance import attendance_of
from lms.services.demo_visitors import Part
from lms.settings import Settings
from lms.simulation import demo
from lms.simulation.people import MARK, as_person
from lms.simulation.tally import Stage, Tally, silent
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, PaperRow, PracticalSheetRow
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.certification import CertificateRow
from lms.tables.marking import PracticalScoreRow, ReassessmentRow, ResultRow
from lms.tables.people import PersonRow
from lms.tables.training import BatchRow

SIZE = 8
FIRST = datetime(2026, 6, 10, 7, 20, tzinfo=UTC)
LATER = datetime(2026, 6, 14, 3, 5, tzinfo=UTC)


def made(folder: Path, seed: str, now: datetime, *, size: int = SIZE, whole: bool = True) -> tuple[Flask, Tally]:
    """A demo in a database of its own, with what was counted; not whole, it ends with the first release."""
    settings = Settings(
        instance=folder, database_url=f"sqlite:///{folder / 'yogyata.db'}", secret_key=SecretStr("for tests only")
    )
    app, tally = create_app(settings), Tally(silent)
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.app_context():
        upgrade()
        publishing.load_shipped(now=now)
        for step in demo.make(seed=seed, size=size, now=now, tally=tally):
            if step.released and not whole:
                break
        db.session.remove()
    return app, tally


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, Tally]:
    """A small demo, made once for all these tests."""
    return made(tmp_path_factory.mktemp("demo"), "a seed", FIRST)


@pytest.fixture
def app(whole: tuple[Flask, Tally]):
    with whole[0].app_context():
        yield whole[0]
        db.session.remove()


def told(app: Flask) -> dict[str, Any]:
    """All of a demo that its seed decides, by candidate number."""
    with app.app_context():
        of_candidates = {"papers": PaperRow, "practicals": PracticalSheetRow, "results": ResultRow}
        found: dict[str, Any] = {
            name: [
                (number, json.loads(content))
                for number, content in db.session.execute(
                    select(CandidateRow.number, table.content)
                    .join(table, table.candidate_id == CandidateRow.id)
                    .order_by(CandidateRow.number)
                )
            ]
            for name, table in of_candidates.items()
        }
        answers = select(CandidateRow.number, AnswerEventRow.seq, AnswerEventRow.item, AnswerEventRow.choice)
        answers = answers.join(AttemptRow, AttemptRow.candidate_id == CandidateRow.id).join(AnswerEventRow)
        found["answers"] = [tuple(row) for row in db.session.execute(answers.order_by(AnswerEventRow.id))]
        scores = select(CandidateRow.number, PracticalScoreRow.ref, PracticalScoreRow.share)
        scores = scores.join(PracticalSheetRow, PracticalSheetRow.candidate_id == CandidateRow.id)
        scores = scores.join(PracticalScoreRow, PracticalScoreRow.sheet_id == PracticalSheetRow.id)
        found["scores"] = [tuple(row) for row in db.session.execute(scores.order_by(PracticalScoreRow.id))]
        found["outcomes"] = [
            tuple(row)
            for row in db.session.execute(
                select(CandidateRow.number, ResultRow.outcome).join(ResultRow).order_by(CandidateRow.number)
            )
        ]
        db.session.remove()
    return found


def test_the_same_seed_makes_the_same_demo_on_another_day_and_another_seed_another(
    whole: tuple[Flask, Tally], tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = told(whole[0])
    again = told(made(tmp_path_factory.mktemp("again"), "a seed", LATER)[0])
    for name, facts in first.items():
        assert facts, name
        assert facts == again[name], name
    other = told(made(tmp_path_factory.mktemp("other"), "another", FIRST, size=4, whole=False)[0])
    assert first["papers"][0] != other["papers"][0]


def test_there_are_two_finished_batches_one_running_two_to_schedule_and_one_in_training(app: Flask) -> None:
    states: dict[str, list[str]] = {}
    for batch, state in db.session.execute(
        select(BatchRow.code, AssessmentRow.state).outerjoin(AssessmentRow, AssessmentRow.batch_id == BatchRow.id)
    ):
        states.setdefault(batch, []).append(state)
    assert states == {
        "CRE-01": [AssessmentState.RELEASED, AssessmentState.VERIFIED],
        "SAE-01": [AssessmentState.RELEASED, AssessmentState.PROPOSED],
        "CRE-02": [AssessmentState.DRAWN],
        "SAE-02": [None],
        "CRE-03": [None],
        "AHS-01": [None],
    }


@pytest.mark.parametrize("batch", ["CRE-01", "SAE-01"])
def test_a_finished_batch_has_passes_failures_an_absence_and_requests(app: Flask, batch: str) -> None:
    of_batch = (
        select(CandidateRow.id)
        .join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
        .join(BatchRow, BatchRow.id == AssessmentRow.batch_id)
        .where(BatchRow.code == batch)
    )
    counted = select(ResultRow.outcome, func.count()).where(ResultRow.candidate_id.in_(of_batch))
    outcomes = dict(db.session.execute(counted.group_by(ResultRow.outcome)).all())
    assert set(outcomes) == {Outcome.COMPETENT, Outcome.NOT_YET_COMPETENT, Outcome.ABSENT}
    assert outcomes[Outcome.ABSENT] == 1
    assert sum(outcomes.values()) == SIZE
    requests = db.session.scalars(select(ReassessmentRow).where(ReassessmentRow.candidate_id.in_(of_batch))).all()
    assert {len(request.steps) for request in requests} == {0, 3}


def test_nobodys_clock_runs_in_the_running_assessment_and_it_stays_open_for_thirty_days(app: Flask) -> None:
    row = db.session.scalars(select(AssessmentRow).join(BatchRow).where(BatchRow.code == "CRE-02")).one()
    numbers = [candidate.id for candidate in row.candidates]
    attempts = select(func.count()).select_from(AttemptRow).where(AttemptRow.candidate_id.in_(numbers))
    assert db.session.scalar(attempts) == 0
    assert row.closes_at - row.opens_at == demo.WINDOW
    assert row.opens_at < FIRST < row.closes_at
    assert [entry.person.login for entry in row.assessors] == ["assessor"]


def test_in_the_batch_in_training_somebody_is_stuck_for_each_reason_and_somebody_is_ready(app: Flask) -> None:
    batch = db.session.scalars(select(BatchRow).filter_by(code="CRE-03")).one()
    found = room.room_of(batch, FIRST)
    reasons = {reason.template for line in found.stuck for reason in line.stuck}
    assert len(reasons) == 3
    assert [line.trainee.person.login for line in found.ready] == ["cre-03-01"]


def test_every_batch_has_registers_by_which_as_many_come_as_before(app: Flask) -> None:
    for batch in db.session.scalars(select(BatchRow)):
        for trainee, attended in zip(batch.trainees, attendance_of(batch.trainees).values(), strict=True):
            assert attended.is_by_register is bool(trainee.attendance)
            if attended.percent is not None:
                assert attended.reaches("70") is (Fraction(trainee.attendance) >= 70)


def test_every_person_is_marked_as_simulated(app: Flask) -> None:
    people = db.session.scalars(select(PersonRow)).all()
    assert len(people) == 6 * SIZE + 7
    assert all(person.is_simulated and person.name.endswith(MARK) for person in people)


def test_what_was_counted_is_what_there_is(app: Flask, whole: tuple[Flask, Tally]) -> None:
    tally = whole[1]
    assert tally.done == tally.expected
    assert tally.done[Stage.ENROLLED] == 6 * SIZE
    assert tally.done[Stage.SAT] == db.session.scalar(select(func.count()).select_from(AttemptRow))
    assert tally.done[Stage.DRAWN] == db.session.scalar(select(func.count()).select_from(PaperRow))


TASKS = {
    Part.COUNCIL: "Approve the mark sheet of A-2026-0002",
    Part.OTHER_COUNCIL: "Schedule the assessment of Weekend batch, seller desk",
    Part.EMPLOYER: "Schedule the assessment of Morning batch, account health",
    Part.AGENCY: "Accept or decline A-2026-0004",
    Part.ASSESSOR: "Score the practicals of batch CRE-02",
    Part.CENTRE: "asks to be assessed again",
    Part.TRAINER: "See who is stuck in Weekend batch, seller desk",
    Part.EXAMINEE: "Theory exam for Customer Relationship Executive",
    Part.LEARNER: "Review: ",
    Part.EMPLOYEE: "Review: ",
    Part.CERTIFIED: "Your result is there: Customer Relationship Executive",
    Part.FAILED: "Your result is there: Customer Relationship Executive",
}


@pytest.mark.parametrize("part", list(Part))
def test_whoever_signs_in_has_what_they_were_told_to_do(app: Flask, part: Part) -> None:
    logins = json.loads(demo_visitors.find_demo().visitors)
    waiting = [str(task.title) for task in home.list_waiting(as_person(logins[part]), FIRST)]
    assert any(TASKS[part] in title for title in waiting), waiting


@pytest.mark.parametrize("part", list(Part))
def test_every_visitor_gets_in_with_the_password_that_is_shown(
    whole: tuple[Flask, Tally], part: Part, app: Flask
) -> None:
    visitor = demo_visitors.list_visitors()[list(Part).index(part)]
    db.session.rollback()
    answer = whole[0].test_client().post("/sign-in", data={"login": visitor.login, "password": visitor.password})
    assert answer.status_code == 302, answer.text


def test_the_certified_trainee_has_a_certificate_and_the_failed_one_may_still_ask(app: Flask) -> None:
    logins = json.loads(demo_visitors.find_demo().visitors)
    held = select(PersonRow.login).join_from(CertificateRow, ResultRow).join(CandidateRow)
    held = held.join(CandidateRow.trainee).join(PersonRow)
    assert logins[Part.CERTIFIED] in db.session.scalars(held).all()
    failed = home.list_waiting(as_person(logins[Part.FAILED]), FIRST)
    assert any(str(task.detail) == "You can ask to be assessed again." for task in failed)
