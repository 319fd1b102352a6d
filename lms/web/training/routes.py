"""Pages of batches, their trainees and their rosters."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from assessments.words import Message
from lms.clock import now
from lms.permissions import Permission, requires
from lms.reports import rosters as files
from lms.services import (
    coursework,
    feedback,
    history,
    learning,
    mastery,
    rosters,
    slips,
    trainees,
    training,
    unit_choices,
)
from lms.services.attendance import attendance_of
from lms.services.errors import Refusal
from lms.services.roster_columns import REQUIRED
from lms.services.roster_plan import Effect
from lms.tables.people import PersonRow
from lms.tables.training import BatchRow, TraineeRow, TraineeState
from lms.web.coursework.pages import levels_of
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.learning.mastery_map import map_of
from lms.web.people.forms import ReasonForm
from lms.web.training.downloads import file_answer
from lms.web.training.forms import BatchFactsForm, BatchForm, RosterForm
from lms.web.training.previews import preview_of
from lms.web.training.words import BATCH, batch_look, batch_word, trainee_look, trainee_word
from lms.web.words import tell_done

bp = Blueprint("training", __name__)
Page = str | AnyResponse | tuple[str, int]


@bp.context_processor
def _words() -> dict[str, object]:
    """The area's words, for its templates."""
    return {
        "batch_word": batch_word,
        "batch_look": batch_look,
        "trainee_word": trainee_word,
        "trainee_look": trainee_look,
    }


@bp.get("/batches")
@requires(Permission.BATCH_READ)
def list_batches() -> str:
    """The batches one may see, filtered by state, pack and text."""
    wished = {name: request.args.get(name, "").strip() for name in ("state", "pack", "text")}
    packs = {row.code: row.title for row in training.list_packs()}
    lines = training.list_batches(actor(), now(), **wished)
    return render_template("training/list_batches.html", lines=lines, wished=wished, states=BATCH, packs=packs)


@bp.route("/batches/new", methods=["GET", "POST"])
@requires(Permission.BATCH_MANAGE)
def add_batch() -> Page:
    """Open a batch."""
    form = BatchForm()
    centres = training.list_centres(actor())
    form.centre.choices = [(row.id, row.name) for row in centres]
    form.pack.choices = [(row.id, f"{row.title} · {row.code} · {row.version}") for row in training.list_packs()]
    _offer_trainers(form, frozenset(row.id for row in centres))
    if form.validate_on_submit():
        try:
            batch = training.add_batch(
                actor(),
                centre_id=form.centre.data,
                code=form.code.data,
                pack_version_id=form.pack.data,
                now=now(),
                **_facts(form),
            )
        except Refusal as refusal:
            return _refused("training/add_batch.html", form, refusal)
        flash(_("The batch is open. Upload its roster next."), "done")
        return redirect(url_for("training.show_batch", batch_id=batch.id))
    return render_template("training/add_batch.html", form=form), 422 if form.errors else 200


@bp.get("/batches/<int:batch_id>")
@requires(Permission.BATCH_READ)
def show_batch(batch_id: int) -> str:
    """One batch: where it stands, its trainees, its assessments, its history."""
    batch = training.get_batch(actor(), batch_id)
    moment = now()
    line = training.line_of(batch, moment)
    return render_template(
        "training/show_batch.html",
        batch=batch,
        line=line,
        steps=training.steps_of_batch(line, moment),
        lines=trainees.list_lines(batch, moment),
        needed=trainees.attendance_needed(batch),
        offer=unit_choices.offer_in(batch),
        manages=training.manages(actor(), batch),
        follows=coursework.follows(actor(), batch),
        upload=rosters.find_waiting(batch.id),
        without_sign_in=len(slips.list_never_signed_in(batch.id)),
        history=history.list_history("batch", batch.id),
    )


@bp.route("/batches/<int:batch_id>/edit", methods=["GET", "POST"])
@requires(Permission.BATCH_MANAGE)
def edit_batch(batch_id: int) -> Page:
    """Change a batch's name, days and trainers."""
    batch = training.get_managed_batch(actor(), batch_id)
    present = [row.person for row in batch.trainers]
    days = {"name": batch.name, "starts_on": batch.starts_on, "ends_on": batch.ends_on}
    form = BatchFactsForm(data={**days, "trainers": [person.id for person in present]})
    _offer_trainers(form, frozenset({batch.centre_id}), present)
    if form.validate_on_submit():
        try:
            training.change_batch(actor(), batch_id, now=now(), **_facts(form))
        except Refusal as refusal:
            return _refused("training/edit_batch.html", form, refusal, batch=batch)
        flash(_("Saved."), "done")
        return redirect(url_for("training.show_batch", batch_id=batch_id))
    return render_template("training/edit_batch.html", form=form, batch=batch), 422 if form.errors else 200


