"""Codes in a column of their own without ruled lines, set in the middle or at the foot of their rows: put first."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from curriculum.published.codes import LINE
from curriculum.published.page_cells import Run, is_beside

_ALONE = re.compile(rf"(?:{LINE}) ?\d{{1,3}} ?[.:)]?")
_NEAR = 1.5  # points
_FAR = 150.0  # points from a code to its text, at most
_MOST_RUNS = 800

Blocks = list[range]  # for each code the lines that are its own


@dataclass(slots=True)
class _Part:
    """Codes and lines of their text, down to the next line that is neither."""

    codes: list[Run] = field(default_factory=list)
    lines: list[Run] = field(default_factory=list)


def codes_first(runs: Sequence[Run]) -> list[Run]:
    """The runs, each code that stands alone in its column beside the first line of its text."""
    alone = [run for run in runs if run.column is None and _ALONE.fullmatch(run.text.strip())]
    if not alone or len(runs) > _MOST_RUNS:
        return list(runs)
    begun = list(_that_begin(runs, {id(run) for run in alone}))
    moved: dict[int, Run] = {}
    for left in {round(run.left) for run in alone}:
        for part in _parts(begun, [run for run in alone if round(run.left) == left]):
            for code, own in zip(part.codes, _blocks(part), strict=False):
                first = part.lines[own.start]
                moved[id(code)] = replace(code, top=first.top, bottom=first.bottom)
    return [moved.get(id(run), run) for run in runs]


def _that_begin(runs: Sequence[Run], alone: Collection[int]) -> Iterator[Run]:
    """The codes, and what begins a line but for them: a line may be set word by word."""
    level = sorted(runs, key=_height)
    heights = [_height(run) for run in level]
    for run in level:
        near = run.top - run.bottom
        low, high = bisect_left(heights, _height(run) - near), bisect_right(heights, _height(run) + near)
        before = (one for one in level[low:high] if one.left < run.left and id(one) not in alone)
        if id(run) in alone or not any(is_beside(one, run) for one in before):
            yield run


def _parts(runs: Sequence[Run], codes: Sequence[Run]) -> Iterator[_Part]:
    right = max(code.right for code in codes)
    beside = [run for run in runs if right - _NEAR < run.left < right + _FAR and run.column is None]
    edges = Counter(round(run.left) for run in beside if any(is_beside(code, run) for code in codes))
    edges = edges or Counter(round(run.left) for run in beside)
    if not edges:
        return
    edge, _ = edges.most_common(1)[0]
    own = {id(code) for code in codes}
    part = _Part()
    for run in sorted(runs, key=_height, reverse=True):
        if id(run) in own:
            part.codes.append(run)
        elif abs(run.left - edge) <= _NEAR:
            part.lines.append(run)
        elif run.left < edge:
            yield part
            part = _Part()
    yield part


def _height(run: Run) -> float:
    return run.bottom + run.top


def _blocks(part: _Part) -> Blocks:
    """The lines of each code; none where codes stand beside the first of their lines, or nothing fits."""
    if not part.codes or len(part.lines) < len(part.codes):
        return []
    at_top = is_beside(part.codes[0], part.lines[0])
    ways = [way for way in (_middle(part), _foot(part)) if way and way[-1].stop == len(part.lines)]
    parted = [way for way in ways if _are_parted(part, way)]
    return next(iter(parted or ([] if at_top else ways)), [])


def _middle(part: _Part) -> Blocks:
    """Each code in the middle of its lines: the first of them and the code tell the last."""
    blocks: Blocks = []
    begins = 0
    for code in part.codes:
        wanted = _height(code)
        ends = next(
            (
                end
                for end in range(begins, len(part.lines))
                if abs(_height(part.lines[begins]) + _height(part.lines[end]) - 2 * wanted) < code.top - code.bottom
            ),
            None,
        )
        if ends is None:
            return []
        blocks.append(range(begins, ends + 1))
        begins = ends + 1
    return blocks


def _foot(part: _Part) -> Blocks:
    """Each code beside the last of its lines."""
    blocks: Blocks = []
    begins = 0
    for code in part.codes:
        ends = next((end for end in range(begins, len(part.lines)) if is_beside(code, part.lines[end])), None)
        if ends is None:
            return []
        blocks.append(range(begins, ends + 1))
        begins = ends + 1
    return blocks


def _are_parted(part: _Part, blocks: Blocks) -> bool:
    """Whether more room is left between the blocks than inside of any, and some has several lines."""
    gaps = [before.bottom - after.top for before, after in pairwise(part.lines)]
    ends = {own.stop - 1 for own in blocks[:-1]}
    between = [gap for place, gap in enumerate(gaps) if place in ends]
    inside = [gap for place, gap in enumerate(gaps) if place not in ends]
    return bool(between and inside) and min(between) > max(inside) + _NEAR / 3
