"""One side of a comparison of packs: a code, a file, a folder or a ZIP read as a pack, with what stands beside it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from assessments.model import AssessmentScheme
from assessments.scheme import load_scheme, scheme_path
from assessments.tasks import TaskFile
from curriculum.bundle import read_bundle
from curriculum.lessons import Lesson
from curriculum.loading import PACKS, file_stem, shipped_packs
from curriculum.model import QualificationPack
from curriculum.problems import Problem, did_you_mean, has_errors
from lms.cli.content_checks import Shelf
from lms.cli.content_files import ContentFile, find_files, read_content, shipped_files
from lms.cli.content_kinds import SHAPES, Kind
from question_bank.loading import face_of
from question_bank.model import ItemFace

_CODE = re.compile(r"[A-Za-z0-9]{1,10}/[A-Za-z0-9./-]{1,30}")
_WRITTEN = (Kind.ITEMS, Kind.TASKS, Kind.LESSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A pack as it was given: its scheme where one stands beside it, and all files that were read with it."""

    pack: QualificationPack
    scheme: AssessmentScheme | None = None
    files: tuple[ContentFile, ...] = ()
    near: tuple[Path, ...] = ()


@dataclass(slots=True)
class Written:
    """Items, tasks and lessons of some units."""

    faces: list[ItemFace] = field(default_factory=list)
    tasks: list[TaskFile] = field(default_factory=list)
    lessons: list[Lesson] = field(default_factory=list)

    def add(self, file: ContentFile) -> None:
        """Take in a file that could be read."""
        if file.kind is Kind.ITEMS and file.value is not None:
            self.faces += [face_of(entry, file.value.unit) for entry in file.value.items]
        elif file.kind is Kind.TASKS and file.value is not None:
            self.tasks.append(file.value)
        elif file.kind is Kind.LESSON and file.value is not None:
            self.lessons.append(file.value)


def read_side(given: str, scheme: Path | None) -> Side:
    """The pack that a person names; raises UsageError for what is none, ClickException with every fault."""
    side = _read(given)
    if scheme is not None:
        return Side(pack=side.pack, scheme=_scheme_in(scheme, side.pack), files=side.files, near=side.near)
    return side


def written_for(units: Sequence[str], sides: Sequence[Side]) -> Written:
    """What is written for these units: in the files given, else beside them, else what comes with the software."""
    found = Written()
    met: set[tuple[Kind, str]] = set()
    given = {file.path.resolve(): file for side in sides for file in side.files if file.kind in _WRITTEN}
    for file in given.values():
        if file.value is not None and (code := _unit_of(file)) in units:
            found.add(file)
            met.add((file.kind or Kind.ITEMS, code))
    near = [folder for side in sides for folder in side.near]
    for kind in _WRITTEN:
        for code in units:
            if (kind, code) not in met:
                for path in _beside(kind, code, near):
                    if (read := read_content(path, kind=kind)) is not None:
                        found.add(read)
    return found


def _read(given: str) -> Side:
    path = Path(given)
    if path.is_dir():
        return _from_folder(path)
    if path.suffix.lower() == ".zip" and path.is_file():
        return _from_zip(path)
    if path.exists():
        return _from_file(path)
    return _shipped(given)


def _from_folder(folder: Path) -> Side:
    found = find_files([folder])
    files = [file for path in found.paths if (file := read_content(path, named=False)) is not None]
    packs = [file for file in files if file.kind is Kind.PACK]
    if len(packs) != 1:
        held = ", ".join(file.text_at("code") for file in packs) or "none"
        raise click.UsageError(f"{folder} should hold one pack, and holds: {held}; name the file of one")
    pack = _whole(packs[0], Shelf(files))
    schemes = [file.value for file in files if file.kind is Kind.SCHEME and _is_of(file.value, pack)]
    return Side(pack=pack, scheme=schemes[0] if schemes else None, files=tuple(files))


def _from_file(path: Path) -> Side:
    file = read_content(path, kind=Kind.PACK)
    assert file is not None  # noqa: S101  a file read as a kind is never passed over
    pack = _whole(file, Shelf([file]))
    near = path.absolute().parents[:3]
    return Side(pack=pack, scheme=_scheme_beside(pack, near), near=tuple(near))


def _from_zip(path: Path) -> Side:
    bundle = read_bundle([(path.name, path.read_bytes())])
    if bundle.pack is None:
        raise refused(bundle.problems)
    return Side(pack=bundle.pack)


def _shipped(code: str) -> Side:
    known = [file_stem(path.stem) for path in shipped_packs()]
    if not _CODE.fullmatch(code) or file_stem(code) not in known:
        codes = [read.text_at("code") for path in shipped_packs() if (read := read_content(path)) is not None]
        meant = did_you_mean(code, codes)
        raise click.UsageError(f"there is no file or folder {code}, and no pack of that code{meant}")
    side = _from_file(PACKS / f"{file_stem(code)}.yaml")
    path = scheme_path(side.pack.code)
    scheme = _scheme_in(path, side.pack) if path.exists() else None
    return Side(pack=side.pack, scheme=scheme)


def _whole(file: ContentFile, shelf: Shelf) -> QualificationPack:
    problems = list(file.problems)
    units: list[Any] = []
    for _, code in file.value.units.each() if file.value is not None else ():
        unit = shelf.find(Kind.UNIT, code, file.path)
        if unit is None:
            raise click.ClickException(f"{file.document.file}: {code} has no file {file_stem(code)}.yaml")
        problems += unit.problems
        units.append(unit.value)
    if file.value is None or has_errors(problems):
        raise refused(problems)
    return QualificationPack(pack=file.value, units=tuple(units))


def _scheme_beside(pack: QualificationPack, near: Iterable[Path]) -> AssessmentScheme | None:
    for folder in near:
        path = scheme_path(pack.code, folder / SHAPES[Kind.SCHEME].shipped.name)
        if path.is_file() and _is_of(load_scheme(path)[0], pack):
            return _scheme_in(path, pack)
    return None


def _scheme_in(path: Path, pack: QualificationPack) -> AssessmentScheme:
    scheme, _, problems = load_scheme(path)
    if scheme is None:
        raise refused(problems)
    if scheme.pack != pack.code:
        raise click.UsageError(f"{path} is the scheme of {scheme.pack}, not of {pack.code}")
    return scheme


def _is_of(scheme: AssessmentScheme | None, pack: QualificationPack) -> bool:
    return scheme is not None and (scheme.pack, scheme.pack_version) == (pack.code, pack.version)


def _beside(kind: Kind, code: str, near: Sequence[Path]) -> list[Path]:
    for folder in near:
        here = folder / SHAPES[kind].shipped.name
        pattern = f"{file_stem(code)}/*.md" if kind is Kind.LESSON else f"{file_stem(code)}.yaml"
        if found := sorted(here.glob(pattern)):
            return found
    return shipped_files([kind], [code])


def _unit_of(file: ContentFile) -> str:
    return file.value.header.unit if file.kind is Kind.LESSON else str(file.value.unit)


def refused(problems: Iterable[Problem]) -> click.ClickException:
    """All faults as the reason why nothing is compared."""
    told = list(problems)
    faults = [one for one in told if has_errors([one])] or told
    return click.ClickException("\n".join(str(problem) for problem in faults))
