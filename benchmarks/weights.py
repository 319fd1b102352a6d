"""What pages weigh, plain and packed, beside the budget of a phone on a patchy network."""

import re
from collections.abc import Iterator

from flask.testing import FlaskClient

from benchmarks.crowded import LARGE, crowded, template
from benchmarks.harness import Row, weigh
from benchmarks.pages import PAGES, signed_in

KIB = 1024
PACKED = {"Accept-Encoding": "gzip, br"}
FACE = "/static/fonts/NotoSans-latin-400.woff2"
# Of a page by itself, and of the first visit with all that it loads.
PAGE_BUDGET, FIRST_BUDGET = 100.0, 250.0
LOADED = re.compile(r'<(?:link|script|img)\b[^>]*?(?:href|src)="(/static/[^"]+)"')


def rows(rounds: int) -> Iterator[Row]:  # noqa: ARG001 -- weight is weighed once
    """Each page by itself as sent, and the trainee's first page with styles, scripts and one font."""
    with template() as database, crowded(database, database.parent / "large", LARGE) as (app, filled):
        for kind, address, login, stage in PAGES:
            browser = signed_in(app.test_client(), login)
            found = address.format(**filled.things[stage])
            plain, sent = (browser.get(found, headers=accepted).data for accepted in ({}, PACKED))
            for words, content, aim in (("packed", sent, 1), ("plain", plain, None)):
                yield weigh(
                    f"{kind}, {login}, {words}",
                    ours=len(content) / KIB,
                    baseline_name="100 KiB for a page after the first visit",
                    baseline=PAGE_BUDGET,
                    aim=aim,
                )
        browser = signed_in(app.test_client(), "trainee")
        yield weigh(
            "home, trainee, first visit",
            ours=_first_visit(browser, "/") / KIB,
            baseline_name="250 KiB on the first visit",
            baseline=FIRST_BUDGET,
            note="the packed page, its styles and scripts, and the text face in Latin letters",
        )


def _first_visit(browser: FlaskClient, address: str) -> int:
    """Bytes of a page and of all that a browser loads for it."""
    loaded = [address, *sorted(set(LOADED.findall(browser.get(address).text))), FACE]
    return sum(len(browser.get(found, headers=PACKED).data) for found in loaded)
