"""What a good job role is: what it is mapped to exists, and every line is shown by something or says why not."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from curriculum.problems import Problem, did_you_mean, error, warning
from curriculum.roles import Covers, Mapped, RoleLineKind, RoleProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Standards:
    """What roles may be mapped to: the criteria of units and the defined levels of skills, each by its code."""

    criteria: Mapping[str, Collection[str]] = field(default_factory=dict)
    levels: Mapping[str, Collection[int]] = field(default_factory=dict)


Check = Callable[[RoleProfile, Standards], Iterator[Problem]]


def check_role(role: RoleProfile, standards: Standards) -> list[Problem]:
    """Every fault and oddity of a role."""
    return [problem for check in CHECKS for problem in check(role, standards)]


def ids_are_unique(role: RoleProfile, _standards: Standards) -> Iterator[Problem]:
    """An id names one line of the role."""
    met: Counter[str] = Counter()
    for path, _kind, line in role.each():
        met[line.id] += 1
        if met[line.id] > 1:
            yield error(f"{path}.id", f"{line.id} is used before; give each line an id of its own")


def criteria_exist(role: RoleProfile, standards: Standards) -> Iterator[Problem]:
    """Every criterion that a line is mapped to is one of a known unit."""
    for path, mapped in _mapped(role):
        for index, ref in enumerate(mapped.criteria):
            code, _, local = ref.partition("#")
            at = f"{path}.criteria.{index}"
            if code not in standards.criteria:
                yield error(at, f"there is no unit {code}{did_you_mean(code, standards.criteria)}")
            elif local not in standards.criteria[code]:
                yield error(at, f"{code} has no criterion {local}{did_you_mean(local, standards.criteria[code])}")


def levels_exist(role: RoleProfile, standards: Standards) -> Iterator[Problem]:
    """Every level that a line is mapped to is defined in its skill."""
    for path, mapped in _mapped(role):
        if mapped.skill is None or mapped.level is None:
            continue
        if mapped.skill not in standards.levels:
            yield error(
                f"{path}.skill", f"there is no skill {mapped.skill}{did_you_mean(mapped.skill, standards.levels)}"
            )
        elif mapped.level not in standards.levels[mapped.skill]:
            known = ", ".join(map(str, sorted(standards.levels[mapped.skill])))
            yield error(f"{path}.level", f"{mapped.skill} has no level {mapped.level}; it has {known}")


def nothing_is_mapped_twice(role: RoleProfile, _standards: Standards) -> Iterator[Problem]:
    """What shows a line is named once in it."""
    for path, _kind, line in role.each():
        names = Counter(name for mapped in line.mapped for name in mapped.names)
        for name, times in names.items():
            if times > 1:
                yield error(f"{path}.mapped", f"{line.id} names {name} {times} times; name it once")


def every_line_is_shown_or_says_why_not(role: RoleProfile, _standards: Standards) -> Iterator[Problem]:
    """A line is mapped, or declared, or its gap says why nothing shows it."""
    for path, kind, line in role.each():
        if kind is RoleLineKind.QUALIFICATION and line.declared is None:
            yield error(path, f"{line.id} is a qualification; say in `declared` what is shown and who checks it")
        elif line.cover is None and line.gap is None:
            yield error(path, f"{line.id} is mapped to nothing; map it, or say in `gap` why nothing shows it")
        elif line.cover is Covers.WHOLE and line.gap is not None:
            message = f"{line.id} is covered as a whole and yet has a gap; make it part, or leave it out"
            yield error(f"{path}.gap", message)
        elif line.cover is Covers.PART and line.gap is None:
            yield warning(path, f"{line.id} is covered in part only; say in `gap` what of it nothing shows")


CHECKS: tuple[Check, ...] = (
    ids_are_unique,
    criteria_exist,
    levels_exist,
    nothing_is_mapped_twice,
    every_line_is_shown_or_says_why_not,
)


def _mapped(role: RoleProfile) -> Iterator[tuple[str, Mapped]]:
    """Everything that lines are mapped to, each with its path in the file."""
    for path, _kind, line in role.each():
        for index, mapped in enumerate(line.mapped):
            yield f"{path}.mapped.{index}", mapped
