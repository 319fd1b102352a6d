"""What every paper of a scheme must hold: how many items for each criterion, and for how many marks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from assessments.errors import Shortage
from assessments.model import AssessmentScheme, Cell, Component
from question_bank.model import ItemFace, ItemUse


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueprintCell:
    """One criterion on a paper: the number of its items and the marks they share equally."""

    ref: str
    items: int
    marks: int

    @property
    def worth(self) -> Fraction:
        """What one of its items is worth, exact."""
        return Fraction(self.marks, self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamBlueprint:
    """All criteria of a paper in order, and the minutes it takes."""

    cells: tuple[BlueprintCell, ...]
    minutes: int

    @property
    def items(self) -> int:
        """How many items a paper has."""
        return sum(cell.items for cell in self.cells)

    @property
    def marks(self) -> int:
        """What a paper is worth, in mark units."""
        return sum(cell.marks for cell in self.cells)


def blueprint_of(scheme: AssessmentScheme) -> ExamBlueprint:
    """The blueprint that a scheme's theory marks make, in order of its units and criteria."""
    marks = scheme.cells()
    items = {f"{unit.unit}#{line.criterion}": line.theory_items for unit in scheme.units for line in unit.criteria}
    cells = tuple(
        BlueprintCell(ref=ref, items=items[ref], marks=marks[Cell(ref, Component.THEORY)]) for ref in scheme.theory_refs
    )
    return ExamBlueprint(cells=cells, minutes=scheme.theory.minutes)


def decks(blueprint: ExamBlueprint, faces: Iterable[ItemFace]) -> Mapping[str, tuple[ItemFace, ...]]:
    """The exam items of each criterion, in order of id, whatever the order of `faces`.

    An item counts for the first of its criteria that is on the blueprint, and for no other.
    Of several versions of one item the newest is taken.
    """
    newest: dict[str, ItemFace] = {}
    for face in faces:
        if face.use is ItemUse.EXAM and (face.id not in newest or newest[face.id].version < face.version):
            newest[face.id] = face
    found: dict[str, list[ItemFace]] = {cell.ref: [] for cell in blueprint.cells}
    for _, face in sorted(newest.items()):
        ref = next((ref for ref in face.refs if ref in found), None)
        if ref is not None:
            found[ref].append(face)
    return {ref: tuple(deck) for ref, deck in found.items()}


def shortages(blueprint: ExamBlueprint, faces: Iterable[ItemFace]) -> tuple[Shortage, ...]:
    """Every criterion for which there are fewer exam items than one paper needs."""
    available = decks(blueprint, faces)
    return tuple(
        Shortage(ref=cell.ref, needed=cell.items, available=len(available[cell.ref]))
        for cell in blueprint.cells
        if len(available[cell.ref]) < cell.items
    )
