"""Pages of the theory exam: waiting room, paper, saving an answer, handing in."""

from datetime import datetime
from functools import partial

from flask import Blueprint, redirect, render_template, url_for
from flask import Response as PlainResponse
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from assessments.errors import AssessmentError
from assessments.exam_time import end_as_shown
from lms.clock import now
from lms.permissions import Permission, public, requires
from lms.services import contacts, delivery, sittings
from lms.services.sitting_tokens import ATTEMPT
from lms.tables.attempts import AttemptRow
from lms.web.bearer import token_of
from lms.web.exam import device, keeping
from lms.web.exam.page import OVER, draw_asking, draw_page, marked
from lms.web.exam.sitting_page import SittingPage, Wire, answered_items, refused, take_answer
from lms.web.exam.waiting_room import waiting_room
from lms.web.gate import actor, sender, takes_bearer

bp = Blueprint("exam", __name__, url_prefix="/exam")
bp.add_app_template_global(keeping.exam_file)
bp.add_app_template_global(keeping.scripts, "exam_scripts")
bp.add_app_template_global(keeping.release, "exam_release")
KIND = ATTEMPT  # in tokens


@bp.get("/candidates/<int:candidate_id>")
@requires(Permission.EXAM_TAKE)
def show_waiting_room(candidate_id: int) -> str | Response:
    """When the exam opens, how long it lasts, and the button that starts the clock."""
    candidate = delivery.get_own_candidate(actor(), candidate_id)
    if (attempt := delivery.find_attempt(candidate)) is not None:
        return redirect(url_for("exam.show_paper", attempt_id=attempt.id))
    return render_template("exam/show_waiting_room.html", **waiting_room(candidate, now()))


@bp.post("/candidates/<int:candidate_id>/start")
@requires(Permission.EXAM_TAKE)
def start(candidate_id: int) -> Response:
    """Start the clock, or go on where it was started."""
    attempt = delivery.start(actor(), candidate_id, now=now())
    return redirect(url_for("exam.show_paper", attempt_id=attempt.id))


@bp.get("/worker.js")
@public
def show_worker() -> Response:
    """The script that gives the kept paper when there is no network: for the pages of exams alone, asked for anew."""
    return PlainResponse(keeping.worker(), mimetype="text/javascript")


@bp.get("/attempts/<int:attempt_id>")
@requires(Permission.EXAM_TAKE)
def show_paper(attempt_id: int) -> Response:
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


@bp.get("/attempts/<int:attempt_id>/submit")
@requires(Permission.EXAM_TAKE)
def ask_hand_in(attempt_id: int) -> str | Response:
    """Without script: say what is not answered before the paper is handed in."""
    attempt, moment = delivery.get_own_attempt(actor(), attempt_id), now()
    paper_url = url_for("exam.show_paper", attempt_id=attempt_id)
    if delivery.is_over(attempt, moment):
        return redirect(paper_url)
    return draw_asking(_page_of(attempt, moment), paper_url)


@bp.post("/attempts/<int:attempt_id>/submit")
@takes_bearer
@requires(Permission.EXAM_TAKE)
def submit(attempt_id: int) -> Response:
    """Hand the paper in; a script is told what is still to come, a form sees the page of the end."""
    moment = now()
    done = delivery.submit(sender(KIND, attempt_id), attempt_id, **device.sent_hand_in(), now=moment)
    desk = delivery.get_desk(sender(KIND, attempt_id).person_id, attempt_id)
    return device.handed_in(desk, done, url_for("exam.show_paper", attempt_id=attempt_id))


bp.register_error_handler(AssessmentError, refused)


def _page_of(attempt: AttemptRow, moment: datetime) -> SittingPage:
    candidate, sitting = attempt.candidate, delivery.sitting_of(attempt)
    last = contacts.find_last(attempt.id)
    return SittingPage(
        key=device.key_of(delivery.LOG, attempt.id),
        person_id=candidate.trainee.person_id,
        title=_("Theory exam"),
        pack=candidate.assessment.pack_version.title,
        number=candidate.number,
        name=candidate.trainee.person.name,
        face=sitting.face,
        items=answered_items(sitting),
        saved_at=sittings.last_saved_at(sitting),
        deadline_at=end_as_shown(attempt.deadline_at, attempt.paused_at, moment),
        moment=moment,
        save_url=url_for("exam.save_answer", attempt_id=attempt.id),
        submit_url=url_for("exam.submit", attempt_id=attempt.id),
        is_kept=True,
        is_large=candidate.large_print,
        has_watermark=sitting.rules.has_watermark,
        wire=Wire(
            token=token_of(KIND, attempt.id, candidate.trainee.person_id),
            epoch=attempt.epoch,
            started_at=attempt.started_at,
            is_paused=attempt.paused_at is not None,
            sync_until=sitting.clock.sync_until,
            events_url=url_for("exam.keep_events", attempt_id=attempt.id),
            contact_url=url_for("exam.keep_contact", attempt_id=attempt.id),
            take_over_url=url_for("exam.take_over", attempt_id=attempt.id),
            hand_in_url=url_for("exam.submit", attempt_id=attempt.id),
            flags=last.flags if last else (),
            flagged_at=last.device if last else "",
            given=contacts.given_since(last),
        ),
    )


def _end_of(attempt: AttemptRow) -> Response:
    sitting = delivery.sitting_of(attempt)
    counting, total = sittings.counting_of(sitting), len(sitting.items)
    facts = {"answered": len(counting.answers), "total": total, "late": len(counting.refused)}
    return marked(render_template("exam/show_end.html", attempt=attempt, **facts), OVER)
