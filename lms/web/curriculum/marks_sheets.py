"""Pages of a pack's sheet of marks: upload it, see what is wrong or what changes, and take it into the scheme."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from assessments.marks_sheet_rows import RowProblem, SheetField
from lms.clock import now
from lms.permissions import Permission, requires
from lms.reports import marks_sheets as files
from lms.services import marks_sheets
from lms.services.errors import Absent, Faulty
from lms.web.curriculum.forms import MarksSheetForm
from lms.web.curriculum.marks_table import changes_table, sums_table
from lms.web.curriculum.routes import Page, bp
from lms.web.filters import say
from lms.web.gate import actor, only_reads
from lms.web.training.downloads import file_answer

_FEW = 3  # of faults of one kind
_KIND = "<any(csv, xlsx):kind>"
_NEEDED = {SheetField.UNIT, SheetField.LABEL}


@bp.route("/packs/<int:pack_id>/marks", methods=["GET", "POST"])
@requires(Permission.PACK_PUBLISH)
@only_reads
def upload_marks(pack_id: int) -> Page:
    """Upload a sheet of marks; it is only read, and nothing of the scheme changes."""
    row, _pack, scheme = marks_sheets.get_scheme_of(actor(), pack_id)
    form = MarksSheetForm()
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        file = form.sheet.data
        try:
            digest = marks_sheets.check_sheet(actor(), pack_id, file_name=file.filename or "", content=file.read())
        except Faulty as refusal:
            form.sheet.errors = [say(refusal.words)]
        else:
            return redirect(url_for("curriculum.show_marks", digest=digest))
    notes = [(name.value, words, name in _NEEDED) for name, words in files.NOTES.items()]
    html = render_template(
        "curriculum/upload_marks.html", form=form, row=row, notes=notes, has_scheme=scheme is not None
    )
    return html, status


@bp.get(f"/packs/<int:pack_id>/marks-template.{_KIND}")
@requires(Permission.PACK_PUBLISH)
def download_marks_template(pack_id: int, kind: str) -> Response:
    """The pack's criteria as a sheet to fill in."""
    row, pack, _scheme = marks_sheets.get_scheme_of(actor(), pack_id)
    return file_answer(files.template_file(kind, pack, say), f"marks-{row.code}-{row.version}-template.{kind}")


@bp.get(f"/packs/<int:pack_id>/marks.{_KIND}")
@requires(Permission.PACK_PUBLISH)
def download_marks(pack_id: int, kind: str) -> Response:
    """The marks of the scheme in force as a sheet."""
    row, pack, scheme = marks_sheets.get_scheme_of(actor(), pack_id)
    if scheme is None:
        raise Absent
    return file_answer(files.marks_file(kind, pack, scheme, say), f"marks-{row.code}-{row.version}.{kind}")


@bp.get("/marks-sheets/<digest>")
@requires(Permission.PACK_PUBLISH)
def show_marks(digest: str) -> str:
    """What a sheet says: its faults row by row, or all that taking it over would change."""
    page = marks_sheets.show_sheet(actor(), digest)
    tables = {"changes": changes_table(page.changes), "sums": sums_table(page.sums)}
    told = {"faults": _folded(page.reading.faults), "oddities": _folded(page.reading.oddities)}
    return render_template("curriculum/show_marks.html", page=page, **tables, **told)


@bp.post("/marks-sheets/<digest>")
@requires(Permission.PACK_PUBLISH)
def take_marks(digest: str) -> Response:
    """Put the marks of a sheet into the draft of the scheme."""
    row = marks_sheets.take_sheet(actor(), digest, seen=request.form.get("seen", ""), now=now())
    flash(
        _(
            "The marks are in the draft of scheme %(number)s. Look through its rules, then publish it.",
            number=row.number,
        ),
        "done",
    )
    return redirect(url_for("curriculum.show_scheme", scheme_id=row.id))


@bp.get("/marks-sheets/<digest>/errors")
@requires(Permission.PACK_PUBLISH)
def download_marks_errors(digest: str) -> Response:
    """The sheet as uploaded, with the number of each row and what is wrong with it."""
    page = marks_sheets.show_sheet(actor(), digest)
    faults = marks_sheets.faults_by_row(page.reading.faults)
    content = files.error_file(page.table, page.header.row, faults, say)
    return file_answer(content, f"marks-{page.pack_row.code}-errors.{page.table.kind}")


def _folded(problems: Sequence[RowProblem]) -> tuple[list[tuple[RowProblem, int]], list[tuple[RowProblem, int]]]:
    """The first few problems of each kind, the last with how many more there are; and all where some are left out."""
    kinds: dict[object, list[RowProblem]] = {}
    for one in problems:
        kinds.setdefault((one.field, one.words.template), []).append(one)
    few = [
        (one, len(own) - _FEW if place == _FEW else 0)
        for own in kinds.values()
        for place, one in enumerate(own[:_FEW], start=1)
    ]
    return few, [(one, 0) for one in problems] if len(few) < len(problems) else []
