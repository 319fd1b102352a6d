"""Beginning a session of the browser, by whichever door somebody came in."""

import re

from flask import redirect, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response

from lms.services import accounts
from lms.web.gate import actor, find_signed_in

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
    return redirect(on_this_site(after) or url_for("home.show"))


def came_from_exam() -> bool:
    """Whether a page of an exam led here: its session has ended, while the answers on the device are as they were."""
    return _EXAMS.fullmatch(session.get("next", "")) is not None


def on_this_site(address: str | None) -> str | None:
    """The address when it is a path of this site.

    Browsers read `//` and `/\\` as the start of another one, and leave tabs and line ends out before they look.
    """
    is_path = address is not None and address[:1] == "/" and address[1:2] not in {"/", "\\"}
    return address if is_path and address.isprintable() else None
