"""The page on which an assessor judges a level: the ladder to tap, evidence to tick or describe, the reasons."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import judging, skill_people, skill_sheets
from lms.services.errors import Conflict, Refusal
from lms.services.judging import Judgement
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.skills.forms import JudgeForm
from lms.web.skills.pages import draw_ladder
from lms.web.skills.routes import Page, bp, language


@bp.route("/skills/<skill>/people/<int:holder_id>/judge", methods=["GET", "POST"])
@requires(Permission.SKILL_JUDGE)
def judge(skill: str, holder_id: int) -> Page:
    """Judge somebody's level on evidence."""
    skill_people.get_judged(actor(), holder_id)
    form, fault, is_late = JudgeForm(), "", False
    if form.validate_on_submit():
        try:
            judging.judge(actor(), holder_id, skill, _said(form), now=now())
        except Refusal as refusal:
            fault, is_late = say(refusal.words), isinstance(refusal, Conflict)
        else:
            flash(_("The level is judged."), "done")
            return redirect(url_for("skills.show_person", skill=skill, holder_id=holder_id))
    sheet = skill_sheets.get_sheet(actor(), holder_id, skill, language())
    if request.method == "GET":
        form.key.data = secrets.token_hex(12)
    if request.method == "GET" or is_late:
        form.seen.data = str(sheet.judgements[0].number if sheet.judgements else 0)
    described = [text for text in request.form.getlist("described") if text.strip()]
    page = render_template(
        "skills/judge.html",
        sheet=sheet,
        ladder=draw_ladder(sheet.line),
        form=form,
        fault=fault,
        is_late=is_late,
        offers=judging.list_offers(actor(), holder_id),
        ticked=set(request.form.getlist("linked")),
        described=[*described, ""],
    )
    return page, 422 if form.errors or fault else 200


def _said(form: JudgeForm) -> Judgement:
    return Judgement(
        level=int(form.level.data),
        reasons=form.reasons.data,
        linked=frozenset(request.form.getlist("linked")),
        described=request.form.getlist("described"),
        seen=int(form.seen.data),
        corrects=form.corrects.data,
        language=language(),
        key=form.key.data,
    )
