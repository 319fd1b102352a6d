"""Checks of schemes: what alone would make a decision wrong, and what does not fit their pack."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from assessments.model import AssessmentScheme, Cell, MarksStatus, NodeMarks, ReassessmentScope, UnitMarks, unit_of
from assessments.rule_checks import rule_faults
from assessments.rule_words import COMPONENT_WORDS
from assessments.words import Message
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
        yield error("units", Message("no unit has any marks"))
    for place, unit in enumerate(scheme.units):
        if scheme.unit_total(unit.unit) == 0:
            yield error(f"units.{place}", Message("%(unit)s has no marks at all", {"unit": unit.unit}))
        yield from _marks_given_twice(unit, f"units.{place}")
    yield from rule_faults(scheme)


def names_its_pack(scheme: AssessmentScheme, pack: QualificationPack) -> Iterator[Problem]:
    """The scheme is for this pack at this version and level."""
    if scheme.pack != pack.code:
        facts = {"given": scheme.pack, "pack": pack.code}
        yield error("pack", Message("is %(given)s, the pack is %(pack)s", facts))
    if scheme.pack_version != pack.version:
        facts = {"given": scheme.pack_version, "version": pack.version}
        yield error("pack_version", Message("is %(given)s, the pack is at %(version)s", facts))
    if scheme.nsqf_level is not None and pack.pack.nsqf_level not in {None, scheme.nsqf_level}:
        facts = {"given": scheme.nsqf_level, "level": str(pack.pack.nsqf_level)}
        yield error("nsqf_level", Message("is %(given)s, the pack is at level %(level)s", facts))


def units_agree(scheme: AssessmentScheme, pack: QualificationPack) -> Iterator[Problem]:
    """Each unit of the pack has marks once, and no other unit has."""
    known = [unit.code for unit in pack.units]
    given = [unit.unit for unit in scheme.units]
    for index, code in enumerate(given):
        if code not in known:
            words = Message("%(unit)s is not in %(pack)s", {"unit": code, "pack": pack.code})
            yield error(f"units.{index}.unit", words)
        if given.index(code) != index:
            yield error(f"units.{index}.unit", Message("%(unit)s has marks already", {"unit": code}))
    for code in known:
        if code not in given and scheme.marks_status is not MarksStatus.MISSING:
            yield error("units", Message("%(unit)s has no marks", {"unit": code}))


def choices_agree(scheme: AssessmentScheme, pack: QualificationPack) -> Iterator[Problem]:
    """Electives and options are the pack's own; a scheme without any assesses all units."""
    units = pack.pack.units
    for name, own, theirs, none_named in (
        (
            "electives",
            _choices(scheme.electives),
            _choices(units.electives),
            Message("the pack has electives; the scheme names none, so all of them are assessed"),
        ),
        (
            "options",
            {frozenset(scheme.options or ())},
            {frozenset(units.options)},
            Message("the pack has options; the scheme names none, so all of them are assessed"),
        ),
    ):
        if getattr(scheme, name) is None:
            if theirs - {frozenset()}:
                yield warning(name, none_named)
        elif own != theirs:
            words = Message(
                "are other than the pack's; name the same units, and as many to choose, as %(pack)s",
                {"pack": pack.code},
            )
            yield error(name, words)


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
            words = Message("%(criterion)s is not in %(unit)s", {"criterion": name, "unit": marks.unit})
            yield error(f"{path}.criteria.{index}.criterion", words)
    covered = _covered(marks, unit)
    for name in known:
        if name not in given and name not in covered:
            yield error(f"{path}.criteria", Message("%(criterion)s has no marks", {"criterion": name}))
    for index, node in enumerate(marks.elements or ()):
        if node.element > len(unit.elements):
            there = {"unit": marks.unit, "elements": str(len(unit.elements))}
            words = Message("%(unit)s has %(elements)s elements", there)
            yield error(f"{path}.elements.{index}.element", words)
            continue
        own = {criterion.id for criterion in unit.elements[node.element - 1].criteria}
        for cell in marks.cells():
            if cell.ref.partition("#")[2] in own and node.marks.get(cell.component):
                words = Message(
                    "carries %(component)s marks as a whole; %(ref)s cannot carry them too",
                    {"component": COMPONENT_WORDS[cell.component], "ref": cell.ref},
                )
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
            sums = {"given": str(unit.marks), "total": str(total)}
            words = Message("is %(given)s, but the criteria add up to %(total)s; the sum counts", sums)
            yield warning(f"units.{place}.marks", words)
        carrying = {cell.ref for cell in unit.cells()}
        covered = _covered(unit, units[unit.unit]) if unit.unit in units else set()
        for index, criterion in enumerate(unit.criteria):
            if f"{unit.unit}#{criterion.criterion}" not in carrying and criterion.criterion not in covered:
                named = {"criterion": criterion.criterion}
                words = Message("%(criterion)s carries no marks and is not assessed", named)
                yield warning(f"units.{place}.criteria.{index}", words)
    if scheme.units and not scheme.theory_refs:
        yield warning("units", Message("no criterion has theory marks, so there is no paper to draw"))


def results_can_be_decided(scheme: AssessmentScheme, _pack: QualificationPack) -> Iterator[Problem]:
    """Nothing stands in the way of deciding; missing marks are told apart, as they may be given later."""
    if scheme.marks_status is not MarksStatus.MISSING:
        yield from deciding_faults(scheme)


def marks_are_known(scheme: AssessmentScheme, _pack: QualificationPack) -> Iterator[Problem]:
    """A scheme without known marks is kept, but nobody can be assessed by it."""
    if scheme.marks_status is MarksStatus.MISSING:
        words = Message("the marks are missing; nobody can be assessed until they are given")
        yield warning("marks_status", words)


def units_can_be_kept(scheme: AssessmentScheme, _pack: QualificationPack) -> Iterator[Problem]:
    """Where only units that were not reached are assessed again, the rule says when a unit is reached."""
    has_line = scheme.rule.unit_min_percent is not None or scheme.rule.unit_min_percent_of
    if scheme.reassessment.scope is ReassessmentScope.UNITS and not has_line:
        words = Message("no unit has a line of its own; a unit counts as reached at the line of the aggregate")
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
            words = Message("%(criterion)s stands %(times)s times", {"criterion": name, "times": str(count)})
            yield error(f"{path}.criteria", words)
        if unit.elements and _LIKE_AN_ELEMENT.fullmatch(name):
            words = Message(
                "%(criterion)s cannot be told from an element; give the criterion another id", {"criterion": name}
            )
            yield error(f"{path}.criteria", words)
    for number, count in Counter(node.element for node in unit.elements or ()).items():
        if count > 1:
            facts = {"element": str(number), "times": str(count)}
            yield error(f"{path}.elements", Message("element %(element)s stands %(times)s times", facts))
    if unit.whole is not None:
        yield from _carried_below(unit, unit.whole, path)


def _carried_below(unit: UnitMarks, whole: NodeMarks, path: str) -> Iterator[Problem]:
    below: dict[str, list[Cell]] = {}
    for cell in unit.cells():
        if unit_of(cell.ref) != cell.ref:
            below.setdefault(cell.component, []).append(cell)
    for component, marks in whole.marks.items():
        if marks and component in below:
            words = Message(
                "%(unit)s carries %(component)s marks as a whole; %(ref)s cannot carry them too",
                {"unit": unit.unit, "component": COMPONENT_WORDS[component], "ref": below[component][0].ref},
            )
            yield error(f"{path}.whole.marks.{component}", words)
