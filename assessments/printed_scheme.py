"""The scheme that a published text prints: its marks at the criteria they are meant for, its weights and lines."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from assessments.criterion_matching import Ground, Match, find_criterion, find_element, find_unit
from assessments.drafting import first_scheme
from assessments.marks import common_unit
from assessments.model import AssessmentScheme, Component, MarksStatus, PassRule
from assessments.unit_figures import Marks, UnitFigures
from curriculum.model import NosUnit, PackDocument, PerformanceCriterion, QualificationPack
from curriculum.published.lines import plain_figures
from curriculum.published.marks_checks import key_of
from curriculum.published.marks_columns import added, value_of
from curriculum.published.model import (
    MarkedNode,
    PrintedMarks,
    PrintedPercent,
    PrintedRow,
    PrintedTotal,
    PrintedWeight,
    ReadPack,
)
from curriculum.published.problems import PublishedProblem, in_order, oddity
from curriculum.words import Message

_LEVEL = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedScheme:
    """A scheme as printed, with all that a person has to look at before it is used."""

    scheme: AssessmentScheme
    problems: tuple[PublishedProblem, ...]


def printed_scheme(pack: QualificationPack, marks: PrintedMarks, *, official: bool = False) -> PrintedScheme:
    """What a text prints about the marks of a pack, as a scheme of it.

    Its marks are `official` only where a person said that the text is the council's own and was read rightly; else
    they count as samples, so that what is decided on them is a specimen. Without any marks they are missing.
    """
    reader = _Reader(pack, marks)
    units = reader.read()
    figures = [figure for unit in units for figure in unit.each()]
    mark_unit = common_unit(figures)
    status = MarksStatus.OFFICIAL if official else MarksStatus.SAMPLE
    plain = first_scheme(pack)
    given = {
        "marks_status": status if units else MarksStatus.MISSING,
        "mark_unit": mark_unit,
        "nsqf_level": reader.level(),
        "electives": pack.pack.units.electives or None,
        "options": pack.pack.units.options or None,
        "pass_rule": reader.rule(plain.pass_rule),
        "units": [unit.document(Fraction(mark_unit)) for unit in units],
    }
    kept = {name: getattr(plain, name) for name in AssessmentScheme.model_fields}
    scheme = AssessmentScheme.model_validate({**kept, **given})
    return PrintedScheme(scheme=scheme, problems=in_order(reader.problems))


def scheme_of_text(read: ReadPack, *, official: bool = False) -> tuple[AssessmentScheme | None, ReadPack]:
    """The scheme that a text prints, if it prints marks and its pack is whole; and the text with all said of them."""
    if read.marks is None:
        return None, read
    pack = _whole_pack(read)
    if pack is None:
        words = Message("the marks that are printed make no scheme before the pack has all it needs")
        return None, replace(read, problems=in_order([*read.problems, oddity(None, words)]))
    printed = printed_scheme(pack, read.marks, official=official)
    return printed.scheme, replace(read, problems=in_order([*read.problems, *printed.problems]))


def _whole_pack(read: ReadPack) -> QualificationPack | None:
    """The pack of a text, where it has all that marks can be held against."""
    try:
        header = PackDocument.model_validate(read.pack)
        units = tuple(NosUnit.model_validate(unit) for unit in read.units)
    except ValidationError:
        return None
    return QualificationPack(pack=header, units=units) if all(unit.criteria for unit in units) else None


class _Reader:
    """Goes over printed rows and puts each at the node it is about; what fits nowhere is told."""

    def __init__(self, pack: QualificationPack, marks: PrintedMarks) -> None:
        self._pack, self._marks = pack, marks
        self.problems: list[PublishedProblem] = []
        titles = {key_of(weight.unit): weight.title for weight in marks.weights}
        named = dict.fromkeys([*(row.unit for row in marks.rows), *(weight.unit for weight in marks.weights)])
        self._unit_of = {name: find_unit(pack.units, name, titles.get(key_of(name), "")).unit for name in named}

    def read(self) -> list[UnitFigures]:
        """The figures of every unit that prints any, in the order of the pack."""
        self._strangers()
        found = []
        for unit in self._pack.units:
            figures = UnitFigures(unit=unit)
            rows = [row for row in self._marks.rows if self._unit_of[row.unit] == unit]
            self._rows(figures, rows)
            self._sums(figures)
            figures.settle()
            if any(figures.each()):
                found.append(figures)
            else:
                words = Message("no marks are printed for %(unit)s", {"unit": unit.code})
                self._tell(None, words)
        return found

    def _tell(self, line: int | None, words: Message) -> None:
        self.problems.append(oddity(line, words))

    def _strangers(self) -> None:
        for name, unit in self._unit_of.items():
            if unit is None:
                line = min(
                    [row.line for row in self._marks.rows if row.unit == name]
                    + [weight.line for weight in self._marks.weights if weight.unit == name]
                )
                offered = find_unit(self._pack.units, name).offered
                facts = {"unit": name, "pack": self._pack.code, "like": ", ".join(one.code for one in offered)}
                self._tell(
                    line,
                    Message("%(unit)s is no unit of %(pack)s; its title is like that of %(like)s", facts)
                    if offered
                    else Message("%(unit)s is no unit of %(pack)s; its marks are left out", facts),
                )

    def _rows(self, figures: UnitFigures, rows: Sequence[PrintedRow]) -> None:
        for row in rows:
            marks = self._figures(row)
            if row.node is MarkedNode.UNIT:
                figures.whole |= marks
                figures.total = value_of(row.marks.get("total", "")) or figures.total
            elif row.node is MarkedNode.ELEMENT:
                self._element(figures, row, marks)
            else:
                self._criterion(figures, row, marks)
        if rows:
            self._without(figures)

    def _figures(self, row: PrintedRow) -> Marks:
        values = {name: value_of(row.marks.get(name.value, "")) for name in Component}
        odd = [name for name, value in values.items() if value is not None and (4 * value).denominator != 1]
        for name in odd:
            facts = {"mark": row.marks[name.value], "what": row.label or row.text[:60]}
            self._tell(row.line, Message("%(mark)s at %(what)s is no whole, half or quarter mark; left out", facts))
        return {name: value for name, value in values.items() if value is not None and name not in odd}

    def _element(self, figures: UnitFigures, row: PrintedRow, marks: Marks) -> None:
        number = find_element(figures.unit, row.text, figures.elements)
        if number is None:
            facts = {"element": row.text[:80], "unit": figures.unit.code}
            self._tell(row.line, Message("“%(element)s” is no element of %(unit)s by its words", facts))
        else:
            figures.elements.setdefault(number, {}).update(marks)

    def _criterion(self, figures: UnitFigures, row: PrintedRow, marks: Marks) -> None:
        match = find_criterion(figures.unit, row.label, row.text)
        facts = {"code": row.label or "–", "text": row.text[:80], "unit": figures.unit.code}
        if match.criterion is None:
            self._tell(row.line, _no_criterion(match, facts))
            return
        if match.criterion.id in figures.criteria:
            facts["id"] = match.criterion.id
            self._tell(
                row.line, Message("%(code)s “%(text)s” is %(id)s of %(unit)s again; the first marks stay", facts)
            )
            return
        figures.criteria[match.criterion.id] = marks
        if match.ground is Ground.CODE and row.text:
            facts["own"] = match.criterion.text[:80]
            self._tell(
                row.line,
                Message(
                    "%(code)s of %(unit)s is “%(text)s” in the table, and “%(own)s” in the unit; confirm it", facts
                ),
            )
        elif match.ground is Ground.WORDS:
            facts["id"] = match.criterion.id
            self._tell(row.line, Message("%(code)s of %(unit)s is %(id)s by its words, “%(text)s”; confirm it", facts))

    def _without(self, figures: UnitFigures) -> None:
        """The criteria of a unit's body that no row of its table is about."""
        missing = [line for line in figures.unit.criteria if line.id not in figures.criteria]
        if figures.criteria:
            for line in missing:
                self._tell(None, _no_row(line, figures.unit))

    def _sums(self, figures: UnitFigures) -> None:
        """Printed sums: the unit's total, and its marks in a component where nothing below prints any."""
        for total in self._totals_of(figures.unit):
            own = {name: value_of(total.marks.get(name.value, "")) for name in Component}
            for name, value in own.items():
                if value is not None and value and name not in figures.whole:
                    figures.whole[name] = value
            whole = value_of(total.marks.get("total", "")) or value_of(total.marks.get("out_of", ""))
            if figures.total is None:
                figures.total = whole or added(total.marks.get(name.value, "") for name in Component) or None

    def _totals_of(self, unit: NosUnit) -> Iterator[PrintedTotal | PrintedWeight]:
        for total in self._marks.totals:
            if total.unit is not None and find_unit(self._pack.units, total.unit).unit == unit:
                yield total
        yield from (weight for weight in self._marks.weights if self._unit_of[weight.unit] == unit)

    def level(self) -> str | None:
        """The pack's level, where it is a figure that a scheme can go by."""
        level = self._pack.pack.nsqf_level
        if level is None or _LEVEL.fullmatch(level):
            return level
        facts = {"level": level[:40]}
        words = Message("the level %(level)s is no figure such as 4 or 4.5; the scheme is without a level", facts)
        self._tell(None, words)
        return None

    def rule(self, plain: PassRule) -> PassRule:
        """The lines as printed, with the weights beside where they count 100; else a line to start with."""
        lines: dict[str, Any] = {"aggregate_percent": None, "component_min_percent": {}}
        for percent in self._percents():
            if percent.of == "aggregate":
                lines["aggregate_percent"] = self._once(lines["aggregate_percent"], percent.percent, percent.line)
            elif percent.of == "each_unit":
                lines["unit_min_percent"] = self._once(lines.get("unit_min_percent"), percent.percent, percent.line)
            elif (unit := find_unit(self._pack.units, percent.of).unit) is not None:
                own = lines.setdefault("unit_min_percent_of", {})
                own[unit.code] = self._once(own.get(unit.code), percent.percent, percent.line)
            else:
                facts = {"unit": percent.of, "pack": self._pack.code}
                words = Message("%(unit)s is no unit of %(pack)s; its line to pass is left out", facts)
                self._tell(percent.line, words)
        self._tell_of_weights(lines.get("unit_min_percent_of", {}))
        if weights := self._weights():
            lines["unit_weights"] = weights
            words = Message("weights are printed; the sum of all marks decides until the scheme names them for it")
            self._tell(min(weight.line for weight in self._marks.weights), words)
        if not {"aggregate_percent", "unit_min_percent", "unit_min_percent_of"} & {*filter(lines.get, lines)}:
            facts = {"percent": plain.aggregate_percent or ""}
            words = Message("no line to pass is printed; %(percent)s %% of all marks is put in its place", facts)
            self._tell(None, words)
            lines["aggregate_percent"] = plain.aggregate_percent
        return PassRule.model_validate(lines)

    def _tell_of_weights(self, percents: Mapping[str, str]) -> None:
        """Tell of lines to pass that may be the weights of their units, under a heading that does not say so."""
        if len(percents) > 1 and sum(map(Fraction, percents.values())) == 100:
            words = Message("the lines to pass of units add up to 100, as weights do; compare them with the document")
            self._tell(min(one.line for one in self._marks.percents if find_unit(self._pack.units, one.of).unit), words)

    def _percents(self) -> Iterator[PrintedPercent]:
        """The percentages in figures 0 to 9; what is more than the whole is told and left out."""
        for percent in self._marks.percents:
            plain = plain_figures(percent.percent)
            if Fraction(plain) <= 100:
                yield replace(percent, percent=plain)
            else:
                words = Message("%(percent)s %% is more than the whole; left out", {"percent": percent.percent})
                self._tell(percent.line, words)

    def _once(self, before: str | None, percent: str, line: int) -> str:
        if before not in {None, percent}:
            facts = {"before": before or "", "now": percent}
            self._tell(
                line, Message("%(now)s %% is printed as the line to pass, %(before)s %% before; the first stays", facts)
            )
        return before or percent

    def _weights(self) -> Mapping[str, int] | None:
        """The weights of all units that enter the aggregate, where they are whole and count 100."""
        counting = [unit for unit in self._pack.units if unit.code not in self._pack.pack.units.options]
        found: dict[str, int] = {}
        for weight in self._marks.weights:
            unit, value = self._unit_of[weight.unit], value_of(weight.weight)
            if unit is not None and unit in counting and value and value.denominator == 1:
                found[unit.code] = int(value)
        if not found:
            return None
        missing = [unit.code for unit in counting if unit.code not in found]
        free = self._pack.pack.units.electives
        if missing or (not free and sum(found.values()) != 100):
            self._tell(
                self._marks.weights[0].line,
                Message("the weights are left out: they are not those of all units, or not 100"),
            )
            return None
        return found


def _no_criterion(match: Match, facts: Mapping[str, str]) -> Message:
    if not match.offered:
        return Message("%(code)s “%(text)s” is no criterion of %(unit)s; its marks are left out", facts)
    like = ", ".join(f"{line.id} “{line.text[:60]}”" for line in match.offered)
    given = {**facts, "like": like}
    return Message("%(code)s “%(text)s” is no criterion of %(unit)s but like %(like)s; its marks are left out", given)


def _no_row(line: PerformanceCriterion, unit: NosUnit) -> Message:
    facts = {"id": line.id, "unit": unit.code, "text": line.text[:80]}
    return Message("no row of the table is about %(id)s of %(unit)s, “%(text)s”", facts)
