"""Saving an answer on other web servers and settings, each by turns with the one that `./run serve` starts.

Gunicorn is measured where YOGYATA_BENCH_GUNICORN names a Python that has it and the packages of the project.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from statistics import median

from pydantic import SecretStr

from benchmarks.exam import SAVES, on_postgres, saving
from benchmarks.harness import Row, row_of
from benchmarks.load import Measured, closed
from lms.app import create_app
from lms.cli.serve import web_command
from lms.clock import now
from lms.extensions import close_connections, db
from lms.settings import Settings
from tests.oracle.hall import open_hall
from tests.oracle.serving import SECRET, served

Command = Callable[[int], Sequence[str]]
CHOSEN = "granian, 2 processes, 512 threads"
AT_ONCE = 32


def rows(rounds: int) -> Iterator[Row]:
    """Throughput of durable saves on PostgreSQL; the note has latency and CPU of the server that is compared."""
    with on_postgres() as (folder, url, database), ExitStack() as running:
        app = create_app(Settings(instance=folder, database_url=url, secret_key=SecretStr(SECRET)))
        with app.app_context():
            seats = open_hall(200, now())
            db.session.remove()
            close_connections()
        lanes = [saving(seat) for seat in seats]
        servers = {name: running.enter_context(served(url, folder, command)) for name, command in commands().items()}
        measured: dict[str, list[Measured]] = {name: [] for name in servers}
        for _ in range(rounds + 1):
            for name, server in servers.items():
                requests = [lanes[number % len(lanes)]() for number in range(SAVES)]
                measured[name].append(closed(server.port, requests, AT_ONCE, [server.process.pid, *database]))
    chosen = measured.pop(CHOSEN)
    yield _row(CHOSEN, chosen, chosen)
    for name, seen in measured.items():
        yield _row(name, seen, chosen)


def commands() -> Mapping[str, Command]:
    """How each server is started on a port."""
    found = {
        f"granian, {workers} process{'es' * (workers > 1)}, {threads} thread{'s' * (threads > 1)}": partial(
            _granian, workers, threads
        )
        for workers, threads in ((2, 512), (2, 4), (2, 1), (1, 512))
    }
    if python := os.environ.get("YOGYATA_BENCH_GUNICORN"):
        found["gunicorn gthread, 2 processes, 4 threads"] = partial(_gunicorn, python, ("gthread", "--threads", "4"))
        found["gunicorn gevent, 2 processes"] = partial(_gunicorn, python, ("gevent",))
    return found


def _granian(workers: int, threads: int, port: int) -> list[str]:
    line = web_command("127.0.0.1", port, workers)
    line[line.index("--blocking-threads") + 1] = str(threads)
    return line


def _gunicorn(python: str, kind: Sequence[str], port: int) -> list[str]:
    return [python, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "-k", *kind, "wsgi:app"]


def _row(name: str, seen: Sequence[Measured], chosen: Sequence[Measured]) -> Row:
    """The first round of each only warms up."""
    seen, chosen = seen[1:], chosen[1:]
    pairs = [(own.seconds / own.count, theirs.seconds / theirs.count) for own, theirs in zip(seen, chosen, strict=True)]
    p50, p95, p99 = (median(one.ms(percent) for one in seen) for percent in (50, 95, 99))
    note = f"p50/p95/p99 {p50:.0f}/{p95:.0f}/{p99:.0f} ms, {median(one.cpu_ms for one in seen):.2f} CPU ms"
    title = f"{name}, {AT_ONCE} at once"
    return row_of(title, "requests/s", pairs, baseline_name=CHOSEN, note=note)
