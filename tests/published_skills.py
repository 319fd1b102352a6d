"""Made-up skills and their text in the layout in which a framework publishes them; no framework's own words."""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from curriculum.frameworks import FrameworkSkill

LETTERS = "abcdeghiłóśżzą"
HEADINGS = {
    "en": {
        "guidance": "Guidance notes",
        "understanding": "Understanding the responsibility levels of this skill",
        "developing": "Developing skills and demonstrating responsibilities related to this skill",
        "lower": "Where lower levels are not defined...",
        "higher": "Where higher levels are not defined...",
        "fold": "Show/hide extra descriptions and levels.",
        "levels": "Levels of responsibility for this skill",
        "related": "Related skills",
        "level": "Level",
        "essence": "Essence of the level",
    },
    "pl": {
        "guidance": "Uwagi zawierające wskazówki",
        "understanding": "Zrozumienie poziomów odpowiedzialności tej umiejętności",
        "developing": "Rozwijanie umiejętności i wykazywanie się obowiązkami",
        "lower": "Tam, gdzie niższe poziomy nie są zdefiniowane...",
        "higher": "Tam, gdzie wyższe poziomy nie są zdefiniowane...",
        "fold": "Pokaż/ukryj dodatkowe opisy",
        "levels": "Poziom odpowiedzialności za tę umiejętność",
        "related": "Powiązane umiejętności",
        "level": "Poziom",
        "essence": "Istota poziomu",
    },
}
words = st.text(LETTERS, min_size=1, max_size=8)
codes = st.text("ABCDEFGH", min_size=4, max_size=4)


@st.composite
def sentences(draw: DrawFn, end: str = ".") -> str:
    """Some words, and a sign at the end."""
    return " ".join(draw(st.lists(words, min_size=1, max_size=6))).capitalize() + end


def _some(sizes: int = 3) -> st.SearchStrategy[list[str]]:
    return st.lists(sentences(), max_size=sizes, unique=True)


@st.composite
def undefined(draw: DrawFn) -> dict[str, object]:
    """What holds where levels are not defined."""
    sides = {side: {"text": draw(_some(1)), "points": draw(_some())} for side in ("lower", "higher")}
    return {"text": draw(_some(2)), **sides}


@st.composite
def skills(draw: DrawFn) -> FrameworkSkill:
    """Any skill that can stand in a published text."""
    numbers = sorted(draw(st.sets(st.integers(1, 7), min_size=1)))
    activities = draw(st.lists(sentences(""), max_size=4, unique=True))
    code, *related = draw(st.lists(codes, min_size=1, max_size=4, unique=True))
    value = {
        "code": code,
        "framework": draw(sentences("")),
        "name": draw(sentences("")),
        "language": draw(st.sampled_from(sorted(HEADINGS))),
        "definition": draw(sentences()),
        "guidance": {
            "text": draw(_some()),
            "lead": draw(sentences(":")) if activities and draw(st.booleans()) else None,
            "activities": activities,
        },
        "understanding": draw(undefined()),
        "developing": draw(undefined()),
        "levels": [
            {
                "number": number,
                "name": ", ".join(draw(st.lists(words, min_size=1, max_size=2))),
                "essence": draw(sentences()),
                "descriptor": f"{draw(sentences())} ({number})",
            }
            for number in numbers
        ],
        "related": [{"code": one, "name": draw(sentences(""))} for one in related],
        "wording": "published",
        "source": "made",
        "licence": "none",
    }
    return FrameworkSkill.model_validate(value)


def printed(skill: FrameworkSkill) -> str:
    """The text of a skill as a framework would publish it."""
    heads = HEADINGS[skill.language]
    blocks = [skill.framework, f"{skill.name} {skill.code}", skill.definition, heads["guidance"]]
    blocks += [*skill.guidance.text, *([skill.guidance.lead] if skill.guidance.lead else [])]
    blocks += [_bullets(skill.guidance.activities)]
    for name in ("understanding", "developing"):
        part = getattr(skill, name)
        blocks += [heads[name], *part.text]
        for side in ("lower", "higher"):
            advice = getattr(part, side)
            blocks += ["\n".join([heads[side], *advice.text, *_bullets(advice.points).splitlines()])]
    if skill.related:
        blocks += [heads["related"], _bullets([f"{one.name} {one.code}" for one in skill.related])]
    blocks += [heads["fold"], heads["levels"], " ".join(str(number) for number in skill.numbers)]
    for level in skill.levels:
        blocks += [
            f"{skill.name}: {heads['level']} {level.number}",
            f"{heads['level']} {level.number} – {level.name}: {heads['essence']}: {level.essence}",
            level.descriptor,
        ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _bullets(lines: tuple[str, ...] | list[str]) -> str:
    return "\n".join(f"  • {line}" for line in lines)
