"""What the page of an exam sends by script: answers for receipts, signs of life, and another device going on."""

import hashlib
import hmac
import sqlite3
import tracemalloc
from contextlib import closing
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine

from lms import extensions
from lms.extensions import close_connections, db
from lms.services import answer_log, delivery, exam_clock, people, room_acts, sittings, takeovers
from lms.services.invigilation import Who
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.people import PersonRow, Standing
from lms.web.bearer import LASTS, token_of
from lms.web.exam import device, lane
from tests import world
from tests.conftest import BOTH
from tests.exams import a_drawn_assessment, candidate_of

NOW = world.DAY + timedelta(minutes=5)
FIRST = {"seq": 1, "number": 1, "place": 2}


@pytest.fixture
def attempt(app, actor):
    """The trainee's attempt, begun at NOW; requests are a minute later."""
    candidate = candidate_of(a_drawn_assessment(), "trainee")
    row = delivery.start(actor("trainee"), candidate.id, now=NOW)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        yield row


@pytest.fixture
def bearer(attempt, actor):
    """The header with the token of the page."""
    return {"Authorization": f"Bearer {token_of('attempt', attempt.id, actor('trainee').person_id)}"}


def post(client, attempt, what: str, body, headers=None):
    return client.post(f"/exam/attempts/{attempt.id}/{what}", json=body, headers=headers or {})


def events(*given, device="one", **more):
    return {"device": device, "epoch": 1, "events": list(given), **more}


@BOTH
def test_answers_get_receipts_by_the_pages_token_alone(client, app, attempt, bearer) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = post(client, attempt, "events", events(FIRST, {"seq": 2, "number": 2, "place": None}), bearer)
    assert (answer.status_code, answer.headers["X-Yogyata-Receipt"]) == (200, "1")
    body = answer.json
    assert [one["seq"] for one in body["saved"]] == [1, 2]
    assert (body["refused"], body["epoch"], body["is_holder"], body["paused"]) == ([], 1, True, False)
    assert body["handed_in"] is False
    assert datetime.fromisoformat(body["deadline_at"]) == NOW + timedelta(minutes=90)
    assert datetime.fromisoformat(body["server_now"]) == NOW + timedelta(minutes=1)


def headers_of(answer):
    """All but what follows from the length, and what tells caches apart: none keeps it."""
    return {name: value for name, value in answer.headers if name not in {"Content-Length", "Vary"}}


@pytest.fixture
def no_long_way(app, monkeypatch) -> None:
    """Nothing goes the way of pages."""

    def refuse() -> None:
        raise AssertionError("it went the way of pages")

    monkeypatch.setattr(app, "full_dispatch_request", refuse)


@BOTH
@pytest.mark.usefixtures("no_long_way")
def test_one_answer_takes_the_short_way(client, attempt, bearer) -> None:
    for seq in (1, 1, 2):
        answer = post(client, attempt, "events", events(FIRST | {"seq": seq}), bearer)
        assert (answer.status_code, [one["seq"] for one in answer.json["saved"]]) == (200, [seq])
    assert db.session.query(AnswerEventRow).count() == 2


@BOTH
def test_both_ways_say_the_same_of_the_same_answer(client, attempt, bearer) -> None:
    sent = events(FIRST, waiting=1, mode="online")
    short = post(client, attempt, "events", sent, bearer)
    long = post(client, attempt, "events", sent | {"more": "x" * lane.LONGEST}, bearer)
    assert (short.status_code, short.json) == (long.status_code, long.json)
    assert headers_of(short) == headers_of(long)


@pytest.mark.usefixtures("no_long_way")
@pytest.mark.parametrize(
    "change",
    [
        {"events": [FIRST, {"seq": 2}]},
        {"events": [FIRST | {"number": 400}]},
        {"epoch": 7},
        {"more": "x" * 1000},
        {"device": "?"},
        {"events": 1},
    ],
)
def test_what_is_not_wholly_saved_takes_the_long_way(client, attempt, bearer, change) -> None:
    with pytest.raises(AssertionError, match="the way of pages"):
        post(client, attempt, "events", events(FIRST) | change, bearer)


