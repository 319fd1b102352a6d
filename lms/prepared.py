"""Statements compiled once and given to the driver itself, for the few requests that come by thousands."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Dialect, Executable


class Prepared:
    """A statement with named values, compiled for each database when first used there."""

    def __init__(self, statements: Mapping[str, Executable]) -> None:
        """`statements` has one by the name of each database."""
        self._statements = statements
        self._compiled: dict[str, tuple[str, list[str] | None, dict[str, Any]]] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The driver's cursor. Values are given as the database takes them: see `to_database`."""
        sql, order, own = self._compiled.get(connection.dialect.name) or self._compile(connection.dialect)
        named = {**own, **values}
        given = named if order is None else [named[name] for name in order]
        return connection.connection.driver_connection.execute(sql, given)  # type: ignore[union-attr]

    def _compile(self, dialect: Dialect) -> tuple[str, list[str] | None, dict[str, Any]]:
        """The text, the order of values where they have no names there, and the statement's own values."""
        statement = self._statements[dialect.name]
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        found = str(compiled), list(compiled.positiontup) if compiled.positional else None, dict(compiled.params)
        self._compiled[dialect.name] = found
        return found


def to_database(moment: datetime | None, connection: Connection) -> Any:
    """A moment as `UtcDateTime` keeps it."""
    if moment is None:
        return None
    plain = moment.astimezone(UTC).replace(tzinfo=None)
    return plain.isoformat(" ", "microseconds") if connection.dialect.name == "sqlite" else plain


def from_database(kept: Any) -> datetime | None:
    """A moment that `UtcDateTime` kept."""
    if kept is None:
        return None
    plain = datetime.fromisoformat(kept) if isinstance(kept, str) else kept
    return plain.replace(tzinfo=UTC)
