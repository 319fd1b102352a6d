"""Starting an exam and saving an answer, in process: processor time beside the most that they may take."""

import time
from collections.abc import Callable, Iterator
from statistics import median

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.crowded import crowded, template
from benchmarks.harness import Row, weigh
from lms.extensions import db
from lms.services import accounts, delivery
from lms.tables.assessing import AssessmentRow
from lms.tables.people import PersonRow
from lms.web.bearer import token_of
from tests import crowd
from tests.crowd import Crowd

PEOPLE = 24
LEAST_STARTS = 10
ANSWERS = 60  # of one candidate: twice a paper
SAVE_MS, START_MS = 4, 10
NOTE = "the test client and the commit to disk are in it"


def rows(rounds: int) -> Iterator[Row]:
    """Milliseconds of the processor; the rounds are of answers, everybody starts once."""
    with template() as database, crowded(database, database.parent / "exam", PEOPLE) as (app, filled):
        waiting = _waiting(app, filled)
        starts = [
            _milliseconds(lambda c=candidate, b=browser: _post(b, f"/exam/candidates/{c}/start", 302))
            for candidate, browser in waiting[1:]
        ]
        save, number = _save(app, filled), iter(range(1, 10**6))
        saves = [_milliseconds(lambda: save(next(number))) for _ in range(ANSWERS * max(1, rounds // 3))]
    allowed = {"unit": "ms", "note": NOTE, "baseline_name": "the most it may take"}
    yield weigh("answer saved by script", ours=median(saves), baseline=SAVE_MS, **allowed)
    yield weigh("exam started", ours=median(starts), baseline=START_MS, **allowed)


def _waiting(app: Flask, filled: Crowd) -> list[tuple[int, FlaskClient]]:
    """The candidates who have not begun, each with a browser that is signed in."""
    found = []
    with app.app_context():
        assessment = db.session.get_one(AssessmentRow, filled.things["running"]["assessment_id"])
        for candidate in assessment.candidates[-LEAST_STARTS:]:
            person = db.session.get_one(PersonRow, candidate.trainee.person_id)
            token = accounts.open_session(person, device="bench", now=crowd.NOW)
            browser = app.test_client()
            with browser.session_transaction() as session:
                session["_user_id"], session["_fresh"] = token, True
            found.append((candidate.id, browser))
        db.session.commit()
        db.session.remove()
    return found


def _save(app: Flask, filled: Crowd) -> Callable[[int], None]:
    """Saving one answer more, as the page of the candidate who writes does."""
    with app.app_context():
        assessment = db.session.get_one(AssessmentRow, filled.things["running"]["assessment_id"])
        entry = assessment.candidates[0]
        attempt, person_id = delivery.find_attempt(entry), entry.trainee.person_id
        address = f"/exam/attempts/{attempt.id}/events"
        headers = {"Authorization": f"Bearer {token_of('attempt', attempt.id, person_id)}"}
        db.session.remove()
    browser = app.test_client()

    def save(number: int) -> None:
        event = {"seq": number, "number": number % 20 + 1, "place": number % 4 + 1, "elapsed_ms": 0}
        sent = {"device": "bench", "epoch": 1, "events": [event]}
        _post(browser, address, 200, json=sent, headers=headers)

    return save


def _post(browser: FlaskClient, address: str, status: int, **sent: object) -> None:
    answer = browser.post(address, **sent)
    if answer.status_code != status:
        raise SystemExit(f"{address} answers {answer.status_code}")


def _milliseconds(act: Callable[[], None]) -> float:
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000
