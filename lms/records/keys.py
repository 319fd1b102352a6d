"""Keys of items: rows to values. Grading, practice and publishing import this; delivery never does."""

from collections.abc import Mapping

from sqlalchemy import select

from lms.extensions import db
from lms.tables.content import ItemVersionRow
from lms.tables.keys import ItemKeyRow
from question_bank.keys import ItemKey


def key_of(row: ItemKeyRow) -> ItemKey:
    """The key of an item version."""
    return ItemKey.model_validate_json(row.content)


def keys_of_items(codes: set[str]) -> Mapping[tuple[str, int], ItemKey]:
    """The keys of all versions of these items, by (item, version)."""
    query = select(ItemKeyRow).join(ItemVersionRow, ItemVersionRow.id == ItemKeyRow.item_version_id)
    rows = db.session.scalars(query.where(ItemVersionRow.code.in_(codes)))
    return {(key.item, key.version): key for key in map(key_of, rows)}
