"""One unit of a published text in the shape of a unit file, and what is odd about it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from curriculum.published.broken_rows import put_together, tell_broken
from curriculum.published.codes import UNIT_CODE, code_of
from curriculum.published.elements import CriteriaText, ElementText, read_criteria
from curriculum.published.headings import Heading, is_scope_lead, key_of, lead_at
from curriculum.published.items import CRITERIA, KNOWLEDGE, SKILLS, Item, Known, codes_inside, like_codes
from curriculum.published.lines import words_of
from curriculum.published.names import is_caseless
from curriculum.published.pieces import Found, Piece, Tree, figure, found, stripped, unbulleted
from curriculum.published.problems import PublishedProblem, fault, oddity
from curriculum.published.sections import UnitText
from curriculum.published.statements import StatementsText, begun_lines, read_statements
from curriculum.published.tables import Label, Values, read_table
from curriculum.words import Message

_SLID = Message(
    "names at the left of a table stand in the lines beside them, as in copies that lost its columns; "
    "compare each line of this unit with the document, or give its PDF"
)
_AS_WIDE = (Heading.DESCRIPTION, Heading.SCOPE, Heading.CRITERIA)
_VERSION = re.compile(r"\d+(?:\.\d+)*")


@dataclass(slots=True, kw_only=True)
class ReadUnit:
    """A unit as read: code and version where printed, the rest in the shape of its file."""

    text: UnitText
    code: str
    title: Found | None
    version: Found | None
    parts: dict[str, Tree]
    problems: list[PublishedProblem] = field(default_factory=list)
    form: list[Piece] = field(default_factory=list)
    outer: list[Piece] = field(default_factory=list)
    again: list[Piece] = field(default_factory=list)

    @property
    def line(self) -> int | None:
        """The first line of the unit."""
        own = [*(self.title.pieces if self.title else ()), *(piece for s in self.text.sections for piece in s.body)]
        return own[0].line if own else None


def read_unit(text: UnitText, known: Known) -> ReadUnit:
    """The unit, with ids for its coded lines, read with what is known from elsewhere in the text."""
    table = read_table(text.body(Heading.UNIT_TABLE))
    ending = read_table(text.body(Heading.UNIT_END))
    criteria = read_criteria(text.body(Heading.CRITERIA), known)
    put_together(criteria, known)
    knowledge = read_statements(text.body(Heading.KNOWLEDGE), KNOWLEDGE, known)
    skills = read_statements(text.body(Heading.SKILLS), SKILLS, known)
    coded = _code_pieces(text, table, ending)
    unit = ReadUnit(text=text, code=_code(coded), title=_title(text, table, ending), version=None, parts={})
    unit.problems += unusual_code(found(coded), unit.code)
    unit.version = _version(ending) or _version(table)
    unit.problems += _says_otherwise(unit, ending)
    unit.form += [*criteria.form, *knowledge.form, *skills.form]
    unit.outer += [*knowledge.outer, *skills.outer]
    unit.again += criteria.again
    ids = _Ids(unit.problems)
    described, covered = _parted_at_scope(text)
    _put(unit, "description", _description(text, described, table))
    _put(unit, "scope", _scope([*text.body(Heading.SCOPE), *covered, *table.get(Label.SCOPE, [])], unit))
    unit.parts["elements"] = [_element(element, unit, ids) for element in criteria.elements]
    _put(unit, "knowledge", _statements(knowledge, ids, KNOWLEDGE))
    _put(unit, "skills", _statements(skills, ids, SKILLS))
    unit.problems += _oddities(unit, criteria, knowledge, skills)
    return unit


class _Ids:
    """Ids that are unique in a unit: the code without oddities, or `PC4-2` for the second of that code."""

    def __init__(self, problems: list[PublishedProblem]) -> None:
        self._met: Counter[str] = Counter()
        self._last: dict[str, int] = {}
        self._problems = problems

    def tell(self, item: Item, usual: Sequence[str]) -> str:
        """The id of a line; what is odd about its code is told."""
        code, name = item.code, item.code.name
        self._met[name] += 1
        own = name if self._met[name] == 1 else f"{name}-{self._met[name]}"
        expected = self._last.get(code.prefix, 0) + 1
        facts = {"code": code.piece.text, "id": own, "expected": f"{code.prefix}{expected}"}
        if code.prefix not in usual:
            words = Message(
                "%(code)s is not the kind of code that belongs into this section; it is kept as printed", facts
            )
            self._problems.append(oddity(code.piece.line, words))
        if self._met[name] > 1:
            words = Message("%(code)s is printed again in this unit; this line is %(id)s", facts)
            self._problems.append(oddity(code.piece.line, words))
        elif code.number != expected:
            words = Message("%(code)s stands where %(expected)s should", facts)
            self._problems.append(oddity(code.piece.line, words))
        elif code.piece.text.rstrip(".") != code.piece.text:
            words = Message("the code is printed %(code)s and kept so", facts)
            self._problems.append(oddity(code.piece.line, words))
        self._last[code.prefix] = code.number
        return own


def _code_pieces(text: UnitText, table: Values, ending: Values) -> Sequence[Piece]:
    if text.head is not None:
        return text.head.pieces
    return next((values[Label.UNIT_CODE] for values in (table, ending) if Label.UNIT_CODE in values), [])


def _code(printed: Sequence[Piece]) -> str:
    text = found(printed).text
    match = UNIT_CODE.search(text)
    return code_of(match, "N") if match else re.sub(r"\s", "", text)


def _title(text: UnitText, table: Values, ending: Values) -> Found | None:
    own = [piece for piece in text.title if words_of(piece.text)]
    pieces = own or table.get(Label.TITLE) or ending.get(Label.TITLE) or []
    return found(pieces, without=" :") if pieces else None


def unusual_code(printed: Found, code: str) -> Iterator[PublishedProblem]:
    """Where a code is printed without its stroke, or in small letters."""
    plain = "".join(printed.text.split())
    if code and "/" in code and ("/" not in printed.text or plain.upper() == code != plain):
        facts = {"printed": printed.text, "code": code}
        yield oddity(printed.lines()[0], Message("the code is printed %(printed)s; it is read as %(code)s", facts))


def _says_otherwise(unit: ReadUnit, ending: Values) -> Iterator[PublishedProblem]:
    """Where a unit's own parameters name it otherwise than its heading does."""
    pieces = ending.get(Label.TITLE, [])
    title = found(pieces, without=" :").text
    own = key_of(unit.title.text) if unit.title else ""
    # A label may stand in the middle of its value, of which only the end is below it then.
    above = {f"{key_of(piece.text)} {key_of(title)}" for piece in unit.text.body(Heading.UNIT_END)}
    if pieces and unit.title is not None and own not in {key_of(title), *above}:
        facts = {"other": title, "title": unit.title.text}
        yield oddity(pieces[0].line, Message("is called “%(other)s” here, and “%(title)s” above", facts))
    pieces = ending.get(Label.UNIT_CODE, [])
    code = _code(pieces)
    if pieces and unit.code and code != unit.code:
        facts = {"other": code, "code": unit.code}
        yield oddity(pieces[0].line, Message("has the code %(other)s here, and %(code)s above", facts))


