"""How alike papers are, pair by pair; what chance alone would give; and passes that make them less alike."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

import numpy as np

from assessments.cards import CardTable
from assessments.exchanging import Exchange
from assessments.randomness import Stream, Whole, stream_for

DRAWS = 100  # simulated draws behind the bound
MOST_COMPARED = 300_000_000  # papers² × cards of one simulated draw; above it the bound is reckoned
_BLOCK = 256
_TRIES = 40  # exchanges tried for one pair
_SWEEPS = 3
_OFFERS = 8  # papers tried in exchange for one of two neighbours


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How many pairs of papers share how many items; `worst_pair` are rows, None with fewer than two papers."""

    pairs: Mapping[int, int]
    worst: int
    worst_pair: tuple[int, int] | None

    @property
    def mean(self) -> Fraction:
        """The mean number of items that two papers share."""
        count = sum(self.pairs.values())
        return Fraction(sum(shared * times for shared, times in self.pairs.items()), count) if count else Fraction()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What the most alike pair shares at most in 99 of 100 plainly stratified draws of as many papers."""

    items: int
    simulated: bool


def likeness_of(table: CardTable, hands: Whole) -> Likeness:
    """Compare every pair of papers."""
    counts: Counter[int] = Counter()
    worst, pair = -1, None
    for first, shared in _compared(_presence(table, hands), _widths(table)):
        upper = np.triu_indices(len(shared), 1, shared.shape[1])
        values = shared[upper]
        for number, times in enumerate(np.bincount(values)):
            counts[number] += int(times)
        if values.size and int(values.max()) > worst:
            worst = int(values.max())
            place = int(values.argmax())
            pair = (first + int(upper[0][place]), first + int(upper[1][place]))
    known = {number: times for number, times in sorted(counts.items()) if times}
    return Likeness(pairs=known, worst=max(worst, 0), worst_pair=pair)


def expected_overlap(table: CardTable) -> Fraction:
    """How many items two plainly stratified papers share on average: the sum of n²/N over the strata."""
    return sum(
        (
            Fraction(stratum.takes**2 * _width(table, number), len(stratum.cards))
            for number, stratum in enumerate(table.strata)
        ),
        Fraction(),
    )


def bound_of(table: CardTable, papers: int, seed: bytes) -> Bound:
    """The 99th percentile of the worst pair by chance: of 100 simulated draws, or reckoned for more papers."""
    if papers**2 * len(table.cards) > MOST_COMPARED:
        return Bound(items=reckoned_bound(table, papers), simulated=False)
    stream = stream_for(seed, "simulation")
    worst = sorted(likeness_of(table, _stratified(table, papers, stream)).worst for _ in range(DRAWS))
    return Bound(items=worst[DRAWS * 99 // 100 - 1], simulated=True)


def reckoned_bound(table: CardTable, papers: int) -> int:
    """The fewest items that, for all pairs together, are exceeded with a probability of at most 1 in 100.

    Exact: the overlap of two stratified papers is a sum of hypergeometric counts, one a stratum.
    """
    ways = [1]
    for number, stratum in enumerate(table.strata):
        size, takes, width = len(stratum.cards), stratum.takes, _width(table, number)
        own = [comb(takes, shared) * comb(size - takes, takes - shared) for shared in range(takes + 1)]
        longer = [0] * (len(ways) + takes * width)
        for place, way in enumerate(ways):
            for shared, times in enumerate(own):
                longer[place + shared * width] += way * times
        ways = longer
    pairs, whole, above = papers * (papers - 1) // 2, sum(ways), 0
    for most in range(len(ways) - 1, -1, -1):
        above += ways[most]
        if pairs * above * 100 > whole:
            return most
    return 0


def lower_the_worst(exchange: Exchange, limit: int, stream: Stream) -> int:
    """Exchange cards of the pairs most alike until none shares more than `limit`; returns what was reached.

    No exchange makes any fault worse. A level is given up when one of its pairs cannot be mended.
    """
    table, widths = exchange.table, _widths(exchange.table)
    present = _presence(table, exchange.hands)
    while True:
        worst = 0
        pairs: list[tuple[int, int]] = []
        for first, shared in _compared(present, widths):
            rows, columns = np.nonzero(np.triu(shared, 1) >= max(worst, limit + 1))
            values = shared[rows, columns]
            if len(values) and int(values.max()) > worst:
                worst, pairs = int(values.max()), []
            most = values == worst
            pairs += [(first + int(i), first + int(j)) for i, j in zip(rows[most], columns[most], strict=True)]
        if worst <= limit:
            return _worst(present, widths)
        if not all(_part_pair(exchange, present, pair, worst, stream) for pair in pairs):
            return _worst(present, widths)


def part_neighbours(exchange: Exchange, pairs: Sequence[tuple[int, int]], stream: Stream) -> None:
    """Exchange whole papers between candidates so that neighbours share less; nobody gets more items met before."""
    hands, count = exchange.hands, len(exchange.hands)
    beside: dict[int, list[int]] = {}
    for one, other in pairs:
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    masks = [sum(1 << card for card in hand) for hand in hands.tolist()]
    held = list(range(count))  # which paper each row holds
    known = exchange.met_masks()

    def cost(row: int) -> tuple[int, int]:
        mask = masks[held[row]]
        shared = sum((mask & masks[held[other]]).bit_count() ** 2 for other in beside.get(row, ()))
        return (mask & known.get(row, 0)).bit_count(), shared

    for _ in range(_SWEEPS):
        for row in sorted(beside, key=lambda row: (-cost(row)[1], row)):
            for partner in stream.numbers(count, _OFFERS).tolist():
                before = _sum(cost(row), cost(partner))
                held[row], held[partner] = held[partner], held[row]
                if _sum(cost(row), cost(partner)) >= before:
                    held[row], held[partner] = held[partner], held[row]
    hands[:] = hands[held]


def neighbour_overlaps(table: CardTable, hands: Whole, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """How many items the papers of each pair of rows share."""
    widths = _widths(table)
    held = [set(hand) for hand in hands.tolist()]
    return [int(sum(widths[card] for card in held[one] & held[other])) for one, other in pairs]


def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _part_pair(exchange: Exchange, present: "np.ndarray", pair: tuple[int, int], worst: int, stream: Stream) -> bool:
    """Make a pair share fewer than `worst` items, by an exchange of one of them with a third paper."""
    widths = _widths(exchange.table)
    for _ in range(_TRIES):
        one, other = pair if stream.below(2) else pair[::-1]
        mine, theirs = exchange.hands[one], exchange.hands[other]
        shared = np.flatnonzero(np.isin(mine, theirs))
        if widths[mine[shared]].sum() < worst:
            return True
        slot, third = int(shared[stream.below(len(shared))]), stream.below(len(exchange.hands))
        if third in pair or not exchange.allows(one, third, slot):
            continue
        exchange.swap(one, third, slot)
        _show(exchange, present, (one, third))
        if max(_most_shared(present, widths, row) for row in (one, third)) < worst:
            return True
        exchange.swap(one, third, slot)
        _show(exchange, present, (one, third))
    return False


def _show(exchange: Exchange, present: "np.ndarray", rows: tuple[int, int]) -> None:
    for row in rows:
        present[row] = 0
        present[row, exchange.hands[row]] = 1


def _most_shared(present: "np.ndarray", widths: Whole, row: int) -> int:
    shared = present @ (present[row] * widths.astype(np.float32))
    shared[row] = 0
    return int(shared.max())


def _worst(present: "np.ndarray", widths: Whole) -> int:
    blocks = (np.triu(shared, 1) for _, shared in _compared(present, widths))
    return max((int(shared.max(initial=0)) for shared in blocks), default=0)


def _presence(table: CardTable, hands: Whole) -> "np.ndarray":
    """Papers × cards: one where a paper has the card. Single floats hold these small whole numbers exactly."""
    present = np.zeros((len(hands), len(table.cards)), dtype=np.float32)
    np.put_along_axis(present, hands, 1, axis=1)
    return present


def _widths(table: CardTable) -> Whole:
    return np.array([len(card) for card in table.cards], dtype=np.int64)


def _width(table: CardTable, number: int) -> int:
    cell = table.strata[number].cell
    return cell.items if cell.together else 1


def _compared(present: "np.ndarray", widths: Whole) -> Iterator[tuple[int, Whole]]:
    """Blocks of papers against all from the block's first on: the first row, and how many items each pair shares."""
    weighed = present * widths.astype(np.float32) if len(widths) and int(widths.max()) > 1 else present
    for first in range(0, len(present), _BLOCK):
        yield first, (weighed[first : first + _BLOCK] @ present[first:].T).astype(np.int32)


def _stratified(table: CardTable, papers: int, stream: Stream) -> Whole:
    """Papers drawn from each stratum by chance alone."""
    hands = np.zeros((papers, table.slots), dtype=np.int64)
    for number, stratum in enumerate(table.strata):
        cards, slots = table.cards_of(number), table.slots_of(number)
        if stratum.takes == 1:
            drawn = stream.numbers(len(cards), papers)[:, None]
        else:
            drawn = stream.orders(papers, np.zeros(len(cards), dtype=np.int64))[:, : stratum.takes]
        hands[:, slots.start : slots.stop] = drawn + cards.start
    return hands
