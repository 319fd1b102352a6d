"""Pages of results and of requests to be assessed again."""

from collections.abc import Collection
from fractions import Fraction

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from assessments.decisions import Result
from assessments.reassessment import ReassessmentCheck
from assessments.scheme import rule_in_words
from lms.clock import now
from lms.permissions import Permission, requires
from lms.records.content import pack_of, scheme_of
from lms.records.results import result_of
from lms.services import appeals, certification, corrections, history, reassessment, results, rulings, takings
from lms.services.errors import Refusal
from lms.tables.assessing import CandidateRow
from lms.tables.marking import ReassessmentRow
from lms.web.appeals.forms import AppealForm
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.results.decided import draw_decided
from lms.web.results.forms import ACCEPT, AskForm, DecisionForm
from lms.web.results.picture import draw_corrections, marks_map, marks_table
from lms.web.results.retakes import RetakeView, draw_retake, units_in_words

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
    return result_page(candidate_id)


@bp.post("/results/<int:candidate_id>/reassessment")
@requires(Permission.REASSESSMENT_ASK)
def ask(candidate_id: int) -> Page:
    """Ask to be assessed again."""
    form = AskForm()
    if not form.validate_on_submit():
        return result_page(candidate_id, ask_form=form), 422
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


def result_page(
    candidate_id: int,
    *,
    ask_form: AskForm | None = None,
    appeal_form: AppealForm | None = None,
    appeal_refs: Collection[str] = (),
) -> str:
    """The page of a result, with a form as it was filled in."""
    sheet = results.get_sheet(actor(), candidate_id)
    request = reassessment.find_request(candidate_id) if sheet.released_at else None
    marked = sheet.result if sheet.result and sheet.result.conditions else None
    taking, check = takings.taking_of(sheet.candidate), sheet.reassessment(now())
    pack, worth = sheet.pack.of_units(taking.all_units), Fraction(sheet.scheme.mark_unit)
    return render_template(
        "results/show.html",
        sheet=sheet,
        map=marks_map(pack, marked.cell_scores, worth) if marked else None,
        table=marks_table(pack, marked, worth, taking) if marked else None,
        units=units_in_words(sheet.pack, taking),
        rule=rule_in_words(sheet.scheme),
        decided=draw_decided(sheet.scheme, sheet.result) if sheet.result else None,
        certificate=certification.find_of_candidate(candidate_id) if sheet.row and sheet.released_at else None,
        request_sheet=reassessment.sheet_of(actor(), request) if request else None,
        check=check,
        retake=_retake_view(sheet.candidate, sheet.result, check, request),
        corrected=draw_corrections(corrections.list_past(candidate_id), worth) if sheet.row else [],
        withdrawn=rulings.withdrawn_for(sheet.candidate) if sheet.row else (),
        appeal_sheets=_appeal_sheets(sheet.candidate) if sheet.released_at else [],
        appeal_units=sheet.pack.of_units(taking.units).units,
        appeal_check=appeals.check_appeal(sheet, now()),
        may_appeal_again=bool(sheet.row) and appeals.find_appeal(sheet.row.id) is None,
        history=history.list_history("candidate", candidate_id) if sheet.may_see else None,
        form=ask_form or AskForm(),
        appeal_form=appeal_form or AppealForm(formdata=None),
        appeal_refs=appeal_refs,
    )


def _appeal_sheets(candidate: CandidateRow) -> list[appeals.AppealSheet]:
    return [appeals.sheet_of(actor(), row) for row in appeals.list_of_candidate(candidate.id)]


def _retake_view(
    candidate: CandidateRow, result: Result | None, check: ReassessmentCheck | None, request: ReassessmentRow | None
) -> RetakeView | None:
    """What the next attempt would be about, while it can be asked for or has been and is not scheduled."""
    is_over = request is not None and request.next_candidate_id is not None
    if result is None or check is None or check.hold_by is None or is_over or not (check.allowed or request):
        return None
    worth = Fraction(scheme_of(candidate.assessment.scheme_version).mark_unit)
    return draw_retake(pack_of(candidate.assessment.pack_version), takings.retake_of(candidate, result), worth)


def _request_page(request_id: int, form: DecisionForm) -> str:
    page = reassessment.get_page(actor(), request_id, now())
    row, result = page.sheet.row, result_of(page.result) if page.result else None
    return render_template(
        "results/show_request.html",
        page=page,
        retake=_retake_view(row.candidate, result, page.check, row),
        sheet=page.sheet,
        request_row=page.sheet.row,
        form=form,
        history=history.list_history(reassessment.THING, request_id),
    )
