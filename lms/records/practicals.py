"""A practical sheet as the scorer meets it: tasks and rubrics as stored when it was drawn, to values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from assessments.marks import from_text
from lms.tables.assessing import PracticalSheetRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of a rubric; `share` of the criterion's marks."""

    share: Fraction
    label: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCriterion:
    """A criterion to score: what it asks, what shows it in this task, its levels; `available` in mark units."""

    ref: str
    code: str
    text: str
    evidence: str
    available: Fraction
    levels: tuple[Level, ...]

    def find_level(self, share: Fraction) -> Level | None:
        """The level with exactly that share."""
        return next((level for level in self.levels if level.share == share), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetUnit:
    """The task of one unit and the criteria it shows."""

    code: str
    title: str
    task: str
    minutes: int
    brief: str
    materials: tuple[str, ...]
    steps: tuple[str, ...]
    assessor_notes: str
    criteria: tuple[SheetCriterion, ...]


def units_of(sheet: PracticalSheetRow) -> tuple[SheetUnit, ...]:
    """The units of a sheet in order."""
    return tuple(_unit(part) for part in json.loads(sheet.face))


def refs_of(sheet: PracticalSheetRow) -> tuple[str, ...]:
    """The criteria of a sheet in order."""
    return tuple(criterion["ref"] for part in json.loads(sheet.face) for criterion in part["criteria"])


def criterion_from(line: Mapping[str, Any]) -> SheetCriterion:
    """A criterion as it is stored with its levels."""
    return SheetCriterion(
        ref=line["ref"],
        code=line["code"],
        text=line["text"],
        evidence=line["evidence"],
        available=from_text(str(line["available_marks"])),
        levels=tuple(
            Level(share=from_text(level["share"]), label=level["label"], description=level["description"])
            for level in line["levels"]
        ),
    )


def _unit(part: Mapping[str, Any]) -> SheetUnit:
    return SheetUnit(
        code=part["unit"],
        title=part["unit_title"],
        task=part["title"],
        minutes=part["minutes"],
        brief=part["brief"],
        materials=tuple(part["materials"]),
        steps=tuple(part["steps"]),
        assessor_notes=part["assessor_notes"],
        criteria=tuple(criterion_from(line) for line in part["criteria"]),
    )