@bp.post("/batches/<int:batch_id>/slips")
@requires(Permission.BATCH_MANAGE)
def renew_slips(batch_id: int) -> str:
    """New slips for all who have not signed in yet, shown once."""
    made = slips.renew_slips(actor(), batch_id, now=now())
    batch = training.get_managed_batch(actor(), batch_id)
    return _slips_page(made, batch)


@bp.get("/batches/<int:batch_id>/trainees/<int:trainee_id>")
@requires(Permission.BATCH_READ)
def show_trainee(batch_id: int, trainee_id: int) -> str:
    """One trainee: where they stand, their facts and history."""
    return _trainee_page(trainees.get_trainee(actor(), batch_id, trainee_id))


def _trainee_page(trainee: TraineeRow, faults: Sequence[Message] = (), chosen: Sequence[str] | None = None) -> str:
    pack, offer = unit_choices.pack_for(trainee), unit_choices.offer_in(trainee.batch)
    attempt = trainees.attempts_of([trainee.id]).get(trainee.id)
    progress = learning.progress_of(trainee.person_id, pack)
    return render_template(
        "training/show_trainee.html",
        offer=offer,
        chosen=trainee.chosen if chosen is None else chosen,
        choice_faults=faults,
        trainee=trainee,
        progress=progress,
        map=map_of(pack, mastery.mastery_of(trainee.person_id, pack)),
        attempt=attempt,
        steps=trainees.steps_of_trainee(trainee, attempt, now()),
        manages=training.manages(actor(), trainee.batch),
        attendance=attendance_of([trainee])[trainee.id],
        **_room_facts(trainee),
        history=history.list_history("trainee", trainee.id),
        form=ReasonForm(),
    )


def _room_facts(trainee: TraineeRow) -> dict[str, object]:
    """What passes between the trainers and a trainee, for those who see it."""
    if not coursework.follows(actor(), trainee.batch):
        return {"follows": False}
    works = coursework.list_work(trainee.id)
    return {
        "follows": True,
        "teaches": training.trains(actor(), trainee.batch),
        "works": [(work, levels_of(work)) for work in works],
        "messages": feedback.list_to([trainee.id]),
    }


@bp.post("/batches/<int:batch_id>/trainees/<int:trainee_id>/units")
@requires(Permission.BATCH_MANAGE)
def choose_units(batch_id: int, trainee_id: int) -> Page:
    """Set the electives and options of a trainee."""
    chosen = request.form.getlist("units")
    try:
        unit_choices.choose_units(actor(), batch_id, trainee_id, chosen, now=now())
    except unit_choices.ChoiceRefused as refusal:
        trainee = trainees.get_trainee(actor(), batch_id, trainee_id)
        return _trainee_page(trainee, refusal.reasons, chosen), refusal.status
    flash(_("Saved."), "done")
    return redirect(url_for("training.show_trainee", batch_id=batch_id, trainee_id=trainee_id))


@bp.post("/batches/<int:batch_id>/trainees/<int:trainee_id>/<any('drop-out', 'take-back'):act>")
@requires(Permission.BATCH_MANAGE)
def change_trainee(batch_id: int, trainee_id: int, act: str) -> AnyResponse:
    """Mark a trainee as dropped out, or take them back, with a reason."""
    form = ReasonForm()
    trainee = trainees.get_trainee(actor(), batch_id, trainee_id)
    if form.validate_on_submit():
        state = TraineeState.DROPPED_OUT if act == "drop-out" else TraineeState.ENROLLED
        trainees.set_trainee_state(actor(), batch_id, trainee.id, state, why=form.why.data, now=now())
    else:
        flash(_("Nothing was changed: give a reason of 5 to 500 characters."), "bad")
    return redirect(url_for("training.show_trainee", batch_id=batch_id, trainee_id=trainee_id))


@bp.route("/batches/<int:batch_id>/roster", methods=["GET", "POST"])
@requires(Permission.BATCH_MANAGE)
def upload_roster(batch_id: int) -> Page:
    """Upload a roster to be checked; nothing is written to the batch."""
    batch = training.get_managed_batch(actor(), batch_id)
    form = RosterForm()
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        file = form.roster.data
        try:
            upload = rosters.check_roster(
                actor(), batch_id, file_name=file.filename or "", content=file.read(), now=now()
            )
        except Refusal as refusal:
            form.roster.errors = [say(refusal.words)]
        else:
            return redirect(url_for("training.show_upload", batch_id=batch_id, upload_id=upload.id))
    fields = unit_choices.offer_in(batch).fields
    notes = [(name, files.NOTES[name], name in REQUIRED) for name in fields]
    return render_template("training/upload_roster.html", form=form, batch=batch, notes=notes), status


