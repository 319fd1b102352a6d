"""How requests are let in: each when it is wholly here, and so many at once as the processors can work on."""

import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from threading import BoundedSemaphore
from typing import IO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

AT_ONCE = 4  # of a process; more only wait for each other
_PIECE = 64 * 1024
_IN_MEMORY = 1024 * 1024  # bytes of a body; a longer one waits in a file
_MOST_FORGOTTEN = 200_000_000  # bytes


class Arrivals:
    """In front of the site: who sends slowly, or stops on the way, takes a thread that only listens, and no place.

    On a poor network such requests are many, and some never end.
    """

    def __init__(self, site: WSGIApplication, largest: int, at_once: int = AT_ONCE) -> None:
        """A body of more than `largest` bytes is taken and forgotten; the site refuses it by the length it is told."""
        self._site, self._largest, self._places = site, largest, BoundedSemaphore(at_once)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        with closing(self._arrived(environ)) as body:
            environ["wsgi.input"] = body
            with self._places:
                return self._site(environ, start_response)

    def _arrived(self, environ: WSGIEnvironment) -> IO[bytes]:
        """The whole body, as far as the sender has sent it."""
        sent, said = environ["wsgi.input"], environ.get("CONTENT_LENGTH") or ""
        length = int(said) if said.isdecimal() else None
        if length is not None and length > self._largest:
            _forget(sent, length)
            return _taken(sent, 0)
        if length is None and environ.get("wsgi.input_terminated"):
            body = _taken(sent, self._largest + 1)
            length = body.seek(0, io.SEEK_END)
            if length > self._largest:
                _forget(sent, _MOST_FORGOTTEN)
            environ["CONTENT_LENGTH"] = str(length)
            body.seek(0)
            return body
        return _taken(sent, length or 0)


def _forget(sent: IO[bytes], length: int) -> None:
    """Take what is on its way and keep none of it: a browser reads no answer before all of its file is sent."""
    for _piece in _pieces(sent, min(length, _MOST_FORGOTTEN)):
        pass


def _taken(sent: IO[bytes], most: int) -> IO[bytes]:
    """What can be read up to so many bytes."""
    body = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  closed when the request is answered
    for piece in _pieces(sent, most):
        body.write(piece)
    body.seek(0)
    return body


def _pieces(sent: IO[bytes], most: int) -> Iterator[bytes]:
    """What comes, up to so many bytes; where the sender is gone the site sees that less came than was said."""
    with suppress(OSError):
        while most > 0 and (piece := sent.read(min(most, _PIECE))):
            yield piece
            most -= len(piece)
