"""Tables of marks that a page breaks: each row has its words and its marks, wherever in it the page ends."""

import pytest

from curriculum.published.model import ReadPack
from curriculum.published.reading import read_published
from tests.curriculum.published.test_wrapped_names import COMPETENT, HEAD, warnings

CRITERIA = [f"boil water number {number} in the big pot for all the guests of the house" for number in range(1, 6)]
UNIT = "\n".join(
    [
        f"{HEAD}XYZ/N0101: Taste the tea",
        "Elements and Performance Criteria",
        "Set the table",
        COMPETENT,
        *(f"PC{number}. {text}" for number, text in enumerate(CRITERIA, start=1)),
    ]
)
NEW = "Assessment Criteria for Outcomes\tTheory Marks\tPractical Marks\tProject Marks\tViva Marks"
OLD = ["\tMarks Allocation", "Assessable Outcomes\tAssessment Criteria\tTotal\tOut of\tTheory\tSkills Practical"]


def marked(read: ReadPack) -> list[tuple[str, str, tuple[str, ...]]]:
    assert read.marks is not None
    return [(row.label, row.text, tuple(row.marks.values())) for row in read.marks.rows if row.label]


def parted(number: int, marks: str, *, beside: int) -> list[str]:
    """A row on three lines, with its marks beside one of them."""
    lines = [f"PC{number}. boil water number {number} in the", "big pot for all", "the guests of the house"]
    return [f"{line}\t{marks}" if place == beside else line for place, line in enumerate(lines)]


@pytest.mark.parametrize("beside", [0, 1, 2])
@pytest.mark.parametrize("broken", [0, 1, 2, 3])
def test_a_row_is_whole_where_a_page_has_the_headings_again_amid_it(beside: int, broken: int) -> None:
    rows = [parted(number, "3\t4\t-\t1", beside=beside) for number in range(1, 6)]
    rows[3][broken:broken] = ["2", f"\f{NEW}"]
    lines = [line for own in rows for line in own]
    table = ["Assessment Criteria", NEW, "Set the table\t15\t20\t-\t5", *lines, "NOS Total\t15\t20\t-\t5", "3"]
    read = read_published("\n".join([UNIT, "1", "\f" + table[0], *table[1:]]))
    assert marked(read) == [(f"PC{n}", text, ("3", "4", "-", "1")) for n, text in enumerate(CRITERIA, start=1)]
    assert warnings(read) == []


def test_a_first_row_at_the_foot_of_a_page_is_no_heading_of_the_table_below() -> None:
    first = f"XYZ/N0101 Taste the tea\tPC1. {CRITERIA[0]}\t50\t10\t4\t6"
    rest = [f"\tPC{number}. {text}\t10\t4\t6" for number, text in enumerate(CRITERIA, start=1)][1:]
    annexe = ["\fAnnexure", "CRITERIA FOR ASSESSMENT OF TRAINEES", "Job Role Tea Taster", "Guidelines for Assessment"]
    table = [*OLD, first, "2", f"\f{OLD[0]}", OLD[1], *rest, "\tTotal\t50\t20\t30", "3"]
    read = read_published("\n".join([UNIT, "1", *annexe, "1. be fair", *table]))
    assert marked(read) == [(f"PC{n}", text, ("10", "4", "6")) for n, text in enumerate(CRITERIA, start=1)]
    assert {row.unit for row in read.marks.rows} == {"XYZ/N0101"} if read.marks else False
    assert warnings(read) == []


def foot_of_page(*below: str, foot: str = "\t4\t-\n1") -> ReadPack:
    """A table in two columns; marks stand at the foot of a page, their words at the head of the next."""
    head = "Assessment Criteria for Outcomes\tTheory Marks\tPractical Marks"
    rows = ["Set the table\t10\t4", f"PC1. {CRITERIA[0]}\t6\t4", f"PC2. {CRITERIA[1]}\t4\t-", foot]
    table = ["Assessment Criteria", head, *rows, f"\f{head}", *below, "NOS Total\t20\t10", "2"]
    return read_published("\n".join([UNIT, "1", "\f" + table[0], *table[1:]]))


def test_marks_at_the_foot_of_a_page_are_those_of_the_criterion_at_the_head_of_the_next() -> None:
    third, fourth = CRITERIA[2:4]
    read = foot_of_page(f"PC3. {third[:30]}", third[30:].strip(), "Clear the table\t6\t6", f"PC4. {fourth}\t6\t6")
    assert read.marks is not None
    assert [(row.label or row.text, *row.marks.values()) for row in read.marks.rows[2:]] == [
        ("PC2", "4", "-"),
        ("PC3", "4", "-"),
        ("Clear the table", "6", "6"),
        ("PC4", "6", "6"),
    ]


def test_marks_at_the_foot_of_a_page_are_those_of_the_name_at_the_head_of_the_next() -> None:
    read = foot_of_page("Clear the table and the", "kitchen", f"PC3. {CRITERIA[2]}\t2\t-", f"PC4. {CRITERIA[3]}\t2\t-")
    assert read.marks is not None
    assert [(row.label or row.text, *row.marks.values()) for row in read.marks.rows[2:]] == [
        ("PC2", "4", "-"),
        ("Clear the table and the kitchen", "4", "-"),
        ("PC3", "2", "-"),
        ("PC4", "2", "-"),
    ]


def test_a_mark_beside_an_empty_cell_at_the_foot_of_a_page_is_no_number_of_it() -> None:
    third, fourth = CRITERIA[2:4]
    foot = "\t4\t\nNSQC Approved || Tea Council 1"
    read = foot_of_page(f"PC3. {third[:30]}", third[30:].strip(), f"PC4. {fourth}\t2\t-", foot=foot)
    assert read.marks is not None
    assert [(row.label, *row.marks.values()) for row in read.marks.rows[3:]] == [("PC3", "4", ""), ("PC4", "2", "-")]
