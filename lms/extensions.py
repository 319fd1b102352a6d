"""Flask extensions, made once and bound in `create_app`."""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from flask import current_app
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, MetaData, event, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import Pool

from lms.catalogues import HouseBabel
from lms.turns import BUSY_SECONDS, TURNS

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(DeclarativeBase):
    """Base of all rows; constraints get predictable names, for migrations on both databases."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Row, disable_autonaming=True)
migrate = Migrate()
login_manager = LoginManager()
csrf = CSRFProtect()
babel = HouseBabel()


def begin_reading() -> None:
    """End the transaction without a commit and begin one that only reads; however long that takes, nobody waits."""
    db.session.rollback()
    db.session.connection(execution_options={"sqlite_begin": "DEFERRED"})


_EACH_BY_ITSELF = "each by itself"
_MOST_READY = 4  # as many as requests that a process works on
_OF_THE_DATABASE = (SQLAlchemyError, psycopg.Error, sqlite3.Error)


def database_settings(url: str) -> dict[str, Any]:
    """The database of the session, and again with connections on which each statement is its own transaction.

    Those are made once: turning one of the session's into such a one takes a tenth of the time of saving an answer.
    """
    is_sqlite = make_url(url).get_backend_name() == "sqlite"
    own: dict[str, Any] = (
        {"execution_options": {"sqlite_begin": ""}} if is_sqlite else {"isolation_level": "AUTOCOMMIT"}
    )
    return {"SQLALCHEMY_DATABASE_URI": url, "SQLALCHEMY_BINDS": {_EACH_BY_ITSELF: {"url": url, **own}}}


@contextmanager
def each_by_itself() -> Iterator[Connection]:
    """A connection on which each statement is a transaction of its own, committed when it returns.

    What this request has read or changed on the session is taken back first, so that nobody waits for it.
    """
    if db.session.registry.has():
        db.session.rollback()
    connection = _at_hand()
    try:
        yield connection
    except _OF_THE_DATABASE:
        connection.invalidate()  # it may be the connection itself that is broken, and then the others are too
        _let_go()
        raise
    except BaseException as fault:
        if not isinstance(fault, Exception):
            connection.invalidate()  # stopped in the middle of anything
        raise
    finally:
        _put_back(connection)


def _ready() -> deque[Connection]:
    """Connections on which each statement is a transaction of its own, open and not in use."""
    ready: deque[Connection] = current_app.extensions.setdefault(_EACH_BY_ITSELF, deque())
    return ready


def _at_hand() -> Connection:
    try:
        return _ready().pop()
    except IndexError:
        return db.engines[_EACH_BY_ITSELF].connect()


def _put_back(connection: Connection) -> None:
    """Keep it for the next one: to fetch one from the pool takes a tenth of the time of saving an answer."""
    ready = _ready()
    if connection.invalidated or len(ready) >= _MOST_READY:
        connection.close()
        return
    if connection.in_transaction():
        connection.rollback()
    ready.append(connection)


def _let_go() -> None:
    """Close those that are ready for good, not into the pool."""
    with suppress(IndexError):  # others take them meanwhile
        while True:
            one = _ready().pop()
            one.invalidate()
            one.close()


def close_connections() -> None:
    """Close all that are open and not in use: before the database goes, or a process is forked off."""
    _let_go()
    for engine in db.engines.values():
        engine.dispose()


_TURN = "the database whose writers wait for this one"


@contextmanager
def in_turn(connection: Connection) -> Iterator[None]:
    """Around statements that write and are transactions of their own."""
    database = _database_of(connection)
    has_turn = database is not None and TURNS.take(database)
    try:
        yield
    finally:
        if database is not None and has_turn:
            TURNS.leave(database)


def _database_of(connection: Connection) -> str | None:
    """The SQLite file that is written to; None where writers need not wait for each other."""
    file = connection.engine.url.database
    return file if connection.dialect.name == "sqlite" and file not in {None, "", ":memory:"} else None


@event.listens_for(Pool, "checkin")
@event.listens_for(Pool, "invalidate")
def _end_turn(_connection: Any, record: Any, *_: Any) -> None:
    """A writer's turn ends when its connection goes back, which is right after its transaction."""
    if database := record.info.pop(_TURN, None):
        TURNS.leave(database)


@event.listens_for(Engine, "connect")
def _set_up(connection: Any, _record: Any) -> None:
    """Durable commits whatever the server's settings say; on SQLite also what `_begin` and foreign keys need."""
    if isinstance(connection, psycopg.Connection):
        connection.execute("SET synchronous_commit TO on")
        connection.commit()
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        f"busy_timeout={BUSY_SECONDS * 1000:.0f}",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    """Start SQLite transactions as writers, unless a page only reads: upgrading one fails when another has written."""
    if connection.dialect.name == "sqlite":
        mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        database = _database_of(connection)
        if mode == "IMMEDIATE" and database and _TURN not in connection.info and TURNS.take(database):
            connection.info[_TURN] = database
        if mode:
            connection.exec_driver_sql(f"BEGIN {mode}")
