"""What pages repeat around their text: headers, footers, page numbers, and titles that a web page repeats."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from operator import itemgetter

from curriculum.published.codes import head_of
from curriculum.published.headings import ANNEXES, find_heading, key_of, lead_at
from curriculum.published.items import ALL_CODES
from curriculum.published.lines import Line
from curriculum.published.pieces import pieces_of
from curriculum.words import Message

EDGE = Message("is a header or footer of a page")
NUMBER = Message("is the number of a page")
REPEATED = Message("is the title again, repeated by a page")
SIDE = Message("stands at the side of the cover")
_FOOTER = re.compile(r"(?:\S.{0,60}[-–\s])?(?:NSQC|QRC|NCVET|NSDC)\s+Approved\b.*\|\||^[^|]*\|\|[^|]*$", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:page\s*|pg?\.\s*|[-–|]\s*)?\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?(?:\s*[-–|]|\s*\|?\s*P\s?a\s?g\s?e)?",
    re.IGNORECASE,
)
_MOST_OF_NUMBER = 2  # parts at tabs
_CELL = re.compile(r"\d{1,3}|[-–—]")
_OF = r"(?:\s*(?:of|/)\s*\d{1,3})"
_LAST = re.compile(rf"(?: page)? (\d{{1,3}}){_OF}?$", re.IGNORECASE)
_FIRST = re.compile(rf"(?:page )?(\d{{1,3}})(?: ?: |{_OF} )", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d]")
_PAGE = re.compile(rf"page\s*(\d{{1,3}}){_OF}?", re.IGNORECASE)
# What an older pack has at the head of each page, and once as a heading of its cover.
_PACK_FOR = re.compile(r"Qualifications? Pack For \S", re.IGNORECASE)
_FORM = {
    "qualification pack",
    "qualifications pack",
    "national occupational standards",
    "national occupational standard",
}
_ITS_NUMBER = re.compile(
    rf"^(?:page\s*)?\d{{1,3}}{_OF}[\s|:–-]+(?=\S)|[\s|:–-]*(?:\bpage\s*)?\d{{1,3}}{_OF}$|\s*(?:\bpage\s*)?\d{{1,3}}$",
    re.IGNORECASE,
)
_CODED = re.compile(rf"(?:{'|'.join(ALL_CODES)})\s?\d")
# What older covers say at their side, as it is compared.
_AT_THE_SIDE = (
    " what are national occupational standards os  nos describe what individuals need to do know and understand"
    " in order to carry out a particular job role or function  os are performance standards that individuals must"
    " achieve when carrying out functions in the workplace together with specifications of the underpinning"
    " knowledge and understanding "
)
_AFTER_COVER = ("qualifications pack code", "qualifications pack for", "qualification pack for")
_COVER_LINES = 120
_LEAST_SIDE = 5
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
    found |= dict.fromkeys(at_the_side(lines), SIDE)
    found |= dict.fromkeys(_counted(lines, own), EDGE)
    found |= dict.fromkeys(_beside(lines, own, found), EDGE)
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


def page_starts(lines: Sequence[Line], furniture: Collection[int]) -> list[int]:
    """The numbers of the lines that begin a page: as form feeds tell, else after what pages repeat."""
    if lines and lines[-1].page is not None:
        return [line.number for before, line in pairwise(lines) if line.page != before.page]
    return [lines[place].number for place in sorted(furniture)]


def at_the_side(lines: Sequence[Line]) -> list[int]:
    """Lines of a cover's other column, where they came in between those of the first; none where they did not."""
    if lines and lines[-1].page is not None:
        return []
    keys = [key_of(line.text) for line in lines[:_COVER_LINES]]
    ends = next((place for place, key in enumerate(keys) if key.startswith(_AFTER_COVER)), 0)
    cover = [place for place in range(ends) if keys[place]]
    found = [place for place in cover if f" {keys[place]} " in _AT_THE_SIDE]
    amid = sum(found[0] < place < found[-1] for place in cover) - len(found) + 2 if found else 0
    return found if len(found) >= _LEAST_SIDE <= amid else []


def _counted(lines: Sequence[Line], own: Sequence[int]) -> Iterator[int]:
    """Lines that come again and again with the next number: `Example Skill Council 7`, or `Page 7: title`."""
    met: dict[str, list[tuple[int, int]]] = {}
    for place in own:
        line = lines[place].text[:_LONGEST]
        if page := _PAGE.fullmatch(line):
            met.setdefault("", []).append((int(page[1]), place))
            continue
        number = _LAST.search(line) or _FIRST.match(line)
        text = line[: number.start()] or line[number.end() :] if number else ""
        if number and _LETTER.search(text) and (len(text.split()) > 1 or "://" in text) and _plain(text):
            met.setdefault(key_of(text), []).append((int(number[1]), place))
    for counted in met.values():
        rising = all(after > before for (before, _), (after, _) in pairwise(counted))
        if len(counted) >= _LEAST_PAGES and rising:
            yield from (place for _, place in counted)


