"""Organisations and people: adding, suspending, restoring, new passwords. Everything is loaded through the actor."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import accounts, history
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.tables.people import OrganisationKind, OrganisationRow, PersonRow, Role, RoleGrantRow, Standing

# The roles that people of an organisation can be given, by its kind.
ROLES_IN = {
    OrganisationKind.COUNCIL: (Role.COUNCIL_STAFF,),
    OrganisationKind.AGENCY: (Role.AGENCY_STAFF, Role.ASSESSOR),
    OrganisationKind.CENTRE: (Role.CENTRE_STAFF, Role.TRAINER, Role.TRAINEE),
}
PLACEHOLDERS = {
    "null",
    "na",
    "n/a",
    "nil",
    "none",
    "test",
    "abc",
    "abcd",
    "xyz",
    "xxx",
    "-",
    ".",
    "0",
    "unknown",
    "migrated data",
}


class UnfitRole(NotAllowed):
    """A role that people of an organisation cannot have."""


def is_placeholder(text: str) -> bool:
    """Whether a text only stands where a fact should: `null`, `NA`, one character repeated, no letter or digit."""
    plain = " ".join(text.lower().split())
    letters = [c for c in plain if c.isalnum()]
    return plain in PLACEHOLDERS or not letters or (len(letters) > 3 and len(set(letters)) == 1)


def list_organisations(actor: Actor) -> Sequence[OrganisationRow]:
    """The organisations an actor manages: a council its own agencies and centres, the administrator all."""
    query = select(OrganisationRow).where(_managed(actor))
    return db.session.scalars(query.order_by(OrganisationRow.kind, OrganisationRow.name)).all()


def get_organisation(actor: Actor, organisation_id: int) -> OrganisationRow:
    """An organisation the actor manages or works in; raises Absent."""
    mine = OrganisationRow.id.in_(actor.organisations(*Role))
    row = db.session.scalar(
        select(OrganisationRow).where(or_(_managed(actor), mine), OrganisationRow.id == organisation_id)
    )
    if row is None:
        raise Absent
    return row


def add_organisation(actor: Actor, *, kind: str, code: str, name: str, address: str, now: datetime) -> OrganisationRow:
    """Add an agency or a centre of the actor's council (the administrator adds councils). The same again: nothing."""
    kind = OrganisationKind(kind)
    if (kind is OrganisationKind.COUNCIL) is not actor.has(Role.ADMINISTRATOR):
        raise NotAllowed(Message("A council adds agencies and centres; the administrator adds councils.", {}))
    if is_placeholder(name) or is_placeholder(code):
        raise Faulty(Message("“%(name)s” is not a name. Write the organisation’s real name and code.", {"name": name}))
    council = None if kind is OrganisationKind.COUNCIL else min(actor.organisations(Role.COUNCIL_STAFF))
    facts = {"kind": kind, "code": code.upper(), "name": name, "address": address, "council_id": council}
    if again := db.session.scalar(select(OrganisationRow).filter_by(**facts)):
        return again
    row = OrganisationRow(**facts, created_at=now)
    db.session.add(row)
    _flush_or_refuse(Message("The code %(code)s is taken. Choose another.", {"code": code.upper()}))
    history.record(actor, "organisation", row.id, Message("added the organisation", {}), now=now)
    db.session.commit()
    return row


def set_organisation_standing(
    actor: Actor, organisation_id: int, standing: Standing, *, why: str, now: datetime
) -> None:
    """Suspend or restore an organisation; its people cannot sign in for it meanwhile. Same again: nothing."""
    row = get_organisation(actor, organisation_id)
    if row.id in actor.organisations(*Role):
        raise NotAllowed(Message("You work for this organisation; somebody else must do this.", {}))
    if row.standing == standing:
        return
    row.standing = standing
    _record_standing(actor, "organisation", row.id, standing, why, now)
    db.session.commit()


def list_people(
    actor: Actor, *, role: Role | None = None, organisation_id: int | None = None, text: str = ""
) -> Sequence[PersonRow]:
    """The people whom the actor manages, by name; only those with a role, in an organisation, or named like `text`."""
    query = _people(actor)
    if role:
        query = query.where(RoleGrantRow.role == role)
    if organisation_id:
        query = query.where(RoleGrantRow.organisation_id == organisation_id)
    if text:
        named = PersonRow.name.icontains(text, autoescape=True), PersonRow.login.icontains(text, autoescape=True)
        query = query.where(or_(*named))
    query = query.options(selectinload(PersonRow.grants))
    return db.session.scalars(query.order_by(PersonRow.name, PersonRow.id)).unique().all()


def get_person(actor: Actor, person_id: int) -> PersonRow:
    """A person whom the actor manages; raises Absent."""
    row = db.session.scalars(_people(actor).where(PersonRow.id == person_id)).unique().one_or_none()
    if row is None:
        raise Absent
    return row


