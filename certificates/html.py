"""A certificate as an HTML page, set in a design."""

import re
from datetime import date
from functools import lru_cache
from unicodedata import category

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from certificates.loading import design_folder, get_design
from certificates.model import CertificateFacts, CertifiedUnit, Design

STANDARD = "standard"
ONE_LINE = 34
# The longest line of a name or title that fits the sheet at each size of type, largest first.
SIZES = ((22, "xl"), (30, "l"), (40, "m"), (56, "s"))
SMALLEST = "xs"
# How many units fit at each density of their list, and in how many columns they stand.
DENSITIES = ((6, "roomy"), (14, "close"))
DENSEST = "dense"
COLUMNS = {"roomy": 2, "close": 2, "dense": 3}
_BREAK = re.compile(r"(?<=\S)\s+(?=\S)")


def certificate_html(facts: CertificateFacts, qr_svg: str, design: str = STANDARD) -> str:
    """The whole page of a certificate; `qr_svg` is the picture of `certificates.qr.qr_svg(facts.verify_url)`.

    Relative addresses in it are of `certificates.loading.design_folder(design)`. Raises `UnknownDesign`.
    """
    prepared, template = _prepared(design)
    words = prepared.words.get(facts.language, prepared.words["en"])
    density = _step(len(facts.units), DENSITIES, DENSEST)
    name, title = balanced(facts.holder_name), balanced(facts.pack_title)
    return template.render(
        facts=facts,
        words=words,
        name_lines=name,
        name_size=size_of(name),
        title_lines=title,
        title_size=size_of(title),
        verify_place=place_of(facts),
        density=density,
        unit_columns=in_columns(facts.units, COLUMNS[density]),
        kept_days=kept_days(facts.units),
        # The only value that is markup already; it is drawn by this package.
        qr=Markup(qr_svg),  # noqa: S704
    )


def balanced(text: str) -> tuple[str, ...]:
    """A name on one line, or on two of about equal length where it is long."""
    if visible_length(text) <= ONE_LINE:
        return (text,)
    breaks = [(text[: found.start()], text[found.end() :]) for found in _BREAK.finditer(text)]
    if not breaks:
        return (text,)
    return min(breaks, key=lambda halves: abs(visible_length(halves[0]) - visible_length(halves[1])))


def size_of(lines: tuple[str, ...]) -> str:
    """The size of type, xl to xs, at which the longest line fits the sheet."""
    return _step(max(visible_length(line) for line in lines), SIZES, SMALLEST)


def in_columns(units: tuple[CertifiedUnit, ...], count: int) -> list[tuple[CertifiedUnit, ...]]:
    """Units in order down the columns, the first columns filled first."""
    height = -(-len(units) // count)
    return [units[start : start + height] for start in range(0, len(units), height)]


def kept_days(units: tuple[CertifiedUnit, ...]) -> list[date]:
    """The days of attempts before in which units were assessed, the earliest first."""
    return sorted({unit.assessed_on for unit in units if unit.assessed_on is not None})


def place_of(facts: CertificateFacts) -> str:
    """The address of the page that checks codes, as one types it: no scheme, no code."""
    address = facts.verify_url.partition("://")[2]
    return address.removesuffix(facts.code).rstrip("/")


def visible_length(text: str) -> int:
    """Characters that take width of their own: marks above, below and beside a letter do not count."""
    return sum(not category(character).startswith("M") for character in text)


def _step(count: int, steps: tuple[tuple[int, str], ...], otherwise: str) -> str:
    return next((name for limit, name in steps if count <= limit), otherwise)


@lru_cache(maxsize=8)
def _prepared(design: str) -> tuple[Design, Template]:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(design_folder(design)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return get_design(design), environment.get_template("certificate.html")
