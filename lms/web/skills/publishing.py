"""Pages on which a skill is uploaded, read line by line, and published."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from curriculum.framework_import import Origin
from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import framework_uploads
from lms.web.gate import actor, only_reads
from lms.web.skills.forms import SkillFileForm
from lms.web.skills.judging import bp
from lms.web.skills.routes import Page

__all__ = ["bp"]


@bp.route("/skills/upload", methods=["GET", "POST"])
@requires(Permission.FRAMEWORK_PUBLISH)
@only_reads
def upload() -> Page:
    """Upload a skill; a faulty text shows every fault, a sound one what became of each line."""
    form = SkillFileForm()
    if not form.validate_on_submit():
        return render_template("skills/upload.html", form=form, problems=()), 422 if form.errors else 200
    sent = form.file.data
    origin = Origin(
        source=form.source.data or sent.filename,
        licence=form.licence.data or "",
        edition=form.edition.data or None,
    )
    found = framework_uploads.check_upload(actor(), sent.filename, sent.read(), origin, form.language.data or None)
    digest, problems = found
    if digest is None:
        return render_template("skills/upload.html", form=form, problems=problems), 422
    return redirect(url_for("skills.show_draft", digest=digest))


@bp.get("/skills/drafts/<digest>")
@requires(Permission.FRAMEWORK_PUBLISH)
def show_draft(digest: str) -> str:
    """What was uploaded, beside the lines it was read from."""
    return render_template("skills/show_draft.html", draft=framework_uploads.get_draft(actor(), digest))


@bp.post("/skills/drafts/<digest>")
@requires(Permission.FRAMEWORK_PUBLISH)
def publish_draft(digest: str) -> Page:
    """Publish what was uploaded and shown."""
    row = framework_uploads.publish_draft(actor(), digest, now=now())
    flash(_("%(name)s is published, version %(number)s.", name=row.name, number=row.number), "done")
    return redirect(url_for("skills.show", skill=row.code, language=row.language))
