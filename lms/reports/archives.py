"""XLSX files as what they are, ZIP archives of XML: measured and looked through before anything reads them."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from assessments.words import Message
from lms.services.errors import Faulty

MAX_PARTS = 200
MAX_UNPACKED = 40 * 1024 * 1024
# The reader lays a sheet out whole, so one cell far out would cost as much as all between.
MAX_CELLS = 500_000
_CELL = re.compile(rb"<(?:\w+:)?c(?:\s[^>]*)?>")
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,9})([0-9]{1,20})["']""")
# A cell with a formula, in a sheet's XML: prefix, attributes, the formula's own text.
_FORMULA = re.compile(
    rb"""<(\w+:)?c(?=[\s>])([^>]*)(?<!/)>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|(?<!/)>([^<]*)</(?:\w+:)?f>).*?</(?:\w+:)?c>""",
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
_TOO_LARGE = Message("This sheet is too large. Keep only the header and one row for each trainee, and save it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """A workbook that is safe to read: only the parts with cells, stored plain, so that nothing grows on reading."""

    names: frozenset[str]
    repacked: bytes


def unpacked(content: bytes) -> Unpacked:
    """Unpack a workbook within limits. Raises Faulty for a bomb, a damaged file, a huge or a trick sheet.

    Cells with a formula become texts that begin with `=`, as they stand in a CSV file: what a formula last showed
    is not what somebody wrote down.
    """
    parts = _parts(content)
    repacked = io.BytesIO()
    with zipfile.ZipFile(repacked, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
            archive.writestr(name, _checked(part) if sheet else part)
    return Unpacked(names=frozenset(parts), repacked=repacked.getvalue())


def _checked(sheet: bytes) -> bytes:
    """The sheet with its formulas as texts; refused when its furthest cell would make it too large."""
    cells = _CELL.findall(sheet)
    places = [place for cell in cells if (place := _PLACE.search(cell))]
    far_column = max((_column(place[1]) for place in places), default=1)
    far_row = max((int(place[2]) for place in places), default=1)
    if len(places) < len(cells):
        # Cells that do not say where they stand follow each other, in rows that may say where they stand.
        rows = sheet.split(b"<row")
        far_column = max(far_column, *(len(_CELL.findall(row)) for row in rows))
        far_row = max(
            far_row, len(rows), *(int(place[2]) for row in rows if (place := _PLACE.search(row.partition(b">")[0]))), 1
        )
    if far_row * far_column > MAX_CELLS:
        raise Faulty(_TOO_LARGE)
    return _FORMULA.sub(_as_text, sheet)


def _as_text(cell: re.Match[bytes]) -> bytes:
    place = _PLACE.search(cell[2])
    where = b' r="%b%b"' % (place[1], place[2]) if place else b""
    # The text is a mark that a formula stood here; cut before any entity it would otherwise break.
    text = b"=" + (cell[3] or b"")[:100].partition(b"&")[0]
    return b'<P:c%b t="inlineStr"><P:is><P:t>%b</P:t></P:is></P:c>'.replace(b"P:", cell[1] or b"") % (where, text)


def _parts(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if len(infos) > MAX_PARTS:
                raise Faulty(_TOO_LARGE)
            return _read_parts(archive, [info for info in infos if info.filename.startswith(_READ)])
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as fault:
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
        # A document type can define entities that grow; two-byte text would hide what is looked for here.
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"\0" in part[:200]:
            raise Faulty(_DAMAGED)
        parts[info.filename] = part
    return parts


def _column(letters: bytes) -> int:
    """A to 1, Z to 26, AA to 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return max(number, 1)
