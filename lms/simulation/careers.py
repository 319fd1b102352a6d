"""Simulated people who want a job: what they declare for its role, and what their centre finds when it looks."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from lms.services import declarations, roles
from lms.services.accounts import actor_of
from lms.simulation import people
from lms.tables.training import TraineeRow

_DEGREE = ("Bachelor of Commerce, second class", "University of Pune")
_WORK = ("Two years at the returns desk of an online shop", "Sahyadri Books, Pune")
# For each of the first trainees: the line, what they declare, and whether the centre confirmed it (None: waits).
_PLAN: tuple[tuple[str, tuple[str, str], bool | None], ...] = (
    ("Q1", _DEGREE, True),
    ("Q2", _WORK, None),
    ("Q1", ("A degree that ends next summer", "University of Mumbai"), False),
    ("Q1", _DEGREE, None),
)
_FOUND = {True: "The original certificate, shown at the desk", False: "A letter of admission only, no certificate yet"}


def declare_some(learners: Sequence[TraineeRow], *, now: datetime) -> int:
    """Let some of a batch declare what they have for the first job role; returns how many did."""
    centre = people.as_person("centre")
    entry = next(iter(roles.list_roles(centre)), None)
    if entry is None:
        return 0
    told = list(zip(learners, _PLAN, strict=False))
    for trainee, (line, (what, place), is_confirmed) in told:
        row = declarations.declare(
            actor_of(trainee.person),
            entry.row.id,
            line,
            what=what,
            place=place,
            day=date(2024, 6, 12),
            key=f"demo-{line}-{trainee.id}",
            now=now,
        )
        if is_confirmed is not None:
            found = {"is_confirmed": is_confirmed, "reason": _FOUND[is_confirmed], "seen": 0}
            declarations.check(centre, row.id, **found, now=now + timedelta(hours=3))
    return len(told)
