"""What many tests begin with is done once in a process: the others go on from a copy of the database as it was then."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from lms.extensions import close_connections, db

Step = TypeVar("Step", bound=Callable[..., Any])
# Of each database that was put where tests look for it: the one it is a copy of, and when it was written last.
_COPIES: dict[Path, tuple[Path, int]] = {}
# What was kept of a step that was taken on a copy of a database: all of it, and the kind and number of the row it gave.
_KEPT: dict[tuple[Path, str], tuple[Path, type, int]] = {}


def begin_anew(template: Path, path: Path) -> Path:
    """Put a copy of a SQLite database where another was, which nobody has open."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.copy(template, path)
    _COPIES[path] = template, path.stat().st_mtime_ns
    return path


def go_on_from(template: Path) -> None:
    """Put a copy of a SQLite database in place of the site's own; only inside."""
    db.session.remove()
    close_connections()
    begin_anew(template, _path())


def once(step: Step) -> Step:
    """A step that gives a row: where tests begin with it, it is done once in a process, and then its outcome is copied.

    After anything else was written, or is held by the session, and on PostgreSQL, it is done as ever.
    """

    @wraps(step)
    def taken(*given: Any, **how: Any) -> Any:
        template = _untouched()
        if template is None:
            return step(*given, **how)
        said = [one for one in given if not callable(one)]
        name = template, f"{step.__module__}.{step.__qualname__} {said} {sorted(how.items())}"
        if name in _KEPT:
            kept, kind, number = _KEPT[name]
            go_on_from(kept)
            return db.session.get_one(kind, number)
        row = step(*given, **how)
        _KEPT[name] = _keep(template), type(row), row.id
        return row

    return taken  # type: ignore[return-value]


def _path() -> Path:
    return Path(str(db.engine.url.database))


def _untouched() -> Path | None:
    """What the database is still an unchanged copy of."""
    path = _path()
    template, written_at = _COPIES.get(path, (None, 0))
    log = Path(f"{path}-wal")
    if template is None or path.stat().st_mtime_ns != written_at or (log.exists() and log.stat().st_size):
        return None
    if db.session.identity_map or db.session.new:
        return None
    connection = db.session.connection().connection.driver_connection
    return template if connection is not None and connection.total_changes == 0 else None


def _keep(template: Path) -> Path:
    """Keep the database as it is."""
    path = template.parent / f"state-{len(_KEPT)}.db"
    with closing(sqlite3.connect(_path())) as now, closing(sqlite3.connect(path)) as kept:
        now.backup(kept)
    return path
