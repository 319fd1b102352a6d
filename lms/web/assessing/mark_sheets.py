"""The page of an assessment's mark sheet, and the acts that move it on."""

from io import BytesIO

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from assessments.words import Message
from lms.clock import now
from lms.jobs.queue import wake
from lms.permissions import Permission, requires
from lms.records.content import pack_of, scheme_of
from lms.services import approval, assessing, bundles
from lms.services.last_moves import sent_back
from lms.tables.assessing import AssessmentState
from lms.web.assessing.routes import bp
from lms.web.assessing.sheets import draw_sheet
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.intake import sent_numbers
from lms.web.owner_words import speak_of
from lms.web.people.forms import ReasonForm
from lms.web.results.picture import component_word

Page = str | Response | tuple[str, int]
_CHECKED = {AssessmentState.SUBMITTED, AssessmentState.VERIFIED}


@bp.get("/assessments/<int:assessment_id>/marks")
@requires(Permission.ASSESSMENT_READ)
def show_marks(assessment_id: int) -> Page:
    """The mark sheet: every candidate's marks, what is odd, what is missing."""
    return _show(assessment_id)


@bp.post("/assessments/<int:assessment_id>/submit")
@requires(Permission.PRACTICAL_SCORE)
def submit(assessment_id: int) -> Page:
    """The assessor submits the mark sheet."""
    said = sent_numbers(request.form, "no_practical")
    try:
        approval.submit(actor(), assessment_id, no_practical=said, now=now())
    except approval.NotReadyToSubmit as refusal:
        return _show(assessment_id, refusal=refusal, status=refusal.status)
    flash(_("The mark sheet is submitted; the agency verifies it."), "done")
    return _to(assessment_id)


@bp.post("/assessments/<int:assessment_id>/verify")
@requires(Permission.MARKS_VERIFY)
def verify(assessment_id: int) -> Page:
    """The agency verifies the mark sheet."""
    try:
        approval.verify(actor(), assessment_id, now=now())
    except approval.NotReadyToSubmit as refusal:
        return _show(assessment_id, refusal=refusal, status=refusal.status)
    speak_of(assessing.get_assessment(actor(), assessment_id).pack_version)
    flash(say(Message("The mark sheet is verified; the council approves it.")), "done")
    return _to(assessment_id)


@bp.post("/assessments/<int:assessment_id>/return-to-assessor")
@requires(Permission.MARKS_VERIFY)
def return_to_assessor(assessment_id: int) -> Page:
    """The agency sends the mark sheet back."""
    return _send_back(assessment_id, "return_to_assessor")


@bp.post("/assessments/<int:assessment_id>/approve")
@requires(Permission.MARKS_APPROVE)
def approve(assessment_id: int) -> Page:
    """The council approves the mark sheet; results are decided and not yet seen."""
    try:
        approval.approve(actor(), assessment_id, now=now())
    except approval.NotReadyToSubmit as refusal:
        return _show(assessment_id, refusal=refusal, status=refusal.status)
    flash(
        _("The mark sheet is approved and all results are decided. They are seen once you release them."),
        "done",
    )
    return _to(assessment_id)


@bp.post("/assessments/<int:assessment_id>/return-to-agency")
@requires(Permission.MARKS_APPROVE)
def return_to_agency(assessment_id: int) -> Page:
    """The council sends the mark sheet back."""
    return _send_back(assessment_id, "return_to_agency")


@bp.post("/assessments/<int:assessment_id>/release")
@requires(Permission.MARKS_APPROVE)
def release(assessment_id: int) -> Page:
    """The council releases the results; certificates are issued."""
    job_id = approval.release(actor(), assessment_id, now=now())
    if job_id is not None:
        wake(current_app.config["SETTINGS"], job_id)
        flash(_("The results are released and the certificates are being made."), "done")
    else:
        flash(_("The results are released."), "done")
    return _to(assessment_id)


@bp.get("/assessments/<int:assessment_id>/recompute.zip")
@requires(Permission.ASSESSMENT_READ)
def download_bundle(assessment_id: int) -> Response:
    """All that the released results rest on, for recomputing them elsewhere.

    Packed piece by piece, and whole before it is sent: who downloads slowly keeps no transaction open.
    """
    code, pieces = bundles.bundle_of(actor(), assessment_id)
    name = f"{code}-recompute.zip"
    return send_file(BytesIO(b"".join(pieces)), mimetype="application/zip", as_attachment=True, download_name=name)


def _send_back(assessment_id: int, act: str) -> Page:
    form = ReasonForm()
    if not form.validate_on_submit():
        return _show(assessment_id, reason=form, status=422)
    approval.send_back(actor(), assessment_id, act, why=form.why.data, now=now())
    return _to(assessment_id)


def _show(
    assessment_id: int,
    *,
    reason: ReasonForm | None = None,
    refusal: approval.NotReadyToSubmit | None = None,
    status: int = 200,
) -> tuple[str, int]:
    moment = now()
    row, marks = approval.get_mark_sheet(actor(), assessment_id, now=moment)
    undecided = approval.list_undecided(row) if row.state in _CHECKED else ()
    page = render_template(
        "assessing/show_marks.html",
        assessment=row,
        sheet=draw_sheet(row, pack_of(row.pack_version), scheme_of(row.scheme_version), marks),
        check=approval.check_ready(row, marks) if row.state == AssessmentState.DRAWN else None,
        undecided=undecided,
        moves=assessing.moves_of(actor(), row),
        reason=reason or ReasonForm(formdata=None),
        refusal=refusal,
        back=sent_back(row),
        component_word=component_word,
    )
    return page, status


def _to(assessment_id: int) -> Response:
    return redirect(url_for("assessing.show", assessment_id=assessment_id))
