"""A text parted into its front, the sections of the pack, and its units with theirs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from curriculum.published.codes import Head, Marker, head_of, marker_of
from curriculum.published.headings import Heading, Match, find_heading, key_of
from curriculum.published.items import ALL_CODES, tokens
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
    Heading.ANNEXE: {*_END_OF_TEXT, Heading.ANNEXE_TABLE, Heading.ACRONYMS, Heading.GLOSSARY},
    Heading.ANNEXE_TABLE: {*_END_OF_TEXT, Heading.ANNEXE_TABLE, Heading.ACRONYMS, Heading.GLOSSARY},
    Heading.WEIGHTAGE: {*_END_OF_TEXT, Heading.ACRONYMS, Heading.GLOSSARY, Heading.WEIGHTAGE},
    Heading.UNIT_TABLE: {Heading.CRITERIA, Heading.KNOWLEDGE, Heading.SKILLS, Heading.ASSESSMENT, Heading.UNIT_END},
    Heading.JOB_TABLE: {Heading.APPLICABLE, Heading.GLOSSARY, Heading.ACRONYMS, Heading.BRIEF, Heading.ATTRIBUTES},
}
_NEAR = 10  # lines between a unit's heading and the first of its sections
_MOST_TITLE = 4  # lines


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
    """The whole text, parted; `form` are lines that are only headings."""

    sections: list[Section] = field(default_factory=lambda: [Section(heading=Heading.FRONT)])
    units: list[UnitText] = field(default_factory=list)
    form: list[Piece] = field(default_factory=list)
    running: list[Piece] = field(default_factory=list)
    markers: list[Piece] = field(default_factory=list)

    def bodies(self, *headings: Heading) -> list[Piece]:
        """Everything that the pack itself has under these headings."""
        return [piece for section in self.sections if section.heading in headings for piece in section.body]


def part(pieces: Sequence[Piece]) -> Parts:
    """Part a text at its headings; nothing is lost: every piece is in a section, a title, or told as form."""
    walk = _Walk(pieces)
    place = 0
    while place < len(pieces):
        place += walk.step(place)
    return walk.parts


class _Walk:
    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._heads = _find_heads(pieces)
        self.parts = Parts()
        self._section = self.parts.sections[0]
        self._unit: UnitText | None = None
        self._by_code: dict[str, UnitText] = {}

    def step(self, place: int) -> int:
        """Take the piece at a place, or the heading that begins there; gives how many pieces were taken."""
        piece = self._pieces[place]
        if place in self._heads and self._section.heading is not Heading.UNIT_TABLE:
            self._meet(self._heads[place], piece)
            return 1
        if self._is_running(piece):
            self.parts.running.append(piece)
            return 1
        match = find_heading(self._pieces, place)
        if match is None or not self._may_open(match, place):
            self._section.body.append(piece)
            return 1
        self._open(match, place)
        return max(1, match.takes)

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

    def _is_running(self, piece: Piece) -> bool:
        """Whether a page only repeats the heading of the unit that it goes on with."""
        if self._unit is None or self._unit.head is None or not self._unit.sections:
            return False
        if self._section.heading not in {Heading.CRITERIA, Heading.KNOWLEDGE, Heading.SKILLS, Heading.SCOPE}:
            return False
        head = head_of(piece)
        if head is None or head.code != self._unit.head.code:
            return False
        return key_of(head.title.text) in {"", key_of(" ".join(part.text for part in self._unit.title))}

    def _may_open(self, match: Match, place: int) -> bool:
        heading, now = match.heading, self._section.heading
        if now in _MAY_FOLLOW and heading not in _MAY_FOLLOW[now]:
            return False
        if now is Heading.CONTENTS and match.rest is None and not self._is_last_of_contents(place + match.takes):
            return False
        if heading is Heading.CRITERIA and _says_elsewhere(self._pieces, place + match.takes):
            return False
        if match.rest is not None and heading in {Heading.DESCRIPTION, Heading.SCOPE}:
            return self._unit is None or not self._unit.has(Heading.CRITERIA, Heading.KNOWLEDGE, Heading.SKILLS)
        if heading is Heading.ANNEXE_TABLE:
            return now in {Heading.ANNEXE, Heading.ANNEXE_TABLE, Heading.GUIDELINES, Heading.PASSING}
        return heading not in {Heading.UNIT_TABLE, Heading.JOB_TABLE} or now is not heading

    def _is_last_of_contents(self, place: int) -> bool:
        following = next((piece.text for piece in self._pieces[place : place + 3] if piece.text), "")
        return not following.isdigit() and ".." not in following

    def _open(self, match: Match, place: int) -> None:
        heading = match.heading
        taken = self._pieces[place : place + match.takes]
        if heading in _BEGIN_UNITS and self._is_new_unit(heading):
            self._begin_unit(None, [] if heading is Heading.UNIT_TABLE else self._take_title())
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
        self._section = Section(heading=Heading.OVERVIEW, body=title if head is not None else [])
        if head is not None:
            self._unit.title = self._section.body

    def _take_title(self) -> list[Piece]:
        """Take the title of a unit without a code off the end of the section before it."""
        body = self._section.body
        own = stripped(body)
        parted = blocks(own)
        if not parted:
            return []
        count = len(parted[-1]) if len(parted) > 1 and len(parted[-1]) <= _MOST_TITLE else 1
        while count > 1 and any(_is_coded(piece) or marker_of(piece) for piece in parted[-1][-count:]):
            count -= 1
        if _is_coded(parted[-1][-1]):
            return []
        taken = parted[-1][-count:]
        del body[body.index(taken[0]) :]
        return taken

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
        head = None if piece.text[0].isdigit() else head_of(piece)
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


def _says_elsewhere(pieces: Sequence[Piece], place: int) -> bool:
    """Old packs say among the job's details that the criteria are in the units."""
    following = next((piece.text for piece in pieces[place : place + 3] if piece.text), "")
    return key_of(following).startswith("as described")


def _is_coded(piece: Piece) -> bool:
    return any(token.code is not None for token in tokens([piece], ALL_CODES))
