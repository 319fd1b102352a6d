"""Texts of packs as copies on the web give them: headings left out, columns lost, counted pages, a unit in one line.

The packs in them are invented; the layouts are those of pages that republish packs.
"""

import textwrap
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from curriculum.published.model import ReadPack
from curriculum.published.problems import PublishedSeverity
from curriculum.published.reading import read_published
from tests.published import lost_words, strange_words

COMPETENT = "To be competent, the user/individual on the job must be able to:"
KNOW = "The user/individual on the job needs to know and understand:"
KNOW_HOW = "The user/individual on the job needs to know and understand how to:"
ABOUT = "A Tea Taster tastes tea all day long, and says of each leaf where it grew and what it is worth."
LIKES = "The job requires the individual to be patient, to sleep well and to keep away from strong spices."
LOOSE = f"""Free Tea Taster course(6months)
Tea Taster:
Brief Job Description of Tea Taster: {ABOUT}
Personal Attributes: {LIKES}
Prepare the tasting:
Setting the table and the cups
PC1. boil fresh water for each of the cups
PC2. weigh the leaves, as much for each
cup as for all others
Organizational
Context
KA1. who buys the tea
KA2. how leaves are named
Technical
Knowledge
KB1. how long a leaf takes
Core Skills
SA1. write down what was tasted
Taste the tea:
Tasting one cup after the other
PC1. taste without haste
PC2. rinse the mouth
Organisational Context
KA1. what a blend may cost
"""


def told(read: ReadPack) -> list[str]:
    """What is odd or wrong and not only lacking."""
    odd = [problem for problem in read.problems if problem.severity is not PublishedSeverity.NOTE]
    return [str(problem.message) for problem in odd if problem.line is not None]


def lines_of(unit: Any, part: str) -> list[tuple[str | None, str, str]]:
    return [(line.get("group"), line["code"], line["text"]) for line in unit.get(part, [])]


def elements_of(unit: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(one["title"], [(line["code"], line["text"]) for line in one["criteria"]]) for one in unit["elements"]]


@pytest.mark.parametrize("text", [LOOSE, LOOSE.replace("\n", "\n\n")])
def test_criteria_knowledge_and_skills_are_known_where_their_headings_are_left_out(text: str) -> None:
    read = read_published(text)
    first, second = read.units
    assert [unit["title"] for unit in read.units] == ["Prepare the tasting", "Taste the tea"]
    assert elements_of(first) == [
        (
            "Setting the table and the cups",
            [
                ("PC1", "boil fresh water for each of the cups"),
                ("PC2", "weigh the leaves, as much for each cup as for all others"),
            ],
        )
    ]
    assert lines_of(first, "knowledge") == [
        ("Organizational Context", "KA1", "who buys the tea"),
        ("Organizational Context", "KA2", "how leaves are named"),
        ("Technical Knowledge", "KB1", "how long a leaf takes"),
    ]
    assert lines_of(first, "skills") == [("Core Skills", "SA1", "write down what was tasted")]
    assert elements_of(second) == [
        ("Tasting one cup after the other", [("PC1", "taste without haste"), ("PC2", "rinse the mouth")])
    ]
    assert lines_of(second, "knowledge") == [("Organisational Context", "KA1", "what a blend may cost")]
    assert [read.pack[name] for name in ("title", "brief_description", "personal_attributes")] == [
        "Tea Taster",
        ABOUT,
        LIKES,
    ]
    assert (told(read), lost_words(text, read), strange_words(text, read)) == ([], Counter(), [])


def test_captions_of_a_page_are_told_and_stand_in_no_description() -> None:
    text = LOOSE.replace("\n", "\n\n").replace(
        "Prepare the tasting:", "Tea grows dearer, says a paper\n\nPrepare the tasting:"
    )
    read = read_published(text)
    assert read.pack["personal_attributes"] == LIKES
    [left] = [problem for problem in read.problems if problem.words == "Tea grows dearer, says a paper"]
    assert left.severity is PublishedSeverity.WARNING


def test_a_unit_in_two_long_lines_is_read_line_by_line() -> None:
    criteria = " ".join(f"PC{n}. taste cup number {n} with care, and write down what it tastes of" for n in range(1, 6))
    skills = " ".join(f"SB{n}. find out why cup number {n} is cold, without haste" for n in range(1, 4))
    text = (
        f"Tea Taster\n\nBrief Job Description: {ABOUT * 2} Personal Attributes: {LIKES * 2}\n\n"
        f"Tasting of tea Performance Criteria Taste one cup after the other {criteria}\n"
        f"Problem Solving {KNOW_HOW} {skills} Critical Thinking {KNOW_HOW} SB4. doubt what everybody says of a tea\n"
    )
    read = read_published(text)
    assert (read.pack["brief_description"], read.pack["personal_attributes"]) == (ABOUT * 2, LIKES * 2)
    [unit] = read.units
    assert unit["title"] == "Tasting of tea"
    [(title, lines)] = elements_of(unit)
    assert title == "Taste one cup after the other"
    assert [code for code, _ in lines] == [f"PC{n}" for n in range(1, 6)]
    assert lines[4] == ("PC5", "taste cup number 5 with care, and write down what it tastes of")
    assert lines_of(unit, "skills") == [
        *(("Problem Solving", f"SB{n}", f"find out why cup number {n} is cold, without haste") for n in range(1, 4)),
        ("Critical Thinking", "SB4", "doubt what everybody says of a tea"),
    ]
    assert (lost_words(text, read), strange_words(text, read)) == (Counter(), [])


