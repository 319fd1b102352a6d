"""Sheets of marks, a row a criterion: what each row means for a pack, all that is wrong with it, and the marks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from assessments.criterion_matching import ALIKE, Ground, bare_code, find_criterion, find_element, find_unit
from assessments.marks import mark_of, shown
from assessments.marks_sheet_rows import MARK_FIELDS, SUM_FIELDS, RowProblem, SheetField, SheetRow, label_and_text
from assessments.model import Component
from assessments.unit_figures import Marks, UnitFigures
from curriculum.model import NosUnit, QualificationPack
from curriculum.published.marks_columns import is_total
from curriculum.wording import percent_alike
from curriculum.words import Message


@dataclass(slots=True)
class SheetReading:
    """All that a sheet says: the marks of each unit, in the order of the pack, and every fault and oddity."""

    units: list[UnitFigures] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def faults(self) -> list[RowProblem]:
        """What keeps the sheet from being taken, by row."""
        return [one for one in self.problems if one.is_error]

    @property
    def oddities(self) -> list[RowProblem]:
        """What is kept as it is and shown."""
        return [one for one in self.problems if not one.is_error]


def read_sheet(pack: QualificationPack, rows: Sequence[SheetRow]) -> SheetReading:
    """What the rows of a sheet mean for a pack. Nothing is mended; while there is a fault, no marks can be taken."""
    packs = _other_packs(pack, rows)
    units = _other_units(pack, rows, are_likely=not packs)
    if units:
        return SheetReading(
            units=[UnitFigures(unit=unit) for unit in pack.units], problems=[_of_another(pack, packs, units)]
        )
    reader = _Reader(pack, is_of_another=bool(packs))
    for row in rows:
        reader.take(row)
    reading = reader.finished()
    if packs:
        reading.problems.insert(0, _of_another(pack, packs))
    return reading


def _other_packs(pack: QualificationPack, rows: Sequence[SheetRow]) -> list[str]:
    """The codes of packs in a sheet where the pack's own is not one of them."""
    named = {bare_code(text): text for row in rows if (text := row.text(SheetField.PACK)) and not is_total(text)}
    return [] if bare_code(pack.code) in named else list(named.values())


def _other_units(pack: QualificationPack, rows: Sequence[SheetRow], *, are_likely: bool) -> list[str]:
    """What a sheet calls its units where none is the pack's; nor, where its own are likely, has a title like them."""
    named = dict.fromkeys(row.unit for row in rows if not row.is_sum)
    matches = [find_unit(pack.units, *names) for names in named]
    if any(match.unit is not None or (are_likely and match.offered) for match in matches):
        return []
    return list(dict.fromkeys(code or title for code, title in named if code or title))


def _of_another(pack: QualificationPack, packs: Sequence[str], units: Sequence[str] = ()) -> RowProblem:
    """That a sheet is of another pack, or of none of the pack's units, with what it has and what was expected."""
    own = _few([unit.code for unit in pack.units])
    if not packs:
        facts = {"given": _few(units), "units": own, "pack": pack.code}
        words = Message("No row is of a unit of %(pack)s: the sheet has %(given)s; the pack has %(units)s.", facts)
        return RowProblem(row=0, field=SheetField.UNIT, words=words)
    given = f"{_few(packs)} ({_few(units)})" if units else _few(packs)
    facts = {"given": given, "expected": f"{pack.code} ({own})"}
    words = Message("The sheet is of another pack: it has %(given)s; %(expected)s was expected.", facts)
    return RowProblem(row=0, field=SheetField.PACK, words=words)


