"""Commands on the published text of a framework's skill: read from a file, and published on the site's database."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from curriculum.documents import read_bytes
from curriculum.framework_files import import_file
from curriculum.framework_import import Imported, Origin, as_yaml
from curriculum.framework_layout import LAYOUTS, Part
from curriculum.frameworks import FrameworkSkill, load_skill, skill_stem
from curriculum.problems import has_errors
from curriculum.published.files import MOST_BYTES
from lms import pdf_texts
from lms.cli.content_files import shown
from lms.cli.fault_formats import as_text

_FILE = click.argument("file", type=click.Path(path_type=Path))


@click.command("import")
@_FILE
@click.option("--language", type=click.Choice(sorted(LAYOUTS)), help="The language of the text; else it is found out.")
@click.option("-o", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write the skill as YAML there.")
@click.option("--source", help="Where the text is from; by default the name of the file.")
@click.option("--licence", default="", help="Who may use the text, and how; by default this site alone.")
@click.option("--edition", help="Which edition of the framework it is.")
@click.option("--json", "as_json", is_flag=True, help="Print the skill, every line with what it became, and problems.")
def import_text(  # noqa: PLR0917 -- each is an option
    file: Path,
    language: str | None,
    folder: Path | None,
    source: str | None,
    licence: str,
    edition: str | None,
    as_json: bool,
) -> None:
    """Read the published text of a skill from FILE, whole: each word is in the skill or in a line that a problem names.

    FILE is text or a PDF. It stays with you: nothing is sent anywhere, and it is published only by `framework publish`
    or on the site.
    Exits with 1 when the text is not that of a skill.
    """
    found = _read(file, Origin(source=source or file.name, licence=licence, edition=edition), language)
    if found.skill is not None and folder is not None:
        _write(found.skill, folder)
    click.echo(_as_json(found) if as_json else _as_text(found))
    sys.exit(0 if found.skill is not None else 1)


@click.command("publish")
@_FILE
def publish(file: Path) -> None:
    """Publish a skill on the site's database: FILE is YAML, as `framework import` writes it.

    The same skill again changes nothing; other words become the next version.
    """
    skill, _, problems = load_skill(file, shown(file))
    if skill is None or has_errors(problems):
        raise click.ClickException(as_text(problems))
    number = _published(skill)
    click.echo(f"{skill.code} in {skill.language} is published, version {number}")


def _read(file: Path, origin: Origin, language: str | None) -> Imported:
    content, problems = read_bytes(file, shown(file), MOST_BYTES)
    if content is None:
        return Imported(skill=None, lines=(), problems=tuple(problems))
    return import_file(content, shown(file), origin, language, pdf_texts.pdf_text)


def _write(skill: FrameworkSkill, folder: Path) -> None:
    path = folder / f"{skill_stem(skill.code, skill.language)}.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(as_yaml(skill), encoding="utf-8")
    except OSError as fault:
        raise click.ClickException(f"{fault.filename} cannot be written ({fault.strerror})") from fault
    click.echo(f"{path} is written", err=True)


def _as_text(found: Imported) -> str:
    if found.skill is None:
        return as_text(found.problems)
    skill = found.skill
    parts = Counter(line.part for line in found.lines)
    levels = ", ".join(str(number) for number in skill.numbers)
    counts = [
        f"{skill.code} {skill.name} ({skill.language}), {skill.framework}",
        f"{len(skill.levels)} levels: {levels}",
        f"{len(skill.guidance.activities)} activities, {len(skill.related)} related skills",
        f"{len(found.lines)} lines with words: {parts[Part.HEADING]} headings, {parts[Part.STRANGE]} left out",
    ]
    return "\n".join([*counts, as_text(found.problems)])


def _as_json(found: Imported) -> str:
    lines = [{"line": line.number, "part": line.part, "path": line.path, "text": line.text} for line in found.lines]
    problems = [
        {"line": one.place.line, "severity": one.severity, "path": one.path, "message": str(one.message)}
        for one in found.problems
    ]
    skill: dict[str, Any] | None = found.skill.model_dump(mode="json") if found.skill else None
    return json.dumps({"skill": skill, "lines": lines, "problems": problems}, ensure_ascii=False, indent=2)


def _published(skill: FrameworkSkill) -> int:
    from sqlalchemy.exc import DBAPIError

    from lms.app import create_app
    from lms.clock import now
    from lms.services import framework_uploads
    from lms.settings import Settings, SettingsFaulty

    try:
        with create_app(Settings.load()).app_context():
            return framework_uploads.publish_skill(None, skill, now=now()).number
    except SettingsFaulty as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except DBAPIError as fault:
        reason = str(fault.orig).splitlines()[0]
        message = f"The database cannot be used ({reason}). If it has no tables yet: ./run database upgrade"
        raise click.ClickException(message) from fault
