"""Lessons: what a page weighs with its drawings and without, and how soon it is there, beside a bare Flask route."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks import bare
from benchmarks.crowded import LARGE, crowded, template
from benchmarks.harness import Row, row_of, weigh
from benchmarks.pages import signed_in
from benchmarks.weights import KIB, PACKED
from lms.extensions import db
from lms.tables.content import LessonVersionRow
from lms.web.compression import packed

# Of a lesson after the first visit, without its drawings, which are in the page.
BUDGET = 60.0
REQUESTS = 40  # in a round
_DRAWING = re.compile(r'<figure class="drawing">.*?</figure>', re.DOTALL)


def rows(rounds: int) -> Iterator[Row]:
    """The heaviest lesson of the trainee's pack as sent, with drawings and without, and the time it takes."""
    with (
        TemporaryDirectory(prefix="yogyata-bare-") as name,
        template() as database,
        crowded(database, database.parent / "large", LARGE) as (app, _),
    ):
        with app.app_context():
            ids = list(db.session.scalars(select(LessonVersionRow.id).where(LessonVersionRow.unit_code.like("ASC/%"))))
            db.session.remove()
        browser = signed_in(app.test_client(), "trainee")
        sent = {found: browser.get(found, headers=PACKED).data for found in (f"/learn/{number}" for number in ids)}
        heaviest = max(sent, key=lambda found: len(sent[found]))
        text = browser.get(heaviest).text
        yield from _weights(len(sent[heaviest]), text)
        (Path(name) / "0.txt").write_text(text)
        plain = bare.make(Path(name)).test_client()
        pairs = [(_p95(_get(browser, heaviest)), _p95(_get(plain, "/0"))) for _ in range(rounds)]
        note = "who reads, what they have read, the database and the words are ours alone"
        yield row_of("lesson, p95", "ms", pairs, baseline_name="a bare Flask route with as many lines", note=note)


def _weights(sent: int, text: str) -> Iterator[Row]:
    words = len(packed(_DRAWING.sub("", text).encode()))
    drawings = len(_DRAWING.findall(text))
    budget = {"baseline_name": "60 KiB for a lesson after the first visit", "baseline": BUDGET}
    yield weigh("heaviest lesson, packed, without drawings", ours=words / KIB, **budget)
    yield weigh(f"heaviest lesson, packed, with its {drawings} drawings", ours=sent / KIB, aim=None, **budget)


def _get(browser: FlaskClient, address: str) -> Callable[[], None]:
    def get() -> None:
        if browser.get(address).status_code != 200:
            raise SystemExit(f"{address} was refused")

    return get


def _p95(call: Callable[[], None]) -> float:
    """Seconds that 95 of 100 calls need at most."""
    taken = []
    for _ in range(REQUESTS):
        began = time.process_time()
        call()
        taken.append(time.process_time() - began)
    return quantiles(taken, n=100)[94]
