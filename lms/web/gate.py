"""What holds on every page: the mark it must carry, who is signed in, and the headers it is sent with."""

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from lms.extensions import db, login_manager
from lms.permissions import PUBLIC, Actor
from lms.services import accounts
from lms.tables.people import PersonRow, UserSessionRow

SAFE = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "manifest-src 'self'; worker-src 'self'"
)


class SignedIn:
    """The signed-in person as Flask-Login wants them: the session's token, never the person's id, is in the cookie."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, token: str, row: UserSessionRow) -> None:
        self.token = token
        self.session_id = row.id
        self.person: PersonRow = row.person
        self.actor: Actor = accounts.actor_of(row.person)

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.token


def register(app: Flask) -> None:
    """Put the rules in front of every page."""
    app.before_request(_read_only_transaction)
    app.before_request(_check_mark)
    app.after_request(_headers)
    login_manager.user_loader(_load)


def actor() -> Actor:
    """The actor of this request; only on pages that require a permission."""
    found: Actor = current_user.actor
    return found


def _load(token: str) -> SignedIn | None:
    row = accounts.find_session(token)
    return SignedIn(token, row) if row else None


def _read_only_transaction() -> None:
    """A page that only reads must not wait for writers."""
    if request.method in SAFE and request.endpoint != "static" and not db.session().in_transaction():
        db.session.connection(execution_options={"sqlite_begin": "DEFERRED"})


def _check_mark() -> AnyResponse | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    mark = getattr(current_app.view_functions[request.endpoint], "permission", None)
    if mark == PUBLIC:
        return None
    if not current_user.is_authenticated:
        if request.method not in SAFE:
            abort(401)
        session["next"] = request.full_path.rstrip("?")
        return redirect(url_for("accounts.sign_in"))
    if mark is None or not current_user.actor.may(mark):
        abort(403)
    if current_user.person.must_change_password and request.endpoint not in {
        "accounts.change_password",
        "accounts.sign_out",
    }:
        return redirect(url_for("accounts.change_password"))
    return None


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
    if not getattr(g, "cacheable", False):
        response.headers["Cache-Control"] = "no-store"
    return response
