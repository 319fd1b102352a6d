"""The page of one candidate in the exam room, a code for another device, and decisions on late answers."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import exam_clock, exam_room, history, late_answers, room_acts, room_log, takeovers
from lms.services.errors import Absent, Faulty
from lms.services.seats import Seat, get_seat
from lms.tables.assessing import AssessmentRow
from lms.web.filters import say
from lms.web.forms import ConfirmForm
from lms.web.gate import actor
from lms.web.invigilation.acts import ACTS
from lms.web.invigilation.forms import WhyForm
from lms.web.invigilation.lines import CHANGES, STANDINGS, line_of
from lms.web.invigilation.routes import bp

Page = str | AnyResponse | tuple[str, int]
_PLACE = "/candidates/<int:candidate_id>"


@bp.get(_PLACE)
@requires(Permission.EXAM_INVIGILATE)
def show_candidate(assessment_id: int, candidate_id: int) -> Page:
    """Everything about one candidate's exam, and what can be done for them."""
    return _page(assessment_id, candidate_id)


@bp.post(f"{_PLACE}/withdraw-identity")
@requires(Permission.EXAM_INVIGILATE)
def withdraw_identity(assessment_id: int, candidate_id: int) -> Page:
    """The identity was not checked after all."""
    room_acts.withdraw_identity(actor(), assessment_id, candidate_id, now=now())
    return _to(assessment_id, candidate_id)


@bp.post(f"{_PLACE}/code")
@requires(Permission.EXAM_INVIGILATE)
def make_code(assessment_id: int, candidate_id: int) -> Page:
    """A code with which the candidate goes on at another device: on this page only, to be read out."""
    room, seat = _seat(assessment_id, candidate_id)
    code = takeovers.make_code(actor(), _attempt(seat), now=now())
    minutes = takeovers.LASTS.seconds // 60
    return render_template("invigilation/make_code.html", assessment=room, seat=seat, code=code, minutes=minutes)


@bp.post(f"{_PLACE}/late")
@requires(Permission.EXAM_INVIGILATE)
def decide_late(assessment_id: int, candidate_id: int) -> Page:
    """Decide whether late answers count."""
    form, moment = WhyForm(), now()
    _room, seat = _seat(assessment_id, candidate_id)
    faults: list[str] = []
    if form.validate_on_submit():
        chosen, verdict = request.form.getlist("answer"), request.form.get("verdict")
        facts = {"is_accepted": verdict == "accept", "reason": form.why.data, "now": moment}
        facts |= {"and_others": request.form.get("others") == "1", "and_later": verdict == "refuse_later"}
        try:
            late_answers.decide(actor(), _attempt(seat), chosen, **facts)
        except Faulty as refusal:
            faults = [say(refusal.words)]
        else:
            flash(_("The decision is kept."), "done")
            return _to(assessment_id, candidate_id)
    return _page(assessment_id, candidate_id, form=form, faults=faults)


def _page(
    assessment_id: int, candidate_id: int, *, form: WhyForm | None = None, faults: list[str] | None = None
) -> Page:
    moment = now()
    room, seat = _seat(assessment_id, candidate_id)
    late = late_answers.list_late(actor(), seat.attempt_id) if seat.attempt_id else late_answers.LateAnswers(shown=())
    page = render_template(
        "invigilation/show_candidate.html",
        assessment=room,
        is_open=exam_room.is_open(room),
        line=line_of(seat, moment),
        state=seat.state(moment),
        may_have_time=seat.may_have_time(moment),
        late=late.shown,
        more_late=late.more,
        can_decide=late.can_decide,
        conflicts=late_answers.list_conflicts(actor(), seat.attempt_id) if seat.attempt_id else (),
        changes=exam_clock.changes_by_attempt([seat.attempt_id]).get(seat.attempt_id, ()) if seat.attempt_id else (),
        told=room_log.list_told(seat.attempt_id) if seat.attempt_id else (),
        incidents=room_log.list_incidents(room, candidate_id),
        history=history.list_history("candidate", candidate_id),
        form=form or WhyForm(formdata=None),
        faults=faults or [],
        confirm=ConfirmForm(formdata=None),
        acts=ACTS,
        change_words=CHANGES,
        standing_words=STANDINGS,
    )
    return page, 422 if form is not None else 200


def _seat(assessment_id: int, candidate_id: int) -> tuple[AssessmentRow, Seat]:
    room = exam_room.get_room(actor(), assessment_id)
    return room, get_seat(room, candidate_id, now())


def _attempt(seat: Seat) -> int:
    if seat.attempt_id is None:
        raise Absent
    return seat.attempt_id


def _to(assessment_id: int, candidate_id: int) -> AnyResponse:
    target = url_for("invigilation.show_candidate", assessment_id=assessment_id, candidate_id=candidate_id)
    return redirect(target)
