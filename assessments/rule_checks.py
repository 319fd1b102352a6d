"""Checks of a scheme's pass rule: lines for what is not there, weights that do not add up, choices that cannot be."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from assessments.model import AssessmentScheme, unit_of
from assessments.words import Message
from curriculum.problems import Problem, error

WHOLE = 100  # what weights add up to
# Said of the code that a path ends in.
_NO_UNIT = Message("is not a unit here")


def rule_faults(scheme: AssessmentScheme) -> Iterator[Problem]:
    """Every fault of the rule in force, each at the place where its part was given."""
    for check in (_choices, _weights, _groups, _levels, _unit_lines, _component_lines, _critical, _options, _grades):
        yield from check(scheme)


def place_of(scheme: AssessmentScheme, name: str) -> str:
    """Where the rule in force has a part from: the override, or the pack's own rule."""
    above = scheme.override is not None and name in scheme.override.replaces
    return f"override.pass_rule.{name}" if above else f"pass_rule.{name}"


def _counting(scheme: AssessmentScheme) -> list[str]:
    """The units that can enter the aggregate: all but the options."""
    return [unit.unit for unit in scheme.units if unit.unit not in (scheme.options or ())]


def _choices(scheme: AssessmentScheme) -> Iterator[Problem]:
    known = {unit.unit for unit in scheme.units}
    for place, group in enumerate(scheme.electives or ()):
        if not group.choose.min <= group.choose.max <= len(group.units):
            asked = {"least": str(group.choose.min), "most": str(group.choose.max), "units": str(len(group.units))}
            words = Message("%(least)s to %(most)s of %(units)s units cannot be chosen", asked)
            yield error(f"electives.{place}.choose", words)
        yield from (error(f"electives.{place}", _no_unit(code)) for code in group.units if code not in known)
    yield from (error("options", _no_unit(code)) for code in scheme.options or () if code not in known)
    named = Counter(chain(scheme.options or (), *(group.units for group in scheme.electives or ())))
    for code, count in named.items():
        if count > 1:
            yield error("electives", Message("%(unit)s is named %(times)s times", {"unit": code, "times": str(count)}))


def _weights(scheme: AssessmentScheme) -> Iterator[Problem]:
    weights, path, units = scheme.rule.unit_weights, place_of(scheme, "unit_weights"), _counting(scheme)
    if weights is None:
        return
    yield from (error(f"{path}.{code}", _NO_UNIT) for code in weights if code not in units)
    yield from (error(path, Message("%(unit)s has no weight", {"unit": code})) for code in units if code not in weights)
    free = scheme.elective_units()
    fixed = sum(weight for code, weight in weights.items() if code not in free)
    least = most = fixed
    for group in scheme.electives or ():
        own = sorted(weights.get(code, 0) for code in group.units)
        least += sum(own[: group.choose.min])
        most += sum(own[len(own) - group.choose.min :])
    as_many = all(group.choose.min == group.choose.max for group in scheme.electives or ())
    if not free and fixed != WHOLE:
        sums = {"total": str(fixed), "whole": str(WHOLE)}
        yield error(path, Message("add up to %(total)s, not %(whole)s", sums))
    elif free and as_many and (least, most) != (WHOLE, WHOLE):
        words = Message(
            "add up to %(least)s to %(most)s with the electives chosen, not %(whole)s for every choice",
            {"least": str(least), "most": str(most), "whole": str(WHOLE)},
        )
        yield error(path, words)


def _groups(scheme: AssessmentScheme) -> Iterator[Problem]:
    groups, path, units = scheme.rule.unit_groups, place_of(scheme, "unit_groups"), _counting(scheme)
    if groups is None:
        return
    named = Counter(code for group in groups for code in group.units)
    yield from (error(path, _no_unit(code)) for code in named if code not in units)
    yield from (error(path, Message("%(unit)s is in no group", {"unit": code})) for code in units if code not in named)
    for code, count in named.items():
        if count > 1:
            yield error(path, Message("%(unit)s is in %(groups)s groups", {"unit": code, "groups": str(count)}))
    if (total := sum(group.weight for group in groups)) != WHOLE:
        sums = {"total": str(total), "whole": str(WHOLE)}
        yield error(path, Message("the weights add up to %(total)s, not %(whole)s", sums))


def _levels(scheme: AssessmentScheme) -> Iterator[Problem]:
    if scheme.rule.level_percents is None:
        return
    if scheme.nsqf_level is None:
        words = Message("is missing, and the rule goes by it; write the pack's level, such as 4 or 4.5")
        yield error("nsqf_level", words)
    elif scheme.aggregate_needed is None:
        words = Message("has no line for level %(level)s", {"level": scheme.nsqf_level})
        yield error(place_of(scheme, "level_percents"), words)


def _unit_lines(scheme: AssessmentScheme) -> Iterator[Problem]:
    units = _counting(scheme)
    for name in ("unit_min_percent_of", "unit_component_min_percent_of"):
        for code in getattr(scheme.rule, name) or {}:
            if code not in units:
                yield error(f"{place_of(scheme, name)}.{code}", _NO_UNIT)


def _component_lines(scheme: AssessmentScheme) -> Iterator[Problem]:
    rule, units = scheme.rule, set(_counting(scheme))
    present = {(unit_of(cell.ref), cell.component) for cell in scheme.cells() if unit_of(cell.ref) in units}
    components = {component for _, component in present}
    for name in ("component_min_percent", "unit_component_min_percent"):
        for component in getattr(rule, name) or {}:
            if component not in components:
                words = Message("no criterion has marks of this component")
                yield error(f"{place_of(scheme, name)}.{component}", words)
    for unit, lines in (rule.unit_component_min_percent_of or {}).items():
        for component in lines:
            if unit in units and (unit, component) not in present:
                path = f"{place_of(scheme, 'unit_component_min_percent_of')}.{unit}.{component}"
                yield error(path, Message("%(unit)s has no marks of this component", {"unit": unit}))


def _critical(scheme: AssessmentScheme) -> Iterator[Problem]:
    units, refs = _counting(scheme), {cell.ref for cell in scheme.cells()}
    for ref in scheme.rule.critical_min_percent or {}:
        if ref not in refs or unit_of(ref) not in units:
            words = Message("has no marks of its own that count; write a reference such as ASC/N1105#PC4")
            yield error(f"{place_of(scheme, 'critical_min_percent')}.{ref}", words)


def _options(scheme: AssessmentScheme) -> Iterator[Problem]:
    if scheme.options and scheme.rule.option_min_percent is None and scheme.aggregate_needed is None:
        words = Message("is missing: an option needs a line, and there is no aggregate")
        yield error(place_of(scheme, "option_min_percent"), words)


def _grades(scheme: AssessmentScheme) -> Iterator[Problem]:
    for what in ("grade", "from_percent"):
        given = Counter(getattr(band, what) for band in scheme.rule.grades or ())
        twice = (value for value, count in given.items() if count > 1)
        words = (Message("%(value)s stands twice", {"value": value}) for value in twice)
        yield from (error(place_of(scheme, "grades"), told) for told in words)


def _no_unit(code: str) -> Message:
    return Message("%(unit)s is not a unit here", {"unit": code})
