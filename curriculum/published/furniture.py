"""What pages repeat around their text: headers, footers, page numbers, and titles that a web page repeats."""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from curriculum.published.codes import head_of
from curriculum.published.headings import find_heading, key_of, lead_at
from curriculum.published.items import ALL_CODES
from curriculum.published.lines import Line
from curriculum.published.pieces import pieces_of
from curriculum.words import Message

EDGE = Message("is a header or footer of a page")
NUMBER = Message("is the number of a page")
REPEATED = Message("is the title again, repeated by a page")
_FOOTER = re.compile(r"(?:\S.{0,60}[-–\s])?(?:NSQC|QRC|NCVET|NSDC)\s+Approved\b.*\|\||^[^|]*\|\|[^|]*$", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:page\s*|pg?\.\s*|[-–|]\s*)?\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?(?:\s*[-–|]|\s*\|?\s*P\s?a\s?g\s?e)?",
    re.IGNORECASE,
)
_FORM = {
    "qualification pack",
    "qualifications pack",
    "national occupational standards",
    "national occupational standard",
}
_CODED = re.compile(rf"(?:{'|'.join(ALL_CODES)})\s?\d")
_EDGE_LINES = 3
_LONGEST = 300  # signs
_FRONT_LINES = 15
_LEAST_PAGES = 3


def find_furniture(lines: Sequence[Line]) -> dict[int, Message]:
    """Why a line is no part of the text, by the place of the line in the sequence."""
    own = [place for place, line in enumerate(lines) if line.text]
    found = {place: EDGE for place in own if len(lines[place].text) < _LONGEST and _FOOTER.match(lines[place].text)}
    if lines and lines[-1].page is not None:
        return found | _on_pages(lines, own, found)
    front = _front(lines, own)
    for order, place in enumerate(own):
        text = lines[place].text
        if place in found or len(text) > _LONGEST:
            continue
        if _NUMBER.fullmatch(text) and all(_is_apart(lines, beside, found) for beside in (place - 1, place + 1)):
            found[place] = NUMBER
        elif (order >= len(front) and key_of(text) in front) and (
            _is_apart(lines, place - 1, found) or _is_apart(lines, place + 1, found)
        ):
            found[place] = REPEATED
    return found


def _on_pages(lines: Sequence[Line], own: Sequence[int], footers: Collection[int]) -> dict[int, Message]:
    """Headers, footers and numbers: from either end of a page inwards, as far as there are such lines."""
    pages: dict[int | None, list[int]] = {}
    for place in own:
        pages.setdefault(lines[place].page, []).append(place)
    repeated = _repeated_at_edges(lines, pages.values())
    found: dict[int, Message] = {}
    for places in pages.values():
        numbered = False
        for inwards in (places[::-1], places):
            for place in inwards[:_EDGE_LINES]:
                text = lines[place].text
                if _NUMBER.fullmatch(text) and not numbered:
                    found[place], numbered = NUMBER, True
                elif _plain(text) in repeated or key_of(text[:_LONGEST]) in _FORM:
                    found[place] = EDGE
                elif place not in footers:
                    break
    return found


def _repeated_at_edges(lines: Sequence[Line], pages: Collection[Sequence[int]]) -> set[str]:
    counts: Counter[tuple[bool, str]] = Counter()
    total = len(pages)
    for places in pages:
        counts.update({(True, _plain(lines[place].text)) for place in places[:_EDGE_LINES]})
        counts.update({(False, _plain(lines[place].text)) for place in places[-_EDGE_LINES:]})
    return {text for (_, text), count in counts.items() if text and count >= max(_LEAST_PAGES, total / 2)}


def _plain(text: str) -> str:
    """A line without its page number, as pages repeat it; nothing for lines that say something of their own."""
    piece = pieces_of([Line(number=0, text=text)])
    if len(text) > _LONGEST or _CODED.match(text) or head_of(piece[0]) or find_heading(piece, 0) or lead_at(piece, 0):
        return ""
    return re.sub(r"\s*\d{1,3}$", "", text)


def _front(lines: Sequence[Line], own: Sequence[int]) -> list[str]:
    """The lines before the first heading, as they are compared: among them is the title that pages repeat."""
    pieces = pieces_of(lines[place] for place in own[: _FRONT_LINES + 3])
    front = []
    for place, piece in enumerate(pieces[:_FRONT_LINES]):
        if find_heading(pieces, place):
            break
        front.append(key_of(piece.text))
    return front


def _is_apart(lines: Sequence[Line], place: int, found: Collection[int]) -> bool:
    """Whether nothing of the text stands there: the end of it, a blank line, or what pages repeat."""
    return not 0 <= place < len(lines) or not lines[place].text or place in found
