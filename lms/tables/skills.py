"""Skills of frameworks as published, and people in them: judged levels, self-ratings, targets; all added."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.people import OrganisationRow, PersonRow
from lms.tables.types import Key, Line, LongText, Moment, Sha256, Word, to


class EvidenceSource(StrEnum):
    """What a judgement of a level rests on: a released result, work that was scored, or what the assessor describes."""

    RESULT = "result"
    COURSEWORK = "coursework"
    DESCRIBED = "described"


class FrameworkVersionRow(Row):
    """A skill (`FrameworkSkill`) in one language; the greatest number is the one that is read."""

    __tablename__ = "framework_version"
    __table_args__ = (UniqueConstraint("code", "language", "number"),)

    id: Mapped[Key]
    code: Mapped[Word]
    language: Mapped[Word]
    number: Mapped[int]
    name: Mapped[Line]
    wording: Mapped[Word]
    content: Mapped[LongText] = mapped_column(deferred=True)  # large; values are kept by their hash
    sha256: Mapped[Sha256]
    published_by: Mapped[int | None] = mapped_column(to("person"))
    published_at: Mapped[Moment]


class SkillJudgementRow(Row):
    """That an assessor judged somebody's level in a skill, by the words of `framework_version`; 0 is below all levels.

    Of a person and a skill the greatest number counts. `corrects_id` names the judgement that was wrong. By `code` the
    record of it is verified; `key` comes from the page, so that a form sent twice is one judgement.
    """

    __tablename__ = "skill_judgement"
    __table_args__ = (
        UniqueConstraint("person_id", "skill_code", "number"),
        UniqueConstraint("person_id", "key"),
        UniqueConstraint("code"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(to("person"))
    skill_code: Mapped[Word] = mapped_column(index=True)
    number: Mapped[int]
    framework_version_id: Mapped[int] = mapped_column(to("framework_version"))
    level: Mapped[int]
    reasons: Mapped[LongText]
    corrects_id: Mapped[int | None] = mapped_column(to("skill_judgement"))
    assessor_id: Mapped[int] = mapped_column(to("person"))
    organisation_id: Mapped[int] = mapped_column(to("organisation"))
    judged_at: Mapped[Moment]
    code: Mapped[Word]
    key: Mapped[Word]

    person: Mapped[PersonRow] = relationship(foreign_keys=[person_id], lazy="joined")
    assessor: Mapped[PersonRow] = relationship(foreign_keys=[assessor_id], lazy="joined")
    organisation: Mapped[OrganisationRow] = relationship(lazy="joined")
    framework_version: Mapped[FrameworkVersionRow] = relationship(lazy="joined")
    evidence: Mapped[list["SkillEvidenceRow"]] = relationship(
        back_populates="judgement", order_by="SkillEvidenceRow.id", lazy="selectin"
    )


class SkillEvidenceRow(Row):
    """One thing that a judgement rests on, as it stood then: its title, and what it came to or shows."""

    __tablename__ = "skill_evidence"

    id: Mapped[Key]
    judgement_id: Mapped[int] = mapped_column(to("skill_judgement"), index=True)
    source: Mapped[Word]
    thing_id: Mapped[int | None]
    title: Mapped[Line] = mapped_column(default="")
    detail: Mapped[LongText] = mapped_column(default="")
    day: Mapped[date | None] = mapped_column(Date)

    judgement: Mapped[SkillJudgementRow] = relationship(back_populates="evidence")


class SkillRatingRow(Row):
    """Where somebody sees themselves in a skill; shown beside the judged level, never counted as one."""

    __tablename__ = "skill_rating"
    __table_args__ = (UniqueConstraint("person_id", "key"), Index("ix_skill_rating_of", "person_id", "skill_code"))

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(to("person"))
    skill_code: Mapped[Word]
    level: Mapped[int]
    note: Mapped[LongText] = mapped_column(default="")
    rated_at: Mapped[Moment]
    key: Mapped[Word]


class SkillTargetRow(Row):
    """The level that somebody is to reach in a skill; 0 takes the target away."""

    __tablename__ = "skill_target"
    __table_args__ = (UniqueConstraint("person_id", "key"), Index("ix_skill_target_of", "person_id", "skill_code"))

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(to("person"))
    skill_code: Mapped[Word]
    level: Mapped[int]
    reason: Mapped[LongText] = mapped_column(default="")
    set_by: Mapped[int] = mapped_column(to("person"))
    set_at: Mapped[Moment]
    key: Mapped[Word]

    setter: Mapped[PersonRow] = relationship(foreign_keys=[set_by], lazy="joined")
