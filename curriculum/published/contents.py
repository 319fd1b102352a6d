"""The list of units that a pack prints: which are compulsory, elective or optional, and which electives go together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from curriculum.published.codes import Marker, head_at, marker_of
from curriculum.published.headings import key_of
from curriculum.published.pieces import Piece, Tree, found
from curriculum.published.problems import PublishedProblem, fault, oddity
from curriculum.published.units import ReadUnit
from curriculum.words import Message

_FULL_LINE = 60
_COMPULSORY = {key_of(name) for name in ("Compulsory NOS", "Compulsory", "अनिवार्य एनओएस", "अनिवार्य NOS", "अनिवार्य")}


@dataclass(slots=True, kw_only=True)
class Group:
    """Units that belong together: compulsory ones without a marker, else those of an elective or an option."""

    marker: Marker | None
    title: list[Piece] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    line: int | None = None


@dataclass(slots=True, kw_only=True)
class UnitsList:
    """The list as printed: its groups, and the titles by code."""

    groups: list[Group] = field(default_factory=list)
    titles: dict[str, list[Piece]] = field(default_factory=dict)

    @property
    def codes(self) -> list[str]:
        """Every code that it names."""
        return [code for group in self.groups for code in group.codes]


def read_list(body: Sequence[Piece]) -> UnitsList:
    """The list of units that a pack prints, empty when it prints none."""
    listed = UnitsList()
    title: list[Piece] | None = None
    parted: Piece | None = None
    for place, piece in enumerate(body):
        if not piece.text or piece is parted:
            continue
        marker = marker_of(piece)
        head = head_at(body, place)
        if key_of(piece.text) in _COMPULSORY:
            listed.groups.append(Group(marker=None))
            title = None
        elif marker is not None:
            title = [marker.title] if marker.title.text else []
            listed.groups.append(Group(marker=marker, title=title, line=piece.line))
        elif head is not None:
            if not listed.groups:
                listed.groups.append(Group(marker=None))
            listed.groups[-1].codes.append(head.code)
            parted = body[place + 1] if head.rest else None
            title = listed.titles.setdefault(head.code, [head.title] if head.title.text else [])
        elif title is not None and _goes_on(title, piece):
            title.append(piece)
        else:
            title = None
    listed.groups = [group for group in listed.groups if group.codes]
    return listed


def _goes_on(title: Sequence[Piece], piece: Piece) -> bool:
    """Whether a line is the rest of a title: small letters, or after a line that was full."""
    return bool(title) and (not piece.text[0].isupper() or len(title[-1].text) >= _FULL_LINE)


def grouped(listed: UnitsList, units: Sequence[ReadUnit]) -> tuple[list[Group], list[PublishedProblem]]:
    """The groups as listed, with units that are not listed as they are announced where they stand."""
    problems = list(_differences(listed, units))
    groups = [Group(marker=g.marker, title=g.title, codes=list(g.codes), line=g.line) for g in listed.groups]
    known = {code for group in groups for code in group.codes}
    compulsory = next((group for group in groups if group.marker is None), None)
    if compulsory is None:
        groups.insert(0, compulsory := Group(marker=None))
    now = compulsory
    for unit in units:
        marker = unit.text.marker
        if marker is not None:
            title = [marker.title] if marker.title.text else []
            same = [group for group in groups if _is_of(group, marker, key_of(found(title).text))]
            now = same[0] if same else Group(marker=marker, title=title, line=marker.title.line)
            if not same and unit.code not in known:
                groups.append(now)
        if unit.code not in known:
            now.codes.append(unit.code)
    return groups, problems


def _is_of(group: Group, marker: Marker, title: str) -> bool:
    """Whether a marker is that of a group: an elective and an option of one title are two, and those of two numbers."""
    if group.marker is None or group.marker.elective != marker.elective:
        return False
    numbers = {group.marker.number, marker.number}
    return ("" in numbers or len(numbers) == 1) and key_of(found(group.title).text) == title


def unit_list(groups: Sequence[Group]) -> tuple[Tree, list[PublishedProblem]]:
    """The list as a pack file has it; how many electives are chosen is not printed and said to be looked at."""
    problems: list[PublishedProblem] = []
    electives = [group for group in groups if group.marker is not None and group.marker.elective]
    options = [code for g in groups if g.marker is not None and not g.marker.elective for code in g.codes]
    tree: dict[str, Tree] = {"compulsory": [code for g in groups if g.marker is None for code in g.codes]}
    if electives:
        least = int(len(electives) == 1)
        tree["electives"] = [_elective(group, least) for group in electives]
        words = Message(
            "how many units of an elective are chosen is not printed; "
            "it is read as %(least)s or more, compare that with the council's rule",
            {"least": str(least)},
        )
        problems.append(oddity(electives[0].line, words))
    if options:
        tree["options"] = options
    return tree, problems


def _elective(group: Group, least: int) -> Tree:
    return {
        "title": found(group.title, without=" :"),
        "choose": {"min": least, "max": len(group.codes)},
        "units": group.codes,
    }


def _differences(listed: UnitsList, units: Sequence[ReadUnit]) -> Iterator[PublishedProblem]:
    bodies = {unit.code: unit for unit in units}
    for code in listed.codes:
        pieces = listed.titles.get(code, [])
        line = pieces[0].line if pieces else None
        if code not in bodies:
            yield fault(line, Message("%(code)s is listed, but its text is missing", {"code": code}))
            continue
        printed, own = found(pieces).text, bodies[code].title
        if own is not None and printed and key_of(printed) != key_of(own.text):
            facts = {"code": code, "listed": printed, "title": own.text}
            yield oddity(line, Message("%(code)s is listed as “%(listed)s”, and titled “%(title)s”", facts))
    for unit in units:
        if listed.codes and unit.code and unit.code not in listed.codes:
            yield oddity(
                unit.line,
                Message(
                    "%(code)s is not in the list of units; it counts as announced where it stands", {"code": unit.code}
                ),
            )
