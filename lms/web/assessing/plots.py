"""The plots of a manifest: shapes at whole coordinates, the same for the page and for print, and the rows beneath."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from assessments.difficulty import WHOLE, share_text, thousandths

WIDE, TALL = 640, 200
_WIDER, _TALLER, _STACKED = 1200, 320, 12
_EDGE, _WORDS, _ROW = 20, 40, 34
_MOST_DOTS = 500
_NAME = 190  # where the figures of an earlier session begin
Manifest = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A bar, a dot or a line. `look` says what it is for the colours; `title` is what it says when pointed at."""

    kind: str
    look: str
    x: int
    y: int
    width: int = 0
    height: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A figure or a name in a plot; `anchor` is start, middle or end."""

    x: int
    y: int
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A plot in a box of width × height, with the rows of the table that says the same."""

    height: int
    shapes: tuple[Shape, ...]
    words: tuple[Words, ...]
    rows: tuple[tuple[str, ...], ...]
    width: int = WIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Plots:
    """The plots of one manifest; `earlier` is None where no other assessment of the pack has papers."""

    overlap: Plot
    use: Plot
    difficulty: Plot
    earlier: Plot | None
    most_used: int


def plots_of(manifest: Manifest) -> Plots:
    """All plots of a manifest."""
    return Plots(
        overlap=plot_overlap(manifest),
        use=plot_use(manifest),
        difficulty=plot_difficulty(manifest),
        earlier=plot_earlier(manifest) if manifest["overlap"]["earlier"] else None,
        most_used=most_used(manifest),
    )


def plot_overlap(manifest: Manifest) -> Plot:
    """How many pairs of papers share how many items, with the mean by chance and the bound of the worst pair."""
    overlap = manifest["overlap"]
    pairs = {int(shared): times for shared, times in overlap["pairs"].items()}
    expected, bound = Fraction(overlap["expected"]["exact"]), overlap["bound"]["items"]
    marks = [*pairs, int(expected), bound + 1]
    first, last = min(marks), max(marks)
    step = (WIDE - 2 * _EDGE) // (last - first + 1)
    most = max(pairs.values(), default=1)

    def at(shared: Fraction | int) -> int:
        return _EDGE + int((shared - first + Fraction(1, 2)) * step)

    bars = [
        Shape(
            kind="bar",
            look="bar",
            x=at(shared) - step // 2 + 1,
            y=TALL - _tall(times, most),
            width=max(step - 2, 1),
            height=_tall(times, most),
            title=f"{shared}: {times}",
        )
        for shared, times in sorted(pairs.items())
    ]
    lines = [_upright("chance", at(expected), overlap["expected"]["display"]), _upright("bound", at(bound), str(bound))]
    ticks = [number for number in range(first, last + 1) if number % 5 == 0]
    return Plot(
        height=TALL + _WORDS,
        shapes=(*bars, *lines),
        words=tuple(Words(x=at(number), y=TALL + 28, text=str(number)) for number in ticks),
        rows=tuple((str(shared), str(times)) for shared, times in sorted(pairs.items())),
    )


def plot_difficulty(manifest: Manifest) -> Plot:
    """The expected score of each paper, with the band about the mean."""
    difficulty = manifest["difficulty"]
    papers = {_thousandths(score): times for score, times in difficulty["papers"].items()}
    mean, band = _thousandths(difficulty["mean"]), _thousandths(difficulty["band"])
    first, last = min([*papers, mean - band]) - 2, max([*papers, mean + band]) + 2

    def at(score: int) -> int:
        return _EDGE + (score - first) * (WIDE - 2 * _EDGE) // max(last - first, 1)

    low, high = at(mean - band), at(mean + band)
    tall = min(TALL, (max(papers.values(), default=1) + 2) * _STACKED)
    inside = Shape(kind="bar", look="band", x=low, y=0, width=high - low, height=tall)
    middle = Shape(kind="line", look="chance", x=at(mean), y=0, height=tall, title=share_text(mean))
    ends = (mean - band, mean, mean + band)
    return Plot(
        height=tall + _WORDS,
        shapes=(inside, middle, *_stacks(papers, at, tall)),
        words=tuple(Words(x=at(score), y=tall + 28, text=share_text(score)) for score in ends),
        rows=tuple((share_text(score), str(times)) for score, times in sorted(papers.items())),
    )


