"""Published packs uploaded as text or PDF: read, corrected by a person line by line, and made a draft to publish."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select

from assessments.printed_scheme import printed_scheme, scheme_of_text
from assessments.words import Message
from curriculum.differences import changes_between
from curriculum.documents import read_document, validate
from curriculum.loading import unit_codes
from curriculum.model import NosUnit, PackDocument, QualificationPack
from curriculum.problems import Problem
from curriculum.published.errors import NotAPack
from curriculum.published.files import published_text
from curriculum.published.lines import plain_lines
from curriculum.published.meta import PublishedMeta
from curriculum.published.model import ReadPack
from curriculum.published.problems import PublishedProblem, PublishedSeverity
from curriculum.published.reading import read_published
from curriculum.published.writing import content_files
from lms import pdf_texts
from lms.extensions import db
from lms.permissions import Actor, Role
from lms.records.content import pack_of, stored
from lms.services import drafts, history, pack_uploads, publishing, schemes
from lms.services.curriculum import get_own_pack
from lms.services.errors import Absent, Conflict, Faulty
from lms.services.pack_uploads import is_code
from lms.tables.content import ContentState, PackVersionRow, SchemeVersionRow

DRAFTS = "published-texts"
MOST_IN_LINE = 4000
_BETWEEN_CODES = re.compile(r"[\s,;]+")
_QUOTED = re.compile(r"`([^`]*)`")
_CONTENT = (".yaml", ".yml", ".zip")
FACTS = (
    *("code", "version", "title", "nsqf_level", "sector", "sub_sector", "occupation", "duration", "source"),
    *("brief_description", "personal_attributes"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A line of the text by its number there: as printed, and as it stands after a person's correction, if any."""

    number: int
    printed: str
    corrected: str | None = None

    @property
    def text(self) -> str:
        """What is read; several lines where the correction parted it. The page begins with it as before."""
        begins = self.printed[: len(self.printed) - len(self.printed.lstrip("\f"))]
        return self.printed if self.corrected is None else begins + self.corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedText:
    """A text that was uploaded, as it is read now.

    `read` tells lines by their place in the corrected text; `origin` has the printed line of each, counted from 1.
    `published` is the version of a council of this person's that says the same already; `other` one that has its
    code and version and says something else.
    """

    sha256: str
    file_name: str
    lines: tuple[SourceLine, ...]
    meta: Mapping[str, str]
    read: ReadPack
    origin: tuple[int, ...]
    published: PackVersionRow | None
    other: PackVersionRow | None

    @property
    def faults(self) -> tuple[PublishedProblem, ...]:
        """What is to be looked at: errors and oddities, without the notes on what was left out."""
        return tuple(one for one in self.read.problems if one.severity is not PublishedSeverity.NOTE)

    @property
    def is_complete(self) -> bool:
        """Whether it can be made a pack: nothing in it is an error, and nothing that a pack needs is missing."""
        named = (self.read.pack, *self.read.units)
        is_named = all("code" in one and "version" in one for one in named)
        is_told = all(name in self.read.pack for name in ("title", "brief_description", "personal_attributes"))
        return is_named and is_told and not any(one.severity is PublishedSeverity.ERROR for one in self.faults)


class FactsFaulty(Faulty):
    """Facts that cannot be used; `faults` has every reason, each with the name of its fact."""

    def __init__(self, faults: Sequence[tuple[str, Message]]) -> None:
        super().__init__(faults[0][1])
        self.faults = tuple(faults)


def shown_line(line: str) -> str:
    """A line as pages show it: without the page's end before it and the blanks behind it."""
    return line.strip("\f").rstrip(" ")


