"""The next best thing: a pure choice over facts, the first in order that has something to say."""

from fractions import Fraction

from assessments.mastery import NOTHING_YET, standing_of
from lms.services.learning_progress import CriterionProgress, LessonProgress, Progress, UnitProgress
from lms.services.next_step import Facts, next_step
from tests.assessments.test_mastery import shown
from tests.builders import a_pack

PACK = a_pack()
REFS = PACK.criterion_refs()


def a_lesson(number: int, read: int = 0, sections: int = 3) -> LessonProgress:
    return LessonProgress(
        id=number,
        version_id=number,
        unit_code="ASC/N9001",
        language="en",
        title=f"Lesson {number}",
        minutes=10,
        sections=tuple(f"S{place}" for place in range(1, sections + 1)),
        read=frozenset(range(1, read + 1)),
        last_read=None,
    )


def facts(*lessons: LessonProgress, missed: tuple[str, ...] = (), right: int = 3, **given) -> Facts:
    unit = UnitProgress(unit=PACK.units[0], lessons=lessons, practice_right=right, practice_tried=3, practice_total=3)
    criteria = {
        ref: CriterionProgress(
            sections_read=0, sections_total=0, practice_right=0, practice_wrong=int(ref in missed), practice_total=1
        )
        for ref in REFS
    }
    values = {
        "due": 0,
        "standings": dict.fromkeys(REFS, NOTHING_YET),
        "worths": {ref: Fraction(10) for ref in REFS},
        "about": {},
    }
    return Facts(progress=Progress(units=(unit,), criteria=criteria), **(values | given))


def title(given: Facts) -> str:
    step = next_step(given)
    return str(step.title) if step else ""


def test_what_is_due_today_comes_before_everything() -> None:
    assert title(facts(a_lesson(1, read=1), due=4, missed=(REFS[0],))) == "Review: 4 due today"


def test_a_lesson_begun_is_gone_on_with_before_another_is_begun() -> None:
    step = next_step(facts(a_lesson(1), a_lesson(2, read=1), about={1: [REFS[0]]}))
    assert str(step.title) == "Go on with “Lesson 2”"
    assert step.values == {"lesson_id": 2, "_anchor": "section-2"}
    assert str(step.detail) == "1 of 3 sections of it are read."


def test_the_lesson_about_the_criterion_with_most_marks_is_begun_first() -> None:
    worths = {ref: Fraction(10) for ref in REFS} | {REFS[1]: Fraction(12)}
    step = next_step(facts(a_lesson(1), a_lesson(2), worths=worths, about={1: [REFS[0]], 2: [REFS[1], REFS[2]]}))
    assert str(step.title) == "Begin with “Lesson 2”"
    assert str(step.detail) == "It teaches PC2, which brings 12 marks. So far: Nothing shown yet."


def test_what_is_shown_already_leaves_less_to_win() -> None:
    worths = {ref: Fraction(10) for ref in REFS} | {REFS[1]: Fraction(12)}
    standings = dict.fromkeys(REFS, NOTHING_YET) | {REFS[1]: standing_of([shown(1)])}
    about = {1: [REFS[0]], 2: [REFS[1]]}
    assert title(facts(a_lesson(1), a_lesson(2), worths=worths, standings=standings, about=about)).endswith("Lesson 1”")


def test_without_a_scheme_and_among_equals_the_printed_order_decides() -> None:
    about = {1: [REFS[1]], 2: [REFS[0]]}
    step = next_step(facts(a_lesson(1), a_lesson(2), worths={}, about=about))
    assert str(step.title) == "Begin with “Lesson 2”"
    assert str(step.detail) == "It teaches PC1. So far: Nothing shown yet."


def test_a_lesson_about_no_criterion_is_begun_too() -> None:
    assert title(facts(a_lesson(7))) == "Begin with “Lesson 7”"


def test_when_all_is_read_what_was_missed_in_practice_comes_again() -> None:
    worths = {ref: Fraction(10) for ref in REFS} | {REFS[3]: Fraction(20)}
    step = next_step(facts(a_lesson(1, read=3), missed=(REFS[0], REFS[3]), worths=worths))
    assert str(step.title) == "Practise PC1 again"
    assert step.values == {"scope": "asc-n9002.PC1"}


def test_then_what_was_not_practised_yet() -> None:
    assert title(facts(a_lesson(1, read=3), right=2)) == f"Practise {PACK.units[0].title}"


def test_a_mock_exam_comes_when_all_is_read_and_most_practice_is_right() -> None:
    step = next_step(facts(a_lesson(1, read=3), right=3, mock=7))
    assert (str(step.title), step.endpoint, step.values) == ("Sit a mock exam", "mock.show_start", {"pack_id": 7})
    assert str(step.detail).startswith("All is read, and 3 of 3 practice questions are right.")


def test_before_that_a_mock_exam_waits() -> None:
    assert title(facts(a_lesson(1, read=2), right=3, mock=7)) == "Go on with “Lesson 1”"
    assert title(facts(a_lesson(1, read=3), right=3, missed=(REFS[0],), mock=7)).startswith("Practise PC1")
    assert title(facts(a_lesson(1, read=3), right=2, mock=7)) == f"Practise {PACK.units[0].title}"


def test_where_no_mock_exam_is_due_practice_goes_on() -> None:
    assert next_step(facts(a_lesson(1, read=3), right=3, mock=None)) is None


def test_when_all_is_done_one_may_rest() -> None:
    assert next_step(facts(a_lesson(1, read=3))) is None
