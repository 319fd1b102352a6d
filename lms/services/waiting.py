"""What waits for a person: each area tells its own, home shows them together, most urgent first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from assessments.words import Message

_LAST = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing to do (with `button`) or one thing that runs: where it is and until when."""

    title: Message
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)
    button: Message | None = None
    detail: Message | None = None
    due: datetime | None = None


def most_urgent_first(tasks: list[Waiting]) -> list[Waiting]:
    """Tasks with the earliest clock first, those without one last, otherwise as told."""
    return sorted(tasks, key=lambda task: task.due or _LAST)
