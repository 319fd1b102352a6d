"""How requests are let in: each when it is wholly here, and so many at once as the processors can work on."""

import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from threading import BoundedSemaphore
from typing import IO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

AT_ONCE = 4  # of a process; more only wait for each other
LONG_AT_ONCE = 16  # bodies of a process that are longer than any exam page sends; they are files people hand over
CROWDED = "yogyata.crowded"  # in the environ of a request whose body was one too many of these
LONG = 500_000  # bytes; what a page sends as JSON is far smaller
_PIECE = 64 * 1024
_IN_MEMORY = 64 * 1024  # bytes of a body; a longer one waits in a file
_MOST_FORGOTTEN = 200_000_000  # bytes


class Arrivals:
    """In front of the site: who sends slowly, or stops on the way, takes a thread that only listens, and no place.

    On a poor network such requests are many, and some never end.
    """

    def __init__(self, site: WSGIApplication, largest: int, at_once: int = AT_ONCE) -> None:
        """A body of more than `largest` bytes is taken and forgotten; the site refuses it by the length it is told."""
        self._site, self._largest, self._places = site, largest, BoundedSemaphore(at_once)
        self._long = BoundedSemaphore(LONG_AT_ONCE)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        with ExitStack() as held:
            environ["wsgi.input"] = self._arrived(environ, held)
            with self._places:
                return self._site(environ, start_response)

    def _arrived(self, environ: WSGIEnvironment, held: ExitStack) -> IO[bytes]:
        """The whole body, as far as the sender has sent it."""
        sent, said = environ["wsgi.input"], environ.get("CONTENT_LENGTH") or ""
        length = int(said) if said.isdecimal() else None
        if length is not None and length > self._largest:
            _forget(sent, length)
            return io.BytesIO()
        if length is None and environ.get("wsgi.input_terminated"):
            body = self._taken(environ, self._largest + 1, held)
            length = body.seek(0, io.SEEK_END)
            if length > self._largest:
                _forget(sent, _MOST_FORGOTTEN)
            environ["CONTENT_LENGTH"] = str(length)
            body.seek(0)
            return body
        return self._taken(environ, length or 0, held)

    def _taken(self, environ: WSGIEnvironment, most: int, held: ExitStack) -> IO[bytes]:
        """What can be read up to so many bytes; of a long body that finds no place nothing is kept.

        The folder for temporary files then never holds more than so many of them.
        """
        if most <= _IN_MEMORY:
            return io.BytesIO(b"".join(_pieces(environ["wsgi.input"], most)))
        body = held.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115  closed when answered
        taken, has_place = 0, False
        for piece in _pieces(environ["wsgi.input"], most):
            taken += len(piece)
            if taken > LONG and not has_place:
                if environ.get(CROWDED) or not self._long.acquire(blocking=False):
                    environ[CROWDED] = True
                    continue
                held.callback(self._long.release)
                has_place = True
            body.write(piece)
        body.seek(0)
        return body


def _forget(sent: IO[bytes], length: int) -> None:
    """Take what is on its way and keep none of it: a browser reads no answer before all of its file is sent."""
    for _piece in _pieces(sent, min(length, _MOST_FORGOTTEN)):
        pass


def _pieces(sent: IO[bytes], most: int) -> Iterator[bytes]:
    """What comes, up to so many bytes; where the sender is gone the site sees that less came than was said."""
    with suppress(OSError):
        while most > 0 and (piece := sent.read(min(most, _PIECE))):
            yield piece
            most -= len(piece)
