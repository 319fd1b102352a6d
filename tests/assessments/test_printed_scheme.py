"""Schemes from printed marks: the worked examples with their figures, and what a person has to look at."""

from fractions import Fraction

import pytest

from assessments.model import AssessmentScheme, Cell, Component, MarksStatus
from assessments.printed_scheme import PrintedScheme, printed_scheme
from assessments.scheme_checks import check_scheme
from curriculum.documents import read_document, validate
from curriculum.model import QualificationPack
from curriculum.problems import has_errors
from curriculum.published.lines import lines_of
from curriculum.published.marks import read_marks
from curriculum.published.problems import PublishedSeverity
from tests.assessments.printed_tables import DEEDS, jal_mitra, plumbing_sales, storyboard

THEORY, PRACTICAL, PROJECT, VIVA = Component


def read(pack: QualificationPack, text: str, *, official: bool = False) -> tuple[PrintedScheme, list[str]]:
    """The scheme of a text, and all that is said besides notes."""
    marks, problems = read_marks([line for line in lines_of(text) if line.text])
    made = printed_scheme(pack, marks, official=official)
    told = [one for one in (*problems, *made.problems) if one.severity is not PublishedSeverity.NOTE]
    return made, [str(one.message) for one in told]


def marks_of(scheme: AssessmentScheme, ref: str) -> dict[Component, int]:
    return {cell.component: marks for cell, marks in scheme.cells().items() if cell.ref == ref}


def test_jal_mitra_has_the_printed_figures_and_its_wrong_total_is_told() -> None:
    pack, text = jal_mitra()
    made, told = read(pack, text)
    scheme = made.scheme
    assert marks_of(scheme, "PSC/N0146#PC4") == {THEORY: 5, PRACTICAL: 7, VIVA: 6}
    assert marks_of(scheme, "PSC/N0146#PC8") == {}
    assert marks_of(scheme, "PSC/N0150") == {THEORY: 28, PRACTICAL: 54, VIVA: 9}
    assert marks_of(scheme, "PSC/N0138") == {THEORY: 30, PRACTICAL: 49, PROJECT: 14, VIVA: 7}
    assert [scheme.unit_total(unit.code) for unit in pack.units] == [100, 100, 100, 100, 91, 100, 100, 39]
    assert scheme.total() == 730
    assert scheme.pass_rule.aggregate_percent == "70"
    assert list((scheme.pass_rule.unit_weights or {}).values()) == [15, 15, 15, 15, 15, 10, 10, 5]
    assert "PC8 of PSC/N0146 has no marks" in told
    assert "all units, project: 0 is printed, the sum is 14" in told
    assert not has_errors(check_scheme(scheme, pack))


def test_storyboard_has_theory_by_criterion_practical_by_unit_and_a_line_in_every_unit() -> None:
    pack, text = storyboard()
    made, told = read(pack, text)
    scheme = made.scheme
    assert marks_of(scheme, "MES/N0501#PC4") == {THEORY: 10}
    assert marks_of(scheme, "MES/N0501") == {PRACTICAL: 50}
    assert [scheme.unit_total(unit.code) for unit in pack.units] == [100, 100, 100, 100]
    assert [unit.marks for unit in scheme.units] == [100, 100, 100, 100]
    assert (scheme.pass_rule.aggregate_percent, scheme.pass_rule.unit_min_percent) == (None, "70")
    assert list((scheme.pass_rule.unit_weights or {}).values()) == [30, 30, 30, 10]
    assert any(words.startswith("KA1 of MES/N0501 is PC1 by its words") for words in told)
    assert any("coded KA8, not PC" in words for words in told)
    assert not has_errors(check_scheme(scheme, pack))


def test_plumbing_sales_has_both_parts_by_criterion_and_two_lines() -> None:
    pack, text = plumbing_sales()
    made, told = read(pack, text)
    scheme = made.scheme
    assert marks_of(scheme, "PSC/N0301#PC2") == {THEORY: 40, PRACTICAL: 10}
    assert marks_of(scheme, "PSC/N0211#PC8") == {THEORY: 2, PRACTICAL: 3}
    assert [scheme.unit_total(unit.code) for unit in pack.units] == [200, 100, 100]
    sums = {part: sum(marks for cell, marks in scheme.cells().items() if cell.component is part) for part in Component}
    assert (sums[THEORY], sums[PRACTICAL], scheme.total()) == (220, 180, 400)
    assert (scheme.pass_rule.aggregate_percent, scheme.pass_rule.unit_min_percent) == ("60", "50")
    assert told == []
    assert check_scheme(scheme, pack) == []


def test_marks_are_official_only_on_a_persons_word() -> None:
    pack, text = plumbing_sales()
    assert read(pack, text)[0].scheme.marks_status is MarksStatus.SAMPLE
    assert read(pack, text, official=True)[0].scheme.marks_status is MarksStatus.OFFICIAL
    made, told = read(pack, "Nothing about marks.")
    assert (made.scheme.marks_status, made.scheme.units) == (MarksStatus.MISSING, ())
    assert "no marks are printed for PSC/N0301" in told
    assert "no line to pass is printed; 70 % of all marks is put in its place" in told


