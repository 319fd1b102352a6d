"""No key before it may be seen: all that people are sent is held against a bank whose keys bear a sign each."""

import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from werkzeug.routing import IntegerConverter, Rule
from werkzeug.test import TestResponse

from lms.extensions import db
from lms.printing import missing_libraries, print_pdf
from lms.records.papers import items_in
from lms.services import booklets
from lms.tables.content import ItemVersionRow
from lms.tables.mocks import MockExamRow
from lms.web import printed_papers
from tests import world
from tests.banks import key_hashes_in, marked, rewrite_keys, signs_in
from tests.exams import a_drawn_assessment, candidate_of

NOW = world.DAY + timedelta(minutes=5)
UNITS = ("asc-n0001", "asc-n1105", "asc-n1106")
LOADS = 10_000
# An option by its own letter: the exam names options by their place, so that no letter says anything.
LETTERS = re.compile(rb'(?:value|data-[a-z]+)="[A-D]"|&#34;[A-D]&#34;')


class Reader:
    """A browser that holds every reply against the keys; `may_see` grows by what its person has answered."""

    def __init__(self, browser: FlaskClient) -> None:
        self.browser, self.may_see, self.loads = browser, set[int](), 0

    def open(self, address: str, method: str = "GET", **sent: object) -> TestResponse:
        """One request; what comes back is read whole, headers too."""
        reply = self.browser.open(address, method=method, **sent)
        whole = str(reply.headers).encode() + reply.data
        reply.close()
        seen = signs_in(whole) - self.may_see
        assert not seen, f"{method} {address} shows keys of {sorted(seen)[:5]}"
        assert not key_hashes_in(whole), f"{method} {address} shows the hash of a key"
        self.loads += 1
        return reply

    def answer(self, scope: str, choice: str) -> TestResponse:
        """Answer the next practice question; only then may its key be seen."""
        page = self.open(f"/practice/{scope}").text
        fields = dict(re.findall(r'name="(item|try_number)" type="hidden" value="(\d+)"', page)) or dict(
            re.findall(r'name="(item|try_number)"[^>]*value="(\d+)"', page)
        )
        sent = self.open(f"/practice/{scope}", "POST", data={**fields, "choice": choice})
        self.may_see.add(int(fields["item"]))
        shown = self.open(sent.headers["Location"])
        assert signs_in(shown.data) == {int(fields["item"])}
        return shown


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    """The exam's own morning."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def reader(app: Flask, signed_in) -> Callable[[str], Reader]:
    """A browser of one of the world's people before a bank of signed keys; without a login, of nobody."""
    rewrite_keys(marked)

    def of(login: str) -> Reader:
        return Reader(signed_in(login) if login else app.test_client())

    return of


def addresses(app: Flask) -> list[str]:
    """Every page there is, with the first things of each kind in its address, whoever they belong to."""
    words = {"unit": "asc-n1105", "criterion": "PC1", "scope": "asc-n1105", "code": "ASC", "digest": "0" * 64}
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and rule.endpoint != "static":
                found += {_filled(rule, words, number) for number in (1, 2, 3)}
    return sorted(found)


def _filled(rule: Rule, words: dict[str, str], number: int) -> str:
    values: dict[str, object] = {}
    for name in rule.arguments:
        choices = getattr(rule._converters[name], "items", None)
        is_number = isinstance(rule._converters[name], IntegerConverter)
        values[name] = number if is_number else sorted(choices)[0] if choices else words.get(name, "x")
    return rule.build(values)[1]  # type: ignore[index]


def sit(reader: Reader, paper: str) -> None:
    """The exam page and all that its scripts send, up to the last answer."""
    page = reader.open(paper)
    assert not LETTERS.search(page.data)
    event = {"seq": 1, "number": 1, "place": 2, "elapsed_ms": 5, "wall_at": NOW.isoformat()}
    sent = {"device": "tablet", "epoch": 1, "anchor_at": NOW.isoformat(), "events": [event], "waiting": 0, "mode": "on"}
    for where, body in (
        ("events", sent),
        ("events", {**sent, "events": [{**event, "place": 3}]}),
        ("events", {**sent, "events": [{"seq": "x"}]}),
        ("contact", {"device": "tablet", "epoch": 1, "waiting": 0, "saved": 1, "mode": "on"}),
        ("take-over", {"code": "AAAA", "device": "other"}),
        ("answers", {"device": "tablet", "seq": 9, "number": 2, "place": 1}),
        ("answers", {"device": "tablet", "seq": 9, "number": 2000, "place": 1}),
    ):
        assert not LETTERS.search(reader.open(f"{paper}/{where}", "POST", json=body).data)
    assert not LETTERS.search(reader.open(paper).data)


