"""The text of a PDF, line by line as it is seen, with columns and pages kept apart: the only importer of its reader."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from ctypes import byref, c_float, c_int
from dataclasses import dataclass
from itertools import islice, pairwise
from math import pi

import pypdfium2
from pypdfium2 import raw

from curriculum.published.errors import NotAPack
from curriculum.published.lines import is_of_india
from curriculum.published.page_cells import Box, Run, in_rows, is_beside, is_one_word, one_below_other
from curriculum.published.page_codes import codes_first
from curriculum.words import Message

MOST_PAGES = 400
_MOST_CHARACTERS = 2_000_000
_LEAST_CHARACTERS = 200
_QUARTER = pi / 2
_SLANT = pi / 9  # what leans less stands upright
_ASKEW = -1
_LEVEL = pi / 120  # what leans more climbs or falls by a line on its way over the page
_THICK = 3.0  # points; what is thicker is no line
_UNKNOWN = "\ufffd"
_HALVES = "filts"  # letters that one sign may stand for together
_LEAST_SHARE = 50  # one in so many letters
_DASHES = "-–—"
_MARK = re.compile(r"\d{1,3}(\.\d{1,2})?|[-–—]")
_WIDE = 0.4  # of the height of a line: so much room has no blank between words
_LEAST_MARKS = 3  # of a column
_MOST_CORNERS = 5000
_MOST_RULES = 5000  # of a page
_LOCKED = Message("is locked with a password; save it without one")
_DAMAGED = Message("is a PDF that is damaged or cut off; get the file anew")
_LONG = Message("has more pages or text than any published one; give the PDF of one pack or skill")
_SLANTED = Message(
    "has a page that is set at a slant, so that its lines cannot be told apart; straighten it, or give its text"
)
_NAMELESS = Message(
    "has many letters of which its fonts do not say what they mean; have its text recognised first (OCR), then give it"
)
_PICTURES = Message("is a PDF of pictures without text; have its text recognised first (OCR), then give that")


@dataclass(slots=True)
class _Letter:
    """A letter: its text, how it is turned, and its box when that turn is taken back."""

    text: str
    turn: int
    left: float
    right: float
    bottom: float
    top: float
    leans: bool


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
    if text.count(_UNKNOWN) * _LEAST_SHARE > len(text):
        raise NotAPack(_NAMELESS)
    return text


def _pages(document: pypdfium2.PdfDocument) -> Iterator[str]:
    length = 0
    for number in range(len(document)):
        page = document[number]
        reading = page.get_textpage()
        length += reading.count_chars()
        if length > _MOST_CHARACTERS:
            raise NotAPack(_LONG)
        yield "\n".join(_page_lines(page, reading)) + "\n"
        reading.close()
        page.close()


def _page_lines(page: pypdfium2.PdfPage, reading: pypdfium2.PdfTextPage) -> Iterator[str]:
    """The lines of a page turned so that most letters stand upright; above them what stands otherwise (stamps)."""
    letters = list(_letters(reading))
    if sum(one.leans for one in letters) > max(len(letters) // 2, _LEAST_CHARACTERS):
        raise NotAPack(_SLANTED)
    usual = Counter(one.turn for one in letters if not one.text.isspace() and one.turn != _ASKEW)
    turn = usual.most_common(1)[0][0] if usual else 0
    if turn:
        _put_back(letters)
    askew = "".join(one.text if one.turn != turn else " " for one in letters)
    if words := " ".join(askew.split()):
        yield from (_whole_signs(words), "")
    runs = list(_runs(one for one in letters if one.turn == turn))
    rows = in_rows(runs, list(islice(_rules(page, turn), _MOST_RULES)))
    yield from map(_whole_signs, _lines(one_below_other(codes_first(rows))))


def _rules(page: pypdfium2.PdfPage, turn: int) -> Iterator[Box]:
    """The straight lines that are drawn on a page, turned as its letters are; filled areas are none."""
    for drawn in page.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH,), max_depth=1):
        left, bottom, right, top = drawn.get_bounds()
        if min(right - left, top - bottom) > _THICK and not _is_stroked(drawn):
            continue
        for one, other in pairwise(_corners(drawn)):
            sides = min(one[0], other[0]), max(one[0], other[0]), min(one[1], other[1]), max(one[1], other[1])
            if min(sides[1] - sides[0], sides[3] - sides[2]) <= _THICK:
                yield Box(**dict(zip(("left", "right", "bottom", "top"), _upright(turn, *sides), strict=True)))


def _is_stroked(drawn: pypdfium2.PdfObject) -> bool:
    fill, stroke = c_int(), c_int()
    return bool(raw.FPDFPath_GetDrawMode(drawn, byref(fill), byref(stroke)) and stroke.value)


def _corners(drawn: pypdfium2.PdfObject) -> Iterator[tuple[float, float]]:
    """The ends of the lines of a path in their order, as they are seen on the page."""
    matrix = drawn.get_matrix()
    along, up = c_float(), c_float()
    for number in range(min(raw.FPDFPath_CountSegments(drawn), _MOST_CORNERS)):
        segment = raw.FPDFPath_GetPathSegment(drawn, number)
        if raw.FPDFPathSegment_GetPoint(segment, byref(along), byref(up)):
            yield matrix.on_point(along.value, up.value)


def _letters(reading: pypdfium2.PdfTextPage) -> Iterator[_Letter]:
    """The letters of a page in their own order, each with its box as it is seen when its turn is taken back."""
    box = raw.FS_RECTF()
    for index in range(reading.count_chars()):
        text = chr(raw.FPDFText_GetUnicode(reading, index) or ord(_UNKNOWN))
        if raw.FPDFText_IsHyphen(reading, index) == 1:
            text = "-"  # at the end of a line the reader has it for a sign of its own
        if text in "\0\ufffe\uffff":
            continue
        if raw.FPDFText_HasUnicodeMapError(reading, index) == 1 and not _may_mean_itself(reading, index, text):
            text = _UNKNOWN  # its number in the font, which means another letter
        if text not in "\r\n" and (text.isspace() or text < " "):
            text = " "
        angle = raw.FPDFText_GetCharAngle(reading, index)
        turn = _turn_of(angle)
        if not raw.FPDFText_GetLooseCharBox(reading, index, byref(box)):
            turn = _ASKEW
        leans = abs(angle - round(angle / _QUARTER) * _QUARTER) > _LEVEL
        yield _Letter(text, turn, *_upright(turn, box.left, box.right, box.bottom, box.top), leans)


def _may_mean_itself(reading: pypdfium2.PdfTextPage, index: int, text: str) -> bool:
    """Whether a sign that its font does not tell may be what its number says: a Latin one, and not amid Hindi."""
    beside = (raw.FPDFText_GetUnicode(reading, place) for place in (index - 1, index + 1) if place >= 0)
    return " " <= text < "\u0100" and not any(is_of_india(chr(code)) for code in beside)


def _put_back(letters: list[_Letter]) -> None:
    """Put the halves of signs that stand for two letters (fi, fl) back beside their neighbours.

    The reader has them in another place where a page is turned.
    """
    for place, one in enumerate(letters):
        if one.text not in _HALVES or one.turn not in {1, 2, 3}:
            continue
        near = letters[place + 1 : place + 4]
        after = next((two for two in near if two.text in "\r\n" or not _on_one_line(two, one)), None)
        before = letters[place - 1] if place else None
        beside = after if before is None or before.text in "\r\n" else before
        if after is None or beside is None or beside.text in "\r\n" or _on_one_line(beside, one):
            continue
        edge = beside.right if beside is before else beside.left
        one.left = one.right = edge
        one.bottom, one.top = beside.bottom, beside.top


def _on_one_line(one: _Letter, other: _Letter) -> bool:
    return abs(one.bottom - other.bottom) < one.top - one.bottom


def _turn_of(angle: float) -> int:
    """How many quarters a letter is turned to the right; `_ASKEW` where it stands at a slant."""
    quarters = round(angle / _QUARTER)
    return quarters % 4 if abs(angle - quarters * _QUARTER) < _SLANT else _ASKEW


def _upright(turn: int, left: float, right: float, bottom: float, top: float) -> tuple[float, float, float, float]:
    match turn:
        case 1:
            return -top, -bottom, left, right
        case 2:
            return -right, -left, -top, -bottom
        case 3:
            return bottom, top, -right, -left
    return left, right, bottom, top


def _whole_signs(text: str) -> str:
    """A line whose signs beyond U+FFFF, which the reader gives in halves, are whole; a half alone is no sign."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _runs(letters: Iterable[_Letter]) -> Iterator[Run]:
    """Letters in their own order, parted where a line ends or a column begins."""
    run: Run | None = None
    reach = 0.0  # of the last letter that is seen
    for one in letters:
        if one.text in "\r\n":
            if run is not None:
                yield run
                run = None
            continue
        height = max(one.top - one.bottom, 1)
        if run is not None and (
            abs(one.bottom - run.bottom) > height / 2
            or not -height < one.left - run.right < height
            or (run.text.endswith(" ") and _begins_mark(one.text) and one.left - reach > height * _WIDE)
        ):
            yield run
            run = None
        if run is None:
            if one.text.isspace():
                continue
            run = Run(left=one.left, right=one.right, bottom=one.bottom, top=one.top, text=one.text)
        else:
            run.right, run.text = max(run.right, one.right), run.text + one.text
        reach = reach if one.text.isspace() else one.right
    if run is not None:
        yield run


