"""JSON Schemas of content files, for editors: they allow what an author may write and tell what each name means.

The loader keeps every scalar as text; editors see numbers and true or false. So where our text may look like a number,
as in `version: 1.10`, the schema takes the number too.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# Texts that editors read as numbers.
_NUMBERS = ("0", "1", "12", "1.5")


def author_schema(model: type[BaseModel], *, title: str) -> dict[str, Any]:
    """The schema of a file that holds `model`, by draft 2020-12, in an order that never varies."""
    schema = _loosened(schema_of(model))
    head = {"$schema": DIALECT, "title": title, "description": schema.pop("description", "")}
    schema.pop("title", None)
    return {**head, **schema}


@cache
def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The model's own schema: what the loader takes once every scalar is text."""
    return model.model_json_schema()


def _loosened(node: Any) -> Any:
    """A part of a schema with what editors may make of text."""
    if isinstance(node, list):
        return [_loosened(part) for part in node]
    if not isinstance(node, Mapping):
        return node
    loose = {
        name: {key: _loosened(part) for key, part in value.items()} if name in _BY_NAME else _loosened(value)
        for name, value in node.items()
        if name not in _AS_IS
    }
    loose |= {name: node[name] for name in _AS_IS if name in node}
    return _widened(loose)


# Under these names stand schemas by name; under those, values that are no schemas.
_BY_NAME = ("properties", "$defs", "patternProperties")
_AS_IS = ("enum", "const", "default", "examples", "required", "type")


def _widened(node: dict[str, Any]) -> dict[str, Any]:
    kind = node.get("type")
    if "patternProperties" in node:
        return {**node, "additionalProperties": False}
    if "enum" in node or "const" in node:
        values = [*node.get("enum", [node.get("const")])]
        numbers = [int(value) for value in values if isinstance(value, str) and value.isdecimal()]
        rest = {name: value for name, value in node.items() if name not in {"enum", "const", "type"}}
        return {**rest, "enum": [*values, *numbers]}
    if kind == "integer":
        return {**node, "type": ["integer", "string"], "pattern": r"^[0-9]+$"}
    if kind == "boolean":
        return {**node, "type": ["boolean", "string"], "pattern": "^(true|false|yes|no)$"}
    if kind == "string":
        return {**node, "type": _kinds_of_text(node)}
    return node


def _kinds_of_text(node: Mapping[str, Any]) -> list[str] | str:
    if "format" in node:
        return "string"
    pattern = node.get("pattern")
    if pattern is None:
        return ["string", "number", "boolean"]
    return ["string", "number"] if any(re.search(pattern, number) for number in _NUMBERS) else "string"
