"""The door of the exam: in by number and code, on to the waiting room, and the test of a device there."""

import re
import secrets

from flask import Blueprint, current_app, jsonify, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from assessments.errors import MistypedExamCode
from lms.clock import now
from lms.permissions import Permission, public, requires
from lms.services import accounts, contacts, delivery, exam_entry
from lms.web.accounts.entering import begin, came_from_exam
from lms.web.accounts.forms import ExamCodeForm
from lms.web.exam.doorway import exams_behind
from lms.web.filters import say
from lms.web.gate import actor

bp = Blueprint("door", __name__, url_prefix="/exam")
_DEVICE = "exam_device"
_DEVICE_DAYS = 3
_KEPT = re.compile(r"[0-9a-f]{48}")


@bp.get("")
@public
def show() -> str | Response:
    """Ask for number and code; whoever is in goes on to the exam."""
    return exams_behind(current_user) or _ask(ExamCodeForm(request.args, meta={"csrf": True}))


@bp.post("/sign-in")
@public
def sign_in() -> Response | tuple[str, int]:
    """Come in with the number and the code of the slip."""
    form = ExamCodeForm()
    if not form.validate_on_submit():
        return _ask(form), 422
    device = request.cookies.get(_DEVICE) or _kept_secret() or secrets.token_urlsafe(24)
    typed = exam_entry.Entry(
        number=form.number.data, code=form.code.data, browser=str(request.user_agent), device=device
    )
    try:
        token = exam_entry.enter(typed, now=now())
    except MistypedExamCode as fault:
        form.code.errors = [say(message) for message in fault.messages]
        return _ask(form), 422
    except accounts.SignInRefused as refusal:
        form.code.errors = [say(refusal.words)]
        return _ask(form), refusal.status
    return _know_again(begin(token, url_for("door.show")), device)


@bp.post("/candidates/<int:candidate_id>/test")
@requires(Permission.EXAM_TAKE)
def test_saving(candidate_id: int) -> Response:
    """Answer as saving an answer would, and store only that the device is here; the reply has the server's time."""
    candidate = delivery.get_own_candidate(actor(), candidate_id)
    contacts.waits(candidate.id, now=now())
    return jsonify(server_now=now().isoformat())


def _ask(form: ExamCodeForm) -> str:
    return render_template("exam/show_door.html", exam_form=form, from_exam=came_from_exam())


def _kept_secret() -> str:
    """What the page's script has on the disk: a browser killed within half a minute has lost its cookie."""
    sent = request.form.get("device", "")
    return sent if _KEPT.fullmatch(sent) else ""


def _know_again(response: Response, device: str) -> Response:
    """Let the browser keep what tells this device from others, so that after a crash it may come in again."""
    is_secure = current_app.config["SETTINGS"].secure_cookies
    age = _DEVICE_DAYS * 24 * 3600
    response.set_cookie(_DEVICE, device, max_age=age, path="/exam", httponly=True, secure=is_secure, samesite="Lax")
    return response
