"""A bank as drawing sees it: items with their cell, share right, enemies and set; and what lacks for a blueprint."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from assessments.blueprint import BlueprintCell, ExamBlueprint, Nodes
from assessments.difficulty import EXPECTED, difficulty_of
from assessments.errors import Shortage
from assessments.model import unit_of
from question_bank.model import Difficulty, ItemFace, ItemUse


@dataclass(frozen=True, slots=True, kw_only=True)
class BankItem:
    """What drawing needs to know of an item. `expected` is its share right in thousandths.

    Items of one `set` share a stimulus. `options` are the ids of its options, as far as their order is drawn.
    Each of `parameters` is one way to fill the item's slots; a paper gets one of them.
    """

    id: str
    cell: str
    expected: int
    version: int = 1
    kind: str = ""
    enemies: tuple[str, ...] = ()
    set: str | None = None
    options: tuple[str, ...] = ()
    parameters: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """The cards that one part of a cell is dealt from: items one by one, or whole sets; a paper takes `takes` cards."""

    cell: BlueprintCell
    difficulty: Difficulty | None
    takes: int
    cards: tuple[tuple[BankItem, ...], ...]

    @property
    def shortage(self) -> Shortage | None:
        """What lacks for one paper, if anything."""
        if len(self.cards) >= self.takes:
            return None
        return Shortage(
            ref=self.cell.ref,
            needed=self.takes,
            available=len(self.cards),
            difficulty=self.difficulty or "",
            sets=self.cell.together,
        )


def decks(
    blueprint: ExamBlueprint, faces: Iterable[ItemFace], nodes: Nodes | None = None, *, use: ItemUse = ItemUse.EXAM
) -> Mapping[str, tuple[ItemFace, ...]]:
    """The items of each cell in order of id, whatever the order of `faces`: exam items, or for a mock practice items.

    An item counts for the first of its criteria that is on the blueprint, itself or through its element or unit, and
    for no other. Of several versions of one item the newest is taken. Without `nodes` a criterion is held by itself
    and its unit.
    """
    newest: dict[str, ItemFace] = {}
    for face in faces:
        if face.use is use and (face.id not in newest or newest[face.id].version < face.version):
            newest[face.id] = face
    found: dict[str, list[ItemFace]] = {cell.ref: [] for cell in blueprint.cells}
    kinds = {cell.ref: cell.kinds for cell in blueprint.cells}
    for _, face in sorted(newest.items()):
        above = (node for ref in face.refs for node in (nodes or {}).get(ref, (ref, unit_of(ref))))
        ref = next((node for node in above if node in found), None)
        if ref is not None and (not kinds[ref] or face.kind in kinds[ref]):
            found[ref].append(face)
    return {ref: tuple(deck) for ref, deck in found.items()}


def bank_of(
    blueprint: ExamBlueprint, faces: Iterable[ItemFace], nodes: Nodes | None = None, *, use: ItemUse = ItemUse.EXAM
) -> tuple[BankItem, ...]:
    """The items of the decks, cell by cell, as drawing sees them."""
    return tuple(
        BankItem(
            id=face.id,
            cell=ref,
            expected=EXPECTED[face.difficulty],
            version=face.version,
            kind=face.kind,
            enemies=face.enemies,
            options=tuple(option.id for option in face.options),
        )
        for ref, deck in decks(blueprint, faces, nodes, use=use).items()
        for face in deck
    )


def strata_of(blueprint: ExamBlueprint, items: Iterable[BankItem]) -> tuple[Stratum, ...]:
    """The strata of a blueprint in order, each with its cards in order of id, whatever the order of `items`."""
    by_cell: dict[str, list[BankItem]] = {cell.ref: [] for cell in blueprint.cells}
    for item in sorted(items, key=lambda item: item.id):
        if item.cell in by_cell:
            by_cell[item.cell].append(item)
    return tuple(stratum for cell in blueprint.cells for stratum in _strata(cell, by_cell[cell.ref]))


def shortages(blueprint: ExamBlueprint, faces: Iterable[ItemFace], nodes: Nodes | None = None) -> tuple[Shortage, ...]:
    """Every cell for which there are fewer exam items than one paper needs."""
    return shortages_of(strata_of(blueprint, bank_of(blueprint, faces, nodes)))


def shortages_of(strata: Iterable[Stratum]) -> tuple[Shortage, ...]:
    """What lacks for one paper, over all strata."""
    return tuple(stratum.shortage for stratum in strata if stratum.shortage is not None)


def _strata(cell: BlueprintCell, items: list[BankItem]) -> Iterator[Stratum]:
    allowed = [item for item in items if not cell.kinds or item.kind in cell.kinds]
    if cell.together:
        sets: dict[str, list[BankItem]] = {}
        for item in allowed:
            if item.set is not None:
                sets.setdefault(item.set, []).append(item)
        cards = tuple(tuple(own) for _, own in sorted(sets.items()) if len(own) == cell.items)
        yield Stratum(cell=cell, difficulty=None, takes=1, cards=cards)
        return
    for word, takes in cell.parts():
        suited = tuple((item,) for item in allowed if word in {None, difficulty_of(item.expected)})
        yield Stratum(cell=cell, difficulty=word, takes=takes, cards=suited)