def plot_use(manifest: Manifest) -> Plot:
    """For each criterion in how many papers each of its items is, with the even share, and earlier use on top."""
    papers, cells = len(manifest["papers"]), manifest["blueprint"]["cells"]
    takes = {cell["ref"]: cell["items"] for cell in cells}
    use = sorted(manifest["use"].items(), key=_in_order)
    most = most_used(manifest)
    step = Fraction(_WIDER - 2 * _EDGE, max(len(use), 1))
    shapes, rows = [], []
    for place, (ref, items) in enumerate(use):
        x = _EDGE + int((place + Fraction(1, 2)) * step)
        even = Fraction(takes[ref] * papers, max(len(items), 1))
        level = _TALLER - _tall(even, most, _TALLER)
        shapes.append(Shape(kind="bar", look="even", x=x - 8, y=level - 1, width=16, height=3))
        for total in sorted({own + earlier for own, earlier in items if earlier}):
            shapes.append(_dot("faint", x, _TALLER - _tall(total, most, _TALLER), f"{ref}: {total}"))
        for own in sorted({own for own, _ in items}):
            shapes.append(_dot("dot", x, _TALLER - _tall(own, most, _TALLER), f"{ref}: {own}"))
        own, earlier = [one for one, _ in items], [other for _, other in items]
        figures = (str(len(items)), f"{even.numerator // even.denominator}", str(min(own, default=0)))
        rows.append((ref, *figures, str(max(own, default=0)), str(max(earlier, default=0))))
    shapes.append(Shape(kind="bar", look="rail", x=0, y=_TALLER, width=_WIDER, height=2))
    return Plot(height=_TALLER + 8, width=_WIDER, shapes=tuple(shapes), words=(), rows=tuple(rows))


def most_used(manifest: Manifest) -> int:
    """In how many papers the most used item is, earlier and parallel assessments counted in."""
    return max((own + earlier for items in manifest["use"].values() for own, earlier in items), default=0)


def plot_earlier(manifest: Manifest) -> Plot:
    """For each other assessment of the pack the mean and the most items that a paper shares with one of its papers."""
    sessions, items = manifest["overlap"]["earlier"], manifest["blueprint"]["items"]
    shapes, words, rows = [], [], []

    def at(shared: Fraction | int) -> int:
        return _NAME + int(Fraction(shared) * (WIDE - _NAME - _EDGE) / max(items, 1))

    for place, session in enumerate(sessions):
        y = place * _ROW + _ROW // 2
        mean, worst = Fraction(session["mean"]["exact"]), session["worst"]
        words.append(Words(x=0, y=y + 8, text=session["name"], anchor="start"))
        shapes.append(Shape(kind="bar", look="rail", x=at(0), y=y, width=at(items) - at(0), height=1))
        shapes.append(_dot("dot", at(mean), y, f"{session['name']}: {session['mean']['display']}"))
        shapes.append(_dot("worst", at(worst), y, f"{session['name']}: {worst}"))
        rows.append((session["name"], str(session["papers"]), session["mean"]["display"], str(worst)))
    foot = len(sessions) * _ROW
    words += [Words(x=at(number), y=foot + 24, text=str(number)) for number in (0, items)]
    return Plot(height=foot + _WORDS, shapes=tuple(shapes), words=tuple(words), rows=tuple(rows))


def _stacks(papers: Mapping[int, int], at: Callable[[int], int], tall: int) -> Sequence[Shape]:
    """A dot for each paper, one on the other; bars where that would be too many dots."""
    most = max(papers.values(), default=1)
    if sum(papers.values()) > _MOST_DOTS:
        return [
            Shape(
                kind="bar",
                look="bar",
                x=at(score) - 2,
                y=tall - _tall(times, most, tall),
                width=4,
                height=_tall(times, most, tall),
                title=f"{share_text(score)}: {times}",
            )
            for score, times in sorted(papers.items())
        ]
    step = min(_STACKED, max(tall // most, 1))
    return [
        _dot("dot", at(score), tall - 6 - number * step, f"{share_text(score)}: {times}")
        for score, times in sorted(papers.items())
        for number in range(times)
    ]


def _upright(look: str, x: int, title: str) -> Shape:
    return Shape(kind="line", look=look, x=x, y=0, height=TALL, title=title)


def _dot(look: str, x: int, y: int, title: str) -> Shape:
    return Shape(kind="dot", look=look, x=x, y=y, title=title)


def _tall(value: Fraction | int, most: int, tall: int = TALL) -> int:
    return int(Fraction(value) * (tall - 6) / max(most, 1))


def _thousandths(share: str) -> int:
    return thousandths(Fraction(share)) if Fraction(share) <= 1 else WHOLE


def _in_order(entry: tuple[str, Any]) -> tuple[str, int, str]:
    """By unit, then by the number in the criterion's id: PC2 before PC10."""
    unit, _, criterion = entry[0].partition("#")
    digits = criterion.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").partition("-")[0]
    return unit, int(digits) if digits.isdigit() else 0, criterion
