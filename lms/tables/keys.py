"""Keys of items, and as printed for a council: only publishing, practice feedback and grading import this."""

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from lms.extensions import Row
from lms.tables.types import Key, LongText, Moment, Sha256, Word, to


class ItemKeyRow(Row):
    """The key of one item version (`ItemKey`)."""

    __tablename__ = "item_key"
    __table_args__ = (UniqueConstraint("item_version_id"),)

    id: Mapped[Key]
    item_version_id: Mapped[int] = mapped_column(to("item_version"))
    content: Mapped[LongText]
    sha256: Mapped[Sha256]


class KeySheetRow(Row):
    """The keys of an assessment's papers as a PDF for its council; `digest` is of the keys that stand in it."""

    __tablename__ = "key_sheet"
    __table_args__ = (UniqueConstraint("assessment_id", "language", "digest"),)

    id: Mapped[Key]
    assessment_id: Mapped[int] = mapped_column(to("assessment"))
    language: Mapped[Word]
    digest: Mapped[Sha256]
    sha256: Mapped[Sha256]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    made_at: Mapped[Moment]
