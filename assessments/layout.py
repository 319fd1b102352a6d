"""Laying papers out: the order of lines and options, and the exact text that the face hash is taken of."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import factorial
from typing import TypeVar

import numpy as np

from assessments.bank import BankItem
from assessments.cards import CardTable
from assessments.marks import to_text
from assessments.model import unit_of
from assessments.randomness import Stream, Whole, stream_for
from curriculum.documents import sha256

_Text = TypeVar("_Text")

MOST_OPTIONS = 20
_SHORT, _LONG = 5, 7  # numbers below 5! or 7! are fair for every order of up to that many options


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The lines of papers, papers × lines: which item, which order of its options, which of its parameters.

    `item` numbers the table's items in order of the cards. `order` is the number of a permutation, see `in_order`.
    """

    item: Whole
    order: Whole
    variant: Whole


class Sheets:
    """Lays out the papers of a table: keeps what is the same for all papers, and the texts of lines already met."""

    def __init__(self, table: CardTable) -> None:
        self.items: tuple[BankItem, ...] = tuple(item for card in table.cards for item in card)
        self.worths = {cell.ref: cell.worth for cell in table.blueprint.cells}
        self._shares = {ref: to_text(worth) for ref, worth in self.worths.items()}
        widths = [len(card) for card in table.cards]
        self._first = np.concatenate(([0], np.cumsum(widths, dtype=np.int64)))
        self._width = np.array([s.cell.items if s.cell.together else 1 for s in table.strata for _ in range(s.takes)])
        units = list(dict.fromkeys(unit_of(stratum.cell.ref) for stratum in table.strata))
        self._unit = np.array(
            [units.index(unit_of(s.cell.ref)) for s in table.strata for _ in range(s.takes)], dtype=np.int64
        )
        self._options = np.array([len(item.options) for item in self.items], dtype=np.int64)
        self._variants = np.array([len(item.parameters) for item in self.items], dtype=np.int64)
        if len(self._options) and int(self._options.max()) > MOST_OPTIONS:
            raise ValueError(f"an item has more than {MOST_OPTIONS} options")
        self._factorials = np.array([factorial(count) for count in range(_LONG + 1)], dtype=np.int64)
        self._names = [_json(item.id) for item in self.items]
        self._cells = {cell.ref: _json(cell.ref) for cell in table.blueprint.cells}
        self._orders: dict[tuple[tuple[str, ...], int], tuple[tuple[str, ...], str]] = {}

    def lay_out(self, hands: Whole, seed: bytes, *names: str) -> Layout:
        """Units in order, cards shuffled within a unit, the items of a set in their order, options shuffled."""
        order = stream_for(seed, "lines", *names).orders(len(hands), self._unit)
        cards = np.take_along_axis(hands, order, axis=1)
        item = self._first[cards]
        if int(self._width.max(initial=1)) > 1:
            item = self._spread(item, self._width[order])
        return Layout(
            item=item,
            order=self._option_orders(stream_for(seed, "options", *names), item),
            variant=self._chosen_variants(stream_for(seed, "parameters", *names), item),
        )

    def face_hashes(self, layout: Layout) -> list[str]:
        """The face hash of each paper."""
        return [sha256(f"[{','.join(row)}]") for row in self._texts(layout, self._face)]

    def line_texts(self, layout: Layout) -> list[list[tuple[str, str]]]:
        """For each line the canonical JSON around its number: the text before it and the text after it."""
        return self._texts(layout, self._line)

    def options_of(self, item: int, order: int) -> tuple[str, ...]:
        """An item's options in the order of that number."""
        return self._ordered(self.items[item].options, order)[0]

    def _spread(self, first: Whole, widths: Whole) -> Whole:
        steps = np.arange(int(self._width.max()))
        return (first[:, :, None] + steps)[steps < widths[:, :, None]].reshape(len(first), -1)

    def _option_orders(self, stream: Stream, item: Whole) -> Whole:
        """A number below the factorial of its options for each line.

        All come from numbers below 5!, or below 7! where some item of the bank has more than five options; lines of
        more than seven come after, one by one.
        """
        counts = self._options[item]
        longest = _SHORT if int(self._options.max(initial=0)) <= _SHORT else _LONG
        orders = stream.numbers(factorial(longest), item.size).reshape(item.shape)
        found: Whole = orders % self._factorials[np.minimum(counts, longest)]
        for row, line in np.argwhere(counts > _LONG) if longest == _LONG else ():
            found[row, line] = stream.below(factorial(int(counts[row, line])))
        return found

    def _chosen_variants(self, stream: Stream, item: Whole) -> Whole:
        chosen = np.zeros_like(item)
        if self._variants.any():
            for row, line in np.argwhere(self._variants[item] > 0):
                chosen[row, line] = stream.below(int(self._variants[item[row, line]]))
        return chosen

    def _texts(self, layout: Layout, written: Callable[[int, int, int], _Text]) -> list[list[_Text]]:
        """What is `written` of item, order and variant for every line; of many papers each different line once."""
        if len(layout.item) == 1:
            line = zip(layout.item[0].tolist(), layout.order[0].tolist(), layout.variant[0].tolist(), strict=True)
            return [[written(*one) for one in line]]
        orders, rank = _ranked(layout.order)
        variants = int(layout.variant.max(initial=0)) + 1
        keys = (layout.item * len(orders) + rank) * variants + layout.variant
        used = np.zeros(len(self.items) * len(orders) * variants, dtype=bool)
        used[keys] = True
        texts = np.empty(len(used), dtype=object)
        for key in np.flatnonzero(used).tolist():
            rest, variant = divmod(key, variants)
            item, place = divmod(rest, len(orders))
            texts[key] = written(item, int(orders[place]), variant)
        found: list[list[_Text]] = texts[keys].tolist()
        return found

    def _face(self, item: int, order: int, variant: int) -> str:
        one = self.items[item]
        parameters = f",{_json(one.parameters[variant])}" if one.parameters else ""
        return f"[{self._names[item]},{one.version},{self._ordered(one.options, order)[1]}{parameters}]"

    def _line(self, item: int, order: int, variant: int) -> tuple[str, str]:
        one = self.items[item]
        parameters = f',"parameters":{_json(one.parameters[variant])}' if one.parameters else ""
        options = self._ordered(one.options, order)[1]
        return (
            f'{{"cell":{self._cells[one.cell]},"item":{self._names[item]},"number":',
            f',"options":{options}{parameters},"version":{one.version},"worth":"{self._shares[one.cell]}"}}',
        )

    def _ordered(self, options: tuple[str, ...], order: int) -> tuple[tuple[str, ...], str]:
        kept = self._orders.get((options, order))
        if kept is None:
            placed = in_order(sorted(options), order)
            kept = self._orders[options, order] = placed, _json(placed)
        return kept


def in_order(things: Sequence[str], number: int) -> tuple[str, ...]:
    """The permutation of that number, from 0 to one less than the factorial of their count.

    With n things the first is that at place `number` // (n-1)!, and the rest follow by `number` % (n-1)! in the same
    way: 0 leaves them as they are, the highest number turns them round.
    """
    left = list(things)
    found = []
    for size in range(len(left), 0, -1):
        place, number = divmod(number, factorial(size - 1))
        found.append(left.pop(place))
    return tuple(found)


def _ranked(orders: Whole) -> tuple[Whole, Whole]:
    """The different numbers of orders, and for each line the place of its own among them."""
    most = int(orders.max(initial=0))
    if most < factorial(_LONG):
        return np.arange(most + 1), orders
    values, rank = np.unique(orders, return_inverse=True)
    return values, rank.reshape(orders.shape)


def _json(value: str | Iterable[str] | Mapping[str, str]) -> str:
    plain = dict(value) if isinstance(value, Mapping) else value if isinstance(value, str) else list(value)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
