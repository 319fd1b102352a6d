"""Printing: HTML to the bytes of a PDF, with no way to the network or to other files.

The only importer of WeasyPrint, and that inside functions: it takes seconds to import, and cannot be imported
where Pango is missing. Used in worker processes, one document at a time.
"""

import ctypes
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from weasyprint import Document
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

FONTS = Path(__file__).parent / "static" / "fonts"
FONTS_NAME = "fonts"
LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
INSTALL_COMMAND = "apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
ACCESSIBLE = "pdf/ua-1"


class PrintingUnavailable(Exception):
    """This machine cannot print: libraries of the system are missing; `command` installs them."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(f"Printing needs {', '.join(missing)}. Install with: {INSTALL_COMMAND}")
        self.missing = missing
        self.command = INSTALL_COMMAND


class ForeignResource(Exception):
    """A page to be printed asked for something outside its own folder and the fonts."""

    def __init__(self, url: str) -> None:
        super().__init__(f"the page asks for {url}, which it may not open")
        self.url = url


class WrongPageCount(Exception):
    """The content did not fit the sheets it must fit."""

    def __init__(self, wanted: int, found: int) -> None:
        super().__init__(f"the document has {found} pages and must have {wanted}")
        self.wanted = wanted
        self.found = found


def print_pdf(
    html: str,
    base: Path,
    *,
    title: str | None = None,
    author: str | None = None,
    pages: int | None = None,
    variant: str = ACCESSIBLE,
) -> bytes:
    """The PDF of a page; the same page gives the same bytes.

    `base` is the folder that relative addresses are of; `fonts/NAME` in it means our fonts. `title` and
    `author` go before those the page names. With `pages`, any other count raises `WrongPageCount`.
    Raises `PrintingUnavailable` and `ForeignResource`.
    """
    document = _laid_out(html, base, variant)
    if pages is not None and len(document.pages) != pages:
        raise WrongPageCount(pages, len(document.pages))
    document.metadata.title = title or document.metadata.title
    document.metadata.authors = [author] if author else document.metadata.authors
    written: bytes = document.write_pdf(pdf_identifier=sha256(html.encode()).digest()[:16], pdf_variant=variant)
    return written


def missing_libraries() -> tuple[str, ...]:
    """The libraries of the system that printing needs and this machine lacks."""
    return tuple(name for name in LIBRARIES if not _opens(name))


def file_of(url: str, base: Path) -> Path:
    """The file behind an address of a page in folder `base`. Raises `ForeignResource` for anything else."""
    address = urlsplit(url)
    folder = base.resolve()
    if address.scheme != "file" or address.netloc:
        raise ForeignResource(url)
    asked = Path(unquote(address.path))
    if asked.parent == folder / FONTS_NAME:
        asked, folder = FONTS / asked.name, FONTS.resolve()
    found = asked.resolve()
    if not found.is_relative_to(folder) or not found.is_file():
        raise ForeignResource(url)
    return found


def _laid_out(html: str, base: Path, variant: str) -> "Document":
    fonts = _fonts()
    from weasyprint import HTML  # noqa: PLC0415 -- see the head of this file
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 -- see the head of this file

    try:
        # A slash at the end makes the folder the base, not its parent.
        page = HTML(string=html, base_url=f"{base.resolve().as_uri()}/", url_fetcher=_fetcher(base))
        return page.render(font_config=fonts, pdf_variant=variant)
    except FatalURLFetchingError as refusal:
        raise (refusal.__cause__ or refusal) from None


@lru_cache(maxsize=1)
def _fonts() -> "FontConfiguration":
    # Shared by all documents of a process: each font is unpacked once, which halves the time of a page.
    missing = missing_libraries()
    if missing:
        raise PrintingUnavailable(missing)
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 -- see the head of this file

    return FontConfiguration()


def _fetcher(base: Path) -> "URLFetcher":
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 -- see the head of this file

    class FolderFetcher(URLFetcher):
        """Opens files of one folder and our fonts; a refusal stops the printing."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            path = file_of(url, base)
            kind = {"Content-Type": "text/css"} if path.suffix == ".css" else headers
            return URLFetcherResponse(url, path.read_bytes(), kind)

    return FolderFetcher(fail_on_errors=True)


def _opens(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
