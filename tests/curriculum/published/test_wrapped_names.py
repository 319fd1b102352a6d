"""Names of elements that lines of criteria look like: none is lost in a criterion, and none is made up, unsaid."""

from typing import Any

from curriculum.published.files import published_text
from curriculum.published.model import ReadPack
from curriculum.published.problems import PublishedSeverity
from curriculum.published.reading import read_published
from tests.curriculum.published.test_pdf import pdf_of

COMPETENT = "To be competent, the user/individual on the job must be able to:"
HEAD = "Tea Taster\nBrief Job Description\nTastes tea.\n"


def elements(unit: Any) -> list[tuple[str, list[str]]]:
    return [(element["title"], [line["text"] for line in element["criteria"]]) for element in unit["elements"]]


def warnings(read: ReadPack) -> list[tuple[int, str]]:
    odd = [problem for problem in read.problems if problem.severity is PublishedSeverity.WARNING]
    return [(problem.line, str(problem.message)) for problem in odd if problem.line]


def test_the_rest_of_a_criterion_in_a_table_of_marks_is_no_name_of_an_element() -> None:
    text = f"""{HEAD}XYZ/N0101: Taste the tea
Elements and Performance Criteria
Set the table
{COMPETENT}
PC1. boil fresh water for each of the cups and for the pot as told by
the taster
PC2. weigh the leaves
Assessment Criteria
Assessment Criteria for Outcomes Theory Marks Practical Marks Project Marks Viva Marks
Set the table 5 8 - 2
PC1. boil fresh water for each of the cups and for the pot as told by
the taster 3 4 - 1
PC2. weigh the leaves 2 4 - 1
NOS Total 5 8 - 2
"""
    (unit,) = read_published(text).units
    told_by = "boil fresh water for each of the cups and for the pot as told by the taster"
    assert elements(unit) == [("Set the table", [told_by, "weigh the leaves"])]


def test_a_code_with_a_dash_has_its_marks() -> None:
    text = f"""{HEAD}XYZ/N0101: Taste the tea
Elements and Performance Criteria
Set the table
{COMPETENT}
PC1- boil water
PC2- weigh the leaves
Assessment Criteria
Assessment Criteria for Outcomes Theory Marks Practical Marks Project Marks Viva Marks
Set the table 5 8 - 2
PC1- boil water 3 4 - 1
PC2- weigh the leaves 2 4 - 1
NOS Total 5 8 - 2
"""
    read = read_published(text)
    assert read.marks is not None
    rows = [(row.label, row.text, row.marks["theory"]) for row in read.marks.rows]
    assert rows == [("", "Set the table", "5"), ("PC1", "boil water", "3"), ("PC2", "weigh the leaves", "2")]


def test_a_name_whose_next_line_begins_with_a_stroke_or_after_a_joining_word_is_whole() -> None:
    text = f"""{HEAD}XYZ/N0101: Taste the tea
Elements and Performance Criteria
Set the table
{COMPETENT}
PC1. boil water
Taste one cup after the other as per the instructions
/ checklists given
{COMPETENT}
PC2. taste without haste
Rinse the cups in line with
OEM standards
{COMPETENT}
PC3. rinse
"""
    (unit,) = read_published(text).units
    assert [title for title, _ in elements(unit)] == [
        "Set the table",
        "Taste one cup after the other as per the instructions / checklists given",
        "Rinse the cups in line with OEM standards",
    ]


def test_a_line_of_a_criterion_that_may_begin_the_name_below_it_is_told() -> None:
    text = f"""{HEAD}XYZ/N0101: Taste the tea
Elements and Performance Criteria
Set the table
{COMPETENT}
PC1. boil water
Tasting of teas that come from gardens
Assam and Nilgiris
{COMPETENT}
PC2. taste without haste
"""
    read = read_published(text)
    told = [(line, words) for line, words in warnings(read) if "name of an element" in words]
    assert [line for line, _ in told] == [9]
    assert "“Tasting of teas that come from gardens” is read as words of PC1;" in told[0][1]


def old(*lines: str) -> str:
    body = "\n".join(lines)
    return f"""{HEAD}Unit Code XYZ/N0101
Unit Title (Task) Taste the tea
Description This unit is about tea.
Performance Criteria (PC) w.r.t. the Scope
Element Performance Criteria
{COMPETENT}
{body}
Knowledge and Understanding (K)
A. Organizational Context
KA1. who buys the tea
"""


def test_a_name_that_stands_below_the_longest_line_is_told() -> None:
    longest = (
        "PC1. boil fresh water for each of the cups and for the pot, and keep it hot until the last guest has gone"
    )
    read = read_published(old("Set the table", longest, "Taste", "PC2. taste without haste"))
    assert any("“Taste” is read as words of PC1;" in words for _, words in warnings(read))


def test_names_in_a_script_without_capitals_are_found_or_told() -> None:
    short = read_published(
        old(
            "मेज़ की तैयारी",
            "PC1. पानी गरम करना",
            "PC2. हर प्याले और हर बरतन के लिए ताज़ा पानी उबालना और उसे अंत तक गरम रखना",
            "PC3. पत्ती तौलना",
            "चाय चखना",
            "PC4. धीरे चखना",
        )
    )
    assert [title for title, _ in elements(short.units[0])] == ["मेज़ की तैयारी", "चाय चखना"]
    longest = "PC1. हर प्याले और हर बरतन के लिए ताज़ा पानी उबालना और उसे अंत तक गरम रखना"
    read = read_published(old("मेज़ की तैयारी", longest, "चाय चखना", "PC2. धीरे चखना", "PC3. प्याला धोना"))
    assert any("“चाय चखना” is read as words of PC1;" in words for _, words in warnings(read))


