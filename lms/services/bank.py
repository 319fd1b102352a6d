"""The question bank as its council sees it: what each criterion has, what a scheme still lacks, the items with keys."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from assessments.bank import shortages
from assessments.blueprint import blueprint_of
from assessments.errors import Shortage
from assessments.model import AssessmentScheme
from curriculum.model import NosUnit, PerformanceCriterion, QualificationPack
from lms.extensions import db
from lms.records.content import face_of
from lms.records.keys import keys_of_items
from lms.tables.content import ItemVersionRow
from question_bank.keys import ItemKey
from question_bank.model import Difficulty, ItemFace, ItemUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What the bank holds for one criterion, and how many exam items one paper takes (0: not asked in theory)."""

    exam: int = 0
    practice: int = 0
    needed: int = 0
    by_difficulty: Mapping[Difficulty, int] = field(default_factory=dict)

    @property
    def is_enough(self) -> bool:
        """Whether a paper can be filled."""
        return self.exam >= self.needed


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownItem:
    """An item with its key, for the council that owns it."""

    row_id: int
    face: ItemFace
    key: ItemKey


def list_faces(packs: Iterable[QualificationPack]) -> dict[str, tuple[ItemFace, ...]]:
    """The newest version of every item of these packs' units, by unit."""
    codes = {unit.code for pack in packs for unit in pack.units}
    newest: dict[str, ItemFace] = {}
    for row in db.session.scalars(select(ItemVersionRow).where(ItemVersionRow.unit_code.in_(codes))):
        if row.code not in newest or newest[row.code].version < row.version:
            newest[row.code] = face_of(row)
    faces: dict[str, list[ItemFace]] = {code: [] for code in codes}
    for face in sorted(newest.values(), key=lambda face: face.id):
        faces[face.unit].append(face)
    return {code: tuple(found) for code, found in faces.items()}


def list_holdings(
    pack: QualificationPack, scheme: AssessmentScheme | None, faces: Mapping[str, Sequence[ItemFace]]
) -> dict[str, Holding]:
    """What the bank holds for each criterion. An item counts once: for the first of its criteria that is examined."""
    needed = {cell.ref: cell.items for cell in blueprint_of(scheme).cells} if scheme else {}
    use: Counter[tuple[str, ItemUse]] = Counter()
    difficulty: Counter[tuple[str, Difficulty]] = Counter()
    for face in (face for unit in pack.units for face in faces[unit.code]):
        ref = next((ref for ref in face.refs if ref in needed), face.refs[0])
        use[ref, face.use] += 1
        if face.use is ItemUse.EXAM:
            difficulty[ref, face.difficulty] += 1
    return {
        ref: Holding(
            exam=use[ref, ItemUse.EXAM],
            practice=use[ref, ItemUse.PRACTICE],
            needed=needed.get(ref, 0),
            by_difficulty={level: difficulty[ref, level] for level in Difficulty},
        )
        for ref in pack.criterion_refs()
    }


def list_shortages(
    pack: QualificationPack, scheme: AssessmentScheme, faces: Mapping[str, Sequence[ItemFace]]
) -> tuple[Shortage, ...]:
    """The criteria for which the bank cannot fill one paper of the scheme."""
    return shortages(blueprint_of(scheme), [face for unit in pack.units for face in faces[unit.code]])


def list_items(unit: NosUnit) -> list[tuple[PerformanceCriterion, tuple[ShownItem, ...]]]:
    """The newest items of a unit with their keys, under the first criterion each asks about."""
    rows = db.session.scalars(select(ItemVersionRow).filter_by(unit_code=unit.code)).all()
    newest: dict[str, ItemFace] = {}
    row_ids: dict[str, int] = {}
    for row in rows:
        face = face_of(row)
        if face.id not in newest or newest[face.id].version < face.version:
            newest[face.id], row_ids[face.id] = face, row.id
    keys = keys_of_items(set(newest))
    by_criterion: dict[str, list[ShownItem]] = {criterion.id: [] for criterion in unit.criteria}
    for face in sorted(newest.values(), key=lambda face: (face.use, face.id)):
        if face.criteria[0] in by_criterion:
            shown = ShownItem(row_id=row_ids[face.id], face=face, key=keys[face.id, face.version])
            by_criterion[face.criteria[0]].append(shown)
    return [(criterion, tuple(by_criterion[criterion.id])) for criterion in unit.criteria]
