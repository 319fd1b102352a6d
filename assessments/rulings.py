"""Rulings on items after an exam: an item withdrawn or its key corrected, and what then counts on a paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Protocol

from assessments.papers import Paper, PaperLine
from assessments.words import Message

ItemVersion = tuple[str, int]


class Key(Protocol):
    """What grading asks of a key, wherever it is kept."""

    def is_right(self, chosen: str | None) -> bool:
        """Whether the answer earns the item's worth; no answer does not."""
        ...


class RulingPolicy(StrEnum):
    """What a ruling does to an item."""

    VOID = "void"
    FULL_MARKS = "full_marks"
    KEYS = "keys"


POLICY_WORDS: Mapping[RulingPolicy, Message] = {
    RulingPolicy.VOID: Message(
        "The item counts for nobody: the marks of its criterion are carried by the criterion’s other items on the "
        "paper, and given in full where there is no other."
    ),
    RulingPolicy.FULL_MARKS: Message("Everybody who was given the item gets its marks."),
    RulingPolicy.KEYS: Message("These options count as right: %(options)s."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What was decided about one item version after its exam.

    `number` counts the rulings on this item version from 1; the greatest counts. `options` are those that count as
    right under the policy `keys`, and none under the others.
    """

    item: str
    version: int
    number: int
    policy: RulingPolicy
    options: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if (self.policy is RulingPolicy.KEYS) != bool(self.options):
            raise ValueError("right options are given under the policy `keys`, and only there")

    @property
    def words(self) -> Message:
        """What it does, as a sentence."""
        words = POLICY_WORDS[self.policy]
        return replace(words, facts={"options": ", ".join(sorted(self.options))}) if self.options else words

    def is_right(self, chosen: str | None) -> bool:
        """Whether an answer to the item earns its worth."""
        return self.policy is not RulingPolicy.KEYS or chosen in self.options


NO_RULINGS: Mapping[ItemVersion, Ruling] = MappingProxyType({})


def counting_rulings(rulings: Iterable[Ruling]) -> dict[ItemVersion, Ruling]:
    """The ruling that counts for each item version: the newest. The order of `rulings` does not matter."""
    newest: dict[ItemVersion, Ruling] = {}
    for ruling in rulings:
        place = (ruling.item, ruling.version)
        if place in newest and newest[place].number == ruling.number and newest[place] != ruling:
            raise ValueError(f"two rulings no. {ruling.number} on version {ruling.version} of {ruling.item}")
        if place not in newest or newest[place].number < ruling.number:
            newest[place] = ruling
    return newest


def ruled_paper(paper: Paper, rulings: Iterable[Ruling]) -> Paper:
    """The paper as it counts after the rulings; every cell carries what it carried before."""
    counting = counting_rulings(rulings)
    lines = ruled_lines(paper.lines, counting)
    return paper if lines == paper.lines else replace(paper, lines=lines)


def ruled_lines(lines: Sequence[PaperLine], counting: Mapping[ItemVersion, Ruling]) -> tuple[PaperLine, ...]:
    """The lines that count: void ones gone, their worth carried by the rest of their cell in proportion to its own.

    A cell whose lines are all void keeps them, and they count as right.
    """
    gone = {place for place, ruling in counting.items() if ruling.policy is RulingPolicy.VOID}
    if not any(_place(line) in gone for line in lines):
        return tuple(lines)
    whole, left = _carried(lines), _carried(line for line in lines if _place(line) not in gone)
    return tuple(
        replace(line, worth=line.worth * whole[line.ref] / left[line.ref]) if left.get(line.ref) else line
        for line in lines
        if _place(line) not in gone or not left.get(line.ref)
    )


def right_items(
    lines: Iterable[PaperLine],
    answers: Mapping[str, str],
    keys: Mapping[ItemVersion, Key],
    counting: Mapping[ItemVersion, Ruling] = NO_RULINGS,
) -> frozenset[str]:
    """The items whose worth is earned: by the ruling that counts on each, else by its key."""
    return frozenset(
        line.item
        for line in lines
        if (counting.get(_place(line)) or keys[_place(line)]).is_right(answers.get(line.item))
    )


def ruled_refs(paper: Paper, rulings: Iterable[Ruling]) -> tuple[str, ...]:
    """The criteria of a paper of which an item was ruled on, in order of the paper, each once."""
    counting = counting_rulings(rulings)
    return tuple(dict.fromkeys(line.ref for line in paper.lines if _place(line) in counting))


def ruling_json(ruling: Ruling) -> dict[str, Any]:
    """The ruling as plain JSON values."""
    return {
        "item": ruling.item,
        "version": ruling.version,
        "number": ruling.number,
        "policy": ruling.policy.value,
        "options": sorted(ruling.options),
    }


def ruling_from_json(value: Mapping[str, Any]) -> Ruling:
    """The ruling that `ruling_json` wrote."""
    return Ruling(
        item=value["item"],
        version=value["version"],
        number=value["number"],
        policy=RulingPolicy(value["policy"]),
        options=frozenset(value["options"]),
    )


def withdrawn_words(refs: Iterable[str]) -> tuple[Message, ...]:
    """What a candidate is told of rulings on their paper: of which criterion, and never which item."""
    return tuple(
        Message(
            "An item of %(criterion)s in unit %(unit)s was withdrawn or its key corrected after the exam.",
            {"criterion": ref.partition("#")[2], "unit": ref.partition("#")[0]},
        )
        for ref in refs
    )


def _carried(lines: Iterable[PaperLine]) -> dict[str, Fraction]:
    sums: dict[str, Fraction] = {}
    for line in lines:
        sums[line.ref] = sums.get(line.ref, Fraction()) + line.worth
    return sums


def _place(line: PaperLine) -> ItemVersion:
    return line.item, line.version
