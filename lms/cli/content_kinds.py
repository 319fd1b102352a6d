"""The kinds of content file: what each holds, the folder it stands in, and how a file is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from assessments.model import AssessmentScheme
from assessments.scheme import SCHEMES
from assessments.tasks import TASKS, TaskFile
from certificates.loading import DESIGNS
from certificates.model import CertificateFacts, Design
from curriculum.frameworks import FRAMEWORKS, FrameworkSkill
from curriculum.lessons import LessonHeader
from curriculum.loading import PACKS, UNITS
from curriculum.model import NosUnit, PackDocument
from curriculum.problems import did_you_mean
from curriculum.roles import ROLES, RoleProfile
from lms.settings import ROOT
from question_bank.loading import ITEMS, ItemFile

LESSONS = ROOT / "lms" / "lessons"


class Kind(StrEnum):
    """What a content file holds."""

    PACK = "pack"
    UNIT = "unit"
    ITEMS = "items"
    TASKS = "tasks"
    SCHEME = "scheme"
    LESSON = "lesson"
    ROLE = "role"
    FRAMEWORK = "framework"
    DESIGN = "design"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a kind of file holds, what people call it, and the folder of those that come with the software."""

    model: type[BaseModel]
    title: str
    shipped: Path
    pattern: str = "*.yaml"


SHAPES: Mapping[Kind, Shape] = {
    Kind.PACK: Shape(model=PackDocument, title="Qualification pack", shipped=PACKS),
    Kind.UNIT: Shape(model=NosUnit, title="Unit (NOS)", shipped=UNITS),
    Kind.ITEMS: Shape(model=ItemFile, title="Items of a unit", shipped=ITEMS),
    Kind.TASKS: Shape(model=TaskFile, title="Practical of a unit", shipped=TASKS),
    Kind.SCHEME: Shape(model=AssessmentScheme, title="Assessment scheme", shipped=SCHEMES),
    Kind.LESSON: Shape(model=LessonHeader, title="Front matter of a lesson", shipped=LESSONS, pattern="*/*.md"),
    Kind.ROLE: Shape(model=RoleProfile, title="Job role", shipped=ROLES),
    Kind.FRAMEWORK: Shape(model=FrameworkSkill, title="Skill of a framework", shipped=FRAMEWORKS),
    Kind.DESIGN: Shape(model=Design, title="Certificate design", shipped=DESIGNS, pattern="*/design.yaml"),
    Kind.SAMPLE: Shape(model=CertificateFacts, title="Certificate to show", shipped=DESIGNS, pattern="*/sample.yaml"),
}
# A council's own folder has these names too.
FOLDERS = {shape.shipped.name: kind for kind, shape in SHAPES.items() if kind not in {Kind.DESIGN, Kind.SAMPLE}}


def kind_by_folder(path: Path) -> Kind | None:
    """What a file holds by the folder it stands in, or for a lesson by the folder above."""
    if path.suffix.lower() == ".md":
        return Kind.LESSON
    kind = FOLDERS.get(path.parent.name)
    return None if kind is Kind.LESSON else kind


def kind_by_names(value: Any) -> Kind | None:
    """What a file holds by its outermost names, misspelt ones counted half; None when most are strange."""
    if not isinstance(value, dict) or not value:
        return None
    points = {kind: _likeness(value, shape.model) for kind, shape in SHAPES.items()}
    best = max(points, key=lambda kind: points[kind])
    return best if points[best] >= len(value) else None


def _likeness(value: Mapping[str, Any], model: type[BaseModel]) -> int:
    known = list(model.model_fields)
    return sum(2 if name in known else bool(did_you_mean(name, known)) for name in value)
