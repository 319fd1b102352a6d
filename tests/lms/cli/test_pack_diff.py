"""`yogyata pack diff`: packs by code, file, folder and ZIP; what it prints, and how it ends."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from curriculum.loading import PACKS, UNITS
from lms.cli import main
from tests.lms.pack_files import pack_files, zipped


def diff(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["pack", "diff", *map(str, arguments)])


def folder_of(place: Path, files: dict[str, str]) -> Path:
    place.mkdir()
    for name, text in files.items():
        (place / name).write_text(text)
    return place


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The shipped pack as a folder of a council's own, at version 1.1 with one criterion in other words."""
    for kind, paths in (("packs", [PACKS / "asc-q1106.yaml"]), ("units", sorted(UNITS.glob("asc-*.yaml")))):
        (tmp_path / "own" / kind).mkdir(parents=True)
        for path in paths:
            (tmp_path / "own" / kind / path.name).write_text(path.read_text())
    for name in ("packs/asc-q1106.yaml", "units/asc-n1105.yaml"):
        path = tmp_path / "own" / name
        text = re.sub(r'(?m)^version: "1.0"$', 'version: "1.1"', path.read_text())
        path.write_text(text.replace("follow up on all free trials with", "follow up on all test drives with"))
    return tmp_path / "own"


def test_a_code_is_compared_with_a_folder_and_what_it_means_is_told_with_ids(newer: Path) -> None:
    answer = diff("ASC/Q1106", newer)
    assert answer.exit_code == 0, answer.output
    assert "ASC/Q1106 1.0 → ASC/Q1106 1.1" in answer.output
    assert "~ ASC/N1105 1.0 → 1.1" in answer.output
    assert "follow up on all [-free-]{+test+} [-trials-]{+drives+} with" in answer.output
    assert re.search(r"1 PC reworded: \d+ items to review, 3 tasks, \d+ lessons", answer.output)
    assert "asc-n1105-pc7-e1" in answer.output
    assert "\n  Marks" not in answer.output


def test_a_file_finds_its_units_beside_it_and_json_says_the_same(newer: Path) -> None:
    told = json.loads(diff(PACKS / "asc-q1106.yaml", newer / "packs" / "asc-q1106.yaml", "--json").output)
    assert (told["old"]["version"], told["new"]["version"]) == ("1.0", "1.1")
    [line] = told["lines"]
    assert (line["fate"], line["before"]["ref"], line["moved"]) == ("reworded", "ASC/N1105#PC7", False)
    assert ["added", "test"] in line["words"]
    [review] = told["review"]
    assert (review["items"], review["tasks"]) == (line["items"], line["tasks"])


def test_marks_are_compared_where_both_sides_have_a_scheme(newer: Path) -> None:
    scheme = Path("assessments/schemes/asc-q1106.yaml").read_text()
    other = newer / "other-scheme.yaml"
    other.write_text(re.sub(r"(?m)^    marks: 100$", "    marks: 120", scheme, count=1))
    answer = diff("ASC/Q1106", newer / "packs" / "asc-q1106.yaml", "--new-scheme", other)
    assert "\nMarks\n" in answer.output
    assert "ASC/N0001#PC1  theory" in answer.output


def test_the_same_packs_differ_in_nothing_and_an_exit_code_is_asked_for(newer: Path) -> None:
    answer = diff("ASC/Q1106", "asc/q1106", "--exit-code")
    assert (answer.exit_code, "nothing is different" in answer.output) == (0, True)
    assert diff("ASC/Q1106", newer, "--exit-code").exit_code == 1


def test_a_zip_is_a_side_too(tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(zipped(pack_files(version="1.1", first="wave to the visitor")))
    answer = diff(folder_of(tmp_path / "old", pack_files()), tmp_path / "p.zip")
    assert "~ OTH/N9001#PC1  [-greet-]{+wave to+} the visitor" in answer.output
    assert "1 PC reworded: nothing to review" in answer.output


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("ASC/Q1160", "did you mean `ASC/Q1106`?"),
        ("nowhere.yaml", "there is no file or folder nowhere.yaml"),
    ],
)
def test_what_is_no_pack_is_told_and_ends_with_2(given: str, words: str) -> None:
    answer = diff("ASC/Q1106", given)
    assert (answer.exit_code, words in answer.output) == (2, True)


def test_a_folder_of_two_packs_and_a_faulty_pack_are_refused(tmp_path: Path) -> None:
    files = pack_files()
    two = folder_of(tmp_path / "two", {**files, "other.yaml": files["pack.yaml"].replace("Q9000", "Q9001")})
    assert "name the file of one" in diff("ASC/Q1106", two).output
    broken = folder_of(tmp_path / "broken", {**files, "n9001.yaml": files["n9001.yaml"].replace("title:", "titel:")})
    answer = diff("ASC/Q1106", broken)
    assert (answer.exit_code, "n9001.yaml" in answer.output) == (1, True)
    lost = folder_of(tmp_path / "lost", {"pack.yaml": files["pack.yaml"]})
    assert "OTH/N9001 has no file oth-n9001.yaml" in diff("ASC/Q1106", lost).output