def texts_among(files: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """What of the uploaded files is the text of a published pack, and no content file of ours."""
    return [(name, content) for name, content in files if not name.lower().endswith(_CONTENT)]


def upload(actor: Actor, file_name: str, content: bytes) -> str:
    """Keep the text of a file for this person; the hash it is kept by. Raises Faulty for what holds no pack.

    The same file again keeps what was corrected in it.
    """
    try:
        text = plain_lines(published_text(content, pdf_texts.pdf_text))
        _read(text, ())
    except NotAPack as refusal:
        raise Faulty(refusal.message) from refusal
    digest = sha256(content).hexdigest()
    with drafts.one_after_another(actor, DRAFTS):
        try:
            drafts.get_draft(actor, DRAFTS, digest)
        except Absent:
            kept = {"file_name": drafts.shown_name(file_name), "text": text, "corrections": {}, "meta": {}}
            _keep(actor, digest, kept)
    return digest


def show(actor: Actor, digest: str) -> PublishedText:
    """A text of this person's own, read with its corrections; raises Absent, and Faulty where no pack is left."""
    return _page_of(actor, digest, json.loads(drafts.get_draft(actor, DRAFTS, digest)))


def correct_line(actor: Actor, digest: str, number: int, text: str, *, seen: str | None = None) -> PublishedText:
    """Put other words in the place of a printed line; what is printed again takes the correction back.

    An empty text leaves the line out. `seen` are the words that stood there before whoever corrects it. Raises
    Faulty, and nothing is kept, when no pack would be left in the text or others were put there meanwhile.
    """
    with drafts.one_after_another(actor, DRAFTS):
        kept = json.loads(drafts.get_draft(actor, DRAFTS, digest))
        printed = plain_lines(kept["text"]).split("\n")
        if not 1 <= number <= len(printed):
            raise Absent
        if len(text) > MOST_IN_LINE:
            raise Faulty(Message("A line has at most %(most)s signs.", {"most": str(MOST_IN_LINE)}))
        own, plain = shown_line(printed[number - 1]), shown_line(plain_lines(text).strip("\n"))
        stands = kept["corrections"].get(str(number), own)
        if seen is not None and stands not in {shown_line(plain_lines(seen).strip("\n")), plain}:
            words = Message(
                "Meanwhile other words were put in the place of this line: “%(words)s”. "
                "What you typed is in the field; save it again if it is right.",
                {"words": stands},
            )
            raise Faulty(words)
        if plain == own:
            kept["corrections"].pop(str(number), None)
        else:
            kept["corrections"][str(number)] = plain
        _keep_if_read(actor, digest, kept)
    return _page_of(actor, digest, kept)


def take_back(actor: Actor, digest: str, number: int) -> PublishedText:
    """Read a line as it is printed again, whatever stands in its place."""
    printed = {line.number: line.printed for line in show(actor, digest).lines}
    if number not in printed:
        raise Absent
    return correct_line(actor, digest, number, printed[number])


def facts_of(meta: Mapping[str, str], read: ReadPack) -> dict[str, str]:
    """What is known beside a text's lines: as given, else as printed or made; `units` are the codes of its units."""
    codes = " ".join(str(unit["code"]) for unit in read.units if "code" in unit)
    facts = {name: meta.get(name) or str(read.pack.get(name, "")) for name in FACTS}
    return {**facts, "units": meta.get("units") or codes}


def give_facts(actor: Actor, digest: str, facts: Mapping[str, str]) -> PublishedText:
    """Give what the text does not print, or prints wrongly. Raises Faulty.

    Empty facts leave what is printed, and so do those that come back as they were shown without ever being given: what
    is printed or made goes on following the lines and the pack's code.
    """
    with drafts.one_after_another(actor, DRAFTS):
        kept = json.loads(drafts.get_draft(actor, DRAFTS, digest))
        known = facts_of(kept["meta"], _read_of(_lines_of(kept), kept))
        typed = {name: " ".join((facts.get(name) or "").split()) for name in known}
        typed["units"] = " ".join(_BETWEEN_CODES.split(typed["units"]))
        were_given = {name for name in known if name in kept["meta"] or typed[name] != " ".join(known[name].split())}
        given = {name: text for name, text in typed.items() if text and name in were_given}
        kept["meta"] = _checked_facts(given)
        _keep_if_read(actor, digest, kept)
    return _page_of(actor, digest, kept)


def make_draft(actor: Actor, digest: str) -> tuple[str | None, tuple[Problem, ...]]:
    """Make the pack of a text a draft, as if its files had been uploaded; its hash, else None and every problem."""
    page = show(actor, digest)
    if not page.is_complete:
        raise Faulty(Message("Give what is missing first, and correct what is faulty."))
    return pack_uploads.check_upload(actor, list(content_files(page.read)), are_theirs=False)


def prints_marks_of(actor: Actor, digest: str, row: PackVersionRow) -> bool:
    """Whether a text of this person's own says the same as a pack version, and prints marks."""
    try:
        page = show(actor, digest)
    except (Absent, Faulty):
        return False
    return page.published is not None and page.published.id == row.id and page.read.marks is not None


def take_marks(actor: Actor, digest: str, *, now: datetime) -> SchemeVersionRow:
    """Make the printed marks the pack's draft scheme; twice: the same draft. Raises Conflict where another one is open.

    They count as samples until the council says, when it publishes the scheme, that they are its own.
    """
    page = show(actor, digest)
    if page.published is None or page.read.marks is None:
        raise Absent
    row = get_own_pack(actor, page.published.id)
    scheme = printed_scheme(pack_of(row), page.read.marks).scheme
    # The pack is locked, so that two clicks make one draft.
    db.session.get(PackVersionRow, row.id, with_for_update={"key_share": True}, populate_existing=True)
    draft = schemes.drafts_of([row.id]).get(row.id)
    if draft is not None:
        db.session.rollback()
        if draft.sha256 == stored(scheme)["sha256"]:
            return draft
        raise Conflict(Message("A draft of the scheme is open already. Publish it first, or go on with it by hand."))
    draft = publishing.add_scheme(row.id, scheme, ContentState.DRAFT, now=now)
    facts = {"file": page.file_name, "sha256": digest[:12]}
    words = Message("took the printed marks of %(file)s (%(sha256)s) into a draft", facts)
    history.record(actor, "pack_version", row.id, words, now=now)
    db.session.commit()
    return draft


def _checked_facts(given: Mapping[str, str]) -> dict[str, str]:
    units = given.get("units", "").split()
    written, problems = read_document(json.dumps({**given, "units": units}, ensure_ascii=False))
    meta, shapes = validate(written, PublishedMeta)
    faults = [(one.path.partition(".")[0], _in_quotes(one.message)) for one in (*problems, *shapes)]
    told = {name for name, _ in faults}
    named = [("code", given.get("code", "")), *(("units", code) for code in units)]
    faults += [
        (name, Message("“%(code)s” is no code; write one such as ASC/Q1106, at most 39 signs.", {"code": code[:40]}))
        for name, code in named
        if code and name not in told and not is_code(code.partition("@")[0])
    ]
    if meta is None or faults:
        raise FactsFaulty(faults)
    return dict(meta.given())


def _page_of(actor: Actor, digest: str, kept: Mapping[str, Any]) -> PublishedText:
    lines = _lines_of(kept)
    read = _read_of(lines, kept)
    named = _named(actor, read)
    is_same = named is not None and _says_the_same(named, read)
    return PublishedText(
        sha256=digest,
        file_name=kept["file_name"],
        lines=lines,
        meta=kept["meta"],
        read=read,
        origin=tuple(line.number for line in lines for _part in line.text.split("\n")),
        published=named if is_same else None,
        other=None if is_same else named,
    )


def _lines_of(kept: Mapping[str, Any]) -> tuple[SourceLine, ...]:
    corrections = {int(number): text for number, text in kept["corrections"].items()}
    printed = plain_lines(kept["text"]).split("\n")
    return tuple(
        SourceLine(number=number, printed=line, corrected=corrections.get(number))
        for number, line in enumerate(printed, start=1)
    )


def _read_of(lines: Sequence[SourceLine], kept: Mapping[str, Any]) -> ReadPack:
    try:
        return _read("\n".join(line.text for line in lines), tuple(sorted(kept["meta"].items())))
    except NotAPack as refusal:
        raise Faulty(refusal.message) from refusal


def _keep_if_read(actor: Actor, digest: str, kept: Mapping[str, Any]) -> None:
    """Keep a change only where a pack can still be read."""
    _read_of(_lines_of(kept), kept)
    _keep(actor, digest, kept)


def _keep(actor: Actor, digest: str, kept: Mapping[str, Any]) -> None:
    text = json.dumps(kept, ensure_ascii=False)
    drafts.keep_draft(actor, DRAFTS, digest, text, is_worked_on=_is_worked_on)


def _is_worked_on(kept: str) -> bool:
    """Whether a person has corrected or given something: that is not thrown away to make room."""
    read = json.loads(kept)
    return bool(read["corrections"] or read["meta"])


@lru_cache(maxsize=8)
def _read(text: str, meta: tuple[tuple[str, str], ...]) -> ReadPack:
    """Reading takes some tenths of a second, and a page that is corrected is read again and again.

    What is odd in printed marks once they are held against the pack's lines is told with the rest.
    """
    _scheme, read = scheme_of_text(read_published(text, dict(meta)))
    return read


def _named(actor: Actor, read: ReadPack) -> PackVersionRow | None:
    """The version that the code and the version of a text name, of a council of this person's."""
    if any(name not in one for one in (read.pack, *read.units) for name in ("code", "version")):
        return None
    own = PackVersionRow.council_id.in_(actor.organisations(Role.COUNCIL_STAFF))
    named = select(PackVersionRow).filter_by(code=str(read.pack["code"]), version=str(read.pack["version"]))
    return db.session.scalar(named.where(own))


def _says_the_same(row: PackVersionRow, read: ReadPack) -> bool:
    """Whether a version has the units, lines and facts of a text; a fact that the text leaves open is no other one."""
    try:
        header = PackDocument.model_validate(read.pack)
        units = {unit.code: unit for unit in map(NosUnit.model_validate, read.units)}
        pack = QualificationPack(pack=header, units=tuple(units[code] for code in unit_codes(header)))
    except (ValidationError, KeyError):
        return False
    changes = changes_between(pack_of(row), pack)
    told = [(pack.pack, changes.facts), *((unit.after, unit.facts) for unit in changes.units)]
    whole = all(unit.before and unit.after and not unit.headings for unit in changes.units)
    return whole and not changes.lines and not any(getattr(one, fact.name) for one, facts in told for fact in facts)


def _in_quotes(message: Message) -> Message:
    """What was written stands in quotes here, where it is the words of a form and not of a file."""
    facts: dict[str, str | date | Message] = {}
    for name, fact in message.facts.items():
        is_text = isinstance(fact, str)
        facts[name] = _QUOTED.sub(r"“\1”", fact) if is_text else _in_quotes(fact) if isinstance(fact, Message) else fact
    return Message(message.template, facts)
