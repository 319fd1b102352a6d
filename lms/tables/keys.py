"""Keys of items: only publishing, practice feedback and grading import this."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Row
from lms.tables.types import Key, LongText, Sha256, to


class ItemKeyRow(Row):
    """The key of one item version (`ItemKey`)."""

    __tablename__ = "item_key"
    __table_args__ = (UniqueConstraint("item_version_id"),)

    id: Mapped[Key]
    item_version_id: Mapped[int] = mapped_column(to("item_version"))
    content: Mapped[LongText]
    sha256: Mapped[Sha256]
