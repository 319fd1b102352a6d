"""One page each of every kind, in process: beside a bare Flask route that renders as many lines of the same text."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from flask.testing import FlaskClient

from benchmarks import bare
from benchmarks.crowded import LARGE, crowded, template
from benchmarks.harness import Row, Timed, compare
from benchmarks.statements import NOBODY
from tests import world

# What is opened, by whom, at which stage of the assessment.
PAGES = (
    ("home", "/", "trainee", "running"),
    ("home", "/", "trainer", "running"),
    ("home", "/", "assessor", "running"),
    ("home", "/", "centre", "running"),
    ("home", "/", "agency", "running"),
    ("home", "/", "council", "running"),
    ("home", "/", "admin", "running"),
    ("pack", "/packs/{pack_id}", "council", "released"),
    ("lesson", "/learn/{lesson_id}", "trainee", "released"),
    ("exam", "/exam/attempts/{attempt_id}", "trainee", "running"),
    ("practical", "/practicals/sheets/{sheet_id}", "assessor", "running"),
    ("mark sheet", "/assessments/{assessment_id}/marks", "agency", "submitted"),
    ("result", "/results/{candidate_id}", "trainee", "released"),
    ("certificate check", "/verify/{code}", NOBODY, "released"),
)


def rows(rounds: int) -> Iterator[Row]:
    """Processor time of each page on a world with thirty of everything."""
    with (
        TemporaryDirectory(prefix="yogyata-bare-") as name,
        template() as database,
        crowded(database, database.parent / "large", LARGE) as (app, filled),
    ):
        addresses = [address.format(**filled.things[stage]) for _, address, _, stage in PAGES]
        browsers = {login: signed_in(app.test_client(), login) for _, _, login, _ in PAGES}
        for place, address in enumerate(addresses):
            text = browsers[PAGES[place][2]].get(address).text
            (Path(name) / f"{place}.txt").write_text(text)
        plain = bare.make(Path(name)).test_client()
        for place, address in enumerate(addresses):
            kind, _, login, _ = PAGES[place]
            yield compare(
                f"{kind}, {login}",
                rounds=rounds,
                unit="ms",
                ours=_get(browsers[login], address),
                baseline_name="a bare Flask route with as many lines",
                baseline=_get(plain, f"/{place}"),
                note="who is signed in, what they may see, the database and the words are ours alone",
            )


def signed_in(browser: FlaskClient, login: str) -> FlaskClient:
    if login != NOBODY:
        browser.post("/sign-in", data={"login": login, "password": world.PASSWORD})
    return browser


def _get(browser: FlaskClient, address: str) -> Timed:
    def get() -> None:
        answer = browser.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answers {answer.status_code}")

    return get
