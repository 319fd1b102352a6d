"""Lessons handed over as files, or as a ZIP of them: read whole with every fault and its place, and written again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import yaml

from curriculum.documents import Document, decode_text
from curriculum.lessons import FIRST_LANGUAGE, Lesson, check_lesson, check_translation, parse_lesson
from curriculum.loading import file_stem
from curriculum.model import NosUnit
from curriculum.problems import Place, Problem, did_you_mean, error, has_errors, quoted
from curriculum.uploads import Allowance, File, unpack
from curriculum.words import Message

ALLOWANCE = Allowance(suffixes=(".md", ".svg"), files=500, bytes=8_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLesson:
    """A lesson and the document its front matter was read from, for places."""

    lesson: Lesson
    document: Document

    @property
    def name(self) -> tuple[str, str]:
        """What is the same lesson in every language: unit and slug."""
        return self.lesson.header.unit, self.lesson.header.slug


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonBundle:
    """What was read: the lessons (none where a fault stops them), and every fault and oddity, each with its place."""

    lessons: tuple[ReadLesson, ...]
    problems: tuple[Problem, ...]


def read_lessons(files: Sequence[File], units: Mapping[str, NosUnit]) -> LessonBundle:
    """Read lesson files with their drawings and check them against their units, given by code.

    A drawing is looked for beside its lesson, and where the folders are not known, by its name.
    """
    problems: list[Problem] = []
    given = dict(unpack(files, ALLOWANCE, problems))
    lessons = []
    for name, content in given.items():
        if PurePosixPath(name).suffix.lower() == ".md":
            read, faults = _read(name, content, given)
            problems += faults
            if read is not None:
                problems += _of_unit(read, units)
                lessons.append(read)
        elif PurePosixPath(name).suffix.lower() != ".svg":
            words = Message("is neither a lesson (.md) nor a drawing (.svg)")
            problems.append(error("", words, place=Place(file=name)))
    problems += check_together(lessons)
    if not lessons and not problems:
        words = Message("there is no lesson among the files; a lesson is a Markdown file (.md)")
        problems.append(error("", words))
    in_order = sorted(lessons, key=_place)
    return LessonBundle(lessons=() if has_errors(problems) else tuple(in_order), problems=tuple(problems))


def check_together(lessons: Sequence[ReadLesson]) -> Iterator[Problem]:
    """What two lessons cannot both have, a name or a place, and where a translation is another lesson."""
    first: dict[tuple[str, str, str, str | int], str] = {}
    for read in lessons:
        header = read.lesson.header
        for path, value in (("slug", header.slug), ("position", header.position)):
            mark = (path, header.unit, header.language, value)
            if mark in first:
                yield read.document.at(error(path, _taken(path, read.lesson, first[mark])))
            first.setdefault(mark, read.document.file)
    for original, translation in _translations(lessons):
        for problem in check_translation(translation.lesson, original.lesson):
            yield translation.document.at(problem)


def lesson_path(lesson: Lesson) -> str:
    """Where a lesson stands among lesson files: `asc-n1105/01-from-enquiry.hi.md`."""
    header = lesson.header
    language = "" if header.language == FIRST_LANGUAGE else f".{header.language}"
    return f"{file_stem(header.unit)}/{header.position:02}-{header.slug}{language}.md"


def write_lesson(lesson: Lesson) -> Iterator[File]:
    """The files of a lesson, its drawings beside it; reading them gives the same lesson."""
    header = lesson.header.model_dump(mode="json", exclude_defaults=True)
    front = yaml.safe_dump(header, allow_unicode=True, sort_keys=False, width=120)
    text = "".join(f"## {section.title}\n{body}" for section, body in lesson.parts())
    path = lesson_path(lesson)
    yield path, f"---\n{front}---\n\n{text}".encode()
    folder = PurePosixPath(path).parent
    for address, drawing in lesson.drawings.items():
        yield str(folder / address), drawing.encode()


def _read(name: str, content: bytes, given: Mapping[str, bytes]) -> tuple[ReadLesson | None, list[Problem]]:
    text, problems = decode_text(content, name)
    if text is None:
        return None, problems
    lesson, document, problems = parse_lesson(text, name, lambda address: _drawing(address, name, given))
    return (ReadLesson(lesson=lesson, document=document) if lesson else None), problems


def _drawing(address: str, lesson: str, given: Mapping[str, bytes]) -> bytes | list[str]:
    beside = str(PurePosixPath(lesson).parent / address)
    if beside in given:
        return given[beside]
    drawings = {name: PurePosixPath(name).name for name in given if PurePosixPath(name).suffix.lower() == ".svg"}
    named = [name for name, last in drawings.items() if last == PurePosixPath(address).name]
    if len(named) == 1:
        return given[named[0]]
    return [f"drawings/{last}" for last in drawings.values()]


def _of_unit(read: ReadLesson, units: Mapping[str, NosUnit]) -> Iterable[Problem]:
    code = read.lesson.header.unit
    if code not in units:
        facts: dict[str, str | Message] = {"unit": quoted(code), "meant": did_you_mean(code, units)}
        words = Message("%(unit)s is no unit that you write lessons for%(meant)s", facts)
        return [read.document.at(error("unit", words))]
    return [read.document.at(problem) for problem in check_lesson(read.lesson, units[code])]


def _taken(path: str, lesson: Lesson, file: str) -> Message:
    """That another lesson, in a file above, has the name or the place of this one."""
    header = lesson.header
    if path == "slug":
        return Message("%(slug)s is the name of %(file)s already; keep one", {"slug": header.slug, "file": file})
    facts = {"position": str(header.position), "unit": header.unit, "file": file}
    return Message("lesson %(position)s of %(unit)s is %(file)s already; keep one", facts)


def _translations(lessons: Sequence[ReadLesson]) -> Iterator[tuple[ReadLesson, ReadLesson]]:
    """Each lesson in another language with the one it is held against: in English, or else the first."""
    same: dict[tuple[str, str], list[ReadLesson]] = {}
    for read in lessons:
        same.setdefault(read.name, []).append(read)
    for group in same.values():
        original, *others = sorted(group, key=lambda read: read.lesson.header.language != FIRST_LANGUAGE)
        for other in others:
            if other.lesson.header.language != original.lesson.header.language:
                yield original, other


def _place(read: ReadLesson) -> tuple[str, int, str]:
    header = read.lesson.header
    return header.unit, header.position, header.language
