"""Practical task templates: what a candidate is asked to do, with variants, and the unit's rubric."""

import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from curriculum.documents import Content, Document, read_path, validate
from curriculum.loading import file_stem
from curriculum.model import Identifier, NosUnit, Text
from curriculum.problems import Problem, did_you_mean, error
from question_bank.model import ItemId

TASKS = Path(__file__).parent / "practicals"
MIN_TASKS = 3
MIN_VARIANTS = 3
SLOTS = ("person", "product", "situation")
Share = Annotated[
    str, StringConstraints(pattern=r"^(0|1|[1-9]\d*/[1-9]\d*)$"), Field(examples=["0", "1/3", "2/3", "1"])
]


class RubricLevel(Content):
    """One level of performance: its share (0 to 1, as `n/d`) of the criterion's marks."""

    share: Share = Field(description="The part of the criterion's marks that this level is worth: 0, 1/3, 2/3 or 1")
    label: Text = Field(description="Its name in a word or two: Not shown, Partly, Fully")
    description: Text = Field(description="What is seen or heard at this level")

    @field_validator("share")
    @classmethod
    def _within_one(cls, value: str) -> str:
        if Fraction(value) > 1:
            raise ValueError("is more than 1; a share is between 0 and 1, such as 1/3")
        return value


class RubricCriterion(Content):
    """How one PC is scored: levels from nothing shown to fully shown."""

    criterion: Identifier = Field(description="A criterion of the unit: PC4")
    levels: tuple[RubricLevel, ...] = Field(min_length=2, description="From share 0 to share 1, rising")


class Variant(Content):
    """One person, product or situation that a task is told with."""

    id: ItemId = Field(description="A short name, different from its neighbours': p1")
    text: Text = Field(description="The words that are put into the brief")


class PracticalTask(Content):
    """One task template. Its brief holds {person}, {product} and {situation}."""

    id: ItemId = Field(description="Unit and number: asc-n1105-t1")
    version: int = Field(default=1, ge=1, description="Raised by one when a published task changes")
    title: Text = Field(description="What the task is, in a few words")
    minutes: int = Field(ge=5, le=120, description="How long a candidate has")
    materials: tuple[Text, ...] = Field(default=(), description="What must be in the room")
    brief: Text = Field(description="What the candidate is told, with {person}, {product} and {situation}")
    steps: tuple[Text, ...] = Field(min_length=1, description="What the candidate is asked to do, one by one")
    assessor_notes: Text = Field(description="How to set it up and play the other part, the same for everyone")
    persons: tuple[Variant, ...] = Field(description="At least three people the task can be told with")
    products: tuple[Variant, ...] = Field(description="At least three things it can be about")
    situations: tuple[Variant, ...] = Field(description="At least three circumstances it can happen in")
    evidence: Mapping[Identifier, Text] = Field(description="For each criterion, what shows it in this task")


class TaskFile(Content):
    """The practical of one unit: a rubric for every practical PC and the task templates."""

    unit: Text = Field(description="The code of the unit: ASC/N1105")
    rubric: tuple[RubricCriterion, ...] = Field(description="One entry for every criterion, used by all tasks")
    tasks: tuple[PracticalTask, ...] = Field(description="At least three, each showing every criterion of the unit")


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
    known = {criterion.id: None for criterion in unit.criteria}
    given: set[str] = set()
    for index, part in enumerate(tasks.rubric):
        path = f"rubric.{index}"
        if part.criterion not in known:
            message = f"{part.criterion} is not in {unit.code}{did_you_mean(part.criterion, known)}"
            yield error(f"{path}.criterion", message)
        if part.criterion in given:
            yield error(f"{path}.criterion", f"{part.criterion} has a rubric already; keep one")
        given.add(part.criterion)
        yield from _shares_rise(part, path)
    for missing in (name for name in known if name not in given):
        yield error("rubric", f"{missing} has no rubric")


def _shares_rise(part: RubricCriterion, path: str) -> Iterator[Problem]:
    shares = [Fraction(level.share) for level in part.levels]
    if shares[0] != 0:
        yield error(f"{path}.levels.0.share", f"is {part.levels[0].share}; the first level has share 0")
    if shares[-1] != 1:
        last = len(shares) - 1
        yield error(f"{path}.levels.{last}.share", f"is {part.levels[last].share}; the last level has share 1")
    for index in range(1, len(shares)):
        if shares[index] <= shares[index - 1]:
            message = f"is not more than the level before, {part.levels[index - 1].share}; shares rise from 0 to 1"
            yield error(f"{path}.levels.{index}.share", message)


def ids_are_unique(tasks: TaskFile, _unit: NosUnit) -> Iterator[Problem]:
    """An id names one task, and one variant among its neighbours."""
    met: set[str] = set()
    for index, task in enumerate(tasks.tasks):
        if task.id in met:
            yield error(f"tasks.{index}.id", f"{task.id} is another task already; give this one another id")
        met.add(task.id)
        for name, variants in _variants(task):
            ids: set[str] = set()
            for place, variant in enumerate(variants):
                if variant.id in ids:
                    path = f"tasks.{index}.{name}.{place}.id"
                    yield error(path, f"{variant.id} stands here again; give this one another id")
                ids.add(variant.id)


def every_task_covers_every_criterion(tasks: TaskFile, unit: NosUnit) -> Iterator[Problem]:
    """Each task alone lets a candidate show every criterion, with evidence named for each."""
    known = {criterion.id: None for criterion in unit.criteria}
    for index, task in enumerate(tasks.tasks):
        for name in known:
            if name not in task.evidence:
                yield error(f"tasks.{index}.evidence", f"does not say what shows {name}")
        for name in task.evidence:
            if name not in known:
                yield error(f"tasks.{index}.evidence.{name}", f"is not in {unit.code}{did_you_mean(name, known)}")


def tasks_vary(tasks: TaskFile, _unit: NosUnit) -> Iterator[Problem]:
    """At least three tasks, each told with at least three persons, products and situations."""
    if len(tasks.tasks) < MIN_TASKS:
        yield error("tasks", f"has {len(tasks.tasks)} of the {MIN_TASKS} tasks that a unit needs")
    for index, task in enumerate(tasks.tasks):
        for name, variants in _variants(task):
            different = len({variant.text for variant in variants})
            if different < MIN_VARIANTS:
                yield error(f"tasks.{index}.{name}", f"has {different} different; give at least {MIN_VARIANTS}")


def briefs_have_their_slots(tasks: TaskFile, _unit: NosUnit) -> Iterator[Problem]:
    """A brief has a place for the person, the product and the situation, and no other in curly brackets."""
    for index, task in enumerate(tasks.tasks):
        for slot in SLOTS:
            if "{" + slot + "}" not in task.brief:
                yield error(f"tasks.{index}.brief", f"must hold {{{slot}}}")
        for slot in dict.fromkeys(re.findall(r"\{(\w+)\}", task.brief)):
            if slot not in SLOTS:
                message = f"nothing is put in place of {{{slot}}}{did_you_mean(slot, SLOTS)}"
                yield error(f"tasks.{index}.brief", message)


Check = Callable[[TaskFile, NosUnit], Iterator[Problem]]
CHECKS: tuple[Check, ...] = (
    rubric_covers_the_unit,
    ids_are_unique,
    every_task_covers_every_criterion,
    tasks_vary,
    briefs_have_their_slots,
)


def _variants(task: PracticalTask) -> tuple[tuple[str, tuple[Variant, ...]], ...]:
    return ("persons", task.persons), ("products", task.products), ("situations", task.situations)
