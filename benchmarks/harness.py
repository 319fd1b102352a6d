"""What a benchmark says and how it is measured: one row a comparison, ours and the baseline by turns."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

# A side is called again and again for so long in each round: far above what the clock of the processor can tell apart.
SECONDS_A_ROUND = 0.2

Timed = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One comparison.

    `ours` and `baseline` are medians in `unit`, of which more is better when it ends in `/s`, else less. `ratio` says
    how many times better ours is, above 1 when it is; `low` and `high` are the worst and the best round. `aim` is the
    ratio that we want to reach.
    """

    name: str
    unit: str
    ours: float
    baseline_name: str
    baseline: float
    ratio: float
    low: float
    high: float
    aim: float | None = None
    note: str = ""

    @property
    def reaches_its_aim(self) -> bool | None:
        """Whether the median is as good as wanted; None without an aim."""
        return None if self.aim is None else self.ratio >= self.aim


def compare(  # noqa: PLR0913 -- two things to run, their names, and how to look at them
    name: str,
    *,
    rounds: int,
    ours: Timed,
    baseline_name: str,
    baseline: Timed,
    unit: str = "ms",
    per: int = 1,
    clock: Callable[[], float] = time.process_time,
    aim: float | None = None,
    note: str = "",
) -> Row:
    """Time two things by turns.

    A call does `per` things; with a unit that ends in `/s` the figures are things in a second, else milliseconds of a
    thing. The clock is that of the processor, which other work on the machine disturbs least; give
    `time.perf_counter` where waiting (for a disk, a network) is part of what is asked. Each side is called once
    before, unmeasured. The ratio is the median of the rounds' own ratios, so that a slow moment hits both sides of it.
    """
    ours()
    baseline()
    pairs: list[tuple[float, float]] = []
    for number in range(rounds):
        # Who goes second finds warm caches and a busier machine: they take turns in that too.
        if number % 2:
            theirs = seconds_of(baseline, clock)
            pairs.append((seconds_of(ours, clock), theirs))
        else:
            own = seconds_of(ours, clock)
            pairs.append((own, seconds_of(baseline, clock)))
    return row_of(name, unit, pairs, per=per, baseline_name=baseline_name, aim=aim, note=note)


def row_of(
    name: str,
    unit: str,
    pairs: list[tuple[float, float]],
    *,
    baseline_name: str,
    per: int = 1,
    aim: float | None = None,
    note: str = "",
) -> Row:
    """The row of rounds that were measured elsewhere: (ours, baseline) in seconds a call."""

    def figure(seconds: float) -> float:
        return per / seconds if unit.endswith("/s") else seconds * 1000 / per

    ratios = [theirs / own for own, theirs in pairs]
    return Row(
        name=name,
        unit=unit,
        ours=figure(median(own for own, _ in pairs)),
        baseline_name=baseline_name,
        baseline=figure(median(theirs for _, theirs in pairs)),
        ratio=median(ratios),
        low=min(ratios),
        high=max(ratios),
        aim=aim,
        note=note,
    )


def weigh(
    name: str,
    *,
    ours: float,
    baseline_name: str,
    baseline: float,
    unit: str = "KiB",
    aim: float | None = 1,
    note: str = "",
) -> Row:
    """A row of what is not timed: a size or a count against a budget; the aim is to be within it."""
    ratio = baseline / ours
    return Row(
        name=name,
        unit=unit,
        ours=ours,
        baseline_name=baseline_name,
        baseline=baseline,
        ratio=ratio,
        low=ratio,
        high=ratio,
        aim=aim,
        note=note,
    )


def seconds_of(call: Timed, clock: Callable[[], float] = time.process_time) -> float:
    """Seconds of one call, over as many as fit into a round."""
    gc.collect()
    calls = 0
    began = clock()
    while True:
        call()
        calls += 1
        if (passed := clock() - began) >= SECONDS_A_ROUND:
            return passed / calls
