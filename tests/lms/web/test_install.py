"""Installing the certificate of a site in its own network, from a plain site that gives nothing else."""

from datetime import UTC, datetime

import pytest
from werkzeug.test import Client

from lms.install_site import create_install_site
from lms.local_authority import make_ready

NOW = datetime(2026, 11, 2, 4, 30, tzinfo=UTC)


@pytest.fixture
def authority(app):
    return make_ready(app.config["SETTINGS"].instance, ["192.168.1.5"], NOW)


@pytest.fixture
def plain(app, authority) -> Client:
    """The plain site beside one at https://192.168.1.5:8443."""
    settings = app.config["SETTINGS"].model_copy(update={"public_url": "https://192.168.1.5:8443"})
    return Client(create_install_site(settings))


def test_without_an_authority_there_is_nothing_to_install(client) -> None:
    assert client.get("/install").status_code == 404
    assert client.get("/install/yogyata.crt").status_code == 404


def test_the_page_tells_every_system_what_to_do_and_what_the_fingerprint_is(client, authority) -> None:
    page = client.get("/install").text
    assert all(system in page for system in ("Android", "iPhone", "Windows", "macOS", "Linux", "Firefox"))
    assert authority.fingerprint in page


def test_a_device_reads_it_in_its_own_language(plain) -> None:
    for language, words in (("hi", "यह डिवाइस परीक्षा के लिए तैयार करें"), ("pl", "Przygotuj to urządzenie do egzaminu")):
        assert words in plain.get("/install", headers={"Accept-Language": language}).text


def test_the_page_leads_to_the_exam_at_the_machine_that_the_device_reaches(plain) -> None:
    page = plain.get("/install", headers={"Host": "10.0.0.7:8080"}).text
    assert 'href="/exam"' in page
    assert "192.168.1.5" not in page


def test_the_file_is_the_authoritys_certificate_and_no_key(client, authority) -> None:
    reply = client.get("/install/yogyata.crt")
    assert reply.data == authority.for_devices()
    assert reply.mimetype == "application/x-x509-ca-cert"


def test_the_plain_site_gives_the_page_and_its_files_and_sets_no_cookie(plain) -> None:
    for address in ("/install", "/install/yogyata.crt", "/static/style.css"):
        reply = plain.get(address, buffered=True)
        assert reply.status_code == 200, address
        assert "Set-Cookie" not in reply.headers


@pytest.mark.parametrize("address", ["/exam", "/sign-in", "/install-not", "/staticky"])
def test_the_plain_site_sends_everything_else_to_https_at_the_same_machine(plain, address) -> None:
    for send in (plain.get, plain.post):
        reply = send(address, headers={"Host": "10.0.0.7:8080"})
        assert (reply.status_code, reply.headers["Location"]) == (307, f"https://10.0.0.7:8443{address}")
    assert plain.get("/").headers["Location"] == "/install"
