"""Which units count for a candidate: all compulsory ones and the electives chosen; options stand apart."""

from collections.abc import Collection, Iterator
from typing import Protocol

from assessments.model import AssessmentScheme
from assessments.words import Message
from curriculum.model import ElectiveGroup


class Offer(Protocol):
    """What can be chosen from: a scheme, or the list of units of a pack."""

    @property
    def electives(self) -> tuple[ElectiveGroup, ...] | None:
        """Groups of units of which some are chosen."""

    @property
    def options(self) -> tuple[str, ...] | None:
        """Units that may be taken besides."""


def open_to_choice(offer: Offer) -> tuple[str, ...]:
    """The units that somebody may choose or leave, electives first, in order; empty where there is no choice."""
    grouped = [unit for group in offer.electives or () for unit in group.units]
    return tuple(dict.fromkeys([*grouped, *(offer.options or ())]))


def counted_units(scheme: AssessmentScheme, chosen: Collection[str]) -> tuple[str, ...]:
    """The units that make the aggregate, in order of the scheme."""
    left_out = (scheme.elective_units() - set(chosen)) | set(scheme.options or ())
    return tuple(unit.unit for unit in scheme.units if unit.unit not in left_out)


def options_taken(scheme: AssessmentScheme, chosen: Collection[str]) -> tuple[str, ...]:
    """The options taken, in order of the scheme: each is decided by itself."""
    return tuple(unit.unit for unit in scheme.units if unit.unit in set(scheme.options or ()) & set(chosen))


def assessed_units(scheme: AssessmentScheme, chosen: Collection[str], carried: Collection[str] = ()) -> tuple[str, ...]:
    """The units that a candidate is assessed in: those that count and the options taken, without those carried."""
    left_out = (set(open_to_choice(scheme)) - set(chosen)) | set(carried)
    return tuple(unit.unit for unit in scheme.units if unit.unit not in left_out)


def scheme_of_units(scheme: AssessmentScheme, units: Collection[str]) -> AssessmentScheme:
    """The scheme with the marks of these units alone: what papers and practicals of who takes only them are scored by.

    Nothing is decided by it: lines and weights may name units that it lacks.
    """
    kept = tuple(unit for unit in scheme.units if unit.unit in units)
    if len(kept) == len(scheme.units):
        return scheme
    parts = {name: getattr(scheme, name) for name in AssessmentScheme.model_fields}
    return AssessmentScheme.model_construct(**{**parts, "units": kept})


def choice_faults(offer: Offer, chosen: Collection[str]) -> Iterator[Message]:
    """What is wrong with a choice of electives and options; nothing when it may be assessed.

    Trainees choose electives as their group says; any option may be taken or left ("it is not mandatory to select
    any of the options", glossary of the published packs).
    """
    for code in sorted(set(chosen) - set(open_to_choice(offer))):
        yield Message("%(unit)s is neither an elective nor an option of this scheme", {"unit": code})
    for group in offer.electives or ():
        count = len(set(group.units) & set(chosen))
        if not group.choose.min <= count <= group.choose.max:
            facts = {
                "group": group.title,
                "min": str(group.choose.min),
                "max": str(group.choose.max),
                "count": str(count),
            }
            yield Message("of the electives “%(group)s” %(min)s to %(max)s are chosen, not %(count)s", facts)
