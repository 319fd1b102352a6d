"""What of a pack's units trainees choose, and a choice as rosters write it: codes or titles to codes. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assessments.choices import choice_faults, open_to_choice
from assessments.words import Message
from curriculum.model import ElectiveGroup, QualificationPack
from lms.services.roster_columns import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOffer:
    """The electives in groups and the options of a pack, with the titles of their units; most packs have neither."""

    titles: Mapping[str, str]
    electives: tuple[ElectiveGroup, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def units(self) -> tuple[str, ...]:
        """The units that can be chosen, in order."""
        return open_to_choice(self)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns of a roster for such a pack: those of choices only where there is one."""
        left_out = {Field.ELECTIVES: not self.electives, Field.OPTIONS: not self.options}
        return tuple(name for name in Field if not left_out.get(name, False))

    def units_of(self, name: Field) -> tuple[str, ...]:
        """The units that may stand in a column, in order."""
        if name is Field.OPTIONS:
            return self.options
        return tuple(unit for unit in self.units if unit not in self.options)

    def text_of(self, name: Field, chosen: Collection[str]) -> str:
        """What of a choice stands in a column: `ASC/N1; ASC/N2`."""
        return "; ".join(unit for unit in self.units_of(name) if unit in chosen)

    def with_column(self, chosen: Collection[str], name: Field, text: str) -> tuple[str, ...]:
        """A choice with the units of one column in the place of those it had of that column; in order."""
        wished = {unit for unit in chosen if unit not in self.units_of(name)} | set(_parts(text))
        return self.in_order(wished)

    def in_order(self, chosen: Collection[str]) -> tuple[str, ...]:
        """A choice in the order of the pack; what cannot be chosen is left out."""
        return tuple(unit for unit in self.units if unit in chosen)

    def is_complete(self, chosen: Collection[str]) -> bool:
        """Whether somebody with that choice can be assessed."""
        return next(choice_faults(self, chosen), None) is None


NO_CHOICE = UnitOffer(titles={})


def offer_of(pack: QualificationPack) -> UnitOffer:
    """What can be chosen in a pack."""
    units = pack.pack.units
    codes = open_to_choice(units)
    titles = {unit.code: unit.title for unit in pack.units if unit.code in codes}
    return UnitOffer(titles=titles, electives=units.electives, options=units.options)


def own_pack(pack: QualificationPack, chosen: Collection[str]) -> QualificationPack:
    """The pack with the units of a choice; whole while the choice is not complete."""
    return pack.of_units(pack.chosen_units(chosen)) if offer_of(pack).is_complete(chosen) else pack


def read_units(offer: UnitOffer, name: Field, text: str) -> tuple[str, list[Message]]:
    """A cell with units to its canonical text, and everything that is wrong with it."""
    words = _parts(text)
    found = [_find(offer, word) for word in words]
    faults = [_unknown(offer, name, word) for word, unit in zip(words, found, strict=True) if unit is None]
    known = [unit for unit in found if unit is not None]
    own = offer.units_of(name)
    faults += [_elsewhere(name, unit) for unit in dict.fromkeys(known) if unit not in own]
    faults += [
        Message("%(unit)s stands %(count)s times in this cell. Write it once.", {"unit": unit, "count": str(count)})
        for unit, count in Counter(known).items()
        if count > 1
    ]
    if name is Field.ELECTIVES:
        faults += _miscounted(offer, known)
    return offer.text_of(name, known) if not faults else text, faults


def _parts(text: str) -> Sequence[str]:
    return [part for part in (" ".join(part.split()) for part in re.split(r"[,;\n]", text)) if part]


def _find(offer: UnitOffer, word: str) -> str | None:
    """The unit that a word means: its code, however spaced, or its title."""
    for unit, title in offer.titles.items():
        if _plain(word) == _plain(unit) or word.casefold() == " ".join(title.split()).casefold():
            return unit
    return None


def _plain(code: str) -> str:
    return re.sub(r"\s", "", code).casefold()


def _unknown(offer: UnitOffer, name: Field, word: str) -> Message:
    facts = {"text": word, "units": ", ".join(offer.units_of(name))}
    if name is Field.OPTIONS:
        return Message("“%(text)s” is not an option of this pack. Write of these: %(units)s.", facts)
    return Message("“%(text)s” is not an elective of this pack. Write of these: %(units)s.", facts)


def _elsewhere(name: Field, unit: str) -> Message:
    if name is Field.OPTIONS:
        return Message("%(unit)s is an elective. Write it in the column of the electives.", {"unit": unit})
    return Message("%(unit)s is an option. Write it in the column of the options.", {"unit": unit})


def _miscounted(offer: UnitOffer, chosen: Collection[str]) -> Iterator[Message]:
    for group in offer.electives:
        count = len(set(group.units) & set(chosen))
        if group.choose.min <= count <= group.choose.max:
            continue
        facts = {"group": group.title, "min": str(group.choose.min), "max": str(group.choose.max), "count": str(count)}
        if group.choose.min == group.choose.max:
            yield Message("Of “%(group)s” exactly %(min)s is to be chosen, here are %(count)s.", facts)
        else:
            yield Message("Of “%(group)s” %(min)s to %(max)s are to be chosen, here are %(count)s.", facts)
