"""PDFs laid out as councils lay out theirs: ruled tables, cells in the middle of rows, a cover in two columns.

The packs in them are invented. Older packs hold each unit in a table; newer ones only the marks and the parameters.
"""

import html
from collections import Counter
from typing import Any

import pytest

from curriculum.published.files import published_text
from curriculum.published.problems import PublishedSeverity
from curriculum.published.reading import read_published
from tests.curriculum.published.test_pdf import pdf_of
from tests.published import lost_words, strange_words

TEXT = """before the season begins look over every machine of the farm and write down what is worn out so that it is
mended in time and nobody has to wait in the field while the weather is good and the soil is neither too wet nor dry"""
WORDS = TEXT.split()
NAMES = (
    "Prepare",
    "Carry out the work with hand tools and small machines as told by the farmer",
    "Clean up and report",
)
UNITS = (
    ("AGX/N1101", "Prepare the field and the machines"),
    ("AGX/N1102", "Operate small machines safely, and keep them in working order through the whole of the year"),
)
KNOW = "The user/individual on the job needs to know and understand:"
KNOW_HOW = "The user/individual on the job needs to know and understand how to:"
COMPETENT = "To be competent, the user/individual on the job must be able to:"
CONTEXT = "A. Organizational Context (Knowledge of the company / organization and its processes)"
MARKED = 12
HEADS = (
    "Assessable Outcomes",
    "Assessment Criteria for Outcomes",
    "Total Marks",
    "Out Of",
    "Theory",
    "Skills Practical",
)


def words(first: int, count: int) -> str:
    return " ".join(WORDS[(first + number) % len(WORDS)] for number in range(count))


def criteria(unit: int, element: int) -> list[tuple[str, str]]:
    return [(f"PC{4 * element + n}", words(unit + 5 * element + 3 * n, 6 * n)) for n in range(1, 5)]


def coded(prefix: str, unit: int, *lengths: int) -> list[tuple[str, str]]:
    return [(f"{prefix}{n}", words(7 * unit + n, length)) for n, length in enumerate(lengths, start=1)]


def cell_of(lines: list[tuple[str, str]], lead: str = "") -> str:
    return "<br>".join([lead, *(f"{code}. {text}" for code, text in lines)][not lead :])


def row(*cells: str, wide: int = 0) -> str:
    return f"<tr>{''.join(f'<td colspan={wide or 1}>{cell}</td>' for cell in cells)}</tr>"


def style(align: str) -> str:
    return f"""<style>@page {{size: A4; margin: 22mm 16mm; @top-left {{content: element(head)}}
    @bottom-center {{content: counter(page) " | Page"}}}}
    .head {{position: running(head)}} .page {{break-before: page; position: relative}}
    .side {{transform: rotate(-90deg); position: absolute; left: -30mm; top: 90mm}}
    td {{vertical-align: {align}; width: auto}} td:first-child {{width: auto}} .name {{width: 26%}}
    .cover > div {{float: left; width: 108mm}} .cover > div:first-child {{width: 42mm; margin-right: 10mm}}</style>"""


def page(head: str, side: str, body: str) -> str:
    """A page with its head, and what stands upright at its side."""
    return f"<div class=head>{head}</div><div class=page><div class=side>{side}</div>{body}</div>"


def cover() -> str:
    about = (
        "OS describe what individuals need to do, know and understand in order to carry out a particular job role or "
        "function. OS are performance standards that individuals must achieve when carrying out functions."
    )
    contents = ["1. Introduction and Contacts..…………..P.1", "2. Qualifications Pack……….…..P.2", "3. OS Units…….P.4"]
    told = ["SECTOR: AGRICULTURE", "OCCUPATION: Operation", "REFERENCE ID: AGX/ Q 1101", "ALIGNED TO: NCO-2004/8331.10"]
    right = "<br>".join(["Contents", *contents, "Introduction", "Qualifications Pack- Machine Operator", *told])
    brief = f"Brief Job Description: The individual at work {words(3, 40)}."
    attributes = f"Personal Attributes: The job requires the individual to {words(9, 30)}."
    left = f"What are Occupational Standards(OS)?<br>{about}<br>Contact Us:<br>Example Council<br>12th Floor"
    columns = f"<div>{left}</div><div style='line-height: 1.37'>{right}<br>{brief}<br>{attributes}</div>"
    return f"<p>QUALIFICATIONS PACK - OCCUPATIONAL STANDARDS FOR AGRICULTURE</p><div class=cover>{columns}</div>"


