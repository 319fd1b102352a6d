"""What stands around a draw: commitments to the secrets it is made from, the secrets, and its printed manifest."""

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.people import PersonRow
from lms.tables.types import Key, Moment, Sha256, Word, to


class DrawCommitmentRow(Row):
    """The SHA-256 of one side's secret; the newest of the latest round stands. None is ever used twice, by anybody.

    A round ends when somebody commits anew after a secret was entered: then both sides do. `is_kept`: the site made the
    secret and keeps it; else the side brings it before the papers are drawn.
    """

    __tablename__ = "draw_commitment"
    __table_args__ = (UniqueConstraint("assessment_id", "side", "number"), UniqueConstraint("commitment"))

    id: Mapped[Key]
    assessment_id: Mapped[int] = mapped_column(to("assessment"))
    side: Mapped[Word]
    number: Mapped[int]
    round: Mapped[int] = mapped_column(default=1)
    commitment: Mapped[Sha256]
    is_kept: Mapped[bool]
    made_at: Mapped[Moment]
    made_by: Mapped[int] = mapped_column(to("person"))

    person: Mapped[PersonRow] = relationship(lazy="joined")
    secret: Mapped["DrawSecretRow | None"] = relationship(lazy="joined")


class DrawSecretRow(Row):
    """The secret behind a commitment, 32 bytes in hex. Shown to nobody before the results are released."""

    __tablename__ = "draw_secret"
    __table_args__ = (UniqueConstraint("commitment_id"),)

    id: Mapped[Key]
    commitment_id: Mapped[int] = mapped_column(to("draw_commitment"))
    secret: Mapped[Sha256]
    entered_at: Mapped[Moment]


class DrawPdfRow(Row):
    """The manifest of a draw as a PDF; `key` says which: `sealed-en` before the release, `open-en` after it."""

    __tablename__ = "draw_pdf"
    __table_args__ = (UniqueConstraint("draw_id", "key"),)

    id: Mapped[Key]
    draw_id: Mapped[int] = mapped_column(to("draw"))
    key: Mapped[Word]
    sha256: Mapped[Sha256]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[Moment]
