"""A text parted into its front, the sections of the pack, and its units with theirs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from curriculum.published.codes import Head, Marker, ends_in_list, head_at, head_of, marker_of
from curriculum.published.headings import ANNEXES, Heading, Match, find_heading, group_at, key_of, lead_at
from curriculum.published.items import ALL_CODES, CRITERIA, KNOWLEDGE, SKILLS, code_at, tokens
from curriculum.published.pieces import Piece, blocks, stripped

_OF_UNITS = {
    Heading.OVERVIEW,
    Heading.UNIT_TABLE,
    Heading.DESCRIPTION,
    Heading.SCOPE,
    Heading.CRITERIA,
    Heading.KNOWLEDGE,
    Heading.SKILLS,
    Heading.ASSESSMENT,
    Heading.UNIT_END,
}
_BEGIN_UNITS = {Heading.OVERVIEW, Heading.UNIT_TABLE, Heading.DESCRIPTION, Heading.SCOPE, Heading.CRITERIA}
_END_OF_TEXT = {Heading.ANNEXE, Heading.NOMENCLATURE, Heading.GUIDELINES, Heading.WEIGHTAGE, Heading.PASSING}
# What may begin inside a section that has other headings among its words; elsewhere anything may.
_MAY_FOLLOW = {
    Heading.CONTENTS: {Heading.BRIEF, Heading.ATTRIBUTES, Heading.INTRODUCTION},
    Heading.ACRONYMS: {*_END_OF_TEXT, Heading.GLOSSARY, Heading.UNIT_TABLE},
    Heading.GLOSSARY: {*_END_OF_TEXT, Heading.ACRONYMS, Heading.UNIT_TABLE},
    Heading.NOMENCLATURE: _END_OF_TEXT,
    Heading.ANNEXE: {*_END_OF_TEXT, Heading.ASSESSMENT, Heading.ANNEXE_TABLE, Heading.ACRONYMS, Heading.GLOSSARY},
    Heading.ANNEXE_TABLE: {*_END_OF_TEXT, Heading.ANNEXE_TABLE, Heading.ACRONYMS, Heading.GLOSSARY},
    Heading.WEIGHTAGE: {*_END_OF_TEXT, Heading.ACRONYMS, Heading.GLOSSARY, Heading.WEIGHTAGE},
    Heading.UNIT_TABLE: {Heading.CRITERIA, Heading.KNOWLEDGE, Heading.SKILLS, Heading.ASSESSMENT, Heading.UNIT_END},
    Heading.JOB_TABLE: {Heading.APPLICABLE, Heading.GLOSSARY, Heading.ACRONYMS, Heading.BRIEF, Heading.ATTRIBUTES},
}
# What goes on over pages.
_GO_ON = {Heading.CRITERIA, Heading.KNOWLEDGE, Heading.SKILLS, Heading.SCOPE, Heading.UNIT_TABLE}
# What criteria follow whose heading is left out.
_BEFORE_CRITERIA = {
    Heading.FRONT,
    Heading.BRIEF,
    Heading.ATTRIBUTES,
    Heading.OVERVIEW,
    Heading.UNIT_TABLE,
    Heading.DESCRIPTION,
    Heading.SCOPE,
}
# What opens only inside these; elsewhere its words are those of running text or of the head of a page.
_ONLY_IN = {
    Heading.ANNEXE_TABLE: {Heading.ANNEXE, Heading.ANNEXE_TABLE, Heading.GUIDELINES, Heading.PASSING},
    Heading.JOB_HEAD: {Heading.BRIEF, Heading.ATTRIBUTES, Heading.JOB_HEAD},
}
_NEAR = 10  # lines between a unit's heading and the first of its sections
_MOST_TITLE = 4  # lines
_LONGEST_TITLE = 110  # signs
_ROOM = 0.85  # of the longest line: a word that would have fitted there was not wrapped


@dataclass(slots=True, kw_only=True)
class Section:
    """What stands under one heading."""

    heading: Heading
    body: list[Piece] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class UnitText:
    """A unit as it stands in the text: its heading, what it is announced as, and its sections."""

    head: Head | None
    title: list[Piece] = field(default_factory=list)
    marker: Marker | None = None
    guessed: bool = False  # whether only the length of lines tells where the title begins
    sections: list[Section] = field(default_factory=list)
    headings: set[Heading] = field(default_factory=set)

    def add(self, section: Section) -> None:
        """Begin another section."""
        self.sections.append(section)
        self.headings.add(section.heading)

    def body(self, heading: Heading) -> list[Piece]:
        """Everything under one heading, also where it goes on after another page's heading."""
        return [piece for section in self.sections if section.heading is heading for piece in section.body]

    def has(self, *headings: Heading) -> bool:
        """Whether the unit has one of these sections."""
        return not self.headings.isdisjoint(headings)


