"""The header of a published pack in the shape of its file: what the text prints, and what was given beside it."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from curriculum.model import PackDocument
from curriculum.problems import did_you_mean
from curriculum.published.codes import PACK_CODE, code_of
from curriculum.published.headings import Heading, key_of
from curriculum.published.items import code_at
from curriculum.published.meta import PublishedMeta
from curriculum.published.pieces import Found, Piece, Tree, blocks, figure, found, stripped
from curriculum.published.problems import PublishedProblem, fault, oddity
from curriculum.published.sections import Parts
from curriculum.published.tables import Label, Values, is_nothing, read_table
from curriculum.published.units import ReadUnit, entries, unusual_code
from curriculum.words import Message

_NEEDED = ("code", "title", "version", "brief_description", "personal_attributes")
_DURATION = re.compile(
    r"\(\s*(?P<duration>\d+(?:\.\d+)?\s*(?:years?|months?|weeks?|days?|hours?|hrs?)\b[^()]*)\)\s*$", re.IGNORECASE
)
_NO_TITLE = re.compile(r"\s*(?:click here|read more|view details)\s*$", re.IGNORECASE)
_LEVEL = re.compile(r"\d+(?:\.\d+)?")
_VERSION = re.compile(r"\d+(?:\.\d+)*")
_LONGEST_NAME = 200  # signs
_LEAST_WORDS = 7  # of a sentence
_BEFORE_CODES = ("qp code", "qp कोड")  # what stands before the code on a cover
_SAYS_CODE = (*_BEFORE_CODES, "reference id", "qualification pack code", "qualifications pack code")
_GENERIC = {"qualification pack", "qualifications pack", "qualification file", "model curriculum", "योग्यता पैक"}
_OLD_TITLE = re.compile(
    r"(?:^|\s)Qualifications?\s+Pack\s*(?:[-–—:]|for)\s*(?!(?:national )?occupational standards)(?=\w)", re.IGNORECASE
)


@dataclass(slots=True, kw_only=True)
class ReadHeader:
    """The header as read, by the names of a pack file, and what is said about it."""

    parts: dict[str, Tree] = field(default_factory=dict)
    problems: list[PublishedProblem] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The pack's code, empty when nothing says it."""
        return _text(self.parts.get("code"))

    @property
    def version(self) -> str:
        """The pack's version, empty when nothing says it."""
        return _text(self.parts.get("version"))


def read_header(parts: Parts, units: Sequence[ReadUnit], meta: Mapping[str, str]) -> ReadHeader:
    """What the text prints of the pack; what `meta` gives stands before it, and a difference is told."""
    header = ReadHeader()
    front = parts.sections[0].body
    cover = read_table(front, colons=True)
    table = read_table(parts.bodies(Heading.PACK_TABLE, Heading.JOB_TABLE))
    if parts.sections[0].heading is Heading.ANNEXE:  # which stands alone and says in its head whose it is
        head = [piece for piece in parts.bodies(Heading.ANNEXE) if not PACK_CODE.search(piece.text)]
        table = read_table(head, colons=True) or read_table(head)
    codes = _codes(parts, cover, table)
    title = _title(front, table)
    printed: dict[str, Tree | None] = {
        "code": _own_code(codes, units, header),
        "title": title,
        "version": _matched(_VERSION, table.get(Label.VERSION) or cover.get(Label.VERSION)),
        "nsqf_level": _matched(_LEVEL, table.get(Label.LEVEL) or cover.get(Label.LEVEL)),
        "sector": _value(table, cover, Label.SECTOR),
        "sub_sector": _value(table, cover, Label.SUB_SECTOR),
        "occupation": _value(table, cover, Label.OCCUPATION),
        "brief_description": _paragraph(parts.bodies(Heading.BRIEF), _text(title)),
        "personal_attributes": _paragraph(parts.bodies(Heading.ATTRIBUTES), _text(title)),
    }
    printed["duration"] = _duration(front, _text(printed["title"]))
    printed["guidelines"] = list(entries(parts.bodies(Heading.GUIDELINES)))
    header.problems += _told_twice("version", _VERSION, cover.get(Label.VERSION), table.get(Label.VERSION))
    header.problems += _told_twice("nsqf_level", _LEVEL, cover.get(Label.LEVEL), table.get(Label.LEVEL))
    for name in PackDocument.model_fields:
        value = _chosen(name, printed.get(name), meta, header)
        if value:
            header.parts[name] = value
    header.problems += _lacking(header, meta)
    return header


