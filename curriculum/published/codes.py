"""Codes of packs and units as they are printed, spaced or not, and lines that name an elective or an option."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from curriculum.published.lines import plain_figures
from curriculum.published.pieces import Piece

LINE = "PC|KU|KA|KB|GS|SA|SB"  # what the codes of criteria, knowledge and skills begin with, of either generation
# Before the council's letters may stand those of whom it acts for: `DGT/VSQ/N0102`, `PWD/AMH/Q1947`.
_CAPITALS = r"(?!(?:NOS|OS|QP|UNIT|CODE|NO) )(?:[A-Z&]{2,5}\s?/\s?)?[A-Z&]{2,5}"
# In small letters only before a stroke with four figures after it, and not amid an address: `asc/n1106`.
_SMALL = r"(?<![\w/@&-])(?<![A-Za-z]\.)(?:[A-Za-z&]{2,5}/)?[A-Za-z&]{2,5}(?=\s?/\s?[NQnq]\s?\d{4}(?!\d))"
_COUNCIL = rf"(?P<council>{_CAPITALS}|{_SMALL})"
# A blank stands for the stroke only where four figures follow, as all codes of councils have.
_STROKE = r"(?:\s?/\s?|\s(?=[NQ]\s?\d{4}(?!\d)))"
_FOUR = r"(?=\s?\d{4}(?!\d))"
UNIT_CODE = re.compile(rf"{_COUNCIL}{_STROKE}(?:N|n{_FOUR})\s?(?P<number>\d{{3,5}})(?!\d)")
PACK_CODE = re.compile(rf"{_COUNCIL}{_STROKE}(?:Q|q{_FOUR})\s?(?P<number>\d{{3,5}})(?!\d)")
_BEGUN = re.compile(r"(?:NOS\s*)?(?:\d{1,2}\s?[.)]\s*)?(?:[A-Z&]{2,5}\s?/\s?)?[A-Z&]{2,5}\s?/$")
_HEAD = re.compile(
    rf"(?:NOS\s*)?(?:\d{{1,2}}\s?[.)]\s*)?(?P<code>{UNIT_CODE.pattern})\s*(?P<open>\()?\s*[:.\-–—]*\s*(?P<title>.*)$"
)
_MARKER = re.compile(
    r"(?P<kind>Elective|Electives|Option|Options|Optional|ऐच्छिक|वैकल्पिक|विकल्प)\s*"
    r"(?::\s*)?(?P<number>\d{1,2})?\s*(?P<sign>[:.\-–—])?\s*(?P<title>.*)$"
)
_SEVERAL = re.compile(r"(?P<kind>Electives?|Options?|Optional)(?: NOS)?\s*(?:\([^()]*\))?\s*:?$")
_LISTED = re.compile(rf"\s?(?:,|/|&|[-–—]|and\b|or\b|to\b)\s?(?:{LINE})\s?\d")
_CODE_OF_LINE = re.compile(rf"(?:{LINE})\s?\d{{1,3}}")
_OPEN_LIST = re.compile(rf"(?:{LINE})\s?\d{{1,3}}\s?(?:,|/|&|[-–—]|\b(?:and|or|to))$")
_ELECTIVES = {"Elective", "Electives", "ऐच्छिक"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A line that begins with a unit's code: the code without blanks, and what of the title is on the line.

    `rest` is the end of a code that is parted after its stroke, on the next line.
    """

    code: str
    printed: Piece
    title: Piece
    rest: Piece | None = None

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The code as printed."""
        return (self.printed,) if self.rest is None else (self.printed, self.rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """`Elective 1: title` or `Option 2: title`: what the units after it are; a heading of several has no number."""

    elective: bool
    title: Piece
    number: str = ""


def begins_list(after: str) -> bool:
    """Whether a code is only spoken of, by what stands right after it: another code in a row (`PC1 and KU2 hold`)."""
    return _LISTED.match(after) is not None


def is_list(text: str) -> bool:
    """Whether a text begins with a list of codes."""
    code = _CODE_OF_LINE.match(text)
    return code is not None and begins_list(text[code.end() :])


def ends_in_list(before: str) -> bool:
    """Whether a line ends amid a list of codes, so that a code on the next is only spoken of (`as in PC3 and`)."""
    return _OPEN_LIST.search(before) is not None


def code_of(match: re.Match[str], kind: str) -> str:
    """A code that was found, in capitals and without the blanks that it is printed with; `kind` is `N` or `Q`."""
    return f"{''.join(match['council'].split()).upper()}/{kind}{match['number']}"


def head_of(piece: Piece) -> Head | None:
    """The unit whose code begins a line."""
    match = _HEAD.match(piece.text)
    if match is None:
        return None
    title = piece.after(match.start("title"))
    if match["open"] and title.text.endswith(")"):
        title = title.before(len(title.text) - 1)
    code = code_of(match, "N")
    printed = Piece(line=piece.line, text=match["code"].strip(), at=piece.at + match.start("code"))
    return Head(code=code, printed=printed, title=title)


def head_at(pieces: Sequence[Piece], place: int) -> Head | None:
    """The unit whose code begins at a place, where it may be parted after its stroke: `AGR/` above `N0039`."""
    piece = pieces[place]
    if not _BEGUN.fullmatch(piece.text) or place + 1 >= len(pieces):
        return head_of(piece)
    following = pieces[place + 1]
    head = head_of(Piece(line=piece.line, text=f"{piece.text}{following.text}"))
    if head is None:
        return None
    rest = following.before(len(following.text) - len(head.title.text))
    return replace(head, printed=piece, rest=rest, title=following.after(len(rest.text)))


def marker_of(piece: Piece) -> Marker | None:
    """The elective or option that a line names; a number is asked for, or that the line is no more than the heading."""
    several = _SEVERAL.match(piece.text)
    if several is not None:
        return Marker(elective=several["kind"] in _ELECTIVES, title=piece.before(several.end("kind")))
    match = _MARKER.match(piece.text)
    if match is None or not match["number"]:
        return None
    title = piece.after(match.start("title")) if match["title"] else piece.before(match.end("number"))
    return Marker(elective=match["kind"] in _ELECTIVES, title=title, number=plain_figures(match["number"]).lstrip("0"))
