"""Pages to be printed: mark sheets and manifests as HTML for `lms.printing`, outside of any request."""

from datetime import datetime

from flask import current_app, g
from flask_babel import force_locale

from assessments.scheme import rule_in_words
from lms import printing
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of, scheme_of
from lms.services import approval, commitments, history, proofs
from lms.services.assessing import MOVES, THING
from lms.settings import ROOT
from lms.tables.assessing import AssessmentRow
from lms.tables.history import HistoryRow
from lms.web.assessing.plots import plots_of
from lms.web.assessing.sheets import draw_sheet
from lms.web.results.picture import component_word

# The folder that relative addresses in these pages are of.
FOLDER = ROOT / "lms" / "static" / "printing"
_SIGNED = ("submit", "verify", "approve")


def mark_sheet_page(actor: Actor, assessment_id: int, *, now: datetime, language: str = "en") -> str:
    """The page of an assessment's mark sheet; raises Absent as `approval.get_mark_sheet` does."""
    row, marks = approval.get_mark_sheet(actor, assessment_id, now=now)
    scheme, pack = scheme_of(row.scheme_version), pack_of(row.pack_version)
    return page_in(
        "mark_sheet.html",
        language,
        assessment=row,
        scheme=scheme,
        pack=pack,
        sheet=draw_sheet(row, pack, scheme, marks),
        rule=rule_in_words(scheme),
        signed=_signed(row),
        printed_at=now,
        component_word=component_word,
    )


def print_manifest(draw_id: int, key: str, now: datetime) -> None:
    """Print the manifest of a draw (`key` says which and in what language) and keep it; once is enough."""
    proof = proofs.to_print(draw_id, key)
    if proof is None:
        return
    page = manifest_page(proof, printed_at=now, language=key.partition("-")[2])
    db.session.rollback()  # laying out takes seconds, and answers are saved meanwhile
    proofs.save_pdf(draw_id, key, printing.print_pdf(page, FOLDER), now=now)


def manifest_page(proof: proofs.Proof, *, printed_at: datetime, language: str = "en") -> str:
    """The page of a draw's manifest as it may be seen now."""
    return page_in(
        "manifest.html",
        language,
        proof=proof,
        sides=commitments.sides_shown(proof.row),
        parts=[(part, plots_of(part.manifest)) for part in proof.parts],
        printed_at=printed_at,
    )


def _signed(row: AssessmentRow) -> list[HistoryRow]:
    """Who submitted, verified and approved the mark sheet last, in this order."""
    acts = history.list_history(THING, row.id)
    wanted = [MOVES[act].done.template for act in _SIGNED]
    newest = [next((line for line in acts if line.what == what), None) for what in wanted]
    return [line for line in newest if line is not None]


def page_in(template: str, language: str, **facts: object) -> str:
    """A template of printed pages in a language, with its facts."""
    g.owner_is_employer = False  # what was printed before may have spoken of an employer
    with force_locale(language):
        return current_app.jinja_env.get_template(f"printing/{template}").render(language=language, **facts)
