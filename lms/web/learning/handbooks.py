"""Pages of handbooks: the lessons of a unit as a PDF to print; having it made, its state, and the download."""

from datetime import datetime
from io import BytesIO

from flask import current_app, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from curriculum.loading import file_stem
from lms import printing
from lms.clock import now
from lms.extensions import db
from lms.jobs.queue import wake
from lms.permissions import Permission, requires
from lms.services import handbooks
from lms.services.errors import Absent
from lms.web.gate import actor
from lms.web.learning.handbook import FOLDER, handbook_html
from lms.web.learning.reading import reading_language
from lms.web.learning.routes import bp


@bp.get("/learn/handbooks/<int:pack_id>/<unit>")
@requires(Permission.LESSON_READ)
def show_handbook(pack_id: int, unit: str) -> str:
    """Whether the handbook is there, is being printed, or could not be; leaving the page stops nothing."""
    found = handbooks.get_handbook(actor(), pack_id, unit, reading_language())
    return render_template(
        "learning/show_handbook.html",
        handbook=found,
        stem=unit,
        pdf=handbooks.find_pdf(found),
        job=handbooks.find_job(found),
    )


@bp.get("/learn/handbooks/<int:pack_id>/<unit>.pdf")
@requires(Permission.LESSON_READ)
def download_handbook(pack_id: int, unit: str) -> Response:
    """The printed handbook, once a worker has made it."""
    found = handbooks.get_handbook(actor(), pack_id, unit, reading_language())
    pdf = handbooks.find_pdf(found)
    if pdf is None:
        raise Absent
    name = f"{file_stem(found.unit.code)}-{found.language}.pdf"
    return send_file(BytesIO(pdf.content), mimetype="application/pdf", as_attachment=True, download_name=name)


@bp.post("/learn/handbooks/<int:pack_id>/<unit>/print")
@requires(Permission.LESSON_READ)
def request_handbook(pack_id: int, unit: str) -> Response:
    """Have the handbook printed."""
    found = handbooks.get_handbook(actor(), pack_id, unit, reading_language())
    job = handbooks.request_pdf(actor(), found, now=now())
    if job is not None:
        wake(current_app.config["SETTINGS"], job.id)
    return redirect(url_for("learning.show_handbook", pack_id=pack_id, unit=unit))


def print_handbook(pack_version_id: int, key: str, now: datetime) -> None:
    """Print a handbook (`key` says which and in what language) and keep it; once is enough."""
    handbook = handbooks.to_print(pack_version_id, key)
    if handbook is None:
        return
    page = handbook_html(handbook.pack, handbook.unit, handbook.lessons, handbook.language)
    db.session.rollback()  # laying out takes seconds, and answers are saved meanwhile
    handbooks.save_pdf(handbook, printing.print_pdf(page, FOLDER), now=now)
