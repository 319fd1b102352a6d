"""Printed handbooks: the lessons of a unit as a PDF. Each can be made again from its lessons at any time."""

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Row
from lms.tables.types import Key, Moment, Sha256, Word


class HandbookPdfRow(Row):
    """A handbook as a PDF; `digest` is the SHA-256 of all that stands in it, its language and its layout."""

    __tablename__ = "handbook_pdf"
    __table_args__ = (UniqueConstraint("digest"),)

    id: Mapped[Key]
    digest: Mapped[Sha256]
    unit_code: Mapped[Word]
    language: Mapped[Word]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[Moment]

    @property
    def kilobytes(self) -> int:
        """How large it is, for who downloads it."""
        return -(-self.size // 1000)
