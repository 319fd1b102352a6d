"""Starting, saving and handing in over HTTP: beside a bare durable upsert in the same run, and a peer's figures."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, islice
from pathlib import Path
from shutil import copy
from statistics import median
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from benchmarks.crowded import template
from benchmarks.harness import Row, row_of, weigh
from benchmarks.load import Measured, Request, closed, every
from lms.app import create_app
from lms.cli.serve import web_command
from lms.clock import now
from lms.extensions import close_connections, db
from lms.settings import Settings
from lms.tables.attempts import AttemptRow
from lms.web.bearer import token_of
from lms.web.exam.routes import KIND
from tests.conftest import filled
from tests.oracle.cluster import cluster
from tests.oracle.hall import Seat, open_hall
from tests.oracle.serving import SECRET, factory_command, served

AT_ONCE = (8, 32)
CANDIDATES = 100  # that start and hand in, in each cell of a round
SAVES = 3000  # thirty of each candidate: an answer to each question of a quiz as long as the peer's
UPSERT = "a bare Flask route with one durable upsert"
BUDGET = "the budget"
BUDGETS = {"start": 10.0, "autosave": 4.0}  # CPU milliseconds of server and database
# Moodle 4.1.1, PHP-FPM 8.2, PostgreSQL 15, a quiz of 30 questions, two processors; docs/performance.md tells how.
PEER = "Moodle 4.1 on two processors, see docs/performance.md"
PEERS = {"start": (18.2, 107.0), "autosave": (40.0, 46.0), "submit": (19.1, 99.0)}  # requests/s at 8, CPU ms
PEER_AIMS = {"start": 10.0, "autosave": None, "submit": 10.0}
HALL, GAP, OPEN_SECONDS, MOST_MS = 200, 5.0, 60.0, 250.0
Pair = tuple[Measured, Measured]
_NUMBERS = count()


@dataclass(slots=True)
class Site:
    """A served site beside the bare one on the same database, and its candidates who have not started."""

    port: int
    bare_port: int
    trees: Sequence[int]
    bare_trees: Sequence[int]
    seats: list[Seat]
    after_start: Callable[[Sequence[Seat]], list[Seat]]

    def take(self, number: int) -> list[Seat]:
        """Candidates for one cell."""
        taken, self.seats = self.seats[:number], self.seats[number:]
        return taken


def rows(rounds: int) -> Iterator[Row]:
    """Throughput, CPU and latency of each action on each database, at 8 and at 32 connections."""
    for engine, opened in (("SQLite", on_sqlite), ("PostgreSQL", on_postgres)):
        wanted = (rounds * len(AT_ONCE) + 1) * CANDIDATES + HALL
        with opened() as (folder, url, trees), both(folder, url, trees, wanted) as site:
            _round(site, AT_ONCE[0])
            cells: dict[tuple[str, int], list[Pair]] = {}
            for _ in range(rounds):
                for at_once in AT_ONCE:
                    for action, pair in _round(site, at_once).items():
                        cells.setdefault((action, at_once), []).append(pair)
            for (action, at_once), pairs in cells.items():
                yield from _rows(engine, action, at_once, pairs)
            yield _open_loop(engine, site)


@contextmanager
def on_sqlite() -> Iterator[tuple[Path, str, list[int]]]:
    """An instance on SQLite, filled with the test world; the processes of a database are none."""
    with template() as database, TemporaryDirectory(prefix="yogyata-bench-") as name:
        copy(database, Path(name) / "yogyata.db")
        yield Path(name), f"sqlite:///{name}/yogyata.db", []


@contextmanager
def on_postgres() -> Iterator[tuple[Path, str, list[int]]]:
    """An instance on a PostgreSQL cluster of its own."""

    def fill(url: str) -> None:
        site = filled(folder, url)
        with site.app_context():
            close_connections()

    with TemporaryDirectory(prefix="yogyata-bench-") as name:
        folder = Path(name)
        with cluster(fill) as made:
            yield folder, made.url, [made.pid]


@contextmanager
def both(
    folder: Path,
    url: str,
    database: Sequence[int],
    wanted: int,
) -> Iterator[Site]:
    """Serve the site and the bare route with the same server."""
    app = create_app(Settings(instance=folder, database_url=url, secret_key=SecretStr(SECRET)))
    with app.app_context():
        seats = open_hall(wanted, now(), started=False)
        db.session.remove()
        close_connections()

    def after_start(seats: Sequence[Seat]) -> list[Seat]:
        with app.app_context():
            found = {row.candidate_id: row.id for row in db.session.query(AttemptRow.candidate_id, AttemptRow.id)}
            attempts = [(seat, found[seat.candidate_id]) for seat in seats]
            sitting = [replace(one, attempt_id=at, token=token_of(KIND, at, one.person_id)) for one, at in attempts]
            db.session.remove()
            close_connections()
        return sitting

    bare = partial(factory_command, "benchmarks.bare:from_environment", workers=2)
    command = partial(web_command, "127.0.0.1", workers=2)
    with served(url, folder, command) as ours, served(url, folder, bare) as plain:
        trees = [[server.process.pid, *database] for server in (ours, plain)]
        yield Site(ours.port, plain.port, trees[0], trees[1], seats, after_start)


def _round(site: Site, at_once: int) -> dict[str, Pair]:
    """Each action from so many connections, the bare route right after it."""
    seats = site.take(CANDIDATES)
    started = closed(site.port, [starting(seat) for seat in seats], at_once, site.trees)
    sitting = site.after_start(seats)
    lanes = [saving(seat) for seat in sitting]
    saved = closed(site.port, [lanes[number % len(lanes)]() for number in range(SAVES)], at_once, site.trees)
    bare = _bare(site, SAVES, at_once)
    submitted = closed(site.port, [handing_in(seat) for seat in sitting], at_once, site.trees)
    return {"start": (started, bare), "autosave": (saved, bare), "submit": (submitted, bare)}


def _bare(site: Site, number: int, at_once: int) -> Measured:
    """Each row is new, as each of ours is: SQLite writes nothing where an upsert changes nothing."""
    headers, fresh = {"Content-Type": "application/json"}, islice(_NUMBERS, number)
    bodies = (json.dumps({"device": f"bench-{one}", "number": 1, "place": one % 4 + 1}).encode() for one in fresh)
    return closed(site.bare_port, [Request("/answers", headers, body) for body in bodies], at_once, site.bare_trees)


def starting(seat: Seat) -> Request:
    """The button that starts the clock."""
    headers = {"Cookie": seat.cookie, "X-CSRFToken": seat.form_token}
    return Request(f"/exam/candidates/{seat.candidate_id}/start", headers, b"", 302)


def saving(seat: Seat) -> Callable[[], Request]:
    """Makes requests that save one answer more."""
    numbers, path = count(1), f"/exam/attempts/{seat.attempt_id}/events"

    def make() -> Request:
        seq = next(numbers)
        event = {"seq": seq, "number": seq % len(seat.paper) + 1, "place": seq % 2 + 1, "elapsed_ms": 0}
        sent = {"device": "bench", "epoch": 1, "events": [event], "waiting": 0, "mode": "online"}
        return Request(path, _bearer(seat), json.dumps(sent).encode())

    return make


def handing_in(seat: Seat) -> Request:
    """The page's script hands the paper in."""
    body = json.dumps({"device": "bench", "epoch": 1}).encode()
    return Request(f"/exam/attempts/{seat.attempt_id}/submit", _bearer(seat), body)


