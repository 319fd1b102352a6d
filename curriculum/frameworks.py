"""Skills of a framework: what each level of responsibility means, in one language a file; loaded and checked."""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from curriculum.documents import Content, Document, read_path, validate
from curriculum.errors import ContentFaulty
from curriculum.model import Text
from curriculum.problems import Problem, error, warning
from curriculum.words import Message

FRAMEWORKS = Path(__file__).parent / "frameworks"
HIGHEST = 7
SkillCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,9}$"), Field(examples=["SSUP", "SALE"])]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$"), Field(examples=["en", "pl"])]


class Wording(StrEnum):
    """Whose words a skill is in: written for this software, or those of the framework's publisher."""

    OWN = "own"
    PUBLISHED = "published"


class Guidance(Content):
    """What the skill covers: paragraphs, and activities with the words that lead to them."""

    text: tuple[Text, ...] = Field(default=(), description="Paragraphs on what the skill covers")
    lead: Text | None = Field(default=None, description="The words before the list of activities")
    activities: tuple[Text, ...] = Field(default=(), description="What people with the skill do, one by one")


class Advice(Content):
    """What holds where levels are not defined: the words before a list, and the list."""

    text: tuple[Text, ...] = Field(default=(), description="The words before the list")
    points: tuple[Text, ...] = Field(default=(), description="The list, one by one")

    def __bool__(self) -> bool:
        return bool(self.text or self.points)


class UndefinedLevels(Content):
    """What to make of levels that the skill does not define, below and above those it does."""

    text: tuple[Text, ...] = Field(default=(), description="Words on levels below and above alike")
    lower: Advice = Field(default=Advice(), description="Where lower levels are not defined")
    higher: Advice = Field(default=Advice(), description="Where higher levels are not defined")

    def __bool__(self) -> bool:
        return bool(self.text or self.lower or self.higher)


class SkillLevel(Content):
    """One defined level of a skill."""

    number: int = Field(ge=1, le=HIGHEST, description="Its number, 1 to 7")
    name: Text = Field(description="What the level is called, in a word or two")
    essence: Text = Field(description="What the level means in any skill")
    descriptor: Text = Field(description="What somebody at this level does in this skill")


class RelatedSkill(Content):
    """Another skill of the framework that goes with this one."""

    code: SkillCode = Field(description="Its code")
    name: Text = Field(description="Its name in this language")


