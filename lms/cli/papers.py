"""Papers as files: drawn from a pack or a bank, and verified by drawing them again. No database, no web."""

import json
import os
import secrets
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict, Unpack

import click

from assessments.bank import bank_of
from assessments.blueprint import ExamBlueprint, blueprint_of, nodes_of
from assessments.draw_files import (
    FILES,
    MANIFEST,
    PAPERS,
    Bank,
    bank_from,
    read_bank,
    read_blueprint,
    seal_folder,
)
from assessments.errors import AssessmentError
from assessments.manifest import (
    DrawRecord,
    Earlier,
    bank_hash,
    blueprint_hash,
    draw_and_prove,
    roster_hash,
    scheme_json,
)
from assessments.model import AssessmentScheme, MarksStatus
from assessments.papers import DrawRequest, in_a_row
from assessments.scheme import load_scheme, scheme_path
from assessments.seeds import SECRET_BYTES, DrawInputs, commitment_to, seed_of
from assessments.verification import verify
from curriculum.documents import lines_of
from curriculum.loading import load_pack, shipped_packs
from curriculum.model import QualificationPack
from curriculum.problems import has_errors
from question_bank.loading import face_of, items_path, load_items
from question_bank.model import ItemFace

MOST_PAPERS = 1_000_000


class Refused(click.ClickException):
    """Nothing was written; every fault stands on a line of its own."""

    def __init__(self, faults: Sequence[object]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))

    def show(self, file: Any = None) -> None:  # noqa: ARG002 -- click names the argument
        click.echo(self.message, err=True)


class _Given(TypedDict):
    pack_code: str | None
    units: tuple[str, ...]
    bank_path: Path | None
    blueprint_path: Path | None
    count: str
    seed: str | None
    agency_secret: Path | None
    council_secret: Path | None
    earlier: tuple[Path, ...]
    lower_worst_pair: bool
    output: Path
    force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Material:
    """What the papers are drawn from; `notes` are said and stop nothing."""

    name: str
    blueprint: ExamBlueprint
    bank: Bank
    scheme: Mapping[str, str] | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """What earlier draws used."""

    sessions: tuple[Earlier, ...] = ()
    exposed: Mapping[str, int] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()


FILE = click.Path(path_type=Path)


@click.group()
def papers() -> None:
    """Papers as files: draw them, and prove them."""


@papers.command("draw")
@click.option("--pack", "pack_code", metavar="CODE", help="A shipped pack, with its scheme and items.")
@click.option("--unit", "units", multiple=True, metavar="CODE", help="Only these units of the pack.")
@click.option("--bank", "bank_path", type=FILE, help="A bank of your own, a JSON line an item.")
@click.option("--blueprint", "blueprint_path", type=FILE, help="Its blueprint.")
@click.option("--candidates", "--papers", "count", required=True, metavar="N", help="How many papers.")
@click.option("--seed", metavar="HEX", help="The seed; the same seed makes the same papers.")
@click.option("--agency-secret", type=FILE, help="Instead of a seed: the agency's secret file,")
@click.option("--council-secret", type=FILE, help="and the council's.")
@click.option("--earlier", multiple=True, type=FILE, help="A folder drawn before, to differ from.")
@click.option("--lower-worst-pair", is_flag=True, help="Exchange items until the most alike papers differ more.")
@click.option("-o", "--output", required=True, type=FILE, help="A folder that is new or empty.")
@click.option("--force", is_flag=True, help="Replace a folder of an earlier draw.")
def papers_draw(**given: Unpack[_Given]) -> None:
    """Draw N different papers into a folder, with bank (faces only), blueprint, and the manifest that proves them."""
    faults: list[object] = list(_option_faults(given))
    count = _count(given["count"], faults)
    material = _material(given, faults)
    before = _before(given["earlier"], faults)
    secret = _secrets(given, faults)
    if faults or material is None:
        raise Refused(faults)
    for note in material.notes:
        click.echo(note, err=True)
    names = tuple(f"C{number:0{max(len(str(count)), 4)}}" for number in range(1, count + 1))
    request = DrawRequest(
        blueprint=material.blueprint,
        items=material.bank.items,
        candidates=names,
        seed=_seed(given["seed"], secret, material, names),
        taken=before.taken,
        exposed=before.exposed,
        neighbours=in_a_row(names),
        most_alike=0 if given["lower_worst_pair"] else None,
    )
    record = DrawRecord(
        assessment=material.name,
        item_hashes=material.bank.hashes,
        scheme=material.scheme,
        secrets=secret,
        earlier=before.sessions,
    )
    _say(f"Drawing {count} papers and comparing every pair …")
    try:
        drawn, manifest = draw_and_prove(request, record)
    except AssessmentError as fault:
        raise Refused(fault.messages) from fault
    _say("Writing …")
    texts = seal_folder(manifest, drawn, material.bank)
    _write(given["output"], texts)
    for line in _summary(given["output"], json.loads(texts[MANIFEST])):
        click.echo(line)


