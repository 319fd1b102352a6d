"""Recompute bundles: all that an assessment's results rest on as one ZIP of plain files, written and read back.

The layout stands in `docs/contracts.md`.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from assessments.attempt_times import AttemptTime, event_from_json, time_from_json
from assessments.errors import BundleFaulty
from assessments.exam_time import AnswerEvent
from assessments.marks import from_text
from assessments.model import AssessmentScheme, Cell, Component
from assessments.papers import Paper, paper_from_json
from assessments.results import CarriedUnit, Outcome, Result, result_from_json, score_from, score_json
from assessments.rulings import ItemVersion, Ruling, ruling_from_json
from assessments.words import Message
from curriculum.documents import canonical_json, lines_of
from curriculum.uploads import UNREADABLE_ZIP

FORMAT = "yogyata-recompute/2"
READABLE = ("yogyata-recompute/1", FORMAT)  # the first one told of an attempt's time only its deadline
INDEX, SCHEME = "bundle.json", "scheme.json"
LINES = (
    "candidates.jsonl",
    "papers.jsonl",
    "answers.jsonl",
    "keys.jsonl",
    "shares.jsonl",
    "rulings.jsonl",
    "results.jsonl",
)
MOST_BYTES = 1 << 30
_MADE = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever it is made
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class RightOption:
    """The key of an item as a bundle has it: the right option and no more."""

    right: str

    def is_right(self, chosen: str | None) -> bool:
        """Whether the chosen option is the key; no answer is not right."""
        return chosen == self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class BundledCandidate:
    """A candidate by number: the status that settled the outcome, if one did, and the time of the attempt, if one was.

    `chosen` are the electives and options taken, `carried` the units that an earlier result keeps.
    """

    candidate: str
    status: Outcome | None
    time: AttemptTime | None
    chosen: tuple[str, ...]
    carried: Mapping[str, CarriedUnit]


@dataclass(frozen=True, slots=True, kw_only=True)
class BundledAnswers:
    """All answer events of a candidate, and the answers that were taken to count, by item."""

    candidate: str
    events: tuple[AnswerEvent, ...]
    counting: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What was read. `changed` names the files that are not those the index was made for."""

    assessment: str
    is_specimen: bool
    sha256: str
    scheme: AssessmentScheme
    candidates: Mapping[str, BundledCandidate]
    papers: Mapping[str, Paper]
    answers: Mapping[str, BundledAnswers]
    keys: Mapping[ItemVersion, RightOption]
    shares: Mapping[str, Mapping[str, Any]]
    rulings: tuple[Ruling, ...]
    results: Mapping[str, Result]
    changed: tuple[str, ...]


def bundle_bytes(
    index: Mapping[str, Any], scheme: AssessmentScheme, files: Mapping[str, Iterable[Mapping[str, Any]]]
) -> Iterator[bytes]:
    """The ZIP piece by piece: the same bytes for the same values.

    `files` gives the lines of every name in LINES, in order of candidates, items or rulings; they are read once, one
    after the other. The index comes last, since it holds the SHA-256 of each file before it.
    """
    out = _Pieces()
    hashes: dict[str, str] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in [(SCHEME, iter([canonical_json(scheme)])), *((n, _written(files[n])) for n in LINES)]:
            digest = hashlib.sha256()
            with archive.open(_entry(name), "w") as file:
                for line in lines:
                    digest.update(line.encode() + b"\n")
                    file.write(line.encode() + b"\n")
                    yield from out.taken()
            hashes[name] = digest.hexdigest()
        archive.writestr(_entry(INDEX), canonical_json({**index, "format": FORMAT, "files": hashes}) + "\n")
    yield from out.taken()


def read_bundle(path: Path) -> Bundle:
    """The bundle in a file; raises BundleFaulty with every fault that keeps it from being read."""
    texts = _texts(path)
    faults: list[Message] = []
    index = _value(INDEX, texts[INDEX], _index, faults) or {}
    scheme = _value(SCHEME, texts[SCHEME], AssessmentScheme.model_validate_json, faults)
    keyed: dict[str, dict[Any, Any]] = {
        name: _by_name(name, texts[name], read, faults) for name, read in _READERS.items()
    }
    if faults or scheme is None:
        raise BundleFaulty(*faults)
    listed = index["files"]
    return Bundle(
        assessment=str(index["assessment"]),
        is_specimen=index["specimen"] is True,
        sha256=hashlib.sha256(texts[INDEX].encode()).hexdigest(),
        scheme=scheme,
        candidates=keyed["candidates.jsonl"],
        papers=keyed["papers.jsonl"],
        answers=keyed["answers.jsonl"],
        keys=keyed["keys.jsonl"],
        shares=keyed["shares.jsonl"],
        rulings=tuple(keyed["rulings.jsonl"].values()),
        results=keyed["results.jsonl"],
        changed=tuple(
            name for name in (SCHEME, *LINES) if listed.get(name) != hashlib.sha256(texts[name].encode()).hexdigest()
        ),
    )