def test_the_units_of_an_older_pack_may_be_listed_on_the_line_of_their_label() -> None:
    details = """Qualifications Pack Code XYZ/Q0101
Job Role Tea Taster
NSQF level 3
Applicable National Occupational Standards (NOS) Compulsory:
1. XYZ/N0101 Taste the tea
Performance Criteria As described in the relevant OS units
"""
    read = read_published(old("Set the table", "PC1. boil water").replace(HEAD, HEAD + details))
    assert [unit["code"] for unit in read.units] == ["XYZ/N0101"]
    assert read.pack["units"] == {"compulsory": ["XYZ/N0101"]}


OLD_PAGE = (
    "<p>Tea Taster</p><p>Unit Code XYZ/N0101</p><p>Unit Title (Task) Taste the tea</p>"
    "<p>Performance Criteria (PC) w.r.t. the Scope</p>"
)


def test_codes_with_any_sign_begin_a_line_in_a_cell_of_a_pdf() -> None:
    """Some of the lines fill the column, so that the next would be the rest of a sentence but for its code."""
    texts = [" ".join(["cup"] * count) for count in range(8, 30)]
    for sign in (".", " -", "", ")"):
        cell = "<br>".join(f"PC{number}{sign} {text}" for number, text in enumerate(texts, start=1))
        rows = f"<tr><td>Element</td><td>Performance Criteria</td></tr><tr><td>Taste</td><td>{cell}</td></tr>"
        (unit,) = read_published(published_text(pdf_of(f"{OLD_PAGE}<table>{rows}</table>"))).units
        assert elements(unit) == [("Taste", texts)], sign


def test_elements_in_rows_that_each_have_a_lead_in_keep_their_criteria() -> None:
    for one, two in (("Set the table", "Clean"), ("मेज़ की तैयारी", "कप धोना")):
        rows = (
            f"<table><tr><td>Element</td><td>Performance Criteria</td></tr><tr><td>{one}</td><td>{COMPETENT}<br>"
            f"PC1. boil<br>PC2. weigh</td></tr><tr><td>{two}</td><td>{COMPETENT}<br>PC3. rinse the cups<br>and the pot"
            "</td></tr></table>"
        )
        (unit,) = read_published(published_text(pdf_of(OLD_PAGE + rows))).units
        assert [(title, len(texts)) for title, texts in elements(unit)] == [(one, 2), (two, 1)]


def test_the_end_of_a_line_of_knowledge_is_no_name_of_the_next_group() -> None:
    lead = "The user/individual on the job needs to know and understand:"
    text = f"""{HEAD}Unit Code\tXYZ/N0101
Unit Title (Task)\tTaste the tea
Performance Criteria (PC) w.r.t. the Scope
Element\tPerformance Criteria
Set the table\tPC1. boil water
Knowledge and Understanding (K)
A. Organizational Context\t{lead}
\tKA1. who buys the tea, what they pay, and how many of them are asked to taste it for ten or
\tmore gardens

B. Technical Knowledge\t{lead}
\tKB1. how long a leaf takes
"""
    (unit,) = read_published(text).units
    assert [(line["group"], line["text"].rsplit(" ", 1)[-1]) for line in unit["knowledge"]] == [
        ("A. Organizational Context", "gardens"),
        ("B. Technical Knowledge", "takes"),
    ]


def test_the_end_of_a_criterion_above_a_lead_in_that_a_page_repeats_is_no_name() -> None:
    text = f"""{HEAD}XYZ/N0101: Taste the tea
Elements and Performance Criteria
Set the table
{COMPETENT}
PC1. boil fresh water for each of the cups and for the pot, as told by
the taster
{COMPETENT}
PC2. weigh the leaves
"""
    read = read_published(text)
    titles = [title for title, _ in elements(read.units[0])]
    assert "the taster" not in titles
    assert elements(read.units[0])[0][1][0].endswith("as told by the taster")
    assert any("no element is printed above" in words for _, words in warnings(read))


def test_a_title_that_only_a_table_of_marks_tells_is_told() -> None:
    text = f"""{HEAD}XYZ/N0101: Taste the tea
Elements and Performance Criteria
Set the table
{COMPETENT}
PC1. boil water
Taste the cups
PC2. taste without haste
PC3. rinse the cups
Assessment Criteria
Assessment Criteria for Outcomes Theory Marks Practical Marks Project Marks Viva Marks
Set the table 3 4 - 1
PC1. boil water 3 4 - 1
Taste the cups 4 8 - 2
PC2. taste without haste 2 4 - 1
PC3. rinse the cups 2 4 - 1
NOS Total 7 12 - 3
"""
    read = read_published(text)
    assert [title for title, _ in elements(read.units[0])] == ["Set the table", "Taste the cups"]
    assert [line for line, words in warnings(read) if "stands among criteria" in words] == [9]
