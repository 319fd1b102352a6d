"""XLSX files as what they are, ZIP archives of XML: measured and looked through before anything reads them."""

import io
import re
import zipfile
from dataclasses import dataclass
from xml.parsers import expat

from assessments.words import Message
from curriculum.uploads import UNREADABLE_ZIP, is_listing_too_much
from lms.services.errors import Faulty

MAX_PARTS = 200
MAX_UNPACKED = 40 * 1024 * 1024
# The reader lays a sheet out whole, so one cell far out would cost as much as all between.
MAX_CELLS = 500_000
_CELL = re.compile("([A-Za-z]{1,9})([0-9]{1,9})")
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
# A cell with what a formula came to that could not be reckoned, such as `#REF!`, pasted without the formula.
_FAULT = re.compile(rb"""<(\w+:)?c(?=[\s>])([^<>]*?)\st\s*=\s*["']e["']([^<>]*)>\s*<(?:\w+:)?v>([^<]{1,40})</""")
# A cell with a formula, in a sheet's XML: prefix, attributes, the formula's own text.
_FORMULA = re.compile(
    rb"""<(\w+:)?c(?=[\s>])([^<>]*)(?<!/)>\s*<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|(?<!/)>([^<]*)</(?:\w+:)?f>).*?</(?:\w+:)?c>""",
    re.DOTALL,
)
_READ = (
    "[Content_Types].xml",
    "_rels/",
    "xl/workbook.xml",
    "xl/_rels/",
    "xl/worksheets/",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
)
_DAMAGED = Message("This file is damaged. Open it in your spreadsheet program and save it again as XLSX.")
_TOO_LARGE = Message("This sheet is too large. Keep only the header and the rows that are needed, and save it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """A workbook that is safe to read: only the parts with cells, stored plain, so that nothing grows on reading."""

    names: frozenset[str]
    repacked: bytes


def unpacked(content: bytes) -> Unpacked:
    """Unpack a workbook within limits. Raises Faulty for a bomb, a damaged file, a huge or a trick sheet.

    Cells with a formula become texts that begin with `=`, as they stand in a CSV file: what a formula last showed
    is not what somebody wrote down. Cells with a fault such as `#REF!` become that text, and are not empty.
    """
    parts = _parts(content)
    repacked = io.BytesIO()
    with zipfile.ZipFile(repacked, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, _checked(part))
    return Unpacked(names=frozenset(parts), repacked=repacked.getvalue())


def _checked(part: bytes) -> bytes:
    """A part with its formulas and faults as texts. Measured is what is looked through, and then what will be read."""
    _measure(part)
    part = _FAULT.sub(rb'<\1c\2 t="str"\3><\1v>\4</', _FORMULA.sub(_as_text, part))
    _measure(part)
    return part


def _measure(part: bytes) -> None:
    """Refuse what is not XML, or a sheet whose furthest cell would make it too large."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = _Measure().start
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, LookupError, ValueError) as fault:
        raise Faulty(_DAMAGED) from fault


class _Measure:
    """Follows a sheet cell by cell, as its reader will, and stops where the sheet grows too large."""

    def __init__(self) -> None:
        self.row = self.column = 0
        self.far_row = self.far_column = self.cells = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """One element: cells and rows may say where they stand, else they follow the one before."""
        local = name.rpartition(":")[2]
        if local == "row":
            self.row = int(r) if (r := attributes.get("r", "")).isdecimal() and len(r) < 10 else self.row + 1
            self.column = 0
        elif local == "c":
            self._cell(attributes.get("r"))

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
