"""Pages of registers: all days of a training, one day to keep or correct, the sheet on paper and as a file."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from lms.clock import now
from lms.permissions import Permission, requires
from lms.reports import registers as files
from lms.services import history, registers, trainees
from lms.services.attendance import attendance_of
from lms.services.errors import Absent, Faulty
from lms.services.registers import Mark
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.registers.calendar import beside, day_names, month_name, weeks_of
from lms.web.registers.forms import RegisterForm, sent_marks
from lms.web.training.downloads import file_answer

bp = Blueprint("registers", __name__, url_prefix="/batches/<int:batch_id>/register")
Page = str | AnyResponse | tuple[str, int]
MARK = {
    Mark.PRESENT: _l("Present"),
    Mark.ABSENT: _l("Absent"),
    Mark.NOT_THEN: _l("Not then"),
}


@bp.get("")
@requires(Permission.REGISTER_KEEP)
def show(batch_id: int) -> str:
    """All days of the training, and what each trainee's attendance is by now."""
    batch, moment = registers.get_register_batch(actor(), batch_id), now()
    days = registers.list_days(batch, moment)
    people = trainees.list_trainees(batch)
    return render_template(
        "registers/show.html",
        batch=batch,
        today=next((one for one in days if one.is_today), None),
        gaps=[one for one in days if one.is_gap],
        kept=[one for one in days if one.is_kept],
        months=weeks_of(days),
        day_names=day_names(),
        people=people,
        attended=attendance_of(people),
        needed=trainees.attendance_needed(batch),
        history=history.list_history(registers.THING, batch.id),
    )


@bp.route("/<day>", methods=["GET", "POST"])
@requires(Permission.REGISTER_KEEP)
def show_day(batch_id: int, day: str) -> Page:
    """One day: everybody with a tap each, and one button; every register kept for it beneath."""
    when, moment, form = _day(day), now(), RegisterForm()
    page = registers.get_day(actor(), batch_id, when, moment)
    if form.validate_on_submit():
        marks, seen = sent_marks(), int(form.seen.data)
        try:
            registers.keep(actor(), batch_id, when, marks, seen=seen, why=form.why.data or "", now=moment)
        except Faulty as refusal:
            form.why.errors = [say(refusal.words)]
            return _day_page(page, form, marks), refusal.status
        flash(_("The register is saved."), "done")
        return redirect(url_for("registers.show", batch_id=batch_id))
    form.seen.data = str(page.seen)
    return _day_page(page, form, {})


@bp.get("/sheet")
@requires(Permission.REGISTER_KEEP)
def show_sheet(batch_id: int) -> str:
    """All registers as a table, a month a sheet of paper."""
    batch = registers.get_register_batch(actor(), batch_id)
    sheet, people = registers.sheet_of(batch), trainees.list_trainees(batch)
    return render_template(
        "registers/show_sheet.html",
        batch=batch,
        months=[(month_name(days[0]), days) for days in sheet.months()],
        marks=sheet.marks,
        people=people,
        attended=attendance_of(people),
    )


@bp.get("/download.<any(csv, xlsx):kind>")
@requires(Permission.REGISTER_KEEP)
def download(batch_id: int, kind: str) -> AnyResponse:
    """All registers as a file: a row a trainee, a column a day."""
    batch = registers.get_register_batch(actor(), batch_id)
    people = trainees.list_trainees(batch)
    content = files.register_file(kind, registers.sheet_of(batch), people, attendance_of(people), say)
    return file_answer(content, f"register-{batch.code}.{kind}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Absent from None


def _day_page(page: registers.DayPage, form: RegisterForm, sent: dict[int, Mark]) -> str:
    form.why.flags.required = page.seen > 0
    before, after = beside(page.day, registers.list_days(page.batch, now()))
    names = {line.trainee.id: line.trainee.person.name for line in page.lines}
    return render_template(
        "registers/show_day.html",
        page=page,
        batch=page.batch,
        form=form,
        marks={line.trainee.id: sent.get(line.trainee.id, line.mark) for line in page.lines},
        before=before,
        after=after,
        changes=registers.changes_of(page.versions),
        names=names,
        mark_words=MARK,
    )
