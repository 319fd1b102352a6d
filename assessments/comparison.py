"""What one scheme changes against another: marks criterion by criterion, and the rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assessments.model import AssessmentScheme, Cell, Component
from assessments.words import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksChange:
    """One criterion (or, with a unit's code, one unit's total): its marks before and after, per component."""

    ref: str
    before: Mapping[Component, int]
    after: Mapping[Component, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One rule that is other than before; empty where it does not stand."""

    name: Message
    before: str
    after: str


def marks_changes(old: AssessmentScheme, new: AssessmentScheme) -> tuple[MarksChange, ...]:
    """The criteria whose marks are other than before, in the order of the new scheme, then those that are gone."""
    refs = dict.fromkeys(cell.ref for scheme in (new, old) for cell in scheme.cells())
    pairs = ((ref, _of(old, ref), _of(new, ref)) for ref in refs)
    return tuple(MarksChange(ref=ref, before=before, after=after) for ref, before, after in pairs if before != after)


def rule_changes(old: AssessmentScheme, new: AssessmentScheme) -> tuple[RuleChange, ...]:
    """The rules that are other than before."""
    before, after = dict(_rules(old)), dict(_rules(new))
    return tuple(
        RuleChange(name=Message(name), before=before.get(name, ""), after=after.get(name, ""))
        for name in dict.fromkeys([*after, *before])
        if before.get(name, "") != after.get(name, "")
    )


def _of(scheme: AssessmentScheme, ref: str) -> Mapping[Component, int]:
    cells = scheme.cells()
    return {component: cells[Cell(ref, component)] for component in Component if Cell(ref, component) in cells}


def _rules(scheme: AssessmentScheme) -> Iterator[tuple[str, str]]:
    """Each rule as (name, value); the names are sentences to translate."""
    rule, again = scheme.pass_rule, scheme.reassessment
    yield Message("Marks").template, scheme.marks_status.value
    yield Message("Mark unit").template, scheme.mark_unit
    yield Message("Per cent of all marks to pass").template, rule.aggregate_percent
    yield Message("Aggregation").template, rule.aggregation.value
    yield Message("Per cent in every unit").template, rule.unit_min_percent or ""
    yield Message("Per cent of the theory marks").template, rule.component_min_percent.get(Component.THEORY, "")
    yield Message("Per cent of the practical marks").template, rule.component_min_percent.get(Component.PRACTICAL, "")
    yield Message("Who scores the practical").template, scheme.practical_scorer.value
    yield Message("Minutes for the theory exam").template, str(scheme.theory.minutes)
    yield Message("Attendance needed, per cent").template, scheme.attendance_min_percent or ""
    yield Message("Reassessment covers").template, again.scope.value
    yield Message("Attempts altogether").template, str(again.max_attempts)
    yield Message("Days to ask for reassessment").template, str(again.apply_within_days)
    yield Message("Days to hold the reassessment").template, str(again.hold_within_days)
    yield Message("Absent trainees may be reassessed").template, _yes(again.absent_may)
    yield Message("Trainees who dropped out may be reassessed").template, _yes(again.dropped_out_may)
    yield Message("Items on a paper").template, str(sum(_items(scheme).values()))


def _items(scheme: AssessmentScheme) -> Mapping[str, int]:
    asked = set(scheme.theory_refs)
    lines = {f"{unit.unit}#{line.criterion}": line.theory_items for unit in scheme.units for line in unit.criteria}
    return {ref: items for ref, items in lines.items() if ref in asked}


def _yes(value: bool) -> str:
    return "yes" if value else "no"
