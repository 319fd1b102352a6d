"""Lines that hold what should stand on several: whole pages of web copies, and names that slid before a lead-in."""

import re
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain

from curriculum.published.codes import LINE
from curriculum.published.pieces import Piece

_LONG = 300  # signs
_PAGE = 1000
_LEAST_PAGES = 3
# What begins a line wherever it stands: beside it was the left column of a table or of a cover.
_SLID = re.compile(
    r"(?<=\S )(?=To be competent,? |(?:Brief Job Description|Personal Attributes) ?: ?"
    r"|The (?:user ?/ ?)?individual on the job needs to know)"
)
_LEAD = re.compile(
    r"To be competent,? .{0,60}?must be able to\s?:?"
    r"|(?:The )?[Uu]ser ?/ ?individual on the job needs? to know(?: and understand)?(?: how to)?\s?:?"
    r"|The individual on the job needs? to know(?: and understand)?(?: how to)?\s?:?"
)
# Each stands on a line of its own, or begins one; what is `alone` also ends there.
_BEGINS = re.compile(
    r"(?P<alone>Performance Criteria ?\(PC\) w\.r\.t\.? the Scope(?: Elements? Performance Criteria)?"
    r"|Elements and Performance Criteria|Knowledge and Understanding \((?:KU?)\)|Generic Skills \(GS\)"
    r"|Skills \(S\)(?: \[Optional\])?|Performance Criteria(?= [A-Z])(?! \(PC\))"
    r"|[AB]\. (?:Organi[sz]ational Context|Technical Knowledge|Core Skills ?/ ?Generic Skills|Professional Skills)"
    r"(?: \([^()]{0,120}\))?"
    r"|(?:Writing|Reading|Oral Communication|Professional|Core|Generic) Skills?(?: \([^()]{0,60}\))?"
    r"|Decision Making|Plan and Organi[sz]e|Customer Centricity|Problem Solving|Analytical Thinking|Critical Thinking)"
    r"|Brief Job Description ?:|Personal Attributes ?:|Unit Code (?=[A-Z&]{2,5} ?/)|Unit Title(?= )"
    r"|Description (?=This (?:OS )?unit)|Scope (?=(?:This|The) )|NOS Version Control"
    rf"|Qualifications Pack Code\b|(?P<prefix>{LINE}) ?(?P<number>\d{{1,3}}) ?[.:)]"
)
_SIGNS = re.compile(
    rf"(?:{LINE}) ?\d{{1,3}} ?[.:)]|To be competent,|(?:Description|Attributes) ?:|Unit Title "
    r"|Pack (?:Code|For) "
)
_SPOKEN_OF = re.compile(
    r"(?:\b(?:and|as|by|for|from|in|of|or|per|refer|see|the|through|to|with|each|every|all)|[,(/]) ?$"
)


def parted_lines(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, long lines parted where headings, lead-ins and codes begin; lines in columns are left as they are."""
    for piece in pieces:
        if piece.cells:
            yield piece
        elif len(piece.text) > _LONG and len(_SIGNS.findall(piece.text)) > 1:
            yield from _cut(piece, merge(_leads(piece.text), _begun(piece.text)))
        else:
            yield from _cut(piece, [match.start() for match in _SLID.finditer(piece.text)])


def holds_pages(pieces: Sequence[Piece]) -> bool:
    """Whether whole pages stand on one line each."""
    return sum(len(piece.text) > _PAGE for piece in pieces) >= _LEAST_PAGES


def _leads(text: str) -> Iterator[int]:
    """Where lead-ins begin, and what follows them."""
    for match in _LEAD.finditer(text):
        yield from match.span()


def _begun(text: str) -> Iterator[int]:
    """Where headings and codes begin, and what follows headings."""
    last: tuple[str, int] = "", 0
    for match in _BEGINS.finditer(text):
        code = (match["prefix"], int(match["number"])) if match["prefix"] else None
        follows = code is not None and code == (last[0], last[1] + 1)
        if not follows and _SPOKEN_OF.search(text[max(0, match.start() - 20) : match.start()]):
            continue
        last = code or last
        yield match.start()
        if match["alone"]:
            yield match.end()


def _cut(piece: Piece, places: Iterable[int]) -> Iterator[Piece]:
    begun = 0
    for place in chain(places, [len(piece.text)]):
        part = piece.text[begun:place]
        if text := part.strip():
            yield Piece(line=piece.line, text=text, at=piece.at + begun + part.index(text))
        begun = place
    if not piece.text:
        yield piece
