"""The two forms of a long run, and what may be said after it."""

import pytest

SEED = 20261126
_LONGEST = 6 * 60 * 60


def forms(short: int, long: int) -> pytest.MarkDecorator:
    """Runs a test `short` times its thing with every test, and `long` times behind `./run soak`; it takes `times`."""
    marks = [pytest.mark.soak, pytest.mark.timeout(_LONGEST)]
    return pytest.mark.parametrize("times", [short, pytest.param(long, marks=marks)], ids=["short", "long"])


def bound(trials: int) -> str:
    """What so many trials without a fault prove: with p per trial, (1 - p) ** trials would be under 1 in 20."""
    return f"no fault in {trials}: under {100 * (1 - 0.05 ** (1 / trials)):.2f} % each, at 95 % confidence"
