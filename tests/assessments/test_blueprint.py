"""Blueprints of schemes, and what a bank lacks for them."""

from fractions import Fraction

from assessments.bank import shortages
from assessments.blueprint import blueprint_of
from assessments.errors import Shortage
from assessments.scheme import get_shipped_scheme
from question_bank.model import ItemUse
from tests.builders import a_bank, a_blueprint, a_scheme, an_item, explicit_marks, items_for


def test_a_blueprint_follows_the_theory_marks():
    unit = explicit_marks(
        "ASC/N9001", {"PC1": {"theory": 3, "practical": 4}, "PC2": {"practical": 5}, "PC3": {"theory": 1}}
    )
    first = unit.criteria[0].model_copy(update={"theory_items": 2})
    scheme = a_scheme(units=[unit.model_copy(update={"criteria": (first, *unit.criteria[1:])})])
    blueprint = blueprint_of(scheme)
    assert [(cell.ref, cell.items, cell.marks) for cell in blueprint.cells] == [
        ("ASC/N9001#PC1", 2, 3),
        ("ASC/N9001#PC3", 1, 1),
    ]
    assert blueprint.cells[0].worth == Fraction(3, 2)
    assert (blueprint.items, blueprint.marks, blueprint.minutes) == (3, 4, 60)


def test_the_shipped_blueprint_asks_every_criterion():
    scheme = get_shipped_scheme("ASC/Q1106")
    blueprint = blueprint_of(scheme)
    assert len(blueprint.cells) == 57
    assert blueprint.items == 57 + 11
    assert blueprint.minutes == 90


def test_a_full_bank_lacks_nothing():
    assert shortages(a_blueprint(), a_bank(spare=0)) == ()


def test_every_shortage_is_told_and_practice_items_do_not_count():
    faces = (
        *items_for("ASC/N9001#PC1", 1),
        an_item("practice", criteria=("PC1",), use=ItemUse.PRACTICE),
        *items_for("ASC/N9002#PC1", 4),
    )
    assert shortages(a_blueprint(), faces) == (
        Shortage(ref="ASC/N9001#PC1", needed=2, available=1),
        Shortage(ref="ASC/N9001#PC2", needed=1, available=0),
    )


def test_an_item_counts_once_for_its_first_criterion_on_the_blueprint():
    faces = (
        an_item("both", criteria=("PC9", "PC1", "PC2")),
        *items_for("ASC/N9001#PC1", 1),
        *items_for("ASC/N9002#PC1", 1),
    )
    assert shortages(a_blueprint(), faces) == (Shortage(ref="ASC/N9001#PC2", needed=1, available=0),)


def test_versions_of_an_item_are_one_item():
    faces = (*items_for("ASC/N9001#PC1", 1), *items_for("ASC/N9001#PC1", 1, version=2))
    assert shortages(a_blueprint({"ASC/N9001#PC1": 2}), faces) == (
        Shortage(ref="ASC/N9001#PC1", needed=2, available=1),
    )
