"""The exam room of 300 candidates: how long its list takes, by itself and for its script, and what both weigh."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import time_machine
from flask.testing import FlaskClient

from benchmarks import bare
from benchmarks.crowded import app_on, template
from benchmarks.harness import Row, compare, weigh
from benchmarks.pages import signed_in
from benchmarks.weights import KIB, PACKED, PAGE_BUDGET
from lms.extensions import db
from lms.records.content import pack_of, scheme_of
from tests import rooms, world

CANDIDATES = 300
NOW = world.DAY + timedelta(minutes=40)
# What a device on a slow network takes every five seconds.
TELLS_BUDGET = 10.0


def rows(rounds: int) -> Iterator[Row]:
    """The page and what its script asks for, beside a bare route with as many lines; then their weights."""
    with (
        TemporaryDirectory(prefix="yogyata-bare-") as name,
        template() as database,
        time_machine.travel(NOW, tick=False),
    ):
        app = app_on(database)
        app.config.update(WTF_CSRF_ENABLED=False)
        with app.app_context():
            row = rooms.a_room()
            rooms.fill(row, CANDIDATES, NOW)
            pack_of(row.pack_version), scheme_of(row.scheme_version)
            address = f"/assessments/{row.id}/room"
            db.session.remove()
        browser = signed_in(app.test_client(), "assessor")
        yield from _timed(browser, address, Path(name), rounds)
        for kind, found, budget in (("page", address, PAGE_BUDGET), ("news", f"{address}/now.json", TELLS_BUDGET)):
            yield weigh(
                f"the {kind} of {CANDIDATES}, packed",
                ours=len(browser.get(found, headers=PACKED).data) / KIB,
                baseline_name=f"{budget:.0f} KiB",
                baseline=budget,
            )


def _timed(browser: FlaskClient, address: str, folder: Path, rounds: int) -> Iterator[Row]:
    page, news = browser.get(address), browser.get(f"{address}/now.json")
    (folder / "page.txt").write_text(page.text)
    (folder / "news.txt").write_text("\n".join(news.text.split("],")))
    plain, held = bare.make(folder).test_client(), {"If-None-Match": news.headers["ETag"]}
    for words, found, other in (("the page", address, "/page"), ("the news", f"{address}/now.json", "/news")):
        yield compare(
            f"{words} of {CANDIDATES}",
            rounds=rounds,
            ours=_get(browser, found),
            baseline_name="a bare Flask route with as many lines",
            baseline=_get(plain, other),
        )
    yield compare(
        f"the news of {CANDIDATES} where nothing is new",
        rounds=rounds,
        ours=_get(browser, f"{address}/now.json", held, 304),
        baseline_name="the same with something new",
        baseline=_get(browser, f"{address}/now.json"),
        note="the answer has no body; the list is looked up all the same",
    )


def _get(
    browser: FlaskClient, address: str, headers: dict[str, str] | None = None, status: int = 200
) -> Callable[[], None]:
    def get() -> None:
        if browser.get(address, headers=headers).status_code != status:
            raise SystemExit(f"{address} was refused")

    return get
