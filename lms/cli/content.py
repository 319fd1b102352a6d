"""Checks of content files: every fault at once, with its place."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from assessments.scheme import check_scheme, load_scheme, scheme_path
from assessments.tasks import check_tasks, load_tasks, tasks_path
from curriculum.checks import check_pack
from curriculum.lessons import check_lesson, load_lesson
from curriculum.loading import file_stem, load_pack, shipped_packs
from curriculum.model import NosUnit, QualificationPack
from curriculum.problems import Problem, Severity
from question_bank.checks import check_items
from question_bank.loading import items_path, load_items

LESSONS = Path(__file__).parents[1] / "lessons"


@click.command()
@click.argument("units", nargs=-1)
def check(units: tuple[str, ...]) -> None:
    """Check all shipped content, or only that of the named UNITS (ASC/N1105)."""
    _report([*_pack_problems(), *_unit_problems(units)])


@click.group()
def pack() -> None:
    """Qualification packs as files."""


@pack.command("check")
def pack_check() -> None:
    """Check the shipped packs; oddities of the printed text are warnings."""
    _report(list(_pack_problems()))


def _pack_problems() -> Iterator[Problem]:
    for path in shipped_packs():
        loaded, problems = load_pack(path)
        yield from problems
        if loaded is not None:
            yield from check_pack(loaded)
            yield from _scheme_of(loaded)


def _scheme_of(loaded: QualificationPack) -> Iterator[Problem]:
    scheme, document, problems = load_scheme(scheme_path(loaded.code))
    yield from problems
    if scheme is not None:
        yield from (document.at(problem) for problem in check_scheme(scheme, loaded))


def _unit_problems(only: tuple[str, ...]) -> Iterator[Problem]:
    for path in shipped_packs():
        loaded, _ = load_pack(path)
        for unit in loaded.units if loaded else ():
            if not only or unit.code in only:
                yield from _items_of(unit)
                yield from _tasks_of(unit)
                yield from _lessons_of(unit)


def _items_of(unit: NosUnit) -> Iterator[Problem]:
    entries, document, problems = load_items(items_path(unit.code))
    yield from problems
    if entries is not None:
        yield from (document.at(problem) for problem in check_items(entries, unit))


def _tasks_of(unit: NosUnit) -> Iterator[Problem]:
    tasks, document, problems = load_tasks(tasks_path(unit.code))
    yield from problems
    if tasks is not None:
        yield from (document.at(problem) for problem in check_tasks(tasks, unit))


def _lessons_of(unit: NosUnit) -> Iterator[Problem]:
    for path in sorted((LESSONS / file_stem(unit.code)).glob("*.md")):
        lesson, problems = load_lesson(path)
        yield from problems
        if lesson is not None:
            yield from check_lesson(lesson, unit)


def _report(problems: list[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem))
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    click.echo(f"{errors} errors, {len(problems) - errors} warnings")
    sys.exit(1 if errors else 0)
