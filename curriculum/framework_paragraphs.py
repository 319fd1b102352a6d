"""Lines of the PDF of a skill, put together to the paragraphs that pages broke; where that is not sure, it is told."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from curriculum.framework_layout import BULLET, NUMBERS, TITLE, Heading, Layout
from curriculum.problems import Problem, error, quoted, warning
from curriculum.published.lines import bare_text
from curriculum.published.pieces import joined
from curriculum.words import Message

_NUMBER = re.compile(r"(?:page|strona|str\.)?\s*\d{1,3}(?:\s*(?:of|z|/)\s*\d{1,3})?", re.IGNORECASE)
_EDGE = 3  # lines at either end of a page that can be its header or footer
_LONGEST, _LONGEST_RELATED = 5000, 300  # signs of a paragraph, and of the name of a related skill
_MOST_ROWS = 3  # of a heading that a page wrapped
# What begins a point wherever it stands; a dash or a number may also stand amid a sentence.
_SURE_POINT = re.compile(r"[•●▪■◦‣∙➢✓·*\uf0b7\uf0a7\uf0d8]")
_ENDS = ".!?:;…"
# A first word that would have stood on the line above with so much room left was not wrapped by the page.
_ROOMY, _ROOMY_UNSURE = 0.8, 0.6


@dataclass(slots=True, kw_only=True)
class Row:
    """A line as it is seen on a page: whether room or a page's end parts it from the line above, and its columns."""

    text: str
    gap: bool
    starts_page: bool
    is_parted: bool


@dataclass(slots=True, kw_only=True)
class Paragraph:
    """Lines that belong together, as one text, and what is to be told of it."""

    text: str
    is_whole: bool = False
    problems: list[Problem] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Go on with a line; a word that a hyphen parts there keeps it, and that is told."""
        before, self.text = self.text, joined(self.text, row.text)
        if self.text == before + row.text:
            word = f"{before.rsplit(' ', 1)[-1]}{row.text.split(' ', 1)[0]}"
            words = Message(
                "%(word)s is parted at the end of a line; see whether its hyphen is a word's own",
                {"word": quoted(word)},
            )
            self.problems.append(warning("", words))


def rows_of(text: str, layout: Layout) -> tuple[list[Row], list[str]]:
    """The lines of all pages without what pages repeat around them, and what that was."""
    pages = [list(_rows(page)) for page in text.split("\f")]
    pages = [rows for rows in pages if rows]
    repeated: list[str] = []
    for inwards in (1, -1):
        for _ in range(_EDGE):
            edges = [rows[::inwards][0].text for rows in pages if rows]
            if not edges or not _is_furniture(edges, layout, is_foot=inwards < 0):
                break
            repeated.append(edges[0])  # those of other pages differ in figures alone
            pages = [(rows[1:] if inwards > 0 else rows[:-1]) for rows in pages]
    for rows in pages:
        for row in rows[:1]:
            row.starts_page = True
    return [row for rows in pages for row in rows], repeated


def paragraphs_of(rows: Sequence[Row], layout: Layout) -> list[Paragraph]:
    """The paragraphs of a skill's text, each heading, point and essence by itself."""
    return _Putting(rows, layout).all()


def _rows(page: str) -> Iterator[Row]:
    gap = False
    for line in page.split("\n"):
        text = bare_text(line)
        if text:
            yield Row(text=text, gap=gap, starts_page=False, is_parted="\t" in line.strip())
        gap = not text


def _is_furniture(edges: Sequence[str], layout: Layout, *, is_foot: bool) -> bool:
    """Whether the lines at one end of all pages are the same but for their figures, or the numbers of the pages."""
    if any(layout.knows(text) for text in edges):
        return False
    if len(edges) == 1:
        return is_foot and _NUMBER.fullmatch(edges[0]) is not None
    return len({re.sub(r"\d+", "0", text) for text in edges}) == 1


