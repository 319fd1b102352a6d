"""Whose codes are whose: a council owns those that begin like its own code or like the packs it published."""

from sqlalchemy import or_, select

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.tables.content import PackVersionRow
from lms.tables.people import OrganisationKind, OrganisationRow, Role


def other_owner(actor: Actor, code: str) -> OrganisationRow | None:
    """The other council that owns codes of this beginning; None when the actor's council does, or nobody."""
    prefix = code.partition("/")[0]
    owns_pack = select(PackVersionRow.council_id).where(PackVersionRow.code.startswith(f"{prefix}/", autoescape=True))
    owner = or_(OrganisationRow.code == prefix.upper(), OrganisationRow.id.in_(owns_pack))
    mine = actor.organisations(Role.COUNCIL_STAFF)
    owners = db.session.scalars(
        select(OrganisationRow).where(OrganisationRow.kind == OrganisationKind.COUNCIL, owner)
    ).all()
    return None if any(row.id in mine for row in owners) else next(iter(owners), None)


def hold_council(actor: Actor) -> OrganisationRow:
    """The council that the actor publishes for; nobody else publishes for it until the transaction ends."""
    council = min(actor.organisations(Role.COUNCIL_STAFF))
    return db.session.get_one(OrganisationRow, council, with_for_update={"key_share": True}, populate_existing=True)


def belongs_to(code: str, owner: OrganisationRow) -> Message:
    """What is said of a code that is another council's."""
    return Message(
        "Codes like %(code)s belong to %(owner)s. Use a code of your own council.", {"code": code, "owner": owner.name}
    )
