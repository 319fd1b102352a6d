"""The token with which the page of one sitting sends answers, long after a session or a form has ended."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from flask import abort, current_app, request
from itsdangerous import BadSignature, TimestampSigner

# Longer than any exam with its window for offline answers, which ends on the day after.
LASTS = timedelta(days=4)
_SCHEME = "Bearer "


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """What a token proves: one sitting of one person."""

    kind: str
    sitting_id: int
    person_id: int


def token_of(kind: str, sitting_id: int, person_id: int) -> str:
    """A token for one sitting of one person; the page of the sitting holds it."""
    return _signer(_secret()).sign(f"{kind}.{sitting_id}.{person_id}").decode()


def find_bearer() -> Bearer | None:
    """What the request's token proves; None where it brings none. One that is not good ends the request."""
    given = request.headers.get("Authorization", "")
    if not given.startswith(_SCHEME):
        return None
    try:
        plain = _signer(_secret()).unsign(given.removeprefix(_SCHEME), max_age=int(LASTS.total_seconds()))
    except BadSignature:
        abort(401)
    kind, sitting_id, person_id = plain.decode().split(".")
    return Bearer(kind=kind, sitting_id=int(sitting_id), person_id=int(person_id))


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


@cache
def _signer(secret: str) -> TimestampSigner:
    return TimestampSigner(secret, salt="exam bearer", digest_method=hashlib.sha256, key_derivation="hmac")
