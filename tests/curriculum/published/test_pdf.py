"""PDFs of packs: read as the text that is seen, with pages and columns; what cannot be read is refused in words."""

import html
import io
import time
from random import Random

import pytest

from curriculum.published.errors import NotAPack
from curriculum.published.files import published_text
from curriculum.published.reading import read_published
from tests.published import TEXTS, lost_words
from tests.soak.forms import SEED

pypdf = pytest.importorskip("pypdf")

STYLE = """<style>
@page {size: A4; margin: 15mm} body {font: 10pt sans-serif} p {margin: 0; white-space: pre-wrap}
.page {break-after: page} table {border-collapse: collapse; width: 100%}
td {border: 1px solid; padding: 3px; width: 75%} td:first-child {width: 25%}
</style>"""
ROWS = """<table><tr><td>Element</td><td>Performance Criteria</td></tr>
<tr><td>Preparing the cut and all that belongs to it</td>
<td>To be competent, the user/individual on the job must be able to:<br>
PC1. read the script to its end, and mark on each of its pages what can stay and what can surely be left away<br>
PC2. mark scenes<br>PC3. ask what for</td></tr>
<tr><td>Cutting</td><td>PC4. cut<br>PC5. mend jumps<br>PC6. look at it again</td></tr></table>"""


def pdf_of(body: str) -> bytes:
    from weasyprint import HTML  # noqa: PLC0415  it takes seconds to import

    content: bytes = HTML(string=STYLE + body).write_pdf()
    return content


def pages(text: str) -> str:
    """A text as pages, a paragraph a line."""
    return "".join(
        f"<div class=page>{''.join(f'<p>{html.escape(line) or chr(160)}</p>' for line in page.splitlines())}</div>"
        for page in text.split("\f")
    )


@pytest.fixture(scope="module")
def new_layout() -> bytes:
    return pdf_of(pages((TEXTS / "exa-q0104.txt").read_text(encoding="utf-8")))


def test_a_pdf_says_what_its_text_says(new_layout: bytes) -> None:
    text = (TEXTS / "exa-q0104.txt").read_text(encoding="utf-8")
    read, wanted = read_published(published_text(new_layout)), read_published(text)
    assert read.units == wanted.units
    assert read.pack == wanted.pack


def test_a_title_that_a_web_page_repeats_is_left_out_where_it_was_printed_too() -> None:
    text = (TEXTS / "ras-q0301.txt").read_text(encoding="utf-8")
    body = f"<pre style='font: 11pt Noto Sans; white-space: pre-wrap'>{html.escape(text)}</pre>"
    on_paper = published_text(pdf_of(body))
    printed = read_published(on_paper)
    assert printed.pack == read_published(text).pack
    assert not lost_words(on_paper, printed)


@pytest.mark.parametrize("font", ["8pt DejaVu Sans", "11pt DejaVu Sans", "11pt Noto Sans", "14pt monospace"])
def test_a_web_text_that_was_printed_is_the_text_itself(font: str) -> None:
    text = (TEXTS / "asc-q1106.txt").read_text(encoding="utf-8")
    printed = read_published(published_text(pdf_of(f"<div style='font: {font}'>{pages(text)}</div>")))
    wanted = read_published(text)
    # Whether a blank stood after a stroke at the end of a line cannot be seen.
    assert str(printed.units).replace("/ ", "/") == str(wanted.units).replace("/ ", "/")
    assert str(printed.pack).replace("/ ", "/") == str(wanted.pack).replace("/ ", "/")


@pytest.mark.parametrize("align", ["top", "middle"])
def test_a_column_of_names_is_kept_apart_from_the_criteria(align: str) -> None:
    head = "<p>EXM/N1401: Cut the film</p><p>Description</p><p>This unit is about cutting.</p>"
    body = f"{head}<p>Performance Criteria (PC) w.r.t. the Scope</p>{ROWS}".replace(
        "<td>", f"<td style='vertical-align:{align}'>"
    )
    [unit] = read_published(published_text(pdf_of(body))).units
    found = [(element["title"], [one["id"] for one in element["criteria"]]) for element in unit["elements"]]
    assert found == [
        ("Preparing the cut and all that belongs to it", ["PC1", "PC2", "PC3"]),
        ("Cutting", ["PC4", "PC5", "PC6"]),
    ]
    assert unit["elements"][0]["criteria"][0]["text"].endswith("what can surely be left away")


def test_a_locked_pdf_is_refused_in_words(new_layout: bytes) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(new_layout))
    writer.encrypt("secret", algorithm="AES-128")
    locked = io.BytesIO()
    writer.write(locked)
    with pytest.raises(NotAPack, match="is locked with a password"):
        published_text(locked.getvalue())


def test_a_pdf_of_pictures_is_refused_in_words() -> None:
    with pytest.raises(NotAPack, match="is a PDF of pictures without text"):
        published_text(pdf_of("<div style='width: 5cm; height: 5cm; background: teal'></div>"))


def test_a_pdf_with_damaged_bytes_is_read_or_refused(new_layout: bytes) -> None:
    chance, refused = Random(SEED), 0
    for _ in range(40):
        damaged = bytearray(new_layout)
        for _ in range(chance.randint(1, 30)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        began = time.process_time()
        try:
            read_published(published_text(bytes(damaged)))
        except NotAPack:
            refused += 1
        assert time.process_time() - began < 2
    assert 0 < refused < 40


def test_a_pdf_that_is_cut_off_is_refused_or_read(new_layout: bytes) -> None:
    for share in (10, 4, 2):
        try:
            published_text(new_layout[: len(new_layout) // share])
        except NotAPack as refusal:
            assert "damaged" in str(refusal) or "pictures" in str(refusal)  # noqa: PT017  either is right
