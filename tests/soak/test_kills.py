"""An exam goes on while web workers or the database are killed: what was acknowledged is there, once, unchanged."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from lms.cli.serve import web_command
from lms.clock import now
from lms.extensions import close_connections, db
from tests.oracle.cluster import WAYS, Cluster
from tests.oracle.hall import Seat, open_hall
from tests.oracle.serving import Server, Sitting, served, site_command, sitting
from tests.soak.conftest import Hall, faults_of
from tests.soak.forms import SEED, bound, forms

WHOLE_FROM = 10


def run(
    seats: list[Seat], url: str, folder: Path, *, pace: float, times: int, kill: Callable[[Server, Random], None]
) -> dict[str, object]:
    """An exam with so many kills; between two of them candidates go on saving. Returns what they saw.

    The short form has the web server alone: `./run serve` ends where something dies that has not lived for a while.
    """
    chance, is_whole = Random(SEED), times >= WHOLE_FROM
    command = partial(site_command if is_whole else web_command, "127.0.0.1")
    with (
        served(url, folder, partial(command, workers=2)) as server,
        sitting(seats, folder / "journals", server.port, pace=pace, seed=SEED) as crew,
    ):
        while is_whole and not server.is_proven:
            time.sleep(1)
        _go_on(crew, len(seats), chance)
        recoveries = []
        for _ in range(times):
            kill(server, chance)
            recoveries.append(_go_on(crew, len(seats), chance))
        return {**crew.end(), "slowest_recovery": round(max(recoveries), 1)}


def _go_on(crew: Sitting, seats: int, chance: Random) -> float:
    """Wait until a tenth of the candidates were told that an answer is saved; returns how many seconds that took."""
    began = time.monotonic()
    crew.wait_for(max(5, seats // 10))
    took = time.monotonic() - began
    time.sleep(chance.uniform(0, 0.5))
    return took


def kill_workers(server: Server, chance: Random) -> None:
    """All that are there, or one of them; where somebody starts it again, at times the web server itself.

    There, at times, also workers that were replaced just now, with which the web server ends.
    """
    is_watched = server.is_whole and server.is_proven
    is_rough = is_watched and chance.random() < 0.1
    while not (victims := server.workers() if is_rough else server.steady_workers()):
        time.sleep(0.05)
    if is_watched and chance.random() < 0.05 and server.web is not None:
        victims = [server.web]
    elif chance.random() < 0.5:
        victims = [chance.choice(victims)]
    for pid in victims:
        server.kill(pid)


def check(folder: Path, seen: dict[str, object], times: int, record: Callable[[str, object], None]) -> None:
    """No fault, and nothing that still waits; between two kills candidates went on, or the run would not have ended.

    How long that took is told and not held against a limit: it is the machine's, and what else it had to do.
    """
    told, faults = faults_of(folder / "journals")
    assert faults == []
    assert len(told.acks) >= times
    assert seen["waiting"] == 0
    record("seen", f"{len(told.acks)} answers acknowledged, {seen}; {bound(times)}")


@forms(3, 300)
def test_killing_web_workers_loses_no_acknowledged_answer(
    times: int, hall: Hall, database: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    is_long = times >= WHOLE_FROM
    seats = hall(200 if is_long else 20)
    seen = run(seats, database, tmp_path, pace=5 if is_long else 0.5, times=times, kill=kill_workers)
    check(tmp_path, seen, times, record_property)


@pytest.mark.postgres
@forms(1, 100)
def test_killing_the_database_loses_no_acknowledged_answer(
    times: int,
    own_cluster: Cluster,
    clustered: Flask,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    is_long = times >= WHOLE_FROM
    seats = open_hall(200 if is_long else 20, now())
    db.session.remove()
    close_connections()

    def kill(_server: Server, chance: Random) -> None:
        own_cluster.hurt(chance.choice(WAYS), chance)

    seen = run(seats, own_cluster.url, tmp_path, pace=5 if is_long else 0.5, times=times, kill=kill)
    check(tmp_path, seen, times, record_property)