@dataclass(slots=True, kw_only=True)
class Parts:
    """The whole text, parted; `form` are lines that are only headings.

    `names` are keys of names of elements that are known before criteria are read.
    """

    sections: list[Section]
    units: list[UnitText] = field(default_factory=list)
    form: list[Piece] = field(default_factory=list)
    running: list[Piece] = field(default_factory=list)
    markers: list[Piece] = field(default_factory=list)
    names: frozenset[str] = frozenset()

    def bodies(self, *headings: Heading) -> list[Piece]:
        """Everything that the pack itself has under these headings."""
        return [piece for section in self.sections if section.heading in headings for piece in section.body]


def part(pieces: Sequence[Piece], begins: Heading = Heading.FRONT) -> Parts:
    """Part a text at its headings; nothing is lost: every piece is in a section, a title, or told as form."""
    walk = _Walk(pieces, begins)
    place = 0
    while place < len(pieces):
        place += walk.step(place)
    return walk.parts


class _Walk:
    def __init__(self, pieces: Sequence[Piece], begins: Heading) -> None:
        self._pieces = pieces
        self._width = max((len(piece.text) for piece in pieces), default=0)
        self._heads = _find_heads(pieces)
        self.parts = Parts(sections=[Section(heading=begins)])
        self._section = self.parts.sections[0]
        self._unit: UnitText | None = None
        self._by_code: dict[str, UnitText] = {}

    def step(self, place: int) -> int:
        """Take the piece at a place, or the heading that begins there; gives how many pieces were taken."""
        piece = self._pieces[place]
        if place in self._heads and self._section.heading is not Heading.UNIT_TABLE:
            self._meet(self._heads[place], piece)
            return len(self._heads[place].pieces)
        if running := self._running_at(place):
            self.parts.running += self._pieces[place : place + running]
            return running
        if self._is_head_of_table(place):
            self.parts.form.append(piece)
            return 1
        match = find_heading(self._pieces, place)
        if match is not None and self._may_open(match, place):
            self._open(match, place)
            return max(1, match.takes)
        if implied := self._implied(place):
            self._open_unsaid(implied)
        self._section.body.append(piece)
        return 1

    def _implied(self, place: int) -> Heading | None:
        """What begins without a heading, as looser texts have it: criteria, then knowledge, then skills."""
        now, piece = self._section.heading, self._pieces[place]
        code = code_at(piece)
        if code is not None and code[0] in CRITERIA:
            begins = now in _BEFORE_CRITERIA or (now in {Heading.KNOWLEDGE, Heading.SKILLS} and code[1] == 1)
            return Heading.CRITERIA if begins else None
        if self._unit is None or now not in {Heading.CRITERIA, Heading.KNOWLEDGE}:
            return None
        spoken_of = code is not None and ends_in_list(self._pieces[place - 1].text)
        if spoken_of or (code is None and group_at(self._pieces, place) is None):
            return None
        prefix, number = code or self._next_code(place)
        before = CRITERIA if now is Heading.CRITERIA else KNOWLEDGE
        follows = number == 1 and any(own and own[0] in before for own in map(code_at, self._section.body))
        if follows and prefix in KNOWLEDGE and now is Heading.CRITERIA:
            return Heading.KNOWLEDGE
        return Heading.SKILLS if follows and prefix in SKILLS else None

    def _meet(self, head: Head, piece: Piece) -> None:
        """Begin the unit of a heading, or go on with it where another page repeats its heading."""
        begun = self._by_code.get(head.code)
        if begun is None or begun.has(Heading.UNIT_END) or (begun is not self._unit and begun.has(Heading.CRITERIA)):
            self._begin_unit(head, [])
            return
        self._unit = begun
        if not begun.sections or begun.sections[-1] is not self._section:
            self._section = Section(heading=Heading.OVERVIEW)
            begun.add(self._section)
        self.parts.running.append(piece)

    def _running_at(self, place: int) -> int:
        """How many lines only repeat, at the head of a page, the heading of the unit that goes on there."""
        inside = self._section.heading in _GO_ON
        if self._unit is None or self._unit.head is None or not self._unit.sections or not inside:
            return 0
        head = head_of(self._pieces[place])
        if head is None or head.code != self._unit.head.code:
            return 0
        if self._section.heading is Heading.UNIT_TABLE and not head.title.text:
            return 0
        title = key_of(" ".join(part.text for part in self._unit.title))
        lines = [head.title.text, *(piece.text for piece in self._pieces[place + 1 : place + _MOST_TITLE])]
        whole = [count for count in range(1, len(lines) + 1) if key_of(" ".join(lines[:count])) == title]
        return whole[0] if whole else int(_is_much_of(key_of(lines[0]), title))

    def _is_head_of_table(self, place: int) -> bool:
        """Whether a line only says again, at the head of a page, that the table of marks is in the annexe."""
        if self._section.heading is not Heading.ANNEXE_TABLE or key_of(self._pieces[place].text) not in ANNEXES:
            return False
        following = next((near for near in range(place + 1, len(self._pieces)) if self._pieces[near].text), place)
        match = find_heading(self._pieces, following)
        return _is_coded(self._pieces[following]) or (match is not None and match.heading is Heading.ANNEXE_TABLE)

    def _may_open(self, match: Match, place: int) -> bool:
        heading, now = match.heading, self._section.heading
        if now in _MAY_FOLLOW and heading not in _MAY_FOLLOW[now]:
            return False
        after = place + match.takes
        if now is Heading.CONTENTS and match.rest is None and not self._is_last_of_contents(after):
            return False
        if (heading is Heading.CRITERIA and _says_elsewhere(self._pieces, after)) or (
            heading is Heading.PASSING and now is Heading.GUIDELINES and self._goes_on(place)
        ):
            return False
        if match.rest is not None and heading in {Heading.DESCRIPTION, Heading.SCOPE}:
            return self._unit is None or not self._unit.has(Heading.CRITERIA, Heading.KNOWLEDGE, Heading.SKILLS)
        if heading in _ONLY_IN:
            return now in _ONLY_IN[heading]
        return heading not in {Heading.UNIT_TABLE, Heading.JOB_TABLE} or now is not heading

    def _goes_on(self, place: int) -> bool:
        """Whether the line at a place goes on with the sentence above it and gives no figure of its own."""
        above = self._pieces[place - 1].text if place else ""
        own = " ".join(piece.text for piece in self._pieces[place : place + 2])
        return above[-1:].isalpha() and not any(sign.isdigit() for sign in own)

    def _is_last_of_contents(self, place: int) -> bool:
        following = next((piece.text for piece in self._pieces[place : place + 3] if piece.text), "")
        return not following.isdigit() and ".." not in following

    def _open(self, match: Match, place: int) -> None:
        heading = match.heading
        taken = self._pieces[place : place + match.takes]
        if heading in _BEGIN_UNITS and self._is_new_unit(heading):
            title, guessed = ([], False) if heading is Heading.UNIT_TABLE else self._take_title()
            self._begin_unit(None, title)
            self.parts.units[-1].guessed = guessed
        if match.rest is not None:
            taken = [taken[0].before(match.rest.at - taken[0].at)]
        self.parts.form += taken
        section = Section(heading=heading, body=[match.rest] if match.rest else [])
        if match.takes == 0:
            section.body.append(self._pieces[place])
        self._section = section
        if self._unit is not None and heading in _OF_UNITS:
            self._unit.add(section)
        else:
            if heading not in _OF_UNITS:
                self._unit = None
            self.parts.sections.append(section)

    def _next_code(self, place: int) -> tuple[str, int]:
        """The code that comes next in this section; none where another heading comes first."""
        for near in range(place, min(place + _NEAR, len(self._pieces))):
            if find_heading(self._pieces, near) is not None:
                break
            if own := code_at(self._pieces[near], signed=False):
                return own
        return "", 0

    def _open_unsaid(self, heading: Heading) -> None:
        """Begin a section that has no heading; criteria take the lines above them as the titles of unit and element."""
        above: list[Piece] = []
        if heading is Heading.CRITERIA and self._is_new_unit(heading):
            above = self._take_titles()
            self._begin_unit(None, above[:1])
        assert self._unit is not None  # noqa: S101  criteria begin one, and the others stand in one
        self._section = Section(heading=heading, body=above[1:])
        self._unit.add(self._section)

    def _take_titles(self) -> list[Piece]:
        """Take the titles of a unit and of an element, and a lead-in, off the end of the section before them."""
        body = self._section.body
        own = [place for place, piece in enumerate(body) if piece.text]
        leads = next((n for n in (1, 2, 3) if n <= len(own) and (lead_at(body, own[-n]) or (0,))[0] == n), 0)
        count = leads
        while count < min(len(own), leads + 2) and _is_title(body[own[-count - 1]]):
            count += 1
        if count == leads:
            return []
        taken = [body[place] for place in own[-count:]]
        del body[own[-count] :]
        return taken

    def _is_new_unit(self, heading: Heading) -> bool:
        if self._unit is None:
            return True
        if heading is Heading.UNIT_TABLE:
            return self._unit.has(Heading.CRITERIA, Heading.UNIT_TABLE)
        return self._unit.has(Heading.KNOWLEDGE, Heading.SKILLS, Heading.ASSESSMENT, Heading.UNIT_END)

    def _begin_unit(self, head: Head | None, title: list[Piece]) -> None:
        marker = self._take_marker()
        if head is not None:
            title = [head.title] if head.title.text else []
        self._unit = UnitText(head=head, title=title, marker=marker)
        self.parts.units.append(self._unit)
        if head is not None:
            self._by_code.setdefault(head.code, self._unit)
        # Until its first section the lines of a unit go on its title.
        self._section = Section(heading=Heading.OVERVIEW, body=self._unit.title if head is not None else [])

    def _take_title(self) -> tuple[list[Piece], bool]:
        """Take the title of a unit without a code off the end of the section before it, and whether it is a guess."""
        body = self._section.body
        parted = blocks(stripped(body))
        if not parted:
            return [], False
        last = parted[-1]
        if len(parted) > 1 and last[0].text[0].islower():  # the end of a page stands in the title
            last = [*parted.pop(-2), *last]
        apart = len(parted) > 1 and len(last) <= _MOST_TITLE
        count = len(last) if apart else self._lines_of_title(last)
        while count > 1 and (
            last[-count].text[0].islower() or any(_is_coded(piece) or marker_of(piece) for piece in last[-count:])
        ):
            count -= 1
        if _is_coded(last[-1]):
            return [], False
        taken = last[-count:]
        del body[body.index(taken[0]) :]
        return taken, count > 1 and not apart

    def _lines_of_title(self, block: Sequence[Piece]) -> int:
        """How many lines at the end of a block are the title that a page wrapped: from where a paragraph begins."""
        likely = 0
        for count in range(1, min(len(block) - 1, _MOST_TITLE) + 1):
            above, piece = block[-count - 1], block[-count]
            if _is_coded(piece) or marker_of(piece):
                break
            if piece.text[0].islower():
                continue
            if self._ends_paragraph(above.text, piece.text):
                return count
            likely = likely or count
        return likely or 1

    def _ends_paragraph(self, line: str, following: str) -> bool:
        """Whether a line ends its sentence, or leaves room for the word that comes next."""
        return line[-1] in ".:;।" or len(line) + 1 + len(following.split(" ", 1)[0]) <= self._width * _ROOM

    def _take_marker(self) -> Marker | None:
        """Take `Elective 1: title` off the end of the section before a unit."""
        if self._section.heading is Heading.APPLICABLE:
            return None
        body = self._section.body
        parted = blocks(stripped(body))
        for length in (1, 2):
            last = parted[-1][-length:] if parted and len(parted[-1]) >= length else []
            marker = marker_of(last[0]) if last else None
            if marker is not None:
                del body[body.index(last[0]) :]
                self.parts.markers += last
                return marker
        return None


