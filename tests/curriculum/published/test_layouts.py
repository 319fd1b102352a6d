"""Invented packs in each printed layout come out as what they say; no word is lost, and what is odd is told.

`tests/content/published/*.expected.yaml` hold what is read. After a meant change renew them with
`YOGYATA_RENEW_GOLDENS=1 ./run test tests/curriculum/published/test_layouts.py` and read the difference.
"""

import os
from collections import Counter
from pathlib import Path

import pytest
import yaml

from curriculum.documents import read_path
from curriculum.model import NosUnit, PackDocument
from curriculum.published.model import ReadPack
from curriculum.published.problems import PublishedSeverity
from curriculum.published.reading import read_published
from tests.published import TEXTS, lost_words, strange_words

LAYOUTS = ["exa-q0104", "exm-q1401", "exa-q0102.hi"]


def text_of(name: str) -> str:
    return (TEXTS / f"{name}.txt").read_text(encoding="utf-8")


def told(read: ReadPack) -> list[str]:
    """What is odd or wrong, with its line."""
    odd = [problem for problem in read.problems if problem.severity is not PublishedSeverity.NOTE]
    return [f"{problem.line}: {problem.message}" for problem in odd]


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_read_as_it_was(name: str) -> None:
    read = read_published(text_of(name))
    golden = TEXTS / f"{name}.expected.yaml"
    value = {"pack": dict(read.pack), "units": list(read.units)}
    if os.environ.get("YOGYATA_RENEW_GOLDENS"):
        golden.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")
    expected = yaml.safe_load(golden.read_text(encoding="utf-8"))
    assert value == expected


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_holds_valid_content(name: str) -> None:
    read = read_published(text_of(name))
    assert PackDocument.model_validate(read.pack)
    assert all(NosUnit.model_validate(unit) for unit in read.units)


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_word_of_a_layout_is_lost_or_made_up(name: str) -> None:
    read = read_published(text_of(name))
    assert lost_words(text_of(name), read) == Counter()
    assert strange_words(text_of(name), read) == []


def test_a_template_code_before_the_true_one_is_told() -> None:
    read = read_published(text_of("exa-q0104"))
    assert read.pack["code"] == "EXA/Q0104"
    assert "5: SGJ/Q2101 is printed here too; EXA/Q0104 was taken as the pack's code" in told(read)


def test_gaps_repetitions_and_codes_of_another_kind_are_told_with_their_lines() -> None:
    lines = [line.lstrip("\f") for line in text_of("exa-q0104").split("\n")]
    found = told(read_published(text_of("exa-q0104")))
    for words, sign in (
        ("PC7 stands where PC6 should", "PC7."),
        ("KU3 is printed again in this unit; this line is KU3-2", "KU3. how"),
        ("KA1 is not the kind of code that belongs into this section; it is kept as printed", "KA1."),
        ("PC1 is printed again in this unit; this line is PC1-2", "PC1. collect"),
    ):
        place = next(number for number, line in enumerate(lines, start=1) if line.startswith(sign))
        assert f"{place}: {words}" in found


def test_an_element_whose_name_stands_amid_its_criteria_is_told_as_a_guess() -> None:
    found = told(read_published(text_of("exm-q1401")))
    assert any("“Cutting the film” stands among criteria" in line for line in found)


def test_electives_and_options_are_parted_and_units_of_other_councils_kept() -> None:
    units = read_published(text_of("exa-q0104")).pack["units"]
    assert units["compulsory"] == ["EXA/N0134", "EXA/N0135", "SGJ/N1702"]
    assert units["electives"] == [{"title": "Solar Heaters", "choose": {"min": 1, "max": 1}, "units": ["EXA/N0136"]}]
    assert units["options"] == ["LSC/N0109"]


def test_the_readme_names_every_text() -> None:
    named = (TEXTS / "README.md").read_text()
    assert [path.name for path in sorted(Path(TEXTS).glob("*.txt")) if f"`{path.name}`" not in named] == []


def test_what_stands_beside_a_text_is_content_too() -> None:
    for path in sorted(Path(TEXTS).glob("*.meta.yaml")):
        document, problems = read_path(path)
        assert problems == []
        assert document.value["code"]
