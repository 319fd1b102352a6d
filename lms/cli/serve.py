"""Running the site on one machine: everything made ready, then the web server and the worker side by side."""

import errno
import http.client
import os
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from sqlalchemy.exc import OperationalError

from lms.cli.occupancy import InUse, hold
from lms.cli.supervision import AskedToStop, ChildDied, NotHealthy, Supervisor
from lms.connections import most_files
from lms.settings import ROOT, Settings, SettingsFaulty

if TYPE_CHECKING:
    from lms.cli.lan import Lan

HEALTH_SECONDS = 60.0
ASKED, ASKED_SECONDS = "/static/emblem.svg", 1.0  # needs no database, and fills no log while there is none
LOCAL, PORT, LAN_PORT = "127.0.0.1", 8000, 8443
ANY = "0.0.0.0"  # noqa: S104  what `--lan` is for
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  compared with, not bound to


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is run: where, with how many processes, whether with the demo, and how the local network reaches it."""

    host: str
    port: int
    workers: int
    demo: bool
    lan: "Lan | None"

    @property
    def reached(self) -> str:
        """The address by which this machine reaches it."""
        return ANY_ADDRESS.get(self.host, self.host)

    @property
    def trusted(self) -> Path | None:
        """The certificate by which the site's own is known, where it has one."""
        return self.lan.authority.certificate if self.lan else None


