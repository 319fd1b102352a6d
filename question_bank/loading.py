"""Item files to faces, keys and problems. An author writes both in one entry; here they part."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from curriculum.documents import Content, Document, read_path, validate
from curriculum.loading import file_stem
from curriculum.model import Identifier, Text
from curriculum.problems import Problem
from question_bank.keys import ItemKey
from question_bank.model import Difficulty, ItemFace, ItemId, ItemKind, ItemUse, Option, OptionId

ITEMS = Path(__file__).parent / "items"


class ItemEntry(Content):
    """One item as its author writes it, face and key together."""

    id: ItemId
    version: int = Field(default=1, ge=1)
    kind: ItemKind = ItemKind.SINGLE_CHOICE
    use: ItemUse
    criteria: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    knowledge: tuple[Identifier, ...] = ()
    difficulty: Difficulty
    stem: Text
    options: Mapping[OptionId, Text]
    key: OptionId
    rationale: Text
    feedback: Mapping[OptionId, Text]
    enemies: tuple[ItemId, ...] = ()


class ItemFile(Content):
    """The items of one unit."""

    unit: Text
    items: tuple[ItemEntry, ...]


def items_path(unit_code: str, folder: Path = ITEMS) -> Path:
    """The item file of a unit."""
    return folder / f"{file_stem(unit_code)}.yaml"


def load_items(path: Path) -> tuple[ItemFile | None, Document, list[Problem]]:
    """The entries of one item file, its document for places, and every fault of shape."""
    document, problems = read_path(path, f"question_bank/items/{path.name}")
    if problems:
        return None, document, problems
    entries, problems = validate(document, ItemFile)
    return entries, document, problems


def face_of(entry: ItemEntry, unit: str) -> ItemFace:
    """The part of an entry that a candidate may see."""
    return ItemFace(
        id=entry.id,
        version=entry.version,
        kind=entry.kind,
        use=entry.use,
        unit=unit,
        criteria=entry.criteria,
        knowledge=entry.knowledge,
        difficulty=entry.difficulty,
        stem=entry.stem,
        options=tuple(Option(id=letter, text=text) for letter, text in entry.options.items()),
        enemies=entry.enemies,
    )


def key_of(entry: ItemEntry) -> ItemKey:
    """The part of an entry that only scoring and feedback after release may see."""
    return ItemKey(
        item=entry.id,
        version=entry.version,
        right=entry.key,
        rationale=entry.rationale,
        feedback=dict(entry.feedback),
    )
