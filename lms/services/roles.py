"""Job roles as published: the list, one role, and the units, criteria and skills that it is mapped to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import undefer

from curriculum.model import NosUnit, PackDocument, QualificationPack, UnitList
from curriculum.roles import RoleProfile
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of, role_of, unit_of_row
from lms.services.errors import Absent
from lms.services.versions import in_order, version_key
from lms.tables.content import PackUnitRow, PackVersionRow, UnitVersionRow
from lms.tables.roles import RoleVersionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleEntry:
    """One role in the list: its newest version, and the versions before."""

    row: RoleVersionRow
    role: RoleProfile
    older: tuple[RoleVersionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePage:
    """One role version with what its page tells; `units` and `packs` are those it is mapped to, as published now."""

    row: RoleVersionRow
    role: RoleProfile
    versions: tuple[RoleVersionRow, ...]
    units: Mapping[str, NosUnit]
    packs: tuple[QualificationPack, ...]

    @property
    def is_newest(self) -> bool:
        """Whether no later version is published."""
        return self.versions[0].id == self.row.id

    @property
    def texts(self) -> Mapping[str, str]:
        """What each criterion of those units asks, by reference."""
        return {unit.ref(criterion.id): criterion.text for unit in self.units.values() for criterion in unit.criteria}


def list_roles(_actor: Actor) -> tuple[RoleEntry, ...]:
    """All published roles at their newest versions, by title; everybody who may read roles may read all of them."""
    groups = [list(group) for _, group in groupby(_all(), key=lambda row: row.code)]
    entries = [RoleEntry(row=newest, role=role_of(newest), older=tuple(older)) for newest, *older in groups]
    return tuple(sorted(entries, key=lambda entry: (entry.row.title.casefold(), entry.row.code)))


def get_role(_actor: Actor, role_id: int) -> RoleVersionRow:
    """A published role version; raises Absent."""
    row = db.session.get(RoleVersionRow, role_id, options=[undefer(RoleVersionRow.content)])
    if row is None:
        raise Absent
    return row


def show_role(actor: Actor, role_id: int) -> RolePage:
    """What the page of a role tells."""
    row = get_role(actor, role_id)
    role = role_of(row)
    return RolePage(
        row=row,
        role=role,
        versions=tuple(version for version in _all(row.code)),
        units={unit.code: unit for unit in units_of(role.unit_codes())},
        packs=packs_of(role),
    )


def units_of(codes: Collection[str], own: Sequence[NosUnit] = ()) -> tuple[NosUnit, ...]:
    """The units of these codes that are published, in this order: those of `own` as they are there, else the newest."""
    found = {unit.code: unit for unit in own}
    wanted = [code for code in codes if code not in found]
    rows = db.session.scalars(select(UnitVersionRow).where(UnitVersionRow.code.in_(wanted)))
    for row in sorted(rows, key=lambda row: version_key(row.version)):
        found[row.code] = unit_of_row(row)
    return tuple(found[code] for code in codes if code in found)


def packs_of(role: RoleProfile) -> tuple[QualificationPack, ...]:
    """The packs that hold the units that a role is mapped to, each at its newest version, by title."""
    holding = (
        select(PackUnitRow.pack_version_id)
        .join(UnitVersionRow, UnitVersionRow.id == PackUnitRow.unit_version_id)
        .where(UnitVersionRow.code.in_(role.unit_codes()))
    )
    rows = in_order(db.session.scalars(select(PackVersionRow).where(PackVersionRow.id.in_(holding))))
    return tuple(pack_of(next(versions)) for _, versions in groupby(rows, key=lambda row: row.code))


def pack_for(role: RoleProfile, learnt: QualificationPack | None) -> QualificationPack:
    """The units that a role is mapped to as one pack, under the header of the pack that is learnt, if there is one.

    So evidence of all packs counts; of mock exams, those of the pack learnt.
    """
    units = units_of(role.unit_codes(), learnt.units if learnt else ())
    if learnt is not None:
        return learnt.model_copy(update={"units": units})
    header = PackDocument(
        code=role.code,
        title=role.title,
        version=role.version,
        brief_description=role.summary,
        personal_attributes=role.summary,
        source=role.source,
        units=UnitList(compulsory=tuple(unit.code for unit in units)),
    )
    return QualificationPack(pack=header, units=units)


def _all(code: str = "") -> list[RoleVersionRow]:
    """All role versions by code, or those of one, the newest first."""
    query = select(RoleVersionRow).options(undefer(RoleVersionRow.content))
    rows = db.session.scalars(query.where(RoleVersionRow.code == code) if code else query)
    newest_first = sorted(rows, key=lambda row: version_key(row.version), reverse=True)
    return sorted(newest_first, key=lambda row: row.code)
