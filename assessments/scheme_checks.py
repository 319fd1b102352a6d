"""Checks of schemes: what alone would make a decision wrong, and what does not fit their pack."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from assessments.model import AssessmentScheme, Cell, MarksStatus, NodeMarks, ReassessmentScope, UnitMarks, unit_of
from assessments.rule_checks import rule_faults
from curriculum.model import ElectiveGroup, NosUnit, QualificationPack
from curriculum.problems import Problem, error, warning

Check = Callable[[AssessmentScheme, QualificationPack], Iterator[Problem]]
_LIKE_AN_ELEMENT = re.compile(r"E\d+")


def check_scheme(scheme: AssessmentScheme, pack: QualificationPack) -> list[Problem]:
    """Every fault and oddity of a scheme against its pack, in order of the checks."""
    return [problem for check in CHECKS for problem in check(scheme, pack)]


def deciding_faults(scheme: AssessmentScheme) -> Iterator[Problem]:
    """What in a scheme alone would make a decision wrong: units without marks, marks given twice, lines for nothing."""
    if not scheme.units:
        yield error("units", "no unit has any marks")
    for place, unit in enumerate(scheme.units):
        if scheme.unit_total(unit.unit) == 0:
            yield error(f"units.{place}", f"{unit.unit} has no marks at all")
        yield from _marks_given_twice(unit, f"units.{place}")
    yield from rule_faults(scheme)


def names_its_pack(scheme: AssessmentScheme, pack: QualificationPack) -> Iterator[Problem]:
    """The scheme is for this pack at this version and level."""
    if scheme.pack != pack.code:
        yield error("pack", f"is {scheme.pack}, the pack is {pack.code}")
    if scheme.pack_version != pack.version:
        yield error("pack_version", f"is {scheme.pack_version}, the pack is at {pack.version}")
    if scheme.nsqf_level is not None and pack.pack.nsqf_level not in {None, scheme.nsqf_level}:
        yield error("nsqf_level", f"is {scheme.nsqf_level}, the pack is at level {pack.pack.nsqf_level}")


def units_agree(scheme: AssessmentScheme, pack: QualificationPack) -> Iterator[Problem]:
    """Each unit of the pack has marks once, and no other unit has."""
    known = [unit.code for unit in pack.units]
    given = [unit.unit for unit in scheme.units]
    for index, code in enumerate(given):
        if code not in known:
            yield error(f"units.{index}.unit", f"{code} is not in {pack.code}")
        if given.index(code) != index:
            yield error(f"units.{index}.unit", f"{code} has marks already")
    for code in known:
        if code not in given and scheme.marks_status is not MarksStatus.MISSING:
            yield error("units", f"{code} has no marks")


def choices_agree(scheme: AssessmentScheme, pack: QualificationPack) -> Iterator[Problem]:
    """Electives and options are the pack's own; a scheme without any assesses all units."""
    for name, own, theirs in (
        ("electives", _choices(scheme.electives), _choices(pack.pack.units.electives)),
        ("options", {frozenset(scheme.options or ())}, {frozenset(pack.pack.units.options)}),
    ):
        if getattr(scheme, name) is None:
            if theirs - {frozenset()}:
                yield warning(name, f"the pack has {name}; the scheme names none, so all of them are assessed")
        elif own != theirs:
            yield error(name, f"are other than the pack's; name the same units, and as many to choose, as {pack.code}")


def _choices(groups: tuple[ElectiveGroup, ...] | None) -> set[object]:
    return {(frozenset(group.units), group.choose.min, group.choose.max) for group in groups or ()}


def criteria_agree(scheme: AssessmentScheme, pack: QualificationPack) -> Iterator[Problem]:
    """Each criterion of a unit has marks, of its own or in those of its element or unit, and nothing else has."""
    units = {unit.code: unit for unit in pack.units}
    for place, unit in enumerate(scheme.units):
        if unit.unit in units:
            yield from _nodes_agree(unit, units[unit.unit], f"units.{place}")


def _nodes_agree(marks: UnitMarks, unit: NosUnit, path: str) -> Iterator[Problem]:
    known = [criterion.id for criterion in unit.criteria]
    given = [criterion.criterion for criterion in marks.criteria]
    for index, name in enumerate(given):
        if name not in known:
            yield error(f"{path}.criteria.{index}.criterion", f"{name} is not in {marks.unit}")
    covered = _covered(marks, unit)
    for name in known:
        if name not in given and name not in covered:
            yield error(f"{path}.criteria", f"{name} has no marks")
    for index, node in enumerate(marks.elements or ()):
        if node.element > len(unit.elements):
            yield error(f"{path}.elements.{index}.element", f"{marks.unit} has {len(unit.elements)} elements")
            continue
        own = {criterion.id for criterion in unit.elements[node.element - 1].criteria}
        for cell in marks.cells():
            if cell.ref.partition("#")[2] in own and node.marks.get(cell.component):
                words = f"carries {cell.component} marks as a whole; {cell.ref} cannot carry them too"
                yield error(f"{path}.elements.{index}", words)


