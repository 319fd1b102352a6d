"""The criteria of an assignment or an observation with their rubrics as they were when it was given: JSON, values."""

import json
from collections.abc import Collection, Mapping

from assessments.tasks import RubricCriterion, TaskFile
from curriculum.model import QualificationPack
from lms.records.practicals import SheetCriterion, criterion_from
from lms.tables.coursework import CourseworkRow


def criteria_of(row: CourseworkRow) -> tuple[SheetCriterion, ...]:
    """The criteria of an assignment or an observation, in the order of the pack. They carry no marks."""
    return tuple(criterion_from(line) for line in json.loads(row.face))


def refs_of(row: CourseworkRow) -> tuple[str, ...]:
    """The references of its criteria, in order."""
    return tuple(line["ref"] for line in json.loads(row.face))


def face_of(pack: QualificationPack, refs: Collection[str], files: Mapping[str, TaskFile]) -> str:
    """The JSON of some criteria of a pack with the rubrics of their units; raises KeyError for one without a rubric."""
    lines = []
    for unit in pack.units:
        for criterion in unit.criteria:
            ref = unit.ref(criterion.id)
            if ref in refs:
                levels = _rubric(files[unit.code], criterion.id).levels
                lines.append(
                    {
                        "ref": ref,
                        "code": criterion.id,
                        "text": criterion.text,
                        "evidence": "",
                        "available_marks": 0,
                        "levels": [level.model_dump() for level in levels],
                    }
                )
    return json.dumps(lines, ensure_ascii=False, separators=(",", ":"))


def rated_refs(pack: QualificationPack, files: Mapping[str, TaskFile]) -> frozenset[str]:
    """The criteria of a pack that have a rubric: those that can be scored."""
    return frozenset(f"{code}#{part.criterion}" for code, file in files.items() for part in file.rubric) & frozenset(
        pack.criterion_refs()
    )


def _rubric(file: TaskFile, criterion: str) -> RubricCriterion:
    found = next((part for part in file.rubric if part.criterion == criterion), None)
    if found is None:
        raise KeyError(criterion)
    return found
