"""How candidates come into an exam: their one-time codes, and who waits for it to open."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.assessing import CandidateRow
from lms.tables.people import UserSessionRow
from lms.tables.types import Key, Moment, Sha256, UtcDateTime, to


class ExamCodeRow(Row):
    """The code that lets a candidate in, as keyed hashes of its first half and of the whole; a new one takes its place.

    `session_id` is the session it opened last, and `device_hash` names the device of that. `tries` are wrong codes
    with the right first half, the last one at `tried_at`.
    """

    __tablename__ = "exam_code"
    __table_args__ = (UniqueConstraint("candidate_id"),)

    id: Mapped[Key]
    candidate_id: Mapped[int] = mapped_column(to("candidate"))
    first_hash: Mapped[Sha256]
    code_hash: Mapped[Sha256]
    made_by: Mapped[int] = mapped_column(to("person"))
    made_at: Mapped[Moment]
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    session_id: Mapped[int | None] = mapped_column(to("user_session"))
    device_hash: Mapped[Sha256] = mapped_column(default="")

    candidate: Mapped[CandidateRow] = relationship()
    session: Mapped[UserSessionRow | None] = relationship()


class WaitingContactRow(Row):
    """When a device in the waiting room was last heard of: one row a candidate, written anew at each contact."""

    __tablename__ = "waiting_contact"
    __table_args__ = (UniqueConstraint("candidate_id"),)

    id: Mapped[Key]
    candidate_id: Mapped[int] = mapped_column(to("candidate"))
    at: Mapped[Moment]
