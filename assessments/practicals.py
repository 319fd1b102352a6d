"""Drawing practicals: one task a unit for each candidate, told with different people, products and situations."""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

from assessments.errors import NoUniquePractical
from assessments.randomness import Stream, stream_for
from assessments.tasks import PracticalTask, TaskFile
from curriculum.documents import canonical_json, sha256

NOTHING_MET: Mapping[str, AbstractSet[str]] = {}
_SLOT = re.compile(r"\{(person|product|situation)\}")


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
    units = [_UnitDecks(tasks, seed) for tasks in task_files]
    used = set(taken)
    practicals: list[Practical] = []
    for candidate in candidates:
        before = practicals[-1].parts if practicals else (None,) * len(units)
        known = met.get(candidate, frozenset())
        parts = tuple(unit.next_part(last, known) for unit, last in zip(units, before, strict=True))
        if face_hash(parts) in used:
            parts = _first_unused(units, before, candidate, used)
        practicals.append(Practical(candidate=candidate, parts=parts, face_hash=face_hash(parts)))
        used.add(practicals[-1].face_hash)
    return tuple(practicals)


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


class _UnitDecks:
    """The tasks of a unit and the variants of each, dealt from shuffled decks so that all come about equally often."""

    def __init__(self, tasks: TaskFile, seed: bytes) -> None:
        self._unit = tasks.unit
        self._tasks = {task.id: task for task in sorted(tasks.tasks, key=lambda task: task.id)}
        self._seed = seed
        self._decks: dict[tuple[str, ...], tuple[Stream, list[str]]] = {}

    def next_part(self, neighbour: PracticalPart | None, met: AbstractSet[str]) -> PracticalPart:
        last = neighbour.task if neighbour else None
        task = self._tasks[self._card(("task",), list(self._tasks), {last} if last else set(), met)]
        same = neighbour if neighbour and neighbour.task == task.id else None
        return PracticalPart(
            unit=self._unit,
            task=task.id,
            version=task.version,
            person=self._variant(task, "person", [v.id for v in task.persons], same.person if same else None),
            product=self._variant(task, "product", [v.id for v in task.products], same.product if same else None),
            situation=self._variant(
                task, "situation", [v.id for v in task.situations], same.situation if same else None
            ),
        )

    def parts(self, unlike: PracticalPart | None, candidate: str) -> tuple[PracticalPart, ...]:
        """Every part of the unit, or every one with another task than `unlike` when there is one, shuffled."""
        stream = stream_for(self._seed, "search", self._unit, candidate)
        parts = [part for task in self._tasks.values() for part in self._parts_of(task)]
        others = [part for part in parts if unlike is not None and part.task != unlike.task]
        return stream.shuffled(others or parts)

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

    def _variant(self, task: PracticalTask, name: str, ids: list[str], last: str | None) -> str:
        return self._card((task.id, name), sorted(ids), {last} if last else set(), frozenset())

    def _card(
        self, names: tuple[str, ...], cards: list[str], neighbours: AbstractSet[str], met: AbstractSet[str]
    ) -> str:
        """The first card unlike the neighbour's and not met; then unlike it; then any. Skipped cards stay."""
        stream, deck = self._decks.setdefault(names, (stream_for(self._seed, "practical", self._unit, *names), []))
        if not deck or all(card in neighbours for card in deck):
            deck.extend(stream.shuffled(cards))
        unlike = [place for place, card in enumerate(deck) if card not in neighbours]
        unmet = (place for place in unlike if deck[place] not in met)
        return deck.pop(next(unmet, (unlike or [0])[0]))


def _first_unused(
    units: Sequence[_UnitDecks], before: Sequence[PracticalPart | None], candidate: str, used: AbstractSet[str]
) -> tuple[PracticalPart, ...]:
    """The first practical nobody has: unlike the neighbour's if there is one, else any."""
    for neighbours in (before, (None,) * len(units)):
        lists = [unit.parts(unlike, candidate) for unit, unlike in zip(units, neighbours, strict=True)]
        for parts in product(*lists):
            if face_hash(parts) not in used:
                return parts
    raise NoUniquePractical(candidate)
