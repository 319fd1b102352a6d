"""What of a workbook is seen otherwise than it is kept: cells shown as percentages, and hidden rows and columns."""

import posixpath
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from xml.parsers import expat

STYLES = "xl/styles.xml"
_BOOK = "xl/workbook.xml"
_TARGETS = "xl/_rels/workbook.xml.rels"
_PERCENT = {9, 10}  # the formats 0% and 0.00%, which every workbook knows without saying so
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_NUMBER = re.compile(
    rb"""<((?:\w+:)?)c(?=[\s>])([^<>]*)(?<!/)>\s*<(?:\w+:)?v(?:\s[^<>]*)?>([-+0-9.eE]{1,40})</(?:\w+:)?v>"""
)
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*["']([^"'<>]*)["']""")
_YES = {"1", "true"}
_COLUMNS = 100  # further to the right nothing is read
_PLACE = re.compile("[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """The rows of a sheet that are hidden, and of its first columns those that are, from 0."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()


def percent_styles(styles: bytes) -> frozenset[bytes]:
    """The numbers of the styles that show a cell as a percentage. The part is known to be sound XML."""
    formats: dict[str, str] = {}
    found: list[bytes] = []
    place = 0
    cells = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal place, cells
        local = name.rpartition(":")[2]
        if local == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif local == "xf" and cells:
            number = attributes.get("numFmtId", "")
            code = formats.get(number)
            if "%" in _QUOTED.sub("", code) if code is not None else number in map(str, _PERCENT):
                found.append(str(place).encode())
            place += 1
        elif local in {"cellXfs", "cellStyleXfs"}:
            cells = local == "cellXfs"

    def end(name: str) -> None:
        nonlocal cells
        cells = cells and name.rpartition(":")[2] != "cellXfs"

    _follow(styles, start, end)
    return frozenset(found)


def with_percents(sheet: bytes, styles: Collection[bytes]) -> bytes:
    """A sheet in which cells shown as percentages are texts such as `50%`: that is what somebody saw and meant."""

    def shown(cell: re.Match[bytes]) -> bytes:
        attributes = dict(_ATTRIBUTE.findall(cell[2]))
        if attributes.get(b"s") not in styles or attributes.get(b"t", b"n") != b"n":
            return cell[0]
        try:
            value = f"{(Decimal(cell[3].decode()) * 100).normalize():f}%".encode()
        except InvalidOperation:
            return cell[0]
        place = b' r="%b"' % attributes[b"r"] if b"r" in attributes else b""
        return b'<P:c%b t="str"><P:v>%b</P:v>'.replace(b"P:", cell[1]) % (place, value)

    return _NUMBER.sub(shown, sheet) if styles else sheet


def hidden_in(sheet: bytes) -> Hidden:
    """What is hidden in a sheet. The part is known to be sound XML."""
    rows: set[int] = set()
    columns: set[int] = set()
    number = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal number
        local = name.rpartition(":")[2]
        if local == "row":
            number = int(told) if _PLACE.fullmatch(told := attributes.get("r", "")) else number + 1
            if attributes.get("hidden") in _YES:
                rows.add(number - 1)
        elif local == "col" and attributes.get("hidden") in _YES:
            first, last = (attributes.get(name, "") for name in ("min", "max"))
            if _PLACE.fullmatch(first) and _PLACE.fullmatch(last):
                columns.update(range(int(first) - 1, min(int(last), _COLUMNS)))

    _follow(sheet, start)
    return Hidden(rows=frozenset(rows), columns=frozenset(columns))


def sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The part that holds each sheet, by the sheet's name; sheets whose part is not there are left out."""
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(_name: str, attributes: dict[str, str]) -> None:
        targets[attributes.get("Id", "")] = posixpath.normpath(
            posixpath.join("/xl", attributes.get("Target", ""))
        ).lstrip("/")

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            own = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            sheets[attributes.get("name", "")] = targets.get(own, "")

    for part, handler in ((_TARGETS, relation), (_BOOK, sheet)):
        _follow(parts.get(part, b"<none/>"), handler)
    return {name: part for name, part in sheets.items() if part in parts}


def _follow(
    part: bytes, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None] | None = None
) -> None:
    """Tell of each element of a part as it begins and ends."""
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(part, True)