class FrameworkSkill(Content):
    """A skill of a framework in one language: what it is, and what each of its defined levels means."""

    code: SkillCode = Field(
        description="The skill's code, SSUP; the file is named after it and the language, ssup.en.yaml"
    )
    framework: Text = Field(description="The framework it belongs to, by its name")
    edition: Text | None = Field(default=None, description="Which edition of the framework, as printed")
    name: Text = Field(description="What the skill is called")
    language: Language = Field(description="The language it is written in: en, hi or pl")
    definition: Text = Field(description="What the skill is, in a sentence")
    guidance: Guidance = Field(default=Guidance(), description="What it covers, and activities")
    understanding: UndefinedLevels = Field(
        default=UndefinedLevels(), description="How to understand levels that are not defined"
    )
    developing: UndefinedLevels = Field(
        default=UndefinedLevels(), description="How to develop where levels are not defined"
    )
    levels: tuple[SkillLevel, ...] = Field(min_length=1, description="The defined levels, lowest first")
    related: tuple[RelatedSkill, ...] = Field(default=(), description="Related skills; none when none are named")
    wording: Wording = Field(
        default=Wording.OWN, description="own words, or those that the framework's publisher has published"
    )
    source: Text = Field(description="Where the text is from")
    licence: Text = Field(description="Who may use and pass on the text, and how")

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its defined levels, lowest first."""
        return tuple(level.number for level in self.levels)

    def find_level(self, number: int) -> SkillLevel | None:
        """A defined level by its number."""
        return next((level for level in self.levels if level.number == number), None)


def skill_stem(code: str, language: str) -> str:
    """The file name of a skill in a language: `ssup.pl`."""
    return f"{code.lower()}.{language}"


def shipped_skills(folder: Path = FRAMEWORKS) -> list[Path]:
    """The skill files that come with the software, in order of name."""
    return sorted(folder.glob("*.yaml"))


def load_skill(path: Path, shown_as: str | None = None) -> tuple[FrameworkSkill | None, Document, list[Problem]]:
    """A skill file as a value (or None), its document for places, and every fault of it."""
    document, problems = read_path(path, shown_as or f"curriculum/frameworks/{path.name}")
    if problems:
        return None, document, problems
    skill, problems = validate(document, FrameworkSkill)
    if skill is not None:
        problems = [document.at(problem) for problem in check_skill(skill)]
    return skill, document, problems


def get_shipped_skill(code: str, language: str) -> FrameworkSkill:
    """The shipped skill of that code in that language; raises ContentFaulty when its file has errors."""
    skill, _, problems = load_skill(FRAMEWORKS / f"{skill_stem(code, language)}.yaml")
    if skill is None:
        raise ContentFaulty(problems)
    return skill


def check_skill(skill: FrameworkSkill) -> list[Problem]:
    """Faults of a skill in itself."""
    return [problem for check in CHECKS for problem in check(skill)]


def levels_rise(skill: FrameworkSkill) -> Iterator[Problem]:
    """Each level stands once, after all lower ones."""
    for index in range(1, len(skill.levels)):
        before, number = skill.levels[index - 1].number, skill.levels[index].number
        if number <= before:
            facts = {"level": str(number), "before": str(before)}
            words = Message("level %(level)s stands after level %(before)s; each stands once, lowest first", facts)
            yield error(f"levels.{index}.number", words)


def levels_leave_no_gap(skill: FrameworkSkill) -> Iterator[Problem]:
    """Between the lowest and the highest level all are defined."""
    for index in range(1, len(skill.levels)):
        before, number = skill.levels[index - 1].number, skill.levels[index].number
        if number > before + 1:
            facts = {"level": str(number), "before": str(before)}
            words = Message("level %(level)s stands after level %(before)s; the levels between are not defined", facts)
            yield warning(f"levels.{index}.number", words)


def descriptors_differ(skill: FrameworkSkill) -> Iterator[Problem]:
    """Two levels with the same descriptor cannot be told apart by an assessor."""
    first: dict[str, int] = {}
    for index, level in enumerate(skill.levels):
        words = " ".join(level.descriptor.casefold().split())
        if words in first:
            facts = {"first": str(first[words]), "level": str(level.number)}
            told = Message("has the words of level %(first)s; say what is different at level %(level)s", facts)
            yield error(f"levels.{index}.descriptor", told)
        first.setdefault(words, level.number)


def activities_stand_once(skill: FrameworkSkill) -> Iterator[Problem]:
    """An activity is listed once."""
    met: set[str] = set()
    for index, activity in enumerate(skill.guidance.activities):
        if activity in met:
            yield warning(f"guidance.activities.{index}", Message("stands above already; keep one"))
        met.add(activity)


def relations_are_to_others(skill: FrameworkSkill) -> Iterator[Problem]:
    """Related skills are others, each named once."""
    met: set[str] = set()
    for index, related in enumerate(skill.related):
        if related.code == skill.code:
            words = Message("is %(code)s itself; name another skill", {"code": related.code})
            yield error(f"related.{index}.code", words)
        elif related.code in met:
            words = Message("%(code)s stands above already; keep one", {"code": related.code})
            yield error(f"related.{index}.code", words)
        met.add(related.code)


Check = Callable[[FrameworkSkill], Iterator[Problem]]
CHECKS: tuple[Check, ...] = (
    levels_rise,
    levels_leave_no_gap,
    descriptors_differ,
    activities_stand_once,
    relations_are_to_others,
)


def check_editions(skill: FrameworkSkill, others: Sequence[FrameworkSkill]) -> Iterator[Problem]:
    """Where a skill is not the same skill as in other languages: its levels, its related skills."""
    for other in others:
        if skill.numbers != other.numbers:
            facts = {"language": other.language, "levels": ", ".join(map(str, other.numbers))}
            words = Message("are not those of the skill in `%(language)s`, which defines %(levels)s", facts)
            yield error("levels", words)
        if [one.code for one in skill.related] != [one.code for one in other.related]:
            words = Message("are not those of the skill in `%(language)s`", {"language": other.language})
            yield error("related", words)
