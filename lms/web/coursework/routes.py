"""Pages of assignments and observations at work: a batch's list, giving, recording, scoring, and one's own."""

import secrets
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from assessments.words import Message
from lms.clock import now
from lms.permissions import Permission, requires
from lms.records.content import pack_of
from lms.records.coursework import criteria_of
from lms.services import coursework, feedback
from lms.services.days import day_of
from lms.services.errors import Faulty, Refusal
from lms.services.taps import TAKEN_BACK, Tap
from lms.services.training import trains
from lms.tables.coursework import CourseworkKind
from lms.tables.training import BatchRow
from lms.web.coursework.forms import AssignmentForm, KeyedForm, ObservationForm
from lms.web.coursework.pages import choices_of, levels_of
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.intake import sent_numbers
from lms.web.marking.forms import ScoreForm
from lms.web.marking.pages import anchor_of, criterion_view

bp = Blueprint("coursework", __name__)
Page = str | AnyResponse | tuple[str, int]


@bp.get("/batches/<int:batch_id>/coursework")
@requires(Permission.COURSEWORK_READ)
def list_all(batch_id: int) -> str:
    """What was given and observed in a batch."""
    batch = coursework.get_followed_batch(actor(), batch_id)
    return render_template(
        "coursework/list_all.html",
        batch=batch,
        lines=coursework.list_coursework(batch),
        teaches=trains(actor(), batch),
    )


@bp.route("/batches/<int:batch_id>/assignments/new", methods=["GET", "POST"])
@requires(Permission.BATCH_TEACH)
def give(batch_id: int) -> Page:
    """Give an assignment to all or some."""
    batch, form = coursework.get_taught_batch(actor(), batch_id), AssignmentForm()
    if not form.validate_on_submit():
        return _add_page(batch, form, CourseworkKind.ASSIGNMENT)
    try:
        row = coursework.give(
            actor(),
            batch_id,
            title=form.title.data,
            text=form.text.data,
            refs=request.form.getlist("refs"),
            due_on=form.day.data,
            trainee_ids=_trainee_ids(),
            key=form.key.data,
            now=now(),
        )
    except Faulty as refusal:
        return _add_page(batch, form, CourseworkKind.ASSIGNMENT, refusal)
    flash(_("The assignment is given. The trainees see it on their home page."), "done")
    return redirect(url_for("coursework.show", batch_id=batch_id, coursework_id=row.id))


@bp.route("/batches/<int:batch_id>/observations/new", methods=["GET", "POST"])
@requires(Permission.BATCH_TEACH)
def observe(batch_id: int) -> Page:
    """Record an observation at work; it is scored next."""
    batch, form = coursework.get_taught_batch(actor(), batch_id), ObservationForm()
    form.trainee.choices = [(row.id, row.person.name) for row in coursework.list_learners(batch)]
    if not form.validate_on_submit():
        return _add_page(batch, form, CourseworkKind.OBSERVATION)
    try:
        row = coursework.observe(
            actor(),
            batch_id,
            trainee_id=form.trainee.data,
            place=form.place.data,
            day=form.day.data,
            refs=request.form.getlist("refs"),
            text=form.text.data or "",
            key=form.key.data,
            now=now(),
        )
    except Faulty as refusal:
        return _add_page(batch, form, CourseworkKind.OBSERVATION, refusal)
    return redirect(url_for("coursework.show_entry", batch_id=batch_id, entry_id=row.entries[0].id))


@bp.get("/batches/<int:batch_id>/coursework/<int:coursework_id>")
@requires(Permission.COURSEWORK_READ)
def show(batch_id: int, coursework_id: int) -> str:
    """One assignment or observation, and how far each of its trainees is scored."""
    row = coursework.get_coursework(actor(), batch_id, coursework_id)
    return render_template(
        "coursework/show.html",
        row=row,
        batch=row.batch,
        criteria=criteria_of(row),
        scores=coursework.scores_of([entry.id for entry in row.entries]),
        teaches=trains(actor(), row.batch),
    )


@bp.get("/batches/<int:batch_id>/coursework/entries/<int:entry_id>")
@requires(Permission.COURSEWORK_READ)
def show_entry(batch_id: int, entry_id: int) -> str:
    """One trainee's work with the levels of every criterion."""
    entry = coursework.get_entry(actor(), batch_id, entry_id)
    chains = coursework.chains_of(entry)
    return render_template(
        "coursework/show_entry.html",
        entry=entry,
        row=entry.coursework,
        batch=entry.coursework.batch,
        criteria=[criterion_view(one, chains.get(one.ref, ())) for one in criteria_of(entry.coursework)],
        teaches=trains(actor(), entry.coursework.batch),
    )


@bp.post("/batches/<int:batch_id>/coursework/entries/<int:entry_id>/scores")
@requires(Permission.BATCH_TEACH)
def save_score(batch_id: int, entry_id: int) -> AnyResponse:
    """Save one tap on a level."""
    form = ScoreForm()
    if not form.validate():
        coursework.get_entry(actor(), batch_id, entry_id)  # somebody else's is absent, whatever is sent to it
        raise Faulty(Message("A score has a criterion, one of its levels, and a note of up to 500 characters."))
    share = form.share.data or TAKEN_BACK
    tap = Tap(ref=form.ref.data, share=share, note=form.note.data or "", key=form.key.data)
    coursework.score(actor(), batch_id, entry_id, [tap], now=now())
    return redirect(
        url_for("coursework.show_entry", batch_id=batch_id, entry_id=entry_id, _anchor=anchor_of(form.ref.data))
    )


@bp.get("/coursework")
@requires(Permission.COURSEWORK_DO)
def list_own() -> str:
    """One's own assignments and observations with their levels, and what the trainers wrote."""
    own = coursework.list_own(actor())
    return render_template(
        "coursework/list_own.html",
        works=[(work, levels_of(work)) for work in own],
        messages=feedback.list_own(actor()),
        today=day_of(now()),
    )


def _trainee_ids() -> set[int]:
    return sent_numbers(request.form, "to")


def _add_page(batch: BatchRow, form: KeyedForm, kind: CourseworkKind, refusal: Refusal | None = None) -> Page:
    """The form, with what was ticked or asked for in the address, and what is wrong with it."""
    asked = request.form if request.method == "POST" else request.args
    ticked, to = set(asked.getlist("refs")), sent_numbers(asked, "to")
    if request.method == "GET":
        form.key.data = secrets.token_hex(12)
        if isinstance(form, ObservationForm):
            form.day.data = form.day.data or _today()
            form.trainee.data = min(to, default=None)
    page = render_template(
        "coursework/add.html",
        batch=batch,
        form=form,
        kind=kind,
        units=choices_of(pack_of(batch.pack_version), coursework.open_refs(batch), ticked),
        ticked=ticked,
        learners=coursework.list_learners(batch),
        to=to,
        fault=say(refusal.words) if refusal else "",
    )
    return page, refusal.status if refusal else 422 if form.errors else 200


def _today() -> date:
    return day_of(now())