@papers.command("verify")
@click.argument("folder", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def papers_verify(folder: Path, as_json: bool) -> None:
    """Draw every paper of a folder again and name whatever differs; nothing differs: exit 0, else 1."""
    if not folder.is_dir():
        raise Refused([f"{folder} is not a folder"])
    found = verify({path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()})
    if as_json:
        problems = [
            {"file": one.place.file, "line": one.place.line, "column": one.place.column, "message": str(one.message)}
            for one in found.problems
        ]
        value = {"papers": found.papers, "manifest_sha256": found.manifest_sha256, "problems": problems}
        click.echo(json.dumps(value, indent=1, ensure_ascii=False))
    else:
        for problem in found.problems:
            click.echo(str(problem))
        if not found.problems:
            click.echo(f"{found.papers} papers drawn again: every byte is the same.")
            click.echo(f"Manifest {found.manifest_sha256}: compare it with the one that was published.")
    sys.exit(1 if found.problems else 0)


@papers.command("secret")
@click.argument("file", type=FILE)
def papers_secret(file: Path) -> None:
    """Write a new secret into FILE and print the commitment to publish before the draw."""
    secret = secrets.token_bytes(SECRET_BYTES)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise Refused([f"{file}: {fault.strerror}; a secret is never written over another"]) from fault
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(f"{secret.hex()}\n")
    click.echo(f"Commitment: {commitment_to(secret)}")


def _say(words: str) -> None:
    if sys.stderr.isatty():
        click.echo(words, err=True)


def _option_faults(given: _Given) -> Iterator[str]:
    if (given["pack_code"] is None) == (given["bank_path"] is None):
        yield "give --pack CODE, or --bank FILE with --blueprint FILE"
    if given["bank_path"] is not None and given["blueprint_path"] is None:
        yield "--bank needs --blueprint FILE"
    if given["units"] and given["pack_code"] is None:
        yield "--unit is for a pack"
    both = (given["agency_secret"] is None, given["council_secret"] is None)
    if both not in {(True, True), (False, False)}:
        yield "give both --agency-secret and --council-secret"
    if (given["seed"] is None) == all(both):
        yield "give --seed HEX, or the two secrets"
    if given["seed"] is not None and not _is_hex(given["seed"]):
        yield f"--seed: {given['seed']!r} is not hexadecimal; write pairs of 0-9 and a-f"
    yield from _output_faults(given["output"], given["force"])


def _is_hex(text: str) -> bool:
    digits = set("0123456789abcdefABCDEF")
    return bool(text) and len(text) % 2 == 0 and set(text) <= digits


def _output_faults(output: Path, force: bool) -> Iterator[str]:
    if output.exists() and not output.is_dir():
        yield f"{output} is a file, not a folder"
    elif output.is_dir() and (names := {path.name for path in output.iterdir()}):
        if not force:
            yield f"{output} is not empty; --force replaces an earlier draw"
        elif strangers := sorted(names - set(FILES)):
            yield f"{output} holds more than a draw ({', '.join(strangers[:5])}) and is not replaced"


def _count(text: str, faults: list[object]) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:10]) <= MOST_PAPERS or len(text) > 10:
        faults.append(f"--candidates: {text!r} is not a number of papers, from 1 to {MOST_PAPERS}")
        return 0
    return int(text)


def _material(given: _Given, faults: list[object]) -> _Material | None:
    if given["pack_code"] is not None:
        return _material_of_pack(given["pack_code"], given["units"], faults)
    if given["bank_path"] is None or given["blueprint_path"] is None:
        return None
    blueprint_text, bank_text = (_read(path, faults) for path in (given["blueprint_path"], given["bank_path"]))
    if blueprint_text is None or bank_text is None:
        return None
    blueprint, cells, problems = read_blueprint(blueprint_text, str(given["blueprint_path"]))
    bank, more = read_bank(bank_text, str(given["bank_path"]), cells or None)
    faults += [problem for problem in (*problems, *more) if has_errors([problem])]
    if blueprint is None or has_errors([*problems, *more]):
        return None
    notes = tuple(str(problem) for problem in more)
    return _Material(name=given["bank_path"].name, blueprint=blueprint, bank=bank.of(blueprint), notes=notes)


def _read(path: Path, faults: list[object]) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        faults.append(f"{path}: {fault.strerror}")
    except UnicodeDecodeError as fault:
        faults.append(f"{path}: is not UTF-8 text (byte {fault.start})")
    return None


