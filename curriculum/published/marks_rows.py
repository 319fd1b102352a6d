"""The rows of a unit's marks table: texts that go on over lines are put together, and cells merged over rows found."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from curriculum.published.codes import LINE, UNIT_CODE, begins_list, ends_in_list, is_list
from curriculum.published.lines import Line
from curriculum.published.marks_columns import Header, compact, is_total, letters_of, split_marks, unit_code_in
from curriculum.published.model import MarkedNode, PrintedRow, PrintedTotal
from curriculum.published.names import is_caseless
from curriculum.published.problems import PublishedProblem, PublishedSeverity, oddity
from curriculum.words import Message

# In small letters only where a sign behind the number says that it is a code.
_LABEL = re.compile(rf"(?:{LINE}|(?i:{LINE})(?= ?\d{{1,3}} ?[.):])) ?\d{{1,3}}(?=[.):\s\-‐-―]|[A-Z][a-z]|$)")
_UNSURE = 2  # lines of a criterion, at most, that do not tell whether marks stand at its end or in its middle
_AFTER_LABEL = " .):-‐‑‒–—―"
# The letters that each criterion has in its unit, by the codes of both.
Wording = Mapping[tuple[str, str], Collection[str]]


@dataclass(slots=True)
class Row:
    """A row as it is put together: the printed code, the words, the marks in order, and the lines it takes.

    `is_guessed` says that its first line may be the end of the row before it.
    """

    label: str
    texts: list[str] = field(default_factory=list)
    marks: tuple[str, ...] = ()
    lines: list[int] = field(default_factory=list)
    is_guessed: bool = False

    @property
    def text(self) -> str:
        """Its words, put together."""
        return " ".join(text for text in self.texts if text)


@dataclass(slots=True)
class Block:
    """The rows of one unit. `own` are the words that name it in the table; `lone` are marks beside no row."""

    unit: str = ""
    rows: list[Row] = field(default_factory=list)
    own: Row = field(default_factory=lambda: Row(label=""))
    lone: list[Row] = field(default_factory=list)
    totals: list[Row] = field(default_factory=list)


class BlockReader:
    """Reads the lines of a table one after another into blocks, a unit each."""

    def __init__(self, header: Header, lines: Sequence[Line], unit: str, wording: Wording) -> None:
        self._header, self._lines, self._wording = header, lines, wording
        self._wide = len([name for name in header.columns if name != "weight"])
        self._has_columns = any(line.cells for line in lines)
        self._spoken_of = _spoken_of([(line.number, self._split(line)[0]) for line in lines])
        self._only_elements = not any(self._label_in(line)[1] and self._split(line)[1] for line in lines)
        self._marks_first, self._marks_last = self._where_marks_are()
        self.blocks = [Block(unit=unit)]

    def read(self) -> list[Block]:
        """All blocks, in printed order."""
        for place, line in enumerate(self._lines):
            self._take(line, self._lines[place + 1 :])
        for block in self.blocks:
            _give_lone(block)
        return self.blocks

    def _take(self, line: Line, rest: Sequence[Line]) -> None:
        text, marks = self._split(line)
        if code := unit_code_in(text):
            self._name(code, line)
            text = text[len(code) :].strip(" :.–-")
        before, label, after = self._label_in(line, text, anywhere=bool(code))
        if label:
            self._own(before, line)
            rows = self.blocks[-1].rows
            lone = self._lone_of(rows[-1]) if rows and not marks and self._has_columns else None
            self._begin(label, after, lone.marks if lone else marks, line)
            self.blocks[-1].rows[-1].lines += lone.lines if lone else []
        elif is_total(text) and marks:
            self.blocks[-1].totals.append(Row(label="", texts=[text], marks=marks, lines=[line.number]))
        elif code and not marks:
            last = next((block.rows[-1] for block in reversed(self.blocks) if block.rows), None)
            title, text = _parted(line, text) if last else (text, "")
            self._own(title or text, line)
            if last and title:
                self._go_on(last, text, marks, line)
        elif not text:
            self._marks_alone(marks, line)
        else:
            self._words(text, marks, line, rest)

    def _label_in(self, line: Line, text: str | None = None, *, anywhere: bool = False) -> tuple[str, str, str]:
        """What `label_in` finds in a line, or in the text left of it."""
        own = self._split(line)[0] if text is None else text
        return (own, "", "") if line.number in self._spoken_of else label_in(own, line.cells, anywhere=anywhere)

    def _split(self, line: Line) -> tuple[str, tuple[str, ...]]:
        # A figure at the end of a sentence is no mark: so many must stand together as there are columns.
        old = self._header.is_old
        return split_marks(line, self._wide, least=2 if old else self._wide, blanks=not old)

    def _name(self, code: str, line: Line) -> None:
        block = self.blocks[-1]
        if (unit_code_in(block.unit) and block.unit != code) or block.totals:
            self.blocks.append(Block())
        self.blocks[-1].unit = code
        self.blocks[-1].own.texts.append(code)
        self.blocks[-1].own.lines.append(line.number)

    def _own(self, words: str, line: Line) -> None:
        """Words that stand before a criterion's code: the unit's title in a column of its own."""
        if words:
            self.blocks[-1].own.texts.append(words)
            self.blocks[-1].own.lines.append(line.number)

    def _begin(self, label: str, text: str, marks: tuple[str, ...], line: Line) -> None:
        self.blocks[-1].rows.append(Row(label=label, texts=[text], marks=marks, lines=[line.number]))

    def _marks_alone(self, marks: tuple[str, ...], line: Line) -> None:
        rows = self.blocks[-1].rows
        if rows and not rows[-1].marks and len(marks) >= (2 if self._header.is_old else self._wide):
            rows[-1].marks = marks
            rows[-1].lines.append(line.number)
        elif marks:
            self.blocks[-1].lone.append(Row(label="", marks=marks, lines=[line.number]))

    def _words(self, text: str, marks: tuple[str, ...], line: Line, rest: Sequence[Line]) -> None:
        """Words without a code: an element, or what a row goes on with, or a unit's title that goes on."""
        block = self.blocks[-1]
        last = block.rows[-1] if block.rows else None
        if self._header.is_old:
            at_the_left = self._has_columns and not line.cells
            if last is None or (at_the_left and not marks):
                self._own(text, line)
                return
            title, text = _parted(line, text) if block.own.texts else ("", text)
            self._own(title, line)
            self._go_on(last, text, marks, line)
        elif last and self._goes_on_with(last, text):
            self._go_on(last, text, marks, line)
        elif last and not (marks or text[:1].islower() or is_list(text)) and (lone := self._lone_of(last)):
            self._begin("", text, lone.marks, line)
            block.rows[-1].lines += lone.lines
        elif last is None or self._is_element(last, text, marks, rest):
            self._begin("", text, marks, line)
            is_open = last is not None and last.label and not marks and not self._marks_last
            block.rows[-1].is_guessed = bool(is_open and is_caseless(text[0]))
        else:
            self._go_on(last, text, marks, line)

    def _goes_on_with(self, last: Row, text: str) -> bool:
        """Whether the unit itself has its criterion go on with these words, whatever they begin with."""
        begun = letters_of(f"{last.text} {text}")
        known = self._wording.get((compact(self.blocks[-1].unit), compact(last.label)), ())
        return bool(last.label) and any(one.startswith(begun) for one in known)

    def _lone_of(self, last: Row) -> Row | None:
        """Take the marks of a row whose words stand only on the next page: they come after a row that has its own."""
        lone = self.blocks[-1].lone[-1] if self.blocks[-1].lone else None
        if lone is None or not last.marks or lone.lines[0] < last.lines[-1] or len(lone.marks) != self._wide:
            return None
        return self.blocks[-1].lone.pop()

    def _go_on(self, row: Row, text: str, marks: tuple[str, ...], line: Line) -> None:
        if marks and row.marks:
            self._begin("", text, marks, line)
            return
        row.texts.append(text)
        row.marks = row.marks or marks
        row.lines.append(line.number)

    def _is_element(self, last: Row, text: str, marks: tuple[str, ...], rest: Sequence[Line]) -> bool:
        """Whether words begin an element: they have marks of their own, or are the first of a title that has."""
        if text[:1].islower() or is_list(text):
            return False
        if marks:
            # Words of a row without marks yet go on in it, unless this table marks elements alone.
            return bool(last.marks) or (self._only_elements and bool(last.label))
        if not last.marks and not (self._only_elements and last.label):
            return False
        return not (self._marks_first and last.label) and self._marks_follow(rest)

    def _where_marks_are(self) -> tuple[bool, bool]:
        """Whether marks stand beside the first line of each criterion, or the last, as far as long ones tell it."""
        split = [self._split(line) for line in self._lines]
        coded = [place for place, line in enumerate(self._lines) if self._label_in(line)[1]]
        rows = [[bool(marks) for _, marks in split[begins:ends]] for begins, ends in pairwise(coded)]
        below = any(row.count(True) == 1 and not row[-1] for row in rows)
        beside = all(split[place][1] for place in coded)
        at_the_end = any(len(row) > _UNSURE and row.count(True) == 1 and row[-1] for row in rows)
        return beside and below, at_the_end and not below

    def _marks_follow(self, rest: Sequence[Line]) -> bool:
        """Whether the next marks are those of the words at hand: they come before any code."""
        for line in rest:
            text, marks = self._split(line)
            if self._label_in(line)[1] or is_total(text) or unit_code_in(text):
                return False
            if marks:
                return True
        return False


