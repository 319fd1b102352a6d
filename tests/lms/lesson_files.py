"""Lessons as files for tests: short, with every part, a drawing and a list to tick, the same in each language."""

A_DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 340 60">'
    b'<rect class="fill-soft stroke-accent" x="10" y="10" width="120" height="40"/>'
    b'<text x="70" y="35" font-size="13" text-anchor="middle">Switch</text></svg>'
)
PARTS = ("situation", "method", "examples", "checklist", "practice", "summary")
_WORDS = {"en": "Look at the lamp, then at the switch. ", "hi": "पहले लैंप देखें, फिर स्विच। "}


def a_lesson(language: str, title: str, *, slug: str = "the-lamp") -> str:
    """The text of a lesson file with a section of each part."""
    sections = "".join(f"  - title: {_title(language, n)}\n    part: {part}\n" for n, part in enumerate(PARTS, start=1))
    head = f"unit: ASC/N0003\nslug: {slug}\ntitle: {title}\nlanguage: {language}\nposition: 9\nminutes: 12\n"
    bodies = "".join(_body(language, number, part) for number, part in enumerate(PARTS, start=1))
    return f"---\n{head}aims: [Find the switch]\nsections:\n{sections}---\n{bodies}"


def _title(language: str, number: int) -> str:
    return f"{'भाग' if language == 'hi' else 'Section'} {number}"


def _body(language: str, number: int, part: str) -> str:
    text = _WORDS.get(language, _WORDS["en"]) * 40
    if part == "situation":
        text = f"![A lamp with its switch on the left](drawings/lamp.svg)\n\n{text}"
    if part == "checklist":
        text = "- Switch found\n- Lamp is on\n"
    return f"\n## {_title(language, number)}\n\n{text}\n"
