"""Pages of lessons and practice."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from curriculum.loading import file_stem
from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import learning, practice
from lms.web.gate import actor
from lms.web.intake import whole_number
from lms.web.learning.forms import AnswerForm
from lms.web.learning.progress_map import map_of
from lms.web.markdown import render

bp = Blueprint("learning", __name__)
bp.add_app_template_filter(render, "markdown")
bp.add_app_template_filter(file_stem, "in_address")
Page = str | Response | tuple[str, int]


@bp.get("/learn")
@requires(Permission.LESSON_READ)
def show_pack() -> str:
    """The pack one learns for: the map of one's progress, and the units with their lessons."""
    packs = learning.list_packs(actor())
    chosen = request.args.get("pack", type=whole_number)
    if not packs and chosen is None:
        return render_template("learning/no_pack.html")
    found = packs[0] if chosen is None else learning.get_pack(actor(), chosen)
    progress = learning.progress_of(actor().person_id, found.pack)
    return render_template(
        "learning/show_pack.html", packs=packs, chosen=found, progress=progress, map=map_of(found.pack, progress)
    )


@bp.get("/learn/<int:lesson_id>")
@requires(Permission.LESSON_READ)
def show_lesson(lesson_id: int) -> str:
    """One lesson to read."""
    return render_template("learning/show_lesson.html", view=learning.get_lesson(actor(), lesson_id))


@bp.post("/learn/<int:lesson_id>/sections/<int:section>/read")
@requires(Permission.LESSON_READ)
def mark_read(lesson_id: int, section: int) -> Response:
    """Keep that a section is read, and go on to the one after it."""
    following = learning.mark_read(actor(), lesson_id, section, now=now())
    anchor = f"section-{following}" if following else "end"
    return redirect(url_for("learning.show_lesson", lesson_id=lesson_id, _anchor=anchor))


@bp.route("/practice/<unit>", methods=["GET", "POST"])
@requires(Permission.PRACTICE_TAKE)
def practise(unit: str) -> Page:
    """One item to practise, until all of the unit are answered right."""
    since = request.args.get("since", 0, type=whole_number)
    form = AnswerForm()
    if form.validate_on_submit():
        sent = form.item.data, form.choice.data
        kept = practice.answer(actor(), unit, *sent, try_number=form.try_number.data, now=now())
        return redirect(url_for("learning.show_answer", answer_id=kept, since=since or None))
    found = practice.get_round(actor(), unit, since)
    if found.asked is None:
        return redirect(url_for("learning.show_practice", unit=unit))
    status = 422 if form.errors else 200
    return render_template(
        "learning/practise.html", round=found, form=form.ask(found.asked), since=since or None
    ), status


@bp.get("/practice/answers/<int:answer_id>")
@requires(Permission.PRACTICE_TAKE)
def show_answer(answer_id: int) -> str:
    """Whether one's answer was right, and why."""
    since = request.args.get("since", type=whole_number)
    return render_template("learning/show_answer.html", feedback=practice.get_feedback(actor(), answer_id), since=since)


@bp.get("/practice/<unit>/summary")
@requires(Permission.PRACTICE_TAKE)
def show_practice(unit: str) -> str:
    """Where one stands with the practice of a unit."""
    summary = practice.get_summary(actor(), unit)
    shown = map_of(summary.round.open_pack.pack, summary.progress, [summary.round.unit])
    return render_template("learning/show_practice.html", summary=summary, map=shown)
