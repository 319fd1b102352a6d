"""Exams written on paper: how an assessment's answer sheets are entered, what was entered, and what was printed."""

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from lms.extensions import Row
from lms.tables.people import PersonRow
from lms.tables.types import Key, Line, LongText, Moment, Sha256, Word, to

TAKEN_BACK = ""  # in place of answers; no paper is without a question


class PaperDayRow(Row):
    """How the answer sheets of an assessment are entered. `is_double`: each by two persons; so it is without a row."""

    __tablename__ = "paper_day"
    __table_args__ = (UniqueConstraint("assessment_id"),)

    id: Mapped[Key]
    assessment_id: Mapped[int] = mapped_column(to("assessment"))
    is_double: Mapped[bool]


class PaperEntryRow(Row):
    """An answer sheet as one person typed it, a sign a question. Each time is a row; of each person the newest stands.

    `reference` says where the sheet or its scan is kept. `attempt_id` is set on an entry that was recorded as answers.
    A row with `TAKEN_BACK` takes back all that was entered of the sheet before it.
    """

    __tablename__ = "paper_entry"
    __table_args__ = (UniqueConstraint("candidate_id", "number"),)

    id: Mapped[Key]
    candidate_id: Mapped[int] = mapped_column(to("candidate"))
    number: Mapped[int]
    answers: Mapped[LongText]
    reference: Mapped[Line] = mapped_column(default="")
    reason: Mapped[LongText] = mapped_column(default="")
    entered_by: Mapped[int] = mapped_column(to("person"))
    entered_at: Mapped[Moment]
    attempt_id: Mapped[int | None] = mapped_column(to("attempt"))

    person: Mapped[PersonRow] = relationship(lazy="joined")


class PaperPrintRow(Row):
    """A printed part of an assessment's papers: `booklet-17` or `large-17` of a candidate, `sheets-en`, `room-en`.

    Of each name the newest counts; the older ones stay, since somebody may hold them in their hand.
    """

    __tablename__ = "paper_print"
    __table_args__ = (UniqueConstraint("assessment_id", "name", "number"),)

    id: Mapped[Key]
    assessment_id: Mapped[int] = mapped_column(to("assessment"))
    name: Mapped[Word]
    number: Mapped[int]
    sha256: Mapped[Sha256]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    made_at: Mapped[Moment]
