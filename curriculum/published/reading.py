"""The text of a published pack to its pack and units, with a word on everything that is odd or left out."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from curriculum.model import CodeStatus
from curriculum.published.accounting import account, lost_marks
from curriculum.published.annexes import ALONE, add_tabled
from curriculum.published.codes import head_of
from curriculum.published.contents import UnitsList, grouped, read_list, unit_list
from curriculum.published.errors import NotAPack
from curriculum.published.furniture import at_the_side, find_furniture, page_starts
from curriculum.published.headings import OF_MARKS, Heading, find_heading, key_of
from curriculum.published.items import Known, code_at, repeated_leads
from curriculum.published.layouts import COLUMNS, columned_pages, empty_pages, why_unreadable
from curriculum.published.lines import Line, by_number, is_of_india, lines_of, plain_lines
from curriculum.published.long_lines import holds_pages, parted_lines
from curriculum.published.marks import read_marks
from curriculum.published.marks_columns import compact
from curriculum.published.marks_texts import criteria_of, rows_that_differ
from curriculum.published.model import MarkedNode, ReadPack
from curriculum.published.packs import ReadHeader, code_line, read_header
from curriculum.published.pieces import Found, Tree, leaves, pieces_of, plain
from curriculum.published.problems import PublishedProblem, fault, in_order, oddity
from curriculum.published.sections import Parts, part
from curriculum.published.units import ReadUnit, read_unit
from curriculum.words import Message

MOST_CHARACTERS = 2_000_000
_MOST_LINES = 20_000
_MOST_CRITERIA = 999  # of a unit: a code has three figures at most
_NO_UNIT = Message("holds no unit with performance criteria; is it the text of a published qualification pack?")
_LONG = Message("is longer than any published pack; give the text of one pack")
_MANY = Message(
    "holds a unit with more than %(most)s criteria, longer than any published pack has; give the text of one pack",
    {"most": str(_MOST_CRITERIA)},
)
_FORM = Message("is a heading or a lead-in of the form")
_OUTER = Message("is a sub-heading that only holds other sub-headings")
_WRITTEN = Message("is a code, which is read in capitals and without blanks")
_PAGES = Message(
    "whole pages stand on one line each, so that names run into the lines before them; "
    "compare every line with the document, or give its PDF"
)
_OF_INDIA = Message(
    "here begin words in a script of India; PDFs often name its letters wrongly, "
    "so compare all such words with the document"
)
_SECOND = Message("a second pack seems to begin here, below units of the first; if it does, give the text of one pack")
_UNKNOWN = Message(
    "letters that the file does not tell stand as � from here on: %(count)s; compare their words with the document"
)
_COVER = Message(
    "the columns of the cover stand in each other's lines; "
    "compare what the job is and what it asks for with the document, or give its PDF"
)
_AGAIN = Message("is the name of the element again, repeated by a page")
_RUNNING = Message("is the heading of the unit again, repeated by a page")
_REASONS: dict[Heading, Message] = {
    Heading.FRONT: Message("stands before the pack and is no part of it"),
    Heading.CONTENTS: Message("is a table of contents"),
    Heading.INTRODUCTION: Message("is an introduction"),
    Heading.APPLICABLE: Message("is the list of units, which stand in full below"),
    Heading.PACK_TABLE: Message("is a parameter for which a pack has no place"),
    Heading.JOB_HEAD: _FORM,
    Heading.JOB_TABLE: Message("is a parameter for which a pack has no place"),
    Heading.UNIT_TABLE: Message("is a parameter for which a unit has no place"),
    Heading.UNIT_END: Message("is a parameter for which a unit has no place"),
    Heading.OVERVIEW: Message("is an overview of a unit, which its description says"),
    Heading.GUIDELINES: Message("is the number of a guideline"),
    Heading.SCOPE: Message("is the number of a line"),
    Heading.ACRONYMS: Message("is the list of acronyms"),
    Heading.GLOSSARY: Message("is the glossary"),
    Heading.NOMENCLATURE: Message("explains codes"),
    Heading.ANNEXE: Message("is the head of an annexe"),
}
_AT_THE_END = (*OF_MARKS, Heading.ANNEXE, Heading.NOMENCLATURE, Heading.ACRONYMS, Heading.GLOSSARY)
_PERCENT = re.compile(r"\d\s*%|%[^\d]{0,30}\d|\d\s*(?:per ?cent|प्रतिशत)", re.IGNORECASE)


def read_published(text: str, meta: Mapping[str, str] | None = None) -> ReadPack:
    """Read a pack from the text of its published document; raises NotAPack for text that holds none.

    `meta` gives what the text does not print, by the names of a pack file; `units` are codes of its units in printed
    order, parted by blanks or commas, each with its version where that is another than the pack's (`ASC/N0001@2.0`).
    """
    given = dict(meta or {})
    lines = lines_of(_checked(plain_lines(text)))
    furniture = find_furniture(lines)
    own = pieces_of(line for place, line in enumerate(lines) if place not in furniture)
    cut = list(islice(parted_lines(own), _MOST_LINES + 1))
    if len(cut) > _MOST_LINES:
        raise NotAPack(_LONG)
    parts, numbered = part(cut), by_number(lines)
    alone = not parts.units
    if alone:
        parts = part(cut, Heading.ANNEXE)
        add_tabled(parts, read_marks([line for line, _ in _marked_lines(parts, [], numbered)])[0], numbered)
    if not parts.units:
        raise NotAPack(why_unreadable(lines) or _NO_UNIT)
    reading = _Reading(parts, given, numbered, page_starts(lines, furniture))
    marked = list(_marked_lines(parts, reading.units, numbered))
    marks, of_marks = read_marks([line for line, _ in marked], _wording(reading.units))
    asked = {line.number: line for line, own in marked if own}
    pack, units = reading.pack(), tuple(reading.unit(unit) for unit in reading.units)
    found = dict(leaves({"pack": pack, "units": list(units)}))
    used = [piece for leaf in found.values() for piece in leaf.shown()]
    reasons = _reasons(parts, reading.units) | {lines[place].number: reason for place, reason in furniture.items()}
    rest = [line for number, line in numbered.items() if number not in asked]
    unrepeated = [line for place, line in enumerate(lines) if place not in furniture]
    of_india = [line.number for line in unrepeated if line.page and is_of_india(line.text)]
    problems = [
        *([oddity(None, _PAGES)] if holds_pages(own) else []),
        *(oddity(place, _OF_INDIA) for place in of_india[:1]),
        *(oddity(lines[place].number, _COVER) for place in at_the_side(lines)[:1]),
        *([oddity(None, ALONE)] if alone else []),
        *(oddity(place, _SECOND) for place in _begun_again(parts, reading.units, unrepeated, pack.get("code"))),
        *reading.problems,
        *of_marks,
        *lost_marks(list(asked.values()), marks, of_marks),
        *rows_that_differ(marks, reading.units),
        *account(rest, used, reasons),
        *(oddity(place, COLUMNS) for place in columned_pages(lines)),
        *_unknown_letters(lines),
        *(oddity(place, words) for place, words in empty_pages(lines)),
    ]
    return ReadPack(
        pack=_mapping(pack),
        units=tuple(_mapping(unit) for unit in units),
        marks=marks or None,
        problems=in_order(problems),
        places={path: leaf.lines() for path, leaf in found.items()},
    )


class _Reading:
    """The pack and its units while they are put together."""

    def __init__(self, parts: Parts, meta: Mapping[str, str], lines: Mapping[int, Line], pages: Sequence[int]) -> None:
        bodies = [piece for unit in parts.units for section in unit.sections for piece in section.body]
        known = Known(titles=_element_titles(parts, lines), leads=repeated_leads(bodies), pages=pages)
        self.units: list[ReadUnit] = []
        for text in parts.units:
            if sum(code_at(piece) is not None for piece in text.body(Heading.CRITERIA)) > _MOST_CRITERIA:
                raise NotAPack(_MANY)
            self.units.append(read_unit(text, known))
        self._header: ReadHeader = read_header(parts, self.units, meta)
        self._listed: UnitsList = read_list(parts.bodies(Heading.APPLICABLE))
        self.problems = [*self._header.problems]
        self._versions: dict[int, str] = {}
        self._give_codes(meta)
        for unit in self.units:
            self.problems += unit.problems

    def pack(self) -> dict[str, Tree]:
        """The pack file."""
        groups, problems = grouped(self._listed, [unit for unit in self.units if unit.code])
        tree, more = unit_list(groups)
        self.problems += [*problems, *more]
        named = dict(self._header.parts)
        source = named.pop("source", "Published text of the pack.")
        status: Tree = named.pop("code_status", CodeStatus.PUBLISHED.value)
        kind: Tree = named.pop("kind", "qualification_pack")
        order = ("code", "title", "version", "nsqf_level", "sector", "sub_sector", "occupation")
        result: dict[str, Tree] = {name: named.pop(name) for name in order if name in named}
        code = {"code": result.pop("code")} if "code" in result else {}
        return {**code, "code_status": status, **result, "kind": kind, **named, "source": source, "units": tree}

    def unit(self, unit: ReadUnit) -> dict[str, Tree]:
        """A unit file."""
        tree: dict[str, Tree] = {}
        if unit.code:
            head = unit.text.head
            own: Tree = Found(unit.code, head.pieces) if head is not None and head.code == unit.code else unit.code
            local = unit.code.startswith(f"{self._header.code}-U") if self._header.code else False
            tree |= {"code": own, "code_status": CodeStatus.LOCAL.value if local else CodeStatus.PUBLISHED.value}
        if unit.title is not None:
            tree["title"] = unit.title
        version = self._versions.get(id(unit)) or unit.version or self._header.version
        return {**tree, **({"version": version} if version else {}), **unit.parts}

    def _give_codes(self, meta: Mapping[str, str]) -> None:
        """Codes for the units: as given beside the text, as printed, or made from the pack's."""
        given = [part for part in re.split(r"[\s,;]+", meta.get("units", "")) if part]
        if given and len(given) != len(self.units):
            facts = {"given": str(len(given)), "found": str(len(self.units))}
            self.problems.append(
                fault(None, Message("codes are given for %(given)s units, the text has %(found)s", facts))
            )
            given = []
        are_coded = any(unit.code for unit in self.units)
        for number, unit in enumerate(self.units, start=1):
            code, _, version = given[number - 1].partition("@") if given else ("", "", "")
            if code and unit.code and code != unit.code:
                facts = {"printed": unit.code, "given": code}
                self.problems.append(
                    oddity(unit.line, Message("the unit's code is printed %(printed)s, but %(given)s was given", facts))
                )
            if version:
                self._versions[id(unit)] = version
            local = f"{self._header.code}-U{number}" if self._header.code else ""
            if are_coded and local and not (code or unit.code):
                words = Message(
                    "no code is read here as of other units; %(code)s stands for it. "
                    "If the text prints one, type it anew, such as ASC/N0001",
                    {"code": local},
                )
                self.problems.append(oddity(unit.line, words))
            unit.code = code or unit.code or local


