"""Printed pages: what stands on them, and that they can be laid out."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from lms.printing import missing_libraries, print_pdf
from lms.services import booklets
from lms.services.errors import Absent
from lms.web import printed_papers, printouts
from tests.lms.services.assessing_steps import AFTER, NOW, drawn

can_print = pytest.mark.skipif(bool(missing_libraries()), reason="nothing can be printed here")


def text_of(page: str) -> list[str]:
    """The text of each sheet."""
    return [sheet.extract_text() for sheet in PdfReader(BytesIO(print_pdf(page, printouts.FOLDER))).pages]


@can_print
def test_every_sheet_of_a_booklet_says_whose_it_is_and_which_of_how_many(app, actor) -> None:
    row, printed = booklets.print_booklets(actor("agency"), drawn(actor).id, now=NOW)
    candidate = printed[0].candidate
    sheets = text_of(printed_papers.booklet_page(row, printed[0]))
    assert len(sheets) > 1
    for number, sheet in enumerate(sheets, start=1):
        assert candidate.number in sheet
        assert candidate.trainee.person.name in sheet
        assert f"Page {number} of {len(sheets)}" in " ".join(sheet.split())
    whole = " ".join(" ".join(sheets).split())
    assert all(" ".join(item.stem.split()) in whole for item in printed[0].items[:3])


@can_print
def test_a_mark_sheet_has_a_line_for_every_candidate(app, actor) -> None:
    row = drawn(actor)
    sheets = text_of(printouts.mark_sheet_page(actor("agency"), row.id, now=AFTER))
    assert all(candidate.number in " ".join(sheets) for candidate in row.candidates)


def test_a_mark_sheet_is_not_printed_for_the_centre(app, actor) -> None:
    row = drawn(actor)
    with pytest.raises(Absent):
        printouts.mark_sheet_page(actor("centre"), row.id, now=AFTER)
