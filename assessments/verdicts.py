"""Verdicts on many candidates at once, as arrays: what a compiled scheme gives back."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Table = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One exact figure of each candidate: whole numbers over a denominator they share."""

    numerators: Table
    denominator: int

    def __getitem__(self, row: int) -> Fraction:
        return Fraction(int(self.numerators[row]), self.denominator)

    def rows(self, first: int, last: int) -> "Figures":
        """The figures of some candidates, `last` not among them."""
        return Figures(numerators=self.numerators[first:last], denominator=self.denominator)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What a scheme decides of many candidates, in their order.

    `met` has a column for each of `conditions`, `options_met` one for each of `options`; `figures` and
    `option_figures` are what was held against the lines, in per cent, and `awarded` the marks behind each of both.
    `aggregate` is the percentage that decides, before a rounding. `grade` counts the scheme's bands as given, -1 for
    none.
    """

    conditions: tuple[str, ...]
    options: tuple[str, ...]
    competent: Table
    met: Table
    options_met: Table
    raw_percent: Figures
    weighted_percent: Figures | None
    figures: tuple[Figures, ...]
    option_figures: tuple[Figures, ...]
    awarded: tuple[Figures, ...]
    aggregate: Figures
    grade: Table


def joined(parts: Sequence[Verdicts]) -> Verdicts:
    """The verdicts on parts of the candidates, one after the other."""

    def together(figures: Sequence[Figures]) -> Figures:
        return Figures(
            numerators=np.concatenate([one.numerators for one in figures]), denominator=figures[0].denominator
        )

    first, weighted = parts[0], [part.weighted_percent for part in parts]
    return Verdicts(
        conditions=first.conditions,
        options=first.options,
        competent=np.concatenate([part.competent for part in parts]),
        met=np.concatenate([part.met for part in parts]),
        options_met=np.concatenate([part.options_met for part in parts]),
        raw_percent=together([part.raw_percent for part in parts]),
        weighted_percent=together([one for one in weighted if one is not None]) if weighted[0] is not None else None,
        figures=tuple(together(own) for own in zip(*(part.figures for part in parts), strict=True)),
        option_figures=tuple(together(own) for own in zip(*(part.option_figures for part in parts), strict=True)),
        awarded=tuple(together(own) for own in zip(*(part.awarded for part in parts), strict=True)),
        aggregate=together([part.aggregate for part in parts]),
        grade=np.concatenate([part.grade for part in parts]),
    )
