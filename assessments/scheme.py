"""Assessment schemes as files: reading them, checking them against their pack, and saying their rule in words."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from assessments.model import (
    Aggregation,
    AssessmentScheme,
    Cell,
    Component,
    CriterionMarks,
    MarksStatus,
    PassRule,
    PracticalScorer,
    ReassessmentPolicy,
    ReassessmentScope,
    TheoryRules,
    UnitMarks,
    unit_of,
)
from assessments.words import Message
from curriculum.documents import Document, read_path, validate
from curriculum.errors import ContentFaulty
from curriculum.loading import file_stem
from curriculum.model import QualificationPack
from curriculum.problems import Problem, error, warning

__all__ = [
    "Aggregation",
    "AssessmentScheme",
    "Cell",
    "Component",
    "CriterionMarks",
    "MarksStatus",
    "PassRule",
    "PracticalScorer",
    "ReassessmentPolicy",
    "ReassessmentScope",
    "TheoryRules",
    "UnitMarks",
    "check_scheme",
    "deciding_faults",
    "get_shipped_scheme",
    "load_scheme",
    "rule_in_words",
    "scheme_path",
    "unit_of",
]

SCHEMES = Path(__file__).parent / "schemes"
WHOLE = 100  # what unit weights add up to

Check = Callable[[AssessmentScheme, QualificationPack], Iterator[Problem]]


def scheme_path(pack_code: str, folder: Path = SCHEMES) -> Path:
    """The shipped scheme file of a pack."""
    return folder / f"{file_stem(pack_code)}.yaml"


def load_scheme(path: Path) -> tuple[AssessmentScheme | None, Document, list[Problem]]:
    """The scheme of a file, its document for places, and every fault of shape."""
    document, problems = read_path(path, f"assessments/schemes/{path.name}")
    if problems:
        return None, document, problems
    scheme, problems = validate(document, AssessmentScheme)
    return scheme, document, problems


def get_shipped_scheme(pack_code: str) -> AssessmentScheme:
    """The scheme that comes with a shipped pack; raises ContentFaulty when its file has errors."""
    scheme, _, problems = load_scheme(scheme_path(pack_code))
    if scheme is None:
        raise ContentFaulty(problems)
    return scheme


def check_scheme(scheme: AssessmentScheme, pack: QualificationPack) -> list[Problem]:
    """Every fault and oddity of a scheme against its pack, in order of the checks."""
    return [problem for check in CHECKS for problem in check(scheme, pack)]


def names_its_pack(scheme: AssessmentScheme, pack: QualificationPack) -> Iterator[Problem]:
    """The scheme is for this pack at this version."""
    if scheme.pack != pack.code:
        yield error("pack", f"is {scheme.pack}, the pack is {pack.code}")
    if scheme.pack_version != pack.version:
        yield error("pack_version", f"is {scheme.pack_version}, the pack is at {pack.version}")


def units_agree(scheme: AssessmentScheme, pack: QualificationPack) -> Iterator[Problem]:
    """Each unit of the pack has marks once, and no other unit has."""
    known = [unit.code for unit in pack.units]
    given = [unit.unit for unit in scheme.units]
    for index, code in enumerate(given):
        if code not in known:
            yield error(f"units.{index}.unit", f"{code} is not in {pack.code}")
        if given.index(code) != index:
            yield error(f"units.{index}.unit", f"{code} has marks already")
    for code in known:
        if code not in given and scheme.marks_status is not MarksStatus.MISSING:
            yield error("units", f"{code} has no marks")


def criteria_agree(scheme: AssessmentScheme, pack: QualificationPack) -> Iterator[Problem]:
    """Each criterion of a unit stands once in the unit's marks, and nothing else does."""
    known_in = {unit.code: [criterion.id for criterion in unit.criteria] for unit in pack.units}
    for place, unit in enumerate(scheme.units):
        known = known_in.get(unit.unit)
        if known is None:
            continue
        times = Counter(criterion.criterion for criterion in unit.criteria)
        for index, criterion in enumerate(unit.criteria):
            if criterion.criterion not in known:
                yield error(f"units.{place}.criteria.{index}.criterion", f"{criterion.criterion} is not in {unit.unit}")
        for name, count in times.items():
            if count > 1:
                yield error(f"units.{place}.criteria", f"{name} stands {count} times")
        for name in known:
            if name not in times:
                yield error(f"units.{place}.criteria", f"{name} has no marks")


