"""What in printed marks does not add up, is missing or is named wrongly: each difference with its line."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from curriculum.published.codes import UNIT_CODE, code_of
from curriculum.published.marks_columns import COMPONENTS, added, compact, value_of
from curriculum.published.model import MarkedNode, PrintedMarks, PrintedRow, PrintedTotal, PrintedWeight
from curriculum.published.problems import PublishedProblem, oddity
from curriculum.words import Message

Check = Callable[[PrintedMarks], Iterator[PublishedProblem]]
_COLUMNS = {
    "theory": Message("theory"),
    "practical": Message("practical"),
    "project": Message("project"),
    "viva": Message("viva"),
    "total": Message("total"),
}
_NOTHING = re.compile(r"[-–—]*|NA|N/A|N\.A\.?|[Nn]il|0")


def check_marks(marks: PrintedMarks) -> list[PublishedProblem]:
    """Every difference between what is printed and what it comes to. None of it is mended."""
    return [problem for check in CHECKS for problem in check(marks)]


def key_of(unit: str) -> str:
    """What a unit is known by: its code without blanks, or its title in small letters."""
    code = UNIT_CODE.match(unit)
    return code_of(code, "N") if code else " ".join(unit.casefold().split())


def by_unit(marks: PrintedMarks) -> Mapping[str, list[PrintedRow]]:
    """The rows of each unit, in printed order."""
    found: dict[str, list[PrintedRow]] = {}
    for row in marks.rows:
        found.setdefault(key_of(row.unit), []).append(row)
    return found


def sum_of(rows: Sequence[PrintedRow], component: str) -> Fraction:
    """What a unit's rows come to in a component: its criteria, or where those print none its elements or the unit.

    An element whose criteria print marks is their sum, and not counted again.
    """
    return added(row.marks.get(component, "") for row in _carrying(rows, component))


def _carrying(rows: Sequence[PrintedRow], component: str) -> Iterator[PrintedRow]:
    found = False
    for place, row in enumerate(rows):
        if row.node is MarkedNode.UNIT or value_of(row.marks.get(component, "")) is None:
            continue
        if row.node is MarkedNode.ELEMENT and _printed_below(rows[place + 1 :], component):
            continue
        found = True
        yield row
    if not found:
        yield from (row for row in rows if row.node is MarkedNode.UNIT)


def _below(rows: Sequence[PrintedRow]) -> Iterator[PrintedRow]:
    """The criteria of an element: those up to the next one."""
    for row in rows:
        if row.node is MarkedNode.ELEMENT:
            return
        if row.node is MarkedNode.CRITERION:
            yield row


def _printed_below(rows: Sequence[PrintedRow], component: str) -> bool:
    return any(value_of(row.marks.get(component, "")) is not None for row in _below(rows))


def elements_add_up(marks: PrintedMarks) -> Iterator[PublishedProblem]:
    """What an element prints is the sum of its criteria, where those print marks."""
    for rows in by_unit(marks).values():
        for place, row in enumerate(rows):
            if row.node is not MarkedNode.ELEMENT:
                continue
            for component in COMPONENTS:
                given = value_of(row.marks.get(component, ""))
                if given is None or not _printed_below(rows[place + 1 :], component):
                    continue
                below = added(one.marks.get(component, "") for one in _below(rows[place + 1 :]))
                if given != below:
                    yield _differs(f"“{row.text[:80]}”", component, row.marks[component], below, row.line)


def criteria_add_up(marks: PrintedMarks) -> Iterator[PublishedProblem]:
    """What a criterion is marked out of is theory and practical together, where it prints both."""
    for row in marks.rows:
        out_of, *parts = (value_of(row.marks.get(name, "")) for name in ("out_of", "theory", "practical"))
        if out_of is None or None in parts:
            continue
        total = added(row.marks[name] for name in ("theory", "practical"))
        if out_of != total:
            facts = {"criterion": row.label or row.text[:60], "printed": row.marks["out_of"], "sum": shown(total)}
            yield oddity(
                row.line, Message("%(criterion)s is marked out of %(printed)s, its parts add up to %(sum)s", facts)
            )


def units_add_up(marks: PrintedMarks) -> Iterator[PublishedProblem]:
    """A unit's own totals, in its table and in that of the pack, are the sums of its rows."""
    units = by_unit(marks)
    named: list[tuple[str, Mapping[str, str], int]] = [
        (total.unit, total.marks, total.line) for total in marks.totals if total.unit is not None
    ]
    named += [(weight.unit, weight.marks, weight.line) for weight in marks.weights]
    named += [(row.unit, row.marks, row.line) for row in marks.rows if row.node is MarkedNode.UNIT]
    for unit, printed, line in named:
        rows = units.get(key_of(unit), [])
        sums = {name: sum_of(rows, name) for name in COMPONENTS}
        yield from _differences(unit, printed, line, sums if _has_marks(rows) else {})


def _has_marks(rows: Sequence[PrintedRow]) -> bool:
    return any(value_of(row.marks.get(name, "")) is not None for row in rows for name in COMPONENTS)


def _differences(
    of: str, printed: Mapping[str, str], line: int, sums: Mapping[str, Fraction]
) -> Iterator[PublishedProblem]:
    for component in COMPONENTS:
        given = value_of(printed.get(component, ""))
        if sums and given is not None and given != sums[component]:
            yield _differs(of, component, printed[component], sums[component], line)
    given = value_of(printed.get("total", ""))
    own = [printed[name] for name in COMPONENTS if name in printed]
    whole = added(own) if len(own) > 1 else sum(sums.values(), Fraction(0))
    if given is not None and (sums or len(own) > 1) and given != whole:
        yield _differs(of, "total", printed["total"], whole, line)


