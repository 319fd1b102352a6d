"""Pages of job roles: what is asked, how ready somebody is, who of a batch is nearest, and declared evidence."""

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms.clock import now
from lms.permissions import Permission, requires
from lms.records.content import role_of
from lms.reports.nearest import nearest_file
from lms.services import declarations, history, page_prints, role_readiness, role_uploads, roles
from lms.services.errors import Absent, Faulty
from lms.services.page_prints import PagePrint
from lms.services.role_readiness import Report
from lms.tables.training import TraineeRow
from lms.web.filters import say
from lms.web.gate import actor, only_reads
from lms.web.page_prints import answer_with, have_printed, report_print
from lms.web.roles.forms import CheckForm, DeclareForm, RoleUploadForm
from lms.web.roles.heat_map import role_heat_map
from lms.web.roles.picture import coverage_map, groups_of, person_map
from lms.web.roles.words import WORDS
from lms.web.training.downloads import file_answer

bp = Blueprint("roles", __name__)
Page = str | AnyResponse | tuple[str, int]


for _name, _word in {**WORDS, "role_groups": groups_of}.items():
    bp.add_app_template_global(_word, _name)


@bp.get("/roles")
@requires(Permission.ROLE_READ)
def list_roles() -> str:
    """All published job roles."""
    entries = roles.list_roles(actor())
    return render_template(
        "roles/list_roles.html",
        entries=[(entry, coverage_map(entry.role)) for entry in entries],
        prepares=actor().may(Permission.ROLE_PREPARE),
    )


@bp.get("/roles/<int:role_id>")
@requires(Permission.ROLE_READ)
def show_role(role_id: int) -> str:
    """One job role: areas, duties, and what shows each of them."""
    page = roles.show_role(actor(), role_id)
    return render_template(
        "roles/show_role.html",
        page=page,
        role=page.role,
        map=coverage_map(page.role),
        prepares=actor().may(Permission.ROLE_PREPARE),
        batches=role_readiness.list_batches(actor(), now()) if actor().may(Permission.BATCH_READ) else (),
    )


@bp.route("/roles/new", methods=["GET", "POST"])
@requires(Permission.PACK_PUBLISH)
@only_reads
def upload_role() -> Page:
    """Upload a role; a faulty one shows every fault, a sound one what publishing it would do."""
    form = RoleUploadForm()
    if not form.validate_on_submit():
        return render_template("roles/upload_role.html", form=form, problems=()), 422 if form.errors else 200
    file = form.file.data
    digest, problems = role_uploads.check_upload(actor(), file.filename or _("file"), file.read())
    if digest is None:
        return render_template("roles/upload_role.html", form=form, problems=problems), 422
    return redirect(url_for("roles.show_draft", digest=digest))


@bp.get("/roles/drafts/<digest>")
@requires(Permission.PACK_PUBLISH)
def show_draft(digest: str) -> str:
    """What was uploaded, and what publishing it would do."""
    draft = role_uploads.get_draft(actor(), digest)
    return render_template("roles/show_draft.html", draft=draft, role=draft.role, map=coverage_map(draft.role))


@bp.post("/roles/drafts/<digest>")
@requires(Permission.PACK_PUBLISH)
def publish_draft(digest: str) -> Page:
    """Publish what was uploaded."""
    row = role_uploads.publish_draft(actor(), digest, now=now())
    flash(_("%(code)s version %(version)s is published.", code=row.code, version=row.version), "done")
    return redirect(url_for("roles.show_role", role_id=row.id))


@bp.get("/roles/<int:role_id>/mine")
@requires(Permission.ROLE_PREPARE)
def show_own(role_id: int) -> str:
    """How ready one is for a role."""
    report = role_readiness.own_report(actor(), role_id, now(), str(get_locale() or "en"))
    return _report_page(report, None)


@bp.post("/roles/<int:role_id>/mine/print")
@requires(Permission.ROLE_PREPARE)
def print_own(role_id: int) -> AnyResponse:
    """Have one's own report printed."""
    have_printed(actor(), _own_print(role_id), now())
    return redirect(url_for("roles.show_own", role_id=role_id, _anchor="print"))


@bp.get("/roles/<int:role_id>/mine.pdf")
@requires(Permission.ROLE_PREPARE)
def download_own(role_id: int) -> AnyResponse:
    """One's own report, once a worker has printed it."""
    return answer_with(_own_print(role_id), f"job-role-{role_id}.pdf")


@bp.get("/batches/<int:batch_id>/trainees/<int:trainee_id>/roles/<int:role_id>")
@requires(Permission.BATCH_READ)
def show_trainee(batch_id: int, trainee_id: int, role_id: int) -> str:
    """How ready a trainee is for a role."""
    language = str(get_locale() or "en")
    report, trainee = role_readiness.report_of(actor(), batch_id, trainee_id, role_id, now(), language)
    return _report_page(report, trainee)


@bp.post("/batches/<int:batch_id>/trainees/<int:trainee_id>/roles/<int:role_id>/print")
@requires(Permission.BATCH_READ)
def print_trainee(batch_id: int, trainee_id: int, role_id: int) -> AnyResponse:
    """Have the report of a trainee printed."""
    have_printed(actor(), _trainee_print(batch_id, trainee_id, role_id), now())
    names = {"batch_id": batch_id, "trainee_id": trainee_id, "role_id": role_id}
    return redirect(url_for("roles.show_trainee", **names, _anchor="print"))


