"""The page of an assessment's sealed key sheets, for its council alone: have them printed, and take them."""

from io import BytesIO

from flask import current_app, flash, redirect, render_template, send_file, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms.clock import now
from lms.jobs.queue import wake
from lms.permissions import Permission, requires
from lms.services import jobs, key_sheets
from lms.web.assessing.commitments import bp
from lms.web.gate import actor

_PLACE = "/assessments/<int:assessment_id>/key-sheets"


@bp.get(_PLACE)
@requires(Permission.MARKS_APPROVE)
def show_key_sheets(assessment_id: int) -> str:
    """The key sheets printed so far, and the way to have them printed."""
    row, printed, job = key_sheets.get_key_sheets(actor(), assessment_id)
    is_printing = job is not None and job.state in jobs.OPEN
    return render_template(
        "assessing/show_key_sheets.html", assessment=row, printed=printed, job=job, is_printing=is_printing
    )


@bp.post(f"{_PLACE}/print")
@requires(Permission.MARKS_APPROVE)
def print_key_sheets(assessment_id: int) -> Response:
    """Have the key sheets printed."""
    job = key_sheets.request_key_sheets(actor(), assessment_id, str(get_locale() or "en"), now=now())
    if job is not None:
        wake(current_app.config["SETTINGS"], job.id)
        flash(_("The key sheets are being made; their link stands here in a moment."), "done")
    return redirect(url_for("assessing.show_key_sheets", assessment_id=assessment_id))


@bp.post(f"{_PLACE}/<int:number>.pdf")
@requires(Permission.MARKS_APPROVE)
def take_key_sheet(assessment_id: int, number: int) -> Response:
    """One printed key sheet; the history tells who took it."""
    found = key_sheets.take_key_sheet(actor(), assessment_id, number, now=now())
    name = f"key-sheets-{found.digest[:8]}.pdf"
    return send_file(BytesIO(found.content), mimetype="application/pdf", as_attachment=True, download_name=name)
