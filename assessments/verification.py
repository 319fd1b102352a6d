"""Verifying the files of a draw: every paper replayed from the seed, every edit named with its file and place."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from assessments.blueprint import ExamBlueprint
from assessments.choosing import Repair
from assessments.draw_files import (
    BANK,
    BLUEPRINT,
    FILES,
    MANIFEST,
    PAPERS,
    Bank,
    blueprint_text,
    read_bank,
    read_blueprint,
    seal_folder,
)
from assessments.errors import AssessmentError
from assessments.manifest import (
    DrawRecord,
    bank_hash,
    blueprint_from_json,
    blueprint_hash,
    full_manifest,
    roster_hash,
    sealed,
)
from assessments.papers import DrawRequest, draw
from assessments.seeds import DrawInputs, commitments_to, seed_of
from curriculum.documents import canonical_json, lines_of, sha256
from curriculum.problems import Place, Problem, error, has_errors

_MOST = 200  # what is named of one file; an edit of the seed would else name every line of every paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What verifying found: how many papers were replayed (None when they could not be) and every difference."""

    papers: int | None
    manifest_sha256: str
    problems: tuple[Problem, ...]


class _Broken(Exception):
    """The files contradict each other so that nothing can be replayed; the problems say where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = list(problems)


def verify(files: Mapping[str, bytes]) -> Verification:
    """Compare the files of a draw, by name, with what their seed, bank, blueprint and roster make. Never solves."""
    problems = [_at(name, 0, "is missing") for name in FILES if name not in files]
    problems += [_at(name, 0, "is not a file of a draw") for name in sorted(set(files) - set(FILES))]
    if has_errors(problems) and MANIFEST not in files:
        return Verification(papers=None, manifest_sha256="", problems=tuple(problems))
    texts = {name: files[name].decode("utf-8", errors="replace") for name in FILES if name in files}
    problems += [problem for name in texts if (problem := _not_text(name, files[name])) is not None]
    seal = ""
    try:
        manifest = _read_manifest(texts[MANIFEST])
        seal = str(manifest.get("sha256", ""))
        problems += list(_seal_faults(manifest))
        request, bank = _request(manifest, texts)
        made = _replayed(manifest, request, bank)
    except _Broken as fault:
        problems += fault.problems
        problems += _against_manifest(texts, files)
        return Verification(papers=None, manifest_sha256=seal, problems=tuple(_first_of_each(problems)))
    for name in FILES:
        problems += list(_differences(name, texts.get(name, ""), made[name]))
    return Verification(papers=len(request.candidates), manifest_sha256=seal, problems=tuple(_first_of_each(problems)))


def _at(file: str, line: int, message: str, column: int = 0) -> Problem:
    return replace(error("", message), place=Place(file=file, line=line, column=column))


def _first_of_each(problems: Sequence[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))


def _read_manifest(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as fault:
        raise _Broken([_at(MANIFEST, fault.lineno, f"cannot be read as JSON: {fault.msg}", fault.colno)]) from fault
    if not isinstance(value, dict):
        raise _Broken([_at(MANIFEST, 1, "is not a manifest")])
    return value


def _seal_faults(manifest: Mapping[str, Any]) -> Iterator[Problem]:
    try:
        rest = sealed(manifest)["sha256"]
    except (ValueError, TypeError, RecursionError) as fault:
        raise _Broken([_at(MANIFEST, 0, f"cannot be hashed: {fault}")]) from fault
    if rest != manifest.get("sha256"):
        yield _at(MANIFEST, 0, f"was edited: its content has the SHA-256 {rest}, it says {manifest.get('sha256')}")


def _request(manifest: Mapping[str, Any], texts: Mapping[str, str]) -> tuple[DrawRequest, Bank]:
    """What was drawn from, if bank, blueprint and manifest agree on it; raises _Broken with every fault."""
    faults: list[Problem] = []
    blueprint, _, problems = read_blueprint(texts.get(BLUEPRINT, ""), BLUEPRINT)
    faults += [problem for problem in problems if has_errors([problem])]
    bank, problems = read_bank(texts.get(BANK, ""), BANK)
    faults += [problem for problem in problems if has_errors([problem])]
    faults += list(_bank_differences(manifest, texts.get(BANK, "")))
    faults += list(_blueprint_differences(manifest, texts.get(BLUEPRINT, ""))) if blueprint is None else []
    try:
        inputs = manifest["inputs"]
        if sha256(canonical_json(inputs)) != manifest["inputs_sha256"]:
            faults.append(_at(MANIFEST, 0, "inputs: are not those the papers were drawn from (inputs_sha256)"))
        request = DrawRequest(
            blueprint=blueprint or ExamBlueprint(cells=(), minutes=0),
            items=bank.items,
            candidates=tuple(inputs["candidates"]),
            seed=bytes.fromhex(inputs["seed"]),
            taken=frozenset(inputs["taken"]),
            met={name: frozenset(items) for name, items in inputs["met"].items()},
            exposed=inputs["exposed"],
            neighbours=tuple((one, other) for one, other in inputs["neighbours"]),
            most_alike=inputs["most_alike"],
            repairs=tuple(
                Repair(row=one["row"], items=tuple(one["items"]), solver=one["solver"]) for one in manifest["repairs"]
            ),
        )
        if blueprint is not None:
            faults += list(_hash_faults(manifest, request, bank))
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise _Broken([*faults, _at(MANIFEST, 0, f"lacks what the papers are replayed from: {fault}")]) from fault
    if faults:
        raise _Broken(faults)
    return request, bank


def _bank_differences(manifest: Mapping[str, Any], text: str) -> Iterator[Problem]:
    known = manifest.get("items")
    if not isinstance(known, dict):
        return
    hashes = {str(value.get("sha256")) for value in known.values() if isinstance(value, dict)}
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if (line or number < len(lines)) and sha256(line) not in hashes:
            yield _at(BANK, number, "is not the item that was drawn from (its hash is not in the manifest)")


def _blueprint_differences(manifest: Mapping[str, Any], text: str) -> Iterator[Problem]:
    """Which lines of the blueprint are not those that the manifest's copy of it makes."""
    try:
        known = manifest["blueprint"]
        if sha256(canonical_json(known)) == manifest["blueprint_sha256"]:
            yield from _differences(BLUEPRINT, text, blueprint_text(blueprint_from_json(known)))
    except (KeyError, TypeError, ValueError, AttributeError):
        return


