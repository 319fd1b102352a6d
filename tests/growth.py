"""How the time of work grows with its size: two sizes side by side, so that a slow or busy machine changes nothing."""

from collections.abc import Callable
from time import process_time

TIMES = 4  # how much larger the larger one is: what grows with the length alone takes about as many times longer
MOST = 10  # what grows with the square of the length takes 16 times longer
ROUNDS = 3  # the least of them counts


def growth(work: Callable[[str], object], small: str, large: str) -> float:
    """How many times longer the larger one takes, in time of the processor."""
    taken: dict[str, list[float]] = {"small": [], "large": []}
    for _ in range(ROUNDS):
        for name, size in (("small", small), ("large", large)):
            # The larger one is done again only where it took too long: the least of more of them is no longer.
            if name == "small" or not taken["large"] or min(taken["large"]) >= MOST * min(taken["small"]):
                began = process_time()
                work(size)
                taken[name].append(process_time() - began)
    return min(taken["large"]) / min(taken["small"])
