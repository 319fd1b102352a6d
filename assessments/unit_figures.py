"""The marks of a unit as somebody gave them, node by node; put into a scheme, and read from one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from assessments.marks import common_unit
from assessments.model import AssessmentScheme, Component, MarksStatus, unit_of
from curriculum.model import NosUnit, QualificationPack

Marks = dict[Component, Fraction]


@dataclass(slots=True)
class UnitFigures:
    """The printed marks of a unit by node: the unit as a whole, its elements by place, its criteria by id."""

    unit: NosUnit
    whole: Marks = field(default_factory=dict)
    elements: dict[int, Marks] = field(default_factory=dict)
    criteria: dict[str, Marks] = field(default_factory=dict)
    total: Fraction | None = None

    def settle(self) -> None:
        """Leave each component's marks at the lowest nodes that print any: sums above them are not marks."""
        for number, marks in self.elements.items():
            own = [self.criteria.get(line.id, {}) for line in self.unit.elements[number - 1].criteria]
            for component in [name for name in marks if any(line.get(name) for line in own)]:
                del marks[component]
        below = [*self.criteria.values(), *self.elements.values()]
        for component in [name for name in self.whole if any(marks.get(name) for marks in below)]:
            del self.whole[component]

    def each(self) -> Iterator[Fraction]:
        """Every figure."""
        for marks in (self.whole, *self.elements.values(), *self.criteria.values()):
            yield from marks.values()
        if self.total is not None:
            yield self.total

    def sums(self) -> dict[Component, Fraction]:
        """What all nodes come to in each component that has any."""
        found: dict[Component, Fraction] = {}
        for marks in (self.whole, *self.elements.values(), *self.criteria.values()):
            for component, mark in marks.items():
                found[component] = found.get(component, Fraction(0)) + mark
        return {component: found[component] for component in Component if found.get(component)}

    def document(self, step: Fraction) -> dict[str, Any]:
        """The unit's marks in the shape of a scheme file, counted in steps of the mark unit."""

        def counted(marks: Marks) -> dict[str, int]:
            return {name.value: int(marks[name] / step) for name in Component if marks.get(name)}

        own: dict[str, Any] = {"unit": self.unit.code}
        if self.total is not None:
            own["marks"] = int(self.total / step)
        if whole := counted(self.whole):
            own["whole"] = {"marks": whole}
        elements = [
            {"element": number, "marks": marks}
            for number, given in sorted(self.elements.items())
            if (marks := counted(given))
        ]
        if elements:
            own["elements"] = elements
        # Where criteria print none at all, those above carry the marks, and nothing is said of them one by one.
        if any(counted(marks) for marks in self.criteria.values()) or not (whole or elements):
            own["criteria"] = [
                {"criterion": line.id, "marks": counted(self.criteria.get(line.id, {})) or {"theory": 0}}
                for line in self.unit.criteria
            ]
        return own


def with_marks(base: AssessmentScheme, units: Sequence[UnitFigures], status: MarksStatus) -> AssessmentScheme:
    """The scheme with these marks in place of its own; its rules stay, and the items of nodes that it had before."""
    unit = common_unit(figure for one in units for figure in one.each())
    items = {ref: count for one in base.units for ref, count in one.items_of_nodes().items()}
    documents = [_with_items(one.document(Fraction(unit)), items) for one in units]
    given = {"mark_unit": unit, "marks_status": status, "units": documents}
    kept = {name: getattr(base, name) for name in AssessmentScheme.model_fields}
    return AssessmentScheme.model_validate({**kept, **given})


def figures_of(scheme: AssessmentScheme, pack: QualificationPack) -> tuple[UnitFigures, ...]:
    """The marks of a scheme by node, for the units that the pack has."""
    step = Fraction(scheme.mark_unit)
    found = {unit.code: UnitFigures(unit=unit) for unit in pack.units}
    for cell, marks in scheme.cells().items():
        figures = found.get(unit_of(cell.ref))
        if figures is None:
            continue
        node = cell.ref.partition("#")[2]
        if not node:
            figures.whole[cell.component] = marks * step
        elif node[0] == "E" and node[1:].isdecimal() and node not in {line.id for line in figures.unit.criteria}:
            figures.elements.setdefault(int(node[1:]), {})[cell.component] = marks * step
        else:
            figures.criteria.setdefault(node, {})[cell.component] = marks * step
    return tuple(found.values())


def _with_items(document: dict[str, Any], items: Mapping[str, int]) -> dict[str, Any]:
    unit = document["unit"]
    nodes = [(unit, document["whole"])] if "whole" in document else []
    nodes += [(f"{unit}#E{node['element']}", node) for node in document.get("elements", ())]
    nodes += [(f"{unit}#{line['criterion']}", line) for line in document.get("criteria", ())]
    for ref, node in nodes:
        node["theory_items"] = items.get(ref, 1)
    return document
