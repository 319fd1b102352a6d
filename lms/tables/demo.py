"""The mark of a demo: a database that has it holds simulated people only, and may be made anew."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Row
from lms.tables.types import Key, LongText, Moment, UtcDateTime, Word


class DemoRow(Row):
    """The making of a demo, from its first step. `visitors` is JSON, user names by the part they play.

    `finished_at` is None while it is being made, and for ever when that was broken off.
    """

    __tablename__ = "demo"

    id: Mapped[Key]
    seed: Mapped[Word]
    begun_at: Mapped[Moment]
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    visitors: Mapped[LongText] = mapped_column(default="{}")
