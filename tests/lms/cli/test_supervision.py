"""Children of a run, as real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lms.cli import supervision
from lms.cli.supervision import AskedToStop, ChildDied, Supervisor

ROOT = Path(__file__).parents[3]
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
# A supervisor in a process of its own, so that it can be killed.
SUPERVISED = """
import os, sys, time
from pathlib import Path
from lms.cli.supervision import Supervisor
with Supervisor(Path(sys.argv[1]), os.environ, Path(".")) as supervisor:
    child = supervisor.start("worker", [sys.executable, "-c", "print('up', flush=True); import time; time.sleep(60)"])
    while "up" not in child.tail():
        time.sleep(0.02)
    print(child.process.pid, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(tmp_path / "logs", os.environ, ROOT) as made:
        yield made


def within(seconds: float, happens: Callable[[], bool]) -> bool:
    latest = time.monotonic() + seconds
    while time.monotonic() < latest:
        if happens():
            return True
        time.sleep(0.02)
    return False


def watch_for_seconds(supervisor: Supervisor) -> None:
    for _ in range(500):
        supervisor.watch(0.02)


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_child_that_dies_is_named_with_the_end_of_its_log(supervisor: Supervisor) -> None:
    supervisor.start("web", SLEEP)
    supervisor.start("worker", [sys.executable, "-c", "print('no paper left'); raise SystemExit(3)"])
    with pytest.raises(ChildDied) as caught:
        watch_for_seconds(supervisor)
    assert caught.value.child.name == "worker"
    assert caught.value.code == 3
    assert "The worker process ended by itself with code 3" in str(caught.value)
    assert "no paper left" in str(caught.value)


def test_a_child_killed_from_outside_is_told_by_its_signal(supervisor: Supervisor) -> None:
    child = supervisor.start("web", SLEEP)
    child.process.kill()
    with pytest.raises(ChildDied, match="The web process was ended by SIGKILL"):
        watch_for_seconds(supervisor)


def test_a_child_that_had_lived_for_a_while_is_started_again_and_its_log_goes_on(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "STEADY_SECONDS", 0.0)
    other = supervisor.start("web", SLEEP)
    first = supervisor.start("worker", [sys.executable, "-c", "print('up', flush=True); import time; time.sleep(60)"])
    assert within(10, lambda: "up" in first.tail())
    first.process.kill()
    assert within(10, lambda: bool(ended := supervisor.watch(0.02)) and ended[0].child is first)
    assert within(10, lambda: first.tail().count("up") == 2)
    assert other.process.poll() is None


def test_what_a_child_left_behind_is_ended_before_it_is_started_again(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "STEADY_SECONDS", 0.0)
    leaving = "import subprocess, sys; print(subprocess.Popen(['sleep', '60']).pid, flush=True)"
    child = supervisor.start("web", [sys.executable, "-c", leaving])
    assert child.process.wait(10) == 0
    left = int(child.tail())
    assert lives(left)
    supervisor.watch(0.0)
    assert within(5, lambda: not lives(left))


def test_the_end_of_the_run_ends_every_child(tmp_path: Path) -> None:
    with Supervisor(tmp_path / "logs", os.environ, ROOT) as made:
        children = [made.start(name, SLEEP) for name in ("web", "worker")]
        made.watch(0.0)
    assert [child.process.poll() for child in children] == [-signal.SIGTERM, -signal.SIGTERM]


def test_a_child_that_does_not_listen_is_killed_after_the_grace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "GRACE_SECONDS", 0.2)
    with Supervisor(tmp_path / "logs", os.environ, ROOT) as made:
        child = made.start("worker", [sys.executable, "-c", DEAF])
        assert within(10, lambda: "deaf" in child.tail())
    assert child.process.poll() == -signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_asks_for_the_end(supervisor: Supervisor, number: signal.Signals) -> None:
    os.kill(os.getpid(), number)
    with pytest.raises(AskedToStop):
        supervisor.watch(5)


def test_what_signals_did_before_a_run_they_do_again_after_it(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Supervisor(tmp_path / "logs", os.environ, ROOT):
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_no_child_outlives_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISED, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as run:
        child = int(run.stdout.readline())
        assert lives(child)
        run.kill()
    assert within(10, lambda: not lives(child))
