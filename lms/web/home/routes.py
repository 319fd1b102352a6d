"""Home, and the sign of life that start-up and monitoring ask for."""

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import text
from werkzeug.wrappers import Response

from lms.clock import now
from lms.extensions import db
from lms.permissions import Permission, public, requires
from lms.services import feedback, home
from lms.web.gate import actor

bp = Blueprint("home", __name__)


@bp.get("/")
@requires(Permission.ACCOUNT_USE)
def show() -> str:
    """What waits for this person, most urgent first."""
    moment = now()
    return render_template(
        "home/show.html",
        waiting=home.list_waiting(actor(), moment),
        running=home.list_running(actor(), moment),
        messages=feedback.list_unread(actor()),
    )


@bp.get("/favicon.ico")
@public
def show_emblem() -> Response:
    """The emblem, for browsers that ask for it beside a file that names none, such as a PDF."""
    return redirect(url_for("static", filename="emblem.svg"))


@bp.get("/health")
@public
def health() -> dict[str, str]:
    """Answers `ok` when the database answers."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}
