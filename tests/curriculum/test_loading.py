"""The shipped pack, whole; and what is said of faulty ones."""

from pathlib import Path

import pytest

from curriculum.checks import check_pack
from curriculum.errors import ContentFaulty
from curriculum.loading import UNITS, get_shipped_pack, load_pack
from curriculum.model import CodeStatus
from curriculum.problems import has_errors
from tests.builders import a_pack, a_unit

PACK = get_shipped_pack("ASC/Q1106")


def test_the_customer_relationship_executive_is_whole() -> None:
    assert [unit.code for unit in PACK.units] == ["ASC/N0001", "ASC/N0002", "ASC/N0003", "ASC/N1105", "ASC/N1106"]
    assert [len(unit.criteria) for unit in PACK.units] == [9, 9, 8, 20, 11]
    assert [len(unit.knowledge) for unit in PACK.units] == [11, 8, 11, 23, 15]
    assert [len(unit.skills) for unit in PACK.units] == [12, 13, 13, 17, 20]
    assert [len(unit.elements) for unit in PACK.units] == [2, 1, 1, 1, 1]
    assert len(PACK.pack.guidelines) == 7
    assert (PACK.pack.nsqf_level, PACK.version) == ("4", "1.0")


def test_the_seller_activation_executive_is_whole() -> None:
    pack = get_shipped_pack("RAS/Q0301")
    assert [unit.code for unit in pack.units] == [f"RAS/Q0301-U{number}" for number in range(1, 6)]
    assert {unit.code_status for unit in pack.units} == {CodeStatus.LOCAL}
    assert [len(unit.criteria) for unit in pack.units] == [16, 12, 8, 13, 8]
    assert [len(unit.knowledge) for unit in pack.units] == [5, 5, 5, 6, 6]
    assert [len(unit.skills) for unit in pack.units] == [17, 18, 20, 19, 15]
    assert [len(unit.elements) for unit in pack.units] == [4, 2, 1, 3, 2]


def test_the_account_health_specialist_is_an_employers_pack_without_a_level_or_oddities() -> None:
    pack = get_shipped_pack("EMP/Q0001")
    assert pack.is_employers
    assert pack.pack.nsqf_level is None
    assert "not aligned to the NSQF" in pack.pack.source
    assert {part.code_status for part in (pack.pack, *pack.units)} == {CodeStatus.LOCAL}
    assert [len(unit.criteria) for unit in pack.units] == [8, 8, 8, 8, 7]
    assert all(3 <= len(element.criteria) <= 4 for unit in pack.units for element in unit.elements)
    assert check_pack(pack) == []


def test_an_employers_pack_that_claims_a_level_is_an_error_and_a_councils_is_not() -> None:
    [problem] = check_pack(a_pack(kind="employer_pack"))
    assert (problem.path, problem.severity) == ("nsqf_level", "error")
    assert str(problem.message) == "is 4, but an employer's own pack is not aligned to the NSQF; leave it out"
    assert check_pack(a_pack(kind="employer_pack", nsqf_level=None)) == check_pack(a_pack()) == []


def test_oddities_of_the_printed_text_are_kept_and_told_as_warnings() -> None:
    problems = check_pack(PACK)
    assert not has_errors(problems)
    told = {problem.path: str(problem.message) for problem in problems}
    assert told["ASC/N0002#PC4"] == "is printed “PC4..”"
    assert "may be cut off" in told["ASC/N1106#GS6"]
    assert told["ASC/N1105#KU12"] == "says nearly the same as KU8"
    assert "withcolleagues" in told["ASC/N0002#KU4"]


def test_a_reference_names_unit_and_line() -> None:
    assert PACK.criterion_refs()[0] == "ASC/N0001#PC1"
    assert len(set(PACK.criterion_refs())) == 57


def write_pack(folder: Path, units: str = "[ASC/N0001]") -> Path:
    path = folder / "pack.yaml"
    path.write_text(
        "code: X/Q1\ntitle: T\nversion: '1'\nbrief_description: b\npersonal_attributes: p\nsource: s\n"
        f"units: {{compulsory: {units}}}\n"
    )
    return path


def test_a_missing_unit_is_told_where_it_is_asked_for(tmp_path: Path) -> None:
    pack, problems = load_pack(write_pack(tmp_path, "[X/N7]"), UNITS)
    assert pack is None
    assert str(problems[0]).endswith(
        "pack.yaml:7:22: error: units.compulsory.0: X/N7 has no file curriculum/units/x-n7.yaml"
    )


def test_a_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "pack.yaml"
    path.write_bytes(b"code: \xff\xfe")
    assert "not UTF-8" in str(load_pack(path)[1][0].message)


def test_an_unknown_pack_raises_with_its_problems(tmp_path: Path) -> None:
    with pytest.raises((ContentFaulty, FileNotFoundError)):
        get_shipped_pack("NO/Q1")


def test_a_unit_twice_and_an_element_without_criteria_are_errors() -> None:
    unit = a_unit("ASC/N9001")
    bare = unit.model_copy(update={"elements": (unit.elements[0].model_copy(update={"criteria": ()}),)})
    said = [str(problem.message) for problem in check_pack(a_pack([unit, bare]))]
    assert "ASC/N9001 is listed 2 times; list it once" in said
    assert "the element “Do it” has no criteria" in said
