"""What a good pack is. Each check is a generator; `CHECKS` is the list of rules.

Real packs repeat, misnumber and cut off lines; those are kept as printed and told as warnings.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher

from curriculum.model import NosUnit, PerformanceCriterion, QualificationPack, Statement
from curriculum.problems import Problem, error, warning

Line = PerformanceCriterion | Statement
Check = Callable[[QualificationPack], Iterator[Problem]]
ALIKE = 0.95  # from here on two lines differ by a word or less
_GLUED = re.compile(r"\b(with|good|in|on|the|mutual)(colleagues|working|which|individuals|importance|respect)\b")


def check_pack(pack: QualificationPack) -> list[Problem]:
    """Every fault and oddity of a pack."""
    return [problem for check in CHECKS for problem in check(pack)]


def units_are_unique(pack: QualificationPack) -> Iterator[Problem]:
    """A unit stands once in a pack."""
    for code, times in Counter(unit.code for unit in pack.units).items():
        if times > 1:
            yield error("units", f"{code} is listed {times} times")


def ids_are_unique(pack: QualificationPack) -> Iterator[Problem]:
    """An id names one line of its unit."""
    for unit in pack.units:
        for name, times in Counter(line.id for line in _lines(unit)).items():
            if times > 1:
                yield error(unit.ref(name), f"is used {times} times; name the second {name}-2")


def every_unit_has_criteria(pack: QualificationPack) -> Iterator[Problem]:
    """A unit without criteria cannot be assessed, and an element without them says nothing."""
    for unit in pack.units:
        for element in unit.elements:
            if not element.criteria:
                yield error(unit.code, f"the element “{element.title}” has no criteria")
        if not unit.elements:
            yield error(unit.code, "has no elements")


def numbering_runs(pack: QualificationPack) -> Iterator[Problem]:
    """Printed numbers run from 1 without gaps."""
    for unit in pack.units:
        for lines in _columns(unit):
            numbers = [int(re.sub(r"\D", "", line.id.partition("-")[0])) for line in lines]
            if numbers != list(range(1, len(numbers) + 1)):
                yield warning(unit.code, f"{lines[0].id[:2]} numbers are {numbers}, not 1 to {len(numbers)}")


def codes_are_plain(pack: QualificationPack) -> Iterator[Problem]:
    """A printed code is its id; others are kept as printed."""
    for unit in pack.units:
        for line in _lines(unit):
            if line.code.rstrip(".") != line.code:
                yield warning(unit.ref(line.id), f"is printed “{line.code}”")


def texts_are_whole(pack: QualificationPack) -> Iterator[Problem]:
    """Lines that break off, start in mid-sentence or run words together are shown."""
    for unit in pack.units:
        for line in _lines(unit):
            if line.text.count("(") != line.text.count(")"):
                yield warning(unit.ref(line.id), "has a bracket that is not closed; the text may be cut off")
            if glued := _GLUED.search(line.text):
                yield warning(unit.ref(line.id), f"runs words together: “{glued.group()}”")
            if line.text.split()[-1] in {"from", "the", "of", "and", "to"}:
                yield warning(unit.ref(line.id), f"ends with “{line.text.split()[-1]}”; the text may be cut off")


def texts_differ(pack: QualificationPack) -> Iterator[Problem]:
    """Lines of one unit that say the same, or nearly, are shown."""
    for unit in pack.units:
        for lines in _columns(unit):
            for index, line in enumerate(lines):
                if twin := _find_twin(line, lines[:index]):
                    yield warning(
                        unit.ref(line.id),
                        f"says {'the same' if twin.text == line.text else 'nearly the same'} as {twin.id}",
                    )


CHECKS: tuple[Check, ...] = (
    units_are_unique,
    ids_are_unique,
    every_unit_has_criteria,
    numbering_runs,
    codes_are_plain,
    texts_are_whole,
    texts_differ,
)


def _columns(unit: NosUnit) -> tuple[tuple[Line, ...], ...]:
    return unit.criteria, unit.knowledge, unit.skills


def _lines(unit: NosUnit) -> tuple[Line, ...]:
    return tuple(line for lines in _columns(unit) for line in lines)


def _find_twin(line: Line, earlier: Sequence[Line]) -> Line | None:
    for one in earlier:
        match = SequenceMatcher(None, one.text, line.text)
        if match.quick_ratio() >= ALIKE and match.ratio() >= ALIKE:
            return one
    return None