def _few(names: Sequence[str]) -> str:
    """The first of many names."""
    return ", ".join([*(name[:60] for name in names[:6]), *(["…"] if len(names) > 6 else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sum:
    """A row that prints what others come to: to be compared when all are read. `node` as in `UnitFigures`."""

    row: SheetRow
    unit: NosUnit | None
    element: int | None
    marks: Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """What a row prints in a column of sums, and what its own marks come to; None where it sums up other rows."""

    row: SheetRow
    field: SheetField
    unit: NosUnit | None
    printed: Fraction
    own: Fraction | None


class _Reader:
    def __init__(self, pack: QualificationPack, *, is_of_another: bool) -> None:
        self._pack, self._is_of_another = pack, is_of_another
        self._reading = SheetReading(units=[UnitFigures(unit=unit) for unit in pack.units])
        self._figures = {one.unit.code: one for one in self._reading.units}
        self._first: dict[tuple[str, str], int] = {}
        self._named: set[str] = set()
        self._sums: list[_Sum] = []
        self._wholes: list[_Whole] = []

    def take(self, row: SheetRow) -> None:
        """One row: of a criterion, an element, a unit, or of sums."""
        self._check_pack(row)
        marks = self._marks(row)
        if row.is_sum:
            # A row of sums names its unit, or else it is of the whole pack.
            code, title = ("" if is_total(name) else name for name in row.unit)
            unit = find_unit(self._pack.units, code, title).unit
            if marks is not None:
                self._sums.append(_Sum(row=row, unit=unit, element=None, marks=marks))
            self._keep_wholes(row, unit, None)
            return
        unit = self._unit(row)
        if unit is not None:
            self._named.add(unit.code)
            if marks is not None:
                self._keep_wholes(row, unit, sum(marks.values(), Fraction(0)))
            self._place(row, unit, marks or {})

    def finished(self) -> SheetReading:
        """The reading, with what only the whole sheet tells."""
        for figures in self._reading.units:
            self._missing(figures)
        for one in self._sums:
            self._compare(one)
        for figures in self._reading.units:
            figures.settle()
        for whole in self._wholes:
            self._compare_whole(whole)
        self._reading.problems.sort(key=lambda problem: problem.row)
        return self._reading

    def _fault(self, row: SheetRow | None, name: SheetField | None, words: Message) -> None:
        number = row.number if row else 0
        self._reading.problems.append(RowProblem(row=number, field=name, words=words))

    def _odd(self, row: SheetRow | None, name: SheetField | None, words: Message) -> None:
        number = row.number if row else 0
        self._reading.problems.append(RowProblem(row=number, field=name, words=words, is_error=False))

    def _check_pack(self, row: SheetRow) -> None:
        given = row.text(SheetField.PACK)
        is_other = given and bare_code(given) != bare_code(self._pack.code) and not is_total(given)
        if is_other and not self._is_of_another:
            facts = {"given": given[:60], "pack": self._pack.code}
            self._fault(row, SheetField.PACK, Message("Is %(given)s; this is the sheet of %(pack)s.", facts))

    def _marks(self, row: SheetRow) -> Marks | None:
        """The marks of a row; None where one of them is none."""
        found: Marks = {}
        sound = True
        for name, component in MARK_FIELDS.items():
            value, words = mark_of(row.text(name))
            if words is not None:
                self._fault(row, name, words)
                sound = False
            elif value is not None:
                found[component] = value
        return found if sound else None

    def _keep_wholes(self, row: SheetRow, unit: NosUnit | None, own: Fraction | None) -> None:
        """What a row prints in columns of sums; what is no figure there is odd and takes no mark away."""
        for name in SUM_FIELDS:
            printed, words = mark_of(row.text(name))
            if words is not None and not is_total(row.text(name)):
                self._odd(row, name, words)
            elif printed is not None:
                self._wholes.append(_Whole(row=row, field=name, unit=unit, printed=printed, own=own))

    def _unit(self, row: SheetRow) -> NosUnit | None:
        code, title = row.unit
        if not code and not title:
            words = Message(
                "Is empty. Write the unit’s code in every row; a merged cell holds it only in its first row."
            )
            self._fault(row, SheetField.UNIT, words)
            return None
        match = find_unit(self._pack.units, code, title)
        if match.unit is None:
            facts = {"given": (code or title)[:80], "pack": self._pack.code}
            facts["like"] = ", ".join(f"{unit.code} {unit.title[:60]}" for unit in match.offered)
            self._fault(
                row,
                SheetField.UNIT if code else SheetField.UNIT_TITLE,
                Message("%(given)s is no unit of %(pack)s. Is it %(like)s?", facts)
                if match.offered
                else Message("%(given)s is no unit of %(pack)s.", facts),
            )
        elif code and title and find_unit(self._pack.units, code).unit is not match.unit:
            facts = {"code": match.unit.code, "own": match.unit.title[:80], "given": code[:40]}
            words = Message("%(given)s is read as %(code)s, by its title “%(own)s”.", facts)
            self._odd(row, SheetField.UNIT, words)
        elif code and title and not percent_alike(match.unit.title, title, at_least=ALIKE):
            facts = {"code": match.unit.code, "own": match.unit.title[:80], "given": title[:80]}
            words = Message("%(code)s is “%(own)s” in the pack, and “%(given)s” here.", facts)
            self._odd(row, SheetField.UNIT_TITLE, words)
        return match.unit

    def _place(self, row: SheetRow, unit: NosUnit, marks: Marks) -> None:
        label, text = label_and_text(row)
        if not label and not text:
            self._whole(row, unit, marks)
        elif label or (number := find_element(unit, text, self._figures[unit.code].elements)) is None:
            self._criterion(row, unit, marks, label, text)
        elif self._is_first(row, unit, f"E{number}"):
            self._figures[unit.code].elements[number] = marks
            self._sums.append(_Sum(row=row, unit=unit, element=number, marks=dict(marks)))

    def _whole(self, row: SheetRow, unit: NosUnit, marks: Marks) -> None:
        if row.text(SheetField.LABEL):
            facts = {"given": row.text(SheetField.LABEL)[:60]}
            self._fault(row, SheetField.LABEL, Message("%(given)s is no code of a criterion, such as PC4.", facts))
        elif self._is_first(row, unit, ""):
            self._figures[unit.code].whole = marks
            self._sums.append(_Sum(row=row, unit=unit, element=None, marks=dict(marks)))

    def _criterion(self, row: SheetRow, unit: NosUnit, marks: Marks, label: str, text: str) -> None:
        match = find_criterion(unit, label, text)
        line = match.criterion
        facts = {"code": label or "–", "text": text[:80], "unit": unit.code}
        name = SheetField.LABEL if label else SheetField.TEXT
        if line is None:
            facts["like"] = ", ".join(f"{one.id} “{one.text[:60]}”" for one in match.offered)
            what = label or f"“{text[:80]}”"
            self._fault(
                row,
                name,
                Message("%(what)s is no criterion of %(unit)s. Is it %(like)s?", {**facts, "what": what})
                if match.offered
                else Message("%(what)s is no criterion of %(unit)s.", {**facts, "what": what}),
            )
            return
        facts |= {"id": line.id, "own": line.text[:80]}
        if match.ground is Ground.WORDS and label and find_criterion(unit, label, "").criterion is not None:
            words = Message("%(code)s has the words of %(id)s, “%(own)s”. Mend the code or the words.", facts)
            self._fault(row, SheetField.LABEL, words)
        elif self._is_first(row, unit, line.id):
            self._figures[unit.code].criteria[line.id] = marks
            if match.ground is Ground.WORDS and label:
                self._odd(row, SheetField.LABEL, Message("%(code)s is %(id)s by its words, “%(own)s”.", facts))
            elif match.ground is Ground.CODE and text:
                words = Message("%(id)s is “%(own)s” in the pack, and “%(text)s” here.", facts)
                self._odd(row, SheetField.TEXT, words)

    def _is_first(self, row: SheetRow, unit: NosUnit, node: str) -> bool:
        """Whether a node has no row yet; a second one is a fault."""
        first = self._first.setdefault((unit.code, node), row.number)
        if first != row.number:
            facts = {"what": f"{unit.code} {node}".strip(), "row": str(first)}
            self._fault(row, SheetField.LABEL, Message("%(what)s stands in row %(row)s already. Keep one.", facts))
        return first == row.number

    def _missing(self, figures: UnitFigures) -> None:
        """Units without a row, criteria without one, and rows without marks."""
        unit = figures.unit
        if not any(code == unit.code for code, _ in self._first):
            # Of rows that name it and mean nothing in it each has its own fault.
            if unit.code not in self._named:
                facts = {"unit": unit.code, "title": unit.title[:80]}
                self._fault(None, None, Message("%(unit)s “%(title)s” has no row.", facts))
            return
        carried = {
            line.id
            for number, element in enumerate(unit.elements, start=1)
            if any(figures.elements.get(number, {}).values())
            for line in element.criteria
        }
        below = {part for marks in (*figures.criteria.values(), *figures.elements.values()) for part in marks}
        whole = any(mark for part, mark in figures.whole.items() if part not in below)
        for line in unit.criteria:
            if any(figures.criteria.get(line.id, {}).values()) or line.id in carried or whole:
                continue
            facts = {"id": line.id, "unit": unit.code}
            row = self._first.get((unit.code, line.id))
            if row is None:
                self._fault(None, None, Message("%(id)s of %(unit)s has no row.", facts))
            elif row not in {fault.row for fault in self._reading.faults}:
                words = Message("%(id)s of %(unit)s has no marks and is not assessed.", facts)
                self._reading.problems.append(RowProblem(row=row, field=None, words=words, is_error=False))

    def _compare(self, one: _Sum) -> None:
        """A row above others is their sum, where they have marks."""
        for component, printed in one.marks.items():
            own = _below(self._reading.units, one, component)
            if own is not None and own != printed:
                name = next(name for name, part in MARK_FIELDS.items() if part is component)
                facts = {"printed": shown(printed), "sum": shown(own)}
                words = Message("Is %(printed)s; the rows that it sums up come to %(sum)s, and these count.", facts)
                self._odd(one.row, name, words)

    def _compare_whole(self, one: _Whole) -> None:
        """A column of sums says what its row comes to; one of totals may say what the unit does."""
        units = [figures for figures in self._reading.units if one.unit is None or figures.unit == one.unit]
        of_unit = sum((mark for figures in units for mark in figures.sums().values()), Fraction(0))
        own = of_unit if one.own is None else one.own
        if one.printed != own and not (one.field is SheetField.TOTAL and one.printed == of_unit):
            facts = {"printed": shown(one.printed), "sum": shown(own)}
            words = Message("Is %(printed)s; the marks that it sums up come to %(sum)s, and these count.", facts)
            self._odd(one.row, one.field, words)


def _below(units: Sequence[UnitFigures], one: _Sum, component: Component) -> Fraction | None:
    """What the nodes below a row of sums come to in a component; None where there are none."""
    figures = [unit for unit in units if one.unit is None or unit.unit == one.unit]
    if one.element is not None:
        criteria = [line.id for line in figures[0].unit.elements[one.element - 1].criteria]
        parts = [figures[0].criteria.get(line, {}).get(component) for line in criteria]
    else:
        parts = [mark for unit in figures for mark in _lowest(unit, component)]
    known = [part for part in parts if part is not None]
    return sum(known, Fraction(0)) if known else None


def _lowest(figures: UnitFigures, component: Component) -> Iterator[Fraction | None]:
    """The marks of a unit's criteria, and of the elements whose criteria have none."""
    for number, element in enumerate(figures.unit.elements, start=1):
        own = [figures.criteria.get(line.id, {}).get(component) for line in element.criteria]
        yield from own if any(own) else [figures.elements.get(number, {}).get(component)]
