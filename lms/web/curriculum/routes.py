"""Pages of packs, their schemes and their bank."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from assessments.marks import shown
from assessments.scheme import check_scheme, reassessment_in_words, rule_in_words
from assessments.words import Message
from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import curriculum, history, pack_revisions, pack_uploads, published_texts, schemes
from lms.services.curriculum import PackPage
from lms.services.errors import Absent, Conflict, Faulty
from lms.services.scheme_faults import WHOLE_NUMBER, Fault, SchemeFaults, faults_of
from lms.services.schemes import SchemePage
from lms.web.curriculum import maps, words
from lms.web.curriculum.forms import RULES as RULE_PATHS
from lms.web.curriculum.forms import (
    PublishSchemeForm,
    RulesForm,
    UploadForm,
    filled_document,
    is_marks,
    plain_document,
    rules_form,
)
from lms.web.curriculum.marks_table import changes_table
from lms.web.curriculum.scheme_table import in_marks, lay_out, lay_out_marks
from lms.web.filters import say
from lms.web.gate import actor, only_reads

bp = Blueprint("curriculum", __name__)
Page = str | Response | tuple[str, int]


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """The words of packs and schemes, for templates."""
    return words.ALL


@bp.get("/packs")
@requires(Permission.PACK_READ)
def list_packs() -> str:
    """All published packs."""
    return render_template(
        "curriculum/list_packs.html",
        lines=curriculum.list_packs(actor()),
        may_publish=actor().may(Permission.PACK_PUBLISH),
    )


@bp.get("/packs/<int:pack_id>")
@requires(Permission.PACK_READ)
def show_pack(pack_id: int) -> str:
    """One pack version, whole."""
    page = curriculum.show_pack(actor(), pack_id)
    return render_template(
        "curriculum/show_pack.html",
        page=page,
        map=maps.map_of(page),
        table=lay_out_marks(page.scheme, page.pack) if page.scheme else None,
        rule=rule_in_words(page.scheme) if page.scheme else (),
        history=history.list_history("pack_version", page.row.id),
        text=_text_with_marks(page),
    )


def _text_with_marks(page: PackPage) -> str:
    """The text that a pack was just published from, if marks are printed there and wait to be taken."""
    digest = request.args.get("text", "")
    waits = digest and page.is_own and not (page.scheme_row or page.schemes)
    return digest if waits and published_texts.prints_marks_of(actor(), digest, page.row) else ""


@bp.get("/packs/<int:pack_id>/changes")
@requires(Permission.PACK_READ)
def show_changes(pack_id: int) -> str:
    """What a pack version changed against the one before."""
    return render_template("curriculum/show_changes.html", page=pack_revisions.show_changes(actor(), pack_id))


@bp.route("/packs/new", methods=["GET", "POST"])
@requires(Permission.PACK_PUBLISH)
@only_reads
def upload_pack() -> Page:
    """Upload a pack; a faulty one shows every fault, a sound one what publishing it would do."""
    form = UploadForm()
    if not form.validate_on_submit():
        return render_template("curriculum/upload_pack.html", form=form, problems=()), 422 if form.errors else 200
    files = [(file.filename or _("file"), file.read()) for file in form.files.data]
    if texts := published_texts.texts_among(files):
        return _read_text(form, texts, len(files))
    digest, problems = pack_uploads.check_upload(actor(), files)
    if digest is None:
        return render_template("curriculum/upload_pack.html", form=form, problems=problems), 422
    return redirect(url_for("curriculum.show_draft", digest=digest))


def _read_text(form: UploadForm, texts: Sequence[tuple[str, bytes]], sent: int) -> Page:
    name, content = texts[0]
    if sent > 1:
        words = _("%(name)s is no YAML file. A PDF or a text holds one whole pack: choose it alone.", name=name)
        form.files.errors = [words]
        return render_template("curriculum/upload_pack.html", form=form, problems=()), 422
    try:
        digest = published_texts.upload(actor(), name, content)
    except Faulty as refusal:
        form.files.errors = [f"{name}: {say(refusal.words)}"]
        return render_template("curriculum/upload_pack.html", form=form, problems=()), refusal.status
    return redirect(url_for("curriculum.show_text", digest=digest))


@bp.get("/packs/drafts/<digest>")
@requires(Permission.PACK_PUBLISH)
def show_draft(digest: str) -> Page:
    """What was uploaded, and what publishing it would change; `text` is the published text it was read from, if any."""
    try:
        draft = pack_uploads.get_draft(actor(), digest)
    except Absent:
        # Who goes back after publishing comes here again.
        row = pack_uploads.get_published(actor(), digest)
        return redirect(_pack_from_text(row.id))
    return render_template("curriculum/show_draft.html", draft=draft, text=request.args.get("text", ""))


@bp.post("/packs/drafts/<digest>")
@requires(Permission.PACK_PUBLISH)
def publish_draft(digest: str) -> Page:
    """Publish what was uploaded; `text` is the published text it was read from, if any."""
    row = pack_uploads.publish_draft(actor(), digest, now=now())
    flash(_("%(code)s version %(version)s is published.", code=row.code, version=row.version), "done")
    return redirect(_pack_from_text(row.id))


def _pack_from_text(pack_id: int) -> str:
    """Where a published pack is, with the text it was read from, if any, whose marks may wait to be taken."""
    return url_for("curriculum.show_pack", pack_id=pack_id, text=request.args.get("text") or None)


@bp.get("/packs/<int:pack_id>/bank")
@requires(Permission.PACK_PUBLISH)
def show_bank(pack_id: int) -> str:
    """What the bank holds for each criterion, and the items of one unit."""
    page = curriculum.show_bank(actor(), pack_id, request.args.get("unit", ""))
    return render_template("curriculum/show_bank.html", page=page, map=maps.coverage_map(page.pack, page.holdings))


@bp.post("/packs/<int:pack_id>/schemes")
@requires(Permission.PACK_PUBLISH)
def start_scheme(pack_id: int) -> Page:
    """Open the pack's draft scheme, making it where there is none."""
    row = schemes.start_draft(actor(), pack_id, now=now())
    return redirect(url_for("curriculum.edit_scheme", scheme_id=row.id))


