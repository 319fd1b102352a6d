"""The rules of a scheme as values: what must be reached, how it is reckoned, and who may try again."""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from assessments.words import Message
from curriculum.documents import Content
from curriculum.model import Text


class Component(StrEnum):
    """How a criterion is assessed."""

    THEORY = "theory"
    PRACTICAL = "practical"
    PROJECT = "project"
    VIVA = "viva"


class Aggregation(StrEnum):
    """How units make one percentage: by adding all marks, or by weighing the percentages of units or of groups."""

    RAW_SUM = "raw_sum"
    UNIT_WEIGHTS = "unit_weights"
    GROUP_WEIGHTS = "group_weights"


class ReassessmentScope(StrEnum):
    """What is assessed again: the whole pack, the units that were not reached, or those below the exempting score."""

    PACK = "pack"
    UNITS = "units"
    UNITS_BELOW = "units_below"


def not_a_float(value: object) -> object:
    """Refuse a float where marks or whole numbers are meant."""
    if isinstance(value, float):
        raise ValueError(Message("write a whole number; a float has already lost what was meant"))
    return value


def _within_hundred(text: str) -> str:
    if Fraction(text) > 100:
        raise ValueError(Message("a percentage is from 0 to 100"))
    return text


def _share(text: str) -> str:
    if not 0 < Fraction(text) <= 1:
        raise ValueError(Message("a share is more than 0 and at most 1"))
    return text


def _step(text: str) -> str:
    if not 0 < Fraction(text) <= 100:
        raise ValueError(Message("a step is more than 0 and at most 100"))
    return text


_EXACT = StringConstraints(pattern=r"^[0-9]+(\.[0-9]+|/[1-9][0-9]*)?$", max_length=40)
Whole = Annotated[int, BeforeValidator(not_a_float), Field(ge=0)]
Percent = Annotated[str, _EXACT, AfterValidator(_within_hundred), Field(examples=["70", "66.67", "200/3"])]
Share = Annotated[str, _EXACT, AfterValidator(_share), Field(examples=["0.25", "1/3"])]
Step = Annotated[str, _EXACT, AfterValidator(_step), Field(examples=["0.01", "1/2"])]
Level = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}(\.[0-9]{1,2})?$"), Field(examples=["4", "4.5"])]


class UnitGroup(Content):
    """Units that are reckoned together, such as core and other units: their marks are added, and the sum is weighed."""

    title: Text = Field(description="What the group is called: Core")
    weight: Annotated[Whole, Field(ge=1, description="What the group counts; all groups together count 100")]
    units: tuple[Text, ...] = Field(min_length=1, description="The codes of its units")


class Rounding(Content):
    """A rounding that the council's text demands: where, to what, and which way; done once, on the exact figure."""

    where: Literal["unit", "total"] = Field(
        description="`unit`: the marks of each unit before all else; `total`: the aggregate percentage before its line"
    )
    to: Step = Field(default="1", description="To multiples of this: marks for a unit, per cent for the total")
    direction: Literal["half_up", "up", "down"] = Field(
        default="half_up", description="Which way: a half goes up, always up, or always down"
    )


class GradeBand(Content):
    """A grade for competent candidates, from an aggregate percentage upwards."""

    grade: Text = Field(description="The grade as it is printed: A")
    from_percent: Percent = Field(description="From this aggregate upwards")


class RuleParts(Content):
    """The parts a pass rule can have, none of them needed. Percentages are text: `70`, `66.67` or `200/3`."""

    aggregate_percent: Percent | None = Field(default=None, description="At least this of the aggregate")
    level_percents: Mapping[Level, Percent] | None = Field(
        default=None, description="The same by NSQF level, each from its level upwards: {1: 50, 4: 70}"
    )
    aggregation: Aggregation | None = Field(
        default=None,
        description="What the aggregate is: all marks added, units by weight, or groups of units by weight",
    )
    unit_weights: Mapping[str, Annotated[Whole, Field(ge=1)]] | None = Field(
        default=None, description="What each unit counts, by code; all together count 100"
    )
    unit_groups: tuple[UnitGroup, ...] | None = Field(default=None, description="Core and other units by weight")
    unit_min_percent: Percent | None = Field(default=None, description="At least this in every unit")
    unit_min_percent_of: Mapping[str, Percent] | None = Field(
        default=None, description="Another line for single units, in place of the one for every unit"
    )
    component_min_percent: Mapping[Component, Percent] | None = Field(
        default=None, description="At least this of all marks of a component"
    )
    unit_component_min_percent: Mapping[Component, Percent] | None = Field(
        default=None, description="At least this of a component's marks in every unit that has any"
    )
    unit_component_min_percent_of: Mapping[str, Mapping[Component, Percent]] | None = Field(
        default=None, description="Other lines for the components of single units"
    )
    critical_min_percent: Mapping[str, Percent] | None = Field(
        default=None, description="Critical criteria: at least this of their own marks: {ASC/N1105#PC4: 50}"
    )
    option_min_percent: Percent | None = Field(
        default=None, description="At least this in an option taken; without it the line of the aggregate"
    )
    rounding: Rounding | None = Field(
        default=None, description="Only where the council's text demands one; without it nothing is rounded"
    )
    grades: tuple[GradeBand, ...] | None = Field(
        default=None, description="Grades of those who pass; without them none are given"
    )


