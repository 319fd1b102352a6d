"""The exam's pages: saved as chosen, nothing lost, no key in any byte."""

import re
from datetime import timedelta

import pytest
import time_machine

from lms.extensions import db
from lms.tables.assessing import AssessmentState
from lms.tables.attempts import AnswerEventRow, AttemptRow
from tests import world
from tests.exams import a_drawn_assessment, candidate_of, right_words

NOW = world.DAY + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def on_the_day():
    """The exam's own morning."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def browser(app, signed_in):
    """A trainee's browser with the exam started; `.attempt` is its address."""
    candidate = candidate_of(a_drawn_assessment(), "trainee")
    page = signed_in("trainee")
    page.attempt = page.post(f"/exam/candidates/{candidate.id}/start").headers["Location"]
    return page


def answer(browser, **given):
    body = {"device": "tablet", "seq": 1, "number": 1, "place": 2} | given
    return browser.post(f"{browser.attempt}/answers", json=body)


def test_home_offers_the_exam_and_the_waiting_room_says_how_long(app, signed_in) -> None:
    candidate = candidate_of(a_drawn_assessment(), "trainee")
    browser = signed_in("trainee")
    assert f"/exam/candidates/{candidate.id}" in browser.get("/").text
    room = browser.get(f"/exam/candidates/{candidate.id}").text
    assert "90 minutes" in room
    assert "Start the exam" in room


def test_the_waiting_room_of_a_specimen_says_that_it_is_one(app, signed_in) -> None:
    assessment = a_drawn_assessment()
    room = f"/exam/candidates/{candidate_of(assessment, 'trainee').id}"
    assessment.is_specimen = True
    assert "Specimen" in signed_in("trainee").get(room).text
    assessment.is_specimen = False
    assert "Specimen" not in signed_in("trainee").get(room).text


def test_home_tells_the_day_of_an_assessment_to_come_and_that_marks_are_being_checked(app, signed_in) -> None:
    assessment = a_drawn_assessment(opens_at=NOW + timedelta(days=3))
    assessment.state = AssessmentState.ACCEPTED
    browser = signed_in("trainee")
    assert "Your assessment for Customer Relationship Executive opens on 5 Nov 2026" in browser.get("/").text
    assessment.state = AssessmentState.SUBMITTED
    assert "Your marks for Customer Relationship Executive are being completed and checked" in browser.get("/").text
    assert "Your assessment" not in signed_in("trainee2").get("/").text


def test_before_the_opening_the_start_button_is_hidden_and_refused(app, signed_in) -> None:
    candidate = candidate_of(a_drawn_assessment(opens_at=NOW + timedelta(hours=2)), "trainee")
    browser = signed_in("trainee")
    assert "<div data-start hidden>" in browser.get(f"/exam/candidates/{candidate.id}").text
    assert browser.post(f"/exam/candidates/{candidate.id}/start").status_code == 409


def test_an_answer_gets_a_receipt_and_is_there_after_signing_in_elsewhere(browser, signed_in) -> None:
    reply = answer(browser)
    assert reply.status_code == 200
    assert (reply.json["seq"], len(reply.json["receipt"])) == (1, 64)
    elsewhere = signed_in("trainee").get(browser.attempt).text
    form = elsewhere[elsewhere.index('id="q1"') : elsewhere.index('id="q2"')]
    assert re.findall(r'value="(\d)" checked', form) == ["2"]


def test_a_page_without_script_saves_by_its_button(browser) -> None:
    reply = browser.post(f"{browser.attempt}/answers", data={"number": "3", "place": "4"})
    assert reply.headers["Location"].endswith("#q3")
    assert db.session.query(AnswerEventRow).one().device == "form"


@pytest.mark.parametrize(
    "body",
    [
        {"number": 0},
        {"place": "x"},
        {"device": "../x"},
        {"seq": -1},
        {"number": None},
        {"number": 10**30},
        {"place": 77},
    ],
    ids=str,
)
def test_a_senseless_answer_is_refused_in_words_and_nothing_is_kept(browser, body) -> None:
    reply = answer(browser, **body)
    assert reply.status_code == 422
    assert reply.json["words"]
    assert db.session.query(AnswerEventRow).count() == 0


def test_after_the_time_an_answer_is_refused_and_the_page_says_what_counts(browser) -> None:
    answer(browser)
    with time_machine.travel(NOW + timedelta(minutes=95), tick=False):
        late = answer(browser, seq=2, number=2)
        assert late.status_code == 409
        assert late.json == {"error": "closed", "words": "the time for this exam is over"}
        assert "1 of" in browser.get(browser.attempt).text


def test_handing_in_twice_is_handing_in_once(browser) -> None:
    for _ in range(2):
        assert browser.post(f"{browser.attempt}/submit").status_code == 302
    assert "Your paper is handed in" in browser.get(browser.attempt).text
    with time_machine.travel(NOW + timedelta(milliseconds=1), tick=False):
        assert answer(browser).status_code == 409


def test_no_key_is_in_any_byte_a_candidate_gets(browser) -> None:
    pages = [browser.get("/").data, browser.get(browser.attempt).data, answer(browser).data]
    browser.post(f"{browser.attempt}/submit")
    pages.append(browser.get(browser.attempt).data)
    text = b"".join(pages).decode()
    assert not [words for words in right_words() if words in text]
    assert "rationale" not in text


def test_options_are_named_by_place_never_by_their_letter_in_the_bank(browser) -> None:
    values = set(re.findall(r'name="place" value="([^"]+)"', browser.get(browser.attempt).text))
    assert values == {"1", "2", "3", "4"}


def test_another_candidates_exam_is_not_there(browser, signed_in) -> None:
    stranger = signed_in("trainee-b")
    assert stranger.get(browser.attempt).status_code == 404
    assert stranger.post(f"{browser.attempt}/answers", json={"number": 1, "place": 1}).status_code == 404
    assert stranger.post(f"{browser.attempt}/submit").status_code == 404
    assert db.session.query(AttemptRow).one().submitted_at is None
