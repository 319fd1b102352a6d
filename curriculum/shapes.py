"""What is wrong with the shape of a document, in an author's words: each fault of a model at its path."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from curriculum.problems import Problem, did_you_mean, error, quoted
from curriculum.schemas import schema_of

# What a person mends at a time; a file can be made to hold faults by the hundred thousand.
_MOST_FAULTS = 200
_MOST_NAMES_TOLD = 12
# What should stand there, by the beginning of pydantic's name for the fault.
_EXPECTED = (
    ("string_type", "text"),
    ("int", "a whole number"),
    ("bool", "true or false"),
    ("date", "a date such as 2026-11-14"),
    ("tuple", "a list, with `- ` before each entry"),
    ("list", "a list, with `- ` before each entry"),
    ("dict", "names with values, such as `name: value`"),
    ("mapping", "names with values, such as `name: value`"),
    ("model", "names with values, such as `name: value`"),
)
_KEY = "[key]"


def shape_problems(fault: ValidationError, model: type[BaseModel]) -> Iterator[Problem]:
    """The faults that pydantic found, in its order; of very many only the first, and how many are left."""
    for detail in fault.errors(include_url=False)[:_MOST_FAULTS]:
        names = [str(part) for part in detail["loc"] if part != _KEY]
        yield error(".".join(names), _words(detail, model))
    if (left := fault.error_count() - _MOST_FAULTS) > 0:
        yield error("", f"has {left} more faults like these; mend these first")


def unknown_name(name: str, known: Sequence[str]) -> str:
    """That nothing of that name stands here, with the one that was meant, or with all where they are few."""
    meant = did_you_mean(name, known)
    if not meant and 0 < len(known) <= _MOST_NAMES_TOLD:
        meant = f"; known here: {', '.join(known)}"
    return f"unknown name {quoted(name)}{meant}"


def _words(detail: ErrorDetails, model: type[BaseModel]) -> str:
    kind, given, facts = detail["type"], detail["input"], detail.get("ctx", {})
    node = _node(model, detail["loc"])
    match kind:
        case "extra_forbidden":
            around = _node(model, detail["loc"][:-1])
            words = unknown_name(str(detail["loc"][-1]), list(around.get("properties", {})))
        case "missing":
            words = f"is missing{_meaning(node)}"
        case "value_error":
            words = str(facts["error"])
        case "enum" | "literal_error":
            known = re.findall("'([^']*)'", str(facts["expected"]))
            words = f"{_given(given)}; write {_either(known)}{did_you_mean(str(given), known)}"
        case "string_pattern_mismatch":
            words = f"{_given(given)}; {_pattern_words(node)}"
        case _:
            words = _limit_words(kind, facts, given) or _kind_words(kind, given, node)
    return words


def _limit_words(kind: str, facts: Mapping[str, Any], given: object) -> str:
    """What is too little or too much; nothing for faults of another kind."""
    words = ""
    match kind:
        case "greater_than_equal":
            words = f"is {given}; write at least {facts['ge']}"
        case "less_than_equal":
            words = f"is {given}; write at most {facts['le']}"
        case "too_short":
            words = f"has {_entries(facts['actual_length'])}; give at least {facts['min_length']}"
        case "too_long":
            words = f"has {_entries(facts['actual_length'])}; give at most {facts['max_length']}"
        case "string_too_short":
            words = "is empty; write some text"
        case "string_too_long":
            words = f"has {len(str(given))} signs; write at most {facts['max_length']}"
        case "int_parsing_size":
            words = f"{_given(given)}; no number here is so large"
    return words


def _kind_words(kind: str, given: object, node: Mapping[str, Any]) -> str:
    expected = next((words for beginning, words in _EXPECTED if kind.startswith(beginning)), None)
    if expected is None:
        return f"{_given(given)}, which cannot stand here{_meaning(node)}"
    return f"{_given(given)}; write {expected}"


def _entries(count: object) -> str:
    return "no entries" if count == 0 else "1 entry" if count == 1 else f"{count} entries"


def _given(value: object) -> str:
    match value:
        case None | "":
            return "is empty"
        case Mapping():
            return "is a group of names"
        case list() | tuple():
            return "is a list"
    return f"is {quoted(str(value))}"


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _pattern_words(node: Mapping[str, Any]) -> str:
    if examples := node.get("examples"):
        return f"write it like {_either([quoted(str(example)) for example in examples])}"
    return f"it is written in another way{_meaning(node)}"


def _meaning(node: Mapping[str, Any]) -> str:
    """What a name stands for, to add to a sentence."""
    text = str(node.get("description", "")).partition("\n")[0].rstrip(".")
    return f": {text[0].lower() if text[1:2].islower() else text[0]}{text[1:]}" if text else ""


def _node(model: type[BaseModel], path: Sequence[int | str]) -> Mapping[str, Any]:
    """The part of the model's schema that a path of a fault leads to; empty where the schema says nothing."""
    whole = schema_of(model)
    node: Mapping[str, Any] = whole
    before = node
    for part in path:
        before, node = node, _resolved(before if part == _KEY else node, whole)
        if part == _KEY:
            node = node.get("propertyNames") or {"description": node.get("description", "")}
        elif isinstance(part, int):
            node = node.get("items", {})
        else:
            named = node.get("properties", {}).get(part)
            node = named if named is not None else _values_of(node)
    own = {name: node[name] for name in ("description", "examples") if name in node}
    return {**_resolved(node, whole), **own}


def _values_of(node: Mapping[str, Any]) -> Mapping[str, Any]:
    values: object = node.get("additionalProperties") or next(iter(node.get("patternProperties", {}).values()), {})
    return values if isinstance(values, Mapping) else {}


def _resolved(node: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """The node that is meant, past references and past `or nothing`."""
    while True:
        if "$ref" in node:
            node = whole["$defs"][str(node["$ref"]).rpartition("/")[2]]
        elif "anyOf" in node:
            node = next((part for part in node["anyOf"] if part.get("type") != "null"), {})
        else:
            return node
