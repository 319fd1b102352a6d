"""Marks before and after as a table: nodes that change, and the sums of units with their weights."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessments.comparison import MarksChange
from assessments.marks import shown
from assessments.model import Component
from lms.services.marks_sheets import UnitSums
from lms.web.filters import figure

NONE = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkBeside:
    """Marks as they were and as they are, in words for people."""

    before: str
    after: str

    @property
    def changes(self) -> bool:
        """Whether they differ."""
        return self.before != self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksRow:
    """A node or a unit, with its marks in each component of the table; `total` and `weight` only of units."""

    ref: str
    marks: tuple[MarkBeside, ...]
    title: str = ""
    total: MarkBeside | None = None
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksTable:
    """The components that have marks before or after, and the rows."""

    components: tuple[Component, ...]
    rows: tuple[MarksRow, ...]
    total: MarksRow | None = None

    @property
    def has_weights(self) -> bool:
        """Whether some unit has a weight."""
        return any(row.weight is not None for row in self.rows)


def changes_table(changes: Sequence[MarksChange]) -> MarksTable:
    """The nodes whose marks change, in order."""
    parts = _components(side for change in changes for side in (change.before, change.after))
    rows = (
        MarksRow(ref=change.ref.replace("#", " "), marks=_beside(change.before, change.after, parts))
        for change in changes
    )
    return MarksTable(components=parts, rows=tuple(rows))


def sums_table(sums: Sequence[UnitSums]) -> MarksTable:
    """What each unit comes to, and all together."""
    parts = _components(side for unit in sums for side in (unit.before, unit.after))
    rows = tuple(
        MarksRow(
            ref=unit.code,
            title=unit.title,
            marks=_beside(unit.before, unit.after, parts),
            total=_total(unit.before, unit.after),
            weight=unit.weight,
        )
        for unit in sums
    )
    before, after = (
        {part: sum((one.get(part, Fraction(0)) for one in side), Fraction(0)) for part in parts}
        for side in (
            [unit.before for unit in sums],
            [unit.after for unit in sums],
        )
    )
    total = MarksRow(ref="", marks=_beside(before, after, parts), total=_total(before, after))
    return MarksTable(components=parts, rows=rows, total=total)


def _components(sides: Iterable[Mapping[Component, Fraction]]) -> tuple[Component, ...]:
    met = {component for side in sides for component in side}
    return tuple(component for component in Component if component in met)


def _beside(
    before: Mapping[Component, Fraction], after: Mapping[Component, Fraction], parts: Sequence[Component]
) -> tuple[MarkBeside, ...]:
    return tuple(MarkBeside(before=_mark(before.get(part)), after=_mark(after.get(part))) for part in parts)


def _total(before: Mapping[Component, Fraction], after: Mapping[Component, Fraction]) -> MarkBeside:
    old, new = (sum(side.values(), Fraction(0)) for side in (before, after))
    return MarkBeside(before=_mark(old), after=_mark(new))


def _mark(value: Fraction | None) -> str:
    return figure(shown(value)) if value else NONE
