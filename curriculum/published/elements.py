"""The criteria of a unit under their elements, whichever way the elements are printed among them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from curriculum.published.codes import is_list
from curriculum.published.headings import key_of
from curriculum.published.items import CRITERIA, Item, Known, Sort, Token, has_side_column, tokens
from curriculum.published.names import ends_amid, goes_on, is_caseless, is_rest, is_same_name, may_be_name
from curriculum.published.pieces import Piece, blocks, stripped

_HEADER = re.compile(
    r"(?:elements?|तत्व)(?: (?:performance criteria|प्रदर्शन मानदंड|प्रदर्शन मापदंड)(?: pc)?)?|performance criteria(?: pc)?"
)
_LONGEST_TITLE = 4  # lines
_MOST_OF_NAME = 12  # lines, where it is printed elsewhere too
_NEAR_ROWS = 2  # rows are counted by two


@dataclass(slots=True, kw_only=True)
class ElementText:
    """An element as printed; `guessed` says that which criteria are its own is a guess from where its name stands."""

    title: list[Piece]
    items: list[Item] = field(default_factory=list)
    guessed: bool = False


@dataclass(slots=True, kw_only=True)
class CriteriaText:
    """What a section of criteria holds: its elements, lines that are only form, and lines that belong nowhere.

    `slid` are words of names that stand in coded lines. `doubtful` are lines of criteria that may be of names. `again`
    are names that a page repeats, `parted` those that it parts, and `may_go_on` those that could be the rest of one.
    """

    elements: list[ElementText] = field(default_factory=list)
    form: list[Piece] = field(default_factory=list)
    slid: list[Piece] = field(default_factory=list)
    loose: list[Piece] = field(default_factory=list)
    doubtful: list[tuple[Item, Piece]] = field(default_factory=list)
    again: list[Piece] = field(default_factory=list)
    parted: list[ElementText] = field(default_factory=list)
    may_go_on: list[tuple[ElementText, ElementText]] = field(default_factory=list)


def read_criteria(body: Sequence[Piece], known: Known) -> CriteriaText:
    """The elements of a section, with what is known of titles and lead-ins from elsewhere in the text."""
    again = [piece for piece in body if len(piece.cells) > 1 and _HEADER.fullmatch(key_of(piece.text))][1:]
    text = _read([piece for piece in body if piece not in again], known)
    text.form += again
    return text


def _read(body: Sequence[Piece], known: Known) -> CriteriaText:
    titles = known.titles
    told = list(tokens(body, CRITERIA, repeated=known.leads))
    leads = sum(told[place - 1].sort is not Sort.LEAD for place, token in enumerate(told) if token.sort is Sort.LEAD)
    first = next((place for place, token in enumerate(told) if token.sort is Sort.LEAD), None)
    above = [] if first is None else [token for token in told[:first] if _is_title_line(token)]
    headed = any(_HEADER.fullmatch(key_of(token.piece.text)) for token in told if token.sort is Sort.TEXT)
    if leads > 1 or (leads and above and not headed):
        return _under_leads(told, titles)
    if has_side_column(body):
        return _beside(list(tokens(body, CRITERIA, columned=True, repeated=known.leads)), known)
    return _amid(told, known)


def title_length(lines: Sequence[Piece], titles: Collection[str] = ()) -> int:
    """How many of the last lines before a lead-in are a title: as printed elsewhere, after a blank line, or the last.

    None is where the last only goes on with a sentence, as where a page begins with the lead-in again.
    `lines` holds blank pieces where the text has blank lines.
    """
    own = [piece for piece in lines if piece.text]
    for count in range(min(_LONGEST_TITLE, len(own)), 0, -1):
        if titles and _is_known(own[-count:], titles):
            return count
    parted = blocks(lines)
    if len(parted) > 1 and len(parted[-1]) <= _LONGEST_TITLE:
        return len(parted[-1])
    count = 1
    while count < min(len(own), _LONGEST_TITLE) and is_rest(own[-count - 1].text, own[-count].text):
        count += 1
    return count if own and not own[-count].text[0].islower() else 0


def _is_known(lines: Sequence[Piece], titles: Collection[str]) -> bool:
    """Whether lines are a title that is printed elsewhere too; none begins with a small letter."""
    return not lines[0].text[0].islower() and key_of(" ".join(piece.text for piece in lines)) in titles


def _taken_title(item: Item, titles: Collection[str], text: CriteriaText) -> list[Piece]:
    """Take the title that stands below a criterion off its lines; where it may begin above, that is noted."""
    lines = item.pieces[1:]
    count = title_length(lines, titles)
    parted = blocks(lines)
    title = item.trim(count)
    sure = key_of(" ".join(piece.text for piece in title)) in titles or (len(parted) > 1 and len(parted[-1]) == count)
    own = [piece for piece in item.pieces if piece.text]
    if not sure and len(own) > 1 and may_be_name(own[-2].text, own[-1].text):
        text.doubtful.append((item, own[-1]))
    return title


def _is_title_line(token: Token) -> bool:
    return token.sort is Sort.TEXT and not _HEADER.fullmatch(key_of(token.piece.text))


def _under_leads(told: Sequence[Token], titles: Collection[str]) -> CriteriaText:
    """New packs: a title, `To be competent, …` and its criteria, again and again."""
    text = CriteriaText()
    waiting: list[Piece] = []
    led = False
    for place, token in enumerate(told):
        last = text.elements[-1].items[-1] if text.elements and text.elements[-1].items else None
        if token.sort is Sort.LEAD:
            if told[place - 1].sort is not Sort.LEAD or place == 0:
                above = stripped(waiting)
                title = above if above or not last else _taken_title(last, titles, text)
                text.elements.append(ElementText(title=[piece for piece in title if piece.text]))
                waiting, led = [], True
            text.form.append(token.piece)
        elif token.sort is Sort.ITEM:
            if not led and not text.elements:
                text.elements.append(ElementText(title=[piece for piece in waiting if piece.text]))
                waiting = []
            _begin(text, token)
        elif token.sort is Sort.SLID and text.elements:
            text.elements[-1].title.append(token.piece)
            text.slid.append(token.piece)
        elif token.sort is Sort.TEXT and not _is_title_line(token):
            text.form.append(token.piece)
        elif last is not None:
            last.pieces.append(token.piece)
        elif led and token.piece.text:
            text.elements[-1].title.append(token.piece)
        else:
            waiting.append(token.piece)
    return _with_known_titles(_left(text, waiting), titles)


def _amid(told: Sequence[Token], known: Known) -> CriteriaText:
    """Old packs without columns: names before their criteria, or among them where a tall cell was set in its middle."""
    text = CriteriaText()
    names: list[_Name] = []
    items: list[tuple[int, Item]] = []
    width = max((_reach(token.piece) for token in told), default=0)
    waiting: list[Piece] = []
    for row, token in enumerate(told):
        if token.sort is Sort.LEAD or (token.sort is Sort.TEXT and not _is_title_line(token)):
            text.form.append(token.piece)
        elif token.sort is Sort.ITEM:
            names += _name_of(waiting, row)
            if items:
                names += _named_after(items[-1][1], row, width, known.titles)
            waiting = []
            assert token.code is not None  # noqa: S101  every item has one
            items.append((2 * row, Item(code=token.code, pieces=[token.piece])))
        elif items:
            items[-1][1].pieces.append(token.piece)
        else:
            waiting.append(token.piece)
    if items:
        names += _named_after(items[-1][1], len(told), width, known.titles)
    text.doubtful += _like_names([item for _, item in items])
    text.loose += [piece for piece in waiting if piece.text]
    return _shared_out(text, names, items, 2 * (len(told) - 1), known)


@dataclass(slots=True, kw_only=True)
class _Name:
    """The name of an element, and the rows of the section that it stands in."""

    pieces: list[Piece]
    first: int
    last: int

    @property
    def text(self) -> str:
        """The name in one line."""
        return " ".join(piece.text for piece in self.pieces)


def _name_of(waiting: Sequence[Piece], row: int) -> list[_Name]:
    own = [piece for piece in waiting if piece.text]
    return [_Name(pieces=own, first=2 * (row - len(own)), last=2 * (row - 1))] if own else []


def _named_after(item: Item, row: int, width: int, titles: Collection[str]) -> list[_Name]:
    """The name that stands after a criterion: printed elsewhere too, or begun although the line before had room."""
    own = [piece for piece in item.pieces if piece.text]
    for place in range(1, len(own)):
        near = titles and len(own) - place <= _MOST_OF_NAME
        rest = key_of(" ".join(piece.text for piece in own[place:])) if near else ""
        if (near and rest in titles) or _is_begun(own[place - 1], own[place].text, width):
            taken = item.trim(len(own) - place)
            return [_Name(pieces=taken, first=2 * (row - len(taken)), last=2 * (row - 1))]
    return []


def _like_names(items: Iterable[Item]) -> Iterator[tuple[Item, Piece]]:
    """Lines in criteria that may be names."""
    for item in items:
        for before, piece in pairwise(piece for piece in item.pieces if piece.text):
            if may_be_name(before.text, piece.text):
                yield item, piece


def _reach(piece: Piece) -> int:
    return piece.at + len(piece.text)


def _is_begun(before: Piece, line: str, width: int) -> bool:
    """Whether a line begins something new: a capital, after a line on which its first word would have had room.

    Where a script has no capitals, the room alone tells.
    """
    word = line.split(" ", 1)[0]
    ends = before.text
    if not (line[0].isupper() or is_caseless(line[0])) or goes_on(ends) or is_list(line):
        return False
    return ends.endswith((".", ";")) or _reach(before) + 1 + len(word) < width - 3


def _beside(told: Sequence[Token], known: Known) -> CriteriaText:
    """Old packs in two columns: names at the left, beside the first of their lines or in the middle of them."""
    text = CriteriaText()
    names: list[_Name] = []
    items: list[tuple[int, Item]] = []
    begins: list[int] = []  # rows on which something of the second column begins: a lead-in, or a criterion
    row, line = -2, 0
    led = {token.piece.line for token in told if token.sort is Sort.LEAD}
    coded = led | {token.piece.line for token in told if token.sort is Sort.ITEM}
    second = {token.piece.line for token in told if token.sort is not Sort.SIDE and (token.piece.text or token.code)}
    for token in told:
        if not token.piece.text and token.code is None:
            continue
        if token.piece.line != line and token.piece.line in second:
            row, line = row + 2, token.piece.line
        if _HEADER.fullmatch(key_of(token.piece.text)) and not items:
            text.form.append(token.piece)
        elif token.sort is Sort.SIDE:
            here = row if token.piece.line in second else row + 1
            where = led if is_caseless(token.piece.text[0]) else coded
            _add_side(names, token.piece, here, starts=token.piece.line in where)
        elif token.sort is Sort.LEAD or not (items or token.code):
            text.form.append(token.piece)
            begins += [row] if token.sort is Sort.LEAD else []
        elif token.code is not None:
            items.append((row, Item(code=token.code, pieces=[token.piece])))
            begins.append(row)
        else:
            items[-1][1].pieces.append(token.piece)
    if len(names) > 1 and all(name.pieces[0].line in led for name in names):
        # Each name has a lead-in of its own: it stands beside the first of its lines.
        return _shared_out(text, names, items, row, known, beside=[name.first for name in names])
    return _shared_out(text, names, items, row, known, beside=_begun_rows(begins, items, names, row))


def _begun_rows(
    begins: Sequence[int], items: Sequence[tuple[int, Item]], names: Sequence[_Name], last: int
) -> list[int]:
    """The rows on which an element may begin: criteria, and a lead-in where it stands inside the first element."""
    rows = sorted(set(begins))
    coded = [row for row, _ in items]
    if not names or not coded or rows[0] == coded[0]:
        return rows
    inside = names[0].first < coded[0] or (_middles(names, rows)[1:] == (True, last))
    return rows if inside and _middles(names, coded)[1:] != (True, last) else rows[bisect_left(rows, coded[0]) :]


def _add_side(names: list[_Name], piece: Piece, row: int, *, starts: bool) -> None:
    """A line of a name: the next of the name above, or the first of another; set in the middle, lines alternate."""
    gap = row - names[-1].last if names else 0
    new = (piece.text[0].isupper() or is_caseless(piece.text[0])) and (starts or gap > _NEAR_ROWS)
    if names and gap <= _NEAR_ROWS and not new:
        names[-1].pieces.append(piece)
        names[-1].last = row
    else:
        names.append(_Name(pieces=[piece], first=row, last=row))


def _shared_out(
    text: CriteriaText,
    names: Sequence[_Name],
    items: Sequence[tuple[int, Item]],
    last: int,
    known: Known,
    *,
    beside: Sequence[int] | None = None,
) -> CriteriaText:
    """Give each criterion to its element; `last` is the last row of all.

    `beside` says that names have a column, and gives the rows on which elements may begin.
    """
    rows = [row for row, _ in items] if beside is None else list(beside)
    whole = [name for before, name in zip([None, *names], names, strict=False) if not _is_rest_of(before, name, known)]
    coded = [row for row, _ in items]
    amid = _are_amid(whole, rows, last, coded, beside=beside is not None)
    starts = _middles(names, rows)[0] if amid else [name.first for name in names]
    if items and (not names or (not amid and starts[0] > rows[0])):
        text.elements.append(ElementText(title=[]))
    made = [ElementText(title=name.pieces, guessed=amid and len(names) > 1) for name in names]
    text.elements += made
    for row, item in items:
        own = bisect_right(starts, row) - 1
        (made[own] if own >= 0 else text.elements[0]).items.append(item)
    return text


def _is_rest_of(before: _Name | None, name: _Name, known: Known) -> bool:
    """Whether a name is the one before it again, or its rest on the next page."""
    if before is None or is_same_name(before.text, name.text):
        return before is not None
    on_next_page = known.page_of(name.pieces[0].line) > known.page_of(before.pieces[-1].line)
    return on_next_page and ends_amid(before.text, name.text)


def _are_amid(names: Sequence[_Name], rows: Sequence[int], last: int, coded: Sequence[int], *, beside: bool) -> bool:
    """Whether names stand in the middle of their criteria: not beside a first one, or just where the middles are."""
    if not names or not rows:
        return False
    if names[0].first > rows[0]:
        return True
    if not beside:
        return False
    begun = set(rows)
    if any(name.first not in begun for name in names):
        return True
    starts, fits, ends = _middles(names, rows)
    bounds = pairwise([*starts, last + 1])
    each_has_one = all(bisect_left(coded, begins) < bisect_left(coded, ends_at) for begins, ends_at in bounds)
    return fits and ends == last and each_has_one


def _middles(names: Sequence[_Name], rows: Sequence[int]) -> tuple[list[int], bool, int]:
    """Where each element begins if names stand in the middle of theirs, whether all fits, and where the last one ends.

    The first row of an element and its middle tell its last row; the next begins at the criterion nearest to that.
    Rows are counted by two, so that a name between two of them has a place.
    """
    starts: list[int] = []
    begins, ends, fits = rows[0], rows[0], True
    for place, name in enumerate(names):
        starts.append(begins)
        ends = name.first + name.last - begins
        if place + 1 < len(names):
            low, high = bisect_right(rows, name.last), bisect_right(rows, max(names[place + 1].first, name.last + 1))
            near = bisect_left(rows, ends + 2, low, high)
            open_rows = rows[max(low, near - 1) : min(high, near + 1)] if low < high else []
            wanted = ends + 2
            begins = min(open_rows, key=lambda row: abs(row - wanted), default=names[place + 1].first)
            fits = fits and begins == wanted
    return starts, fits, ends


def _begin(text: CriteriaText, token: Token) -> None:
    assert token.code is not None  # noqa: S101  every item has one
    text.elements[-1].items.append(Item(code=token.code, pieces=[token.piece]))


def _left(text: CriteriaText, waiting: Sequence[Piece]) -> CriteriaText:
    text.loose += [piece for piece in waiting if piece.text]
    return text


def _with_known_titles(text: CriteriaText, titles: Collection[str]) -> CriteriaText:
    """Begin an element also where its title, printed elsewhere too, stands between criteria without a lead-in.

    That it is one is told, since a table of marks that was misread may hold the end of a criterion as a title.
    """
    if not titles:
        return text
    elements: list[ElementText] = []
    for element in text.elements:
        elements.append(ElementText(title=element.title))
        for item in element.items:
            elements[-1].items.append(item)
            own = [piece for piece in item.pieces[1:] if piece.text]
            most = min(len(own), _MOST_OF_NAME)
            count = next((n for n in range(1, most + 1) if _is_known(own[-n:], titles)), 0)
            if count and item is not element.items[-1]:
                elements.append(ElementText(title=item.trim(count), guessed=True))
    text.elements = elements
    return text
