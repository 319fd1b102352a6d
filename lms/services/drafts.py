"""Uploads that were read and wait for their person's word, as files in the instance folder.

A draft is bound to the person by its folder, `<kind>/<person>/`, and to its content by its name, the SHA-256: what is
published is what was shown.
"""

import re
from contextlib import suppress
from pathlib import Path

from flask import current_app

from lms.permissions import Actor
from lms.services.errors import Absent

MAX_DRAFTS = 10
_SHA256 = re.compile(r"[0-9a-f]{64}")


def shown_name(file_name: str) -> str:
    """The name of an uploaded file as pages show it: without folders and unseen signs, at most 120 signs."""
    return "".join(sign for sign in file_name.replace("\\", "/").rpartition("/")[2] if sign.isprintable())[:120]


def keep_draft(actor: Actor, kind: str, digest: str, text: str) -> None:
    """Write the draft, whole or not at all; the oldest of many make room."""
    path = _path(actor, kind, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
    by_age = sorted(path.parent.glob("*.json"), key=lambda one: one.stat().st_mtime_ns, reverse=True)
    for old in by_age[MAX_DRAFTS:]:
        old.unlink(missing_ok=True)


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


def _path(actor: Actor, kind: str, digest: str) -> Path:
    if not _SHA256.fullmatch(digest):
        raise Absent
    return Path(current_app.instance_path) / kind / str(actor.person_id) / f"{digest}.json"
