"""Cells of tables of marks that are empty, headings that are unusual or hide their order: a mark keeps its column."""

from collections import Counter

import pytest

from curriculum.published.files import published_text
from curriculum.published.lines import lines_of
from curriculum.published.marks import read_marks
from curriculum.published.model import PrintedMarks
from curriculum.published.problems import PublishedProblem, PublishedSeverity
from curriculum.published.reading import read_published
from tests.curriculum.published.test_pdf import pdf_of
from tests.published import TEXTS, lost_words

COLUMNS = "Theory Marks\tPractical Marks\tProject Marks\tViva Marks"
HEAD = f"PSC/N0146: Lay a pipe\nAssessment Criteria for Outcomes\t{COLUMNS}\n"
ROWS = "Plan the work\t9\t\t\t3\nPC1. look over the site\t4\t\t\t3\nPC2. draw the line\t5\t\t\t\nNOS Total\t9\t\t\t3\n"
HINDI = "मूल्यांकन मानदंड परिणामों के लिए सिद्धांत अंक प्रायोगिक अंक परियोजना अंक मौखिक अंक"
BODY = "<p>EXM/N1401: Lay a pipe</p><p>Description</p><p>This unit is about pipes and how to lay them in the earth.</p>"
PCS = "<p>Elements and Performance Criteria</p><p>Plan the work</p><p>To be competent, the user must be able to:</p>"
TABLE = (
    "<p>PC1. look over the site with the foreman before the digging begins</p><p>PC2. draw the line of the pipe</p>"
    "<p>Assessment Criteria</p><table><tr><td>Assessment Criteria for Outcomes</td><td>Theory Marks</td>"
    "<td>Practical Marks</td><td>Project Marks</td><td>Viva Marks</td></tr>"
)


def read(text: str) -> tuple[PrintedMarks, tuple[PublishedProblem, ...]]:
    return read_marks([line for line in lines_of(text) if line.text])


def told(text: str) -> list[str]:
    return [str(one.message) for one in read(text)[1] if one.severity is not PublishedSeverity.NOTE]


def of_rows(marks: PrintedMarks) -> dict[str, dict[str, str]]:
    """The marks that are there, by what they are of."""
    return {row.label or row.text: {name: mark for name, mark in row.marks.items() if mark} for row in marks.rows}


def test_a_mark_after_empty_cells_stays_in_its_column() -> None:
    marks, _ = read(HEAD + ROWS)
    assert of_rows(marks)["PC1"] == {"theory": "4", "viva": "3"}
    assert of_rows(marks)["PC2"] == {"theory": "5"}
    assert {name: mark for name, mark in marks.totals[0].marks.items() if mark} == {"theory": "9", "viva": "3"}
    assert told(HEAD + ROWS) == []


def test_a_row_whose_empty_cells_left_no_trace_is_told() -> None:
    text = HEAD + ROWS.replace("\t\t\t", "    ").replace("\t", "    ")
    assert [words[:44] for words in told(text)] == ["rows of this table with fewer marks than it "]


def test_an_empty_cell_of_a_pdf_stays_one() -> None:
    rows = "".join(
        f"<tr><td>{name}</td><td>{theory}</td><td></td><td></td><td>{viva}</td></tr>"
        for name, theory, viva in (("Plan", 9, 3), ("PC1. look", 4, 3), ("PC2. draw", 5, ""), ("NOS Total", 9, 3))
    )
    pdf = pdf_of(f"<style>td {{width: auto !important}}</style>{BODY}{PCS}{TABLE}{rows}</table>")
    found = read_published(published_text(pdf))
    assert found.marks is not None
    assert of_rows(found.marks)["PC1"] == {"theory": "4", "viva": "3"}
    assert of_rows(found.marks)["PC2"] == {"theory": "5"}
    assert [str(one.message) for one in found.problems if "fewer marks" in str(one.message)] == []


def test_headings_at_several_heights_do_not_exchange_theory_and_practical() -> None:
    text = (
        "PSC/N0146: Lay a pipe\n\tPractical\nAssessment Criteria for Outcomes\tTheory Marks\tProject Marks\tViva Marks"
        "\n\tMarks\nPlan the work\t4\t6\t-\t3\nPC1. look over the site\t4\t6\t-\t3\nNOS Total\t4\t6\t-\t3\n"
    )
    marks, _ = read(text)
    assert of_rows(marks)["PC1"] == {"theory": "4", "practical": "6", "project": "-", "viva": "3"}
    [words] = told(text)
    assert words.startswith("the headings of this table stand at several heights")


