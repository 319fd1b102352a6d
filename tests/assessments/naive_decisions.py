"""Deciding once more, naively: from the text of the rules alone, on a scheme as its file holds it.

It shares no code with the engine. A scheme is the plain dictionary of its file, marks are fractions by node and
component, and every rule is a loop over all of them.
"""

from fractions import Fraction
from math import ceil, floor

HUNDRED = Fraction(100)


def naive_decision(scheme, out_of, marks, *, chosen=(), attendance=None):
    """What a candidate's marks come to.

    `scheme` is the file's dictionary, `out_of` and `marks` are {(node, component): figure}. Returns a dictionary:
    passed, raw, weighted, lines {name: met}, options {unit: met} and grade.
    """
    rule, attendance_line = in_force(scheme)
    optional = set(scheme.get("options") or [])
    counting = units_that_count(scheme, optional, chosen)
    got, full = {}, {}
    for code in counting:
        got[code] = sum((marks[place] for place in marks if belongs(place, code)), Fraction(0))
        full[code] = sum(out_of[place] for place in out_of if belongs(place, code))
        got[code] = unit_rounding(rule, scheme, got[code], full[code])

    raw = HUNDRED * sum(got.values()) / sum(full.values())
    weighted = weigh(rule, counting, got, full)
    deciding = raw if rule["aggregation"] == "raw_sum" else weighted
    deciding = total_rounding(rule, deciding)

    lines = {}
    needed = aggregate_line(rule, scheme)
    if needed is not None:
        lines["aggregate"] = deciding >= needed
    for code in counting:
        text = (rule.get("unit_min_percent_of") or {}).get(code) or rule.get("unit_min_percent")
        if text is not None:
            lines["unit:" + code] = got[code] * 100 >= Fraction(text) * full[code]
    lines.update(component_lines(rule, counting, out_of, marks))
    for node, text in (rule.get("critical_min_percent") or {}).items():
        own = [place for place in out_of if place[0] == node and node.split("#")[0] in counting]
        if own:
            lines["critical:" + node] = reaches(own, out_of, marks, text)
    if attendance is not None and attendance_line is not None:
        lines["attendance"] = attendance >= Fraction(attendance_line)

    passed = all(lines.values())
    return {
        "passed": passed,
        "raw": raw,
        "weighted": weighted,
        "lines": lines,
        "options": option_verdicts(rule, scheme, needed, optional & set(chosen), out_of, marks),
        "grade": best_grade(rule, deciding) if passed else None,
    }


def units_that_count(scheme, optional, chosen):
    """All units but the options, and of the electives only the chosen ones."""
    elective = {unit for group in scheme.get("electives") or [] for unit in group["units"]}
    counting = []
    for unit in scheme["units"]:
        code = unit["unit"]
        if code in optional or (code in elective and code not in chosen):
            continue
        counting.append(code)
    return counting


def in_force(scheme):
    """The pack's rule, with each part that an override names in place of the pack's; and the attendance line."""
    rule, attendance = dict(scheme["pass_rule"]), scheme.get("attendance_min_percent")
    above = scheme.get("override")
    if above:
        for name, value in above["pass_rule"].items():
            rule[name] = value
        if "level_percents" in above["pass_rule"]:
            rule.pop("aggregate_percent", None)
        if "aggregate_percent" in above["pass_rule"]:
            rule.pop("level_percents", None)
        if "unit_groups" in above["pass_rule"]:
            rule.pop("unit_weights", None)
        if "unit_weights" in above["pass_rule"]:
            rule.pop("unit_groups", None)
        attendance = above.get("attendance_min_percent", attendance)
    return rule, attendance


def aggregate_line(rule, scheme):
    """The percentage that the aggregate needs: as written, or by the highest level not above the pack's."""
    if rule.get("aggregate_percent") is not None:
        return Fraction(rule["aggregate_percent"])
    best = None
    for level, text in sorted((rule.get("level_percents") or {}).items(), key=lambda line: Fraction(line[0])):
        if Fraction(level) <= Fraction(scheme["nsqf_level"]):
            best = Fraction(text)
    return best


