"""Walking the pages that links lead to, and looking at each as different eyes and screens do."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
MOST_PAGES = 40
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 780}
_FILES = re.compile(r"\.(pdf|csv|xlsx|json|zip)$|/errors$")
_CODE = re.compile(r"[A-Z0-9]{6}-[A-Z0-9]{6}-[A-Z0-9]{6}")
_FIGURE = re.compile(r"\d+")
# These change with the state of what they show, so more than one of each is looked at.
_OF_SEVERAL_STATES = {"/assessments/0", "/practicals/0", "/results/0"}


def kind_of(address: str) -> str:
    """What pages of the same kind share: the address without its numbers, and the names of what is asked in it."""
    parts = urlsplit(address)
    path = _FIGURE.sub("0", _CODE.sub("code", parts.path))
    asked = ",".join(sorted(name for name, _ in parse_qsl(parts.query)))
    return f"{path}?{asked}" if asked else path


def walk(page: Page, starts: Sequence[str], skip: frozenset[str] = frozenset()) -> Iterator[str]:
    """Open the pages that links lead to, nearest first, one of each kind; gives the kind of the page that is open."""
    waiting, kinds = list(starts), Counter(skip)
    seen: set[str] = set()
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        kind = kind_of(address)
        if address in seen or kinds[kind] >= (2 if kind in _OF_SEVERAL_STATES else 1):
            continue
        kinds[kind] += 1
        seen.add(address)
        answer = page.goto(address)
        assert answer is not None, address
        assert answer.status == 200, f"{address} answers {answer.status}"
        yield kind
        waiting += _links(page)


def examine(page: Page) -> list[str]:
    """All faults of the page as it stands: wide and light, then narrow and dark."""
    page.evaluate(AXE.axe_script)
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    found = faults_of(page, "wide, light")
    if not page.title().removesuffix("· Yogyata").strip():
        found.append(f"{page.url} has no title")
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme="dark")
    found += faults_of(page, "narrow, dark")
    width = page.evaluate("document.scrollingElement.scrollWidth")
    if width > NARROW["width"] + 1:
        found.append(f"{page.url} is {width} px wide on a screen of {NARROW['width']}")
    return found


def faults_of(page: Page, look: str) -> list[str]:
    """What axe finds, with the places; and that there is one main heading. Axe is on the page already."""
    found = []
    for fault in page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]:
        places = "; ".join(node["html"][:140] for node in fault["nodes"][:3])
        found.append(f"{page.url} ({look}) {fault['id']}: {fault['help']}: {len(fault['nodes'])} × {places}")
    headings = page.get_by_role("heading", level=1).count()
    if headings != 1:
        found.append(f"{page.url} ({look}) has {headings} main headings")
    return found


def _links(page: Page) -> list[str]:
    links = page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
    return [link.partition("#")[0] for link in links if link.startswith("/") and not _FILES.search(link)]