def beside(name: str, width: int, lines: Sequence[str]) -> list[str]:
    """A table's row as a copy without columns has it: each line of the name before a line of the rest."""
    left = textwrap.wrap(name, width)
    return [f"{left[place]} {line}" if place < len(left) else line for place, line in enumerate(lines)]


def test_names_that_slid_into_the_lines_beside_them_stay_names_and_are_told() -> None:
    first = ["PC1. taste the cup", "PC2. spit the tea out where it belongs to, and not behind the flowers of the house"]
    second = [
        "PC3. rinse it",
        "PC4. dry it with a cloth that was washed on the day before, or with the other side of it",
    ]
    text = "\n".join(
        [
            "EXT/N0101 Taste the tea",
            "Unit Code EXT/N0101",
            "Description This OS unit is about tasting tea",
            "Performance Criteria (PC) w.r.t. the Scope",
            "Element Performance Criteria",
            *beside("Tasting with care and", 22, [COMPETENT, *first]),
            *beside("Cleaning the cups and all of the spoons", 20, [COMPETENT, *second]),
            "Knowledge and Understanding (K)",
            *beside(
                "A. Organizational Context (Knowledge of the company)", 24, [KNOW, "KA1. who buys", "KA2. who sells"]
            ),
        ]
    )
    read = read_published(text)
    [unit] = read.units
    assert elements_of(unit) == [
        ("Tasting with care and", [(line[:3], line[5:]) for line in first]),
        ("Cleaning the cups and all of the spoons", [(line[:3], line[5:]) for line in second]),
    ]
    group = "A. Organizational Context (Knowledge of the company)"
    assert lines_of(unit, "knowledge") == [(group, "KA1", "who buys"), (group, "KA2", "who sells")]
    assert sum("stand in the lines beside them" in words for words in told(read)) == 1
    assert (lost_words(text, read), strange_words(text, read)) == (Counter(), [])


@pytest.mark.parametrize(
    "pages",
    [
        "\n\nExample Tea Skill Council {n}\n\nQualification Pack\n\n",
        "\n\nNSQC Approved || Example Tea Skill Council {n}\n\n\nQualification Pack\n\n",
        "\n\nPage {n}: Tea Taster - s3.example.org\n\nQualification Pack\n\nExample Tea Skill Council {n}\n\n",
    ],
)
def test_counted_footers_of_pages_stand_in_no_criterion(pages: str) -> None:
    criteria = [(f"PC{n}", f"taste cup number {n} with care and write down") for n in range(1, 9)]
    body = [f"{code}. {text}" for code, text in criteria]
    for number, place in enumerate((7, 5, 3), start=2):
        body[place] = body[place].replace(" with care", pages.replace("{n}", str(6 - number)) + "with care")
    text = "\n".join(
        [
            "Qualification Pack",
            "",
            "Example Tea Skill Council 1",
            "",
            "Version: 3.0",
            "",
            "Tea Taster",
            "",
            "Contents",
            "",
            "EXT/Q0101: Tea Taster ............ 3 Brief Job Description ............ 3",
            "",
            "EXT/N0101: Taste the tea ............ 4",
            "",
            "EXT/Q0101: Tea Taster",
            "",
            "Brief Job Description",
            ABOUT,
            "Personal Attributes",
            LIKES,
            "EXT/N0101: Taste the tea",
            "Description",
            "This OS unit is about tasting tea",
            "Elements and Performance Criteria",
            "Tasting",
            COMPETENT,
            *body,
        ]
    )
    read = read_published(text)
    assert [(unit["code"], elements_of(unit)) for unit in read.units] == [("EXT/N0101", [("Tasting", criteria)])]
    assert [read.pack[name] for name in ("code", "title", "version")] == ["EXT/Q0101", "Tea Taster", "3.0"]
    assert (told(read), lost_words(text, read), strange_words(text, read)) == ([], Counter(), [])


SIDE = [
    "individuals need",
    "to do, know and",
    "understand in",
    "order to carry out",
    "role or function",
    "OS are",
    "performance",
    "achieve when",
    "carrying out",
    "functions in the",
]