def _codes(parts: Parts, cover: Values, table: Values) -> list[Found]:
    """Every pack code printed where a pack says its own, in order."""
    said = [cover.get(Label.PACK_CODE, []), table.get(Label.PACK_CODE, []), parts.sections[0].body]
    # At the end of the contents, above what the job is, the code stands again; some covers leave it out.
    return _codes_in([*said, parts.bodies(Heading.ANNEXE)]) or _codes_in([parts.bodies(Heading.CONTENTS)])


def _codes_in(places: Iterable[Sequence[Piece]]) -> list[Found]:
    codes: dict[Piece, Found] = {}
    for piece in (piece for pieces in places for piece in pieces):
        for match in PACK_CODE.finditer(piece.text):
            printed = piece.after(match.start()).before(match.end() - match.start())
            codes.setdefault(printed, Found(code_of(match, "Q"), (printed,)))
    return sorted(codes.values(), key=lambda code: (code.pieces[0].line, code.pieces[0].at))


def code_line(text: str) -> str:
    """The pack code of a line that holds nothing else, but perhaps what it is; empty for any other line."""
    match = PACK_CODE.search(text)
    if match is None:
        return ""
    rest = key_of(text[: match.start()] + text[match.end() :])
    return code_of(match, "Q") if not rest or rest.startswith(_SAYS_CODE) else ""


def _own_code(codes: Sequence[Found], units: Sequence[ReadUnit], header: ReadHeader) -> Found | None:
    """The code of the council whose units the pack has, else the last: templates leave others before it."""
    if not codes:
        return None
    councils = Counter(_council(unit.code) for unit in units if unit.code)
    most = councils.most_common(1)[0][0] if councils else ""
    own = [code for code in codes if _council(code.text) == most] or list(codes)
    for other in dict.fromkeys(code.text for code in codes if code.text != own[-1].text):
        line = next(code.pieces[0].line for code in codes if code.text == other)
        facts = {"other": other, "code": own[-1].text}
        header.problems.append(
            oddity(line, Message("%(other)s is printed here too; %(code)s was taken as the pack's code", facts))
        )
    chosen = next(code for code in own if code.text == own[-1].text)
    header.problems += unusual_code(found(chosen.pieces), chosen.text)
    return chosen


def _council(code: str) -> str:
    """The letters of the council itself: `AMH` of `PWD/AMH/Q1947`."""
    return code.rpartition("/")[0].rpartition("/")[2]


def _title(front: Sequence[Piece], table: Values) -> Found | None:
    """The job role: as its table says, or the line of the front nearest to what follows, without what pages add."""
    if Label.TITLE in table:
        return found(table[Label.TITLE], without=" :")
    for piece in front:
        if match := _OLD_TITLE.search(piece.text):
            return found([piece.after(match.end())], without=" :")
    lines = _before_code(front)
    for block in reversed(blocks(lines)):
        for piece in reversed(block):
            plain = _plain_title(piece)
            if key_of(plain.text) and key_of(plain.text) not in _GENERIC and not _is_label(piece) and _is_name(plain):
                return found([plain], without=" :")
    return None


def _before_code(front: Sequence[Piece]) -> list[Piece]:
    """The lines of a cover before its code is printed; all of them where none is."""
    own = stripped(front)
    for place, piece in enumerate(own):
        if place and (PACK_CODE.search(piece.text) or key_of(piece.text).startswith(_BEFORE_CODES)):
            return own[:place]
    return own


def _plain_title(piece: Piece) -> Piece:
    """A title line without the duration and the links that pages add."""
    piece = piece.before(match.start()) if (match := _NO_TITLE.search(piece.text)) else piece
    return piece.before(match.start()) if (match := _DURATION.search(piece.text)) else piece


def _is_label(piece: Piece) -> bool:
    return bool(re.match(r"(?:electives?|options?|version|nsqf level|qp code)\b.*:", piece.text, re.IGNORECASE))


