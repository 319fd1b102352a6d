"""Codes that are written in some other way: read where they are sure, told where they are not, never swallowed."""

import json
import re
from collections import Counter
from typing import Any

import pytest

from curriculum.published.codes import PACK_CODE, UNIT_CODE
from curriculum.published.model import ReadPack
from curriculum.published.reading import read_published
from tests.curriculum.published.test_layouts import told
from tests.published import TEXTS, lost_words, strange_words

HEAD = """Tea Maker
QP Code: EXA/Q0001
Version: 1.0
Brief Job Description: makes tea
Personal Attributes: calm
"""


def unit(head: str, *criteria: str) -> str:
    lines = "\n".join(criteria or ("PC1. boil", "PC2. pour"))
    return f"""{head}
Elements and Performance Criteria
Make tea
To be competent, the user/individual on the job must be able to:
{lines}
Knowledge and Understanding (KU)
KU1. leaves
Generic Skills (GS)
GS1. talk
"""


def codes(read: ReadPack) -> list[tuple[str, str]]:
    return [(line["id"], line["text"]) for element in read.units[0]["elements"] for line in element["criteria"]]


@pytest.mark.parametrize(
    "code", ["PC–3.", "PC‐3", "PC — 3", "pc3.", "Pc 3)", "PC\u00a03", "PC\u200b3.", "\u202bPC3\u202c."]
)
def test_a_code_with_another_dash_or_in_small_letters_begins_a_criterion(code: str) -> None:
    read = read_published(HEAD + unit("EXA/N0001: Make tea", "PC1. boil", "PC2. pour", f"{code} serve"))
    assert codes(read) == [("PC1", "boil"), ("PC2", "pour"), ("PC3", "serve")]
    assert [words for words in told(read) if "looks like" in words] == []


@pytest.mark.parametrize(
    "code", ["РС3.", "PС3.", "ＰＣ3.", "P C3.", "P\u200dC3.", "[PC3]", "•PC3.", "PC1000.", "PC12345", "PC_4"]
)
def test_what_only_looks_like_a_code_is_told_with_its_line(code: str) -> None:
    text = HEAD + unit("EXA/N0001: Make tea", "PC1. boil", "PC2. pour", f"{code} serve")
    read = read_published(text)
    number = 1 + [code in line for line in text.split("\n")].index(True)
    plain = code.replace("\u200b", "")
    assert codes(read) == [("PC1", "boil"), ("PC2", f"pour {plain} serve")]
    expected = f"{number}: “{plain} serve” looks like a code and is read as words of PC2; if it is one, type it anew"
    assert any(words.startswith(expected) for words in told(read))


@pytest.mark.parametrize("line", ["see PC3", "3 cups", "pc sold in the shop", "and the PC"])
def test_words_that_go_on_are_not_taken_for_a_code(line: str) -> None:
    read = read_published(HEAD + unit("EXA/N0001: Make tea", "PC1. boil", "PC2. pour", line))
    assert codes(read)[-1] == ("PC2", f"pour {line}")
    assert [words for words in told(read) if "looks like" in words] == []


@pytest.mark.parametrize("head", ["EXA/N-0002: Serve", "EXA∕N0002: Serve", "ЕХА/N0002: Serve", "EXA/NO002: Serve"])
def test_a_unit_whose_code_is_not_read_as_others_are_is_told(head: str) -> None:
    read = read_published(HEAD + unit("EXA/N0001: Make tea") + unit(head))
    assert [one["code"] for one in read.units] == ["EXA/N0001", "EXA/Q0001-U2"]
    [words] = [words for words in told(read) if "no code is read here" in words]
    assert words.startswith("16: no code is read here as of other units; EXA/Q0001-U2 stands for it.")


def in_small_letters(code: re.Match[str]) -> str:
    return code[0].lower()


@pytest.mark.parametrize("name", ["exa-q0104", "exa-q0102.hi", "exm-q1401"])
@pytest.mark.parametrize(
    "codes", [r"\b[A-Z&]{2,5}\s?/\s?[NQ]\s?\d{4}\b", r"(?m)\b(?:PC|KU|KA|KB|GS|SA|SB)\s?\d+(?=\s?[.:)])"]
)
def test_a_text_whose_codes_are_in_small_letters_is_read_as_one_in_capitals(name: str, codes: str) -> None:
    text = (TEXTS / f"{name}.txt").read_text()
    small = re.sub(codes, in_small_letters, text)
    assert small != text
    one, other = read_published(text), read_published(small)
    assert [without_printed(unit) for unit in other.units] == [without_printed(unit) for unit in one.units]
    assert other.pack == one.pack
    assert lost_words(small, other) == Counter()
    assert strange_words(small, other) == []
    assert marks_of(other) == marks_of(one)


def marks_of(read: ReadPack) -> list[tuple[str, str, dict[str, str]]]:
    """The rows of marks with their codes, which are kept as printed, in capitals."""
    return [(row.label.upper(), row.text.upper(), dict(row.marks)) for row in (read.marks.rows if read.marks else ())]


def without_printed(unit: dict[str, Any]) -> dict[str, Any]:
    """A unit with the codes of its lines in capitals; they are kept as they are printed."""
    return json.loads(json.dumps(unit), object_hook=lambda part: part | {"code": str(part.get("code")).upper()})


def test_a_code_in_small_letters_is_told_with_how_it_is_read() -> None:
    text = HEAD.replace("EXA/Q0001", "exa/q0001") + unit("exa/n0001: Make tea")
    read = read_published(text)
    assert (read.pack["code"], read.units[0]["code"], read.units[0]["title"]) == ("EXA/Q0001", "EXA/N0001", "Make tea")
    assert told(read) == [
        "2: the code is printed exa/q0001; it is read as EXA/Q0001",
        "6: the code is printed exa/n0001; it is read as EXA/N0001",
    ]


