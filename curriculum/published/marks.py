"""The marks that a published text prints: tables, weights and lines to pass."""

from collections.abc import Iterator, Sequence

from curriculum.published.lines import Line
from curriculum.published.marks_checks import check_marks
from curriculum.published.marks_columns import Header, header_at, split_marks, unit_code_in
from curriculum.published.marks_merged import printed_old
from curriculum.published.marks_rows import BlockReader, label_in, printed
from curriculum.published.marks_weights import is_group, percents_in, read_weights
from curriculum.published.model import PrintedMarks, PrintedPercent, PrintedRow, PrintedTotal, PrintedWeight
from curriculum.published.problems import PublishedProblem, in_order, note
from curriculum.words import Message

_HEADS = Message("is the heading of a table of marks")
Found = PrintedRow | PrintedTotal | PrintedWeight | PrintedPercent | PublishedProblem


def read_marks(lines: Sequence[Line]) -> tuple[PrintedMarks, tuple[PublishedProblem, ...]]:
    """What tables of marks print, and what is said about them; every word of the lines is in one of the two.

    Lines come in printed order without blank ones. Before the table of a unit comes the unit's heading as one line
    (`PSC/N0146: title`, or the title alone where no code is printed), with the number of its first line: it tells whose
    the table is, and its words are accounted for elsewhere. Tables begin with their own headings. Page numbers and
    footers are taken out before.
    """
    found = list(_Reader(lines).read())
    marks = PrintedMarks(
        rows=tuple(one for one in found if isinstance(one, PrintedRow)),
        totals=tuple(one for one in found if isinstance(one, PrintedTotal)),
        weights=tuple(one for one in found if isinstance(one, PrintedWeight)),
        percents=tuple(one for one in found if isinstance(one, PrintedPercent)),
    )
    told = [one for one in found if isinstance(one, PublishedProblem)]
    return marks, in_order([*told, *check_marks(marks)])


class _Reader:
    """Goes over the lines from table to table; what stands between them is accounted for."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._unit = ""
        self._group = ""

    def read(self) -> Iterator[Found]:
        """All that the lines print, in order."""
        place, between = 0, 0
        while place < len(self._lines):
            header = header_at(self._lines, place)
            if header is None:
                place += 1
                continue
            yield from self._between(between, self._heading(between, place, header))
            end = self._end(header)
            yield note(self._lines[place : header.end], _HEADS)
            lines = list(self._lines[header.end : end])
            while (again := header_at(self._lines, end)) and header.is_old and again.columns == header.columns:
                # An older table says in its rows whose they are, and has its headings again on each page.
                yield note(self._lines[end : again.end], _HEADS)
                place, end = again.end, self._end(again)
                lines += self._lines[place:end]
            yield from self._table(header, lines)
            place = between = end
        yield from self._between(between, len(self._lines))

    def _heading(self, start: int, place: int, header: Header) -> int:
        """Where the words before a table end: at the heading that says whose it is."""
        self._group = ""
        if place == start:
            return place
        if header.is_weights:
            self._group = self._lines[place - 1].text if is_group(self._lines[place - 1]) else ""
            return place - bool(self._group)
        heading = self._lines[place - 1]
        code = unit_code_in(heading.text)
        if not code and (header.is_old or split_marks(heading, len(header.columns))[1]):
            return place
        self._unit = code or heading.text
        return place - 1

    def _end(self, header: Header) -> int:
        """Where a table ends: at the next headings, or the unit's heading before them, or a line to pass."""
        for place in range(header.end, len(self._lines)):
            if percents_in(self._lines[place]) and not label_in(self._lines[place].text)[1]:
                return place
            if (following := header_at(self._lines, place)) is not None:
                return place - 1 if self._is_heading(place - 1, header, following) else place
        return len(self._lines)

    def _is_heading(self, place: int, header: Header, following: Header) -> bool:
        """Whether the line before headings is a unit's own: on a new page the headings alone come again."""
        if place < header.end:
            return False
        if following.is_weights:
            return is_group(self._lines[place])
        if unit_code_in(self._lines[place].text):
            return not header.is_old or not label_in(self._lines[place].text)[1]
        before = self._lines[place - 1].text if place > header.end else ""
        return not header.is_old and before.lower().startswith(("nos total", "total"))

    def _table(self, header: Header, lines: Sequence[Line]) -> Iterator[Found]:
        if header.is_weights:
            yield from read_weights(lines, header, self._group)
            return
        blocks = BlockReader(header, lines, self._unit).read()
        if header.is_old:
            yield from printed_old(blocks, header)
        else:
            for block in blocks:
                yield from printed(block, header)

    def _between(self, start: int, end: int) -> Iterator[Found]:
        for line in self._lines[start:end]:
            percents = percents_in(line)
            yield from percents
            words = Message("says what is needed to pass") if percents else Message("stands beside the marks")
            yield note([line], words)
