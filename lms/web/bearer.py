"""The token with which the page of one sitting sends answers, long after a session or a form has ended."""

from datetime import timedelta

from flask import abort, request

from lms.services.sitting_tokens import Bearer, read_token, token_of

__all__ = ["LASTS", "SCHEME", "Bearer", "bearer_of", "find_bearer", "token_of"]

# Longer than any exam with its window for offline answers, which ends on the day after.
LASTS = timedelta(days=4)
SCHEME = "Bearer "  # how the header with the token begins


def find_bearer() -> Bearer | None:
    """What the request's token proves; None where it brings none. One that is not good ends the request."""
    given = request.headers.get("Authorization", "")
    if not given.startswith(SCHEME):
        return None
    bearer = bearer_of(given)
    if bearer is None:
        abort(401)
    return bearer


def bearer_of(given: str) -> Bearer | None:
    """What the token of such a header proves, None for one that is not good."""
    return read_token(given.removeprefix(SCHEME), lasts=LASTS)
