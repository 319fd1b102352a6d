"""Mock exams: a trainee's own goes at papers of practice items, which count for nothing, and the log of answers."""

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.extensions import Row
from lms.tables.attempts import AnswerColumns, SittingColumns
from lms.tables.content import PackVersionRow, SchemeVersionRow
from lms.tables.people import PersonRow
from lms.tables.types import Codes, LongText, Sha256, to

_OPEN = text("submitted_at IS NULL AND closed_at IS NULL")


class MockExamRow(SittingColumns, Row):
    """One mock exam, its paper stored whole as `paper` rows are: `content` as drawn, `face` as shown (never a key).

    `chosen` are the electives and options as they were when it was drawn. At most one of a person and pack is open.
    """

    __tablename__ = "mock_exam"
    __table_args__ = (
        UniqueConstraint("person_id", "pack_version_id", "number"),
        Index(
            "uq_mock_exam_open",
            "person_id",
            "pack_version_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    person_id: Mapped[int] = mapped_column(to("person"))
    pack_version_id: Mapped[int] = mapped_column(to("pack_version"))
    scheme_version_id: Mapped[int] = mapped_column(to("scheme_version"))
    number: Mapped[int]
    chosen: Mapped[tuple[str, ...]] = mapped_column(Codes, default=())
    seed: Mapped[Sha256]
    content: Mapped[LongText]
    face: Mapped[LongText]

    person: Mapped[PersonRow] = relationship()
    pack_version: Mapped[PackVersionRow] = relationship()
    scheme_version: Mapped[SchemeVersionRow] = relationship()


class MockAnswerEventRow(AnswerColumns, Row):
    """One answer of a mock exam."""

    __tablename__ = "mock_answer_event"
    __table_args__ = (UniqueConstraint("mock_exam_id", "device", "seq"), Index(None, "mock_exam_id", "item"))

    mock_exam_id: Mapped[int] = mapped_column(to("mock_exam"))
