"""Writing a roster's rows: new people and trainees, and changes to enrolled ones, in the caller's transaction."""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import history
from lms.services.roster_columns import CHOICES, Field
from lms.services.roster_plan import PlannedRow
from lms.services.slips import Secret, Slip, give
from lms.services.unit_choices import offer_in
from lms.tables.people import PersonRow, Role, RoleGrantRow
from lms.tables.training import BatchRow, TraineeRow

# Letters that do not come apart into a plain letter and its mark.
_PLAIN = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})

# What can change, as the history names it.
_WORDS = {
    Field.NAME: Message("the name"),
    Field.GUARDIAN: Message("the guardian"),
    Field.BORN_ON: Message("the birth date"),
    Field.PHONE: Message("the phone number"),
    Field.ATTENDANCE: Message("the attendance"),
    Field.LANGUAGE: Message("the language"),
    Field.ELECTIVES: Message("the electives"),
    Field.OPTIONS: Message("the options"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """Into which batch, with which passwords, and when."""

    batch: BatchRow
    secrets: Sequence[Secret]
    now: datetime


def enrol(actor: Actor, enrolment: Enrolment, rows: Sequence[PlannedRow]) -> list[Slip]:
    """Enrol the rows' people; returns the slips of those who are new to the site, in the order of the file."""
    newcomers = [planned for planned in rows if planned.person_id is None]
    logins = make_logins([planned.row.texts for planned in newcomers])
    people = [_person(planned, login, enrolment.now) for planned, login in zip(newcomers, logins, strict=True)]
    slips = [give(person, secret) for person, secret in zip(people, enrolment.secrets, strict=False)]
    db.session.add_all(people)
    db.session.flush()
    ids = iter(person.id for person in people)
    trainees = [_trainee(planned, planned.person_id or next(ids), enrolment.batch) for planned in rows]
    place = enrolment.batch.centre_id
    db.session.add_all(RoleGrantRow(person_id=person.id, role=Role.TRAINEE, organisation_id=place) for person in people)
    db.session.add_all(trainees)
    db.session.flush()
    for person in people:
        history.record(actor, "person", person.id, Message("added the person"), now=enrolment.now)
    enrolled = Message("enrolled this trainee in batch %(batch)s", {"batch": enrolment.batch.code})
    for trainee in trainees:
        history.record(actor, "trainee", trainee.id, enrolled, now=enrolment.now)
    return slips


def change(actor: Actor, rows: Sequence[PlannedRow], *, now: datetime) -> None:
    """Write what the rows change, each change with its old value into the trainee's history."""
    query = select(TraineeRow).where(TraineeRow.id.in_([planned.trainee_id for planned in rows]))
    trainees = {row.id: row for row in db.session.scalars(query)}
    for planned in rows:
        trainee = trainees[planned.trainee_id or 0]
        for changed in planned.changes:
            _set(trainee, changed.field, changed.new)
            facts = {"field": _WORDS[changed.field], "old": changed.old or "–", "new": changed.new}
            words = Message("changed %(field)s from “%(old)s” to “%(new)s”", facts)
            history.record(actor, "trainee", trainee.id, words, now=now)


def make_logins(people: Sequence[Mapping[Field, str]]) -> list[str]:
    """A user name for each: the one asked for, else one made from the name that nobody has yet."""
    asked = [texts.get(Field.USER_NAME, "") for texts in people]
    bases = [
        login or login_from(texts[Field.NAME], texts[Field.ENROLMENT_NUMBER])
        for texts, login in zip(people, asked, strict=True)
    ]
    taken = _logins_like(sorted({base for base, login in zip(bases, asked, strict=True) if not login})) | set(asked)
    logins = []
    for base, login in zip(bases, asked, strict=True):
        logins.append(login or next(name for name in _numbered(base) if name not in taken))
        taken.add(logins[-1])
    return logins


def _logins_like(bases: Sequence[str]) -> set[str]:
    """The user names in use that begin like one of these."""
    found: set[str] = set()
    for start in range(0, len(bases), 100):
        like = or_(*(PersonRow.login.startswith(base, autoescape=True) for base in bases[start : start + 100]))
        found |= set(db.session.scalars(select(PersonRow.login).where(like)))
    return found


def login_from(name: str, enrolment_number: str) -> str:
    """`Meera Ann Nair` to `meera.nair`; a name in another script is stood for by the enrolment number."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_PLAIN)).encode("ascii", "ignore").decode()
    words = re.findall("[a-z]+", plain)
    login = ".".join([words[0], words[-1]] if len(words) > 1 else words)[:30].strip(".")
    if len(login) >= 3:
        return login
    number = re.sub("[^a-z0-9-]+", "-", enrolment_number.lower()).strip("-")
    return f"t-{number or 'trainee'}"[:30]


def _numbered(base: str) -> Iterator[str]:
    return itertools.chain([base], (f"{base}{number}" for number in itertools.count(2)))


def _person(planned: PlannedRow, login: str, now: datetime) -> PersonRow:
    texts = planned.row.texts
    return PersonRow(
        login=login,
        name=texts[Field.NAME],
        phone=texts.get(Field.PHONE, ""),
        language=texts.get(Field.LANGUAGE, "en"),
        created_at=now,
    )


def _trainee(planned: PlannedRow, person_id: int, batch: BatchRow) -> TraineeRow:
    texts = planned.row.texts
    return TraineeRow(
        batch_id=batch.id,
        person_id=person_id,
        enrolment_number=texts[Field.ENROLMENT_NUMBER],
        guardian=texts.get(Field.GUARDIAN, ""),
        born_on=planned.row.born_on,
        attendance=texts.get(Field.ATTENDANCE, ""),
        chosen=_chosen((), texts, batch),
    )


def _chosen(chosen: tuple[str, ...], texts: Mapping[Field, str], batch: BatchRow) -> tuple[str, ...]:
    """A choice of units as the columns of a roster change it."""
    offer = offer_in(batch)
    for name in CHOICES:
        if name in texts:
            chosen = offer.with_column(chosen, name, texts[name])
    return chosen


def _set(trainee: TraineeRow, field: Field, text: str) -> None:
    match field:
        case Field.NAME:
            trainee.person.name = text
        case Field.PHONE:
            trainee.person.phone = text
        case Field.LANGUAGE:
            trainee.person.language = text
        case Field.GUARDIAN:
            trainee.guardian = text
        case Field.BORN_ON:
            trainee.born_on = date.fromisoformat(text)
        case Field.ATTENDANCE:
            trainee.attendance = text
        case Field.ELECTIVES | Field.OPTIONS:
            trainee.chosen = _chosen(trainee.chosen, {field: text}, trainee.batch)
