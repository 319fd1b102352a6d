"""Files of marks: read exactly, long or wide, or refused with every fault at its line and column."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.marks_files import load_marks, read_marks
from assessments.results import Outcome
from tests.builders import a_scheme, explicit_marks
from tests.strategies import law

SCHEME = a_scheme(units=[explicit_marks("ASC/N1", {"PC1": {"theory": 4, "practical": 6}, "PC2": {"theory": 10}})])
HEAD = "candidate,ASC/N1#PC1/theory,ASC/N1#PC1/practical,ASC/N1#PC2/theory"
LONG = "candidate,node,component,marks"


def marks_of(text, scheme=SCHEME):
    """{candidate: [marks in order of the scheme's cells]} of a file without faults."""
    found, problems = read_marks(text, scheme)
    assert problems == []
    return {
        line.candidate: [score.awarded for score in found.scores_of(scheme, line).values()] for line in found.candidates
    }


def faults_of(text, scheme=SCHEME):
    found, problems = read_marks(text, scheme, "m.csv")
    assert found is None
    return [str(problem) for problem in problems]


def test_a_wide_file_has_a_line_for_each_candidate():
    text = f"{HEAD}\nA,4,4.5,9\nB,0,13/3,10\n"
    assert marks_of(text) == {"A": [4, Fraction(9, 2), 9], "B": [0, Fraction(13, 3), 10]}


def test_a_long_file_has_a_line_for_each_mark_in_any_order():
    text = f"{LONG}\nA,ASC/N1#PC2,theory,9\nB,ASC/N1#PC1,theory,0\nA,ASC/N1#PC1,practical,4.50\n"
    text += "A,ASC/N1#PC1,theory,4\nB,ASC/N1#PC1,Practical,1\nB,ASC/N1#PC2,theory,2\n"
    assert marks_of(text) == {"A": [4, Fraction(9, 2), 9], "B": [0, 1, 2]}


@pytest.mark.parametrize(
    "text",
    [
        f"﻿{HEAD}\nA,1,2,3\n".removeprefix("﻿"),
        f"{HEAD}\r\nA,1,2,3\r\n",
        f"{HEAD}\nA, 1 ,2,3\n\n,,,\n",
        f"{HEAD}\nA,1,2,3\n".replace(",", ";"),
        f"{HEAD}\nA,1,2,3\n".replace(",", "\t"),
        'candidate,"ASC/N1#PC2/theory",ASC/N1#PC1/theory,ASC/N1#PC1/practical\n"A","3",1,2\n',
    ],
)
def test_line_ends_blanks_quotes_order_and_other_strokes_between_columns_change_nothing(text):
    assert marks_of(text) == {"A": [1, 2, 3]}


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    path = tmp_path / "marks.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{HEAD}\nA,1,2,3\n".encode())
    found, problems = load_marks(path, SCHEME)
    assert problems == []
    assert found is not None


def test_a_file_that_is_not_utf_8_is_refused_with_the_byte(tmp_path):
    path = tmp_path / "marks.csv"
    path.write_bytes(b"candidate\n\xff\n")
    found, problems = load_marks(path, SCHEME)
    assert found is None
    assert str(problems[0]) == f"{path}: error: the file is not UTF-8 text (byte 10); save it as CSV in UTF-8"


def test_a_status_needs_no_marks_and_stands_in_long_files_too():
    wide, _ = read_marks(f"{HEAD},status\nA,,,,absent\nB,1,2,3,\n", SCHEME)
    long, _ = read_marks(f"{LONG},status\nA,,,,Absent\n", SCHEME)
    assert [line.status for line in wide.candidates] == [Outcome.ABSENT, None]
    assert [line.status for line in long.candidates] == [Outcome.ABSENT]


@pytest.mark.parametrize(
    ("mark", "fault"),
    [
        ("", "A: ASC/N1#PC1/theory has no mark"),
        ("five", "'five' is not a mark"),
        ("NaN", "'NaN' is not a mark"),
        ("inf", "'inf' is not a mark"),
        ("1e0", "'1e0' is not a mark"),
        ("+1", "'+1' is not a mark"),
        (".5", "'.5' is not a mark"),
        ("1/0", "'1/0' is not a mark"),
        ("٣", "'٣' is not a mark"),
        ("=1+1", "'=1+1' is not a mark"),
        ("1" * 60, "is not a mark"),
        ('"1,5"', "'1,5' is written with a comma; write a point (1.5)"),
        ('"1,000"', "'1,000' is written with a separator of thousands"),
        ("1 000", "'1 000' is written with a separator of thousands"),
        ("-1", "-1 is not from 0 to 4, the theory marks of ASC/N1#PC1"),
        ("4.01", "401/100 is not from 0 to 4"),
        ("5", "5 is not from 0 to 4"),
    ],
)
def test_what_is_no_mark_is_a_fault_at_its_place(mark, fault):
    (told,) = faults_of(f"{HEAD}\nA,{mark},2,3\n")
    assert told.startswith("m.csv:2:2: error: ")
    assert fault in told


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["m.csv:1:1: error: the file is empty"]),
        (f"{HEAD}\n", ["m.csv:2:1: error: there are no candidates"]),
        (f"{HEAD}\nA,1,2\nB,1,2,3,4\n", ["m.csv:2:3: error: has 3 fields", "m.csv:3:4: error: has 5 fields"]),
        (f"{HEAD}\nA,1,2,3\nA,1,2,3\n", ["m.csv:3:1: error: A stands on line 2 already"]),
        (f"{HEAD}\n ,1,2,3\n", ["m.csv:2:1: error: the candidate is blank"]),
        (f"{HEAD},candidate\n", ["m.csv:1:5: error: the column candidate stands twice"]),
        (
            "candidate,ASC/N1#PC1/theory,ASC/N1#PC3/theory,ASC/N1#PC1/viva\n",
            [
                "m.csv:1:3: error: the column 'ASC/N1#PC3/theory' is no node and component of this scheme; did you",
                "m.csv:1:4: error: ASC/N1#PC1 has no viva marks in this scheme",
                "m.csv:1:4: error: no column is called ASC/N1#PC1/practical, and the scheme has marks there",
                "m.csv:1:4: error: no column is called ASC/N1#PC2/theory",
            ],
        ),
        (f"{HEAD},status\nA,1,2,3,competent\n", ["m.csv:2:5: error: 'competent' is no status; one of absent"]),
        (f"{HEAD},attendance\nA,1,2,3,101\n", ["m.csv:2:5: error: '101' is no attendance"]),
        (f"{HEAD},chosen\nA,1,2,3,ASC/N9\n", ["m.csv:2:5: error: A: ASC/N9 is neither an elective nor an option"]),
        (f'{HEAD}\n"A,1,2,3\n', ["m.csv:2:1: error: cannot be read as CSV"]),
        (
            "candidate,node,marks,mark\n",
            ["no column is called component", "m.csv:1:4: error: the column 'mark' is none of"],
        ),
        (
            f"{LONG}\nA,ASC/N1#PC1,theory,1\nA,ASC/N1#PC1,theory,1\nA,ASC/N1,theory,1\nA,ASC/N1#PC1,viva,1\n"
            "A,ASC/N1#PC1,practical,\n",
            [
                "m.csv:2:1: error: A: ASC/N1#PC2/theory has no mark",
                "m.csv:3:1: error: A has marks for ASC/N1#PC1 in theory already",
                "m.csv:4:2: error: 'ASC/N1' is no node of this scheme; did you mean ASC/N1#PC2?",
                "m.csv:5:3: error: ASC/N1#PC1 has no 'viva' marks in this scheme, only theory, practical",
                "m.csv:6:4: error: the mark is blank",
            ],
        ),
    ],
)
def test_every_fault_is_told_at_once_with_its_place(text, faults):
    told = faults_of(text)
    assert len(told) == len(faults)
    assert all(fault in one for fault, one in zip(faults, told, strict=True))


