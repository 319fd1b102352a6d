"""The bare baseline of pages: a Flask app that renders a page of like length, and saves one row for good."""

import os
import sqlite3
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg
from flask import Flask, render_template_string, request

# As many lines as the page has, each put in by the template engine and escaped: about what any page does at least.
TEMPLATE = "<!doctype html><title>{{ title }}</title>{% for line in lines %}<p>{{ line }}</p>\n{% endfor %}"
UPSERT = (
    "INSERT INTO answer (attempt, item, choice) VALUES (?, ?, ?) "
    "ON CONFLICT (attempt, item) DO UPDATE SET choice = excluded.choice"
)
COLUMNS = "attempt {text}, item {number}, choice {number}, PRIMARY KEY (attempt, item)"
TABLE = f"CREATE TABLE IF NOT EXISTS answer ({COLUMNS})"

Save = Callable[[tuple[object, ...]], object]


def make(folder: Path, address: str = "") -> Flask:
    """The app; it shows the texts of a folder by name, and keeps answers for good.

    Those go into PostgreSQL where it has an address of one, else into SQLite in the folder.
    """
    app = Flask("bare")
    pages: Mapping[str, list[str]] = {path.stem: path.read_text().splitlines() for path in folder.glob("*.txt")}
    keep = _postgresql(address) if address else _sqlite(folder)

    @app.get("/health")
    def tell() -> str:
        return "well"

    @app.get("/<name>")
    def show(name: str) -> str:
        return render_template_string(TEMPLATE, title=name, lines=pages[name])

    @app.post("/answers")
    def save() -> dict[str, bool]:
        sent = request.get_json()
        keep((sent["device"], sent["number"], sent["place"]))
        return {"saved": True}

    return app


def _sqlite(folder: Path) -> Save:
    connection = sqlite3.connect(folder / "bare.db", check_same_thread=False, isolation_level=None, timeout=10)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(TABLE.format(text="", number=""))
    return lambda answer: connection.execute(UPSERT, answer)


def _postgresql(address: str) -> Save:
    own = threading.local()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")  # the processes start together
        connection.execute(TABLE.format(text="text", number="integer"))

    def keep(answer: tuple[object, ...]) -> None:
        if not hasattr(own, "connection"):
            own.connection = psycopg.connect(address, autocommit=True)
        own.connection.execute(UPSERT.replace("?", "%s"), answer)

    return keep


def from_environment() -> Flask:
    """For a server: the folder is named by the environment, and so may be the database that the site has."""
    url = os.environ.get("YOGYATA_DATABASE_URL", "")
    address = url.replace("postgresql+psycopg:", "postgresql:") if url.startswith("postgresql") else ""
    return make(Path(os.environ.get("BARE_FOLDER") or os.environ["YOGYATA_INSTANCE"]), address)
