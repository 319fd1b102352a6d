"""Pages of results and of requests to be assessed again."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from assessments.scheme import rule_in_words
from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import certification, history, reassessment, results
from lms.services.errors import Refusal
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.results.forms import ACCEPT, AskForm, DecisionForm
from lms.web.results.picture import marks_map, marks_table

bp = Blueprint("results", __name__)
Page = str | Response | tuple[str, int]


@bp.get("/results")
@requires(Permission.RESULT_READ_OWN)
def list_own() -> str:
    """The trainee's own assessments and what came of them."""
    return render_template("results/list_own.html", results=results.list_own(actor()))


@bp.get("/results/<int:candidate_id>")
@requires(Permission.RESULT_READ)
def show(candidate_id: int) -> str:
    """A candidate's result with its reasons, and what comes next."""
    return _result_page(candidate_id, AskForm())


@bp.post("/results/<int:candidate_id>/reassessment")
@requires(Permission.REASSESSMENT_ASK)
def ask(candidate_id: int) -> Page:
    """Ask to be assessed again."""
    form = AskForm()
    if not form.validate_on_submit():
        return _result_page(candidate_id, form), 422
    reassessment.ask(actor(), candidate_id, reason=form.reason.data or "", now=now())
    flash(_("Your request is sent. The training centre decides first; this page says where it stands."), "done")
    return redirect(url_for("results.show", candidate_id=candidate_id, _anchor="next"))


@bp.get("/reassessments")
@requires(Permission.REASSESSMENT_DECIDE)
def list_requests() -> str:
    """The requests for reassessment that the organisation has a say in."""
    sheets = reassessment.list_requests(actor())
    turn = [sheet for sheet in sheets if sheet.is_mine or sheet.may_schedule]
    return render_template(
        "results/list_requests.html", turn=turn, others=[sheet for sheet in sheets if sheet not in turn]
    )


@bp.get("/reassessments/<int:request_id>")
@requires(Permission.REASSESSMENT_DECIDE)
def show_request(request_id: int) -> str:
    """A request with what is needed to decide it."""
    return _request_page(request_id, DecisionForm())


@bp.post("/reassessments/<int:request_id>")
@requires(Permission.REASSESSMENT_DECIDE)
def decide_request(request_id: int) -> Page:
    """Accept or refuse at one level."""
    form = DecisionForm()
    if not form.validate_on_submit():
        return _request_page(request_id, form), 422
    try:
        reassessment.decide(
            actor(),
            request_id,
            level=form.level.data,
            is_accepted=form.decision.data == ACCEPT,
            reason=form.reason.data,
            now=now(),
        )
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        form.reason.errors = [say(refusal.words)]
        return _request_page(request_id, form), 422
    return redirect(url_for("results.show_request", request_id=request_id))


def _result_page(candidate_id: int, form: AskForm) -> str:
    sheet = results.get_sheet(actor(), candidate_id)
    request = reassessment.find_request(candidate_id) if sheet.released_at else None
    marked = sheet.result if sheet.result and sheet.result.conditions else None
    return render_template(
        "results/show.html",
        sheet=sheet,
        map=marks_map(sheet.pack, marked) if marked else None,
        table=marks_table(sheet.pack, marked) if marked else None,
        rule=rule_in_words(sheet.scheme),
        certificate=certification.find_of_result(sheet.row.id) if sheet.row and sheet.released_at else None,
        request_sheet=reassessment.sheet_of(actor(), request) if request else None,
        check=sheet.reassessment(now()),
        history=history.list_history("candidate", candidate_id) if sheet.may_see else None,
        form=form,
    )


def _request_page(request_id: int, form: DecisionForm) -> str:
    page = reassessment.get_page(actor(), request_id, now())
    return render_template(
        "results/show_request.html",
        page=page,
        sheet=page.sheet,
        request_row=page.sheet.row,
        form=form,
        history=history.list_history(reassessment.THING, request_id),
    )
