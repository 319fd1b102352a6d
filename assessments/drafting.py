"""Starting a scheme: the plainest one for a pack, or an earlier one carried over to the pack as it is now."""

from assessments.model import (
    AssessmentScheme,
    Component,
    CriterionMarks,
    MarksStatus,
    PassRule,
    PracticalScorer,
    ReassessmentPolicy,
    ReassessmentScope,
    TheoryRules,
    UnitMarks,
)
from curriculum.model import NosUnit, QualificationPack

UNIT_MARKS = 100
EVEN = 50


def scheme_code(pack_code: str) -> str:
    """The code of all schemes of a pack."""
    return f"{pack_code}-SCHEME"


def first_scheme(pack: QualificationPack) -> AssessmentScheme:
    """A sample scheme in which every criterion counts the same, half in theory and half in practice."""
    return AssessmentScheme(
        code=scheme_code(pack.code),
        version="1",
        title=f"{pack.title}, assessment scheme",
        pack=pack.code,
        pack_version=pack.version,
        marks_status=MarksStatus.SAMPLE,
        practical_scorer=PracticalScorer.ASSESSOR,
        theory=TheoryRules(minutes=90),
        pass_rule=PassRule(aggregate_percent="70"),
        reassessment=ReassessmentPolicy(
            scope=ReassessmentScope.PACK,
            max_attempts=2,
            apply_within_days=15,
            hold_within_days=90,
            absent_may=True,
            dropped_out_may=False,
        ),
        attendance_min_percent="70",
        units=tuple(_plain_unit(unit) for unit in pack.units),
    )


def carried_over(base: AssessmentScheme, pack: QualificationPack, number: int) -> AssessmentScheme:
    """An earlier scheme as draft `number` for this pack.

    Units and criteria follow the pack: what both have keeps its marks, what is new starts plainly
    (without marks in a unit whose marks are typed), what is gone falls out.
    """
    known = {unit.unit: unit for unit in base.units}
    units = tuple(
        _carried_unit(known[unit.code], unit) if unit.code in known else _plain_unit(unit) for unit in pack.units
    )
    given = {
        "code": scheme_code(pack.code),
        "version": str(number),
        "title": f"{pack.title}, assessment scheme",
        "pack": pack.code,
        "pack_version": pack.version,
        "units": units,
    }
    kept = {name: getattr(base, name) for name in AssessmentScheme.model_fields}
    return AssessmentScheme.model_validate({**kept, **given})


def _plain_unit(unit: NosUnit) -> UnitMarks:
    criteria = tuple(_plain(criterion.id) for criterion in unit.criteria)
    return UnitMarks(unit=unit.code, marks=UNIT_MARKS, criteria=criteria)


def _plain(criterion: str) -> CriterionMarks:
    return CriterionMarks(criterion=criterion, importance=1, theory_percent=EVEN)


def _carried_nodes(base: UnitMarks, unit: NosUnit) -> UnitMarks:
    """A unit with marks of its own or of elements: they stay, and the criteria that are still there keep theirs."""
    elements = tuple(node for node in base.elements or () if node.element <= len(unit.elements))
    present = {criterion.id for criterion in unit.criteria}
    lines = tuple(line for line in base.criteria if line.criterion in present)
    if all(line.marks is None and not line.importance for line in lines):
        lines = ()
    if not lines and not elements and base.whole is None:
        return _plain_unit(unit)
    return UnitMarks(unit=unit.code, marks=base.marks, whole=base.whole, elements=elements or None, criteria=lines)


def _carried_unit(base: UnitMarks, unit: NosUnit) -> UnitMarks:
    known = {line.criterion: line for line in base.criteria}
    if base.whole is not None or base.elements:
        return _carried_nodes(base, unit)
    typed = any(line.marks is not None for line in base.criteria)
    lines = tuple(
        known.get(criterion.id)
        or (CriterionMarks(criterion=criterion.id, marks={Component.THEORY: 0}) if typed else _plain(criterion.id))
        for criterion in unit.criteria
    )
    if not typed and not any(line.importance for line in lines):
        return _plain_unit(unit)
    return UnitMarks(unit=unit.code, marks=base.marks, criteria=lines)
