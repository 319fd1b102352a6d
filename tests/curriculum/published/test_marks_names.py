"""Names of elements in tables of marks: where they are not those of their unit, it is told."""

import pytest

from assessments.criterion_matching import find_element
from curriculum.model import NosUnit
from curriculum.published.reading import read_published
from tests.curriculum.published.test_wrapped_names import COMPETENT, HEAD, warnings


def text(*rows: str, names: tuple[str, str] = ("Set the table", "Taste the cups")) -> str:
    table = "\n".join(rows)
    return f"""{HEAD}XYZ/N0101: Taste the tea
Elements and Performance Criteria
{names[0]}
{COMPETENT}
PC1. boil water
{names[1]}
{COMPETENT}
PC2. taste without haste
Assessment Criteria
Assessment Criteria for Outcomes Theory Marks Practical Marks Project Marks Viva Marks
{table}
NOS Total 5 8 - 2
"""


FIRST, SECOND = "PC1. boil water 3 4 - 1", "PC2. taste without haste 2 4 - 1"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (("Set the table 3 4 - 1", FIRST, "Taste the cups 2 4 - 1", SECOND), []),
        ((FIRST, SECOND), []),
        (
            ("Set the table 3 4 - 1", FIRST, "Taste the pots 2 4 - 1", SECOND),
            [
                "has no row for “Taste the cups”; compare it with the document",
                "names elements otherwise than the unit itself: “Taste the pots”; compare them with the document",
            ],
        ),
        (
            ("Set the table 5 8 - 2", FIRST, SECOND),
            ["has no row for “Taste the cups”; compare it with the document"],
        ),
        (
            ("Taste the cups 3 4 - 1", FIRST, "Set the table 2 4 - 1", SECOND),
            ["has PC1, PC2 below another element than the unit itself; compare it with the document"],
        ),
        (
            ("Set the table 5 8 - 2", FIRST, SECOND, "Taste the cups - - - -"),
            ["has PC2 below another element than the unit itself; compare it with the document"],
        ),
    ],
    ids=["the same", "none", "another", "one left out", "in another order", "one below the other"],
)
def test_names_of_elements_in_a_table_of_marks_are_compared_with_those_of_the_unit(
    rows: tuple[str, ...], said: list[str]
) -> None:
    begins = "the table of marks of XYZ/N0101 "
    told = [words.removeprefix(begins) for _, words in warnings(read_published(text(*rows))) if begins in words]
    assert told == said


def test_two_elements_of_one_name_have_a_row_each() -> None:
    names = ("Set the table", "Set the table")
    one = ("Set the table 3 4 - 1", FIRST, SECOND)
    both = ("Set the table 3 4 - 1", FIRST, "Set the table 2 4 - 1", SECOND)
    told = [[words for _, words in warnings(read_published(text(*rows, names=names)))] for rows in (one, both)]
    assert ["has no row for" in " ".join(words) for words in told] == [True, False]


def test_the_marks_of_two_elements_of_one_name_are_one_each() -> None:
    rows = ("Set the table 3 4 - 1", "PC1. boil water", "Set the table 2 4 - 1", "PC2. taste without haste")
    read = read_published(text(*rows, names=("Set the table", "Set the table")))
    unit = NosUnit.model_validate({**read.units[0], "version": "1.0"})
    places: list[int] = []
    for row in read.marks.rows if read.marks else ():
        if row.node == "element" and (place := find_element(unit, row.text, places)):
            places.append(place)
    assert places == [1, 2]
