"""Lessons handed over: read whole or every fault told, written as they are read, compared word by word."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.lesson_bundle import read_lessons, write_lesson
from curriculum.lesson_differences import lesson_changes
from curriculum.lessons import Lesson, LessonHeader, LessonSection, SectionPart
from curriculum.wording import Change
from tests.builders import a_unit
from tests.lms.pack_files import zipped
from tests.strategies import law

UNIT = a_unit(criteria=2)
UNITS = {UNIT.code: UNIT}
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 340 50"><rect x="1" y="1" width="9" height="9"></rect></svg>'
)
LINE = "![A square, which stands for nothing else here](drawings/square.svg)"


def a_lesson(slug: str = "do-it", position: int = 1, language: str = "en", **header: Any) -> Lesson:
    """A lesson of every part, long enough, with a drawing in it."""
    sections = tuple(
        LessonSection(title=f"The {part}", part=part, criteria=("PC1",) if part == "method" else ())
        for part in SectionPart
    )
    bodies = tuple(f"\nAbout the {part}. {'Words to read. ' * 40}\n\n" for part in SectionPart)
    bodies = (f"\n{LINE}\n{bodies[0]}", *bodies[1:-1], bodies[-1].rstrip() + "\n")
    facts = {"title": "Do it", "minutes": 9, "aims": ("Do it well",), **header}
    return Lesson(
        header=LessonHeader(
            unit=UNIT.code, slug=slug, position=position, language=language, sections=sections, **facts
        ),
        bodies=bodies,
        drawings={"drawings/square.svg": DRAWING},
    )


def files_of(*lessons: Lesson) -> dict[str, bytes]:
    return {name: content for lesson in lessons for name, content in write_lesson(lesson)}


def told(files: dict[str, bytes]) -> list[str]:
    bundle = read_lessons(list(files.items()), UNITS)
    assert bundle.lessons == ()
    return [str(problem) for problem in bundle.problems]


def test_what_is_written_is_read_again() -> None:
    lessons = [a_lesson(), a_lesson(language="hi"), a_lesson("again", 2)]
    bundle = read_lessons(list(files_of(*lessons).items()), UNITS)
    assert bundle.problems == ()
    assert [read.lesson for read in bundle.lessons] == lessons


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)


@law
@given(title=WORDS, aims=st.lists(WORDS, min_size=1, max_size=3), minutes=st.integers(1, 120))
def test_any_header_is_written_so_that_it_is_read_again(title: str, aims: list[str], minutes: int) -> None:
    lesson = a_lesson(title=title, aims=tuple(aims), minutes=minutes)
    [read] = read_lessons(list(files_of(lesson).items()), UNITS).lessons
    assert read.lesson == lesson


def test_a_zip_counts_as_the_files_in_it() -> None:
    files = {name: content.decode() for name, content in files_of(a_lesson()).items()}
    bundle = read_lessons([("lessons.zip", zipped(files, "our work/"))], UNITS)
    assert [read.lesson for read in bundle.lessons] == [a_lesson()]


def test_loose_files_find_their_drawings_by_name() -> None:
    loose = [(name.rpartition("/")[2], content) for name, content in files_of(a_lesson()).items()]
    assert [read.lesson for read in read_lessons(loose, UNITS).lessons] == [a_lesson()]


def test_a_missing_drawing_is_told_at_its_line() -> None:
    files = files_of(a_lesson())
    del files["asc-n9001/drawings/square.svg"]
    [fault] = told(files)
    assert fault.startswith("asc-n9001/01-do-it.md:")
    assert "there is no drawing drawings/square.svg beside the lesson" in fault


def test_a_unit_of_nobody_a_strange_file_and_two_lessons_at_one_place_are_all_told() -> None:
    stranger = a_lesson("other", 2).model_copy(
        update={"header": a_lesson("other", 2).header.model_copy(update={"unit": "ASC/N9002"})}
    )
    files = files_of(a_lesson(), stranger, a_lesson("second", 1)) | {"notes.docx": b"PK"}
    faults = told(files)
    assert any("other.md:2:1: error: unit: `ASC/N9002` is no unit that you write lessons for" in one for one in faults)
    assert "notes.docx: error: is neither a lesson (.md) nor a drawing (.svg)" in faults
    assert any("lesson 1 of ASC/N9001 is asc-n9001/01-do-it.md already; keep one" in fault for fault in faults)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"PK\x03\x04broken", "cannot be unpacked"), (zipped({"a.txt": "x"}), "holds no .md or .svg files")],
)
def test_a_zip_that_is_none_or_holds_nothing_is_told(content: bytes, words: str) -> None:
    assert words in told({"x.zip": content})[0]


def test_nothing_at_all_is_told() -> None:
    assert told({}) == ["error: there is no lesson among the files; a lesson is a Markdown file (.md)"]


def changed(lesson: Lesson, number: int, body: str) -> Lesson:
    bodies = (*lesson.bodies[:number], body, *lesson.bodies[number + 1 :])
    return lesson.model_copy(update={"bodies": bodies})


def test_a_lesson_does_not_differ_from_itself() -> None:
    assert not lesson_changes(a_lesson(), a_lesson()).any


def test_changed_words_are_shown_between_those_that_stay() -> None:
    before = changed(a_lesson(), 1, "\nCall him at once.\n")
    changes = lesson_changes(before, changed(before, 1, "\nCall her at once.\n"))
    [section] = [section for section in changes.sections if section.change is not Change.SAME]
    assert section.title == "The method"
    assert section.text == (
        (Change.SAME, "Call "),
        (Change.REMOVED, "him"),
        (Change.ADDED, "her"),
        (Change.SAME, " at once."),
    )


@law
@given(st.text(max_size=80), st.text(max_size=80))
def test_the_runs_of_a_difference_hold_both_texts(old: str, new: str) -> None:
    before, after = changed(a_lesson(), 1, f"x{old}x"), changed(a_lesson(), 1, f"x{new}x")
    for section in lesson_changes(before, after).sections:
        if section.change is Change.CHANGED:
            stays_or_comes = "".join(words for change, words in section.text if change is not Change.REMOVED)
            stays_or_goes = "".join(words for change, words in section.text if change is not Change.ADDED)
            assert stays_or_comes.split() == f"x{new}x".split()
            assert stays_or_goes.split() == f"x{old}x".split()


def test_sections_drawings_and_facts_that_come_and_go_are_named() -> None:
    before = a_lesson()
    header = before.header.model_copy(update={"minutes": 12, "sections": before.header.sections[:-1]})
    after = before.model_copy(update={"header": header, "bodies": before.bodies[:-1], "drawings": {}})
    changes = lesson_changes(before, after)
    assert changes.header == (("minutes", "9", "12"),)
    assert changes.drawings == (("drawings/square.svg", Change.REMOVED),)
    assert [one.title for one in changes.sections if one.change is Change.REMOVED] == ["The summary"]
