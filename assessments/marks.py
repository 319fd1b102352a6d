"""Exact marks: sharing out whole marks, fractions as text, and what may be shown of them."""

import re
from collections.abc import Sequence
from fractions import Fraction

_FRACTION = re.compile(r"-?[0-9]+(/[1-9][0-9]*)?")


def apportion(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Share out `total` whole marks by weight: each its quota rounded down, the rest to the largest remainders.

    Equal remainders go to the earlier weight. Each share is within one of its quota, and they sum to `total`.
    Raises ValueError when something is negative, or when there are marks and no weight to carry them.
    """
    _require_whole(total, *weights)
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("marks and weights are not negative")
    whole = sum(weights)
    if whole == 0:
        if total:
            raise ValueError(f"{total} marks cannot be shared out: every weight is zero")
        return tuple(0 for _ in weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -(total * weights[place] % whole))
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return tuple(shares)


def to_text(value: Fraction | int) -> str:
    """A fraction as `n/d` in lowest terms, or as `n` when it is whole."""
    return str(exact(value))


def from_text(text: str) -> Fraction:
    """The fraction that `to_text` wrote; raises ValueError for any other text, decimals too."""
    if not _FRACTION.fullmatch(text):
        raise ValueError(f"{text!r} is not a fraction; write n or n/d")
    return Fraction(text)


def truncated(value: Fraction | int, digits: int = 2) -> str:
    """A figure for people, cut off after `digits` decimals and never rounded up; whole figures stand without decimals.

    So 6999/100 shows `69.99`, 70 shows `70`, and just over 70 shows `70.00`.
    """
    number = exact(value)
    if number < 0:
        raise ValueError("marks and percentages are not negative")
    whole, rest = divmod(number, 1)
    if rest == 0 or digits == 0:
        return str(whole)
    return f"{whole}.{rest * 10**digits // 1:0{digits}d}"


def percent(awarded: Fraction | int, available: Fraction | int) -> Fraction:
    """What share of the available marks was awarded, in per cent, exact."""
    return Fraction(100) * exact(awarded) / exact(available)


def exact(value: Fraction | int) -> Fraction:
    """The value as a Fraction; raises TypeError for a float, which has already lost what was meant."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise TypeError(f"marks are whole numbers or fractions, not {type(value).__name__}")
    return Fraction(value)


def _require_whole(*values: int) -> None:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"marks and weights are whole numbers, not {type(value).__name__}")
