"""Pages of lessons, practice, criteria and plans."""

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask import Response as PlainResponse
from werkzeug.wrappers import Response

from curriculum.loading import file_stem
from lms.clock import now
from lms.permissions import Permission, public, requires
from lms.services import criteria, learning, mastery, mocks, practice, recovery, study
from lms.services.practice_scopes import criterion_address, section_address
from lms.web.gate import actor
from lms.web.intake import whole_number
from lms.web.learning import keeping
from lms.web.learning.forms import AnswerForm
from lms.web.learning.mastery_map import evidence_word, look_of, map_of, recovery_word, share_word
from lms.web.learning.plans import draw_plan
from lms.web.learning.reading import NAMES, other_languages, reading_language, show

bp = Blueprint("learning", __name__)
bp.add_app_template_filter(file_stem, "in_address")
bp.add_app_template_filter(look_of, "look")
for told in (criterion_address, evidence_word, recovery_word, section_address, share_word):
    bp.add_app_template_global(told)
bp.add_app_template_global(lambda: NAMES, "language_names")
bp.add_app_template_global(keeping.release, "release")
bp.add_app_template_global(keeping.files, "keep_files")
Page = str | Response | tuple[str, int]


@bp.get("/learn")
@requires(Permission.LESSON_READ)
def show_pack() -> str:
    """The pack one learns for: what to do next, the map of what one has shown, and the units with their lessons."""
    packs, language = learning.list_packs(actor()), reading_language()
    chosen = request.args.get("pack", type=whole_number)
    if not packs and chosen is None:
        return render_template("learning/no_pack.html")
    found = packs[0] if chosen is None else learning.get_pack(actor(), chosen)
    own = study.study_of(actor(), found, now(), language)
    return render_template(
        "learning/show_pack.html",
        packs=packs,
        chosen=found,
        study=own,
        map=map_of(found.pack, own.standings, linked=True),
        mock=mocks.find_offer(actor(), found.id) if found.as_trainee else None,
        pages=keeping.pages_of(found, own.progress, language),
        other_languages=other_languages(own),
    )


@bp.get("/learn/criteria/<unit>/<criterion>")
@requires(Permission.LESSON_READ)
def show_criterion(unit: str, criterion: str) -> str:
    """One criterion: what it asks, what one has shown of it and why, what to read and practise."""
    page = criteria.get_criterion(actor(), unit, criterion, now(), reading_language())
    return render_template("learning/show_criterion.html", page=page)


@bp.get("/learn/plan")
@requires(Permission.PRACTICE_TAKE)
def show_plan() -> str:
    """The plan after a result that did not reach the rule: what to recover, with what, and until when."""
    plan = recovery.find_plan(actor(), now(), reading_language())
    return render_template("learning/show_plan.html", plan=plan, view=draw_plan(plan) if plan else None)


@bp.get("/learn/<int:lesson_id>")
@requires(Permission.LESSON_READ)
def show_lesson(lesson_id: int) -> str:
    """One lesson to read."""
    language = reading_language()
    return show(actor(), learning.get_lesson(actor(), lesson_id, language), language)


@bp.post("/learn/<int:lesson_id>/sections/<int:section>/read")
@requires(Permission.LESSON_READ)
def mark_read(lesson_id: int, section: int) -> Response:
    """Keep that a section is read, and go on to the one after it; the page's script is told which that is."""
    following = learning.mark_read(actor(), lesson_id, section, now=now())
    if request.accept_mimetypes.best == "application/json":
        return jsonify(read=section, following=following)
    anchor = f"section-{following}" if following else "end"
    return redirect(url_for("learning.show_lesson", lesson_id=lesson_id, _anchor=anchor))


@bp.get("/learn/kept")
@requires(Permission.LESSON_READ)
def show_kept() -> str:
    """What this device keeps to be read without a network; the device itself tells."""
    return render_template("learning/show_kept.html")


@bp.get("/learn/worker.js")
@public
def show_worker() -> Response:
    """The script that gives kept pages when there is no network: for home and lessons alone, asked for anew."""
    allowed = {"Service-Worker-Allowed": url_for("home.show")}
    return PlainResponse(keeping.worker(), mimetype="text/javascript", headers=allowed)


@bp.route("/practice/<scope>", methods=["GET", "POST"])
@requires(Permission.PRACTICE_TAKE)
def practise(scope: str) -> Page:
    """One item to practise, until all of the scope are answered right."""
    since = request.args.get("since", type=whole_number)
    form = AnswerForm()
    if form.validate_on_submit():
        sent = form.item.data, form.choice.data
        kept = practice.answer(actor(), *sent, try_number=form.try_number.data, now=now())
        return redirect(url_for("learning.show_answer", answer_id=kept, of=scope, since=since))
    found = practice.get_round(actor(), scope, since, now=now(), language=reading_language())
    if found.asked is None:
        return redirect(url_for("learning.show_practice", scope=scope, since=since))
    status = 422 if form.errors else 200
    return render_template("learning/practise.html", round=found, form=form.ask(found.asked)), status


@bp.get("/practice/answers/<int:answer_id>")
@requires(Permission.PRACTICE_TAKE)
def show_answer(answer_id: int) -> str:
    """Whether one's answer was right, why, and what comes next."""
    scope, since = request.args.get("of"), request.args.get("since", type=whole_number)
    feedback = practice.get_feedback(actor(), answer_id, scope, since, now=now(), language=reading_language())
    return render_template("learning/show_answer.html", answer_id=answer_id, feedback=feedback, round=feedback.round)


@bp.get("/practice/<scope>/summary")
@requires(Permission.PRACTICE_TAKE)
def show_practice(scope: str) -> str:
    """How a round of practice ended or stands, and where one goes on."""
    since, language = request.args.get("since", type=whole_number), reading_language()
    summary = practice.get_summary(actor(), scope, since, now=now(), language=language)
    pack = summary.round.scope.open_pack.pack
    shown = map_of(pack, mastery.mastery_of(actor().person_id, pack), summary.units, linked=True)
    return render_template("learning/show_practice.html", summary=summary, round=summary.round, map=shown)
