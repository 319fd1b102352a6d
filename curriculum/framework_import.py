"""A skill from the text that its framework publishes: every word is in the skill, or in a line that a problem names."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import yaml

from curriculum.documents import Document, validate
from curriculum.framework_layout import (
    BULLET,
    LAYOUTS,
    NUMBERS,
    TITLE,
    Heading,
    Layout,
    Part,
    ReadLine,
    layout_language,
)
from curriculum.frameworks import FrameworkSkill, Wording, check_skill
from curriculum.problems import Place, Problem, error, has_errors, quoted, warning
from curriculum.published.lines import bare_text, plain_lines
from curriculum.syntax import about_invisible, find_invisible, place_of
from curriculum.words import Message

# What is said of who may use a text where nobody says it, in the text's own language.
LICENSED = {
    "en": "Licensed to this site by the publisher of the framework; not to be passed on.",
    "pl": "Na licencji wydawcy ram udzielonej temu serwisowi; bez prawa przekazywania dalej.",
}
_OF_LINES = {"framework", "definition", "descriptor"}
LONGEST = 400_000  # signs; a published skill has some ten thousand


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a published text does not say of itself: where it is from, who may use it, which edition it is."""

    source: str
    licence: str = ""
    edition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a text: the skill (None where it has errors), each line with words, and every problem."""

    skill: FrameworkSkill | None
    lines: tuple[ReadLine, ...]
    problems: tuple[Problem, ...]


def import_skill(text: str, file: str, origin: Origin, language: str | None = None) -> Imported:
    """Read a published text, in the language given or else in the one whose headings it has."""
    text = text.removeprefix("\ufeff").replace("\f", " ")
    if refusal := _unreadable(text, file):
        return Imported(skill=None, lines=(), problems=(refusal,))
    lines = clean_lines(text)
    found = language or layout_language(lines)
    if found is None:
        words = Message(
            "has none of the headings of a published skill, such as `Guidance notes` or `Uwagi zawierające wskazówki`"
        )
        return Imported(skill=None, lines=(), problems=(error("", words, place=Place(file=file, line=1, column=1)),))
    reader = _Reader(file=file, layout=LAYOUTS[found], title=_title_line(lines, LAYOUTS[found]))
    for number, line in enumerate(lines, start=1):
        reader.take(number, line)
    return _finished(
        reader,
        {"language": found, "source": origin.source, "licence": origin.licence or LICENSED[found]},
        origin.edition,
    )


def clean_lines(text: str) -> list[str]:
    """The lines of a text however they are ended, letters in one form, without signs that only lay it out."""
    return [bare_text(line) for line in plain_lines(unicodedata.normalize("NFC", text)).split("\n")]


def as_yaml(skill: FrameworkSkill) -> str:
    """A skill as the text of its file."""
    plain = skill.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=120)


def _unreadable(text: str, file: str) -> Problem | None:
    first = Place(file=file, line=1, column=1)
    if not text.strip():
        return error("", Message("is empty; it should hold the text of a skill as published"), place=first)
    if len(text) > LONGEST:
        words = Message("has more than %(limit)s signs; give the text of one skill", {"limit": str(LONGEST)})
        return error("", words, place=first)
    if (hidden := find_invisible(text)) is not None:
        return error("", about_invisible(text[hidden]), place=place_of(text, hidden, file))
    return None


def _title_line(lines: list[str], layout: Layout) -> int:
    """The number of the line with name and code: the one that headings of levels repeat, else the last; 0 for none."""
    end = next((number for number, line in enumerate(lines) if layout.heading_of(line)), len(lines))
    found = [
        (number, match["name"]) for number, line in enumerate(lines[:end], start=1) if (match := TITLE.fullmatch(line))
    ]
    names = {match["name"].casefold() for line in lines if (match := layout.level_heading.fullmatch(line))}
    repeated = [number for number, name in found if name.casefold() in names]
    return (repeated or [number for number, _ in found] or [0])[-1]


@dataclass(slots=True)
class _Reader:
    """What has been read so far of a text, line after line."""

    file: str
    layout: Layout
    title: int
    values: dict[str, Any] = field(default_factory=dict)
    lines: list[ReadLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    heading: Heading | None = None
    side: Heading | None = None
    met: set[Heading] = field(default_factory=set)
    levels: list[dict[str, Any]] = field(default_factory=list)
    level_lines: list[int] = field(default_factory=list)
    numbers: tuple[int, list[str]] | None = None

    def take(self, number: int, line: str) -> None:
        """Read one line."""
        if not line:
            return
        if number == self.title:
            self._take_title(number, line)
        elif heading := self.layout.heading_of(line):
            self._take_heading(number, line, heading)
        elif self.layout.level_heading.fullmatch(line):
            self._take_level(number, line)
        elif match := self.layout.essence.fullmatch(line):
            self._take_essence(number, line, match["number"], match["name"].strip(), match["essence"])
        else:
            self._take_words(number, line)

    def _take_title(self, number: int, line: str) -> None:
        match = TITLE.fullmatch(line)
        assert match is not None  # noqa: S101  the title was found by this pattern
        self.values |= {"name": match["name"], "code": match["code"]}
        self._read(number, line, Part.TITLE, line, "name")

    def _take_heading(self, number: int, line: str, heading: Heading) -> None:
        if heading in {Heading.LOWER, Heading.HIGHER}:
            if self.heading not in {Heading.UNDERSTANDING, Heading.DEVELOPING}:
                facts = {"text": quoted(line)}
                words = Message(
                    "%(text)s stands under no heading on understanding or developing levels; it was left out", facts
                )
                self._strange(number, line, words)
                return
            self.side = heading
        elif heading is Heading.FOLD:
            pass
        elif heading in self.met:
            facts = {"text": quoted(line)}
            words = Message("%(text)s is a heading that stands above already; keep one; it was left out", facts)
            self._strange(number, line, words)
            return
        else:
            self.met.add(heading)
            self.heading, self.side = heading, None
        self._read(number, line, Part.HEADING)

    def _take_level(self, number: int, line: str) -> None:
        match = self.layout.level_heading.fullmatch(line)
        assert match is not None  # noqa: S101  only such lines come here
        name = self.values.get("name", "")
        self.heading, self.side = Heading.LEVELS, None
        self.levels.append({"number": match["number"]})
        self.level_lines.append(number)
        self._read(number, line, Part.HEADING, path=f"levels.{len(self.levels) - 1}.number")
        if name and match["name"].casefold() != name.casefold():
            facts = {"found": quoted(match["name"]), "name": quoted(name)}
            self._problem(warning, number, Message("names the skill %(found)s; above it is %(name)s", facts))

    def _take_essence(self, number: int, line: str, level: str, name: str, essence: str) -> None:
        index = len(self.levels) - 1
        if index < 0 or "essence" in self.levels[index]:
            # What follows would be taken for the level above, and people be judged by it.
            words = Message(
                "%(text)s tells the essence of a level that has no heading of its own above it; it was left out",
                {"text": quoted(line)},
            )
            self._strange(number, line, words, error)
            return
        if int(level) != int(self.levels[index]["number"]):
            facts = {"text": quoted(line), "level": level, "above": self.levels[index]["number"]}
            words = Message(
                "%(text)s is of level %(level)s, under the heading of level %(above)s; it was left out", facts
            )
            self._strange(number, line, words)
            return
        self.levels[index] |= {"name": name, "essence": essence}
        self._read(number, line, Part.ESSENCE, essence, f"levels.{index}.essence")

    def _take_words(self, number: int, line: str) -> None:
        bullet = BULLET.fullmatch(line)
        words = bullet["words"] if bullet else line
        if any(layout.heading_of(line) for layout in LAYOUTS.values() if layout is not self.layout):
            message = Message(
                "%(text)s is a heading of the layout in another language; it is kept with the words above it",
                {"text": quoted(line)},
            )
            self._problem(warning, number, message)
        match self.heading:
            case None:
                self._take_head(number, line)
            case Heading.GUIDANCE:
                self._take_guidance(number, line, words, is_point=bullet is not None)
            case Heading.UNDERSTANDING | Heading.DEVELOPING:
                self._take_advice(number, line, words, is_point=bullet is not None)
            case Heading.LEVELS:
                self._take_descriptor(number, line)
            case _:
                self._take_related(number, line, words)

    def _take_head(self, number: int, line: str) -> None:
        """Above the title stands the framework's name, below it the definition."""
        name, part = ("framework", Part.FRAMEWORK) if "code" not in self.values else ("definition", Part.DEFINITION)
        self.values.setdefault(name, []).append(line)
        self._read(number, line, part, line, name)

    def _take_guidance(self, number: int, line: str, words: str, *, is_point: bool) -> None:
        kept = self.values.setdefault("guidance", {"text": []})
        if is_point:
            self._end_lead(kept)
            path = self._add(kept, "activities", words, "guidance")
            self._read(number, line, Part.ACTIVITY, words, path)
            return
        self._read(number, line, Part.GUIDANCE, words, self._add(kept, "text", words, "guidance"))
        if "activities" in kept:
            message = Message("stands below the list of activities; it is kept with the words above them")
            self._problem(warning, number, message)

    def _end_lead(self, kept: dict[str, Any]) -> None:
        """The words that lead to the list are those with a colon right before its first point."""
        if "activities" in kept or not kept["text"] or not kept["text"][-1].endswith(":"):
            return
        kept["lead"] = kept["text"].pop()
        old = f"guidance.text.{len(kept['text'])}"
        self.lines = [_moved(one, "guidance.lead") if one.path == old else one for one in self.lines]

    def _take_advice(self, number: int, line: str, words: str, *, is_point: bool) -> None:
        part = self.values.setdefault(str(self.heading), {})
        kept, place = part, str(self.heading)
        if self.side is not None:
            kept, place = part.setdefault(str(self.side), {}), f"{place}.{self.side}"
        if is_point and self.side is None:
            told = Message(
                "%(text)s is a point of no list; it belongs where lower or higher levels are not defined;"
                " it was left out",
                {"text": quoted(line)},
            )
            self._strange(number, line, told)
            return
        self._read(number, line, Part.ADVICE, words, self._add(kept, "points" if is_point else "text", words, place))

    def _take_descriptor(self, number: int, line: str) -> None:
        if not self.levels:
            if NUMBERS.fullmatch(line) and self.numbers is None:
                self.numbers = (number, line.split())
                self._read(number, line, Part.NUMBERS, line, "levels")
            else:
                facts = {"text": quoted(line)}
                words = Message("%(text)s stands above the first level and belongs to none; it was left out", facts)
                self._strange(number, line, words)
            return
        self.levels[-1].setdefault("descriptor", []).append(line)
        self._read(number, line, Part.DESCRIPTOR, line, f"levels.{len(self.levels) - 1}.descriptor")

    def _take_related(self, number: int, line: str, words: str) -> None:
        match = TITLE.fullmatch(words)
        if match is None:
            facts = {"text": quoted(line)}
            told = Message("%(text)s does not end with the code of a related skill; it was left out", facts)
            self._strange(number, line, told)
            return
        related = self.values.setdefault("related", [])
        related.append({"code": match["code"], "name": match["name"]})
        self._read(number, line, Part.RELATED, words, f"related.{len(related) - 1}.name")

    def _add(self, kept: dict[str, Any], name: str, words: str, place: str) -> str:
        entries = kept.setdefault(name, [])
        entries.append(words)
        return f"{place}.{name}.{len(entries) - 1}"

    def _read(self, number: int, line: str, part: Part, words: str = "", path: str = "") -> None:
        self.lines.append(ReadLine(number=number, text=line, part=part, words=words, path=path))

    def _strange(self, number: int, line: str, message: Message, kind: Any = warning) -> None:
        self._read(number, line, Part.STRANGE)
        self._problem(kind, number, message)

    def _problem(self, kind: Any, number: int, message: Message) -> None:
        self.problems.append(kind("", message, place=Place(file=self.file, line=number, column=1)))


