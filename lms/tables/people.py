"""Organisations, people, the roles they hold there, and their sign-ins."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.types import Key, Line, Moment, Sha256, UtcDateTime, Word, to


class OrganisationKind(StrEnum):
    """What an organisation does in the field."""

    COUNCIL = "council"
    AGENCY = "agency"
    CENTRE = "centre"


class Standing(StrEnum):
    """Whether a person or an organisation may act; suspended ones keep all their records."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class Role(StrEnum):
    """What a person may do; held in one organisation."""

    TRAINEE = "trainee"
    TRAINER = "trainer"
    ASSESSOR = "assessor"
    CENTRE_STAFF = "centre_staff"
    AGENCY_STAFF = "agency_staff"
    COUNCIL_STAFF = "council_staff"
    ADMINISTRATOR = "administrator"


class OrganisationRow(Row):
    """A council, an assessment agency or a training centre; the last two belong to the council that added them."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[Key]
    kind: Mapped[Word]
    code: Mapped[Word]
    name: Mapped[Line]
    address: Mapped[Line] = mapped_column(default="")
    standing: Mapped[Word] = mapped_column(default=Standing.ACTIVE)
    council_id: Mapped[int | None] = mapped_column(to("organisation"))
    is_simulated: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]


class PersonRow(Row):
    """Somebody who signs in. `login` is what they type: many trainees have no e-mail."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("login"),)

    id: Mapped[Key]
    login: Mapped[Word]
    name: Mapped[Line]
    email: Mapped[Line] = mapped_column(default="")
    phone: Mapped[Word] = mapped_column(default="")
    language: Mapped[Word] = mapped_column(default="en")
    theme: Mapped[Word] = mapped_column(default="auto")
    password_hash: Mapped[Line]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    standing: Mapped[Word] = mapped_column(default=Standing.ACTIVE)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_simulated: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]

    # Most people are loaded for their names: who needs the roles of many asks for them with the query.
    grants: Mapped[list["RoleGrantRow"]] = relationship(back_populates="person", order_by="RoleGrantRow.id")


class RoleGrantRow(Row):
    """One role of one person in one organisation (none for the administrator of the site)."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "organisation_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(to("person"), index=True)
    role: Mapped[Word]
    organisation_id: Mapped[int | None] = mapped_column(to("organisation"), index=True)

    person: Mapped[PersonRow] = relationship(back_populates="grants")
    organisation: Mapped[OrganisationRow | None] = relationship(lazy="joined")


class SessionPurpose(StrEnum):
    """What a session is for: everything a person may do, or their exam alone."""

    EVERYTHING = "everything"
    EXAM = "exam"


class UserSessionRow(Row):
    """One sign-in on one device; the cookie holds its token, the row only the token's hash."""

    __tablename__ = "user_session"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[Key]
    token_hash: Mapped[Sha256]
    person_id: Mapped[int] = mapped_column(to("person"), index=True)
    device: Mapped[Line] = mapped_column(default="")
    purpose: Mapped[Word] = mapped_column(default=SessionPurpose.EVERYTHING)
    started_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[PersonRow] = relationship(lazy="joined")
