"""What changed from one version of a pack to the next."""

from curriculum.differences import changes_between
from tests.builders import a_pack, a_unit


def test_the_same_pack_has_no_changes() -> None:
    assert not changes_between(a_pack(), a_pack()).any


def test_criteria_added_removed_and_reworded_are_told_apart() -> None:
    old = a_pack([a_unit("ASC/N1", criteria=3)])
    unit = a_unit("ASC/N1", criteria=4)
    first, second, third, fourth = unit.criteria
    lines = (first.model_copy(update={"text": "do it well"}), second, fourth)
    new = a_pack([unit.model_copy(update={"elements": (unit.elements[0].model_copy(update={"criteria": lines}),)})])
    changes = changes_between(old, new)
    assert changes.added == (("ASC/N1#PC4", fourth.text),)
    assert changes.removed == (("ASC/N1#PC3", third.text),)
    assert [(line.ref, line.before, line.after) for line in changes.reworded] == [
        ("ASC/N1#PC1", first.text, "do it well")
    ]


def test_blanks_alone_are_no_rewording() -> None:
    unit = a_unit()
    line = unit.criteria[0].model_copy(update={"text": unit.criteria[0].text.replace(" ", "  ")})
    element = unit.elements[0].model_copy(update={"criteria": (line, *unit.criteria[1:])})
    assert not changes_between(a_pack([unit]), a_pack([unit.model_copy(update={"elements": (element,)})])).any


def test_a_unit_added_is_named_with_its_criteria() -> None:
    changes = changes_between(a_pack([a_unit("ASC/N1")]), a_pack([a_unit("ASC/N1"), a_unit("ASC/N2", criteria=1)]))
    assert changes.units_added == ("ASC/N2",)
    assert [ref for ref, _ in changes.added] == ["ASC/N2#PC1"]
