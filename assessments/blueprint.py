"""What every paper must hold: for each node of the scheme how many items, of what kinds, for how many marks."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from fractions import Fraction

from assessments.difficulty import DEFAULT_BAND
from assessments.errors import RefinementRefused
from assessments.model import AssessmentScheme, Cell, Component, unit_of
from assessments.words import Message
from curriculum.model import QualificationPack
from question_bank.model import Difficulty

Nodes = Mapping[str, Sequence[str]]  # for each criterion the nodes that hold it, nearest first


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueprintCell:
    """One node on a paper (`ASC/N1105#PC4`, `ASC/N1105#E1`, `ASC/N1105`): its items and the marks they share equally.

    `mix` says how many of the items are to be easy, medium and hard, and is empty where that is left to the band of
    the whole paper. `kinds` are the kinds allowed, empty for any. With `together` the items are those of one set,
    which share a stimulus and stand in their order; otherwise a paper holds at most one item of a set.
    """

    ref: str
    items: int
    marks: int
    kinds: tuple[str, ...] = ()
    mix: Mapping[Difficulty, int] = field(default_factory=dict)
    together: bool = False

    @property
    def worth(self) -> Fraction:
        """What one of its items is worth, exact."""
        return Fraction(self.marks, self.items)

    def parts(self) -> Iterator[tuple[Difficulty | None, int]]:
        """How many items of which difficulty, in a fixed order; one part of any difficulty where there is no mix."""
        if not self.mix:
            yield None, self.items
        yield from ((word, self.mix[word]) for word in Difficulty if self.mix.get(word))

    def faults(self) -> list[Message]:
        """What makes the cell impossible in itself."""
        facts = {"cell": self.ref, "items": str(self.items), "mix": str(sum(self.mix.values()))}
        found = []
        if self.items < 1:
            found.append(Message("%(cell)s: a cell has at least 1 item, not %(items)s", facts))
        if self.marks < 1:
            found.append(Message("%(cell)s: a cell has at least 1 mark", facts))
        if self.mix and (sum(self.mix.values()) != self.items or min(self.mix.values()) < 0):
            found.append(Message("%(cell)s: the mix has %(mix)s items, the cell has %(items)s", facts))
        if self.mix and self.together:
            found.append(Message("%(cell)s: the items of one set have no mix to choose", facts))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamBlueprint:
    """All cells of a paper in order, the minutes it takes, and what holds between papers.

    `band` is how far a paper's expected score may lie from the mean of all papers, in thousandths of its marks.
    `max_exposure` is the largest share of the papers that may hold one item, `max_overlap` the most items that two
    papers may share; None where the bank alone sets the limit.
    """

    cells: tuple[BlueprintCell, ...]
    minutes: int
    band: int = DEFAULT_BAND
    max_exposure: Fraction | None = None
    max_overlap: int | None = None

    @property
    def items(self) -> int:
        """How many items a paper has."""
        return sum(cell.items for cell in self.cells)

    @property
    def marks(self) -> int:
        """What a paper is worth, in mark units."""
        return sum(cell.marks for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRefinement:
    """What an agency asks of one cell beyond the scheme: kinds, a mix of difficulty, one set of items."""

    kinds: tuple[str, ...] = ()
    mix: Mapping[Difficulty, int] = field(default_factory=dict)
    together: bool = False


def blueprint_of(scheme: AssessmentScheme, *, units: AbstractSet[str] | None = None) -> ExamBlueprint:
    """The blueprint that a scheme's theory marks make, in its order; of some units only where they are named.

    So there is one for each choice of electives and options, and one for a reassessment of the units that failed.
    Each paper carries exactly the scheme's theory marks at each node. Raises ValueError for a unit the scheme lacks.
    """
    known = {unit.unit for unit in scheme.units}
    if strangers := sorted((units or set()) - known):
        raise ValueError(f"not in the scheme: {', '.join(strangers)}")
    marks = scheme.cells()
    cells = tuple(
        BlueprintCell(ref=ref, items=items, marks=marks[Cell(ref, Component.THEORY)])
        for ref, items in scheme.theory_items.items()
        if units is None or unit_of(ref) in units
    )
    return ExamBlueprint(cells=cells, minutes=scheme.theory.minutes)


def refined(blueprint: ExamBlueprint, wishes: Mapping[str, CellRefinement]) -> ExamBlueprint:
    """The blueprint with an agency's wishes; items, marks and minutes stay those of the scheme.

    Raises RefinementRefused with every fault: cells that are not there, mixes that change the number of items.
    """
    known = {cell.ref for cell in blueprint.cells}
    faults = [Message("%(cell)s: is not on the blueprint", {"cell": ref}) for ref in wishes if ref not in known]
    cells = tuple(
        replace(cell, kinds=wish.kinds, mix=dict(wish.mix), together=wish.together)
        if (wish := wishes.get(cell.ref))
        else cell
        for cell in blueprint.cells
    )
    faults += [fault for cell in cells for fault in cell.faults()]
    if faults:
        raise RefinementRefused(faults)
    return replace(blueprint, cells=cells)


def nodes_of(pack: QualificationPack) -> Nodes:
    """For each criterion of a pack the nodes that may carry its marks: itself, its element (`#E1`, `#E2`), its unit."""
    return {
        unit.ref(criterion.id): (unit.ref(criterion.id), f"{unit.code}#E{number}", unit.code)
        for unit in pack.units
        for number, element in enumerate(unit.elements, start=1)
        for criterion in element.criteria
    }
