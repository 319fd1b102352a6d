"""Writers to an SQLite file come one after another, within a process and between processes."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask

from lms import turns
from lms.extensions import db
from lms.settings import ROOT
from lms.turns import Turns

HOLDING = """
import sys, time
from lms.turns import TURNS
TURNS.take(sys.argv[1])
print("held", flush=True)
time.sleep(60)
"""


def test_only_one_thread_has_its_turn(tmp_path: Path) -> None:
    own, name, inside, most = Turns(), str(tmp_path / "a.db"), threading.Semaphore(1), []

    def write(_: int) -> None:
        assert own.take(name)
        most.append(inside.acquire(blocking=False))
        time.sleep(0.001)
        inside.release()
        own.leave(name)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    assert all(most)


def test_a_process_that_is_killed_in_its_turn_leaves_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, name = Turns(), str(tmp_path / "a.db")
    line = [sys.executable, "-c", HOLDING, name]
    with subprocess.Popen(line, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        monkeypatch.setattr(turns, "BUSY_SECONDS", 0.05)
        assert not own.take(name)
        other.kill()
        other.wait()
    monkeypatch.setattr(turns, "BUSY_SECONDS", 5.0)
    assert own.take(name)
    own.leave(name)


def test_a_turn_ends_with_its_transaction_however_that_ends(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "BUSY_SECONDS", 0.2)
    for end in (db.session.commit, db.session.rollback, db.session.remove):
        db.session.execute(db.text("SELECT 1"))
        assert not turns.TURNS.take(db.engine.url.database)
        end()
        assert turns.TURNS.take(db.engine.url.database)
        turns.TURNS.leave(db.engine.url.database)
