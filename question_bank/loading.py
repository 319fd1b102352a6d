"""Item files to faces, keys and problems. An author writes both in one entry; here they part."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field

from curriculum.documents import Content, Document, read_path, validate
from curriculum.loading import file_stem
from curriculum.model import Identifier, Text
from curriculum.problems import Problem
from question_bank.keys import ItemKey, KeyWords
from question_bank.model import (
    Difficulty,
    FaceWords,
    ItemFace,
    ItemId,
    ItemKind,
    ItemUse,
    Language,
    Option,
    OptionId,
)

ITEMS = Path(__file__).parent / "items"
_Words = TypeVar("_Words")


class Translation(Content):
    """All words of an item in one more language: the same letters, and so the same key and order."""

    stem: Text = Field(description="The stem in this language")
    options: Mapping[OptionId, Text] = Field(description="The options in this language, under the same letters")
    rationale: Text = Field(description="Why the key is right, in this language")
    feedback: Mapping[OptionId, Text] = Field(description="Why each wrong option is wrong, under the same letters")


class ItemEntry(Content):
    """One item as its author writes it, face and key together."""

    id: ItemId = Field(description="Unit, criterion, e for exam or p for practice, number: asc-n1105-pc9-e1")
    version: int = Field(default=1, ge=1, description="Raised by one when a published item changes")
    kind: ItemKind = Field(default=ItemKind.SINGLE_CHOICE, description="How it is asked and answered")
    use: ItemUse = Field(description="exam or practice; a practice item never enters a paper")
    criteria: Annotated[tuple[Identifier, ...], Field(min_length=1)] = Field(
        description="The criteria of the unit that it asks about, the first of them most: [PC9]"
    )
    knowledge: tuple[Identifier, ...] = Field(default=(), description="Knowledge of the unit that it draws on: [KU16]")
    difficulty: Difficulty = Field(description="The author's estimate: easy, medium or hard")
    stem: Text = Field(description="A situation of the job, and what is asked about it")
    options: Mapping[OptionId, Text] = Field(description="Four answers by letter, A to D, of which one is right")
    key: OptionId = Field(description="The letter of the right answer")
    rationale: Text = Field(description="Why the key is right, in a sentence or two that teach")
    feedback: Mapping[OptionId, Text] = Field(description="For each wrong option, by letter, a word on why it is wrong")
    enemies: tuple[ItemId, ...] = Field(
        default=(), description="Ids of items in this file that give this one away, or the other way round"
    )
    translations: Mapping[Language, Translation] | None = Field(
        default=None, min_length=1, description="The same words in other languages, by the language's code: hi"
    )


class ItemFile(Content):
    """The items of one unit."""

    unit: Text = Field(description="The code of the unit: ASC/N1105")
    items: tuple[ItemEntry, ...] = Field(
        description="For each criterion three for the exam and one for practice, at least"
    )


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
        translations=_translated(entry, lambda words: FaceWords(stem=words.stem, options=dict(words.options))),
    )


def key_of(entry: ItemEntry) -> ItemKey:
    """The part of an entry that only scoring and feedback after release may see."""
    return ItemKey(
        item=entry.id,
        version=entry.version,
        right=entry.key,
        rationale=entry.rationale,
        feedback=dict(entry.feedback),
        translations=_translated(
            entry, lambda words: KeyWords(rationale=words.rationale, feedback=dict(words.feedback))
        ),
    )


def _translated(entry: ItemEntry, part: Callable[[Translation], _Words]) -> Mapping[str, _Words] | None:
    """One part of the words in each other language; None where an item is in one language."""
    if entry.translations is None:
        return None
    return {language: part(words) for language, words in entry.translations.items()}
