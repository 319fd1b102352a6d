"""Random schemes that use every rule there is, and random marks for them: replayable from a `random.Random`."""

from fractions import Fraction

from assessments.model import AssessmentScheme, Component
from assessments.scheme_checks import deciding_faults
from assessments.scoring import Score
from tests.builders import a_scheme

LINES = ("0", "33.33", "40", "50", "60", "66.67", "69.995", "70", "200/3", "100/7", "100")
DENOMINATORS = (1, 1, 1, 2, 3, 4, 6, 7, 9, 11, 13)


def a_random_scheme(chance) -> AssessmentScheme:
    """A scheme that can decide: one to five units, any rules."""
    while True:
        scheme = AssessmentScheme.model_validate(_document(chance))
        if not list(deciding_faults(scheme)):
            return scheme


def a_random_choice(chance, scheme) -> set[str]:
    """Electives as their groups want them, and any options."""
    chosen = {unit for unit in scheme.options or () if chance.random() < 0.5}
    for group in scheme.electives or ():
        chosen |= set(chance.sample(group.units, chance.randint(group.choose.min, group.choose.max)))
    return chosen


def random_scores(chance, scheme, chosen):
    """A score for every cell that such a candidate is assessed in: often whole, often near a line."""
    left_out = (scheme.elective_units() | set(scheme.options or ())) - set(chosen)
    near = chance.choice((None, Fraction(1, 2), Fraction(7, 10), Fraction(2, 3)))
    scores = {}
    for cell, marks in scheme.cells().items():
        if cell.ref.partition("#")[0] not in left_out:
            share = near if near is not None and chance.random() < 0.8 else _share(chance)
            awarded = share * marks if chance.random() < 0.6 else Fraction(int(share * marks))
            scores[cell] = Score(awarded=Fraction(awarded), available=marks)
    return scores


def random_attendance(chance):
    """An attendance in per cent, or none recorded."""
    return None if chance.random() < 0.5 else Fraction(chance.randint(0, 1000), chance.choice((10, 13)))


def _share(chance):
    bottom = chance.choice(DENOMINATORS)
    return Fraction(chance.randint(0, bottom), bottom)


def _document(chance):
    codes = [f"ASC/N{number}" for number in range(1, chance.randint(1, 5) + 1)]
    units = [_unit(chance, code) for code in codes]
    document = {"units": units, "nsqf_level": chance.choice(("1", "3", "3.5", "4", "4.5", "7"))}
    document["mark_unit"] = chance.choice(("1", "1", "1/2", "1/4"))
    free = codes[2:]
    if free and chance.random() < 0.3:
        document["options"] = [free.pop()]
    if len(free) > 1 and chance.random() < 0.6:
        most = chance.randint(1, len(free))
        choose = {"min": chance.randint(0, most), "max": most}
        document["electives"] = [{"title": "Electives", "choose": choose, "units": list(free)}]
    counted = [code for code in codes if code not in document.get("options", ())]
    document["pass_rule"] = _rule(chance, counted, units)
    if chance.random() < 0.5:
        document["attendance_min_percent"] = chance.choice(LINES)
    if chance.random() < 0.25:
        document["override"] = _override(chance)
    plain = a_scheme().model_dump(mode="json", exclude_none=True)
    return {**plain, **document}


def _unit(chance, code):
    top = {"unit": code}
    components = chance.sample(list(Component), chance.randint(1, 4))
    spread, whole = components[:1], components[1:]
    top["criteria"] = [
        {"criterion": f"PC{number}", "marks": {part.value: chance.randint(1, 20) for part in spread}}
        for number in range(1, chance.randint(1, 4) + 1)
    ]
    if whole and chance.random() < 0.6:
        top["whole"] = {"marks": {part.value: chance.randint(1, 60) for part in whole}}
    elif whole:
        top["elements"] = [
            {"element": number, "marks": {part.value: chance.randint(1, 30) for part in whole}}
            for number in range(1, chance.randint(1, 3) + 1)
        ]
    if chance.random() < 0.2:
        weights = [{"criterion": f"PC{n}", "importance": n, "theory_percent": 50} for n in (1, 2)]
        top = {"unit": code, "marks": chance.randint(3, 100), "criteria": weights}
    return top