def _version(values: Values) -> Found | None:
    pieces = values.get(Label.VERSION, [])
    match = _VERSION.search(pieces[0].text) if pieces else None
    return figure([pieces[0].after(match.start()).before(match.end() - match.start())]) if match else None


def _parted_at_scope(text: UnitText) -> tuple[list[Piece], list[Piece]]:
    """What describes a unit, and what its lead-in says is the scope where that has no heading."""
    body = text.body(Heading.DESCRIPTION)
    place = next((place for place, piece in enumerate(body) if is_scope_lead(piece)), len(body))
    return (body, []) if text.has(Heading.SCOPE) else (body[:place], body[place:])


def _description(text: UnitText, described: Sequence[Piece], table: Values) -> Found | None:
    overview = [piece for piece in text.body(Heading.OVERVIEW) if piece.text]
    pieces = [piece for piece in described if piece.text] or table.get(Label.DESCRIPTION) or overview
    return found(pieces) if pieces else None


def _scope(body: Sequence[Piece], unit: ReadUnit) -> list[Tree]:
    lines = stripped(body)
    if lines and (lead := lead_at(lines, 0)) is not None:
        count, rest = lead
        unit.form += lines[:count]
        lines = stripped([*([rest] if rest else []), *lines[count:]])
    # Only under a heading of its own do its lines reach as far as others of the unit.
    beside = [piece for name in _AS_WIDE for piece in unit.text.body(name)] if unit.text.has(Heading.SCOPE) else []
    return list(entries(lines, max((len(piece.text) for piece in beside), default=0)))


def entries(lines: Sequence[Piece], width: int = 0) -> Iterator[Found]:
    """The entries of a list: begun by a bullet or a number where it has such, else by a line that is no mere rest.

    A line is at most so wide, or as the widest of them.
    """
    plain = [(piece, *begun(piece)) for piece in lines]
    listed = any(starts for _, _, starts in plain)
    width = max((width, *(len(piece.text) for piece in lines)))
    entry: list[Piece] = []
    for piece, text, starts in plain:
        if not piece.text:
            continue
        if entry and (starts or (not listed and _is_new_entry(entry[-1].text, piece.text, width))):
            yield found(entry)
            entry = []
        entry.append(text if starts else piece)
    if entry:
        yield found(entry)


def begun(piece: Piece) -> tuple[Piece, bool]:
    """The piece without the bullet or the number of a list in front, and whether there was one."""
    plain, bullet = unbulleted(piece)
    number = None if bullet else _NUMBERED.match(plain.text)
    return (plain.after(number.end()), True) if number else (plain, bullet)


_NUMBERED = re.compile(r"(?:\d{1,2}|[ivx]{1,4}|[a-h])\s?[.)]\s+(?=\S)")


