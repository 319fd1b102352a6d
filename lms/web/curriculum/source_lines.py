"""The lines of a published text as a page shows them: each beside what was read from it, or why nothing was."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from assessments.words import Message
from curriculum.published.model import PrintedMarks
from curriculum.published.problems import PublishedProblem, PublishedSeverity
from lms.services.published_texts import PublishedText, shown_line

_CODED = re.compile(r"\.(?:criteria|knowledge|skills)\.\d+\.code$")
_LAST = re.compile(r"\.(?:text|title)$")
_NAMES: Mapping[str, LazyString] = {
    "code": _l("Code"),
    "version": _l("Version"),
    "title": _l("Title"),
    "nsqf_level": _l("NSQF level"),
    "sector": _l("Sector"),
    "sub_sector": _l("Sub-sector"),
    "occupation": _l("Occupation"),
    "duration": _l("Duration"),
    "brief_description": _l("Job description"),
    "personal_attributes": _l("Personal attributes"),
    "description": _l("Description"),
    "scope": _l("Scope"),
    "guidelines": _l("Guidelines"),
    "elements": _l("Element"),
    "electives": _l("Electives"),
    "units": _l("Units"),
    "group": _l("Group"),
    "source": _l("Source"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What a line became: the name or printed code of the part, and its text as read."""

    label: str | LazyString
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Why words of a line are no part of the pack; which words, where they are not the whole line."""

    reason: Message
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """A printed line with what came of it. `goes_on` says that its words belong to a part begun above."""

    number: int
    printed: str
    corrected: str | None
    became: tuple[Became, ...]
    goes_on: bool
    left_out: tuple[LeftOut, ...]
    problems: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Lines that belong together: before the units, a unit, or what comes after them. A unit has figures."""

    title: str | LazyString
    code: str
    lines: tuple[ShownLine, ...]
    criteria: int = 0
    knowledge: int = 0
    skills: int = 0

    @property
    def problems(self) -> int:
        """How many lines of it have something to look at."""
        return sum(bool(line.problems) for line in self.lines)


def in_words(problem: PublishedProblem) -> Message:
    """What is said about a text, with the name of a fact as its field on the page has it."""
    message = problem.message
    name = _NAMES.get(str(message.facts.get("name", "")))
    return message if name is None else Message(message.template, {**message.facts, "name": str(name)})


def alike(faults: Sequence[PublishedProblem]) -> list[tuple[PublishedProblem, ...]]:
    """Faults in order of the text, but oddities of the same words together at the place of the first of them."""
    found: dict[object, list[PublishedProblem]] = {}
    for place, one in enumerate(faults):
        is_odd = one.severity is PublishedSeverity.WARNING and one.line is not None and not one.words
        found.setdefault(one.message.template if is_odd else place, []).append(one)
    return [tuple(own) for own in found.values()]


def sections_of(page: PublishedText) -> tuple[Section, ...]:
    """The text from its first line to its last, in sections, each line in one; blank lines are left out."""
    starts = _first_lines(page)
    # Units may be printed in parts; a line goes with the unit that began last before it.
    order = sorted(range(len(starts)), key=lambda place: starts[place])
    begun = [starts[place] for place in order]
    own: list[list[ShownLine]] = [[] for _ in order]
    head: list[ShownLine] = []
    tail: list[ShownLine] = []
    last = _last_line(page)
    for line in _shown(page):
        place = bisect_right(begun, line.number) - 1
        (tail if line.number > last else own[place] if place >= 0 else head).append(line)
    sections = [Section(title=_l("The pack"), code=str(page.read.pack.get("code", "")), lines=tuple(head))]
    sections += [_unit_section(page.read.units[place], lines) for place, lines in zip(order, own, strict=True)]
    if tail:
        sections.append(Section(title=_l("After the units"), code="", lines=tuple(tail)))
    return tuple(sections)


def _unit_section(unit: Mapping[str, Any], lines: Sequence[ShownLine]) -> Section:
    return Section(
        title=str(unit.get("title", "")),
        code=str(unit.get("code", "")),
        lines=tuple(lines),
        criteria=sum(len(element["criteria"]) for element in unit.get("elements", ())),
        knowledge=len(unit.get("knowledge", ())),
        skills=len(unit.get("skills", ())),
    )