def test_rows_and_criteria_that_do_not_meet_are_told_and_nothing_is_guessed() -> None:
    pack, text = plumbing_sales()
    renamed = text.replace(f"PC3. {DEEDS[2]}", "PC3. sing to the customers every morning", 1)
    made, told = read(pack, renamed)
    words = "PC3 of PSC/N0301 is “sing to the customers every morning” in the table, and"
    assert any(one.startswith(words) for one in told)
    assert marks_of(made.scheme, "PSC/N0301#PC3") == {THEORY: 20, PRACTICAL: 5}
    strange = text.replace(f"PC3. {DEEDS[2]}", "PC33. reckon how much pipe and sand may be wanted", 1)
    made, told = read(pack, strange)
    assert marks_of(made.scheme, "PSC/N0301#PC3") == {}
    assert any("is no criterion of PSC/N0301 but like PC3 “reckon how much" in one for one in told)
    assert any(one.startswith("no row of the table is about PC3 of PSC/N0301") for one in told)


def test_a_unit_of_the_table_that_the_pack_lacks_is_told() -> None:
    pack, text = plumbing_sales()
    _, told = read(pack, text.replace("PSC/N0212", "PSC/N0213"))
    assert any(one.startswith("PSC/N0213 is no unit of PSC/Q0302") for one in told)
    assert "no marks are printed for PSC/N0212" in told


def test_half_marks_make_a_mark_unit_of_a_half() -> None:
    pack, text = plumbing_sales()
    halves = text.replace(
        "PC1. look over the site and list what is there   200   50   40   10",
        "PC1. look over the site and list what is there   200   50   39.5   10.5",
    )
    scheme = read(pack, halves)[0].scheme
    assert scheme.mark_unit == "1/2"
    assert marks_of(scheme, "PSC/N0301#PC1") == {THEORY: 79, PRACTICAL: 21}
    assert Fraction(scheme.mark_unit) * scheme.total() == 400


@pytest.mark.parametrize("example", [jal_mitra, storyboard, plumbing_sales])
def test_the_scheme_is_a_document_that_reads_back(example) -> None:
    pack, text = example()
    scheme = read(pack, text)[0].scheme
    document, problems = read_document(scheme.model_dump_json(exclude_none=True))
    again, faults = validate(document, AssessmentScheme)
    assert (problems, faults) == ([], [])
    assert again == scheme
    assert Cell(f"{pack.units[0].code}#PC1", THEORY) in scheme.cells()


@pytest.mark.parametrize("level", ["400", "IV", "4 to 5", "४", "-4"])
def test_a_level_that_is_no_figure_is_told_and_left_out_of_the_scheme(level: str) -> None:
    pack, text = jal_mitra()
    odd = pack.model_copy(update={"pack": pack.pack.model_copy(update={"nsqf_level": level})})
    made, told = read(odd, text)
    assert made.scheme.nsqf_level is None
    assert f"the level {level} is no figure such as 4 or 4.5; the scheme is without a level" in told


def test_a_line_to_pass_in_the_figures_of_another_script_counts_and_one_of_more_than_the_whole_is_told() -> None:
    pack, text = jal_mitra()
    assert "70" in text
    made, _ = read(pack, text.replace("70", "७०"))
    assert made.scheme.pass_rule.aggregate_percent == "70"
    made, told = read(pack, text.replace("70", "170"))
    assert "170 % is more than the whole; left out" in told
    assert made.scheme.pass_rule.aggregate_percent == "70"


def test_a_line_to_pass_of_a_unit_counts_once_and_one_of_a_unit_that_is_not_there_is_told() -> None:
    pack, text = jal_mitra()
    made, told = read(pack, f"{text}\nTo pass, 70 % of all marks.\nPSC/N0146 60 %\nPSC/N0146 65 %\nPSC/N9999 50 %\n")
    assert made.scheme.pass_rule.unit_min_percent_of == {"PSC/N0146": "60"}
    assert "65 % is printed as the line to pass, 60 % before; the first stays" in told
    assert "PSC/N9999 is no unit of PSC/Q0117; its line to pass is left out" in told


def test_lines_to_pass_of_units_that_add_up_as_weights_do_are_told() -> None:
    pack, text = jal_mitra()
    as_weights = "the lines to pass of units add up to 100, as weights do; compare them with the document"
    passing = f"{text.replace('Weightage', 'Part')}\nTo pass, 70 % of all marks.\n"
    assert as_weights in read(pack, f"{passing}PSC/N0146 60 %\nPSC/N0147 40 %\n")[1]
    assert as_weights not in read(pack, f"{passing}PSC/N0146 60 %\nPSC/N0147 50 %\n")[1]
