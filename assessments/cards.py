"""The cards of a draw as whole numbers: which there are, what each weighs, which of them may not meet on a paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from math import comb, lcm, prod

import numpy as np

from assessments.bank import BankItem, Stratum, strata_of
from assessments.blueprint import ExamBlueprint
from assessments.randomness import Whole


class CardTable:
    """All cards of a blueprint's strata, numbered in their order, and the slots of a paper that they fill.

    A card is one item, or one set where a cell takes a whole set. The slots of a stratum stand side by side, so the
    papers of a draw are one array, papers × slots, of card numbers.
    """

    def __init__(self, blueprint: ExamBlueprint, items: Iterable[BankItem]) -> None:
        self.blueprint = blueprint
        self.strata: tuple[Stratum, ...] = strata_of(blueprint, items)
        self.cards = tuple(card for stratum in self.strata for card in stratum.cards)
        self.starts = tuple(accumulate((len(stratum.cards) for stratum in self.strata), initial=0))
        self.columns = tuple(accumulate((stratum.takes for stratum in self.strata), initial=0))
        self.slots = self.columns[-1]
        self.scale = lcm(*(cell.items for cell in blueprint.cells), 1)
        shares = [self.scale * cell.marks // cell.items for cell in blueprint.cells]
        by_ref = {cell.ref: share for cell, share in zip(blueprint.cells, shares, strict=True)}
        self.worth: Whole = np.array(
            [by_ref[card[0].cell] * sum(item.expected for item in card) for card in self.cards], dtype=np.int64
        )
        self.number = {item.id: place for place, card in enumerate(self.cards) for item in card}

    @property
    def whole(self) -> int:
        """What a paper's worth is at most: its marks, scaled, with every share right a whole one (1000)."""
        return self.scale * self.blueprint.marks

    @cached_property
    def possible(self) -> int:
        """How many different sets of items there are, if no items were enemies."""
        return prod(comb(len(stratum.cards), stratum.takes) for stratum in self.strata)

    @cached_property
    def rivals(self) -> Mapping[int, tuple[int, ...]]:
        """For each card that has any, the cards that may not stand on a paper with it, in order.

        Those are enemies, who are enemies in return, and cards with items of the same set.
        """
        found: dict[int, set[int]] = {}
        sets: dict[str, list[int]] = {}
        for place, card in enumerate(self.cards):
            for item in card:
                for enemy in item.enemies:
                    other = self.number.get(enemy, place)
                    if other != place:
                        found.setdefault(place, set()).add(other)
                        found.setdefault(other, set()).add(place)
                if item.set is not None:
                    sets.setdefault(item.set, []).append(place)
        for members in sets.values():
            for place in members:
                if others := set(members) - {place}:
                    found.setdefault(place, set()).update(others)
        return {place: tuple(sorted(others)) for place, others in sorted(found.items())}

    def cards_of(self, stratum: int) -> range:
        """The numbers of a stratum's cards."""
        return range(self.starts[stratum], self.starts[stratum + 1])

    def slots_of(self, stratum: int) -> range:
        """The slots that a stratum fills."""
        return range(self.columns[stratum], self.columns[stratum + 1])

    def items_of(self, hand: Sequence[int]) -> tuple[BankItem, ...]:
        """The items of a paper's cards, in order of the slots."""
        return tuple(item for card in hand for item in self.cards[card])

    def use_of(self, used: Mapping[str, int]) -> Whole:
        """How often each card was used by earlier papers: as often as its most used item."""
        return np.array([max(used.get(item.id, 0) for item in card) for card in self.cards], dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Between which worths every paper is to lie, both included."""

    low: int
    high: int

    def outside(self, worth: Whole) -> Whole:
        """How far each worth lies outside."""
        return np.maximum(np.maximum(self.low - worth, worth - self.high), 0)


def window_of(table: CardTable, worth: Whole) -> Window:
    """The window around the mean of these papers that the blueprint's band allows, exact."""
    mean = Fraction(int(worth.sum()), max(len(worth), 1))
    reach = table.blueprint.band * table.whole
    return Window(low=-((reach - mean) // 1), high=(mean + reach) // 1)
