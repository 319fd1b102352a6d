"""Pages of appeals: asked by the candidate, answered by the agency, decided by the council."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms.clock import now
from lms.permissions import Permission, requires
from lms.records.content import scheme_of
from lms.services import appeal_answers, appeals, history
from lms.services.errors import Faulty
from lms.web.appeals.forms import AppealForm, FindingsForm, ReasonForm
from lms.web.appeals.pages import draw_criteria, draw_proposed, marks_of
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.results.routes import result_page

bp = Blueprint("appeals", __name__)
Page = str | Response | tuple[str, int]
_SHARE = "share-"


@bp.post("/results/<int:candidate_id>/appeal")
@requires(Permission.APPEAL_ASK)
def ask(candidate_id: int) -> Page:
    """Ask that one's own result be checked again."""
    form, refs = AppealForm(), request.form.getlist("refs")
    if not form.validate_on_submit():
        return result_page(candidate_id, appeal_form=form, appeal_refs=refs), 422
    try:
        appeals.ask(actor(), candidate_id, reason=form.reason.data, refs=refs, now=now())
    except Faulty as refusal:
        form.reason.errors = [say(refusal.words)]
        return result_page(candidate_id, appeal_form=form, appeal_refs=refs), refusal.status
    flash(_("Your request is sent. The assessment agency checks first; this page says where it stands."), "done")
    return redirect(url_for("results.show", candidate_id=candidate_id, _anchor="appeal"))


@bp.get("/appeals")
@requires(Permission.APPEAL_DECIDE)
def list_appeals() -> str:
    """The appeals that the organisation answers."""
    return render_template("appeals/list_appeals.html", sheets=appeals.list_appeals(actor()))


@bp.get("/appeals/<int:appeal_id>")
@requires(Permission.APPEAL_DECIDE)
def show(appeal_id: int) -> str:
    """An appeal with what is needed to answer it."""
    return _page(appeal_id)


@bp.post("/appeals/<int:appeal_id>/answer")
@requires(Permission.APPEAL_DECIDE)
def answer(appeal_id: int) -> Page:
    """The agency says what it found."""
    form = FindingsForm()
    findings = {name: form[name].data or "" for name in appeal_answers.FINDINGS}
    return _done(
        appeal_id,
        form,
        lambda: appeal_answers.answer(actor(), appeal_id, findings=findings, reason=form.reason.data or "", now=now()),
    )


@bp.post("/appeals/<int:appeal_id>/reject")
@requires(Permission.APPEAL_DECIDE)
def reject(appeal_id: int) -> Page:
    """The council does not uphold the appeal."""
    form = ReasonForm()
    return _done(
        appeal_id, form, lambda: appeal_answers.reject(actor(), appeal_id, reason=form.reason.data or "", now=now())
    )


@bp.post("/appeals/<int:appeal_id>/propose")
@requires(Permission.APPEAL_DECIDE)
def propose(appeal_id: int) -> Page:
    """The council proposes corrected levels."""
    form = ReasonForm()
    shares = {name.removeprefix(_SHARE): value for name, value in request.form.items() if name.startswith(_SHARE)}
    return _done(
        appeal_id,
        form,
        lambda: appeal_answers.propose(actor(), appeal_id, shares=shares, reason=form.reason.data or "", now=now()),
        opened="propose",
    )


@bp.post("/appeals/<int:appeal_id>/send-back")
@requires(Permission.APPEAL_DECIDE)
def send_back(appeal_id: int) -> Page:
    """Take a proposal back."""
    form = ReasonForm()
    return _done(
        appeal_id, form, lambda: appeal_answers.send_back(actor(), appeal_id, reason=form.reason.data or "", now=now())
    )


@bp.post("/appeals/<int:appeal_id>/confirm")
@requires(Permission.APPEAL_DECIDE)
def confirm(appeal_id: int) -> Page:
    """Uphold the appeal as a colleague proposed."""
    appeal_answers.confirm(actor(), appeal_id, now=now())
    flash(_("The appeal is upheld and the result corrected."), "done")
    return redirect(url_for("appeals.show", appeal_id=appeal_id))


def _done(appeal_id: int, form: FindingsForm | ReasonForm, act: Callable[[], None], *, opened: str = "") -> Page:
    """Do what a form asks; its faults stand beside its fields."""
    if not form.validate_on_submit():
        return _page(appeal_id, form, opened), 422
    try:
        act()
    except Faulty as refusal:
        form.reason.errors = [say(refusal.words)]
        return _page(appeal_id, form, opened), refusal.status
    return redirect(url_for("appeals.show", appeal_id=appeal_id))


def _page(appeal_id: int, form: FindingsForm | ReasonForm | None = None, opened: str = "") -> str:
    sheet = appeals.sheet_of(actor(), appeals.get_appeal(actor(), appeal_id))
    practical = appeal_answers.find_practical(sheet.row)
    proposal = appeal_answers.find_proposal(sheet.row)
    return render_template(
        "appeals/show.html",
        sheet=sheet,
        candidate=sheet.candidate,
        criteria=draw_criteria(practical.units, practical.held, sheet.refs),
        proposal=proposal,
        proposed=draw_proposed(practical.units, proposal),
        marks_of=partial(marks_of, mark_unit=scheme_of(sheet.candidate.assessment.scheme_version).mark_unit),
        recomputes_alike=appeal_answers.recomputes_alike(sheet.row),
        findings_form=form if isinstance(form, FindingsForm) else FindingsForm(formdata=None),
        reason_form=form if isinstance(form, ReasonForm) else ReasonForm(formdata=None),
        opened=opened,
        history=history.list_history(appeals.THING, appeal_id),
    )
