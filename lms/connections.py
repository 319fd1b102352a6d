"""The connections of one process of the web server: how many it may hold, and when one to nobody is let go of."""

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

FILES = 4096  # every connection is one, and most systems let a process begin with 1024
SILENT, EACH, GONE = 15, 5, 30  # seconds
_PATIENCE = 60.0  # seconds in which a web server that has loaded the site listens
_OPEN = Path("/proc/self/fd")
# A device that vanishes says nothing, not even that it is gone. After silence its system is asked, by that of the site,
# and no page knows of it. No answer: it has gone. Where something was on its way to it, systems try for a quarter of an
# hour, and no shorter here: a browser that asks where to save a file takes nothing meanwhile either.
_ASKING = {"TCP_KEEPIDLE": SILENT, "TCP_KEEPINTVL": EACH, "TCP_KEEPCNT": (GONE - SILENT) // EACH}


def look_after() -> None:
    """Let this process hold many connections, and let go of those whose device has vanished.

    The web server has no setting for the second, and what is set on the socket that listens holds for all that come in
    by it. That one is opened after the site is loaded, so it is waited for beside.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most_files()), hard))
    if _OPEN.is_dir():
        Thread(target=_wait_for_the_door, daemon=True).start()


def most_files() -> int:
    """How many files a process may have open, as far as they are needed."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)


def _wait_for_the_door() -> None:
    latest = time.monotonic() + _PATIENCE
    while not _set_on_the_door() and time.monotonic() < latest:
        time.sleep(0.05)


def _set_on_the_door() -> bool:
    """Whether a socket that listens was found in this process."""
    found = False
    for file in _OPEN.iterdir():
        with suppress(OSError), _seen_as_socket(int(file.name)) as one:
            if one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                for name, value in _ASKING.items():
                    one.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
                found = True
    return found


@contextmanager
def _seen_as_socket(number: int) -> Iterator[socket.socket]:
    """A file of this process, as far as it is a socket; raises OSError. It stays open, and no second one is opened.

    A copy of it would be one file more at each look, and closing a copy of the database's takes its locks away.
    """
    one = socket.socket(fileno=number)
    try:
        yield one
    finally:
        one.detach()
