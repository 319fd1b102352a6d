"""What the pages of marking draw: a practical with its levels, what is chosen, and how it came to that."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from flask_babel import gettext as _

from assessments.marks import from_text, to_text
from curriculum.model import QualificationPack
from lms.records.practicals import SheetCriterion, SheetUnit
from lms.services.taps import TAKEN_BACK
from lms.tables.marking import ScoreColumns
from lms.web.competence_map import MapView, draw_map

_ONE = Fraction(1)
Chains = Mapping[str, Sequence[ScoreColumns]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelView:
    """One level as a button: what it sends, says and is worth."""

    share: str
    label: str
    description: str
    awarded: Fraction
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One tap in the history of a criterion."""

    at: datetime
    who: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionView:
    """A criterion to score; `key` is of the next tap, `two_scorers` says so when the level is not one person's."""

    ref: str
    anchor: str
    code: str
    text: str
    evidence: str
    available: Fraction
    levels: tuple[LevelView, ...]
    chosen: LevelView | None
    note: str
    key: str
    changes: tuple[Change, ...]
    two_scorers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    """A unit's task with its criteria; `scored` of them have a level."""

    anchor: str
    about: SheetUnit
    criteria: tuple[CriterionView, ...]
    scored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """A whole practical, filled."""

    units: tuple[UnitView, ...]
    missing: tuple[CriterionView, ...]
    scored: int
    total: int
    map: MapView


def sheet_view(units: Sequence[SheetUnit], chains: Chains, pack: QualificationPack, mark_unit: Fraction) -> SheetView:
    """The practical of one candidate as its page shows it."""
    views = tuple(_unit(unit, chains, mark_unit) for unit in units)
    criteria = [criterion for unit in views for criterion in unit.criteria]
    missing = tuple(criterion for criterion in criteria if criterion.chosen is None)
    return SheetView(
        units=views,
        missing=missing,
        scored=len(criteria) - len(missing),
        total=len(criteria),
        map=_map(pack, criteria),
    )


def criterion_view(
    criterion: SheetCriterion, chain: Sequence[ScoreColumns], mark_unit: Fraction = _ONE
) -> CriterionView:
    """A criterion with its levels and the taps on it, oldest first; coursework is scored without marks."""
    newest = chain[-1] if chain else None
    available = criterion.available * mark_unit
    chosen = to_text(from_text(newest.share)) if newest and newest.share != TAKEN_BACK else None
    levels = tuple(
        LevelView(
            share=to_text(level.share),
            label=level.label,
            description=level.description,
            awarded=level.share * available,
            is_chosen=to_text(level.share) == chosen,
        )
        for level in criterion.levels
    )
    return CriterionView(
        ref=criterion.ref,
        anchor=anchor_of(criterion.ref),
        code=criterion.code,
        text=criterion.text,
        evidence=criterion.evidence,
        available=available,
        levels=levels,
        chosen=next((level for level in levels if level.is_chosen), None),
        note=newest.note if newest else "",
        key=secrets.token_hex(8),
        changes=changes_of(criterion, chain),
        two_scorers=two_scorers_words(criterion, chain),
    )


def changes_of(criterion: SheetCriterion, chain: Sequence[ScoreColumns]) -> tuple[Change, ...]:
    """The taps on a criterion in words, oldest first."""
    before = [None, *(_label(criterion, row) for row in chain)]
    return tuple(
        Change(at=row.scored_at, who=row.scorer.name, words=_change_words(last, _label(criterion, row)))
        for last, row in zip(before, chain, strict=False)
    )


def two_scorers_words(criterion: SheetCriterion, chain: Sequence[ScoreColumns]) -> str:
    """That somebody else gave another level, when the newest level is another person's than the one before."""
    if len(chain) < 2 or chain[-1].scorer_id == chain[-2].scorer_id or chain[-1].share == chain[-2].share:
        return ""
    facts = {"first": chain[-2].scorer.name, "second": chain[-1].scorer.name}
    levels = {"before": _label(criterion, chain[-2]) or "–", "after": _label(criterion, chain[-1]) or "–"}
    words = _(
        "%(first)s gave %(before)s, then %(second)s gave %(after)s. The newest counts; both are kept.",
        **facts,
        **levels,
    )
    return str(words)


def anchor_of(ref: str) -> str:
    """Where a criterion stands on its page; the squares of the map lead there."""
    return "c-" + ref.replace("/", "-").replace("#", "-")


def _unit(unit: SheetUnit, chains: Chains, mark_unit: Fraction) -> UnitView:
    criteria = tuple(criterion_view(criterion, chains.get(criterion.ref, ()), mark_unit) for criterion in unit.criteria)
    return UnitView(
        anchor="u-" + unit.code.replace("/", "-"),
        about=unit,
        criteria=criteria,
        scored=sum(criterion.chosen is not None for criterion in criteria),
    )


def _label(criterion: SheetCriterion, row: ScoreColumns) -> str | None:
    """The word of the level a tap gave; None when it took the one before back."""
    level = criterion.find_level(from_text(row.share)) if row.share != TAKEN_BACK else None
    return level.label if level else None


def _change_words(before: str | None, after: str | None) -> str:
    if after is None:
        return str(_("took back %(level)s", level=before or "–"))
    if before is None:
        return str(_("gave %(level)s", level=after))
    if before == after:
        return str(_("kept %(level)s, wrote a note", level=after))
    return str(_("changed from %(before)s to %(after)s", before=before, after=after))


def _map(pack: QualificationPack, criteria: Sequence[CriterionView]) -> MapView:
    looks = {criterion.ref: "full" if criterion.chosen else "wait" for criterion in criteria}
    legend = [("wait", _("To score")), ("full", _("Scored"))]
    everything = {unit.ref(criterion.id) for unit in pack.units for criterion in unit.criteria}
    if others := everything - looks.keys():
        looks |= dict.fromkeys(others, "none")
        legend.append(("none", _("Not in this practical")))
    return draw_map(pack, looks, legend)
