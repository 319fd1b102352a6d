"""Tables of marks that are printed without ruled lines: only where words stand tells what is beside what."""

from typing import Any

from curriculum.published.files import published_text
from curriculum.published.model import ReadPack
from curriculum.published.problems import PublishedSeverity
from curriculum.published.reading import read_published
from tests.curriculum.published.test_pdf import pdf_of

COMPETENT = "To be competent, the user/individual on the job must be able to:"
LINES = (
    ("PC1", "call on the owner of the well at the hour agreed and say what the visit is for"),
    ("PC2", "measure how deep the water stands with a fitting instrument (tape, float or sounder) and write it down"),
    ("PC3", "keep the harness (PPE) such as belt, helmet and gloves ready"),
    ("PC4", "look over pumps of 3 HP, 5 HP or 7 HP for what was damaged on the way"),
)
STYLE = """<style>@page {size: A4; margin: 20mm} td, th, td:first-child {border: none; width: auto; font-size: 10pt}
.marks td:first-child {width: 40%} p {margin: 4pt 0}</style>"""


def read_pdf(body: str) -> ReadPack:
    return read_published(published_text(pdf_of(STYLE + body)))


def odd(read: ReadPack) -> list[str]:
    return [problem.message.template for problem in read.problems if problem.severity is not PublishedSeverity.NOTE]


def row(*cells: Any, tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"


def unit(code: str, title: str, ending: str = "") -> str:
    body = f"<p>{code}: {title}</p><p>Description</p><p>This unit is about work at a well.</p>"
    body += f"<p>Elements and Performance Criteria</p><p>See the well</p><p>{COMPETENT}</p>"
    return body + "".join(f"<p>{label}. {text}</p>" for label, text in LINES) + ending


def test_an_annexe_whose_headings_are_broken_over_lines_is_read_and_is_no_guideline() -> None:
    heads = ("Assessable Outcomes", "Assessment Criteria for outcomes", "Total Marks", "Out Of", "Theory", "Practical")
    body = "<p>Well Keeper</p><p>QP Code: AGX/Q1101</p><p>Version: 1.0</p>" + unit("AGX/N1101", "See to wells")
    body += "<p>CRITERIA FOR ASSESSMENT OF TRAINEES</p><p>Guidelines for Assessment</p><p>1. Marks are given.</p>"
    cells = [(f"{code}. {text}", 10, 4, 6) for code, text in LINES]
    first = row("AGX/N1101 See to wells", cells[0][0], 40, *cells[0][1:])
    rows = [first, *(row("", text, "", *marks) for text, *marks in cells[1:])]
    narrow = "<style>td, th {width: 14% !important; vertical-align: top; text-align: left}</style>"
    read = read_pdf(f"{narrow}{body}<table>{row(*heads, tag='th')}{''.join(rows)}</table>")
    assert read.pack["guidelines"] == ["Marks are given."]
    assert read.marks is not None
    found = [(one.unit, one.label, *one.marks.values()) for one in read.marks.rows if one.label]
    assert found == [("AGX/N1101", code, "10", "4", "6") for code, _ in LINES]


def marked(width: int) -> str:
    """A unit with its table of marks, whose first column is so much of the page, and marks in the middle of rows."""
    heads = ("Assessment Criteria for Outcomes", "Theory Marks", "Practical Marks", "Project Marks", "Viva Marks")
    lines = [row(f"{code}. {text}", 2, 3, "-", 1) for code, text in LINES]
    rows = [row(*heads, tag="th"), row("See the well", 8, 12, "-", 4), *lines, row("NOS Total", 8, 12, "-", 4)]
    middle = f"<style>td {{vertical-align: middle}} .marks td:first-child {{width: {width}%}}</style>"
    table = f"<p>Assessment Criteria</p><table class=marks>{''.join(rows)}</table>"
    return f"{middle}<p>Well Keeper</p><p>QP Code: AGX/Q1101</p>{unit('AGX/N1101', 'See to wells', table)}"


def test_a_mark_that_the_words_of_its_row_come_near_to_stands_apart_from_them() -> None:
    text = published_text(pdf_of(STYLE + marked(22)))
    told = [line for line in text.splitlines() if line.endswith("\t3\t-\t1")]
    assert len(told) == len(LINES)
    assert all(line.endswith("\t2\t3\t-\t1") for line in told)


def test_a_line_that_goes_on_with_a_criterion_is_no_element_whatever_it_begins_with() -> None:
    """The unit itself says how its criteria go on: with a bracket, a figure or a capital."""
    for width in (22, 26, 30, 38):
        read = read_pdf(marked(width))
        assert read.marks is not None
        found = [(one.label, one.text, *one.marks.values()) for one in read.marks.rows]
        assert found == [
            ("", "See the well", "8", "12", "-", "4"),
            *((code, text, "2", "3", "-", "1") for code, text in LINES),
        ]


def test_a_lead_in_that_ran_into_the_name_beside_it_is_told() -> None:
    text = "AGX/N1101: See to wells\nDescription\nThis unit is about wells.\nPerformance Criteria\nSee the well\n"
    text += f"{COMPETENT}\nPC1. call on the owner\nPC2. mend the rope\nKnowledge and Understanding (K)\n"
    whole = (
        f"{text}B. Technical Knowledge\tThe user/individual on the job needs to\n\tknow and understand:\n\tKB1. pumps\n"
    )
    slid = whole.replace("Knowledge\tThe", "Knowledge (of The").replace("\tknow", "machines)\tknow")
    assert read_published(whole).units[0]["knowledge"][0]["group"] == "B. Technical Knowledge"
    assert not [words for words in odd(read_published(whole)) if words.startswith("names at the left")]
    assert [words for words in odd(read_published(slid)) if words.startswith("names at the left")]
    apart = whole.replace("B. Technical Knowledge\t", "B. Technical Knowledge ").replace("\t", "")
    assert [words for words in odd(read_published(apart)) if words.startswith("names at the left")]


def test_lettered_columns_of_marks_are_known() -> None:
    body = marked(40).replace("Theory Marks", "Theory<br>Marks<br>(A)").replace("Viva Marks", "Viva<br>Marks<br>(D)")
    read = read_pdf(body)
    assert read.marks is not None
    assert [tuple(one.marks.values()) for one in read.marks.rows if one.label] == [("2", "3", "-", "1")] * len(LINES)
