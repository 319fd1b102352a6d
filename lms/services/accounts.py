"""Signing in and out, passwords, and people's own settings."""

import hashlib
import hmac
import math
import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from pydantic import SecretStr
from sqlalchemy import bindparam, case, literal, null, or_, select, update
from sqlalchemy.orm import joinedload

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor, Grant, Permission
from lms.services import history
from lms.services.errors import Faulty, Refusal
from lms.tables.people import PersonRow, Role, SessionPurpose, Standing, UserSessionRow

# A whole class signs in at once: these settings cost about 0.1 s on a small server.
HASHER = PasswordHasher(memory_cost=12288, time_cost=3, parallelism=1)
MAX_FAILED = 8
LOCKED_FOR = timedelta(minutes=10)
MIN_PASSWORD = 8
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_FORM_LENGTH = 20
_DECOY = HASHER.hash("no such person")
_WRONG = Message("The user name or the password is wrong.", {})
# Every request of somebody who is signed in asks this: whose session it is, and what they may do, in one statement.
_OPEN_SESSION = (
    select(UserSessionRow)
    .options(joinedload(UserSessionRow.person).joinedload(PersonRow.grants))
    .where(UserSessionRow.token_hash == bindparam("token_hash"), UserSessionRow.ended_at.is_(None))
)


class SignInRefused(Refusal):
    """The login and the password do not belong together, or the account may not sign in now."""

    status = 401


def hash_password(password: str) -> str:
    """The argon2 hash to keep."""
    return HASHER.hash(password)


def new_password() -> str:
    """A password to print on a slip: ten characters that cannot be misread, in two groups."""
    letters = [secrets.choice(_ALPHABET) for _ in range(10)]
    return "".join(letters[:5]) + "-" + "".join(letters[5:])


def password_of_slip(form: str, login: str) -> str:
    """The password that one filled-in form prints for somebody: the same form sent again prints the same slip.

    `form` is the random text that the page gave the form; without one the password is new each time. Only who has the
    site's secret key can compute it.
    """
    if len(form) < _FORM_LENGTH:
        return new_password()
    key: SecretStr = current_app.config["SETTINGS"].secret_key
    said = hmac.digest(key.get_secret_value().encode(), f"slip|{form}|{login}".encode(), "sha256")
    number, letters = int.from_bytes(said, "big"), ""
    for _ in range(10):
        number, place = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[place]
    return letters[:5] + "-" + letters[5:]


def is_password(person: PersonRow, password: str) -> bool:
    """Whether this is somebody's present password; takes about 0.1 s."""
    return _matches(person.password_hash, password)


def sign_in(login: str, password: str, *, device: str, now: datetime) -> str:
    """Check a sign-in and open a session; returns the token for the cookie. Raises SignInRefused."""
    person = db.session.scalar(select(PersonRow).filter_by(login=login.strip().lower()))
    if person is None:
        db.session.rollback()  # nobody waits for the database while a password is compared
        _matches(_DECOY, password)
        raise SignInRefused(_WRONG)
    person_id, password_hash = person.id, person.password_hash
    _count_try(person_id, now)
    if not _matches(password_hash, password):
        raise SignInRefused(_WRONG)
    person = db.session.get_one(PersonRow, person_id)
    token = open_session(person, device=device, now=now)
    person.failed_sign_ins, person.locked_until = 0, None
    db.session.commit()
    return token


def open_session(
    person: PersonRow, *, device: str, now: datetime, purpose: SessionPurpose = SessionPurpose.EVERYTHING
) -> str:
    """Open a session for somebody who is known to be there, in the caller's transaction; returns its token.

    Raises SignInRefused when the account may not act.
    """
    if not may_act(person):
        raise SignInRefused(Message("This account is suspended. Ask the organisation that gave it to you.", {}))
    token = secrets.token_urlsafe(32)
    row = UserSessionRow(token_hash=_digest(token), person_id=person.id, device=device[:300], started_at=now)
    row.purpose = purpose
    db.session.add(row)
    return token


