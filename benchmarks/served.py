"""Pages and answers over HTTP, with eight candidates at once: beside bare Flask routes on the same server."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from flask import Flask

from benchmarks.crowded import LARGE, crowded, template
from benchmarks.harness import Row, row_of
from lms.extensions import db
from lms.services import accounts, delivery
from lms.settings import ROOT
from lms.tables.assessing import AssessmentRow
from lms.web.bearer import token_of
from tests import crowd, world
from tests.crowd import Crowd

AT_ONCE = 8
REQUESTS = 25  # of each connection in a round


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


PORTS = (_free_port(), _free_port())
SERVER = ("--interface", "wsgi", "--factory", "--host", "127.0.0.1", "--workers", "2", "--blocking-threads", "4")
NOTE = f"{AT_ONCE} connections without a pause, two workers, the client on the same processors"
Send = Callable[[http.client.HTTPConnection, int], None]
Place = tuple[str, dict[str, str]]  # an address and its headers


def rows(rounds: int) -> Iterator[Row]:
    """Median and 95th percentile of a request, of ours and of the bare route by turns."""
    with TemporaryDirectory(prefix="yogyata-bare-") as name, template() as database:
        with crowded(database, database.parent / "large", LARGE) as (app, filled):
            attempt = filled.things["running"]["attempt_id"]
            halls = _many_candidates(app, filled)
        path = database.parent / "large" / "yogyata.db"
        with (
            _served(
                "benchmarks.crowded:from_environment",
                PORTS[0],
                {"CROWDED_DATABASE": str(path), "CROWDED_SINCE": str(time.time())},
            ),
            _session(PORTS[0]) as headers,
        ):
            pages = {"home": "/", "exam": f"/exam/attempts/{attempt}"}
            token = ""
            for kind, address in pages.items():
                text = _get(PORTS[0], address, headers)
                (Path(name) / f"{kind}.txt").write_text(text)
                if found := re.search(r'data-token="([^"]+)"', text):
                    token = found.group(1)
            with _served("benchmarks.bare:from_environment", PORTS[1], {"BARE_FOLDER": name}):
                for kind, address in pages.items():
                    yield from _rows(
                        f"{kind}, trainee",
                        rounds,
                        _getting(address, headers),
                        _getting(f"/{kind}", {}),
                        "a bare Flask route with as many lines",
                    )
                upsert = "a bare Flask route with one durable upsert"
                saving = headers | {"X-CSRFToken": token}
                yield from _rows(
                    "answer of an old page saved for good",
                    rounds,
                    _posting([(f"/exam/attempts/{attempt}/answers", saving)], _answer),
                    _posting([("/answers", {})], _answer),
                    upsert,
                )
                yield from _rows(
                    "answer saved for good",
                    rounds,
                    _posting(halls, _event),
                    _posting([("/answers", {})], _answer),
                    upsert,
                    aim=0.6,
                )


def _rows(
    name: str, rounds: int, ours: Send, bare: Send, baseline_name: str, aim: float | None = None
) -> Iterator[Row]:
    """`aim` is for how many there are in a second."""
    sides = ((PORTS[0], ours), (PORTS[1], bare))
    for port, send in sides:
        _load(port, send, -1)
    measured: list[tuple[tuple[float, Sequence[float]], ...]] = []
    for number in range(rounds):
        turn = [_load(port, send, number) for port, send in (sides if number % 2 else sides[::-1])]
        measured.append(tuple(turn if number % 2 else turn[::-1]))
    for place, percent in ((49, "p50"), (94, "p95")):
        pairs = [(quantiles(own[1], n=100)[place], quantiles(theirs[1], n=100)[place]) for own, theirs in measured]
        yield row_of(f"{name}, {percent}", "ms", pairs, baseline_name=baseline_name, note=NOTE)
    took = [(own[0], theirs[0]) for own, theirs in measured]
    kinds = {"unit": "requests/s", "per": AT_ONCE * REQUESTS, "aim": aim, "note": NOTE}
    yield row_of(f"{name}, in a second", pairs=took, baseline_name=baseline_name, **kinds)


def _load(port: int, send: Send, number: int) -> tuple[float, list[float]]:
    """Seconds of a round, and of each of its requests."""

    def one(connection_number: int) -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        taken = []
        for request in range(REQUESTS):
            began = time.perf_counter()
            send(connection, (number + 2) * 1_000_000 + connection_number * 1_000 + request)
            taken.append(time.perf_counter() - began)
        connection.close()
        return taken

    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        requests = [seconds for taken in threads.map(one, range(AT_ONCE)) for seconds in taken]
    return time.perf_counter() - began, requests


def _getting(address: str, headers: dict[str, str]) -> Send:
    def send(connection: http.client.HTTPConnection, _number: int) -> None:
        connection.request("GET", address, headers=headers)
        _expect(connection.getresponse())

    return send


def _posting(places: Sequence[Place], body: Callable[[int], dict[str, object]]) -> Send:
    """Every connection posts to a place of its own, as far as there are so many."""
    kinds = {"Content-Type": "application/json", "Accept": "application/json"}
    sent = [(address, headers | kinds) for address, headers in places]

    def send(connection: http.client.HTTPConnection, number: int) -> None:
        address, headers = sent[number // 1_000 % 1_000 % len(sent)]
        connection.request("POST", address, json.dumps(body(number)), headers)
        _expect(connection.getresponse())

    return send


def _answer(number: int) -> dict[str, object]:
    """One answer as old pages send it; the bare route takes the same."""
    return {"device": f"bench-{number // 1000}", "seq": number % 1000 + 1, "number": 1, "place": number % 4 + 1}


def _event(number: int) -> dict[str, object]:
    event = {"seq": number, "number": number % 20 + 1, "place": number % 4 + 1, "elapsed_ms": 0}
    return {"device": "page", "epoch": 1, "events": [event], "waiting": 0, "mode": "online"}


def _many_candidates(app: Flask, filled: Crowd) -> list[Place]:
    """Where the pages of as many candidates as there are connections send their answers, each with its token."""
    places = []
    with app.app_context():
        assessment = db.session.get_one(AssessmentRow, filled.things["running"]["assessment_id"])
        for candidate in assessment.candidates[-AT_ONCE:]:
            trainee = accounts.actor_of(candidate.trainee.person)
            attempt = delivery.start(trainee, candidate.id, now=crowd.NOW)
            bearer = token_of("attempt", attempt.id, trainee.person_id)
            places.append((f"/exam/attempts/{attempt.id}/events", {"Authorization": f"Bearer {bearer}"}))
        db.session.remove()
    return places


def _expect(answer: http.client.HTTPResponse) -> str:
    text = answer.read().decode()
    if answer.status != 200:
        raise SystemExit(f"the server answers {answer.status}: {text[:300]}")
    return text


def _get(port: int, address: str, headers: dict[str, str]) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", address, headers=headers)
    answer = connection.getresponse()
    text = _expect(answer)
    # A page with a form puts its token into the session, which is this cookie.
    if cookie := answer.getheader("Set-Cookie"):
        headers["Cookie"] = cookie.partition(";")[0]
    return text


@contextmanager
def _session(port: int) -> Iterator[dict[str, str]]:
    """The headers of a signed-in trainee."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/sign-in")
    answer = connection.getresponse()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.read().decode())
    cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    fields = f"login=trainee&password={world.PASSWORD}&csrf_token={token.group(1) if token else ''}"
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    connection.request("POST", "/sign-in", fields, kind)
    answer = connection.getresponse()
    answer.read()
    yield {"Cookie": (answer.getheader("Set-Cookie") or "").partition(";")[0]}


@contextmanager
def _served(app: str, port: int, environment: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "granian", *SERVER, "--port", str(port), "--no-ws", app]
    process = subprocess.Popen(command, env=os.environ | environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait(process, port)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    latest = time.perf_counter() + 60
    while process.poll() is None and time.perf_counter() < latest:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"the server on port {port} did not start")
