"""Practical task templates: what a candidate is asked to do, with variants, and the unit's rubric."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from curriculum.documents import Content, Document, read_path, validate
from curriculum.loading import file_stem
from curriculum.model import Identifier, NosUnit, Text
from curriculum.problems import Problem, error
from question_bank.model import ItemId

TASKS = Path(__file__).parent / "practicals"
MIN_TASKS = 3
MIN_VARIANTS = 3
Share = Annotated[str, StringConstraints(pattern=r"^(0|1|[1-9]\d*/[1-9]\d*)$")]


class RubricLevel(Content):
    """One level of performance: its share (0 to 1, as `n/d`) of the criterion's marks."""

    share: Share
    label: Text
    description: Text

    @field_validator("share")
    @classmethod
    def _within_one(cls, value: str) -> str:
        if Fraction(value) > 1:
            raise ValueError("a share is between 0 and 1, such as 1/3")
        return value


class RubricCriterion(Content):
    """How one PC is scored: levels from nothing shown to fully shown."""

    criterion: Identifier
    levels: tuple[RubricLevel, ...] = Field(min_length=2)


class Variant(Content):
    """One person, product or situation that a task is told with."""

    id: ItemId
    text: Text


class PracticalTask(Content):
    """One task template. Its brief holds {person}, {product} and {situation}."""

    id: ItemId
    version: int = Field(default=1, ge=1)
    title: Text
    minutes: int = Field(ge=5, le=120)
    materials: tuple[Text, ...] = ()
    brief: Text
    steps: tuple[Text, ...] = Field(min_length=1)
    assessor_notes: Text
    persons: tuple[Variant, ...]
    products: tuple[Variant, ...]
    situations: tuple[Variant, ...]
    evidence: Mapping[Identifier, Text]


class TaskFile(Content):
    """The practical of one unit: a rubric for every practical PC and the task templates."""

    unit: Text
    rubric: tuple[RubricCriterion, ...]
    tasks: tuple[PracticalTask, ...]


def load_tasks(path: Path) -> tuple[TaskFile | None, Document, list[Problem]]:
    """The tasks of one unit's file, its document for places, and every fault of shape."""
    document, problems = read_path(path, f"assessments/practicals/{path.name}")
    if problems:
        return None, document, problems
    tasks, problems = validate(document, TaskFile)
    return tasks, document, problems


def tasks_path(unit_code: str, folder: Path = TASKS) -> Path:
    """The task file of a unit."""
    return folder / f"{file_stem(unit_code)}.yaml"


def check_tasks(tasks: TaskFile, unit: NosUnit) -> list[Problem]:
    """Every fault of a task file against its unit."""
    return [problem for check in CHECKS for problem in check(tasks, unit)]


def rubric_covers_the_unit(tasks: TaskFile, unit: NosUnit) -> Iterator[Problem]:
    """Each criterion has one rubric whose levels rise from 0 to 1."""
    known = [criterion.id for criterion in unit.criteria]
    given = [part.criterion for part in tasks.rubric]
    for index, part in enumerate(tasks.rubric):
        path = f"rubric.{index}"
        if part.criterion not in known:
            yield error(f"{path}.criterion", f"{part.criterion} is not in {unit.code}")
        if given.index(part.criterion) != index:
            yield error(f"{path}.criterion", f"{part.criterion} has a rubric already")
        shares = [Fraction(level.share) for level in part.levels]
        if shares[0] != 0 or shares[-1] != 1 or sorted(set(shares)) != shares:
            yield error(f"{path}.levels", "shares must rise from 0 to 1 without repeats")
    for missing in (name for name in known if name not in given):
        yield error("rubric", f"{missing} has no rubric")


def every_task_covers_every_criterion(tasks: TaskFile, unit: NosUnit) -> Iterator[Problem]:
    """Each task alone lets a candidate show every criterion, with evidence named for each."""
    known = [criterion.id for criterion in unit.criteria]
    for index, task in enumerate(tasks.tasks):
        for name in known:
            if name not in task.evidence:
                yield error(f"tasks.{index}.evidence", f"does not say what shows {name}")
        for name in task.evidence:
            if name not in known:
                yield error(f"tasks.{index}.evidence.{name}", f"is not in {unit.code}")


def tasks_vary(tasks: TaskFile, _unit: NosUnit) -> Iterator[Problem]:
    """At least three tasks, each told with at least three persons, products and situations."""
    if len(tasks.tasks) < MIN_TASKS:
        yield error("tasks", f"has {len(tasks.tasks)} tasks; a unit needs {MIN_TASKS}")
    for index, task in enumerate(tasks.tasks):
        for name, variants in (("persons", task.persons), ("products", task.products), ("situations", task.situations)):
            if len({variant.text for variant in variants}) < MIN_VARIANTS:
                yield error(
                    f"tasks.{index}.{name}", f"has {len(variants)}; give at least {MIN_VARIANTS} different ones"
                )
            if len({variant.id for variant in variants}) < len(variants):
                yield error(f"tasks.{index}.{name}", "two variants have the same id")
        for slot in ("person", "product", "situation"):
            if "{" + slot + "}" not in task.brief:
                yield error(f"tasks.{index}.brief", f"must hold {{{slot}}}")


CHECKS = (rubric_covers_the_unit, every_task_covers_every_criterion, tasks_vary)
