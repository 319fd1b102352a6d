"""Every page as every role: the statements it sends on a large world, beside the same page on a small one."""

from collections.abc import Iterator

from benchmarks.crowded import LARGE, SMALL, crowded, template
from benchmarks.harness import Row, weigh
from benchmarks.statements import Counts, counts_of


def rows(rounds: int) -> Iterator[Row]:  # noqa: ARG001 -- statements are counted once
    """A row a page and role; a page without any statement has none."""
    found: dict[int, Counts] = {}
    with template() as database:
        for size in (SMALL, LARGE):
            with crowded(database, database.parent / f"world-{size}", size) as (app, filled):
                found[size] = counts_of(app, filled)
    for key, large in sorted(found[LARGE].items()):
        if large:
            yield weigh(
                " ".join(key),
                unit="statements",
                ours=large,
                baseline_name=f"a world with {SMALL} of everything, not {LARGE}",
                baseline=found[SMALL].get(key, 0),
            )
