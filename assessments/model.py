"""What an assessment scheme is: the marks of every node, the pass rule and the rules around them."""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BeforeValidator, Field, model_validator

from assessments.marks import apportion
from assessments.rules import (
    Aggregation,
    Component,
    GradeBand,
    Level,
    NegativeMarking,
    PassRule,
    Percent,
    ReassessmentPolicy,
    ReassessmentScope,
    Rounding,
    RuleParts,
    SchemeOverride,
    TheoryRules,
    UnitGroup,
    Whole,
    not_a_float,
)
from assessments.words import Message
from curriculum.documents import Content, canonical_json
from curriculum.model import ElectiveGroup, Identifier, Text, Version

__all__ = [
    "Aggregation",
    "AssessmentScheme",
    "Cell",
    "Component",
    "CriterionMarks",
    "ElementMarks",
    "GradeBand",
    "MarksStatus",
    "NegativeMarking",
    "NodeMarks",
    "PassRule",
    "PracticalScorer",
    "ReassessmentPolicy",
    "ReassessmentScope",
    "Rounding",
    "RuleParts",
    "SchemeOverride",
    "TheoryRules",
    "UnitGroup",
    "UnitMarks",
    "unit_of",
]


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


class Cell(NamedTuple):
    """A place that carries marks: one node in one component.

    A node is a criterion (`ASC/N1105#PC4`), an element by its place in the unit, from 1 (`ASC/N1105#E2`), or a unit
    as a whole (`ASC/N1105`).
    """

    ref: str
    component: Component


class CriterionMarks(Content):
    """What one criterion carries: an importance with a theory share, or explicit marks per component."""

    criterion: Identifier = Field(description="The id of the criterion in its unit: PC4")
    importance: Whole | None = Field(
        default=None,
        description="How much it counts in its unit, beside the others; the unit's marks are shared out by it",
    )
    theory_percent: Annotated[int, BeforeValidator(not_a_float), Field(ge=0, le=100)] | None = Field(
        default=None, description="How much of its marks is asked on paper; the rest is shown in the practical"
    )
    marks: Mapping[Component, Whole] | None = Field(
        default=None, description="Its marks by component as printed, in place of importance"
    )
    theory_items: int = Field(default=1, ge=1, description="Items on each paper")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_importance = (self.importance is not None, self.theory_percent is not None)
        if by_importance not in {(True, True), (False, False)} or any(by_importance) == (self.marks is not None):
            raise ValueError(Message("give importance with theory_percent, or marks"))
        return self


class NodeMarks(Content):
    """What a node carries as a whole, where the table prints no marks below it."""

    marks: Mapping[Component, Whole] = Field(min_length=1, description="The marks by component, as printed")
    theory_items: int = Field(default=1, ge=1, description="Items on each paper")


class ElementMarks(NodeMarks):
    """What one element of a unit carries as a whole; `element` is its place in the unit, from 1."""

    element: Annotated[int, BeforeValidator(not_a_float), Field(ge=1)] = Field(
        description="Which element of the unit, counted from 1"
    )


class UnitMarks(Content):
    """The marks of one unit: of its criteria, of its elements, of the unit as a whole, or some of each.

    In a component a mark stands at one node only: what an element or the unit carries, its criteria do not.
    With importance, `marks` is what the criteria share out; else it is the printed total.
    """

    unit: Text = Field(description="The code of the unit")
    marks: Whole | None = Field(
        default=None, description="The unit's marks: shared out by importance, or the printed total"
    )
    whole: NodeMarks | None = Field(default=None, description="Marks of the unit as a whole")
    elements: tuple[ElementMarks, ...] | None = Field(default=None, description="Marks of elements as a whole")
    criteria: tuple[CriterionMarks, ...] = Field(default=(), description="The marks of its criteria")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = {criterion.marks is None for criterion in self.criteria}
        if len(ways) > 1:
            raise ValueError(Message("give importance for every criterion of the unit, or marks for every one"))
        if not ways and self.whole is None and not self.elements:
            raise ValueError(Message("give the marks of its criteria, of its elements or of the unit as a whole"))
        if ways == {True}:
            if self.marks is None:
                raise ValueError(Message("importance needs the unit's marks, to share them out"))
            if self.marks and not any(criterion.importance for criterion in self.criteria):
                raise ValueError(Message("no criterion has any importance"))
        return self

    def cells(self) -> dict[Cell, int]:
        """The marks of each cell that has any: of the unit as a whole, of its elements, then of its criteria in order.

        Importance shares out the unit's marks by largest remainder; each criterion's marks are then split by
        `theory_percent` in the same way. A criterion meant for both sides and with two marks or more keeps at least
        one on each; a single mark goes to the larger side, to theory when they are equal.
        """
        given: list[tuple[str, Mapping[Component, int]]] = []
        if self.whole is not None:
            given.append((self.unit, self.whole.marks))
        given += [(f"{self.unit}#E{node.element}", node.marks) for node in self.elements or ()]
        splits = zip(self.criteria, self._splits(), strict=True)
        given += [(f"{self.unit}#{criterion.criterion}", split) for criterion, split in splits]
        return {
            Cell(ref, component): marks
            for ref, split in given
            for component in Component
            if (marks := split.get(component, 0))
        }

    def items_of_nodes(self) -> dict[str, int]:
        """How many items a paper has for each node that could have theory marks."""
        items = {} if self.whole is None else {self.unit: self.whole.theory_items}
        items |= {f"{self.unit}#E{node.element}": node.theory_items for node in self.elements or ()}
        return items | {f"{self.unit}#{line.criterion}": line.theory_items for line in self.criteria}

    def _splits(self) -> list[Mapping[Component, int]]:
        explicit = [criterion.marks for criterion in self.criteria if criterion.marks is not None]
        if explicit or not self.criteria:
            return list(explicit)
        shares = apportion(self.marks or 0, [criterion.importance or 0 for criterion in self.criteria])
        return [
            _split(share, criterion.theory_percent or 0) for share, criterion in zip(shares, self.criteria, strict=True)
        ]


