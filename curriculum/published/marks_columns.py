"""What stands in the columns of a marks table: its headings, and the marks at the end of a line."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from curriculum.published.codes import UNIT_CODE
from curriculum.published.lines import Line

COMPONENTS = ("theory", "practical", "project", "viva")
# Column headings by the word that tells them, each with the name of the column.
_NAMES = {
    "theory": "theory",
    "practical": "practical",
    "practicals": "practical",
    "project": "project",
    "viva": "viva",
    "total": "total",
    "out": "out_of",
    "weightage": "weight",
    "weight": "weight",
    "weights": "weight",
}
# All other words that headings of marks tables are made of.
_AROUND = {
    *(
        "marks",
        "mark",
        "of",
        "skills",
        "skill",
        "nos",
        "code",
        "name",
        "s",
        "no",
        "sr",
        "for",
        "and",
        "the",
        "to",
        "be",
    ),
    *("assessment", "assessable", "criteria", "criterion", "performance", "outcomes", "outcome", "tested", "in"),
    *("elements", "element", "national", "occupational", "standards", "standard", "compulsory"),
    *("allocation", "allocated", "percentage"),
}
_MARK = re.compile(r"(\d{1,4}(\.\d{1,2})?|\d{0,3}½|\d{1,3}/\d|[-–—]+|NA|N/A|N\.A\.?|[Nn]il)%?")
_WORD = re.compile(r"[^\W\d_]+")
_TOTAL = re.compile(r"(?i)(nos |grand |sub[- ]?)?total( marks?)?\b[:.]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The headings of a table: its columns in order, and where in the lines they end (the first line after them)."""

    columns: tuple[str, ...]
    end: int

    @property
    def is_weights(self) -> bool:
        """Whether it is the table of units with their weights."""
        return "weight" in self.columns

    @property
    def is_old(self) -> bool:
        """Whether it is the older kind, with what a criterion is marked out of."""
        return "out_of" in self.columns


def header_at(lines: Sequence[Line], start: int) -> Header | None:
    """The headings that begin at a line; they may go on over several lines."""
    end = start
    words: list[str] = []
    while end < len(lines) and end - start < _MOST_HEADER_LINES and (own := _heading_words(lines[end].text)):
        words += own
        end += 1
    columns = tuple(dict.fromkeys(_NAMES[word] for word in words if word in _NAMES))
    marks = [name for name in columns if name in COMPONENTS or name in {"out_of", "weight"}]
    around = len(words) > len(columns)
    return Header(columns=columns, end=end) if marks and around and _is_headed(words, columns) else None


_MOST_HEADER_LINES = 8


def _is_headed(words: Sequence[str], columns: Sequence[str]) -> bool:
    """A table of marks has two columns or more; a list of weights has the word and the units' heading."""
    return len(columns) > 1 or ("weight" in columns and "nos" in words)


def _heading_words(text: str) -> list[str]:
    """The words of a line that is nothing but headings; none for any other line."""
    words = [word.lower() for word in _WORD.findall(text)]
    known = all(word in _NAMES or word in _AROUND for word in words)
    return words if words and known and not re.search(r"\d", text) and not _TOTAL.fullmatch(text.strip()) else []


def split_marks(line: Line, most: int, *, least: int = 1) -> tuple[str, tuple[str, ...]]:
    """The text of a line, and the marks at its end: at most so many, and none where there are fewer than `least`.

    Where columns stand apart a figure inside the text is never taken for a mark.
    """
    if line.cells:
        cells = list(line.cells)
        marks: list[str] = []
        while cells and cells[-1] and all(_MARK.fullmatch(part) for part in cells[-1].split()):
            marks = [*cells.pop().split(), *marks]
        if marks and (not any(cells) or len(marks) <= most):
            return " ".join(cell for cell in cells if cell), tuple(marks)
        return _loose(" ".join(cell for cell in line.cells if cell), most, least)
    return _loose(line.text, most, least)


def _loose(text: str, most: int, least: int) -> tuple[str, tuple[str, ...]]:
    words = text.split()
    count = 0
    while count < len(words) and count < most and _MARK.fullmatch(words[-1 - count]):
        count += 1
    if count < least and count < len(words):
        return text, ()
    return " ".join(words[: len(words) - count]), tuple(words[len(words) - count :])


def unit_code_in(text: str) -> str:
    """The code of a unit as it is printed at the start of a text; empty where there is none."""
    found = UNIT_CODE.match(text)
    return found.group() if found else ""


def compact(code: str) -> str:
    """A code without blanks, in capitals: `PSC /N0131` → `PSC/N0131`."""
    return "".join(code.split()).upper()


def is_total(text: str) -> bool:
    """Whether a row is one of sums by its words."""
    return _TOTAL.fullmatch(text.strip()) is not None


def value_of(mark: str) -> Fraction | None:
    """A mark as a number; nothing for `-`, `NA` and what is no number."""
    plain = mark.rstrip("%").replace("½", ".5")
    if not re.fullmatch(r"\d*(\.\d+)?", plain) or not plain:
        return Fraction(plain) if re.fullmatch(r"\d+/[1-9]\d*", plain) else None
    return Fraction(plain if plain[0] != "." else f"0{plain}")


def added(marks: Iterable[str]) -> Fraction:
    """What marks come to; what is no number counts nothing."""
    return sum((value or Fraction(0) for value in map(value_of, marks)), Fraction(0))
