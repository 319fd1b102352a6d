"""A page that is declared complete in a language shows no word in another."""

import re
from datetime import timedelta
from fnmatch import fnmatch
from typing import Any

import pytest
import time_machine
from flask import Flask

from lms.catalogues import declared_complete
from lms.cli.words import read_catalogue, said_by_sources, untranslated
from lms.extensions import db
from lms.services import certification, declarations, demo_visitors, jobs
from lms.tables.certification import CertificateRow
from lms.tables.jobs import JobRow
from lms.tables.people import PersonRow
from lms.tables.roles import DeclarationRow
from tests import exams, mocks, world
from tests.lms import released
from tests.lms.web import complete_walk
from tests.lms.web import test_authorisation as everything
from tests.lms.web.complete_walk import DRAWN_IN, LANGUAGES, Walk, browser_of
from tests.small_pack import SALES

filled, things, walk = everything.filled, everything.things, complete_walk.walk


EXAM_DAY = world.DAY + timedelta(minutes=5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_of_a_complete_page_is_translated(language: str) -> None:
    globs = declared_complete()[language]["sources"]
    said = {
        text: files for text, files in said_by_sources().items() if any(fnmatch(f, g) for f in files for g in globs)
    }
    assert untranslated(read_catalogue(language), said) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_declared_complete_is_there(app: Flask, language: str) -> None:
    files = {file for files in said_by_sources().values() for file in files}
    declared = declared_complete()[language]
    assert declared["pages"] <= {rule.endpoint for rule in app.url_map.iter_rules()} | {"errors.refused"}
    # A list of files that names none of those that say something would let everything pass.
    assert [glob for glob in declared["sources"] if not any(fnmatch(file, glob) for file in files)] == []


def test_pages_for_everybody(walk: Walk, client, actor) -> None:
    row = released.an_assessment()
    certification.issue_for_assessment(actor("council"), row.id, now=released.RELEASED)
    db.session.commit()
    codes = [code for (code,) in db.session.query(CertificateRow.code).order_by(CertificateRow.id)]
    certification.revoke(
        actor("council"),
        db.session.query(CertificateRow).filter_by(code=codes[1]).one().id,
        reason="Issued for another person.",
        now=released.RELEASED,
    )
    client.post("/account/preferences", data={"language": DRAWN_IN})
    walk.see(client.get("/sign-in"))
    walk.see(client.post("/sign-in", data={"login": "", "password": ""}), 422)
    walk.see(client.post("/sign-in", data={"login": "nobody", "password": "whatever it is"}), 401)
    walk.see(client.get("/verify"))
    walk.see(client.get("/verify?code=12345"), 422)
    for code in codes:
        walk.see(client.get(f"/verify/{code}"))
    assert client.get("/nowhere").status_code == 404


def test_a_demo_before_and_after_signing_in(walk: Walk, client) -> None:
    logins = dict(zip(demo_visitors.Part, ("council", "council2", "agency", "assessor", "centre"), strict=False))
    db.session.query(PersonRow).filter(PersonRow.login.in_(logins.values())).update({"is_simulated": True})
    demo_visitors.begin("a seed", now=world.DAY)
    demo_visitors.finish(logins, now=world.DAY)
    client.post("/account/preferences", data={"language": DRAWN_IN})
    walk.see(client.get("/sign-in"))
    walk.see(client.post("/sign-in", data={"login": "", "password": ""}), 422)
    client.post("/demo/sign-in", data={"login": "agency"})
    client.post("/account/preferences", data={"language": DRAWN_IN})
    walk.see(client.get("/"))


def _have_a_handbook_made(walk: Walk, browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page of a handbook before, while and after it is printed, and the handbook itself."""
    printed: list[str] = []
    monkeypatch.setattr("lms.printing.print_pdf", lambda page, _folder: printed.append(page) or b"PDF")
    address = "/learn/handbooks/1/asc-n0003"
    walk.see(browser.get(address))
    browser.post(f"{address}/print")
    walk.see(browser.get(address))
    number = db.session.query(JobRow.id).filter_by(kind="handbook").one().id
    jobs.run_job(number, lambda: world.DAY)
    db.session.remove()
    walk.see(browser.get(address))
    walk.pages.append(("handbook", printed[0]))


def test_job_roles_of_a_trainee(walk: Walk, signed_in, actor) -> None:
    released.an_assessment()
    browser = browser_of(signed_in, "trainee-c")
    page = walk.see(browser.get("/roles")).text
    role = re.search(r'href="(/roles/\d+)"', page)[1]
    walk.see(browser.get(role))
    walk.see(browser.get(f"{role}/mine"))
    form = walk.see(browser.get(f"{role}/lines/Q1/declare")).text
    walk.see(browser.post(f"{role}/lines/Q1/declare", data={}), 422)
    key = re.search(r'name="key"[^>]*value="([^"]+)"', form)[1]
    sent = {"key": key, "what": "A degree of mine", "place": "A university", "day": "2024-06-12"}
    browser.post(f"{role}/lines/Q1/declare", data=sent)
    row = db.session.query(DeclarationRow).one()
    said = {"is_confirmed": True, "reason": "The original paper", "seen": 0, "now": world.DAY}
    declarations.check(actor("centre"), row.id, **said)
    browser.post(f"{role}/mine/print")
    walk.see(browser.get(f"{role}/mine"))


def test_home_account_and_lessons_of_a_trainee(walk: Walk, signed_in, monkeypatch) -> None:
    browser = browser_of(signed_in, "trainee")
    walk.see(browser.get("/"))
    walk.see(browser.get("/account/password"))
    wrong = {"old": "not this one", "new": "another-day-2", "again": "another-day-2"}
    walk.see(browser.post("/account/password", data=wrong), 422)
    page = walk.see(browser.get("/learn")).text
    lesson = re.search(r'href="(/learn/\d+)#section-1"', page)[1]
    walk.see(browser.get(lesson))
    browser.post(f"{lesson}/sections/1/read")
    walk.see(browser.get(lesson))
    walk.see(browser.get("/learn"))
    walk.see(browser.get(f"{lesson}?language=pl"))
    walk.see(browser.get("/learn/kept"))
    _have_a_handbook_made(walk, browser, monkeypatch)
    address = "/practice/asc-n0003"
    walk.see(browser.get(f"{address}/summary"))
    for choice in "ABCD":
        form = re.findall(r'name="(item|try_number)"[^>]* value="(\d+)"', walk.see(browser.get(address)).text)
        kept = browser.post(address, data={**dict(form), "choice": choice})
        walk.see(browser.get(kept.headers["Location"]))
    walk.see(browser.post(address, data=dict(form)), 422)
    walk.see(browser.get(f"{address}/summary"))
    walk.see(browser.get("/"))


def test_the_exam_from_the_waiting_room_to_the_end(walk: Walk, signed_in) -> None:
    with time_machine.travel(EXAM_DAY, tick=False) as clock:
        row = exams.a_drawn_assessment(opens_at=EXAM_DAY + timedelta(hours=1))
        room = f"/exam/candidates/{exams.candidate_of(row, 'trainee').id}"
        browser = browser_of(signed_in, "trainee")
        walk.see(browser.get("/"))
        walk.see(browser.get(room))
        walk.see(browser.post(f"{room}/start"), 409)
        clock.move_to(EXAM_DAY + timedelta(hours=1))
        walk.see(browser.get("/"))
        walk.see(browser.get(room))
        attempt = browser.post(f"{room}/start").headers["Location"]
        walk.see(browser.get(attempt))
        browser.post(f"{attempt}/answers", data={"number": "3", "place": "4"})
        walk.see(browser.get(attempt))
        walk.see(browser.get("/"))
        browser.post(f"{attempt}/submit")
        walk.see(browser.get(attempt))
        browser.post(f"{attempt}/answers", data={"number": "3", "place": "1"})
        walk.see(browser.get(attempt))
        clock.move_to(EXAM_DAY + timedelta(hours=9))
        other = browser_of(signed_in, "trainee-b")
        walk.see(other.get(f"/exam/candidates/{exams.candidate_of(row, 'trainee-b').id}"))


def test_a_mock_exam_from_the_start_page_to_what_it_came_to(walk: Walk, signed_in) -> None:
    with time_machine.travel(EXAM_DAY, tick=False) as clock:
        pack = mocks.a_batch("trainee").pack_version_id
        browser = browser_of(signed_in, "trainee")
        walk.see(browser.get("/"))
        walk.see(browser.get(f"/learn?pack={pack}"))
        walk.see(browser.get(f"/mock/{pack}"))
        mock = browser.post(f"/mock/{pack}/start").headers["Location"]
        walk.see(browser.get(mock))
        walk.see(browser.get("/"))
        walk.see(browser.get(f"/mock/{pack}"))
        walk.see(browser.get(f"{mock}/result"), 409)
        browser.post(f"{mock}/answers", data={"number": "1", "place": "1"})
        browser.post(f"{mock}/answers", data={"number": "2", "place": "2"})
        browser.post(f"{mock}/submit")
        walk.see(browser.get(f"{mock}/result"))
        browser.post(f"{mock}/answers", data={"number": "3", "place": "1"})
        late = browser.post(f"/mock/{pack}/start").headers["Location"]
        clock.move_to(EXAM_DAY + timedelta(hours=2))
        walk.see(browser.get(f"{late}/result"))
        walk.see(browser.get(f"/mock/{pack}"))


@pytest.mark.parametrize("chosen", [(), (SALES,)], ids=["no choice", "no questions"])
def test_a_mock_exam_that_cannot_be_begun_says_why(walk: Walk, signed_in, chosen: tuple[str, ...]) -> None:
    pack = mocks.a_batch("trainee", spare=None, chosen=chosen).pack_version_id
    browser = browser_of(signed_in, "trainee")
    walk.see(browser.get(f"/mock/{pack}"))
    walk.see(browser.post(f"/mock/{pack}/start"), 409)


def test_every_page_as_every_role_sees_it(walk: Walk, things, signed_in) -> None:
    declared = declared_complete()[DRAWN_IN]["pages"]
    for login in everything.OWN:
        browser = browser_of(signed_in, login)
        for rule, method in everything.rules(walk.app):
            if method == "GET" and rule.endpoint in declared:
                answer = browser.get(everything.address(walk.app, rule, things))
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    walk.see(answer)
