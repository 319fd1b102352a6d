"""What an item is to a candidate: its face. Keys stand in `question_bank.keys`."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from curriculum.documents import Content
from curriculum.model import Identifier, Text

ItemId = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"), Field(examples=["asc-n1105-pc9-e1", "p1"])
]
OptionId = Annotated[str, StringConstraints(pattern=r"^[A-Z]$"), Field(examples=["A", "B"])]


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


class ItemFace(Content):
    """What a candidate may see of one item at one version, and where it belongs."""

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

    @property
    def refs(self) -> tuple[str, ...]:
        """The criteria it asks about, as references (`ASC/N1105#PC4`)."""
        return tuple(f"{self.unit}#{criterion}" for criterion in self.criteria)