def find_session(token: str) -> UserSessionRow | None:
    """The open session of a cookie's token, or None when it ended or its person may not act."""
    row = db.session.scalars(_OPEN_SESSION, {"token_hash": _digest(token)}).unique().one_or_none()
    return row if row and may_act(row.person) else None


def sign_out(session_id: int, *, now: datetime) -> None:
    """End one session."""
    db.session.execute(update(UserSessionRow).filter_by(id=session_id, ended_at=None).values(ended_at=now))
    db.session.commit()


def end_sessions(person_id: int, *, now: datetime) -> None:
    """End all sessions of a person, in the caller's transaction."""
    db.session.execute(update(UserSessionRow).filter_by(person_id=person_id, ended_at=None).values(ended_at=now))


def change_password(actor: Actor, old: str, new: str, *, session_id: int, now: datetime) -> None:
    """Set the actor's own password and end their other sessions: whoever knew the old one is out.

    Raises Faulty when the old one is wrong or the new one too short.
    """
    person = db.session.get_one(PersonRow, actor.person_id)
    if not _matches(person.password_hash, old):
        raise Faulty(Message("The present password is wrong.", {}))
    if len(new) < MIN_PASSWORD or new == person.login:
        raise Faulty(Message("Choose a password of at least %(length)s characters.", {"length": str(MIN_PASSWORD)}))
    person.password_hash, person.must_change_password = hash_password(new), False
    others = update(UserSessionRow).filter_by(person_id=person.id, ended_at=None).where(UserSessionRow.id != session_id)
    db.session.execute(others.values(ended_at=now))
    history.record(actor, "person", person.id, Message("changed the password", {}), now=now)
    db.session.commit()


def save_preferences(actor: Actor, *, language: str | None = None, theme: str | None = None) -> None:
    """Keep the language and the look a person chose."""
    person = db.session.get_one(PersonRow, actor.person_id)
    person.language, person.theme = language or person.language, theme or person.theme
    db.session.commit()


def may_act(person: PersonRow) -> bool:
    """Active, and with at least one role in an active organisation."""
    return person.standing == Standing.ACTIVE and bool(_live_grants(person))


def actor_of(person: PersonRow, purpose: str = SessionPurpose.EVERYTHING) -> Actor:
    """The person as services see them in a session; roles in suspended organisations do not count."""
    limits = frozenset({Permission.EXAM_TAKE}) if purpose == SessionPurpose.EXAM else None
    return Actor(person_id=person.id, name=person.name, grants=_live_grants(person), limits=limits)


def _live_grants(person: PersonRow) -> tuple[Grant, ...]:
    return tuple(
        Grant(
            role=Role(row.role),
            organisation_id=row.organisation_id,
            organisation_name=row.organisation.name if row.organisation else "",
        )
        for row in person.grants
        if row.organisation is None or row.organisation.standing == Standing.ACTIVE
    )


def _matches(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _count_try(person_id: int, now: datetime) -> None:
    """Count a try before its password is compared, so that many at once are no more tries than one after another.

    The last one that is free locks the account in the same statement; a right password takes that back. Raises
    SignInRefused while the account is locked.
    """
    unlocked = or_(PersonRow.locked_until.is_(None), PersonRow.locked_until <= now)
    tries = PersonRow.failed_sign_ins + 1
    lock = literal(now + LOCKED_FOR, PersonRow.locked_until.type)
    counted = update(PersonRow).where(PersonRow.id == person_id, unlocked)
    counted = counted.values(
        failed_sign_ins=case((tries >= MAX_FAILED, 0), else_=tries),
        locked_until=case((tries >= MAX_FAILED, lock), else_=null()),
    )
    free = db.session.execute(counted, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined]
    db.session.commit()
    if free:
        return
    until = db.session.get_one(PersonRow, person_id).locked_until or now
    facts = {"minutes": str(max(1, math.ceil((until - now).total_seconds() / 60)))}
    raise SignInRefused(Message("Too many wrong passwords. Try again in %(minutes)s minutes.", facts))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