def test_an_answer_waits_once_for_who_writes_for_too_long(client, database, attempt, bearer, monkeypatch) -> None:
    db.session.remove()
    close_connections()
    monkeypatch.setattr(extensions, "BUSY_SECONDS", 0.1)
    waited = []

    def keep(*args, **named):
        waited.append(args)
        return answer_log.keep(*args, **named)

    monkeypatch.setattr(device, "answer_log", SimpleNamespace(**vars(answer_log) | {"keep": keep}))
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = post(client, attempt, "events", events(FIRST), bearer)
    assert (answer.status_code, len(waited)) == (503, 1)
    assert [one["seq"] for one in post(client, attempt, "events", events(FIRST), bearer).json["saved"]] == [1]


@BOTH
def test_a_device_that_forgot_its_numbers_is_told_the_greatest_that_came_from_it(client, attempt, bearer) -> None:
    post(client, attempt, "events", events({**FIRST, "seq": 7}), bearer)
    post(client, attempt, "events", events({**FIRST, "seq": 9}, device="two"), bearer)
    told = {device: post(client, attempt, "contact", {"device": device}, bearer).json for device in ("one", "three")}
    assert {device: body["last_seq"] for device, body in told.items()} == {"one": 7, "three": 0}


def test_a_receipt_can_be_checked_with_the_key_of_the_site(client, app, attempt, bearer) -> None:
    (saved,) = post(client, attempt, "events", events(FIRST), bearer).json["saved"]
    row = db.session.query(AnswerEventRow).one()
    key = hashlib.sha256(b"answer receipts|" + app.config["SECRET_KEY"].encode()).digest()
    body = f"{attempt.id}|one|1|{row.payload_hash}|{saved['saved_at']}"
    assert saved["receipt"] == hmac.new(key, body.encode(), hashlib.sha256).hexdigest()


def test_a_session_needs_the_forms_token_too(signed_in, app, attempt) -> None:
    browser = signed_in("trainee")
    assert post(browser, attempt, "events", events(FIRST)).status_code == 200
    app.config["WTF_CSRF_ENABLED"] = True
    assert post(browser, attempt, "events", events({**FIRST, "seq": 2})).status_code == 400
    assert db.session.query(AnswerEventRow).count() == 1


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer attempt.1.1", "Basic x"])
def test_without_a_good_token_or_a_session_nothing_is_kept(client, attempt, token: str) -> None:
    assert post(client, attempt, "events", events(FIRST), {"Authorization": token}).status_code == 401
    assert db.session.query(AnswerEventRow).count() == 0


def test_of_tokens_that_are_too_long_nothing_is_remembered(client, attempt, bearer) -> None:
    """Whoever sends them needs no place on the site: hundreds of thousands of signs, each time others."""
    good = bearer["Authorization"]
    tracemalloc.start()
    try:
        for number in range(50):
            for token in (f"Bearer {number}{'x' * 100_000}", f"{good}{'!' * (100_000 + number)}"):
                answer = post(client, attempt, "events", events(FIRST), {"Authorization": token})
                assert answer.status_code == 401
        kept, _most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 5_000_000
    assert db.session.query(AnswerEventRow).count() == 0


def test_a_token_opens_its_own_sitting_only(client, attempt, actor) -> None:
    person = actor("trainee").person_id
    for kind, number in (("attempt", attempt.id + 1), ("mock", attempt.id)):
        headers = {"Authorization": f"Bearer {token_of(kind, number, person)}"}
        assert post(client, attempt, "events", events(FIRST), headers).status_code == 404
    stranger = {"Authorization": f"Bearer {token_of('attempt', attempt.id, actor('trainee-b').person_id)}"}
    assert post(client, attempt, "events", events(FIRST), stranger).status_code == 404


