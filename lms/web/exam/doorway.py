"""Where a candidate who is in goes from the door: to the one exam there is, or to a list."""

from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from lms.clock import now
from lms.permissions import Permission
from lms.services import delivery
from lms.web.gate import actor


def exams_behind(user: Any) -> str | Response | None:
    """The way on for somebody who may take exams: one exam's waiting room, or the list; None for all others."""
    if not user.is_authenticated or not user.actor.may(Permission.EXAM_TAKE):
        return None
    exams = delivery.list_own_exams(actor(), now())
    if len(exams) == 1:
        return redirect(url_for("exam.show_waiting_room", candidate_id=exams[0][0].id))
    return render_template("exam/list_exams.html", exams=exams)
