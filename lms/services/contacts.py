"""What the devices of candidates tell while an exam runs, and what the invigilator reads of it. No keys here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from assessments.rules import Watched
from lms.extensions import Row, db, each_by_itself
from lms.services.days import believable
from lms.services.desks import ClockFacts, Desk, look, room_to_tell
from lms.tables.admission import WaitingContactRow
from lms.tables.attempts import AnswerEventRow
from lms.tables.invigilation import AttemptContactRow, IntegrityEventRow, TimeChangeRow

# A device whose reply was lost tells the same again, and the way here makes it seem a little later or earlier.
SAME_WITHIN = timedelta(seconds=5)
# Which kinds of notices a scheme may leave out; the others are always told.
WATCHED = {"left": Watched.LEFT_PAGE, "returned": Watched.LEFT_PAGE, "second_tab": Watched.SECOND_TAB}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a device says of itself: answers saved and still waiting on it, and whether it has a network (`mode`).

    `flags` are the numbers of the questions that are flagged on it, and `sent_at` is what its clock showed as it told
    all this; None where its page does not tell them.
    """

    saved: int = 0
    waiting: int = 0
    mode: str = ""
    flags: tuple[int, ...] | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something on the device that the invigilator should know of, such as that the page was left."""

    kind: str
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An attempt as its invigilator sees it: the last contact, what the log holds, and notices, oldest first."""

    last: AttemptContactRow | None
    events: int
    last_saved_at: datetime | None
    notices: tuple[IntegrityEventRow, ...]


def heartbeat(desk: Desk, *, device: str, told: Told, notices: Sequence[Notice] = (), now: datetime) -> ClockFacts:
    """Take what a device tells, and answer with the clock; of a mock exam nothing is kept.

    Of an attempt no more is kept than a person can look at, and no notice that its scheme leaves out.
    """
    facts = look(desk, device, now)
    if not desk.log.is_fenced:
        return facts
    notices = [one for one in notices if WATCHED.get(one.kind) in {None, *desk.rules.watched}]
    with each_by_itself() as connection:
        if facts.is_holder:
            values = {"at": now, "device": device, "saved": told.saved, "waiting": told.waiting, "mode": told.mode}
            values |= {"answered": facts.answered}
            if told.flags is not None:
                values |= {"flags": tuple(map(str, told.flags))}
            _put(connection, AttemptContactRow, {"attempt_id": desk.id}, values)
        if notices:
            _note(connection, desk, device, [(one, _when(one.at, told.sent_at, now)) for one in notices])
    return facts


def waits(candidate_id: int, *, now: datetime) -> None:
    """A device in the waiting room is there, of a candidate whom the caller has loaded through the person."""
    with each_by_itself() as connection:
        _put(connection, WaitingContactRow, {"candidate_id": candidate_id}, {"at": now})


def find_last(attempt_id: int) -> AttemptContactRow | None:
    """What the device of an attempt told last, which the caller has loaded through the actor."""
    return db.session.scalar(select(AttemptContactRow).filter_by(attempt_id=attempt_id))


def given_since(last: AttemptContactRow | None) -> int:
    """How many seconds were given after a device told last: another one that goes on is the first to tell of them."""
    if last is None:
        return 0
    given = select(func.coalesce(func.sum(TimeChangeRow.seconds), 0))
    return db.session.scalar(given.filter_by(attempt_id=last.attempt_id).where(TimeChangeRow.at > last.at)) or 0


def contacts_of(attempt_ids: Sequence[int]) -> Mapping[int, Contact]:
    """What is known of the devices of attempts, which the caller has loaded through the actor; three queries."""
    last = {row.attempt_id: row for row in db.session.scalars(_of(AttemptContactRow, attempt_ids))}
    notices: dict[int, tuple[IntegrityEventRow, ...]] = {}
    for row in db.session.scalars(_of(IntegrityEventRow, attempt_ids)):
        notices[row.attempt_id] = (*notices.get(row.attempt_id, ()), row)
    table = AnswerEventRow
    kept = select(table.attempt_id, func.count(table.id), func.max(table.received_at)).group_by(table.attempt_id)
    counts = {row[0]: row for row in db.session.execute(kept.where(table.attempt_id.in_(attempt_ids)))}
    return {
        number: Contact(
            last=last.get(number),
            events=counts[number][1] if number in counts else 0,
            last_saved_at=counts[number][2] if number in counts else None,
            notices=notices.get(number, ()),
        )
        for number in attempt_ids
    }


def _note(connection: Connection, desk: Desk, device: str, notices: Sequence[tuple[Notice, datetime]]) -> None:
    """Keep what is new of a device's notices, each with when it was."""
    table: Any = IntegrityEventRow.__table__
    known = connection.execute(select(table.c.kind, table.c.at).filter_by(attempt_id=desk.id, device=device)).all()
    new = [
        {"attempt_id": desk.id, "device": device, "kind": one.kind, "at": at, "detail": one.detail}
        for one, at in notices
        if not any(kind == one.kind and abs(before - at) < SAME_WITHIN for kind, before in known)
    ]
    if new := new[: room_to_tell(connection, desk)]:
        connection.execute(table.insert(), new)


def _when(shown: datetime, sent_at: datetime | None, now: datetime) -> datetime:
    """When something was, by the site's clock: a device's own may be wrong, and tells only how long ago it was."""
    wrong = now - (believable(sent_at) or now)
    return min((believable(shown) or now) + wrong, now)


def _put(connection: Connection, table: type[Row], key: Mapping[str, int], values: Mapping[str, Any]) -> None:
    """Write the one row of a key, in place of what it said before."""
    maker = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = maker(table.__table__).values(**key, **values)  # type: ignore[arg-type]
    connection.execute(row.on_conflict_do_update(index_elements=list(key), set_=dict(values)))


def _of(table, attempt_ids: Sequence[int]):  # type: ignore[no-untyped-def]
    return select(table).where(table.attempt_id.in_(attempt_ids)).order_by(table.id)
