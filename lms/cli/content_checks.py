"""All faults of many content files at once: those of each file, against its unit or pack, and between the files."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from assessments.scheme import check_scheme
from assessments.tasks import check_tasks
from curriculum.checks import CHECKS, check_unit
from curriculum.frameworks import FrameworkSkill, check_editions, check_skill, skill_stem
from curriculum.lesson_bundle import ReadLesson, check_together
from curriculum.lessons import check_lesson
from curriculum.loading import file_stem
from curriculum.model import QualificationPack
from curriculum.problems import Problem, did_you_mean, error, quoted, warning
from curriculum.role_checks import Standards, check_role
from lms.cli.content_files import ContentFile, read_content, shipped_files, shown
from lms.cli.content_kinds import FOLDERS, SHAPES, Kind
from question_bank.checks import check_items

# Where a file says which unit it belongs to, or what its own code is.
_CODES = {
    Kind.PACK: "code",
    Kind.UNIT: "code",
    Kind.ITEMS: "unit",
    Kind.TASKS: "unit",
    Kind.ROLE: "code",
    Kind.FRAMEWORK: "code",
}
_OF_UNITS: Mapping[Kind, Callable[[Any, Any], list[Problem]]] = {
    Kind.ITEMS: check_items,
    Kind.TASKS: check_tasks,
    Kind.LESSON: check_lesson,
}


class Shelf:
    """The packs and units that other files may speak of: the files read, those beside them, the shipped ones."""

    def __init__(self, files: Iterable[ContentFile]) -> None:
        self._read = {os.path.realpath(file.path): file for file in files}
        self._known: dict[tuple[Kind, str], ContentFile] = {}
        for file in self._read.values():
            if file.kind in {Kind.PACK, Kind.UNIT}:
                self._known.setdefault((file.kind, file.text_at("code")), file)

    def find(self, kind: Kind, code: str, near: Path) -> ContentFile | None:
        """The pack or unit of that code, for a file that names it."""
        if (kind, code) in self._known:
            return self._known[kind, code]
        above = near.absolute().parents
        folders = [above[0], *(folder / SHAPES[kind].shipped.name for folder in above[:3]), SHAPES[kind].shipped]
        for folder in folders:
            path = folder / f"{file_stem(code)[:100]}.yaml"
            if _is_file(path) and (file := self._open(path, kind)).text_at("code") == code:
                self._known[kind, code] = file
                return file
        return None

    def codes(self, kind: Kind) -> list[str]:
        """The codes of that kind that could be meant."""
        shipped = [self._open(path, kind).text_at("code") for path in shipped_files([kind])]
        return sorted({*shipped, *(code for known, code in self._known if known is kind)} - {""})

    def levels(self) -> dict[str, tuple[int, ...]]:
        """The defined levels of every skill, those read before the shipped ones, by the skill's code."""
        shipped = [self._open(path, Kind.FRAMEWORK) for path in shipped_files([Kind.FRAMEWORK])]
        skills = [file.value for file in (*shipped, *self._read.values()) if isinstance(file.value, FrameworkSkill)]
        return {skill.code: skill.numbers for skill in skills}

    def _open(self, path: Path, kind: Kind) -> ContentFile:
        place = os.path.realpath(path)
        if place not in self._read:
            file = read_content(path, kind=kind)
            assert file is not None  # noqa: S101  a file read as a kind is never passed over
            self._read[place] = file
        return self._read[place]


def check_content(files: Sequence[ContentFile], kinds: Iterable[Kind] = Kind) -> list[Problem]:
    """Every fault of the files of these kinds, in order of file and line; none is told twice."""
    asked = {*kinds, None}
    shelf = Shelf(files)
    told: list[Problem] = []
    for file in files:
        if file.kind in asked:
            told += file.problems
            told += _faults_in(file, shelf)
    told += _between([file for file in files if file.kind in asked])
    told += check_together(
        [
            ReadLesson(lesson=file.value, document=file.document)
            for file in files
            if file.kind is Kind.LESSON and file.kind in asked and file.value is not None
        ]
    )
    return in_order(told)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """The problems by file, line and column, each once."""
    once = dict.fromkeys(problems)
    return sorted(once, key=lambda problem: (problem.place.file, problem.place.line, problem.place.column))


def lacking(kinds: Iterable[Kind], packs: Iterable[ContentFile]) -> Iterator[Problem]:
    """What a shipped pack lacks beside its own files: items, tasks and lessons of each unit, and a scheme."""
    asked = set(kinds)
    for pack in (file for file in packs if file.kind is Kind.PACK and file.value is not None):
        codes = [(f"units.{path}", code) for path, code in pack.value.units.each()]
        wanted = [(Kind.SCHEME, "code", pack.value.code)]
        wanted += [(kind, path, code) for kind in _OF_UNITS for path, code in codes]
        for kind, path, code in wanted:
            if kind in asked and not shipped_files([kind], [code]):
                folder = shown(SHAPES[kind].shipped)
                message = f"{code} has no {SHAPES[kind].title.lower()}; write {folder}/{_named(kind, code)}"
                yield pack.document.at(error(path, message))


def _named(kind: Kind, code: str) -> str:
    stem = file_stem(code)
    return f"{stem}/01-….md" if kind is Kind.LESSON else f"{stem}.yaml"


