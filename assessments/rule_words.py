"""A scheme's rules in plain words: what must be reached to pass, how it is reckoned, and who may try again."""

from collections.abc import Iterator, Mapping

from assessments.model import Aggregation, AssessmentScheme, Component, ReassessmentScope, TheoryRules
from assessments.rules import PassRule, ReassessmentPolicy, Rounding
from assessments.words import Message

# A component within a sentence.
COMPONENT_WORDS: Mapping[Component, Message] = {
    Component.THEORY: Message("theory"),
    Component.PRACTICAL: Message("practical"),
    Component.PROJECT: Message("project"),
    Component.VIVA: Message("viva"),
}


def rule_in_words(scheme: AssessmentScheme) -> tuple[Message, ...]:
    """What must be reached to pass, one sentence a condition, then how it is reckoned and where the marks come from."""
    return (*_passing(scheme), *_reckoning(scheme))


def reassessment_in_words(policy: ReassessmentPolicy) -> tuple[Message, ...]:
    """Who may be assessed again, in what and within how many days."""
    return (scope_in_words(policy), *_when(policy), *_who(policy))


def _passing(scheme: AssessmentScheme) -> Iterator[Message]:
    yield _aggregate(scheme)
    yield from _unit_lines(scheme.rule)
    yield from _component_lines(scheme.rule)
    for ref, percent in (scheme.rule.critical_min_percent or {}).items():
        facts = {"ref": ref, "percent": percent}
        yield Message("And at least %(percent)s %% of the marks of %(ref)s, which is critical.", facts)
    if scheme.attendance_needed is not None:
        facts = {"percent": scheme.attendance_needed}
        yield Message("And at least %(percent)s %% attendance, where it is recorded.", facts)
    yield from _choosing(scheme)


def _aggregate(scheme: AssessmentScheme) -> Message:
    rule, needed = scheme.rule, {"percent": scheme.aggregate_needed or "", "level": scheme.nsqf_level or ""}
    if scheme.aggregate_needed is None:
        return Message("To pass, every line that follows must be reached; no line is set for all marks together.")
    by_level = rule.level_percents is not None
    if not by_level:
        needed = {"percent": needed["percent"]}
    return Message(_AGGREGATE[rule.aggregation, by_level].template, needed)


_AGGREGATE = {
    (Aggregation.RAW_SUM, False): Message("To pass: at least %(percent)s %% of all marks."),
    (Aggregation.RAW_SUM, True): Message("To pass at level %(level)s: at least %(percent)s %% of all marks."),
    (Aggregation.UNIT_WEIGHTS, False): Message(
        "To pass: at least %(percent)s %% of the units' percentages, each counted by its weight."
    ),
    (Aggregation.UNIT_WEIGHTS, True): Message(
        "To pass at level %(level)s: at least %(percent)s %% of the units' percentages, each counted by its weight."
    ),
    (Aggregation.GROUP_WEIGHTS, False): Message(
        "To pass: at least %(percent)s %% of the percentages of groups of units, each counted by its weight."
    ),
    (Aggregation.GROUP_WEIGHTS, True): Message(
        "To pass at level %(level)s: at least %(percent)s %% of the percentages of groups of units, each counted by "
        "its weight."
    ),
}


def _unit_lines(rule: PassRule) -> Iterator[Message]:
    if rule.unit_min_percent is not None:
        words = Message("And at least %(percent)s %% in every unit.")
        if rule.unit_min_percent_of:
            words = Message("And at least %(percent)s %% in every unit that has no other line.")
        yield Message(words.template, {"percent": rule.unit_min_percent})
    for unit, percent in (rule.unit_min_percent_of or {}).items():
        yield Message("And at least %(percent)s %% in unit %(unit)s.", {"percent": percent, "unit": unit})


def _component_lines(rule: PassRule) -> Iterator[Message]:
    facts: dict[str, str | Message]
    for component in Component:
        if component in rule.component_min_percent:
            facts = {"percent": rule.component_min_percent[component], "component": COMPONENT_WORDS[component]}
            yield Message("And at least %(percent)s %% of the %(component)s marks.", facts)
    for component, percent in (rule.unit_component_min_percent or {}).items():
        facts = {"percent": percent, "component": COMPONENT_WORDS[component]}
        yield Message("And at least %(percent)s %% of the %(component)s marks of every unit that has any.", facts)
    for unit, lines in (rule.unit_component_min_percent_of or {}).items():
        for component, percent in lines.items():
            facts = {"percent": percent, "component": COMPONENT_WORDS[component], "unit": unit}
            yield Message("And at least %(percent)s %% of the %(component)s marks of unit %(unit)s.", facts)


def _choosing(scheme: AssessmentScheme) -> Iterator[Message]:
    for group in scheme.electives or ():
        facts = {"min": str(group.choose.min), "max": str(group.choose.max), "units": _listed(group.units)}
        if group.choose.min == group.choose.max:
            yield Message("Of the electives %(units)s exactly %(min)s are chosen; only those count.", facts)
        else:
            yield Message("Of the electives %(units)s %(min)s to %(max)s are chosen; only those count.", facts)
    if scheme.options:
        needed = scheme.rule.option_min_percent or scheme.aggregate_needed or ""
        facts = {"units": _listed(scheme.options), "percent": needed}
        yield Message(
            "The options %(units)s are decided each by itself, with at least %(percent)s %%, and change nothing else.",
            facts,
        )