def _moved(line: ReadLine, path: str) -> ReadLine:
    return ReadLine(number=line.number, text=line.text, part=line.part, words=line.words, path=path)


def _finished(reader: _Reader, given: dict[str, str], edition: str | None) -> Imported:
    """The skill of all that was read, with what is lacking and what is wrong in it."""
    top = Place(file=reader.file, line=1, column=1)
    problems = [
        *reader.problems,
        *(error("", message, place=top) for message in _lacking(reader)),
        *_thin_levels(reader),
        *_likely_misread(reader),
    ]
    skill: FrameworkSkill | None = None
    if not has_errors(problems):
        value = {**_joined(reader.values), **given, "wording": Wording.PUBLISHED.value}
        value |= {"levels": [_joined(level) for level in reader.levels]} | ({"edition": edition} if edition else {})
        document = Document(file=reader.file, value=value, places=dict(_places(reader)))
        skill, faults = validate(document, FrameworkSkill)
        problems += faults
        problems += [document.at(problem) for problem in check_skill(skill)] if skill else []
        problems += _numbers_differ(reader, skill) if skill else []
    problems.sort(key=lambda problem: problem.place.line)
    is_sound = not has_errors(problems)
    return Imported(skill=skill if is_sound else None, lines=tuple(reader.lines), problems=tuple(problems))


