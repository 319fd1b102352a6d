"""What a good job role is: what it is mapped to exists, and every line is shown by something or says why not."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from curriculum.problems import Problem, did_you_mean, error, warning
from curriculum.roles import Covers, Mapped, RoleLineKind, RoleProfile
from curriculum.words import Message


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
            words = Message("%(id)s is used before; give each line an id of its own", {"id": line.id})
            yield error(f"{path}.id", words)


def criteria_exist(role: RoleProfile, standards: Standards) -> Iterator[Problem]:
    """Every criterion that a line is mapped to is one of a known unit."""
    for path, mapped in _mapped(role):
        for index, ref in enumerate(mapped.criteria):
            code, _, local = ref.partition("#")
            at = f"{path}.criteria.{index}"
            if code not in standards.criteria:
                facts = {"unit": code, "meant": did_you_mean(code, standards.criteria)}
                yield error(at, Message("there is no unit %(unit)s%(meant)s", facts))
            elif local not in standards.criteria[code]:
                meant = did_you_mean(local, standards.criteria[code])
                facts = {"unit": code, "criterion": local, "meant": meant}
                yield error(at, Message("%(unit)s has no criterion %(criterion)s%(meant)s", facts))


def levels_exist(role: RoleProfile, standards: Standards) -> Iterator[Problem]:
    """Every level that a line is mapped to is defined in its skill."""
    for path, mapped in _mapped(role):
        if mapped.skill is None or mapped.level is None:
            continue
        if mapped.skill not in standards.levels:
            meant = did_you_mean(mapped.skill, standards.levels)
            words = Message("there is no skill %(skill)s%(meant)s", {"skill": mapped.skill, "meant": meant})
            yield error(f"{path}.skill", words)
        elif mapped.level not in standards.levels[mapped.skill]:
            known = ", ".join(map(str, sorted(standards.levels[mapped.skill])))
            facts = {"skill": mapped.skill, "level": str(mapped.level), "levels": known}
            yield error(f"{path}.level", Message("%(skill)s has no level %(level)s; it has %(levels)s", facts))


def nothing_is_mapped_twice(role: RoleProfile, _standards: Standards) -> Iterator[Problem]:
    """What shows a line is named once in it."""
    for path, _kind, line in role.each():
        names = Counter(name for mapped in line.mapped for name in mapped.names)
        for name, times in names.items():
            if times > 1:
                facts = {"id": line.id, "name": name, "times": str(times)}
                yield error(f"{path}.mapped", Message("%(id)s names %(name)s %(times)s times; name it once", facts))


def every_line_is_shown_or_says_why_not(role: RoleProfile, _standards: Standards) -> Iterator[Problem]:
    """A line is mapped, or declared, or its gap says why nothing shows it."""
    for path, kind, line in role.each():
        fact = {"id": line.id}
        if kind is RoleLineKind.QUALIFICATION and line.declared is None:
            words = Message("%(id)s is a qualification; say in `declared` what is shown and who checks it", fact)
            yield error(path, words)
        elif line.cover is None and line.gap is None:
            words = Message("%(id)s is mapped to nothing; map it, or say in `gap` why nothing shows it", fact)
            yield error(path, words)
        elif line.cover is Covers.WHOLE and line.gap is not None:
            words = Message("%(id)s is covered as a whole and yet has a gap; make it part, or leave it out", fact)
            yield error(f"{path}.gap", words)
        elif line.cover is Covers.PART and line.gap is None:
            words = Message("%(id)s is covered in part only; say in `gap` what of it nothing shows", fact)
            yield warning(path, words)


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
