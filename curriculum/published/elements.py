"""The criteria of a unit under their elements, whichever way the elements are printed among them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from curriculum.published.codes import is_list
from curriculum.published.headings import key_of, lead_at
from curriculum.published.items import CRITERIA, Item, Known, Sort, Token, has_side_column, tokens
from curriculum.published.names import goes_on, is_caseless, is_rest, may_be_name
from curriculum.published.pieces import Piece, blocks, stripped
from curriculum.published.sharing import Name, begun_rows, starts_of

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
    `twice` are elements with the name of the one before, and whether they are read as the same.
    """

    elements: list[ElementText] = field(default_factory=list)
    form: list[Piece] = field(default_factory=list)
    slid: list[Piece] = field(default_factory=list)
    loose: list[Piece] = field(default_factory=list)
    doubtful: list[tuple[Item, Piece]] = field(default_factory=list)
    again: list[Piece] = field(default_factory=list)
    parted: list[ElementText] = field(default_factory=list)
    may_go_on: list[tuple[ElementText, ElementText]] = field(default_factory=list)
    twice: list[tuple[ElementText, bool]] = field(default_factory=list)


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
    beside = has_side_column(body)
    if not (beside and _are_led_beside(body)) and (leads > 1 or (leads and above and not headed)):
        text = _under_leads(told, titles)
        text.doubtful += _at_the_left(text, body)
        return text
    if beside:
        return _beside(list(tokens(body, CRITERIA, columned=True, repeated=known.leads)), known)
    return _amid(told, known)


def _are_led_beside(body: Iterable[Piece]) -> bool:
    """Whether a lead-in stands in a second column, beside a name."""
    rows = (piece.columns() for piece in body if len(piece.cells) > 1 and piece.cells[0])
    return any(lead_at([columns[1]], 0) is not None for columns in rows)


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
    if len(parted) > 2 and parted[-1][0].text[0].islower():  # the end of a page stands in the title
        parted[-2:] = [parted[-2] + parted[-1]]
    if len(parted) > 1 and len(parted[-1]) <= _LONGEST_TITLE and not parted[-1][0].text[0].islower():
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
    names: list[Name] = []
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
    text.slid += _in_coded_lines(told)
    text.loose += [piece for piece in waiting if piece.text]
    return _shared_out(text, names, items, 2 * (len(told) - 1), known)


def _name_of(waiting: Sequence[Piece], row: int) -> list[Name]:
    own = [piece for piece in waiting if piece.text]
    return [Name(pieces=own, first=2 * (row - len(own)), last=2 * (row - 1))] if own else []


def _named_after(item: Item, row: int, width: int, titles: Collection[str]) -> list[Name]:
    """The name that stands after a criterion: printed elsewhere too, or begun although the line before had room."""
    own = [piece for piece in item.pieces if piece.text]
    for place in range(1, len(own)):
        near = titles and len(own) - place <= _MOST_OF_NAME
        rest = key_of(" ".join(piece.text for piece in own[place:])) if near else ""
        if (near and rest in titles) or _is_begun(own[place - 1], own[place].text, width):
            taken = item.trim(len(own) - place)
            return [Name(pieces=taken, first=2 * (row - len(taken)), last=2 * (row - 1))]
    return []


def _like_names(items: Iterable[Item]) -> Iterator[tuple[Item, Piece]]:
    """Lines in criteria that may be names."""
    for item in items:
        for before, piece in pairwise(piece for piece in item.pieces if piece.text):
            if may_be_name(before.text, piece.text):
                yield item, piece


def _in_coded_lines(told: Sequence[Token]) -> Iterator[Piece]:
    """What may be the name of an element before the code of a line, as in copies that lost the columns of a table."""
    for token, following in pairwise(told):
        is_before = following.sort is Sort.ITEM and following.piece.line == token.piece.line
        if is_before and token.sort in {Sort.TEXT, Sort.SLID} and may_be_name("", token.piece.text):
            yield token.piece


def _at_the_left(text: CriteriaText, body: Sequence[Piece]) -> Iterator[tuple[Item, Piece]]:
    """Lines of criteria that stand left of their column, as names do that were set in the middle of their cells."""
    inside = {piece.line for piece in body if piece.cells and not piece.cells[0]}
    if not any(piece.line in inside for piece in text.form):
        return
    for item in (item for element in text.elements for item in element.items if item.code.piece.line in inside):
        yield from ((item, piece) for piece in item.pieces if piece.text and piece.line not in inside)


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
    names: list[Name] = []
    items: list[tuple[int, Item]] = []
    leads: list[int] = []  # rows of lead-ins
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
            leads += [row] if token.sort is Sort.LEAD else []
        elif token.code is not None:
            items.append((row, Item(code=token.code, pieces=[token.piece])))
        else:
            items[-1][1].pieces.append(token.piece)
    if len(names) > 1 and _has_each_its_own(names, leads, row):
        # Each name stands beside the first of its lines, or on the page before it.
        return _shared_out(text, names, items, row, known, beside=[name.first for name in names])
    coded_rows = [row for row, _ in items]
    begins = begun_rows([*leads, *coded_rows], coded_rows, names, row)
    return _shared_out(text, names, items, row, known, beside=begins)


def _has_each_its_own(names: Sequence[Name], leads: Sequence[int], last: int) -> bool:
    """Whether a lead-in stands beside or below each name, before the next."""
    bounds = pairwise([*(name.first for name in names), last + 1])
    return all(bisect_left(leads, begins) < bisect_left(leads, ends) for begins, ends in bounds)


def _add_side(names: list[Name], piece: Piece, row: int, *, starts: bool) -> None:
    """A line of a name: the next of the name above, or the first of another; set in the middle, lines alternate."""
    gap = row - names[-1].last if names else 0
    new = (piece.text[0].isupper() or is_caseless(piece.text[0])) and (starts or gap > _NEAR_ROWS)
    if names and gap <= _NEAR_ROWS and not new:
        names[-1].is_doubtful |= row % 2 == 1 and may_be_name(names[-1].pieces[-1].text, piece.text)
        names[-1].pieces.append(piece)
        names[-1].last = row
    else:
        names.append(Name(pieces=[piece], first=row, last=row))


def _shared_out(
    text: CriteriaText,
    names: Sequence[Name],
    items: Sequence[tuple[int, Item]],
    last: int,
    known: Known,
    *,
    beside: Sequence[int] | None = None,
) -> CriteriaText:
    """Give each criterion to its element; `last` is the last row of all.

    `beside` says that names have a column, and gives the rows on which elements may begin.
    """
    coded = [row for row, _ in items]
    rows = coded if beside is None else list(beside)
    starts, guessed = starts_of(names, rows, coded, last, known, beside=beside is not None)
    if items and (not names or starts[0] > rows[0]):
        text.elements.append(ElementText(title=[]))
    guessed = guessed and (len(names) > 1 or beside is None)
    made = [ElementText(title=name.pieces, guessed=guessed or name.is_doubtful) for name in names]
    text.elements += made
    for row, item in items:
        own = bisect_right(starts, row) - 1
        (made[own] if own >= 0 else text.elements[0]).items.append(item)
    return text


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