def _joined(values: dict[str, Any]) -> dict[str, Any]:
    """Values of which each line was kept by itself, as one text."""
    return {name: "\n".join(value) if name in _OF_LINES else value for name, value in values.items()}


def _lacking(reader: _Reader) -> Iterator[Message]:
    if not reader.title:
        facts = {"example": reader.layout.title_example}
        yield Message("no line above the first heading ends with the code of the skill, such as `%(example)s`", facts)
    elif "framework" not in reader.values:
        yield Message("the name of the framework does not stand above the line with the name and code of the skill")
    if reader.title and "definition" not in reader.values:
        yield Message("nothing stands below the line with the name and code of the skill; there belongs what it is")
    if not reader.levels:
        facts = {"example": reader.layout.level_example}
        yield Message("has no level; each begins with a line such as `%(example)s`", facts)


def _thin_levels(reader: _Reader) -> Iterator[Problem]:
    for level, number in zip(reader.levels, reader.level_lines, strict=True):
        place = Place(file=reader.file, line=number, column=1)
        if "essence" not in level:
            facts = {"level": level["number"], "example": reader.layout.essence_example}
            yield error("", Message("level %(level)s has no essence, a line such as `%(example)s`", facts), place=place)
        if "descriptor" not in level:
            facts = {"level": level["number"]}
            words = Message("level %(level)s has no descriptor, the words below its essence", facts)
            yield error("", words, place=place)


