"""The site's administrators: added and helped back in from the machine itself, since nobody stands above them."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assessments.words import Message
from lms.extensions import db
from lms.services import accounts, history, people
from lms.services.errors import Conflict, Faulty
from lms.tables.people import PersonRow, Role, RoleGrantRow, Standing

_LOGIN = re.compile(r"[a-z0-9._-]{3,40}")


def add_administrator(*, login: str, name: str, now: datetime) -> tuple[PersonRow, str]:
    """Add an administrator; returns the row and the password to hand over. Raises Faulty and Conflict."""
    if not _LOGIN.fullmatch(login.strip().lower()):
        raise Faulty(Message("A user name has 3 to 40 letters, digits, dots or dashes, such as meera.nair."))
    if people.is_placeholder(name):
        raise Faulty(Message("“%(name)s” is not a person’s name. Write it as on their identity card.", {"name": name}))
    password = accounts.new_password()
    row = people.new_person(name=name, login=login, email="", phone="", password=password, now=now)
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as fault:
        db.session.rollback()
        facts = {"login": login.strip().lower()}
        raise Conflict(Message("The user name %(login)s is taken. Choose another.", facts)) from fault
    db.session.add(RoleGrantRow(person_id=row.id, role=Role.ADMINISTRATOR))
    history.record(None, "person", row.id, Message("added the administrator from the command line"), now=now)
    db.session.commit()
    return row, password


def reset_administrator(*, login: str, now: datetime) -> tuple[PersonRow, str]:
    """A new password for an administrator, who is signed out everywhere, unlocked and active again. Raises Faulty."""
    wanted = select(PersonRow).join(RoleGrantRow).where(RoleGrantRow.role == Role.ADMINISTRATOR)
    row = db.session.scalar(wanted.where(PersonRow.login == login.strip().lower()))
    if row is None:
        raise Faulty(Message("No administrator has the user name %(login)s.", {"login": login}))
    password = accounts.new_password()
    row.password_hash, row.must_change_password = accounts.hash_password(password), True
    row.failed_sign_ins, row.locked_until, row.standing = 0, None, Standing.ACTIVE
    accounts.end_sessions(row.id, now=now)
    history.record(None, "person", row.id, Message("made a new password from the command line"), now=now)
    db.session.commit()
    return row, password
