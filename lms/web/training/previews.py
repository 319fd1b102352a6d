"""A checked roster as its page shows it: every row with its cells, what they were before, and what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lms.services.roster_columns import Field
from lms.services.roster_plan import Effect, Plan, PlannedRow
from lms.web.filters import day, say
from lms.web.training.words import EFFECT, EFFECT_LOOK, FIELD


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewCell:
    """One cell: its text, the text it replaces, and whether something is wrong with it."""

    text: str
    old: str = ""
    is_faulty: bool = False
    is_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """One row: its number in the file, what importing does with it, its cells and its faults as (column, words)."""

    number: int
    word: str
    look: str
    cells: tuple[PreviewCell, ...]
    faults: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The page's table: headings, rows, and the choices of rows as (effect, word, how many)."""

    headings: tuple[str, ...]
    rows: tuple[PreviewRow, ...]
    choices: tuple[tuple[str, str, int], ...]


def preview_of(plan: Plan, show: str = "") -> Preview:
    """The plan as a table; only the rows with the effect `show`, when given."""
    fields = [name for name in Field if name in plan.header.columns]
    shown = [planned for planned in plan.rows if not show or planned.effect == show]
    return Preview(
        headings=tuple(str(FIELD[name]) for name in fields),
        rows=tuple(_row(planned, fields) for planned in shown),
        choices=tuple((effect, str(EFFECT[effect]), plan.count(effect)) for effect in Effect if plan.count(effect)),
    )


def _row(planned: PlannedRow, fields: Sequence[Field]) -> PreviewRow:
    faulty = {problem.field for problem in planned.row.problems}
    old = {change.field: change.old for change in planned.changes}
    return PreviewRow(
        number=planned.row.number,
        word=str(EFFECT[planned.effect]),
        look=EFFECT_LOOK[planned.effect],
        cells=tuple(
            PreviewCell(
                text=_shown(name, planned),
                old=_day_or_text(name, old.get(name, "")),
                is_faulty=name in faulty,
                is_number=name is Field.ATTENDANCE,
            )
            for name in fields
        ),
        faults=tuple((str(FIELD[Field(problem.field)]), say(problem.words)) for problem in planned.row.problems),
    )


def _shown(name: Field, planned: PlannedRow) -> str:
    if name is Field.BORN_ON and planned.row.born_on:
        return day(planned.row.born_on)
    return planned.row.texts.get(name, "")


def _day_or_text(name: Field, text: str) -> str:
    return day(date.fromisoformat(text)) if name is Field.BORN_ON and text else text