def _is_name(piece: Piece) -> bool:
    """Whether a line may be the name of a job: no sentence, and no coded line."""
    is_sentence = piece.text.endswith(".") and len(piece.text.split()) >= _LEAST_WORDS
    return not is_sentence and len(piece.text) < _LONGEST_NAME and code_at(piece) is None


def _duration(front: Sequence[Piece], title: str) -> Found | None:
    """How long the training is, where a line says it beside the title alone."""
    for piece in front:
        match = _DURATION.search(piece.text)
        if match and title and key_of(piece.text[: match.start()]) == key_of(title):
            return found([piece.after(match.start("duration")).before(match.end("duration") - match.start("duration"))])
    return None


def _value(table: Values, cover: Values, label: Label) -> Found | None:
    pieces = table.get(label) or cover.get(label)
    return found(pieces) if pieces and not is_nothing(pieces) else None


def _matched(pattern: re.Pattern[str], pieces: Sequence[Piece] | None) -> Found | None:
    match = pattern.search(pieces[0].text) if pieces else None
    if match is None or not pieces:
        return None
    return figure([pieces[0].after(match.start()).before(match.end() - match.start())])


def _told_twice(
    name: str, pattern: re.Pattern[str], cover: Sequence[Piece] | None, table: Sequence[Piece] | None
) -> Iterator[PublishedProblem]:
    """Where the cover says otherwise than the parameters, which are taken."""
    one, other = _matched(pattern, cover), _matched(pattern, table)
    if one is not None and other is not None and one.text != other.text:
        facts = {"name": name, "cover": one.text, "table": other.text}
        words = Message("%(name)s: %(cover)s is printed here and %(table)s in the parameters, which is taken", facts)
        yield oddity(one.pieces[0].line, words)


def _paragraph(body: Sequence[Piece], title: str) -> Found | None:
    """The text of a section, without lines that stand alone after its last sentence, as captions of web pages do.

    One that a page has twice is a caption too, and the title of the job wherever a sentence ends above it.
    """
    own = stripped(body)
    kept = len(own)
    while kept and (not own[kept - 1].text or key_of(_plain_title(own[kept - 1]).text) == key_of(title)):
        kept -= 1
    body = own[:kept] if kept and own[kept - 1].text.endswith(".") else own
    parted = blocks(body)
    while len(parted) > 1 and _are_one(parted[-1]) and _is_caption(parted[-1][0]) and parted[-2][-1].text.endswith("."):
        parted.pop()
    pieces = [piece for block in parted for piece in block]
    return found(pieces) if pieces else None


def _are_one(block: Sequence[Piece]) -> bool:
    return len({key_of(piece.text) for piece in block}) == 1


def _is_caption(piece: Piece) -> bool:
    return piece.text[0].isupper() and not piece.text.endswith(".")


def _chosen(name: str, printed: Tree | None, meta: Mapping[str, str], header: ReadHeader) -> Tree | None:
    given = meta.get(name, "").strip() if name != "units" else ""
    if not given:
        return printed
    if printed and key_of(given) != key_of(_text(printed)):
        line = printed.pieces[0].line if isinstance(printed, Found) and printed.pieces else None
        facts = {"name": name, "printed": _text(printed), "given": given}
        header.problems.append(
            oddity(line, Message("%(name)s: the text prints “%(printed)s”, but “%(given)s” was given", facts))
        )
        return given
    return printed if isinstance(printed, Found) and printed.text == given else given


def _lacking(header: ReadHeader, meta: Mapping[str, str]) -> Iterator[PublishedProblem]:
    for name in _NEEDED:
        if name not in header.parts:
            words = Message("%(name)s: the text prints none; give it beside the text", {"name": name})
            yield oddity(None, words)
    yield from _unknown_names(meta, list(PublishedMeta.model_fields))


def _unknown_names(meta: Mapping[str, str], known: Collection[str]) -> Iterator[PublishedProblem]:
    """Names in what was given beside the text that mean nothing."""
    for name in meta:
        if name not in known:
            facts = {"name": name, "meant": did_you_mean(name, known)}
            yield fault(None, Message("`%(name)s` means nothing here%(meant)s", facts))


def _text(tree: Tree | None) -> str:
    if isinstance(tree, Found):
        return tree.text
    return tree if isinstance(tree, str) else ""