def _bearer(seat: Seat) -> dict[str, str]:
    return {"Authorization": f"Bearer {seat.token}", "Content-Type": "application/json"}


def _rows(engine: str, action: str, at_once: int, pairs: Sequence[Pair]) -> Iterator[Row]:
    ours = [own for own, _ in pairs]
    name, note = f"{action}, {engine}, {at_once} at once", _latency(ours)
    seconds = [(own.seconds / own.count, bare.seconds / bare.count) for own, bare in pairs]
    aim = 0.6 if action == "autosave" else None
    yield row_of(name, "requests/s", seconds, baseline_name=UPSERT, aim=aim, note=note)
    cpu = median(own.cpu_ms for own in ours)
    bare_cpu = median(bare.cpu_ms for _, bare in pairs)
    bare_note = f"server and database; the bare upsert takes {bare_cpu:.2f}"
    if action in BUDGETS:
        yield weigh(f"{name}, CPU", ours=cpu, baseline_name=BUDGET, baseline=BUDGETS[action], unit="ms", note=bare_note)
    if (engine, at_once) == ("PostgreSQL", AT_ONCE[0]):
        rate, peer_cpu = PEERS[action]
        peer = [(own, 1 / rate) for own, _ in seconds]
        yield row_of(f"{name}, and the peer", "requests/s", peer, baseline_name=PEER, aim=PEER_AIMS[action])
        yield weigh(f"{name}, CPU, and the peer", ours=cpu, baseline_name=PEER, baseline=peer_cpu, unit="ms", aim=None)


def _open_loop(engine: str, site: Site) -> Row:
    """A hall that saves once in five seconds, whatever the server does."""
    seats = site.take(HALL)
    closed(site.port, [starting(seat) for seat in seats], AT_ONCE[0], site.trees)
    lanes = [saving(seat) for seat in site.after_start(seats)]
    seen = every(site.port, OPEN_SECONDS, GAP, lanes, site.trees)
    name = f"autosave, {engine}, {HALL} candidates every {GAP:.0f} s, p99"
    note = f"{OPEN_SECONDS:.0f} s, open loop; {_latency([seen])}"
    return weigh(name, ours=seen.ms(99), baseline_name=BUDGET, baseline=MOST_MS, unit="ms", note=note)


def _latency(rounds: Sequence[Measured]) -> str:
    p50, p95, p99 = (median(one.ms(percent) for one in rounds) for percent in (50, 95, 99))
    return f"ours p50/p95/p99 {p50:.0f}/{p95:.0f}/{p99:.0f} ms, {median(one.cpu_ms for one in rounds):.2f} CPU ms"
