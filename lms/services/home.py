"""Home: what waits for a person in every area, most urgent first, and what runs now."""

from collections.abc import Callable
from datetime import datetime

from lms.permissions import Actor
from lms.services import (
    appeals,
    assessing_tasks,
    corrections,
    coursework,
    curriculum,
    declarations,
    delivery,
    mocks,
    practical_lists,
    reassessment,
    recovery,
    results,
    rulings,
    skill_sheets,
    study,
    training_waiting,
)
from lms.services.waiting import Waiting, most_urgent_first

Teller = Callable[[Actor, datetime], list[Waiting]]
# Each area's `waiting`: what this person has to do there. Of tasks that are due at the same time, or have no clock, the
# area that stands before comes first: a result is seen before the plan that follows from it.
WAITING: tuple[Teller, ...] = (
    appeals.waiting,
    assessing_tasks.waiting,
    corrections.waiting,
    coursework.waiting,
    curriculum.waiting,
    declarations.waiting,
    delivery.waiting,
    mocks.waiting,
    practical_lists.waiting,
    reassessment.waiting,
    results.waiting,
    recovery.waiting,
    rulings.waiting,
    skill_sheets.waiting,
    study.waiting,
    training_waiting.waiting,
)
# Each area's `running`: what goes on there without them.
RUNNING: tuple[Teller, ...] = (delivery.running, assessing_tasks.running, training_waiting.running, rulings.running)


def list_waiting(actor: Actor, now: datetime) -> list[Waiting]:
    """What the person has to do, most urgent first."""
    return most_urgent_first([task for tell in WAITING for task in tell(actor, now)])


def list_running(actor: Actor, now: datetime) -> list[Waiting]:
    """What goes on meanwhile."""
    return [task for tell in RUNNING for task in tell(actor, now)]
