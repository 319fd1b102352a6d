"""Tables of a page by their ruled lines: a row is set on the same lines, and a cell's own lines are put together.

Cells of published packs are set at the top or in the middle of their row, and broken into lines wherever their column
ends. As text, line by line, the words of neighbours would run together.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf

from curriculum.published.codes import LINE
from curriculum.published.pieces import joined

_NEAR = 3.0  # points between lines that are drawn as one
_LEAST_LINES = 8  # of a column beside another
_LEAST_LONE = 3  # one in so many of its lines stands at a height of its own
_LEAST_WORDS = 3  # of a line of text
_MOST_EDGES = 4
_NO_BLANK = 0.1  # of the height of a line: no blank is as narrow
_MOST_RUNS = 600  # of a cover
_MOST_LINES = 800
_MOST_OF_NAME = 8  # lines
_MOST_OF_PAGE = 0.8  # what is higher may be the room inside a frame around a page, and no cell
# A code without a sign behind it begins a line only where its number is the next.
_BARE = re.compile(rf"({LINE}) ?(\d{{1,3}})\b")
# What begins something of its own even where the line above is full.
_BEGINS = re.compile(
    rf"[A-Z]{{1,3}} ?\d{{1,3}} ?[.:)]|(?i:{LINE}) ?[-.‐‑‒–—]? ?\d{{1,3}} ?(?:[.:)]|[-‐‑‒–—](?=\s))|"
    r"\(?\d{1,2} ?[.)] |[•●▪■◦‣∙·➢✓\uf0b7\uf0a7\uf0d8–-]\s?"
)


@dataclass(slots=True, kw_only=True)
class Box:
    """A place on a page, in points from the left and the bottom."""

    left: float
    right: float
    bottom: float
    top: float


@dataclass(slots=True, kw_only=True)
class Run(Box):
    """Letters in a row; `column` is the left border of its cell, and `inner` says that other cells stand before it.

    `before` and `after` are how many empty cells stand right there in its row.
    """

    text: str
    column: float | None = None
    inner: bool = False
    before: int = 0
    after: int = 0


def is_beside(one: Box, other: Box) -> bool:
    """Whether two runs are seen on one line."""
    middle = (other.bottom + other.top) / 2
    return abs(middle - (one.bottom + one.top) / 2) < min(one.top - one.bottom, other.top - other.bottom) / 3


def is_one_word(before: Run, run: Run) -> bool:
    """Whether a run goes on with the word that the one before it begins: nothing parts their letters."""
    is_parted = before.text[-1:].isspace() or run.text[:1].isspace()
    height = min(before.top - before.bottom, run.top - run.bottom)
    return not is_parted and abs(run.left - before.right) < height * _NO_BLANK


def in_rows(runs: Sequence[Run], rules: Sequence[Box]) -> list[Run]:
    """The runs, those in rows of ruled tables set anew; all others as they are."""
    grid = _Grid(rules)
    if not grid.is_ruled:
        return list(runs)
    cells: dict[tuple[float, ...], _Cell] = {}
    free: list[Run] = []
    for run in runs:
        place = grid.cell_at((run.left + min(run.right, run.left + 1)) / 2, (run.bottom + run.top) / 2)
        if place is None:
            free.append(run)
        else:
            cells.setdefault((place.left, place.right, place.bottom, place.top), _Cell(place, [])).runs.append(run)
    for row in _rows(list(cells.values())):
        free += _set(row, grid)
    return free


def one_below_other(runs: Sequence[Run]) -> list[Run]:
    """The runs, with a column of text that stands beside another one set below it: the cover of older packs.

    Columns whose lines keep to the same height are no such ones; they are labels and values, or codes and texts.
    """
    edges = Counter(round(run.left) for run in runs if run.column is None and len(runs) < _MOST_RUNS)
    for edge, count in edges.most_common(_MOST_EDGES):
        left = [run for run in runs if run.right <= edge and run.column is None]
        if count < _LEAST_LINES or len(left) < _LEAST_LINES:
            continue
        top, bottom = max(run.top for run in left), min(run.bottom for run in left)
        within = [run for run in runs if run.top > bottom and run.bottom < top and run.right > edge]
        lone = sum(not any(is_beside(run, other) for other in within) for run in left)
        if 2 * sum(len(run.text.split()) >= _LEAST_WORDS for run in within) < len(within):
            continue  # marks beside the words of a table, and no text
        if all(run.left >= edge - 1 and run.column is None for run in within) and _LEAST_LONE * lone >= len(left):
            by = top - bottom + 2 * (left[0].top - left[0].bottom)
            beside = {id(run) for run in within}
            return [
                replace(run, top=run.top - by, bottom=run.bottom - by)
                if id(run) in beside or run.top <= bottom
                else run
                for run in runs
            ]
    return list(runs)


@dataclass(slots=True)
class _Cell:
    place: Box
    runs: list[Run]


class _Grid:
    """The ruled lines of a page: upright and level ones, as long as they are seen to be."""

    def __init__(self, rules: Sequence[Box]) -> None:
        self._upright = _grown([rule for rule in rules if rule.right - rule.left < _NEAR], upright=True)
        level = _grown([rule for rule in rules if rule.top - rule.bottom < _NEAR], upright=False)
        self._level = [rule for rule in level if len(level) > _MOST_LINES or self._is_border(rule)]
        self._height = max((rule.top for rule in rules), default=0) - min((rule.bottom for rule in rules), default=0)

    def _is_border(self, level: Box) -> bool:
        """Whether a level line meets an upright one at an end; a line under words does not."""
        meeting = (rule for rule in self._upright if rule.bottom - _NEAR <= level.bottom <= rule.top + _NEAR)
        return any(min(abs(rule.left - level.left), abs(rule.left - level.right)) <= _NEAR for rule in meeting)

    @property
    def is_ruled(self) -> bool:
        """Whether there are lines of tables; so many as no table has are a drawing."""
        return 0 < len(self._upright) + len(self._level) < _MOST_LINES

    def cell_at(self, along: float, up: float) -> Box | None:
        """The cell around a place; None without lines at both its sides. At the end of a page a cell may be open."""
        beside = [rule for rule in self._upright if rule.bottom - _NEAR <= up <= rule.top + _NEAR]
        left = max((rule for rule in beside if rule.left <= along), key=lambda rule: rule.left, default=None)
        right = min((rule for rule in beside if rule.left > along), key=lambda rule: rule.left, default=None)
        if left is None or right is None:
            return None
        across = [rule.bottom for rule in self._level if rule.left - _NEAR <= along <= rule.right + _NEAR]
        bottom = max((at for at in across if at <= up), default=max(left.bottom, right.bottom))
        top = min((at for at in across if at > up), default=min(left.top, right.top))
        return Box(left=round(left.left), right=round(right.left), bottom=round(bottom), top=round(top))

    def empty_cells(self, left: float, right: float, up: float) -> int:
        """How many cells lie between two borders at a height."""
        borders = {
            round(rule.left)
            for rule in self._upright
            if left <= round(rule.left) <= right and rule.bottom - _NEAR <= up <= rule.top + _NEAR
        }
        return max(len(borders) - 1, 0)

    def is_inner(self, cell: Box) -> bool:
        """Whether another cell stands before a cell."""
        # So far to the left that the cell's own lines are not near.
        before = self.cell_at(cell.left - 2 * _NEAR, (cell.top + cell.bottom) / 2)
        if before is None or before.top - before.bottom < _MOST_OF_PAGE * self._height:
            return before is not None
        # A row over a whole page: its cell has a line along all of its right side, and the room inside a frame has not.
        beside = (rule for rule in self._upright if abs(rule.left - before.right) <= _NEAR)
        return any(rule.bottom <= before.bottom + _NEAR and rule.top >= before.top - _NEAR for rule in beside)


def _grown(rules: Sequence[Box], *, upright: bool) -> list[Box]:
    """Lines with those put together that are drawn piece by piece; what stands apart in a row is of another table."""
    grown: list[Box] = []
    for rule in sorted(rules, key=lambda rule: (rule.left, rule.bottom) if upright else (rule.bottom, rule.left)):
        last = grown[-1] if grown else None
        near = last and abs(rule.left - last.left if upright else rule.bottom - last.bottom) < 1
        if last and near and _meet(last, rule):
            last.top, last.right = max(last.top, rule.top), max(last.right, rule.right)
            if upright:
                last.bottom = min(last.bottom, rule.bottom)
        else:
            grown.append(replace(rule))
    return grown


def _meet(one: Box, other: Box) -> bool:
    """Whether two lines touch, or nearly so."""
    is_level = one.left <= other.right + _NEAR and other.left <= one.right + _NEAR
    return is_level and one.bottom <= other.top + _NEAR and other.bottom <= one.top + _NEAR


def _rows(cells: list[_Cell]) -> Iterator[list[_Cell]]:
    """The cells that begin at the same height, from left to right."""
    cells.sort(key=lambda cell: (-cell.place.top, cell.place.left))
    row: list[_Cell] = []
    for cell in cells:
        if row and row[0].place.top - cell.place.top > _NEAR:
            yield row
            row = []
        row.append(cell)
    if row:
        yield row


def _set(row: Sequence[_Cell], grid: _Grid) -> Iterator[Run]:
    """A row with the first lines of all its cells on one line, and so on; a cell over several rows is one line."""
    alone = len(row) == 1 and not grid.is_inner(row[0].place)
    if alone:
        # The empty cells beside what a page leaves of a row show that its column parts it into lines.
        is_rest = _empty_beside(row, 0, grid)[1] > 0
        yield from _joined(list(_lines(row[0].runs)), row[0].place, whole=False) if is_rest else row[0].runs
        return
    ends = max(cell.place.bottom for cell in row)
    top = max(run.top for cell in row for run in cell.runs)
    for place, cell in enumerate(row):
        inner = grid.is_inner(cell.place)
        own = list(_lines(cell.runs))
        # What stands before other cells, or beside several rows, is one name.
        whole = (not inner and len(own) <= _MOST_OF_NAME) or ends - cell.place.bottom > _NEAR
        lines = list(_joined(own, cell.place, whole=whole))
        for number, run in enumerate(lines):
            height = run.top - run.bottom
            upper = top - number * height
            before, after = _empty_beside(row, place, grid) if number == 0 else (0, 0)
            yield replace(
                run,
                top=upper,
                bottom=upper - height,
                column=cell.place.left,
                inner=inner,
                before=before,
                after=after,
            )


def _empty_beside(row: Sequence[_Cell], place: int, grid: _Grid) -> tuple[int, int]:
    """How many empty cells stand right before a cell of a row, and after it where it is the last."""
    own = row[place].place
    up = (own.top + own.bottom) / 2
    before = grid.empty_cells(row[place - 1].place.right, own.left, up) if place else 0
    return before, grid.empty_cells(own.right, inf, up) if place == len(row) - 1 else 0


def _lines(runs: Iterable[Run]) -> Iterator[Run]:
    """The lines inside a cell, each as one run."""
    line: list[Run] = []
    for run in sorted(runs, key=lambda run: -(run.bottom + run.top)):
        if line and not is_beside(line[0], run):
            yield _one(line)
            line = []
        line.append(run)
    if line:
        yield _one(line)


def _one(line: list[Run]) -> Run:
    line.sort(key=lambda run: run.left)
    text = line[0].text.strip()
    for before, run in pairwise(line):
        text += ("" if is_one_word(before, run) else " ") + run.text.strip()
    return replace(line[0], right=line[-1].right, text=text)


def _joined(lines: Sequence[Run], cell: Box, *, whole: bool) -> Iterator[Run]:
    """The lines of a cell, with those put together that were parted only because the column ended."""
    margin = min(run.left for run in lines) - cell.left
    begun: Run | None = None
    reach = 0.0
    last = ("", 0)
    for run in lines:
        word = run.text.split(" ", 1)[0]
        room = cell.right - margin - reach
        needed = (run.right - run.left) * (len(word) + 1) / max(len(run.text), 1)
        if begun is not None and (whole or needed > room) and not _begins(run.text, last):
            begun = replace(begun, text=joined(begun.text, run.text))
        else:
            if begun is not None:
                yield begun
            begun = run
            last = _bare(run.text) or last
        reach = run.right
    if begun is not None:
        yield begun


def _begins(text: str, last: tuple[str, int]) -> bool:
    """Whether a line begins something of its own; `last` is the code met before it in its cell."""
    return _BEGINS.match(text) is not None or _bare(text) == (last[0], last[1] + 1)


def _bare(text: str) -> tuple[str, int] | None:
    """The prefix and number of the code that begins a line."""
    match = _BARE.match(text)
    return (match[1], int(match[2])) if match else None
