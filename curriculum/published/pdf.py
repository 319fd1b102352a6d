"""The text of a PDF, line by line as it is seen, with columns and pages kept apart: the only importer of its reader."""

from collections.abc import Iterator
from ctypes import byref
from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw

from curriculum.published.errors import NotAPack
from curriculum.words import Message

MOST_PAGES = 400
_MOST_CHARACTERS = 2_000_000
_LEAST_CHARACTERS = 200
_TALLEST = 60  # points; letters that stand on their side or decorate a cover are no lines
_LOCKED = Message("is locked with a password; save it without one")
_DAMAGED = Message("is a PDF that is damaged or cut off; get the file anew")
_LONG = Message("has more pages or text than any published pack; give the PDF of one pack")
_PICTURES = Message("is a PDF of pictures without text; have its text recognised first (OCR), then give that")


@dataclass(slots=True)
class _Run:
    """Letters in a row: where they are seen, in points from the left and the bottom, and their text."""

    left: float
    right: float
    bottom: float
    top: float
    text: str


def pdf_text(content: bytes) -> str:
    """The text of all pages; raises NotAPack where it cannot be read. A form feed parts pages, tabs part columns."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as refusal:
        raise NotAPack(_LOCKED if "password" in str(refusal).casefold() else _DAMAGED) from refusal
    try:
        if len(document) > MOST_PAGES:
            raise NotAPack(_LONG)
        pages = list(_pages(document))
    except pypdfium2.PdfiumError as refusal:
        raise NotAPack(_DAMAGED) from refusal
    finally:
        document.close()
    text = "\f".join(pages)
    if sum(not sign.isspace() for sign in text) < _LEAST_CHARACTERS:
        raise NotAPack(_PICTURES)
    return text


def _pages(document: pypdfium2.PdfDocument) -> Iterator[str]:
    length = 0
    for number in range(len(document)):
        page = document[number]
        reading = page.get_textpage()
        length += reading.count_chars()
        if length > _MOST_CHARACTERS:
            raise NotAPack(_LONG)
        yield "\n".join(_lines(list(_runs(reading)))) + "\n"
        reading.close()
        page.close()


def _runs(reading: pypdfium2.PdfTextPage) -> Iterator[_Run]:
    """The letters of a page in their own order, parted where a line ends or a column begins."""
    run: _Run | None = None
    box = raw.FS_RECTF()
    for index in range(reading.count_chars()):
        letter = chr(raw.FPDFText_GetUnicode(reading, index) or 0xFFFD)
        if letter in "\r\n\0\ufffe\uffff":
            if run is not None and letter in "\r\n":
                yield run
                run = None
            continue
        if not raw.FPDFText_GetLooseCharBox(reading, index, byref(box)) or box.top - box.bottom > _TALLEST:
            continue
        height = max(box.top - box.bottom, 1)
        if run is not None and (
            abs(box.bottom - run.bottom) > height / 2 or not -height < box.left - run.right < height
        ):
            yield run
            run = None
        if run is None:
            if letter.isspace():
                continue
            run = _Run(box.left, box.right, box.bottom, box.top, letter)
        else:
            run.right, run.text = max(run.right, box.right), run.text + letter
    if run is not None:
        yield run


def _lines(runs: list[_Run]) -> Iterator[str]:
    """The runs that are seen on one line, from left to right; an empty line where more room than usual is left."""
    margin = min((run.left for run in runs), default=0)
    runs.sort(key=lambda run: -(run.bottom + run.top))
    line: list[_Run] = []
    above: _Run | None = None
    for run in runs:
        if line and _is_beside(line[0], run):
            line.append(run)
            continue
        if line:
            yield from _told(line, above, margin)
            above = line[0]
        line = [run]
    if line:
        yield from _told(line, above, margin)


def _is_beside(first: _Run, run: _Run) -> bool:
    middle = (run.bottom + run.top) / 2
    return abs(middle - (first.bottom + first.top) / 2) < min(first.top - first.bottom, run.top - run.bottom) / 3


def _told(line: list[_Run], above: _Run | None, margin: float) -> Iterator[str]:
    line.sort(key=lambda run: run.left)
    height = line[0].top - line[0].bottom
    if above is not None and above.bottom - line[0].top > height * 0.8:
        yield ""
    text = "\t" if line[0].left - margin > 6 * height else ""
    for place, run in enumerate(line):
        if place:
            text += "\t" if run.left - line[place - 1].right > height else " "
        text += run.text.strip()
    yield text
