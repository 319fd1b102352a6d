"""A visit to a demo: signing in at once as one of its simulated people, which no other site allows."""

from datetime import datetime

from sqlalchemy import select

from lms.extensions import db
from lms.services import accounts
from lms.services.demo_visitors import is_demo, list_visitors
from lms.services.errors import Absent
from lms.tables.certification import CertificateRow, RevocationRow
from lms.tables.people import PersonRow


def sign_in_as(login: str, *, language: str, device: str, now: datetime) -> str:
    """Open a session without a password for somebody whom a demo offers; returns the token for the cookie.

    The visitor goes on in the language of the page on which the button was.

    Raises Absent unless the database itself is marked as a finished demo, offers this user name, and the person is
    simulated; raises SignInRefused for somebody whom another visitor suspended.
    """
    offered = {visitor.login for visitor in list_visitors()}
    person = db.session.scalar(select(PersonRow).filter_by(login=login, is_simulated=True))
    if login not in offered or person is None:
        raise Absent
    # Another visitor may have made a new slip for them, whose password nobody here knows.
    person.must_change_password, person.language = False, language
    token = accounts.open_session(person, device=device, now=now)
    db.session.commit()
    return token


def find_shown_code() -> str | None:
    """The code of a demo's first certificate that is not revoked, for somebody who wants to check one."""
    if not is_demo():
        return None
    withdrawn = select(RevocationRow.certificate_id)
    query = select(CertificateRow.code).where(CertificateRow.id.not_in(withdrawn))
    return db.session.scalar(query.order_by(CertificateRow.id).limit(1))
