"""Pages of a batch's room: the heat map, who is stuck, who is ready, who lacks a criterion; and feedback."""

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import coursework, feedback, training
from lms.services.errors import Faulty
from lms.services.room import Order, room_of
from lms.tables.training import BatchRow
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.intake import sent_numbers
from lms.web.room.forms import FeedbackForm
from lms.web.room.heat_map import heat_map

bp = Blueprint("room", __name__)
Page = str | AnyResponse | tuple[str, int]


@bp.get("/batches/<int:batch_id>/room")
@requires(Permission.BATCH_READ)
def show(batch_id: int) -> str:
    """Where everybody of a batch stands."""
    batch = training.get_batch(actor(), batch_id)
    wished = {name: request.args.get(name, "") for name in ("order", "unit", "criterion")}
    room = room_of(batch, now(), order=wished["order"], unit=wished["unit"])
    return render_template(
        "room/show.html",
        batch=batch,
        room=room,
        map=heat_map(room.pack, room.lines),
        lack=room.lacking(wished["criterion"]),
        wished=wished,
        orders=list(Order),
        teaches=training.trains(actor(), batch),
    )


@bp.get("/batches/<int:batch_id>/feedback")
@requires(Permission.COURSEWORK_READ)
def list_feedback(batch_id: int) -> str:
    """What was written in a batch, and who has read it."""
    batch = coursework.get_followed_batch(actor(), batch_id)
    return render_template(
        "room/list_feedback.html",
        batch=batch,
        messages=feedback.list_written(batch),
        teaches=training.trains(actor(), batch),
        own_id=actor().person_id,
    )


@bp.route("/batches/<int:batch_id>/feedback/new", methods=["GET", "POST"])
@requires(Permission.BATCH_TEACH)
def write(batch_id: int) -> Page:
    """Write to those ticked."""
    batch, form = coursework.get_taught_batch(actor(), batch_id), FeedbackForm()
    if not form.validate_on_submit():
        return _write_page(batch, form)
    if not _ticked():
        return _write_page(batch, form, nobody=_("Tick at least one trainee."))
    try:
        feedback.write(actor(), batch_id, _ticked(), form.text.data, key=form.key.data, now=now())
    except Faulty as refusal:
        form.text.errors = [say(refusal.words)]
        return _write_page(batch, form)
    flash(_("The message is sent. You see here who has read it."), "done")
    return redirect(url_for("room.list_feedback", batch_id=batch_id))


@bp.post("/batches/<int:batch_id>/feedback/<int:feedback_id>/withdraw")
@requires(Permission.BATCH_TEACH)
def withdraw(batch_id: int, feedback_id: int) -> AnyResponse:
    """Take one's own message back."""
    feedback.withdraw(actor(), batch_id, feedback_id, now=now())
    flash(_("The message is taken back. It stays in the list and says so."), "done")
    return redirect(url_for("room.list_feedback", batch_id=batch_id))


@bp.post("/feedback/<int:recipient_id>/read")
@requires(Permission.COURSEWORK_DO)
def mark_read(recipient_id: int) -> AnyResponse:
    """Say that one has read a message."""
    feedback.mark_read(actor(), recipient_id, now=now())
    return redirect(url_for("home.show"))


def _ticked() -> set[int]:
    return sent_numbers(request.values, "to")


def _write_page(batch: BatchRow, form: FeedbackForm, nobody: str = "") -> Page:
    if request.method == "GET":
        form.key.data = secrets.token_hex(12)
    facts = {"learners": coursework.list_learners(batch), "to": _ticked(), "nobody": nobody}
    page = render_template("room/write.html", batch=batch, form=form, **facts)
    return page, 422 if nobody or form.errors or form.text.errors else 200
