"""Sheets of marks: what each row means, every fault with its row and column, and that marks come back as they went."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.marks import mark_of, shown
from assessments.marks_sheet_rows import MARK_FIELDS, SheetField, SheetRow
from assessments.marks_sheets import SheetReading, read_sheet
from assessments.model import Cell, Component, MarksStatus
from assessments.unit_figures import UnitFigures, figures_of, with_marks
from tests.assessments.printed_tables import DEEDS, unit_of
from tests.builders import a_pack, a_scheme

THEORY, PRACTICAL, PROJECT, VIVA = Component
PACK = a_pack(
    [unit_of("ASC/N9001", "Greet the guests", 2, 1), unit_of("EX/Q1-U2", "Show them round", 2)], code="ASC/Q9000"
)
COLUMNS = tuple(SheetField)


def row(number: int, *cells: str) -> SheetRow:
    return SheetRow(number=number, cells=dict(zip(COLUMNS, cells, strict=False)))


def sheet(**changes: tuple[str, ...]) -> list[SheetRow]:
    """A sound sheet of the pack, rows 2 to 6, with other rows in place of some: `r3=(…)`; an empty one is left out."""
    rows = {
        "r2": ("ASC/Q9000", "ASC/N9001", "Greet the guests", "PC1", DEEDS[0], "4", "6"),
        "r3": ("ASC/Q9000", "ASC/N9001", "Greet the guests", "PC2", DEEDS[1], "4", "6"),
        "r4": ("ASC/Q9000", "ASC/N9001", "Greet the guests", "PC3", DEEDS[2], "5", "7", "-", "2"),
        "r5": ("ASC/Q9000", "EX/Q1-U2", "Show them round", "PC1", DEEDS[0], "4.5", "NA"),
        "r6": ("ASC/Q9000", "EX/Q1-U2", "Show them round", "PC2", DEEDS[1], "", "10"),
    } | changes
    return [row(int(name[1:]), *cells) for name, cells in rows.items() if cells]


def read(**changes: tuple[str, ...]) -> SheetReading:
    return read_sheet(PACK, sheet(**changes))


def faults(**changes: tuple[str, ...]) -> list[tuple[int, str, str]]:
    return [(one.row, one.field or "", str(one.words)) for one in read(**changes).faults]


def test_a_sound_sheet_gives_the_marks_of_every_criterion() -> None:
    reading = read()
    assert reading.problems == []
    scheme = with_marks(a_scheme(PACK), reading.units, MarksStatus.OFFICIAL)
    assert scheme.mark_unit == "1/2"
    assert scheme.cells()[Cell("ASC/N9001#PC3", VIVA)] == 4
    assert scheme.cells()[Cell("EX/Q1-U2#PC1", THEORY)] == 9
    assert (scheme.total() * Fraction(1, 2), scheme.specimen) == (Fraction("48.5"), False)


@pytest.mark.parametrize(
    "cells",
    [
        ("", "asc / n9001", "", "pc 2.", "", "4", "6"),
        ("", "ASC_N9001", "", "ASC_N9001_PC2", "", "4", "6"),
        ("", "ASC N 9001", "", "PC2", "", "4", "6"),
        ("", "", "greet the guests", "PC02", "", "4", "6"),
        ("", "ASC/N9001", "", "", f"PC2. {DEEDS[1].title()}", "4", "6"),
        ("", "ASC/N9001", "", "", DEEDS[1], "4", "6"),
        ("", "asc_n9001", "", "", f"pc2. {DEEDS[1]}", "4", "6"),
        ("asc/q9000", "asc/n9001", "", "asc_n9001_pc2", "", "4", "6"),
        ("", "ASC/N9001", "", f"PC2. {DEEDS[1]}", "", "4", "6"),
    ],
)
def test_a_unit_and_a_criterion_are_known_however_they_are_written(cells: tuple[str, ...]) -> None:
    reading = read(r3=cells)
    assert reading.problems == []
    assert reading.units[0].criteria["PC2"] == {THEORY: 4, PRACTICAL: 6}


def test_the_code_of_a_unit_may_stand_in_one_column_with_its_title() -> None:
    one = ("", "ASC / N9001: Greet the guests", "", "PC1", DEEDS[0], "4", "6")
    assert read(r2=one).problems == []
    other = ("", "ASC/N9001 Bake bread and cakes", "", "PC1", DEEDS[0], "4", "6")
    assert [str(one.words) for one in read(r2=other).problems] == [
        "ASC/N9001 is “Greet the guests” in the pack, and “Bake bread and cakes” here."
    ]


def test_a_code_of_our_own_is_known_by_its_end() -> None:
    assert read(r5=("", "U2", "", "PC1", "", "4", "1")).problems == []


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("=SUM(A1)", "Holds a formula. Write the figure itself."),
        ("2026-05-04", "2026-05-04 is a day. Write marks as a number, such as 4 or 4.5."),
        ("four", "four is no mark. Write a number of 0 or more, such as 4 or 4.5."),
        ("1,250", "1,250 may be 1250 or 1.250. Write it without a comma."),
        ("1,00,000", "1,00,000 is no mark. Write a number of 0 or more, such as 4 or 4.5."),
        ("4,", "4, is no mark. Write a number of 0 or more, such as 4 or 4.5."),
        ("-4", "-4 is no mark. Write a number of 0 or more, such as 4 or 4.5."),
        ("50%", "50% is no mark. Write a number of 0 or more, such as 4 or 4.5."),
        ("4.3", "4.3 is no whole, half or quarter mark."),
        ("4,3", "4,3 is no whole, half or quarter mark."),
        ("1001", "1001 is too much; at most 1000."),
    ],
)
def test_what_is_no_mark_is_told_in_its_cell(cell: str, words: str) -> None:
    assert (3, "Theory_Marks", words) in faults(r3=("", "ASC/N9001", "", "PC2", DEEDS[1], cell, "6"))


@pytest.mark.parametrize(("cell", "mark"), [("2,5", "5/2"), ("0,250", "1/4"), ("12,75", "51/4"), ("२,५", "5/2")])
def test_a_mark_may_have_a_decimal_comma(cell: str, mark: str) -> None:
    assert mark_of(cell) == (Fraction(mark), None)
    assert read(r3=("", "ASC/N9001", "", "PC2", DEEDS[1], cell, "6")).units[0].criteria["PC2"][THEORY] == Fraction(mark)


@pytest.mark.parametrize("cell", ["", "-", "–", "NA", "n/a", "nil", "--"])
def test_nothing_is_written_in_many_ways(cell: str) -> None:
    assert mark_of(cell) == (None, None)


def test_rows_that_mean_nothing_here_are_faults_with_what_is_like_them() -> None:
    assert faults(r2=("ASC/Q9001", "ASC/N9001", "", "PC1", "", "4")) == [
        (2, "QP_ID", "Is ASC/Q9001; this is the sheet of ASC/Q9000.")
    ]
    told = faults(r3=("", "ASC/N9009", "Greet guests", "PC2", "", "4"))
    assert (3, "NOS_ID", "ASC/N9009 is no unit of ASC/Q9000. Is it ASC/N9001 Greet the guests?") in told
    assert (0, "", "PC2 of ASC/N9001 has no row.") in told
    told = faults(r3=("", "ASC/N9001", "", "PC9", "draw the line which the pipe takes", "4"))
    assert any(
        row == 3 and words.startswith("PC9 is no criterion of ASC/N9001. Is it PC2 “draw") for row, _, words in told
    )
    told = faults(r3=("", "", "", "PC2", "", "4"))
    assert any(row == 3 and words.startswith("Is empty. Write the unit’s code in every row") for row, _, words in told)


def of_another(pack: str, *units: str) -> list[tuple[int, str, str]]:
    """The faults of a sheet whose two units are called otherwise, and its pack too where one is given."""
    given = dict(zip(("ASC/N9001", "EX/Q1-U2"), units, strict=True))
    rows = [
        row(one.number, pack, given[one.text(SheetField.UNIT)], "", *(one.text(name) for name in COLUMNS[3:]))
        for one in sheet()
    ]
    return [(one.row, one.field or "", str(one.words)) for one in read_sheet(PACK, rows).faults]


def test_a_sheet_of_another_pack_is_told_once_with_the_codes_it_has_and_those_expected() -> None:
    expected = "ASC/Q9000 (ASC/N9001, EX/Q1-U2) was expected."
    assert of_another("ASC/Q7000", "ASC/N7001", "ASC/N7002") == [
        (0, "QP_ID", f"The sheet is of another pack: it has ASC/Q7000 (ASC/N7001, ASC/N7002); {expected}")
    ]
    # Packs share units, so that every row may be known and be of the other pack all the same.
    assert of_another("ASC/Q7000", "ASC/N9001", "EX/Q1-U2") == [
        (0, "QP_ID", f"The sheet is of another pack: it has ASC/Q7000; {expected}")
    ]


@pytest.mark.parametrize("pack", ["", "ASC/Q9000"])
def test_a_sheet_without_a_unit_of_the_pack_is_told_once(pack: str) -> None:
    assert of_another(pack, "ASC/N7001", "ASC/N7002") == [
        (
            0,
            "NOS_ID",
            "No row is of a unit of ASC/Q9000: the sheet has ASC/N7001, ASC/N7002; the pack has ASC/N9001, EX/Q1-U2.",
        )
    ]


def test_other_faults_of_a_sheet_of_another_pack_keep_their_rows() -> None:
    rows = [
        row(2, "ASC/Q7000", "ASC/N7001", "", "PC1", "", "four"),
        row(3, "ASC/Q7000", "ASC/N9001", "", "PC1", "", "4"),
    ]
    told = [(one.row, one.field or "") for one in read_sheet(PACK, rows).faults]
    assert told == [(0, "QP_ID"), (0, ""), (0, ""), (0, ""), (2, "Theory_Marks"), (2, "NOS_ID")]


def test_a_criterion_twice_names_the_row_that_was_first() -> None:
    assert faults(r3=("", "ASC/N9001", "", "PC1", DEEDS[0], "4"))[-1:] == [
        (3, "PC_ID", "ASC/N9001 PC1 stands in row 2 already. Keep one.")
    ]


def test_a_code_with_the_words_of_another_is_a_fault_and_other_words_an_oddity() -> None:
    told = faults(r3=("", "ASC/N9001", "", "PC2", DEEDS[2], "4"), r4=())
    assert (3, "PC_ID", f"PC2 has the words of PC3, “{DEEDS[2]}”. Mend the code or the words.") in told
    reading = read(r3=("", "ASC/N9001", "", "PC2", "sing every morning", "4"))
    assert reading.faults == []
    assert [str(one.words) for one in reading.oddities] == [
        f"PC2 is “{DEEDS[1]}” in the pack, and “sing every morning” here."
    ]


def test_units_and_criteria_without_a_row_are_named() -> None:
    assert faults(r5=(), r6=()) == [(0, "", "EX/Q1-U2 “Show them round” has no row.")]
    assert faults(r3=()) == [(0, "", "PC2 of ASC/N9001 has no row.")]


def test_a_unit_is_not_said_to_have_no_row_where_its_rows_are_faulty() -> None:
    told = faults(r5=("", "EX/Q1-U2", "", "PC8", "", "4"), r6=())
    assert told == [(5, "PC_ID", "PC8 is no criterion of EX/Q1-U2.")]


def test_a_row_without_marks_is_kept_and_shown() -> None:
    reading = read(r3=("", "ASC/N9001", "", "PC2", DEEDS[1], "-", "-"))
    assert reading.faults == []
    assert [(one.row, str(one.words)) for one in reading.oddities] == [
        (3, "PC2 of ASC/N9001 has no marks and is not assessed.")
    ]


def test_an_element_may_carry_marks_for_its_criteria() -> None:
    reading = read(r2=("", "ASC/N9001", "", "", "Plan the work", "8", "12"), r3=())
    assert reading.problems == []
    scheme = with_marks(a_scheme(PACK), reading.units, MarksStatus.OFFICIAL)
    assert scheme.cells()[Cell("ASC/N9001#E1", PRACTICAL)] == 24


def test_a_unit_may_carry_its_practical_as_a_whole() -> None:
    rows = [
        row(2, "", "ASC/N9001", "", "", "", "", "50"),
        *(row(number + 3, "", "ASC/N9001", "", f"PC{number + 1}", "", "10") for number in range(3)),
        row(9, "", "EX/Q1-U2", "", "", "", "20", "30"),
    ]
    reading = read_sheet(PACK, rows)
    assert reading.problems == []
    cells = with_marks(a_scheme(PACK), reading.units, MarksStatus.OFFICIAL).cells()
    assert (cells[Cell("ASC/N9001", PRACTICAL)], cells[Cell("EX/Q1-U2", THEORY)]) == (50, 20)
    assert Cell("ASC/N9001", THEORY) not in cells


def test_rows_of_sums_are_compared_and_count_nothing() -> None:
    sums = {
        "r7": ("", "ASC/N9001", "", "", "Plan the work", "9", "12"),
        "r8": ("", "ASC/N9001", "", "", "NOS Total", "13", "20"),
        "r9": ("Total", "", "", "", "", "17.5", "29"),
    }
    reading = read(**sums)
    assert reading.faults == []
    assert [(one.row, one.field, str(one.words)) for one in reading.oddities] == [
        (7, "Theory_Marks", "Is 9; the rows that it sums up come to 8, and these count."),
        (8, "Practical_Marks", "Is 20; the rows that it sums up come to 19, and these count."),
    ]
    assert reading.units[0].elements == {1: {}}


def test_items_on_a_paper_stay_with_their_criteria() -> None:
    base = a_scheme(PACK)
    first = base.units[0]
    lines = (first.criteria[0].model_copy(update={"theory_items": 3}), *first.criteria[1:])
    base = base.model_copy(update={"units": (first.model_copy(update={"criteria": lines}), *base.units[1:])})
    assert with_marks(base, read().units, MarksStatus.OFFICIAL).theory_items["ASC/N9001#PC1"] == 3


_MARKS = st.dictionaries(st.sampled_from(Component), st.integers(1, 40).map(lambda n: Fraction(n, 4)), max_size=4)


@given(st.lists(_MARKS, min_size=5, max_size=5))
def test_marks_come_back_from_a_sheet_as_they_went_into_it(marks: list[dict[Component, Fraction]]) -> None:
    figures = [UnitFigures(unit=unit) for unit in PACK.units]
    places = [(one, line.id) for one in figures for line in one.unit.criteria]
    for (one, line), own in zip(places, marks, strict=True):
        one.criteria[line] = own
    scheme = with_marks(a_scheme(PACK), figures, MarksStatus.OFFICIAL)
    rows = [
        SheetRow(
            number=number,
            cells={
                SheetField.UNIT: one.unit.code,
                SheetField.LABEL: line,
                **{
                    name: shown(one.criteria[line][part])
                    for name, part in MARK_FIELDS.items()
                    if part in one.criteria[line]
                },
            },
        )
        for number, (one, line) in enumerate(places, start=2)
    ]
    reading = read_sheet(PACK, rows)
    assert reading.faults == []
    again = with_marks(a_scheme(PACK), reading.units, MarksStatus.OFFICIAL)
    assert again.cells() == scheme.cells()
    assert again.mark_unit == scheme.mark_unit
    assert [one.sums() for one in figures_of(scheme, PACK)] == [one.sums() for one in figures]


def test_a_unit_s_code_that_is_none_of_the_pack_is_told_where_the_title_decides() -> None:
    reading = read(r2=("ASC/Q9000", "ASC/N9", "Greet the guests", "PC1", DEEDS[0], "4", "6"))
    assert [(one.row, one.field, str(one.words)) for one in reading.oddities] == [
        (2, "NOS_ID", "ASC/N9 is read as ASC/N9001, by its title “Greet the guests”.")
    ]
    assert reading.faults == []
