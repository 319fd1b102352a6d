"""Which packs hold a unit: a unit version may stand in the packs of several job roles, and of several councils."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from lms.extensions import db
from lms.services.versions import in_order
from lms.tables.content import PackUnitRow, PackVersionRow, UnitVersionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A pack that holds a unit now, and the version at which it holds it."""

    unit_version: str
    pack: PackVersionRow


def holders_of(codes: Collection[str], *, besides: str) -> Mapping[str, tuple[Holder, ...]]:
    """The packs whose newest version holds these units, by the unit's code; the pack `besides` is left out."""
    held = (
        select(UnitVersionRow.code, UnitVersionRow.version, PackUnitRow.pack_version_id)
        .join(PackUnitRow, PackUnitRow.unit_version_id == UnitVersionRow.id)
        .where(UnitVersionRow.code.in_(codes))
    )
    newest: dict[str, PackVersionRow] = {}
    for row in in_order(db.session.scalars(select(PackVersionRow).where(PackVersionRow.code != besides))):
        newest.setdefault(row.code, row)
    by_id = {row.id: row for row in newest.values()}
    found: dict[str, list[Holder]] = {}
    for code, version, pack_id in db.session.execute(held):
        if pack_id in by_id:
            found.setdefault(code, []).append(Holder(unit_version=version, pack=by_id[pack_id]))
    return {code: tuple(sorted(holders, key=lambda one: one.pack.code)) for code, holders in found.items()}