def _candidate(value: Mapping[str, Any]) -> tuple[str, BundledCandidate]:
    status = value["status"]
    return value["candidate"], BundledCandidate(
        candidate=value["candidate"],
        status=None if status is None else Outcome(status),
        time=time_from_json(value["deadline"], value.get("time")),
        chosen=tuple(value["chosen"]),
        carried={unit: _carried(kept) for unit, kept in value["carried"].items()},
    )


def carried_json(kept: CarriedUnit) -> dict[str, Any]:
    """A carried unit as plain JSON values: its marks, and the hash of the inputs they were decided on."""
    scores = [
        {"ref": cell.ref, "component": cell.component.value, **score_json(score)} for cell, score in kept.scores.items()
    ]
    return {"source": kept.source, "scores": scores}


def _carried(value: Mapping[str, Any]) -> CarriedUnit:
    scores = {Cell(entry["ref"], Component(entry["component"])): score_from(entry) for entry in value["scores"]}
    return CarriedUnit(scores=scores, source=value["source"])


def _paper(value: Mapping[str, Any]) -> tuple[str, Paper]:
    paper = paper_from_json(value)
    return paper.candidate, paper


def _answers(value: Mapping[str, Any]) -> tuple[str, BundledAnswers]:
    return value["candidate"], BundledAnswers(
        candidate=value["candidate"],
        events=tuple(map(event_from_json, value["events"])),
        counting=dict(value["counting"]),
    )


def _key(value: Mapping[str, Any]) -> tuple[ItemVersion, RightOption]:
    return (value["item"], value["version"]), RightOption(right=value["right"])


def _shares(value: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    return value["candidate"], {ref: from_text(share) for ref, share in value["shares"].items()}


def _ruling(value: Mapping[str, Any]) -> tuple[tuple[str, int, int], Ruling]:
    ruling = ruling_from_json(value)
    return (ruling.item, ruling.version, ruling.number), ruling


def _result(value: Mapping[str, Any]) -> tuple[str, Result]:
    result = result_from_json(value)
    return result.candidate, result


_READERS: Mapping[str, Callable[[Mapping[str, Any]], tuple[Any, Any]]] = {
    "candidates.jsonl": _candidate,
    "papers.jsonl": _paper,
    "answers.jsonl": _answers,
    "keys.jsonl": _key,
    "shares.jsonl": _shares,
    "rulings.jsonl": _ruling,
    "results.jsonl": _result,
}


def _index(text: str) -> Mapping[str, Any]:
    value = json.loads(text)
    if value["format"] not in READABLE:
        raise ValueError(f"the format is {value['format']!r}; {' and '.join(READABLE)} are read here")
    if not {"assessment", "specimen"} <= set(value) or not isinstance(value["files"], dict):
        raise ValueError("assessment, specimen and files are needed")
    return dict(value)


def _value(name: str, text: str, read: Callable[[str], _Value], faults: list[Message]) -> _Value | None:
    """What the text says; what keeps it from being read is added to the faults with its place."""
    try:
        return read(text)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        facts = {"place": name, "fault": _in_words(fault)}
        faults.append(Message("%(place)s: %(fault)s", facts))
    return None


def _by_name(
    name: str, text: str, read: Callable[[Mapping[str, Any]], tuple[Any, Any]], faults: list[Message]
) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for number, line in enumerate(lines_of(text), start=1):
        pair = _value(f"{name}:{number}", line, lambda text: read(json.loads(text)), faults)
        if pair is None:
            continue
        if pair[0] in found:
            facts = {"place": f"{name}:{number}", "name": str(pair[0])}
            faults.append(Message("%(place)s: %(name)s is given twice", facts))
        found[pair[0]] = pair[1]
    return found


def _in_words(fault: Exception) -> str:
    if isinstance(fault, KeyError):
        return f"{fault.args[0]} is missing"
    return str(fault).partition("\n")[0][:200] or type(fault).__name__


def _texts(path: Path) -> dict[str, str]:
    """The files of the archive as text; how much comes out is counted, since an archive may lie about it."""
    names, left = (INDEX, SCHEME, *LINES), MOST_BYTES
    texts: dict[str, str] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            if missing := [name for name in names if name not in archive.namelist()]:
                raise BundleFaulty(Message("not in the bundle: %(names)s", {"names": ", ".join(missing)}))
            for name in names:
                with archive.open(name) as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise BundleFaulty(Message("the bundle holds more than any assessment does"))
                try:
                    texts[name] = content.decode()
                except UnicodeDecodeError as fault:
                    facts = {"file": name, "byte": str(fault.start)}
                    raise BundleFaulty(Message("%(file)s is not UTF-8 text (byte %(byte)s)", facts)) from fault
    except UNREADABLE_ZIP as fault:
        facts = {"fault": str(fault)[:200] or type(fault).__name__}
        raise BundleFaulty(Message("this is not a bundle that can be read: %(fault)s", facts)) from fault
    return texts


def _written(lines: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    return (canonical_json(dict(line)) for line in lines)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _MADE)
    entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
    return entry


class _Pieces(RawIOBase):
    """A file that keeps only what was not taken yet."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held.append(bytes(data))
        return len(data)

    def taken(self) -> Iterator[bytes]:
        held, self._held = self._held, []
        if piece := b"".join(held):
            yield piece