def test_learning_and_practice_show_a_key_only_after_its_question_was_answered(app: Flask, reader) -> None:
    trainee = reader("trainee")
    for unit in UNITS:
        for language in ("en", "hi"):
            trainee.open(f"/practice/{unit}?language={language}")
        trainee.open(f"/practice/{unit}/summary")
    trainee.open("/practice/asc-n1105", "POST", data={"item": "1", "try_number": "1"})
    for choice in "ABCD":
        trainee.answer("asc-n1105", choice)
    trainee.open("/practice/asc-n1105/summary")
    other = reader("trainee-b")
    for number in range(1, 6):
        assert other.open(f"/practice/answers/{number}").status_code == 404


def test_a_mock_exam_shows_no_key_before_it_is_handed_in(app: Flask, reader) -> None:
    trainee = reader("trainee")
    pack = world.pack_version().id
    trainee.open(f"/mock/{pack}")
    paper = trainee.open(f"/mock/{pack}/start", "POST").headers["Location"]
    sit(trainee, paper)
    assert trainee.open(f"{paper}/result").status_code == 409
    row = db.session.query(MockExamRow).one()
    own = db.session.query(ItemVersionRow.id).filter(ItemVersionRow.code.in_(items_in(row.content)))
    trainee.may_see = {number for (number,) in own}
    result = trainee.open(trainee.open(f"{paper}/submit", "POST").headers["Location"])
    assert signs_in(result.data)
    assert reader("trainee-b").open(f"{paper}/result").status_code == 404


def test_the_exam_shows_no_key_from_the_waiting_room_to_long_after(app: Flask, reader) -> None:
    trainee, other = reader("trainee"), reader("trainee-b")
    candidate = candidate_of(a_drawn_assessment(), "trainee")
    room = f"/exam/candidates/{candidate.id}"
    assert not LETTERS.search(trainee.open(room).data)
    other.open(room)
    paper = trainee.open(f"{room}/start", "POST").headers["Location"]
    sit(trainee, paper)
    page = trainee.open(paper).text
    for address in {"/exam/worker.js", *re.findall(r'(?:src|href)="(/[^"#]+\.(?:js|css))"', page)}:
        assert trainee.open(address).status_code == 200, address
    other.open(paper)
    for method in ("POST", "GET"):
        other.open(f"{paper}/submit", method)
    trainee.open(f"{paper}/submit", "POST")
    for later in (timedelta(), timedelta(hours=7), timedelta(days=9)):
        with time_machine.travel(NOW + later, tick=False):
            for address in (paper, room, "/", "/results"):
                trainee.open(address)


def test_no_page_that_a_learner_or_a_stranger_may_ask_for_shows_a_key(app: Flask, reader) -> None:
    a_drawn_assessment()
    for login in ("trainee", "trainee2", ""):
        person = reader(login)
        for address in addresses(app):
            person.open(address)
        assert person.loads > 100


@pytest.mark.skipif(bool(missing_libraries()), reason="nothing can be printed here")
def test_the_printed_booklet_holds_no_key(app: Flask, reader, actor) -> None:
    reader("")
    row, printed = booklets.print_booklets(actor("agency"), a_drawn_assessment().id, now=NOW)
    page = printed_papers.booklet_page(row, printed[0])
    pdf = print_pdf(page, printed_papers.FOLDER)
    text = " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages)
    for whole in (page.encode(), pdf, text.encode()):
        assert not signs_in(whole)
        assert not key_hashes_in(whole)


def test_a_stored_face_holds_no_key_in_any_language(app: Flask, reader) -> None:
    reader("")
    rows = db.session.query(ItemVersionRow).all()
    assert any("translations" in json.loads(row.content) for row in rows)
    assert not [row.code for row in rows if signs_in(row.content.encode())]


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_ten_thousand_page_loads_show_no_key(app: Flask, reader) -> None:
    a_drawn_assessment()
    luck, pages = random.Random(1), addresses(app)
    people = [reader(login) for login in ("trainee", "trainee-b", "trainee2", "")]
    pages += [f"/practice/{unit}?language={language}" for unit in UNITS for language in ("en", "hi", "pl")]
    while sum(person.loads for person in people) < LOADS:
        luck.choice(people).open(luck.choice(pages))