def _is_new_entry(before: str, line: str, width: int) -> bool:
    word = line.split(" ", 1)[0]
    if line[0].islower() or before[-1:] in {",", "&", "/", "("}:
        return False
    return before[-1:] in {".", ";", ":"} or len(before) + 1 + len(word) < width


def _element(element: ElementText, unit: ReadUnit, ids: _Ids) -> Tree:
    line = element.items[0].code.piece.line if element.items else (element.title[0].line if element.title else None)
    title = found(element.title, without=" :") if element.title else unit.title
    if not element.title:
        unit.problems.append(
            oddity(line, Message("no element is printed above these criteria; they stand under the unit's title"))
        )
    if not element.items:
        unit.problems.append(
            oddity(line, Message("the element “%(title)s” has no criteria", {"title": title.text if title else ""}))
        )
    if element.guessed:
        words = Message(
            "the name “%(title)s” stands among criteria; check which of them are its own, since only its place tells",
            {"title": title.text if title else ""},
        )
        unit.problems.append(oddity(element.title[0].line, words))
    criteria = [_coded(item, ids, CRITERIA) for item in element.items]
    return {**({"title": title} if title else {}), "criteria": criteria}


def _coded(item: Item, ids: _Ids, usual: Sequence[str], group: Found | None = None) -> Tree:
    own = ids.tell(item, usual)
    text = found(item.pieces)
    return {"id": own, "code": found([item.code.piece]), **({"group": group} if group else {}), "text": text}


def _statements(text: StatementsText, ids: _Ids, usual: Sequence[str]) -> list[Tree]:
    lines = []
    for group in text.groups:
        title = found(group.title, without=" :") if group.title else None
        lines += [_coded(item, ids, usual, title) for item in group.items]
    return lines


def _put(unit: ReadUnit, name: str, tree: Tree | None) -> None:
    if tree:
        unit.parts[name] = tree


def _oddities(
    unit: ReadUnit, criteria: CriteriaText, knowledge: StatementsText, skills: StatementsText
) -> Iterator[PublishedProblem]:
    items = [item for element in criteria.elements for item in element.items]
    if not items:
        yield fault(unit.line, Message("this unit has no performance criteria"))
    if unit.title is None:
        yield fault(unit.line, Message("this unit has no title"))
    if unit.text.guessed and unit.title is not None:
        words = Message(
            "the title “%(title)s” stands on several lines right below others; check where it begins",
            {"title": unit.title.text},
        )
        yield oddity(unit.line, words)
    yield from _codes([*items, *knowledge.items, *skills.items], criteria)
    yield from _doubts(criteria)
    yield from tell_broken(criteria)
    for item, piece in (*begun_lines(knowledge), *begun_lines(skills)):
        words = Message(
            "“%(begin)s” begins like a line of its own and is read as words of %(code)s; if a code is missing, give it",
            {"begin": piece.text[:60], "code": item.code.piece.text},
        )
        yield oddity(piece.line, words)
    slid = [*criteria.slid, *knowledge.slid, *skills.slid]
    if slid:
        yield oddity(slid[0].line, _SLID)
    told = {key_of(item.code.piece.text) for item in items}
    if items and not any(item.code.prefix == "PC" for item in items):
        yield oddity(
            items[0].code.piece.line, Message("none of the %(count)s criteria has a code PC", {"count": str(len(told))})
        )


def _codes(items: Iterable[Item], criteria: CriteriaText) -> Iterator[PublishedProblem]:
    """Codes without words, and words that look like codes."""
    for item in items:
        if not any(piece.text for piece in item.pieces):
            yield fault(item.code.piece.line, Message("%(code)s has no text", {"code": item.code.piece.text}))
        for piece in (*like_codes([item.code.piece, *item.pieces]), *codes_inside(item.pieces)):
            facts = {"begin": piece.text[:30], "code": item.code.piece.text}
            words = Message(
                "“%(begin)s” looks like a code and is read as words of %(code)s; "
                "if it is one, type it anew, such as PC3",
                facts,
            )
            yield oddity(piece.line, words)
    for piece in codes_inside(piece for element in criteria.elements for piece in element.title):
        words = Message(
            "“%(begin)s” looks like a code and is read as words of a name; if it is one, begin a line with it",
            {"begin": piece.text[:30]},
        )
        yield oddity(piece.line, words)


def _doubts(criteria: CriteriaText) -> Iterator[PublishedProblem]:
    """Lines of criteria that may be those of a name; in a script without capitals most look so, and one is told."""
    is_told = False
    for item, piece in criteria.doubtful:
        caseless = is_caseless(piece.text[0])
        if not (caseless and is_told):
            words = Message(
                "“%(begin)s” is read as words of %(code)s; if it belongs to the name of an element, "
                "give that name one line, with “To be competent, the user must be able to:” below it",
                {"begin": piece.text[:60], "code": item.code.piece.text},
            )
            yield oddity(piece.line, words)
        is_told = is_told or caseless
