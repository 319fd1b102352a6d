"""Text to numbered clean lines: layout is taken away, what is printed stays."""

import re
import unicodedata
from dataclasses import dataclass

# Signs that only lay text out: kinds of space, and letters that are printed as one.
_BLANKS = (*range(0x09), 0x0B, *range(0x0E, 0x20), *range(0x7F, 0xA1), 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029)
_NOTHING = (0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF)
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_LAYOUT = str.maketrans(
    {**dict.fromkeys((*_BLANKS, 0x202F, 0x205F, 0x3000), " "), **dict.fromkeys(_NOTHING), **_LIGATURES}
)
# Columns stand apart by a tab, or by so many blanks that nobody types them inside a sentence.
_GAP = re.compile(r" *\t[\t ]*| {3,}")
# Letters and figures, with the signs that scripts of India write vowels with, which are no letters to a computer.
_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f\u0900-\u0963\u0966-\u0dff\u200c\u200d])+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the text: its number from 1, its words with single blanks, and its page from 1 where pages are known.

    `cells` are its parts where columns stand apart, the first one empty when the line begins in a later column; a line
    without columns has none.
    """

    number: int
    text: str
    page: int | None = None
    cells: tuple[str, ...] = ()


def lines_of(text: str) -> tuple[Line, ...]:
    """Every line of a text, blank ones too; a form feed begins a page."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    page = 1 if "\f" in plain else None
    rows = [row.split("\f") for row in plain.split("\n")]
    margin = min((_margin(part) for parts in rows for part in parts if part.strip()), default=0)
    lines = []
    for number, parts in enumerate(rows, start=1):
        for place, part in enumerate(parts):
            if place and page is not None:
                page += 1
            if part or (not any(parts) and place == len(parts) - 1):
                lines.append(_line(number, part[margin:].translate(_LAYOUT), page))
    return tuple(lines)


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: letters and figures in their plain form (NFKC), without other signs."""
    return _WORD.findall(unicodedata.normalize("NFKC", text.translate(_LAYOUT)))


def _margin(raw: str) -> int:
    return len(raw) - len(raw.lstrip(" "))


def _line(number: int, raw: str, page: int | None) -> Line:
    plain = " ".join(raw.split())
    parts = _GAP.split(raw.rstrip()) if plain else []
    cells = tuple(" ".join(part.split()) for part in parts)
    return Line(number=number, text=plain, page=page, cells=cells if len(cells) > 1 else ())
