"""The marks that a published text prints: tables, weights and lines to pass."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from curriculum.published.lines import Line
from curriculum.published.marks_checks import check_marks
from curriculum.published.marks_columns import Header, header_at, side_by_side, split_marks, unit_code_in, value_of
from curriculum.published.marks_merged import printed_old
from curriculum.published.marks_rows import BlockReader, Wording, label_in, printed
from curriculum.published.marks_weights import is_group, percents_in, percents_of_units, read_weights
from curriculum.published.model import PrintedMarks, PrintedPercent, PrintedRow, PrintedTotal, PrintedWeight
from curriculum.published.problems import PublishedProblem, PublishedSeverity, in_order, note, oddity
from curriculum.words import Message

_HEADS = Message("is the heading of a table of marks")
_SUMS = ("nos total", "total")
_GUESSED = Message(
    "the headings of this table stand at several heights, which hides their order; compare in the document whether "
    "its columns are %(columns)s"
)
_UNHEADED = Message(
    "holds marks without headings that are known, such as Theory, Practical, Project and Viva; they are left out"
)
_MOST_MARKS = 8
_NEAR = 30  # lines below those that say what the whole needs
Found = PrintedRow | PrintedTotal | PrintedWeight | PrintedPercent | PublishedProblem


def read_marks(
    lines: Sequence[Line], wording: Wording | None = None
) -> tuple[PrintedMarks, tuple[PublishedProblem, ...]]:
    """What tables of marks print, and what is said about them; every word of the lines is in one of the two.

    Lines come in printed order without blank ones. Before the table of a unit comes the unit's heading as one line
    (`PSC/N0146: title`, or the title alone where no code is printed), with the number of its first line: it tells whose
    the table is, and its words are accounted for elsewhere. Tables begin with their own headings. Page numbers and
    footers are taken out before. `wording` tells where the words of a criterion go on, if its unit has been read.
    """
    found = list(_Reader(lines, wording or {}).read())
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

    def __init__(self, lines: Sequence[Line], wording: Wording) -> None:
        self._lines, self._wording = lines, wording
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
            if header.is_guessed:
                facts = {"columns": ", ".join(header.columns).replace("_", " ")}
                yield oddity(self._lines[place].number, Message(_GUESSED.template, facts))
            lines = list(self._lines[header.end : end])
            while (again := header_at(self._lines, end)) and self._goes_on(header, again, end):
                # Headings alone come again on each page, also in the middle of a row.
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

    def _goes_on(self, header: Header, again: Header, place: int) -> bool:
        """Whether headings only come again: an older table says in its rows whose they are, others end with a sum."""
        if again.columns != header.columns or header.is_weights:
            return False
        return header.is_old or not self._lines[place - 1].text.lower().startswith(_SUMS)

    def _is_heading(self, place: int, header: Header, following: Header) -> bool:
        """Whether the line before headings is a unit's own: on a new page the headings alone come again."""
        if place < header.end:
            return False
        if following.is_weights:
            return is_group(self._lines[place])
        line = self._lines[place]
        if unit_code_in(line.text):
            return not (header.is_old and label_in(line.text, line.cells, anywhere=True)[1])
        before = self._lines[place - 1].text if place > header.end else ""
        return not header.is_old and before.lower().startswith(_SUMS)

    def _table(self, header: Header, lines: Sequence[Line]) -> Iterator[Found]:
        if not header.is_old:
            lines = list(side_by_side(lines, len(header.columns)))
        if header.is_weights:
            yield from read_weights(lines, header, self._group)
            return
        blocks = BlockReader(header, lines, self._unit, self._wording).read()
        if header.is_old:
            yield from printed_old(blocks, header)
        else:
            for block in blocks:
                yield from printed(block, header)

    def _between(self, start: int, end: int) -> Iterator[Found]:
        marked = [place for place in range(start, end) if _holds_marks(self._lines[place])]
        unread = range(marked[0], marked[-1] + 1) if marked else range(0)
        if unread:
            lines = self._lines[unread.start : unread.stop]
            yield replace(note(lines, _UNHEADED), severity=PublishedSeverity.WARNING)
        for place, line in enumerate(self._lines[start:end], start=start):
            above = self._lines[max(start, place - _NEAR) : place]
            percents = percents_in(line) or percents_of_units(above, line)
            yield from percents
            if place not in unread:
                yield note(
                    [line], Message("says what is needed to pass") if percents else Message("stands beside the marks")
                )


def _holds_marks(line: Line) -> bool:
    """Whether a line ends with marks, whatever it is of: figures side by side, or one beside a criterion's code."""
    marks = split_marks(line, _MOST_MARKS)[1]
    figures = [mark for mark in marks if value_of(mark) is not None]
    return len(figures) > 1 or (len(figures) == 1 and (len(marks) > 1 or label_in(line.text)[1] != ""))
