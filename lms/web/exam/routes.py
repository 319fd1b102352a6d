"""Pages of the theory exam: waiting room, paper, saving an answer, handing in."""

from datetime import datetime
from functools import partial

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from assessments.errors import AssessmentError
from lms.clock import now
from lms.permissions import Permission, requires
from lms.records.content import pack_of
from lms.services import delivery, sittings, takings
from lms.tables.attempts import AttemptRow
from lms.web.exam.sitting_page import SittingPage, answered_items, draw_page, refused, take_answer
from lms.web.gate import actor
from lms.web.results.retakes import units_in_words

bp = Blueprint("exam", __name__, url_prefix="/exam")


@bp.get("/candidates/<int:candidate_id>")
@requires(Permission.EXAM_TAKE)
def show_waiting_room(candidate_id: int) -> str | Response:
    """When the exam opens, how long it lasts, and the button that starts the clock."""
    candidate = delivery.get_own_candidate(actor(), candidate_id)
    if (attempt := delivery.find_attempt(candidate)) is not None:
        return redirect(url_for("exam.show_paper", attempt_id=attempt.id))
    moment = now()
    return render_template(
        "exam/show_waiting_room.html",
        candidate=candidate,
        assessment=candidate.assessment,
        rules=delivery.rules_of(candidate),
        units=units_in_words(pack_of(candidate.assessment.pack_version), takings.taking_of(candidate)),
        is_open=candidate.assessment.opens_at <= moment < candidate.assessment.closes_at,
        is_past=moment >= candidate.assessment.closes_at,
        moment=moment,
    )


@bp.post("/candidates/<int:candidate_id>/start")
@requires(Permission.EXAM_TAKE)
def start(candidate_id: int) -> Response:
    """Start the clock, or go on where it was started."""
    attempt = delivery.start(actor(), candidate_id, now=now())
    return redirect(url_for("exam.show_paper", attempt_id=attempt.id))


@bp.get("/attempts/<int:attempt_id>")
@requires(Permission.EXAM_TAKE)
def show_paper(attempt_id: int) -> str:
    """The paper with what is saved; after the end, that it is over."""
    attempt, moment = delivery.get_own_attempt(actor(), attempt_id), now()
    return _end_of(attempt) if delivery.is_over(attempt, moment) else draw_page(_page_of(attempt, moment))


@bp.post("/attempts/<int:attempt_id>/answers")
@requires(Permission.EXAM_TAKE)
def save_answer(attempt_id: int) -> Response:
    """Save one answer; the reply is its receipt, given only after the commit."""
    moment = now()
    return take_answer(
        partial(delivery.get_own_attempt, actor(), attempt_id),
        partial(delivery.save_answer, actor(), attempt_id, now=moment),
        url_for("exam.show_paper", attempt_id=attempt_id),
    )


@bp.post("/attempts/<int:attempt_id>/submit")
@requires(Permission.EXAM_TAKE)
def submit(attempt_id: int) -> Response:
    """Hand the paper in."""
    delivery.submit(actor(), attempt_id, now=now())
    return redirect(url_for("exam.show_paper", attempt_id=attempt_id))


bp.register_error_handler(AssessmentError, refused)


def _page_of(attempt: AttemptRow, moment: datetime) -> SittingPage:
    candidate, sitting = attempt.candidate, delivery.sitting_of(attempt)
    return SittingPage(
        key=str(attempt.id),
        title=_("Theory exam"),
        pack=candidate.assessment.pack_version.title,
        number=candidate.number,
        name=candidate.trainee.person.name,
        items=answered_items(sitting),
        saved_at=sittings.last_saved_at(sitting),
        deadline_at=attempt.deadline_at,
        moment=moment,
        save_url=url_for("exam.save_answer", attempt_id=attempt.id),
        submit_url=url_for("exam.submit", attempt_id=attempt.id),
    )


def _end_of(attempt: AttemptRow) -> str:
    sitting = delivery.sitting_of(attempt)
    answered, total = len(sittings.answers_of(sitting)), len(sitting.items)
    return render_template("exam/show_end.html", attempt=attempt, answered=answered, total=total)
