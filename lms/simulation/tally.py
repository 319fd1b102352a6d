"""How much of a demo is to be made and is made, told to whoever shows it."""

from collections import Counter
from collections.abc import Callable
from enum import StrEnum


class Stage(StrEnum):
    """One kind of work, counted in what it makes, in the order in which it begins."""

    ENROLLED = "Trainees enrolled"
    DRAWN = "Papers and practicals drawn"
    SAT = "Candidates sat"
    SCORED = "Practicals scored"
    READ = "Trainees read lessons"
    BOOKLETS = "Booklets printed"
    CERTIFICATES = "Certificates printed"
    MARK_SHEETS = "Mark sheets printed"


Listener = Callable[[Stage, int, int], None]


class Tally:
    """Counts; `listen` is told the stage, how much of it is done and how much is expected, at each change."""

    def __init__(self, listen: Listener) -> None:
        self._listen = listen
        self.expected: Counter[Stage] = Counter()
        self.done: Counter[Stage] = Counter()

    def expect(self, stage: Stage, number: int) -> None:
        """Say that so many more are to come."""
        self.expected[stage] += number
        self._listen(stage, self.done[stage], self.expected[stage])

    def add(self, stage: Stage, number: int = 1) -> None:
        """Say that so many more are done."""
        self.done[stage] += number
        self._listen(stage, self.done[stage], self.expected[stage])


def silent(_stage: Stage, _done: int, _expected: int) -> None:
    """A listener for when nobody looks."""
