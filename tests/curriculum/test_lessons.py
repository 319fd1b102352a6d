"""Lesson files: front matter and headings agree, and each fault has its line."""

from pathlib import Path

import pytest

from curriculum.lessons import check_lesson, check_translation, parse_lesson, read_lesson
from curriculum.problems import Severity
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
    length = "a lesson has at least"
    return [str(one) for one in problems if one.severity is Severity.ERROR and length not in str(one.message)]


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
        (
            "- title: Second",
            "- title: First",
            "lesson.md:11:5: error: sections.1.title: is the title of a section above; give each its own",
        ),
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


SHOWN = "Words.\n\n![Four leads become one sale, drawn as a funnel](drawings/funnel.svg)\n"
FUNNEL = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 340 50"><rect x="1" y="1" width="9" height="9"/></svg>'


def with_drawing(text: str, drawings: dict[str, bytes]) -> tuple[list[str], list[str]]:
    """The drawings of a lesson, and what is told of it."""
    lesson, _, problems = parse_lesson(text, "u/lesson.md", lambda address: drawings.get(address, list(drawings)))
    return list(lesson.drawings) if lesson else [], [str(problem) for problem in problems]


def test_a_drawing_is_part_of_the_lesson() -> None:
    text = LESSON.replace("Words.\n", SHOWN, 1)
    assert with_drawing(text, {"drawings/funnel.svg": FUNNEL}) == (["drawings/funnel.svg"], [])


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            "funnel.svg",
            "funel.svg",
            "18:1: error: there is no drawing drawings/funel.svg beside the lesson; did you mean",
        ),
        ("drawings/funnel.svg", "https://x.org/a.png", "18:1: error: the image `https://x.org/a.png` is no drawing of"),
        (
            "drawings/funnel.svg",
            "drawings/../../x.svg",
            "18:1: error: the image `drawings/../../x.svg` is no drawing of",
        ),
        ("![Four", "So: ![Four", "18:5: error: a drawing stands on a line of its own"),
        (
            "Four leads become one sale, drawn as a funnel",
            "A funnel",
            "18:1: error: does not say what the drawing shows",
        ),
    ],
)
def test_a_drawing_that_cannot_be_shown_is_told(before: str, after: str, words: str) -> None:
    text = LESSON.replace("Words.\n", SHOWN.replace(before, after), 1)
    _, told_of = with_drawing(text, {"drawings/funnel.svg": FUNNEL})
    assert [fault.startswith(f"u/lesson.md:{words}") for fault in told_of] == [True], told_of


def test_a_fault_in_a_drawing_has_its_place_in_the_drawing() -> None:
    text = LESSON.replace("Words.\n", SHOWN, 1)
    _, told_of = with_drawing(text, {"drawings/funnel.svg": FUNNEL.replace(b"rect", b"image")})
    assert told_of == ["u/drawings/funnel.svg:1:62: error: <image> is not drawn"]


def test_a_section_that_names_more_than_it_says_and_a_part_that_is_missing_are_oddities(tmp_path: Path) -> None:
    path = tmp_path / "lesson.md"
    path.write_text(LESSON)
    lesson, _, _ = read_lesson(path)
    assert lesson is not None
    oddities = [
        str(one.message) for one in check_lesson(lesson, a_unit(criteria=2)) if one.severity is Severity.WARNING
    ]
    assert "no section is of the part `summary`; a lesson has each part" in oddities
    assert "has 1 words for 1 lines; 30 or more are about them; name fewer or say more" in oddities


def test_a_translation_is_the_same_lesson() -> None:
    original, _, _ = parse_lesson(LESSON, "lesson.md", lambda _: [])
    text = LESSON.replace("title: Do it", "title: Karo\nlanguage: hi").replace("First", "Pehla")
    same, _, _ = parse_lesson(text, "lesson.hi.md", lambda _: [])
    other, document, _ = parse_lesson(
        text.replace("position: 1", "position: 2").replace("criteria: [PC1]", "part: practice"),
        "lesson.hi.md",
        lambda _: [],
    )
    assert original is not None
    assert same is not None
    assert other is not None
    assert list(check_translation(same, original)) == []
    assert [str(document.at(problem)) for problem in check_translation(other, original)] == [
        "lesson.hi.md:6:1: error: position: is 2; the lesson in en has 1",
        "lesson.hi.md:11:5: error: sections.0.part: is not what section 1 has in en; make them equal",
        "lesson.hi.md:10:5: error: sections.0.criteria: is not what section 1 has in en; make them equal",
    ]
