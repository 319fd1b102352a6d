"""JSON Schemas of the content files, written for editors."""

import json
from pathlib import Path
from typing import Any

import click

from curriculum.schemas import author_schema
from lms.cli.content_kinds import SHAPES, Kind


@click.group()
def schemas() -> None:
    """JSON Schemas of the content files, for editors that complete and check while one types."""


@schemas.command("write")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default="schemas")
def write(folder: Path) -> None:
    """Write a schema for each kind of file into FOLDER, by default `schemas` where you stand."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, schema in content_schemas().items():
            (folder / name).write_text(schema, encoding="utf-8")
    except OSError as fault:
        raise click.ClickException(f"{fault.filename} cannot be written ({fault.strerror})") from fault
    click.echo(f"{len(content_schemas())} schemas are in {folder}")


def content_schemas() -> dict[str, str]:
    """The text of each schema, by the name of its file."""
    return {
        f"{kind}.schema.json": _text(author_schema(shape.model, title=shape.title))
        for kind, shape in SHAPES.items()
        if kind is not Kind.SAMPLE
    }


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
