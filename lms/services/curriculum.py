"""Packs as people see them: the list, one pack, what the bank covers, and what waits for the council."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from assessments.errors import Shortage
from assessments.model import AssessmentScheme
from assessments.words import Message
from curriculum.checks import check_pack
from curriculum.model import QualificationPack
from curriculum.problems import Problem
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of, scheme_of
from lms.records.schemes import newest_published
from lms.services import bank, schemes
from lms.services.bank import Holding, ShownItem
from lms.services.errors import Absent
from lms.services.unit_holders import Holder, holders_of
from lms.services.versions import in_order
from lms.services.waiting import Waiting
from lms.tables.content import PackVersionRow, SchemeVersionRow
from lms.tables.people import OrganisationRow, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many of the criteria that are asked in theory have items enough for a paper."""

    enough: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackLine:
    """One pack in the list: its newest version, its scheme in force, and the versions before."""

    row: PackVersionRow
    pack: QualificationPack
    council: str
    is_own: bool
    scheme: SchemeVersionRow | None
    coverage: Coverage | None
    older: tuple[PackVersionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPage:
    """One pack version with everything its page tells this person."""

    row: PackVersionRow
    pack: QualificationPack
    council: str
    is_own: bool
    is_newest: bool
    scheme_row: SchemeVersionRow | None
    scheme: AssessmentScheme | None
    schemes: tuple[SchemeVersionRow, ...]
    versions: tuple[PackVersionRow, ...]
    holdings: Mapping[str, Holding]
    shortages: tuple[Shortage, ...]
    oddities: tuple[Problem, ...]
    holders: Mapping[str, tuple[Holder, ...]]


def list_packs(actor: Actor) -> tuple[PackLine, ...]:
    """All published packs, newest version of each, by title; the bank's coverage for those of the actor's council."""
    rows = in_order(db.session.scalars(select(PackVersionRow)))
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row.code)]
    in_force = newest_published([group[0].id for group in groups])
    councils = _council_names()
    own = [pack_of(group[0]) for group in groups if owns(actor, group[0])]
    faces = bank.list_faces(own) if own else {}
    lines = []
    for newest, *older in groups:
        pack, scheme, mine = pack_of(newest), in_force.get(newest.id), owns(actor, newest)
        lines.append(
            PackLine(
                row=newest,
                pack=pack,
                council=councils[newest.council_id],
                is_own=mine,
                scheme=scheme,
                coverage=_coverage(bank.list_holdings(pack, scheme_of(scheme), faces)) if scheme and mine else None,
                older=tuple(older),
            )
        )
    return tuple(lines)


def get_pack(_actor: Actor, pack_version_id: int) -> PackVersionRow:
    """A published pack version; everybody who may read packs may read all of them. Raises Absent."""
    row = db.session.get(PackVersionRow, pack_version_id)
    if row is None:
        raise Absent
    return row


def get_own_pack(actor: Actor, pack_version_id: int) -> PackVersionRow:
    """A pack version of the actor's own council; raises Absent for anybody else's."""
    row = get_pack(actor, pack_version_id)
    if not owns(actor, row):
        raise Absent
    return row


def owns(actor: Actor, row: PackVersionRow) -> bool:
    """Whether the actor works for the council whose pack it is."""
    return row.council_id in actor.organisations(Role.COUNCIL_STAFF)


