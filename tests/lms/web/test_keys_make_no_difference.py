"""Two banks that differ only in which option is right look the same to everybody who may not know."""

import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from lms.extensions import close_connections, db
from lms.services import booklets
from lms.tables.assessing import DrawRow, PaperRow
from lms.tables.keys import ItemKeyRow
from lms.web import printed_papers
from tests import world
from tests.banks import rewrite_keys, turned
from tests.exams import candidate_of
from tests.lms.services import assessing_steps as steps
from tests.states import begin_anew

NOW = steps.OPENS + timedelta(minutes=5)
_RANDOM = re.compile(rb'(name="csrf_token"[^>]*value=|data-token=)"[^"]*"')
_PAGES = (
    "/",
    "/learn",
    "/learn/criteria/asc-n1105/PC1",
    "/practice/asc-n1105",
    "/practice/asc-n0001?language=hi",
    "/practice/asc-n1106/summary",
    "/results",
)


def test_what_people_see_does_not_depend_on_which_option_is_right(
    app: Flask, signed_in, actor, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, seen = [], []
    for change in (lambda _, key: key, turned):
        chance = random.Random(7)
        monkeypatch.setattr("secrets.token_bytes", chance.randbytes)
        db.session.remove()
        close_connections()
        begin_anew(sqlite_template, Path(db.engine.url.database))
        app.extensions.pop("desks", None)
        rewrite_keys(change)
        keys.append({row.item_version_id: row.sha256 for row in db.session.query(ItemKeyRow)})
        seen.append(list(_walk(signed_in, actor)))
    assert all(keys[0][number] != keys[1][number] for number in keys[0])
    assert [name for name, _ in seen[0]] == [name for name, _ in seen[1]]
    assert [name for (name, one), (_, other) in zip(*seen, strict=True) if one != other] == []


def _walk(signed_in: Callable[[str], FlaskClient], actor: steps.ActorOf) -> Iterator[tuple[str, bytes]]:
    """All that is drawn, printed and shown, from the draw to the end of an exam and of a mock."""
    with time_machine.travel(steps.NOW, tick=False):
        row = steps.drawn(actor)
    for paper in db.session.query(PaperRow).order_by(PaperRow.id):
        yield f"paper {paper.id}", f"{paper.content}{paper.face}{paper.face_hash}".encode()
    for draw in db.session.query(DrawRow).order_by(DrawRow.id):
        yield f"manifest {draw.id}", str(draw.manifest).encode()
    row, printed = booklets.print_booklets(actor("agency"), row.id, now=steps.NOW)
    for booklet in printed:
        yield f"booklet {booklet.candidate.number}", printed_papers.booklet_page(row, booklet).encode()
    with time_machine.travel(NOW, tick=False):
        browser = signed_in("trainee")
        for address in _PAGES:
            yield _seen(browser, address)
        yield from _sit(browser, f"/mock/{world.pack_version().id}/start")
        room = f"/exam/candidates/{candidate_of(row, 'trainee').id}"
        yield _seen(browser, room)
        yield from _sit(browser, f"{room}/start")
        agency = signed_in("agency")
        for address in (f"/assessments/{row.id}", f"/assessments/{row.id}/manifest"):
            yield _seen(agency, address)


def _sit(browser: FlaskClient, start: str) -> Iterator[tuple[str, bytes]]:
    paper = browser.post(start).headers["Location"]
    yield _seen(browser, paper)
    for number in range(1, 11):
        answer = {"device": "tablet", "seq": number, "number": number, "place": number % 4 + 1}
        yield f"{paper} answer {number}", browser.post(f"{paper}/answers", json=answer).data
    yield _seen(browser, paper)
    if paper.startswith("/exam"):
        browser.post(f"{paper}/submit")
        yield _seen(browser, paper)


def _seen(browser: FlaskClient, address: str) -> tuple[str, bytes]:
    """A page with its headers, without what is random in it: tokens of forms, and the session's cookie."""
    reply = browser.get(address)
    assert reply.status_code == 200, address
    headers = "".join(f"{name}: {value}\n" for name, value in reply.headers if name != "Set-Cookie")
    return address, headers.encode() + _RANDOM.sub(rb"\1", reply.data)
