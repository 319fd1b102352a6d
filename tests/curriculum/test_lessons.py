"""Lesson files: front matter and headings agree, and each fault has its line."""

from pathlib import Path

import pytest

from curriculum.lessons import check_lesson, read_lesson
from tests.builders import a_unit

LESSON = """\
---
unit: ASC/N9001
slug: do-it
title: Do it
position: 1
minutes: 10
aims: [Do it]
sections:
  - title: First
    criteria: [PC1]
  - title: Second
---

## First

Words.

## Second

More words.
"""


def told(folder: Path, text: str) -> list[str]:
    path = folder / "lesson.md"
    path.write_text(text)
    lesson, document, problems = read_lesson(path, "lesson.md")
    if lesson is not None:
        problems = [document.at(problem) for problem in check_lesson(lesson, a_unit(criteria=2))]
    return [str(problem) for problem in problems if "a lesson has at least" not in problem.message]


def test_a_lesson_is_cut_at_its_headings(tmp_path: Path) -> None:
    path = tmp_path / "lesson.md"
    path.write_text(LESSON)
    lesson, _, problems = read_lesson(path)
    assert problems == []
    assert lesson is not None
    assert [(section.title, body) for section, body in lesson.parts()] == [
        ("First", "\nWords.\n\n"),
        ("Second", "\nMore words.\n"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            "[PC1]",
            "[PC1, PC22]",
            "lesson.md:10:21: error: sections.0.criteria.1: "
            "PC22 is not in the criteria of ASC/N9001; did you mean `PC2`?",
        ),
        (
            "    criteria: [PC1]",
            "    knowledge: [PC1]",
            "lesson.md:10:17: error: sections.0.knowledge.0: PC1 is not in the knowledge of ASC/N9001",
        ),
        ("position: 1", "position: one", "lesson.md:5:1: error: position: is `one`; write a whole number"),
        ("minutes: 10", "minits: 10", "lesson.md:6:1: error: minits: unknown name `minits`; did you mean `minutes`?"),
        (
            "---\n\n## First",
            "---\n\nHello.\n\n## First",
            "lesson.md:14:1: error: text stands before the first `##` heading, where nobody sees it; "
            "move it below a heading",
        ),
        (
            "## Second",
            "## Third",
            "lesson.md:18:1: error: the heading `Third` is no section of the front matter",
        ),
        ("  - title: Second\n", "", "lesson.md:17:1: error: the heading `Second` is no section of the front matter"),
        ("## Second", "## First", "lesson.md:18:1: error: the heading `First` stands here again; keep one"),
        (
            "title: First\n    criteria: [PC1]\n  - title: Second",
            "title: Second\n    criteria: [PC1]\n  - title: First",
            "lesson.md:14:1: error: the heading `First` stands where the front matter has `Second`",
        ),
        (
            "---\nunit",
            "unit",
            "lesson.md:1:1: error: begins with a line `---`, front matter and a line `---`; then comes the text",
        ),
    ],
)
def test_a_fault_is_told_at_its_line(tmp_path: Path, before: str, after: str, words: str) -> None:
    assert before in LESSON
    assert words in told(tmp_path, LESSON.replace(before, after, 1))


def test_three_dashes_inside_the_front_matter_do_not_end_it(tmp_path: Path) -> None:
    assert told(tmp_path, LESSON.replace("title: Do it", 'title: "Do it ---"')) == []
