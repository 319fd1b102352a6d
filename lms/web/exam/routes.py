"""Pages of the theory exam: waiting room, paper, saving an answer, handing in."""

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments.errors import AssessmentError
from assessments.words import Message
from lms.clock import now
from lms.permissions import Permission, requires
from lms.records.content import pack_of
from lms.services import delivery, takings
from lms.services.errors import Faulty
from lms.web.exam.forms import AnswerForm
from lms.web.filters import clock, say
from lms.web.gate import actor
from lms.web.intake import sent_fields
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
    answers = delivery.answers_of(attempt)
    facts = {"attempt": attempt, "candidate": attempt.candidate, "answered": len(answers), "moment": moment}
    if delivery.is_over(attempt, moment):
        return render_template("exam/show_end.html", total=len(delivery.paper_of(attempt)), **facts)
    items = [(item, item.place_of(answers.get(item.item))) for item in delivery.paper_of(attempt)]
    return render_template("exam/show_paper.html", items=items, saved_at=delivery.last_saved_at(attempt), **facts)


@bp.post("/attempts/<int:attempt_id>/answers")
@requires(Permission.EXAM_TAKE)
def save_answer(attempt_id: int) -> Response:
    """Save one answer; the reply is its receipt, given only after the commit."""
    moment = now()
    form = AnswerForm(sent_fields()) if request.is_json else AnswerForm()
    if not form.validate():
        delivery.get_own_attempt(actor(), attempt_id)  # somebody else's attempt is absent, whatever is sent to it
        raise Faulty(Message("An answer has a question number and the place of an option.", {}))
    receipt = delivery.save_answer(
        actor(),
        attempt_id,
        device=form.device.data or delivery.FORM_DEVICE,
        seq=form.seq.data,
        number=form.number.data,
        place=form.place.data,
        now=moment,
    )
    if not request.is_json:
        return redirect(url_for("exam.show_paper", attempt_id=attempt_id, _anchor=f"q{form.number.data}"))
    return jsonify(
        device=receipt.device,
        seq=receipt.seq,
        saved_at=clock(receipt.received_at, seconds=True),
        key_id=receipt.key_id,
        receipt=receipt.mac,
    )


@bp.post("/attempts/<int:attempt_id>/submit")
@requires(Permission.EXAM_TAKE)
def submit(attempt_id: int) -> Response:
    """Hand the paper in."""
    delivery.submit(actor(), attempt_id, now=now())
    return redirect(url_for("exam.show_paper", attempt_id=attempt_id))


@bp.errorhandler(AssessmentError)
def refused(fault: AssessmentError) -> tuple[Response, int] | tuple[str, int]:
    """Too late, not started, handed in: said in the place where the answer was given."""
    if request.is_json:
        return jsonify(error="closed", words=" ".join(say(message) for message in fault.messages)), 409
    return render_template("exam/refused.html", messages=fault.messages), 409
