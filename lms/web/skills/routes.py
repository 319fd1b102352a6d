"""Pages of skills: the list, one skill, one's own rating, one person's levels, a target, the record and its check."""

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from certificates.qr import qr_svg
from lms.clock import now
from lms.permissions import Permission, public, requires
from lms.services import framework_uploads, page_prints, skill_goals, skill_people, skill_sheets, skills
from lms.services.errors import Absent, NotAllowed, Refusal
from lms.services.page_prints import PagePrint
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.page_prints import answer_with, have_printed, record_address, record_print
from lms.web.skills.forms import RateForm, TargetForm
from lms.web.skills.pages import draw_ladder, evidence_words, ladder_words, source_word

bp = Blueprint("skills", __name__)
Page = str | AnyResponse | tuple[str, int]
ONLY = ("gap", "rated", "unjudged")


bp.add_app_template_global(evidence_words)
bp.add_app_template_global(source_word)


def language() -> str:
    """The language that a skill is read in: the one asked for in the address, else the page's."""
    asked = request.args.get("language", "")
    return asked if asked.isalpha() and len(asked) == 2 else str(get_locale() or skills.FIRST_LANGUAGE)


@bp.get("/skills")
@requires(Permission.SKILL_READ)
def list_skills() -> str:
    """Every published skill, and where the reader stands in it."""
    _person, lines = skill_sheets.list_lines(actor(), actor().person_id, language())
    return render_template("skills/list_skills.html", lines=[(line, draw_ladder(line)) for line in lines])


@bp.get("/skills/people/<int:holder_id>")
@requires(Permission.SKILL_READ)
def list_of_person(holder_id: int) -> str:
    """Where one person stands in every skill."""
    person, lines = skill_sheets.list_lines(actor(), holder_id, language())
    drawn = [(line, draw_ladder(line)) for line in lines]
    return render_template("skills/list_of_person.html", person=person, lines=drawn)


@bp.get("/skills/<skill>")
@requires(Permission.SKILL_READ)
def show(skill: str) -> str:
    """A skill whole: what it is, its levels, and where the reader stands on them."""
    sheet = skill_sheets.get_sheet(actor(), actor().person_id, skill, language())
    return render_template(
        "skills/show.html",
        sheet=sheet,
        published=sheet.line.published,
        ladder=draw_ladder(sheet.line),
        versions=framework_uploads.list_versions(sheet.line.published.code),
    )


@bp.route("/skills/<skill>/rate", methods=["GET", "POST"])
@requires(Permission.SKILL_RATE_OWN)
def rate(skill: str) -> Page:
    """Say where one sees oneself."""
    sheet = skill_sheets.get_sheet(actor(), actor().person_id, skill, language())
    form, fault = RateForm(), ""
    if form.validate_on_submit():
        try:
            level, note = int(form.level.data), form.note.data or ""
            skill_goals.rate_self(actor(), skill, level, note, key=form.key.data, now=now())
        except Refusal as refusal:
            fault = say(refusal.words)
        else:
            flash(_("Your self-rating is kept. It stands beside the judged level and is never counted as one."), "done")
            return redirect(url_for("skills.show", skill=sheet.line.published.code))
    _fresh(form, sheet.line.rating.level if sheet.line.rating else None)
    page = render_template("skills/rate.html", sheet=sheet, ladder=draw_ladder(sheet.line), form=form, fault=fault)
    return page, 422 if form.errors or fault else 200


@bp.get("/skills/<skill>/people")
@requires(Permission.SKILL_FOLLOW)
def list_people(skill: str) -> str:
    """The people whose levels one sees, in one skill; filtered by batch, name and where they stand."""
    published = skills.get_skill(skill, language())
    batch, text, only = request.args.get("batch", ""), request.args.get("text", ""), request.args.get("only", "")
    batch_id = int(batch) if batch.isascii() and batch.isdigit() and len(batch) < 10 else None
    lines = skill_people.list_people(actor(), published.skill, batch_id=batch_id, text=text)
    drawn = [(line, draw_ladder(skill_sheets.line_of(published, line))) for line in lines if _is_asked(line, only)]
    return render_template(
        "skills/list_people.html",
        published=published,
        lines=drawn,
        legend=ladder_words(),
        batches=skill_people.list_batches(actor()),
        asked={"batch": batch, "text": text, "only": only if only in ONLY else ""},
    )