def _shown(page: PublishedText) -> Iterator[ShownLine]:
    begun: dict[int, list[Became]] = defaultdict(list)
    going: set[int] = set()
    for path, places in page.read.places.items():
        numbers = sorted({_printed(page, place) for place in places})
        # The code of a line of its own is told with its text.
        if numbers and not _CODED.search(path):
            begun[numbers[0]].append(_became(page, path))
            going |= set(numbers[1:])
    for number, became in _of_marks(page):
        begun[number].append(became)
    left, problems = _told_of(page)
    for line in page.lines:
        if line.printed.strip() or line.corrected:
            yield ShownLine(
                number=line.number,
                printed=shown_line(line.printed),
                corrected=line.corrected,
                became=tuple(begun.get(line.number, ())),
                goes_on=line.number in going,
                left_out=tuple({(str(one.reason), one.words): one for one in left.get(line.number, ())}.values()),
                problems=tuple(problems.get(line.number, ())),
            )


def _told_of(page: PublishedText) -> tuple[dict[int, list[LeftOut]], dict[int, list[PublishedProblem]]]:
    """What is left out of each printed line, and what in it is to be looked at."""
    left: dict[int, list[LeftOut]] = defaultdict(list)
    problems: dict[int, list[PublishedProblem]] = defaultdict(list)
    for one in page.read.problems:
        if one.line is None:
            continue
        numbers = dict.fromkeys(_printed(page, place) for place in range(one.line, (one.last or one.line) + 1))
        if one.severity is not PublishedSeverity.NOTE:
            for number in numbers:
                problems[number].append(one)
            continue
        for number, words in _left_of(page, one, numbers):
            left[number].append(LeftOut(reason=one.message, words=words))
    return left, problems


def _left_of(page: PublishedText, told: PublishedProblem, numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
    """The lines of which words are left out, each with those words where they are only a part of it."""
    pieces = told.words.split("\n")
    for number in numbers:
        text = page.lines[number - 1].text.strip("\f ")
        own = next((piece for piece in pieces if piece.strip() and piece.strip() in text), "")
        if own:
            pieces.remove(own)
        yield number, "" if own.strip() == text else own.strip()


def _became(page: PublishedText, path: str) -> Became:
    value: Any = {"pack": page.read.pack, "units": page.read.units}
    owner: Any = None
    for name in path.split("."):
        owner, value = value, value[int(name)] if isinstance(value, (list, tuple)) else value[name]
    if isinstance(owner, Mapping) and path.endswith(".text"):
        return Became(label=str(owner.get("code", "")), text=str(value))
    names = [name for name in _LAST.sub("", path).split(".") if not name.isdigit()]
    named = "title" if names in (["pack"], ["units"]) and path.endswith(".title") else names[-1]
    return Became(label=_NAMES.get(named, named), text=str(value))


def _of_marks(page: PublishedText) -> Iterator[tuple[int, Became]]:
    marks = page.read.marks or PrintedMarks()
    for row in marks.rows:
        yield _printed(page, row.line), Became(label=_l("Marks"), text=f"{row.label} {_figures(row.marks)}".strip())
    for total in marks.totals:
        yield _printed(page, total.line), Became(label=_l("Total"), text=_figures(total.marks))
    for weight in marks.weights:
        yield _printed(page, weight.line), Became(label=_l("Weight"), text=f"{weight.unit} {weight.weight}".strip())
    for percent in marks.percents:
        yield _printed(page, percent.line), Became(label=_l("Pass line"), text=f"{percent.percent} %")


def _figures(marks: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in marks.items())


def _printed(page: PublishedText, place: int) -> int:
    return page.origin[min(place, len(page.origin)) - 1]


def _first_lines(page: PublishedText) -> list[int]:
    """The first line of each unit."""
    first: dict[int, int] = {}
    for path, places in page.read.places.items():
        name, _, rest = path.partition(".")
        if name == "units" and places:
            unit = int(rest.partition(".")[0])
            first[unit] = min(first.get(unit, places[0]), *places)
    return [_printed(page, first.get(unit, 1)) for unit in range(len(page.read.units))]


def _last_line(page: PublishedText) -> int:
    """The last line of the units themselves, or of their marks."""
    places = [place for path, lines in page.read.places.items() if path.startswith("units.") for place in lines]
    return _printed(page, max(places, default=1))
