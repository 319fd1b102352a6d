"""Starting a scheme, and carrying one over to a pack that changed."""

from hypothesis import given
from hypothesis import strategies as st

from assessments.comparison import marks_changes, rule_changes
from assessments.drafting import carried_over, first_scheme
from assessments.model import Component
from assessments.scheme import check_scheme
from curriculum.problems import has_errors
from tests.builders import a_pack, a_scheme, a_unit, explicit_marks, some_unit_marks


@given(st.lists(st.integers(1, 30), min_size=1, max_size=5))
def test_a_first_scheme_fits_its_pack_and_gives_every_unit_a_hundred_marks(sizes: list[int]) -> None:
    pack = a_pack([a_unit(f"ASC/N{n}", criteria=size) for n, size in enumerate(sizes)])
    scheme = first_scheme(pack)
    assert not has_errors(check_scheme(scheme, pack))
    assert scheme.total() == 100 * len(sizes)
    assert scheme.specimen


@given(st.integers(1, 6), st.integers(1, 6), st.booleans())
def test_a_scheme_carried_over_fits_the_new_pack_and_keeps_what_both_have(before: int, after: int, typed: bool) -> None:
    old = a_pack([a_unit("ASC/N1", criteria=before)])
    new = a_pack([a_unit("ASC/N1", criteria=after), a_unit("ASC/N2")], version="2.0")
    marks = {f"PC{n}": {"theory": n, "practical": 2} for n in range(1, before + 1)}
    unit = explicit_marks("ASC/N1", marks) if typed else some_unit_marks(old.units[0], theory_percent=30)
    base = a_scheme(old, units=(unit,), pass_rule={"aggregate_percent": "60"})
    base.cells()
    scheme = carried_over(base, new, 4)
    assert not has_errors(check_scheme(scheme, new))
    assert (scheme.version, scheme.pack_version, scheme.pass_rule) == ("4", "2.0", base.pass_rule)
    shared = min(before, after)
    assert scheme.units[0].criteria[:shared] == base.units[0].criteria[:shared]


def test_what_a_scheme_changes_is_told_criterion_by_criterion_and_rule_by_rule() -> None:
    pack = a_pack([a_unit("ASC/N1", criteria=2)])
    old = a_scheme(
        pack, units=(explicit_marks("ASC/N1", {"PC1": {"theory": 4, "practical": 6}, "PC2": {"practical": 9}}),)
    )
    new = a_scheme(
        pack,
        units=(explicit_marks("ASC/N1", {"PC1": {"theory": 5, "practical": 6}, "PC2": {"practical": 9}}),),
        pass_rule={"aggregate_percent": "65"},
    )
    [change] = marks_changes(old, new)
    assert (change.ref, change.before[Component.THEORY], change.after[Component.THEORY]) == ("ASC/N1#PC1", 4, 5)
    [rule] = rule_changes(old, new)
    assert (str(rule.name), rule.before, rule.after) == ("Per cent of all marks to pass", "70", "65")
    assert (marks_changes(old, old), rule_changes(old, old)) == ((), ())


def test_marks_of_a_unit_and_of_elements_as_a_whole_are_carried_over() -> None:
    unit = {
        "unit": "ASC/N9001",
        "whole": {"marks": {"practical": 50}},
        "elements": [{"element": 1, "marks": {"viva": 5}}, {"element": 2, "marks": {"viva": 5}}],
        "criteria": [{"criterion": f"PC{n}", "marks": {"theory": n}} for n in (1, 2, 3)],
    }
    pack = a_pack([a_unit("ASC/N9001", criteria=2)])
    carried = carried_over(a_scheme(pack, units=[unit]), pack, 2)
    assert {(cell.ref, cell.component.value): marks for cell, marks in carried.cells().items()} == {
        ("ASC/N9001", "practical"): 50,
        ("ASC/N9001#E1", "viva"): 5,
        ("ASC/N9001#PC1", "theory"): 1,
        ("ASC/N9001#PC2", "theory"): 2,
    }
    shared = {**unit, "marks": 10, "criteria": [{"criterion": "PC9", "importance": 1, "theory_percent": 100}]}
    kept = carried_over(a_scheme(pack, units=[shared]), pack, 2)
    assert [cell.ref for cell in kept.cells()] == ["ASC/N9001", "ASC/N9001#E1"]
    gone = carried_over(a_scheme(pack, units=[{"unit": "ASC/N9001", "elements": unit["elements"][1:]}]), pack, 2)
    assert gone.unit_total("ASC/N9001") == 100