def test_faults_by_the_thousand_are_counted_not_told():
    told = faults_of(f"{HEAD}\n" + "".join(f"C{n},x,2,3\n" for n in range(2_500)))
    assert len(told) == 2_001
    assert told[-1] == "m.csv: error: has 500 more faults; mend these first"


def test_units_that_were_not_chosen_have_no_marks():
    electives = [{"title": "Trades", "choose": {"min": 1, "max": 1}, "units": ["ASC/N2", "ASC/N3"]}]
    units = [explicit_marks(f"ASC/N{n}", {"PC1": {"theory": 10}}) for n in (1, 2, 3)]
    scheme = a_scheme(units=units, electives=electives)
    head = "candidate,chosen,ASC/N1#PC1/theory,ASC/N2#PC1/theory,ASC/N3#PC1/theory\n"
    assert marks_of(f"{head}A,ASC/N2,1,2,\nB,ASC/N3,1,,3\n", scheme) == {"A": [1, 2], "B": [1, 3]}
    assert faults_of(f"{head}A,ASC/N2,1,2,3\nB,ASC/N3,1,,\nC,,1,,\n", scheme) == [
        "m.csv:2:5: error: A: ASC/N3#PC1/theory has marks, but ASC/N3 is not among the units chosen",
        "m.csv:3:5: error: B: ASC/N3#PC1/theory has no mark; write one, 0 for nothing, or a status for the candidate",
        "m.csv:4:2: error: C: of the electives “Trades” 1 to 1 are chosen, not 0",
    ]


def test_marks_below_nothing_are_read_where_the_paper_as_a_whole_has_the_floor():
    theory = {"minutes": 60, "negative": {"share": "1/4", "floor": "paper"}}
    scheme = a_scheme(units=SCHEME.units, theory=theory)
    assert marks_of(f"{HEAD}\nA,-1/4,2,3\n", scheme) == {"A": [Fraction(-1, 4), 2, 3]}
    assert "is not from 0 to 6" in faults_of(f"{HEAD}\nA,1,-1,3\n", scheme)[0]


@law
@given(st.text(alphabet="candidate,node#/PC1theory\n\"';\t 0123.-NaN\x00", max_size=200))
def test_no_text_whatever_makes_it_stumble(text):
    found, problems = read_marks(text, SCHEME)
    assert (found is None) == bool(problems)
    found, problems = read_marks(f"{HEAD}\n{text}", SCHEME)
    assert (found is None) == bool(problems)
