"""Starting the site: what is refused before anything is made, and a whole run with a real server and worker."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.app import create_app
from lms.cli import main
from lms.cli.serve import ASKED, address_of, answers
from lms.settings import read_or_make_key
from tests.conftest import settings_for
from tests.oracle.serving import Server

ROOT = Path(__file__).parents[3]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_a_port_in_use_is_refused_in_one_line_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YOGYATA_INSTANCE", str(tmp_path / "instance"))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ended = CliRunner().invoke(main, ["serve", "--port", str(port)])
    assert ended.exit_code == 1
    assert ended.output.splitlines() == [
        f"Error: Port {port} is in use. Stop what uses it, or take another: --port {port + 1}"
    ]
    assert not (tmp_path / "instance").exists()


def test_an_address_of_another_machine_is_refused() -> None:
    ended = CliRunner().invoke(main, ["serve", "--host", "192.0.2.1"])
    assert ended.exit_code == 1
    assert "Cannot listen on 192.0.2.1" in ended.output


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),  # noqa: S104
        ("::", "http://[::1]:80"),
        ("exams.example", "http://exams.example:80"),
    ],
)
def test_the_address_shown_can_be_typed_into_a_browser(host: str, address: str) -> None:
    assert address_of(host, 80) == address


def test_what_the_site_asks_itself_again_and_again_needs_no_database_and_fills_no_log(tmp_path: Path, caplog) -> None:
    url = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none"
    browser = create_app(settings_for(tmp_path, url)).test_client()
    assert browser.get("/health").status_code == 503
    assert caplog.records
    caplog.clear()
    with browser.get(ASKED) as reply:
        assert reply.status_code == 200
    assert not caplog.records


@pytest.mark.parametrize(("status", "well"), [(200, True), (503, False), (404, False)])
def test_only_a_site_that_says_all_is_well_answers(status: int, well: bool) -> None:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        assert answers("127.0.0.1", server.server_port) is well
        server.shutdown()
        thread.join()


def test_nothing_answers_where_nothing_listens() -> None:
    assert answers("127.0.0.1", free_port()) is False


def test_the_secret_key_is_made_once_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    instance = tmp_path / "new" / "instance"
    key = read_or_make_key(instance)
    assert len(key) >= 43
    assert stat.S_IMODE((instance / "secret_key").stat().st_mode) == 0o600
    assert read_or_make_key(instance) == key
    assert read_or_make_key(tmp_path / "another") != key


def test_a_whole_run_starts_tells_its_address_goes_on_asking_its_web_server_and_stops_at_sigterm(
    tmp_path: Path,
) -> None:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("YOGYATA_")}
    environment |= {"YOGYATA_INSTANCE": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "lms.cli", "serve", "--no-demo", "--port", str(port), "--workers", "1"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        try:
            shown = []
            for line in run.stdout:
                shown.append(line)
                if "Ctrl-C" in line:
                    break
            assert f"http://127.0.0.1:{port}" in "".join(shown)
            assert answers("127.0.0.1", port)
            assert stat.S_IMODE((tmp_path / "yogyata.db").stat().st_mode) == 0o600
            for _ in range(300):
                if (tmp_path / "worker.beat").exists():
                    break
                time.sleep(0.1)
            assert (tmp_path / "worker.beat").exists()
            assert len(asking(Server(run, port))) >= 3
            assert re.search(r"Database ready \(\d+\.\d s\)", "".join(shown))
        finally:
            run.send_signal(signal.SIGTERM)
            rest = run.communicate(timeout=30)[0]
    assert run.returncode == 0
    assert "Stopped." in rest
    assert not answers("127.0.0.1", port)
    assert not (tmp_path / "worker.beat").exists()


def asking(site: Server) -> set[str]:
    """The ends of connections that somebody opens to a site whose one process stands still, until there are three."""
    (worker,) = site.workers()
    os.kill(worker, signal.SIGSTOP)
    try:
        found: set[str] = set()
        for _ in range(300):
            lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
            found |= {line[1] for line in lines if line[2].endswith(f":{site.port:04X}") and line[3] == "01"}
            if len(found) >= 3:
                break
            time.sleep(0.1)
        return found
    finally:
        os.kill(worker, signal.SIGCONT)