def _not_text(name: str, content: bytes) -> Problem | None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as fault:
        return _at(name, content[: fault.start].count(b"\n") + 1, f"is not UTF-8 text (byte {fault.start})")
    return None


def _hash_faults(manifest: Mapping[str, Any], request: DrawRequest, bank: Bank) -> Iterator[Problem]:
    """Where what stands in the files is not what the manifest's hashes name."""
    found = {
        "bank_sha256": bank_hash(bank.items, bank.hashes),
        "blueprint_sha256": blueprint_hash(request.blueprint),
        "roster_sha256": roster_hash(request.candidates),
    }
    for name, file, what in (
        ("bank_sha256", BANK, "items"),
        ("blueprint_sha256", BLUEPRINT, "blueprint"),
        ("roster_sha256", MANIFEST, "candidates"),
    ):
        if found[name] != manifest[name]:
            if file == BLUEPRINT:
                yield from _blueprint_differences(manifest, blueprint_text(request.blueprint))
            yield _at(file, 0, f"is not of the {what} that the papers were drawn from ({name})")
    secrets = manifest["inputs"]["secrets"]
    if secrets is not None:
        agency, council = (bytes.fromhex(secret) for secret in secrets)
        inputs = DrawInputs(
            bank=manifest["bank_sha256"], blueprint=manifest["blueprint_sha256"], roster=manifest["roster_sha256"]
        )
        if seed_of(inputs, agency=agency, council=council) != request.seed:
            yield _at(MANIFEST, 0, "inputs.seed: is not the seed that the two secrets make")
        if commitments_to(agency=agency, council=council).as_json() != manifest["commitments"]:
            yield _at(MANIFEST, 0, "commitments: are not those to the two secrets")


