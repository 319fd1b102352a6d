"""Skills of frameworks: what is shipped is sound and the same skill in each language, and what good skills are."""

import pytest

from curriculum.frameworks import (
    FRAMEWORKS,
    FrameworkSkill,
    check_editions,
    check_skill,
    get_shipped_skill,
    load_skill,
    shipped_skills,
    skill_stem,
)
from tests.builders import faults_of

SKILL = """
code: BAKE
framework: Works of the kitchen
name: Baking
language: en
definition: Makes bread.
levels:
  - {number: 2, name: Help, essence: Helps., descriptor: Weighs flour.}
  - {number: 3, name: Do, essence: Does., descriptor: Bakes a loaf.}
source: made
licence: none
"""


def skill(**changes: object) -> FrameworkSkill:
    """The shipped skill with something else in it."""
    return FrameworkSkill.model_validate({**get_shipped_skill("SSUP", "en").model_dump(), **changes})


def faults(**changes: object) -> list[str]:
    return [f"{problem.path} {problem.message}" for problem in check_skill(skill(**changes))]


@pytest.mark.parametrize("path", shipped_skills(), ids=lambda path: path.name)
def test_a_shipped_skill_has_no_fault_and_the_name_it_is_looked_for_under(path) -> None:
    found, _, problems = load_skill(path)
    assert problems == []
    assert found is not None
    assert path.name == f"{skill_stem(found.code, found.language)}.yaml"


def test_sales_support_is_shipped_in_polish_and_english_as_one_skill_of_six_levels() -> None:
    editions = {language: get_shipped_skill("SSUP", language) for language in ("en", "pl")}
    assert list(check_editions(editions["pl"], [editions["en"]])) == []
    for edition in editions.values():
        assert (edition.numbers, len(edition.guidance.activities), edition.related) == ((1, 2, 3, 4, 5, 6), 8, ())
        assert (edition.wording, edition.find_level(7)) == ("own", None)
    assert len(list(FRAMEWORKS.glob("ssup.*.yaml"))) == 2


def test_levels_rise_and_differ_and_stand_once() -> None:
    levels = [level.model_dump() for level in skill().levels]
    assert faults(levels=[levels[1], levels[0]]) == [
        "levels.1.number level 1 stands after level 2; each stands once, lowest first"
    ]
    assert faults(levels=[levels[0], levels[2]]) == [
        "levels.1.number level 3 stands after level 1; the levels between are not defined"
    ]
    same = {**levels[1], "descriptor": levels[0]["descriptor"].upper()}
    assert faults(levels=[levels[0], same]) == [
        "levels.1.descriptor has the words of level 1; say what is different at level 2"
    ]


@pytest.mark.parametrize("path", shipped_skills(), ids=lambda path: path.name)
def test_what_is_shipped_says_where_it_is_from_in_words_for_who_reads_its_page(path) -> None:
    found, _, _ = load_skill(path)
    assert found is not None
    assert "SFIA" in found.source
    assert "`" not in found.source
    assert "yogyata" not in found.source


def test_activities_and_related_skills_stand_once_and_are_others() -> None:
    guidance = {"activities": ["waiting", "kneading", "waiting"]}
    assert faults(guidance=guidance) == ["guidance.activities.2 stands above already; keep one"]
    related = [{"code": code, "name": "A name"} for code in ("SSUP", "SALE", "SALE")]
    assert faults(related=related) == [
        "related.0.code is SSUP itself; name another skill",
        "related.2.code SALE stands above already; keep one",
    ]


def test_editions_have_the_same_levels_and_related_skills() -> None:
    levels = [level.model_dump() for level in skill().levels[:3]]
    found = check_editions(skill(levels=levels, language="pl"), [skill()])
    assert [f"{problem.path} {problem.message}" for problem in found] == [
        "levels are not those of the skill in `en`, which defines 1, 2, 3, 4, 5, 6"
    ]


def test_an_author_is_told_what_is_wrong_and_what_would_be_right() -> None:
    assert faults_of(SKILL, FrameworkSkill) == []
    broken = (
        SKILL.replace("BAKE", "bake").replace("number: 3", "number: 8").replace("language: en", "language: english")
    )
    told = faults_of(broken, FrameworkSkill)
    assert len(told) == 3
    assert "error: code: is `bake`; write it like `SSUP` or `SALE`" in told[0]
    assert "write at most 7" in told[2]
