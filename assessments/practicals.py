"""Drawing practicals: one task a unit for each candidate, told with different people, products and situations."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

from assessments.errors import NoUniquePractical, TasksMissing
from assessments.model import AssessmentScheme, unit_of
from assessments.randomness import stream_for
from assessments.tasks import PracticalTask, TaskFile, Variant
from curriculum.documents import canonical_json, sha256

NOTHING_MET: Mapping[str, AbstractSet[str]] = {}
SLOTS = ("person", "product", "situation")
_ELEMENT = re.compile(r"E[1-9]\d*")
_SLOT = re.compile(r"\{(" + "|".join(SLOTS) + r")\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticalPart:
    """The task of one unit, with the variants that fill its slots, all by id."""

    unit: str
    task: str
    version: int
    person: str
    product: str
    situation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Practical:
    """What one candidate is asked to do, a part for each unit; `face_hash` tells it from every other practical."""

    candidate: str
    parts: tuple[PracticalPart, ...]
    face_hash: str


def draw_practicals(
    task_files: Sequence[TaskFile],
    *,
    candidates: Sequence[str],
    seed: bytes,
    taken: AbstractSet[str] = frozenset(),
    met: Mapping[str, AbstractSet[str]] = NOTHING_MET,
) -> tuple[Practical, ...]:
    """One practical for each candidate, in their order; the same for the same seed, whatever the order of tasks.

    Neighbours in `candidates` get different tasks in every unit that has two; no face hash is in `taken` or comes
    twice; tasks a candidate did before (`met`: task ids by candidate) are avoided where another is left. Raises
    NoUniquePractical for the first candidate for whom no unused practical is left.
    """
    if len(set(candidates)) != len(candidates):
        raise ValueError("a candidate is named twice")
    units = [_UnitTasks(tasks, seed) for tasks in task_files]
    used = set(taken)
    practicals: list[Practical] = []
    for candidate in candidates:
        before = practicals[-1].parts if practicals else (None,) * len(units)
        known = met.get(candidate, frozenset())
        parts = tuple(unit.next_part(last, known) for unit, last in zip(units, before, strict=True))
        if face_hash(parts) in used:
            parts = _first_unused(units, before, candidate, used)
        for unit, part in zip(units, parts, strict=True):
            unit.count(part)
        practicals.append(Practical(candidate=candidate, parts=parts, face_hash=face_hash(parts)))
        used.add(practicals[-1].face_hash)
    return tuple(practicals)


def tasks_for(
    scheme: AssessmentScheme, task_files: Iterable[TaskFile], *, units: AbstractSet[str] | None = None
) -> tuple[TaskFile, ...]:
    """The task files that a practical by this scheme is drawn from, in order of its units; or of chosen units only.

    One part a unit then covers every node with practical marks exactly once. Raises TasksMissing with everything that
    no task would cover: units without tasks, criteria without a rubric or without evidence in some task.
    """
    files = {tasks.unit: tasks for tasks in task_files}
    refs = [ref for ref in scheme.practical_refs if units is None or unit_of(ref) in units]
    needed = list(dict.fromkeys(unit_of(ref) for ref in refs))
    missing = [ref for ref in refs if unit_of(ref) in files and not _covers(files[unit_of(ref)], ref)]
    missing += [unit for unit in needed if unit not in files]
    if missing:
        raise TasksMissing(missing)
    return tuple(files[unit] for unit in needed)


def _covers(tasks: TaskFile, ref: str) -> bool:
    """Whether every task of the unit lets the node be shown; an element or a whole unit is shown by any criterion."""
    criterion = ref.partition("#")[2]
    rubrics = {line.criterion for line in tasks.rubric}
    if not criterion or _ELEMENT.fullmatch(criterion):
        return bool(tasks.tasks) and bool(rubrics)
    return criterion in rubrics and bool(tasks.tasks) and all(criterion in task.evidence for task in tasks.tasks)


def face_hash(parts: Sequence[PracticalPart]) -> str:
    """SHA-256 of the canonical JSON of the parts, in order."""
    return sha256(canonical_json([asdict(part) for part in parts]))


def brief_of(task: PracticalTask, part: PracticalPart) -> str:
    """The task's brief with its slots filled; raises ValueError when the part is of another task or version."""
    if (task.id, task.version) != (part.task, part.version):
        raise ValueError(f"the part is of {part.task} at version {part.version}, not of {task.id} at {task.version}")
    texts = {
        "person": {variant.id: variant.text for variant in task.persons}[part.person],
        "product": {variant.id: variant.text for variant in task.products}[part.product],
        "situation": {variant.id: variant.text for variant in task.situations}[part.situation],
    }
    return _SLOT.sub(lambda slot: texts[slot.group(1)], task.brief)


