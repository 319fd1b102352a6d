"""The demo: a database of simulated people with something to do for every role."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import click
from flask import Flask
from rich.progress import Progress, SpinnerColumn, TextColumn
from sqlalchemy import func, select

from assessments.results import Outcome
from lms.app import create_app
from lms.clock import now as clock
from lms.extensions import db
from lms.services import accounts, reassessment
from lms.settings import Settings
from lms.simulation import people, road
from lms.tables.assessing import CandidateRow
from lms.tables.marking import ResultRow
from lms.tables.people import PersonRow
from lms.tables.training import TraineeRow

SEED = b"the demo of yogyata"
FINISHED, RUNNING, NEXT = "CRE-01", "CRE-02", "CRE-03"
ABSENT = people.login_of(FINISHED, 7)
VISITORS = (
    ("Council staff: packs, schedule, approve, export", "council"),
    ("Agency staff: accept, draw, verify", "agency"),
    ("Assessor: score practicals on a tablet", "assessor"),
    ("Centre staff: batches, rosters, people", "centre"),
    ("Trainer: follows the batches", "trainer"),
    ("Trainee with an exam open today", people.login_of(RUNNING, 1)),
    ("Trainee in the middle of the lessons", people.login_of(NEXT, 1)),
)


@click.command()
def demo() -> None:
    """Make the demo in an empty database."""
    if not ensure_demo():
        raise click.ClickException("the database has people in it; the demo is only made in an empty one")
    for who, login, password in sign_ins():
        click.echo(f"{who}: {login} / {password}")


def ensure_demo(app: Flask | None = None) -> bool:
    """Make the demo when nobody is in the database; says whether it did."""
    app = app or create_app(Settings.load())
    with app.app_context():
        if db.session.scalar(select(func.count()).select_from(PersonRow)):
            return False
        with Progress(SpinnerColumn(), TextColumn("{task.description}"), transient=True) as progress:
            task = progress.add_task("", total=None)
            for step in _make(clock()):
                progress.update(task, description=step)
    return True


def sign_ins(app: Flask | None = None) -> list[tuple[str, str, str]]:
    """Who can sign in to the demo: what they are, user name, password. Empty where there is no demo."""
    app = app or create_app(Settings.load())
    with app.app_context():
        if not db.session.scalar(
            select(func.count()).select_from(PersonRow).filter_by(login="council", is_simulated=True)
        ):
            return []
        named = [
            *VISITORS,
            ("Trainee with a certificate", _first_with(Outcome.COMPETENT)),
            ("Trainee who may ask for reassessment", _first_with(Outcome.NOT_YET_COMPETENT)),
        ]
    return [(who, login, people.PASSWORD) for who, login in named if login]


def _make(now: datetime) -> Iterator[str]:
    """Make the demo step by step, naming each step before it is done; moments lie around `now`."""
    yield "Organisations and staff"
    place = people.found_place(now - timedelta(days=150))
    yield "A batch that is finished"
    _make_finished(place, now)
    yield "A batch with its exam open"
    _make_running(place, now)
    yield "A batch that still learns"
    _make_next(place, now)


def _make_finished(place: people.Place, now: datetime) -> None:
    days = ((now - timedelta(days=125)).date(), (now - timedelta(days=35)).date())
    batch = people.open_batch(place, FINISHED, "Morning batch, finished", 12, days, now - timedelta(days=126))
    opens = now - timedelta(days=10)
    row = road.schedule(
        place, batch, opens_at=opens, closes_at=opens + timedelta(hours=8), now=opens - timedelta(days=7)
    )
    road.finish(row, seed=SEED, absent=[ABSENT])
    people.let_in(
        [login for login in (_first_with(Outcome.COMPETENT), _first_with(Outcome.NOT_YET_COMPETENT)) if login]
    )
    _ask_again(now - timedelta(days=5))


def _make_running(place: people.Place, now: datetime) -> None:
    days = ((now - timedelta(days=100)).date(), (now - timedelta(days=8)).date())
    batch = people.open_batch(place, RUNNING, "Evening batch, exam open", 10, days, now - timedelta(days=101))
    opens = now - timedelta(minutes=30)
    road.schedule(place, batch, opens_at=opens, closes_at=now + timedelta(days=30), now=opens - timedelta(days=6))
    people.let_in([people.login_of(RUNNING, 1)])


def _make_next(place: people.Place, now: datetime) -> None:
    days = ((now - timedelta(days=70)).date(), (now - timedelta(days=1)).date())
    people.open_batch(place, NEXT, "Weekend batch, to schedule", 8, days, now - timedelta(days=71))
    for number, sections in enumerate((9, 4, 12, 2, 7), start=1):
        road.read_some(people.login_of(NEXT, number), sections, now=now - timedelta(days=10 - number))
    people.let_in([people.login_of(NEXT, 1)])


def _ask_again(now: datetime) -> None:
    """A trainee who failed, and has no sign-in of the demo, asks to be assessed again; the centre agrees."""
    failed = _with(Outcome.NOT_YET_COMPETENT)
    if len(failed) < 2:
        return
    trainee = failed[-1]
    request = reassessment.ask(
        accounts.actor_of(trainee.trainee.person), trainee.id, reason="I have practised the calls again.", now=now
    )
    reassessment.decide(
        people.as_person("centre"),
        request.id,
        level="centre",
        is_accepted=True,
        reason="Attended two weeks of extra practice.",
        now=now + timedelta(days=1),
    )


def _first_with(outcome: Outcome) -> str:
    found = _with(outcome)
    return found[0].trainee.person.login if found else ""


def _with(outcome: Outcome) -> Sequence[CandidateRow]:
    query = select(CandidateRow).join(ResultRow, ResultRow.candidate_id == CandidateRow.id).join(TraineeRow)
    simulated = query.join(PersonRow, PersonRow.id == TraineeRow.person_id).where(PersonRow.is_simulated)
    return db.session.scalars(simulated.where(ResultRow.outcome == outcome).order_by(CandidateRow.id)).all()