def job() -> str:
    rows = [
        row("Qualifications Pack<br>Code", "AGX/Q1101", "", ""),
        row("Credits(NSQF)", "TBD", "Version number", "1.0"),
        row("Sector", "Agriculture", "Drafted on", "19/05/14"),
        row("NSQF level", "3", "Next review date", "24/06/16"),
    ]
    units = "<br>".join(f"{n}. {code} {title}" for n, (code, title) in enumerate(UNITS, start=1))
    listed = f"Compulsory:<br>{units}<br>Optional:<br>Not Applicable"
    more = row("Applicable National Occupational Standards (NOS)", listed) + row(
        "Performance Criteria", "As described in the relevant OS units"
    )
    tables = f"<table>{''.join(rows)}</table><br><table>{more}</table>"
    return page("Qualifications Pack For Machine Operator", "Job Details", tables)


def old_unit(number: int) -> str:
    code, title = UNITS[number]
    rows = [row("Unit Code", code), row("Unit Title<br>(Task)", title)]
    rows += [
        row("Description", f"This OS unit is about {words(number, 15)}"),
        row("Scope", "This unit covers:<br>• Work"),
    ]
    rows += [row("Performance Criteria (PC) w.r.t. the Scope", wide=2), row("Element", "Performance Criteria")]
    rows += [row(name, cell_of(criteria(number, place), COMPETENT)) for place, name in enumerate(NAMES)]
    rows += [row("Knowledge and Understanding (K)", wide=2)]
    rows += [row(CONTEXT, cell_of(coded("KA", number, 7, 24, 5), KNOW))]
    rows += [
        row("B. Technical Knowledge", cell_of(coded("KB", number, 12, 40), KNOW)),
        row("Skills (S) [Optional]", wide=2),
    ]
    rows += ["<tr><td rowspan=4>A. Core Skills/<br>Generic Skills</td><td>Writing Skills</td></tr>"]
    skills = coded("SA", number, 9, 22)
    rows += [row(cell_of(skills[:1], KNOW_HOW)), row("Reading Skills"), row(cell_of(skills[1:], KNOW_HOW))]
    table = "".join(rows).replace("<tr><td colspan=1>", "<tr><td class=name>")
    end = row("NOS Code", code) + row("Version number", "1.0")
    ending = f"<div class=page>NOS Version Control<table>{end}</table></div>"
    return page(f"{code} {title}", "National Occupational Standard", f"<table>{table}</table>") + ending


def annexe() -> str:
    tables = []
    for number, (code, title) in enumerate(UNITS):
        lines = [line for place in range(len(NAMES)) for line in criteria(number, place)]
        top = "<tr><th colspan=2></th><th colspan=4>Marks Allocation</th></tr>" + "".join(
            f"<th>{head}</th>" for head in HEADS
        )
        rows = []
        for place, (name, text) in enumerate(lines):
            own = f"<td rowspan={MARKED} style='width: 20%'>{code} {title}</td>" if not place else ""
            total = f"<td rowspan={MARKED}>84</td>" if not place else ""
            rows.append(f"<tr>{own}<td>{name}. {text}</td>{total}<td>7</td><td>2</td><td>5</td></tr>")
        rows.append("<tr><td></td><td>Total</td><td></td><td>84</td><td>24</td><td>60</td></tr>")
        tables.append(f"<table><thead>{top}</thead>{''.join(rows)}</table>")
    rule = "1. To pass the Qualification Pack, every trainee should score a minimum of 70% aggregate in QP"
    guide = f"<p>Job Role Machine Operator</p><p>Guidelines for Assessment</p><p>{rule}</p>"
    return page("Annexure", "", f"<p>CRITERIA FOR ASSESSMENT OF TRAINEES</p>{guide}{'<br>'.join(tables)}")


@pytest.fixture(scope="module", params=["top", "middle"])
def old(request: pytest.FixtureRequest) -> str:
    body = style(request.param) + cover() + job() + old_unit(0) + old_unit(1) + annexe()
    return published_text(pdf_of(body))


def found(unit: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(one["title"], [(line["code"], line["text"]) for line in one["criteria"]]) for one in unit["elements"]]


def test_each_criterion_of_an_older_pdf_stands_whole_under_its_element(old: str) -> None:
    units = read_published(old).units
    assert [(unit["code"], unit["title"], unit["version"]) for unit in units] == [(*unit, "1.0") for unit in UNITS]
    for number, unit in enumerate(units):
        assert found(unit) == [(name, criteria(number, place)) for place, name in enumerate(NAMES)]


