"""Old tables of which nothing but places tells whose criteria are whose: what may be wrong is told with its line."""

from typing import Any

import pytest

from curriculum.published.model import ReadPack
from curriculum.published.reading import read_published
from tests.curriculum.published.test_wrapped_names import COMPETENT, elements, warnings

HEAD = """Unit Code XYZ/N0101
Unit Title (Task) Taste the tea
Description This unit is about tea.
Performance Criteria (PC) w.r.t. the Scope
Element\tPerformance Criteria
"""


def read(*lines: str) -> ReadPack:
    return read_published(f"{HEAD}\t{COMPETENT}\n" + "\n".join(lines) + "\nKnowledge and Understanding (K)\nKA1. who\n")


def codes(found: ReadPack) -> list[tuple[str, int]]:
    [unit] = found.units
    return [(title, len(texts)) for title, texts in elements(unit)]


def told(found: ReadPack, words: str) -> list[int]:
    return [line for line, said in warnings(found) if words in said]


def test_a_name_longer_than_its_criterion_has_no_criterion_below_it() -> None:
    found = read(
        "Set all the\tPC1. boil fresh water",
        "tables",
        "\tPC2. weigh",
        "Taste the cups\tPC3. taste without haste",
        "\tPC4. rinse",
    )
    assert codes(found) == [("Set all the tables", 1), ("Taste the cups", 3)]
    assert told(found, "stands among criteria") == [7, 10]


def test_names_that_stand_in_the_middle_but_for_half_a_row_are_told() -> None:
    found = read(
        "Order all\tPC1. ask",
        "leaves",
        "Taste the\tPC2. taste",
        "cups\tPC3. rinse",
        "\tPC4. dry",
        "\tPC5. store",
        "Clean\tPC6. wash",
        "\tPC7. sweep",
        "\tPC8. report",
    )
    assert told(found, "stands among criteria") == [7, 9, 13]


def test_a_line_that_may_be_another_name_is_told() -> None:
    found = read("Set the\tPC1. boil", "table", "\tPC2. weigh", "Taste tea", "\tPC3. taste")
    assert codes(found) == [("Set the table Taste tea", 3)]
    assert told(found, "stands among criteria") == [7]


@pytest.mark.parametrize("line", ["Taste the cups PC2. taste without haste", "Taste PC2. taste"])
def test_names_in_coded_lines_are_told(line: str) -> None:
    lost_columns = (" PC1. boil fresh water for all", "Set the table", " and for the pot", line, " PC3. rinse")
    found = read_published(HEAD.replace("\t", " ") + "\n".join((COMPETENT, *lost_columns)) + "\n")
    assert told(found, "stand in the lines beside them") == [10]


def test_the_rest_of_a_name_left_of_the_criterion_that_it_stands_in_is_told() -> None:
    found = read(
        "Set the table", "\tPC1. boil", f"\t{COMPETENT}", "Taste each", "\tPC2. taste without", "cup", "\thaste"
    )
    assert told(found, "“cup” is read as words of PC2") == [12]


def test_a_code_out_of_order_in_a_name_is_told() -> None:
    found = read("Set the table\tPC2. boil", "\tPC3. weigh", f"\t{COMPETENT}", "Taste", "\tPC4. taste")
    assert told(found, "“PC2. boil” looks like a code and is read as words of a name") == [7]


def test_a_figure_is_no_code() -> None:
    found = read("Set the table\tPC1. boil", "\tPC2. run a PC 3.5 times", "\tPC3. weigh")
    [unit] = found.units
    lines: Any = elements(unit)
    assert lines == [("Set the table", ["boil", "run a PC 3.5 times", "weigh"])]
    assert told(found, "“PC 3.5 times” looks like a code") == [8]


def test_a_table_without_any_name_is_read() -> None:
    found = read_published(f"{HEAD}\tPC1. boil fresh water\n\tPC2. weigh\nKnowledge and Understanding (K)\nKA1. who\n")
    assert codes(found) == [("Taste the tea", 2)]


@pytest.mark.parametrize("before", ["", f"\t{COMPETENT}\n"], ids=["alone", "below a lead-in"])
@pytest.mark.parametrize("ends", ["\t", "\n\f\t"], ids=["one", "two"])
def test_a_name_that_a_page_leaves_above_its_lead_in_has_the_criteria_below_that(before: str, ends: str) -> None:
    rows = (
        f"Set the table\t{COMPETENT}",
        "\tPC1. boil",
        "\tPC2. weigh",
        "\tPC3. heat",
        f"Taste the cups{ends}{COMPETENT}",
        "\tPC4. taste",
        "Clean",
        f"\f\t{COMPETENT}",
        "\tPC5. wash",
        "\tPC6. dry",
    )
    found = read_published(HEAD + before + "\n".join(rows) + "\n")
    assert codes(found) == [("Set the table", 3), ("Taste the cups", 1), ("Clean", 2)]