@bp.get("/skills/<skill>/people/<int:holder_id>")
@requires(Permission.SKILL_READ)
def show_person(skill: str, holder_id: int) -> str:
    """One person in one skill: judged level with its evidence, self-rating, target, everything said before."""
    sheet = skill_sheets.get_sheet(actor(), holder_id, skill, language())
    return render_template(
        "skills/show_person.html", sheet=sheet, published=sheet.line.published, ladder=draw_ladder(sheet.line)
    )


@bp.route("/skills/<skill>/people/<int:holder_id>/target", methods=["GET", "POST"])
@requires(Permission.SKILL_AIM)
def set_target(skill: str, holder_id: int) -> Page:
    """Set the level that somebody is to reach."""
    sheet = skill_sheets.get_sheet(actor(), holder_id, skill, language())
    if not sheet.may_aim:
        raise NotAllowed(skill_goals.ONLY_THEIR_OWN)
    form, fault = TargetForm(), ""
    if form.validate_on_submit():
        try:
            level, reason = int(form.level.data), form.reason.data or ""
            skill_goals.set_target(actor(), holder_id, skill, level, reason, key=form.key.data, now=now())
        except Refusal as refusal:
            fault = say(refusal.words)
        else:
            flash(_("The target is set.") if level else _("The target is taken away."), "done")
            return redirect(url_for("skills.show_person", skill=skill, holder_id=holder_id))
    _fresh(form, sheet.line.target.level if sheet.line.target else None)
    page = render_template(
        "skills/set_target.html", sheet=sheet, ladder=draw_ladder(sheet.line), form=form, fault=fault
    )
    return page, 422 if form.errors or fault else 200


@bp.get("/skills/<skill>/people/<int:holder_id>/record")
@requires(Permission.SKILL_READ)
def show_record(skill: str, holder_id: int) -> str:
    """The judged level on a page, with what it can be verified by."""
    record = skill_sheets.get_record(actor(), holder_id, skill)
    address = record_address(record)
    return render_template(
        "skills/show_record.html",
        record=record,
        address=address,
        qr=qr_svg(address),
        printing=page_prints.state_of(_record_print(record)),
    )


@bp.post("/skills/<skill>/people/<int:holder_id>/record")
@requires(Permission.SKILL_READ)
def print_record(skill: str, holder_id: int) -> AnyResponse:
    """Have the record of a judged level printed."""
    have_printed(actor(), _record_print(skill_sheets.get_record(actor(), holder_id, skill)), now())
    return redirect(url_for("skills.show_record", skill=skill, holder_id=holder_id, _anchor="print"))


@bp.get("/skills/<skill>/people/<int:holder_id>/record.pdf")
@requires(Permission.SKILL_READ)
def download_record(skill: str, holder_id: int) -> AnyResponse:
    """The record of a judged level, once a worker has printed it."""
    record = skill_sheets.get_record(actor(), holder_id, skill)
    return answer_with(_record_print(record), f"{record.judgement.skill_code}-{record.judgement.code}.pdf".lower())


@bp.get("/skill-records/<code>")
@public
def check_record(code: str) -> Page:
    """What anybody may know who has a record in hand."""
    try:
        record = skill_sheets.check_record(code)
    except Absent:
        return render_template("skills/check_record.html", record=None, code=code[:40]), 404
    return render_template("skills/check_record.html", record=record, code=record.judgement.code)


def _record_print(record: skill_sheets.SkillRecord) -> PagePrint:
    return record_print(record, str(get_locale() or skills.FIRST_LANGUAGE), now())


def _fresh(form: Any, level: int | None) -> None:
    """A form that is opened has a key of its own, and the level as it stands."""
    if request.method == "GET":
        form.key.data = secrets.token_hex(12)
        form.level.data = "" if level is None else str(level)


def _is_asked(line: skill_people.SkillPerson, only: str) -> bool:
    if only == "gap":
        return line.gap is not None and not line.gap.is_closed
    if only == "rated":
        return line.is_rated_since
    return line.judgement is None if only == "unjudged" else True