def _rule(chance, codes, units):
    rule = {**_total(chance), **_weighing(chance, codes), **_lines(chance, codes, units), **_besides(chance)}
    if chance.random() < 0.3 or not set(rule) & {"aggregate_percent", "level_percents", "unit_min_percent"}:
        rule |= {"option_min_percent": chance.choice(LINES), "unit_min_percent": chance.choice(LINES)}
    return rule


def _total(chance):
    if chance.random() < 0.6:
        return {"aggregate_percent": chance.choice(LINES)}
    if chance.random() < 0.5:
        return {"level_percents": {"1": "50", "3.5": chance.choice(LINES), "4": "70"}}
    return {}


def _weighing(chance, codes):
    way = chance.random()
    if way < 0.4:
        weights = dict(zip(codes, _hundred(chance, len(codes)), strict=True))
        return {"unit_weights": weights, "aggregation": chance.choice(("raw_sum", "unit_weights"))}
    if way < 0.7:
        cut = chance.randint(1, len(codes))
        parts = [part for part in (codes[:cut], codes[cut:]) if part]
        groups = [
            {"title": f"Group {place}", "weight": weight, "units": part}
            for place, (part, weight) in enumerate(zip(parts, _hundred(chance, len(parts)), strict=True))
        ]
        return {"unit_groups": groups, "aggregation": chance.choice(("raw_sum", "group_weights"))}
    return {}


def _lines(chance, codes, units):
    components = sorted({part for unit in units for part in _parts(unit)})
    own = chance.choice([unit for unit in units if unit["unit"] in codes])
    every = {
        "component_min_percent": {chance.choice(components): chance.choice(LINES)},
        "unit_component_min_percent": {chance.choice(components): chance.choice(LINES)},
        "unit_min_percent": chance.choice(LINES),
        "unit_min_percent_of": {chance.choice(codes): chance.choice(LINES)},
        "unit_component_min_percent_of": {own["unit"]: {chance.choice(_parts(own)): chance.choice(LINES)}},
        "critical_min_percent": {f"{own['unit']}#PC1": chance.choice(LINES)},
    }
    return {name: line for name, line in every.items() if chance.random() < 0.35}


def _besides(chance):
    step, direction = chance.choice(("1", "1/2", "0.5", "5", "1/3")), chance.choice(("half_up", "up", "down"))
    every = {
        "rounding": {"where": chance.choice(("unit", "total")), "to": step, "direction": direction},
        "grades": [{"grade": "A", "from_percent": "85"}, {"grade": "B", "from_percent": chance.choice(LINES)}],
    }
    return {name: part for name, part in every.items() if chance.random() < 0.3}


def _override(chance):
    parts = {
        "aggregate_percent": chance.choice(LINES),
        "level_percents": {"1": "50", "4": "70"},
        "unit_min_percent": chance.choice(LINES),
        "rounding": {"where": "total", "to": "1", "direction": "half_up"},
    }
    name = chance.choice(sorted(parts))
    override = {"title": "Protocol", "pass_rule": {name: parts[name]}}
    return {**override, "attendance_min_percent": "80"} if chance.random() < 0.5 else override


def _parts(unit):
    if "marks" in unit:
        return ["practical", "theory"]
    given = [unit.get("whole", {}), *unit.get("elements", ()), *unit["criteria"]]
    return sorted({part for node in given for part in node.get("marks", {})})


def _hundred(chance, count):
    cuts = sorted(chance.sample(range(1, 100), count - 1))
    return [after - before for before, after in zip([0, *cuts], [*cuts, 100], strict=True)]
