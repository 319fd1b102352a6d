"""Lines that may go on the one before them or begin something: rests of criteria, and codes that are only spoken of."""

import pytest

from curriculum.published.model import ReadPack
from curriculum.published.reading import read_published
from tests.curriculum.published.test_wrapped_names import COMPETENT, HEAD, elements, warnings

HINDI_LEAD = "सक्षम होने के लिए, उपयोगकर्ता/व्यक्ति को निम्न में सक्षम होना चाहिए:"
HINDI_HEAD = "परिणामों के लिए मूल्यांकन मानदंड\tसिद्धांत अंक\tव्यावहारिक अंक"
NEW = "Assessment Criteria for Outcomes\tTheory Marks\tPractical Marks"


def rows(read: ReadPack) -> list[tuple[str, str, tuple[str, ...]]]:
    assert read.marks is not None
    return [(row.label, row.text, tuple(row.marks.values())) for row in read.marks.rows]


def hindi(*first: str) -> str:
    """A unit of two elements, whose table of marks begins with these rows."""
    table = [*first, "मशीन साफ रखें\t2\t2", "PC3. तेल डालें\t2\t2", "एनओएस कुल\t9\t9"]
    unit = f"""XYZ/N0101: मशीन चलाना
तत्व और प्रदर्शन मानदंड
काम की तैयारी
{HINDI_LEAD}
PC1. मशीन की जाँच करें और खराब भागों को बदलें ग्राहक
से बात करके आदेश लिखें
PC2. सुरक्षा नियमों का पालन करें और कार्य क्षेत्र को
ग्राहक के आने तक साफ रखें
मशीन साफ रखें
{HINDI_LEAD}
PC3. तेल डालें
मूल्यांकन मानदंड
{HINDI_HEAD}
काम की तैयारी\t7\t7"""
    return "\n".join([f"{HEAD}{unit}", *table])


def test_below_the_marks_of_a_criterion_in_hindi_stand_its_own_words_where_the_table_has_it_so() -> None:
    read = read_published(
        hindi(
            "PC1. मशीन की जाँच करें और खराब भागों को बदलें ग्राहक\t3\t3",
            "से बात करके आदेश लिखें",
            "PC2. सुरक्षा नियमों का पालन करें और कार्य क्षेत्र को\t4\t4",
            "ग्राहक के आने तक साफ रखें",
        )
    )
    (unit,) = read.units
    assert [(title, len(lines)) for title, lines in elements(unit)] == [("काम की तैयारी", 2), ("मशीन साफ रखें", 1)]
    second = "सुरक्षा नियमों का पालन करें और कार्य क्षेत्र को ग्राहक के आने तक साफ रखें"
    assert elements(unit)[0][1][1] == second
    assert rows(read)[2:4] == [("PC2", second, ("4", "4")), ("", "मशीन साफ रखें", ("2", "2"))]
    assert warnings(read) == []


def test_a_line_in_hindi_that_may_be_of_a_criterion_or_of_a_name_is_told() -> None:
    read = read_published(
        hindi(
            "PC1. मशीन की जाँच करें\t3\t3",
            "PC2. सुरक्षा नियमों का पालन करें और कार्य क्षेत्र को\t4\t4",
            "ग्राहक के आने तक साफ रखें",
        )
    )
    told = [words for _, words in warnings(read)]
    assert any(words.startswith("“ग्राहक के आने तक साफ रखें” is read as the beginning of the name") for words in told)


def english(criterion: str, *table: str) -> str:
    """A unit of three criteria, the second of them on lines of its own, and its table of marks."""
    unit = f"""{HEAD}XYZ/N0101: Taste the tea
Elements and Performance Criteria
Set the table
{COMPETENT}
PC1. boil water
{criterion}
PC3. pour
Clear the table
{COMPETENT}
PC4. wash up"""
    return "\n".join([unit, "Assessment Criteria", NEW, *table])


@pytest.mark.parametrize("linked", ["PC1 and\nPC5", "PC1, PC3 and\nKU1", "KU3 to\nKU17", "GS4 &\nGS12", "PC1/\nPC3"])
@pytest.mark.parametrize("rest", ["", " hold for the guests"])
def test_a_code_amid_a_list_is_spoken_of_although_it_begins_a_line(linked: str, rest: str) -> None:
    text = f"weigh the leaves as in {linked}{rest}"
    first, last = f"PC2. {text}".split("\n")
    table = ["Set the table\t5\t5", "PC1. boil water\t1\t1", first, f"{last}\t2\t2", "PC3. pour\t2\t2"]
    read = read_published(english(f"PC2. {text}", *table, "Clear the table\t3\t3", "PC4. wash up\t3\t3"))
    (unit,) = read.units
    whole = text.replace("\n", " ")
    assert elements(unit) == [("Set the table", ["boil water", whole, "pour"]), ("Clear the table", ["wash up"])]
    assert [row for row in rows(read) if row[0]] == [
        ("PC1", "boil water", ("1", "1")),
        ("PC2", whole, ("2", "2")),
        ("PC3", "pour", ("2", "2")),
        ("PC4", "wash up", ("3", "3")),
    ]


