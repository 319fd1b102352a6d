"""History: who did what to which thing, when and why. Rows are added, never changed."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.people import PersonRow
from lms.tables.types import Key, Line, LongText, Moment, Word, to


class HistoryRow(Row):
    """One act. `thing` and `thing_id` name what it was done to; `what` is a message id with JSON `facts`."""

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_thing_thing_id", "thing", "thing_id"),)

    id: Mapped[Key]
    at: Mapped[Moment]
    actor_id: Mapped[int | None] = mapped_column(to("person"), index=True)
    thing: Mapped[Word]
    thing_id: Mapped[int]
    what: Mapped[Line]
    facts: Mapped[LongText] = mapped_column(default="{}")
    why: Mapped[LongText] = mapped_column(default="")

    actor: Mapped[PersonRow | None] = relationship(lazy="joined")
