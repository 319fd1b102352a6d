"""Published content: rows to the values of the core. Values are immutable, so they are kept by their hash."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel

from assessments.model import AssessmentScheme
from assessments.tasks import TaskFile
from curriculum.documents import canonical_json, sha256
from curriculum.frameworks import FrameworkSkill
from curriculum.lessons import Lesson
from curriculum.model import NosUnit, QualificationPack
from curriculum.roles import RoleProfile
from lms.tables.content import (
    ItemVersionRow,
    LessonVersionRow,
    PackVersionRow,
    SchemeVersionRow,
    TaskVersionRow,
    UnitVersionRow,
)
from lms.tables.roles import RoleVersionRow
from lms.tables.skills import FrameworkVersionRow
from question_bank.model import ItemFace

_Value = TypeVar("_Value", bound=BaseModel)
_KEPT: dict[tuple[str, str], BaseModel] = {}
_MOST_KEPT = 4000


def pack_of(row: PackVersionRow) -> QualificationPack:
    """The pack of a pack version, with its units whole."""
    return _kept(row.sha256, QualificationPack, lambda: row.content)


def unit_of_row(row: UnitVersionRow) -> NosUnit:
    """The unit of a unit version."""
    return _kept(row.sha256, NosUnit, lambda: row.content)


def role_of(row: RoleVersionRow) -> RoleProfile:
    """The job role of a role version."""
    return _kept(row.sha256, RoleProfile, lambda: row.content)


def scheme_of(row: SchemeVersionRow) -> AssessmentScheme:
    """The scheme of a scheme version."""
    return scheme_by(row.sha256, lambda: row.content)


def scheme_by(digest: str, content: Callable[[], str]) -> AssessmentScheme:
    """The scheme of this hash; `content` is read where it is not kept yet."""
    return _kept(digest, AssessmentScheme, content)


def face_of(row: ItemVersionRow) -> ItemFace:
    """The face of an item version."""
    return _kept(row.sha256, ItemFace, lambda: row.content)


def task_file_of(row: TaskVersionRow) -> TaskFile:
    """The rubric and task templates of a unit."""
    return _kept(row.sha256, TaskFile, lambda: row.content)


def lesson_of(row: LessonVersionRow) -> Lesson:
    """A lesson."""
    return _kept(row.sha256, Lesson, lambda: row.content)


def skill_of(row: FrameworkVersionRow) -> FrameworkSkill:
    """A skill of a framework, in the language of its row."""
    return _kept(row.sha256, FrameworkSkill, lambda: row.content)


def stored(value: BaseModel) -> dict[str, str]:
    """The columns `content` and `sha256` for a value."""
    content = canonical_json(value)
    return {"content": content, "sha256": sha256(content)}


def _kept(digest: str, model: type[_Value], content: Callable[[], str]) -> _Value:
    key = (model.__name__, digest)
    value = _KEPT.get(key)
    if not isinstance(value, model):
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        value = model.model_validate_json(content())
        _KEPT[key] = value
    return value