def _material_of_pack(code: str, units: Sequence[str], faults: list[object]) -> _Material | None:
    packs = {pack.code: pack for pack, _ in map(load_pack, shipped_packs()) if pack is not None}
    if code not in packs:
        faults.append(f"--pack: there is no shipped pack {code}; there are {', '.join(sorted(packs))}")
        return None
    scheme, _, problems = load_scheme(scheme_path(code))
    faces = _faces(packs[code], faults)
    faults += [problem for problem in problems if has_errors([problem])]
    if scheme is None or faults:
        return None
    try:
        blueprint = blueprint_of(scheme, units=set(units) or None)
    except ValueError as fault:
        faults.append(f"--unit: {fault}")
        return None
    if not blueprint.cells:
        faults.append(f"{code} has no theory marks, so there is no paper to draw")
        return None
    items = bank_of(blueprint, faces.values(), nodes_of(packs[code]))
    return _Material(
        name=code,
        blueprint=blueprint,
        bank=bank_from(items, faces).of(blueprint),
        scheme=scheme_json(scheme),
        notes=tuple(_specimen_notes(scheme, faces)),
    )


def _faces(pack: QualificationPack, faults: list[object]) -> dict[str, ItemFace]:
    faces: dict[str, ItemFace] = {}
    for unit in pack.units:
        entries, _, problems = load_items(items_path(unit.code))
        faults += [problem for problem in problems if has_errors([problem])]
        faces |= {entry.id: face_of(entry, unit.code) for entry in (entries.items if entries else ())}
    return faces


def _specimen_notes(scheme: AssessmentScheme, faces: Mapping[str, ItemFace]) -> Iterator[str]:
    if scheme.marks_status is not MarksStatus.OFFICIAL:
        yield f"The marks of {scheme.pack} are {scheme.marks_status}: what is decided on these papers is a specimen."
    if any(face.sample for face in faces.values()):
        yield "The items are samples: what is decided on these papers is a specimen."


def _before(folders: Sequence[Path], faults: list[object]) -> _Before:
    sessions, used, taken = [], Counter[str](), set()
    for folder in folders:
        text = _read(folder / PAPERS, faults) or ""
        held = []
        for number, line in enumerate(lines_of(text), start=1):
            try:
                paper = json.loads(line)
                held.append(frozenset(str(one["item"]) for one in paper["lines"]))
                taken.add(str(paper["face_hash"]))
            except (ValueError, KeyError, TypeError):
                faults.append(f"{folder / PAPERS}:{number}: is not a paper")
        sessions.append(Earlier(name=folder.name, papers=tuple(held)))
        used.update(item for items in held for item in items)
    return _Before(sessions=tuple(sessions), exposed=used, taken=frozenset(taken))


def _secrets(given: _Given, faults: list[object]) -> tuple[bytes, bytes] | None:
    found = []
    for path in (given["agency_secret"], given["council_secret"]):
        if path is None or (text := _read(path, faults)) is None:
            continue
        if not _is_hex(text.strip()) or len(text.strip()) != 2 * SECRET_BYTES:
            faults.append(
                f"{path}: a secret is {2 * SECRET_BYTES} hexadecimal digits (`yogyata papers secret` makes one)"
            )
            continue
        found.append(bytes.fromhex(text.strip()))
    return (found[0], found[1]) if len(found) == 2 else None


def _seed(text: str | None, secret: tuple[bytes, bytes] | None, material: _Material, names: Sequence[str]) -> bytes:
    if secret is None:
        return bytes.fromhex(text or "")
    inputs = DrawInputs(
        bank=bank_hash(material.bank.items, material.bank.hashes),
        blueprint=blueprint_hash(material.blueprint),
        roster=roster_hash(names),
    )
    return seed_of(inputs, agency=secret[0], council=secret[1])


def _write(output: Path, texts: Mapping[str, str]) -> None:
    """Write the files beside their place and move the folder there whole."""
    output.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=output.parent))
    try:
        made.chmod(0o755)
        for name, text in texts.items():
            (made / name).write_text(text, encoding="utf-8", newline="\n")
        old = None
        if output.is_dir():
            old = made.with_name(f"{made.name}-old")
            output.rename(old)
        made.rename(output)
        if old is not None:
            shutil.rmtree(old)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _summary(output: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    overlap, difficulty, blueprint = manifest["overlap"], manifest["difficulty"], manifest["blueprint"]
    yield f"{len(manifest['papers'])} papers of {blueprint['items']} items in {output}"
    yield (
        f"Two papers share {overlap['mean']['display']} items on average ({overlap['expected']['display']} by chance), "
        f"at most {overlap['worst']} (chance: up to {overlap['bound']['items']})"
    )
    if overlap["neighbours"]:
        neighbours = overlap["neighbours"]
        yield f"Neighbours share {neighbours['mean']['display']} on average, at most {neighbours['worst']}"
    yield (
        f"Expected scores {difficulty['lowest']} to {difficulty['highest']} around {difficulty['mean']}; "
        f"{difficulty['outside']} papers outside the band of {difficulty['band']}"
    )
    yield f"Manifest {manifest['sha256']}"
