"""What an item is to a candidate: its face, in each of its languages. Keys stand in `question_bank.keys`."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from curriculum.documents import Content
from curriculum.lessons import FIRST_LANGUAGE
from curriculum.model import Identifier, Text

ItemId = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"), Field(examples=["asc-n1105-pc9-e1", "p1"])
]
OptionId = Annotated[str, StringConstraints(pattern=r"^[A-Z]$"), Field(examples=["A", "B"])]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$"), Field(examples=["hi"])]


class ItemKind(StrEnum):
    """How an item is asked and answered."""

    SINGLE_CHOICE = "single_choice"


class ItemUse(StrEnum):
    """Where an item may appear; a practice item never enters an exam paper."""

    EXAM = "exam"
    PRACTICE = "practice"


class Difficulty(StrEnum):
    """The author's estimate, until answers give a better one."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Option(Content):
    """One option a candidate may choose."""

    id: OptionId
    text: Text


class FaceWords(Content):
    """The words of a face in one more language; the letters of the options, and so their order, are the item's."""

    stem: Text
    options: Mapping[OptionId, Text]


class ItemFace(Content):
    """What a candidate may see of one item at one version, and where it belongs.

    Without translations `translations` is None, which canonical JSON leaves out: such a face keeps the hash it has had.
    """

    id: ItemId
    version: int = Field(ge=1)
    kind: ItemKind
    use: ItemUse
    unit: Text
    criteria: tuple[Identifier, ...] = Field(min_length=1)
    knowledge: tuple[Identifier, ...] = ()
    difficulty: Difficulty
    stem: Text
    options: tuple[Option, ...]
    enemies: tuple[ItemId, ...] = ()
    sample: bool = True
    translations: Mapping[Language, FaceWords] | None = Field(default=None, min_length=1)

    @property
    def refs(self) -> tuple[str, ...]:
        """The criteria it asks about, as references (`ASC/N1105#PC4`)."""
        return tuple(f"{self.unit}#{criterion}" for criterion in self.criteria)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it can be read in, the one it is first written in before the others."""
        return FIRST_LANGUAGE, *sorted(self.translations or ())

    def language_for(self, wished: str) -> str:
        """The language it is read in by someone who wishes this one."""
        return wished if wished in self.languages else FIRST_LANGUAGE

    def in_language(self, language: str) -> "ItemFace":
        """The same item with its words in this language, else as first written."""
        words = (self.translations or {}).get(language)
        if words is None:
            return self
        options = tuple(Option(id=option.id, text=words.options[option.id]) for option in self.options)
        return self.model_copy(update={"stem": words.stem, "options": options})


def languages_of(faces: Iterable[ItemFace]) -> tuple[str, ...]:
    """The languages that some of these items can be read in, the one they are first written in before the others."""
    return FIRST_LANGUAGE, *sorted({language for face in faces for language in face.languages[1:]})
