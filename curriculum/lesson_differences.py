"""What a new version of a lesson changes: section by section, word by word."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from curriculum.lessons import Lesson, LessonSection
from curriculum.wording import Change, word_changes

_HEADER = ("title", "position", "minutes", "aims")


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChange:
    """One section: what happened to it, its text as runs of (same, added or removed; words), and its lines.

    `lines` are those it is about that came (`+PC4`) or went (`-KU2`).
    """

    title: str
    change: Change
    text: tuple[tuple[Change, str], ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonChanges:
    """A lesson against its version before: facts of the header as (name, before, after), drawings, sections."""

    header: tuple[tuple[str, str, str], ...]
    drawings: tuple[tuple[str, Change], ...]
    sections: tuple[SectionChange, ...]

    @property
    def any(self) -> bool:
        """Whether anything is different."""
        changed = any(section.change is not Change.SAME for section in self.sections)
        return bool(self.header or self.drawings or changed)


def lesson_changes(before: Lesson, after: Lesson) -> LessonChanges:
    """What changes between two versions of a lesson."""
    return LessonChanges(
        header=tuple(_header(before, after)),
        drawings=tuple(_drawings(before, after)),
        sections=tuple(_sections(before, after)),
    )


def _header(before: Lesson, after: Lesson) -> Iterator[tuple[str, str, str]]:
    for name in _HEADER:
        old, new = (_as_text(getattr(lesson.header, name)) for lesson in (before, after))
        if old != new:
            yield name, old, new


def _as_text(value: object) -> str:
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def _drawings(before: Lesson, after: Lesson) -> Iterator[tuple[str, Change]]:
    for address in sorted({*before.drawings, *after.drawings}):
        old, new = before.drawings.get(address), after.drawings.get(address)
        if old != new:
            yield address, Change.ADDED if old is None else Change.REMOVED if new is None else Change.CHANGED


def _sections(before: Lesson, after: Lesson) -> Iterator[SectionChange]:
    """The sections of the new version in order; those that are gone stand where they stood."""
    old, new = dict(_titled(before)), dict(_titled(after))
    matcher = SequenceMatcher(a=list(old), b=list(new), autojunk=False)
    for _, start, end, first, last in matcher.get_opcodes():
        for title in list(old)[start:end]:
            if title not in new:
                yield SectionChange(title=title, change=Change.REMOVED)
        for title in list(new)[first:last]:
            yield _section(title, old.get(title), new[title])


def _titled(lesson: Lesson) -> Iterator[tuple[str, tuple[LessonSection, str]]]:
    return ((section.title, (section, body)) for section, body in lesson.parts())


def _section(title: str, old: tuple[LessonSection, str] | None, new: tuple[LessonSection, str]) -> SectionChange:
    if old is None:
        return SectionChange(title=title, change=Change.ADDED, text=((Change.ADDED, new[1].strip()),))
    if old == new:
        return SectionChange(title=title, change=Change.SAME)
    lines = tuple(_lines(old[0], new[0]))
    text = tuple(word_changes(old[1].strip(), new[1].strip())) if old[1] != new[1] else ()
    return SectionChange(title=title, change=Change.CHANGED, text=text, lines=lines)


def _lines(old: LessonSection, new: LessonSection) -> Iterator[str]:
    for name in ("criteria", "knowledge", "skills"):
        was, now = getattr(old, name), getattr(new, name)
        yield from (f"+{line}" for line in now if line not in was)
        yield from (f"-{line}" for line in was if line not in now)
    if old.part is not new.part:
        yield f"{old.part} → {new.part}"
