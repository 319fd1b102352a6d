"""Pages of certificates: the check for anybody, the printed file, revocation."""

from io import BytesIO

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from lms.clock import now
from lms.jobs.queue import wake
from lms.permissions import Permission, public, requires
from lms.services import certification, corrections, history, skill_sheets
from lms.services.errors import Faulty
from lms.web.certification.forms import RevokeForm
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.words import tell_done

bp = Blueprint("certification", __name__)
Page = str | Response | tuple[str, int]
ICONS = {"green": "check", "amber": "info", "red": "cross"}


@bp.get("/verify")
@public
def find() -> Page:
    """Where a code is typed; a good one leads to the certificate's own address."""
    typed = request.args.get("code", "").strip()
    if not typed:
        return render_template("certification/find.html", typed="", fault="")
    try:
        return redirect(url_for("certification.check", code=certification.read_typed(typed)))
    except Faulty as fault:
        return _mistyped(typed, fault)


@bp.get("/verify/<code>")
@public
def check(code: str) -> Page:
    """What anybody may know of a certificate: a word and a colour, then the facts."""
    try:
        answer = certification.check(certification.read_typed(code))
    except Faulty as fault:
        return _mistyped(code, fault)
    if answer.facts is None and skill_sheets.find_record(code) is not None:
        return redirect(url_for("skills.check_record", code=answer.code))
    page = render_template("certification/check.html", check=answer, icon_name=ICONS[answer.verdict.colour])
    return page, 200 if answer.facts else 404


@bp.get("/certificates/<int:certificate_id>")
@requires(Permission.CERTIFICATE_READ)
def show(certificate_id: int) -> str:
    """A certificate for its holder, the centre and the council, with its history."""
    return _page(certificate_id, RevokeForm())


@bp.get("/certificates/<int:certificate_id>.pdf")
@requires(Permission.CERTIFICATE_READ)
def download(certificate_id: int) -> Page:
    """The printed certificate; while it is being printed, a page that looks again."""
    row, file = certification.find_file(actor(), certificate_id)
    if file is None:
        return render_template("certification/being_printed.html", certificate=row), 202
    return send_file(
        BytesIO(file.content),
        mimetype="application/pdf",
        download_name=f"certificate-{row.number}.pdf",
        etag=file.sha256,
        last_modified=file.made_at,
        max_age=0,
    )


@bp.post("/certificates/<int:certificate_id>/revoke")
@requires(Permission.CERTIFICATE_REVOKE)
def revoke(certificate_id: int) -> Page:
    """Withdraw a certificate for ever, with a reason."""
    form = RevokeForm()
    if not form.validate_on_submit():
        return _page(certificate_id, form), 422
    certification.revoke(actor(), certificate_id, reason=form.reason.data, now=now())
    return redirect(url_for("certification.show", certificate_id=certificate_id))


@bp.get("/certificates/to-settle")
@requires(Permission.CERTIFICATE_REISSUE)
def list_recalled() -> str:
    """The certificates whose results were corrected: to be re-issued or revoked."""
    lines = corrections.list_recalled(actor())
    return render_template(
        "certification/list_recalled.html", lines=lines, competent=sum(line.is_still_competent for line in lines)
    )


@bp.post("/certificates/to-settle")
@requires(Permission.CERTIFICATE_REISSUE)
def reissue_all() -> Page:
    """Re-issue all whose holders are still competent."""
    count = corrections.reissue_all(actor(), now=now())
    tell_done(ngettext("%(num)d certificate is re-issued.", "%(num)d certificates are re-issued.", count), count)
    return redirect(url_for("certification.list_recalled"))


@bp.post("/certificates/<int:certificate_id>/reissue")
@requires(Permission.CERTIFICATE_REISSUE)
def reissue(certificate_id: int) -> Page:
    """Issue a certificate of the corrected result in place of this one."""
    new = corrections.reissue(actor(), certificate_id, now=now())
    flash(_("Certificate no. %(number)s is issued in its place.", number=new.number), "done")
    return redirect(url_for("certification.show", certificate_id=new.id))


@bp.post("/certificates/<int:certificate_id>/print")
@requires(Permission.CERTIFICATE_REVOKE)
def print_again(certificate_id: int) -> Page:
    """Have a certificate printed whose printing failed."""
    job = certification.print_again(actor(), certificate_id, now=now())
    if job is None:
        flash(_("It is printed, or waits for its turn."), "done")
        return redirect(url_for("certification.show", certificate_id=certificate_id))
    wake(current_app.config["SETTINGS"], job.id)
    return redirect(url_for("jobs.show", job_id=job.id))


def _mistyped(typed: str, fault: Faulty) -> tuple[str, int]:
    return render_template("certification/find.html", typed=typed, fault=say(fault.words)), fault.status


def _page(certificate_id: int, form: RevokeForm) -> str:
    sheet = certification.get_sheet(actor(), certificate_id)
    return render_template(
        "certification/show.html",
        sheet=sheet,
        icon_name=ICONS[sheet.verdict.colour],
        form=form,
        history=history.list_history(certification.THING, certificate_id),
    )
