"""Drawings on paper: shapes as SVG with their colours as attributes, and their words as HTML above them.

The printer follows no page's styles into a drawing, and there sets each letter by itself, which breaks the joined
letters of Devanagari. So the words stand over the drawing, where they are set as all other text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from math import cos, radians, sin
from xml.etree import ElementTree

from curriculum.drawings import FILLS, STROKES, WIDTH

# What the colours of drawings are on paper.
COLOURS = {
    "ink": "#1c2626",
    "quiet": "#4c5c5c",
    "line": "#b9c6c6",
    "accent": "#0f5c5c",
    "soft": "#e3efee",
    "panel": "#ffffff",
    "amber": "#7a5200",
    "amber-soft": "#fbeecb",
    "red": "#a3261d",
    "red-soft": "#fae5e2",
    "green": "#1a6638",
    "green-soft": "#e2f1e6",
    "none": "none",
}
MILLIMETRES = 115
BASELINE = 0.888  # of the letters' size below the top of a line that is as high as they are
_UNIT = MILLIMETRES / WIDTH
_PAINT = {
    f"{kind}-{name}": (kind, COLOURS[name]) for kind, names in (("fill", FILLS), ("stroke", STROKES)) for name in names
}
_MOVE = re.compile(r"(translate|rotate|scale)\(([^)]*)\)")
_ALIGNED = {"start": (0, "left"), "middle": (WIDTH / 2, "center"), "end": (WIDTH, "right")}
_Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ink:
    """How words are set here: what an element gives to those in it."""

    matrix: _Matrix = (1, 0, 0, 1, 0, 0)
    size: float = 16
    weight: str = "400"
    anchor: str = "start"
    colour: str = COLOURS["ink"]


def on_paper(drawing: str) -> str:
    """A drawing as it is printed: the SVG, and after it its words, each at its place in millimetres."""
    root = ElementTree.fromstring(drawing.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1))  # noqa: S314 -- ours
    words = list(_lifted(root, _Ink()))
    for element in root.iter():
        for name in element.attrib.pop("class", "").split():
            element.set(*_PAINT[name])
    if "fill" not in root.attrib:
        root.set("fill", COLOURS["ink"])
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False) + "".join(words)


def _lifted(element: ElementTree.Element, ink: _Ink) -> Iterator[str]:
    """Take the words out of an element, each as a line of HTML."""
    ink = _inked(ink, element)
    for child in list(element):
        if child.tag == "text":
            element.remove(child)
            yield from _lines(child, _inked(ink, child))
        else:
            yield from _lifted(child, ink)


def _lines(text: ElementTree.Element, ink: _Ink) -> Iterator[str]:
    """The lines of one text: a part that says where it stands begins another."""
    place, runs = _place(text, (0, 0)), [_run(text.text, ink)]
    for part in text:
        own = _inked(ink, part)
        if part.attrib.keys() & {"x", "y", "dy"}:
            yield _line(place, "".join(runs), ink)
            place, runs = _place(part, place), []
        runs += [_run("".join(part.itertext()), own), _run(part.tail, ink)]
    yield _line(place, "".join(runs), ink)


def _line(place: tuple[float, float], html: str, ink: _Ink) -> str:
    if not html:
        return ""
    a, b, c, d, e, f = ink.matrix
    x, y = a * place[0] + c * place[1] + e, b * place[0] + d * place[1] + f
    before, aligned = _ALIGNED[ink.anchor]
    left, top, wide = (x - before) * _UNIT, (y - BASELINE * ink.size) * _UNIT, WIDTH * _UNIT
    turned = ""
    if (a, b, c, d) != (1, 0, 0, 1):
        origin = f"{before * _UNIT:.3f}mm {BASELINE * ink.size * _UNIT:.3f}mm"
        turned = f";transform-origin:{origin};transform:matrix({a:.4f},{b:.4f},{c:.4f},{d:.4f},0,0)"
    style = f"left:{left:.3f}mm;top:{top:.3f}mm;width:{wide:.3f}mm;font-size:{ink.size * _UNIT:.3f}mm"
    return f'<span class="drawn" style="{style};text-align:{aligned}{turned}">{html}</span>'


def _run(words: str | None, ink: _Ink) -> str:
    kept = " ".join((words or "").split())
    if not kept:
        return " " if words else ""
    before, after = (" " if edge.isspace() else "" for edge in ((words or "")[0], (words or "")[-1]))
    return f'{before}<span style="font-weight:{ink.weight};color:{ink.colour}">{escape(kept)}</span>{after}'


def _inked(ink: _Ink, element: ElementTree.Element) -> _Ink:
    """What holds inside an element."""
    given: Mapping[str, str] = element.attrib
    fills = [_PAINT[name][1] for name in given.get("class", "").split() if name.startswith("fill-")]
    return replace(
        ink,
        matrix=_moved(ink.matrix, given.get("transform", "")),
        size=float(given.get("font-size", ink.size)),
        weight=given.get("font-weight", ink.weight),
        anchor=given.get("text-anchor", ink.anchor),
        colour=fills[-1] if fills else ink.colour,
    )


def _place(element: ElementTree.Element, before: tuple[float, float]) -> tuple[float, float]:
    x, y = (float(element.get(name, at)) for name, at in zip("xy", before, strict=True))
    return x + float(element.get("dx", 0)), y + float(element.get("dy", 0))


def _moved(matrix: _Matrix, transform: str) -> _Matrix:
    """A matrix after the moves of an element, in order."""
    for name, text in _MOVE.findall(transform):
        numbers = [float(number) for number in re.split(r"[\s,]+", text.strip())]
        for step in _steps(name, numbers):
            matrix = _product(matrix, step)
    return matrix


def _steps(name: str, numbers: list[float]) -> list[_Matrix]:
    first, *rest = numbers
    if name == "translate":
        return [(1, 0, 0, 1, first, rest[0] if rest else 0)]
    if name == "scale":
        return [(first, 0, 0, rest[0] if rest else first, 0, 0)]
    turn: _Matrix = (cos(radians(first)), sin(radians(first)), -sin(radians(first)), cos(radians(first)), 0, 0)
    if len(rest) < 2:
        return [turn]
    return [(1, 0, 0, 1, rest[0], rest[1]), turn, (1, 0, 0, 1, -rest[0], -rest[1])]


def _product(one: _Matrix, two: _Matrix) -> _Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f)
