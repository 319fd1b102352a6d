"""The demo: a database of simulated people with something to do for every role, made anew when asked for."""

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import Enum, auto
from pathlib import Path

import click
from flask import Flask
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from sqlalchemy import func, inspect, select

from assessments.results import Outcome
from lms import printing
from lms.app import create_app
from lms.cli.database import clear, load_content, upgrade
from lms.cli.demo_files import DemoFiles, Folder
from lms.cli.occupancy import InUse, hold
from lms.cli.presses import Presses
from lms.clock import now as clock
from lms.extensions import db
from lms.jobs.queue import wake
from lms.services import demo_visitors
from lms.settings import ROOT, Settings, SettingsFaulty
from lms.simulation import demo as story
from lms.simulation.tally import Listener, Stage, Tally, silent
from lms.tables.assessing import CandidateRow
from lms.tables.certification import CertificateRow
from lms.tables.demo import DemoRow
from lms.tables.marking import ResultRow
from lms.tables.people import PersonRow
from lms.tables.training import BatchRow

IN_USE = "A site runs on {instance}, or its demo is being made. Stop that first, then start again."
NOT_EMPTY = "the database has people in it; the demo is only made in an empty one"
IS_DEMO = f"{NOT_EMPTY} (this is a demo: --fresh makes it anew)"
NOT_A_DEMO = "the database has people in it and is not marked as a demo. --fresh replaces only a demo; nothing changed"


class Standing(Enum):
    """What is in the database, as far as a demo is concerned."""

    EMPTY = auto()
    DEMO = auto()
    UNFINISHED_DEMO = auto()
    PEOPLE = auto()


@click.command()
@click.option("--fresh", is_flag=True, help="Replace the demo that is there; a database that is no demo stays.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=ROOT / "demo",
    show_default="demo/ beside the code",
    help="Folder for booklets, mark sheets, certificates and exports.",
)
@click.option("--seed", default=story.SEED, show_default=True, help="The same seed makes the same demo.")
@click.option(
    "--size", default=story.SIZE, show_default=True, type=click.IntRange(4, 30), help="Trainees of each batch."
)
def demo(*, fresh: bool, output: Path, seed: str, size: int) -> None:
    """Make the demo in an empty database, and a folder of what it prints."""
    began = time.monotonic()
    folder = Folder(output)
    folder.check()
    os.umask(0o077)
    try:
        settings = Settings.load()
    except SettingsFaulty as fault:
        raise click.ClickException(str(fault)) from fault
    app = create_app(settings)
    try:
        with hold(settings.instance, alone=True):
            _require_free(look(app), fresh=fresh)
            folder.begin()
            make(app, seed=seed, size=size, folder=folder)
    except InUse as fault:
        raise click.ClickException(IN_USE.format(instance=settings.instance)) from fault
    summarise(app, folder, time.monotonic() - began)


def ensure_demo(app: Flask | None = None) -> bool:
    """Make the demo where nobody is in the database, or one was broken off; says whether it did.

    Nothing is printed here, so that the site starts soon: its worker prints the certificates.
    """
    settings = Settings.load() if app is None else app.config["SETTINGS"]
    app = app or create_app(settings)
    if look(app) in {Standing.DEMO, Standing.PEOPLE}:
        return False
    try:
        with hold(settings.instance, alone=True):
            if look(app) in {Standing.DEMO, Standing.PEOPLE}:
                return False
            for job in make(app, seed=story.SEED, size=story.SIZE):
                wake(settings, job)
    except InUse as fault:
        raise click.ClickException(IN_USE.format(instance=settings.instance)) from fault
    return True


def sign_ins(app: Flask | None = None) -> list[tuple[str, str, str, str]]:
    """Who can sign in to the demo: what they are, what to do there, user name, password. Empty where there is none."""
    app = app or create_app(Settings.load())
    with app.app_context():
        visitors = demo_visitors.list_visitors()
        return [(str(row.who), str(row.task), row.login, row.password) for row in visitors]


