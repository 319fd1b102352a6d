"""What was drawn, to what is stored and shown: papers and practical sheets as faces, and back as drawn."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from assessments.marks import to_text
from assessments.model import AssessmentScheme
from assessments.papers import Paper, paper_from_json, paper_json
from assessments.practicals import Practical, PracticalPart, brief_of, practical_from_json, practical_json
from assessments.scoring import practical_worths
from assessments.tasks import PracticalTask, TaskFile
from curriculum.documents import canonical_json
from curriculum.model import NosUnit, QualificationPack
from lms.tables.assessing import PaperRow, PracticalSheetRow
from lms.tables.mocks import MockExamRow
from question_bank.model import ItemFace


def paper_row(candidate_id: int, pack_version_id: int, paper: Paper, faces: Mapping[str, ItemFace]) -> PaperRow:
    """A paper as it is stored: as drawn, and as shown; `faces` holds its items by id, at the drawn versions."""
    return PaperRow(
        candidate_id=candidate_id,
        pack_version_id=pack_version_id,
        face_hash=paper.face_hash,
        content=canonical_json(paper_json(paper)),
        face=canonical_json(paper_face(paper, faces)),
    )


def paper_of(row: PaperRow | MockExamRow) -> Paper:
    """The paper as drawn; raises ValueError when it was changed after."""
    return paper_from_json(json.loads(row.content))


def items_in(content: str) -> frozenset[str]:
    """The ids of the items of a stored paper, where nothing else of it is needed."""
    return frozenset(line["item"] for line in json.loads(content)["lines"])


def paper_face(paper: Paper, faces: Mapping[str, ItemFace]) -> list[dict[str, Any]]:
    """What a candidate sees: each item's stem and options in drawn order, in every language, and nothing of keys."""
    lines = []
    for line in paper.lines:
        face = faces[line.item]
        texts = {option.id: option.text for option in face.options}
        options = [{"id": option, "text": texts[option]} for option in line.options]
        own = {"number": line.number, "item": line.item, "unit": face.unit, "kind": face.kind}
        others = face.model_dump(mode="json", include={"translations"}, exclude_none=True)
        lines.append(own | {"stem": face.stem, "options": options} | others)
    return lines


def sheet_row(
    candidate_id: int, centre_id: int, practical: Practical, face: Sequence[Mapping[str, Any]]
) -> PracticalSheetRow:
    """A practical as it is stored: as drawn, and as shown to the scorer."""
    return PracticalSheetRow(
        candidate_id=candidate_id,
        centre_id=centre_id,
        face_hash=practical.face_hash,
        content=canonical_json(practical_json(practical)),
        face=canonical_json(list(face)),
    )


def practical_of(row: PracticalSheetRow) -> Practical:
    """The practical as drawn; raises ValueError when it was changed after."""
    return practical_from_json(json.loads(row.content))


def practical_face(
    practical: Practical, pack: QualificationPack, scheme: AssessmentScheme, task_files: Sequence[TaskFile]
) -> list[dict[str, Any]]:
    """All that scoring needs, a part for each unit: the task with its slots filled, and each criterion's rubric."""
    units = {unit.code: unit for unit in pack.units}
    files = {tasks.unit: tasks for tasks in task_files}
    return [_part(part, units[part.unit], files[part.unit], scheme) for part in practical.parts]


def _part(part: PracticalPart, unit: NosUnit, tasks: TaskFile, scheme: AssessmentScheme) -> dict[str, Any]:
    task = next(task for task in tasks.tasks if (task.id, task.version) == (part.task, part.version))
    return {
        "unit": unit.code,
        "unit_title": unit.title,
        "task": task.id,
        "title": task.title,
        "minutes": task.minutes,
        "materials": list(task.materials),
        "brief": brief_of(task, part),
        "steps": list(task.steps),
        "assessor_notes": task.assessor_notes,
        "criteria": _criteria(unit, task, tasks, scheme),
    }


def _criteria(unit: NosUnit, task: PracticalTask, tasks: TaskFile, scheme: AssessmentScheme) -> list[dict[str, Any]]:
    """The criteria of a unit that bring practical marks, each with its rubric and the evidence the task gives."""
    worths = practical_worths(scheme, unit)
    rubric = {line.criterion: line.levels for line in tasks.rubric}
    return [
        {
            "ref": unit.ref(criterion.id),
            "code": criterion.id,
            "text": criterion.text,
            "available_marks": to_text(worths[unit.ref(criterion.id)]),
            "evidence": task.evidence[criterion.id],
            "levels": [level.model_dump(mode="json") for level in rubric[criterion.id]],
        }
        for criterion in unit.criteria
        if unit.ref(criterion.id) in worths
    ]
