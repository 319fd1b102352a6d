"""Every page that a role can come to: no fault that axe finds, one heading, a title, and nothing wider than a phone."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from lms.clock import now
from lms.extensions import db
from lms.services import approval, delivery, jobs, presence, reassessment
from lms.tables.assessing import AssessmentRow
from lms.tables.jobs import JobRow
from lms.tables.training import BatchRow, BatchTrainerRow, TraineeRow
from tests.journeys import steps
from tests.journeys.site import Site
from tests.lms.services import assessing_steps

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
MOST_PAGES = 40
OF_A_KIND = 1
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 780}
FILES = re.compile(r"\.(pdf|csv|xlsx|json|zip|yaml)$|/(download|template)")
# What says the same on every page of a kind need not be looked at for each of them.
FIGURE = re.compile(r"\d+")
CODE = re.compile(r"[A-Z0-9]{6}-[A-Z0-9]{6}-[A-Z0-9]{6}")


def fill(site: Site) -> None:
    """Something on every page: an assessment released, with a request and certificates, and one open now."""
    row = steps.assessed_today(site, assessing_steps.batch().id)
    absent = next(entry for entry in row.candidates if entry.trainee.person.login == "trainee-d")
    presence.mark_absent(site.actor("centre"), row.id, absent.id, now=now())
    steps.all_done(row, failing=["trainee-b"])
    _release(site, row)
    jobs.run_job(db.session.query(JobRow).one().id, now)
    failed = next(entry for entry in row.candidates if entry.trainee.person.login == "trainee-b")
    reassessment.ask(site.actor("trainee-b"), failed.id, reason="I was ill.", now=now())
    _open_one(site)


def _release(site: Site, row: AssessmentRow) -> None:
    approval.submit(site.actor("assessor"), row.id, now=now())
    approval.verify(site.actor("agency"), row.id, now=now())
    approval.approve(site.actor("council"), row.id, now=now())
    approval.release(site.actor("council"), row.id, now=now())


def _open_one(site: Site) -> None:
    """A second batch with two trainees whose exam is open; one of them has begun."""
    first = assessing_steps.batch()
    batch = BatchRow(
        code="B-2",
        name="Evening batch",
        centre_id=first.centre_id,
        pack_version_id=first.pack_version_id,
        starts_on=date(2026, 8, 3),
        ends_on=date(2026, 10, 30),
        created_at=now(),
    )
    db.session.add(batch)
    db.session.flush()
    db.session.add(BatchTrainerRow(batch_id=batch.id, person_id=assessing_steps.person("trainer")))
    for login in ("trainee", "trainee-c"):
        person = assessing_steps.person(login)
        db.session.add(TraineeRow(batch_id=batch.id, person_id=person, enrolment_number=f"E-{login}", attendance="92"))
    db.session.commit()
    row = steps.assessed_today(site, batch.id)
    begun = next(entry for entry in row.candidates if entry.trainee.person.login == "trainee")
    delivery.start(site.actor("trainee"), begun.id, now=now())


def kind_of(address: str) -> str:
    """What pages of the same kind share: the address without numbers, the names of what is asked in it."""
    parts = urlsplit(address)
    asked = sorted(name for name, _ in parse_qsl(parts.query))
    return f"{FIGURE.sub('0', CODE.sub('code', parts.path))}?{asked}"


def walk(page: Page, start: str) -> Iterator[str]:
    """Open the pages that links lead to, nearest first, a few of each kind."""
    waiting, kinds, seen = [start], Counter(), 0
    while waiting and seen < MOST_PAGES:
        address = waiting.pop(0)
        kind = kind_of(address)
        if kinds[kind] >= OF_A_KIND:
            continue
        kinds[kind] += 1
        seen += 1
        answer = page.goto(address)
        assert answer, address
        assert answer.status == 200, f"{address} answers {answer.status}"
        yield address
        links = page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
        waiting += [link.partition("#")[0] for link in links if link.startswith("/") and not FILES.search(link)]


def faults_of(page: Page, look: str) -> list[str]:
    """What is wrong with a page as it stands, in words."""
    found = []
    for fault in Axe().run(page).response["violations"]:
        places = "; ".join(node["html"][:140] for node in fault["nodes"][:3])
        found.append(f"{page.url} ({look}) {fault['id']}: {fault['help']}: {len(fault['nodes'])} × {places}")
    headings = page.get_by_role("heading", level=1).count()
    if headings != 1:
        found.append(f"{page.url} ({look}) has {headings} main headings")
    return found


def examine(page: Page) -> list[str]:
    """The page wide and light, then narrow and dark."""
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    found = faults_of(page, "wide, light")
    if not page.title().removesuffix(" · Yogyata").strip():
        found.append(f"{page.url} has no title")
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme="dark")
    found += faults_of(page, "narrow, dark")
    width = page.evaluate("document.scrollingElement.scrollWidth")
    if width > NARROW["width"] + 1:
        found.append(f"{page.url} is {width} px wide on a phone of {NARROW['width']}")
    return found


# Where each looks first, and a page that they must have come to.
ROLES = {
    "trainee": "/exam/attempts/0?[]",
    "trainee-b": "/results/0?[]",
    "trainee-c": "/exam/candidates/0?[]",
    "trainer": "/batches/0?[]",
    "assessor": "/practicals/sheets/0?[]",
    "centre": "/batches/0/roster?[]",
    "agency": "/assessments/0/manifest?[]",
    "council": "/packs/0/bank?[]",
    "admin": "/people?[]",
}


@pytest.fixture
def filled(live: Site) -> Site:
    """The site with something on every page."""
    with live.inside():
        fill(live)
    return live


@pytest.mark.parametrize("login", ROLES)
def test_each_page_of_a_role_is_accessible(filled, browser_of, login: str) -> None:
    page = browser_of(login)
    faults, kinds = [], []
    for address in walk(page, "/"):
        kinds.append(kind_of(address))
        import time; t=time.time()
        faults += examine(page); print("T", round(time.time()-t,2), address)
    assert not faults, "\n".join(faults)
    print("\n".join(kinds))  # TEMP
    assert ROLES[login] in kinds


def test_each_page_for_anybody_is_accessible(live, browser_of) -> None:
    page = browser_of()
    faults = [fault for _ in walk(page, "/sign-in") for fault in examine(page)]
    assert not faults, "\n".join(faults)
