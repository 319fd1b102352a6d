"""Codes of packs and units as they are printed, spaced or not, and lines that name an elective or an option."""

import re
from dataclasses import dataclass

from curriculum.published.pieces import Piece

LINE = "PC|KU|KA|KB|GS|SA|SB"  # what the codes of criteria, knowledge and skills begin with, of either generation
# Before the council's letters may stand those of whom it acts for: `DGT/VSQ/N0102`, `PWD/AMH/Q1947`.
_COUNCIL = r"(?P<council>(?:[A-Z&]{2,5}\s?/\s?)?[A-Z&]{2,5})"
UNIT_CODE = re.compile(rf"{_COUNCIL}\s?/\s?N\s?(?P<number>\d{{3,5}})(?!\d)")
PACK_CODE = re.compile(rf"{_COUNCIL}\s?/\s?Q\s?(?P<number>\d{{3,5}})(?!\d)")
_HEAD = re.compile(
    rf"(?:NOS\s*)?(?:\d{{1,2}}\s?[.)]\s*)?(?P<code>{UNIT_CODE.pattern})\s*(?P<open>\()?\s*[:.\-–—]*\s*(?P<title>.*)$"
)
_MARKER = re.compile(
    r"(?P<kind>Elective|Electives|Option|Options|Optional|ऐच्छिक|वैकल्पिक|विकल्प)\s*"
    r"(?::\s*)?(?P<number>\d{1,2})?\s*(?P<sign>[:.\-–—])?\s*(?P<title>.*)$"
)
_SEVERAL = re.compile(r"(?P<kind>Electives?|Options?|Optional)(?: NOS)?\s*(?:\([^()]*\))?\s*:?$")
_ELECTIVES = {"Elective", "Electives", "ऐच्छिक"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A line that begins with a unit's code: the code without blanks, and what of the title is on the line."""

    code: str
    printed: Piece
    title: Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """`Elective 1: title` or `Option 2: title`: what the units after it are."""

    elective: bool
    title: Piece


def code_of(match: re.Match[str], kind: str) -> str:
    """A code that was found, without the blanks that it is printed with; `kind` is `N` or `Q`."""
    return f"{''.join(match['council'].split())}/{kind}{match['number']}"


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


def marker_of(piece: Piece) -> Marker | None:
    """The elective or option that a line names; a number is asked for, or that the line is no more than the heading."""
    several = _SEVERAL.match(piece.text)
    if several is not None:
        return Marker(elective=several["kind"] in _ELECTIVES, title=piece.before(several.end("kind")))
    match = _MARKER.match(piece.text)
    if match is None or not match["number"]:
        return None
    title = piece.after(match.start("title")) if match["title"] else piece.before(match.end("number"))
    return Marker(elective=match["kind"] in _ELECTIVES, title=title)
