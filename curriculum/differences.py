"""What changed from one version of a pack to the next: its facts, units and choices, and their lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from curriculum.line_matching import Line, LineChange, lines_of, pair_lines
from curriculum.model import ElectiveGroup, NosUnit, QualificationPack
from curriculum.wording import Change, plain, word_changes

_OF_PACK = (
    "title",
    "nsqf_level",
    "sector",
    "sub_sector",
    "occupation",
    "brief_description",
    "personal_attributes",
    "duration",
    "guidelines",
)
_OF_UNIT = ("title", "description", "scope")
COMPULSORY, OPTION = "compulsory", "option"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChange:
    """A fact of a pack or unit by its name in the file, before and after; empty where it does not stand.

    Of a list, such as guidelines, each line that changed is one.
    """

    name: str
    before: str
    after: str

    def words(self) -> tuple[tuple[Change, str], ...]:
        """Both wordings as runs, as those of a line; each of them whole where they share no word."""
        runs = tuple(word_changes(self.before, self.after))
        if any(change is Change.SAME and text.strip() for change, text in runs):
            return runs
        whole = ((Change.REMOVED, self.before), (Change.SAME, " "), (Change.ADDED, self.after))
        return tuple((change, text) for change, text in whole if text.strip() or (self.before and self.after))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChange:
    """A unit before and after; None where it is not in the pack.

    `before_place` and `after_place` say how it stands in the pack: `compulsory`, `option`, or an elective's title.
    `headings` are those with another name, as (before, after).
    """

    before: NosUnit | None = None
    after: NosUnit | None = None
    before_place: str = ""
    after_place: str = ""
    facts: tuple[FactChange, ...] = ()
    headings: tuple[tuple[str, str], ...] = ()
    lines: tuple[LineChange, ...] = ()

    @property
    def code(self) -> str:
        """Its code now, or that of a unit that is gone."""
        unit = self.after or self.before
        return unit.code if unit else ""

    @property
    def title(self) -> str:
        """Its title now, or that of a unit that is gone."""
        unit = self.after or self.before
        return unit.title if unit else ""

    @property
    def stays(self) -> bool:
        """Whether it is in both versions of the pack."""
        return self.before is not None and self.after is not None

    @property
    def is_recoded(self) -> bool:
        """Whether it has another code."""
        return self.stays and self.before.code != self.after.code  # type: ignore[union-attr]

    @property
    def has_other_version(self) -> bool:
        """Whether it has another version."""
        return self.stays and self.before.version != self.after.version  # type: ignore[union-attr]

    @property
    def needs_a_version(self) -> bool:
        """Whether it is other than before under the same code and version."""
        same = self.stays and not self.is_recoded and not self.has_other_version
        return same and bool(self.facts or self.headings or self.lines)

    @property
    def is_moved(self) -> bool:
        """Whether it stands otherwise in the pack: an elective became compulsory."""
        return self.stays and self.before_place != self.after_place

    @property
    def any(self) -> bool:
        """Whether anything about it is other than before."""
        stands = self.is_recoded or self.has_other_version or self.is_moved
        return not self.stays or stands or bool(self.facts or self.headings or self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackChanges:
    """What a newer version of a pack changes: facts, choices (electives with how many of what), and units."""

    facts: tuple[FactChange, ...] = ()
    choices: tuple[FactChange, ...] = ()
    units: tuple[UnitChange, ...] = ()

    @property
    def lines(self) -> tuple[LineChange, ...]:
        """The lines of all units that changed."""
        return tuple(line for unit in self.units for line in unit.lines)

    @property
    def added(self) -> tuple[LineChange, ...]:
        """The lines that were not there before."""
        return tuple(line for line in self.lines if line.before is None)

    @property
    def removed(self) -> tuple[LineChange, ...]:
        """The lines that are gone."""
        return tuple(line for line in self.lines if line.after is None)

    @property
    def reworded(self) -> tuple[LineChange, ...]:
        """The lines with other words, wherever they stand now."""
        return tuple(line for line in self.lines if line.is_reworded)

    @property
    def moved(self) -> tuple[LineChange, ...]:
        """The lines with the same words under another code or heading."""
        return tuple(line for line in self.lines if line.is_moved and not line.is_reworded)

    @property
    def renamed(self) -> Mapping[str, str]:
        """The references now of lines that had others before, and of units with another code."""
        lines = {line.before.ref: line.after.ref for line in self.lines if line.before and line.after}
        for unit in self.units:
            if unit.before and unit.after and unit.is_recoded:
                stay = {line.ref: unit.after.ref(line.id) for column in lines_of(unit.before) for line in column}
                lines = {**stay, unit.before.code: unit.after.code, **lines}
        return lines

    @property
    def units_added(self) -> tuple[UnitChange, ...]:
        """The units that were not in the pack before."""
        return tuple(unit for unit in self.units if unit.before is None)

    @property
    def units_removed(self) -> tuple[UnitChange, ...]:
        """The units that are no longer in the pack."""
        return tuple(unit for unit in self.units if unit.after is None)

    @property
    def units_changed(self) -> tuple[UnitChange, ...]:
        """The units that are in both, with another code, version, place or other content."""
        return tuple(unit for unit in self.units if unit.stays)

    @property
    def any(self) -> bool:
        """Whether anything changed at all."""
        return bool(self.facts or self.choices or self.units)


def changes_between(old: QualificationPack, new: QualificationPack) -> PackChanges:
    """Compare two versions unit by unit and line by line; blanks alone are no change."""
    before, after = _places(old), _places(new)
    changes = [
        UnitChange(
            before=was,
            after=now,
            before_place=before[was.code] if was else "",
            after_place=after[now.code] if now else "",
            facts=tuple(_facts(was, now, _OF_UNIT)) if was and now else (),
            headings=tuple(_headings(was, now)) if was and now else (),
            lines=tuple(_lines(was, now)),
        )
        for was, now in _pair_units(old.units, new.units)
    ]
    return PackChanges(
        facts=tuple(_facts(old.pack, new.pack, _OF_PACK)),
        choices=tuple(_choices(old.pack.units.electives, new.pack.units.electives)),
        units=tuple(unit for unit in changes if unit.any),
    )


def _pair_units(old: Sequence[NosUnit], new: Sequence[NosUnit]) -> Iterator[tuple[NosUnit | None, NosUnit | None]]:
    """Units by code, and what is left by title: a code of our own gave way to a published one."""
    codes = {unit.code for unit in new}
    by_code = {unit.code: unit for unit in old if unit.code in codes}
    by_title = {plain(unit.title): unit for unit in old if unit.code not in codes}
    taken: set[str] = set()
    for unit in new:
        before = by_code.get(unit.code) or by_title.pop(plain(unit.title), None)
        taken |= {before.code} if before else set()
        yield before, unit
    yield from ((unit, None) for unit in old if unit.code not in taken)


def _lines(old: NosUnit | None, new: NosUnit | None) -> Iterator[LineChange]:
    """The lines that are other than before. Under another code of the unit alone a line has not changed."""
    empty: tuple[list[Line], ...] = ([], [], [])
    for was, now in zip(lines_of(old) if old else empty, lines_of(new) if new else empty, strict=True):
        for change in pair_lines(was, now):
            if change.before is None or change.after is None or change.is_moved or change.is_reworded:
                yield change


def _headings(old: NosUnit, new: NosUnit) -> Iterator[tuple[str, str]]:
    """Headings that only have another name: most of what stood under the one stands under the other."""
    for was, now in zip(lines_of(old), lines_of(new), strict=True):
        renamed = {
            (change.before.heading, change.after.heading)
            for change in pair_lines(was, now)
            if change.before and change.after and not change.is_moved
        }
        yield from sorted(pair for pair in renamed if pair[0] != pair[1])


def _facts(old: object, new: object, names: Sequence[str]) -> Iterator[FactChange]:
    for name in names:
        was, now = getattr(old, name), getattr(new, name)
        before, after = _as_text(was), _as_text(now)
        if before.split() == after.split():
            continue
        in_lines = list(_line_facts(name, was, now)) if isinstance(was, tuple) else []
        # Where no line is other than before, their order is.
        yield from in_lines or [FactChange(name=name, before=before, after=after)]


def _line_facts(name: str, old: Sequence[str], new: Sequence[str]) -> Iterator[FactChange]:
    """The lines of a list that are added, removed or reworded; they have no codes and are known by their words."""
    was, now = (
        [Line(ref=f"{name}#{side}{number}", text=text) for number, text in enumerate(lines)]
        for side, lines in (("old", old), ("new", new))
    )
    for change in pair_lines(was, now):
        if change.before is None or change.after is None or change.is_reworded:
            before, after = (line.text if line else "" for line in (change.before, change.after))
            yield FactChange(name=name, before=before, after=after)


def _as_text(value: object) -> str:
    return "\n".join(value) if isinstance(value, tuple) else str(value or "")


def _choices(old: Sequence[ElectiveGroup], new: Sequence[ElectiveGroup]) -> Iterator[FactChange]:
    before, after = ({group.title: _choice(group) for group in groups} for groups in (old, new))
    for title in dict.fromkeys([*after, *before]):
        if before.get(title) != after.get(title):
            yield FactChange(name=title, before=before.get(title, ""), after=after.get(title, ""))


def _choice(group: ElectiveGroup) -> str:
    """`1 to 2 of ASC/N1, ASC/N2`."""
    least, most = group.choose.min, group.choose.max
    return f"{least} to {most} of {', '.join(group.units)}" if least != most else f"{least} of {', '.join(group.units)}"


def _places(pack: QualificationPack) -> Mapping[str, str]:
    """How each unit stands in the pack."""
    own = {code: group.title for group in pack.pack.units.electives for code in group.units}
    own |= dict.fromkeys(pack.pack.units.options, OPTION)
    return {unit.code: own.get(unit.code, COMPULSORY) for unit in pack.units}