class PassRule(RuleParts):
    """What must be reached to pass; at least, never more than."""

    aggregation: Aggregation = Field(
        default=Aggregation.RAW_SUM,
        description="What the aggregate is: all marks added, units by weight, or groups of units by weight",
    )
    component_min_percent: Mapping[Component, Percent] = Field(
        default_factory=dict, description="At least this of all marks of a component"
    )

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if self.aggregation is Aggregation.UNIT_WEIGHTS and not self.unit_weights:
            raise ValueError(Message("unit_weights are needed to weigh the units"))
        if self.aggregation is Aggregation.GROUP_WEIGHTS and not self.unit_groups:
            raise ValueError(Message("unit_groups are needed to weigh groups of units"))
        for one, other in EITHER:
            if getattr(self, one) is not None and getattr(self, other) is not None:
                raise ValueError(Message("give %(one)s or %(other)s, not both", {"one": one, "other": other}))
        if not any(getattr(self, name) for name in LINES):
            raise ValueError(Message("nothing is needed to pass; give aggregate_percent or another line"))
        return self

    def replaced_by(self, change: RuleParts) -> "PassRule":
        """This rule with the parts that `change` gives in place of its own."""
        kept = {name: getattr(self, name) for name in RuleParts.model_fields}
        given = {name: value for name in kept if (value := getattr(change, name)) is not None}
        for one, other in (*EITHER, *((other, one) for one, other in EITHER)):
            if one in given:
                kept[other] = None
        return PassRule.model_validate({**kept, **given})


EITHER = (("aggregate_percent", "level_percents"), ("unit_weights", "unit_groups"))
LINES = (
    "aggregate_percent",
    "level_percents",
    "unit_min_percent",
    "unit_min_percent_of",
    "component_min_percent",
    "unit_component_min_percent",
    "unit_component_min_percent_of",
    "critical_min_percent",
)


class SchemeOverride(Content):
    """What a training scheme or a council's protocol puts in place of a pack's own rule; both are kept."""

    title: Text = Field(description="What it is called: the result names it")
    source: Text | None = Field(default=None, description="Where the rule is printed")
    pass_rule: RuleParts = Field(description="The parts that it puts in place of the pack's own")
    attendance_min_percent: Percent | None = Field(
        default=None, description="At least this attendance, in place of the pack's line"
    )

    @property
    def replaces(self) -> tuple[str, ...]:
        """The names of the rules it gives."""
        parts = tuple(name for name in RuleParts.model_fields if getattr(self.pass_rule, name) is not None)
        return parts if self.attendance_min_percent is None else (*parts, "attendance_min_percent")


class ReassessmentPolicy(Content):
    """Who may be assessed again, in what, how often and within how many days of the released result."""

    scope: ReassessmentScope = Field(
        description="What is taken again: the whole pack, the units not reached, or the units below a score"
    )
    exempt_percent: Percent | None = Field(
        default=None, description="With `units_below`: a unit with at least this need not be taken again"
    )
    max_attempts: int = Field(ge=1, description="All attempts together, the first included")
    cooling_off_days: int | None = Field(default=None, ge=0, description="Days that must pass before the next one")
    apply_within_days: int = Field(ge=0, description="Days from the release within which it can be asked for")
    hold_within_days: int = Field(ge=0, description="Days from the release within which it is held")
    absent_may: bool = Field(description="Whether who was absent may be assessed again")
    dropped_out_may: bool = Field(description="Whether who dropped out of the training may be assessed again")

    @model_validator(mode="after")
    def _exempt_where_meant(self) -> Self:
        if (self.scope is ReassessmentScope.UNITS_BELOW) != (self.exempt_percent is not None):
            raise ValueError(Message("exempt_percent goes with the scope units_below, and only with it"))
        if (self.cooling_off_days or 0) > self.hold_within_days:
            raise ValueError(Message("cooling_off_days leave no day to hold it; raise hold_within_days"))
        return self


class NegativeMarking(Content):
    """What a wrong answer costs, and where marks stop at nothing."""

    share: Share = Field(description="The share of the item's worth that a wrong answer takes off: 1/4")
    floor: Literal["item", "criterion", "paper"] = Field(
        description="Never below nothing for an item, for a criterion's marks, or for the paper as a whole"
    )


class Watched(StrEnum):
    """What an exam page can tell the invigilator of: each is a sign to look, and decides nothing."""

    LEFT_PAGE = "left_page"
    SECOND_TAB = "second_tab"


# Names that schemes could hold before: nothing was ever told of them, and a published scheme stays readable.
_NEVER_TOLD = ("left_full_screen", "offline", "slept", "clock_changed")


def _still_told(names: object) -> object:
    return [name for name in names if name not in _NEVER_TOLD] if isinstance(names, list | tuple) else names


class TheoryRules(Content):
    """How long the theory exam lasts, how late its answers may arrive, and what wrong ones cost."""

    minutes: int = Field(ge=1, description="How long a candidate has, in minutes")
    grace_seconds: int = Field(
        default=60, ge=0, description="Seconds after the end in which answers on their way still count"
    )
    sync_until: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = Field(
        default="23:59",
        description="Local time of the next day until which answers given offline may arrive",
        examples=["23:59"],
    )
    watch: Annotated[tuple[Watched, ...], BeforeValidator(_still_told)] | None = Field(
        default=None,
        description="What the exam page tells the invigilator of; without it all there is, and [] for nothing",
        examples=[["left_page"]],
    )
    watermark: bool | None = Field(
        default=None, description="Whether the candidate's number stands across the exam page; without it, it does"
    )
    negative: NegativeMarking | None = Field(default=None, description="Without it a wrong answer costs nothing")

    @property
    def watched(self) -> tuple[Watched, ...]:
        """What the page tells the invigilator of."""
        return tuple(one for one in Watched if self.watch is None or one in self.watch)

    @property
    def has_watermark(self) -> bool:
        """Whether the candidate's number stands across the exam page, so that a picture of it says whose it was."""
        return self.watermark is not False