def _covered(marks: UnitMarks, unit: NosUnit) -> set[str]:
    """The criteria that need no marks of their own, since their element or the unit carries some."""
    if marks.whole is not None:
        return {criterion.id for criterion in unit.criteria}
    numbers = {node.element for node in marks.elements or ()}
    elements = [element for number, element in enumerate(unit.elements, 1) if number in numbers]
    return {criterion.id for element in elements for criterion in element.criteria}


def marks_add_up(scheme: AssessmentScheme, pack: QualificationPack) -> Iterator[Problem]:
    """A printed total is the sum, criteria without marks are shown, and there is theory to ask."""
    units = {unit.code: unit for unit in pack.units}
    for place, unit in enumerate(scheme.units):
        total = scheme.unit_total(unit.unit)
        shared = any(line.importance is not None for line in unit.criteria)
        if unit.marks is not None and unit.marks != total and not (shared and (unit.whole or unit.elements)):
            yield warning(
                f"units.{place}.marks", f"is {unit.marks}, but the criteria add up to {total}; the sum counts"
            )
        carrying = {cell.ref for cell in unit.cells()}
        covered = _covered(unit, units[unit.unit]) if unit.unit in units else set()
        for index, criterion in enumerate(unit.criteria):
            if f"{unit.unit}#{criterion.criterion}" not in carrying and criterion.criterion not in covered:
                path = f"units.{place}.criteria.{index}"
                yield warning(path, f"{criterion.criterion} carries no marks and is not assessed")
    if scheme.units and not scheme.theory_refs:
        yield warning("units", "no criterion has theory marks, so there is no paper to draw")


def results_can_be_decided(scheme: AssessmentScheme, _pack: QualificationPack) -> Iterator[Problem]:
    """Nothing stands in the way of deciding; missing marks are told apart, as they may be given later."""
    if scheme.marks_status is not MarksStatus.MISSING:
        yield from deciding_faults(scheme)


def marks_are_known(scheme: AssessmentScheme, _pack: QualificationPack) -> Iterator[Problem]:
    """A scheme without known marks is kept, but nobody can be assessed by it."""
    if scheme.marks_status is MarksStatus.MISSING:
        yield warning("marks_status", "the marks are missing; nobody can be assessed until they are given")


def units_can_be_kept(scheme: AssessmentScheme, _pack: QualificationPack) -> Iterator[Problem]:
    """Where only units that were not reached are assessed again, the rule says when a unit is reached."""
    has_line = scheme.rule.unit_min_percent is not None or scheme.rule.unit_min_percent_of
    if scheme.reassessment.scope is ReassessmentScope.UNITS and not has_line:
        words = "no unit has a line of its own; a unit counts as reached at the line of the aggregate"
        yield warning("reassessment.scope", words)


CHECKS: tuple[Check, ...] = (
    names_its_pack,
    units_agree,
    choices_agree,
    criteria_agree,
    marks_add_up,
    results_can_be_decided,
    marks_are_known,
    units_can_be_kept,
)


def _marks_given_twice(unit: UnitMarks, path: str) -> Iterator[Problem]:
    """A node stands once; what the unit carries as a whole in a component, nothing in it carries."""
    for name, count in Counter(criterion.criterion for criterion in unit.criteria).items():
        if count > 1:
            yield error(f"{path}.criteria", f"{name} stands {count} times")
        if unit.elements and _LIKE_AN_ELEMENT.fullmatch(name):
            yield error(f"{path}.criteria", f"{name} cannot be told from an element; give the criterion another id")
    for number, count in Counter(node.element for node in unit.elements or ()).items():
        if count > 1:
            yield error(f"{path}.elements", f"element {number} stands {count} times")
    if unit.whole is not None:
        yield from _carried_below(unit, unit.whole, path)


def _carried_below(unit: UnitMarks, whole: NodeMarks, path: str) -> Iterator[Problem]:
    below: dict[str, list[Cell]] = {}
    for cell in unit.cells():
        if unit_of(cell.ref) != cell.ref:
            below.setdefault(cell.component, []).append(cell)
    for component, marks in whole.marks.items():
        if marks and component in below:
            words = f"{unit.unit} carries {component} marks as a whole; {below[component][0].ref} cannot carry them too"
            yield error(f"{path}.whole.marks.{component}", words)
