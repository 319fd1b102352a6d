"""The competence map as drawn: one square per criterion, placed; the same for every filling of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from curriculum.model import QualificationPack

STEP = 21
GAP = 9
# How a square can look; the word beside it says what it means on this page.
LOOKS = ("none", "half", "full", "good", "bad", "wait", "out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """One criterion: where it stands, how it looks, all its words, and the page it leads to, if it leads to one."""

    x: int
    anchor: str
    code: str
    text: str
    state: str
    word: str
    detail: str
    name: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRow:
    """One unit of the map."""

    code: str
    title: str
    width: int
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """The map of a pack, filled: rows, legend as (look, word), and how many squares have each look."""

    rows: tuple[MapRow, ...]
    legend: tuple[tuple[str, str], ...]
    counts: Mapping[str, int]


def draw_map(
    pack: QualificationPack,
    looks: Mapping[str, str],
    legend: Sequence[tuple[str, str]],
    details: Mapping[str, str] | None = None,
    addresses: Mapping[str, str] | None = None,
) -> MapView:
    """Fill the map: `looks` gives a look per reference (the legend's first where none is given),
    `legend` the word of each look used, `details` a line more for a criterion, `addresses` the page it leads to."""
    words = dict(legend)
    rows = []
    for unit in pack.units:
        squares: list[Square] = []
        x = 1
        for element in unit.elements:
            for criterion in element.criteria:
                ref = unit.ref(criterion.id)
                look = looks.get(ref, legend[0][0])
                detail = (details or {}).get(ref, "")
                name = f"{criterion.id} · {criterion.text} · {words[look]}" + (f" · {detail}" if detail else "")
                squares.append(
                    Square(
                        x=x,
                        anchor=ref.replace("/", "-").replace("#", "-"),
                        code=criterion.id,
                        text=criterion.text,
                        state=look,
                        word=words[look],
                        detail=detail,
                        name=name,
                        address=(addresses or {}).get(ref, ""),
                    )
                )
                x += STEP
            x += GAP
        rows.append(MapRow(code=unit.code, title=unit.title, width=max(x - GAP, 20), squares=tuple(squares)))
    counts = Counter(square.state for row in rows for square in row.squares)
    return MapView(rows=tuple(rows), legend=tuple(legend), counts={look: counts[look] for look, _ in legend})
