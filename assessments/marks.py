"""Exact marks: sharing out whole marks, fractions as text, marks as people type them, and what may be shown of them."""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from assessments.words import Message
from curriculum.published.lines import plain_figures

MOST_MARKS = 1000
_UNITS = {1: "1", 2: "1/2", 4: "1/4"}
_FRACTION = re.compile(r"-?[0-9]+(/[1-9][0-9]*)?")
_TYPED = re.compile(r"[0-9]{1,7}([.,][0-9]{1,6})?")
_NOTHING = re.compile(r"[-–—]*|n/?a|n\.a\.?|nil", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MAYBE_THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")


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


def from_typed(text: str) -> Fraction | None:
    """A figure as people type it, in the figures of any script, with a decimal point or comma.

    None for any other text, and for `1,250`, which may be meant as either.
    """
    plain = plain_figures(text)
    return None if maybe_thousands(plain) or not _TYPED.fullmatch(plain) else Fraction(plain.replace(",", "."))


def maybe_thousands(text: str) -> bool:
    """Whether the comma of a figure may part thousands, as in `1,250`; in `0,250` and `1,25` it cannot."""
    return _MAYBE_THOUSANDS.fullmatch(plain_figures(text)) is not None


def mark_of(text: str) -> tuple[Fraction | None, Message | None]:
    """A mark as typed, in the figures of any script, or what is wrong with it; neither where nothing is meant."""
    text = plain_figures(text)
    if _NOTHING.fullmatch(text):
        return None, None
    value, facts = from_typed(text), {"given": text, "most": str(MOST_MARKS)}
    if value is None:
        return None, _no_figure(text)
    if (4 * value).denominator != 1:
        return None, Message("%(given)s is no whole, half or quarter mark.", facts)
    if value > MOST_MARKS:
        return None, Message("%(given)s is too much; at most %(most)s.", facts)
    return value, None


def _no_figure(text: str) -> Message:
    facts = {"given": text[:40]}
    if text.startswith("="):
        return Message("Holds a formula. Write the figure itself.")
    if maybe_thousands(text):
        facts |= {"thousands": text.replace(",", ""), "decimal": text.replace(",", ".")}
        return Message("%(given)s may be %(thousands)s or %(decimal)s. Write it without a comma.", facts)
    if _DAY.match(text):
        return Message("%(given)s is a day. Write marks as a number, such as 4 or 4.5.", facts)
    return Message("%(given)s is no mark. Write a number of 0 or more, such as 4 or 4.5.", facts)


def shown(value: Fraction) -> str:
    """Marks as people write them: 4, 4.5, 4.25."""
    if value.denominator == 1:
        return str(value.numerator)
    whole, rest = divmod(value * 100, 100)
    return f"{whole}.{int(rest):02d}".rstrip("0")


def truncated(value: Fraction | int, digits: int = 2) -> str:
    """A figure for people, cut off after `digits` decimals and never rounded up; whole figures stand without decimals.

    So 6999/100 shows `69.99`, 70 shows `70`, just over 70 shows `70.00`, and -1/3 shows `-0.34`.
    """
    number = exact(value)
    if number.denominator == 1 or digits == 0:
        return str(number.numerator // number.denominator)
    steps = number.numerator * 10**digits // number.denominator
    whole, rest = divmod(abs(steps), 10**digits)
    return f"{'-' if steps < 0 else ''}{whole}.{rest:0{digits}d}"


def shown_beside(figure: Fraction, needed: Fraction) -> str:
    """A figure as precise as the line it is held against, so that what is shown never contradicts the decision.

    A line such as 66.67 or 69.995 is met by what is shown when it is met by the figure; beside a line that no
    decimals can write, such as 200/3, the figure stands as a fraction too.
    """
    digits = decimals_of(needed)
    return to_text(figure) if digits is None else truncated(figure, max(2, digits))


def decimals_of(value: Fraction) -> int | None:
    """How many decimals write a figure exactly; None when no number of them does."""
    rest, digits = value.denominator, 0
    while rest % 10 == 0:
        rest, digits = rest // 10, digits + 1
    for prime in (2, 5):
        while rest % prime == 0:
            rest, digits = rest // prime, digits + 1
    return digits if rest == 1 else None


def rounded(value: Fraction, step: Fraction, direction: str) -> Fraction:
    """The multiple of `step` that `half_up`, `up` or `down` takes the exact value to, in one go."""
    steps = value / step
    if direction == "half_up":
        return (steps + Fraction(1, 2)).__floor__() * step
    return (steps.__ceil__() if direction == "up" else steps.__floor__()) * step


def percent(awarded: Fraction | int, available: Fraction | int) -> Fraction:
    """What share of the available marks was awarded, in per cent, exact."""
    return Fraction(100) * exact(awarded) / exact(available)


def common_unit(figures: Iterable[Fraction]) -> str:
    """The largest mark unit in which all figures are whole: `1`, `1/2` or `1/4`; raises ValueError for none."""
    parts = max((figure.denominator for figure in figures), default=1)
    if parts not in _UNITS:
        raise ValueError(f"no mark unit has parts of 1/{parts}")
    return _UNITS[parts]


def exact(value: Fraction | int) -> Fraction:
    """The value as a Fraction; raises TypeError for a float, which has already lost what was meant."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise TypeError(f"marks are whole numbers or fractions, not {type(value).__name__}")
    return Fraction(value)


def _require_whole(*values: int) -> None:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"marks and weights are whole numbers, not {type(value).__name__}")
