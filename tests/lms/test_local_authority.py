"""The certificate authority of a site in its own network: made once, and good for local addresses alone."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from lms.local_authority import find_authority, is_local, make_ready

NOW = datetime(2026, 11, 2, 4, 30, tzinfo=UTC)


def certificate(path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_it_is_made_once_and_every_file_is_its_owners_alone(tmp_path) -> None:
    assert find_authority(tmp_path) is None
    first = make_ready(tmp_path, ["192.168.1.5"], NOW)
    kept = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    assert make_ready(tmp_path, ["192.168.1.5"], NOW + timedelta(days=9)) == first == find_authority(tmp_path)
    assert {path.name: path.read_bytes() for path in first.folder.iterdir()} == kept
    assert {stat.S_IMODE(path.stat().st_mode) for path in first.folder.iterdir()} == {0o600}
    assert stat.S_IMODE(first.folder.stat().st_mode) == 0o700


def test_another_address_gets_a_new_certificate_from_the_same_authority(tmp_path) -> None:
    authority = make_ready(tmp_path, ["192.168.1.5"], NOW)
    fingerprint, before = authority.fingerprint, authority.server_certificate.read_bytes()
    make_ready(tmp_path, ["192.168.1.5", "10.0.0.7"], NOW)
    assert authority.fingerprint == fingerprint
    assert authority.server_certificate.read_bytes() != before
    names = certificate(authority.server_certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert {str(one) for one in names.value.get_values_for_type(x509.IPAddress)} == {
        "127.0.0.1",
        "192.168.1.5",
        "10.0.0.7",
    }


def test_a_certificate_that_is_about_to_end_is_renewed_and_lasts_as_phones_allow(tmp_path) -> None:
    authority = make_ready(tmp_path, ["10.0.0.7"], NOW)
    held = certificate(authority.server_certificate)
    assert held.not_valid_after_utc - held.not_valid_before_utc < timedelta(days=825)
    later = held.not_valid_after_utc - timedelta(days=20)
    make_ready(tmp_path, ["10.0.0.7"], later)
    assert certificate(authority.server_certificate).not_valid_after_utc > later + timedelta(days=300)


def test_devices_whose_clock_is_a_year_behind_find_it_valid(tmp_path) -> None:
    authority = make_ready(tmp_path, ["10.0.0.7"], NOW)
    for path in (authority.certificate, authority.server_certificate):
        assert certificate(path).not_valid_before_utc <= NOW - timedelta(days=366)


def test_devices_that_trust_it_trust_it_for_local_networks_alone(tmp_path) -> None:
    own = certificate(make_ready(tmp_path, ["10.0.0.7"], NOW).certificate)
    limits = own.extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    networks = [one.value for one in limits.value.permitted_subtrees if isinstance(one, x509.IPAddress)]
    assert IPv4Network("192.168.0.0/16") in networks
    assert all(network.is_private for network in networks)
    names = [one.value for one in limits.value.permitted_subtrees if isinstance(one, x509.DNSName)]
    assert names == ["local", "localhost"]
    assert own.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


def test_the_server_is_known_by_the_authority_and_the_fingerprint_is_that_of_the_file(tmp_path) -> None:
    authority = make_ready(tmp_path, ["10.0.0.7"], NOW)
    certificate(authority.server_certificate).verify_directly_issued_by(certificate(authority.certificate))
    shown = x509.load_der_x509_certificate(authority.for_devices()).fingerprint(hashes.SHA256())
    assert authority.fingerprint.replace(":", "").lower() == shown.hex()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.server_certificate, authority.server_key)


@pytest.mark.parametrize(
    ("address", "local"),
    [("192.168.1.5", True), ("10.1.2.3", True), ("172.16.0.1", True), ("8.8.8.8", False), ("exam.example", False)],
)
def test_only_addresses_of_local_networks_are_vouched_for(address, local) -> None:
    assert is_local(address) is local
