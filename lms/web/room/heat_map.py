"""The heat map: one row a person, one square a criterion, drawn so that many people stay a light page.

The squares are those of the competence map. All squares of one look in a row are one path, and the empty squares of a
row are one shape that all rows share.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assessments.mastery import Standing
from curriculum.model import QualificationPack
from lms.services.room import RoomLine
from lms.web.competence_map import GAP, STEP
from lms.web.learning.mastery_map import LEGEND, look_of

ROW, HEAD = 20, 66  # how high a row and the heading are drawn
_SIDE = 18  # of a square
# What is drawn into a square of each look, from its left edge; filled squares are dashes of a line, a run at a time.
_MARKS = {
    "half": "M{0} 18l16-16v16z",
    "bad": "M{2} 1h18v18h-18zm5 5l8 8m0-8l-8 8",
    "good": "M{1} 10l3 3 5-6",
    "wait": "M{1} 10a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
    "out": "M{1} 10h8",
}
_FILLED = ("full", "good")
_LACKING = ("none", "bad", "half")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A criterion over its column: where it stands, its words, and how many lack it."""

    ref: str
    x: int
    code: str
    unit: str
    text: str
    lacking: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitHead:
    """A unit over its columns."""

    code: str
    title: str
    x: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """A person's row: paths by look, and how many of their criteria have each look."""

    line: RoomLine
    paths: tuple[tuple[str, str], ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """The whole map; `grid` is the shape of a row's empty squares.

    `width` is in units of the drawing, `head_px` and `row_px` are the sizes at which it is shown: width, height.
    """

    width: int
    head_px: tuple[int, int]
    row_px: tuple[int, int]
    grid: str
    units: tuple[UnitHead, ...]
    columns: tuple[Column, ...]
    rows: tuple[HeatRow, ...]
    legend: tuple[tuple[str, str], ...]
    totals: Mapping[str, Mapping[str, int]]


def heat_map(pack: QualificationPack, lines: Sequence[RoomLine]) -> HeatMap:
    """Draw the people of a room, in its order, over the criteria of a pack."""
    places, heads, width = _places(pack)
    looked: dict[Standing, str] = {}
    totals: dict[str, Counter[str]] = {ref: Counter() for ref in places}
    rows = []
    for line in lines:
        looks = {}
        for ref, standing in line.standings.items():
            look = looked.get(standing)
            if look is None:
                look = looked[standing] = look_of(standing)
            looks[ref] = look
            totals[ref][look] += 1
        paths, counts = paths_of(looks, places)
        rows.append(HeatRow(line=line, paths=paths, counts=counts))
    columns = tuple(
        Column(
            ref=unit.ref(one.id),
            x=places[unit.ref(one.id)],
            code=one.id,
            unit=unit.code,
            text=one.text,
            lacking=sum(totals[unit.ref(one.id)][look] for look in _LACKING),
        )
        for unit in pack.units
        for one in unit.criteria
    )
    return HeatMap(
        width=width,
        head_px=shown_size(width, HEAD),
        row_px=shown_size(width, ROW),
        grid=grid_of(places.values()),
        units=heads,
        columns=columns,
        rows=tuple(rows),
        legend=tuple((look, str(word)) for look, word in LEGEND),
        totals=totals,
    )


def grid_of(places: Iterable[int]) -> str:
    """The shape of a row's empty squares."""
    return "".join(f"M{x} 1h{_SIDE}v{_SIDE}h-{_SIDE}z" for x in places)


def shown_size(width: int, height: int) -> tuple[int, int]:
    """The size on a screen 1280 pixels wide: so much of the drawing that all criteria fit beside names and figures.

    On other screens the style makes it larger: a phone scrolls anyway, and a finger wants room.
    """
    return 13 * width // 20, 13 * height // 20


def _places(pack: QualificationPack) -> tuple[dict[str, int], tuple[UnitHead, ...], int]:
    """Where each criterion stands, with a gap between units, where units begin, and how wide all is."""
    places: dict[str, int] = {}
    heads = []
    x = 1
    for unit in pack.units:
        heads.append(UnitHead(code=unit.code, title=unit.title, x=x))
        for criterion in unit.criteria:
            places[unit.ref(criterion.id)] = x
            x += STEP
        x += GAP
    return places, tuple(heads), x - GAP


def paths_of(looks: Mapping[str, str], places: Mapping[str, int]) -> tuple[tuple[tuple[str, str], ...], dict[str, int]]:
    """The squares of a row as a path for each look, and how many squares have it."""
    by_look: dict[str, list[int]] = {}
    for ref, x in places.items():
        by_look.setdefault(looks.get(ref, "out"), []).append(x)
    paths = []
    for look in _FILLED:
        if own := by_look.get(look):
            paths.append((f"{look} hm-fill", _runs(own)))
    for look, mark in _MARKS.items():
        if own := by_look.get(look):
            paths.append((look, "".join(mark.format(x + 1, x + 5, x) for x in own)))
    return tuple(paths), {look: len(own) for look, own in by_look.items()}


def _runs(places: Sequence[int]) -> str:
    """Lines through neighbouring squares; the dashes of such a line are the squares."""
    path = []
    start = last = places[0]
    for x in [*places[1:], None]:
        if x != last + STEP:
            path.append(f"M{start} 10h{last - start + _SIDE}")
            start = x or 0
        last = x or 0
    return "".join(path)
