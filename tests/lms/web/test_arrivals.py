"""Requests that stop on their way keep nobody waiting, and few are worked on at once."""

import io
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from lms.cli.serve import Site, ask_again, web_command
from lms.extensions import close_connections, db
from lms.web.arrivals import CROWDED, LONG_AT_ONCE, Arrivals
from tests.oracle.serving import served

PATIENCE = 20
LARGEST = 3_000_000


def echo(environ, start_response):
    """Sends back what came, as far as its length was told."""
    start_response("200 OK", [])
    return [environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))]


def sent(site, stream, **named) -> bytes:
    builder = EnvironBuilder(method="POST", input_stream=stream)
    environ = builder.get_environ() | {name: value for name, value in named.items() if value is not None}
    return b"".join(run_wsgi_app(site, environ)[0])


def test_a_body_that_stops_on_its_way_takes_no_place():
    class Stopping(io.BytesIO):
        def read(self, *_) -> bytes:
            stopped.set()
            assert over.wait(PATIENCE)
            return b""

    stopped, over = threading.Event(), threading.Event()
    site = Arrivals(echo, LARGEST, at_once=1)
    with ThreadPoolExecutor(1) as other:
        slow = other.submit(sent, site, Stopping(), CONTENT_LENGTH="9")
        assert stopped.wait(PATIENCE)
        assert sent(site, io.BytesIO(b"an answer"), CONTENT_LENGTH="9") == b"an answer"
        over.set()
        assert slow.result(PATIENCE) == b""


def test_no_more_are_worked_on_at_once_than_there_are_places():
    def work(environ, start_response):
        with lock:
            inside.append(1)
            most.append(len(inside))
        time.sleep(0.01)
        with lock:
            inside.pop()
        return echo(environ, start_response)

    lock, inside, most = threading.Lock(), [], []
    site = Arrivals(work, LARGEST, at_once=3)
    with ThreadPoolExecutor(12) as others:
        bodies = [str(number).encode() for number in range(40)]
        answers = others.map(lambda body: sent(site, io.BytesIO(body), CONTENT_LENGTH=str(len(body))), bodies)
        assert list(answers) == bodies
    assert max(most) == 3


def test_a_place_is_free_again_after_a_fault():
    def fail(_environ, _start_response):
        raise RuntimeError("a fault")

    site = Arrivals(fail, LARGEST, at_once=1)
    for _again in range(3):
        with pytest.raises(RuntimeError):
            sent(site, io.BytesIO(b""))


def test_a_body_comes_whole_whether_its_length_is_told_or_not():
    site, body = Arrivals(echo, LARGEST), b"0123456789" * 250_000
    assert sent(site, io.BytesIO(body), CONTENT_LENGTH=str(len(body))) == body
    assert sent(site, io.BytesIO(body), CONTENT_LENGTH="", **{"wsgi.input_terminated": True}) == body
    assert sent(site, io.BytesIO(body), CONTENT_LENGTH="12", **{"wsgi.input_terminated": None}) == body[:12]


def test_a_body_that_is_too_large_is_taken_and_forgotten_before_it_has_a_place():
    def refuse(environ, start_response):
        start_response("413 Content Too Large", [])
        return [environ["CONTENT_LENGTH"].encode() + environ["wsgi.input"].read(1)]

    class Coming(io.BytesIO):
        def read(self, *given) -> bytes:
            assert site._places.acquire(blocking=False), "it has a place before it is there"
            site._places.release()
            return super().read(*given)

    site, body = Arrivals(refuse, LARGEST, at_once=1), Coming(b"x" * (LARGEST + 500_000))
    assert sent(site, body, CONTENT_LENGTH=str(LARGEST + 500_000)) == str(LARGEST + 500_000).encode()
    assert body.tell() == LARGEST + 500_000
    body.seek(0)
    told = sent(site, body, CONTENT_LENGTH="", **{"wsgi.input_terminated": True})
    assert told == str(LARGEST + 1).encode() + b"x"
    assert body.tell() == LARGEST + 500_000


@pytest.mark.parametrize("told", [True, False])
def test_of_long_bodies_only_so_many_are_kept_at_once_and_short_ones_always(told):
    class Waiting(io.BytesIO):
        def read(self, *given) -> bytes:
            if self.tell() == len(long):
                waiting.release()
                assert over.wait(PATIENCE)
            return super().read(*given)

    def measure(environ, start_response):
        start_response("200 OK", [])
        return [b"%d %d" % (len(environ["wsgi.input"].read()), environ.get(CROWDED, False))]

    long, over, waiting = b"x" * 600_000, threading.Event(), threading.Semaphore(0)
    site = Arrivals(measure, LARGEST, at_once=1)
    ways = {"CONTENT_LENGTH": str(len(long) + 1)} if told else {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}
    with ThreadPoolExecutor(LONG_AT_ONCE) as others:
        kept = [others.submit(sent, site, Waiting(long), **ways) for _ in range(LONG_AT_ONCE)]
        for _ in kept:
            assert waiting.acquire(timeout=PATIENCE)
        size, crowded = sent(site, io.BytesIO(long), **ways).split()
        assert int(size) <= 500_000
        assert crowded == b"1"
        assert sent(site, io.BytesIO(b"an answer"), CONTENT_LENGTH="9") == b"9 0"
        over.set()
        assert [one.result(PATIENCE) for one in kept] == [b"600000 0"] * LONG_AT_ONCE
    assert sent(site, io.BytesIO(long), **ways) == b"600000 0"


def test_a_file_that_found_no_place_is_refused_with_words_though_its_forms_token_is_gone_too(app, signed_in):
    browser = signed_in("centre")
    app.config["WTF_CSRF_ENABLED"] = True
    answer = browser.post("/sign-in", environ_overrides={CROWDED: True})
    assert answer.status_code == 503
    assert "The site is very busy" in answer.text


def test_who_sends_a_file_that_is_too_large_is_told_so(app, database, tmp_path):
    db.session.remove()
    close_connections()
    length = 3 * app.config["MAX_CONTENT_LENGTH"]
    head = f"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: {length}\r\n\r\n"
    with (
        served(database, tmp_path, partial(web_command, "127.0.0.1", workers=1)) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as line,
    ):
        line.sendall(head.encode())
        for _ in range(length // 10_000):
            line.sendall(b"x" * 10_000)
        line.sendall(b"x" * (length % 10_000))
        assert line.recv(12) == b"HTTP/1.1 413"


def test_three_hundred_requests_that_stop_on_their_way_leave_the_site_at_work(app, database, tmp_path):
    db.session.remove()
    close_connections()
    head = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20000\r\n\r\n{"
    with served(database, tmp_path, partial(web_command, "127.0.0.1", workers=2)) as server, ExitStack() as opened:
        for _ in range(300):
            stopping = opened.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            stopping.sendall(head)
        site = Site(host="127.0.0.1", port=server.port, workers=2, demo=False, lan=None)
        opened.enter_context(asked_again(site))
        time.sleep(1)
        for _ in range(10):
            with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as line:
                line.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                assert line.recv(15) == b"HTTP/1.1 200 OK"


@contextmanager
def asked_again(site):
    """A site that is asked again and again, as `./run serve` does it."""

    def ask():
        while not over.wait(0.5):
            ask_again(site)

    over = threading.Event()
    with ThreadPoolExecutor(1) as beside:
        asking = beside.submit(ask)
        try:
            yield
        finally:
            over.set()
        asking.result(PATIENCE)
