"""The entry of answer sheets: one by one in a grid, or many from a file."""

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from assessments.answer_sheets import letters_of
from lms.clock import now
from lms.permissions import Permission, requires
from lms.reports.writing import MIME
from lms.services import history, paper_entries, paper_uploads, paper_withdrawals
from lms.services.errors import Faulty
from lms.services.paper_entries import Desk, FaultyMarks, ReasonMissing, SheetState
from lms.tables.assessing import AssessmentRow
from lms.web.filters import say
from lms.web.gate import actor
from lms.web.intake import is_whole_number, whole_number
from lms.web.paper.forms import ChangeForm, GoneOnForm, SheetForm, TakeBackForm, UploadForm
from lms.web.paper.words import SHEET_LOOK, SHEET_STATE
from lms.web.words import tell_done

bp = Blueprint("paper", __name__, url_prefix="/assessments/<int:assessment_id>/paper")
Page = str | Response | tuple[str, int]
MOST_LINES = 3  # of empty questions, one each
_FIELD = re.compile(r"q-([0-9]{1,4})")


@bp.route("/candidates/<int:candidate_id>", methods=["GET", "POST"])
@requires(Permission.EXAM_INVIGILATE)
def enter(assessment_id: int, candidate_id: int) -> Page:
    """One answer sheet as a grid: a letter moves on to the next question."""
    row, desk = paper_entries.get_desk(actor(), assessment_id, candidate_id)
    form = _form_of(desk)
    if not form.validate_on_submit():
        return _grid(row, desk, form, status=422 if form.errors else 200)
    try:
        state = paper_entries.enter(
            actor(),
            assessment_id,
            candidate_id,
            _typed(),
            reference=form.reference.data or "",
            reason=(form.reason.data or "") if isinstance(form, ChangeForm) else "",
            now=now(),
        )
    except FaultyMarks as refusal:
        faults = {fault.number: say(fault.words) for fault in refusal.faults}
        return _grid(row, desk, form, faults=faults, status=refusal.status)
    except ReasonMissing as refusal:
        form["reason"].errors = [say(refusal.words)]
        return _grid(row, desk, form, status=refusal.status)
    return _after(row, desk, state)


@bp.post("/candidates/<int:candidate_id>/back")
@requires(Permission.EXAM_INVIGILATE)
def take_back(assessment_id: int, candidate_id: int) -> Page:
    """Take back what was entered by mistake and is not recorded."""
    row, desk = paper_entries.get_desk(actor(), assessment_id, candidate_id)
    form = TakeBackForm()
    sent, why = form.seen.data or "", form.why.data or ""
    seen = whole_number(sent) if is_whole_number(sent) else None
    try:
        paper_withdrawals.take_back(actor(), assessment_id, candidate_id, seen=seen, reason=why, now=now())
    except ReasonMissing as refusal:
        form.why.errors = [say(refusal.words)]
        return _grid(row, desk, _form_of(desk), back=form, status=refusal.status)
    flash(_("What was entered of the sheet of %(number)s is taken back.", number=desk.candidate.number), "done")
    return redirect(url_for("paper.show", assessment_id=row.id, _anchor="sheets"))


@bp.get("/template.csv")
@requires(Permission.EXAM_INVIGILATE)
def download_template(assessment_id: int) -> Response:
    """A sheet with all candidates and questions, to fill in."""
    row, content = paper_uploads.make_template(actor(), assessment_id)
    return _file(content, f"{row.code}-answers.csv")


@bp.post("/upload")
@requires(Permission.EXAM_INVIGILATE)
def upload(assessment_id: int) -> Page:
    """Enter the sheets of a whole file, or none of it and every fault."""
    row, _desks = paper_entries.get_day(actor(), assessment_id)
    form = UploadForm()
    faults: tuple[paper_uploads.CellFault, ...] = ()
    if form.validate_on_submit():
        try:
            done = paper_uploads.upload(actor(), assessment_id, form.answers.data.read(), now=now())
        except paper_uploads.FaultyFile as refusal:
            faults = refusal.faults
            form.answers.errors = [say(refusal.words)]
        except Faulty as refusal:
            form.answers.errors = [say(refusal.words)]
        else:
            tell_done(_uploaded(done, is_double=paper_entries.is_double(row)), done.entered)
            return redirect(url_for("paper.show", assessment_id=assessment_id))
    return render_template("paper/show_faults.html", assessment=row, form=form, faults=faults), 422


def _form_of(desk: Desk) -> SheetForm:
    return ChangeForm() if desk.recorded else GoneOnForm() if desk.began_on_screen else SheetForm()


