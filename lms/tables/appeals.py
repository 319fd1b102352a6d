"""Appeals against released results, and every step until they are answered."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.marking import ResultRow
from lms.tables.people import PersonRow
from lms.tables.types import Key, LongText, Moment, Word, to


class AppealRow(Row):
    """A candidate's request that a released result be checked again; `refs` is a JSON list, empty for all of it."""

    __tablename__ = "appeal"
    __table_args__ = (UniqueConstraint("result_id"),)

    id: Mapped[Key]
    result_id: Mapped[int] = mapped_column(to("result"))
    reason: Mapped[LongText]
    refs: Mapped[LongText] = mapped_column(default="[]")
    by_id: Mapped[int] = mapped_column(to("person"))
    asked_at: Mapped[Moment]

    result: Mapped[ResultRow] = relationship(lazy="joined")
    steps: Mapped[list["AppealStepRow"]] = relationship(order_by="AppealStepRow.number", lazy="selectin")


class AppealStepRow(Row):
    """One step: what the agency found, what the council proposes, confirms or returns.

    `detail` is JSON: the agency's findings, or the corrected shares by criterion. A confirmation names the proposal
    that it confirms and who made it, so that the database itself wants another person.
    """

    __tablename__ = "appeal_step"
    __table_args__ = (
        UniqueConstraint("appeal_id", "number"),
        UniqueConstraint("id", "by_id"),
        ForeignKeyConstraint(
            ["proposal_id", "proposed_by_id"],
            ["appeal_step.id", "appeal_step.by_id"],
            name="fk_appeal_step_proposal",
            ondelete="RESTRICT",
        ),
        CheckConstraint(
            "kind <> 'confirmed' OR (proposal_id IS NOT NULL AND proposed_by_id IS NOT NULL "
            "AND by_id <> proposed_by_id)",
            name="two_people",
        ),
    )

    id: Mapped[Key]
    appeal_id: Mapped[int] = mapped_column(to("appeal"), index=True)
    number: Mapped[int]
    kind: Mapped[Word]
    reason: Mapped[LongText]
    detail: Mapped[LongText] = mapped_column(default="{}")
    proposal_id: Mapped[int | None]
    proposed_by_id: Mapped[int | None]
    by_id: Mapped[int] = mapped_column(to("person"))
    at: Mapped[Moment]

    by: Mapped[PersonRow] = relationship(foreign_keys=by_id, lazy="joined")
