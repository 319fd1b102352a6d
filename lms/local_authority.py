"""The certificate authority of one site in its own network: made once in the instance folder, good for nothing else."""

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import AddressValueError, IPv4Address, IPv4Network, ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

FOLDER = "lan"
NAME = "Yogyata local network"
# Devices that trust this authority trust it for addresses of local networks alone.
NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8")
_OF_AUTHORITY = timedelta(days=5 * 365)
# Apple's devices refuse certificates of a server that last longer than 825 days.
_OF_SERVER = timedelta(days=397)
# For devices whose clock is behind, also by a year, as without a battery; with the time to come under those 825 days.
_BEHIND = timedelta(days=400)
_RENEWED_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class LocalAuthority:
    """Where the authority and the server's own certificate lie."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """The certificate of the authority, which devices install."""
        return self.folder / "authority.crt"

    @property
    def key(self) -> Path:
        """The key of the authority: whoever has it can pose as any address of a local network to those devices."""
        return self.folder / "authority.key"

    @property
    def server_certificate(self) -> Path:
        """The certificate the server shows, with that of the authority."""
        return self.folder / "server.crt"

    @property
    def server_key(self) -> Path:
        """The server's key."""
        return self.folder / "server.key"

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the authority's certificate, as devices show it."""
        digest = _read(self.certificate).fingerprint(hashes.SHA256())
        return ":".join(f"{byte:02X}" for byte in digest)

    def for_devices(self) -> bytes:
        """The certificate of the authority in the form that every system installs."""
        return _read(self.certificate).public_bytes(serialization.Encoding.DER)


def find_authority(instance: Path) -> LocalAuthority | None:
    """The authority of an instance, when one was made."""
    authority = LocalAuthority(instance / FOLDER)
    return authority if authority.certificate.exists() else None


def make_ready(instance: Path, addresses: Sequence[str], now: datetime) -> LocalAuthority:
    """The authority, made on first use, with a server's certificate for these addresses; all files have mode 600."""
    authority = LocalAuthority(instance / FOLDER)
    authority.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not authority.certificate.exists() or _read(authority.certificate).not_valid_after_utc <= now:
        _make_authority(authority, now)
        authority.server_certificate.unlink(missing_ok=True)
    if not _is_good(authority, addresses, now):
        _make_server(authority, addresses, now)
    return authority


def is_local(address: str) -> bool:
    """Whether the authority may vouch for an address."""
    try:
        return any(IPv4Address(address) in IPv4Network(network) for network in NETWORKS)
    except AddressValueError:
        return False


def names() -> tuple[str, ...]:
    """The names this machine has in a local network."""
    own = socket.gethostname().split(".")[0].lower()
    return ("localhost", f"{own}.local")


def _make_authority(authority: LocalAuthority, now: datetime) -> None:
    key, subject = ec.generate_private_key(ec.SECP256R1()), _named(f"{NAME}, {socket.gethostname()}"[:64])
    permitted: list[x509.GeneralName] = [x509.IPAddress(ip_network(network)) for network in NETWORKS]
    permitted += [x509.DNSName("local"), x509.DNSName("localhost")]
    certificate = (
        _builder(subject, subject, key.public_key(), now, now + _OF_AUTHORITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(authority.key, _key_bytes(key))
    _write(authority.certificate, certificate.public_bytes(serialization.Encoding.PEM))


def _make_server(authority: LocalAuthority, addresses: Sequence[str], now: datetime) -> None:
    issuer, issuer_key = _read(authority.certificate), _read_key(authority.key)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(_named(NAME), issuer.subject, key.public_key(), now, min(now + _OF_SERVER, issuer.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(_alternatives(addresses)), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    chain = (certificate, issuer)
    _write(authority.server_key, _key_bytes(key))
    _write(authority.server_certificate, b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain))


def _is_good(authority: LocalAuthority, addresses: Sequence[str], now: datetime) -> bool:
    if not authority.server_certificate.exists() or not authority.server_key.exists():
        return False
    held = _read(authority.server_certificate)
    shown = held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(_alternatives(addresses)) <= set(shown) and held.not_valid_after_utc - now > _RENEWED_BEFORE


def _alternatives(addresses: Sequence[str]) -> list[x509.GeneralName]:
    numbers = [x509.IPAddress(ip_address(address)) for address in dict.fromkeys(("127.0.0.1", *addresses))]
    return [*(x509.DNSName(name) for name in names()), *numbers]


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, until: datetime
) -> x509.CertificateBuilder:
    start = now - _BEHIND
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    return builder.serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(until)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path} holds no key of an authority made here")
    return key


def _key_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    pkcs8 = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, pkcs8, serialization.NoEncryption())


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and for its owner alone."""
    fresh = path.with_suffix(f"{path.suffix}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    fresh.replace(path)