@bp.get("/batches/<int:batch_id>/trainees/<int:trainee_id>/roles/<int:role_id>.pdf")
@requires(Permission.BATCH_READ)
def download_trainee(batch_id: int, trainee_id: int, role_id: int) -> AnyResponse:
    """The report of a trainee, once a worker has printed it."""
    page = _trainee_print(batch_id, trainee_id, role_id)
    return answer_with(page, f"job-role-{role_id}-{trainee_id}.pdf")


@bp.get("/batches/<int:batch_id>/roles")
@requires(Permission.BATCH_READ)
def choose_role(batch_id: int) -> str:
    """The roles that the people of a batch can be held against."""
    batch = role_readiness.get_batch(actor(), batch_id)
    return render_template("roles/choose_role.html", batch=batch, entries=roles.list_roles(actor()))


@bp.get("/batches/<int:batch_id>/roles/<int:role_id>")
@requires(Permission.BATCH_READ)
def show_nearest(batch_id: int, role_id: int) -> str:
    """Who of a batch is nearest to a role."""
    nearest = role_readiness.nearest_of(actor(), batch_id, role_id)
    return render_template("roles/show_nearest.html", nearest=nearest, batch=nearest.batch, map=role_heat_map(nearest))


@bp.get("/batches/<int:batch_id>/roles/<int:role_id>/nearest.<any(csv, xlsx):kind>")
@requires(Permission.BATCH_READ)
def download_nearest(batch_id: int, role_id: int, kind: str) -> AnyResponse:
    """The same as a file."""
    nearest = role_readiness.nearest_of(actor(), batch_id, role_id)
    return file_answer(nearest_file(kind, nearest, say), f"{nearest.row.code}-{nearest.batch.code}.{kind}")


@bp.route("/roles/<int:role_id>/lines/<line>/declare", methods=["GET", "POST"])
@requires(Permission.ROLE_PREPARE)
def declare(role_id: int, line: str) -> Page:
    """Declare evidence for a line of a role."""
    row = roles.get_role(actor(), role_id)
    asked = next((one for one in role_of(row).lines() if one.id == line and one.declared), None)
    if asked is None:
        raise Absent
    form, fault = DeclareForm(), ""
    if form.validate_on_submit():
        facts = {"what": form.what.data, "place": form.place.data, "day": form.day.data, "key": form.key.data}
        try:
            declarations.declare(actor(), role_id, line, now=now(), **facts)
        except Faulty as refusal:
            fault = say(refusal.words)
        else:
            flash(_("It is declared. Staff of your centre will look at it."), "done")
            return redirect(url_for("roles.show_own", role_id=role_id, _anchor=f"line-{line}"))
    if request.method == "GET":
        form.key.data = secrets.token_hex(12)
    page = render_template("roles/declare.html", row=row, line=asked, form=form, fault=fault)
    return page, 422 if form.errors or fault else 200


@bp.get("/declarations")
@requires(Permission.DECLARATION_CHECK)
def list_declarations() -> str:
    """The declared evidence that waits to be looked at."""
    return render_template("roles/list_declarations.html", lines=declarations.list_to_check(actor()))


@bp.route("/declarations/<int:declaration_id>", methods=["GET", "POST"])
@requires(Permission.DECLARATION_CHECK)
def check(declaration_id: int) -> Page:
    """Look at declared evidence, and say what was found."""
    row = declarations.get_declaration(actor(), declaration_id)
    form = CheckForm(data={"seen": len(row.checks)})
    if form.validate_on_submit():
        seen = int(form.seen.data) if form.seen.data.isdecimal() and len(form.seen.data) < 6 else -1
        confirmed = form.verdict.data == "confirmed"
        try:
            declarations.check(
                actor(), declaration_id, is_confirmed=confirmed, reason=form.reason.data, seen=seen, now=now()
            )
        except Faulty as refusal:
            form.reason.errors = [say(refusal.words)]
        else:
            flash(_("It is kept, with your name."), "done")
            return redirect(url_for("roles.list_declarations"))
    page = render_template(
        "roles/check.html",
        row=row,
        asked=declarations.line_of(actor(), row),
        form=form,
        stage=declarations.stage_of(row),
        history=history.list_history(declarations.THING, row.id),
    )
    return page, 422 if form.errors or form.reason.errors else 200


def _report_page(report: Report, trainee: TraineeRow | None) -> str:
    printing = page_prints.state_of(report_print(report, str(get_locale() or "en")))
    drawn = person_map(report.readiness)
    return render_template("roles/show_report.html", report=report, map=drawn, trainee=trainee, printing=printing)


def _own_print(role_id: int) -> PagePrint:
    language = str(get_locale() or "en")
    return report_print(role_readiness.own_report(actor(), role_id, now(), language), language)


def _trainee_print(batch_id: int, trainee_id: int, role_id: int) -> PagePrint:
    language = str(get_locale() or "en")
    report, _trainee = role_readiness.report_of(actor(), batch_id, trainee_id, role_id, now(), language)
    return report_print(report, language)
