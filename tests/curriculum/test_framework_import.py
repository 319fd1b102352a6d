"""A published text is read whole: each word is in the skill or in a line a problem names; nothing is invented."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.documents import read_document, validate
from curriculum.framework_import import LONGEST, Imported, Origin, as_yaml, clean_lines, import_skill
from curriculum.framework_layout import Part
from curriculum.frameworks import FrameworkSkill
from tests.growth import MOST, TIMES, growth
from tests.published_skills import HEADINGS, printed, skills
from tests.strategies import law

ORIGIN = Origin(source="made", licence="none")
SMALL = printed(
    FrameworkSkill.model_validate(
        {
            "code": "BAKE",
            "framework": "Works of the kitchen",
            "name": "Baking",
            "language": "en",
            "definition": "Makes bread.",
            "guidance": {"text": ["It is hot."], "lead": "Such as:", "activities": ["kneading", "waiting"]},
            "levels": [
                {"number": 2, "name": "Help", "essence": "Helps.", "descriptor": "Weighs flour."},
                {"number": 3, "name": "Do", "essence": "Does.", "descriptor": "Bakes a loaf."},
            ],
            "source": "made",
            "licence": "none",
        }
    )
)


def read(text: str, language: str | None = None) -> Imported:
    return import_skill(text, "skill.txt", ORIGIN, language)


def faults(text: str, language: str | None = None) -> list[str]:
    return [str(problem) for problem in read(text, language).problems]


def value_at(skill: FrameworkSkill, path: str) -> Any:
    value: Any = skill.model_dump()
    for name in path.split("."):
        value = value[int(name)] if name.isdigit() else value[name]
    return value


@law
@given(skills())
def test_what_is_printed_is_read_back_the_same(skill: FrameworkSkill) -> None:
    found = read(printed(skill))
    assert found.skill == skill
    assert all("not defined" in str(problem.message) for problem in found.problems), found.problems


@law
@given(skills())
def test_what_is_written_as_yaml_is_read_back_the_same(skill: FrameworkSkill) -> None:
    document, problems = read_document(as_yaml(skill))
    assert problems == []
    assert validate(document, FrameworkSkill) == (skill, [])


@st.composite
def broken_texts(draw: st.DrawFn) -> str:
    """A published text with lines lost, doubled, moved, cut and mixed with strange ones."""
    lines = printed(draw(skills())).split("\n")
    headings = [word for words in HEADINGS.values() for word in words.values()]
    strange = st.one_of(
        st.text(max_size=30), st.sampled_from(headings), st.sampled_from(["•", "1 2", "X: Level 99", ":"])
    )
    for act in draw(st.lists(st.sampled_from(["lose", "double", "move", "cut", "mix"]), min_size=1, max_size=8)):
        at = draw(st.integers(0, len(lines) - 1))
        if act == "lose" and len(lines) > 1:
            del lines[at]
        elif act == "double":
            lines.insert(at, lines[at])
        elif act == "move":
            lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
        elif act == "cut":
            lines[at] = lines[at][: draw(st.integers(0, 20))]
        else:
            lines.insert(at, draw(strange))
    return "\n".join(lines)


@law
@given(broken_texts())
def test_no_word_of_a_broken_text_is_lost_and_none_is_invented(text: str) -> None:
    account_for(text)


def account_for(text: str) -> None:
    """Each line with words is in the skill or named by a problem; each word of the skill is in the text."""
    found = read(text)
    text = "\n".join(clean_lines(text.removeprefix("\ufeff").replace("\f", " ")))
    told = {problem.place.line for problem in found.problems}
    if found.lines:
        assert [line.number for line in found.lines] == [
            number for number, line in enumerate(text.split("\n"), start=1) if line.strip()
        ]
    for line in found.lines:
        if line.part is Part.STRANGE:
            assert line.number in told
        elif line.words:
            assert line.text.endswith(line.words)
    if found.skill is None:
        assert any(problem.severity == "error" for problem in found.problems)
        return
    for line in found.lines:
        if line.words and line.part not in {Part.TITLE, Part.NUMBERS, Part.RELATED}:
            assert line.words in value_at(found.skill, line.path).split("\n")
    kept = found.skill.model_dump(exclude={"source", "licence", "language", "wording", "code"})
    for leaf in leaves(kept):
        assert all(part in text for part in leaf.split("\n")), leaf


@law
@given(st.text(max_size=400), st.sampled_from([None, "en", "pl"]))
def test_any_text_is_a_skill_or_says_what_it_lacks(text: str, language: str | None) -> None:
    found = read(text, language)
    assert found.skill is not None or any(problem.severity == "error" for problem in found.problems)


def leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in leaves(part)]
    if isinstance(value, list | tuple):
        return [leaf for part in value for leaf in leaves(part)]
    return [value] if isinstance(value, str) else []


def test_each_line_says_what_it_became() -> None:
    parts = [(line.number, line.part, line.path) for line in read(SMALL).lines][:8]
    assert parts == [
        (1, "framework", "framework"),
        (3, "title", "name"),
        (5, "definition", "definition"),
        (7, "heading", ""),
        (9, "guidance", "guidance.text.0"),
        (11, "guidance", "guidance.lead"),
        (13, "activity", "guidance.activities.0"),
        (14, "activity", "guidance.activities.1"),
    ]


def test_a_text_that_is_no_published_skill_is_refused_in_words() -> None:
    message = "has none of the headings of a published skill, such as `Guidance notes` or `Uwagi zawierające wskazówki`"
    assert faults("Dear all,\n\nlunch is at one.\n") == [f"skill.txt:1:1: error: {message}"]
    assert faults(" \n\n") == ["skill.txt:1:1: error: is empty; it should hold the text of a skill as published"]
    assert faults("a\n\x00b") == ["skill.txt:2:1: error: an invisible sign (U+0000) stands here; delete it"]


def test_what_lacks_is_told_all_at_once() -> None:
    text = "Guidance notes\n\nIt is hot.\n\nBaking: Level 2\n\nWeighs flour.\n"
    assert [fault.partition("error: ")[2] for fault in faults(text)] == [
        "no line above the first heading ends with the code of the skill, such as `Sales support SSUP`",
        "level 2 has no essence, a line such as `Level 1 – …: Essence of the level: …`",
    ]


def test_what_lacks_in_a_polish_text_is_told_with_a_polish_example() -> None:
    text = "Uwagi zawierające wskazówki\n\nJest gorąco.\n"
    assert [fault.partition("error: ")[2] for fault in faults(text)] == [
        "no line above the first heading ends with the code of the skill, such as `Wsparcie sprzedaży SSUP`",
        "has no level; each begins with a line such as `Wsparcie sprzedaży: Poziom 1`",
    ]
    with_level = faults(f"{text}\nPieczenie: Poziom 2\n\nWaży mąkę.\n")
    assert with_level[-1].endswith("has no essence, a line such as `Poziom 1 – …: Istota poziomu: …`")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("2 3", "2 3 4", "32:1: warning: the text lists the levels 2, 3, 4; below stand the levels 2, 3"),
        ("Baking: Level 3", "Cooking: Level 3", "40:1: warning: names the skill `Cooking`; above it is `Baking`"),
        (
            "Level 3 – Do",
            "Level 4 – Do",
            "42:1: warning: `Level 4 – Do: Essence of the level: Does.` is of level 4, under the heading of level 3; "
            "it was left out",
        ),
        ("  • kneading", "  • kneading\n\nTaste it.\n", "15:1: warning: stands below the list of activities"),
        ("Level 3", "Level 9", "40:1: error: levels.1.number: is 9; write at most 7"),
    ],
)
def test_an_oddity_is_told_with_its_line(old: str, new: str, fault: str) -> None:
    assert any(one.startswith(f"skill.txt:{fault}") for one in faults(SMALL.replace(old, new))), faults(
        SMALL.replace(old, new)
    )


def test_a_definition_that_ends_like_a_code_is_not_taken_for_the_title() -> None:
    found = read(SMALL.replace("Makes bread.", "Makes bread with ABCD\n\nand more"))
    assert found.skill is not None
    assert (found.skill.code, found.skill.definition) == ("BAKE", "Makes bread with ABCD\nand more")


@pytest.mark.parametrize(
    "worst",
    [
        "Level 1 – a" + " " * 100_000,
        ":" * 100_000,
        "x " * 100_000,
        "• a\n" * 100_000,
        "Level 1 – " * 30_000,
        "a:\n" * 100_000,
    ],
)
def test_the_time_grows_with_the_length_alone(worst: str) -> None:
    small, large = (SMALL.replace("It is hot.", part)[:LONGEST] for part in (worst[: len(worst) // TIMES], worst))
    assert growth(read, small, large) < MOST


def test_a_level_that_lost_its_heading_never_becomes_part_of_the_level_above() -> None:
    lost = SMALL.replace("Baking: Level 3\n", "")
    assert read(lost).skill is None
    assert "tells the essence of a level that has no heading of its own" in " ".join(faults(lost))
    wrong = SMALL.replace("Baking: Level 3\n", "Baking: Level 4\n")
    assert read(wrong).skill is None
    assert "is of level 3, under the heading of level 4" in " ".join(faults(wrong))


@pytest.mark.parametrize("bullet", ["●", "\uf0b7", "■ ", "o ", "1. ", "2) ", "—  "])
def test_points_are_points_whatever_stands_before_them(bullet: str) -> None:
    text = SMALL.replace("  • kneading", f" {bullet}Kneading").replace("  • waiting", f" {bullet}Waiting")
    found = read(text)
    assert found.skill is not None
    assert found.skill.guidance.lead == "Such as:"
    assert found.skill.guidance.activities == ("Kneading", "Waiting")


@law
@given(skills(), st.sampled_from(["nfd", "nbsp", "soft", "\r\n", "\r", "\u2028", "\f", "\ufeff"]))
def test_signs_that_nobody_sees_change_nothing(skill: FrameworkSkill, sign: str) -> None:
    text = printed(skill)
    match sign:
        case "nfd":
            text = unicodedata.normalize("NFD", text)
        case "nbsp":
            text = text.replace(" ", "\xa0")
        case "soft":
            text = text.replace("e", "e\xad\u200b")
        case "\f":
            text = text.replace("\n\n", "\n\f\n")
        case "\ufeff":
            text = sign + text
        case _:
            text = text.replace("\n", sign)
    assert read(text).skill == skill


def test_a_heading_on_guidance_that_is_not_known_is_told() -> None:
    [fault] = faults(SMALL.replace("Guidance notes", "## Guidance notes").replace("2 3\n", "2 3\n\n"))
    assert "no heading on guidance notes is known here" in fault


def test_lines_that_a_page_wrapped_are_told_once() -> None:
    text = SMALL.replace("It is hot.", "It is hot\nin the kitchen.")
    text = text.replace("Weighs flour.", "Weighs\nflour\nand water.")
    [fault] = faults(text)
    assert fault.startswith("skill.txt:10:1: warning: `in the kitchen.` begins with a small letter")
    assert "Lines like it: 3; join those" in fault


def test_a_heading_in_another_language_is_told() -> None:
    mixed = SMALL.replace("Guidance notes", "Uwagi zawierające wskazówki")
    assert "is a heading of the layout in another language" in " ".join(faults(mixed))