def show_pack(actor: Actor, pack_version_id: int) -> PackPage:
    """What the page of a pack tells: for its council also the drafts, the bank's holdings and the oddities."""
    row = get_pack(actor, pack_version_id)
    pack, mine = pack_of(row), owns(actor, row)
    scheme_row = newest_published([row.id]).get(row.id)
    scheme = scheme_of(scheme_row) if scheme_row else None
    faces = bank.list_faces([pack]) if mine else {}
    versions = in_order(db.session.scalars(select(PackVersionRow).filter_by(code=row.code)))
    return PackPage(
        row=row,
        pack=pack,
        council=_council_names()[row.council_id],
        is_own=mine,
        is_newest=versions[0].id == row.id,
        scheme_row=scheme_row,
        scheme=scheme,
        schemes=tuple(schemes.list_schemes(actor, row)),
        versions=tuple(versions),
        holdings=bank.list_holdings(pack, scheme, faces) if mine else {},
        shortages=bank.list_shortages(pack, scheme, faces) if mine and scheme else (),
        oddities=tuple(check_pack(pack)) if mine else (),
        holders=holders_of([unit.code for unit in pack.units], besides=row.code),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BankPage:
    """The bank of a pack: what each criterion holds, and the items of one unit when one was asked for.

    Only a published scheme tells what a paper takes.
    """

    row: PackVersionRow
    pack: QualificationPack
    scheme_row: SchemeVersionRow | None
    holdings: Mapping[str, Holding]
    shortages: tuple[Shortage, ...]
    unit: str
    items: Sequence[tuple[object, tuple[ShownItem, ...]]]


def show_bank(actor: Actor, pack_version_id: int, unit_code: str = "") -> BankPage:
    """The bank of the actor's own pack, with the items and keys of one unit; raises Absent for others."""
    row = get_own_pack(actor, pack_version_id)
    pack = pack_of(row)
    scheme_row = newest_published([row.id]).get(row.id)
    scheme = scheme_of(scheme_row) if scheme_row else None
    faces = bank.list_faces([pack])
    unit = next((unit for unit in pack.units if unit.code == unit_code), None)
    if unit_code and unit is None:
        raise Absent
    return BankPage(
        row=row,
        pack=pack,
        scheme_row=scheme_row,
        holdings=bank.list_holdings(pack, scheme, faces),
        shortages=bank.list_shortages(pack, scheme, faces) if scheme else (),
        unit=unit_code,
        items=bank.list_items(unit) if unit else (),
    )


def waiting(actor: Actor, _now: datetime) -> list[Waiting]:
    """For council staff: packs without a scheme, schemes not published, and what the bank lacks."""
    councils = actor.organisations(Role.COUNCIL_STAFF)
    if not councils:
        return []
    rows = in_order(db.session.scalars(select(PackVersionRow).where(PackVersionRow.council_id.in_(councils))))
    newest = [next(iter(group)) for _, group in groupby(rows, key=lambda row: row.code)]
    in_force = newest_published([row.id for row in newest])
    drafts = schemes.drafts_of([row.id for row in rows])
    faces = bank.list_faces([pack_of(row) for row in newest if row.id in in_force]) if in_force else {}
    tasks = [_draft_waits(row, drafts[row.id]) for row in rows if row.id in drafts]
    for row in newest:
        if row.id not in in_force and row.id not in drafts:
            tasks.append(_scheme_missing(row))
        elif row.id in in_force:
            lacking = bank.list_shortages(pack_of(row), scheme_of(in_force[row.id]), faces)
            tasks += [_bank_short(row, lacking)] if lacking else []
    return tasks


def _scheme_missing(row: PackVersionRow) -> Waiting:
    facts = {"title": row.title, "version": row.version}
    return Waiting(
        title=Message("Make the assessment scheme of %(title)s, version %(version)s", facts),
        detail=Message("Nobody can be assessed until it has one."),
        endpoint="curriculum.show_pack",
        values={"pack_id": row.id},
        button=Message("Open the pack"),
    )


def _draft_waits(row: PackVersionRow, draft: SchemeVersionRow) -> Waiting:
    facts = {"number": str(draft.number), "title": row.title, "version": row.version}
    before = Message("It is a draft; assessments use the scheme published before.")
    first = Message("It is a draft; nobody can be assessed until it is published.")
    return Waiting(
        title=Message("Finish scheme %(number)s of %(title)s, version %(version)s", facts),
        detail=before if draft.number > 1 else first,
        endpoint="curriculum.edit_scheme",
        values={"scheme_id": draft.id},
        button=Message("Go on editing"),
    )


def _bank_short(row: PackVersionRow, lacking: tuple[Shortage, ...]) -> Waiting:
    more = {"count": str(len(lacking))}
    return Waiting(
        title=Message("The bank has too few items for %(title)s", {"title": row.title}),
        detail=lacking[0].words if len(lacking) == 1 else Message("%(count)s criteria have too few for a paper.", more),
        endpoint="curriculum.show_bank",
        values={"pack_id": row.id},
        button=Message("Open the bank"),
    )


def _coverage(holdings: Mapping[str, Holding]) -> Coverage:
    asked = [holding for holding in holdings.values() if holding.needed]
    return Coverage(enough=sum(holding.is_enough for holding in asked), asked=len(asked))


def _council_names() -> dict[int, str]:
    query = select(OrganisationRow.id, OrganisationRow.name)
    ids = select(PackVersionRow.council_id)
    return {row.id: row.name for row in db.session.execute(query.where(OrganisationRow.id.in_(ids)))}
