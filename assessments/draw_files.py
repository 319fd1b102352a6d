"""The files of a draw: banks and blueprints read with every fault and its place, and all files of a draw as text."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, field_validator

from assessments.bank import BankItem
from assessments.blueprint import BlueprintCell, ExamBlueprint
from assessments.difficulty import share_text, thousandths
from assessments.layout import MOST_OPTIONS
from assessments.manifest import DrawRecord, full_manifest, manifest_text, sealed
from assessments.marks import to_text
from assessments.papers import Draw
from curriculum.documents import Content, Document, lines_of, read_document, sha256, validate
from curriculum.model import Text
from curriculum.problems import Place, Problem, error, has_errors, warning
from question_bank.model import Difficulty, ItemFace

PAPERS, MANIFEST, BANK, BLUEPRINT = "papers.jsonl", "manifest.json", "bank.jsonl", "blueprint.yaml"
FILES = (PAPERS, MANIFEST, BANK, BLUEPRINT)


def _within_one(text: str) -> str:
    if Fraction(text) > 1:
        raise ValueError("a share is between 0 and 1")
    return text


def _a_cell(value: object) -> object:
    return value if isinstance(value, Mapping) else {"items": value}


Share = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,12}|/[1-9][0-9]{0,8})?$"),
    AfterValidator(_within_one),
    Field(examples=["0.25", "1/3"]),
]
Count = Annotated[int, Field(ge=0, le=10_000)]
_OF_KEYS = frozenset({"key", "right", "rationale", "feedback"})  # what a candidate may not see of an item


class CellFile(Content):
    """A cell as a blueprint file writes it: `2`, or with marks, kinds, a mix of difficulty, or as one set."""

    items: Count
    marks: Annotated[int, Field(ge=1)] | None = None
    kinds: tuple[Text, ...] = ()
    mix: Mapping[Difficulty, Count] = Field(default_factory=dict)
    together: bool = False


class BlueprintFile(Content):
    """A blueprint file."""

    cells: Annotated[Mapping[str, Annotated[CellFile, BeforeValidator(_a_cell)]], Field(min_length=1)]
    difficulty_band: Share = "0.02"
    max_exposure: Share | None = None
    max_overlap: Count | None = None
    minutes: Count = 0


class BankLine(Content):
    """An item as a line of a bank file writes it."""

    id: Text
    cell: Text
    difficulty: Share
    version: int = Field(default=1, ge=1)
    kind: str = ""
    enemies: tuple[Text, ...] = ()
    set: Text | None = None
    options: Annotated[tuple[Text, ...], Field(max_length=MOST_OPTIONS)] = ()
    parameters: tuple[Mapping[str, str], ...] = ()
    face: Mapping[str, Any] | None = None

    @field_validator("face")
    @classmethod
    def _without_key(cls, face: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        if found := sorted(_OF_KEYS & set(face or {})):
            raise ValueError(f"a face has no {', '.join(found)}; the bank of a draw is published")
        return face


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """A bank as read: its items, and for each the line to write it with."""

    items: tuple[BankItem, ...]
    lines: Mapping[str, str]

    @property
    def hashes(self) -> dict[str, str]:
        """The SHA-256 of each item's line."""
        return {item: sha256(line) for item, line in self.lines.items()}

    def of(self, blueprint: ExamBlueprint) -> "Bank":
        """The items of the blueprint's cells alone, in order of id."""
        cells = {cell.ref for cell in blueprint.cells}
        items = tuple(sorted((item for item in self.items if item.cell in cells), key=lambda item: item.id))
        return Bank(items=items, lines={item.id: self.lines[item.id] for item in items})


def read_blueprint(text: str, file: str) -> tuple[ExamBlueprint | None, frozenset[str], list[Problem]]:
    """The blueprint of a file, all cells it names (those with 0 items too), and every fault."""
    document, problems = read_document(text, file)
    if problems:
        return None, frozenset(), problems
    found, problems = validate(document, BlueprintFile)
    if found is None:
        return None, frozenset(), problems
    cells = tuple(
        BlueprintCell(
            ref=ref,
            items=cell.items,
            marks=cell.marks or cell.items,
            kinds=cell.kinds,
            mix={word: count for word, count in cell.mix.items() if count},
            together=cell.together,
        )
        for ref, cell in found.cells.items()
        if cell.items
    )
    faults = [document.at(error(f"cells.{cell.ref}", str(words))) for cell in cells for words in cell.faults()]
    if not cells:
        faults.append(document.at(error("cells", "no cell has any items")))
    blueprint = ExamBlueprint(
        cells=cells,
        minutes=found.minutes,
        band=thousandths(Fraction(found.difficulty_band)),
        max_exposure=None if found.max_exposure is None else Fraction(found.max_exposure),
        max_overlap=found.max_overlap,
    )
    return (None if faults else blueprint), frozenset(found.cells), faults


def read_bank(text: str, file: str, cells: frozenset[str] | None = None) -> tuple[Bank, list[Problem]]:
    """The items of a bank file, a line of JSON each, and every fault with its line.

    With `cells`, those of the blueprint, an item of another cell is a fault.
    """
    problems: list[Problem] = []
    items: list[tuple[BankItem, int]] = []
    lines: dict[str, str] = {}
    for number, line in enumerate(lines_of(text), start=1):
        if not line.strip():
            continue
        entry, faults = _read_line(line, Place(file=file, line=number))
        problems += faults
        if entry is None:
            continue
        item = _item_of(entry)
        items.append((item, number))
        # The face is kept as it was written: its numbers are not read as texts.
        lines.setdefault(item.id, bank_line(item, None if entry.face is None else json.loads(line)["face"]))
    for problem, number in _bank_faults(items, cells):
        problems.append(replace(problem, place=Place(file=file, line=number)))
    if not items and not problems:
        problems.append(replace(error("", "has no items"), place=Place(file=file)))
    return Bank(items=tuple(item for item, _ in items), lines=lines), problems


