"""Choosing a paper card by card, where exchanging found none: first by trying, then with a solver."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations, product

from assessments import solving
from assessments.cards import CardTable
from assessments.errors import NotEnoughItems, NoUniquePaper

Hand = tuple[int, ...]
SEARCH_LIMIT = 200_000  # choices tried for one paper before a solver is asked
_NOTHING: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A paper that a solver chose: its row and its items, with the solver's name and version."""

    row: int
    items: tuple[str, ...]
    solver: str


class Chooser:
    """Papers whose faulty ones are chosen anew, after which use is made level again.

    `met` holds for the row of a paper the cards its candidate knows, `used` what earlier papers used of each card.
    `repairs` are the solver's choices of an earlier run: with them nothing is solved again.
    """

    def __init__(
        self,
        table: CardTable,
        hands: Sequence[Hand],
        *,
        met: Mapping[int, AbstractSet[int]],
        used: Sequence[int],
        repairs: Mapping[int, Repair],
    ) -> None:
        self._table, self.hands, self._met, self._earlier = table, list(hands), met, used
        self._rivals = {card: frozenset(rivals) for card, rivals in table.rivals.items()}
        self._known = repairs
        self.repairs: list[Repair] = []
        self._held: set[frozenset[int]] = set()

    def choose_anew(self, faulty: Sequence[int]) -> None:
        """Choose the papers of these rows anew from the cards used least, then level.

        Raises NotEnoughItems with the cells that no paper can fill, and NoUniquePaper when fewer different papers
        exist than are needed.
        """
        rows = set(faulty)
        self._held = {frozenset(hand) for row, hand in enumerate(self.hands) if row not in rows}
        use = Counter(card for row, hand in enumerate(self.hands) if row not in rows for card in hand)
        for row in sorted(rows):
            hand = self._repaired(row) or self._first_sound(row, use) or self._solved(row, use)
            self.hands[row] = hand
            self._held.add(frozenset(hand))
            use.update(hand)
        self._level()

    def choose_last(self) -> Hand:
        """A hand for the last row alone, of the cards used least; all others stay as they are."""
        row = len(self.hands) - 1
        self._held = {frozenset(hand) for hand in self.hands[:row]}
        use = Counter(card for hand in self.hands[:row] for card in hand)
        return self._first_sound(row, use) or self._solved(row, use)

    def _met_by(self, row: int) -> AbstractSet[int]:
        return self._met.get(row, _NOTHING)

    def _rivals_of(self, cards: Sequence[int]) -> frozenset[int]:
        return _NOTHING.union(*(self._rivals.get(card, _NOTHING) for card in cards))

    def _repaired(self, row: int) -> Hand | None:
        if (known := self._known.get(row)) is None:
            return None
        self.repairs.append(known)
        return _in_slots(self._table, {self._table.number[item] for item in known.items})

    def _first_sound(self, row: int, use: Counter[int]) -> Hand | None:
        """The first hand nobody has, cards not met and used least first; None when the search grew too long."""
        met = self._met_by(row)
        order = [
            sorted(self._table.cards_of(number), key=lambda card: (card in met, use[card] + self._earlier[card], card))
            for number in range(len(self._table.strata))
        ]
        for step, hand in enumerate(self._choices(order, 0, (), _NOTHING)):
            if hand is not None and frozenset(hand) not in self._held:
                return hand
            if step == SEARCH_LIMIT:
                return None
        raise self._refusal()

    def _refusal(self) -> Exception:
        if not self._held and (conflicts := solving.conflicts(self._table)):
            return NotEnoughItems((), conflicts)
        return NoUniquePaper(needed=len(self.hands), found=len(self._held))

    def _solved(self, row: int, use: Counter[int]) -> Hand:
        met = self._met_by(row)
        most = max(use.values(), default=0) + max(self._earlier, default=0) + 1
        costs = [use[card] + self._earlier[card] + (most if card in met else 0) for card in range(len(self._earlier))]
        found = solving.find_hand(self._table, costs, self._held)
        if found is None:
            raise self._refusal()
        hand = _in_slots(self._table, found)
        items = tuple(item.id for item in self._table.items_of(hand))
        self.repairs.append(Repair(row=row, items=items, solver=solving.solver_name()))
        return hand

    def _choices(
        self, order: Sequence[Sequence[int]], number: int, hand: Hand, blocked: frozenset[int]
    ) -> Iterator[Hand | None]:
        """Every hand without rivals, depth first; None for a choice that leads nowhere, so that steps are counted."""
        if number == len(order):
            yield hand
            return
        for own in combinations([card for card in order[number] if card not in blocked], len(self._slots(number))):
            rivals = self._rivals_of(own)
            if rivals.isdisjoint(own) and not self._starves(number + 1, blocked | rivals):
                yield from self._choices(order, number + 1, (*hand, *own), blocked | rivals)
            else:
                yield None

    def _slots(self, number: int) -> range:
        return self._table.slots_of(number)

    def _starves(self, first: int, blocked: frozenset[int]) -> bool:
        return any(
            sum(card not in blocked for card in self._table.cards_of(number)) < len(self._slots(number))
            for number in range(first, len(self._table.strata))
        )

    def _level(self) -> None:
        """In one paper at a time, put the least used card of a stratum in place of the most used one.

        A card that a candidate met is not brought back for the sake of level use.
        """
        for number in range(len(self._table.strata)):
            slots = self._slots(number)
            use = Counter({card: self._earlier[card] for card in self._table.cards_of(number)})
            use.update(card for hand in self.hands for card in hand[slots.start : slots.stop])
            while (change := self._change(number, use)) is not None:
                row, old, new, hand = change
                self._held.remove(frozenset(self.hands[row]))
                self._held.add(frozenset(hand))
                self.hands[row] = hand
                use[old] -= 1
                use[new] += 1

    def _change(self, number: int, use: Mapping[int, int]) -> tuple[int, int, int, Hand] | None:
        """A change that makes use more level: of the most used card that some paper can give up."""
        pairs = [(old, new) for old, new in product(self._table.cards_of(number), repeat=2) if use[old] - use[new] > 1]
        for old, new in sorted(pairs, key=lambda pair: (use[pair[1]] - use[pair[0]], pair)):
            for row, hand in enumerate(self.hands):
                if old in hand and new not in hand and new not in self._met_by(row):
                    other = tuple(new if card == old else card for card in hand)
                    if self._is_sound(other):
                        return row, old, new, other
        return None

    def _is_sound(self, hand: Hand) -> bool:
        return frozenset(hand) not in self._held and self._rivals_of(hand).isdisjoint(hand)


def _in_slots(table: CardTable, cards: AbstractSet[int]) -> Hand:
    """Cards in order of the slots they fill."""
    return tuple(sorted(cards)) if len(cards) == table.slots else ()
