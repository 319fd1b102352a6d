"""Published content, immutable: canonical JSON as text with its SHA-256. Keys stand in `lms.tables.keys`."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Row
from lms.tables.types import Key, Line, LongText, Moment, Sha256, UtcDateTime, Word, to


class ContentState(StrEnum):
    """A draft can be seen and corrected; a published version never changes."""

    DRAFT = "draft"
    PUBLISHED = "published"


class LessonState(StrEnum):
    """A lesson is read at its newest version, unless that one withdraws it."""

    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class PackVersionRow(Row):
    """A qualification pack with its units whole (`QualificationPack`), owned by one council."""

    __tablename__ = "pack_version"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[Key]
    council_id: Mapped[int] = mapped_column(to("organisation"), index=True)
    code: Mapped[Word]
    version: Mapped[Word]
    title: Mapped[Line]
    content: Mapped[LongText] = mapped_column(deferred=True)  # large; values are kept by their hash
    sha256: Mapped[Sha256]
    published_at: Mapped[Moment]


class UnitVersionRow(Row):
    """A NOS unit (`NosUnit`); a unit may stand in several packs."""

    __tablename__ = "unit_version"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[Key]
    code: Mapped[Word]
    version: Mapped[Word]
    title: Mapped[Line]
    content: Mapped[LongText]
    sha256: Mapped[Sha256]
    published_at: Mapped[Moment]


class PackUnitRow(Row):
    """A unit version that a pack version holds, at its place from 1: a look-up, the content of both says the same."""

    __tablename__ = "pack_unit"
    __table_args__ = (UniqueConstraint("pack_version_id", "place"),)

    id: Mapped[Key]
    pack_version_id: Mapped[int] = mapped_column(to("pack_version"))
    unit_version_id: Mapped[int] = mapped_column(to("unit_version"), index=True)
    place: Mapped[int]


class SchemeVersionRow(Row):
    """An assessment scheme (`AssessmentScheme`) of a pack version: a draft, then published for ever."""

    __tablename__ = "scheme_version"
    __table_args__ = (UniqueConstraint("pack_version_id", "number"),)

    id: Mapped[Key]
    pack_version_id: Mapped[int] = mapped_column(to("pack_version"), index=True)
    number: Mapped[int]
    state: Mapped[Word] = mapped_column(default=ContentState.DRAFT)
    marks_status: Mapped[Word]
    content: Mapped[LongText] = mapped_column(deferred=True)  # large; values are kept by their hash
    sha256: Mapped[Sha256]
    created_at: Mapped[Moment]
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ItemVersionRow(Row):
    """An item's face (`ItemFace`): what a candidate may see."""

    __tablename__ = "item_version"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[Key]
    code: Mapped[Line]
    version: Mapped[int]
    unit_code: Mapped[Word] = mapped_column(index=True)
    use: Mapped[Word]
    is_sample: Mapped[bool] = mapped_column(default=True)
    content: Mapped[LongText]
    sha256: Mapped[Sha256]
    published_at: Mapped[Moment]


class TaskVersionRow(Row):
    """The practical of a unit (`TaskFile`): rubric and task templates, at one version."""

    __tablename__ = "task_version"
    __table_args__ = (UniqueConstraint("unit_code", "number"),)

    id: Mapped[Key]
    unit_code: Mapped[Word]
    number: Mapped[int]
    content: Mapped[LongText]
    sha256: Mapped[Sha256]
    published_at: Mapped[Moment]


class LessonVersionRow(Row):
    """A lesson (`Lesson`) of a unit in one language. A withdrawn version repeats the content of the one before."""

    __tablename__ = "lesson_version"
    __table_args__ = (UniqueConstraint("unit_code", "slug", "language", "number"),)

    id: Mapped[Key]
    unit_code: Mapped[Word]
    slug: Mapped[Line]
    language: Mapped[Word]
    number: Mapped[int]
    position: Mapped[int]
    title: Mapped[Line]
    state: Mapped[Word] = mapped_column(default=LessonState.PUBLISHED, server_default=LessonState.PUBLISHED)
    content: Mapped[LongText]
    sha256: Mapped[Sha256]
    published_at: Mapped[Moment]
