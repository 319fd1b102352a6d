"""The simulated organisations and people: who they are, how able, and how they get in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from assessments.randomness import Stream, stream_for
from lms.extensions import db
from lms.permissions import Actor
from lms.services import accounts, people, rosters, training
from lms.services.demo_visitors import PASSWORD
from lms.tables.content import PackVersionRow
from lms.tables.people import OrganisationKind, OrganisationRow, PersonRow, Role, RoleGrantRow
from lms.tables.training import BatchRow

MARK = "(simulated)"
# Who signs in for the owner of each shipped pack; the last is an employer, who does all that a council does.
COUNCIL_LOGINS = {"ASC": "council", "RAS": "council-retail", "EMP": "employer"}
# An agency and a centre belong to the council that added them, so each council has its own; their people work in both.
_PLACES: Mapping[str, tuple[tuple[OrganisationKind, str, str], ...]] = {
    "ASC": (
        (OrganisationKind.AGENCY, "AA-ASC", "Saksham Assessment Services"),
        (OrganisationKind.CENTRE, "TC-ASC", "Pragati Skill Centre, Nagpur"),
    ),
    "RAS": (
        (OrganisationKind.AGENCY, "AA-RAS", "Saksham Assessment Services, Retail"),
        (OrganisationKind.CENTRE, "TC-RAS", "Pragati Retail School, Nagpur"),
    ),
    "EMP": (
        (OrganisationKind.AGENCY, "AA-EMP", "Saksham Assessment Services, Employers"),
        (OrganisationKind.CENTRE, "TC-EMP", "Training room of Example Books, Nagpur"),
    ),
}
_STAFF = (
    ("council", "Vasudha Menon", Role.COUNCIL_STAFF, ("ASC",)),
    ("council-retail", "Rohini Deshpande", Role.COUNCIL_STAFF, ("RAS",)),
    ("employer", "Kavita Rao", Role.COUNCIL_STAFF, ("EMP",)),
    ("agency", "Harpreet Gill", Role.AGENCY_STAFF, ("AA-ASC", "AA-RAS", "AA-EMP")),
    ("assessor", "Nilesh Pathak", Role.ASSESSOR, ("AA-ASC", "AA-RAS", "AA-EMP")),
    ("centre", "Farida Ansari", Role.CENTRE_STAFF, ("TC-ASC", "TC-RAS", "TC-EMP")),
    ("trainer", "Joseph Kurian", Role.TRAINER, ("TC-ASC", "TC-RAS", "TC-EMP")),
)
_FIRST = (
    "Asha Bhavna Chetan Deepa Eshwar Fatima Ganesh Heena Imran Jyoti Karan Lata Manoj Neha Omkar Pooja Qasim Rekha "
    "Sunil Tanvi Umesh Vidya Wasim Yamini Zoya Amit Bindu Charu Dinesh Ekta Faisal Gauri Harish Indira Javed Kavita "
    "Lokesh Meena Nitin Ojas Pallavi Rahul Sana Tarun Usha Vikram Anjali Bhushan Divya Gopal"
).split()
_LAST = (
    "Kulkarni Sharma Reddy Khan Iyer Das Patil Singh Nair Gupta Joshi Bano Yadav Thomas More Bhosale Chauhan Dutta "
    "Fernandes Ghosh Hegde Jadhav Kaur Lobo Mishra Naidu Pillai Qureshi Rao Shinde"
).split()
# How many per cent of the items the least and the most able trainee of a batch know.
_LEAST, _MOST = 50, 97


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a pack is taught and examined: its council, an agency and a centre of that council, and the pack."""

    council: str
    agency: OrganisationRow
    centre: OrganisationRow
    pack: PackVersionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """A batch to be trained: its names, its days, and how regularly its trainees came.

    `away` is the user name of who has not come lately, empty for nobody.
    """

    code: str
    name: str
    size: int
    starts_on: date
    ends_on: date
    has_absentees: bool = False
    away: str = ""


