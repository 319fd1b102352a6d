"""Pages of assessments: list, schedule, one assessment, its assessors, extra time, and the acts on candidates."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from lms.clock import now
from lms.jobs.queue import wake
from lms.permissions import Permission, requires
from lms.services import approval, assessing, assessors, drawing, presence, scheduling
from lms.services.assessing_overview import get_overview
from lms.services.errors import Faulty
from lms.tables.assessing import AssessmentState
from lms.web.assessing.forms import AgencyForm, AssessorsForm, ScheduleForm
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.intake import whole_number
from lms.web.people.forms import ReasonForm
from lms.web.words import ASSESSMENT

bp = Blueprint("assessing", __name__)
Page = str | Response | tuple[str, int]


@bp.get("/assessments")
@requires(Permission.ASSESSMENT_READ)
def list_assessments() -> str:
    """The assessments one has a part in."""
    wished, text = request.args.get("state", ""), request.args.get("text", "")
    state = AssessmentState(wished) if wished in set(AssessmentState) else None
    found = assessing.list_assessments(actor(), state=state, text=text)
    return render_template("assessing/list_assessments.html", found=found, state=state, text=text, states=ASSESSMENT)


@bp.route("/assessments/new", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_SCHEDULE)
def schedule() -> Page:
    """Choose a batch; then say when it is assessed and by whom."""
    batch, again = request.args.get("batch", type=whole_number), request.args.get("kind") == "again"
    if batch is None:
        return render_template("assessing/choose_batch.html", batches=scheduling.list_batches(actor()))
    form = ScheduleForm()
    form.agency.choices = [(row.id, row.name) for row in scheduling.list_agencies(actor())]
    roster = scheduling.get_roster(actor(), batch, again=again)
    fault, status = "", 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            row = scheduling.schedule(
                actor(),
                batch_id=batch,
                agency_id=form.agency.data,
                again=again,
                opens_at=form.opens_at.data,
                closes_at=form.closes_at.data,
                extra_minutes=_minutes("extra"),
                now=now(),
            )
        except scheduling.FaultyExtraTime as refusal:
            fault = say(refusal.words)
        except Faulty as refusal:
            form.closes_at.errors = [*form.closes_at.errors, say(refusal.words)]
        else:
            flash(_("%(code)s is scheduled; the agency is asked to assess.", code=row.code), "done")
            if waiting := len(roster.entries) - len(row.candidates):
                words = ngettext("%(num)d waits for another day.", "%(num)d wait for another day.", waiting)
                flash(words, "info")
            return _to(row.id)
    facts = {"roster": roster, "again": again, "given": request.form, "fault": fault}
    return render_template("assessing/schedule.html", form=form, **facts), status


@bp.get("/assessments/<int:assessment_id>")
@requires(Permission.ASSESSMENT_READ)
def show(assessment_id: int) -> Page:
    """One assessment: where it stands, what one can do, its candidates."""
    return _show(assessment_id)


@bp.post("/assessments/<int:assessment_id>/accept")
@requires(Permission.ASSESSMENT_ANSWER)
def accept(assessment_id: int) -> Page:
    """The agency takes the assessment on."""
    scheduling.answer(actor(), assessment_id, "accept", now=now())
    return _to(assessment_id)


@bp.post("/assessments/<int:assessment_id>/decline")
@requires(Permission.ASSESSMENT_ANSWER)
def decline(assessment_id: int) -> Page:
    """The agency declines, with the reason."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _show(assessment_id, reason=form, status=422)
    scheduling.answer(actor(), assessment_id, "decline", why=form.why.data, now=now())
    return _to(assessment_id)


@bp.post("/assessments/<int:assessment_id>/propose")
@requires(Permission.ASSESSMENT_SCHEDULE)
def propose(assessment_id: int) -> Page:
    """The council asks another agency."""
    form = AgencyForm()
    form.agency.choices = [(row.id, row.name) for row in scheduling.list_agencies(actor())]
    if not form.validate_on_submit():
        return _show(assessment_id, agency=form, status=422)
    scheduling.propose_to(actor(), assessment_id, form.agency.data, now=now())
    return _to(assessment_id)


@bp.post("/assessments/<int:assessment_id>/draw")
@requires(Permission.ASSESSMENT_DRAW)
def draw(assessment_id: int) -> Page:
    """Draw all papers and practicals at once; of many candidates a worker does, and the page tells how far it is."""
    try:
        job = drawing.request_draw(actor(), assessment_id, now=now())
    except drawing.DrawRefused as refusal:
        return _show(assessment_id, refusal=refusal, status=refusal.status)
    if job is not None:
        wake(current_app.config["SETTINGS"], job.id)
        return _to(assessment_id)
    flash(_("All papers and practicals are drawn. The manifest shows how they differ."), "done")
    return _to(assessment_id)


