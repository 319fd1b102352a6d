"""Pages of a pack's coverage: the matrix with its holes, filtered, printed and downloaded."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from assessments.coverage import Hole, LineKind
from curriculum.loading import file_stem
from lms.clock import now
from lms.permissions import Permission, requires
from lms.reports.coverage import coverage_file
from lms.services import coverage, page_prints
from lms.services.coverage import CoverageMatrix, MatrixLine, MatrixUnit
from lms.web.gate import actor
from lms.web.page_prints import answer_with, coverage_print, have_printed
from lms.web.training.downloads import file_answer

bp = Blueprint("coverage", __name__)
KINDS = {LineKind.CRITERION: _l("Criteria"), LineKind.KNOWLEDGE: _l("Knowledge"), LineKind.SKILL: _l("Skills")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What of the matrix is asked for: languages, units, kinds of lines, and whether only lines with holes."""

    languages: tuple[str, ...]
    language: str
    unit: str
    kind: str
    only_holes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownUnit:
    """A unit with the lines that are asked for, each with its holes."""

    unit: MatrixUnit
    lines: tuple[tuple[MatrixLine, tuple[tuple[str, Hole], ...]], ...]


@bp.get("/packs/<int:pack_id>/coverage")
@requires(Permission.COVERAGE_READ)
def show(pack_id: int) -> str:
    """Where each line of a pack is taught, asked and shown."""
    matrix = coverage.matrix_of(actor(), pack_id)
    wish = _wish(matrix)
    return render_template(
        "coverage/show.html",
        matrix=matrix,
        wish=wish,
        units=shown_units(matrix, wish),
        holes=[(language, matrix.holes[language]) for language in wish.languages],
        kinds=KINDS,
        printing=page_prints.state_of(coverage_print(matrix, _language(), now())),
    )


@bp.post("/packs/<int:pack_id>/coverage/print")
@requires(Permission.COVERAGE_READ)
def print_matrix(pack_id: int) -> AnyResponse:
    """Have the whole matrix printed."""
    moment = now()
    have_printed(actor(), coverage_print(coverage.matrix_of(actor(), pack_id), _language(), moment), moment)
    return redirect(url_for("coverage.show", pack_id=pack_id, _anchor="print"))


@bp.get("/packs/<int:pack_id>/coverage.pdf")
@requires(Permission.COVERAGE_READ)
def download_print(pack_id: int) -> AnyResponse:
    """The whole matrix, once a worker has printed it."""
    matrix = coverage.matrix_of(actor(), pack_id)
    name = f"coverage-{file_stem(matrix.row.code)}-{matrix.row.version}.pdf"
    return answer_with(coverage_print(matrix, _language(), now()), name)


@bp.get("/packs/<int:pack_id>/coverage.<any(csv, xlsx):kind>")
@requires(Permission.COVERAGE_READ)
def download(pack_id: int, kind: str) -> AnyResponse:
    """The whole matrix, in all languages, as a file."""
    matrix = coverage.matrix_of(actor(), pack_id)
    name = f"coverage-{matrix.row.code}-{matrix.row.version}.{kind}"
    return file_answer(coverage_file(kind, matrix), name)


def shown_units(matrix: CoverageMatrix, wish: Wish) -> tuple[ShownUnit, ...]:
    """The units and lines that are asked for; a unit of which no line is, is left out."""
    found = []
    for unit in matrix.units:
        if wish.unit and unit.unit.code != wish.unit:
            continue
        lines = [(line, line.holes(wish.languages)) for line in unit.lines]
        kept = tuple(
            (line, holes)
            for line, holes in lines
            if (not wish.kind or line.own.kind == wish.kind) and (holes or not wish.only_holes)
        )
        if kept:
            found.append(ShownUnit(unit=unit, lines=kept))
    return tuple(found)


def _language() -> str:
    return str(get_locale() or "en")


def _wish(matrix: CoverageMatrix) -> Wish:
    """What the address asks for; what is unknown there narrows nothing."""
    language = request.args.get("language", matrix.languages[0])
    language = language if language in (*matrix.languages, "all") else matrix.languages[0]
    unit, kind = request.args.get("unit", ""), request.args.get("kind", "")
    return Wish(
        languages=matrix.languages if language == "all" else (language,),
        language=language,
        unit=unit if unit in {one.unit.code for one in matrix.units} else "",
        kind=kind if kind in set(LineKind) else "",
        only_holes=request.args.get("show", "") == "holes",
    )
