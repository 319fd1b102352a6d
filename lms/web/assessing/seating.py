"""The page of an assessment's rooms: who sits where, everybody seated at once, and who reads large print."""

from flask import redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import seating
from lms.services.errors import Faulty
from lms.web.assessing.key_sheets import bp
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.intake import is_whole_number, sent_numbers, whole_number
from lms.web.words import tell_done

_PLACE = "/assessments/<int:assessment_id>/rooms"
_ROOM = "room-"
Page = str | Response | tuple[str, int]


@bp.get(_PLACE)
@requires(Permission.EXAM_ADMIT)
def show_seating(assessment_id: int) -> Page:
    """Who sits in which room."""
    return _page(assessment_id)


@bp.post(_PLACE)
@requires(Permission.EXAM_ADMIT)
def save_seating(assessment_id: int) -> Page:
    """Keep the rooms as they are typed, and who is ticked for large print."""
    rooms, large = _typed(), sent_numbers(request.form, "large")
    try:
        changed = seating.save_seating(actor(), assessment_id, rooms, large, now=now())
    except Faulty as refusal:
        return _page(assessment_id, fault=say(refusal.words))
    tell_done(ngettext("Saved: %(num)d candidate changed.", "Saved: %(num)d candidates changed.", changed), changed)
    return redirect(url_for("assessing.show_seating", assessment_id=assessment_id))


@bp.post(f"{_PLACE}/fill")
@requires(Permission.EXAM_ADMIT)
def fill_rooms(assessment_id: int) -> Page:
    """Seat everybody in the order of their numbers."""
    try:
        seated = seating.fill_rooms(actor(), assessment_id, request.form.get("rooms", ""), now=now())
    except Faulty as refusal:
        return _page(assessment_id, fill_fault=say(refusal.words))
    tell_done(ngettext("%(num)d candidate is seated.", "%(num)d candidates are seated.", seated), seated)
    return redirect(url_for("assessing.show_seating", assessment_id=assessment_id))


def _typed() -> dict[int, str]:
    """What stands in the fields `room-<id>`, by id; what can be no row's is passed over."""
    found = {name.removeprefix(_ROOM): text for name, text in request.form.items() if name.startswith(_ROOM)}
    return {whole_number(number): found[number] for number in found if is_whole_number(number)}


def _page(assessment_id: int, *, fault: str = "", fill_fault: str = "") -> Page:
    found = seating.get_seating(actor(), assessment_id)
    lines = "\n".join(f"{room} {seats}" for room, seats in found.rooms.items())
    page = render_template(
        "assessing/show_seating.html",
        seating=found,
        lines=request.form.get("rooms", lines),
        given=request.form if fault else {},
        ticked=request.form.getlist("large") if fault else [str(one.id) for one in found.candidates if one.large_print],
        fault=fault,
        fill_fault=fill_fault,
    )
    return page, 422 if fault or fill_fault else 200
