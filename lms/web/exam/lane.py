"""The short way of what comes by thousands: one answer, sent by the page of an exam with its token.

It does what `events.keep_events` does where the answer is saved, and nothing else: no session, no form's token and no
page's words are asked for. All else goes the long way as if this one were not there.
"""

import json
import logging
import re
import sqlite3
from typing import IO, TYPE_CHECKING

from flask import Flask
from pydantic import ValidationError

from assessments.errors import AssessmentError
from lms.clock import now
from lms.services import delivery
from lms.services.errors import Refusal
from lms.web import gate
from lms.web.bearer import SCHEME, bearer_of
from lms.web.exam import device
from lms.web.exam.routes import KIND
from lms.web.intake import FAILED, LARGEST_ID

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

LONGEST = 1000  # bytes; one answer takes some two hundred
_PLACE = re.compile(r"/exam/attempts/([0-9]{1,10})/events")
_HEADERS = [
    *gate.HEADERS.items(),
    *device.OWN.items(),
    ("Content-Type", "application/json"),
    ("Cache-Control", gate.UNKEPT),
]
_written = json.JSONEncoder(separators=(",", ":")).encode
_log = logging.getLogger(__name__)


class Lane:
    """In front of a site whose requests have wholly arrived."""

    def __init__(self, app: Flask) -> None:
        self._app, self._site = app, app.wsgi_app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        """Answer one request."""
        if (reply := self._reply(environ)) is None:
            return self._site(environ, start_response)
        start_response("200 OK", [*_HEADERS, ("Content-Length", str(len(reply)))])
        return [reply]

    def _reply(self, environ: "WSGIEnvironment") -> bytes | None:
        """What is told of a saved answer; None for whatever the long way is to answer.

        That may meet the same answer again: what is kept already is kept once and gets the same receipt.
        """
        place, token = _PLACE.fullmatch(environ["PATH_INFO"]), environ.get("HTTP_AUTHORIZATION", "")
        is_plain = environ["REQUEST_METHOD"] == "POST" and not environ.get("QUERY_STRING") and token.startswith(SCHEME)
        body = _short(environ) if place and is_plain else None
        if place is None or body is None or (attempt_id := int(place[1])) > LARGEST_ID:
            return None
        said = None
        try:
            with self._app.app_context():
                bearer = bearer_of(token)
                if bearer and (bearer.kind, bearer.sitting_id) == (KIND, attempt_id):
                    said = device.saved_at_once(delivery.get_desk(bearer.person_id, attempt_id), body, now())
        except (Refusal, AssessmentError, ValidationError):
            pass
        except sqlite3.OperationalError as fault:
            environ[FAILED] = fault
        except Exception as fault:
            _log.warning("an answer takes the long way: %r", fault)
        return said and _written(said).encode()


def _short(environ: "WSGIEnvironment") -> bytes | None:
    """The body, left where it is; None for one that is longer than an answer."""
    sent: IO[bytes] = environ["wsgi.input"]
    body = sent.read(LONGEST + 1)
    sent.seek(0)
    return body if len(body) <= LONGEST else None
