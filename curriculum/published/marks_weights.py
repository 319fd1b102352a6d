"""What a published text prints about the pack as a whole: weights of units, and the lines to pass."""

import re
from collections.abc import Iterator, Sequence

from curriculum.published.lines import Line
from curriculum.published.marks_columns import COMPONENTS, Header, is_total, split_marks, unit_code_in
from curriculum.published.marks_rows import Row, named_sum
from curriculum.published.model import PrintedPercent, PrintedTotal, PrintedWeight
from curriculum.published.problems import PublishedProblem

_GROUP = re.compile(r"(?i)(elective|optional|option)s? ?:? ?\d*\b")
_PASS = re.compile(r"(?i)\bpass|qualif|cut.?off|\bsuccessful")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?) ?(?:%|per ?cent)|(?:%|per ?cent)[^:%\d]{0,60}[:=–-] ?(\d{1,3}(?:\.\d+)?)\b")
_OWN = re.compile(r"^[^%]*?(\d{1,3}(?:\.\d+)?) ?(?:%|per ?cent)\.?$")
_WEIGHT = re.compile(r"(?i)weight|भारांक|वेटेज|भारिता")
_EACH = re.compile(r"(?i)\b(?:each|every|all|a|individual)( of the)? (?:nos|unit)|nos level|per nos|nos-wise")
_WHOLE = re.compile(r"(?i)aggregate|overall|qp level|total|for qp")


def is_group(line: Line) -> bool:
    """Whether a line names an elective or option: the rows below it are those of that one."""
    return _GROUP.match(line.text) is not None and not unit_code_in(line.text)


def read_weights(
    lines: Sequence[Line], header: Header, group: str = ""
) -> Iterator[PrintedWeight | PrintedTotal | PublishedProblem]:
    """The rows of a table of weights, of an elective or option where one is named before it.

    Titles that go on over lines are put together.
    """
    columns = header.columns
    row = Row(label="")
    for place, line in enumerate(lines):
        least = 1 if len(columns) == 1 else min(len(columns), 3)
        text, marks = split_marks(line, len(columns), least=least, blanks=True)
        if is_total(text) and marks:
            yield from _finished(row, columns, group)
            row = Row(label="")
            yield named_sum(Row(label="", texts=[text], lines=[line.number]))
            yield PrintedTotal(unit=None, marks=_in_columns(marks, columns), line=line.number)
        elif is_group(line) and not marks:
            yield from _finished(row, columns, group)
            group, row = text, Row(label="")
        elif row.marks and (unit_code_in(text) or marks or _begins(text, lines[place + 1 :], len(columns))):
            yield from _finished(row, columns, group)
            row = Row(label="", texts=[text], marks=marks, lines=[line.number])
        else:
            row.texts.append(text)
            row.marks = row.marks or marks
            row.lines.append(line.number)
    yield from _finished(row, columns, group)


def _begins(text: str, rest: Sequence[Line], wide: int) -> bool:
    """Whether words without marks begin the next unit's title: marks come before any code, and no sentence goes on."""
    if text[:1].islower():
        return False
    for line in rest:
        words, marks = split_marks(line, wide, least=1 if wide == 1 else min(wide, 3))
        if unit_code_in(words) or is_total(words):
            return False
        if marks:
            return True
    return False


def _finished(row: Row, columns: Sequence[str], group: str) -> Iterator[PrintedWeight]:
    if not row.lines:
        return
    text = row.text
    code = unit_code_in(text)
    title = text[len(code) :].lstrip(" :.–-")
    marks = _in_columns(row.marks, columns)
    weight = marks.pop("weight", "")
    yield PrintedWeight(unit=code or title, title=title, weight=weight, line=row.lines[0], marks=marks, group=group)


def _in_columns(marks: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    """Marks by column. Where there are fewer, the last ones are the total and the weight."""
    if len(marks) == len(columns):
        return dict(zip(columns, marks, strict=True))
    ends = [name for name in columns if name not in COMPONENTS]
    own = [name for name in columns if name in COMPONENTS]
    tail = min(len(ends), len(marks))
    given = dict(zip(own, marks[: len(marks) - tail], strict=False)) if len(marks) > len(columns) else {}
    return given | dict(zip(ends[len(ends) - tail :], marks[len(marks) - tail :], strict=True))


def percents_in(line: Line) -> tuple[PrintedPercent, ...]:
    """The lines to pass that a sentence prints: of the whole, or of each unit."""
    if not _PASS.search(line.text):
        return ()
    found = list(_PERCENT.finditer(line.text))
    lines = []
    for number, match in enumerate(found):
        percent = match[1] or match[2]
        end = found[number + 1].start() if number + 1 < len(found) else len(line.text)
        after, before = (
            line.text[match.end() : end],
            line.text[found[number - 1].end() if number else 0 : match.start()],
        )
        of = _said_of(after) or _said_of(match.group()) or _said_of(before) or "aggregate"
        lines.append(PrintedPercent(of=of, percent=percent, line=line.number))
    return tuple(lines)


def percents_of_units(above: Sequence[Line], line: Line) -> tuple[PrintedPercent, ...]:
    """The line to pass of a unit: its code and one percentage, below what the whole or each unit needs."""
    code, found = unit_code_in(line.text), _OWN.search(line.text)
    if not code or not found or any(_WEIGHT.search(one.text) for one in [*above, line]):
        return ()
    return (PrintedPercent(of=code, percent=found[1], line=line.number),) if any(map(percents_in, above)) else ()


def _said_of(words: str) -> str:
    """Of what a percentage is, by the words beside it; the first one said counts."""
    each, whole = _EACH.search(words), _WHOLE.search(words)
    if each and (not whole or each.start() < whole.start()):
        return "each_unit"
    return "aggregate" if whole else ""
