"""YAML documents: text to plain values and their places, and frozen models to canonical JSON.

Every scalar stays the text that was written (`1.10`, `012` and `No` survive); the models
say what is a number. A key given twice and an alias are refused.
"""

import errno
import hashlib
import json
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import rfc8785
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from curriculum.problems import Place, Problem, error, quoted
from curriculum.shapes import shape_problems
from curriculum.syntax import find_forbidden, place_of, syntax_problem
from curriculum.words import Message

_Model = TypeVar("_Model", bound=BaseModel)
_FASTEST: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_EMPTY = {"", "~", "null"}
_BEGINS, _ENDS = (yaml.SequenceStartEvent, yaml.MappingStartEvent), (yaml.SequenceEndEvent, yaml.MappingEndEvent)
# Content is nested six levels deep; the parser's own stack breaks at some thousands.
_DEEPEST = 40
# The largest content file has some thousands of entries and a hundred thousand bytes.
_MOST_EVENTS = 50_000
_MOST_BYTES = 2_000_000
_REFUSALS = {
    errno.ENOENT: "is not there, or is a link to a file that is not there",
    errno.ELOOP: "is a link that leads back to itself; put the file in its place",
    errno.EACCES: "may not be read by you; change who may read it",
}
# Integers that every reader of JSON gives back exactly.
_SAFE = 2**53 - 1
# The standard encoder orders names by character, RFC 8785 by 16-bit unit: the same but for these characters.
_BEYOND_16_BITS = re.compile("[\ud800-\udfff\U00010000-\U0010ffff]")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False)


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
        path = problem.at or problem.path
        while path not in self.places and path:
            path = path.rpartition(".")[0]
        return replace(problem, place=self.places.get(path, Place(file=self.file, line=1, column=1)))


def read_document(text: str, file: str = "") -> tuple[Document, list[Problem]]:
    """Parse YAML text. On a fault of syntax the value is None and the problem says where."""
    if (found := find_forbidden(text, file) or _too_much(text, file)) is not None:
        return Document(file=file, value=None), [found]
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as fault:
        return Document(file=file, value=None), [syntax_problem(fault, text, file)]
    reading = _Reading(file)
    value = None if node is None else reading.value_of(node, "")
    return Document(file=file, value=value, places=reading.places), reading.problems


def read_path(path: Path, shown_as: str | None = None) -> tuple[Document, list[Problem]]:
    """Read and parse one file; a file that cannot be read, or is not UTF-8 text, is a problem."""
    file = shown_as or str(path)
    text, problems = read_text(path, file)
    return (Document(file=file, value=None), problems) if text is None else read_document(text, file)


def read_text(path: Path, file: str) -> tuple[str | None, list[Problem]]:
    """The text of one file, its lines ended as in `decode_text`; or None and why it cannot be read."""
    content, problems = read_bytes(path, file)
    return (None, problems) if content is None else decode_text(content, file)


def read_bytes(path: Path, file: str, most: int = _MOST_BYTES) -> tuple[bytes | None, list[Problem]]:
    """What one file holds, or None and why it cannot be read."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None, [_at_top(file, "is no file that holds text, but a folder or a device")]
        with path.open("rb") as opened:
            content = opened.read(most + 1)
    except OSError as fault:
        return None, [_at_top(file, _REFUSALS.get(fault.errno or 0, f"cannot be read ({fault.strerror})"))]
    if len(content) > most:
        return None, [_at_top(file, f"is larger than {most // 1_000_000} MB; no content is")]
    return content, []


def decode_text(content: bytes, file: str) -> tuple[str | None, list[Problem]]:
    r"""Bytes as text, without a byte order mark and with `\n` at the end of lines; or None and what is wrong."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None, [_at_top(file, Message("is not UTF-8 text but UTF-16; save it as UTF-8"))]
    if b"\0" in content:
        return None, [
            _at_top(file, Message("is not UTF-8 text but another kind of file, such as a PDF, a picture or a workbook"))
        ]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        before = content[: fault.start].decode("utf-8-sig", errors="replace")
        words = Message("is not UTF-8 text from here on; save it as UTF-8")
        return None, [error("", words, place=place_of(before, len(before), file))]
    return text.replace("\r\n", "\n").replace("\r", "\n"), []


def validate(document: Document, model: type[_Model]) -> tuple[_Model | None, list[Problem]]:
    """The document as `model`, or None and every fault of shape with its place."""
    if not isinstance(document.value, dict):
        return None, [document.at(error("", _nothing_in(document, model)))]
    try:
        return model.model_validate(document.value), []
    except ValidationError as fault:
        return None, [document.at(problem) for problem in shape_problems(fault, model)]


