"""The page of exports and its files."""

from io import BytesIO

from flask import Blueprint, render_template, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms.clock import now
from lms.permissions import Permission, requires
from lms.reports.writing import MIME
from lms.services import exports
from lms.services.days import day_of
from lms.web.exports.forms import FilterForm
from lms.web.gate import actor

bp = Blueprint("exports", __name__, url_prefix="/exports")
Page = str | Response | tuple[str, int]


@bp.get("")
@requires(Permission.RESULTS_EXPORT)
def show() -> Page:
    """Choose, see how many lines that is, download."""
    form = _form()
    return _page(form, is_good=form.validate())


@bp.post("/results.<any(xlsx, csv):kind>")
@requires(Permission.RESULTS_EXPORT)
def download(kind: str) -> Page:
    """The file of what was chosen; that it was made stands in the council's history."""
    form, moment = _form(), now()
    if not form.validate():
        return _page(form, is_good=False)
    content = exports.export(actor(), form.filters(), kind, now=moment)
    name = f"results-{day_of(moment).isoformat()}.{kind}"
    return send_file(BytesIO(content), mimetype=MIME[kind], as_attachment=True, download_name=name)


def _form() -> FilterForm:
    form = FilterForm(request.values)
    form.offer(exports.list_offered(actor()), _("All"))
    return form


def _page(form: FilterForm, *, is_good: bool) -> tuple[str, int]:
    size = exports.count(actor(), form.filters()) if is_good else None
    page = render_template(
        "exports/show.html", form=form, size=size, most=exports.MOST_LINES, has_results=len(form.pack.choices) > 1
    )
    return page, 200 if is_good else 422
