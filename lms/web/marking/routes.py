"""Pages of marking: the scorer's assessments, their candidates, and one candidate's practical."""

from fractions import Fraction

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments.words import Message
from lms.clock import now
from lms.permissions import Permission, requires
from lms.records.content import pack_of, scheme_of
from lms.records.practicals import units_of
from lms.services import assessing, history, marking, practical_lists, presence
from lms.services.errors import Faulty
from lms.services.taps import TAKEN_BACK
from lms.tables.assessing import AssessmentState
from lms.tables.marking import PracticalScoreRow
from lms.web.filters import clock
from lms.web.gate import actor
from lms.web.intake import sent_fields
from lms.web.marking.forms import ScoreForm
from lms.web.marking.pages import anchor_of, changes_of, sheet_view, two_scorers_words

bp = Blueprint("marking", __name__, url_prefix="/practicals")


@bp.get("")
@requires(Permission.PRACTICAL_SCORE)
def list_assessments() -> str:
    """The assessments whose practicals one scores: open ones first, done ones below."""
    entries = practical_lists.list_practicals(actor())
    return render_template(
        "marking/list_assessments.html",
        open_entries=[entry for entry in entries if entry.assessment.state == AssessmentState.DRAWN],
        done_entries=[entry for entry in entries if entry.assessment.state != AssessmentState.DRAWN],
    )


@bp.get("/<int:assessment_id>")
@requires(Permission.PRACTICAL_SCORE)
def show_assessment(assessment_id: int) -> str:
    """The candidates of an assessment, how far each is scored, and who is next."""
    row = marking.get_assessment(actor(), assessment_id)
    lines = practical_lists.list_lines(row)
    return render_template(
        "marking/show_assessment.html",
        assessment=row,
        lines=lines,
        done=sum(line.is_present and line.is_done for line in lines),
        present=sum(line.is_present for line in lines),
        next_line=practical_lists.next_line(lines),
        is_open=row.state == AssessmentState.DRAWN,
        may_mark_absent=practical_lists.may_mark_absent(actor(), row, now()),
        submit_url=_submit_url(row.id) if "submit" in assessing.moves_of(actor(), row) else None,
    )


@bp.post("/<int:assessment_id>/candidates/<int:candidate_id>/<any(absent, here):act>")
@requires(Permission.PRACTICAL_SCORE)
def change_presence(assessment_id: int, candidate_id: int, act: str) -> Response:
    """Mark a candidate absent, or say that they are here after all."""
    row = marking.get_assessment(actor(), assessment_id)
    change = presence.mark_absent if act == "absent" else presence.restore
    change(actor(), row.id, candidate_id, now=now())
    return redirect(url_for("marking.show_assessment", assessment_id=row.id, _anchor=f"candidate-{candidate_id}"))


@bp.get("/sheets/<int:sheet_id>")
@requires(Permission.PRACTICAL_SCORE)
def show_sheet(sheet_id: int) -> str:
    """One candidate's practical: the tasks, and every criterion with its levels."""
    sheet = marking.get_sheet(actor(), sheet_id)
    assessment = sheet.candidate.assessment
    mark_unit = Fraction(scheme_of(assessment.scheme_version).mark_unit)
    chains, pack = marking.chains_of(sheet), pack_of(assessment.pack_version)
    return render_template(
        "marking/show_sheet.html",
        sheet=sheet,
        candidate=sheet.candidate,
        assessment=assessment,
        view=sheet_view(units_of(sheet), chains, pack, mark_unit),
        last_saved_at=max((rows[-1].scored_at for rows in chains.values()), default=None),
        is_open=marking.is_open(sheet.candidate),
        next_line=practical_lists.next_line(practical_lists.list_lines(assessment), after=sheet.candidate_id),
        history=history.list_history("candidate", sheet.candidate_id),
    )


@bp.post("/sheets/<int:sheet_id>/scores")
@requires(Permission.PRACTICAL_SCORE)
def save_score(sheet_id: int) -> Response:
    """Save one tap; the reply is its receipt, given only after the commit."""
    form = _tap()
    if not form.validate():
        marking.get_sheet(actor(), sheet_id)  # somebody else's sheet is absent, whatever is sent to it
        words = Message(
            "A score has a criterion of the practical, one of its levels, and a note of up to 500 characters."
        )
        raise Faulty(words)
    row = marking.score(
        actor(),
        sheet_id,
        ref=form.ref.data,
        share=form.share.data or TAKEN_BACK,
        note=form.note.data or "",
        key=form.key.data,
        now=now(),
    )
    if request.is_json:
        return jsonify(_receipt(row))
    return redirect(url_for("marking.show_sheet", sheet_id=sheet_id, _anchor=anchor_of(row.ref)))


def _tap() -> ScoreForm:
    return ScoreForm(sent_fields()) if request.is_json else ScoreForm()


def _receipt(row: PracticalScoreRow) -> dict[str, object]:
    """What the page needs to show the tap as saved: the row's number, its key, and the criterion's history."""
    sheet = marking.get_sheet(actor(), row.sheet_id)
    criterion = next(line for unit in units_of(sheet) for line in unit.criteria if line.ref == row.ref)
    chain = marking.chains_of(sheet)[row.ref]
    changes = [
        f"{clock(change.at, seconds=True)} {change.who} {change.words}" for change in changes_of(criterion, chain)
    ]
    return {
        "receipt": row.id,
        "key": row.key,
        "ref": row.ref,
        "saved_at": clock(row.scored_at, seconds=True),
        "changes": changes,
        "two_scorers": two_scorers_words(criterion, chain),
    }


def _submit_url(assessment_id: int) -> str | None:
    known = "assessing.show" in current_app.view_functions
    return url_for("assessing.show", assessment_id=assessment_id) if known else None