def marks_add_up(scheme: AssessmentScheme, _pack: QualificationPack) -> Iterator[Problem]:
    """A printed total is the sum, criteria without marks are shown, and there is theory to ask."""
    for place, unit in enumerate(scheme.units):
        total = scheme.unit_total(unit.unit)
        if unit.marks is not None and unit.marks != total:
            yield warning(
                f"units.{place}.marks", f"is {unit.marks}, but the criteria add up to {total}; the sum counts"
            )
        carrying = {cell.ref for cell in unit.cells()}
        for index, criterion in enumerate(unit.criteria):
            if f"{unit.unit}#{criterion.criterion}" not in carrying:
                path = f"units.{place}.criteria.{index}"
                yield warning(path, f"{criterion.criterion} carries no marks and is not assessed")
    if scheme.units and not scheme.theory_refs:
        yield warning("units", "no criterion has theory marks, so there is no paper to draw")


def results_can_be_decided(scheme: AssessmentScheme, _pack: QualificationPack) -> Iterator[Problem]:
    """Nothing stands in the way of deciding; missing marks are told apart, as they may be given later."""
    if scheme.marks_status is not MarksStatus.MISSING:
        yield from deciding_faults(scheme)


def marks_are_known(scheme: AssessmentScheme, _pack: QualificationPack) -> Iterator[Problem]:
    """A scheme without known marks is kept, but nobody can be assessed by it."""
    if scheme.marks_status is MarksStatus.MISSING:
        yield warning("marks_status", "the marks are missing; nobody can be assessed until they are given")


CHECKS: tuple[Check, ...] = (
    names_its_pack,
    units_agree,
    criteria_agree,
    marks_add_up,
    results_can_be_decided,
    marks_are_known,
)


def deciding_faults(scheme: AssessmentScheme) -> Iterator[Problem]:
    """What in a scheme alone would make a decision wrong: units without marks, weights or floors that fit nothing."""
    if not scheme.units:
        yield error("units", "no unit has any marks")
    units = [unit.unit for unit in scheme.units]
    for place, code in enumerate(units):
        if scheme.unit_total(code) == 0:
            yield error(f"units.{place}", f"{code} has no marks at all")
    weights = scheme.pass_rule.unit_weights
    if weights is not None:
        yield from (
            error(f"pass_rule.unit_weights.{code}", "is not a unit here") for code in weights if code not in units
        )
        yield from (error("pass_rule.unit_weights", f"{code} has no weight") for code in units if code not in weights)
        if (total := sum(weights.values())) != WHOLE:
            yield error("pass_rule.unit_weights", f"add up to {total}, not {WHOLE}")
    for component in scheme.pass_rule.component_min_percent:
        if not scheme.refs_of(component):
            yield error(f"pass_rule.component_min_percent.{component}", "no criterion has marks of this component")


def rule_in_words(scheme: AssessmentScheme) -> tuple[Message, ...]:
    """What must be reached to pass, one sentence a condition, then where the marks come from."""
    rule = scheme.pass_rule
    needed = {"percent": rule.aggregate_percent}
    messages = [
        Message("To pass: at least %(percent)s %% of all marks.", needed)
        if rule.aggregation is Aggregation.RAW_SUM
        else Message("To pass: at least %(percent)s %% of the units' percentages, each counted by its weight.", needed)
    ]
    if rule.unit_min_percent is not None:
        messages.append(Message("And at least %(percent)s %% in every unit.", {"percent": rule.unit_min_percent}))
    messages += [
        Message(
            "And at least %(percent)s %% of the %(component)s marks.",
            {"percent": rule.component_min_percent[component], "component": component.value},
        )
        for component in Component
        if component in rule.component_min_percent
    ]
    messages.append(Message("Nothing is rounded: a figure just below the line does not pass."))
    if scheme.mark_unit != "1":
        messages.append(Message("Marks are counted in units of %(unit)s mark.", {"unit": scheme.mark_unit}))
    if scheme.specimen:
        messages.append(Message("The marks are sample figures, not official: every result is a specimen."))
    return tuple(messages)