def practical_json(practical: Practical) -> dict[str, Any]:
    """The practical as plain JSON values."""
    parts = [asdict(part) for part in practical.parts]
    return {"candidate": practical.candidate, "parts": parts, "face_hash": practical.face_hash}


def practical_from_json(value: Mapping[str, Any]) -> Practical:
    """The practical that `practical_json` wrote; raises ValueError when its hash is not that of its parts."""
    parts = tuple(PracticalPart(**part) for part in value["parts"])
    if face_hash(parts) != value["face_hash"]:
        raise ValueError(f"the practical of {value['candidate']} was changed after it was drawn")
    return Practical(candidate=value["candidate"], parts=parts, face_hash=value["face_hash"])


class _UnitTasks:
    """The tasks of a unit with the variants of each, and how often each was given in this draw."""

    def __init__(self, tasks: TaskFile, seed: bytes) -> None:
        self._unit = tasks.unit
        self._tasks = {task.id: task for task in sorted(tasks.tasks, key=lambda task: task.id)}
        self._seed = seed
        self._stream = stream_for(seed, "practical", tasks.unit)
        self._times: Counter[tuple[str, str, str]] = Counter()

    def next_part(self, neighbour: PracticalPart | None, met: AbstractSet[str]) -> PracticalPart:
        """A part of what was given least so far, unlike the neighbour's, and of a task not met if there is one."""
        last = neighbour.task if neighbour else None
        unmet = [task for task in self._tasks if task not in met and task != last]
        task = self._tasks[self._least_given("", "task", unmet or list(self._tasks), last)]
        same = neighbour if neighbour and neighbour.task == task.id else None
        return PracticalPart(
            unit=self._unit,
            task=task.id,
            version=task.version,
            person=self._variant(task, "person", task.persons, same.person if same else None),
            product=self._variant(task, "product", task.products, same.product if same else None),
            situation=self._variant(task, "situation", task.situations, same.situation if same else None),
        )

    def count(self, part: PracticalPart) -> None:
        """Remember that a part was given."""
        self._times["", "task", part.task] += 1
        for name in SLOTS:
            self._times[part.task, name, getattr(part, name)] += 1

    def parts(self, neighbour: PracticalPart | None, candidate: str) -> list[PracticalPart]:
        """Every part of the unit, or every one of another task than the neighbour's if there is one.

        Those least like the neighbour's come first, and of these the ones given least.
        """
        parts = [part for task in self._tasks.values() for part in self._parts_of(task)]
        others = [part for part in parts if neighbour is not None and part.task != neighbour.task]
        shuffled = stream_for(self._seed, "search", self._unit, candidate).shuffled(others or parts)
        return sorted(shuffled, key=lambda part: (_likeness(part, neighbour), *self._times_given(part)))

    def _times_given(self, part: PracticalPart) -> tuple[int, int]:
        variants = (self._times[part.task, name, getattr(part, name)] for name in SLOTS)
        return self._times["", "task", part.task], sum(variants)

    def _parts_of(self, task: PracticalTask) -> Iterator[PracticalPart]:
        for person, thing, situation in product(task.persons, task.products, task.situations):
            yield PracticalPart(
                unit=self._unit,
                task=task.id,
                version=task.version,
                person=person.id,
                product=thing.id,
                situation=situation.id,
            )

    def _variant(self, task: PracticalTask, name: str, variants: Sequence[Variant], last: str | None) -> str:
        return self._least_given(task.id, name, sorted(variant.id for variant in variants), last)

    def _least_given(self, task: str, name: str, choices: Sequence[str], last: str | None) -> str:
        unlike = [choice for choice in choices if choice != last] or choices
        fewest = min(self._times[task, name, choice] for choice in unlike)
        least = [choice for choice in unlike if self._times[task, name, choice] == fewest]
        return least[self._stream.below(len(least))]


def _likeness(part: PracticalPart, neighbour: PracticalPart | None) -> int:
    if neighbour is None or part.task != neighbour.task:
        return 0
    return sum(getattr(part, name) == getattr(neighbour, name) for name in SLOTS)


def _first_unused(
    units: Sequence[_UnitTasks], before: Sequence[PracticalPart | None], candidate: str, used: AbstractSet[str]
) -> tuple[PracticalPart, ...]:
    """The first practical nobody has: unlike the neighbour's if there is one, else any."""
    for neighbours in (before, (None,) * len(units)):
        lists = [unit.parts(neighbour, candidate) for unit, neighbour in zip(units, neighbours, strict=True)]
        for parts in product(*lists):
            if face_hash(parts) not in used:
                return parts
    raise NoUniquePractical(candidate)
