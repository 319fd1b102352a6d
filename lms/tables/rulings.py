"""Rulings on items after an exam, the second person's answers, and results corrected for whatever reason."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.appeals import AppealRow
from lms.tables.content import ItemVersionRow
from lms.tables.marking import ResultRow
from lms.tables.people import PersonRow
from lms.tables.types import Key, LongText, Moment, Sha256, Word, to


class ItemRulingRow(Row):
    """A council's ruling on an item version as one person proposes it. `options` is a JSON list of option ids."""

    __tablename__ = "item_ruling"
    __table_args__ = (
        UniqueConstraint("council_id", "item_version_id", "number", name="uq_item_ruling_council_item_number"),
        UniqueConstraint("id", "proposed_by_id"),
    )

    id: Mapped[Key]
    council_id: Mapped[int] = mapped_column(to("organisation"), index=True)
    item_version_id: Mapped[int] = mapped_column(to("item_version"), index=True)
    number: Mapped[int]
    policy: Mapped[Word]
    options: Mapped[LongText] = mapped_column(default="[]")
    reason: Mapped[LongText]
    preview_sha256: Mapped[Sha256]
    proposed_by_id: Mapped[int] = mapped_column(to("person"))
    proposed_at: Mapped[Moment]

    item_version: Mapped[ItemVersionRow] = relationship(lazy="joined")
    proposed_by: Mapped[PersonRow] = relationship(lazy="joined")
    answer: Mapped["ItemRulingAnswerRow | None"] = relationship(back_populates="ruling", lazy="joined")


class ItemRulingAnswerRow(Row):
    """What came of a proposed ruling. The database itself wants another person to confirm than proposed."""

    __tablename__ = "item_ruling_answer"
    __table_args__ = (
        UniqueConstraint("ruling_id"),
        ForeignKeyConstraint(
            ["ruling_id", "proposed_by_id"],
            ["item_ruling.id", "item_ruling.proposed_by_id"],
            name="fk_item_ruling_answer_proposal",
            ondelete="RESTRICT",
        ),
        CheckConstraint("NOT is_confirmed OR by_id <> proposed_by_id", name="two_people"),
    )

    id: Mapped[Key]
    ruling_id: Mapped[int]
    proposed_by_id: Mapped[int]
    is_confirmed: Mapped[bool]
    reason: Mapped[LongText] = mapped_column(default="")
    preview_sha256: Mapped[Sha256]
    job_id: Mapped[int | None] = mapped_column(to("job"))
    by_id: Mapped[int] = mapped_column(to("person"))
    at: Mapped[Moment]

    ruling: Mapped[ItemRulingRow] = relationship(back_populates="answer")
    by: Mapped[PersonRow] = relationship(lazy="joined")


class ResultCorrectionRow(Row):
    """Why a result is not the first of its candidate: a ruling on an item, or an appeal that was upheld."""

    __tablename__ = "result_correction"
    __table_args__ = (
        UniqueConstraint("result_id"),
        CheckConstraint("(ruling_id IS NULL) <> (appeal_id IS NULL)", name="one_cause"),
    )

    id: Mapped[Key]
    result_id: Mapped[int] = mapped_column(to("result"))
    ruling_id: Mapped[int | None] = mapped_column(to("item_ruling"), index=True)
    appeal_id: Mapped[int | None] = mapped_column(to("appeal"))

    result: Mapped[ResultRow] = relationship()
    ruling: Mapped[ItemRulingRow | None] = relationship(lazy="joined")
    appeal: Mapped[AppealRow | None] = relationship(lazy="joined")
