"""The whole time of attempts, read for many at once: for grading, bundles, and the check before an exam."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import select

from assessments.attempt_times import AttemptTime
from lms.extensions import db
from lms.records.content import scheme_of
from lms.records.delivery import changes_of, clock_of
from lms.services.days import zone
from lms.services.desks import ON_PAPER
from lms.services.sittings import decided_by
from lms.tables.attempts import AttemptRow
from lms.tables.invigilation import LateRulingRow, TakeoverRow, TimeChangeRow

_Around = TypeVar("_Around", TimeChangeRow, TakeoverRow, LateRulingRow)


def times_of(attempts: Iterable[AttemptRow]) -> Mapping[int | None, AttemptTime]:
    """The time of each attempt by its id; three queries for any number of them.

    An answer sheet has no clock: of what was written on paper only is known until when it was entered.
    """
    rows = list(attempts)
    numbers = [row.id for row in rows]
    changes, takeovers = _around(TimeChangeRow, numbers), _around(TakeoverRow, numbers)
    rulings = _around(LateRulingRow, numbers)
    found: dict[int | None, AttemptTime] = {}
    for row in rows:
        theory = scheme_of(row.candidate.assessment.scheme_version).theory
        clock = clock_of(row, theory, zone(), takeovers.get(row.id, ()))
        found[row.id] = AttemptTime(
            deadline_at=clock.deadline_at,
            started_at=None if row.holder == ON_PAPER else row.started_at,
            extra_minutes=row.candidate.extra_minutes,
            changes=changes_of(changes.get(row.id, ())),
            sync_until=clock.sync_until,
            paused_at=clock.paused_at,
            handed_in_at=clock.handed_in_at,
            takeovers=clock.takeovers,
            decided=decided_by(rulings.get(row.id, ())),
            settled_at=clock.settled_at,
        )
    return found


def _around(table: type[_Around], attempt_ids: Sequence[int]) -> Mapping[int, tuple[_Around, ...]]:
    """What people did around attempts, by attempt in its order."""
    found: dict[int, tuple[_Around, ...]] = {}
    for row in db.session.scalars(select(table).where(table.attempt_id.in_(attempt_ids)).order_by(table.id)):
        found[row.attempt_id] = (*found.get(row.attempt_id, ()), row)
    return found
