"""The page of the secrets that papers are drawn from: what each side committed to, and a side's own secret."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import commitments
from lms.services.assessing import Side
from lms.services.errors import Faulty
from lms.web.assessing.forms import CommitmentForm, SecretForm
from lms.web.assessing.proofs import bp
from lms.web.filters import say
from lms.web.gate import actor

Page = str | Response | tuple[str, int]
_PLACE = "/assessments/<int:assessment_id>/secrets"


@bp.get(_PLACE)
@requires(Permission.ASSESSMENT_READ)
def show_secrets(assessment_id: int) -> Page:
    """Both commitments; for one's own side the ways to commit and to enter the secret."""
    return _show(assessment_id)


@bp.post(f"{_PLACE}/<any(agency, council):side>/keep")
@requires(Permission.ASSESSMENT_READ)
def keep_secret(assessment_id: int, side: str) -> Page:
    """Let the site make and keep the side's secret."""
    commitments.keep_secret(actor(), assessment_id, Side(side), now=now())
    flash(_("The site keeps a new secret for you. Only its SHA-256 is shown until the results are released."), "done")
    return _back(assessment_id)


@bp.post(f"{_PLACE}/<any(agency, council):side>/bring")
@requires(Permission.ASSESSMENT_READ)
def bring_secret(assessment_id: int, side: str) -> Page:
    """Commit to a secret of one's own by its hash."""
    form = CommitmentForm()
    if not form.validate_on_submit():
        return _show(assessment_id, commit=form, status=422)
    try:
        commitments.bring_secret(actor(), assessment_id, Side(side), form.commitment.data, now=now())
    except Faulty as refusal:
        form.commitment.errors = [say(refusal.words)]
        return _show(assessment_id, commit=form, status=422)
    flash(_("You are committed to your own secret. Keep it; you enter it here before the papers are drawn."), "done")
    return _back(assessment_id)


@bp.post(f"{_PLACE}/<any(agency, council):side>/enter")
@requires(Permission.ASSESSMENT_READ)
def enter_secret(assessment_id: int, side: str) -> Page:
    """Enter the secret that was committed to."""
    form = SecretForm()
    if not form.validate_on_submit():
        return _show(assessment_id, enter=form, status=422)
    try:
        commitments.enter_secret(actor(), assessment_id, Side(side), form.secret.data, now=now())
    except Faulty as refusal:
        form.secret.errors = [say(refusal.words)]
        return _show(assessment_id, enter=form, status=422)
    flash(_("The secret is the one that was committed to."), "done")
    return redirect(url_for("assessing.show", assessment_id=assessment_id))


def _show(
    assessment_id: int, *, commit: CommitmentForm | None = None, enter: SecretForm | None = None, status: int = 200
) -> tuple[str, int]:
    row, sides = commitments.get_sides(actor(), assessment_id)
    page = render_template(
        "assessing/show_secrets.html",
        assessment=row,
        sides=sides,
        commit=commit or CommitmentForm(formdata=None),
        enter=enter or SecretForm(formdata=None),
    )
    return page, status


def _back(assessment_id: int) -> Response:
    return redirect(url_for("assessing.show_secrets", assessment_id=assessment_id))
