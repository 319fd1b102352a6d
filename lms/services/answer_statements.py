"""The statements that put answers into their log, made once for each kind of sitting and database."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from lms.prepared import Prepared, to_database
from lms.services.desks import ENGINES, ON_PAPER, Desk, state_columns
from lms.services.sittings import Log
from lms.tables.people import PersonRow, Standing

# Of one question, from the device that holds the exam, and as many again from all others together: a person who
# thinks changes an answer some times, and a script has no end. Another device that takes the exam over begins anew.
MOST_CHANGES = 300
MOST_CONFLICTS = 300  # of a sitting
_MAKERS: Mapping[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_EVENT_COLUMNS = (
    "device",
    "seq",
    "item",
    "choice",
    "payload_hash",
    "received_at",
    "epoch",
    "anchor_at",
    "elapsed_ms",
    "wall_at",
)
# No session can have an answer told to be saved while its commits are not.
_LASTS = {
    "postgresql": "current_setting('synchronous_commit') <> 'off'",
    "sqlite": "(SELECT synchronous FROM pragma_synchronous) >= 2",
}


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """A transaction around statements of the driver's own."""
    driver = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        with driver.transaction():  # type: ignore[union-attr]
            yield
        return
    driver.execute("BEGIN IMMEDIATE")  # type: ignore[union-attr]
    try:
        yield
    except BaseException:
        driver.execute("ROLLBACK")  # type: ignore[union-attr]
        raise
    driver.execute("COMMIT")  # type: ignore[union-attr]


def kept_as(row: Mapping[str, Any], connection: Connection) -> dict[str, Any]:
    """An event's values as the driver takes them."""
    moments = {name: to_database(row[name], connection) for name in ("received_at", "anchor_at", "wall_at")}
    return {**row, **moments}


def hold_sitting(connection: Connection, desk: Desk) -> None:
    """Let nobody else change a sitting or add to it until the transaction ends; on SQLite its turn does that."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(desk.log.sittings.id).filter_by(id=desk.id).with_for_update(key_share=True))


def room_for_conflicts(connection: Connection, desk: Desk) -> int:
    """How many more answers under used numbers are kept of a sitting."""
    table = desk.log.conflicts
    if table is None:
        return MOST_CONFLICTS
    count = select(func.count(table.id)).filter_by(**{desk.log.column: desk.id})
    return max(0, MOST_CONFLICTS - (connection.scalar(count) or 0))


def kept_conflicts(connection: Connection, desk: Desk, device: str) -> set[tuple[int, str]]:
    """The answers of a device under used numbers that are kept, each as its number and hash."""
    table = desk.log.conflicts
    if table is None:
        return set()
    query = select(table.seq, table.payload_hash).filter_by(**{desk.log.column: desk.id}, device=device)
    return {(seq, digest) for seq, digest in connection.execute(query)}


def keep_conflict(connection: Connection, desk: Desk, row: Mapping[str, Any]) -> None:
    """Keep another answer under a used number too, once, where this kind of sitting keeps them."""
    if desk.log.conflicts is None:
        return
    names = ("device", "seq", "payload_hash", "item", "choice", "received_at")
    values = {desk.log.column: desk.id} | {name: row[name] for name in names}
    table = desk.log.conflicts.__table__
    connection.execute(_MAKERS[connection.dialect.name](table).values(**values).on_conflict_do_nothing())


def full_items(connection: Connection, desk: Desk, holder: str, device: str) -> frozenset[str]:
    """The items of which a device can add no more events, while `holder` holds the exam."""
    table = desk.log.table
    ours = table.device == device if device == holder else table.device != holder
    query = select(table.item).filter_by(**{desk.log.column: desk.id}).where(ours)
    query = query.group_by(table.item).having(func.count(table.id) >= MOST_CHANGES)
    return frozenset(connection.scalars(query))


@cache
def insertion(log: Log) -> Prepared:
    """One event into the log while the sitting is as it was read and a commit lasts.

    Nothing is added where its number is there, or where its item has as many events as are kept.
    """
    return Prepared({engine: _insertion_into(log, engine, _held(log, engine, _guarded(log))) for engine in ENGINES})


@cache
def insertion_at_once(log: Log) -> Prepared:
    """The same where the person may act and writes on a screen; it returns how the sitting stands."""
    person = select(PersonRow.id).where(
        PersonRow.id == bindparam("person", type_=Integer),
        PersonRow.standing == literal_column(f"'{Standing.ACTIVE}'"),
    )
    on_screen = log.sittings.holder != literal_column(f"'{ON_PAPER}'")
    chosen, columns = _guarded(log).where(person.exists(), on_screen), state_columns(log)
    # PostgreSQL looks the sitting up once, and tells of the row it has locked; SQLite writes nothing in such a part.
    seen = _held(log, "postgresql", chosen.add_columns(*columns)).cte("seen")
    values = (seen.c[_sent(name)] for name in _EVENT_COLUMNS)
    added = _insertion_into(log, "postgresql", select(seen.c.id, *values)).returning(log.table.id).cte("added")
    told = select(*(seen.c[one.key] for one in columns)).join_from(seen, added, literal_column("true"))
    here = log.sittings.id == bindparam("sitting", type_=Integer)
    facts = (select(one).where(here).scalar_subquery() for one in columns)
    plain = _insertion_into(log, "sqlite", _held(log, "sqlite", chosen)).returning(*facts)
    return Prepared({"postgresql": told, "sqlite": plain})


def _guarded(log: Log) -> Select[Any]:
    """The values of an event, once, while its sitting is in the epoch that was seen and as open.

    Once the results are decided only what was received after them, and by who knows of them: they do not know of it.
    """
    table, sittings = log.table.__table__, log.sittings
    values = (bindparam(name, type_=table.c[name].type).label(_sent(name)) for name in _EVENT_COLUMNS)
    received = table.c.received_at.type
    return select(sittings.id, *values).where(
        sittings.id == bindparam("sitting", type_=Integer),
        sittings.epoch == bindparam("seen_epoch", type_=Integer),
        or_(sittings.submitted_at.is_(None), bindparam("is_handed_in", type_=Boolean)),
        or_(
            sittings.settled_at.is_(None),
            and_(
                bindparam("is_settled", type_=Boolean), sittings.settled_at < bindparam("received_at", type_=received)
            ),
        ),
        _changes(log) < literal_column(str(MOST_CHANGES)),
    )


def _changes(log: Log) -> ColumnElement[int]:
    """How many events its item has: of the device that holds the exam, or else of all others together."""
    sittings, before = log.sittings, log.table.__table__.alias("before")
    sent, item = (bindparam(name, type_=before.c[name].type) for name in ("device", "item"))
    side = (before.c.device == sittings.holder) == (sent == sittings.holder)
    count = select(func.count(before.c.id)).where(before.c[log.column] == sittings.id, before.c.item == item, side)
    return count.correlate(sittings).scalar_subquery()


def _sent(name: str) -> str:
    """What the value for a column is called, beside columns of the sitting."""
    return f"sent_{name}"


def _held(log: Log, engine: str, chosen: Select[Any]) -> Select[Any]:
    """Chosen only where a commit lasts, and held against whoever changes the sitting."""
    return chosen.where(text(_LASTS[engine])).with_for_update(read=True, of=log.sittings)


def _insertion_into(log: Log, engine: str, chosen: Select[Any]) -> Any:
    into = _MAKERS[engine](log.table.__table__).from_select([log.column, *_EVENT_COLUMNS], chosen)
    return into.on_conflict_do_nothing()
