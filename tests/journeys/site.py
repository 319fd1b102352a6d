"""The site as a browser meets it: on a port of its own, and what its pages complain of."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from playwright.sync_api import ConsoleMessage, Page
from pydantic import SecretStr
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from lms.app import create_app
from lms.extensions import close_connections, db
from lms.permissions import Actor
from lms.services import accounts
from lms.settings import Settings
from lms.tables.people import PersonRow

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A page in the one without windows takes a fifth of the processor.
WINDOWLESS = "chromium-headless-shell"
NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 15_000  # milliseconds for what a page is to show
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find_chromium(*, whole: bool = False) -> Path | None:
    """The Chromium of this machine, if it has one: that without windows, unless a whole one is needed."""
    names = NAMES if whole else (WINDOWLESS, *NAMES)
    found = [path for path in map(shutil.which, names) if path]
    return Path(found[0]) if found else None


class Site:
    """A running site; `inside()` lets a test look into its database and call its services as the pages do."""

    def __init__(self, app: Flask, url: str) -> None:
        self.app = app
        self.url = url

    @contextmanager
    def inside(self) -> Iterator[None]:
        """A context of the site. Nothing is left open at its end, so that the pages can write."""
        with self.app.app_context():
            yield
            db.session.remove()

    def actor(self, login: str) -> Actor:
        """The actor of one of the world's people; only inside."""
        return accounts.actor_of(db.session.query(PersonRow).filter_by(login=login).one())


class Console:
    """What pages complain of: script errors, and errors on the console, breaches of the content policy among them."""

    def __init__(self) -> None:
        self._heard: list[str] = []
        self._expected: list[str] = []

    def follow(self, page: Page) -> None:
        """Listen to a page from now on."""
        page.on("pageerror", lambda error: self._heard.append(f"{page.url}: {error}"))
        page.on("console", self._hear)

    def expect(self, words: str) -> None:
        """Say of a complaint that this test brings it about."""
        self._expected.append(words)

    @property
    def complaints(self) -> list[str]:
        """What nobody expected."""
        return [line for line in self._heard if not any(words in line for words in self._expected)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._heard.append(f"{message.location.get('url')}: {message.text}")


class _Quiet(WSGIRequestHandler):
    """Serves without a line for each request."""

    def log(self, _kind: str, _message: str, *_args: object) -> None:
        """Say nothing: a failing test shows what the page said."""


def _whole(app: "WSGIApplication") -> "WSGIApplication":
    """Give each answer as one piece: where a browser drops its connection, werkzeug leaves the file behind it open."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        with closing(ClosingIterator(app(environ, start_response))) as pieces:
            return [b"".join(pieces)]

    return answer


@contextmanager
def served(instance: Path, database_url: str) -> Iterator[Site]:
    """The site as people use it, form tokens included, on a free port until the end of the block."""
    with serving(create_app(settings_for(instance, database_url))) as site:
        yield site


def settings_for(instance: Path, database_url: str) -> Settings:
    """What a site of tests is run with."""
    return Settings(instance=instance, database_url=database_url, secret_key=SecretStr("for tests only, never served"))


@contextmanager
def serving(app: Flask) -> Iterator[Site]:
    """A site that is made, on a free port until the end of the block."""
    server = make_server("127.0.0.1", 0, _whole(app), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Site(app, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            close_connections()
