"""What changed from one version of a pack to the next."""

from collections.abc import Mapping
from dataclasses import dataclass

from curriculum.model import QualificationPack


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewording:
    """A criterion that is in both versions with other words."""

    ref: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackChanges:
    """Units and criteria that a newer version adds, removes and rewords; criteria as (reference, text)."""

    units_added: tuple[str, ...]
    units_removed: tuple[str, ...]
    added: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]
    reworded: tuple[Rewording, ...]

    @property
    def any(self) -> bool:
        """Whether units or criteria changed at all."""
        return any((self.units_added, self.units_removed, self.added, self.removed, self.reworded))


def changes_between(old: QualificationPack, new: QualificationPack) -> PackChanges:
    """Compare two versions criterion by criterion, by reference; blanks alone are no rewording."""
    before, after = _texts(old), _texts(new)
    return PackChanges(
        units_added=_missing_from(old, new),
        units_removed=_missing_from(new, old),
        added=tuple((ref, text) for ref, text in after.items() if ref not in before),
        removed=tuple((ref, text) for ref, text in before.items() if ref not in after),
        reworded=tuple(
            Rewording(ref=ref, before=before[ref], after=text)
            for ref, text in after.items()
            if ref in before and before[ref].split() != text.split()
        ),
    )


def _texts(pack: QualificationPack) -> Mapping[str, str]:
    return {unit.ref(criterion.id): criterion.text for unit, _, criterion in pack.each_criterion()}


def _missing_from(pack: QualificationPack, other: QualificationPack) -> tuple[str, ...]:
    known = {unit.code for unit in pack.units}
    return tuple(unit.code for unit in other.units if unit.code not in known)