@pytest.mark.parametrize(
    "head", [HINDI, "Assessment Criteria for Outcomes Theory Marks Practical Marks Project Marks Viva Voce Marks"]
)
def test_headings_in_hindi_and_for_viva_voce_are_known(head: str) -> None:
    text = f"PSC/N0146: Lay a pipe\n{head}\nPlan the work 4 6 - 3\nPC1. look over 4 6 - 3\nएनओएस कुल 4 6 - 3\n"
    marks, _ = read(text)
    assert of_rows(marks)["PC1"] == {"theory": "4", "practical": "6", "project": "-", "viva": "3"}
    assert [dict(total.marks)["viva"] for total in marks.totals] == ["3"]
    assert told(text) == []


@pytest.mark.parametrize("column", ["OJT", "Written", "Theory (30)"])
def test_a_table_of_marks_whose_headings_are_unknown_is_told_and_not_only_left_out(column: str) -> None:
    text = (TEXTS / "exa-q0104.txt").read_text(encoding="utf-8")
    changed = text.replace("Theory", column)
    found = read_published(changed)
    [first, *_] = [one for one in found.problems if "without headings that are known" in str(one.message)]
    assert first.severity is PublishedSeverity.WARNING
    assert first.words
    assert lost_words(changed, found) == Counter()


def test_cells_that_were_copied_one_below_the_other_are_the_same_rows() -> None:
    text = (
        f"{HEAD}Plan the work\t9\t1\t-\t3\nPC1. look over the site\t4\t1\t-\t3\nPC2. draw\t5\t-\t-\t-\n"
        f"NOS Total\t9\t1\t-\t3\nNational Occupational Standards\t{COLUMNS}\tTotal Marks\tWeightage"
        "\nPSC/N0146: Lay a pipe\t9\t1\t-\t3\t13\t100\nTotal\t9\t1\t-\t3\t13\t100\n"
    )
    below = text.replace("\t", "\n").replace(" Marks\n", "\nMarks\n")
    marks, wanted = read(below)[0], read(text)[0]
    assert of_rows(marks) == of_rows(wanted)
    assert [dict(one.marks) for one in marks.totals] == [dict(one.marks) for one in wanted.totals]
    assert [(one.weight, dict(one.marks)) for one in marks.weights] == [("100", {**wanted.weights[0].marks})]
    assert told(below) == []


def test_a_lead_in_that_is_wrapped_before_its_end_is_no_name_of_a_group() -> None:
    text = (TEXTS / "exa-q0104.txt").read_text(encoding="utf-8")
    whole = "The individual on the job needs to know and understand:"
    assert whole in text
    parted = read_published(text.replace(whole, "The individual on the job needs to know\nand understand:"))
    assert parted.units == read_published(text).units


def test_a_mark_that_ends_a_page_is_no_page_number_where_pages_begin_with_theirs() -> None:
    """As programs write it that set the foot of a page before all else on it."""
    foot = "NSQC Approved || Example Skill Council\n{}\nQualification Pack\n"
    unit = "PSC/N0146: Lay a pipe\nDescription\nThis unit is about pipes.\nElements and Performance Criteria\n"
    unit += "Plan the work\nTo be competent, the user/individual on the job must be able to:\n"
    unit += "PC1. look over the site\nPC2. draw the line\nAssessment Criteria\n"
    rows = ["Plan the work", *"9426", "PC1. look over the site", *"4313", "PC2. draw the line", *"5113"]
    heads = "Assessment Criteria for Outcomes\nTheory Marks\nPractical Marks\nProject Marks\nViva Marks\n"
    pages = ["Pipe Layer\nQP Code: PSC/Q0104\n", unit, heads + "\n".join(rows[:10]) + "\n", "\n".join(rows[10:]) + "\n"]
    text = "\f".join(foot.format(number) + page for number, page in enumerate(pages, start=1))
    found = read_published(text).marks
    assert found is not None
    assert [tuple(row.marks.values()) for row in found.rows] == [tuple("9426"), tuple("4313"), tuple("5113")]
