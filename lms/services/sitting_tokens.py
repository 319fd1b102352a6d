"""The token of one sitting of one person: made for its page, and proof that what brings it comes from that page."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache

from flask import current_app
from itsdangerous import BadSignature, TimestampSigner

ATTEMPT = "attempt"  # the kind of a real exam
_LONGEST = 200  # signs; all that are made have fewer, and what is longer is not looked at nor remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """What a token proves: one sitting of one person."""

    kind: str
    sitting_id: int
    person_id: int


def token_of(kind: str, sitting_id: int, person_id: int) -> str:
    """A token for one sitting of one person; the page of the sitting holds it."""
    return _signer(_secret()).sign(f"{kind}.{sitting_id}.{person_id}").decode()


def read_token(token: str, *, lasts: timedelta | None = None) -> Bearer | None:
    """What a token proves, None for one that is not good; how old it is matters only where it `lasts` so long.

    One from a moment to come is good: the site's clock was set back meanwhile, and the exam goes on.
    """
    secret = _secret()
    if len(token) > _LONGEST or (found := _proved(secret, token)) is None:
        return None
    bearer, made_at = found
    signer = _signer(secret)
    if lasts is not None and signer.timestamp_to_datetime(signer.get_timestamp()) - made_at > lasts:
        return None
    return bearer


@lru_cache(maxsize=4096)  # one of a page for each answer that it sends
def _proved(secret: str, token: str) -> tuple[Bearer, datetime] | None:
    """What a token proves and when it was made; None for one that this site did not make."""
    try:
        plain, made_at = _signer(secret).unsign(token, return_timestamp=True)
    except BadSignature:
        return None
    kind, sitting_id, person_id = plain.decode().split(".")
    return Bearer(kind=kind, sitting_id=int(sitting_id), person_id=int(person_id)), made_at


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


@cache
def _signer(secret: str) -> TimestampSigner:
    return TimestampSigner(secret, salt="exam bearer", digest_method=hashlib.sha256, key_derivation="hmac")
