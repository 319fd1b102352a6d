"""`serve --lan` as a device meets it: a real Chromium that trusts the authority, and one that does not."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Error, Page, Playwright

from lms.cli import main
from lms.cli.lan import own_addresses
from lms.local_authority import find_authority, is_local
from tests.journeys.site import ARGUMENTS, find_chromium
from tests.lms.cli.test_serve import free_port

ROOT = Path(__file__).parents[3]
INSTALLS_WORKERS = """async () => {
  const worker = await navigator.serviceWorker.register("/static/door/probe_worker.js");
  return worker.unregister();
}"""


def test_this_machines_addresses_are_of_local_networks() -> None:
    assert all(is_local(address) and not address.startswith("127.") for address in own_addresses())


def test_an_address_that_is_not_local_is_refused_before_anything_is_made(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("YOGYATA_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setattr("lms.cli.serve.check_port", lambda *_: None)
    ended = CliRunner().invoke(main, ["serve", "--lan", "--host", "198.51.100.7"])
    assert ended.exit_code == 1
    assert "198.51.100.7 is no address of a local network." in ended.output
    assert find_authority(tmp_path / "instance") is None


@pytest.mark.browser
def test_a_browser_that_trusts_the_authority_goes_on_without_a_network_and_another_does_not_open_it(
    tmp_path, tool: Playwright
) -> None:
    # A browser learns of an authority only by certutil, which ./run does not install: it is one test's alone.
    needed = {"chromium": find_chromium(whole=True), "certutil (apt install libnss3-tools)": shutil.which("certutil")}
    if lacking := [name for name, path in needed.items() if path is None]:
        pytest.skip(f"not here: {lacking}")
    port, install_port = free_port(), free_port()
    with running(tmp_path / "instance", port, install_port) as shown:
        assert f"https://127.0.0.1:{port}" in shown
        assert f"http://127.0.0.1:{install_port}/install" in shown
        assert find_authority(tmp_path / "instance").fingerprint in shown
        address = f"https://127.0.0.1:{port}/exam"
        with page_of(tool, tmp_path / "home", find_authority(tmp_path / "instance").certificate) as trusting:
            trusting.goto(address)
            assert trusting.evaluate("window.isSecureContext")
            assert trusting.evaluate(INSTALLS_WORKERS) is True
            assert all(cookie["secure"] for cookie in trusting.context.cookies())
            assert trusting.context.cookies()
        with page_of(tool, tmp_path / "other", None) as other, pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
            other.goto(address)


@contextmanager
def page_of(tool: Playwright, home: Path, authority: Path | None) -> Iterator[Page]:
    """A Chromium with a home of its own, in which the authority is installed if one is given."""
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    subprocess.run(["certutil", "-d", f"sql:{store}", "-N", "--empty-password"], check=True)
    if authority:
        trust = ["certutil", "-d", f"sql:{store}", "-A", "-t", "C,,", "-n", "yogyata", "-i", str(authority)]
        subprocess.run(trust, check=True)
    browser = tool.chromium.launch(
        executable_path=find_chromium(whole=True), args=ARGUMENTS, env={**os.environ, "HOME": str(home)}
    )
    try:
        yield browser.new_page()
    finally:
        browser.close()


@contextmanager
def running(instance: Path, port: int, install_port: int) -> Iterator[str]:
    """A whole `serve --lan` at 127.0.0.1, stopped at the end of the block; gives what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("YOGYATA_")}
    environment |= {"YOGYATA_INSTANCE": str(instance), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "lms.cli", "serve", "--lan", "--no-demo", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--install-port", str(install_port), "--workers", "1"]
    with subprocess.Popen(
        command, cwd=instance.parent, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        try:
            shown = []
            for line in run.stdout:
                shown.append(line)
                if "Ctrl-C" in line:
                    break
            yield "".join(shown)
        finally:
            run.send_signal(signal.SIGTERM)
            run.communicate(timeout=30)
