"""The next best thing for a trainee, with its reason: a pure choice over facts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessments.marks import truncated
from assessments.mastery import NOTHING_YET, Standing
from assessments.model import unit_of
from assessments.words import Message
from curriculum.loading import file_stem
from lms.services.learning_progress import LessonProgress, Progress
from lms.services.practice_scopes import REVIEW, criterion_address
from lms.services.waiting import Waiting

TEACHES_WORTH = Message("It teaches %(criterion)s, which brings %(available)s marks. So far: %(standing)s.")
TEACHES = Message("It teaches %(criterion)s. So far: %(standing)s.")
MISSED_WORTH = Message("Missed in practice; it brings %(available)s marks. So far: %(standing)s.")
MISSED = Message("Missed in practice. So far: %(standing)s.")
# From so much right practice on a mock exam tells more than one more question; before, it would only discourage.
MOCK_FROM = Fraction(3, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the choice rests on.

    `due` items are due for review today; `worths` are the marks that each criterion can bring, empty without a
    scheme; `about` names the criteria of each lesson's sections not read yet, by the lesson's id. `mock` is the pack
    version whose mock exam can be begun now, None where there is none or one was begun lately.
    """

    due: int
    progress: Progress
    standings: Mapping[str, Standing]
    worths: Mapping[str, Fraction]
    about: Mapping[int, Sequence[str]]
    mock: int | None = None


def next_step(facts: Facts) -> Waiting | None:
    """What to do next; None when there is nothing to do but rest."""
    return next((step for choose in STEPS if (step := choose(facts)) is not None), None)


def review_due(facts: Facts) -> Waiting | None:
    """What is due today comes first: a day later more of it is forgotten."""
    if not facts.due:
        return None
    return Waiting(
        title=Message("Review: %(count)s due today", {"count": str(facts.due)}),
        detail=Message("Questions you have answered before; seen again now, they stay."),
        endpoint="learning.practise",
        values={"scope": REVIEW},
        button=Message("Review"),
    )


def lesson_begun(facts: Facts) -> Waiting | None:
    """Then the lesson that was begun."""
    begun = (lesson for lesson in _lessons(facts.progress) if lesson.read and lesson.next_section)
    if (lesson := next(begun, None)) is None:
        return None
    done = {"read": str(len(lesson.read)), "sections": str(len(lesson.sections))}
    return _read(
        lesson,
        Message("Go on with “%(lesson)s”", {"lesson": lesson.title}),
        Message("%(read)s of %(sections)s sections of it are read.", done),
    )


def lesson_worth_most(facts: Facts) -> Waiting | None:
    """Then the lesson about the criterion that has most marks still to be shown."""
    lessons = {lesson.id: lesson for lesson in _lessons(facts.progress) if lesson.next_section}
    refs = {ref: number for number in reversed(lessons) for ref in facts.about.get(number, ())}
    if not refs:
        return next((_begin(lesson, Message("It is not read yet.")) for lesson in lessons.values()), None)
    ref = max(sorted(refs, key=list(facts.standings).index), key=lambda ref: _open_marks(facts, ref))
    return _begin(lessons[refs[ref]], _why(facts, ref, TEACHES_WORTH, TEACHES))


def missed_in_practice(facts: Facts) -> Waiting | None:
    """Then a criterion whose practice was answered wrong, the one with most marks to win."""
    missed = [ref for ref, found in facts.progress.criteria.items() if found.practice_wrong]
    if not missed:
        return None
    ref = max(missed, key=lambda ref: _open_marks(facts, ref))
    criterion = ref.partition("#")[2]
    return Waiting(
        title=Message("Practise %(criterion)s again", {"criterion": criterion}),
        detail=_why(facts, ref, MISSED_WORTH, MISSED),
        endpoint="learning.practise",
        values={"scope": criterion_address(unit_of(ref), criterion)},
        button=Message("Practise"),
    )


def mock_exam(facts: Facts) -> Waiting | None:
    """Then, with all read and most practice right, the whole theory exam for oneself."""
    if facts.mock is None or not is_ready_for_mock(facts.progress):
        return None
    done = {"right": str(facts.progress.practice_right), "items": str(facts.progress.practice_total)}
    return Waiting(
        title=Message("Sit a mock exam"),
        detail=Message(
            "All is read, and %(right)s of %(items)s practice questions are right. The mock exam is as long as the real"
            " one and does not count.",
            done,
        ),
        endpoint="mock.show_start",
        values={"pack_id": facts.mock},
        button=Message("See the mock exam"),
    )


def practice_left(facts: Facts) -> Waiting | None:
    """Then practice that was not tried yet."""
    if (unit := facts.progress.next_practice) is None:
        return None
    done = {"right": str(unit.practice_right), "items": str(unit.practice_total)}
    return Waiting(
        title=Message("Practise %(unit)s", {"unit": unit.unit.title}),
        detail=Message("All is read; %(right)s of %(items)s practice questions are right.", done),
        endpoint="learning.practise",
        values={"scope": file_stem(unit.unit.code)},
        button=Message("Practise"),
    )


# In this order; the first that has something to say is the next best thing.
STEPS: tuple[Callable[[Facts], Waiting | None], ...] = (
    review_due,
    lesson_begun,
    lesson_worth_most,
    missed_in_practice,
    mock_exam,
    practice_left,
)


def is_ready_for_mock(progress: Progress) -> bool:
    """Whether all lessons are read and most practice is right."""
    is_read = progress.sections_read == progress.sections_total
    return is_read and progress.practice_right >= MOCK_FROM * progress.practice_total > 0


def _lessons(progress: Progress) -> Sequence[LessonProgress]:
    return [lesson for unit in progress.units for lesson in unit.lessons]


def _begin(lesson: LessonProgress, why: Message) -> Waiting:
    return _read(lesson, Message("Begin with “%(lesson)s”", {"lesson": lesson.title}), why)


def _read(lesson: LessonProgress, title: Message, why: Message) -> Waiting:
    return Waiting(
        title=title,
        detail=why,
        endpoint="learning.show_lesson",
        values={"lesson_id": lesson.id, "_anchor": f"section-{lesson.next_section}"},
        button=Message("Go on") if lesson.read else Message("Begin"),
    )


def _open_marks(facts: Facts, ref: str) -> Fraction:
    """The marks of a criterion that are not shown yet; where no scheme tells marks, each counts one."""
    worth = facts.worths.get(ref, Fraction()) if facts.worths else Fraction(1)
    return worth * (1 - facts.standings.get(ref, NOTHING_YET).share)


def _why(facts: Facts, ref: str, with_marks: Message, without: Message) -> Message:
    """The reason that lies in a criterion: what it can bring, where a scheme tells, and what of it is shown."""
    standing = facts.standings.get(ref, NOTHING_YET).words
    told: dict[str, str | Message] = {"criterion": ref.partition("#")[2], "standing": standing}
    if worth := facts.worths.get(ref):
        return Message(with_marks.template, {**told, "available": truncated(worth)})
    return Message(without.template, told)