@pytest.mark.parametrize("line", ["see www.example.org/q1234", "60 km/n 200", "and/or n1234", "exa/n123", "a/n1234"])
def test_what_only_looks_like_a_code_in_small_letters_is_none(line: str) -> None:
    assert (UNIT_CODE.search(line), PACK_CODE.search(line)) == (None, None)


def test_a_code_in_small_letters_inside_a_line_begins_a_criterion_only_after_others_in_small_letters() -> None:
    read = read_published(HEAD + unit("EXA/N0001: Make tea", "pc1. boil pc2. pour", "pc3. serve"))
    assert codes(read) == [("PC1", "boil"), ("PC2", "pour"), ("PC3", "serve")]
    read = read_published(HEAD + unit("EXA/N0001: Make tea", "PC1. boil for the pc 2. floor", "PC2. pour"))
    assert codes(read) == [("PC1", "boil for the pc 2. floor"), ("PC2", "pour")]


def test_a_text_without_any_unit_code_has_codes_made_up_and_nothing_to_mend() -> None:
    read = read_published(HEAD + unit("Make tea:") + unit("Serve tea:"))
    assert [one["code"] for one in read.units] == ["EXA/Q0001-U1", "EXA/Q0001-U2"]
    assert [words for words in told(read) if "no code is read" in words] == []


@pytest.mark.parametrize("line", ["PC3 and KU2 hold for all", "PC3, PC4 or KU2", "PC3 to PC5 are one", "PC3 – PC5"])
def test_a_line_that_speaks_of_several_codes_goes_on_and_is_told(line: str) -> None:
    text = HEAD + unit("EXA/N0001: Make tea", "PC1. boil", "PC2. pour, as the tea cools,", line, "PC3. serve")
    read = read_published(text)
    assert codes(read) == [("PC1", "boil"), ("PC2", f"pour, as the tea cools, {line}"), ("PC3", "serve")]
    [words] = [words for words in told(read) if "looks like" in words]
    assert words.startswith(f"12: “{line}” looks like a code and is read as words of PC2")


def test_a_line_that_speaks_of_several_codes_begins_no_row_of_marks() -> None:
    heads = "Assessment Criteria for Outcomes\tTheory Marks\tPractical Marks"
    rows = ["PC1. boil\t1\t2", "PC2. pour, as the tea cools,\t3\t4", "PC1 and KU2 hold for all", "NOS Total\t4\t6"]
    text = HEAD + unit("EXA/N0001: Make tea") + "\n".join(["Assessment Criteria", heads, "Make tea\t4\t6", *rows])
    marks = read_published(text).marks
    assert marks is not None
    assert [(row.label, row.text) for row in marks.rows if row.label] == [
        ("PC1", "boil"),
        ("PC2", "pour, as the tea cools, PC1 and KU2 hold for all"),
    ]


@pytest.mark.parametrize("printed", ["EXA N0001", "EXA N 0001"])
def test_a_code_without_its_stroke_is_read_with_it_and_told(printed: str) -> None:
    rows = "Assessment Criteria\nAssessment Criteria for Outcomes\tTheory Marks\tPractical Marks\nPC1. boil\t1\t2\n"
    text = HEAD.replace("EXA/Q0001", "EXA Q0001") + unit(f"{printed}: Make tea", "PC1. boil") + rows
    read = read_published(text)
    assert (read.pack["code"], read.pack["units"]) == ("EXA/Q0001", {"compulsory": ["EXA/N0001"]})
    assert (read.units[0]["code"], read.units[0]["title"]) == ("EXA/N0001", "Make tea")
    assert [words for words in told(read) if "is printed" in words] == [
        "2: the code is printed EXA Q0001; it is read as EXA/Q0001",
        f"6: the code is printed {printed}; it is read as EXA/N0001",
    ]
    assert lost_words(text, read) == Counter()


def test_a_code_that_is_parted_after_its_stroke_is_whole() -> None:
    applicable = "Applicable National Occupational Standards (NOS)\nCompulsory:\n1. EXA/\nN0001: Make tea\n"
    ending = "National Occupational Standards (NOS) Parameters\nNOS Code\nEXA/\nN0001\nNOS Name\nMake tea\n"
    text = HEAD + applicable + unit("EXA/\nN0001: Make tea") + ending
    read = read_published(text)
    assert read.pack["units"] == {"compulsory": ["EXA/N0001"]}
    assert (read.units[0]["code"], read.units[0]["title"]) == ("EXA/N0001", "Make tea")
    assert (told(read), lost_words(text, read), strange_words(text, read)) == ([], Counter(), [])


def test_a_code_in_running_text_has_no_blank_where_a_line_parts_it() -> None:
    text = HEAD + unit("EXA/N0001: Make tea", "PC1. boil as in EXA/", "N0002 and pour")
    assert codes(read_published(text)) == [("PC1", "boil as in EXA/N0002 and pour")]


@pytest.mark.parametrize("line", ["NOS 0002", "ISO 9001 holds", "NOS N0002", "THE N95 mask"])
def test_other_words_with_figures_are_no_code(line: str) -> None:
    read = read_published(HEAD + unit("EXA/N0001: Make tea", "PC1. boil", line))
    assert [one["code"] for one in read.units] == ["EXA/N0001"]
    assert codes(read) == [("PC1", f"boil {line}")]