class AssessmentScheme(Content):
    """How a pack at one version is assessed: its marks in whole mark units, and every rule that decides on them."""

    code: Text = Field(description="A code of its own: ASC/Q1106-SCHEME")
    version: Version = Field(description="Its version; raise it with every change")
    title: Text = Field(description="What people read: the job role and the year or source")
    pack: Text = Field(description="The code of the pack it is for")
    pack_version: Version = Field(description="The version of that pack")
    marks_status: MarksStatus = Field(
        description="Where the marks are from: published by the council, samples, or not known yet"
    )
    mark_unit: Literal["1", "1/2", "1/4"] = Field(
        default="1", description="The smallest step of marks: whole, half or quarter"
    )
    practical_scorer: PracticalScorer = Field(description="Who scores the practical")
    theory: TheoryRules = Field(description="The theory exam")
    pass_rule: PassRule = Field(description="What must be reached to pass")
    reassessment: ReassessmentPolicy = Field(description="Who may be assessed again, in what and until when")
    attendance_min_percent: Percent | None = Field(
        default=None, description="At least this attendance; without it none is asked for"
    )
    appeal_within_days: Whole | None = Field(
        default=None,
        le=365,
        description="Days after the release in which an appeal can be made; None: the house's own",
    )
    nsqf_level: Level | None = Field(default=None, description="The pack's level; lines by level need it")
    electives: tuple[ElectiveGroup, ...] | None = Field(
        default=None, description="Units of which some are chosen; only those chosen count"
    )
    options: tuple[Text, ...] | None = Field(
        default=None, description="Units that may be taken besides, decided apart from the aggregate"
    )
    override: SchemeOverride | None = Field(
        default=None, description="What a training scheme puts in place of the pack's rule"
    )
    units: tuple[UnitMarks, ...] = Field(description="The marks of every unit")

    @model_validator(mode="after")
    def _override_fits(self) -> Self:
        if self.override is not None:
            self.pass_rule.replaced_by(self.override.pass_rule)
        return self

    @cached_property
    def canonical(self) -> str:
        """The scheme as canonical JSON, as it is stored and hashed."""
        return canonical_json(self)

    @cached_property
    def rule(self) -> PassRule:
        """The rule in force: the pack's, with what the override puts in its place."""
        return self.pass_rule if self.override is None else self.pass_rule.replaced_by(self.override.pass_rule)

    def without_override(self) -> "AssessmentScheme":
        """The scheme with the pack's own rule alone."""
        kept = {name: getattr(self, name) for name in type(self).model_fields if name != "override"}
        return AssessmentScheme.model_validate(kept)

    @property
    def attendance_needed(self) -> str | None:
        """The attendance in force, in per cent, or None where it is not looked at."""
        above = None if self.override is None else self.override.attendance_min_percent
        return self.attendance_min_percent if above is None else above

    @property
    def aggregate_needed(self) -> str | None:
        """The line of the aggregate in force: as given, or that of the highest level up to the pack's own."""
        levels = self.rule.level_percents
        if levels is None:
            return self.rule.aggregate_percent
        if self.nsqf_level is None:
            return None
        reached = [level for level in levels if Fraction(level) <= Fraction(self.nsqf_level)]
        return levels[max(reached, key=Fraction)] if reached else None

    @property
    def specimen(self) -> bool:
        """Whether what is decided by it is a specimen, because the marks are not official."""
        return self.marks_status is not MarksStatus.OFFICIAL

    @cached_property
    def theory_items(self) -> Mapping[str, int]:
        """How many items a paper has for each node with theory marks, in order."""
        items = {ref: count for unit in self.units for ref, count in unit.items_of_nodes().items()}
        return {ref: items[ref] for ref in self.theory_refs}

    @cached_property
    def theory_refs(self) -> tuple[str, ...]:
        """The nodes with theory marks, in order."""
        return self.refs_of(Component.THEORY)

    @cached_property
    def practical_refs(self) -> tuple[str, ...]:
        """The nodes with practical marks, in order."""
        return self.refs_of(Component.PRACTICAL)

    def cells(self) -> Mapping[Cell, int]:
        """The marks of each cell that has any, in mark units, in order of units, criteria and components."""
        return self.marks_by_cell

    def refs_of(self, component: Component) -> tuple[str, ...]:
        """The nodes with marks in that component, in order."""
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

    def elective_units(self) -> frozenset[str]:
        """The units of which some are chosen."""
        return frozenset(unit for group in self.electives or () for unit in group.units)


def unit_of(ref: str) -> str:
    """The unit's code in a node's reference: `ASC/N1105#PC4`, `ASC/N1105#E2` and `ASC/N1105` → `ASC/N1105`."""
    return ref.partition("#")[0]


def _split(marks: int, theory_percent: int) -> dict[Component, int]:
    theory = apportion(marks, (theory_percent, 100 - theory_percent))[0]
    if 0 < theory_percent < 100 and marks > 1:
        theory = min(max(theory, 1), marks - 1)
    return {Component.THEORY: theory, Component.PRACTICAL: marks - theory}
