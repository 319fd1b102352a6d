"""Scores of practicals, results as decided, and requests for reassessment: all added, never overwritten."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from lms.extensions import Row
from lms.tables.assessing import CandidateRow
from lms.tables.people import PersonRow
from lms.tables.types import Key, LongText, Moment, Sha256, Word, to


class ScoreColumns:
    """The level given for one criterion: `share` of it as `n/d`, empty when the one before is taken back.

    The newest counts. `key` comes from the scorer's device, so that a tap sent twice is one score.
    """

    id: Mapped[Key]
    ref: Mapped[Word]
    share: Mapped[Word]
    note: Mapped[LongText] = mapped_column(default="")
    scorer_id: Mapped[int] = mapped_column(to("person"))
    scored_at: Mapped[Moment]
    key: Mapped[Word]

    @declared_attr
    def scorer(cls) -> Mapped[PersonRow]:  # noqa: N805 -- SQLAlchemy hands in the class
        """Who gave it."""
        return relationship(lazy="joined")


class PracticalScoreRow(ScoreColumns, Row):
    """A level given on a practical sheet: a share of the criterion's marks."""

    __tablename__ = "practical_score"
    __table_args__ = (UniqueConstraint("sheet_id", "key"),)

    sheet_id: Mapped[int] = mapped_column(to("practical_sheet"), index=True)


class ResultRow(Row):
    """A decision with all its reasons (`Result` as JSON). A correction is a new row with the next number."""

    __tablename__ = "result"
    __table_args__ = (UniqueConstraint("candidate_id", "number"),)

    id: Mapped[Key]
    candidate_id: Mapped[int] = mapped_column(to("candidate"), index=True)
    number: Mapped[int]
    outcome: Mapped[Word]
    content: Mapped[LongText]
    inputs_hash: Mapped[Sha256]
    decided_at: Mapped[Moment]

    candidate: Mapped[CandidateRow] = relationship(lazy="joined")


class ReassessmentRow(Row):
    """A candidate's request to be assessed again; the newest step says where it stands."""

    __tablename__ = "reassessment"
    __table_args__ = (UniqueConstraint("candidate_id"),)

    id: Mapped[Key]
    candidate_id: Mapped[int] = mapped_column(to("candidate"))
    asked_at: Mapped[Moment]
    reason: Mapped[LongText] = mapped_column(default="")
    next_candidate_id: Mapped[int | None] = mapped_column(to("candidate"))

    candidate: Mapped[CandidateRow] = relationship(foreign_keys=candidate_id, lazy="joined")
    steps: Mapped[list["ReassessmentStepRow"]] = relationship(order_by="ReassessmentStepRow.id", lazy="selectin")


class ReassessmentStepRow(Row):
    """What the centre, then the agency, then the council said: accepted or refused, with the reason."""

    __tablename__ = "reassessment_step"
    __table_args__ = (UniqueConstraint("reassessment_id", "level"),)

    id: Mapped[Key]
    reassessment_id: Mapped[int] = mapped_column(to("reassessment"), index=True)
    level: Mapped[Word]
    is_accepted: Mapped[bool]
    reason: Mapped[LongText] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(to("person"))
    at: Mapped[Moment]

    by: Mapped[PersonRow] = relationship(lazy="joined")
