"""What one scheme changes against another: marks criterion by criterion, and the rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pydantic import BaseModel

from assessments.model import AssessmentScheme, Cell, Component, PassRule
from assessments.rules import Watched
from assessments.words import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksChange:
    """One node: its marks before and after, per component. They are marks, whatever mark unit a scheme counts in."""

    ref: str
    before: Mapping[Component, Fraction]
    after: Mapping[Component, Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One rule that is other than before; empty where it does not stand."""

    name: Message
    before: str
    after: str


def marks_changes(
    old: AssessmentScheme | None, new: AssessmentScheme, renamed: Mapping[str, str] | None = None
) -> tuple[MarksChange, ...]:
    """The criteria whose marks are other than before, in the order of the new scheme, then those that are gone.

    Without an old scheme no criterion had marks. `renamed` gives the references now of criteria that had others before.
    """
    now = renamed or {}
    before = {now.get(cell.ref, cell.ref): cell.ref for cell in (old.cells() if old else ())}
    refs = dict.fromkeys([*(cell.ref for cell in new.cells()), *before])
    pairs = ((ref, _of(old, before[ref]) if old and ref in before else {}, _of(new, ref)) for ref in refs)
    return tuple(MarksChange(ref=ref, before=before, after=after) for ref, before, after in pairs if before != after)


def rule_changes(old: AssessmentScheme, new: AssessmentScheme) -> tuple[RuleChange, ...]:
    """The rules that are other than before."""
    before, after = dict(_rules(old)), dict(_rules(new))
    return tuple(
        RuleChange(name=Message(name), before=before.get(name, ""), after=after.get(name, ""))
        for name in dict.fromkeys([*after, *before])
        if before.get(name, "") != after.get(name, "")
    )


def _of(scheme: AssessmentScheme, ref: str) -> Mapping[Component, Fraction]:
    cells, unit = scheme.cells(), Fraction(scheme.mark_unit)
    return {component: cells[Cell(ref, component)] * unit for component in Component if Cell(ref, component) in cells}


def _rules(scheme: AssessmentScheme) -> Iterator[tuple[str, str]]:
    """Each rule as (name, value); the names are sentences to translate."""
    again = scheme.reassessment
    yield Message("Marks").template, scheme.marks_status.value
    yield Message("Mark unit").template, scheme.mark_unit
    yield Message("NSQF level").template, scheme.nsqf_level or ""
    yield Message("Rule in place of the pack's own").template, "" if scheme.override is None else scheme.override.title
    yield from _pass_rules(scheme.rule)
    yield Message("Who scores the practical").template, scheme.practical_scorer.value
    yield Message("Minutes for the theory exam").template, str(scheme.theory.minutes)
    told = Message("The invigilator is told when a candidate leaves the exam page").template
    yield told, _yes(Watched.LEFT_PAGE in scheme.theory.watched)
    told = Message("The invigilator is told when the exam is opened in a second tab").template
    yield told, _yes(Watched.SECOND_TAB in scheme.theory.watched)
    yield Message("The candidate's number stands across the exam page").template, _yes(scheme.theory.has_watermark)
    yield Message("What a wrong answer takes off").template, _plain(scheme.theory.negative)
    yield Message("Attendance needed, per cent").template, scheme.attendance_needed or ""
    yield Message("Electives").template, _plain(scheme.electives)
    yield Message("Options").template, ", ".join(scheme.options or ())
    yield Message("Reassessment covers").template, again.scope.value
    yield Message("Per cent that exempts a unit from reassessment").template, again.exempt_percent or ""
    yield Message("Attempts altogether").template, str(again.max_attempts)
    yield Message("Days before another attempt").template, str(again.cooling_off_days or "")
    yield Message("Days to ask for reassessment").template, str(again.apply_within_days)
    yield Message("Days to hold the reassessment").template, str(again.hold_within_days)
    yield Message("Absent trainees may be reassessed").template, _yes(again.absent_may)
    yield Message("Trainees who dropped out may be reassessed").template, _yes(again.dropped_out_may)
    yield Message("Items on a paper").template, str(sum(scheme.theory_items.values()))


def _pass_rules(rule: PassRule) -> Iterator[tuple[str, str]]:
    floors = rule.component_min_percent
    yield Message("Per cent of all marks to pass").template, rule.aggregate_percent or ""
    yield Message("Per cent to pass, by NSQF level").template, _plain(rule.level_percents)
    yield Message("Aggregation").template, rule.aggregation.value
    yield Message("Weights of units").template, _plain(rule.unit_weights)
    yield Message("Weights of groups of units").template, _plain(rule.unit_groups)
    yield Message("Per cent in every unit").template, rule.unit_min_percent or ""
    yield Message("Per cent in single units").template, _plain(rule.unit_min_percent_of)
    yield Message("Per cent of the theory marks").template, floors.get(Component.THEORY, "")
    yield Message("Per cent of the practical marks").template, floors.get(Component.PRACTICAL, "")
    yield Message("Per cent of the project marks").template, floors.get(Component.PROJECT, "")
    yield Message("Per cent of the viva marks").template, floors.get(Component.VIVA, "")
    yield Message("Per cent of components in every unit").template, _plain(rule.unit_component_min_percent)
    yield Message("Per cent of components in single units").template, _plain(rule.unit_component_min_percent_of)
    yield Message("Per cent of critical criteria").template, _plain(rule.critical_min_percent)
    yield Message("Per cent in an option").template, rule.option_min_percent or ""
    yield Message("Rounding").template, _plain(rule.rounding)
    yield Message("Grades").template, _plain(rule.grades)


def _plain(value: object) -> str:
    """A rule of several parts on one line, names and figures as they are written in a file."""
    if value is None:
        return ""
    if isinstance(value, BaseModel):
        return _plain(value.model_dump(mode="json", exclude_none=True))
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_plain(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_plain(part) for part in value)
    return str(value)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
