"""A scheme as a table to read or fill in: units, elements and criteria with what was typed and what it comes to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from assessments.marks import shown
from assessments.model import AssessmentScheme, Cell, Component, UnitMarks
from curriculum.model import NosUnit, QualificationPack
from lms.services.scheme_faults import Fault

OTHERS = (Component.PROJECT.value, Component.VIVA.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Marks per component, as text; empty where they cannot be worked out from what was typed."""

    theory: str
    practical: str
    project: str
    viva: str
    total: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One criterion: the path of its fields, what stands in them, what it comes to, and what is wrong.

    `fixed` are marks without a field: theory, practical, project and viva together.
    """

    path: str
    code: str
    text: str
    importance: str
    theory_percent: str
    items: str
    marks: Marks
    typed_theory: str
    typed_practical: str
    fixed: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What an element, by its title, or the unit (no title) carries as a whole."""

    element: str
    items: str
    marks: Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One element; `key` names its criteria for the button that sets all of them."""

    title: str
    key: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One unit; `fixed` are the marks of its nodes as `Line.fixed` has them."""

    path: str
    code: str
    title: str
    is_typed: bool
    given_marks: str
    marks: Marks
    nodes: tuple[Node, ...]
    fixed: str
    groups: tuple[Group, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeTable:
    """All units, and the grand total; `faulty` says where faults stand, as (name, anchor).

    `others` are the components besides theory and practical that have marks.
    """

    units: tuple[Table, ...]
    marks: Marks
    faulty: tuple[tuple[str, str], ...]
    others: tuple[str, ...]

    @property
    def besides(self) -> str:
        """The marks of those together; empty where they cannot be worked out."""
        known = [getattr(self.marks, name) for name in OTHERS]
        return "" if "" in known else shown(sum(map(Fraction, known), Fraction()))


def lay_out(document: Mapping[str, Any], pack: QualificationPack, faults: Sequence[Fault] = ()) -> SchemeTable:
    """The table of a scheme's plain values, be they sound or not."""
    units = {unit.code: unit for unit in pack.units}
    worked = [_worked_out(given) for given in document["units"]]
    tables = tuple(
        _table(f"units.{place}", given, units[given["unit"]], cells, faults)
        for place, (given, cells) in enumerate(zip(document["units"], worked, strict=True))
        if given["unit"] in units
    )
    known = None if None in worked else [(cell, marks) for cells in worked for cell, marks in (cells or {}).items()]
    marks = _sum(None if known is None else dict(known))
    others = tuple(name for name in OTHERS if any(getattr(table.marks, name) not in {"", "0"} for table in tables))
    return SchemeTable(units=tables, marks=marks, faulty=tuple(_faulty(tables)), others=others)


def lay_out_marks(scheme: AssessmentScheme, pack: QualificationPack) -> SchemeTable:
    """The table of a scheme to read, in marks whatever its mark unit is."""
    return in_marks(lay_out(scheme.model_dump(mode="json"), pack), Fraction(scheme.mark_unit))


def in_marks(table: SchemeTable, worth: Fraction) -> SchemeTable:
    """The table of a scheme that counts in mark units of this worth, with marks in all its figures and fields."""
    return table if worth == 1 else replace(table, marks=_worth(table.marks, worth), units=_worths(table.units, worth))


def _worths(units: Sequence[Table], worth: Fraction) -> tuple[Table, ...]:
    return tuple(
        replace(
            unit,
            marks=_worth(unit.marks, worth),
            given_marks=_text_worth(unit.given_marks, worth),
            nodes=tuple(replace(node, marks=_worth(node.marks, worth)) for node in unit.nodes),
            groups=tuple(
                replace(group, lines=tuple(_line_worth(line, worth) for line in group.lines)) for group in unit.groups
            ),
        )
        for unit in units
    )


def _line_worth(line: Line, worth: Fraction) -> Line:
    return replace(
        line,
        marks=_worth(line.marks, worth),
        typed_theory=_text_worth(line.typed_theory, worth),
        typed_practical=_text_worth(line.typed_practical, worth),
    )


def _worth(marks: Marks, worth: Fraction) -> Marks:
    names = (*(component.value for component in Component), "total")
    return Marks(**{name: _text_worth(getattr(marks, name), worth) for name in names})


def _text_worth(text: str, worth: Fraction) -> str:
    """A figure in marks; what is no number stays as it was typed."""
    return shown(int(text) * worth) if text.isascii() and text.isdigit() else text


def faults_at(path: str, faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """The faults at a path or below it."""
    return tuple(fault for fault in faults if fault.path == path or fault.path.startswith(f"{path}."))


def _faulty(tables: Sequence[Table]) -> Iterator[tuple[str, str]]:
    for unit in tables:
        if unit.faults:
            yield unit.code, f"{unit.path}-errors"
        for line in (line for group in unit.groups for line in group.lines if line.faults):
            yield f"{unit.code} {line.code}", f"{line.path}-errors"


def _worked_out(given: Mapping[str, Any]) -> dict[Cell, int] | None:
    try:
        return UnitMarks.model_validate(given).cells()
    except (ValidationError, ValueError):
        return None


def _table(
    path: str, given: Mapping[str, Any], unit: NosUnit, cells: dict[Cell, int] | None, faults: Sequence[Fault]
) -> Table:
    lines = {}
    for index, line in enumerate(given["criteria"]):
        lines[line["criterion"]] = (index, line)
    texts = {criterion.id: criterion.text for criterion in unit.criteria}
    groups = []
    for element in unit.elements:
        own = [lines[criterion.id] for criterion in element.criteria if criterion.id in lines]
        drawn = tuple(
            _line(f"{path}.criteria.{index}", line, given["unit"], texts[line["criterion"]], cells, faults)
            for index, line in own
        )
        key = f"{path.rpartition('.')[2]}:{','.join(str(index) for index, _ in own)}"
        groups.append(Group(title=element.title, key=key, lines=drawn))
    nodes = tuple(_nodes(given, unit, cells))
    below = [fault for group in groups for line in group.lines for fault in line.faults]
    return Table(
        path=path,
        code=unit.code,
        title=unit.title,
        is_typed=any(line["marks"] is not None for line in given["criteria"]),
        given_marks=_said(given["marks"]),
        marks=_sum(cells),
        nodes=nodes,
        fixed=_fixed(nodes),
        groups=tuple(groups),
        faults=tuple(fault for fault in faults_at(path, faults) if fault not in below),
    )


def _nodes(given: Mapping[str, Any], unit: NosUnit, cells: dict[Cell, int] | None) -> Iterator[Node]:
    """The unit and the elements that carry marks as a whole."""
    titles = {number: element.title for number, element in enumerate(unit.elements, 1)}
    whole = [("", given["unit"], given["whole"])] if given.get("whole") else []
    elements = [
        (titles.get(int(node["element"]), ""), f"{given['unit']}#E{node['element']}", node)
        for node in given.get("elements") or ()
    ]
    for title, ref, node in (*whole, *elements):
        own = None if cells is None else {cell: marks for cell, marks in cells.items() if cell.ref == ref}
        yield Node(element=title, items=_said(node["theory_items"]), marks=_sum(own))


def _fixed(nodes: Sequence[Node]) -> str:
    names = (("theory",), ("practical",), OTHERS)
    return " ".join(str(sum(int(getattr(node.marks, name) or 0) for node in nodes for name in own)) for own in names)


def _line(
    path: str,
    line: Mapping[str, Any],
    unit: str,
    text: str,
    cells: dict[Cell, int] | None,
    faults: Sequence[Fault],
) -> Line:
    ref = f"{unit}#{line['criterion']}"
    own = None if cells is None else {cell: marks for cell, marks in cells.items() if cell.ref == ref}
    marks, typed = _sum(own), line["marks"] or {}
    return Line(
        path=path,
        code=line["criterion"],
        text=text,
        importance=_said(line["importance"]) or "1",
        theory_percent=_said(line["theory_percent"]) or "50",
        items=_said(line["theory_items"]),
        marks=marks,
        typed_theory=_said(typed.get("theory", marks.theory)),
        typed_practical=_said(typed.get("practical", marks.practical)),
        fixed=f"0 0 {sum(int(getattr(marks, name) or 0) for name in OTHERS)}",
        faults=faults_at(path, faults),
    )


def _sum(cells: Mapping[Cell, int] | None) -> Marks:
    if cells is None:
        return Marks(theory="", practical="", project="", viva="", total="")

    def of(component: Component) -> str:
        return str(sum(marks for cell, marks in cells.items() if cell.component is component))

    return Marks(**{component.value: of(component) for component in Component}, total=str(sum(cells.values())))


def _said(value: Any) -> str:
    return "" if value is None else str(value)