def _find_heads(pieces: Sequence[Piece]) -> dict[int, Head]:
    """The lines that begin a unit: a code, and soon after it a section of a unit; lists of units have only codes."""
    heads: dict[int, Head] = {}
    last: tuple[int, Head] | None = None
    for place, piece in enumerate(pieces):
        if not piece.text:
            continue
        head = None if piece.text[0].isdigit() else head_at(pieces, place)
        if head is not None:
            last = place, head
            continue
        if last is None:
            continue
        match = find_heading(pieces, place)
        if match is not None or place - last[0] > _NEAR or "...." in piece.text:
            if match is not None and match.heading in _BEGIN_UNITS and "...." not in piece.text:
                heads[last[0]] = last[1]
            last = None
    return heads


def _is_much_of(printed: str, title: str) -> bool:
    """Whether a heading in short is meant to be a title: most of its words are the title's."""
    words, own = printed.split(), set(title.split())
    return 2 * sum(word in own for word in words) > len(words) or not words


def _says_elsewhere(pieces: Sequence[Piece], place: int) -> bool:
    """Old packs say among the job's details that the criteria are in the units."""
    following = next((piece.text for piece in pieces[place : place + 3] if piece.text), "")
    return key_of(following).startswith("as described")


def _is_title(piece: Piece) -> bool:
    """Whether a line may be a title: short, begun with a capital, no sentence and no coded line."""
    plain = piece.text[0].isupper() and len(piece.text) <= _LONGEST_TITLE and piece.text[-1] not in ".;,"
    return plain and not _is_coded(piece) and marker_of(piece) is None


def _is_coded(piece: Piece) -> bool:
    return any(token.code is not None for token in tokens([piece], ALL_CODES))
