"""JSON Schemas for editors: those in the project are what the models say, and every shipped file names its own."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lms.cli import main
from lms.cli.content_files import shipped_files
from lms.cli.content_kinds import Kind
from lms.cli.schemas import content_schemas
from lms.settings import ROOT

KINDS = [kind for kind in Kind if kind is not Kind.SAMPLE]
EXAMPLES = {
    Kind.PACK: "pack.yaml",
    Kind.UNIT: "ex-q0001-u1.yaml",
    Kind.ITEMS: "items.yaml",
    Kind.TASKS: "tasks.yaml",
    Kind.SCHEME: "scheme.yaml",
    Kind.ROLE: "role.yaml",
}


def schema_of(kind: Kind) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((ROOT / "schemas" / f"{kind}.schema.json").read_text())
    return schema


def test_the_schemas_of_the_project_are_what_the_models_say() -> None:
    there = {path.name: path.read_text() for path in (ROOT / "schemas").iterdir()}
    assert there == content_schemas(), "run ./run schemas write"


def test_the_command_writes_them_anywhere(tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["schemas", "write", str(tmp_path / "new")])
    assert answer.exit_code == 0
    assert {path.name: path.read_text() for path in (tmp_path / "new").iterdir()} == content_schemas()


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    answer = CliRunner().invoke(main, ["schemas", "write", str(tmp_path / "file" / "schemas")])
    assert answer.exit_code == 1
    assert "cannot be written" in answer.output


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_is_described_for_who_points_at_it(kind: Kind) -> None:
    schema = schema_of(kind)
    groups = {schema["title"]: schema, **schema["$defs"]} if "$defs" in schema else {schema["title"]: schema}
    bare = [
        f"{title}.{name}"
        for title, group in groups.items()
        for name, part in group.get("properties", {}).items()
        if not part.get("description")
    ]
    assert bare == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not Kind.LESSON])
def test_every_shipped_file_and_example_names_its_schema_for_editors(kind: Kind) -> None:
    example = [ROOT / "examples" / EXAMPLES[kind]] if kind in EXAMPLES else []
    for path in [*shipped_files([kind]), *example]:
        named = re.search(r"^# yaml-language-server: \$schema=(.+)$", path.read_text(), re.MULTILINE)
        assert named is not None, path
        assert (path.parent / named[1]).resolve() == ROOT / "schemas" / f"{kind}.schema.json", path


def test_numbers_are_taken_where_authors_write_them() -> None:
    pack, items, scheme = schema_of(Kind.PACK), schema_of(Kind.ITEMS)["$defs"]["ItemEntry"], schema_of(Kind.SCHEME)
    assert set(pack["properties"]["version"]["type"]) == {"string", "number"}
    assert set(items["properties"]["version"]["type"]) == {"integer", "string"}
    assert set(items["properties"]["stem"]["type"]) == {"string", "number", "boolean"}
    assert items["properties"]["key"]["type"] == "string"
    assert scheme["properties"]["mark_unit"]["enum"] == ["1", "1/2", "1/4", 1]