def _faults_in(file: ContentFile, shelf: Shelf) -> Iterator[Problem]:
    if file.value is None:
        return
    yield from _name_fits(file)
    if file.kind is Kind.PACK:
        yield from _faults_of_pack(file, shelf)
    elif file.kind is Kind.UNIT:
        yield from _faults_of_unit(file)
    elif file.kind is Kind.SCHEME:
        yield from _faults_of_scheme(file, shelf)
    elif file.kind is Kind.ROLE:
        yield from _faults_of_role(file, shelf)
    elif file.kind is Kind.FRAMEWORK:
        yield from (file.document.at(problem) for problem in check_skill(file.value))
    elif file.kind in _OF_UNITS:
        code = file.value.header.unit if file.kind is Kind.LESSON else file.value.unit
        unit = shelf.find(Kind.UNIT, code, file.path)
        yield from _usable(file, unit, "unit", code, shelf)
        if unit is not None and unit.value is not None:
            yield from (file.document.at(problem) for problem in _OF_UNITS[file.kind](file.value, unit.value))


def _faults_of_pack(file: ContentFile, shelf: Shelf) -> Iterator[Problem]:
    units = []
    for path, code in file.value.units.each():
        unit = shelf.find(Kind.UNIT, code, file.path)
        if unit is None:
            message = f"{code} has no file {file_stem(code)}.yaml{did_you_mean(code, shelf.codes(Kind.UNIT))}"
            yield file.document.at(error(f"units.{path}", message))
        else:
            yield from unit.problems
            yield from _faults_of_unit(unit)
            units.append(unit.value)
    if not file.value.units.compulsory:
        yield file.document.at(error("units.compulsory", "lists no units; a pack has at least one"))
    if None not in units:
        pack = QualificationPack(pack=file.value, units=tuple(units))
        yield from (file.document.at(problem) for check in CHECKS for problem in check(pack))


def _faults_of_unit(file: ContentFile) -> list[Problem]:
    return [] if file.value is None else [file.document.at(problem) for problem in _check_unit(file.value)]


# A unit stands in many packs, and comparing its lines takes the most time of all.
_check_unit = cache(check_unit)


def _faults_of_scheme(file: ContentFile, shelf: Shelf) -> Iterator[Problem]:
    code = file.value.pack
    header = shelf.find(Kind.PACK, code, file.path)
    yield from _usable(file, header, "pack", code, shelf)
    if header is None or header.value is None:
        return
    units = [shelf.find(Kind.UNIT, code, header.path) for _, code in header.value.units.each()]
    values = [unit.value for unit in units if unit is not None and unit.value is not None]
    if len(values) < len(units):
        message = f"not all units of {header.value.code} can be read; check {header.document.file} first"
        yield file.document.at(error("pack", message))
        return
    pack = QualificationPack(pack=header.value, units=tuple(values))
    yield from (file.document.at(problem) for problem in check_scheme(file.value, pack))


def _faults_of_role(file: ContentFile, shelf: Shelf) -> Iterator[Problem]:
    units = {code: shelf.find(Kind.UNIT, code, file.path) for code in file.value.unit_codes()}
    known = {code: unit.value for code, unit in units.items() if unit is not None and unit.value is not None}
    criteria = {code: [criterion.id for criterion in unit.criteria] for code, unit in known.items()}
    standards = Standards(criteria=criteria, levels=shelf.levels())
    yield from (file.document.at(problem) for problem in check_role(file.value, standards))


def _usable(file: ContentFile, named: ContentFile | None, path: str, code: str, shelf: Shelf) -> Iterator[Problem]:
    """Whether the pack or unit that a file names is there and without faults of shape."""
    if named is None:
        kind = Kind(path)
        message = f"there is no {path} {quoted(code)}{did_you_mean(code, shelf.codes(kind))}"
        yield file.document.at(error(path, message))
    elif named.value is None:
        yield file.document.at(error(path, f"{code} has faults of its own; check {named.document.file} first"))


def _name_fits(file: ContentFile) -> Iterator[Problem]:
    """In folders of the known names a file is looked for by its code."""
    name = _CODES.get(file.kind) if file.kind else None
    if name is None or FOLDERS.get(file.path.parent.name) is not file.kind:
        return
    code, stem = _code_and_stem(file.value, name)
    if file.path.stem != stem:
        message = f"{code} is looked for in {stem}.yaml; give the file this name"
        yield file.document.at(warning(name, message))


def _code_and_stem(value: Any, name: str) -> tuple[str, str]:
    """What a file is told apart by, and the name it is looked for under."""
    code: str = getattr(value, name)
    if isinstance(value, FrameworkSkill):
        return f"{code} in `{value.language}`", skill_stem(code, value.language)
    return code, file_stem(code)


def _between(files: Sequence[ContentFile]) -> Iterator[Problem]:
    """What two files cannot both hold: the same code."""
    first: dict[tuple[Kind, str], str] = {}
    for file in files:
        if file.value is not None and file.kind in _CODES:
            name = _CODES[file.kind]
            code, _ = _code_and_stem(file.value, name)
            if (file.kind, code) in first:
                yield file.document.at(error(name, f"{code} is in {first[file.kind, code]} already; keep one"))
            first.setdefault((file.kind, code), file.document.file)
    yield from _editions_differ([file for file in files if isinstance(file.value, FrameworkSkill)])


def _editions_differ(files: Sequence[ContentFile]) -> Iterator[Problem]:
    """A skill is the same skill in all languages of a folder; the first file of it is what others are held against."""
    first: dict[tuple[Path, str], FrameworkSkill] = {}
    for file in files:
        original = first.setdefault((file.path.parent, file.value.code), file.value)
        yield from (file.document.at(problem) for problem in check_editions(file.value, [original]))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
