"""What devices keep to work without a network: scripts of workers, and a mark of what a release is drawn with."""

from collections.abc import Iterable
from functools import cache
from hashlib import sha256

from lms.settings import ROOT

STATIC, TEMPLATES = ROOT / "lms" / "static", ROOT / "lms" / "templates"
# What every page is drawn with.
SHARED = (
    "vendor/bootstrap.min.css",
    "style.css",
    "site.js",
    "emblem.svg",
    "icons.svg",
    "fonts/NotoSans-latin-400.woff2",
    "fonts/NotoSans-latin-600.woff2",
    "fonts/NotoSansDevanagari-400.woff2",
    "fonts/NotoSansDevanagari-600.woff2",
)


@cache
def worker_script(name: str) -> str:
    """The script of a worker, by its place among the static files."""
    return (STATIC / name).read_text()


def release_of(files: Iterable[str], templates: Iterable[str]) -> str:
    """A mark of these static files and templates (patterns); another release has another."""
    paths = [STATIC / name for name in files]
    for pattern in templates:
        paths += sorted(TEMPLATES.glob(pattern))
    digest = sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