def _replayed(manifest: Mapping[str, Any], request: DrawRequest, bank: Bank) -> dict[str, str]:
    try:
        drawn = draw(request)
    except (AssessmentError, ValueError) as fault:
        raise _Broken([_at(MANIFEST, 0, f"nothing can be drawn from these inputs: {fault}")]) from fault
    secrets = manifest["inputs"]["secrets"]
    record = DrawRecord(
        assessment=manifest.get("assessment", ""),
        item_hashes=bank.hashes,
        scheme=manifest.get("scheme"),
        secrets=None if secrets is None else (bytes.fromhex(secrets[0]), bytes.fromhex(secrets[1])),
    )
    made = full_manifest(record, drawn)
    # Earlier sessions and practicals are not among the files; what is told of them rests on the manifest's own hash.
    made["overlap"]["earlier"] = manifest.get("overlap", {}).get("earlier", [])
    made |= {name: manifest[name] for name in ("practicals", "tasks_sha256") if name in manifest}
    return seal_folder(made, drawn, bank)


def _differences(name: str, text: str, made: str) -> Iterator[Problem]:
    """Where a file is not the one that was made, line by line, with what differs on it."""
    if text == made:
        return
    lines, others = text.split("\n"), made.split("\n")
    first, last = _alike(lines, others), _alike(lines[::-1], others[::-1])
    # What is alike at both ends is left out, so that a line break more does not name all lines after it.
    last = min(last, min(len(lines), len(others)) - first)
    lines, others = lines[first : len(lines) - last], others[first : len(others) - last]
    different = [pair for pair in enumerate(zip_longest(lines, others), start=first + 1) if pair[1][0] != pair[1][1]]
    for number, (line, other) in different[:_MOST]:
        if line is None or other is None:
            yield _at(
                name, number, "lacks a line that the draw makes" if line is None else "the draw makes no such line"
            )
            continue
        column = _alike(line, other)
        yield _at(name, number, _difference(name, line, other, column), column + 1)
    if len(different) > _MOST:
        yield _at(name, 0, f"differs on {len(different)} lines; the first {_MOST} are named")


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How far two rows are the same from their start."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _difference(name: str, line: str, made: str, column: int) -> str:
    if name == PAPERS:
        return _paper_difference(line, made)
    return f"is {_around(line, column)}, the draw makes {_around(made, column)}"


def _around(line: str, column: int) -> str:
    start = max(column - 20, 0)
    return repr(line[start : column + 30].strip().encode("utf-8", errors="replace").decode())


def _paper_difference(line: str, made: str) -> str:
    """Which paper, which line of it, and what differs."""
    if not made:
        return "the draw makes no such line"
    drawn = json.loads(made)
    who = f"the paper of {drawn['paper']}"
    try:
        found = json.loads(line)
        for number, (one, other) in enumerate(zip(found["lines"], drawn["lines"], strict=False), start=1):
            for field in other:
                if one.get(field) != other[field]:
                    return f"{who}, line {number}: {field} is {one.get(field)!r}, the draw gives {other[field]!r}"
        for field in ("paper", "face_hash"):
            if found.get(field) != drawn[field]:
                return f"{who}: {field} is {found.get(field)!r}, the draw gives {drawn[field]!r}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"{who}: cannot be read; it was edited"
    return f"{who}: is not written as the draw writes it"


def _against_manifest(texts: Mapping[str, str], raw: Mapping[str, bytes]) -> list[Problem]:
    """What can be said of papers and files by the manifest's hashes alone, where nothing can be replayed."""
    try:
        manifest = _read_manifest(texts[MANIFEST])
        known = {one["candidate"]: one["sha256"] for one in manifest["papers"]}
        files = dict(manifest["files"])
    except (_Broken, KeyError, TypeError):
        return []
    problems = []
    for name in texts:
        if name != MANIFEST and name in files and hashlib.sha256(raw[name]).hexdigest() != files[name]:
            problems.append(_at(name, 0, "is not the file that was drawn (its hash is not the one in the manifest)"))
    for number, line in enumerate(lines_of(texts.get(PAPERS, "")), start=1):
        try:
            paper = json.loads(line)
            if known.get(paper["paper"]) != paper["face_hash"]:
                problems.append(_at(PAPERS, number, f"the paper of {paper['paper']}: its hash is not in the manifest"))
        except (ValueError, KeyError, TypeError):
            problems.append(_at(PAPERS, number, "cannot be read; it was edited"))
    return problems
