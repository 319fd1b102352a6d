"""Child processes of a running site: started together, watched, stopped together."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

GRACE_SECONDS = 10
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TAIL_LINES = 15
# One that never lived so long would end again; one that did was killed, and an exam does not stop for that.
STEADY_SECONDS = 20.0


class AskedToStop(Exception):
    """A signal has asked for the end of the run."""


class ChildDied(Exception):
    """A child process ended by itself."""

    def __init__(self, child: "Child", code: int) -> None:
        self.child, self.code = child, code
        super().__init__(f"The {child.name} process {_how_it_ended(code)}. The end of {child.log}:\n{child.tail()}")


class NotHealthy(Exception):
    """The site did not answer in time."""

    def __init__(self, child: "Child", seconds: float) -> None:
        super().__init__(f"No answer within {seconds:.0f} seconds. The end of {child.log}:\n{child.tail()}")


@dataclass(frozen=True, slots=True)
class Child:
    """A running process with the file that takes what it prints."""

    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes]"
    log: Path
    started_at: float
    has_lived: bool = False

    @property
    def is_proven(self) -> bool:
        """Whether it, or one before it with the same command, has lived for a while."""
        return self.has_lived or time.monotonic() - self.started_at >= STEADY_SECONDS

    def tail(self, lines: int = TAIL_LINES) -> str:
        """The last lines that it printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


class Supervisor:
    """Keeps the children of one run; as a context it stops them all at its end, however it ends.

    SIGINT, SIGTERM and SIGHUP ask it to stop. Use it from the main thread.
    """

    def __init__(self, logs: Path, environment: Mapping[str, str], folder: Path) -> None:
        self._logs, self._environment, self._folder = logs, environment, folder
        self._children: list[Child] = []
        self._stop = threading.Event()

    def __enter__(self) -> "Supervisor":
        self._logs.mkdir(parents=True, exist_ok=True)
        self._handlers = {number: signal.signal(number, lambda *_: self._stop.set()) for number in STOPPING}
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._stop_all()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)

    def start(self, name: str, command: Sequence[str]) -> Child:
        """Start a child, in a session of its own so that Ctrl-C reaches it only through its supervisor."""
        (self._logs / f"{name}.log").unlink(missing_ok=True)
        child = self._launch(name, command)
        self._children.append(child)
        return child

    def watch(self, seconds: float) -> list[ChildDied]:
        """Wait; returns the ends of children that had lived for a while and are started again.

        Raises AskedToStop at a signal, ChildDied when a child has ended by itself that never lived so long.
        """
        if self._stop.wait(seconds):
            raise AskedToStop
        ended = []
        for place, child in enumerate(self._children):
            if (code := child.process.poll()) is None:
                continue
            ended.append(ChildDied(child, code))
            if not child.is_proven:
                raise ended[-1]
            _end_session(child)
            self._children[place] = replace(self._launch(child.name, child.command), has_lived=True)
        return ended

    def _launch(self, name: str, command: Sequence[str]) -> Child:
        log = self._logs / f"{name}.log"
        with log.open("ab") as out:
            process = subprocess.Popen(
                [*_ending_with_parent(), *command],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return Child(name, command, process, log, time.monotonic())

    def _stop_all(self) -> None:
        """Ask all to end, and end after the grace what has not."""
        for child in self._children:
            child.process.terminate()
        latest = time.monotonic() + GRACE_SECONDS
        for child in self._children:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, latest - time.monotonic()))
            _end_session(child)
            child.process.wait()


def _end_session(child: Child) -> None:
    """End also what a child left behind when it ended: its session is its own."""
    with suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)


def _ending_with_parent() -> list[str]:
    """What makes a child end when its supervisor is killed without a chance to say so, where the system can."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def _how_it_ended(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended by itself with code {code}"
