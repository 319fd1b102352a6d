"""The oracle itself: it finds nothing wrong with the site, and catches every site that lies."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from werkzeug.test import Client

from lms.extensions import db
from tests.oracle import judge
from tests.oracle.candidate import Candidate
from tests.oracle.hall import Seat
from tests.oracle.journal import Journal, Told, read
from tests.oracle.sabotage import DROP_EVERY, Dropping, Wsgi
from tests.oracle.serving import factory_command, served, sitting
from tests.soak.conftest import Hall, faults_of
from tests.soak.forms import SEED, forms

AT_ONCE = 40
MOMENT = datetime(2026, 11, 2, 5, 0, tzinfo=UTC)


def sit(site: Wsgi, seats: list[Seat], folder: Path, answers: int, seed: int) -> None:
    """Candidates by turns until so many answers are acknowledged."""
    folder.mkdir()
    browser, chance, saved = Client(site), Random(seed), 0
    candidates = [Candidate(seat, folder, Random(chance.random()), f"tablet-{seed}", AT_ONCE) for seat in seats]
    while saved < answers:
        candidate = chance.choice(candidates)
        reply = browser.post(candidate.path, data=candidate.body(), headers=candidate.headers)
        heads = {name.lower(): value for name, value in reply.headers.items()}
        saved += candidate.hear(reply.status_code, heads, reply.data)
        db.session.remove()
    for candidate in candidates:
        candidate.journal.close()


@forms(1, 100)
def test_one_dropped_answer_of_a_thousand_is_caught_every_time(
    times: int, app: Flask, hall: Hall, database: str, tmp_path: Path
) -> None:
    seats = hall(10)
    honest = tmp_path / "honest"
    sit(app, seats[:5], honest, DROP_EVERY, SEED)
    assert faults_of(honest)[1] == []
    liar = Dropping(app, Path(database.removeprefix("sqlite:///")))
    for number in range(times):
        lied = tmp_path / f"lied{number}"
        before, dropped = {event.name for event in judge.kept_events()}, liar.dropped
        db.session.remove()
        sit(liar, seats[5:], lied, DROP_EVERY + 50, SEED + number)
        told = read(lied)
        kept = [event for event in judge.kept_events() if event.name not in before]
        db.session.remove()
        lost = [fault for fault in judge.faults(told, kept, {}) if fault.endswith("is lost")]
        assert len(lost) == liar.dropped - dropped > 0


@forms(1, 20)
def test_a_site_that_acknowledges_before_the_commit_and_is_killed_is_caught(
    times: int, hall: Hall, database: str, tmp_path: Path
) -> None:
    seats = hall(20)
    for number in range(times):
        folder = tmp_path / f"journals{number}"
        with (
            served(database, tmp_path, partial(factory_command, "tests.oracle.sabotage:hasty", workers=1)) as server,
            sitting(seats, folder, server.port, pace=0.2, seed=number) as crew,
        ):
            crew.wait_for(40)
            crew.process.kill()  # before it can send again what the server forgets
            for pid in server.workers():
                server.kill(pid)
        assert any(fault.endswith("is lost") for fault in faults_of(folder)[1])


@pytest.fixture
def told_and_kept(tmp_path: Path, app: Flask) -> tuple[Told, judge.Kept]:
    """One answer that was intended, acknowledged and kept."""
    event = judge.Kept(name=(1, "tablet", 1), item="i1", choice="a", received_at=MOMENT)
    name = {"attempt": 1, "device": "tablet", "seq": 1}
    journal = Journal(tmp_path / "one.journal")
    journal.intend([{**name, "item": "i1", "choice": "a"}])
    saved_at = event.received_at.isoformat()
    journal.acknowledge([{**name, "saved_at": saved_at, "receipt": judge.receipt_of(event), "key_id": "k"}])
    journal.close()
    return read(tmp_path), event


def test_each_kind_of_fault_is_named(told_and_kept: tuple[Told, judge.Kept]) -> None:
    told, event = told_and_kept
    right = {1: {"i1": "a"}}
    other = judge.Kept(name=event.name, item="i1", choice="b", received_at=event.received_at)
    later = judge.Kept(name=event.name, item="i1", choice="a", received_at=MOMENT + timedelta(seconds=1))
    unsent = judge.Kept(name=(1, "tablet", 2), item="i2", choice="a", received_at=MOMENT)
    cases: list[tuple[list[judge.Kept], judge.Answers, str]] = [
        ([], {}, "is lost"),
        ([other], {1: {"i1": "b"}}, "which nobody sent"),
        ([other], {1: {"i1": "b"}}, "does not prove it"),
        ([later], right, "told to be at"),
        ([event, event], right, "is there 2 times"),
        ([event, unsent], {1: {"i1": "a", "i2": "a"}}, "which nobody sent"),
        ([event], {1: {}}, "ought to count"),
    ]
    assert judge.faults(told, [event], right) == []
    for kept, counted, words in cases:
        assert any(words in fault for fault in judge.faults(told, kept, counted)), words
    told.refusals[event.name] = "late"
    assert judge.faults(told, [event], right) == ["(1, 'tablet', 1) was refused: late"]