def test_names_of_groups_stay_out_of_the_lines_beside_them(old: str) -> None:
    for number, unit in enumerate(read_published(old).units):
        told = [(line["group"], line["code"], line["text"]) for line in unit["knowledge"]]
        assert told == [
            *((CONTEXT, *line) for line in coded("KA", number, 7, 24, 5)),
            *(("B. Technical Knowledge", *line) for line in coded("KB", number, 12, 40)),
        ]
        skills = coded("SA", number, 9, 22)
        assert [(line["group"], line["code"], line["text"]) for line in unit["skills"]] == [
            ("Writing Skills", *skills[0]),
            ("Reading Skills", *skills[1]),
        ]


def test_a_cover_in_two_columns_is_read_column_by_column(old: str) -> None:
    pack = read_published(old).pack
    names = ("code", "title", "version", "nsqf_level", "sector", "brief_description", "personal_attributes")
    assert [pack[name] for name in names] == [
        "AGX/Q1101",
        "Machine Operator",
        "1.0",
        "3",
        "Agriculture",
        f"The individual at work {words(3, 40)}.",
        f"The job requires the individual to {words(9, 30)}.",
    ]


def test_marks_of_an_annexe_over_several_pages_are_those_of_each_criterion(old: str) -> None:
    marks = read_published(old).marks
    assert marks is not None
    rows = [row for row in marks.rows if row.label]
    assert [(row.unit, row.label, *row.marks.values()) for row in rows] == [
        (code, f"PC{n}", "7", "2", "5") for code, _ in UNITS for n in range(1, MARKED + 1)
    ]
    assert {row.unit: row.marks["total"] for row in marks.rows if not row.label} == {code: "84" for code, _ in UNITS}


def test_no_word_of_an_older_pdf_is_lost_and_nothing_is_odd_in_it(old: str) -> None:
    read = read_published(old)
    assert lost_words(old, read) == Counter()
    assert strange_words(old, read) == []
    assert [problem for problem in read.problems if problem.severity is not PublishedSeverity.NOTE] == []


def test_marks_beside_the_middle_of_long_texts_are_theirs() -> None:
    """Newer packs: a marks table with headings on two lines, and a unit that all packs share, of no council."""
    lines = [(f"PC{n}", words(n, 8 * n)) for n in range(1, 7)]
    body = "<p>DGT/VSQ/N0102: Employability Skills (60 Hours)</p><p>Description</p><p>This unit is about work.</p>"
    body += f"<p>Elements and Performance Criteria</p><p>Find work</p><p>{COMPETENT}</p>"
    body += "".join(f"<p>{code}. {html.escape(text)}</p>" for code, text in lines)
    body += "<p>Assessment Criteria</p><table><tr><td>Assessment Criteria for Outcomes</td>"
    body += "".join(f"<td>{name}<br>Marks</td>" for name in ("Theory", "Practical", "Project", "Viva")) + "</tr>"
    body += row("Find work", "6", "12", "-", "6") + "".join(row(f"{c}. {t}", "1", "2", "-", "1") for c, t in lines)
    body += row("NOS Total", "6", "12", "-", "6") + "</table>"
    read = read_published(published_text(pdf_of(style("middle") + body)))
    [unit] = read.units
    assert (unit["code"], unit["title"], found(unit)) == (
        "DGT/VSQ/N0102",
        "Employability Skills (60 Hours)",
        [("Find work", lines)],
    )
    assert read.marks is not None
    assert [(row.label, row.text, tuple(row.marks.values())) for row in read.marks.rows] == [
        ("", "Find work", ("6", "12", "-", "6")),
        *((code, text, ("1", "2", "-", "1")) for code, text in lines),
    ]


def test_words_with_a_line_under_them_part_no_cell() -> None:
    lines = [("PC1", "<u>look</u> " + words(0, 30)), ("PC2", words(4, 9))]
    body = "<p>AGX/N1101: Prepare</p><p>Description</p><p>This unit is about work.</p>"
    rows = row("Element", "Performance Criteria") + row("Find what is worn", cell_of(lines, f"<u>{COMPETENT}</u>"))
    read = read_published(
        published_text(pdf_of(style("middle") + f"{body}<p>Performance Criteria</p><table>{rows}</table>"))
    )
    assert found(read.units[0]) == [("Find what is worn", [("PC1", f"look {words(0, 30)}"), ("PC2", words(4, 9))])]
