"""Where somebody stands in a skill with levels: judged, seen by themselves, aimed at; and what lies between."""

from collections.abc import Collection
from dataclasses import dataclass

from curriculum.frameworks import HIGHEST, FrameworkSkill, SkillLevel

# An assessor's word that none of the defined levels is reached.
BELOW_ALL = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One of the seven levels as it stands for somebody; `level` is None where the skill does not define it.

    `is_included` says that it is held together with a higher level that was judged; `is_ahead` that it lies between
    what is held and the target, the target included.
    """

    number: int
    level: SkillLevel | None
    is_judged: bool
    is_included: bool
    is_ahead: bool
    is_target: bool
    is_rated: bool

    @property
    def is_held(self) -> bool:
        """Whether the level counts as held: judged itself, or below the one that was."""
        return self.is_judged or self.is_included


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The target, the level held, and the levels from the next one up to the target: those defined, and the target."""

    target: int
    held: int
    missing: tuple[int, ...]

    @property
    def is_closed(self) -> bool:
        """Whether the target is reached."""
        return not self.missing


def levels_held(skill_numbers: Collection[int], judged: int) -> frozenset[int]:
    """The defined levels that count as held: the judged one and all below it."""
    return frozenset(number for number in skill_numbers if number <= judged)


def gap_to(skill_numbers: Collection[int], *, judged: int, target: int) -> Gap:
    """How far it is from the judged level (0 for none) to a target, also one that newer words do not define."""
    missing = tuple(sorted(number for number in {*skill_numbers, target} if judged < number <= target))
    return Gap(target=target, held=max(levels_held(skill_numbers, judged), default=BELOW_ALL), missing=missing)


def ladder_of(skill: FrameworkSkill, *, judged: int = 0, rated: int = 0, target: int = 0) -> tuple[Rung, ...]:
    """All seven levels, highest first, as they stand for somebody; 0 where nothing is judged, rated or aimed at."""
    return tuple(
        _rung(skill.find_level(number), number, judged=judged, rated=rated, target=target)
        for number in range(HIGHEST, 0, -1)
    )


def _rung(level: SkillLevel | None, number: int, *, judged: int, rated: int, target: int) -> Rung:
    is_defined = level is not None
    return Rung(
        number=number,
        level=level,
        is_judged=number == judged,
        is_included=is_defined and number < judged,
        is_ahead=judged < number <= target and (is_defined or number == target),
        is_target=number == target,
        is_rated=number == rated,
    )
