"""Text to numbered clean lines: layout is taken away, what is printed stays."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

# Signs that only lay text out: kinds of space, and letters that are printed as one.
_BLANKS = (*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA1), 0x1680, *range(0x2000, 0x200B))
_NOTHING = (0xAD, 0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
# What ends a line: of each kind of machine, of web pages, and of programs that lay pages out.
_ENDS = re.compile("\r\n|[\r\v\x85\u2028\u2029]")
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_LAYOUT = str.maketrans(
    {**dict.fromkeys((*_BLANKS, 0x202F, 0x205F, 0x3000), " "), **dict.fromkeys(_NOTHING), **_LIGATURES}
)
# Columns stand apart by a tab, or by so many blanks that nobody types them inside a sentence.
_GAP = re.compile(r" *\t[\t ]*| {3,}")
# Letters and figures, with the signs that scripts of India write vowels with, which are no letters to a computer.
_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f\u0900-\u0963\u0966-\u0dff\u200c\u200d])+")
_OF_INDIA = re.compile("[\u0900-\u0963\u0966-\u0dff]")
_OTHER_FIGURE = re.compile(r"(?![0-9])\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the text: its number from 1, its words with single blanks, and its page from 1 where pages are known.

    `cells` are its parts where columns stand apart, the first one empty when the line begins in a later column; a line
    without columns has none. `tabbed` are its parts at every tab, where an empty one may be an empty cell of a table.
    """

    number: int
    text: str
    page: int | None = None
    cells: tuple[str, ...] = ()
    tabbed: tuple[str, ...] = ()


def is_of_india(text: str) -> bool:
    """Whether a text holds a letter of a script of India, such as that of Hindi."""
    return _OF_INDIA.search(text) is not None


def plain_lines(text: str) -> str:
    r"""A text with `\n` at the end of each line, however its lines were ended."""
    return _ENDS.sub("\n", text)


def lines_of(text: str) -> tuple[Line, ...]:
    """Every line of a text, blank ones too; a form feed begins a page.

    Where one stands inside a line, the line is given in its parts, which have one number.
    """
    plain = plain_lines(text)
    page = 1 if "\f" in plain else None
    rows = [row.split("\f") for row in plain.split("\n")]
    margin = min((_margin(part) for parts in rows for part in parts if part.strip()), default=0)
    lines = []
    for number, parts in enumerate(rows, start=1):
        is_blank = not any(parts)
        for place, part in enumerate(parts):
            if place and page is not None:
                page += 1
            if part or (is_blank and place == len(parts) - 1):
                lines.append(_line(number, part[margin:], page))
    return tuple(lines)


def bare_text(text: str) -> str:
    """A text with single blanks, without signs that only lay it out and that nobody sees."""
    return " ".join(text.translate(_LAYOUT).split())


def by_number(lines: Iterable[Line]) -> dict[int, Line]:
    """Each line whole by its number, parts that a page parted put together again."""
    whole: dict[int, Line] = {}
    for line in lines:
        begun = whole.get(line.number)
        whole[line.number] = replace(begun, text=f"{begun.text} {line.text}", cells=(), tabbed=()) if begun else line
    return whole


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: letters and figures in their plain form (NFKC), without other signs.

    Figures of all scripts are the same figures.
    """
    return _WORD.findall(plain_figures(unicodedata.normalize("NFKC", text.translate(_LAYOUT))))


def plain_figures(text: str) -> str:
    """A text with figures 0 to 9 in the place of those of other scripts, such as `४`."""
    return text if text.isascii() else _OTHER_FIGURE.sub(lambda figure: str(int(figure[0])), text)


def _margin(raw: str) -> int:
    return len(raw) - len(raw.lstrip(" "))


def _line(number: int, printed: str, page: int | None) -> Line:
    raw = printed.translate(_LAYOUT)
    if printed.rstrip().endswith("\u00ad"):
        raw = raw.rstrip() + "-"  # at the end of a line it is seen
    plain = " ".join(raw.split())
    parts = _GAP.split(raw.rstrip()) if plain else []
    cells = tuple(" ".join(part.split()) for part in parts)
    tabbed = tuple(" ".join(part.split()) for part in raw.split("\t")) if plain and "\t" in raw else ()
    return Line(number=number, text=plain, page=page, cells=cells if len(cells) > 1 else (), tabbed=tabbed)