@bp.get("/batches/<int:batch_id>/roster-template.<any(csv, xlsx):kind>")
@requires(Permission.BATCH_MANAGE)
def download_template(batch_id: int, kind: str) -> AnyResponse:
    """The empty roster to fill in."""
    batch = training.get_managed_batch(actor(), batch_id)
    fields = unit_choices.offer_in(batch).fields
    return file_answer(files.template_file(kind, say, fields), f"roster-{batch.code}.{kind}")


@bp.get("/batches/<int:batch_id>/trainees.<any(csv, xlsx):kind>")
@requires(Permission.BATCH_MANAGE)
def download_trainees(batch_id: int, kind: str) -> AnyResponse:
    """The batch's trainees as a roster that can be changed and uploaded again."""
    batch = training.get_managed_batch(actor(), batch_id)
    present = rosters.texts_of_many(trainees.list_trainees(batch))
    fields = unit_choices.offer_in(batch).fields
    return file_answer(files.trainees_file(kind, present, say, fields), f"trainees-{batch.code}.{kind}")


@bp.get("/batches/<int:batch_id>/roster/<int:upload_id>")
@requires(Permission.BATCH_MANAGE)
def show_upload(batch_id: int, upload_id: int) -> str:
    """A checked roster: what importing would do, row by row, with the errors beside."""
    upload = rosters.get_upload(actor(), batch_id, upload_id)
    if upload.state != rosters.UploadState.CHECKED:
        return render_template("training/show_past_upload.html", upload=upload, batch=upload.batch)
    plan, show = rosters.plan_of(upload, now()), request.args.get("show", "")
    table = rosters.table_of(upload)
    return render_template(
        "training/show_upload.html",
        upload=upload,
        batch=upload.batch,
        plan=plan,
        table=table,
        hidden=rosters.hidden_in(table, plan),
        show=show,
        counts={effect.value: plan.count(effect) for effect in Effect},
        preview=preview_of(plan, show),
    )


@bp.get("/batches/<int:batch_id>/roster/<int:upload_id>/errors")
@requires(Permission.BATCH_MANAGE)
def download_errors(batch_id: int, upload_id: int) -> AnyResponse:
    """The file as uploaded, with one more column that says what is wrong."""
    upload = rosters.get_upload(actor(), batch_id, upload_id)
    table = rosters.table_of(upload)
    content = files.error_file(table, rosters.plan_of(upload, now()), say)
    return file_answer(content, f"roster-{upload.batch.code}-errors.{table.kind}")


@bp.post("/batches/<int:batch_id>/roster/<int:upload_id>/import")
@requires(Permission.BATCH_MANAGE)
def import_roster(batch_id: int, upload_id: int) -> Page:
    """Import a checked roster, and show the slips of those who are new, once."""
    done = rosters.import_roster(actor(), batch_id, upload_id, now=now())
    words = ngettext("%(num)d trainee is enrolled.", "%(num)d trainees are enrolled.", done.new)
    if done.changed:
        words += " " + ngettext("%(num)d is changed.", "%(num)d are changed.", done.changed)
    if done.slips:
        return _slips_page(done.slips, done.batch, words)
    tell_done(words, done.new + done.changed)
    return redirect(url_for("training.show_batch", batch_id=batch_id))


@bp.post("/batches/<int:batch_id>/roster/<int:upload_id>/discard")
@requires(Permission.BATCH_MANAGE)
def discard_roster(batch_id: int, upload_id: int) -> AnyResponse:
    """Put a checked roster away."""
    rosters.discard_roster(actor(), batch_id, upload_id)
    flash(_("The roster is put away. Nothing was imported."), "done")
    return redirect(url_for("training.show_batch", batch_id=batch_id))


def _slips_page(made: Sequence[slips.Slip], batch: BatchRow, done: str = "") -> str:
    """Slips, each with the enrolment number: two trainees may have one name."""
    marks = {
        trainee.person_id: f"{trainee.enrolment_number} · {batch.code}" for trainee in trainees.list_trainees(batch)
    }
    return render_template("training/show_slips.html", slips=made, batch=batch, done=done, marks=marks)


def _offer_trainers(form: BatchFactsForm, centre_ids: frozenset[int], present: Sequence[PersonRow] = ()) -> None:
    """The centre's trainers, and those of the batch who are not among them any more."""
    offered = {person.id: person.name for person in [*training.list_trainers(centre_ids), *present]}
    form.trainers.choices = list(offered.items())


def _facts(form: BatchFactsForm) -> dict[str, Any]:
    return {
        "name": form.name.data,
        "starts_on": form.starts_on.data,
        "ends_on": form.ends_on.data,
        "trainer_ids": form.trainers.data,
    }


def _refused(template: str, form: BatchFactsForm, refusal: Refusal, **values: object) -> tuple[str, int]:
    """The form again with what was typed and the refusal at the field it is about."""
    about = form["code"] if refusal.status == 409 else form["ends_on"]
    about.errors = [say(refusal.words)]
    return render_template(template, form=form, **values), refusal.status
