"""The site in its own network: this machine's addresses, what the web servers are started with, and what is printed."""

import fcntl
import socket
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from lms.clock import now
from lms.local_authority import LocalAuthority, is_local, make_ready
from lms.settings import Settings

_SIOCGIFADDR = 0x8915
# Networks that a machine makes for its own virtual machines and containers: no device of the hall is there.
_VIRTUAL = ("docker", "br-", "veth", "virbr", "lo")
# Any address of a network: nothing is sent, the system only says from which of its own it would be.
_ASKED = ("10.255.255.255", "192.168.255.255", "172.31.255.255")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lan:
    """A site served over HTTPS to its own network, and the plain page from which devices install its certificate."""

    authority: LocalAuthority
    addresses: tuple[str, ...]
    port: int
    install_port: int

    @property
    def urls(self) -> tuple[str, ...]:
        """What is typed into a browser, the likeliest first."""
        return tuple(f"https://{address}:{self.port}" for address in self.addresses)

    @property
    def install_urls(self) -> tuple[str, ...]:
        """Where devices install the certificate."""
        return tuple(f"http://{address}:{self.install_port}/install" for address in self.addresses)

    def tls(self) -> list[str]:
        """What the web server is started with besides."""
        files = self.authority.server_certificate, self.authority.server_key
        return ["--ssl-certificate", str(files[0]), "--ssl-keyfile", str(files[1]), "--ssl-protocol-min", "tls1.2"]


def prepare(settings: Settings, host: str | None, port: int, install_port: int) -> Lan:
    """The authority and certificate for this machine's addresses, or for the one named; nothing is made twice."""
    addresses = (host,) if host else own_addresses()
    if not addresses:
        raise click.ClickException("This machine has no address in a local network. Connect it, or name one: --host")
    if not all(map(is_local, addresses)):
        raise click.ClickException(f"{', '.join(addresses)} is no address of a local network.")
    authority = make_ready(settings.instance, addresses, now())
    return Lan(authority=authority, addresses=tuple(addresses), port=port, install_port=install_port)


def own_addresses() -> tuple[str, ...]:
    """This machine's addresses in local networks, the one that others most likely reach first."""
    found = dict.fromkeys([*_routed(), *_of_interfaces()])
    return tuple(address for address in found if is_local(address) and not address.startswith("127."))


def announce(lan: Lan) -> None:
    """Print what is to be done on each device, with squares for their cameras."""
    import segno

    steps = (("Once on each device, install the certificate:", lan.install_urls), ("Then open the site:", lan.urls))
    for number, (words, urls) in enumerate(steps, 1):
        click.echo(f"\n{number}. {words}\n   " + "\n   ".join(urls))
        if sys.stdout.isatty():
            segno.make(urls[0], micro=False).terminal(compact=True, border=2)
    click.echo(f"\nThe certificate’s SHA-256, to compare on a device:\n   {lan.authority.fingerprint}")
    click.echo("What this protects, and what not: docs/operating.md, “A hall without the internet”.")


def _routed() -> Iterator[str]:
    for address in _ASKED:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((address, 9))
            except OSError:
                continue
            yield probe.getsockname()[0]


def _of_interfaces() -> Sequence[str]:
    if sys.platform != "linux":
        return socket.gethostbyname_ex(socket.gethostname())[2]
    names = [name for _, name in socket.if_nameindex() if not name.startswith(_VIRTUAL)]
    return [address for name in names if (address := _address_of(name))]


def _address_of(interface: str) -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            answer = fcntl.ioctl(asked, _SIOCGIFADDR, struct.pack("256s", interface.encode()[:15]))
        except OSError:
            return None
    return socket.inet_ntoa(answer[20:24])
