"""Pages of a published text: what was read beside its lines, corrected in place, and taken on to publishing."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from curriculum.problems import Problem
from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import published_texts
from lms.services.errors import Faulty
from lms.services.published_texts import FactsFaulty, PublishedText
from lms.web.curriculum.forms import FactsForm
from lms.web.curriculum.marks_sheets import bp
from lms.web.curriculum.routes import Page
from lms.web.curriculum.source_lines import alike, in_words, sections_of
from lms.web.filters import say
from lms.web.gate import actor, only_reads


@bp.get("/packs/texts/<digest>")
@requires(Permission.PACK_PUBLISH)
def show_text(digest: str) -> Page:
    """What was read of a published text, beside its lines; `line` is open to be corrected."""
    return _page(published_texts.show(actor(), digest))


@bp.post("/packs/texts/<digest>/facts")
@requires(Permission.PACK_PUBLISH)
@only_reads
def give_facts(digest: str) -> Page:
    """Give what the text does not print."""
    form = FactsForm()
    try:
        page = published_texts.give_facts(actor(), digest, form.data)
    except FactsFaulty as refusal:
        for name, words in refusal.faults:
            if name in form:
                form[name].errors = [*form[name].errors, say(words)]
        refused = say(refusal.words) if not form.errors else _("Something is not right; it is said beside its field.")
        return _page(published_texts.show(actor(), digest), form, refused, refusal.status)
    except Faulty as refusal:
        return _page(published_texts.show(actor(), digest), form, say(refusal.words), refusal.status)
    return redirect(url_for("curriculum.show_text", digest=page.sha256))


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The line whose correction is open on a page (0: none), with what was typed where that was refused."""

    line: int
    typed: str | None = None


@bp.post("/packs/texts/<digest>/lines/<int:number>")
@requires(Permission.PACK_PUBLISH)
@only_reads
def correct_line(digest: str, number: int) -> Page:
    """Read other words in the place of a printed line."""
    try:
        if "take_back" in request.form:
            page = published_texts.take_back(actor(), digest, number)
        else:
            typed, seen = request.form.get("text", ""), request.form.get("seen")
            page = published_texts.correct_line(actor(), digest, number, typed, seen=seen)
    except Faulty as refusal:
        opened = Opened(line=number, typed=request.form.get("text"))
        return _page(published_texts.show(actor(), digest), None, say(refusal.words), refusal.status, opened)
    return redirect(url_for("curriculum.show_text", digest=page.sha256, _anchor=f"l{number}"))


@bp.post("/packs/texts/<digest>")
@requires(Permission.PACK_PUBLISH)
@only_reads
def draft_text(digest: str) -> Page:
    """Go on to what publishing the pack would change."""
    try:
        draft, problems = published_texts.make_draft(actor(), digest)
    except Faulty as refusal:
        return _page(published_texts.show(actor(), digest), None, say(refusal.words), refusal.status)
    if draft is None:
        return _page(
            published_texts.show(actor(), digest),
            status=422,
            stops=[one for one in problems if one.severity == "error"],
        )
    return redirect(url_for("curriculum.show_draft", digest=draft, text=digest))


@bp.post("/packs/texts/<digest>/marks")
@requires(Permission.PACK_PUBLISH)
def take_printed_marks(digest: str) -> Response:
    """Make the printed marks a draft of the pack's scheme."""
    row = published_texts.take_marks(actor(), digest, now=now())
    flash(_("The printed marks are in a draft of the scheme. Look them through, then publish it."), "done")
    return redirect(url_for("curriculum.edit_scheme", scheme_id=row.id))


def _page(
    page: PublishedText,
    form: FactsForm | None = None,
    refused: str = "",
    status: int = 200,
    opened: Opened | None = None,
    stops: Sequence[Problem] = (),
) -> tuple[str, int]:
    html = render_template(
        "curriculum/show_text.html",
        page=page,
        form=form or FactsForm(formdata=None, data=published_texts.facts_of(page.meta, page.read)),
        sections=sections_of(page),
        faults=alike(page.faults),
        in_words=in_words,
        opened=opened or Opened(line=request.args.get("line", 0, type=int)),
        refused=refused,
        stops=stops,
    )
    return html, status