def _parted(line: Line, text: str) -> tuple[str, str]:
    """What of a line's words stands in its first column, and what beside that: a row that goes on below a page's end.

    Both columns go on there, the unit's title and the words of a criterion; nothing is parted where one is empty.
    """
    first = line.tabbed[0] if line.tabbed else ""
    for left in (first, UNIT_CODE.sub("", first, count=1).strip(" :.–-")):
        if left and text.startswith(f"{left} "):
            return left, text[len(left) + 1 :]
    return "", text


def _spoken_of(lines: Sequence[tuple[int, str]]) -> set[int]:
    """The numbers of lines that begin with a code of a list that the line before them begins."""
    found: set[int] = set()
    last = 0
    for (_, before), (number, text) in pairwise([(0, ""), *lines]):
        label = _LABEL.match(text)
        follows = label is not None and int(re.sub(r"\D", "", label.group())) == last + 1
        is_signed = label is not None and text[label.end() :][:1] in {".", ")", ":"}
        if label is not None and ends_in_list(before) and not (follows and is_signed):
            found.add(number)
        elif label is not None and not begins_list(text[label.end() :]):
            last = int(re.sub(r"\D", "", label.group()))
    return found


def _give_lone(block: Block) -> None:
    """Marks at the foot of a page are those of the row whose words stand at the head of the next."""
    for before, row in zip([None, *block.rows], block.rows, strict=False):
        begins = before.lines[-1] if before else 0
        near = [one for one in block.lone if begins < one.lines[0] < row.lines[0] and len(one.marks) > 1]
        if not row.marks and len(near) == 1:
            row.marks = near[0].marks
            row.lines.append(near[0].lines[0])
            block.lone.remove(near[0])