def found_places(now: datetime) -> dict[str, Place]:
    """Add simulated agencies, centres and staff to the councils of the shipped packs; places by the council's code."""
    made: dict[str, OrganisationRow] = {}
    places = {}
    for code, login in COUNCIL_LOGINS.items():
        council = db.session.scalars(select(OrganisationRow).filter_by(code=code)).one()
        pack = db.session.scalars(select(PackVersionRow).filter_by(council_id=council.id).limit(1)).one()
        rows = {kind: _organisation(kind, short, name, council, now) for kind, short, name in _PLACES[code]}
        made |= {code: council} | {row.code: row for row in rows.values()}
        places[code] = Place(
            council=login, agency=rows[OrganisationKind.AGENCY], centre=rows[OrganisationKind.CENTRE], pack=pack
        )
    for login, name, role, codes in _STAFF:
        row = people.new_person(name=f"{name} {MARK}", login=login, email="", phone="", password=PASSWORD, now=now)
        row.must_change_password, row.is_simulated = False, True
        db.session.add(row)
        db.session.flush()
        db.session.add_all(RoleGrantRow(person_id=row.id, role=role, organisation_id=made[code].id) for code in codes)
    db.session.commit()
    return places


def as_person(login: str) -> Actor:
    """The actor of one of the simulated people."""
    return accounts.actor_of(person_of(login))


def person_of(login: str) -> PersonRow:
    """The row of one of the simulated people."""
    return db.session.scalars(select(PersonRow).filter_by(login=login)).one()


def open_batch(place: Place, plan: Training, *, seed: bytes, now: datetime) -> BatchRow:
    """Open a batch and bring its trainees in by a roster, as the centre does."""
    centre = as_person("centre")
    batch = training.add_batch(
        centre,
        centre_id=place.centre.id,
        code=plan.code,
        name=plan.name,
        pack_version_id=place.pack.id,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        trainer_ids=[person_of("trainer").id],
        now=now,
    )
    upload = rosters.check_roster(
        centre, batch.id, file_name=f"{plan.code}.csv", content=_roster(plan, seed, now.date()), now=now
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


def abilities(plan: Training, seed: bytes) -> dict[str, int]:
    """How much each trainee of a batch knows, in per cent, by user name: evenly spread, dealt out by the seed."""
    steps = max(plan.size - 1, 1)
    spread = [_LEAST + (_MOST - _LEAST) * place // steps for place in range(plan.size)]
    dealt = stream_for(seed, "abilities", plan.code).shuffled(spread)
    return {login_of(plan.code, place): able for place, able in enumerate(dealt, start=1)}


def _organisation(
    kind: OrganisationKind, code: str, name: str, council: OrganisationRow, now: datetime
) -> OrganisationRow:
    row = OrganisationRow(
        kind=kind, code=code, name=f"{name} {MARK}", council_id=council.id, is_simulated=True, created_at=now
    )
    db.session.add(row)
    db.session.flush()
    return row


def _roster(plan: Training, seed: bytes, today: date) -> bytes:
    lines = ["enrolment_number,name,guardian,born_on,phone,attendance_percent,user_name"]
    picks = stream_for(seed, "roster", plan.code)
    firsts = picks.shuffled(_FIRST)
    for place in range(1, plan.size + 1):
        first, last = firsts[(place - 1) % len(firsts)], _LAST[picks.below(len(_LAST))]
        guardian = f"{_FIRST[picks.below(len(_FIRST))]} {last}"
        born = today - timedelta(days=365 * 19 + picks.below(2500))
        phone = f"90000{10000 + picks.below(89999)}"
        attendance = _attendance(plan, place, picks)
        login = login_of(plan.code, place)
        lines.append(f"{plan.code}-{place:03},{first} {last} {MARK},{guardian},{born},{phone},{attendance},{login}")
    return "\n".join(lines).encode()


def _attendance(plan: Training, place: int, picks: Stream) -> str:
    """Nearly always enough to be assessed; in a batch with absentees every tenth came too rarely, one is not known."""
    regular = 72 + picks.below(28)
    if not plan.has_absentees:
        return str(regular)
    if place == plan.size:
        return ""
    return str(50 + picks.below(19)) if place % 10 == 6 else str(regular)
