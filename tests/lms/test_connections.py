"""Connections of the web server: devices that vanish hold none for long, and a hall has enough of them."""

import resource
import socket
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from lms.cli.serve import web_command
from lms.connections import GONE
from lms.connections import _set_on_the_door as door_is_set
from lms.extensions import close_connections, db
from tests.oracle.serving import Server, served

PATIENCE = 10
HEALTH = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
HALF_A_BODY = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20000\r\n\r\n{"
HTTP_2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there it can be looked at")


@pytest.fixture
def server(app, database: str, tmp_path: Path) -> Iterator[Server]:
    db.session.remove()
    close_connections()
    with served(database, tmp_path, partial(web_command, "127.0.0.1", workers=2)) as one:
        yield one


def is_asked(line: socket.socket) -> bool:
    """Whether the system asks, at the site's end of a connection, if the other end is still there."""
    ends = [
        f"{struct.unpack('=I', socket.inet_aton(host))[0]:08X}:{port:04X}"
        for host, port in (line.getpeername(), line.getsockname())
    ]
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()]
    timers = [row[5] for row in rows if row[1:3] == ends]
    return [timer[:2] for timer in timers] == ["02"] and int(timers[0][3:], 16) <= GONE * 100


@pytest.mark.parametrize("sent", [b"", HALF_A_BODY, HTTP_2], ids=["nothing", "half a body", "http 2"])
def all_are_asked(port: int, sent: bytes) -> bool:
    """Open some; each process of the web server has a door of its own, and the system chooses one of them."""
    with ExitStack() as opened:
        lines = [opened.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(12)]
        for line in lines:
            line.sendall(sent)
        time.sleep(0.5)
        return all(map(is_asked, lines))


@pytest.mark.parametrize("sent", [b"", HALF_A_BODY, HTTP_2], ids=["nothing", "half a body", "http 2"])
def test_a_device_that_has_vanished_is_asked_for_and_let_go_of(server: Server, sent: bytes) -> None:
    latest = time.monotonic() + PATIENCE
    while not all_are_asked(server.port, sent):
        assert time.monotonic() < latest


def test_looking_for_the_door_opens_no_files_and_closes_none(tmp_path: Path) -> None:
    files = Path("/proc/self/fd")
    with (tmp_path / "log").open("w") as log, socket.create_server(("127.0.0.1", 0)) as door:
        before = sorted(file.name for file in files.iterdir())
        assert door_is_set()
        assert sorted(file.name for file in files.iterdir()) == before
        log.write("still open")
        assert door.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1


def test_connections_that_browsers_keep_open_keep_nobody_out(server: Server) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    try:
        with ExitStack() as opened:
            for _ in range(200 * 6):
                line = opened.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE))
                line.sendall(HEALTH)
                assert line.recv(15) == b"HTTP/1.1 200 OK"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
