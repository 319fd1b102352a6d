"""An uploaded CSV or XLSX file to a table of texts, whatever wrote it; hostile files are refused unread."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from assessments.words import Message
from lms.reports.archives import unpacked
from lms.reports.shown_cells import Hidden
from lms.services.errors import Faulty

MAX_COLUMNS = 100
MAX_CELL = 1000
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
# Windows-1250 read as Windows-1252 shows signs inside words, where Polish has letters.
_MISREAD = re.compile("[A-Za-zÀ-ÿ][³¹¿¯£¥][A-Za-zÀ-ÿ]|[³¹¿¯£¥][A-Za-zà-ÿ]|[A-Za-zà-ÿ][³¹¿]")
# Two-byte text without a mark has its zero bytes in every second place.
_WIDE = {"utf-16-le": slice(1, None, 2), "utf-16-be": slice(0, None, 2)}
_NOT_A_TABLE = Message(
    "This is not a CSV or XLSX file. In your spreadsheet program choose “Save as” and then CSV or XLSX."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What stood in the file: its kind (`csv` or `xlsx`), all its cells as text, row by row, and how it was read.

    `merged` are the cells of a sheet that were merged: first row and column, last row and column, from 0. `hidden_rows`
    and `hidden_columns` count from 0 too. `sheet` is the name of the one that was read, `others` are those not read.
    """

    kind: str
    rows: tuple[tuple[str, ...], ...]
    encoding: str = ""
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    sheet: str = ""
    others: tuple[str, ...] = ()


def read_table(content: bytes, *, max_rows: int, max_columns: int = MAX_COLUMNS, sheet: str = "Roster") -> Table:
    """The table in an uploaded file, told by its content and not by its name. Raises Faulty in words.

    Of a workbook it is the sheet of that name, else the first one that is not hidden. Reads at most `max_rows` rows and
    one more, so that the caller can tell that there are too many.
    """
    if not content.strip():
        raise Faulty(Message("The file is empty."))
    if content.startswith(_OLD_EXCEL):
        raise Faulty(
            Message(
                "This is an old Excel file (.xls) or one with a password. Save it as .xlsx or CSV, without a password."
            )
        )
    if content.startswith(b"PK"):
        return _read_xlsx(content, max_rows, max_columns, sheet)
    return _read_csv(content, max_rows, max_columns)


def _read_xlsx(content: bytes, max_rows: int, max_columns: int, wished: str) -> Table:
    parts = unpacked(content)
    if "xl/workbook.xml" not in parts.names:
        raise Faulty(_NOT_A_TABLE)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(parts.repacked))
        names = _names(book)
        if not names:
            raise Faulty(Message("The file is empty."))
        name = wished if wished in names else names[0]
        sheet = book.get_sheet_by_name(name)
        cells = sheet.to_python(skip_empty_area=False, nrows=max_rows + 1)
        merged = tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ())
    except (CalamineError, ValueError, OverflowError, OSError) as fault:
        raise Faulty(
            Message("This XLSX file is damaged. Open it in your spreadsheet program and save it again.")
        ) from fault
    rows = [tuple(_text(cell) for cell in row[:max_columns]) for row in cells]
    hidden = parts.hidden.get(name, Hidden())
    return Table(
        kind="xlsx",
        rows=_without_blank_end(rows),
        merged=merged,
        hidden_rows=tuple(sorted(hidden.rows)),
        hidden_columns=tuple(sorted(hidden.columns)),
        sheet=name,
        others=tuple(other for other in names if other != name),
    )


def _names(book: CalamineWorkbook) -> list[str]:
    """The sheets with cells that can be seen; where none can, all of them."""
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
    seen = [sheet for sheet in sheets if sheet.visible is SheetVisibleEnum.Visible]
    return [sheet.name for sheet in seen or sheets]


def _text(cell: object) -> str:
    """A cell as somebody would type it: whole numbers without `.0`, dates as 2004-03-31."""
    match cell:
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date():
            return cell.isoformat()
    return str(cell)[: MAX_CELL + 1]


def _read_csv(content: bytes, max_rows: int, max_columns: int) -> Table:
    text, encoding = _decoded(content)
    first, _, rest = text.partition("\n")
    if (told := re.fullmatch(r"sep=(.)\s*", first)) is not None:
        text, delimiter = rest, told[1]
    else:
        delimiter = _delimiter(text)
    rows: list[tuple[str, ...]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False):
            rows.append(tuple(cell[: MAX_CELL + 1] for cell in row[:max_columns]))
            if len(rows) > max_rows:
                break
    except csv.Error as fault:
        raise Faulty(_NOT_A_TABLE) from fault
    return Table(kind="csv", rows=_without_blank_end(rows), encoding=encoding)


def _decoded(content: bytes) -> tuple[str, str]:
    """The text and the encoding it was read in: a mark at the start decides, then what fits without fault."""
    head = content[:512]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates: tuple[str, ...] = ("utf-16",)
    elif b"\0" in head:
        candidates = tuple(name for name, places in _WIDE.items() if head[places].count(b"\0") > len(head) // 5)
    else:
        candidates = ("utf-8-sig", "cp1252", "cp1250")
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "cp1252" and _MISREAD.search(text):
            continue
        if _is_binary(text):
            break
        return text, encoding
    raise Faulty(_NOT_A_TABLE)


def _is_binary(text: str) -> bool:
    """Pictures, PDFs and web pages decode too, but are no tables."""
    start = text.lstrip()[:2000]
    return (
        start.startswith(("<", "%PDF", "{\\rtf"))
        or sum(c < " " and c not in "\t\r\n\f" for c in start) > len(start) // 50 + 2
    )


def _delimiter(text: str) -> str:
    """The separator that splits the first lines into most cells."""
    lines = [line for line in text.splitlines()[:30] if line.strip()][:10]
    return max(",;\t", key=lambda mark: sum(line.count(mark) for line in lines))


def _without_blank_end(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    last = max((n for n, row in enumerate(rows) if any(cell.strip() for cell in row)), default=-1)
    return tuple(rows[: last + 1])
