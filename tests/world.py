"""A small world for tests: two councils' worth of organisations and people, built once and copied for every test.

Sign in as any of `LOGINS` with `PASSWORD`. Names ending in 2 belong to other organisations: strangers to the first.
"""

from datetime import UTC, date, datetime

from lms.extensions import db
from lms.services import people, publishing
from lms.tables.content import PackVersionRow, SchemeVersionRow
from lms.tables.people import OrganisationKind, OrganisationRow, PersonRow, Role, RoleGrantRow
from lms.tables.training import BatchRow, BatchTrainerRow, TraineeRow

PASSWORD = "training-day-1"
DAY = datetime(2026, 11, 2, 4, 30, tzinfo=UTC)
STAFF = {
    "council": (Role.COUNCIL_STAFF, "ASC"),
    "council2": (Role.COUNCIL_STAFF, "OTH"),
    "agency": (Role.AGENCY_STAFF, "AA-1"),
    "agency2": (Role.AGENCY_STAFF, "AA-2"),
    "assessor": (Role.ASSESSOR, "AA-1"),
    "assessor2": (Role.ASSESSOR, "AA-2"),
    "centre": (Role.CENTRE_STAFF, "TC-1"),
    "centre2": (Role.CENTRE_STAFF, "TC-2"),
    "trainer": (Role.TRAINER, "TC-1"),
    "trainer2": (Role.TRAINER, "TC-2"),
    "admin": (Role.ADMINISTRATOR, None),
}
TRAINEES = {"TC-1": ("trainee", "trainee-b", "trainee-c", "trainee-d"), "TC-2": ("trainee2",)}
LOGINS = (*STAFF, *TRAINEES["TC-1"], *TRAINEES["TC-2"])


def pack_version() -> PackVersionRow:
    """The pack that the world's batches are trained for."""
    return db.session.query(PackVersionRow).filter_by(code="ASC/Q1106").one()


def scheme_version() -> SchemeVersionRow:
    """The shipped scheme of that pack."""
    return db.session.query(SchemeVersionRow).filter_by(pack_version_id=pack_version().id, number=1).one()


def build() -> None:
    """Fill an empty, migrated database: shipped content, organisations, people, and a batch at each centre."""
    publishing.load_shipped(now=DAY)
    council = db.session.query(OrganisationRow).filter_by(code="ASC").one()
    other = _organisation(OrganisationKind.COUNCIL, "OTH", "Another Council", None)
    for number, owner in (("1", council), ("2", other)):
        _organisation(OrganisationKind.AGENCY, f"AA-{number}", f"Agency {number}", owner.id)
        _organisation(OrganisationKind.CENTRE, f"TC-{number}", f"Centre {number}", owner.id)
    for login, (role, code) in STAFF.items():
        _person(login, role, code)
    pack = pack_version()
    for code, logins in TRAINEES.items():
        _batch(pack.id, code, logins)
    db.session.commit()


def _organisation(kind: OrganisationKind, code: str, name: str, council_id: int | None) -> OrganisationRow:
    row = OrganisationRow(kind=kind, code=code, name=name, council_id=council_id, created_at=DAY)
    db.session.add(row)
    db.session.flush()
    return row


def _person(login: str, role: Role, code: str | None) -> PersonRow:
    name = login.replace("-", " ").replace("2", " the second").title()
    row = people.new_person(name=name, login=login, email="", phone="", password=PASSWORD, now=DAY)
    row.must_change_password = False
    db.session.add(row)
    db.session.flush()
    place = db.session.query(OrganisationRow).filter_by(code=code).one().id if code else None
    db.session.add(RoleGrantRow(person_id=row.id, role=role, organisation_id=place))
    return row


def _batch(pack_version_id: int, centre_code: str, logins: tuple[str, ...]) -> None:
    centre = db.session.query(OrganisationRow).filter_by(code=centre_code).one()
    batch = BatchRow(
        code=f"B-{centre_code}",
        name=f"Batch of {centre.name}",
        centre_id=centre.id,
        pack_version_id=pack_version_id,
        starts_on=date(2026, 8, 3),
        ends_on=date(2026, 10, 30),
        created_at=DAY,
    )
    db.session.add(batch)
    db.session.flush()
    trainer = db.session.query(PersonRow).filter_by(login="trainer" if centre_code == "TC-1" else "trainer2").one()
    db.session.add(BatchTrainerRow(batch_id=batch.id, person_id=trainer.id))
    for number, login in enumerate(logins, start=1):
        person = _person(login, Role.TRAINEE, centre_code)
        db.session.add(
            TraineeRow(
                batch_id=batch.id, person_id=person.id, enrolment_number=f"{centre_code}-{number:03}", attendance="92"
            )
        )
