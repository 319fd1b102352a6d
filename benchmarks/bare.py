"""The bare baseline of pages: a Flask app that renders a page of like length, and saves one row for good."""

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, render_template_string, request

# As many lines as the page has, each put in by the template engine and escaped: about what any page does at least.
TEMPLATE = "<!doctype html><title>{{ title }}</title>{% for line in lines %}<p>{{ line }}</p>\n{% endfor %}"
UPSERT = (
    "INSERT INTO answer (attempt, item, choice) VALUES (?, ?, ?) "
    "ON CONFLICT (attempt, item) DO UPDATE SET choice = excluded.choice"
)


def make(folder: Path) -> Flask:
    """The app; it shows the texts of a folder by name, and keeps answers in a database there, synced on commit."""
    app = Flask("bare")
    pages: Mapping[str, list[str]] = {path.stem: path.read_text().splitlines() for path in folder.glob("*.txt")}
    connection = sqlite3.connect(folder / "bare.db", check_same_thread=False, isolation_level=None, timeout=10)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS answer (attempt, item, choice, PRIMARY KEY (attempt, item))")

    @app.get("/<name>")
    def show(name: str) -> str:
        return render_template_string(TEMPLATE, title=name, lines=pages[name])

    @app.post("/answers")
    def save() -> dict[str, bool]:
        sent = request.get_json()
        connection.execute(UPSERT, (sent["device"], sent["number"], sent["place"]))
        return {"saved": True}

    return app


def from_environment() -> Flask:
    """For a server: the folder is named by the environment."""
    return make(Path(os.environ["BARE_FOLDER"]))
