"""XLSX files as what they are, ZIP archives of XML: measured and looked through before anything reads them."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TypeVar
from xml.parsers import expat

from assessments.words import Message
from curriculum.uploads import UNREADABLE_ZIP, is_listing_too_much
from lms.reports.shown_cells import STYLES, Hidden, hidden_in, percent_styles, sheet_parts, with_percents
from lms.services.errors import Faulty

MAX_PARTS = 200
MAX_UNPACKED = 40 * 1024 * 1024
# The reader lays a sheet out whole, so one cell far out would cost as much as all between.
MAX_CELLS = 500_000
# Cells share texts, each of which its reader copies for every cell; this is many times what people type.
MAX_TEXT = 40_000_000
_CELL = re.compile("([A-Za-z]{1,9})([0-9]{1,9})")
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
# A cell with what a formula came to that could not be reckoned, such as `#REF!`, pasted without the formula.
_FAULT = re.compile(rb"""<(\w+:)?c(?=[\s>])([^<>]*?)\st\s*=\s*["']e["']([^<>]*)>\s*<(?:\w+:)?v>([^<]{1,40})</""")
# A cell with a formula, in a sheet's XML: prefix, attributes, the formula's own text.
_FORMULA = re.compile(
    rb"""<(\w+:)?c(?=[\s>])([^<>]*)(?<!/)>\s*<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|(?<!/)>([^<]*)</(?:\w+:)?f>).*?</(?:\w+:)?c>""",
    re.DOTALL,
)
_SHEETS = "xl/worksheets/"
_READ = (
    "[Content_Types].xml",
    "_rels/",
    "xl/workbook.xml",
    "xl/_rels/",
    _SHEETS,
    "xl/sharedStrings.xml",
    "xl/styles.xml",
)
_DAMAGED = Message("This file is damaged. Open it in your spreadsheet program and save it again as XLSX.")
_TOO_LARGE = Message("This sheet is too large. Keep only the header and the rows that are needed, and save it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """A workbook that is safe to read: only the parts with cells, stored plain, so that nothing grows on reading.

    `hidden` tells what of each sheet is hidden, by the sheet's name.
    """

    names: frozenset[str]
    repacked: bytes
    hidden: Mapping[str, Hidden] = field(default_factory=dict)


def unpacked(content: bytes) -> Unpacked:
    """Unpack a workbook within limits. Raises Faulty for a bomb, a damaged file, a huge or a trick sheet.

    Cells with a formula become texts that begin with `=`, as they stand in a CSV file: what a formula last showed
    is not what somebody wrote down. Cells with a fault such as `#REF!` become that text, and are not empty. Cells
    shown as percentages become what is shown, `50%`, and not a half.
    """
    parts = {name: _as_texts(part) for name, part in _parts(content).items()}
    percents = percent_styles(parts[STYLES]) if STYLES in parts else frozenset()
    shared: list[int] = []
    for part in parts.values():
        shared = [max(both) for both in zip_longest(shared, _measure(part, _Shared()).lengths, fillvalue=0)]
    repacked = io.BytesIO()
    with zipfile.ZipFile(repacked, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            shown = with_percents(part, percents) if name.startswith(_SHEETS) else part
            _measure(shown, _Sheet(shared))
            archive.writestr(name, shown)
    hidden = {name: hidden_in(parts[part]) for name, part in sheet_parts(parts).items()}
    return Unpacked(names=frozenset(parts), repacked=repacked.getvalue(), hidden=hidden)


def _as_texts(part: bytes) -> bytes:
    """A part with its formulas and faults as texts; looked through is only what is XML of a size to be read."""
    _measure(part, _Sheet())
    return _FAULT.sub(rb'<\1c\2 t="str"\3><\1v>\4</', _FORMULA.sub(_as_text, part))


def _measure(part: bytes, measure: "_Measured") -> "_Measured":
    """Have a part measured element by element. Refuses what is not XML, and what `measure` refuses."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = measure.start, measure.end
    parser.CharacterDataHandler = measure.text
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, LookupError, ValueError) as fault:
        raise Faulty(_DAMAGED) from fault
    return measure


class _Shared:
    """The lengths of the texts that cells share, which a cell names by their place."""

    def __init__(self) -> None:
        self.lengths: list[int] = []
        self.is_inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """One element; the list says how long it is, and its reader makes room for that many before it looks."""
        local = name.rpartition(":")[2]
        if local == "sst" and any(_is_too_many(attributes.get(said, "")) for said in ("count", "uniqueCount")):
            raise Faulty(_TOO_LARGE)
        if local == "si":
            if len(self.lengths) >= MAX_CELLS:
                raise Faulty(_TOO_LARGE)
            self.lengths.append(0)
            self.is_inside = True

    def end(self, name: str) -> None:
        """The end of one element."""
        self.is_inside &= name.rpartition(":")[2] != "si"

    def text(self, text: str) -> None:
        """A piece of text; of a shared one all pieces belong together."""
        if self.is_inside:
            self.lengths[-1] += len(text)


class _Sheet:
    """Follows a sheet cell by cell, as its reader will, and stops where the sheet grows too large."""

    def __init__(self, shared: Sequence[int] = ()) -> None:
        self.shared, self.longest = shared, max(shared, default=0)
        self.place: str | None = None  # of a shared text, while a cell that has one is read
        self.letters = 0
        self.row = self.column = 0
        self.far_row = self.far_column = self.cells = 0

    def end(self, name: str) -> None:
        """The end of one element: a cell with a shared text costs as much as the text."""
        if self.place is None or name.rpartition(":")[2] != "c":
            return
        place, self.place = self.place.strip(), None
        is_known = place.isdecimal() and len(place) < 10 and int(place) < len(self.shared)
        self.letters += self.shared[int(place)] if is_known else self.longest
        if self.letters > MAX_TEXT:
            raise Faulty(_TOO_LARGE)

    def text(self, text: str) -> None:
        """A piece of text."""
        if self.place is not None:
            self.place += text

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """One element: cells and rows may say where they stand, else they follow the one before."""
        local = name.rpartition(":")[2]
        if local == "row":
            self.row = int(r) if (r := attributes.get("r", "")).isdecimal() and len(r) < 10 else self.row + 1
            self.column = 0
        elif local == "c":
            self._cell(attributes.get("r"))
            self.place = "" if attributes.get("t") == "s" and self.shared else None

    def _cell(self, place: str | None) -> None:
        self.column += 1
        if place is not None:
            if (read := _CELL.fullmatch(place)) is None:
                raise Faulty(_DAMAGED)
            self.row, self.column = int(read[2]), _column(read[1])
        self.cells += 1
        self.far_row, self.far_column = max(self.far_row, self.row), max(self.far_column, self.column)
        if self.far_row * self.far_column > MAX_CELLS or self.cells > MAX_CELLS:
            raise Faulty(_TOO_LARGE)


_Measured = TypeVar("_Measured", _Shared, _Sheet)


def _is_too_many(said: str) -> bool:
    """Whether a number of things that a file says it has is more than a sheet may have cells."""
    return said.strip().isdecimal() and (len(said.strip()) > 9 or int(said) > MAX_CELLS)


def _as_text(cell: re.Match[bytes]) -> bytes:
    place = _PLACE.search(cell[2])
    where = b' r="%b%b"' % (place[1], place[2]) if place else b""
    # The text is a mark that a formula stood here; cut before any entity it would otherwise break.
    text = b"=" + (cell[3] or b"")[:100].partition(b"&")[0]
    return b'<P:c%b t="inlineStr"><P:is><P:t>%b</P:t></P:is></P:c>'.replace(b"P:", cell[1] or b"") % (where, text)


def _parts(content: bytes) -> dict[str, bytes]:
    if is_listing_too_much(content):
        raise Faulty(_TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if len(infos) > MAX_PARTS:
                raise Faulty(_TOO_LARGE)
            return _read_parts(archive, [info for info in infos if info.filename.startswith(_READ)])
    except UNREADABLE_ZIP as fault:
        raise Faulty(_DAMAGED) from fault


def _read_parts(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """Read the parts, counting what really comes out: an archive may lie about its sizes."""
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED
    for info in infos:
        with archive.open(info) as file:
            part = file.read(left + 1)
        left -= len(part)
        if left < 0:
            raise Faulty(_TOO_LARGE)
        # A document type can define entities that grow; comments and two-byte text hide what is looked for here.
        if b"<!" in part or b"\0" in part:
            raise Faulty(_DAMAGED)
        parts[info.filename] = part
    return parts


def _column(letters: str) -> int:
    """A to 1, Z to 26, AA to 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