def _wording(units: Iterable[ReadUnit]) -> dict[tuple[str, str], set[str]]:
    """The letters of each criterion by the code of its unit, or its title where none is printed, and by its own."""
    names = ((unit, unit.code if unit.text.head else unit.title.text if unit.title else "") for unit in units)
    return {(compact(name), code): own for unit, name in names for code, own in criteria_of(unit).items()}


def _text(leaf: Tree | None) -> Tree | None:
    return leaf.text if isinstance(leaf, Found) else leaf


def _begun_again(parts: Parts, units: Sequence[ReadUnit], lines: Iterable[Line], code: Tree | None) -> list[int]:
    """Where a second pack begins: its job is described below the first unit, or a code has its own line there."""
    begun = min((unit.line for unit in units if unit.line is not None), default=None)
    if begun is None:
        return []
    briefs = [section.body[0].line for section in parts.sections if section.heading is Heading.BRIEF and section.body]
    codes = {line.number: found_code for line in lines if (found_code := code_line(line.text))}
    # Some print theirs nowhere above the units; where two are, the one below may have been taken for the pack's.
    above = [printed for number, printed in codes.items() if number < begun]
    coded = [number for number, printed in codes.items() if printed not in (above or (_text(code),))]
    return sorted(number for number in (*briefs, *coded, *_described_below(parts)) if number > begun)[:1]


