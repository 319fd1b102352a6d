"""Lines that only their length or a repeated title tells apart: entries of a scope, and captions below a paragraph."""

from curriculum.published.problems import PublishedSeverity
from curriculum.published.reading import read_published
from tests.published import lost_words

BRIEF = "A well keeper looks after wells and pumps. The person also shows farmers how a pump is used without harm."
UNIT = """AGX/N1101: See to the wells of a village and keep a book about all that was done at them
Description
This unit is about seeing to wells, keeping pumps in order, and telling people how water is kept clean.
Scope
The scope covers the following :
Water of open wells
Pumps
Clean water in every house
Elements and Performance Criteria
See to wells
To be competent, the user/individual on the job must be able to:
PC1. look into each well once a week and write down how high the water stands, and of what colour it is
PC2. mend the rope
National Occupational Standards (NOS) Parameters
NOS Code\tAGX/N1101
%s
Version\t1.0
"""
TEXT = f"""Well Keeper
QP Code: AGX/Q1101
Version: 1.0
Brief Job Description
{BRIEF}
%s
Personal Attributes
The person walks much and writes well.
{UNIT}
Assessment Guidelines
1. Marks are given for what was shown.
%s
"""
NAME = "NOS Name\tSee to the wells of a village and keep a book about all that was done at them"


def odd(text: str) -> list[str]:
    return [
        problem.message.template
        for problem in read_published(text).problems
        if problem.severity is PublishedSeverity.WARNING
    ]


def test_entries_of_a_scope_without_bullets_are_one_a_line_however_short_they_all_are() -> None:
    (unit,) = read_published(TEXT % ("", NAME, "")).units
    assert unit["scope"] == ["Water of open wells", "Pumps", "Clean water in every house"]


def test_an_entry_of_a_scope_that_fills_its_line_goes_on_in_the_next() -> None:
    long = (
        "Water of open wells and of those with a lid, of ponds that dry up in summer, and of rivers that are near the\n"
    )
    (unit,) = read_published(TEXT.replace("Water of open wells\n", f"{long}Kosi\n") % ("", NAME, "")).units
    assert unit["scope"][0] == f"{long.strip()} Kosi"


def test_the_title_of_the_job_below_its_description_is_no_part_of_it_where_no_blank_line_parts_them() -> None:
    text = TEXT % ("Well Keeper (1 year course)\nWell Keeper (1 year course)", NAME, "")
    read = read_published(text)
    assert read.pack["brief_description"] == BRIEF
    assert not lost_words(text, read)
    assert "is not understood and left out" in odd(text)


def test_a_name_whose_label_stands_in_the_middle_of_its_lines_is_the_same_name() -> None:
    wrapped = "\tSee to the wells of a village and keep a book about all\nNOS Name\n\tthat was done at them"
    assert not [words for words in odd(TEXT % ("", wrapped, "")) if words.startswith("is called")]
    other = "\tSee to the ponds of a village and keep a book about all\nNOS Name\n\tthat was done at them"
    assert [words for words in odd(TEXT % ("", other, "")) if words.startswith("is called")]


def test_a_line_to_pass_of_one_unit_is_read_below_those_of_all() -> None:
    passing = "Minimum Aggregate Passing % at QP Level : 60\nMinimum Passing % at NOS Level: 50\nAGX/N1101: 70%"
    read = read_published(TEXT % ("", NAME, passing))
    assert read.marks is not None
    found = [(one.of, one.percent) for one in read.marks.percents]
    assert found == [("aggregate", "60"), ("each_unit", "50"), ("AGX/N1101", "70")]
