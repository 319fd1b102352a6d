"""Units of a text that holds no more than their tables of marks: the annexe of a pack, handed over alone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from curriculum.published.codes import head_of
from curriculum.published.headings import OF_MARKS, Heading, key_of
from curriculum.published.lines import Line, words_of
from curriculum.published.marks_checks import by_unit
from curriculum.published.model import MarkedNode, PrintedMarks, PrintedRow
from curriculum.published.pieces import Piece
from curriculum.published.sections import Parts, Section, UnitText
from curriculum.words import Message

ALONE = Message(
    "holds only criteria and their marks: descriptions, scope, knowledge and skills of the units are missing, and what "
    "the job is; give the whole pack if there is one, else add them"
)


def add_tabled(parts: Parts, marks: PrintedMarks, lines: Mapping[int, Line]) -> None:
    """Add the units that tables of marks name to the parts of a text that has no others."""
    above = {head.code: piece for piece in parts.bodies(Heading.ANNEXE, *OF_MARKS) if (head := head_of(piece))}
    for name, rows in by_unit(marks).items():
        if any(row.node is MarkedNode.CRITERION for row in rows):
            own = next((row for row in rows if row.node is MarkedNode.UNIT and row.text), None)
            plain = Piece(line=min(row.line for row in rows), text=rows[0].unit)
            named = Piece(line=own.line, text=own.text) if own else above.get(name, plain)
            parts.units.append(_unit(named, rows, lines))
    parts.names = frozenset(key_of(row.text) for row in marks.rows if row.node is MarkedNode.ELEMENT)


def _unit(named: Piece, rows: Sequence[PrintedRow], lines: Mapping[int, Line]) -> UnitText:
    head = head_of(named)
    title = named if head is None else head.title
    unit = UnitText(head=head, title=[title] if title.text else [])
    body = [
        piece
        for row in sorted(rows, key=lambda row: row.line)
        if row.node is not MarkedNode.UNIT
        for piece in _pieces(row, lines)
    ]
    unit.add(Section(heading=Heading.CRITERIA, body=body))
    return unit


def _pieces(row: PrintedRow, lines: Mapping[int, Line]) -> Iterator[Piece]:
    """A row without its marks, each of its words on the line that it is printed on."""
    words = row.text.split()
    for number in row.lines:
        there = Counter(words_of(lines[number].text))
        begun = f"{row.label}." if row.label and number == row.lines[0] else ""
        own = []
        while words and (number == row.lines[-1] or not Counter(words_of(words[0])) - there):
            there.subtract(words_of(words[0]))
            own.append(words.pop(0))
        if text := " ".join([begun, *own]).strip():
            yield Piece(line=number, text=text)
