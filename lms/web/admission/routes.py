"""Pages of exam codes: who has one, new ones for all or for one, and the slips to print."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from certificates.qr import qr_svg
from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import assessing, exam_codes
from lms.web.admission.forms import CodesForm
from lms.web.gate import actor

bp = Blueprint("admission", __name__, url_prefix="/assessments/<int:assessment_id>/exam-codes")


@bp.get("")
@requires(Permission.EXAM_ADMIT)
def show_codes(assessment_id: int) -> str:
    """Who has a code, who is signed in with it, and from when to when codes work."""
    codes = exam_codes.get_codes(actor(), assessment_id)
    return render_template("admission/show_codes.html", codes=codes, form=CodesForm(formdata=None))


@bp.post("")
@requires(Permission.EXAM_ADMIT)
def make_codes(assessment_id: int) -> str:
    """New codes for all who are not signed in, as slips, shown once."""
    room, form = request.form.get("room", ""), request.form.get("form", "")
    slips = exam_codes.make_codes(actor(), assessment_id, form=form, room=room, now=now())
    return _slips_page(assessment_id, slips)


@bp.post("/<int:candidate_id>")
@requires(Permission.EXAM_ADMIT)
def renew_code(assessment_id: int, candidate_id: int) -> str:
    """A new code for one candidate, as a slip, shown once."""
    form = request.form.get("form", "")
    return _slips_page(
        assessment_id, [exam_codes.renew_code(actor(), assessment_id, candidate_id, form=form, now=now())]
    )


@bp.post("/<int:candidate_id>/free")
@requires(Permission.EXAM_ADMIT)
def free_code(assessment_id: int, candidate_id: int) -> Response:
    """Let a candidate sign in on another device with the code they have."""
    exam_codes.free_code(actor(), assessment_id, candidate_id, now=now())
    flash(_("The candidate can sign in on another device now, with the same code."), "done")
    return redirect(url_for("admission.show_codes", assessment_id=assessment_id))


def _slips_page(assessment_id: int, slips: Sequence[exam_codes.Slip]) -> str:
    address = current_app.config["SETTINGS"].public_url.rstrip("/") + url_for("door.show")
    shown = [(slip, _square(f"{address}?{urlencode({'number': slip.candidate.number})}")) for slip in slips]
    row = assessing.get_assessment(actor(), assessment_id)
    return render_template("admission/show_slips.html", assessment=row, slips=shown, address=address)


def _square(address: str) -> Markup:
    return Markup(qr_svg(address))  # noqa: S704 -- drawn here, and the address in it is escaped
