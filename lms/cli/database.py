"""The database from the command line: bring it up to date, load what is shipped."""

import click
from alembic.util import CommandError
from flask import Flask
from flask_migrate import upgrade as run_migrations
from sqlalchemy import text

from lms.app import create_app
from lms.clock import now
from lms.extensions import close_connections, db
from lms.services import publishing
from lms.settings import Settings
from lms.tables.registry import METADATA


@click.group()
def database() -> None:
    """The database: migrations and shipped content."""


@database.command("upgrade")
def upgrade_command() -> None:
    """Bring the tables up to date."""
    upgrade()
    click.echo("The database is up to date.")


@database.command("load-content")
def load_command() -> None:
    """Publish the content that comes with the software, where the database has none of it."""
    load_content()
    click.echo("Shipped content is loaded.")


def upgrade(app: Flask | None = None) -> None:
    """Run the migrations that are missing."""
    app = app or create_app(Settings.load())
    try:
        with app.app_context():
            run_migrations()
    except CommandError as fault:
        raise click.ClickException(f"the database cannot be brought up to date: {fault}") from fault


def clear(app: Flask) -> None:
    """Take every table of the site away, with all that is in them, in one transaction: only ever done to a demo.

    The file or the database itself stays, so that a process that has it open sees an empty one, and no half of one.
    """
    with app.app_context():
        db.session.remove()
        with db.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                # Off, or dropping a table would look for rows that point into it; takes effect outside of one only.
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
            METADATA.drop_all(connection)
            connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
            connection.commit()
        close_connections()


def load_content(app: Flask | None = None) -> None:
    """Publish shipped packs, items, tasks, lessons and schemes; what is there already is left alone."""
    app = app or create_app(Settings.load())
    with app.app_context():
        publishing.load_shipped(now=now())
