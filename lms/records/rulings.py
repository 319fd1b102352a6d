"""Rulings on items: rows to the values of the core, and which of them hold for a council's assessments."""

import json

from sqlalchemy import select

from assessments.rulings import Ruling, RulingPolicy
from lms.extensions import db
from lms.tables.content import ItemVersionRow
from lms.tables.rulings import ItemRulingAnswerRow, ItemRulingRow


def ruling_of(row: ItemRulingRow) -> Ruling:
    """The ruling that a row proposes."""
    item = row.item_version
    return Ruling(
        item=item.code,
        version=item.version,
        number=row.number,
        policy=RulingPolicy(row.policy),
        options=frozenset(json.loads(row.options)),
    )


def rulings_in_force(council_id: int) -> tuple[Ruling, ...]:
    """The confirmed rulings of a council, all of them; of those on one item version the newest counts."""
    query = (
        select(ItemRulingRow)
        .join(ItemRulingAnswerRow, ItemRulingAnswerRow.ruling_id == ItemRulingRow.id)
        .where(ItemRulingRow.council_id == council_id, ItemRulingAnswerRow.is_confirmed)
        .order_by(ItemRulingRow.id)
    )
    return tuple(map(ruling_of, db.session.scalars(query)))


def ruled_items(council_id: int) -> frozenset[tuple[str, int]]:
    """The item versions a council has ruled on: they are not drawn again."""
    query = (
        select(ItemVersionRow.code, ItemVersionRow.version)
        .join(ItemRulingRow, ItemRulingRow.item_version_id == ItemVersionRow.id)
        .join(ItemRulingAnswerRow, ItemRulingAnswerRow.ruling_id == ItemRulingRow.id)
        .where(ItemRulingRow.council_id == council_id, ItemRulingAnswerRow.is_confirmed)
    )
    return frozenset((code, version) for code, version in db.session.execute(query))
