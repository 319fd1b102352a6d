"""A PostgreSQL cluster of its own, to be killed: nobody else's data is in it."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import mkdtemp

import psycopg

from tests.oracle.serving import children_of, free_port

START_SECONDS = 60.0
WAYS = ("postmaster", "backend", "immediate")


def find_programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Cluster:
    """A cluster with one database, which trusts who connects from this machine."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder, self.port = programs, folder, free_port()
        # PostgreSQL refuses to be run by root.
        self._as = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        if self._as:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        initdb = [str(programs / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", "postgres", "-E", "UTF8"]
        subprocess.run([*initdb, "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd=folder, **self._as)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """For psycopg."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def url(self) -> str:
        """For SQLAlchemy."""
        return self.address.replace("postgresql:", "postgresql+psycopg:")

    @property
    def pid(self) -> int:
        """The postmaster's."""
        if self._process is None:
            raise RuntimeError("the cluster is not running")
        return self._process.pid

    def start(self, *, durable: bool = True) -> None:
        """Start, and wait until it takes connections; after a kill it first mends itself from its log."""
        line = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        line += ["-c", "listen_addresses=127.0.0.1", "-k", str(self.folder), "-c", "max_connections=200"]
        line += [] if durable else ["-c", "fsync=off"]
        latest = time.monotonic() + START_SECONDS
        with (self.folder / "log").open("ab") as log:
            while not self.is_up():
                # Children of a killed postmaster keep the memory for a moment, and then it cannot start.
                if self._process is None or self._process.poll() is not None:
                    self._process = subprocess.Popen(line, cwd=self.folder, stdout=log, stderr=log, **self._as)
                if time.monotonic() > latest:
                    raise RuntimeError(f"PostgreSQL did not start; see {self.folder / 'log'}")
                time.sleep(0.1)

    def is_up(self) -> bool:
        """Whether it takes connections."""
        try:
            psycopg.connect(self.address, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def hurt(self, way: str, chance: Random) -> None:
        """Kill it in one of WAYS while it works, and start it again."""
        if way == "backend":
            backends = [pid for pid in children_of(self.pid) if b"idle" in _title(pid) or b"INSERT" in _title(pid)]
            if backends:
                os.kill(chance.choice(backends), signal.SIGKILL)
                self._wait_for_restart()
                return
        os.kill(self.pid, signal.SIGQUIT if way == "immediate" else signal.SIGKILL)
        if self._process is not None:
            self._process.wait(30)
        self.start()

    def stop(self) -> None:
        """Stop for good."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)

    def _wait_for_restart(self) -> None:
        time.sleep(0.2)
        self.start()


def _title(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@contextmanager
def cluster(fill: Callable[[str], object]) -> Iterator[Cluster]:
    """A running cluster in a folder that goes with it, after `fill` was called with its address.

    Raises FileNotFoundError where PostgreSQL is not installed.
    """
    with forgetful_cluster() as made:
        fill(made.url)
        made.stop()
        made.start()
        yield made


@contextmanager
def forgetful_cluster() -> Iterator[Cluster]:
    """A running cluster in a folder that goes with it; it waits for no disk, and would lose all with the power.

    Raises FileNotFoundError where PostgreSQL is not installed.
    """
    programs = find_programs()
    if programs is None:
        raise FileNotFoundError("PostgreSQL's initdb")
    folder = Path(mkdtemp(prefix="yogyata-cluster-"))
    made = None
    try:
        made = Cluster(programs, folder)
        made.start(durable=False)
        yield made
    finally:
        if made is not None:
            made.stop()
        shutil.rmtree(folder, ignore_errors=True)
