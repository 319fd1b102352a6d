"""A pack handed over as a bundle of files, or as one ZIP of them: read whole, with every fault and its place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from curriculum.checks import check_pack
from curriculum.documents import Document, decode_text, read_document, validate
from curriculum.loading import unit_codes
from curriculum.model import NosUnit, PackDocument, QualificationPack
from curriculum.problems import Place, Problem, error, has_errors
from curriculum.uploads import Allowance, unpack
from curriculum.words import Message

ALLOWANCE = Allowance(suffixes=(".yaml", ".yml"), files=100, bytes=2_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What was read: the pack (None when a fault stops it), and every fault and oddity, each with its place."""

    pack: QualificationPack | None
    problems: tuple[Problem, ...]
    documents: Mapping[str, Document] = field(default_factory=dict)

    def at(self, code: str, problem: Problem) -> Problem:
        """A problem of the pack or unit of that code, with its place in the file it came in."""
        document = self.documents.get(code)
        return document.at(problem) if document else problem


@dataclass(slots=True)
class _Found:
    """What the files hold so far."""

    headers: list[PackDocument] = field(default_factory=list)
    units: dict[str, NosUnit] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    faulty: set[str] = field(default_factory=set)
    unreadable: bool = False


def read_bundle(files: Sequence[tuple[str, bytes]]) -> Bundle:
    """Read a pack file with its unit files, given as (name, content); a ZIP counts as the files in it."""
    found = _Found()
    for name, content in unpack(files, ALLOWANCE, found.problems):
        _read_file(PurePosixPath(name).name, content, found)
    if not found.headers and not found.problems:
        words = Message("there is no pack among the files; a pack file has `units:` with `compulsory:`")
        found.problems.append(error("", words))
    if len(found.headers) > 1:
        facts = {"codes": ", ".join(header.code for header in found.headers)}
        words = Message("there are several packs (%(codes)s); publish one at a time", facts)
        found.problems.append(error("", words))
    if len(found.headers) != 1:
        return Bundle(pack=None, problems=tuple(found.problems), documents=found.documents)
    return _assembled(found.headers[0], found)


def _assembled(header: PackDocument, found: _Found) -> Bundle:
    problems = [*found.problems, *_units_agree(header, found)]
    pack = None
    if not has_errors(problems):
        pack = QualificationPack(pack=header, units=tuple(found.units[code] for code in unit_codes(header)))
        problems += [_placed(problem, pack, found.documents) for problem in check_pack(pack)]
    return Bundle(
        pack=None if has_errors(problems) else pack, problems=tuple(problems), documents=dict(found.documents)
    )


def _units_agree(header: PackDocument, found: _Found) -> Iterator[Problem]:
    """Each unit that the pack lists has a file, and each unit file is listed.

    A unit whose file has faults is not missing; with a file that cannot be read at all, nobody knows what is.
    """
    listed, document = unit_codes(header), found.documents[header.code]
    if not listed:
        yield document.at(error("units", Message("lists no units; a pack has at least one")))
    for place, code in header.units.each():
        if code not in {*found.units, *found.faulty} and not found.unreadable:
            words = Message("%(code)s is listed, but its file is missing; add it to the upload", {"code": code})
            yield document.at(error(f"units.{place}", words))
    for code in found.units:
        if code not in listed:
            facts = {"unit": code, "pack": header.code}
            words = Message("%(unit)s is not listed in %(pack)s; list it or leave it out", facts)
            yield found.documents[code].at(error("code", words))


def _read_file(name: str, content: bytes, found: _Found) -> None:
    text, problems = decode_text(content, name)
    if text is None:
        found.problems += problems
        found.unreadable = True
        return
    document, problems = read_document(text, name)
    found.problems += problems
    if problems:
        found.unreadable |= document.value is None
        found.faulty |= _named_in(document)
        return
    if not isinstance(document.value, dict):
        found.problems.append(_of(name, Message("holds neither a pack nor a unit")))
    elif "elements" in document.value:
        unit, faults = validate(document, NosUnit)
        _keep(unit, faults, document, found)
    elif "units" in document.value:
        header, faults = validate(document, PackDocument)
        _keep(header, faults, document, found)
    else:
        words = Message("holds neither a pack (`units:`) nor a unit (`elements:`)")
        found.problems.append(_of(name, words))


def _keep(value: NosUnit | PackDocument | None, faults: list[Problem], document: Document, found: _Found) -> None:
    found.problems += faults
    if value is None:
        found.faulty |= _named_in(document)
        return
    if value.code in found.documents:
        facts = {"code": value.code, "file": found.documents[value.code].file}
        words = Message("%(code)s is in %(file)s already; keep one", facts)
        found.problems.append(document.at(error("code", words)))
        return
    found.documents[value.code] = document
    if isinstance(value, NosUnit):
        found.units[value.code] = value
    else:
        found.headers.append(value)


def _named_in(document: Document) -> set[str]:
    code = document.value.get("code") if isinstance(document.value, dict) else None
    return {code} if isinstance(code, str) else set()


def _placed(problem: Problem, pack: QualificationPack, documents: Mapping[str, Document]) -> Problem:
    """A problem of `check_pack`, with its place in the file of its unit, or of the pack."""
    code = problem.path.partition("#")[0]
    return documents[code if code in documents else pack.code].at(problem)


def _of(name: str, message: Message) -> Problem:
    return error("", message, place=Place(file=name))
