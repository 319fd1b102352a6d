"""What a new version of a pack asks of what was written for it: items, tasks and lessons to look at again."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assessments.tasks import TaskFile
from curriculum.differences import PackChanges
from curriculum.lessons import Lesson
from curriculum.line_matching import LineChange
from question_bank.model import ItemFace

_FIGURES = re.compile("([0-9]{1,9})")


class Fate(StrEnum):
    """What happened to a line. One that moved and has other words is reworded."""

    REWORDED = "reworded"
    MOVED = "moved"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written: the ids of items, of tasks, and of lessons (`ASC/N0001 a-safe-day en`)."""

    items: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is anything."""
        return bool(self.items or self.tasks or self.lessons)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReview:
    """A line that changed, and what was written about it as it was."""

    change: LineChange
    fate: Fate
    written: Written


@dataclass(frozen=True, slots=True, kw_only=True)
class FateReview:
    """All lines with the same fate, and what was written about any of them."""

    fate: Fate
    lines: tuple[LineReview, ...]
    written: Written


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReview:
    """A unit with another code, or that is gone, and all that was written under the old one."""

    before: str
    after: str
    written: Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What a new version asks for: by what happened to lines, and by units whose code is gone.

    `bare` are the lines it adds about which nothing is written yet.
    """

    fates: tuple[FateReview, ...]
    units: tuple[UnitReview, ...]
    bare: tuple[LineChange, ...] = ()

    @property
    def written(self) -> Written:
        """All that is to be looked at, each once."""
        return _together([*(one.written for one in self.fates), *(one.written for one in self.units)])


def revision_of(
    changes: PackChanges, faces: Sequence[ItemFace], tasks: Sequence[TaskFile], lessons: Sequence[Lesson]
) -> Revision:
    """What the changes of a pack mean for its items, tasks and lessons, of whatever language."""
    about = _by_line(faces, tasks, lessons)
    reviews = [
        LineReview(
            change=change,
            fate=fate_of(change),
            written=about.get(change.before.ref, Written()) if change.before and _asks(change) else Written(),
        )
        for change in changes.lines
    ]
    groups = {fate: tuple(review for review in reviews if review.fate is fate) for fate in Fate}
    return Revision(
        fates=tuple(
            FateReview(fate=fate, lines=lines, written=_together([line.written for line in lines]))
            for fate, lines in groups.items()
            if lines
        ),
        units=tuple(_unit_reviews(changes, faces, tasks, lessons)),
        bare=tuple(_bare(changes, about)),
    )


def _bare(changes: PackChanges, about: Mapping[str, Written]) -> Iterator[LineChange]:
    """Added lines without anything; what stands under the reference of a line that moved or went is that line's."""
    left = {line.before.ref for line in changes.lines if line.before}
    for line in changes.lines:
        if line.before is None and line.after and (line.after.ref in left or line.after.ref not in about):
            yield line


def fate_of(change: LineChange) -> Fate:
    """What happened to a line."""
    if change.before is None:
        return Fate.ADDED
    if change.after is None:
        return Fate.REMOVED
    return Fate.REWORDED if change.is_reworded else Fate.MOVED


def _asks(change: LineChange) -> bool:
    """Whether what was written about the line has to be looked at: not where it only stands under another heading."""
    return change.after is None or change.is_reworded or change.before is None or change.before.id != change.after.id


def _unit_reviews(
    changes: PackChanges, faces: Sequence[ItemFace], tasks: Sequence[TaskFile], lessons: Sequence[Lesson]
) -> Iterator[UnitReview]:
    for unit in changes.units:
        if unit.before is None or not (unit.is_recoded or unit.after is None):
            continue
        code = unit.before.code
        written = Written(
            items=tuple(face.id for face in faces if face.unit == code),
            tasks=tuple(task.id for file in tasks if file.unit == code for task in file.tasks),
            lessons=tuple(lesson_name(lesson) for lesson in lessons if lesson.header.unit == code),
        )
        yield UnitReview(before=code, after=unit.after.code if unit.after else "", written=written)


def _by_line(faces: Sequence[ItemFace], tasks: Sequence[TaskFile], lessons: Sequence[Lesson]) -> Mapping[str, Written]:
    """What was written about each line, by its reference."""
    items: dict[str, list[str]] = {}
    for face in faces:
        for ref in (*face.refs, *(f"{face.unit}#{line}" for line in face.knowledge)):
            items.setdefault(ref, []).append(face.id)
    shown: dict[str, list[str]] = {}
    for file in tasks:
        for task in file.tasks:
            for name in task.evidence:
                shown.setdefault(f"{file.unit}#{name}", []).append(task.id)
    taught: dict[str, list[str]] = {}
    for lesson in lessons:
        named = {line for part in lesson.header.sections for line in (*part.criteria, *part.knowledge, *part.skills)}
        for name in named:
            taught.setdefault(f"{lesson.header.unit}#{name}", []).append(lesson_name(lesson))
    return {
        ref: Written(
            items=tuple(items.get(ref, ())), tasks=tuple(shown.get(ref, ())), lessons=tuple(taught.get(ref, ()))
        )
        for ref in {*items, *shown, *taught}
    }


def lesson_name(lesson: Lesson) -> str:
    """What tells a lesson from all others, for people: unit, slug and language."""
    return f"{lesson.header.unit} {lesson.header.slug} {lesson.header.language}"


def _as_people_count(name: str) -> list[tuple[int, str]]:
    """`…-pc9-…` before `…-pc10-…`."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in _FIGURES.split(name)]


def _together(parts: Sequence[Written]) -> Written:
    def once(name: str) -> tuple[str, ...]:
        return tuple(sorted({one for part in parts for one in getattr(part, name)}, key=_as_people_count))

    return Written(items=once("items"), tasks=once("tasks"), lessons=once("lessons"))
