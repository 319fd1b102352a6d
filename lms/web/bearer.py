"""The token with which the page of one sitting sends answers, long after a session or a form has ended."""

from datetime import timedelta

from flask import abort, request

from lms.services.sitting_tokens import Bearer, read_token, token_of

__all__ = ["LASTS", "Bearer", "find_bearer", "token_of"]

# Longer than any exam with its window for offline answers, which ends on the day after.
LASTS = timedelta(days=4)
_SCHEME = "Bearer "


def find_bearer() -> Bearer | None:
    """What the request's token proves; None where it brings none. One that is not good ends the request."""
    given = request.headers.get("Authorization", "")
    if not given.startswith(_SCHEME):
        return None
    bearer = read_token(given.removeprefix(_SCHEME), lasts=LASTS)
    if bearer is None:
        abort(401)
    return bearer
