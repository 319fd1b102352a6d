"""The web server of a site as `./run serve` starts it, for tests that kill its workers, and candidates beside it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lms.cli.serve import answers, web_command
from lms.cli.supervision import STEADY_SECONDS
from lms.settings import ROOT
from tests.oracle import hall
from tests.oracle.hall import Seat

SECRET = "for tests only, never served"
START_SECONDS = 90.0
RESPAWN_SECONDS = 6.0  # granian calls it a loop where a worker that it has just replaced lives for less


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def children_of(pid: int) -> list[int]:
    """The processes that a process has started and that live."""
    try:
        names = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [int(name) for name in names if _lives(int(name))]


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Server:
    """A site that this process has started: the web server alone, or all of `./run serve`."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process, self.port, self.started_at = process, port, time.monotonic()

    @property
    def web(self) -> int | None:
        """The main process of the web server; None while `./run serve` starts it again."""
        if b"granian" in _command(self.process.pid):
            return self.process.pid
        return next((pid for pid in children_of(self.process.pid) if b"granian" in _command(pid)), None)

    @property
    def is_whole(self) -> bool:
        """Whether somebody starts its web server again."""
        return self.web != self.process.pid

    @property
    def is_proven(self) -> bool:
        """Whether it has lived so long that `./run serve` starts its web server again."""
        return time.monotonic() - self.started_at > STEADY_SECONDS + 5

    def workers(self) -> list[int]:
        """The worker processes of the web server."""
        web = self.web
        return [] if web is None else [pid for pid in children_of(web) if b"resource_tracker" not in _command(pid)]

    def steady_workers(self) -> list[int]:
        """Those that were not replaced just now: granian ends where one of these dies again.

        `./run serve` starts it again then, once it has lived for a while.
        """
        return [pid for pid in self.workers() if _age(pid) > RESPAWN_SECONDS]

    def kill(self, pid: int) -> None:
        """`kill -9` one of its own processes."""
        if pid == self.web or pid in self.workers():
            os.kill(pid, signal.SIGKILL)

    def wait(self) -> None:
        """Return when it answers that all is well."""
        latest = time.monotonic() + START_SECONDS
        while not answers("127.0.0.1", self.port):
            if self.process.poll() is not None or time.monotonic() > latest:
                raise RuntimeError("the web server did not start")
            time.sleep(0.1)


def _age(pid: int) -> float:
    """Seconds that a process has lived."""
    try:
        began = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except OSError:
        return 0.0
    return time.clock_gettime(time.CLOCK_BOOTTIME) - began / os.sysconf("SC_CLK_TCK")


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def site_command(host: str, port: int, workers: int) -> list[str]:
    """The command of `./run serve`."""
    line = [sys.executable, "-P", "-m", "lms.cli", "serve", "--no-demo", "--host", host, "--port", str(port)]
    return [*line, "--workers", str(workers)]


def factory_command(app: str, port: int, workers: int) -> list[str]:
    """The web server of `./run serve` alone, on another application."""
    return [*web_command("127.0.0.1", port, workers)[:-1], "--factory", app]


@contextmanager
def served(url: str, instance: Path, make_command: Callable[[int], Sequence[str]]) -> Iterator[Server]:
    """Serve a database with what `make_command` starts on a port."""
    port = free_port()
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "YOGYATA_INSTANCE": str(instance),
        "YOGYATA_DATABASE_URL": url,
        "YOGYATA_SECRET_KEY": SECRET,
    }
    with (instance / "web.log").open("ab") as log:
        process = subprocess.Popen(make_command(port), env=environment, cwd=ROOT, stdout=log, stderr=log)
    server = Server(process, port)
    try:
        server.wait()
        yield server
    finally:
        left = server.workers()
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            for pid in filter(_lives, left):
                os.kill(pid, signal.SIGKILL)


class Sitting:
    """Candidates at work in a process of their own."""

    def __init__(self, process: "subprocess.Popen[str]", journals: Path) -> None:
        self.process, self.journals = process, journals

    def saved(self) -> int:
        """How many answers they were told to be saved so far."""
        try:
            return int((self.journals / "saved").read_text() or 0)
        except FileNotFoundError:
            return 0

    def wait_for(self, more: int, seconds: float = 100.0) -> None:
        """Return when so many more are saved."""
        goal, latest = self.saved() + more, time.monotonic() + seconds
        while self.saved() < goal:
            if self.process.poll() is not None or time.monotonic() > latest:
                raise RuntimeError(f"candidates could not go on saving within {seconds} seconds")
            time.sleep(0.05)

    def end(self) -> Mapping[str, Any]:
        """Let them send what waits; returns what they saw."""
        self.process.send_signal(signal.SIGTERM)
        seen: dict[str, Any] = json.loads(self.process.communicate(timeout=90)[0])
        return seen


@contextmanager
def sitting(seats: Sequence[Seat], folder: Path, port: int, *, pace: float, seed: int) -> Iterator[Sitting]:
    """Seat candidates; each saves every `pace` seconds or so, and keeps its journal in the folder."""
    folder.mkdir()
    hall.write(seats, folder / "seats.json")
    line = [sys.executable, "-m", "tests.oracle.sitting", str(folder / "seats.json"), str(folder), str(port)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [*line, str(pace), str(seed)], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Sitting(process, folder)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