def _begins_mark(text: str) -> bool:
    return text.isdigit() or text in _DASHES


def _columns_of_marks(runs: Iterable[Run]) -> set[tuple[str, int]]:
    """Where marks stand below one another, by what of them stands at the same place: either end, or the middle."""
    places = Counter(place for run in runs if _MARK.fullmatch(run.text.strip()) for place in _places(run))
    return {place for place, count in places.items() if count >= _LEAST_MARKS}


def _is_in(columns: Collection[tuple[str, int]], run: Run) -> bool:
    """Whether a run is a mark that words of its row come near to, in a column of marks."""
    is_mark = run.column is None and _MARK.fullmatch(run.text.strip()) is not None
    return is_mark and not set(_places(run)).isdisjoint(columns)


def _places(run: Run) -> tuple[tuple[str, int], ...]:
    return ("left", round(run.left)), ("right", round(run.right)), ("middle", round(run.left + run.right))


def _lines(runs: list[Run]) -> Iterator[str]:
    """The runs that are seen on one line, from left to right; an empty line where more room than usual is left."""
    margin = min((run.left for run in runs), default=0)
    columns = _columns_of_marks(runs)
    runs.sort(key=lambda run: -(run.bottom + run.top))
    line: list[Run] = []
    above: Run | None = None
    for run in runs:
        if line and is_beside(line[0], run):
            line.append(run)
            continue
        if line:
            yield from _told(line, above, margin, columns)
            above = line[0]
        line = [run]
    if line:
        yield from _told(line, above, margin, columns)


def _told(line: list[Run], above: Run | None, margin: float, columns: Collection[tuple[str, int]]) -> Iterator[str]:
    line.sort(key=lambda run: run.left)
    height = line[0].top - line[0].bottom
    if above is not None and above.bottom - line[0].top > height * 0.8:
        yield ""
    text = "\t" if line[0].inner or (line[0].column is None and line[0].left - margin > 6 * height) else ""
    for place, run in enumerate(line):
        if place:
            before = line[place - 1]
            text += "\t" * run.before
            is_apart = run.column != before.column or run.left - before.right > height
            text += "\t" if is_apart or _is_in(columns, run) else "" if is_one_word(before, run) else " "
        text += run.text.strip()
    yield text + "\t" * line[-1].after
