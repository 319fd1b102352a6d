"""What tests of batches and rosters take: small rosters, and the steps of checking and importing one."""

from datetime import date

from sqlalchemy import select

from lms.extensions import db
from lms.services import (
    history,
    rosters,
    training,
)
from lms.tables.people import Role
from lms.tables.training import BatchRow, RosterUploadRow, TraineeRow
from tests import world

NOW = world.DAY
HEADER = "Enrolment No,Candidate Name,Father's name,DOB,Mobile No,Attendance %,User Name\n"
TWO = HEADER + "N-1,Asha Devi,Ram Lal,2004-03-31,9000012345,92.50%,\nN-2,Ravi Kumar,,31/12/2003,,,ravi\n"


def batch_of(centre: str = "TC-1") -> BatchRow:
    return db.session.query(BatchRow).filter_by(code=f"B-{centre}").one()


def check(actor, text: str | bytes, batch: BatchRow | None = None, now=NOW) -> RosterUploadRow:
    content = text.encode() if isinstance(text, str) else text
    number = (batch or batch_of()).id
    return rosters.check_roster(actor("centre"), number, file_name="roster.csv", content=content, now=now)


def faults(actor, text: str) -> dict[tuple[int, str], str]:
    """What is wrong, by row and field."""
    plan = rosters.plan_of(check(actor, text), NOW)
    return {(planned.row.number, p.field): str(p.words) for planned in plan.rows for p in planned.row.problems}


def import_it(actor, upload: RosterUploadRow) -> rosters.Imported:
    return rosters.import_roster(actor("centre"), upload.batch_id, upload.id, now=NOW)


def trainee(number: str) -> TraineeRow | None:
    return db.session.scalar(select(TraineeRow).filter_by(batch_id=batch_of().id, enrolment_number=number))


def acts_on(thing: str, number: int) -> list[str]:
    return [str(history.words_of(row)) for row in history.list_history(thing, number)]


def open_batch(actor, login: str = "centre", **changes):
    staff = actor(login)
    facts = {
        "centre_id": min(staff.organisations(Role.CENTRE_STAFF), default=0),
        "code": "b-104",
        "name": "Morning batch",
        "pack_version_id": training.list_packs()[0].id,
        "starts_on": date(2026, 11, 9),
        "ends_on": date(2027, 2, 9),
        "trainer_ids": [actor("trainer").person_id],
    }
    return training.add_batch(staff, **{**facts, **changes}, now=NOW)
