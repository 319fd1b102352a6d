"""Pages of an exam on paper: the day at a glance, what is printed for it, and how its sheets are entered."""

from io import BytesIO

from flask import current_app, flash, redirect, render_template, send_file, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms.clock import now
from lms.jobs.queue import wake
from lms.permissions import Permission, requires
from lms.services import assessing, history, paper_entries, paper_prints
from lms.services.assessing import Side
from lms.web.gate import actor
from lms.web.paper.entry import Page, bp
from lms.web.paper.forms import UploadForm
from lms.web.paper.words import SHEET_LOOK, SHEET_STATE


@bp.get("")
@requires(Permission.EXAM_INVIGILATE)
def show(assessment_id: int) -> Page:
    """How a day on paper runs, what is printed for it, and how far the answer sheets are entered."""
    row, desks = paper_entries.get_day(actor(), assessment_id)
    return render_template(
        "paper/show_day.html",
        assessment=row,
        desks=desks,
        person_id=actor().person_id,
        words=SHEET_STATE,
        looks=SHEET_LOOK,
        prints=paper_prints.prints_of(row),
        prints_papers=Side.AGENCY in assessing.sides_of(actor(), row),
        is_double=paper_entries.is_double(row),
        is_open=paper_entries.is_open(row, now()),
        form=UploadForm(formdata=None),
        history=history.list_history(assessing.THING, row.id),
    )


@bp.post("/print")
@requires(Permission.ASSESSMENT_DRAW)
def print_papers(assessment_id: int) -> Response:
    """Have booklets, answer sheets and the papers of the room printed."""
    job = paper_prints.request_prints(actor(), assessment_id, str(get_locale() or "en"), now=now())
    if job is not None:
        wake(current_app.config["SETTINGS"], job.id)
        flash(
            _("The papers are being made. Each takes about a second; their links stand here as they are done."), "done"
        )
    return _to(assessment_id)


@bp.get("/prints/<int:print_id>.pdf")
@requires(Permission.ASSESSMENT_DRAW)
def download_print(assessment_id: int, print_id: int) -> Response:
    """One printed part."""
    found = paper_prints.get_print(actor(), assessment_id, print_id)
    name = paper_prints.name_of(found, assessing.get_assessment(actor(), assessment_id).candidates)
    return send_file(BytesIO(found.content), mimetype="application/pdf", as_attachment=True, download_name=name)


@bp.get("/papers.zip")
@requires(Permission.ASSESSMENT_DRAW)
def download_all(assessment_id: int) -> Response:
    """All printed parts in one file."""
    row, content = paper_prints.archive_of(actor(), assessment_id)
    name = f"{row.code}-paper.zip"
    return send_file(BytesIO(content), mimetype="application/zip", as_attachment=True, download_name=name)


@bp.post("/<any(twice, once):how>")
@requires(Permission.ASSESSMENT_DRAW)
def set_double(assessment_id: int, how: str) -> Response:
    """Say whether two persons enter each sheet."""
    paper_entries.set_double(actor(), assessment_id, how == "twice", now=now())
    return _to(assessment_id, "sheets")


def _to(assessment_id: int, place: str | None = None) -> Response:
    return redirect(url_for("paper.show", assessment_id=assessment_id, _anchor=place))
