"""The annexe of a pack without the pack: its units and criteria are read as far as it prints them."""

from collections import Counter
from typing import Any

import pytest

from curriculum.published.errors import NotAPack
from curriculum.published.files import published_text
from curriculum.published.reading import read_published
from tests.curriculum.published.test_broken_marks import UNIT, marked
from tests.curriculum.published.test_council_pdfs import NAMES, UNITS, annexe, criteria, style
from tests.curriculum.published.test_pdf import pdf_of
from tests.published import lost_words, strange_words

NEW = "Assessment Criteria for Outcomes\tTheory Marks\tPractical Marks\tProject Marks\tViva Marks"
TABLES = f"""CRITERIA FOR ASSESSMENT OF TRAINEES
Job Role: Tea Taster
Qualification Pack: XYZ/Q0101
Sector Skill Council: Tea
XYZ/N0101: Taste the tea
Assessment Criteria
{NEW}
Set the table\t3\t4\t-\t1
PC1. boil fresh water for each of the cups
and for the pot\t1\t2\t-\t1
PC2. weigh the leaves\t2\t2\t-\t-
Taste\t2\t2\t-\t-
PC3. taste\t2\t2\t-\t-
NOS Total\t5\t6\t-\t1
XYZ/N0102: Clean up
Assessment Criteria
{NEW}
PC1. rinse the cups\t2\t2\t-\t-
NOS Total\t2\t2\t-\t-
"""


def elements(unit: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(one["title"], [(line["code"], line["text"]) for line in one["criteria"]]) for one in unit["elements"]]


def test_units_and_criteria_of_a_lone_annexe_are_read_and_what_is_missing_is_told() -> None:
    read = read_published(TABLES)
    assert [(unit["code"], unit["title"], elements(unit)) for unit in read.units] == [
        (
            "XYZ/N0101",
            "Taste the tea",
            [
                (
                    "Set the table",
                    [("PC1", "boil fresh water for each of the cups and for the pot"), ("PC2", "weigh the leaves")],
                ),
                ("Taste", [("PC3", "taste")]),
            ],
        ),
        ("XYZ/N0102", "Clean up", [("Clean up", [("PC1", "rinse the cups")])]),
    ]
    assert [read.pack[name] for name in ("code", "title")] == ["XYZ/Q0101", "Tea Taster"]
    assert marked(read)[0][2] == ("1", "2", "-", "1")
    missing = [str(problem.message) for problem in read.problems if problem.line is None]
    assert missing[0].startswith("holds only criteria and their marks: descriptions, scope, knowledge and skills")
    assert "brief_description: the text prints none; give it beside the text" in missing
    assert (lost_words(TABLES, read), strange_words(TABLES, read)) == (Counter(), [])


@pytest.mark.parametrize("align", ["top", "middle"])
def test_the_annexe_of_an_older_pdf_is_read_over_its_pages(align: str) -> None:
    text = published_text(pdf_of(style(align) + annexe()))
    read = read_published(text)
    for number, (unit, named) in enumerate(zip(read.units, UNITS, strict=True)):
        own = [line for place in range(len(NAMES)) for line in criteria(number, place)]
        assert (unit["code"], unit["title"]) == named
        assert elements(unit) == [(named[1], own)]
    assert [marks for _, _, marks in marked(read)] == [("7", "2", "5")] * 24
    assert read.pack["title"] == "Machine Operator"
    assert (lost_words(text, read), strange_words(text, read)) == (Counter(), [])


def test_a_table_that_names_no_criterion_holds_no_pack() -> None:
    text = f"CRITERIA FOR ASSESSMENT OF TRAINEES\nXYZ/N0101: Taste\nAssessment Criteria\n{NEW}\nNOS Total\t5\t6\t-\t1\n"
    with pytest.raises(NotAPack, match="holds no unit with performance criteria"):
        read_published(text)


def test_tables_of_a_newer_kind_in_the_annexe_of_a_whole_pack_are_read() -> None:
    read = read_published(f"{UNIT}\n{TABLES.partition('XYZ/N0102')[0]}")
    assert [unit["code"] for unit in read.units] == ["XYZ/N0101"]
    assert read.marks is not None
    assert {row.unit for row in read.marks.rows} == {"XYZ/N0101"}
    assert [(label, marks) for label, _, marks in marked(read)] == [
        ("PC1", ("1", "2", "-", "1")),
        ("PC2", ("2", "2", "-", "-")),
        ("PC3", ("2", "2", "-", "-")),
    ]