def test_a_token_outlasts_the_window_for_offline_answers_and_then_ends(client, attempt, bearer) -> None:
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        assert post(client, attempt, "events", events(FIRST), bearer).json["refused"][0]["why"] == "late"
    with time_machine.travel(NOW + LASTS + timedelta(hours=1), tick=False):
        assert post(client, attempt, "events", events(FIRST), bearer).status_code == 401


@BOTH
def test_a_clock_of_the_site_that_is_set_back_signs_nobody_out_of_an_exam(client, attempt, bearer) -> None:
    for earlier in (timedelta(seconds=1), timedelta(hours=1)):
        with time_machine.travel(NOW + timedelta(minutes=1) - earlier, tick=False):
            sent = {**FIRST, "seq": int(earlier.total_seconds())}
            assert len(post(client, attempt, "events", events(sent), bearer).json["saved"]) == 1


def test_a_suspended_person_saves_nothing_though_the_token_is_good(client, attempt, bearer, actor) -> None:
    db.session.get_one(PersonRow, actor("trainee").person_id).standing = Standing.SUSPENDED
    db.session.commit()
    assert post(client, attempt, "events", events(FIRST), bearer).status_code == 403


@BOTH
def test_a_suspended_person_neither_hands_in_nor_goes_on_at_another_device(client, attempt, bearer, actor) -> None:
    assert len(post(client, attempt, "events", events(FIRST), bearer).json["saved"]) == 1
    code = takeovers.make_code(actor("agency"), attempt.id, now=NOW + timedelta(seconds=50))
    people.set_person_standing(
        actor("admin"), actor("trainee").person_id, Standing.SUSPENDED, why="another sat in this seat", now=NOW
    )
    for what, sent in (("take-over", {"device": "two", "code": code}), ("submit", {"device": "one", "last_seq": 1})):
        answer = post(client, attempt, what, sent, bearer)
        assert (answer.status_code, "suspended" in answer.json["words"]) == (403, True), what
    db.session.refresh(attempt)
    assert (attempt.epoch, attempt.submitted_at) == (1, None)
    # What was saved before stays, and an invigilator may still end the exam.
    agency, candidate = actor("agency"), attempt.candidate
    room_acts.end_attempts(agency, candidate.assessment_id, [candidate.id], why="suspended", now=NOW)
    assert len(sittings.answers_of(delivery.sitting_of(attempt))) == 1


def test_what_cannot_be_read_is_named_and_the_rest_is_saved(client, attempt, bearer) -> None:
    given = [
        FIRST,
        {"seq": 2, "number": 999, "place": 1},
        {"seq": 3, "number": "x"},
        {"seq": 4, "number": 1, "place": 99},
    ]
    body = post(client, attempt, "events", events(*given), bearer).json
    assert [one["seq"] for one in body["saved"]] == [1]
    assert sorted((one["seq"], one["why"]) for one in body["refused"]) == [(seq, "faulty") for seq in (2, 3, 4)]
    assert all(one["words"] for one in body["refused"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "x",
        {"device": "a b", "events": []},
        {"device": "one", "events": "x"},
        {"device": "one", "epoch": 99, "events": [FIRST]},
        {"device": "one", "events": [FIRST] * 201},
        {"device": "one", "events": [], "waiting": -1},
        {"device": "one\0", "events": []},
    ],
    ids=str,
)
def test_a_request_that_cannot_be_read_is_refused_in_words(client, attempt, bearer, body) -> None:
    answer = post(client, attempt, "events", body, bearer)
    assert answer.status_code == 422
    assert answer.json["words"]
    assert db.session.query(AnswerEventRow).count() == 0


def test_names_that_only_a_newer_page_knows_are_passed_over(client, attempt, bearer) -> None:
    body = post(client, attempt, "events", events({**FIRST, "colour": "red"}, mood="calm"), bearer).json
    assert len(body["saved"]) == 1


