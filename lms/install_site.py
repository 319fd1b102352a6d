"""The plain site beside one served over HTTPS: it gives the certificate, and sends everything else to HTTPS."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from lms.app import create_app
from lms.settings import Settings

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_PLAIN = ("/install/", "/static/")


def site() -> Wsgi:
    """The plain site, for a WSGI server."""
    return create_install_site(Settings.load())


def create_install_site(settings: Settings) -> Wsgi:
    """A WSGI site that lets through only what says nothing of anybody; cookies are neither read nor set."""
    site = create_app(settings)
    secure = urlsplit(settings.public_url)

    def serve(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] in {"GET", "HEAD"} and f"{path}/".startswith(_PLAIN):
            return site({key: value for key, value in environ.items() if key != "HTTP_COOKIE"}, start)
        if path in {"", "/"}:
            start("302 Found", [("Location", "/install"), ("Content-Length", "0")])
            return []
        # The address that was asked for stays; a device may reach only one of this machine's.
        host = environ.get("HTTP_HOST", "").rpartition(":")[0] or secure.hostname
        start(
            "307 Temporary Redirect",
            [("Location", f"https://{host}:{secure.port}{quote(path)}"), ("Content-Length", "0")],
        )
        return []

    return serve
