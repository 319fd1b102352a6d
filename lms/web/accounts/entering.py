"""Beginning a session of the browser, by whichever door somebody came in."""

import re

from flask import redirect, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response

from lms.permissions import Permission
from lms.services import accounts, delivery, mocks
from lms.services.errors import Absent
from lms.web.gate import actor, find_signed_in

_OWN = re.compile(r"/(exam/attempts|exam/candidates|mock/exams)/(\d{1,9})(?:/.*)?(?:\?.*)?")
_LOADS = {
    "exam/attempts": delivery.get_own_attempt,
    "exam/candidates": delivery.get_own_candidate,
    "mock/exams": mocks.get_own_mock,
}
# Of what is written, not of its result.
_EXAMS = re.compile(r"/(?:exam/attempts|mock/exams)/\d+(?:/submit)?(?:\?.*)?")


def begin(token: str, after: str | None = None) -> Response:
    """Begin a session of the browser, with nothing left of the one before, and go on to a page of this site."""
    language = session.get("language")
    session.clear()
    login_user(find_signed_in(token))
    if language:
        # Who has just chosen a language to sign in with goes on in it.
        accounts.save_preferences(actor(), language=language)
    return redirect(_own(on_this_site(after)) or url_for("home.show"))


def _own(address: str | None) -> str | None:
    """The address, but in place of somebody else's exam, which was open at this device before, the way to one's own."""
    exam = _OWN.fullmatch(address or "")
    if exam is None:
        return address
    try:
        _LOADS[exam[1]](actor(), int(exam[2]))
    except Absent:
        return url_for("door.show") if actor().may(Permission.EXAM_TAKE) else None
    return address


def came_from_exam() -> bool:
    """Whether a page of an exam led here: its session has ended, while the answers on the device are as they were."""
    return _EXAMS.fullmatch(session.get("next", "")) is not None


def on_this_site(address: str | None) -> str | None:
    """The address when it is a path of this site.

    Browsers read `//` and `/\\` as the start of another one, and leave tabs and line ends out before they look.
    """
    is_path = address is not None and address[:1] == "/" and address[1:2] not in {"/", "\\"}
    return address if is_path and address.isprintable() else None