@bp.get("/schemes/<int:scheme_id>")
@requires(Permission.PACK_READ)
def show_scheme(scheme_id: int) -> str:
    """One scheme: its rules and marks."""
    page = schemes.show_scheme(actor(), scheme_id)
    return render_template(
        "curriculum/show_scheme.html",
        page=page,
        table=lay_out_marks(page.scheme, page.pack),
        rule=rule_in_words(page.scheme),
        own_rule=rule_in_words(page.scheme.without_override()) if page.scheme.override else (),
        again=reassessment_in_words(page.scheme.reassessment),
        history=history.list_history("scheme_version", page.row.id),
    )


@bp.route("/schemes/<int:scheme_id>/edit", methods=["GET", "POST"])
@requires(Permission.PACK_PUBLISH)
def edit_scheme(scheme_id: int) -> Page:
    """Fill in a draft: save it, or only see what it comes to."""
    page = schemes.show_draft(actor(), scheme_id)
    form = rules_form(page.scheme)
    if request.method == "GET":
        return _editor(page, form, plain_document(page.scheme), faults_of(page.problems))
    document = filled_document(page.scheme, form, request.form)
    if not form.validate_on_submit():
        return _editor(page, form, document, (), 422)
    return _save_or_recalculate(page, form, document)


@bp.route("/schemes/<int:scheme_id>/publish", methods=["GET", "POST"])
@requires(Permission.PACK_PUBLISH)
def publish_scheme(scheme_id: int) -> Page:
    """Show what a draft changes, and publish it."""
    form = PublishSchemeForm()
    if not form.validate_on_submit():
        return _publish_page(scheme_id, form, 422 if form.errors else 200)
    try:
        row = schemes.publish_scheme(
            actor(),
            scheme_id,
            status=form.status.data,
            typed=form.typed.data or "",
            seen=request.form.get("seen", ""),
            now=now(),
        )
    except Faulty as refusal:
        form.typed.errors = [say(refusal.words)]
        return _publish_page(scheme_id, form, refusal.status)
    flash(_("Scheme %(number)s is published.", number=row.number), "done")
    return redirect(url_for("curriculum.show_scheme", scheme_id=row.id))


def _save_or_recalculate(page: SchemePage, form: RulesForm, document: dict[str, Any]) -> Page:
    try:
        if request.form.get("act") == "save":
            schemes.save_draft(actor(), page.row.id, document, seen=request.form.get("seen", ""), now=now())
            flash(_("The draft is saved."), "done")
            return redirect(url_for("curriculum.edit_scheme", scheme_id=page.row.id))
        scheme = schemes.read_scheme(actor(), page.row.id, document)
    except SchemeFaults as refusal:
        return _editor(page, form, document, refusal.faults, refusal.status)
    except Conflict as refusal:
        flash(say(refusal.words), "bad")
        return _editor(page, form, document, (), refusal.status)
    return _editor(page, form, plain_document(scheme), faults_of(check_scheme(scheme, page.pack)))


def _editor(
    page: SchemePage, form: RulesForm, document: dict[str, Any], faults: Sequence[Fault], status: int = 200
) -> tuple[str, int]:
    worth = Fraction(page.scheme.mark_unit)
    faults = tuple(_in_marks(fault, worth) for fault in faults)
    table = in_marks(lay_out(document, page.pack, faults), worth)
    for name, path in RULE_PATHS.items():
        form[name].errors = [*form[name].errors, *(say(fault.words) for fault in faults if fault.path == path)]
    placed = {*RULE_PATHS.values()}
    elsewhere = [fault for fault in faults if fault.path not in placed and not fault.path.startswith("units.")]
    seen = request.form.get("seen") or page.row.sha256
    html = render_template(
        "curriculum/edit_scheme.html",
        page=page,
        form=form,
        table=table,
        faults=faults,
        elsewhere=elsewhere,
        seen=seen,
        rule=rule_in_words(page.scheme),
        worth=worth,
        step=shown(worth),
    )
    return html, status


def _in_marks(fault: Fault, worth: Fraction) -> Fault:
    """A fault of a figure that is typed in marks and kept in mark units, said of marks."""
    if worth == 1 or not is_marks(fault.path):
        return fault
    if most := fault.words.facts.get("most"):
        return replace(fault, words=Message(fault.words.template, {"most": shown(int(str(most)) * worth)}))
    if fault.words == WHOLE_NUMBER:
        return replace(fault, words=Message("Write marks in steps of %(step)s.", {"step": shown(worth)}))
    return fault


def _publish_page(scheme_id: int, form: PublishSchemeForm, status: int) -> tuple[str, int]:
    page = schemes.show_draft(actor(), scheme_id)
    if form.status.data is None and not page.scheme.specimen:
        form.status.data = page.scheme.marks_status.value
    changes = schemes.changes_of(actor(), scheme_id)
    html = render_template(
        "curriculum/publish_scheme.html",
        page=page,
        form=form,
        faults=faults_of(page.problems),
        changes=changes,
        marks=changes_table(changes.marks),
    )
    return html, status
