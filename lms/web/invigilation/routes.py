"""Pages of the exam room: its list, what the script of the list asks for, and the acts for several candidates."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms.clock import now
from lms.permissions import Permission, requires
from lms.reports.room_log import log_file
from lms.services import exam_room, room_acts, room_log
from lms.services.errors import Faulty
from lms.services.invigilation import SentBefore
from lms.services.seats import Seat, list_seats
from lms.web.filters import say
from lms.web.forms import ConfirmForm
from lms.web.gate import actor
from lms.web.invigilation.acts import ACTS
from lms.web.invigilation.forms import new_key
from lms.web.invigilation.lines import SHOWS, STATES
from lms.web.invigilation.room_page import chosen_of, page_of, read_wishes
from lms.web.training.downloads import file_answer
from lms.web.words import tell_done

bp = Blueprint("invigilation", __name__, url_prefix="/assessments/<int:assessment_id>/room")
Page = str | AnyResponse | tuple[str, int]


@bp.get("")
@requires(Permission.EXAM_INVIGILATE)
def show_room(assessment_id: int) -> str:
    """Every candidate as they are now; who needs the invigilator on top."""
    room = exam_room.get_room(actor(), assessment_id)
    return render_template(
        "invigilation/show_room.html",
        page=page_of(room, read_wishes(), now()),
        incidents=room_log.list_incidents(room),
        shows=SHOWS,
        states=STATES,
        acts=ACTS,
        confirm=ConfirmForm(),
    )


@bp.get("/now.json")
@requires(Permission.EXAM_INVIGILATE)
def show_now(assessment_id: int) -> Response:
    """What the list's script puts into the page; 304 where nothing has changed."""
    page = page_of(exam_room.get_room(actor(), assessment_id), read_wishes(), now())
    answer = jsonify(
        lines={line.seat.candidate_id: line.moving for line in page.lines},
        shown=sorted(page.shown),
        troubled=[line.seat.candidate_id for line in page.troubled],
        counts=page.counts,
    )
    answer.add_etag()
    return answer.make_conditional(request)


@bp.route("/act", methods=["GET", "POST"])
@requires(Permission.EXAM_INVIGILATE)
def act(assessment_id: int) -> Page:
    """An act for those chosen: whom it is for and what it will do; then, sent, it is done."""
    room, name = exam_room.get_room(actor(), assessment_id), request.values.get("act", "")
    seats = chosen_of(list_seats(room, now(), is_counted=True))
    wished = ACTS.get(name)
    if wished is None or not (seats or wished.is_for_all_too):
        flash(_("Tick candidates in the list, or choose a room or everybody."), "info")
        return _to_room(assessment_id)
    is_for_all = wished.is_for_all_too and request.values.get("whom") == "all"
    form, chosen, faults = wished.form(), [] if is_for_all else seats, []
    if form.validate_on_submit():
        try:
            done = wished.do(actor(), room.id, [seat.candidate_id for seat in chosen], form, now())
        except Faulty as refusal:
            faults = [say(refusal.words)]
            if isinstance(refusal, SentBefore):
                form.key.data = new_key()
        else:
            tell_done(*done)
            return _back(assessment_id, chosen)
    facts = {"act": wished, "name": name, "says": wished.says(chosen, now()), "whom": request.values.get("whom", "")}
    page = render_template("invigilation/act.html", assessment=room, form=form, seats=chosen, faults=faults, **facts)
    return page, 422 if form.is_submitted() else 200


@bp.post("/candidates/<int:candidate_id>/present")
@requires(Permission.EXAM_INVIGILATE)
def confirm(assessment_id: int, candidate_id: int) -> Page:
    """A candidate is here and is who they say: one press in the list."""
    room_acts.confirm_identity(actor(), assessment_id, [candidate_id], now=now())
    return _to_room(assessment_id, f"seat-{candidate_id}")


@bp.get("/log.csv")
@requires(Permission.EXAM_INVIGILATE)
def download_log(assessment_id: int) -> AnyResponse:
    """All that happened in the room, a row an event."""
    room = exam_room.get_room(actor(), assessment_id)
    return file_answer(log_file(room_log.list_log(room), say), f"exam-log-{room.code}.csv")


def _back(assessment_id: int, chosen: Sequence[Seat]) -> AnyResponse:
    """To the page of the candidate from which the act was chosen, else to the list."""
    if request.form.get("whom") != "one" or not chosen:
        return _to_room(assessment_id)
    number = chosen[0].candidate_id
    return redirect(url_for("invigilation.show_candidate", assessment_id=assessment_id, candidate_id=number))


def _to_room(assessment_id: int, place: str | None = None) -> AnyResponse:
    return redirect(url_for("invigilation.show_room", assessment_id=assessment_id, _anchor=place))
