"""Connections on which each statement is a transaction of its own: kept at hand, and let go of when they are broken."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from assessments.words import Message
from lms.extensions import close_connections, db, each_by_itself
from lms.services.errors import Faulty
from tests.conftest import BOTH

POSTGRES = pytest.mark.parametrize("database", ["postgres"], indirect=True)


def driver_of(connection):
    return connection.connection.driver_connection


def fail(fault: BaseException, used) -> None:
    """Note the connection and fail on it, after a statement."""
    with each_by_itself() as connection:
        used.append(connection)
        connection.execute(text("SELECT 1"))
        raise fault


def fails(fault: BaseException):
    """The connection on which something failed."""
    used = []
    with pytest.raises(type(fault)):
        fail(fault, used)
    return used[0]


@BOTH
def test_a_connection_is_kept_for_the_next_one_also_after_a_refusal(app) -> None:
    with each_by_itself() as first, each_by_itself() as beside:
        assert driver_of(first) is not driver_of(beside)
    used = fails(Faulty(Message("It is not on this paper.")))
    with each_by_itself() as again:
        assert again is used
        assert not again.in_transaction()


@BOTH
def test_what_fails_in_the_database_or_is_stopped_takes_its_connection_along(app) -> None:
    for fault in (KeyboardInterrupt(), OperationalError("", {}, Exception())):
        used = fails(fault)
        with each_by_itself() as other:
            assert other is not used
            assert other.scalar(text("SELECT 1")) == 1


@pytest.mark.postgres
@POSTGRES
def test_after_the_database_has_ended_all_connections_one_request_fails_and_no_more(app) -> None:
    ask = text("SELECT pg_backend_pid()")
    with each_by_itself() as first, each_by_itself() as second, each_by_itself() as third:
        numbers = [one.scalar(ask) for one in (first, second, third)]
    for number in numbers:
        db.session.execute(text("SELECT pg_terminate_backend(:number, 1000)"), {"number": number})
    with pytest.raises(OperationalError), each_by_itself() as connection:
        connection.scalar(ask)
    with each_by_itself() as first, each_by_itself() as second, each_by_itself() as third:
        assert not {one.scalar(ask) for one in (first, second, third)} & set(numbers)


@BOTH
def test_none_is_left_open_where_all_are_closed(app) -> None:
    with each_by_itself() as connection:
        pass
    close_connections()
    assert connection.closed
    with each_by_itself() as other:
        assert other.scalar(text("SELECT 1")) == 1
