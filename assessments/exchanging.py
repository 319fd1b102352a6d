"""Exchanging cards of a stratum between two papers: mends enemies, doubles, items met and difficulty.

An exchange changes neither what a paper holds of each cell nor how often a card is used.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import numpy as np

from assessments.cards import CardTable, Window, window_of
from assessments.randomness import Stream, Whole

# What a fault weighs: enemies and doubles outweigh any number of items met, and those any distance in difficulty.
_CLASH = 1 << 52
_MET = 1 << 42
_NEVER = 1 << 60
PATIENCE = 80  # rounds without a single good exchange before what is left is given up
MOST_ROUNDS = 3_000
_ROWS = 2_000


class Exchange:
    """The papers of a draw while they are mended: `hands` is papers × slots and changes in place.

    `met` holds for the row of a paper the cards that its candidate knows.
    """

    def __init__(
        self, table: CardTable, hands: Whole, stream: Stream, met: Mapping[int, AbstractSet[int]], *, signs: Whole
    ) -> None:
        self.table, self.hands, self._stream = table, hands, stream
        self._signs = signs
        self._slot_mates = _slot_mates(table)
        self._contender, self._rivals = _contenders(table)
        self._met_row = np.zeros(len(hands), dtype=np.int64)
        self._met = np.zeros((len(met) + 1, len(table.cards)), dtype=bool)
        for place, (row, cards) in enumerate(sorted(met.items()), start=1):
            self._met_row[row] = place
            self._met[place, sorted(cards)] = True
        self.renew()

    def renew(self) -> None:
        """Reckon everything anew, after hands were changed from outside."""
        rows = np.arange(len(self.hands))
        self.worth: Whole = self.table.worth[self.hands].sum(axis=1)
        self.window: Window = window_of(self.table, self.worth)
        self._present = np.zeros((len(self.hands), self._rivals.shape[0]), dtype=np.uint8)
        for column in self.hands.T:
            self._present[rows, self._contender[column]] = 1
        self._present[:, -1] = 0
        self.clashes = np.concatenate(
            [self._clashes_at(rows[at : at + _ROWS]).sum(axis=1) for at in range(0, len(rows), _ROWS)] or [rows]
        )
        self.met: Whole = self._met[self._met_row[:, None], self.hands].sum(axis=1)
        self._sums = self._signs[self.hands].sum(axis=1)
        self.doubles = self._find_doubles()

    @property
    def faulty(self) -> Whole:
        """The rows of papers on which enemies meet, that have a double, or with items met before."""
        return np.flatnonzero((self.clashes > 0) | self.doubles | (self.met > 0))

    @property
    def has_hard_faults(self) -> bool:
        """Whether on some paper enemies meet, or two papers are the same."""
        return bool((self.clashes > 0).any() or self.doubles.any())

    @property
    def outside(self) -> Whole:
        """The rows of papers outside the window."""
        return np.flatnonzero(self.window.outside(self.worth))

    def mend(self) -> None:
        """Exchange until nothing is at fault, or no exchange has helped for a while."""
        idle = 0
        for _ in range(MOST_ROUNDS):
            bad = np.flatnonzero(self._fault())
            if not len(bad):
                self.doubles = self._find_doubles()
                bad = np.flatnonzero(self.doubles)
            if not len(bad) or len(self.hands) < 2 or idle > PATIENCE:
                break
            idle = 0 if self._round(bad) else idle + 1
        self.doubles = self._find_doubles()

    def allows(self, one: int, other: int, slot: int) -> bool:
        """Whether two papers may exchange what they have in a slot without making any fault worse."""
        rows, others, slots = np.array([one]), np.array([other]), np.array([slot])
        gives, takes = self.hands[rows, slots], self.hands[others, slots]
        if not (gives != takes and self._is_new(rows, slots, takes) and self._is_new(others, slots, gives)):
            return False
        change = self.table.worth[takes] - self.table.worth[gives]
        signs = np.concatenate((self._signs[takes] - self._signs[gives], self._signs[gives] - self._signs[takes]))
        before = self.window.outside(self.worth[[one, other]])
        after = self.window.outside(self.worth[[one, other]] + np.array([change[0], -change[0]]))
        return bool(
            (after <= before).all()
            and self._clash_change(rows, gives, takes) <= 0
            and self._clash_change(others, takes, gives) <= 0
            and self._met_change(rows, others, gives, takes) <= 0
            and not np.isin(self._sums[[one, other]] + signs, self._sums).any()
        )

    def swap(self, one: int, other: int, slot: int) -> None:
        """Exchange what two papers have in a slot."""
        rows, others, slots = np.array([one]), np.array([other]), np.array([slot])
        gives, takes = self.hands[rows, slots], self.hands[others, slots]
        clashes = (
            self.clashes[rows] + 2 * self._clash_change(rows, gives, takes),
            self.clashes[others] + 2 * self._clash_change(others, takes, gives),
        )
        self._apply(rows, others, slots, clashes)

    def met_masks(self) -> dict[int, int]:
        """For each row with cards met before, those cards as bits of a number."""
        rows = np.flatnonzero(self._met_row).tolist()
        return {row: sum(1 << int(card) for card in np.flatnonzero(self._met[self._met_row[row]])) for row in rows}

    def _find_doubles(self) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Every paper but the first of those with the same cards, told by sums of random signs."""
        found = np.ones(len(self._sums), dtype=bool)
        found[np.unique(self._sums, return_index=True)[1]] = False
        return found

    def _fault(self) -> Whole:
        hard = self.clashes + self.doubles
        return hard * _CLASH + self.met * _MET + self.window.outside(self.worth)

    def _clashes_at(self, rows: Whole) -> Whole:
        """For each slot of these papers, with how many cards of the paper its own may not stand."""
        rivals = self._rivals[self._contender[self.hands[rows]]]
        found: Whole = self._present[rows[:, None, None], rivals].sum(axis=2, dtype=np.int64)
        return found

    def _pairs(self, bad: Whole) -> tuple[Whole, Whole]:
        """Each bad paper with one drawn by chance, no paper in two pairs."""
        count = len(self.hands)
        partners = self._stream.words(len(bad)) * count >> 32
        owner = np.full(count, len(bad))
        order = np.arange(len(bad))
        np.minimum.at(owner, bad, order)
        np.minimum.at(owner, partners, order)
        free = (owner[bad] == order) & (owner[partners] == order) & (bad != partners)
        return bad[free], partners[free]

    def _round(self, bad: Whole) -> bool:
        one, other = self._pairs(bad)
        if not len(one):
            return False
        slot = self._best_slots(one, other)
        every = np.arange(len(one))
        gives, takes = self.hands[one, slot], self.hands[other, slot]
        fits = (gives != takes) & self._is_new(one, slot, takes) & self._is_new(other, slot, gives)
        change = self.table.worth[takes] - self.table.worth[gives]
        sign = self._signs[takes] - self._signs[gives]
        clashes = (
            self.clashes[one] + 2 * self._clash_change(one, gives, takes),
            self.clashes[other] + 2 * self._clash_change(other, takes, gives),
        )
        met = self.met[one] + self.met[other] + self._met_change(one, other, gives, takes)
        doubles = self._doubles_after(one, other, sign)
        after = (clashes[0] + clashes[1] + doubles) * _CLASH + met * _MET
        after += self.window.outside(self.worth[one] + change) + self.window.outside(self.worth[other] - change)
        fault = self._fault()
        good = every[fits & (after < fault[one] + fault[other])]
        self._apply(one[good], other[good], slot[good], (clashes[0][good], clashes[1][good]))
        return len(good) > 0

    def _best_slots(self, one: Whole, other: Whole) -> Whole:
        """For each pair the slot whose exchange would leave the least fault, new clashes not yet looked at."""
        gives, takes = self.hands[one], self.hands[other]
        change = self.table.worth[takes] - self.table.worth[gives]
        fault = self.window.outside(self.worth[one][:, None] + change)
        fault += self.window.outside(self.worth[other][:, None] - change)
        clashing = np.flatnonzero(self.clashes[one] + self.clashes[other])
        if len(clashing):
            eased = self._clashes_at(one[clashing]) + self._clashes_at(other[clashing])
            fault[clashing] -= eased * _CLASH
        if len(self._met) > 1:
            fault += self._met_change(one[:, None], other[:, None], gives, takes) * _MET
        fault[gives == takes] = _NEVER
        found: Whole = fault.argmin(axis=1)
        return found

    def _is_new(self, rows: Whole, slot: Whole, cards: Whole) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Whether a card is not yet among a paper's cards of that stratum."""
        fresh: np.ndarray[tuple[int], np.dtype[np.bool_]] = (
            self.hands[rows[:, None], self._slot_mates[slot]] != cards[:, None]
        ).all(axis=1)
        return fresh

    def _clash_change(self, rows: Whole, gives: Whole, takes: Whole) -> Whole:
        """By how many pairs the clashes on each paper change when it gives one card and takes another."""
        before = self._present[rows[:, None], self._rivals[self._contender[gives]]].sum(axis=1, dtype=np.int64)
        rivals = self._rivals[self._contender[takes]]
        after = self._present[rows[:, None], rivals].sum(axis=1, dtype=np.int64)
        own = self._contender[gives]
        given_up = ((rivals == own[:, None]) & (own != len(self._rivals) - 1)[:, None]).sum(axis=1)
        change: Whole = after - given_up - before
        return change

    def _met_change(self, one: Whole, other: Whole, gives: Whole, takes: Whole) -> Whole:
        if len(self._met) == 1:
            return np.zeros(np.broadcast_shapes(one.shape, gives.shape), dtype=np.int64)
        mine, theirs = self._met_row[one], self._met_row[other]
        gained = self._met[mine, takes].astype(np.int64) + self._met[theirs, gives]
        return gained - self._met[mine, gives] - self._met[theirs, takes]

    def _doubles_after(self, one: Whole, other: Whole, sign: Whole) -> Whole:
        if not self.doubles.any():
            return np.zeros(len(one), dtype=np.int64)
        mine = np.isin(self._sums[one] + sign, self._sums)
        theirs = np.isin(self._sums[other] - sign, self._sums)
        return mine.astype(np.int64) + theirs

    def _apply(self, one: Whole, other: Whole, slot: Whole, clashes: tuple[Whole, Whole]) -> None:
        gives, takes = self.hands[one, slot].copy(), self.hands[other, slot].copy()
        for rows, old, new, count in ((one, gives, takes, clashes[0]), (other, takes, gives, clashes[1])):
            self.met[rows] += self._met[self._met_row[rows], new].astype(np.int64)
            self.met[rows] -= self._met[self._met_row[rows], old]
            self.hands[rows, slot] = new
            self.worth[rows] += self.table.worth[new] - self.table.worth[old]
            self._sums[rows] += self._signs[new] - self._signs[old]
            self._present[rows, self._contender[old]] = 0
            self._present[rows, self._contender[new]] = 1
            self._present[rows, -1] = 0
            self.clashes[rows] = count
            self.doubles[rows] = False


def _slot_mates(table: CardTable) -> Whole:
    """For each slot the other slots of its stratum, filled up with itself to one length."""
    widest = max((stratum.takes for stratum in table.strata), default=1)
    mates = np.arange(table.slots)[:, None].repeat(widest, axis=1)
    for number, stratum in enumerate(table.strata):
        slots = table.slots_of(number)
        mates[slots.start : slots.stop, : stratum.takes] = slots
    return mates


def _contenders(table: CardTable) -> tuple[Whole, Whole]:
    """A number for each card with rivals (the last for all others), and by that number its rivals', filled up."""
    cards = list(table.rivals)
    numbers = {card: place for place, card in enumerate(cards)}
    contender = np.full(len(table.cards), len(cards), dtype=np.int64)
    contender[cards] = np.arange(len(cards))
    widest = max((len(rivals) for rivals in table.rivals.values()), default=1)
    rivals = np.full((len(cards) + 1, widest), len(cards), dtype=np.int64)
    for place, card in enumerate(cards):
        others = [numbers[other] for other in table.rivals[card]]
        rivals[place, : len(others)] = others
    return contender, rivals
