"""Difficulty as an expected share right, in whole thousandths: what an author's word stands for, and back.

An author's word counts as the share written here until answers give an item a better one. Change the figures here and
nowhere else; `docs/contracts.md` repeats them.
"""

from collections.abc import Mapping
from fractions import Fraction

from question_bank.model import Difficulty

WHOLE = 1000
DEFAULT_BAND = 20  # how far a paper's mean may lie from the mean of all papers
EXPECTED: Mapping[Difficulty, int] = {Difficulty.EASY: 800, Difficulty.MEDIUM: 600, Difficulty.HARD: 400}
_EASY_FROM, _MEDIUM_FROM = 700, 500


def difficulty_of(expected: int) -> Difficulty:
    """The word for an expected share right: easy from 0.7, medium from 0.5, hard below."""
    if expected >= _EASY_FROM:
        return Difficulty.EASY
    return Difficulty.MEDIUM if expected >= _MEDIUM_FROM else Difficulty.HARD


def thousandths(share: Fraction) -> int:
    """A share from 0 to 1 as whole thousandths, the nearest, halves to the even one; ValueError outside 0 to 1."""
    if not 0 <= share <= 1:
        raise ValueError("a share is between 0 and 1")
    return round(share * WHOLE)


def share_text(value: int) -> str:
    """Thousandths as a decimal for people: 650 → `0.65`, 1000 → `1`."""
    text = f"{value // WHOLE}.{value % WHOLE:03d}".rstrip("0")
    return text.rstrip(".")
