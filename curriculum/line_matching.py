"""Which line of an older text a newer line is: by its code and words, by its words elsewhere, or by its code."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curriculum.model import NosUnit
from curriculum.wording import Change, percent_alike, plain, word_changes

# From here on two lines are one line with other words, wherever they stand.
ALIKE = 70
# Comparing everything with everything is for what is left over, and that is little where a text is kept up.
_MOST_COMPARED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A criterion, or a line of knowledge or skill: its reference, its words, and the heading it stands under."""

    ref: str
    text: str
    heading: str = ""

    @property
    def id(self) -> str:
        """Its id in its unit: `PC4`."""
        return self.ref.partition("#")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """A line before and after; None where it is not there. `is_moved`: it has another code or another heading."""

    before: Line | None = None
    after: Line | None = None
    is_moved: bool = False

    @property
    def ref(self) -> str:
        """Its reference now, or that of a line that is gone."""
        line = self.after or self.before
        return line.ref if line else ""

    @property
    def text(self) -> str:
        """Its words now, or those of a line that is gone."""
        line = self.after or self.before
        return line.text if line else ""

    @property
    def is_reworded(self) -> bool:
        """Whether it has other words; blanks alone are no rewording."""
        both = self.before is not None and self.after is not None
        return both and self.before.text.split() != self.after.text.split()  # type: ignore[union-attr]

    def words(self) -> tuple[tuple[Change, str], ...]:
        """The words as runs: the same, taken out or put in."""
        before, after = self.before.text if self.before else "", self.after.text if self.after else ""
        return tuple(word_changes(before, after))


Columns = tuple[list[Line], list[Line], list[Line]]


def lines_of(unit: NosUnit) -> Columns:
    """Criteria, knowledge and skills of a unit, each with its heading."""
    criteria = [
        Line(ref=unit.ref(line.id), text=line.text, heading=element.title)
        for element in unit.elements
        for line in element.criteria
    ]
    knowledge, skills = (
        [Line(ref=unit.ref(line.id), text=line.text, heading=line.group or "") for line in lines]
        for lines in (unit.knowledge, unit.skills)
    )
    return criteria, knowledge, skills


def pair_lines(old: Sequence[Line], new: Sequence[Line]) -> list[LineChange]:
    """Every line of two columns once, paired where it is in both; in the order of the new, then those that are gone.

    A line is found by its id with the same words, then by its words, then by words much like its own, then by its id.
    """
    left = dict(enumerate(old))
    found: dict[int, Line] = {}
    for ways in (_by_id_and_words, _by_words, _by_likeness, _by_id):
        wanted = {place: line for place, line in enumerate(new) if place not in found}
        for place, number in ways(left, wanted):
            if number in left and place not in found:
                found[place] = left.pop(number)
    pairs = [(found.get(place), line) for place, line in enumerate(new)]
    moves = _Headings(old, new)
    changes = [
        LineChange(before=before, after=after, is_moved=before is not None and moves.is_moved(before, after))
        for before, after in pairs
    ]
    return [*changes, *(LineChange(before=line) for line in left.values())]


Lines = dict[int, Line]
Pairs = Iterator[tuple[int, int]]  # place in the new column, number in the old one


def _by_id_and_words(left: Lines, wanted: Lines) -> Pairs:
    known = {(line.id, plain(line.text)): number for number, line in left.items()}
    for place, line in wanted.items():
        if (number := known.get((line.id, plain(line.text)))) is not None:
            yield place, number


def _by_words(left: Lines, wanted: Lines) -> Pairs:
    known: dict[str, deque[int]] = {}
    for number, line in left.items():
        known.setdefault(plain(line.text), deque()).append(number)
    for place, line in wanted.items():
        if numbers := known.get(plain(line.text)):
            yield place, numbers.popleft()


def _by_likeness(left: Lines, wanted: Lines) -> Pairs:
    """The most alike first; of equally alike lines the one with the same id, then the nearest above."""
    if len(left) * len(wanted) > _MOST_COMPARED:
        return
    found = []
    for place, line in wanted.items():
        for number, other in left.items():
            if alike := percent_alike(line.text, other.text, at_least=ALIKE):
                found.append((-alike, line.id != other.id, abs(place - number), place, number))
    yield from ((place, number) for *_, place, number in sorted(found))


def _by_id(left: Lines, wanted: Lines) -> Pairs:
    known = {line.id: number for number, line in left.items()}
    yield from ((place, known[line.id]) for place, line in wanted.items() if line.id in known)


class _Headings:
    """Whether a line came under another heading, or only its heading has another name."""

    def __init__(self, old: Sequence[Line], new: Sequence[Line]) -> None:
        self._old, self._new = {line.heading for line in old}, {line.heading for line in new}

    def is_moved(self, before: Line, after: Line) -> bool:
        elsewhere = before.heading != after.heading and (before.heading in self._new or after.heading in self._old)
        return before.id != after.id or elsewhere
