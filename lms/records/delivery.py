"""A paper as delivered: rows to what a candidate sees and has answered. Knows no keys, and cannot reach any."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row as SqlRow

from assessments.attempts import AnswerEvent, AttemptState
from lms.tables.attempts import AnswerColumns, SittingColumns

NO_CHOICE = ""
ReadColumns = SqlRow[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOption:
    """One option as it stands on the paper. Pages name it by its place; `id` stays on the server."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownItem:
    """One line of a paper: its number, the item it asks, its stem and its options in drawn order."""

    number: int
    item: str
    unit: str
    stem: str
    options: tuple[ShownOption, ...]

    def place_of(self, choice: str | None) -> int | None:
        """The place of a chosen option, counting from 1."""
        return next((place for place, option in enumerate(self.options, 1) if option.id == choice), None)


def shown_items(face: str) -> tuple[ShownItem, ...]:
    """The lines of a paper's stored face in order."""
    return tuple(
        ShownItem(
            number=line["number"],
            item=line["item"],
            unit=line["unit"],
            stem=line["stem"],
            options=tuple(ShownOption(id=option["id"], text=option["text"]) for option in line["options"]),
        )
        for line in json.loads(face)
    )


def state_of(sitting: SittingColumns | None) -> AttemptState:
    """Where a go at a paper stands, as its row says."""
    if sitting is None:
        return AttemptState.NOT_STARTED
    if sitting.submitted_at:
        return AttemptState.SUBMITTED
    return AttemptState.CLOSED if sitting.closed_at else AttemptState.OPEN


def answer_columns(table: type[AnswerColumns]) -> tuple[Any, ...]:
    """What an answer event is made of, for reading many without making rows of them."""
    return table.device, table.seq, table.item, table.choice, table.received_at


def events_of(rows: Iterable[AnswerColumns | ReadColumns]) -> Sequence[AnswerEvent]:
    """Answer events as the rules want them."""
    return [
        AnswerEvent(
            device=row.device,
            seq=row.seq,
            item=row.item,
            choice=None if row.choice == NO_CHOICE else row.choice,
            received_at=row.received_at,
        )
        for row in rows
    ]
