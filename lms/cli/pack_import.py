"""The command that reads the text of a published pack: to look at, as JSON, or as content files."""

import json
import os
import stat
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import click

from assessments.model import AssessmentScheme
from assessments.printed_scheme import scheme_of_text
from curriculum.bundle import read_bundle
from curriculum.documents import read_path, validate
from curriculum.loading import file_stem
from curriculum.problems import Place, Problem, Severity, error, has_errors, printable, warning
from curriculum.published.errors import NotAPack
from curriculum.published.files import MOST_BYTES, published_text
from curriculum.published.meta import PublishedMeta
from curriculum.published.model import ReadPack
from curriculum.published.problems import PublishedProblem, PublishedSeverity
from curriculum.published.reading import read_published
from curriculum.published.writing import SCHEMES, content_files
from lms import pdf_texts
from lms.cli.content_files import shown
from lms.cli.fault_formats import FORMATS

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--meta", "meta_file", type=_FILE, help="YAML with what the text does not print: code, version, units…")
@click.option("--json", "as_json", is_flag=True, help="Print the pack, its units and all that is said about the text.")
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="Write content files here.")
@click.option("--official-marks", is_flag=True, help="Its marks are the council's own and read rightly: no samples.")
@click.option("--format", "shown_as", type=click.Choice(list(FORMATS)), default="text", help="How faults are told.")
@click.option("--notes", is_flag=True, help="List what of the text was left out, too.")
def import_pack(
    file: Path,
    *,
    meta_file: Path | None,
    as_json: bool,
    output: Path | None,
    official_marks: bool,
    shown_as: str,
    notes: bool,
) -> None:
    """Read a qualification pack from the PDF or the text that a council has published.

    Without --json or -o nothing is written: the units are listed, and everything that is odd in the text. Every word
    of it is either in the result or told as left out. Ends with 1 when the file holds no pack, or nothing could be
    written.
    """
    given = {"source": f"Published text of the pack, read from {shown(Path(file.name))}."}
    given |= _meta(meta_file, shown_as) if meta_file else {}
    try:
        imported = with_scheme(
            read_published(published_text(_content(file), pdf_texts.pdf_text), given), official=official_marks
        )
    except NotAPack as refusal:
        _refuse([error("", refusal.message, place=Place(file=shown(file), line=1, column=1))], shown_as)
    if output is not None:
        _write(imported, output, file, shown_as)
    if as_json:
        click.echo(json.dumps(as_plain(imported), indent=2, ensure_ascii=False))
        return
    if shown_as == "text" and output is None:
        click.echo("\n".join(_summary(imported)) + "\n")
    click.echo(FORMATS[shown_as](list(_faults(imported.problems, file))))
    if shown_as == "text":
        for line in _told_notes(imported.problems, file, each=notes):
            click.echo(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A published text as read, with the scheme that its marks come to, if it prints any."""

    read: ReadPack
    scheme: AssessmentScheme | None
    problems: tuple[PublishedProblem, ...]

    @property
    def scheme_file(self) -> dict[str, Any] | None:
        """The scheme as its file has it."""
        return None if self.scheme is None else self.scheme.model_dump(mode="json", exclude_none=True)


def with_scheme(read: ReadPack, *, official: bool) -> Imported:
    """Add the scheme, where the text prints marks and its pack is whole enough to carry them."""
    scheme, told = scheme_of_text(read, official=official)
    return Imported(read=read, scheme=scheme, problems=told.problems)


def as_plain(imported: Imported) -> dict[str, Any]:
    """What was read in plain values, as `--json` prints it."""
    read = imported.read
    problems = [
        {
            "line": problem.line,
            "last_line": problem.last or problem.line,
            "severity": problem.severity.value,
            "message": str(problem.message) + (f": {problem.words}" if problem.words else ""),
            "words": problem.words,
        }
        for problem in imported.problems
    ]
    scheme = {} if imported.scheme is None else {"scheme": imported.scheme_file}
    return {"pack": read.pack, "units": list(read.units), **scheme, "problems": problems}


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as fault:
        raise click.ClickException(f"{file} cannot be read ({fault.strerror}).") from fault


def _meta(path: Path, shown_as: str) -> dict[str, str]:
    document, problems = read_path(path, shown(path))
    if problems:
        _refuse(problems, shown_as)
    meta, problems = validate(document, PublishedMeta)
    if meta is None:
        _refuse(problems, shown_as)
    return meta.given()


def _summary(imported: Imported) -> Iterator[str]:
    read = imported.read
    pack: Any = read.pack
    facts = [("", "code"), ("version ", "version"), ("NSQF level ", "nsqf_level")]
    known = ", ".join(f"{words}{pack[name]}" for words, name in facts if name in pack)
    yield printable(f"{pack.get('title', 'A pack without a title')}{f' ({known})' if known else ''}")
    kinds = {code: "elective" for group in pack["units"].get("electives", []) for code in group["units"]}
    kinds |= dict.fromkeys(pack["units"].get("options", []), "option")
    for number, unit in enumerate(read.units, start=1):
        code, criteria = unit.get("code", ""), [len(element["criteria"]) for element in unit["elements"]]
        lines = f"knowledge: {len(unit.get('knowledge', ()))}, skills: {len(unit.get('skills', ()))}"
        kind = f", {kinds[code]}" if code in kinds else ""
        yield printable(f"{code or number}: {unit.get('title', '')}")
        yield f"    elements: {len(criteria)}, criteria: {sum(criteria)}, {lines}{kind}"


def _faults(problems: Sequence[PublishedProblem], file: Path) -> Iterator[Problem]:
    for problem in problems:
        if problem.severity is not PublishedSeverity.NOTE:
            words = f": {problem.words}" if problem.words else ""
            place = Place(file=shown(file), line=problem.line or 1, column=1)
            message = printable(str(problem.message) + words)
            told = error if problem.severity is PublishedSeverity.ERROR else warning
            yield told("", message, place=place)


def _told_notes(problems: Sequence[PublishedProblem], file: Path, *, each: bool) -> Iterator[str]:
    """The notes, or how many lines they are about."""
    notes = [problem for problem in problems if problem.severity is PublishedSeverity.NOTE]
    if each:
        for note in notes:
            where = f"{note.line}-{note.last}" if note.last != note.line else f"{note.line}"
            yield printable(f"{shown(file)}:{where}: note: {note.message}: {' / '.join(note.words.splitlines())}")
    elif notes:
        lines = sum(note.words.count("\n") + 1 for note in notes)
        yield f"{lines} lines, or parts of lines, are no part of the pack and left out; --notes lists them"


def _write(imported: Imported, folder: Path, file: Path, shown_as: str) -> None:
    """Write the content files, all or none; what is there already with other content is not written over."""
    read = imported.read
    top = Place(file=shown(file), line=1, column=1)
    faults = [problem for problem in _faults(imported.problems, file) if problem.severity is Severity.ERROR]
    named = (read.pack, *read.units)
    if any("code" not in one for one in named):
        faults.append(error("", "has no code for the pack or for a unit; give them with --meta", place=top))
    else:
        counts = Counter(file_stem(str(one["code"])) for one in named)
        for one in named:
            if counts.pop(file_stem(str(one["code"])), 0) > 1:
                words = f"{one['code']} stands for more than one part of it; give each a code of its own with --meta"
                faults.append(error("", printable(words), place=top))
    if faults:
        _refuse(faults, shown_as)
    files = dict(content_files(read, imported.scheme_file))
    content = [(str(folder / name), content) for name, content in files.items() if not name.startswith(SCHEMES)]
    bundle = read_bundle(content)
    if bundle.pack is None or has_errors(bundle.problems):
        _refuse([problem for problem in bundle.problems if problem.severity is Severity.ERROR], shown_as)
    targets = {folder / name: content for name, content in files.items()}
    others = [path for path, content in targets.items() if _is_other(path, content)]
    if others:
        words = "is there already with other content; move it away, or write to another folder"
        _refuse([error("", words, place=Place(file=shown(path))) for path in others], shown_as)
    put_in_place(targets)
    for path in targets:
        click.echo(shown(path), err=True)


def _is_other(path: Path, content: bytes) -> bool:
    """Whether something else than this content is there: another file, a folder, a pipe."""
    try:
        mode = path.stat().st_mode
        return not stat.S_ISREG(mode) or path.read_bytes() != content
    except FileNotFoundError:
        return path.is_symlink()
    except (OSError, ValueError) as fault:
        raise _unwritable(path, fault) from fault


def put_in_place(targets: dict[Path, bytes]) -> None:
    """Write files all or none: first aside, then each is moved to its place; raises ClickException."""
    aside: list[tuple[str, Path]] = []
    placed: list[Path] = []
    made: list[Path] = []
    try:
        for path, content in targets.items():
            made += [one for one in (path.parent, *path.parent.parents) if not one.exists()]
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists():
                continue
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
            aside.append((name, path))
            with os.fdopen(handle, "wb") as opened:
                opened.write(content)
            Path(name).chmod(0o644)
        for name, path in aside:
            Path(name).rename(path)
            placed.append(path)
    except BaseException as fault:
        for path in [*placed, *(Path(name) for name, _ in aside)]:
            path.unlink(missing_ok=True)
        for folder in sorted(set(made), key=lambda one: len(one.parts), reverse=True):
            with suppress(OSError):
                folder.rmdir()
        if isinstance(fault, OSError | ValueError):
            raise _unwritable(next(iter(targets)).parent, fault) from fault
        raise


def _unwritable(path: Path, fault: OSError | ValueError) -> click.ClickException:
    """What cannot be written, in words; a name may hold what no system takes."""
    name, why = (fault.filename or path, fault.strerror) if isinstance(fault, OSError) else (path, fault)
    return click.ClickException(f"{printable(shown(Path(name)))} cannot be written ({why}); nothing was.")


def _refuse(problems: Sequence[Problem], shown_as: str) -> NoReturn:
    click.echo(FORMATS[shown_as](list(problems)), err=shown_as == "text")
    raise SystemExit(1)
