"""Which criteria belong to which name of an element, as far as the rows tell that they stand on."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from curriculum.published.items import Known
from curriculum.published.names import ends_amid, is_same_name
from curriculum.published.pieces import Piece


@dataclass(slots=True, kw_only=True)
class Name:
    """The name of an element, and the rows of the section that it stands in."""

    pieces: list[Piece]
    first: int
    last: int
    is_doubtful: bool = False  # whether it may be two names

    @property
    def text(self) -> str:
        """The name in one line."""
        return " ".join(piece.text for piece in self.pieces)


def begun_rows(begins: Sequence[int], coded: Sequence[int], names: Sequence[Name], last: int) -> list[int]:
    """The rows on which an element may begin: criteria, and a lead-in where it stands inside the first element."""
    rows = sorted(set(begins))
    if not names or not coded or rows[0] == coded[0]:
        return rows
    inside = names[0].first < coded[0] or (_middles(names, rows)[1:] == (True, last))
    return rows if inside and _middles(names, coded)[1:] != (True, last) else rows[bisect_left(rows, coded[0]) :]


def starts_of(
    names: Sequence[Name], rows: Sequence[int], coded: Sequence[int], last: int, known: Known, *, beside: bool
) -> tuple[list[int], bool]:
    """The rows on which the elements of names begin, and whether that is only a guess.

    `rows` are those on which an element may begin, `coded` those of criteria, and `last` is the last of all. `beside`
    says that names have a column.
    """
    whole = [name for before, name in zip([None, *names], names, strict=False) if not _is_rest_of(before, name, known)]
    if _are_amid(whole, rows, last, coded, beside=beside) or (beside and _are_longer(names, coded)):
        return _middles(names, rows)[0], True
    return [name.first for name in names], beside and bool(whole and rows) and _fit(whole, rows, last, coded, spare=1)


def _is_rest_of(before: Name | None, name: Name, known: Known) -> bool:
    """Whether a name is the one before it again, or its rest on the next page."""
    if before is None or known.page_of(name.pieces[0].line) <= known.page_of(before.pieces[-1].line):
        return False
    return is_same_name(before.text, name.text) or ends_amid(before.text, name.text)


def _are_amid(names: Sequence[Name], rows: Sequence[int], last: int, coded: Sequence[int], *, beside: bool) -> bool:
    """Whether names stand in the middle of their criteria: not beside a first one, or just where the middles are."""
    if not names or not rows:
        return False
    if names[0].first > rows[0]:
        return True
    if not beside:
        return False
    begun = set(rows)
    if any(name.first not in begun for name in names):
        return True
    return _fit(names, rows, last, coded)


def _fit(names: Sequence[Name], rows: Sequence[int], last: int, coded: Sequence[int], spare: int = 0) -> bool:
    """Whether names stand just where the middles of their criteria are, up to so many rows."""
    starts, fits, ends = _middles(names, rows, spare)
    bounds = pairwise([*starts, last + 1])
    each_has_one = all(bisect_left(coded, begins) < bisect_left(coded, ends_at) for begins, ends_at in bounds)
    return fits and abs(ends - last) <= spare and each_has_one


def _are_longer(names: Sequence[Name], coded: Sequence[int]) -> bool:
    """Whether a name ends on a line of its own and another criterion follows before the next, beside which it would."""
    firsts = [*(name.first for name in names), coded[-1] + 1 if coded else 0]
    return any(
        name.last % 2 and bisect_left(coded, name.last) < bisect_left(coded, ends)
        for name, ends in zip(names, firsts[1:], strict=True)
    )


def _middles(names: Sequence[Name], rows: Sequence[int], spare: int = 0) -> tuple[list[int], bool, int]:
    """Where each element begins if names stand in the middle of theirs, whether all fits, and where the last one ends.

    The first row of an element and its middle tell its last row; the next begins at the criterion nearest to that.
    Rows are counted by two, so that a name between two of them has a place.
    """
    starts: list[int] = []
    begins, ends, fits = rows[0], rows[0], True
    for place, name in enumerate(names):
        starts.append(begins)
        ends = name.first + name.last - begins
        if place + 1 < len(names):
            low, high = bisect_right(rows, name.last), bisect_right(rows, max(names[place + 1].first, name.last + 1))
            near = bisect_left(rows, ends + 2, low, high)
            open_rows = rows[max(low, near - 1) : min(high, near + 1)] if low < high else []
            wanted = ends + 2
            begins = min(open_rows, key=lambda row: abs(row - wanted), default=names[place + 1].first)
            fits = fits and abs(begins - wanted) <= spare
    return starts, fits, ends
