"""What a text leaves out or says twice: a heading, a code, another version on the cover: each is told."""

from curriculum.published.problems import PublishedSeverity
from curriculum.published.reading import read_published
from tests.published import TEXTS

TEXT = (TEXTS / "exa-q0104.txt").read_text(encoding="utf-8")


def told(text: str) -> list[tuple[int | None, str]]:
    """What is said besides notes, and is not said of the text as it is."""
    usual = {str(one.message) for one in read_published(TEXT).problems}
    found = [one for one in read_published(text).problems if one.severity is not PublishedSeverity.NOTE]
    return [(one.line, str(one.message)) for one in found if str(one.message) not in usual]


def test_a_scope_whose_heading_is_missing_is_no_part_of_the_description() -> None:
    assert "\nScope\nThe scope covers" in TEXT
    read = read_published(TEXT.replace("\nScope\nThe scope covers", "\nThe scope covers"))
    assert [(unit["description"], unit.get("scope")) for unit in read.units] == [
        (unit["description"], unit.get("scope")) for unit in read_published(TEXT).units
    ]


def test_a_line_of_knowledge_whose_code_is_missing_is_told() -> None:
    lines = TEXT.split("\n")
    place = next(number for number, line in enumerate(lines) if line.startswith("Generic Skills"))
    lines.insert(place, "Where the tools of the workshop are kept")
    [(line, words)] = told("\n".join(lines))
    assert line == place + 1
    assert "begins like a line of its own and is read as words of KU" in words


def test_a_cover_that_names_another_version_or_level_is_told() -> None:
    assert "Version: " in TEXT
    lines = ["Version: 7.0" if line.startswith("Version: ") else line for line in TEXT.split("\n")]
    lines = ["NSQF Level: 7" if line.startswith("NSQF Level: ") else line for line in lines]
    read = read_published("\n".join(lines))
    assert read.pack["version"] == read_published(TEXT).pack["version"]
    assert [words.split(" in the ")[0] for _, words in told("\n".join(lines))] == [
        f"version: 7.0 is printed here and {read.pack['version']}",
        f"nsqf_level: 7 is printed here and {read.pack['nsqf_level']}",
    ]