def _differs(of: str | Message, name: str, printed: str, own: Fraction, line: int) -> PublishedProblem:
    facts = {"of": of, "printed": printed, "sum": shown(own), "column": _COLUMNS[name]}
    return oddity(line, Message("%(of)s, %(column)s: %(printed)s is printed, the sum is %(sum)s", facts))


def pack_adds_up(marks: PrintedMarks) -> Iterator[PublishedProblem]:
    """The last row of a table of weights is the sum of those above it, and weights count 100."""
    for total, weights in _groups(marks):
        if any(weight.weight for weight in weights):
            whole = added(weight.weight for weight in weights)
            line = total.line if total else weights[-1].line
            if whole != 100 and not all(weight.group for weight in weights):
                yield oddity(line, Message("the weights add up to %(sum)s, not to 100", {"sum": shown(whole)}))
        if total is None:
            continue
        for name in (*COMPONENTS, "total"):
            given = value_of(total.marks.get(name, ""))
            rows = added(weight.marks.get(name, "") for weight in weights)
            if given is not None and given != rows:
                yield _differs(Message("all units"), name, total.marks[name], rows, total.line)


def _groups(marks: PrintedMarks) -> Iterator[tuple[PrintedTotal | None, list[PrintedWeight]]]:
    """The weights down to each row of sums; those of an option or elective have a table of their own."""
    left = sorted(marks.weights, key=lambda weight: weight.line)
    for total in (total for total in marks.totals if total.unit is None):
        if own := [weight for weight in left if weight.line < total.line]:
            left = [weight for weight in left if weight.line > total.line]
            yield total, own
    if left:
        yield None, left


def all_criteria_have_marks(marks: PrintedMarks) -> Iterator[PublishedProblem]:
    """A criterion has marks of its own, or its element or its unit has some."""
    for rows in by_unit(marks).values():
        below = [row for row in rows if row.node is MarkedNode.CRITERION and not _is_bare(row)]
        whole = any(row.node is MarkedNode.UNIT and row.marks for row in rows) and not below
        carried = False
        for place, row in enumerate(rows):
            if row.node is MarkedNode.ELEMENT:
                carried = all(_is_bare(one) for one in _below(rows[place + 1 :]))
            elif row.node is MarkedNode.CRITERION and _is_bare(row) and not carried and not whole:
                facts = {"criterion": row.label or row.text[:60], "unit": row.unit}
                yield oddity(row.line, Message("%(criterion)s of %(unit)s has no marks", facts))


def _is_bare(row: PrintedRow) -> bool:
    return all(_NOTHING.fullmatch(mark) for mark in row.marks.values())


def labels_are_in_order(marks: PrintedMarks) -> Iterator[PublishedProblem]:
    """Criteria are coded PC1, PC2 and so on, each once."""
    for unit, rows in by_unit(marks).items():
        before, met = 0, set[str]()
        for row in (row for row in rows if row.node is MarkedNode.CRITERION):
            label = compact(row.label)
            number = int(re.sub(r"\D", "", label) or 0)
            facts = {"code": row.label, "unit": rows[0].unit or unit, "expected": f"PC{before + 1}"}
            if not label:
                yield oddity(row.line, Message("a criterion of %(unit)s is printed without a code", facts))
            elif label in met:
                yield oddity(row.line, Message("%(code)s is printed twice in %(unit)s", facts))
            elif not label.startswith("PC"):
                yield oddity(row.line, Message("a criterion of %(unit)s is coded %(code)s, not PC", facts))
            elif number != before + 1:
                yield oddity(row.line, Message("%(code)s stands where %(expected)s of %(unit)s should", facts))
            before = number or before + 1
            met.add(label)


def marks_are_figures(marks: PrintedMarks) -> Iterator[PublishedProblem]:
    """Marks are whole or half figures; a row has as many as there are columns."""
    for row in marks.rows:
        for component in COMPONENTS:
            value = value_of(row.marks.get(component, ""))
            if value is not None and (4 * value).denominator != 1:
                facts = {"mark": row.marks[component], "criterion": row.label or row.text[:60]}
                yield oddity(row.line, Message("%(mark)s at %(criterion)s is no whole, half or quarter mark", facts))


def weights_and_rows_agree(marks: PrintedMarks) -> Iterator[PublishedProblem]:
    """Every unit with a weight has a table, and every table a weight."""
    units = {key: rows[0] for key, rows in by_unit(marks).items()}
    weighed = {key_of(weight.unit): weight for weight in marks.weights}
    if not units or not weighed:
        return
    for key, weight in weighed.items():
        if key not in units:
            yield oddity(weight.line, Message("%(unit)s has a weight, and no table of marks", {"unit": weight.unit}))
    for key, row in units.items():
        if key not in weighed:
            yield oddity(row.line, Message("%(unit)s has a table of marks, and no weight", {"unit": row.unit}))


def shown(value: Fraction) -> str:
    """A sum as people write it: 4, 4.5."""
    if value.denominator == 1:
        return str(value.numerator)
    whole, rest = divmod(100 * value.numerator // value.denominator, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if (100 * value).denominator == 1 else str(value)


CHECKS: tuple[Check, ...] = (
    elements_add_up,
    criteria_add_up,
    units_add_up,
    pack_adds_up,
    all_criteria_have_marks,
    labels_are_in_order,
    marks_are_figures,
    weights_and_rows_agree,
)