@pytest.mark.parametrize("spoken_of", ["PC2 and PC3", "PC2, PC3"])
def test_a_list_of_codes_below_the_marks_of_a_criterion_is_no_name(spoken_of: str) -> None:
    table = ["Set the table\t5\t5", "PC1. boil water\t1\t1", "PC2. weigh the leaves"]
    rest = ["PC3. pour\t2\t2", "Clear the table\t3\t3", "PC4. wash up as in\t3\t3", spoken_of, "Dry up\t1\t1"]
    text = english("PC2. weigh the leaves", *table, *rest, "PC5. dry\t1\t1", "NOS Total\t9\t9")
    assert ("", "Dry up", ("1", "1")) in rows(read_published(text))


def test_the_end_of_a_criterion_in_small_letters_is_no_element_although_one_is_called_so() -> None:
    table = ["Set the table\t5\t5", "PC1. boil water\t1\t1", "PC2. weigh and\t2\t2", "clear the table"]
    text = english("PC2. weigh and\nclear the table", *table, "Clear the table\t3\t3", "PC4. wash up\t3\t3")
    (unit,) = read_published(text).units
    assert [title for title, _ in elements(unit)] == ["Set the table", "Clear the table"]


def test_headings_that_a_page_has_again_right_below_keep_their_order() -> None:
    head = "Assessment Criteria for Outcomes\tPractical Marks\tTheory Marks"
    table = ["Set the table\t5\t7", "PC1. boil water\t5\t7", "Clear the table\t3\t4", "PC4. wash up\t3\t4"]
    text = english("PC2. weigh", head, *table).replace(NEW, head)
    read = read_published(text)
    assert read.marks is not None
    assert dict(read.marks.rows[1].marks) == {"practical": "5", "theory": "7"}
    assert not any("stand at several heights" in words for _, words in warnings(read))


def test_a_list_of_codes_below_a_short_line_is_no_name_of_an_element() -> None:
    text = f"{HEAD}XYZ/N0101: Taste the tea\nPerformance Criteria\nSet the table\nPC1. boil the water\nPC2. weigh"
    (unit,) = read_published(f"{text} it here\nPC1, PC3 and PC4 hold\nPC3. pour the tea for all of the guests").units
    assert [title for title, _ in elements(unit)] == ["Set the table"]


ANNEXE = """Annexure
CRITERIA FOR ASSESSMENT OF TRAINEES
Job Role Tea Taster
Qualification Pack XYZ/Q0101
\t\t\tMarks Allocation
Assessable Outcomes\tAssessment Criteria for Outcomes\tTotal Marks\tOut Of\tTheory\tSkills Practical
XYZ/N0101 Taste the tea\tPC1. boil water\t20\t10\t4\t6
\tPC2. weigh the leaves\t\t10\t4\t6
"""


@pytest.mark.parametrize(
    "broken",
    [
        "XYZ/N0102 Pour the\tPC1. pour the tea into\t10\t10\t4\t6\n\f1\ntea for guests\tcups that are warm\t\t\t\t",
        "\tPC1. pour the tea into\t10\t10\t4\t6\n\f1\nXYZ/N0102 Pour the tea for guests\tcups that are warm\t\t\t\t",
    ],
)
def test_a_row_that_a_page_breaks_keeps_the_title_of_its_unit_apart_from_its_criterion(broken: str) -> None:
    read = read_published(f"{ANNEXE}{broken}\n\tPC2. bow\t\t10\t5\t5\n")
    assert [unit["title"] for unit in read.units] == ["Taste the tea", "Pour the tea for guests"]
    lines = [elements(unit)[0][1] for unit in read.units]
    assert lines == [["boil water", "weigh the leaves"], ["pour the tea into cups that are warm", "bow"]]
    assert [row[1] for row in rows(read) if row[0]] == [line for own in lines for line in own]


def test_a_criterion_with_other_words_in_the_table_of_marks_than_in_its_unit_is_told() -> None:
    table = ["Set the table\t6\t6", "PC1. boil water\t2\t2", "PC2. weigh\t2\t2", "PC3. Pour.\t2\t2"]
    rest = ["Clear the table\t3\t3", "PC4. wash\t3\t3"]
    told = warnings(read_published(english("PC2. weigh the leaves", *table, *rest)))
    words = "the table of marks of XYZ/N0101 has other words than the unit itself for PC2, PC4; compare them with the"
    assert [message.startswith(words) for _, message in told] == [True]


def test_a_line_out_below_repeated_headings_is_the_end_of_a_criterion_and_no_column() -> None:
    table = ["Set the table\t6\t6", "PC1. boil water\t2\t2", "PC2. weigh the leaves and sort\t2\t2", f"\f{NEW}", "out"]
    rest = ["PC3. pour\t2\t2", "Clear the table\t3\t3", "PC4. wash up\t3\t3"]
    read = read_published(english("PC2. weigh the leaves and sort out", *table, *rest))
    assert rows(read)[2:4] == [("PC2", "weigh the leaves and sort out", ("2", "2")), ("PC3", "pour", ("2", "2"))]
    assert warnings(read) == []


def test_marks_amid_a_long_criterion_in_hindi_leave_open_whose_the_line_below_them_is_and_that_is_told() -> None:
    read = read_published(
        hindi(
            "PC1. मशीन की जाँच करें और खराब भागों को बदलें ग्राहक",
            "से बात करके आदेश लिखें\t3\t3",
            "PC2. सुरक्षा नियमों का पालन करें",
            "और कार्य क्षेत्र को\t4\t4",
            "ग्राहक के आने तक साफ रखें",
        )
    )
    told = [words for _, words in warnings(read)]
    assert any(words.startswith("“ग्राहक के आने तक साफ रखें” is read as the beginning of the name") for words in told)
