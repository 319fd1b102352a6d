"""Coverage: a line counts as taught where a section is about it, and every hole is told."""

from typing import Any

import pytest

from assessments.coverage import coverage_of, holes_in
from assessments.model import UnitMarks
from curriculum.lessons import Lesson, LessonHeader, LessonSection
from curriculum.model import Statement
from tests.builders import a_pack, a_scheme, a_task_file, a_unit, an_item, some_unit_marks

UNIT = a_unit(
    criteria=2,
    knowledge=(Statement(id="KU1", code="KU1", text="why"),),
    skills=(Statement(id="GS1", code="GS1", text="write"),),
)
PACK = a_pack([UNIT])


def a_lesson(*sections: dict[str, Any], slug: str = "one", position: int = 1) -> Lesson:
    """A lesson whose sections have ten words each."""
    listed = tuple(LessonSection(title=f"S{number}", **given) for number, given in enumerate(sections))
    header = LessonHeader(
        unit=UNIT.code, slug=slug, title="One", position=position, minutes=5, aims=("Do it",), sections=listed
    )
    return Lesson(header=header, bodies=("one two three four five six seven eight nine ten\n",) * len(sections))


WHOLE = a_lesson({"criteria": ("PC1", "PC2")}, {"knowledge": ("KU1",), "skills": ("GS1",)})
ITEMS = [an_item(f"i{pc}-{number}", UNIT.code, (f"PC{pc}",)) for pc in (1, 2) for number in range(3)]
TASKS = [a_task_file(UNIT)]


def told(lessons=(WHOLE,), items=ITEMS, tasks=TASKS, **scheme: Any) -> list[str]:
    found = coverage_of(PACK, a_scheme(PACK, **scheme), lessons, items, tasks)
    return [f"{hole.ref} {hole.words}" for hole in holes_in(found)]


def test_a_pack_with_everything_has_no_hole() -> None:
    assert told() == []


def test_a_line_that_no_section_names_is_a_hole_of_each_kind() -> None:
    assert told(lessons=[a_lesson({"criteria": ("PC1",)})]) == [
        "ASC/N9001#PC2 has no section",
        "ASC/N9001#KU1 has no section",
        "ASC/N9001#GS1 has no section",
    ]


def test_theory_marks_need_three_exam_items() -> None:
    assert told(items=ITEMS[1:]) == ["ASC/N9001#PC1 has theory marks and 2 of at least 3 exam items"]


def test_practice_items_do_not_count_as_exam_items() -> None:
    practice = [an_item("p", UNIT.code, ("PC1",), use="practice"), *ITEMS[1:]]
    assert told(items=practice) == ["ASC/N9001#PC1 has theory marks and 2 of at least 3 exam items"]


def test_practical_marks_need_a_task() -> None:
    assert told(tasks=[]) == [f"ASC/N9001#PC{number} has practical marks and no task" for number in (1, 2)]


def test_where_there_are_no_marks_there_is_no_hole() -> None:
    theory_only = [some_unit_marks(UNIT, theory_percent=100)]
    assert told(tasks=[], units=theory_only) == []


def test_without_a_scheme_only_sections_are_asked_for() -> None:
    assert holes_in(coverage_of(PACK, None, [WHOLE], [], [])) == ()


def test_words_are_shared_among_the_lines_of_a_section() -> None:
    [unit] = coverage_of(PACK, None, [WHOLE, a_lesson({"criteria": ("PC1",)}, slug="two", position=2)], [], [])
    assert [(line.ref.partition("#")[2], line.words) for line in unit.lines] == [
        ("PC1", 15),
        ("PC2", 5),
        ("KU1", 5),
        ("GS1", 5),
    ]
    assert [(one.lesson, one.number) for one in unit.lines[0].sections] == [("one", 1), ("two", 1)]


@pytest.mark.parametrize("node", ["whole", "elements"])
def test_marks_of_a_unit_or_an_element_are_marks_of_its_criteria(node: str) -> None:
    whole = {"marks": {"theory": 60}}
    marks = UnitMarks(unit=UNIT.code, **{node: whole if node == "whole" else [{"element": 1, **whole}]})
    assert told(items=[], units=[marks]) == [
        f"ASC/N9001#PC{number} has theory marks and 0 of at least 3 exam items" for number in (1, 2)
    ]