def test_a_cover_whose_columns_ran_together_is_told_and_its_side_taken_out() -> None:
    front = ["Qualifications Pack- Tea Taster", "SECTOR: TEA", "REFERENCE ID: EXT/Q0101", "ALIGNED TO: NCO-2004/NIL"]
    front += textwrap.wrap(f"Brief Job Description: {ABOUT}", 30) + textwrap.wrap(f"Personal Attributes: {LIKES}", 40)
    mixed = [line for place, own in enumerate(front) for line in ([SIDE[place], own] if place < len(SIDE) else [own])]
    rest = ["Qualifications Pack Code EXT/Q0101", "Applicable NOS", "1. EXT/N0101: Taste", "EXT/N0101 Taste"]
    unit = ["Unit Code EXT/N0101", "Unit Title Taste", "Performance Criteria", "Tasting", "PC1. taste", "in the"]
    text = "\n".join(["QUALIFICATIONS PACK - OCCUPATIONAL STANDARDS FOR TEA", *mixed, *rest, *unit])
    read = read_published(text)
    names = ("title", "brief_description", "personal_attributes")
    assert [read.pack[name] for name in names] == ["Tea Taster", ABOUT, LIKES]
    assert elements_of(read.units[0]) == [("Tasting", [("PC1", "taste in the")])]
    assert any("the columns of the cover stand in each other's lines" in words for words in told(read))
    assert (lost_words(text, read), strange_words(text, read)) == (Counter(), [])


def test_whole_pages_on_a_line_are_told() -> None:
    page = f"PC1. taste {'and taste again ' * 80} PC2. rinse the cup {'and rinse it again ' * 80}"
    text = "\n\n".join(["Tasting", "Performance Criteria", page, page, page])
    read = read_published(text)
    [unit] = read.units
    assert len(elements_of(unit)[0][1]) == 6
    assert any("whole pages stand on one line each" in str(problem.message) for problem in read.problems)


def test_units_and_packs_of_a_council_that_acts_for_another_have_their_whole_code() -> None:
    unit = "Description\nThis unit is about tea\nElements and Performance Criteria\nTasting\nPC1. taste"
    cover = "Tea Taster\nQP Code: PWD/EXT/Q0101\nVersion: 1.0"
    text = f"{cover}\nEXT/N0101: Taste\n{unit}\nDGT/VSQ/ N0102: Employability\n{unit}"
    read = read_published(text)
    assert read.pack["code"] == "PWD/EXT/Q0101"
    assert [(one["code"], one["title"]) for one in read.units] == [
        ("EXT/N0101", "Taste"),
        ("DGT/VSQ/N0102", "Employability"),
    ]


def test_a_group_that_skills_have_too_stays_in_knowledge_where_its_lines_are() -> None:
    text = "\n".join(
        [
            "EXT/N0101: Taste",
            "Elements and Performance Criteria",
            "Tasting",
            COMPETENT,
            "PC1. taste",
            "Knowledge and Understanding (KU)",
            "KU1. who buys",
            "Customer Centricity",
            "KU2 what they like",
            "Generic Skills (GS)",
            "GS1. write",
        ]
    )
    [unit] = read_published(text).units
    assert lines_of(unit, "knowledge") == [(None, "KU1", "who buys"), ("Customer Centricity", "KU2", "what they like")]
    assert lines_of(unit, "skills") == [(None, "GS1", "write")]


@pytest.mark.parametrize(
    ("other", "electives", "options"),
    [
        ("Option 1", [["ABC/N0102", "ABC/N0103"]], ["ABC/N0104"]),
        ("Elective 2", [["ABC/N0102", "ABC/N0103"], ["ABC/N0104"]], None),
        ("Elective 1", [["ABC/N0102", "ABC/N0103", "ABC/N0104"]], None),
    ],
)
def test_electives_and_options_of_one_title_stay_apart_unless_they_are_the_same(
    other: str, electives: list[list[str]], options: list[str] | None
) -> None:
    units = [f"ABC/N010{n}: Work {n}\nPerformance Criteria\nDo it\n{COMPETENT}\nPC1. do {n}\n" for n in range(1, 5)]
    names = "", "Elective 1: Repair of pumps\n", "", f"{other}: Repair of pumps\n"
    read = read_published("".join(name + unit for name, unit in zip(names, units, strict=True)))
    listed: Any = read.pack["units"]
    assert [group["units"] for group in listed["electives"]] == electives
    assert listed.get("options") == options


def test_the_note_on_where_a_job_is_applicable_stands_in_no_title_where_it_goes_on_below() -> None:
    note = "\tThis job role is applicable in both national and"
    for rest in (" international scenarios", "\n\tinternational scenarios"):
        text = f"Qualifications Pack Code\tXYZ/Q0101\nJob Role\tTea Taster\n{note}{rest}\nVersion number\t1.0\n\n"
        read = read_published(f"{text}XYZ/N0101 Taste the tea\nPerformance Criteria (PC) w.r.t. the Scope\nPC1. boil\n")
        assert (read.pack["title"], read.pack["version"]) == ("Tea Taster", "1.0")
