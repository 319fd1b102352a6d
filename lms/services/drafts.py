"""Uploads that were read and wait for their person's word, as files in the instance folder.

A draft is bound to the person by its folder, `<kind>/<person>/`, and to its content by its name, the SHA-256: what is
published is what was shown.
"""

import fcntl
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from flask import current_app

from lms.permissions import Actor
from lms.services.errors import Absent

MAX_DRAFTS = 10
MAX_WORKED_ON = 50
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Version(Protocol):
    """A published version, kept by the hash of its content."""

    sha256: str


VersionRow = TypeVar("VersionRow", bound=Version)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentDraft(Generic[VersionRow]):
    """Content that was uploaded and read, and what is published in its place, which may say something else."""

    sha256: str
    published: VersionRow | None = None

    @property
    def is_published(self) -> bool:
        """Whether this very content is published."""
        return self.published is not None and self.published.sha256 == self.sha256


def shown_name(file_name: str) -> str:
    """The name of an uploaded file as pages show it: without folders and unseen signs, at most 120 signs."""
    return "".join(sign for sign in file_name.replace("\\", "/").rpartition("/")[2] if sign.isprintable())[:120]


@contextmanager
def one_after_another(actor: Actor, kind: str) -> Iterator[None]:
    """Around reading a draft, changing and keeping it: nobody else changes drafts of this person meanwhile."""
    folder = _folder(actor, kind)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def keep_draft(
    actor: Actor, kind: str, digest: str, text: str, *, is_worked_on: Callable[[str], bool] = lambda _text: False
) -> None:
    """Write the draft, whole or not at all; the oldest of many make room, at last those that were worked on."""
    path = _path(actor, kind, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".part", encoding="utf-8", delete=False) as part:
        try:
            part.write(text)
            part.flush()
            Path(part.name).replace(path)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
    by_age = sorted(path.parent.glob("*.json"), key=_kept_at, reverse=True)
    for place, old in enumerate(by_age[MAX_DRAFTS:], start=MAX_DRAFTS):
        with suppress(FileNotFoundError):  # somebody else made room
            if place >= MAX_WORKED_ON or not is_worked_on(old.read_text(encoding="utf-8")):
                old.unlink()


def get_draft(actor: Actor, kind: str, digest: str) -> str:
    """The text of a draft of this person's own; raises Absent."""
    try:
        return _path(actor, kind, digest).read_text(encoding="utf-8")
    except OSError as fault:
        raise Absent from fault


def drop_draft(actor: Actor, kind: str, digest: str) -> None:
    """Put a draft away."""
    with suppress(OSError):
        _path(actor, kind, digest).unlink()


def _kept_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _path(actor: Actor, kind: str, digest: str) -> Path:
    if not _SHA256.fullmatch(digest):
        raise Absent
    return _folder(actor, kind) / f"{digest}.json"


def _folder(actor: Actor, kind: str) -> Path:
    return Path(current_app.instance_path) / kind / str(actor.person_id)
