"""What is wrong with the shape of a document, in an author's words: each fault of a model at its path."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from curriculum.problems import Problem, did_you_mean, error, quoted
from curriculum.schemas import schema_of
from curriculum.words import Message, either

# What a person mends at a time; a file can be made to hold faults by the hundred thousand.
_MOST_FAULTS = 200
_MOST_NAMES_TOLD = 12
# What should stand there, by the beginning of pydantic's name for the fault.
_LIST = Message("a list, with `- ` before each entry")
_GROUP = Message("names with values, such as `name: value`")
_EXPECTED = (
    ("string_type", Message("text")),
    ("int", Message("a whole number")),
    ("bool", Message("true or false")),
    ("date", Message("a date such as 2026-11-14")),
    ("tuple", _LIST),
    ("list", _LIST),
    ("dict", _GROUP),
    ("mapping", _GROUP),
    ("model", _GROUP),
)
_KEY = "[key]"


def shape_problems(fault: ValidationError, model: type[BaseModel]) -> Iterator[Problem]:
    """The faults that pydantic found, in its order; of very many only the first, and how many are left."""
    for detail in fault.errors(include_url=False)[:_MOST_FAULTS]:
        names = [str(part) for part in detail["loc"] if part != _KEY]
        yield error(".".join(names), _words(detail, model))
    left = fault.error_count() - _MOST_FAULTS
    if left == 1:
        yield error("", Message("has 1 more fault like these; mend these first"))
    elif left > 1:
        yield error("", Message("has %(count)s more faults like these; mend these first", {"count": str(left)}))


def unknown_name(name: str, known: Sequence[str]) -> Message:
    """That nothing of that name stands here, with the one that was meant, or with all where they are few."""
    if meant := did_you_mean(name, known):
        return Message("unknown name %(name)s%(meant)s", {"name": quoted(name), "meant": meant})
    if 0 < len(known) <= _MOST_NAMES_TOLD:
        facts = {"name": quoted(name), "names": ", ".join(known)}
        return Message("unknown name %(name)s; known here: %(names)s", facts)
    return Message("unknown name %(name)s", {"name": quoted(name)})


def meaning_of(node: Mapping[str, Any]) -> Message | None:
    """What a name of a schema stands for, as it is put into a sentence."""
    text = str(node.get("description", "")).partition("\n")[0].rstrip(".")
    first = text[:1].lower() if text[1:2].islower() else text[:1]
    return Message(first + text[1:]) if text else None


def told_by(fault: Exception) -> Message:
    """What a model raises where values do not go together: words with facts, or a text."""
    said = next(iter(fault.args), None)
    return said if isinstance(said, Message) else Message("%(fault)s", {"fault": str(fault)})


def meanings_of(model: type[BaseModel]) -> Iterator[Message]:
    """What is said of the names of a model where one is missing or not written as it should be."""
    whole = schema_of(model)
    for part in (whole, *whole.get("$defs", {}).values()):
        for name, node in part.get("properties", {}).items():
            found = _described(node, whole)
            if name in part.get("required", ()) or ("pattern" in found and "examples" not in found):
                yield from filter(None, [meaning_of(found)])


def _words(detail: ErrorDetails, model: type[BaseModel]) -> Message:
    kind, given, facts = detail["type"], detail["input"], detail.get("ctx", {})
    match kind:
        case "extra_forbidden":
            around = _node(model, detail["loc"][:-1])
            return unknown_name(str(detail["loc"][-1]), list(around.get("properties", {})))
        case "missing":
            meaning = meaning_of(_node(model, detail["loc"]))
            return Message("is missing: %(meaning)s", {"meaning": meaning}) if meaning else Message("is missing")
        case "value_error":
            return told_by(facts["error"])
        case "enum" | "literal_error":
            known = re.findall("'([^']*)'", str(facts["expected"]))
            return _write(given, either(known), did_you_mean(str(given), known))
        case "string_pattern_mismatch":
            return _pattern_words(given, _node(model, detail["loc"]))
    return _limit_words(kind, facts, given) or _kind_words(kind, given, _node(model, detail["loc"]))


def _limit_words(kind: str, limits: Mapping[str, Any], given: object) -> Message | None:
    """What is too little or too much; nothing for faults of another kind."""
    words: Message | None = None
    match kind:
        case "greater_than_equal":
            words = Message("is %(given)s; write at least %(least)s", _facts(given=given, least=limits["ge"]))
        case "less_than_equal":
            words = Message("is %(given)s; write at most %(limit)s", _facts(given=given, limit=limits["le"]))
        case "too_short":
            words = _too_few(limits["actual_length"], limits["min_length"])
        case "too_long":
            facts = _facts(count=limits["actual_length"], limit=limits["max_length"])
            words = Message("has %(count)s entries; give at most %(limit)s", facts)
        case "string_too_short":
            words = Message("is empty; write some text")
        case "string_too_long":
            facts = _facts(count=len(str(given)), limit=limits["max_length"])
            words = Message("has %(count)s signs; write at most %(limit)s", facts)
        case "int_parsing_size":
            words = Message("is %(given)s; no number here is so large", _facts(given=quoted(str(given))))
    return words


def _too_few(count: int, least: int) -> Message:
    match count:
        case 0:
            return Message("has no entries; give at least %(least)s", _facts(least=least))
        case 1:
            return Message("has 1 entry; give at least %(least)s", _facts(least=least))
    return Message("has %(count)s entries; give at least %(least)s", _facts(count=count, least=least))


def _facts(**values: object) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def _kind_words(kind: str, given: object, node: Mapping[str, Any]) -> Message:
    expected = next((words for beginning, words in _EXPECTED if kind.startswith(beginning)), None)
    if expected is not None:
        return _write(given, expected)
    if meaning := meaning_of(node):
        facts = {"found": _found(given), "meaning": meaning}
        return Message("%(found)s, which cannot stand here: %(meaning)s", facts)
    return Message("%(found)s, which cannot stand here", {"found": _found(given)})


def _found(value: object) -> Message:
    match value:
        case None | "":
            return Message("is empty")
        case Mapping():
            return Message("is a group of names")
        case list() | tuple():
            return Message("is a list")
    return Message("is %(given)s", {"given": quoted(str(value))})


def _write(given: object, expected: Message | str, meant: Message | str = "") -> Message:
    facts = {"found": _found(given), "expected": expected, "meant": meant}
    return Message("%(found)s; write %(expected)s%(meant)s", facts)


def _pattern_words(given: object, node: Mapping[str, Any]) -> Message:
    if examples := node.get("examples"):
        facts = {"found": _found(given), "examples": either([quoted(str(example)) for example in examples])}
        return Message("%(found)s; write it like %(examples)s", facts)
    if meaning := meaning_of(node):
        facts = {"found": _found(given), "meaning": meaning}
        return Message("%(found)s; it is written in another way: %(meaning)s", facts)
    return Message("%(found)s; it is written in another way", {"found": _found(given)})


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
    return _described(node, whole)


def _described(node: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a node leads to, with what is said of it where it stands."""
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