@bp.route("/assessments/<int:assessment_id>/assessors", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_DRAW)
def name_assessors(assessment_id: int) -> Page:
    """The agency names who assesses."""
    row = assessing.get_assessment(actor(), assessment_id)
    known = assessors.list_assessors(actor(), row)
    form = AssessorsForm(data={"people": [entry.person_id for entry in row.assessors]})
    form.people.choices = [(person.id, person.name) for person, _reason in known]
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            assessors.name_assessors(actor(), assessment_id, form.people.data, now=now())
        except Faulty as refusal:
            form.people.errors = [say(refusal.words)]
        else:
            return _to(assessment_id)
    facts = {"needed": assessors.assessors_needed(len(row.candidates)), "most": assessors.CANDIDATES_PER_ASSESSOR}
    return render_template("assessing/name_assessors.html", form=form, assessment=row, known=known, **facts), status


@bp.route("/assessments/<int:assessment_id>/extra-time", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_SCHEDULE)
def give_extra_time(assessment_id: int) -> Page:
    """Extra minutes for candidates who have not started."""
    overview = get_overview(actor(), assessment_id, now=now())
    fault, status = "", 200
    if request.method == "POST":
        try:
            presence.give_extra_minutes(actor(), assessment_id, _minutes("extra"), now=now())
        except Faulty as refusal:
            fault, status = say(refusal.words), refusal.status
        else:
            flash(_("The extra time is saved."), "done")
            return _to(assessment_id)
    page = render_template("assessing/give_extra_time.html", overview=overview, fault=fault, given=request.form)
    return page, status


@bp.post("/assessments/<int:assessment_id>/candidates/<int:candidate_id>/absent")
@requires(Permission.ASSESSMENT_READ)
def mark_absent(assessment_id: int, candidate_id: int) -> Page:
    """A candidate did not come."""
    presence.mark_absent(actor(), assessment_id, candidate_id, now=now())
    return _to(assessment_id, "candidates")


@bp.post("/assessments/<int:assessment_id>/candidates/<int:candidate_id>/undo")
@requires(Permission.ASSESSMENT_READ)
def undo_absent(assessment_id: int, candidate_id: int) -> Page:
    """The candidate came after all."""
    presence.restore(actor(), assessment_id, candidate_id, now=now())
    return _to(assessment_id, "candidates")


@bp.route(
    "/assessments/<int:assessment_id>/candidates/<int:candidate_id>/<any(disqualify, restore):act>",
    methods=["GET", "POST"],
)
@requires(Permission.ASSESSMENT_READ)
def judge_candidate(assessment_id: int, candidate_id: int, act: str) -> Page:
    """Disqualify a candidate, or take that back, with the reason."""
    row = assessing.get_assessment(actor(), assessment_id)
    candidate = assessing.get_candidate(row, candidate_id)
    form = ReasonForm()
    if form.validate_on_submit():
        do = presence.disqualify if act == "disqualify" else presence.restore
        do(actor(), assessment_id, candidate_id, why=form.why.data, now=now())
        return _to(assessment_id, "candidates")
    page = render_template("assessing/judge_candidate.html", assessment=row, candidate=candidate, form=form, act=act)
    return page, 422 if form.errors else 200


def _show(
    assessment_id: int,
    *,
    reason: ReasonForm | None = None,
    agency: AgencyForm | None = None,
    refusal: drawing.DrawRefused | None = None,
    status: int = 200,
) -> tuple[str, int]:
    overview = get_overview(actor(), assessment_id, now=now())
    agency = agency or AgencyForm(formdata=None)
    agency.agency.choices = [(row.id, row.name) for row in overview.agencies]
    page = render_template(
        "assessing/show_assessment.html",
        overview=overview,
        reason=reason or ReasonForm(formdata=None),
        agency=agency,
        refusal=refusal,
        history=approval.list_history(actor(), overview.row),
    )
    return page, status


def _to(assessment_id: int, place: str | None = None) -> Response:
    return redirect(url_for("assessing.show", assessment_id=assessment_id, _anchor=place))


def _minutes(name: str) -> dict[int, int]:
    """The whole numbers of the fields `name-<id>`, by id; raises FaultyExtraTime for anything else."""
    found = {}
    for field, text in request.form.items():
        start, _dash, number = field.partition("-")
        if start != name or not text.strip():
            continue
        try:
            found[whole_number(number)] = whole_number(text.strip())
        except ValueError as fault:
            raise scheduling.FaultyExtraTime(assessing.WHOLE_MINUTES) from fault
    return found
