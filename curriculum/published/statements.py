"""The lines of knowledge and of skills of a unit, each under its printed sub-heading."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from curriculum.published.elements import title_length
from curriculum.published.headings import key_of
from curriculum.published.items import Item, Known, Sort, Token, has_side_column, tokens
from curriculum.published.pieces import Piece, blocks

_GROUPS = re.compile(
    r"(?:[a-z] )?(?:organi[sz]ational context|technical knowledge|(?:core|generic|core generic|professional) skills?"
    r"|(?:core skills? )?generic skills?"
    r"|(?:writing|reading|listening|speaking|communication|oral communication|reading and writing|digital) skills?"
    r"|oral communication|decision making|plan(?:ning)? and organi[sz](?:e|ing)|customer centricity|problem solving"
    r"|analytical thinking|critical thinking|attention to detail|team ?work(?:ing)?|time management|self discipline"
    r"|लेखन कौशल|पठन कौशल|पढ़ने का कौशल|लिखने का कौशल|मौखिक संचार|निर्णय लेना|योजना बनाना और व्यवस्थित करना|ग्राहक केंद्रितता"
    r"|समस्या समाधान|विश्लेषणात्मक सोच|आलोचनात्मक सोच|संगठनात्मक संदर्भ|तकनीकी ज्ञान)"
    r"(?: (?:knowledge of|listening and speaking|skills|सुनने और बोलने).*)?"
)
_LEAD = re.compile(r"(?:needs? to )?(?:know )?(?:and )?(?:understand|know)(?: how to)?|how to")  # the end of one
_AMID = re.compile(r"\S (?:The )?(?:[Uu]ser ?/ ?)?individual on the job\b")
_ENUMERATED = re.compile(r"[A-Z]\s?[.)]\s?(?=\S{3})")
_LONGEST_GROUP = 3  # lines
_ROOM = 0.8  # of the longest line


@dataclass(slots=True, kw_only=True)
class GroupText:
    """Lines under one sub-heading, or under none."""

    title: list[Piece]
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class StatementsText:
    """What a section of knowledge or skills holds; `outer` are sub-headings that only hold others.

    `slid` are words of names that stand in coded lines.
    """

    groups: list[GroupText] = field(default_factory=list)
    form: list[Piece] = field(default_factory=list)
    outer: list[Piece] = field(default_factory=list)
    slid: list[Piece] = field(default_factory=list)
    loose: list[Piece] = field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        """All lines, in printed order."""
        return [item for group in self.groups for item in group.items]


def read_statements(body: Sequence[Piece], usual: Collection[str], known: Known) -> StatementsText:
    """The coded lines of a section, each under the sub-heading nearest above it."""
    text = StatementsText()
    told = list(tokens(body, usual, columned=has_side_column(body), repeated=known.leads))
    side = [token for token in told if token.sort is Sort.SIDE]
    told = [token for token in told if token.sort is not Sort.SIDE]
    named = {token.piece.line for token in side}
    waiting: list[Piece] = []  # of a sub-heading, since the last coded line
    for place, token in enumerate(told):
        last = text.groups[-1].items[-1] if text.groups and text.groups[-1].items else None
        if token.sort is Sort.LEAD:
            alone = token.piece.line not in named and (place == 0 or told[place - 1].sort is not Sort.LEAD)
            if alone and last is not None and not waiting and _has_more(last):
                waiting = last.trim(title_length(last.pieces[1:]))
            text.form.append(token.piece)
        elif token.sort is Sort.ITEM:
            _begin(text, token, waiting)
            waiting = []
        elif token.sort is Sort.SLID:
            (waiting if waiting or last is None else text.groups[-1].title).append(token.piece)
            text.slid.append(token.piece)
        elif last is None or waiting or _is_group(told, place):
            if token.piece.text:
                waiting.append(token.piece)
        else:
            last.pieces.append(token.piece)
    text.loose += waiting
    text = _beside(text, side) if side else text
    titles = dict.fromkeys(piece for group in text.groups for piece in group.title)
    text.slid += [piece for piece in titles if _AMID.search(piece.text) and piece not in text.slid]
    return text


def begun_lines(text: StatementsText) -> Iterator[tuple[Item, Piece]]:
    """Lines that go on a coded one although they begin with a capital, after a line on which they would have had room.

    So looks a line whose code is missing.
    """
    width = max((len(piece.text) for item in text.items for piece in item.pieces), default=0)
    for item in text.items:
        for before, piece in pairwise(piece for piece in item.pieces if piece.text):
            word = piece.text.split(" ", 1)[0]
            plain = word[0].isupper() and not any(letter.isupper() for letter in word[1:])
            if plain and before.text[-1] not in ",:;(/&-–" and len(before.text) + len(word) < _ROOM * width:
                yield item, piece


def _beside(text: StatementsText, side: Sequence[Token]) -> StatementsText:
    """Old packs in two columns: the names at the left are the sub-headings of lines that have no nearer one.

    There are as many names as prefixes (KA and KB), or they stand beside the first of their lines.
    """
    names: list[list[Piece]] = []
    for token in side:
        near = names and token.piece.line - names[-1][-1].line == 1
        if near and not _ENUMERATED.match(token.piece.text):
            names[-1].append(token.piece)
        else:
            names.append([token.piece])
    prefixes = list(dict.fromkeys(item.code.prefix for item in text.items))
    groups: list[GroupText] = []
    for group in text.groups:
        for item in group.items:
            title = group.title or _name_beside(item, names, prefixes)
            if not groups or groups[-1].title != title:
                groups.append(GroupText(title=title))
            groups[-1].items.append(item)
    used = [group.title for group in groups]
    text.outer += [piece for name in names if name not in used for piece in name]
    text.groups = groups
    return text


def _name_beside(item: Item, names: Sequence[list[Piece]], prefixes: Sequence[str]) -> list[Piece]:
    if len(names) == len(prefixes):
        return names[prefixes.index(item.code.prefix)]
    above = [name for name in names if name[0].line <= item.code.piece.line]
    return above[-1] if above else names[0]


def _has_more(item: Item) -> bool:
    return any(piece.text for piece in item.pieces[1:])


def _is_group(told: Sequence[Token], place: int) -> bool:
    """Whether a line between coded lines is a sub-heading that is known, or lettered, and not the end of a sentence."""
    text = told[place].piece.text
    if not text or told[place].sort is not Sort.TEXT or text[0].islower():
        return False
    following = next((token for token in told[place + 1 :] if token.piece.text or token.sort is Sort.ITEM), None)
    if following is None:
        return False
    own = takewhile(lambda token: token.sort in {Sort.TEXT, Sort.BLANK}, told[place : place + 2 * _LONGEST_GROUP])
    lines = [token.piece.text for token in own if token.piece.text]
    known = any(_is_known(lines[: count + 1]) for count in range(min(len(lines), _LONGEST_GROUP)))
    return known or _ENUMERATED.match(text) is not None


def _is_known(lines: Sequence[str]) -> bool:
    """Whether lines together are the name of a group that packs have."""
    return _GROUPS.fullmatch(key_of(" ".join(lines))) is not None


def _begin(text: StatementsText, token: Token, waiting: Sequence[Piece]) -> None:
    """Put a coded line into the group above it, or begin the one whose title was read."""
    assert token.code is not None  # noqa: S101  every item has one
    titles = _titles(waiting)
    if titles and _LEAD.fullmatch(key_of(" ".join(piece.text for piece in titles[-1]))):
        # A name at the left ran into the first line of the lead-in beside it: neither is the name of a group.
        text.slid += titles[-1]
        titles[-1] = []
    text.outer += [piece for title in titles[:-1] for piece in title]
    if titles or not text.groups:
        text.groups.append(GroupText(title=titles[-1] if titles else []))
    text.groups[-1].items.append(Item(code=token.code, pieces=[token.piece]))


def _titles(waiting: Sequence[Piece]) -> list[list[Piece]]:
    """Lines above a coded line as sub-headings: lettered, known, or after a bracket that closed."""
    titles: list[list[Piece]] = []
    for block in blocks(waiting):
        for piece in block:
            open_bracket = titles and _is_open(titles[-1]) and len(titles[-1]) < _LONGEST_GROUP
            known = titles and _is_known([*(line.text for line in titles[-1]), piece.text])
            goes_on = titles and (open_bracket or known or piece.text[0].islower())
            if goes_on:
                titles[-1].append(piece)
            else:
                titles.append([piece])
    return titles


def _is_open(title: Sequence[Piece]) -> bool:
    text = " ".join(piece.text for piece in title)
    return text.count("(") > text.count(")")