@click.command()
@click.option("--host", help="Address to listen on; 0.0.0.0 for all.  [default: 127.0.0.1, or all with --lan]")
@click.option("--port", type=click.IntRange(1, 65535), help="8000, or 8443 with --lan.  [default: by that]")
@click.option("--lan", is_flag=True, help="Serve the local network over HTTPS, by a certificate of the site's own.")
@click.option(
    "--install-port",
    default=8080,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="With --lan: of the plain page from which devices install the certificate.",
)
@click.option("--no-demo", is_flag=True, help="Leave an empty database empty.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="Processes of the web server.")
def serve(host: str | None, port: int | None, lan: bool, install_port: int, no_demo: bool, workers: int) -> None:
    """Start the site and its worker; Ctrl-C stops both."""
    port = port or (LAN_PORT if lan else PORT)
    listen = host or (ANY if lan else LOCAL)
    for wanted in (port, install_port) if lan else (port,):
        check_port(listen, wanted)
    # The database and the logs are about people: nobody else on the machine reads what a run makes.
    os.umask(0o077)
    local = prepare_lan(host, port, install_port) if lan else None
    # What is printed and mailed names this address, unless the site was given one of its own.
    os.environ.setdefault("YOGYATA_PUBLIC_URL", local.urls[0] if local else address_of(listen, port))
    try:
        settings = Settings.load()
    except SettingsFaulty as fault:
        raise click.ClickException(str(fault)) from fault
    try:
        make_ready(demo=not no_demo)
    except OperationalError as fault:
        reason = str(fault.orig).splitlines()[0]
        raise click.ClickException(f"The database cannot be used ({reason}). See YOGYATA_DATABASE_URL.") from fault
    site = Site(host=listen, port=port, workers=workers, demo=not no_demo, lan=local)
    try:
        # While the site runs nobody makes its demo anew.
        with (
            hold(settings.instance, alone=False),
            Supervisor(settings.instance / "logs", environment(), ROOT) as supervisor,
        ):
            run_site(supervisor, site)
    except InUse as fault:
        raise click.ClickException(
            f"A demo is being made in {settings.instance}. Start again when it is done."
        ) from fault
    except AskedToStop:
        click.echo("\nStopped.")
    except (ChildDied, NotHealthy) as fault:
        raise click.ClickException(str(fault)) from fault


def environment() -> dict[str, str]:
    """What the children are run with: Python in them must find the project however this process found it."""
    return os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def prepare_lan(host: str | None, port: int, install_port: int) -> "Lan":
    """The certificate of the site's own network; cookies then go over HTTPS alone."""
    from lms.cli import lan

    os.environ.setdefault("YOGYATA_SECURE_COOKIES", "true")
    try:
        return lan.prepare(Settings.load(), host if host not in ANY_ADDRESS else None, port, install_port)
    except SettingsFaulty as fault:
        raise click.ClickException(str(fault)) from fault


def check_port(host: str, port: int) -> None:
    """Refuse in one line when the address cannot be listened on."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # As the server does: connections that linger from a run before are no obstacle.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            message = f"Port {port} is in use. Stop what uses it, or take another: --port {port + 1}"
        elif fault.errno == errno.EACCES:
            message = f"Port {port} is kept for the system. Take one above 1023: --port 8000"
        else:
            message = f"Cannot listen on {host} ({fault.strerror}). Name an address of this machine: --host 127.0.0.1"
        raise click.ClickException(message) from fault


def make_ready(*, demo: bool) -> None:
    """Bring the database up to date and load what is shipped; nothing happens where that is done already."""
    with step("Database"):
        from lms.cli.database import upgrade

        upgrade()
    with step("Shipped content"):
        from lms.cli.database import load_content

        load_content()
    if demo:
        from lms.cli.demo import ensure_demo

        # It shows its own progress.
        with step("Demo", turns=False):
            ensure_demo()


def run_site(supervisor: Supervisor, site: Site) -> NoReturn:
    """Start the processes, tell where the site is, and watch until asked to stop."""
    with step("Web server"):
        web = supervisor.start("web", web_command(site.host, site.port, site.workers, site.lan))
        latest = time.monotonic() + HEALTH_SECONDS
        while not answers(site.reached, site.port, site.trusted):
            if time.monotonic() > latest:
                raise NotHealthy(web, HEALTH_SECONDS)
            supervisor.watch(0.1)
    # After the web server, so that starting it does not slow down what a person waits for.
    supervisor.start("worker", [sys.executable, "-m", "lms.cli", "work"])
    if site.lan:
        supervisor.start("install", install_command(site.host, site.lan.install_port))
    announce(site, web.log.parent)
    while True:
        for ended in supervisor.watch(0.5):
            click.echo(f"{ended}\nIt is started again.", err=True)
        ask_again(site)


def ask_again(site: Site) -> None:
    """Ask for as many answers as there are processes, and wait for none for long.

    The web server starts a thread when a request comes and none is free. Where one is just being given its request, it
    is counted as free, and the new request stays until another comes; if all threads wait for requests that stop on
    their way, nothing else would set it going.
    """
    for _process in range(site.workers):
        answers(site.reached, site.port, site.trusted, path=ASKED, seconds=ASKED_SECONDS)


# Of a process. Most only wait for the rest of a request that stops on its way: see lms/web/arrivals.py.
THREADS = 512


def web_command(host: str, port: int, workers: int, lan: "Lan | None" = None) -> list[str]:
    """The web server; a worker process that dies is replaced, and one that will not stop is ended."""
    command = [*_granian(host, port), "--workers", str(workers), "--blocking-threads", str(THREADS)]
    # Connections, of a process: browsers of a hall keep up to six open, and one more would wait for one of them to end.
    command += ["--backpressure", str(most_files() // 2)]
    return [*command, *(lan.tls() if lan else []), "wsgi:app"]


def install_command(host: str, port: int) -> list[str]:
    """The plain web server beside one over HTTPS."""
    return [*_granian(host, port), "--workers", "1", "--blocking-threads", "2", "--factory", "lms.install_site:site"]


def answers(host: str, port: int, trusted: Path | None = None, *, path: str = "/health", seconds: float = 2) -> bool:
    """Whether /health says in time that all is well; over HTTPS where an authority to trust is named."""
    try:
        with closing(_connection(host, port, trusted, seconds)) as connection:
            connection.request("GET", path)
            return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False


def address_of(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    reached = ANY_ADDRESS.get(host, host)
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def announce(site: Site, logs: Path) -> None:
    """Print where the site is and, with the demo, who can sign in."""
    if site.lan:
        from lms.cli import lan

        lan.announce(site.lan)
    else:
        click.echo(f"\nYogyata is at {address_of(site.host, site.port)}")
    if site.demo:
        from lms.cli.demo import show_sign_ins, sign_ins

        click.echo()
        show_sign_ins(sign_ins())
    click.echo(f"\nLogs are in {logs}. Ctrl-C stops the site.")


def _connection(host: str, port: int, trusted: Path | None, seconds: float) -> http.client.HTTPConnection:
    if not trusted:
        return http.client.HTTPConnection(host, port, timeout=seconds)
    context = ssl.create_default_context(cafile=trusted)
    return http.client.HTTPSConnection(host, port, timeout=seconds, context=context)


def _granian(host: str, port: int) -> list[str]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    return [*command, "--respawn-failed-workers", "--workers-kill-timeout", "8"]


@contextmanager
def step(name: str, *, turns: bool = True) -> Iterator[None]:
    """One line of progress: a turning sign on a terminal, then what it took."""
    began = time.monotonic()
    stop = _spin(name) if turns and sys.stdout.isatty() else lambda: None
    try:
        yield
    finally:
        stop()
    click.echo(f"{name} ready ({time.monotonic() - began:.1f} s)")


def _spin(name: str) -> Callable[[], None]:
    from rich.console import Console

    status = Console().status(f"{name} ...")
    status.start()
    return status.stop