def _described_below(parts: Parts) -> Iterator[int]:
    """Where a job is described, with criteria below it, among the marks and lists that end a pack: they take in all."""
    pieces = [piece for piece in parts.bodies(*_AT_THE_END) if piece.text]
    found = [match.heading if (match := find_heading(pieces, place)) else None for place in range(len(pieces))]
    for place, heading in enumerate(found):
        if heading is Heading.BRIEF and Heading.CRITERIA in found[place:]:
            yield pieces[min(place + 1, len(pieces) - 1)].line


def _unknown_letters(lines: Iterable[Line]) -> Iterator[PublishedProblem]:
    """That letters are unknown, at the first of them: those whose meaning a PDF keeps to itself."""
    found = [line for line in lines if "\ufffd" in line.text]
    if found:
        facts = {"count": str(sum(line.text.count("\ufffd") for line in found))}
        yield oddity(found[0].number, Message(_UNKNOWN.template, facts))


def _checked(text: str) -> str:
    if len(text) > MOST_CHARACTERS or text.count("\n") + text.count("\f") > _MOST_LINES:
        raise NotAPack(_LONG)
    if not text.strip("\ufeff \t\r\n\f\v\0"):
        raise NotAPack(Message("holds no text"))
    strange = sum(text.count(sign) for sign in "\0\ufffd")
    if strange * 50 > len(text):
        raise NotAPack(Message("is no text but another kind of file, such as a picture or a workbook"))
    return text


