"""Databases that tests begin with: copies of one that was filled before."""

import shutil
from pathlib import Path

from lms.extensions import close_connections, db


def begin_anew(template: Path, path: Path) -> Path:
    """Put a copy of a SQLite database where another was, which nobody has open."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.copy(template, path)
    return path


def go_on_from(template: Path) -> None:
    """Put a copy of a SQLite database in place of the site's own; only inside."""
    db.session.remove()
    close_connections()
    begin_anew(template, _path())


def _path() -> Path:
    return Path(str(db.engine.url.database))
