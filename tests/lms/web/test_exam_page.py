"""The exam page itself: drawn once for a paper, light, kept by devices, the same for a mock and every kind of item."""

import gzip
import json
import re
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
import time_machine

from assessments.rules import TheoryRules
from lms.extensions import db
from lms.services import exam_clock
from lms.services.invigilation import Who
from lms.settings import ROOT
from lms.tables.attempts import AttemptRow
from lms.web.exam import keeping, paper_items
from question_bank.model import ItemKind
from tests import mocks, world
from tests.exams import a_drawn_assessment, candidate_of

NOW = world.DAY + timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
STATIC = ROOT / "lms" / "static"


@pytest.fixture(autouse=True)
def on_the_day():
    """The exam's own morning."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def browser(app, signed_in):
    """A trainee's browser with the exam started; `.attempt` is its address."""
    page = signed_in("trainee")
    candidate = candidate_of(a_drawn_assessment(), "trainee")
    page.attempt = page.post(f"/exam/candidates/{candidate.id}/start").headers["Location"]
    return page


def facts(text: str) -> dict:
    return json.loads(unescape(re.search(r'data-facts="([^"]*)"', text)[1]))


@pytest.mark.parametrize(("watermark", "is_there"), [(None, True), (True, True), (False, False)])
def test_the_candidates_number_stands_across_the_page_where_the_scheme_has_it(
    browser, monkeypatch, watermark, is_there
) -> None:
    rules = TheoryRules(minutes=60, watermark=watermark)
    monkeypatch.setattr(TheoryRules, "has_watermark", rules.has_watermark)
    number = db.session.query(AttemptRow).one().candidate.number
    text = browser.get(browser.attempt).text
    assert (f'class="watermark" aria-hidden="true" data-number="{number} {number} ' in text) == is_there


def test_a_page_that_is_drawn_in_a_pause_says_so_and_that_the_time_stands_still(browser, actor) -> None:
    attempt_id = int(browser.attempt.rpartition("/")[2])
    assessment_id = db.session.get(AttemptRow, attempt_id).candidate.assessment_id
    notice = re.compile(r'<section class="notice notice-warn" data-paused( hidden)?>')
    assert notice.search(browser.get(browser.attempt).text)[1]
    exam_clock.pause(actor("agency"), assessment_id, Who(), reason="Power cut", key="p", now=NOW + 5 * MINUTE)
    with time_machine.travel(NOW + timedelta(minutes=45), tick=False):
        text = browser.get(browser.attempt).text
    assert notice.search(text)[1] is None
    assert "until 11:05" not in text
    told = facts(text)
    left = datetime.fromisoformat(told["deadline"]) - datetime.fromisoformat(told["now"])
    assert (told["paused"], left) == (True, timedelta(minutes=85))


def test_the_page_tells_its_scripts_who_sits_what_until_when_and_where_to(browser) -> None:
    reply = browser.get(browser.attempt)
    told = facts(reply.text)
    attempt = db.session.query(AttemptRow).one()
    assert reply.headers["X-Yogyata-Paper"] == told["sitting"] == str(attempt.id)
    assert told["urls"]["events"] == f"{browser.attempt}/events"
    assert told["urls"]["page"] == browser.attempt
    assert told["deadline"] == attempt.deadline_at.isoformat()
    assert told["kept"]["scope"] == "/exam/"
    assert len(told["kept"]["key"]["id"]) == 8


def test_every_file_that_a_device_keeps_is_there_and_those_of_the_exam_never_change(browser) -> None:
    told = facts(browser.get(browser.attempt).text)
    for address in told["kept"]["files"]:
        with browser.get(address) as reply:
            assert reply.status_code == 200, address
            assert ("immutable" in reply.headers["Cache-Control"]) == (f"/exam-{keeping.release()}/" in address)
    named = {Path(address).name for address in told["kept"]["files"]}
    own = {path.name for path in (STATIC / "exam").glob("*.js")}
    assert own - named == {"worker.js", "leftovers.js"}


def test_the_modules_import_only_what_is_kept_beside_them() -> None:
    for path in (STATIC / "exam").glob("*.js"):
        for name in re.findall(r'^import .* from "([^"]+)"', path.read_text(), re.M):
            assert (path.parent / name).resolve().parent == path.parent, (path.name, name)


def test_the_worker_is_asked_for_anew_each_time_and_needs_no_sign_in(client) -> None:
    reply = client.get("/exam/worker.js")
    assert reply.mimetype == "text/javascript"
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.data == (STATIC / "exam" / "worker.js").read_bytes()


def test_no_page_of_the_end_is_taken_for_a_paper(browser) -> None:
    browser.post(f"{browser.attempt}/submit")
    reply = browser.get(browser.attempt)
    assert reply.headers["X-Yogyata-Paper"] == "over"
    assert f'data-exam-ended="{db.session.query(AttemptRow).one().id}"' in reply.text


def test_the_questions_are_drawn_once_and_choices_are_put_in_each_time(browser, monkeypatch) -> None:
    drawn = []
    original = paper_items.render_template
    counted = lambda *args, **more: drawn.append(1) or original(*args, **more)  # noqa: E731
    monkeypatch.setattr(paper_items, "render_template", counted)
    paper_items._drawn.cache_clear()
    browser.get(browser.attempt)
    browser.post(f"{browser.attempt}/answers", data={"number": "2", "place": "3"})
    text = browser.get(browser.attempt).text
    assert len(drawn) == 1
    assert re.findall(r'value="(\d)" checked', text) == ["3"]
    assert "\ue000" not in text
    assert text.count(f'action="{browser.attempt}/answers"') == text.count('data-question="') - 1


def test_the_page_of_a_whole_paper_is_light(browser) -> None:
    reply = browser.get(browser.attempt, headers={"Accept-Encoding": "gzip"})
    questions = gzip.decompress(reply.data).count(b'class="question" id="q')
    assert questions > 3
    assert len(reply.data) / questions * 60 < 150_000


def test_a_mock_is_sat_on_the_same_page_and_no_device_keeps_it(app, signed_in) -> None:
    pack_id = mocks.a_batch("trainee").pack_version_id
    page = signed_in("trainee")
    address = page.post(f"/mock/{pack_id}/start").headers["Location"]
    told = facts(page.get(address).text)
    assert told["kept"] is None
    assert told["sitting"].startswith("mock-")
    body = {"device": "d", "epoch": told["epoch"], "events": [{"seq": 1, "number": 1, "place": 1}]}
    reply = page.post(told["urls"]["events"], json=body, headers={"Authorization": f"Bearer {told['token']}"})
    assert (reply.json["sitting"], reply.json["device"], reply.json["saved"][0]["seq"]) == (told["sitting"], "d", 1)


def test_each_kind_of_item_brings_its_templates() -> None:
    for kind in ItemKind:
        for use in ("exam", "review", "print"):
            assert (ROOT / "lms" / "templates" / "kinds" / kind / f"{use}.html").is_file(), (kind, use)


def test_the_waiting_room_says_how_many_questions_there_are_and_in_which_language(app, signed_in) -> None:
    candidate = candidate_of(a_drawn_assessment(), "trainee")
    room = signed_in("trainee").get(f"/exam/candidates/{candidate.id}").text
    assert re.search(r"Questions</dt>\s*<dd[^>]*>\d+", room)
    assert re.search(r"Language of the questions</dt>\s*<dd[^>]*>English", room)