def _grid(
    row: AssessmentRow,
    desk: Desk,
    form: SheetForm,
    *,
    faults: Mapping[int, str] | None = None,
    back: TakeBackForm | None = None,
    status: int = 200,
) -> tuple[str, int]:
    own = desk.own(actor().person_id)
    is_typed = form.is_submitted() and back is None
    if own is not None and not is_typed:
        form.reference.data = own.reference
    kept = dict(enumerate(own.answers, start=1)) if own else {}
    page = render_template(
        "paper/enter_sheet.html",
        assessment=row,
        desk=desk,
        form=form,
        own=own,
        words=SHEET_STATE,
        looks=SHEET_LOOK,
        differing=desk.differing(actor().person_id),
        questions=[(number, letters_of(len(item.options))) for number, item in enumerate(desk.items, start=1)],
        typed=_typed() if is_typed else kept,
        faults=faults or {},
        fault_lines=_lines(faults or {}),
        is_double=paper_entries.is_double(row),
        is_open=paper_entries.is_open(row, now()),
        refusal=paper_entries.refusal_of(desk, now()),
        back=back or TakeBackForm(formdata=None, seen=desk.newest.number if desk.newest else ""),
        can_take_back=paper_withdrawals.can_take_back(desk),
        history=history.list_history("candidate", desk.candidate.id),
    )
    return page, status


def _uploaded(done: paper_uploads.Uploaded, *, is_double: bool) -> str:
    """What a file did, and what is still to be done."""
    said = [ngettext("%(num)d answer sheet is entered.", "%(num)d answer sheets are entered.", done.entered)]
    if done.known:
        again = ngettext(
            "%(num)d stands in the file as you entered it before.",
            "%(num)d stand in the file as you entered them before.",
            done.known,
        )
        said.append(again)
    if done.entered and is_double:
        said.append(_("What nobody else has entered yet, another person enters too."))
    return " ".join(said)


def _lines(faults: Mapping[int, str]) -> Sequence[tuple[int, str]]:
    """What is wrong, each with the question to go to; where many are empty they are one line."""
    typed = _typed()
    empty = [number for number in faults if not typed.get(number, "").strip()]
    if len(empty) <= MOST_LINES:
        return tuple(faults.items())
    words = ngettext(
        "%(num)d question is empty: %(list)s. Type - where no answer was marked.",
        "%(num)d questions are empty: %(list)s. Type - where no answer was marked.",
        len(empty),
        list=_ranges(empty),
    )
    others = [(number, words) for number, words in faults.items() if number not in set(empty)]
    return (*others, (empty[0], words))


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers in order, those that follow each other as from–to."""
    runs = (list(run) for _key, run in groupby(enumerate(numbers), lambda one: one[1] - one[0]))
    return ", ".join(f"{run[0][1]}" if len(run) == 1 else f"{run[0][1]}–{run[-1][1]}" for run in runs)


def _typed() -> dict[int, str]:
    """What stands in the fields `q-<number>`, by number."""
    found = ((_FIELD.fullmatch(name), text) for name, text in request.form.items())
    return {whole_number(match[1]): text for match, text in found if match}


def _after(row: AssessmentRow, desk: Desk, state: SheetState) -> Response:
    """Where one goes on: to the next sheet, or to the same where another person read it differently."""
    if state in {SheetState.DIFFERS, SheetState.CHANGING}:
        return redirect(url_for("paper.enter", assessment_id=row.id, candidate_id=desk.candidate.id))
    said = {
        SheetState.RECORDED: _("The answers of %(number)s are recorded.", number=desk.candidate.number),
        SheetState.ONCE: _(
            "The sheet of %(number)s is entered once. Another person enters it too.", number=desk.candidate.number
        ),
    }
    if desk.began_on_screen and state is SheetState.RECORDED:
        words = _("What %(number)s wrote on paper is kept. It counts if somebody decides so in the exam room.")
        said[state] = words % {"number": desk.candidate.number}
    flash(said[state], "done")
    _row, desks = paper_entries.get_day(actor(), row.id)
    following = paper_entries.next_desk(desks, desk.candidate.id, actor().person_id)
    if following is None:
        return redirect(url_for("paper.show", assessment_id=row.id))
    return redirect(url_for("paper.enter", assessment_id=row.id, candidate_id=following.candidate.id))


def _file(content: bytes, name: str) -> Response:
    return send_file(BytesIO(content), mimetype=MIME["csv"], as_attachment=True, download_name=name)
