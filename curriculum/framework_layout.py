"""The layout in which a framework publishes a skill: its headings in each language, and what each line of a text is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Heading(StrEnum):
    """A heading of the layout; what stands below it belongs to one part of the skill."""

    GUIDANCE = "guidance"
    UNDERSTANDING = "understanding"
    DEVELOPING = "developing"
    LOWER = "lower"
    HIGHER = "higher"
    FOLD = "fold"
    LEVELS = "levels"
    RELATED = "related"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The words of the layout in one language: patterns of whole lines, and those inside of level headings.

    The examples are lines as a text in that language has them, to say what lacks: with the code, above a level, with an
    essence.
    """

    headings: Mapping[Heading, re.Pattern[str]]
    level_heading: re.Pattern[str]
    essence: re.Pattern[str]
    title_example: str
    level_example: str
    essence_example: str

    def heading_of(self, line: str) -> Heading | None:
        """Which heading a line is, if it is one."""
        if len(line) > _LONGEST_HEADING:
            return None
        plain = line.rstrip(" .:…")
        return next((heading for heading, words in self.headings.items() if words.fullmatch(plain)), None)

    def knows(self, line: str) -> bool:
        """Whether a line is one of the layout's own."""
        return bool(self.heading_of(line) or self.level_heading.fullmatch(line) or self.essence.match(line))


_LONGEST_HEADING = 160
_DASH = "[-–—]"
BULLET = re.compile(
    r"(?:[·*–—-]\s+|[•●▪■◦‣∙➢✓\uf0b7\uf0a7\uf0d8]\s*|o\s+(?=[A-ZĄĆĘŁŃÓŚŹŻ])|[0-9]{1,2}[.)]\s+)(?P<words>\S.*)",
    re.DOTALL,
)
NUMBERS = re.compile(r"[0-9](?:\s+[0-9])*")
TITLE = re.compile(r"(?P<name>.*\S)\s+(?P<code>[A-Z][A-Z0-9]{2,5})")


def _layout(level: str, essence: str, skill: str, headings: Mapping[Heading, str]) -> Layout:
    return Layout(
        title_example=f"{skill} SSUP",
        level_example=f"{skill}: {level.capitalize()} 1",
        essence_example=f"{level.capitalize()} 1 – …: {essence.capitalize()}: …",
        headings={heading: re.compile(words, re.IGNORECASE) for heading, words in headings.items()},
        level_heading=re.compile(rf"(?P<name>.*\S)\s*:\s*{level}\s+(?P<number>[0-9]{{1,2}})", re.IGNORECASE),
        essence=re.compile(
            rf"{level}\s+(?P<number>[0-9]{{1,2}})\s*{_DASH}\s*(?P<name>[^:\s][^:]{{0,{_LONGEST_HEADING}}}):\s*{essence}\s*:\s*(?P<essence>.*)",
            re.IGNORECASE | re.DOTALL,
        ),
    )


LAYOUTS: Mapping[str, Layout] = {
    "en": _layout(
        "level",
        "essence of the level",
        "Sales support",
        {
            Heading.GUIDANCE: "guidance notes",
            Heading.UNDERSTANDING: r"understanding the responsibility levels(?: \w+){0,4}",
            Heading.DEVELOPING: r"developing skills and demonstrating responsibilities(?: \w+){0,5}",
            Heading.LOWER: "where lower levels are not defined",
            Heading.HIGHER: "where higher levels are not defined",
            Heading.FOLD: r"show/hide extra descriptions(?: \w+){0,3}",
            Heading.LEVELS: r"levels? of responsibility for this skill",
            Heading.RELATED: "related(?: sfia)? skills",
        },
    ),
    "pl": _layout(
        "poziom",
        "istota poziomu",
        "Wsparcie sprzedaży",
        {
            Heading.GUIDANCE: "uwagi zawierające wskazówki",
            Heading.UNDERSTANDING: r"zrozumienie poziomów odpowiedzialności(?: \w+){0,4}",
            Heading.DEVELOPING: r"rozwijanie umiejętności i wykazywanie się obowiązkami(?: \w+){0,5}",
            Heading.LOWER: "tam, gdzie niższe poziomy nie są zdefiniowane",
            Heading.HIGHER: "tam, gdzie wyższe poziomy nie są zdefiniowane",
            Heading.FOLD: r"pokaż/ukryj dodatkowe opisy(?: \w+){0,3}",
            Heading.LEVELS: r"poziomy? odpowiedzialności za tę umiejętność",
            Heading.RELATED: "powiązane umiejętności(?: sfia)?",
        },
    ),
}


class Part(StrEnum):
    """What a line of a published text is; of a strange one a problem tells."""

    FRAMEWORK = "framework"
    TITLE = "title"
    DEFINITION = "definition"
    HEADING = "heading"
    GUIDANCE = "guidance"
    ACTIVITY = "activity"
    ADVICE = "advice"
    NUMBERS = "numbers"
    ESSENCE = "essence"
    DESCRIPTOR = "descriptor"
    RELATED = "related"
    STRANGE = "strange"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """A line with words, by its number from 1: what it is, what of it was taken, and where in the skill that stands."""

    number: int
    text: str
    part: Part
    words: str = ""
    path: str = ""


def layout_language(lines: list[str]) -> str | None:
    """The language whose layout a text has: the one that knows most of its lines; None when none knows any."""
    known = {language: sum(layout.knows(line) for line in lines) for language, layout in LAYOUTS.items()}
    best = max(known, key=lambda language: known[language])
    return best if known[best] else None
