"""A tap on a level of a rubric, in practicals and in coursework: checked against the levels, and kept once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError

from assessments.marks import from_text, to_text
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.practicals import SheetCriterion
from lms.services.errors import Conflict, Faulty
from lms.tables.marking import ScoreColumns

TAKEN_BACK = ""  # the share of a tap that takes the one before it back


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """A level given to a criterion: `share` is that of one of its levels, or TAKEN_BACK; `key` tells taps apart."""

    ref: str
    share: str
    note: str = ""
    key: str


_Row = TypeVar("_Row", bound=ScoreColumns)


def add_once(
    rows: Sequence[_Row], find: Callable[[Sequence[str]], Mapping[str, _Row]], check: Callable[[], object]
) -> list[_Row]:
    """Commit the rows of taps, all or none; a tap that was kept before gives the row it was kept as.

    `find` gives kept rows by key; `check` refuses when it is too late for fresh ones. Raises Conflict for a key that
    was used for another tap.
    """
    keys = [row.key for row in rows]
    kept = find(keys)
    for row in rows:
        if row.key in kept:
            _check_same(kept[row.key], row)
    fresh = [row for row in rows if row.key not in kept]
    if fresh:
        check()
        db.session.add_all(fresh)
        try:
            db.session.commit()
        except IntegrityError:  # the same taps, sent twice at once
            db.session.rollback()
            if not find(keys):
                raise
            return add_once(rows, find, check)
    found = find(keys)
    return [found[key] for key in keys]


def columns_of(
    actor: Actor, criteria: Mapping[str, SheetCriterion], taps: Sequence[Tap], now: datetime
) -> Iterator[dict[str, Any]]:
    """What a row keeps of each tap (`ScoreColumns`); raises Faulty when there is no such criterion or level."""
    for tap in taps:
        yield {
            "ref": tap.ref,
            "share": _level_share(criteria, tap),
            "note": tap.note,
            "scorer_id": actor.person_id,
            "scored_at": now,
            "key": tap.key,
        }


def _level_share(criteria: Mapping[str, SheetCriterion], tap: Tap) -> str:
    """The share as it is stored."""
    criterion = criteria.get(tap.ref)
    if criterion is None:
        raise Faulty(Message("%(ref)s is not on this practical.", {"ref": tap.ref}))
    if tap.share == TAKEN_BACK:
        return TAKEN_BACK
    try:
        level = criterion.find_level(from_text(tap.share))
    except ValueError:
        level = None
    if level is None:
        levels = ", ".join(f"{level.label} ({to_text(level.share)})" for level in criterion.levels)
        facts = {"code": criterion.code, "levels": levels}
        raise Faulty(Message("%(code)s takes one of its levels: %(levels)s.", facts))
    return to_text(level.share)


def _check_same(kept: ScoreColumns, row: ScoreColumns) -> None:
    same = (kept.ref, kept.share, kept.note, kept.scorer_id) == (row.ref, row.share, row.note, row.scorer_id)
    if not same:
        raise Conflict(Message("This page is older than what is saved. Load it again, then tap the level once more."))
