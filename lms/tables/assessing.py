"""Assessments, their candidates and assessors, and what was drawn for each candidate."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.content import PackVersionRow, SchemeVersionRow
from lms.tables.people import OrganisationRow, PersonRow
from lms.tables.training import BatchRow, TraineeRow
from lms.tables.types import Codes, Key, LongText, Moment, Sha256, UtcDateTime, Word, to


class AssessmentState(StrEnum):
    """How far an assessment has come; `lms.services.assessing.MOVES` says who moves it where."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    DRAWN = "drawn"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    APPROVED = "approved"
    RELEASED = "released"


class CandidateStatus(StrEnum):
    """What the centre and the assessor say of a candidate's presence; the rest follows from marks."""

    ENTERED = "entered"
    ABSENT = "absent"
    DISQUALIFIED = "disqualified"


class AssessmentRow(Row):
    """A batch being assessed between two moments, on one pack version and one scheme version."""

    __tablename__ = "assessment"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[Key]
    code: Mapped[Word]
    batch_id: Mapped[int] = mapped_column(to("batch"), index=True)
    council_id: Mapped[int] = mapped_column(to("organisation"), index=True)
    agency_id: Mapped[int] = mapped_column(to("organisation"), index=True)
    pack_version_id: Mapped[int] = mapped_column(to("pack_version"))
    scheme_version_id: Mapped[int] = mapped_column(to("scheme_version"))
    state: Mapped[Word] = mapped_column(default=AssessmentState.PROPOSED)
    opens_at: Mapped[Moment]
    closes_at: Mapped[Moment]
    is_specimen: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    batch: Mapped[BatchRow] = relationship(lazy="joined")
    agency: Mapped[OrganisationRow] = relationship(foreign_keys=agency_id, lazy="joined")
    council: Mapped[OrganisationRow] = relationship(foreign_keys=council_id, lazy="joined")
    pack_version: Mapped[PackVersionRow] = relationship()
    scheme_version: Mapped[SchemeVersionRow] = relationship()
    candidates: Mapped[list["CandidateRow"]] = relationship(back_populates="assessment", order_by="CandidateRow.number")
    assessors: Mapped[list["AssessmentAssessorRow"]] = relationship(order_by="AssessmentAssessorRow.id")


class AssessmentAssessorRow(Row):
    """An assessor the agency named for an assessment."""

    __tablename__ = "assessment_assessor"
    __table_args__ = (UniqueConstraint("assessment_id", "person_id"),)

    id: Mapped[Key]
    assessment_id: Mapped[int] = mapped_column(to("assessment"), index=True)
    person_id: Mapped[int] = mapped_column(to("person"), index=True)

    person: Mapped[PersonRow] = relationship(lazy="joined")


class CandidateRow(Row):
    """A trainee entered for one assessment. `attempt_number` is 1, or 2 for a reassessment.

    `room` is where they sit the theory exam, empty where there is one room only; `large_print` is how they read it.
    `chosen` are the electives and options as they were chosen when the candidate was entered.
    """

    __tablename__ = "candidate"
    __table_args__ = (
        UniqueConstraint("assessment_id", "trainee_id"),
        UniqueConstraint("trainee_id", "attempt_number"),
        UniqueConstraint("number"),
    )

    id: Mapped[Key]
    assessment_id: Mapped[int] = mapped_column(to("assessment"), index=True)
    trainee_id: Mapped[int] = mapped_column(to("trainee"), index=True)
    number: Mapped[Word]
    room: Mapped[Word] = mapped_column(default="")
    attempt_number: Mapped[int] = mapped_column(default=1)
    extra_minutes: Mapped[int] = mapped_column(default=0)
    large_print: Mapped[bool] = mapped_column(default=False, server_default=false())
    status: Mapped[Word] = mapped_column(default=CandidateStatus.ENTERED)
    chosen: Mapped[tuple[str, ...]] = mapped_column(Codes, default=())

    assessment: Mapped[AssessmentRow] = relationship(back_populates="candidates")
    trainee: Mapped[TraineeRow] = relationship(lazy="joined")


class CarriedUnitRow(Row):
    """A unit that a candidate is not assessed in again: it keeps the marks of an attempt before, the source's."""

    __tablename__ = "carried_unit"
    __table_args__ = (UniqueConstraint("candidate_id", "unit_code"),)

    id: Mapped[Key]
    candidate_id: Mapped[int] = mapped_column(to("candidate"))
    unit_code: Mapped[Word]
    source_id: Mapped[int] = mapped_column(to("candidate"), index=True)

    source: Mapped[CandidateRow] = relationship(foreign_keys=source_id, lazy="joined")


class DrawRow(Row):
    """One draw of papers and practicals: its seed, its whole manifest, and its entry in the log of draws.

    The entry (`DrawLogEntry` as JSON) is empty where papers were drawn before there were commitments.
    """

    __tablename__ = "draw"
    __table_args__ = (UniqueConstraint("assessment_id"),)

    id: Mapped[Key]
    assessment_id: Mapped[int] = mapped_column(to("assessment"))
    seed: Mapped[Sha256]
    manifest: Mapped[LongText]
    entry: Mapped[LongText] = mapped_column(default="")
    drawn_at: Mapped[Moment]
    drawn_by: Mapped[int] = mapped_column(to("person"))


class PaperRow(Row):
    """A candidate's theory paper, stored whole: `content` as drawn, `face` as shown (never a key)."""

    __tablename__ = "paper"
    __table_args__ = (UniqueConstraint("candidate_id"), UniqueConstraint("pack_version_id", "face_hash"))

    id: Mapped[Key]
    candidate_id: Mapped[int] = mapped_column(to("candidate"))
    pack_version_id: Mapped[int] = mapped_column(to("pack_version"))
    face_hash: Mapped[Sha256]
    content: Mapped[LongText]
    face: Mapped[LongText]


class PracticalSheetRow(Row):
    """A candidate's practical, stored whole: `content` as drawn, `face` as shown to the scorer."""

    __tablename__ = "practical_sheet"
    __table_args__ = (UniqueConstraint("candidate_id"), UniqueConstraint("centre_id", "face_hash"))

    id: Mapped[Key]
    candidate_id: Mapped[int] = mapped_column(to("candidate"))
    centre_id: Mapped[int] = mapped_column(to("organisation"))
    face_hash: Mapped[Sha256]
    content: Mapped[LongText]
    face: Mapped[LongText]

    candidate: Mapped[CandidateRow] = relationship()