def test_each_event_may_bring_its_own_moment_of_contact(client, attempt, bearer) -> None:
    own = {**FIRST, "anchor_at": (NOW + timedelta(seconds=30)).isoformat(), "elapsed_ms": 5}
    given = events(own, {**FIRST, "seq": 2, "elapsed_ms": -7}, anchor_at=(NOW + timedelta(seconds=50)).isoformat())
    assert len(post(client, attempt, "events", given, bearer).json["saved"]) == 2
    one, two = db.session.query(AnswerEventRow).order_by(AnswerEventRow.seq)
    assert (one.anchor_at, one.elapsed_ms) == (NOW + timedelta(seconds=30), 5)
    assert (two.anchor_at, two.elapsed_ms) == (NOW + timedelta(seconds=50), -7)


@BOTH
def test_a_sign_of_life_is_answered_with_the_clock(client, attempt, bearer) -> None:
    happened = [{"kind": "left_page", "at": NOW.isoformat(), "detail": "for 8 s"}]
    body = post(client, attempt, "contact", {"device": "one", "waiting": 2, "integrity": happened}, bearer).json
    assert (body["is_holder"], body["answered"], body["paused"]) == (True, 0, False)


def test_the_time_that_a_page_is_told_stands_still_while_the_exam_is_paused(client, attempt, bearer, actor) -> None:
    at, left = NOW + timedelta(minutes=10), []
    attempt_id, assessment_id = attempt.id, attempt.candidate.assessment_id
    exam_clock.pause(actor("agency"), assessment_id, Who(), reason="Power cut", key="p1", now=at)
    for what, sent in (("contact", {"device": "one"}), ("events", events(FIRST)), ("contact", {"device": "one"})):
        at += timedelta(minutes=7)
        with time_machine.travel(at, tick=False):
            body = client.post(f"/exam/attempts/{attempt_id}/{what}", json=sent, headers=bearer).json
        left.append(datetime.fromisoformat(body["deadline_at"]) - datetime.fromisoformat(body["server_now"]))
    assert (left, body["paused"]) == ([timedelta(minutes=80)] * 3, True)


@BOTH
def test_another_device_goes_on_by_the_invigilators_code(client, attempt, bearer, actor) -> None:
    post(client, attempt, "events", events(FIRST), bearer)
    wrong = post(client, attempt, "take-over", {"device": "two", "code": "AAA-AAA"}, bearer)
    assert (wrong.status_code, "invigilator" in wrong.json["words"]) == (409, True)
    code = takeovers.make_code(actor("agency"), attempt.id, now=NOW + timedelta(seconds=50))
    body = post(client, attempt, "take-over", {"device": "two", "code": code}, bearer).json
    assert (body["epoch"], body["is_holder"]) == (2, True)
    assert post(client, attempt, "contact", {"device": "one", "epoch": 1}, bearer).json["is_holder"] is False


@BOTH
def test_a_hand_in_by_script_names_what_is_still_to_come(client, attempt, bearer) -> None:
    post(client, attempt, "events", events(FIRST), bearer)
    body = post(client, attempt, "submit", {"device": "one", "epoch": 1, "last_seq": 3, "count": 3}, bearer).json
    told = {name: body[name] for name in ("state", "missing", "awaits")}
    assert told == {"state": "handed_in", "missing": [2, 3], "awaits": True}
    late = post(
        client, attempt, "events", events({**FIRST, "seq": 2, "anchor_at": NOW.isoformat(), "elapsed_ms": 9}), bearer
    )
    assert [one["seq"] for one in late.json["saved"]] == [2]
    assert db.session.get_one(AttemptRow, attempt.id).submitted_at == NOW + timedelta(minutes=1)


def test_a_hand_in_that_says_a_thousand_million_answers_is_answered_at_once(client, attempt, bearer) -> None:
    body = post(client, attempt, "submit", {"device": "one", "last_seq": 10**9}, bearer).json
    assert len(body["missing"]) == 200


def test_the_page_holds_its_token_and_where_to_send(signed_in, attempt) -> None:
    page = signed_in("trainee").get(f"/exam/attempts/{attempt.id}").text
    assert f"/exam/attempts/{attempt.id}/events" in page
    assert token_of("attempt", attempt.id, attempt.candidate.trainee.person_id)[:10] in page
