"""Mock exams in tests: the small pack with practice items and some of the world's trainees in it, and answers."""

from datetime import datetime, timedelta

from lms.extensions import db
from lms.permissions import Actor
from lms.records.papers import paper_of
from lms.services import mocks
from lms.tables.assessing import PaperRow
from lms.tables.content import SchemeVersionRow
from lms.tables.mocks import MockAnswerEventRow, MockExamRow
from lms.tables.people import PersonRow
from lms.tables.training import BatchRow, TraineeRow
from tests import small_pack
from tests.small_pack import SALES

RIGHT = "A"  # of every item of the small pack


def a_batch(*logins: str, spare: int | None = 2, chosen: tuple[str, ...] = (SALES,), **overrides: object) -> BatchRow:
    """The small pack published, with practice items unless `spare` is None, and a batch of these trainees."""
    batch = small_pack.publish(**overrides)
    if spare is not None:
        small_pack.add_practice(small_pack.scheme(**overrides), spare)
    for place, login in enumerate(logins or ("trainee",), start=1):
        person = db.session.query(PersonRow).filter_by(login=login).one()
        names = {"batch_id": batch.id, "person_id": person.id, "enrolment_number": f"M-{place}"}
        db.session.add(TraineeRow(**names, attendance="92", chosen=chosen))
    db.session.commit()
    return batch


def answer(actor: Actor, row: MockExamRow, *, right: int, now: datetime) -> None:
    """Answer every item, the first `right` of them right."""
    for line in paper_of(row).lines:
        wrong = next(option for option in line.options if option != RIGHT)
        place = line.options.index(RIGHT if line.number <= right else wrong) + 1
        facts = {"device": "tablet", "seq": line.number, "number": line.number, "place": place}
        mocks.save_answer(actor, row.id, **facts, now=now)


def taken(actor: Actor, pack_version_id: int, *, right: int, now: datetime) -> MockExamRow:
    """A mock exam from start to handing in."""
    row = mocks.start(actor, pack_version_id, now=now)
    answer(actor, row, right=right, now=now)
    mocks.submit(actor, row.id, now=now)
    return mocks.get_own_mock(actor, row.id)


def a_copy_of(paper: PaperRow, person_id: int, *, number: int = 1, at: datetime, is_over: bool = True) -> MockExamRow:
    """A mock exam made of a real paper: for a world whose bank has too few practice items for one."""
    scheme = db.session.query(SchemeVersionRow).filter_by(pack_version_id=paper.pack_version_id).first()
    row = MockExamRow(
        person_id=person_id,
        pack_version_id=paper.pack_version_id,
        scheme_version_id=scheme.id,
        number=number,
        seed="0" * 64,
        content=paper.content,
        face=paper.face,
        started_at=at,
        deadline_at=at + timedelta(minutes=90),
        submitted_at=at + timedelta(minutes=60) if is_over else None,
        handed_in_by="candidate" if is_over else None,
    )
    db.session.add(row)
    db.session.flush()
    first = paper_of(row).lines[0]
    names = {"mock_exam_id": row.id, "device": "tablet", "seq": 1, "item": first.item, "choice": first.options[0]}
    db.session.add(MockAnswerEventRow(**names, payload_hash="0" * 64, received_at=at))
    return row
