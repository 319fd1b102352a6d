"""Published job roles, and the evidence that people declare for them: added, never changed."""

from datetime import date

from sqlalchemy import Date, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.people import PersonRow
from lms.tables.types import Key, Line, LongText, Moment, Sha256, Word, to


class RoleVersionRow(Row):
    """A job role (`RoleProfile`) at one version; of no council where it came with the software."""

    __tablename__ = "role_version"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[Key]
    council_id: Mapped[int | None] = mapped_column(to("organisation"), index=True)
    code: Mapped[Word]
    version: Mapped[Word]
    title: Mapped[Line]
    content: Mapped[LongText] = mapped_column(deferred=True)  # large; values are kept by their hash
    sha256: Mapped[Sha256]
    published_at: Mapped[Moment]


class DeclarationRow(Row):
    """What a person declares for a line of a role: what it is, where it can be seen, and from which day it is.

    `asked` is the text of the line as it was then: a line that asks for something else needs a new declaration. `key`
    comes from the page, so that a form sent twice is one.
    """

    __tablename__ = "declaration"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(to("person"), index=True)
    role_code: Mapped[Word] = mapped_column(index=True)
    line: Mapped[Word]
    asked: Mapped[LongText]
    what: Mapped[LongText]
    place: Mapped[Line]
    day: Mapped[date] = mapped_column(Date)
    declared_at: Mapped[Moment]
    key: Mapped[Word]

    person: Mapped[PersonRow] = relationship(lazy="joined")
    checks: Mapped[list["DeclarationCheckRow"]] = relationship(
        back_populates="declaration", order_by="DeclarationCheckRow.number", lazy="selectin"
    )


class DeclarationCheckRow(Row):
    """That somebody of the staff looked at declared evidence: confirmed or not, and at what they looked.

    The last one counts: a check that was wrong is corrected by another.
    """

    __tablename__ = "declaration_check"
    __table_args__ = (UniqueConstraint("declaration_id", "number"),)

    id: Mapped[Key]
    declaration_id: Mapped[int] = mapped_column(to("declaration"))
    number: Mapped[int]
    is_confirmed: Mapped[bool]
    reason: Mapped[LongText]
    by_id: Mapped[int] = mapped_column(to("person"))
    at: Mapped[Moment]

    declaration: Mapped[DeclarationRow] = relationship(back_populates="checks")
    by: Mapped[PersonRow] = relationship(lazy="joined")


class PagePrintRow(Row):
    """A page as a PDF, made by a worker; `digest` is the SHA-256 of all that stands on it. It can be made again."""

    __tablename__ = "page_print"
    __table_args__ = (UniqueConstraint("digest"),)

    id: Mapped[Key]
    digest: Mapped[Sha256]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[Moment]
