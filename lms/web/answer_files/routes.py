"""The page on which whoever invigilates brings in the answers of a device that could not send them."""

from flask import Blueprint, render_template

from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import answer_files, invigilation
from lms.services.errors import Faulty
from lms.web.answer_files.forms import AnswerFileForm
from lms.web.filters import say
from lms.web.gate import actor

bp = Blueprint("answer_files", __name__)


@bp.route("/assessments/<int:assessment_id>/answer-files", methods=["GET", "POST"])
@requires(Permission.EXAM_INVIGILATE)
def take_in(assessment_id: int) -> str | tuple[str, int]:
    """Choose a file; then see what of it was new."""
    assessment, form, taken = invigilation.get_room(actor(), assessment_id), AnswerFileForm(), None
    if form.validate_on_submit():
        try:
            taken = answer_files.take_in(actor(), assessment_id, form.file.data.read(), now=now())
        except Faulty as refusal:
            form.file.errors = [say(refusal.words)]
    page = render_template("answer_files/take_in.html", assessment=assessment, form=form, taken=taken)
    return page, 422 if form.errors or form.file.errors else 200
