"""What invigilators write down in an exam room: whose identity was checked, and incidents."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.assessing import CandidateRow
from lms.tables.people import PersonRow
from lms.tables.types import Key, LongText, Moment, Word, to


class IdentityCheckRow(Row):
    """Whether a candidate was found to be who they say; of several on one candidate the greatest number counts."""

    __tablename__ = "identity_check"
    __table_args__ = (UniqueConstraint("candidate_id", "number"),)

    id: Mapped[Key]
    candidate_id: Mapped[int] = mapped_column(to("candidate"))
    number: Mapped[int]
    is_confirmed: Mapped[bool]
    by_id: Mapped[int] = mapped_column(to("person"))
    at: Mapped[Moment]

    candidate: Mapped[CandidateRow] = relationship()
    by: Mapped[PersonRow] = relationship()


class IncidentRow(Row):
    """Something that happened in the room, about some candidates or about all; `key` makes a double click one note."""

    __tablename__ = "incident"
    __table_args__ = (UniqueConstraint("assessment_id", "key"),)

    id: Mapped[Key]
    assessment_id: Mapped[int] = mapped_column(to("assessment"))
    text: Mapped[LongText]
    by_id: Mapped[int] = mapped_column(to("person"))
    at: Mapped[Moment]
    key: Mapped[Word]

    by: Mapped[PersonRow] = relationship()
    about: Mapped[list["IncidentCandidateRow"]] = relationship(order_by="IncidentCandidateRow.id")


class IncidentCandidateRow(Row):
    """A candidate whom an incident is about."""

    __tablename__ = "incident_candidate"
    __table_args__ = (UniqueConstraint("incident_id", "candidate_id"),)

    id: Mapped[Key]
    incident_id: Mapped[int] = mapped_column(to("incident"))
    candidate_id: Mapped[int] = mapped_column(to("candidate"), index=True)

    candidate: Mapped[CandidateRow] = relationship()
