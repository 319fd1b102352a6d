"""A pass rule taken apart into its lines: what each is called, how much it needs, and of which cells."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from assessments.model import AssessmentScheme, Cell, Component, unit_of


class LineKind(StrEnum):
    """What a line is held against."""

    AGGREGATE = "aggregate"
    UNIT = "unit"
    COMPONENT = "component"
    UNIT_COMPONENT = "unit_component"
    CRITICAL = "critical"
    ATTENDANCE = "attendance"
    OPTION = "option"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassLine:
    """One line of a rule: `needed` per cent, as text, of the marks in `cells`.

    `subject` is the unit, the component, the node, or for a component within a unit `<unit>/<component>`.
    """

    kind: LineKind
    subject: str = ""
    needed: str
    cells: tuple[Cell, ...] = ()

    @property
    def name(self) -> str:
        """What the line is called in results: `aggregate`, `unit:ASC/N1105`, `critical:ASC/N1105#PC4`."""
        return f"{self.kind}:{self.subject}" if self.subject else self.kind.value


def pass_lines(
    scheme: AssessmentScheme, units: Collection[str], *, attendance_known: bool = False
) -> tuple[PassLine, ...]:
    """The lines that a candidate with these counted units must reach, in order.

    Attendance is a line where the scheme asks for it and the figure is known.
    """
    cells = tuple(cell for cell in scheme.cells() if unit_of(cell.ref) in units)
    lines = [*_aggregate(scheme, cells), *_units(scheme, cells), *_components(scheme, cells)]
    lines += [*_unit_components(scheme, cells), *_critical(scheme, cells)]
    if attendance_known and scheme.attendance_needed is not None:
        lines.append(PassLine(kind=LineKind.ATTENDANCE, needed=scheme.attendance_needed))
    return tuple(lines)


def option_lines(scheme: AssessmentScheme, options: Collection[str]) -> tuple[PassLine, ...]:
    """The line of each option taken: the scheme's own for options, or else that of the aggregate."""
    needed = scheme.rule.option_min_percent or scheme.aggregate_needed
    return tuple(
        PassLine(
            kind=LineKind.OPTION,
            subject=unit,
            needed=needed,
            cells=tuple(cell for cell in scheme.cells() if unit_of(cell.ref) == unit),
        )
        for unit in options
        if needed is not None
    )


def _aggregate(scheme: AssessmentScheme, cells: tuple[Cell, ...]) -> Iterator[PassLine]:
    if (needed := scheme.aggregate_needed) is not None:
        yield PassLine(kind=LineKind.AGGREGATE, needed=needed, cells=cells)


def _units(scheme: AssessmentScheme, cells: tuple[Cell, ...]) -> Iterator[PassLine]:
    rule = scheme.rule
    for unit in dict.fromkeys(unit_of(cell.ref) for cell in cells):
        if (needed := (rule.unit_min_percent_of or {}).get(unit, rule.unit_min_percent)) is not None:
            own = tuple(cell for cell in cells if unit_of(cell.ref) == unit)
            yield PassLine(kind=LineKind.UNIT, subject=unit, needed=needed, cells=own)


def _components(scheme: AssessmentScheme, cells: tuple[Cell, ...]) -> Iterator[PassLine]:
    for component in Component:
        needed = scheme.rule.component_min_percent.get(component)
        own = tuple(cell for cell in cells if cell.component is component)
        if needed is not None and own:
            yield PassLine(kind=LineKind.COMPONENT, subject=component.value, needed=needed, cells=own)


def _unit_components(scheme: AssessmentScheme, cells: tuple[Cell, ...]) -> Iterator[PassLine]:
    everywhere = scheme.rule.unit_component_min_percent or {}
    single = scheme.rule.unit_component_min_percent_of or {}
    for unit in dict.fromkeys(unit_of(cell.ref) for cell in cells):
        lines = {**everywhere, **single.get(unit, {})}
        for component in (name for name in Component if name in lines):
            own = tuple(cell for cell in cells if cell.component is component and unit_of(cell.ref) == unit)
            if own:
                subject = f"{unit}/{component}"
                yield PassLine(kind=LineKind.UNIT_COMPONENT, subject=subject, needed=lines[component], cells=own)


def _critical(scheme: AssessmentScheme, cells: tuple[Cell, ...]) -> Iterator[PassLine]:
    for ref, needed in sorted(
        (scheme.rule.critical_min_percent or {}).items(), key=lambda line: _place(cells, line[0])
    ):
        own = tuple(cell for cell in cells if cell.ref == ref)
        if own:
            yield PassLine(kind=LineKind.CRITICAL, subject=ref, needed=needed, cells=own)


def _place(cells: tuple[Cell, ...], ref: str) -> int:
    return next((place for place, cell in enumerate(cells) if cell.ref == ref), len(cells))
