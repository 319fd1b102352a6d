"""Sites that lie: the oracle must catch each of them. For tests of the oracle only."""

import json
import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from lms.app import create_app
from lms.settings import Settings

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
DROP_EVERY = 1000
HOLD_SECONDS = 0.25


class _Lying(ABC):
    """Lets the site answer, and then takes back from its SQLite log some of what it told to be saved."""

    def __init__(self, app: Wsgi, path: Path) -> None:
        self.app, self.path, self.acknowledged, self.dropped = app, path, 0, 0
        with sqlite3.connect(path, timeout=10) as connection:
            connection.execute("DROP TRIGGER IF EXISTS answer_event_no_delete")
        connection.close()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer as the site does."""
        reply = b"".join(self.app(environ, start_response))
        if environ["PATH_INFO"].endswith("/events"):
            attempt = int(environ["PATH_INFO"].split("/")[-2])
            for saved in json.loads(reply).get("saved", ()):
                self.acknowledged += 1
                self._lie(attempt, saved["seq"])
        return [reply]

    @abstractmethod
    def _lie(self, attempt: int, seq: int) -> None:
        """What is done to an answer once it was told to be saved."""

    def _take_out(self, attempt: int, seq: int) -> tuple[Any, ...] | None:
        with sqlite3.connect(self.path, timeout=10) as connection:
            where = "FROM answer_event WHERE attempt_id = ? AND seq = ?"
            row: tuple[Any, ...] | None = connection.execute(f"SELECT * {where}", (attempt, seq)).fetchone()
            connection.execute(f"DELETE {where}", (attempt, seq))
        connection.close()
        return row


class Dropping(_Lying):
    """Drops one of a thousand acknowledged answers."""

    def _lie(self, attempt: int, seq: int) -> None:
        if self.acknowledged % DROP_EVERY == 0:
            self._take_out(attempt, seq)
            self.dropped += 1


class Hasty(_Lying):
    """Acknowledges first, and commits a quarter of a second later."""

    def _lie(self, attempt: int, seq: int) -> None:
        if (row := self._take_out(attempt, seq)) is not None:
            threading.Thread(target=self._put_back, args=(row,), daemon=True).start()

    def _put_back(self, row: tuple[Any, ...]) -> None:
        time.sleep(HOLD_SECONDS)
        with sqlite3.connect(self.path, timeout=10) as connection:
            places = ", ".join("?" * len(row))
            connection.execute(f"INSERT OR IGNORE INTO answer_event VALUES ({places})", row)  # noqa: S608
        connection.close()


def hasty() -> Wsgi:
    """For a server: the settings of the environment name the database."""
    settings = Settings.load()
    return Hasty(create_app(settings), Path(settings.database_url.removeprefix("sqlite:///")))
