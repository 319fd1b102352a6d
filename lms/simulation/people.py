"""The simulated organisations and people: who they are, how able, and how they get in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from assessments.randomness import stream_for
from lms.extensions import db
from lms.permissions import Actor
from lms.services import accounts, people, rosters, training
from lms.tables.content import PackVersionRow
from lms.tables.people import OrganisationKind, OrganisationRow, PersonRow, Role, RoleGrantRow
from lms.tables.training import BatchRow

PASSWORD = "show-me-round"  # noqa: S105 -- opens nothing but a demo of simulated people
MARK = "(simulated)"
STAFF = (
    ("council", "Vasudha Menon", Role.COUNCIL_STAFF, "ASC"),
    ("agency", "Harpreet Gill", Role.AGENCY_STAFF, "AA-DEMO"),
    ("assessor", "Nilesh Pathak", Role.ASSESSOR, "AA-DEMO"),
    ("centre", "Farida Ansari", Role.CENTRE_STAFF, "TC-DEMO"),
    ("trainer", "Joseph Kurian", Role.TRAINER, "TC-DEMO"),
)
_FIRST = (
    "Asha Bhavna Chetan Deepa Eshwar Fatima Ganesh Heena Imran Jyoti Karan Lata Manoj Neha Omkar Pooja Qasim Rekha "
    "Sunil Tanvi Umesh Vidya Wasim Yamini Zoya Amit Bindu Charu Dinesh Ekta"
).split()
_LAST = "Kulkarni Sharma Reddy Khan Iyer Das Patil Singh Nair Gupta Joshi Bano Yadav Thomas More".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the simulation happens: its council, agency and centre, and the pack that is taught there."""

    council: OrganisationRow
    agency: OrganisationRow
    centre: OrganisationRow
    pack: PackVersionRow


def found_place(now: datetime) -> Place:
    """Add the simulated agency, centre and staff to the council of the first shipped pack."""
    pack = db.session.scalars(select(PackVersionRow).order_by(PackVersionRow.id).limit(1)).one()
    council = db.session.get_one(OrganisationRow, pack.council_id)
    agency = _organisation(OrganisationKind.AGENCY, "AA-DEMO", "Saksham Assessment Services", council, now)
    centre = _organisation(OrganisationKind.CENTRE, "TC-DEMO", "Pragati Skill Centre, Nagpur", council, now)
    places = {"ASC": council, "AA-DEMO": agency, "TC-DEMO": centre}
    for login, name, role, code in STAFF:
        row = people.new_person(name=f"{name} {MARK}", login=login, email="", phone="", password=PASSWORD, now=now)
        row.must_change_password, row.is_simulated = False, True
        db.session.add(row)
        db.session.flush()
        db.session.add(RoleGrantRow(person_id=row.id, role=role, organisation_id=places[code].id))
    db.session.commit()
    return Place(council=council, agency=agency, centre=centre, pack=pack)


def as_person(login: str) -> Actor:
    """The actor of one of the simulated people."""
    return accounts.actor_of(person_of(login))


def person_of(login: str) -> PersonRow:
    """The row of one of the simulated people."""
    return db.session.scalars(select(PersonRow).filter_by(login=login)).one()


def open_batch(place: Place, code: str, name: str, size: int, days: tuple[date, date], now: datetime) -> BatchRow:
    """Open a batch and bring its trainees in by a roster, as the centre does."""
    centre = as_person("centre")
    batch = training.add_batch(
        centre,
        centre_id=place.centre.id,
        code=code,
        name=name,
        pack_version_id=place.pack.id,
        starts_on=days[0],
        ends_on=days[1],
        trainer_ids=[person_of("trainer").id],
        now=now,
    )
    upload = rosters.check_roster(
        centre, batch.id, file_name=f"{code}.csv", content=_roster(code, size, now.date()), now=now
    )
    for person, _ in rosters.import_roster(centre, batch.id, upload.id, now=now).slips:
        person.is_simulated, person.must_change_password = True, False
    db.session.commit()
    return batch


def let_in(logins: Sequence[str]) -> None:
    """Give people the demo's password, so that a visitor can sign in as them."""
    for login in logins:
        person_of(login).password_hash = accounts.hash_password(PASSWORD)
    db.session.commit()


def login_of(code: str, place: int) -> str:
    """The user name of the trainee at a place of a batch's roster."""
    return f"{code}-{place:02}".lower()


def ability_of(login: str, seed: bytes) -> int:
    """How able a simulated person is, in per cent: from 55 to 97, the same for the same seed."""
    return 55 + stream_for(seed, "ability", login).below(43)


def _organisation(
    kind: OrganisationKind, code: str, name: str, council: OrganisationRow, now: datetime
) -> OrganisationRow:
    row = OrganisationRow(
        kind=kind, code=code, name=f"{name} {MARK}", council_id=council.id, is_simulated=True, created_at=now
    )
    db.session.add(row)
    db.session.flush()
    return row


def _roster(code: str, size: int, today: date) -> bytes:
    lines = ["enrolment_number,name,guardian,born_on,phone,attendance_percent,user_name"]
    picks = stream_for(code.encode(), "roster")
    firsts = picks.shuffled(_FIRST)
    for place in range(1, size + 1):
        first, last = firsts[(place - 1) % len(firsts)], _LAST[picks.below(len(_LAST))]
        guardian = f"{_FIRST[picks.below(len(_FIRST))]} {last}"
        born = today - timedelta(days=365 * 19 + picks.below(2500))
        attendance = 74 + picks.below(26)
        phone = f"90000{10000 + picks.below(89999)}"
        login = login_of(code, place)
        lines.append(f"{code}-{place:03},{first} {last} {MARK},{guardian},{born},{phone},{attendance},{login}")
    return "\n".join(lines).encode()
