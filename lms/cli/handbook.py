"""The command that prints the handbook of a unit from files."""

from pathlib import Path

import click

from curriculum.lessons import Lesson
from curriculum.loading import load_pack, shipped_packs
from curriculum.model import NosUnit, QualificationPack
from lms import printing
from lms.catalogues import languages
from lms.cli.content_files import read_content, shipped_files
from lms.cli.content_kinds import Kind
from lms.web.learning.handbook import FOLDER, handbook_html


@click.command()
@click.argument("unit")
@click.option("--language", default="en", show_default=True, help="The language of lessons that are in it.")
@click.option("-o", "output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The PDF to write.")
def handbook(unit: str, language: str, output: Path) -> None:
    """Print all lessons of the UNIT (ASC/N1105) that come with the software as one PDF."""
    if language not in languages():
        raise click.BadParameter(f"{language} is none of {', '.join(languages())}", param_hint="--language")
    pack, found = _unit_of(unit.upper())
    lessons = _lessons_of(found, language)
    try:
        content = printing.print_pdf(handbook_html(pack, found, lessons, language), FOLDER)
    except printing.PrintingUnavailable as fault:
        raise click.ClickException(str(fault)) from fault
    output.write_bytes(content)
    others = sum(lesson.header.language != language for lesson in lessons)
    told = f", {others} of them not in {language} yet" if others else ""
    click.echo(f"{output}: {len(lessons)} lessons of {found.code}{told}, {len(content) // 1024} KiB")


def _unit_of(code: str) -> tuple[QualificationPack, NosUnit]:
    """The unit and the first pack that it is in; raises UsageError."""
    packs = [pack for path in shipped_packs() if (pack := load_pack(path)[0]) is not None]
    for pack in packs:
        for unit in pack.units:
            if unit.code == code:
                return pack, unit
    known = ", ".join(sorted({unit.code for pack in packs for unit in pack.units}))
    raise click.UsageError(f"there is no unit {code}; there are {known}")


def _lessons_of(unit: NosUnit, language: str) -> list[Lesson]:
    """The unit's lessons in order, each in the language if it is in it; raises ClickException for one with faults."""
    found: dict[str, dict[str, Lesson]] = {}
    for path in shipped_files([Kind.LESSON], [unit.code]):
        file = read_content(path, kind=Kind.LESSON)
        if file is None or file.value is None:
            raise click.ClickException(f"{path} has faults; yogyata lesson check {unit.code} tells them")
        header = file.value.header
        found.setdefault(header.slug, {})[header.language] = file.value
    if not found:
        raise click.ClickException(f"{unit.code} has no lesson")
    chosen = [editions.get(language) or next(iter(editions.values())) for editions in found.values()]
    return sorted(chosen, key=lambda lesson: (lesson.header.position, lesson.header.slug))