def _likely_misread(reader: _Reader) -> Iterator[Problem]:
    """Words that went to the wrong part without a line being strange: a heading unknown, lines that a page wrapped."""
    if reader.levels and Heading.GUIDANCE not in reader.met:
        words = Message(
            "no heading on guidance notes is known here, so that what it heads is read as what stands above it"
        )
        yield warning("guidance", words, place=Place(file=reader.file, line=max(reader.title, 1), column=1))
    wrapped = [
        line
        for before, line in pairwise(reader.lines)
        if line.number == before.number + 1 and before.words and line.words == line.text and line.text[0].islower()
    ]
    if wrapped:
        words = Message(
            "%(text)s begins with a small letter right below other words, as lines do that a page wrapped;"
            " each line is a paragraph here. Lines like it: %(count)s; join those that belong together",
            {"text": quoted(wrapped[0].text), "count": str(len(wrapped))},
        )
        yield warning("", words, place=Place(file=reader.file, line=wrapped[0].number, column=1))


def _places(reader: _Reader) -> Iterable[tuple[str, Place]]:
    for line in reader.lines:
        if line.path:
            yield line.path, Place(file=reader.file, line=line.number, column=1)


def _numbers_differ(reader: _Reader, skill: FrameworkSkill) -> Iterator[Problem]:
    """The row of numbers above the levels is checked against them."""
    if reader.numbers is None:
        return
    number, listed = reader.numbers
    if [int(one) for one in listed] != list(skill.numbers):
        facts = {"listed": ", ".join(listed), "levels": ", ".join(map(str, skill.numbers))}
        words = Message("the text lists the levels %(listed)s; below stand the levels %(levels)s", facts)
        yield warning("", words, place=Place(file=reader.file, line=number, column=1))
