"""What only a solver can say: a paper where trying grew too long, and the smallest set of cells that no paper can fill.

HiGHS is asked and named with its version; a draw that needed it records what it chose, so that replaying never solves.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import highspy
import numpy as np

from assessments.cards import CardTable


class _Quiet(highspy.Highs):
    """The solver without its banner, which it prints while it is made."""

    def enableCallbacks(self) -> None:  # noqa: N802 -- the name is the library's
        self.setOptionValue("output_flag", False)


def solver_name() -> str:
    """The solver and its version."""
    return f"HiGHS {_Quiet().version()}"


def find_hand(
    table: CardTable, costs: Sequence[int], held: Iterable[AbstractSet[int]] = (), only: AbstractSet[int] | None = None
) -> frozenset[int] | None:
    """The cheapest set of cards that fills every stratum without rivals and is not held; None when there is none.

    With `only`, the numbers of some strata, just those are filled.
    """
    numbers = range(len(table.strata)) if only is None else sorted(only)
    cards = [card for number in numbers for card in table.cards_of(number)]
    rows = [
        (set(table.cards_of(number)), len(table.slots_of(number)), len(table.slots_of(number))) for number in numbers
    ]
    among = set(cards)
    rows += [
        ({card, rival}, 0, 1)
        for card, rivals in table.rivals.items()
        for rival in rivals
        if card < rival and card in among and rival in among
    ]
    rows += [(set(hand), 0, table.slots - 1) for hand in held]
    return _cheapest({card: costs[card] for card in cards}, rows)


def conflicts(table: CardTable) -> tuple[tuple[str, ...], ...]:
    """Sets of cells that no paper can fill together, each the smallest there is among cells not named before.

    Cells that lack items by themselves are left to `shortages_of`.
    """
    left = {number for number, stratum in enumerate(table.strata) if stratum.shortage is None}
    found = []
    while smallest := _smallest_conflict(table, left):
        found.append(tuple(dict.fromkeys(table.strata[number].cell.ref for number in sorted(smallest))))
        left -= smallest
    return tuple(found)


def _can_fill(table: CardTable, numbers: AbstractSet[int]) -> bool:
    return not numbers or find_hand(table, [0] * len(table.cards), only=numbers) is not None


def _smallest_conflict(table: CardTable, left: AbstractSet[int]) -> frozenset[int]:
    """The smallest set of strata that cannot be filled together; empty when all can.

    A set is a conflict only if it meets every set of strata without which the rest can be filled. So the smallest set
    that meets all such sets found so far is tried; when it can be filled, it is grown as far as it goes, and what
    remains outside is one more of them.
    """
    tied = {number for number in left if any(card in table.rivals for card in table.cards_of(number))}
    if _can_fill(table, tied):
        return frozenset()
    outsides: list[frozenset[int]] = []
    while True:
        tried = _cheapest(dict.fromkeys(sorted(tied), 1), [(set(outside), 1, len(outside)) for outside in outsides])
        assert tried is not None  # noqa: S101 -- every outside has a member, so all strata together meet them
        if not _can_fill(table, tried):
            return tried
        grown = set(tried)
        for number in sorted(tied - tried):
            if _can_fill(table, grown | {number}):
                grown.add(number)
        outsides.append(frozenset(tied - grown))


def _cheapest(costs: Mapping[int, int], rows: Sequence[tuple[set[int], int, int]]) -> frozenset[int] | None:
    """The cheapest choice of things in which each row's things are counted between its two numbers."""
    if not costs:
        return frozenset()
    place = {thing: number for number, thing in enumerate(costs)}
    solver: highspy.Highs = _Quiet()
    for name, value in (("threads", 1), ("random_seed", 1), ("mip_rel_gap", 0)):
        solver.setOptionValue(name, value)
    count = len(costs)
    every = np.arange(count, dtype=np.int32)
    solver.addVars(count, np.zeros(count), np.ones(count))
    solver.changeColsCost(count, every, np.array(list(costs.values()), dtype=np.float64))
    solver.changeColsIntegrality(count, every, np.full(count, highspy.HighsVarType.kInteger))
    for things, low, high in rows:
        columns = np.array(sorted(place[thing] for thing in things), dtype=np.int32)
        solver.addRow(low, high, len(columns), columns, np.ones(len(columns)))
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    if status != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"the solver stopped without an answer: {solver.modelStatusToString(status)}")
    values = solver.getSolution().col_value
    return frozenset(thing for thing, number in place.items() if round(values[number]) == 1)
