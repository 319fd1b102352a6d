"""What a published text holds: a pack and its units in the shape of their files, and the marks as printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from curriculum.published.problems import PublishedProblem


class MarkedNode(StrEnum):
    """What a row of a marks table is about."""

    UNIT = "unit"
    ELEMENT = "element"
    CRITERION = "criterion"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRow:
    """One row of a marks table: the unit by its printed code, or its title where none is printed; all else as printed.

    `label` is the printed code of a criterion (`PC4`), empty for elements and units. `marks` has what each column
    prints, by component (`theory`, `practical`, `project`, `viva`) and by `total` and `out_of` where there are such
    columns; `-` and `NA` stay as they are. `line` is where the row begins, `lines` all that it takes.
    """

    unit: str
    node: MarkedNode
    label: str
    text: str
    marks: Mapping[str, str]
    line: int
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTotal:
    """A row of sums: of a unit, or of the whole pack when `unit` is None. `marks` as in a row."""

    unit: str | None
    marks: Mapping[str, str]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedWeight:
    """The weight of a unit as printed, with the marks that its row prints; `group` names an elective or option."""

    unit: str
    title: str
    weight: str
    line: int
    marks: Mapping[str, str] = field(default_factory=dict)
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPercent:
    """A line to pass as printed: of the whole (`aggregate`), of each unit (`each_unit`), or of the unit named."""

    of: str
    percent: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedMarks:
    """All that a text prints about marks, as printed and with its lines; nothing is computed or mended here."""

    rows: tuple[PrintedRow, ...] = ()
    totals: tuple[PrintedTotal, ...] = ()
    weights: tuple[PrintedWeight, ...] = ()
    percents: tuple[PrintedPercent, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows or self.totals or self.weights or self.percents)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPack:
    """A published text as read.

    `pack` and `units` have the shape of their files; what the text does not print is missing there and told in
    `problems`. `places` leads from a path (`pack.title`, `units.0.elements.1.criteria.3.text`) to the lines it is from.
    """

    pack: Mapping[str, object]
    units: tuple[Mapping[str, object], ...]
    marks: PrintedMarks | None
    problems: tuple[PublishedProblem, ...]
    places: Mapping[str, tuple[int, ...]]
