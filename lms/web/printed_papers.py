"""The parts of an exam on paper as pages to be printed, and the work that prints them: booklets, sheets, key sheets."""

from collections.abc import Sequence
from datetime import datetime

from certificates.qr import qr_svg
from lms import printing
from lms.catalogues import SOURCE_LANGUAGE, languages
from lms.extensions import db
from lms.services import booklets, key_sheets, paper_prints
from lms.services.booklets import Booklet
from lms.services.key_sheets import KeySheet
from lms.services.paper_prints import BOOKLET, LARGE, SHEETS
from lms.tables.assessing import AssessmentRow
from lms.web.printouts import FOLDER, page_in

IN_A_COLUMN, COLUMNS = 25, 4
LARGE_IN_A_COLUMN, LARGE_COLUMNS = 9, 3  # of a page in large print, of which a sheet then has several
_KEYS_IN_A_ROW = 5


def print_part(assessment_id: int, key: str, now: datetime) -> None:
    """Print one part of an assessment's papers (`key` is its name) and keep it."""
    row = db.session.get_one(AssessmentRow, assessment_id)
    kind, _dash, rest = key.partition("-")
    if kind in {BOOKLET, LARGE}:
        (booklet,) = booklets.booklets_of(row, {int(rest)})
        page = booklet_page(row, booklet, language=language_of(booklet), is_large=kind == LARGE)
    elif kind == SHEETS:
        page = sheets_page(row, booklets.booklets_of(row), language=rest)
    else:
        page = room_page(row, booklets.booklets_of(row), language=rest)
    db.session.rollback()  # laying out takes seconds, and answers are saved meanwhile
    paper_prints.save_print(assessment_id, key, printing.print_pdf(page, FOLDER), now=now)


def print_key_sheets(assessment_id: int, language: str, now: datetime) -> None:
    """Print the key sheets of an assessment and keep them for its council."""
    sheet = key_sheets.key_sheet_of(assessment_id)
    page = key_page(sheet, printed_at=now, language=language)
    db.session.rollback()
    key_sheets.save_key_sheet(sheet, language, printing.print_pdf(page, FOLDER), now=now)


def language_of(booklet: Booklet) -> str:
    """The language that a candidate's papers are printed in: their own, where there is a catalogue of it."""
    wished: str = booklet.candidate.trainee.person.language
    return wished if wished in languages() else SOURCE_LANGUAGE


def booklet_page(row: AssessmentRow, booklet: Booklet, *, language: str = "en", is_large: bool = False) -> str:
    """The page of one candidate's paper booklet; of a question in more than one language this one comes first."""
    items = [item.beginning_with(language) for item in booklet.items]
    facts = {"assessment": row, "booklet": booklet, "is_large": is_large, "qr": qr_svg(booklet.qr_text)}
    return page_in("booklet.html", language, items=items, **facts)


def sheets_page(row: AssessmentRow, printed: Sequence[Booklet], *, language: str = "en") -> str:
    """The answer sheets of all candidates, a page each or several in large print, in each candidate's own language."""
    sheets = [_sheet(row, booklet, language_of(booklet)) for booklet in printed]
    return page_in("answer_sheets.html", language, assessment=row, sheets=sheets)


def room_page(row: AssessmentRow, printed: Sequence[Booklet], *, language: str = "en") -> str:
    """The papers of a room: how the day runs, who is there, and what happened."""
    return page_in("room.html", language, assessment=row, booklets=printed)


def key_page(sheet: KeySheet, *, printed_at: datetime, language: str = "en") -> str:
    """The sealed key sheets of an assessment."""
    lines = [
        (key, [key.letters[at : at + _KEYS_IN_A_ROW] for at in range(0, len(key.letters), _KEYS_IN_A_ROW)])
        for key in sheet.keys
    ]
    facts = {"assessment": sheet.row, "digest": sheet.digest, "lines": lines, "printed_at": printed_at}
    return page_in("key_sheets.html", language, **facts)


def _sheet(row: AssessmentRow, booklet: Booklet, language: str) -> str:
    is_large = booklet.candidate.large_print
    rows = [(item.number, len(item.options)) for item in booklet.items]
    high = LARGE_IN_A_COLUMN if is_large else max(IN_A_COLUMN, -(-len(rows) // COLUMNS))
    across = LARGE_COLUMNS if is_large else COLUMNS
    columns = [rows[at : at + high] for at in range(0, len(rows), high)]
    pages = [columns[at : at + across] for at in range(0, len(columns), across)]
    facts = {"assessment": row, "booklet": booklet, "pages": pages, "qr": qr_svg(booklet.qr_text)}
    return page_in("_answer_sheet.html", language, is_large=is_large, **facts)
