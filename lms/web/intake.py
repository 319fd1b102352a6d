"""What may come in with a request: ids that a row can have, text that every database keeps, flat JSON."""

from collections.abc import Iterable

from flask import Flask, abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter, Map

from assessments.words import Message
from lms.services.errors import Faulty
from lms.web.arrivals import CROWDED, LONG

LARGEST_ID = 2**31 - 1
MOST_JSON = LONG  # read, a text of empty lists takes up two hundred times its size
FAILED = "yogyata.failed"  # in the environ of a request for which the database was waited for in vain already: how
_DIGITS = len(str(LARGEST_ID))
_UNSEEN = Message("There is an unseen sign in what was sent. Type it again.")
_NO_FIELDS = Message("What was sent cannot be read: it has to be fields with their values.")


class IdConverter(IntegerConverter):
    """The `<int:…>` of addresses: plain digits, and no number larger than any row's."""

    regex = rf"[0-9]{{1,{_DIGITS}}}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_ID)


def register(app: Flask) -> None:
    """Put the converter, and the look at what is sent, in front of every page; before any is registered."""
    app.url_map.converters["int"] = IdConverter
    app.before_request(_refuse_what_found_no_place)
    app.before_request(_wait_no_second_time)
    app.before_request(_refuse_unseen_signs)


def is_whole_number(text: str) -> bool:
    """Whether the text is plain digits up to the largest number that a row can have."""
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text) <= LARGEST_ID


def whole_number(text: str) -> int:
    """Plain digits up to the largest number that a row can have. Raises ValueError for all else."""
    if not is_whole_number(text):
        raise ValueError(f"{text[:40]!r} is no whole number up to {LARGEST_ID}")
    return int(text)


def sent_numbers(fields: MultiDict[str, str], name: str) -> set[int]:
    """The numbers that were ticked under a name; what can be no row's is passed over, as a box nobody has is."""
    return set(fields.getlist(name, type=whole_number))


def sent_json() -> bytes:
    """The body of a request that is JSON; one that is longer than any page sends ends the request."""
    request.max_content_length = MOST_JSON
    return request.get_data()


def sent_fields() -> MultiDict[str, str]:
    """The fields of a JSON body as texts, as a form would send them; null is a field that is not filled in."""
    sent_json()
    try:
        given = request.get_json()
    except RecursionError:
        given = None
    if not isinstance(given, dict):
        raise Faulty(_NO_FIELDS)
    fields = {name: str(value) for name, value in given.items() if value is not None}
    _require_storable([*fields, *fields.values()])
    return MultiDict(fields)


def _refuse_what_found_no_place() -> None:
    """A file that was one too many at once: nothing of it is here."""
    if request.environ.get(CROWDED):
        abort(503)


def _wait_no_second_time() -> None:
    """Who writes for too long will not be done in this moment, and others wait for the place of this request."""
    if (fault := request.environ.get(FAILED)) is not None:
        raise fault


def _refuse_unseen_signs() -> None:
    texts = [request.path]
    # A body of JSON is no form, and is looked at where it is read.
    for fields in (request.args,) if request.is_json else (request.args, request.form):
        for name, value in fields.items(multi=True):
            texts += (name, value)
    _require_storable(texts)


def _require_storable(texts: Iterable[str]) -> None:
    """PostgreSQL keeps no zero sign, and half of a pair of signs, which JSON can write, has no bytes at all."""
    try:
        is_storable = b"\0" not in "".join(texts).encode()
    except UnicodeEncodeError:
        is_storable = False
    if not is_storable:
        raise Faulty(_UNSEEN)