class _Putting:
    """Lines on their way to paragraphs, one after another."""

    def __init__(self, rows: Sequence[Row], layout: Layout) -> None:
        self._rows, self._layout = rows, layout
        self._names = self._repeated_names()
        self._sizes = {len(name) for name in self._names}
        self._overflow = min(self._overflows(), default=0)
        self._widest = max((len(row.text) for row in rows), default=0)
        self._is_tight = self._parts_without_room()
        self._heading: Heading | None = None
        self._found: list[Paragraph] = []

    def all(self) -> list[Paragraph]:
        """Put all lines together."""
        place = 0
        while place < len(self._rows):
            taken = self._take_own(place)
            if not taken:
                self._take(place)
                taken = 1
            place += taken
        for paragraph in self._found:
            self._look_inside(paragraph)
        return self._found

    def _take_own(self, place: int) -> int:
        """Take the lines from here on that are one heading, title or essence; how many these are."""
        for asked in (self._is_level, self._is_title, self._is_heading, self._is_essence):
            for count in range(min(_MOST_ROWS, self._together(place)), 0, -1):
                rows = self._rows[place : place + count]
                text = _text_of(rows)
                if asked(text, rows):
                    # An essence may go on; all else is whole.
                    whole = asked != self._is_essence
                    self._found.append(Paragraph(text=text, is_whole=whole))
                    if whole:
                        self._heading = self._layout.heading_of(text) or Heading.LEVELS
                    return count
        return 0

    def _take(self, place: int) -> None:
        row = self._rows[place]
        before = self._found[-1] if self._found else None
        begins, doubt = self._begins(place, before)
        if begins or before is None:
            before = Paragraph(text=row.text)
            self._found.append(before)
        else:
            before.add(row)
        if doubt:
            before.problems.append(warning("", _doubt(row.text, begins=begins)))
        if row.is_parted and not (BULLET.match(row.text) or NUMBERS.fullmatch(row.text)):
            words = Message(
                "%(text)s stands in columns beside each other, whose order cannot be known; give the text of the skill",
                {"text": quoted(row.text)},
            )
            before.problems.append(error("", words))

    def _begins(self, place: int, before: Paragraph | None) -> tuple[bool, bool]:
        """Whether a line begins a paragraph, and whether that is in doubt."""
        row = self._rows[place]
        if before is None or before.is_whole or (row.gap and not row.starts_page):
            return True, False
        if len(before.text) > (_LONGEST_RELATED if self._heading is Heading.RELATED else _LONGEST):
            return True, True
        if self._heading is Heading.RELATED:
            return TITLE.fullmatch(before.text) is not None, False
        if BULLET.fullmatch(row.text):
            may_stand = before.text[-1] in _ENDS or BULLET.match(before.text) is not None
            if may_stand or _SURE_POINT.match(row.text):
                return True, False
            begins, doubt = self._begins_by_room(place)
            return begins, doubt or not begins
        return self._begins_by_room(place)

    def _begins_by_room(self, place: int) -> tuple[bool, bool]:
        """The same of words alone: by their first letter, the end of the line above, and the room that it left."""
        row = self._rows[place]
        above = self._rows[place - 1].text
        ends = above[-1] in _ENDS
        goes_on = row.text[0].islower() and not BULLET.fullmatch(row.text)
        if goes_on and not (row.starts_page and ends):
            return False, False
        needed = _length_with(above, row.text)
        if self._is_roomy(above, row.text):
            return True, False
        is_full = 0 < self._overflow <= needed
        if row.starts_page:
            return ends, ends or not is_full
        return False, not is_full or (ends and self._is_tight)

    def _is_level(self, text: str, rows: Sequence[Row]) -> bool:
        match = self._layout.level_heading.fullmatch(text)
        return match is not None and (len(rows) == 1 or match["name"].casefold() in self._names)

    def _is_title(self, text: str, _rows: Sequence[Row]) -> bool:
        match = TITLE.fullmatch(text) if self._heading is None else None
        return match is not None and match["name"].casefold() in self._names

    def _is_heading(self, text: str, rows: Sequence[Row]) -> bool:
        return self._layout.heading_of(text) is not None and all(row.text[0].islower() for row in rows[1:])

    def _is_essence(self, text: str, rows: Sequence[Row]) -> bool:
        # The shortest that is one: what follows goes on with it as any line does.
        shorter = _text_of(rows[:-1])
        return self._layout.essence.match(text) is not None and not self._layout.essence.match(shorter)

    def _together(self, place: int) -> int:
        """How many lines from here on no room parts; that between two pages says nothing."""
        following = self._rows[place + 1 : place + _MOST_ROWS]
        parted = (count for count, row in enumerate(following) if row.gap and not row.starts_page)
        return 1 + next(parted, len(following))

    def _repeated_names(self) -> set[str]:
        """Names of the skill that a line with its code has, and a heading of a level."""
        texts = [
            _text_of(self._rows[place : place + count])
            for place in range(len(self._rows))
            for count in range(1, min(_MOST_ROWS, self._together(place)) + 1)
        ]
        titled = {match["name"].casefold() for text in texts if (match := TITLE.fullmatch(text))}
        levels = {match["name"].casefold() for text in texts if (match := self._layout.level_heading.fullmatch(text))}
        return titled & levels

    def _overflows(self) -> Iterator[int]:
        """How long lines would have been that a page surely wrapped, with the first word of the next."""
        for above, row in pairwise(self._rows):
            is_wrapped = not row.gap and not row.starts_page and row.text[0].islower() and above.text[-1] not in _ENDS
            if is_wrapped and not BULLET.match(row.text) and not self._layout.knows(above.text):
                yield _length_with(above.text, row.text)

    def _is_roomy(self, above: str, text: str) -> bool:
        """Whether the first word of a line would have stood on the line above, had it gone on with it."""
        return _length_with(above, text) <= (_ROOMY * self._overflow or _ROOMY_UNSURE * self._widest)

    def _parts_without_room(self) -> bool:
        """Whether paragraphs follow each other without room between them, as one does whose last line is short."""
        return any(
            not row.gap and above.text[-1] in _ENDS and row.text[0].isupper() and self._is_roomy(above.text, row.text)
            for above, row in pairwise(self._rows)
            if not self._layout.knows(row.text) and not self._layout.knows(above.text)
        )

    def _look_inside(self, paragraph: Paragraph) -> None:
        """Tell of a level that begins amid other words: people would be judged by the words of another one."""
        if paragraph.is_whole:
            return
        level = self._layout.level_heading.match(paragraph.text)
        name = "" if level is None else level["name"].casefold()
        named = any(name[-size:] in self._names for size in self._sizes)
        essence = next(self._layout.essence.finditer(paragraph.text, 1), None)
        if named or essence:
            words = Message(
                "%(text)s holds the beginning of a level amid other words: its lines are out of order; give the text",
                {"text": quoted(paragraph.text)},
            )
            paragraph.problems.append(error("", words))


def _doubt(text: str, *, begins: bool) -> Message:
    facts = {"text": quoted(text)}
    if begins:
        return Message(
            "%(text)s is read as a paragraph of its own, which its place in the PDF does not tell for sure;"
            " compare them",
            facts,
        )
    return Message(
        "%(text)s is read as going on with the line above, which its place in the PDF does not tell for sure;"
        " compare them",
        facts,
    )


def _length_with(above: str, text: str) -> int:
    """How long a line would have been with the first word of the next."""
    return len(above) + 1 + len(text.split(" ", 1)[0])


def _text_of(rows: Sequence[Row]) -> str:
    return " ".join(row.text for row in rows)
