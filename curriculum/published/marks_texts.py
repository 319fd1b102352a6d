"""Criteria and names of elements in the words and the order of tables of marks, compared with those of their units."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from curriculum.published.marks_checks import by_unit, key_of
from curriculum.published.marks_columns import compact, letters_of
from curriculum.published.model import MarkedNode, PrintedMarks, PrintedRow
from curriculum.published.pieces import leaves
from curriculum.published.problems import PublishedProblem, oddity
from curriculum.published.units import ReadUnit
from curriculum.words import Message


def rows_that_differ(marks: PrintedMarks, units: Iterable[ReadUnit]) -> Iterator[PublishedProblem]:
    """For each unit in whose table of marks criteria or elements have other words than in the unit itself."""
    tables = by_unit(marks)
    for unit in units:
        title = unit.title.text if unit.title else ""
        rows = tables.get(key_of(unit.code)) or tables.get(key_of(title)) or []
        if not rows:
            continue
        own = criteria_of(unit)
        differing = [
            row
            for row in rows
            if row.node is MarkedNode.CRITERION
            and row.text
            and (texts := own.get(compact(row.label)))
            and letters_of(row.text) not in texts
        ]
        if differing:
            facts = {"criteria": ", ".join(row.label for row in differing), "unit": unit.code or title}
            words = Message(
                "the table of marks of %(unit)s has other words than the unit itself for %(criteria)s; "
                "compare them with the document",
                facts,
            )
            yield oddity(differing[0].line, words)
        yield from _names_that_differ(rows, unit, unit.code or title)


def _names_that_differ(rows: Sequence[PrintedRow], unit: ReadUnit, named: str) -> Iterator[PublishedProblem]:
    """Names of elements that only the table of marks has, and those of the unit that it leaves out."""
    printed = [row for row in rows if row.node is MarkedNode.ELEMENT]
    own = [title.text for path, title in leaves(unit.parts["elements"]) if path.endswith(".title")]
    known = {letters_of(title) for title in own}
    strange = [row for row in printed if letters_of(row.text) not in known]
    if strange:
        facts = {"names": "; ".join(f"“{row.text}”" for row in strange), "unit": named}
        words = Message(
            "the table of marks of %(unit)s names elements otherwise than the unit itself: %(names)s; "
            "compare them with the document",
            facts,
        )
        yield oddity(strange[0].line, words)
    left_out = Counter(map(letters_of, own)) - Counter(letters_of(row.text) for row in printed)
    if printed and left_out:
        names = dict.fromkeys(title for title in own if letters_of(title) in left_out)
        facts = {"names": "; ".join(f"“{name}”" for name in names), "unit": named}
        words = Message("the table of marks of %(unit)s has no row for %(names)s; compare it with the document", facts)
        yield oddity(printed[0].line, words)
    elsewhere = list(_elsewhere(rows, unit, known - set(left_out)))
    if elsewhere:
        facts = {"criteria": ", ".join(row.label for row in elsewhere), "unit": named}
        words = Message(
            "the table of marks of %(unit)s has %(criteria)s below another element than the unit itself; "
            "compare it with the document",
            facts,
        )
        yield oddity(elsewhere[0].line, words)


def _elsewhere(rows: Sequence[PrintedRow], unit: ReadUnit, names: Collection[str]) -> Iterator[PrintedRow]:
    """Criteria below the name of another element than their own, both among these names."""
    found = dict(leaves(unit.parts["elements"]))
    own: dict[str, set[str]] = {}
    for path, code in found.items():
        title = found.get(f"{path.partition('.')[0]}.title")
        if path.endswith(".code") and title is not None:
            own.setdefault(compact(code.text), set()).add(letters_of(title.text))
    above = ""
    for row in rows:
        if row.node is MarkedNode.ELEMENT:
            above = letters_of(row.text)
        elif above in names and (titles := own.get(compact(row.label))) and titles <= {*names} - {above}:
            yield row


def criteria_of(unit: ReadUnit) -> Mapping[str, set[str]]:
    """The letters of each criterion by its code; of several with one code those of each."""
    found = dict(leaves(unit.parts["elements"]))
    own: dict[str, set[str]] = {}
    for path, code in found.items():
        if path.endswith(".code"):
            own.setdefault(compact(code.text), set()).add(letters_of(found[f"{path.removesuffix('code')}text"].text))
    return own