def look(app: Flask) -> Standing:
    """What is in the database; it is left as it is, also where its tables are older than the code."""
    with app.app_context(), db.engine.connect().execution_options(sqlite_begin="DEFERRED") as connection:
        tables = set(inspect(connection).get_table_names())
        if DemoRow.__tablename__ in tables:
            finished = connection.execute(select(DemoRow.finished_at).order_by(DemoRow.id.desc())).first()
            if finished is not None:
                return Standing.DEMO if finished[0] else Standing.UNFINISHED_DEMO
        has_people = PersonRow.__tablename__ in tables and connection.scalar(select(PersonRow.id).limit(1)) is not None
        return Standing.PEOPLE if has_people else Standing.EMPTY


def make(app: Flask, *, seed: str, size: int, folder: Folder | None = None) -> list[int]:
    """Make the demo in a database that is empty or holds a demo; returns the jobs that print certificates.

    With a folder they are printed here, and everything else that goes into it.
    """
    if look(app) is not Standing.EMPTY:
        clear(app)
    upgrade(app)
    load_content(app)
    jobs = []
    with app.app_context(), _collecting_seldom(), _shown() as listen:
        tally = Tally(listen)
        with _press(app, folder) as presses:
            files = DemoFiles(folder, presses, tally, clock()) if folder and presses else None
            for step in story.make(seed=seed, size=size, now=clock(), tally=tally):
                if listen is silent:
                    click.echo(f"{step.words}.")
                if step.job is not None:
                    jobs.append(step.job)
                if files:
                    files.follow(step)
            if files:
                files.finish()
    return jobs


def summarise(app: Flask, folder: Folder, seconds: float) -> None:
    """Print what there is now, and who can sign in."""
    with app.app_context():
        outcomes = dict(db.session.execute(select(ResultRow.outcome, func.count()).group_by(ResultRow.outcome)).all())
        batches, candidates, certificates = (
            db.session.scalar(select(func.count()).select_from(table))
            for table in (BatchRow, CandidateRow, CertificateRow)
        )
    click.echo(f"\nThe demo is there: {batches} batches, {candidates} candidates.")
    click.echo(
        f"Results: {outcomes.get(Outcome.COMPETENT, 0)} competent, "
        f"{outcomes.get(Outcome.NOT_YET_COMPETENT, 0)} not yet competent, {outcomes.get(Outcome.ABSENT, 0)} absent; "
        f"{certificates} certificates."
    )
    if printing.missing_libraries():
        click.echo("No PDF was printed, for want of libraries: see ./run doctor")
    click.echo(f"{folder.count()} files are in {folder.path}. It took {seconds:.0f} seconds.\n")
    show_sign_ins(sign_ins(app))


def show_sign_ins(people: list[tuple[str, str, str, str]]) -> None:
    """Print who can sign in, as a table; nothing where nobody can."""
    if not people:
        return
    lines = [("Sign in as", "To do there", "Login", "Password"), *people]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        click.echo("  " + "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def _require_free(standing: Standing, *, fresh: bool) -> None:
    """Refuse what must not be replaced, before anything is touched."""
    if standing is Standing.PEOPLE:
        raise click.ClickException(NOT_A_DEMO if fresh else NOT_EMPTY)
    if standing is Standing.DEMO and not fresh:
        raise click.ClickException(IS_DEMO)


def _press(app: Flask, folder: Folder | None) -> AbstractContextManager[Presses | None]:
    """Presses where something is to be printed and can be."""
    if folder is None or printing.missing_libraries():
        return nullcontext()
    return Presses(app.config["SETTINGS"])


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Have Python look for unused cycles seldom: so many rows are held that each look takes long and finds little."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _shown() -> Iterator[Listener]:
    """Bars with counts on a terminal; elsewhere nobody is told of every single thing."""
    console = Console()
    if not console.is_terminal:
        yield silent
        return
    columns = (TextColumn("{task.description:<30}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        yield _bars(progress)


def _bars(progress: Progress) -> Callable[[Stage, int, int], None]:
    tasks: dict[Stage, TaskID] = {}

    def listen(stage: Stage, done: int, expected: int) -> None:
        if stage not in tasks:
            tasks[stage] = progress.add_task(stage.value, total=None)
        progress.update(tasks[stage], completed=done, total=expected)

    return listen
