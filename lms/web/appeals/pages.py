"""An appeal as drawn: the criteria that can be corrected with their levels, and what a proposal changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _

from assessments.marks import percent, to_text
from assessments.results import Result
from lms.records.practicals import SheetUnit
from lms.services.appeal_answers import Proposal
from lms.web.filters import marks


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChoice:
    """One level of a criterion: its share as text, its words, and whether it is the one that counts now."""

    value: str
    word: str
    is_held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionChoice:
    """A criterion whose level can be corrected; `is_concerned` when the candidate named it."""

    ref: str
    code: str
    text: str
    levels: tuple[LevelChoice, ...]
    is_concerned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedLevel:
    """A criterion with the level that a proposal gives it."""

    ref: str
    word: str


def draw_criteria(
    units: tuple[SheetUnit, ...], held: Mapping[str, str], concerned: tuple[str, ...]
) -> list[CriterionChoice]:
    """All criteria of the practical, those the candidate named first."""
    lines = [
        CriterionChoice(
            ref=line.ref,
            code=line.code,
            text=line.text,
            levels=tuple(
                LevelChoice(
                    value=to_text(level.share), word=level.label, is_held=held.get(line.ref) == to_text(level.share)
                )
                for level in line.levels
            ),
            is_concerned=line.ref in concerned,
        )
        for unit in units
        for line in unit.criteria
    ]
    return sorted(lines, key=lambda line: not line.is_concerned)


def draw_proposed(units: tuple[SheetUnit, ...], proposal: Proposal | None) -> list[ChangedLevel]:
    """The levels that a proposal gives, in order of the practical."""
    if proposal is None:
        return []
    return [
        ChangedLevel(ref=line.ref, word=level.label)
        for unit in units
        for line in unit.criteria
        for level in line.levels
        if proposal.shares.get(line.ref) == to_text(level.share)
    ]


def marks_of(result: Result | None, mark_unit: str) -> str:
    """All marks of a result, counted in this mark unit, with their percentage, cut off."""
    if result is None:
        return ""
    worth = Fraction(mark_unit)
    awarded = sum(score.awarded for score in result.unit_scores.values())
    available = sum(score.available for score in result.unit_scores.values())
    facts = {"awarded": marks(awarded * worth), "available": marks(available * worth)}
    share = marks(percent(awarded, available))
    return str(_("%(awarded)s of %(available)s marks, %(percent)s %%", **facts, percent=share))
