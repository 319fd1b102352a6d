"""What an assessment scheme is: the marks of every criterion, the pass rule and the rules around them."""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from assessments.marks import apportion
from curriculum.documents import Content
from curriculum.model import Identifier, Text, Version


class Component(StrEnum):
    """How a criterion is assessed."""

    THEORY = "theory"
    PRACTICAL = "practical"
    PROJECT = "project"
    VIVA = "viva"


class MarksStatus(StrEnum):
    """Where marks come from; what is decided on marks that are not official is a specimen."""

    OFFICIAL = "official"
    SAMPLE = "sample"
    MISSING = "missing"


class PracticalScorer(StrEnum):
    """Who scores the practical."""

    TRAINER = "trainer"
    ASSESSOR = "assessor"
    EITHER = "either"


class Aggregation(StrEnum):
    """How units make one percentage: by adding all marks, or by weighing each unit's percentage."""

    RAW_SUM = "raw_sum"
    UNIT_WEIGHTS = "unit_weights"


class ReassessmentScope(StrEnum):
    """What is assessed again: the whole pack, or the units that were not reached."""

    PACK = "pack"
    UNITS = "units"


class Cell(NamedTuple):
    """A place that carries marks: one criterion (`ASC/N1105#PC4`) in one component."""

    ref: str
    component: Component


def _not_a_float(value: object) -> object:
    if isinstance(value, float):
        raise ValueError("write a whole number; a float has already lost what was meant")
    return value


def _within_hundred(text: str) -> str:
    if Fraction(text) > 100:
        raise ValueError("a percentage is from 0 to 100")
    return text


Whole = Annotated[int, BeforeValidator(_not_a_float), Field(ge=0)]
Percent = Annotated[
    str, StringConstraints(pattern=r"^[0-9]+(\.[0-9]+|/[1-9][0-9]*)?$"), AfterValidator(_within_hundred)
]


class CriterionMarks(Content):
    """What one criterion carries: an importance with a theory share, or explicit marks per component."""

    criterion: Identifier
    importance: Whole | None = None
    theory_percent: Annotated[int, BeforeValidator(_not_a_float), Field(ge=0, le=100)] | None = None
    marks: Mapping[Component, Whole] | None = None
    theory_items: int = Field(default=1, ge=1, description="Items on each paper")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_importance = (self.importance is not None, self.theory_percent is not None)
        if by_importance not in {(True, True), (False, False)} or any(by_importance) == (self.marks is not None):
            raise ValueError("give importance with theory_percent, or marks")
        return self


