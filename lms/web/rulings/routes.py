"""Pages of rulings on items: who changes, proposed by one person, confirmed by another."""

from collections.abc import Sequence

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms.clock import now
from lms.jobs.queue import wake
from lms.permissions import Permission, requires
from lms.reports.writing import MIME
from lms.services import history, rulings
from lms.services.errors import Conflict, Faulty
from lms.services.ruled_items import get_item
from lms.services.ruling_previews import Preview
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.rulings.forms import AnswerForm, ProposeForm
from lms.web.rulings.lists import draw_preview, preview_file

bp = Blueprint("rulings", __name__)
Page = str | Response | tuple[str, int]


@bp.get("/rulings")
@requires(Permission.ITEM_RULE)
def list_rulings() -> str:
    """The rulings of the council."""
    return render_template("rulings/list_rulings.html", rulings=rulings.list_rulings(actor()))


@bp.get("/rulings/items/<int:item_version_id>")
@requires(Permission.ITEM_RULE)
def choose(item_version_id: int) -> Page:
    """Choose what a ruling does, and see who changes by it; nothing is done yet."""
    return _choose(item_version_id, ProposeForm(formdata=None), request.args.get("policy", ""), _options())


@bp.get("/rulings/items/<int:item_version_id>/changes.csv")
@requires(Permission.ITEM_RULE)
def download_choice(item_version_id: int) -> FlaskResponse:
    """Who would change by a ruling, as a file."""
    policy = request.args.get("policy", "")
    return _file(rulings.preview_of(actor(), item_version_id, policy=policy, options=_options()))


@bp.post("/rulings/items/<int:item_version_id>")
@requires(Permission.ITEM_RULE)
def propose(item_version_id: int) -> Page:
    """Propose a ruling to a colleague."""
    form, policy, options = ProposeForm(), request.form.get("policy", ""), _options()
    if not form.validate_on_submit():
        return _choose(item_version_id, form, policy, options, status=422)
    given = {"policy": policy, "options": options, "reason": form.reason.data, "seen": form.seen.data or ""}
    try:
        row = rulings.propose(actor(), item_version_id, **given, now=now())
    except rulings.PreviewChanged as refusal:
        return _choose(item_version_id, form, policy, options, status=refusal.status, warning=say(refusal.words))
    except Faulty as refusal:
        return _choose(item_version_id, form, policy, options, status=refusal.status)
    flash(_("The ruling is proposed. Somebody else has to confirm it; nothing is changed yet."), "done")
    return redirect(url_for("rulings.show", ruling_id=row.id))


@bp.get("/rulings/<int:ruling_id>")
@requires(Permission.ITEM_RULE)
def show(ruling_id: int) -> Page:
    """A ruling: who changes while it waits, what it changed once it is in force."""
    return _show(ruling_id, AnswerForm(formdata=None))


@bp.get("/rulings/<int:ruling_id>/changes.csv")
@requires(Permission.ITEM_RULE)
def download(ruling_id: int) -> FlaskResponse:
    """Who would change by a proposed ruling, as a file."""
    sheet = rulings.get_sheet(actor(), ruling_id)
    if sheet.preview is None:
        raise Conflict(rulings.ANSWERED)
    return _file(sheet.preview)


@bp.post("/rulings/<int:ruling_id>/confirm")
@requires(Permission.ITEM_RULE)
def confirm(ruling_id: int) -> Page:
    """Put a colleague's ruling in force."""
    try:
        job_id = rulings.confirm(actor(), ruling_id, seen=request.form.get("seen", ""), now=now())
    except rulings.PreviewChanged as refusal:
        return _show(ruling_id, AnswerForm(formdata=None), status=refusal.status, warning=say(refusal.words))
    if job_id is not None:
        wake(current_app.config["SETTINGS"], job_id)
    flash(_("The ruling is in force. Decided results are being corrected."), "done")
    return redirect(url_for("rulings.show", ruling_id=ruling_id))


@bp.post("/rulings/<int:ruling_id>/refuse")
@requires(Permission.ITEM_RULE)
def refuse(ruling_id: int) -> Page:
    """Refuse a ruling, or take one's own back."""
    form = AnswerForm()
    if not form.validate_on_submit():
        return _show(ruling_id, form, status=422)
    rulings.refuse(actor(), ruling_id, reason=form.reason.data, now=now())
    return redirect(url_for("rulings.show", ruling_id=ruling_id))


@bp.post("/rulings/<int:ruling_id>/renew")
@requires(Permission.ITEM_RULE)
def renew(ruling_id: int) -> Page:
    """Propose a ruling anew on the figures of now."""
    row = rulings.renew(actor(), ruling_id, seen=request.form.get("seen", ""), now=now())
    flash(_("The ruling is proposed anew. Somebody else has to confirm it."), "done")
    return redirect(url_for("rulings.show", ruling_id=row.id))


def _options() -> list[str]:
    return request.values.getlist("options")[:26]


def _choose(
    item_version_id: int,
    form: ProposeForm,
    policy: str,
    options: Sequence[str],
    *,
    status: int = 200,
    warning: str = "",
) -> Page:
    item = get_item(actor(), item_version_id)
    preview, fault = None, ""
    if policy:
        try:
            preview = rulings.preview_of(actor(), item_version_id, policy=policy, options=options)
        except Faulty as refusal:
            fault, status = say(refusal.words), refusal.status
    html = render_template(
        "rulings/choose.html",
        item=item,
        policy=policy,
        options=options or [item.key.right],
        shown=_drawn(preview),
        fault=fault,
        warning=warning,
        form=form,
        address=_here(policy, options),
    )
    return html, status


def _show(ruling_id: int, form: AnswerForm, *, status: int = 200, warning: str = "") -> Page:
    sheet = rulings.get_sheet(actor(), ruling_id)
    html = render_template(
        "rulings/show.html",
        sheet=sheet,
        shown=_drawn(sheet.preview),
        corrected=rulings.list_corrected(ruling_id),
        warning=warning,
        form=form,
        address={},
        history=history.list_history(rulings.THING, ruling_id),
    )
    return html, status


def _drawn(preview: Preview | None):  # type: ignore[no-untyped-def]
    if preview is None:
        return None
    return draw_preview(preview, request.args.get("sort", ""), shows_all=request.args.get("all") == "1")


def _here(policy: str, options: Sequence[str]) -> dict[str, object]:
    return {"policy": policy, "options": list(options)}


def _file(preview: Preview) -> FlaskResponse:
    name = f"attachment; filename=changes-{preview.ruling.item}.csv"
    return FlaskResponse(preview_file(preview), mimetype=MIME["csv"], headers={"Content-Disposition": name})