def add_person(  # noqa: PLR0913 -- each is a field of the form
    actor: Actor,
    *,
    name: str,
    login: str,
    email: str,
    phone: str,
    role: str,
    organisation_id: int,
    now: datetime,
    form: str = "",
) -> tuple[PersonRow, str]:
    """Add a person with a role in an organisation; returns the row and the password for their slip.

    The same `form` sent again adds nobody and gives the same slip.
    """
    organisation = get_organisation(actor, organisation_id)
    if Role(role) not in roles_to_give(organisation):
        raise UnfitRole(Message("This role cannot be given in %(name)s.", {"name": organisation.name}))
    if is_placeholder(name):
        raise Faulty(Message("“%(name)s” is not a person’s name. Write it as on their identity card.", {"name": name}))
    password = accounts.password_of_slip(form, login.strip().lower())
    if again := _find_added(actor, login.strip().lower(), password):
        return again, password
    row = new_person(name=name, login=login, email=email, phone=phone, password=password, now=now)
    db.session.add(row)
    _flush_or_refuse(Message("The user name %(login)s is taken. Choose another.", {"login": login.lower()}))
    db.session.add(RoleGrantRow(person_id=row.id, role=role, organisation_id=organisation.id))
    history.record(actor, "person", row.id, Message("added the person", {}), now=now)
    db.session.commit()
    return row, password


def new_person(*, name: str, login: str, email: str, phone: str, password: str, now: datetime) -> PersonRow:
    """A person's row, not yet added; they choose a password of their own at the first sign-in."""
    return PersonRow(
        login=login.strip().lower(),
        name=" ".join(name.split()),
        email=email,
        phone=phone,
        password_hash=accounts.hash_password(password),
        must_change_password=True,
        created_at=now,
    )


def set_person_standing(actor: Actor, person_id: int, standing: Standing, *, why: str, now: datetime) -> None:
    """Suspend or restore a person; a suspended one is signed out everywhere. Same standing: nothing happens."""
    row = get_person(actor, person_id)
    if row.id == actor.person_id:
        raise NotAllowed(Message("You cannot do this to yourself; somebody else must.", {}))
    if row.standing == standing:
        return
    row.standing = standing
    if standing is Standing.SUSPENDED:
        accounts.end_sessions(row.id, now=now)
    _record_standing(actor, "person", row.id, standing, why, now)
    db.session.commit()


def reset_password(actor: Actor, person_id: int, *, now: datetime, form: str = "") -> tuple[PersonRow, str]:
    """A new password for a slip; the person is signed out everywhere and chooses their own at the next sign-in.

    The same `form` sent again does nothing and gives the same slip.
    Raises NotAllowed for one's own: who finds a screen left open would need no present password to take it over.
    """
    row = get_person(actor, person_id)
    if row.id == actor.person_id:
        raise NotAllowed(Message("Change your own password on its own page.", {}))
    password = accounts.password_of_slip(form, row.login)
    if form and accounts.is_password(row, password):
        return row, password
    row.password_hash, row.must_change_password = accounts.hash_password(password), True
    row.failed_sign_ins, row.locked_until = 0, None
    accounts.end_sessions(row.id, now=now)
    history.record(actor, "person", row.id, Message("made a new sign-in slip", {}), now=now)
    db.session.commit()
    return row, password


def roles_to_give(organisation: OrganisationRow) -> tuple[Role, ...]:
    """The roles that can be given in an organisation; trainees come with a roster."""
    roles = ROLES_IN[OrganisationKind(organisation.kind)]
    return tuple(role for role in roles if role is not Role.TRAINEE)


def _find_added(actor: Actor, login: str, password: str) -> PersonRow | None:
    """Whom this very form has added: nobody else has this user name with this password."""
    row = db.session.scalars(_people(actor).where(PersonRow.login == login)).unique().one_or_none()
    return row if row and accounts.is_password(row, password) else None


def _managed(actor: Actor) -> ColumnElement[bool]:
    if actor.has(Role.ADMINISTRATOR):
        return OrganisationRow.id.is_not(None)
    councils = actor.organisations(Role.COUNCIL_STAFF)
    return OrganisationRow.council_id.in_(councils) if councils else false()


def _people(actor: Actor) -> Select[tuple[PersonRow]]:
    """People of the organisations the actor manages or staffs."""
    staffed = actor.organisations(Role.COUNCIL_STAFF, Role.AGENCY_STAFF, Role.CENTRE_STAFF)
    query = select(PersonRow).join(RoleGrantRow).outerjoin(OrganisationRow)
    return query.where(or_(_managed(actor), RoleGrantRow.organisation_id.in_(staffed)))


def _record_standing(actor: Actor, thing: str, thing_id: int, standing: Standing, why: str, now: datetime) -> None:
    words = Message("suspended", {}) if standing is Standing.SUSPENDED else Message("restored", {})
    history.record(actor, thing, thing_id, words, why=why, now=now)


def _flush_or_refuse(words: Message) -> None:
    try:
        db.session.flush()
    except IntegrityError as fault:
        db.session.rollback()
        raise Conflict(words) from fault