def _element_titles(parts: Parts, lines: Mapping[int, Line]) -> frozenset[str]:
    """Keys of the titles of elements as tables of marks print them, which tells where a title in a unit begins."""
    titles = set(parts.names)
    for unit in parts.units:
        if own := [lines[piece.line] for piece in unit.body(Heading.ASSESSMENT) if piece.text]:
            marks, _ = read_marks(own)
            texts = (row.text for row in marks.rows if row.node is MarkedNode.ELEMENT)
            titles |= {key_of(text) for text in texts if not text[:1].islower()}
    return frozenset(titles)


def _marked_lines(parts: Parts, units: Sequence[ReadUnit], lines: Mapping[int, Line]) -> Iterator[tuple[Line, bool]]:
    """Every line about marks in printed order, and whether its words are for the reader of marks to account for.

    Before a unit's table comes its heading; lines of guidelines that name a percentage are read too.
    """
    found: list[tuple[int, int, Line, bool]] = []
    for unit in units:
        own = unit.text.body(Heading.ASSESSMENT)
        if own and unit.line is not None:
            title = unit.title.text if unit.title else ""
            head = Line(number=unit.line, text=f"{unit.code}: {title}" if unit.text.head else title)
            found.append((own[0].line, 0, head, False))
            found += [(piece.line, 1, lines[piece.line], True) for piece in own if piece.text]
    found += [(piece.line, 1, lines[piece.line], True) for piece in parts.bodies(*OF_MARKS) if piece.text]
    heads = (piece for piece in parts.bodies(Heading.ANNEXE) if head_of(piece))
    found += [(piece.line, 1, lines[piece.line], False) for piece in heads]
    guidelines = parts.bodies(Heading.GUIDELINES)
    found += [(piece.line, 1, lines[piece.line], False) for piece in guidelines if _PERCENT.search(piece.text)]
    met: set[int] = set()
    for _, order, line, own_words in sorted(found, key=lambda entry: entry[:2]):
        # A line that a page parts is read once.
        if order == 0 or line.number not in met:
            yield line, own_words
        met |= {line.number} if order else set()


def _reasons(parts: Parts, units: Iterable[ReadUnit]) -> dict[int, Message]:
    """Why words of a line are left out, by its number, where something is known about the line."""
    reasons: dict[int, Message] = {}
    for section in parts.sections:
        if section.heading in _REASONS:
            reasons |= {piece.line: _REASONS[section.heading] for piece in section.body}
    for unit in units:
        for section in unit.text.sections:
            if section.heading in _REASONS:
                reasons |= {piece.line: _REASONS[section.heading] for piece in section.body}
        reasons |= {piece.line: _FORM for piece in unit.form} | {piece.line: _OUTER for piece in unit.outer}
        reasons |= {piece.line: _AGAIN for piece in unit.again}
        if unit.text.head is not None:
            for piece in unit.text.head.pieces:
                reasons.setdefault(piece.line, _WRITTEN)
    reasons |= {piece.line: _FORM for piece in (*parts.form, *parts.markers)}
    return reasons | {piece.line: _RUNNING for piece in parts.running}


def _mapping(tree: Tree) -> Mapping[str, object]:
    value = plain(tree)
    assert isinstance(value, dict)  # noqa: S101  a tree of names becomes one
    return value