def _nothing_in(document: Document, model: type[BaseModel]) -> Message:
    names = ", ".join(f"`{name}`" for name, part in model.model_fields.items() if part.is_required())
    if document.value is None:
        return Message("is empty; here belong at least %(names)s", {"names": names})
    return Message("holds no `name: value`; here belong at least %(names)s", {"names": names})


def canonical_json(value: BaseModel | Mapping[str, Any] | list[Any]) -> str:
    """Canonical JSON (RFC 8785) of a content value: what is stored and hashed."""
    plain = value.model_dump(mode="json", exclude_none=True) if isinstance(value, BaseModel) else value
    if _is_simple(plain):
        text = _ENCODER.encode(plain)
        if text.isascii() or not _BEYOND_16_BITS.search(text):
            return text
    return rfc8785.dumps(plain).decode()


def _is_simple(value: Any) -> bool:
    """Whether the standard encoder writes this as RFC 8785 does: no floats, no large integers, names that are texts."""
    kind = type(value)
    if kind is dict:
        # Most of content is texts (words of an enumeration are): a call for each would take longer than writing them.
        return all(type(name) is str and (isinstance(held, str) or _is_simple(held)) for name, held in value.items())
    if kind is list or kind is tuple:
        return all(isinstance(held, str) or _is_simple(held) for held in value)
    return isinstance(value, str) or kind is bool or value is None or (kind is int and -_SAFE <= value <= _SAFE)


def lines_of(text: str) -> list[str]:
    r"""The lines of a file of JSON lines, which end with `\n` alone: a text in them may hold U+2028 or U+0085."""
    return text.removesuffix("\n").split("\n") if text else []


def sha256(text: str) -> str:
    """Lower-case hex SHA-256 of UTF-8 text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _too_much(text: str, file: str) -> Problem | None:
    """What there is too much of, and where; walks events, so no stack grows and little is kept."""
    depth = 0
    try:
        for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
            kind = type(event)
            depth += (kind in _BEGINS) - (kind in _ENDS)
            if depth > _DEEPEST:
                deep = Message("is nested more than %(levels)s levels deep; no content is", {"levels": str(_DEEPEST)})
                return error("", deep, place=_place(event.start_mark, file))
            if count > _MOST_EVENTS:
                facts = {"thousands": str(_MOST_EVENTS // 1000)}
                long = Message("holds more than %(thousands)s thousand entries; no content does", facts)
                return error("", long, place=_place(event.start_mark, file))
    except yaml.YAMLError as fault:
        return syntax_problem(fault, text, file)
    return None


class _Loader(_FASTEST):  # type: ignore[misc]
    """The fastest loader without what says which values are numbers or flags: the models do."""

    def descend_resolver(self, current_node: object, current_index: object) -> None:
        """Nothing is resolved on the way down."""

    def ascend_resolver(self) -> None:
        """Nor on the way up."""

    def resolve(self, kind: object, value: object, implicit: object) -> str:  # noqa: ARG002
        """Every node has the same tag, which nobody asks for."""
        return "tag:yaml.org,2002:str"


class _Reading:
    """One walk over a parsed file, from nodes to plain values, their places and what is wrong with them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.places: dict[str, Place] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def value_of(self, node: yaml.Node, path: str) -> Any:
        """The node as text, list, dict or None."""
        if path not in self.places:  # what has a name has the place of its name
            self.places[path] = _place(node.start_mark, self.file)
        if self._is_alias(node, path):
            return None
        if isinstance(node, yaml.ScalarNode):
            return None if not node.style and node.value in _EMPTY else node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.value_of(child, _join(path, str(index))) for index, child in enumerate(node.value)]
        return self._mapping(node.value, path)

    def _is_alias(self, node: yaml.Node, path: str) -> bool:
        if id(node) in self._seen:
            words = Message("aliases (`*name`) are not read; write the value out")
            self.problems.append(error(path, words, place=_place(node.start_mark, self.file)))
            return True
        self._seen.add(id(node))
        return False

    def _mapping(self, pairs: list[tuple[yaml.Node, yaml.Node]], path: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in pairs:
            here = _place(key_node.start_mark, self.file)
            if not isinstance(key_node, yaml.ScalarNode):
                words = Message("a list or a group stands where a name should")
                self.problems.append(error(path, words, place=here))
                continue
            if self._is_alias(key_node, path):
                continue
            key = str(key_node.value)
            child_path = _join(path, key)
            if key in result:
                words = Message("%(name)s is given twice; keep one", {"name": quoted(key)})
                self.problems.append(error(child_path, words, place=here))
                continue
            self.places[child_path] = here
            result[key] = self.value_of(value_node, child_path)
        return result


def _place(mark: Any, file: str) -> Place:
    return Place(file=file, line=mark.line + 1, column=mark.column + 1)


def _at_top(file: str, message: Message | str) -> Problem:
    return error("", message, place=Place(file=file, line=1, column=1))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
