"""A paper as delivered: rows to what a candidate sees and has answered. Knows no keys, and cannot reach any."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from functools import lru_cache
from typing import Any

from sqlalchemy import Row as SqlRow

from assessments.attempts import AttemptState
from assessments.exam_time import AnswerEvent, ChangeKind, ExamClock, TakeOver, TimeChange, sync_until_of
from assessments.model import TheoryRules
from curriculum.lessons import FIRST_LANGUAGE
from lms.tables.attempts import AnswerColumns, SittingColumns
from lms.tables.invigilation import TakeoverRow, TimeChangeRow
from question_bank.model import ItemKind

NO_CHOICE = ""
ReadColumns = SqlRow[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOption:
    """One option as it stands on the paper. Pages name it by its place; `id` stays on the server."""

    id: str
    text: str
    texts: Mapping[str, str] = field(default_factory=dict)  # as `ShownItem.stems`


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownItem:
    """One line of a paper: its number, the item it asks, its kind, its stem and its options in drawn order."""

    number: int
    item: str
    unit: str
    kind: str
    stem: str
    options: tuple[ShownOption, ...]
    stems: Mapping[str, str] = field(default_factory=dict)  # by language, the first one first; empty for one alone

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it can be read in, the one it is first written in before the others."""
        return tuple(self.stems) or (FIRST_LANGUAGE,)

    def also_in(self, translations: Mapping[str, Any]) -> "ShownItem":
        """The same line in more languages, their words as a stored face has them."""
        if not translations:
            return self
        first, words = {FIRST_LANGUAGE: self.stem}, sorted(translations.items())
        options = [
            replace(one, texts={FIRST_LANGUAGE: one.text} | {code: own["options"][one.id] for code, own in words})
            for one in self.options
        ]
        return replace(self, stems=first | {code: own["stem"] for code, own in words}, options=tuple(options))

    def beginning_with(self, language: str) -> "ShownItem":
        """The same line with its words in this language before the others, where it has them."""
        if language not in self.stems:
            return self
        options = tuple(replace(one, texts=_first(language, one.texts)) for one in self.options)
        return replace(self, stems=_first(language, self.stems), options=options)

    def in_language(self, language: str) -> "ShownItem":
        """The same line with its words in this language alone, else as first written."""
        options = (replace(one, text=one.texts.get(language, one.text), texts={}) for one in self.options)
        return replace(self, stem=self.stems.get(language, self.stem), stems={}, options=tuple(options))

    def place_of(self, choice: str | None) -> int | None:
        """The place of a chosen option, counting from 1."""
        return next((place for place, option in enumerate(self.options, 1) if option.id == choice), None)


def _first(language: str, words: Mapping[str, str]) -> Mapping[str, str]:
    return {language: words[language], **words}


@lru_cache(maxsize=300)
def shown_items(face: str) -> tuple[ShownItem, ...]:
    """The lines of a paper's stored face in order."""
    return tuple(
        ShownItem(
            number=line["number"],
            item=line["item"],
            unit=line["unit"],
            kind=line.get("kind", ItemKind.SINGLE_CHOICE),  # papers drawn before kinds were written down
            stem=line["stem"],
            options=tuple(ShownOption(id=option["id"], text=option["text"]) for option in line["options"]),
        ).also_in(line.get("translations", {}))
        for line in json.loads(face)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedItem:
    """What an answer to one line of a paper is checked by: the item it asks, and its options' ids in drawn order."""

    item: str
    options: tuple[str, ...]


def asked_items(content: str) -> dict[int, AskedItem]:
    """The lines of a stored paper by their numbers: as drawn, without the words of its face, a sixth as long."""
    return {
        line["number"]: AskedItem(item=line["item"], options=tuple(line["options"]))
        for line in json.loads(content)["lines"]
    }


def state_of(sitting: SittingColumns | ReadColumns | None) -> AttemptState:
    """Where a go at a paper stands, as its row says."""
    if sitting is None:
        return AttemptState.NOT_STARTED
    if sitting.submitted_at:
        return AttemptState.HANDED_IN
    if sitting.closed_at:
        return AttemptState.CLOSED
    return AttemptState.PAUSED if sitting.paused_at else AttemptState.OPEN


def clock_of(
    sitting: SittingColumns | ReadColumns, rules: TheoryRules, zone: tzinfo, takeovers: Iterable[TakeoverRow] = ()
) -> ExamClock:
    """All that decides whether an answer of a go at a paper is in time; `zone` is where days end."""
    return ExamClock(
        deadline_at=sitting.deadline_at,
        grace_seconds=rules.grace_seconds,
        sync_until=sync_until_of(sitting.deadline_at, rules.sync_until, zone),
        paused_at=sitting.paused_at,
        handed_in_at=sitting.submitted_at,
        settled_at=sitting.settled_at,
        takeovers=tuple(
            TakeOver(epoch=row.epoch, device=row.device, at=row.used_at) for row in takeovers if row.used_at is not None
        ),
    )


def changes_of(rows: Iterable[TimeChangeRow]) -> tuple[TimeChange, ...]:
    """Changes of an attempt's time as the rules want them, in their order."""
    return tuple(TimeChange(kind=ChangeKind(row.kind), at=row.at, seconds=row.seconds) for row in rows)


def answer_columns(table: type[AnswerColumns]) -> tuple[Any, ...]:
    """What an answer event is made of, for reading many without making rows of them."""
    return (
        table.device,
        table.seq,
        table.item,
        table.choice,
        table.received_at,
        table.epoch,
        table.anchor_at,
        table.elapsed_ms,
    )


def events_of(rows: Iterable[AnswerColumns | ReadColumns]) -> Sequence[AnswerEvent]:
    """Answer events as the rules want them."""
    return [
        AnswerEvent(
            device=row.device,
            seq=row.seq,
            item=row.item,
            choice=None if row.choice == NO_CHOICE else row.choice,
            received_at=row.received_at,
            epoch=row.epoch,
            anchor_at=row.anchor_at,
            elapsed_ms=row.elapsed_ms,
        )
        for row in rows
    ]
