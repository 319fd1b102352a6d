"""What stands in the columns of a marks table: its headings, and the marks at the end of a line."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from curriculum.published.codes import UNIT_CODE
from curriculum.published.lines import Line, words_of

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
    **dict.fromkeys(("सिद्धांत", "सिद्धान्त", "सैद्धांतिक", "सैद्धान्तिक", "थ्योरी"), "theory"),
    **dict.fromkeys(("व्यावहारिक", "प्रायोगिक", "प्रैक्टिकल"), "practical"),
    **dict.fromkeys(("परियोजना", "प्रोजेक्ट"), "project"),
    **dict.fromkeys(("मौखिक", "वाइवा", "वायवा"), "viva"),
    "कुल": "total",
    **dict.fromkeys(("भारांक", "वेटेज", "भारिता"), "weight"),
}
_MOST_BESIDE = 8  # marks in a row
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
    *("allocation", "allocated", "percentage", "voce", "max", "maximum"),
    *"abcd",  # columns are lettered now and then: Total (A+B+C)
    *("अंक", "अंकों", "मूल्यांकन", "मानदंड", "मापदंड", "परिणाम", "परिणामों", "के", "का", "की", "लिए", "और", "एवं", "परीक्षा"),
    *("एनओएस", "राष्ट्रीय", "व्यावसायिक", "मानक", "मानकों", "अनिवार्य", "तत्व", "प्रदर्शन", "कौशल"),
}
# The order in which nearly all tables have their columns.
_USUAL = ("total", "out_of", *COMPONENTS, "weight")
_USUAL_NEW = (*COMPONENTS, "total", "weight")
_MARK = re.compile(r"(\d{1,4}(\.\d{1,2})?|\d{0,3}½|\d{1,3}/\d|[-–—]+|NA|N/A|N\.A\.?|[Nn]il)%?")
_LETTERS = re.compile(r"[^\d]+")
_TOTAL = re.compile(r"(?i)(nos |grand |sub[- ]?)?total( marks?)?\b[:.]?|((nos|एनओएस) )?(कुल|योग)( अंक)?[:.]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The headings of a table: its columns in order, and where in the lines they end (the first line after them).

    `is_guessed` says that the headings stand at several heights, so that only what is usual tells their order.
    """

    columns: tuple[str, ...]
    end: int
    is_guessed: bool = False

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
    rows: list[list[str]] = []
    while start + len(rows) < len(lines) and len(rows) < _MOST_HEADER_LINES:
        own = _heading_words(lines[start + len(rows)].text)
        if not own or (is_total(lines[start + len(rows)].text) and not _goes_on(lines, start, len(rows))):
            break
        rows.append(own)
    if ["out"] in rows and not any("of" in row for row in rows):
        rows = rows[: rows.index(["out"])]  # the end of a criterion below headings that come again
    words = [word for row in rows for word in row]
    end = start + len(rows)
    columns = tuple(dict.fromkeys(_NAMES[word] for word in words if word in _NAMES))
    marks = [name for name in columns if name in COMPONENTS or name in {"out_of", "weight"}]
    if not marks or len(words) == len(columns) or not _is_headed(words, columns):
        return None
    usual = tuple(name for name in (_USUAL if "out_of" in columns else _USUAL_NEW) if name in columns)
    if usual == columns or not _are_at_several_heights(rows, lines[start:end]):
        return Header(columns=columns, end=end)
    return Header(columns=usual, end=end, is_guessed=True)


def begins_table(lines: Iterator[Line]) -> Header | None:
    """The headings that lines begin with where marks stand right below them, as in no sentence that names columns."""
    first = next(lines, None)
    if first is None or not _heading_words(first.text):
        return None
    own = [first, *lines]
    header = header_at(own, 0)
    if header is None or not {"out_of", "weight", *COMPONENTS}.intersection(header.columns):
        return None
    below = (split_marks(line, _MOST_BESIDE)[1] for line in own[header.end :])
    return header if any(sum(value_of(mark) is not None for mark in marks) > 1 for marks in below) else None


def _goes_on(lines: Sequence[Line], start: int, count: int) -> bool:
    """Whether a line of headings that could be a row of sums is amid others: one word a line, as cells are copied."""
    following = lines[start + count + 1].text if start + count + 1 < len(lines) else ""
    return count > 0 and bool(_heading_words(following))


def _are_at_several_heights(rows: Sequence[Sequence[str]], lines: Sequence[Line]) -> bool:
    """Whether components are named on more than one line of headings in columns, which hides their order.

    One line that names them all tells it, whether or not a page has it again right below.
    """
    named = [{name for word in row if (name := _NAMES.get(word)) in COMPONENTS} for row in rows]
    whole = set().union(*named)
    return whole not in named and any(line.cells for line in lines)


_MOST_HEADER_LINES = 16


def _is_headed(words: Sequence[str], columns: Sequence[str]) -> bool:
    """A table of marks has two columns or more; a list of weights has the word and the units' heading."""
    return len(columns) > 1 or ("weight" in columns and "nos" in words)


def _heading_words(text: str) -> list[str]:
    """The words of a line that is nothing but headings; none for any other line."""
    words = [word for part in words_of(text) for word in _LETTERS.findall(part.lower())]
    known = all(word in _NAMES or word in _AROUND for word in words)
    return words if words and known and not re.search(r"\d", text) else []


def split_marks(line: Line, most: int, *, least: int = 1, blanks: bool = False) -> tuple[str, tuple[str, ...]]:
    """The text of a line, and the marks at its end: at most so many, and none where there are fewer than `least`.

    Where columns stand apart a figure inside the text is never taken for a mark. With `blanks` empty cells are marks
    without figures.
    """
    own = line.tabbed[1:]
    if blanks and len(own) == most and any(own) and all(not cell or _MARK.fullmatch(cell) for cell in own):
        return line.tabbed[0], own
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


def side_by_side(lines: Sequence[Line], wide: int) -> Iterator[Line]:
    """The lines of a table, those that hold one mark each put on one where just a row of them stands in a run.

    So cells are copied one below the other; a row of sums takes its marks with its words.
    """
    waiting: list[Line] = []
    for is_mark, run in groupby(lines, key=lambda line: _MARK.fullmatch(line.text) is not None):
        own = list(run)
        if is_mark and len(own) == wide > 1:
            before = waiting.pop() if waiting and is_total(waiting[-1].text) else None
            first = before or own[0]
            texts = [*([before.text] if before else []), *(line.text for line in own)]
            yield from (*waiting, replace(first, text=" ".join(texts), cells=(), tabbed=()))
            waiting = []
        else:
            yield from waiting
            waiting = own
    yield from waiting


def unit_code_in(text: str) -> str:
    """The code of a unit as it is printed at the start of a text; empty where there is none."""
    found = UNIT_CODE.match(text)
    return found.group() if found else ""


def compact(code: str) -> str:
    """A code without blanks, in capitals: `PSC /N0131` → `PSC/N0131`."""
    return "".join(code.split()).upper()


def letters_of(text: str) -> str:
    """A text without its blanks and signs, which lines that end elsewhere have otherwise."""
    return "".join(words_of(text)).casefold()


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
