"""The page of a draw's manifest with its plots, and its downloads: JSON, PDF and, after the release, all files."""

from io import BytesIO

from flask import Response as FlaskResponse
from flask import current_app, flash, redirect, render_template, send_file, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from assessments.manifest import manifest_text
from lms.clock import now
from lms.jobs.queue import wake
from lms.permissions import Permission, requires
from lms.services import commitments, proofs
from lms.services.errors import Absent
from lms.web.assessing.mark_sheets import bp
from lms.web.assessing.plots import plots_of
from lms.web.gate import actor


@bp.get("/assessments/<int:assessment_id>/manifest")
@requires(Permission.ASSESSMENT_READ)
def show_manifest(assessment_id: int) -> str:
    """What proves a draw: commitments, hashes, and how alike and how hard the papers are."""
    proof, language = proofs.get_proof(actor(), assessment_id), _language()
    return render_template(
        "assessing/show_manifest.html",
        proof=proof,
        sides=commitments.list_sides(actor(), proof.row),
        parts=[(part, plots_of(part.manifest)) for part in proof.parts],
        pdf=proofs.find_pdf(proof, language),
        is_printing=proofs.is_printing(proof, language),
    )


@bp.get("/assessments/<int:assessment_id>/manifest.json")
@requires(Permission.ASSESSMENT_READ)
def download_manifest(assessment_id: int) -> FlaskResponse:
    """The manifest as it may be seen now, as a file."""
    proof = proofs.get_proof(actor(), assessment_id)
    headers = {"Content-Disposition": f"attachment; filename={proof.row.code}-manifest.json"}
    return FlaskResponse(manifest_text(proof.manifest), mimetype="application/json", headers=headers)


@bp.get("/assessments/<int:assessment_id>/draw.zip")
@requires(Permission.ASSESSMENT_READ)
def download_files(assessment_id: int) -> Response:
    """All files of the draw, to be verified; after the release."""
    proof = proofs.get_proof(actor(), assessment_id)
    content, name = proofs.archive_of(proof), f"{proof.row.code}-draw.zip"
    return send_file(BytesIO(content), mimetype="application/zip", as_attachment=True, download_name=name)


@bp.get("/assessments/<int:assessment_id>/manifest.pdf")
@requires(Permission.ASSESSMENT_READ)
def download_pdf(assessment_id: int) -> Response:
    """The printed manifest, once a worker has made it."""
    proof = proofs.get_proof(actor(), assessment_id)
    pdf = proofs.find_pdf(proof, _language())
    if pdf is None:
        raise Absent
    name = f"{proof.row.code}-manifest.pdf"
    return send_file(BytesIO(pdf.content), mimetype="application/pdf", as_attachment=True, download_name=name)


@bp.post("/assessments/<int:assessment_id>/manifest/print")
@requires(Permission.ASSESSMENT_READ)
def print_manifest(assessment_id: int) -> Response:
    """Have the manifest printed."""
    job = proofs.request_pdf(actor(), assessment_id, _language(), now=now())
    if job is not None:
        wake(current_app.config["SETTINGS"], job.id)
        flash(_("The PDF is being made; its link stands here in a moment."), "done")
    return redirect(url_for("assessing.show_manifest", assessment_id=assessment_id))


def _language() -> str:
    return str(get_locale() or "en")