def weigh(rule, counting, got, full):
    """The percentages of units, or of groups of units added up, each times its weight, by all weights that count."""
    above = below = Fraction(0)
    if rule.get("unit_weights"):
        for code in counting:
            above += rule["unit_weights"][code] * (HUNDRED * got[code] / full[code])
            below += rule["unit_weights"][code]
    elif rule.get("unit_groups"):
        for group in rule["unit_groups"]:
            own = [code for code in counting if code in group["units"]]
            if own:
                above += group["weight"] * (HUNDRED * sum(got[code] for code in own) / sum(full[code] for code in own))
                below += group["weight"]
    return above / below if below else None


def component_lines(rule, counting, out_of, marks):
    """The lines of components over all units, then those within each unit."""
    lines = {}
    places = [place for place in out_of if place[0].split("#")[0] in counting]
    for component, text in (rule.get("component_min_percent") or {}).items():
        own = [place for place in places if place[1] == component]
        if own:
            lines["component:" + component] = reaches(own, out_of, marks, text)
    for code in counting:
        wanted = dict(rule.get("unit_component_min_percent") or {})
        wanted.update((rule.get("unit_component_min_percent_of") or {}).get(code, {}))
        for component, text in wanted.items():
            own = [place for place in places if place[1] == component and belongs(place, code)]
            if own:
                lines["unit_component:" + code + "/" + component] = reaches(own, out_of, marks, text)
    return lines


def option_verdicts(rule, scheme, aggregate, taken, out_of, marks):
    """Each option taken, by itself, at the options' line or else the aggregate's."""
    verdicts = {}
    for code in taken:
        text = rule.get("option_min_percent")
        line = aggregate if text is None else Fraction(text)
        got = sum((marks[place] for place in marks if belongs(place, code)), Fraction(0))
        full = sum(out_of[place] for place in out_of if belongs(place, code))
        verdicts[code] = unit_rounding(rule, scheme, got, full) * 100 >= line * full
    return verdicts


def best_grade(rule, deciding):
    """The grade with the highest line that is reached."""
    best = None
    for band in rule.get("grades") or []:
        line = Fraction(band["from_percent"])
        if deciding >= line and (best is None or line > best[0]):
            best = (line, band["grade"])
    return None if best is None else best[1]


def unit_rounding(rule, scheme, got, full):
    """A unit's marks, in whole marks rounded if the rule says so, and never more than there are."""
    rounding = rule.get("rounding")
    if not rounding or rounding["where"] != "unit":
        return got
    worth = Fraction(scheme["mark_unit"])
    return max(min(to_multiple(got * worth, rounding) / worth, Fraction(full)), Fraction(-full))


def total_rounding(rule, percentage):
    """The aggregate rounded if the rule says so, and never more than 100."""
    rounding = rule.get("rounding")
    if not rounding or rounding["where"] != "total":
        return percentage
    return min(to_multiple(percentage, rounding), HUNDRED)


def to_multiple(figure, rounding):
    """The nearest multiple, a half upwards; or the next one up or down."""
    step = Fraction(rounding["to"])
    times = figure / step
    if rounding["direction"] == "up":
        return ceil(times) * step
    if rounding["direction"] == "down":
        return floor(times) * step
    below = floor(times)
    return (below if times - below < Fraction(1, 2) else below + 1) * step


def reaches(places, out_of, marks, text):
    """Whether the marks of some places reach that per cent of what they are out of."""
    return sum(marks[place] for place in places) * 100 >= Fraction(text) * sum(out_of[place] for place in places)


def belongs(place, code):
    """Whether a place lies in a unit."""
    return place[0] == code or place[0].startswith(code + "#")