def _reckoning(scheme: AssessmentScheme) -> Iterator[Message]:
    rule = scheme.rule
    yield from _weights(rule)
    yield _rounding(rule.rounding)
    yield from _negative(scheme.theory)
    for band in sorted(rule.grades or (), key=lambda band: band.grade):
        facts = {"grade": band.grade, "percent": band.from_percent}
        yield Message("Grade %(grade)s from %(percent)s %% upwards.", facts)
    if scheme.override is not None:
        facts = {"title": scheme.override.title, "pack": scheme.pack}
        yield Message("This is the rule of “%(title)s”, put in place of the rule of %(pack)s, which is kept.", facts)
    if scheme.mark_unit != "1":
        yield Message("Marks are counted in units of %(unit)s mark.", {"unit": scheme.mark_unit})
    if scheme.specimen:
        yield Message("The marks are sample figures, not official: every result is a specimen.")


def _weights(rule: PassRule) -> Iterator[Message]:
    if rule.unit_groups:
        for group in rule.unit_groups:
            facts = {"group": group.title, "weight": str(group.weight), "units": _listed(group.units)}
            yield Message("“%(group)s” counts %(weight)s of 100: %(units)s, with their marks added.", facts)
    elif rule.unit_weights:
        weights = _listed(f"{unit} {weight}" for unit, weight in rule.unit_weights.items())
        yield Message("The units' weights: %(weights)s.", {"weights": weights})
    if (rule.unit_weights or rule.unit_groups) and rule.aggregation is Aggregation.RAW_SUM:
        yield Message("The weighed percentage is shown beside the sum of all marks; the sum decides.")
    elif rule.unit_weights or rule.unit_groups:
        yield Message("The sum of all marks is shown beside the weighed percentage; the weighed percentage decides.")


def _rounding(rounding: Rounding | None) -> Message:
    if rounding is None:
        return Message("Nothing is rounded: a figure just below the line does not pass.")
    return Message(_ROUNDING[rounding.where, rounding.direction].template, {"step": rounding.to})


_ROUNDING = {
    ("unit", "half_up"): Message(
        "The marks of each unit are rounded once to multiples of %(step)s, a half upwards, before all else; nothing "
        "else is rounded."
    ),
    ("unit", "up"): Message(
        "The marks of each unit are rounded up once to multiples of %(step)s before all else; nothing else is rounded."
    ),
    ("unit", "down"): Message(
        "The marks of each unit are rounded down once to multiples of %(step)s before all else; nothing else is "
        "rounded."
    ),
    ("total", "half_up"): Message(
        "The total percentage is rounded once to multiples of %(step)s, a half upwards; nothing else is rounded."
    ),
    ("total", "up"): Message(
        "The total percentage is rounded up once to multiples of %(step)s; nothing else is rounded."
    ),
    ("total", "down"): Message(
        "The total percentage is rounded down once to multiples of %(step)s; nothing else is rounded."
    ),
}


def _negative(theory: TheoryRules) -> Iterator[Message]:
    if theory.negative is not None:
        facts = {"share": theory.negative.share}
        yield Message(_FLOORS[theory.negative.floor].template, facts)


_FLOORS = {
    "item": Message("A wrong answer takes off %(share)s of its item's worth, but no item counts less than nothing."),
    "criterion": Message(
        "A wrong answer takes off %(share)s of its item's worth, but no criterion's theory counts less than nothing."
    ),
    "paper": Message(
        "A wrong answer takes off %(share)s of its item's worth, but the paper as a whole counts no less than nothing."
    ),
}


def scope_in_words(policy: ReassessmentPolicy) -> Message:
    """Which units are assessed again."""
    if policy.scope is ReassessmentScope.PACK:
        return Message("All units are assessed again.")
    if policy.scope is ReassessmentScope.UNITS:
        return Message("Only the units that were not reached are assessed again; the others keep their marks.")
    facts = {"percent": policy.exempt_percent or ""}
    return Message(
        "Units with less than %(percent)s %% are assessed again; those with at least as much keep their marks.", facts
    )


def _when(policy: ReassessmentPolicy) -> Iterator[Message]:
    yield Message("At most %(attempts)s attempts, the first included.", {"attempts": str(policy.max_attempts)})
    days = {"apply": str(policy.apply_within_days), "hold": str(policy.hold_within_days)}
    yield Message("To be asked for within %(apply)s days of the released result, and held within %(hold)s days.", days)
    if policy.cooling_off_days:
        facts = {"days": str(policy.cooling_off_days)}
        yield Message("At least %(days)s days must have passed since the result was released.", facts)


def _who(policy: ReassessmentPolicy) -> Iterator[Message]:
    if policy.absent_may:
        yield Message("Who was absent may ask for it.")
    else:
        yield Message("Who was absent may not ask for it.")
    if policy.dropped_out_may:
        yield Message("Who dropped out may ask for it.")
    else:
        yield Message("Who dropped out may not ask for it.")


def _listed(names: Iterator[str] | tuple[str, ...]) -> str:
    return ", ".join(names)