def bank_from(items: Sequence[BankItem], faces: Mapping[str, ItemFace]) -> Bank:
    """The bank of a pack: its items with their faces, as candidates may see them."""
    lines = {item.id: bank_line(item, faces[item.id].model_dump(mode="json", exclude_none=True)) for item in items}
    return Bank(items=tuple(items), lines=lines)


def bank_line(item: BankItem, face: Mapping[str, Any] | None) -> str:
    """An item as a line of a bank file: always the same bytes for the same item."""
    parts: dict[str, Any] = {"version": item.version, "cell": item.cell}
    optional = {"kind": item.kind, "enemies": list(item.enemies), "set": item.set, "options": list(item.options)}
    parts |= {name: value for name, value in optional.items() if value}
    if item.parameters:
        parts["parameters"] = [dict(one) for one in item.parameters]
    if face is not None:
        parts["face"] = face
    rest = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f'{{"id":{json.dumps(item.id, ensure_ascii=False)},"difficulty":{share_text(item.expected)},{rest[1:]}'


def blueprint_text(blueprint: ExamBlueprint) -> str:
    """The blueprint as a file: always the same bytes for the same blueprint."""
    value: dict[str, Any] = {"cells": {cell.ref: _cell_value(cell) for cell in blueprint.cells}}
    value["difficulty_band"] = share_text(blueprint.band)
    if blueprint.max_exposure is not None:
        value["max_exposure"] = to_text(blueprint.max_exposure)
    if blueprint.max_overlap is not None:
        value["max_overlap"] = blueprint.max_overlap
    if blueprint.minutes:
        value["minutes"] = blueprint.minutes
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=10_000)


def draw_folder(record: DrawRecord, draw: Draw, bank: Bank) -> dict[str, str]:
    """All files of a draw by name. The manifest holds the hashes of the others."""
    return seal_folder(full_manifest(record, draw), draw, bank)


def seal_folder(manifest: Mapping[str, Any], draw: Draw, bank: Bank) -> dict[str, str]:
    """The files of a draw with its manifest made before."""
    texts = {
        PAPERS: "".join(f"{line}\n" for line in draw.json_lines()),
        BANK: "".join(f"{line}\n" for _, line in sorted(bank.lines.items())),
        BLUEPRINT: blueprint_text(draw.request.blueprint),
    }
    files = {name: sha256(text) for name, text in texts.items()}
    return {**texts, MANIFEST: manifest_text(sealed({**manifest, "files": files}))}


def _cell_value(cell: BlueprintCell) -> int | dict[str, Any]:
    value: dict[str, Any] = {"items": cell.items, "marks": cell.marks}
    if cell.kinds:
        value["kinds"] = list(cell.kinds)
    if cell.mix:
        value["mix"] = {word.value: count for word, count in cell.mix.items()}
    if cell.together:
        value["together"] = True
    return cell.items if value == {"items": cell.items, "marks": cell.items} else value


def _read_line(line: str, place: Place) -> tuple[BankLine | None, list[Problem]]:
    try:
        value = json.loads(line, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_no_doubles)
    except json.JSONDecodeError as fault:
        where = replace(place, column=fault.colno)
        return None, [replace(error("", f"cannot be read as JSON: {fault.msg}"), place=where)]
    except (ValueError, RecursionError) as fault:
        return None, [replace(error("", f"cannot be read: {fault}"), place=place)]
    return validate(Document(file=place.file, value=value, places={"": place}), BankLine)


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given twice")
    return found


def _item_of(entry: BankLine) -> BankItem:
    return BankItem(
        id=entry.id,
        cell=entry.cell,
        expected=thousandths(Fraction(entry.difficulty)),
        version=entry.version,
        kind=entry.kind,
        enemies=entry.enemies,
        set=entry.set,
        options=entry.options,
        parameters=tuple(dict(one) for one in entry.parameters),
    )


def _bank_faults(items: Sequence[tuple[BankItem, int]], cells: frozenset[str] | None) -> Iterator[tuple[Problem, int]]:
    first: dict[str, int] = {}
    for item, number in items:
        known = first.setdefault(item.id, number)
        if known != number:
            yield error("id", f"{item.id} stands on line {known} already"), number
        if cells is not None and item.cell not in cells:
            close = get_close_matches(item.cell, sorted(cells), n=1)
            hint = f"; did you mean {close[0]}?" if close else "; give it 0 items there if it is not to be asked"
            yield error("cell", f"{item.cell} is not a cell of the blueprint{hint}"), number
        if item.id in item.enemies:
            yield error("enemies", f"{item.id} cannot be its own enemy"), number
        if len(set(item.options)) < len(item.options):
            yield error("options", "an option is named twice"), number
    for item, number in items:
        for enemy in item.enemies:
            if enemy not in first:
                yield warning("enemies", f"{enemy} is not in the bank"), number


def is_sound(problems: Sequence[Problem]) -> bool:
    """Whether nothing among the problems stops a draw."""
    return not has_errors(problems)
