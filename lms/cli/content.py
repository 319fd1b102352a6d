"""Commands that check content files: every fault at once, with its place, as text, JSON or for GitHub."""

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click

from curriculum.problems import Problem, Severity, did_you_mean
from lms.cli.content_checks import check_content, in_order, lacking
from lms.cli.content_files import ContentFile, find_files, read_content, shipped_files
from lms.cli.content_kinds import Kind
from lms.cli.fault_formats import FORMATS
from lms.cli.framework import import_text, publish
from lms.cli.handbook import handbook
from lms.cli.pack_diff import diff
from lms.cli.pack_import import import_pack
from lms.cli.roles import show_role

_CODE = re.compile(r"[A-Za-z0-9]{1,10}/[A-Za-z0-9./-]{1,30}")
_Command = Callable[..., None]


def _checking(command: _Command) -> click.Command:
    """The arguments and options that every check has."""
    how = click.option(
        "--format", "shown_as", type=click.Choice(list(FORMATS)), default="text", help="How faults are told."
    )
    oddities = click.option(
        "--warnings/--no-warnings", default=True, help="Whether oddities that are no errors are told; they are."
    )
    paths = click.argument("paths", nargs=-1)
    return click.command()(paths(how(oddities(command))))


@_checking
def check(paths: tuple[str, ...], shown_as: str, warnings: bool) -> None:
    """Check all content that comes with the software, or the PATHS: files, folders, codes of units or packs.

    Exits with 1 when there are errors, with 2 when a path is not there.
    """
    _run(paths, tuple(Kind), shown_as, warnings)


@click.group()
def pack() -> None:
    """Qualification packs with their units, as files."""


@click.group()
def bank() -> None:
    """The question bank as files: the items of each unit."""


@click.group()
def task() -> None:
    """Practical tasks and rubrics as files."""


@click.group()
def lesson() -> None:
    """Lessons as files."""


@click.group()
def role() -> None:
    """Job roles as files: duties, and what of packs and skills shows them."""


@click.group()
def framework() -> None:
    """Skills of frameworks with levels of responsibility, as files."""


@click.group()
def scheme() -> None:
    """Assessment schemes as files."""


def _add(group: click.Group, words: str, *kinds: Kind) -> None:
    def check_kind(paths: tuple[str, ...], shown_as: str, warnings: bool) -> None:
        _run(paths, kinds, shown_as, warnings)

    check_kind.__doc__ = f"Check {words} that come with the software, or of the PATHS: files, folders or codes."
    group.add_command(_checking(check_kind), "check")


_add(pack, "the packs and units", Kind.PACK, Kind.UNIT)
_add(bank, "the items", Kind.ITEMS)
_add(task, "the practical tasks", Kind.TASKS)
_add(lesson, "the lessons", Kind.LESSON)
_add(role, "the job roles", Kind.ROLE)
_add(scheme, "the schemes", Kind.SCHEME)
_add(framework, "the skills of frameworks", Kind.FRAMEWORK)
lesson.add_command(handbook)
role.add_command(show_role)
framework.add_command(import_text)
framework.add_command(publish)
pack.add_command(diff)
pack.add_command(import_pack)


def _run(given: Sequence[str], kinds: tuple[Kind, ...], shown_as: str, warnings: bool) -> None:
    codes, paths = _codes_and_paths(given)
    problems: list[Problem] = []
    files: list[ContentFile] = []
    if paths:
        found = find_files(paths)
        problems += found.problems
        files += _read(found.paths, kinds)
    if codes or not given:
        needed = kinds if Kind.PACK in kinds else (*kinds, Kind.PACK)  # packs tell what there should be
        files += _read(dict.fromkeys(shipped_files(needed, codes or None), True), ())
        problems += lacking(kinds, files)
    problems = in_order([*problems, *check_content(files, kinds)])
    told = problems if warnings else [problem for problem in problems if problem.severity is Severity.ERROR]
    click.echo(FORMATS[shown_as](told))
    sys.exit(1 if any(problem.severity is Severity.ERROR for problem in problems) else 0)


def _read(paths: dict[Path, bool], kinds: tuple[Kind, ...]) -> Iterable[ContentFile]:
    """The files read. A file that was named itself is of the one kind that the command is about."""
    only = kinds[0] if len(kinds) == 1 else None
    files = (read_content(path, named=named, kind=only if named else None) for path, named in paths.items())
    return [file for file in files if file is not None]


def _codes_and_paths(given: Sequence[str]) -> tuple[set[str], list[Path]]:
    """Codes with those of a pack's units, and paths; raises UsageError for what is neither."""
    codes: set[str] = set()
    paths: list[Path] = []
    shipped: dict[str, list[str]] | None = None
    for text in given:
        path = Path(text)
        if path.is_symlink() or path.exists():
            paths.append(path)
            continue
        shipped = _shipped_codes() if shipped is None else shipped
        if not _CODE.fullmatch(text) or text.upper() not in shipped:
            meant = did_you_mean(text, list(shipped))
            raise click.UsageError(f"there is no file or folder {text}, and no unit or pack of that code{meant}")
        codes |= {text.upper(), *shipped[text.upper()]}
    return codes, paths


def _shipped_codes() -> dict[str, list[str]]:
    """The codes of shipped packs and units, each with the codes that come with it."""
    files = [read_content(path) for path in shipped_files([Kind.PACK, Kind.UNIT])]
    codes: dict[str, list[str]] = {}
    for file in files:
        if file is not None and file.value is not None:
            of_pack = [code for _, code in file.value.units.each()] if file.kind is Kind.PACK else []
            codes[file.value.code] = of_pack
    return codes
