"""Which files a person means, and each of them read: its kind, its value, its places and its faults of shape."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from curriculum.documents import Document, read_path, validate
from curriculum.lessons import read_lesson
from curriculum.loading import file_stem
from curriculum.problems import Place, Problem, error, warning
from lms.cli.content_kinds import SHAPES, Kind, kind_by_folder, kind_by_names

_SUFFIXES = (".yaml", ".yml", ".md")
_SKIPPED = {"__pycache__", "node_modules"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFile:
    """A file as it was read: `value` is None when a fault of shape stops it, `kind` when nobody knows what it is."""

    path: Path
    kind: Kind | None
    document: Document
    value: Any = None
    problems: tuple[Problem, ...] = ()

    def text_at(self, name: str) -> str:
        """What the file gives for a name, though the file may have faults; empty when it gives no text."""
        value = self.document.value.get(name) if isinstance(self.document.value, dict) else None
        return value if isinstance(value, str) else ""


@dataclass(slots=True)
class Found:
    """The files that were asked for, in order, and what could not be looked into."""

    paths: dict[Path, bool] = field(default_factory=dict)  # whether the file was named itself
    problems: list[Problem] = field(default_factory=list)


def find_files(named: Iterable[Path]) -> Found:
    """The files named, and those under the folders named; links to folders are not followed."""
    found = Found()
    met: set[str] = set()
    for path in named:
        is_folder = path.is_dir()
        for one in _under(path, found.problems) if is_folder else [path]:
            if (real := os.path.realpath(one)) not in met:
                met.add(real)
                found.paths[one] = not is_folder
    return found


def shipped_files(kinds: Iterable[Kind] = Kind, codes: Iterable[str] | None = None) -> list[Path]:
    """The files that come with the software, all of them or those of some packs and units."""
    stems = None if codes is None else {file_stem(code) for code in codes}
    return [
        path
        for kind in kinds
        for path in sorted(SHAPES[kind].shipped.glob(SHAPES[kind].pattern))
        if stems is None or (path.parent.name if kind is Kind.LESSON else path.stem) in stems
    ]


def read_content(path: Path, *, named: bool = True, kind: Kind | None = None) -> ContentFile | None:
    """Read one file, as `kind` where the person says so; None for one under a named folder that is no content."""
    kind = kind or kind_by_folder(path)
    if path.suffix.lower() == ".md" and not named and not _is_lesson(path):
        return None
    if kind is Kind.LESSON:
        lesson, document, problems = read_lesson(path, shown(path))
        return ContentFile(path=path, kind=kind, document=document, value=lesson, problems=tuple(problems))
    document, problems = read_path(path, shown(path))
    if problems:
        return ContentFile(path=path, kind=kind, document=document, problems=tuple(problems))
    kind = kind or kind_by_names(document.value)
    if kind is None:
        return ContentFile(path=path, kind=None, document=document, problems=(_strange(document, named=named),))
    value, problems = validate(document, SHAPES[kind].model)
    return ContentFile(path=path, kind=kind, document=document, value=value, problems=tuple(problems))


def shown(path: Path) -> str:
    """The path from where the person stands, when that is shorter than the whole of it."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100  keeps links as they were named
    return min(os.path.relpath(whole), str(whole), key=len).encode("utf-8", "replace").decode()


def _under(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    def refused(fault: OSError) -> None:
        place = Place(file=shown(Path(fault.filename)), line=1, column=1)
        problems.append(error("", f"is a folder that cannot be looked into ({fault.strerror})", place=place))

    for here, inner, names in os.walk(folder, onerror=refused):
        inner[:] = sorted(name for name in inner if not name.startswith(".") and name not in _SKIPPED)
        for name in sorted(names):
            if not name.startswith(".") and name.lower().endswith(_SUFFIXES):
                yield Path(here, name)


def _is_lesson(path: Path) -> bool:
    """Whether a Markdown file under a folder is meant as a lesson: by its folder, or because it has front matter."""
    if FOLDER_OF_LESSONS in (path.parent.name, path.parent.parent.name):
        return True
    try:
        with path.open("rb") as file:
            return file.read(4).strip() == b"---"
    except OSError:
        return False


FOLDER_OF_LESSONS = SHAPES[Kind.LESSON].shipped.name


def _strange(document: Document, *, named: bool) -> Problem:
    if document.value is None:
        return document.at(error("", "is empty; it holds no content"))
    kinds = [kind for kind in Kind if kind is not Kind.SAMPLE]
    message = f"is not known as content: its names are those of no {', '.join(kinds)}"
    return document.at((error if named else warning)("", message))