def _beside(lines: Sequence[Line], own: Sequence[int], found: Collection[int]) -> Iterator[int]:
    """Lines of the form that stand next to what pages repeat."""
    for before, after in pairwise(own):
        for place, other in ((before, after), (after, before)):
            if other in found and place not in found and key_of(lines[place].text[:_LONGEST]) in _FORM:
                yield place


def _on_pages(lines: Sequence[Line], own: Sequence[int], footers: Collection[int]) -> dict[int, Message]:
    """Headers, footers and numbers: from either end of a page inwards, as far as there are such lines."""
    pages: dict[int | None, list[int]] = {}
    for place in own:
        pages.setdefault(lines[place].page, []).append(place)
    repeated = _repeated_at_edges(lines, pages.values())
    heading = next((place for place in own if _PACK_FOR.match(lines[place].text)), None)
    found: dict[int, Message] = {}
    ways = -1 if _are_at_the_foot(lines, pages.values()) else 1
    for places in pages.values():
        numbered = False
        for inwards in (places[::ways], places[::-ways]):
            for place in inwards[:_EDGE_LINES]:
                text = lines[place].text
                if place == heading:
                    continue
                if _NUMBER.fullmatch(text) and not (numbered or _are_marks(lines[place])):
                    found[place], numbered = NUMBER, True
                elif _plain(text) in repeated or (key_of(text[:_LONGEST]) in _FORM and not text.endswith(".")):
                    found[place] = EDGE
                elif place not in footers:
                    break
        own = [place for place in places if place not in found][:2]
        if len(own) == 2 and _is_said_again(*(lines[place] for place in own)):
            found[own[0]] = EDGE
    return found


def _is_said_again(first: Line, second: Line) -> bool:
    """Whether the heading of a unit stands at the head of its first page as all its pages repeat it, and once more."""
    named = head_of(pieces_of([first])[0])
    return named is not None and key_of(first.text) == key_of(second.text)


def _are_at_the_foot(lines: Sequence[Line], pages: Iterable[Sequence[int]]) -> bool:
    """Whether most pages have their numbers at the foot, so that a figure at the head is none, or the other way."""
    feet = heads = 0
    for places in pages:
        feet += any(_NUMBER.fullmatch(lines[place].text) for place in places[-_EDGE_LINES:])
        heads += any(_NUMBER.fullmatch(lines[place].text) for place in places[:_EDGE_LINES])
    return feet >= heads


def _are_marks(line: Line) -> bool:
    """Whether a line holds figures and dashes in columns, as a row of marks does; a cell may be empty."""
    cells = [cell for cell in line.cells if cell] or [line.text]
    return (len(cells) > 1 or len(line.tabbed) > _MOST_OF_NUMBER) and all(_CELL.fullmatch(cell) for cell in cells)


def _repeated_at_edges(lines: Sequence[Line], pages: Collection[Sequence[int]]) -> set[str]:
    counts: Counter[tuple[bool, str]] = Counter()
    total = len(pages)
    named = {place for places in pages for place in _above_leads(lines, places)}
    for places in pages:
        counts.update({(True, _plain(lines[place].text)) for place in places[:_EDGE_LINES] if place not in named})
        counts.update({(False, _plain(lines[place].text)) for place in places[-_EDGE_LINES:] if place not in named})
    usual = {text for (_, text), count in counts.items() if text and count >= max(_LEAST_PAGES, total / 2)}
    return usual | _in_a_row([(_plain(lines[places[0]].text), places[0] in named) for places in pages if places])


def _above_leads(lines: Sequence[Line], places: Sequence[int]) -> Iterator[int]:
    """Lines right above a lead-in at the head of a page: names of elements, unless other pages have them too."""
    for place, below in pairwise(places[: _EDGE_LINES + 1]):
        if lead_at(pieces_of([lines[below]]), 0):
            yield place


def _in_a_row(firsts: Sequence[tuple[str, bool]]) -> set[str]:
    """What some pages in a row begin with, not always as a name: the head of a part of the document."""
    runs = [(text, [named for _, named in run]) for text, run in groupby(firsts, key=itemgetter(0))]
    return {text for text, named in runs if text and len(named) >= _LEAST_PAGES and not all(named)}


def _plain(text: str) -> str:
    """A line as pages repeat it, a sign in place of its page number; nothing for what says something of its own."""
    piece = pieces_of([Line(number=0, text=text)])
    heading = None if key_of(text) in ANNEXES or _PACK_FOR.match(text) else find_heading(piece, 0)
    if len(text) > _LONGEST or _CODED.match(text) or head_of(piece[0]) or heading or lead_at(piece, 0):
        return ""
    plain = _ITS_NUMBER.sub("#", text)
    return "" if plain == "#" else plain


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
