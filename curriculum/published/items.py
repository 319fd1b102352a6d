"""Coded lines of a section: where each criterion, knowledge or skill line begins, whatever its code looks like."""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import pairwise

from curriculum.published.codes import LINE, begins_list, ends_in_list
from curriculum.published.headings import key_of, lead_at
from curriculum.published.pieces import Piece

CRITERIA = ("PC",)
KNOWLEDGE = ("KU", "KA", "KB", "K")
SKILLS = ("GS", "SA", "SB", "S")
ALL_CODES = (*CRITERIA, *KNOWLEDGE, *SKILLS)
# In small letters only where a sign behind the number says that it is a code: “pc 3” may be three computers.
_SMALL = rf"(?i:{LINE})(?=\s?\d{{1,3}}\s?[.:)])"
_CODE = re.compile(
    rf"(?P<code>(?P<prefix>{LINE}|K|S|{_SMALL})\s{{0,2}}[-.‐‑‒–—]?\s{{0,2}}(?P<number>\d{{1,3}}))(?!\d)"
    r"(?P<sign>\s?\.{1,4}|\s?[:)]|\s?[-–—](?=\s)|)\s*"
)
_INSIDE = re.compile(
    rf"(?<=\s)(?P<code>(?P<prefix>(?i:{LINE}))\s?(?P<number>\d{{1,3}}))(?P<sign>\s?\.{{1,4}}|\s?[:)])\s*(?=\S)"
)
# A stop amid figures is that of a figure: `a PC 3.5 times as fast`.
_FIGURE = re.compile(r"\.\d")
# A code after one of these words is spoken of; it begins no line.
_SPEAKING_OF = {
    "and",
    "as",
    "by",
    "for",
    "from",
    "in",
    "of",
    "or",
    "per",
    "refer",
    "see",
    "than",
    "through",
    "to",
    "under",
    "with",
}
# What a reader takes for a code and a computer does not: other dashes and brackets, blanks between its letters, more
# figures, and letters of another script that look the same.
_LIKE_A_CODE = re.compile(r"[\W_]{0,3}(?:P ?C|K ?U|K ?A|K ?B|G ?S|S ?A|S ?B)[\W_]{0,3}\d+")
_LOOK_THE_SAME = str.maketrans("РСКАВУЅΡΚΑΒϹ\u200c\u200d", "PCKABYSPKABC  ")
_JOINING = {"and", "as", "for", "or", "with"}
_SPARE = 3  # signs that a full line may be short of
_LEAST_BEFORE = 2  # words
_USUAL_SIGNS = {"", ".", ":", ")", "-", "–", "—"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Keys of what a text prints elsewhere too: titles of elements, and lead-ins that it repeats.

    `pages` are the first lines of pages, where they are known.
    """

    titles: Collection[str] = ()
    leads: Collection[str] = ()
    pages: Sequence[int] = ()

    def page_of(self, line: int) -> int:
        """The page that a line stands on; all stand on one where pages are not known."""
        return bisect_right(self.pages, line)


class Sort(Enum):
    """What a token of a section is."""

    ITEM = auto()
    TEXT = auto()
    LEAD = auto()
    BLANK = auto()
    SIDE = auto()
    SLID = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A printed code: as printed, and what it says."""

    piece: Piece
    prefix: str
    number: int

    @property
    def name(self) -> str:
        """The code without oddities, `PC4`."""
        return f"{self.prefix}{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of a section and what it is; an item's piece is what follows its code.

    SIDE stands in the left column; SLID did, before a copy lost the columns, and now begins a coded line.
    """

    sort: Sort
    piece: Piece
    code: Code | None = None


@dataclass(slots=True, kw_only=True)
class Item:
    """One coded line with all its pieces; blank lines inside it are kept as blank pieces."""

    code: Code
    pieces: list[Piece] = field(default_factory=list)

    def trim(self, count: int) -> list[Piece]:
        """Take away the last pieces that are no blank lines, and give them."""
        taken: list[Piece] = []
        while self.pieces and (len(taken) < count or not self.pieces[-1].text):
            piece = self.pieces.pop()
            if piece.text:
                taken.insert(0, piece)
        return taken


def code_at(piece: Piece, *, signed: bool = True) -> tuple[str, int] | None:
    """The prefix and number of the code that begins a line; `signed` asks for a sign after it, or that it is alone."""
    match = _CODE.match(piece.text)
    if match is None or len(match["prefix"]) == 1:
        return None
    if signed and not match["sign"] and match.end() < len(piece.text):
        return None
    return match["prefix"].upper(), int(match["number"])


def repeated_leads(pieces: Sequence[Piece]) -> frozenset[str]:
    """Keys of lines in other scripts that stand before coded lines again and again: lead-ins in unknown words."""
    met = Counter(
        key_of(before.text)
        for before, piece in pairwise(pieces)
        if len(before.columns()) < 2
        and before.text.endswith(":")
        and not before.text.isascii()
        and _CODE.match(piece.text)
    )
    return frozenset(key for key, times in met.items() if times > 1)


def tokens(
    body: Sequence[Piece], usual: Collection[str], *, columned: bool = False, repeated: Collection[str] = ()
) -> Iterator[Token]:
    """The tokens of a section whose lines usually have codes of these prefixes; `columned` parts off a left column."""
    reading = _Reading(usual, width=max((len(piece.text) for piece in body), default=0))
    parted = [_parted(piece) if columned else (None, piece) for piece in body]
    rests = [rest for _, rest in parted]
    place = 0
    while place < len(parted):
        lead = lead_at(rests, place, repeated) if rests[place].text else None
        count, rest = lead or (1, rests[place])
        for side, piece in parted[place : place + count]:
            if side is not None:
                yield Token(sort=Sort.SIDE, piece=side)
            if lead is not None:
                yield Token(sort=Sort.LEAD, piece=piece)
        if rest is not None and (rest.text or parted[place][0] is None):
            yield from reading.tokens_of(rest)
        place += count


def has_side_column(body: Iterable[Piece]) -> bool:
    """Whether coded lines stand in a second column, with something in the first; lines set in are no column yet."""
    pieces = list(body)
    second = any(len(piece.cells) > 1 and _CODE.match(piece.cells[1]) for piece in pieces)
    return second and any(len(piece.cells) > 1 and piece.cells[0] for piece in pieces)


class _Reading:
    def __init__(self, usual: Collection[str], width: int) -> None:
        self._usual, self._width = usual, width
        self._reach = 0
        self._last: dict[str, int] = {}
        self._written: dict[str, str] = {}
        self._before = ""

    def tokens_of(self, piece: Piece) -> Iterator[Token]:
        """The tokens of one line, its left column taken off before."""
        if not piece.text:
            yield Token(sort=Sort.BLANK, piece=piece)
            return
        yield from self._in_line(piece)
        self._reach = len(piece.text)

    def _in_line(self, piece: Piece) -> Iterator[Token]:
        match = self._code_at(piece)
        while match is not None:
            code = self._keep(piece, match)
            rest = piece.after(match.end())
            match = self._next_inside(rest, code)
            own = rest.before(match.start()) if match else rest
            yield Token(sort=Sort.ITEM, piece=own, code=code)
            self._before = own.text
            if match is None:
                return
            piece = rest
        inside = self._any_inside(piece)
        if inside is not None:
            word = piece.text.split(" ", 1)[0]
            had_room = self._reach + 1 + len(word) < self._width - _SPARE
            yield Token(sort=Sort.SLID if had_room else Sort.TEXT, piece=piece.before(inside.start()))
            yield from self._in_line(piece.after(inside.start()))
            return
        yield Token(sort=Sort.TEXT, piece=piece)
        self._before = piece.text

    def _code_at(self, piece: Piece) -> re.Match[str] | None:
        """The code that begins a piece, unless it is only spoken of there."""
        match = _CODE.match(piece.text)
        if match is None or (len(match["prefix"]) == 1 and not match["sign"]):
            return None
        number, last = int(match["number"]), self._last.get(match["prefix"].upper(), 0)
        alone = match.end() == len(piece.text)
        if self._last and begins_list(piece.text[match.end("code") :]):
            return None
        if number == last + 1 and (match["sign"] or not ends_in_list(self._before)):
            return match
        if ends_in_list(self._before) or self._before.rsplit(" ", 1)[-1].casefold() in _SPEAKING_OF:
            return None
        return match if match["sign"] or alone else None

    def _next_inside(self, rest: Piece, code: Code) -> re.Match[str] | None:
        """The code of the next number inside a line."""
        for match in _INSIDE.finditer(rest.text):
            follows = self._is_written_so(match, code.prefix) and int(match["number"]) == code.number + 1
            follows = follows and not _is_figure(rest.text, match)
            if follows and _is_no_mention(rest.text, match):
                return match
        return None

    def _any_inside(self, piece: Piece) -> re.Match[str] | None:
        for match in _INSIDE.finditer(piece.text):
            prefix = match["prefix"].upper()
            follows = self._is_written_so(match, prefix) and int(match["number"]) == self._last.get(prefix, 0) + 1
            follows = follows and not _is_figure(piece.text, match)
            if follows and prefix in self._usual and _is_no_mention(piece.text, match):
                return match
        return None

    def _is_written_so(self, match: re.Match[str], prefix: str) -> bool:
        """Whether a code inside a line begins with this prefix, in small letters only after one in such letters."""
        return match["prefix"] in {prefix, self._written.get(prefix, prefix)}

    def _keep(self, piece: Piece, match: re.Match[str]) -> Code:
        sign = match["sign"].strip()
        printed = match["code"] if sign in _USUAL_SIGNS else match["code"] + match["sign"]
        prefix, number = match["prefix"].upper(), int(match["number"])
        self._last[prefix] = number
        self._written[prefix] = match["prefix"]
        shown = Piece(line=piece.line, text=printed, at=piece.at + match.start())
        return Code(piece=shown, prefix=prefix, number=number)


def like_codes(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces after a first one that begin with what looks like a code and was not read as one."""
    for before, piece in pairwise(piece for piece in pieces if piece.text):
        plain = unicodedata.normalize("NFKC", piece.text[:24]).translate(_LOOK_THE_SAME).upper()
        if _LIKE_A_CODE.match(plain) and before.text.rsplit(" ", 1)[-1].casefold() not in _SPEAKING_OF:
            yield piece


def codes_inside(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """What of pieces begins with a code inside a line that was not read as one, such as one that is out of order."""
    for piece in pieces:
        codes = (match for match in _INSIDE.finditer(piece.text) if match["prefix"].isupper())
        match = next((match for match in codes if _is_no_mention(piece.text, match)), None)
        if match is not None:
            yield piece.after(match.start())


def _is_figure(text: str, match: re.Match[str]) -> bool:
    return _FIGURE.match(text, match.end("code")) is not None


def _is_no_mention(text: str, match: re.Match[str]) -> bool:
    """Whether a code inside a line begins something; names that slid into a line may end with any word."""
    before = text[: match.start()].split()
    if len(before) < _LEAST_BEFORE or int(match["number"]) == 1:
        return True
    word = before[-1].casefold().strip("(")
    joined = word in _JOINING and _CODE.match(before[-2].strip("(,")) is None
    return joined or word not in _SPEAKING_OF


def _parted(piece: Piece) -> tuple[Piece | None, Piece]:
    """What stands in the left column, and the rest of the line; a line without columns stands at the left."""
    columns = piece.columns()
    if not piece.text or not columns[0].text or _CODE.match(columns[0].text) or lead_at([piece], 0):
        return None, piece
    kept = [column for column in columns[1:] if column.text]
    return columns[0], piece.after(kept[0].at - piece.at) if kept else Piece(line=piece.line, text="")