def label_in(text: str, cells: Sequence[str] = (), *, anywhere: bool = False) -> tuple[str, str, str]:
    """What stands before a criterion's code, the code as printed, and what stands after it.

    The code begins the text, or a cell; or it stands `anywhere`, where a unit's code has been before it.
    """
    found = _LABEL.search(text)
    if found is None or begins_list(text[found.end() :]):
        return text, "", ""
    begins_a_cell = any(cell.startswith(found.group()) for cell in cells)
    if found.start() and not ((anywhere or begins_a_cell) and text[found.start() - 1].isspace()):
        return text, "", ""
    return text[: found.start()].strip(), found.group(), text[found.end() :].lstrip(_AFTER_LABEL)


def printed(block: Block, header: Header) -> Iterator[PrintedRow | PrintedTotal | PublishedProblem]:
    """A block of the newer kind as printed rows, and what cannot be put in its columns."""
    columns = [name for name in header.columns if name != "weight"]
    yield from _with_fewer(block, columns)
    yield from _guessed(block)
    for row in block.rows:
        node = MarkedNode.CRITERION if row.label else MarkedNode.ELEMENT
        yield as_printed(block.unit, node, row, dict(zip(columns, row.marks, strict=False)))
    for total in block.totals:
        yield named_sum(total)
        yield PrintedTotal(unit=block.unit, marks=dict(zip(columns, total.marks, strict=False)), line=total.lines[0])
    if block.own.texts:
        yield as_printed(block.unit, MarkedNode.UNIT, block.own, {})
    for lone in block.lone:
        facts = {"marks": " ".join(lone.marks)}
        yield oddity(
            lone.lines[0], Message("prints %(marks)s beside no criterion; it is in no cell", facts), facts["marks"]
        )


def _with_fewer(block: Block, columns: Sequence[str]) -> Iterator[PublishedProblem]:
    """That rows have fewer marks than columns: where an empty cell leaves no trace, its neighbours move into it."""
    fewer = [row for row in (*block.rows, *block.totals) if 0 < len(row.marks) < len(columns)]
    if fewer:
        facts = {"count": str(len(fewer)), "marks": " ".join(fewer[0].marks), "columns": ", ".join(columns)}
        words = Message(
            "rows of this table with fewer marks than it has columns (%(columns)s): %(count)s, the first with "
            "%(marks)s; they are read from the left, compare them with the document",
            facts,
        )
        yield oddity(fewer[0].lines[0], words)


def _guessed(block: Block) -> Iterator[PublishedProblem]:
    """Where a script without capitals hides whether a name begins or the criterion before it goes on; one is told."""
    for row in [row for row in block.rows if row.is_guessed][:1]:
        words = Message(
            "“%(begin)s” is read as the beginning of the name of an element; compare with the document whether here "
            "and elsewhere in this table such a line belongs to the criterion before it",
            {"begin": row.texts[0][:60]},
        )
        yield oddity(row.lines[0], words)


def named_sum(row: Row) -> PublishedProblem:
    """The words of a row of sums, which stand in no value."""
    words = Message("is a row of sums")
    return PublishedProblem(line=row.lines[0], severity=PublishedSeverity.NOTE, message=words, words=row.text)


def as_printed(unit: str, node: MarkedNode, row: Row, marks: dict[str, str]) -> PrintedRow:
    """A row in the shape in which it is handed on."""
    lines = tuple(row.lines)
    return PrintedRow(unit=unit, node=node, label=row.label, text=row.text, marks=marks, line=lines[0], lines=lines)
