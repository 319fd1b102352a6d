"""Pages for those who write lessons: what is published, uploading, previewing, publishing, withdrawing."""

from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from curriculum.loading import file_stem
from curriculum.uploads import pack_files
from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import history, learning, lesson_catalogue, lesson_uploads
from lms.services.errors import Faulty
from lms.web.filters import say
from lms.web.gate import actor, only_reads
from lms.web.learning.reading import show
from lms.web.lessons import words
from lms.web.lessons.forms import LessonsForm
from lms.web.people.forms import ReasonForm

bp = Blueprint("lessons", __name__)
Page = str | Response | tuple[str, int]


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """The words of lessons, for templates."""
    return words.ALL


@bp.get("/packs/<int:pack_id>/lessons")
@requires(Permission.PACK_PUBLISH)
def list_lessons(pack_id: int) -> str:
    """The lessons of a pack, and what they are about."""
    page = lesson_catalogue.show_lessons(actor(), pack_id)
    acts = history.list_history("pack_version", page.row.id)
    return render_template("lessons/list_lessons.html", page=page, history=acts)


@bp.get("/packs/<int:pack_id>/lessons.zip")
@requires(Permission.PACK_PUBLISH)
def download_lessons(pack_id: int) -> Response:
    """All lessons of a pack as files, to be changed and uploaded again."""
    page = lesson_catalogue.show_lessons(actor(), pack_id)
    files = lesson_catalogue.lesson_files(actor(), pack_id)
    name = f"lessons-{file_stem(page.row.code)}.zip"
    content = BytesIO(pack_files(files, page.row.published_at))
    return send_file(content, mimetype="application/zip", as_attachment=True, download_name=name)


@bp.route("/packs/<int:pack_id>/lessons/new", methods=["GET", "POST"])
@requires(Permission.PACK_PUBLISH)
@only_reads
def upload_lessons(pack_id: int) -> Page:
    """Upload lessons; faulty ones show every fault, sound ones what publishing them would change."""
    page, form = lesson_catalogue.show_lessons(actor(), pack_id), LessonsForm()
    sent = form.sent() if form.validate_on_submit() else []
    if not sent:
        if form.is_submitted():
            form.files.errors = [*form.files.errors, _("Choose the folder or the files.")]
        status = 422 if form.is_submitted() else 200
        return render_template("lessons/upload_lessons.html", page=page, form=form, problems=()), status
    digest, problems = lesson_uploads.check_upload(actor(), pack_id, sent)
    if digest is None:
        return render_template("lessons/upload_lessons.html", page=page, form=form, problems=problems), 422
    return redirect(url_for("lessons.show_draft", digest=digest))


@bp.get("/lessons/drafts/<digest>")
@requires(Permission.PACK_PUBLISH)
def show_draft(digest: str) -> str:
    """What was uploaded, and what publishing it would change."""
    return render_template("lessons/show_draft.html", draft=lesson_uploads.get_draft(actor(), digest))


@bp.get("/lessons/drafts/<digest>/<int:number>")
@requires(Permission.PACK_PUBLISH)
def preview_lesson(digest: str, number: int) -> str:
    """One lesson of an upload as trainees would read it."""
    row, lesson = lesson_uploads.get_draft_lesson(actor(), digest, number)
    back = url_for("lessons.show_draft", digest=digest)
    return show(actor(), learning.preview(row, lesson), lesson.header.language, back)


@bp.post("/lessons/drafts/<digest>")
@requires(Permission.PACK_PUBLISH)
def publish_draft(digest: str) -> Response:
    """Publish what was uploaded."""
    row = lesson_uploads.publish_draft(actor(), digest, seen=request.form.get("seen", ""), now=now())
    flash(_("The lessons are published."), "done")
    return redirect(url_for("lessons.list_lessons", pack_id=row.id))


@bp.route("/packs/<int:pack_id>/lessons/<int:lesson_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.PACK_PUBLISH)
def withdraw_lesson(pack_id: int, lesson_id: int) -> Page:
    """Take a lesson away from readers, with a reason."""
    page, form = lesson_catalogue.show_lessons(actor(), pack_id), ReasonForm()
    version = lesson_catalogue.own_version(page, lesson_id)
    if form.validate_on_submit():
        try:
            lesson_catalogue.withdraw_lesson(actor(), pack_id, lesson_id, why=form.why.data, now=now())
        except Faulty as refusal:
            form.why.errors = [say(refusal.words)]
        else:
            flash(_("%(title)s is withdrawn.", title=version.row.title), "done")
            return redirect(url_for("lessons.list_lessons", pack_id=pack_id))
    status = 422 if form.errors else 200
    return render_template("lessons/withdraw_lesson.html", page=page, version=version, form=form), status
