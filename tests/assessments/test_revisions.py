"""What a new version of a pack asks of the items, tasks and lessons written for the one before."""

from assessments.comparison import marks_changes
from assessments.model import Component
from assessments.revisions import Fate, revision_of
from curriculum.differences import changes_between
from curriculum.lessons import Lesson, LessonHeader, LessonSection, SectionPart
from curriculum.model import Element, NosUnit, PerformanceCriterion
from tests.builders import a_pack, a_scheme, a_task_file, an_item, explicit_marks, items_for
from tests.curriculum.test_differences import TEXTS, unit_of

OLD = unit_of(*TEXTS[:3])
# PC1 has other words, PC2 is gone, PC3 is PC2 now, and there is a new PC3.
NEW = unit_of(TEXTS[0].replace("every", "each"), TEXTS[2], TEXTS[4])


def a_lesson(*criteria: str, slug: str = "first") -> Lesson:
    section = LessonSection(title="One", part=SectionPart.METHOD, criteria=criteria)
    header = LessonHeader(
        unit=OLD.code, slug=slug, title="A lesson", position=1, minutes=20, aims=("a",), sections=(section,)
    )
    return Lesson(header=header, bodies=("text",))


def revise(*, old: NosUnit = OLD, new: NosUnit = NEW):
    faces = [*items_for("ASC/N1#PC1", 2), *items_for("ASC/N1#PC3", 1), an_item("both", "ASC/N1", ("PC1", "PC2"))]
    changes = changes_between(a_pack([old]), a_pack([new]))
    return revision_of(changes, faces, [a_task_file(OLD)], [a_lesson("PC1"), a_lesson("PC2", "PC3", slug="second")])


def test_each_fate_names_what_was_written_about_its_lines() -> None:
    fates = {review.fate: review for review in revise().fates}
    assert set(fates) == set(Fate)
    assert fates[Fate.REWORDED].written.items == ("asc-n1-pc1-e1", "asc-n1-pc1-e2", "both")
    assert fates[Fate.REWORDED].written.lessons == ("ASC/N1 first en",)
    assert fates[Fate.REMOVED].written.items == ("both",)
    assert fates[Fate.MOVED].written.items == ("asc-n1-pc3-e1",)
    assert fates[Fate.MOVED].written.lessons == ("ASC/N1 second en",)
    assert not fates[Fate.ADDED].written.any
    assert len(fates[Fate.REWORDED].written.tasks) == 3


def test_all_together_name_everything_once() -> None:
    written = revise().written
    assert written.items == ("asc-n1-pc1-e1", "asc-n1-pc1-e2", "asc-n1-pc3-e1", "both")
    assert written.lessons == ("ASC/N1 first en", "ASC/N1 second en")


def test_a_line_under_another_heading_asks_for_nothing() -> None:
    one, two, three = OLD.criteria
    before = OLD.model_copy(
        update={"elements": (Element(title="A", criteria=(one, two)), Element(title="B", criteria=(three,)))}
    )
    after = OLD.model_copy(
        update={"elements": (Element(title="A", criteria=(one,)), Element(title="B", criteria=(two, three)))}
    )
    [review] = revise(old=before, new=after).fates
    assert (review.fate, review.written.any) == (Fate.MOVED, False)


def test_a_unit_with_another_code_brings_all_of_it_along() -> None:
    new = OLD.model_copy(update={"code": "EX/N0301"})
    revision = revise(new=new)
    assert revision.fates == ()
    [unit] = revision.units
    assert (unit.before, unit.after, len(unit.written.items)) == ("ASC/N1", "EX/N0301", 4)


def test_marks_follow_a_criterion_to_its_new_place() -> None:
    old, new = a_pack([OLD]), a_pack([unit_of(TEXTS[4], *TEXTS[:3])])
    before = explicit_marks("ASC/N1", {"PC1": {"theory": 4}, "PC2": {"theory": 5}, "PC3": {"theory": 6}})
    after = explicit_marks(
        "ASC/N1", {"PC1": {"theory": 1}, "PC2": {"theory": 4}, "PC3": {"theory": 5}, "PC4": {"theory": 7}}
    )
    schemes = a_scheme(old, units=(before,)), a_scheme(new, units=(after,))
    renamed = changes_between(old, new).renamed
    changed = marks_changes(*schemes, renamed)
    assert [(change.ref, dict(change.before), dict(change.after)) for change in changed] == [
        ("ASC/N1#PC1", {}, {Component.THEORY: 1}),
        ("ASC/N1#PC4", {Component.THEORY: 6}, {Component.THEORY: 7}),
    ]
    assert len(marks_changes(*schemes)) == 4


def test_a_removed_unit_names_what_is_left_without_one() -> None:
    other = NosUnit(
        code="ASC/N2",
        title="Other",
        version="1.0",
        elements=(Element(title="E", criteria=(PerformanceCriterion(id="PC1", code="PC1", text="sing"),)),),
    )
    [unit] = revise(new=other).units
    assert (unit.before, unit.after, len(unit.written.lessons)) == ("ASC/N1", "", 2)


def test_an_added_line_is_told_to_be_without_anything_whatever_stood_under_its_code_before() -> None:
    assert [line.after.ref for line in revise().bare if line.after] == ["ASC/N1#PC3"]


def test_an_added_line_that_something_is_written_about_lacks_nothing() -> None:
    new = unit_of(*TEXTS[:3], TEXTS[4])
    changes = changes_between(a_pack([OLD]), a_pack([new]))
    assert [line.after.ref for line in revision_of(changes, [], [], []).bare if line.after] == ["ASC/N1#PC4"]
    assert revision_of(changes, items_for("ASC/N1#PC4", 1), [], []).bare == ()
