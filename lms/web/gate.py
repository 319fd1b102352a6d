"""What holds on every page: the mark it must carry, who is signed in, and the headers it is sent with."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from lms.extensions import csrf, db, login_manager
from lms.permissions import PUBLIC, Actor
from lms.services import accounts
from lms.services.errors import Absent
from lms.tables.people import PersonRow, SessionPurpose, UserSessionRow
from lms.web.bearer import Bearer, find_bearer

_View = TypeVar("_View", bound=Callable[..., Any])
SAFE = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "manifest-src 'self'; worker-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
UNKEPT = "no-store"  # what no cache keeps


class SignedIn:
    """The signed-in person as Flask-Login wants them: the session's token, never the person's id, is in the cookie."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, token: str, row: UserSessionRow) -> None:
        self.token = token
        self.session_id = row.id
        self.person: PersonRow = row.person
        self.actor: Actor = accounts.actor_of(row.person, row.purpose)
        self.is_for_exam = row.purpose == SessionPurpose.EXAM
        self.door = "door.show" if self.is_for_exam else "accounts.sign_in"

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.token


def register(app: Flask) -> None:
    """Put the rules in front of every page."""
    app.before_request(_read_only_transaction)
    app.before_request(_check_mark)
    app.after_request(_headers)
    login_manager.user_loader(find_signed_in)


def find_signed_in(token: str) -> SignedIn | None:
    """Who is signed in by the token of a cookie, if anybody."""
    row = accounts.find_session(token)
    return SignedIn(token, row) if row else None


def takes_bearer(view: _View) -> _View:
    """Mark a view that a token of one sitting opens too: then no session and no form's token are asked for."""
    view.takes_bearer = True  # type: ignore[attr-defined]
    exempt: _View = csrf.exempt(view)
    return exempt


def only_reads(view: _View) -> _View:
    """Mark a view that writes nothing to the database, also when something is sent to it: nobody waits for it."""
    view.only_reads = True  # type: ignore[attr-defined]
    return view


def actor() -> Actor:
    """The actor of this request; only on pages that require a permission."""
    found: Actor = current_user.actor
    return found


def sender(kind: str, sitting_id: int) -> Actor:
    """Who sends to a sitting: the person of the token, if it is for this one, else who is signed in; raises Absent."""
    bearer: Bearer | None = g.get("bearer")
    if bearer is None:
        return actor()
    if (bearer.kind, bearer.sitting_id) != (kind, sitting_id):
        raise Absent
    return Actor(person_id=bearer.person_id, name="", grants=())


def _read_only_transaction() -> None:
    """A page that only reads must not wait for writers, nor they for it."""
    view = current_app.view_functions.get(request.endpoint or "")
    reads = request.method in SAFE or hasattr(view, "only_reads")
    if reads and request.endpoint != "static" and not db.session().in_transaction():
        db.session.connection(execution_options={"sqlite_begin": "DEFERRED"})


def _check_mark() -> AnyResponse | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    mark = getattr(view, "permission", None)
    if mark == PUBLIC or (hasattr(view, "takes_bearer") and _is_bearer()):
        return None
    if not current_user.is_authenticated:
        if request.method not in SAFE:
            abort(401)
        session["next"] = request.full_path.rstrip("?")
        return redirect(url_for("accounts.sign_in"))
    if current_user.is_for_exam:
        return _keep_to_exam(mark)
    if mark is None or not current_user.actor.may(mark):
        abort(403)
    if current_user.person.must_change_password and request.endpoint not in {
        "accounts.change_password",
        "accounts.sign_out",
    }:
        return redirect(url_for("accounts.change_password"))
    return None


def _is_bearer() -> bool:
    """Whether the request has a good token; without one it must have that of a form."""
    g.bearer = find_bearer()
    if g.bearer is None and current_app.config.get("WTF_CSRF_ENABLED", True):
        csrf.protect()
    return g.bearer is not None


def _keep_to_exam(mark: str | None) -> AnyResponse | None:
    """Who came in by an exam code sees the exam and nothing else, and is asked for no new password."""
    if request.endpoint == "accounts.sign_out" or (mark is not None and current_user.actor.may(mark)):
        return None
    if request.method not in SAFE:
        abort(403)
    return redirect(url_for("door.show"))


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not getattr(g, "cacheable", False):
        response.headers["Cache-Control"] = UNKEPT
    return response
