"""YAML documents: text to plain values and their places, and frozen models to canonical JSON.

Every scalar stays the text that was written (`1.10`, `012` and `No` survive); the models
say what is a number. A key given twice and an alias are refused.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import rfc8785
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from curriculum.problems import Place, Problem, Severity, error

_Model = TypeVar("_Model", bound=BaseModel)
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_EMPTY = {"", "~", "null"}
# Content is nested six levels deep; the parser's own stack breaks at some thousands.
_DEEPEST = 40
# The largest content file has some thousands.
_MOST_EVENTS = 50_000
# What a person mends at a time; a file can be made to hold faults by the hundred thousand.
_MOST_FAULTS = 200
_LONGEST_NAME = 60


class Content(BaseModel):
    """Base of all that is read from content files: frozen, and unknown names are refused."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed file: its value (text, list, dict or None) and the place of every path."""

    file: str
    value: Any
    places: Mapping[str, Place] = field(default_factory=dict)

    def at(self, problem: Problem) -> Problem:
        """The problem with the place of its path, or of the nearest parent that has one."""
        path = problem.path
        while path not in self.places and path:
            path = path.rpartition(".")[0]
        return replace(problem, place=self.places.get(path, Place(file=self.file)))


def read_document(text: str, file: str = "") -> tuple[Document, list[Problem]]:
    """Parse YAML text. On a fault of syntax the value is None and the problem says where."""
    try:
        if (found := _too_much(text)) is not None:
            message, mark = found
            place = Place(file=file, line=mark.line + 1, column=mark.column + 1)
            return Document(file=file, value=None), [replace(error("", message), place=place)]
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as fault:
        return Document(file=file, value=None), [_syntax_problem(fault, file)]
    places: dict[str, Place] = {"": Place(file=file)}
    problems: list[Problem] = []
    value = None if node is None else _construct(node, "", file, places, problems, set())
    return Document(file=file, value=value, places=places), problems


def read_path(path: Path, shown_as: str | None = None) -> tuple[Document, list[Problem]]:
    """Read and parse one file; text that is not UTF-8 is a problem."""
    file = shown_as or str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        message = f"the file is not UTF-8 text (byte {fault.start}); save it as UTF-8"
        return Document(file=file, value=None), [replace(error("", message), place=Place(file=file))]
    return read_document(text, file)


def validate(document: Document, model: type[_Model]) -> tuple[_Model | None, list[Problem]]:
    """The document as `model`, or None and every fault of shape with its place."""
    if not isinstance(document.value, dict):
        message = f"expected a mapping with {', '.join(sorted(model.model_fields))}"
        return None, [document.at(error("", message))]
    try:
        return model.model_validate(document.value), []
    except ValidationError as fault:
        return None, [document.at(problem) for problem in _shape_problems(fault, model)]


def canonical_json(value: BaseModel | Mapping[str, Any] | list[Any]) -> str:
    """Canonical JSON (RFC 8785) of a content value: what is stored and hashed."""
    plain = value.model_dump(mode="json", exclude_none=True) if isinstance(value, BaseModel) else value
    return rfc8785.dumps(plain).decode()


def sha256(text: str) -> str:
    """Lower-case hex SHA-256 of UTF-8 text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _too_much(text: str) -> tuple[str, Any] | None:
    """What there is too much of, and the mark where it is; walks events, so no stack grows and little is kept."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            return f"is nested more than {_DEEPEST} levels deep; no content is", event.start_mark
        if count > _MOST_EVENTS:
            return f"holds more than {_MOST_EVENTS // 1000} thousand entries; no content does", event.start_mark
    return None


def _construct(
    node: yaml.Node,
    path: str,
    file: str,
    places: dict[str, Place],
    problems: list[Problem],
    seen: set[int],
) -> Any:
    place = Place(file=file, line=node.start_mark.line + 1, column=node.start_mark.column + 1)
    places.setdefault(path, place)
    if isinstance(node, yaml.ScalarNode):
        return None if not node.style and node.value in _EMPTY else node.value
    if id(node) in seen:
        problems.append(
            Problem(
                severity=Severity.ERROR,
                path=path,
                place=place,
                message="aliases (*name) are not read; write the value out",
            )
        )
        return None
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [
            _construct(child, _join(path, str(index)), file, places, problems, seen)
            for index, child in enumerate(node.value)
        ]
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        child_path = _join(path, key)
        here = Place(file=file, line=key_node.start_mark.line + 1, column=key_node.start_mark.column + 1)
        if key in result:
            message = f"`{key}` is given twice; keep one"
            problems.append(Problem(severity=Severity.ERROR, path=child_path, place=here, message=message))
            continue
        places[child_path] = here
        result[key] = _construct(value_node, child_path, file, places, problems, seen)
    return result


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _syntax_problem(fault: yaml.YAMLError, file: str) -> Problem:
    mark = getattr(fault, "problem_mark", None)
    place = Place(file=file, line=mark.line + 1, column=mark.column + 1) if mark else Place(file=file)
    reason = getattr(fault, "problem", None) or str(fault).splitlines()[0]
    return Problem(severity=Severity.ERROR, place=place, message=f"cannot be read as YAML: {reason}")


def _shape_problems(fault: ValidationError, model: type[BaseModel]) -> Iterator[Problem]:
    names, left = _names_of(model), fault.error_count() - _MOST_FAULTS
    for detail in fault.errors(include_url=False, include_context=False, include_input=False)[:_MOST_FAULTS]:
        path = ".".join(str(part) for part in detail["loc"])
        message = detail["msg"]
        if detail["type"] == "extra_forbidden":
            message = _unknown_name(str(detail["loc"][-1]), names)
        elif detail["type"] == "missing":
            message = "is missing"
        yield error(path, message)
    if left > 0:
        yield error("", f"has {left} more faults like these; mend these first")


def _unknown_name(name: str, names: set[str]) -> str:
    close = get_close_matches(name[:_LONGEST_NAME], names, n=1)
    return f"unknown name `{name}`" + (f"; did you mean `{close[0]}`?" if close else "")


def _names_of(model: type[BaseModel]) -> set[str]:
    schema = model.model_json_schema()
    names = set(schema.get("properties", {}))
    for definition in schema.get("$defs", {}).values():
        names |= set(definition.get("properties", {}))
    return names
