"""PDFs that set codes in a column without ruled lines: each line of text stays with its own code."""

import pytest

from curriculum.published.files import published_text
from curriculum.published.page_cells import Run
from curriculum.published.page_codes import codes_first
from curriculum.published.reading import read_published
from tests.curriculum.published.test_pdf import pdf_of

LINES = (
    "look over the site with the foreman and list on one page all that is there, what is broken and what is lost",
    "draw the line of the pipe",
    "reckon how much pipe is needed, what it weighs and who may carry it, and tell the store in time for the cart",
    "agree with the villagers on a day",
    "mark the line",
)


def page(align: str, padding: int, lines: tuple[str, ...]) -> bytes:
    rows = "".join(f"<tr><td>PC{number}</td><td>{text}</td></tr>" for number, text in enumerate(lines, start=1))
    style = (
        f"<style>td {{border: none; vertical-align: {align}; padding: {padding}px; width: 88% !important}}"
        "td:first-child {width: 12% !important} body {font: 12pt sans-serif; width: 11cm}</style>"
    )
    head = "<p>EXM/N1401: Lay a pipe</p><p>Description</p><p>This unit is about pipes and how to lay them.</p>"
    lead = "<p>To be competent, the user must be able to:</p>"
    criteria = f"<p>Elements and Performance Criteria</p><p>Plan the work</p>{lead}<table>{rows}</table>"
    return pdf_of(f"{style}{head}{criteria}<p>Knowledge and Understanding (KU)</p><p>KU1. how water flows</p>")


# Without room between rows, and with a first row of one line, nothing tells where rows in the middle begin.
CASES = [
    (align, padding, lines)
    for align in ("top", "middle", "bottom")
    for padding, lines in ((0, LINES), (0, LINES[2:]), (4, LINES), (4, LINES[1:]), (4, LINES[2:]))
]


@pytest.mark.parametrize(("align", "padding", "lines"), CASES)
def test_a_code_anywhere_beside_its_lines_has_just_them(align: str, padding: int, lines: tuple[str, ...]) -> None:
    [unit] = read_published(published_text(page(align, padding, lines))).units
    assert [line["text"] for line in unit["elements"][0]["criteria"]] == list(lines)


def test_codes_that_no_text_stands_beside_are_left_where_they_are() -> None:
    runs = [Run(left=10, right=30, bottom=place * 9, top=place * 9 + 8, text=f"PC{place}") for place in range(1, 300)]
    assert codes_first(runs) == runs


def test_a_code_before_words_that_are_set_one_by_one_stays_on_its_line() -> None:
    words = [
        (50, 700, "PC2."),
        (75, 700, "check"),
        (50, 685, "glove"),
        (76, 685, "of"),
        (50, 670, "PC3."),
        (75, 670, "rest"),
    ]
    runs = [Run(left=left, right=left + 22, bottom=bottom, top=bottom + 10, text=text) for left, bottom, text in words]
    assert codes_first(runs) == runs