class UnitMarks(Content):
    """The marks of one unit. With importance, `marks` is what is shared out; with explicit marks, the printed total."""

    unit: Text
    marks: Whole | None = None
    criteria: tuple[CriterionMarks, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = {criterion.marks is None for criterion in self.criteria}
        if len(ways) > 1:
            raise ValueError("give importance for every criterion of the unit, or marks for every one")
        if ways == {True}:
            if self.marks is None:
                raise ValueError("importance needs the unit's marks, to share them out")
            if self.marks and not any(criterion.importance for criterion in self.criteria):
                raise ValueError("no criterion has any importance")
        return self

    def cells(self) -> dict[Cell, int]:
        """The marks of each cell that has any, in order of the criteria.

        Importance shares out the unit's marks by largest remainder; each criterion's marks are then split by
        `theory_percent` in the same way. A criterion meant for both sides and with two marks or more keeps at least
        one on each; a single mark goes to the larger side, to theory when they are equal.
        """
        cells: dict[Cell, int] = {}
        for criterion, split in zip(self.criteria, self._splits(), strict=True):
            for component in Component:
                if marks := split.get(component, 0):
                    cells[Cell(f"{self.unit}#{criterion.criterion}", component)] = marks
        return cells

    def _splits(self) -> list[Mapping[Component, int]]:
        explicit = [criterion.marks for criterion in self.criteria if criterion.marks is not None]
        if explicit:
            return list(explicit)
        shares = apportion(self.marks or 0, [criterion.importance or 0 for criterion in self.criteria])
        return [
            _split(share, criterion.theory_percent or 0) for share, criterion in zip(shares, self.criteria, strict=True)
        ]


class PassRule(Content):
    """What must be reached, in per cent written as text (`70`, `66.67` or `200/3`); at least, never more than."""

    aggregate_percent: Percent
    aggregation: Aggregation = Aggregation.RAW_SUM
    unit_weights: Mapping[str, Annotated[Whole, Field(ge=1)]] | None = None
    unit_min_percent: Percent | None = None
    component_min_percent: Mapping[Component, Percent] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _weights_for_weighing(self) -> Self:
        if self.aggregation is Aggregation.UNIT_WEIGHTS and not self.unit_weights:
            raise ValueError("unit_weights are needed to weigh the units")
        return self


class ReassessmentPolicy(Content):
    """Who may be assessed again, how often and within how many days of the released result."""

    scope: ReassessmentScope
    max_attempts: int = Field(ge=1, description="All attempts together, the first included")
    apply_within_days: int = Field(ge=0)
    hold_within_days: int = Field(ge=0)
    absent_may: bool
    dropped_out_may: bool


class TheoryRules(Content):
    """How long the theory exam lasts, and how late its answers may arrive."""

    minutes: int = Field(ge=1)
    grace_seconds: int = Field(default=60, ge=0)
    sync_until: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = Field(
        default="23:59", description="Local time of the next day until which answers given offline may arrive"
    )


class AssessmentScheme(Content):
    """How a pack at one version is assessed: its marks in whole mark units, and every rule that decides on them."""

    code: Text
    version: Version
    title: Text
    pack: Text
    pack_version: Version
    marks_status: MarksStatus
    mark_unit: Literal["1", "1/2", "1/4"] = "1"
    practical_scorer: PracticalScorer
    theory: TheoryRules
    pass_rule: PassRule
    reassessment: ReassessmentPolicy
    attendance_min_percent: Percent | None = None
    units: tuple[UnitMarks, ...]

    @property
    def specimen(self) -> bool:
        """Whether what is decided by it is a specimen, because the marks are not official."""
        return self.marks_status is not MarksStatus.OFFICIAL

    @cached_property
    def theory_refs(self) -> tuple[str, ...]:
        """The criteria with theory marks, in order."""
        return self.refs_of(Component.THEORY)

    @cached_property
    def practical_refs(self) -> tuple[str, ...]:
        """The criteria with practical marks, in order."""
        return self.refs_of(Component.PRACTICAL)

    def cells(self) -> Mapping[Cell, int]:
        """The marks of each cell that has any, in mark units, in order of units, criteria and components."""
        return self.marks_by_cell

    def refs_of(self, component: Component) -> tuple[str, ...]:
        """The criteria with marks in that component, in order."""
        return tuple(cell.ref for cell in self.cells() if cell.component is component)

    def unit_total(self, unit: str) -> int:
        """All marks of a unit; 0 when the scheme does not have it."""
        return sum(marks for cell, marks in self.cells().items() if unit_of(cell.ref) == unit)

    def total(self) -> int:
        """All marks of the pack."""
        return sum(self.cells().values())

    @cached_property
    def marks_by_cell(self) -> dict[Cell, int]:
        """What `cells()` returns, worked out once."""
        return {cell: marks for unit in self.units for cell, marks in unit.cells().items()}


def unit_of(ref: str) -> str:
    """The unit's code in a reference: `ASC/N1105#PC4` → `ASC/N1105`."""
    return ref.partition("#")[0]


def _split(marks: int, theory_percent: int) -> dict[Component, int]:
    theory = apportion(marks, (theory_percent, 100 - theory_percent))[0]
    if 0 < theory_percent < 100 and marks > 1:
        theory = min(max(theory, 1), marks - 1)
    return {Component.THEORY: theory, Component.PRACTICAL: marks - theory}
