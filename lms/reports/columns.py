"""The columns of the exports: name, meaning and values, which are also the data dictionary that goes with them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Generic, TypeVar

from assessments.decisions import Result
from assessments.marks import to_text, truncated
from assessments.model import Cell, Component, unit_of
from assessments.scoring import Score

Value = str | int | Decimal
_Line = TypeVar("_Line")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedResult:
    """A released result with all that a line of an export says; `texts` gives (unit title, criterion) by reference.

    `carried` gives the attempt from which a unit keeps its marks, by unit.
    """

    assessment: str
    batch: str
    centre: str
    agency: str
    pack: str
    candidate: str
    enrolment: str
    name: str
    attempt: int
    decided_at: datetime
    scheme: str
    marks_status: str
    certificate: str
    certificate_state: str
    result: Result
    texts: dict[str, tuple[str, str]]
    carried: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One cell of one result, with the words of its criterion; `attempt` is the one in which it was scored."""

    cell: Cell
    score: Score
    unit_title: str
    text: str
    attempt: int
    is_option: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[_Line]):
    """One column: how it is called, what it means, what stands in it, and how it is had from a line."""

    name: str
    meaning: str
    values: str
    value: Callable[[_Line], Value]


def shown(figure: Fraction) -> Decimal:
    """A figure cut off after two decimals, as a number for spreadsheets."""
    return Decimal(truncated(figure))


def _awarded(component: Component) -> Callable[[ExportedResult], Value]:
    def read(of: ExportedResult) -> Value:
        score = of.result.component_scores.get(component)
        return to_text(score.awarded) if score else ""

    return read


def _available(component: Component) -> Callable[[ExportedResult], Value]:
    def read(of: ExportedResult) -> Value:
        score = of.result.component_scores.get(component)
        return score.available if score else ""

    return read


_OUTCOMES = "competent, not_yet_competent, absent, dropped_out, disqualified, withheld"
_EXACT = "n or n/d: add these up, not the shown figures"
_CUT = "a number cut off after two decimals, never rounded up"

# Of a result.
WHO: tuple[Column[ExportedResult], ...] = (
    Column(name="assessment", meaning="Code of the assessment", values="text", value=lambda of: of.assessment),
    Column(name="pack", meaning="Code of the qualification pack", values="text", value=lambda of: of.pack),
    Column(name="batch", meaning="Code of the batch", values="text", value=lambda of: of.batch),
    Column(name="centre", meaning="Training centre", values="text", value=lambda of: of.centre),
    Column(name="agency", meaning="Assessment agency", values="text", value=lambda of: of.agency),
    Column(
        name="candidate number",
        meaning="Number of the candidate in this assessment",
        values="text",
        value=lambda of: of.candidate,
    ),
    Column(
        name="enrolment number",
        meaning="Number of the trainee in the batch",
        values="text",
        value=lambda of: of.enrolment,
    ),
    Column(name="name", meaning="Name of the candidate", values="text", value=lambda of: of.name),
    Column(
        name="attempt",
        meaning="Which attempt this was",
        values="1 for the first, 2 for a reassessment",
        value=lambda of: of.attempt,
    ),
)
# Of one mark of it.
MARK: tuple[Column[Mark], ...] = (
    Column(name="unit", meaning="Code of the unit (NOS)", values="text", value=lambda mark: unit_of(mark.cell.ref)),
    Column(
        name="unit title",
        meaning="Title of the unit",
        values="text",
        value=lambda mark: mark.unit_title,
    ),
    Column(
        name="component",
        meaning="How the criterion was assessed",
        values=", ".join(Component),
        value=lambda mark: mark.cell.component.value,
    ),
    Column(
        name="criterion",
        meaning="The performance criterion in its unit",
        values="PC1, PC2, …",
        value=lambda mark: mark.cell.ref.partition("#")[2],
    ),
    Column(
        name="criterion text",
        meaning="What the criterion asks",
        values="text",
        value=lambda mark: mark.text,
    ),
    Column(
        name="available",
        meaning="Marks that could be had, in the scheme's mark unit",
        values="whole number",
        value=lambda mark: mark.score.available,
    ),
    Column(
        name="awarded exact",
        meaning="Marks awarded, exact",
        values=_EXACT,
        value=lambda mark: to_text(mark.score.awarded),
    ),
    Column(
        name="awarded shown",
        meaning="Marks awarded, as pages show them",
        values=_CUT,
        value=lambda mark: shown(mark.score.awarded),
    ),
    Column(
        name="scored in attempt",
        meaning="The attempt in which the marks were scored: an earlier one where the unit was not assessed again",
        values="1 for the first, 2 for a reassessment",
        value=lambda mark: mark.attempt,
    ),
    Column(
        name="counts for",
        meaning="Whether the marks are in the sum, or of an option that is decided by itself",
        values="sum, option",
        value=lambda mark: "option" if mark.is_option else "sum",
    ),
)
# Of a result: its marks together.
SUMS: tuple[Column[ExportedResult], ...] = tuple(
    Column(
        name=f"{component.value} {kind}",
        meaning=f"{component.value.capitalize()} marks of all units, {words}",
        values=values,
        value=read(component),
    )
    for component in Component
    for kind, words, values, read in (
        ("available", "that could be had", "whole number", _available),
        ("awarded exact", "awarded", _EXACT, _awarded),
    )
)
# Of a result: what was decided on it.
DECISION: tuple[Column[ExportedResult], ...] = (
    Column(
        name="outcome",
        meaning="What the assessment came to",
        values=_OUTCOMES,
        value=lambda of: of.result.outcome.value,
    ),
    Column(
        name="per cent exact",
        meaning="All marks awarded of all available, exact",
        values="n or n/d",
        value=lambda of: to_text(of.result.raw_percent),
    ),
    Column(
        name="per cent shown",
        meaning="All marks awarded of all available, in per cent",
        values=_CUT,
        value=lambda of: shown(of.result.raw_percent),
    ),
    Column(
        name="per cent by weight exact",
        meaning="The percentages of units, or of groups of units, each counted by its weight, exact",
        values="n or n/d, empty where the scheme has no weights",
        value=lambda of: "" if of.result.weighted_percent is None else to_text(of.result.weighted_percent),
    ),
    Column(
        name="per cent deciding exact",
        meaning="The aggregate that was held against its line, after a rounding where the scheme demands one, exact",
        values="n or n/d",
        value=lambda of: to_text(of.result.deciding_percent),
    ),
    Column(
        name="grade",
        meaning="The grade of a competent candidate",
        values="text, empty where the scheme has no grades",
        value=lambda of: of.result.grade or "",
    ),
    Column(
        name="decided at",
        meaning="When the result was decided",
        values="date and time with zone (ISO 8601)",
        value=lambda of: of.decided_at.isoformat(timespec="seconds"),
    ),
    Column(name="scheme", meaning="Assessment scheme and its version", values="text", value=lambda of: of.scheme),
    Column(
        name="marks status",
        meaning="Where the scheme's marks come from; what is decided on marks that are not official is a specimen",
        values="official, sample, missing",
        value=lambda of: of.marks_status,
    ),
    Column(
        name="certificate number",
        meaning="Number of the certificate",
        values="text, empty where there is none",
        value=lambda of: of.certificate,
    ),
    Column(
        name="certificate state",
        meaning="What the certificate is worth now",
        values="valid, specimen, revoked, empty where there is none",
        value=lambda of: of.certificate_state,
    ),
)
