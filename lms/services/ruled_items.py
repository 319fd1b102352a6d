"""Exam items as their council rules on them: with key and earlier rulings, and what the next ruling may be."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from assessments.rulings import Ruling, RulingPolicy, ruling_json
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import face_of, pack_of
from lms.records.keys import keys_of_items
from lms.records.rulings import rulings_in_force
from lms.services.errors import Absent, Faulty
from lms.tables.content import ItemVersionRow, PackVersionRow
from lms.tables.people import Role
from lms.tables.rulings import ItemRulingRow
from question_bank.keys import ItemKey
from question_bank.model import ItemFace, ItemUse


@dataclass(frozen=True, slots=True, kw_only=True)
class RuledItem:
    """An exam item of the council with its key and what was ruled on it before."""

    row: ItemVersionRow
    council_id: int
    face: ItemFace
    key: ItemKey
    rulings: Sequence[ItemRulingRow]

    @property
    def open_ruling(self) -> ItemRulingRow | None:
        """The proposal that waits for a second person."""
        return next((row for row in self.rulings if row.answer is None), None)


def get_item(actor: Actor, item_version_id: int) -> RuledItem:
    """An exam item in a unit of the actor's own council's packs; raises Absent."""
    row = db.session.get(ItemVersionRow, item_version_id)
    council_id = _owner(actor, row.unit_code) if row is not None and row.use == ItemUse.EXAM else None
    if row is None or council_id is None:
        raise Absent
    rulings = select(ItemRulingRow).filter_by(council_id=council_id, item_version_id=row.id)
    return RuledItem(
        row=row,
        council_id=council_id,
        face=face_of(row),
        key=keys_of_items({row.code})[row.code, row.version],
        rulings=db.session.scalars(rulings.order_by(ItemRulingRow.number.desc())).unique().all(),
    )


def next_ruling(item: RuledItem, policy: str, options: Collection[str]) -> Ruling:
    """The next ruling on the item; raises Faulty with what would be right."""
    if policy not in set(RulingPolicy):
        raise Faulty(Message("Choose what the ruling does."))
    given = frozenset(options) if policy == RulingPolicy.KEYS else frozenset()
    known = {option.id for option in item.face.options}
    if policy == RulingPolicy.KEYS and not given:
        raise Faulty(Message("Choose the options that count as right."))
    if unknown := sorted(given - known):
        facts = {"options": ", ".join(unknown)[:40], "known": ", ".join(sorted(known))}
        raise Faulty(Message("The item has no option %(options)s; it has %(known)s.", facts))
    ruling = Ruling(
        item=item.row.code,
        version=item.row.version,
        number=max((row.number for row in item.rulings), default=0) + 1,
        policy=RulingPolicy(policy),
        options=given,
    )
    if _says_nothing_new(item, ruling):
        raise Faulty(Message("That is how the item counts already."))
    return ruling


def _says_nothing_new(item: RuledItem, ruling: Ruling) -> bool:
    held = max(
        (
            past
            for past in rulings_in_force(item.council_id)
            if (past.item, past.version) == (ruling.item, ruling.version)
        ),
        key=lambda past: past.number,
        default=None,
    )
    if held is None:
        return ruling.options == {item.key.right}
    return {**ruling_json(held), "number": 0} == {**ruling_json(ruling), "number": 0}


def _owner(actor: Actor, unit_code: str) -> int | None:
    """The actor's council that owns a pack with the unit."""
    councils = actor.organisations(Role.COUNCIL_STAFF)
    for row in db.session.scalars(select(PackVersionRow).where(PackVersionRow.council_id.in_(councils))):
        if any(unit.code == unit_code for unit in pack_of(row).units):
            return row.council_id
    return None
