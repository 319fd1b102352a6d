"""Certificates, their printed files and their revocations."""

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.marking import ResultRow
from lms.tables.types import Key, LongText, Moment, Sha256, Word, to


class CertificateRow(Row):
    """One certificate for one result; `facts` (`CertificateFacts` as JSON) is what was printed."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("result_id"), UniqueConstraint("number"), UniqueConstraint("code"))

    id: Mapped[Key]
    result_id: Mapped[int] = mapped_column(to("result"))
    number: Mapped[Word]
    code: Mapped[Word]
    is_specimen: Mapped[bool]
    facts: Mapped[LongText]
    issued_at: Mapped[Moment]

    result: Mapped[ResultRow] = relationship(lazy="joined")
    file: Mapped["CertificateFileRow | None"] = relationship(back_populates="certificate")
    revocation: Mapped["RevocationRow | None"] = relationship(back_populates="certificate", lazy="joined")
    recalls: Mapped[list["CertificateRecallRow"]] = relationship(order_by="CertificateRecallRow.id", lazy="selectin")
    replacement: Mapped["CertificateReplacementRow | None"] = relationship(
        foreign_keys="CertificateReplacementRow.certificate_id", lazy="joined"
    )


class CertificateFileRow(Row):
    """The PDF of a certificate, made by a worker."""

    __tablename__ = "certificate_file"
    __table_args__ = (UniqueConstraint("certificate_id"),)

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(to("certificate"))
    sha256: Mapped[Sha256]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[Moment]

    certificate: Mapped[CertificateRow] = relationship(back_populates="file")


class RevocationRow(Row):
    """A certificate withdrawn, by whom and why."""

    __tablename__ = "revocation"
    __table_args__ = (UniqueConstraint("certificate_id"),)

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(to("certificate"))
    reason: Mapped[LongText]
    by_id: Mapped[int] = mapped_column(to("person"))
    at: Mapped[Moment]

    certificate: Mapped[CertificateRow] = relationship(back_populates="revocation")


class CertificateRecallRow(Row):
    """That the result behind a certificate was corrected: it is to be re-issued, or revoked."""

    __tablename__ = "certificate_recall"
    __table_args__ = (UniqueConstraint("certificate_id", "result_id"),)

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(to("certificate"))
    result_id: Mapped[int] = mapped_column(to("result"))
    at: Mapped[Moment]


class CertificateReplacementRow(Row):
    """A certificate and the one that was issued in its place."""

    __tablename__ = "certificate_replacement"
    __table_args__ = (UniqueConstraint("certificate_id"), UniqueConstraint("new_id"))

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(to("certificate"))
    new_id: Mapped[int] = mapped_column(to("certificate"))
    by_id: Mapped[int] = mapped_column(to("person"))
    at: Mapped[Moment]

    new: Mapped[CertificateRow] = relationship(foreign_keys=new_id)
