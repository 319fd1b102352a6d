"""How migrations run: on the site's own connection, on SQLite without enforced keys and with a check after."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from lms.extensions import db
from lms.tables.registry import METADATA


def run() -> None:
    """Run the missing migrations on the site's database."""
    with db.engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        options = current_app.extensions["migrate"].configure_args
        context.configure(connection=connection, target_metadata=METADATA, **options)
        with context.begin_transaction():
            context.run_migrations()
        if sqlite:
            _check_keys(connection)


def _check_keys(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    connection.rollback()
    connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
    if broken:
        raise RuntimeError(f"rows point to nothing after the migration: {broken[:5]}")


run()
