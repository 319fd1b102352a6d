"""The list of who changes by a ruling, as drawn and as a file: sorted, counted, cut off where a page ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _

from assessments.marks import to_text, truncated
from lms.reports.writing import csv_file
from lms.services.ruling_previews import Preview, PreviewLine
from lms.web.words import outcome_word

MOST_SHOWN = 500
SORTS: Mapping[str, Callable[[PreviewLine], object]] = {
    "difference": lambda line: (-abs(line.change.difference), line.number),
    "candidate": lambda line: (line.name, line.number),
    "assessment": lambda line: (line.assessment, line.number),
    "outcome": lambda line: (line.change.outcome_before is line.change.outcome_after, line.number),
}
FIRST = next(iter(SORTS))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """One line of the list; figures as text, cut off and never rounded."""

    line: PreviewLine
    before: str
    after: str
    difference: str
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPreview:
    """A preview as the page shows it: those who change, or all; `left_out` lines are only in the file."""

    preview: Preview
    rows: tuple[ShownChange, ...]
    sort: str
    shows_all: bool
    changing: int
    left_out: int


def draw_preview(preview: Preview, sort: str, *, shows_all: bool) -> ShownPreview:
    """The first lines in the order asked for; an order that is none is the first one."""
    order = sort if sort in SORTS else FIRST
    changing = [line for line in preview.lines if line.change.changes]
    lines = sorted(preview.lines if shows_all else changing, key=SORTS[order])  # type: ignore[arg-type]
    return ShownPreview(
        preview=preview,
        rows=tuple(map(_shown, lines[:MOST_SHOWN])),
        sort=order,
        shows_all=shows_all,
        changing=len(changing),
        left_out=max(0, len(lines) - MOST_SHOWN),
    )


def preview_file(preview: Preview) -> bytes:
    """Everybody who was given the item, as CSV; marks exact beside what is shown of them."""
    header = [
        _("Candidate number"),
        _("Name"),
        _("Assessment"),
        _("Marks before"),
        _("Marks after"),
        _("Marks before, exact"),
        _("Marks after, exact"),
        _("Outcome before"),
        _("Outcome after"),
        _("Certificate"),
    ]
    return csv_file(header, [_cells(line) for line in preview.lines])


def signed(difference: Fraction) -> str:
    """A difference of marks with its sign, cut off after two decimals: `+0.33`."""
    if not difference:
        return "0"
    return ("+" if difference > 0 else "−") + truncated(abs(difference))


def _shown(line: PreviewLine) -> ShownChange:
    change = line.change
    return ShownChange(
        line=line,
        before=truncated(change.marks_before),
        after=truncated(change.marks_after),
        difference=signed(change.difference),
        look="good" if change.difference > 0 else "bad" if change.difference < 0 else "plain",
    )


def _cells(line: PreviewLine) -> list[str]:
    change = line.change
    return [
        line.number,
        line.name,
        line.assessment,
        truncated(change.marks_before),
        truncated(change.marks_after),
        to_text(change.marks_before),
        to_text(change.marks_after),
        outcome_word(change.outcome_before or ""),
        outcome_word(change.outcome_after or ""),
        change.certificate,
    ]
