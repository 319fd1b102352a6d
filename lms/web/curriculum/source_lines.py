"""The lines of a published text as a page shows them: each beside what was read from it, or why nothing was."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from assessments.words import Message
from curriculum.published.model import PrintedMarks
from lms.services.published_texts import PublishedText

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
class ShownLine:
    """A printed line with what came of it. `goes_on` says that its words belong to a part begun above."""

    number: int
    printed: str
    corrected: str | None
    became: tuple[Became, ...]
    goes_on: bool
    left_out: tuple[Message, ...]
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


def sections_of(page: PublishedText) -> tuple[Section, ...]:
    """The text from its first line to its last, in sections; blank lines are left out."""
    shown = {line.number: line for line in _shown(page)}
    starts = [_first_line(page, f"units.{place}.") for place in range(len(page.read.units))]
    ends = [*starts[1:], _last_line(page) + 1]
    head = [line for number, line in shown.items() if number < min(starts)]
    tail = [line for number, line in shown.items() if number >= ends[-1]]
    sections = [Section(title=_l("The pack"), code=str(page.read.pack.get("code", "")), lines=tuple(head))]
    for unit, start, end in zip(page.read.units, starts, ends, strict=True):
        sections.append(_unit_section(unit, [line for number, line in shown.items() if start <= number < end]))
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
    problems: dict[int, list[Any]] = defaultdict(list)
    left: dict[int, list[Message]] = defaultdict(list)
    for one in page.read.problems:
        if one.line is None:
            continue
        for place in range(one.line, (one.last or one.line) + 1):
            kept = left if one.severity == "note" else problems
            kept[_printed(page, place)].append(one.message if one.severity == "note" else one)
    for line in page.lines:
        if line.printed.strip() or line.corrected:
            yield ShownLine(
                number=line.number,
                printed=line.printed.strip("\f "),
                corrected=line.corrected,
                became=tuple(begun.get(line.number, ())),
                goes_on=line.number in going,
                left_out=tuple({str(reason): reason for reason in left.get(line.number, ())}.values()),
                problems=tuple(problems.get(line.number, ())),
            )


def _became(page: PublishedText, path: str) -> Became:
    value: Any = {"pack": page.read.pack, "units": page.read.units}
    owner: Any = None
    for name in path.split("."):
        owner, value = value, value[int(name)] if isinstance(value, (list, tuple)) else value[name]
    if isinstance(owner, Mapping) and path.endswith(".text"):
        return Became(label=str(owner.get("code", "")), text=str(value))
    names = [name for name in _LAST.sub("", path).split(".") if not name.isdigit()]
    named = "title" if names == ["units"] and path.endswith(".title") else names[-1]
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


def _first_line(page: PublishedText, beginning: str) -> int:
    places = (place for path, lines in page.read.places.items() if path.startswith(beginning) for place in lines)
    return _printed(page, min(places, default=1))


def _last_line(page: PublishedText) -> int:
    """The last line of the units themselves, or of their marks."""
    places = [place for path, lines in page.read.places.items() if path.startswith("units.") for place in lines]
    return _printed(page, max(places, default=1))
