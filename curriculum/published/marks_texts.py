"""Criteria in the words of tables of marks, compared with the same ones in the words of their units."""

from collections.abc import Iterable, Iterator, Mapping

from curriculum.published.lines import words_of
from curriculum.published.marks_checks import by_unit, key_of
from curriculum.published.marks_columns import compact
from curriculum.published.model import MarkedNode, PrintedMarks
from curriculum.published.pieces import leaves
from curriculum.published.problems import PublishedProblem, oddity
from curriculum.published.units import ReadUnit
from curriculum.words import Message


def rows_that_differ(marks: PrintedMarks, units: Iterable[ReadUnit]) -> Iterator[PublishedProblem]:
    """One for each unit in whose table of marks criteria have other words than in the unit itself."""
    tables = by_unit(marks)
    for unit in units:
        title = unit.title.text if unit.title else ""
        own = _criteria(unit)
        differing = [
            row
            for row in tables.get(key_of(unit.code)) or tables.get(key_of(title)) or ()
            if row.node is MarkedNode.CRITERION
            and (texts := own.get(compact(row.label)))
            and _letters(row.text) not in texts
        ]
        if differing:
            facts = {"criteria": ", ".join(row.label for row in differing), "unit": unit.code or title}
            words = Message(
                "the table of marks of %(unit)s has other words than the unit itself for %(criteria)s; "
                "compare them with the document",
                facts,
            )
            yield oddity(differing[0].line, words)


def _criteria(unit: ReadUnit) -> Mapping[str, set[str]]:
    """The letters of each criterion by its code; of several with one code those of each."""
    found = dict(leaves(unit.parts["elements"]))
    own: dict[str, set[str]] = {}
    for path, code in found.items():
        if path.endswith(".code"):
            own.setdefault(compact(code.text), set()).add(_letters(found[f"{path.removesuffix('code')}text"].text))
    return own


def _letters(text: str) -> str:
    """A text without its blanks and signs, which lines that end elsewhere have otherwise."""
    return "".join(words_of(text)).casefold()
