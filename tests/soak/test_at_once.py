"""Fifty starts at once, then hand-ins and answers at once: one attempt, one hand-in, and what is saved counts."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from pathlib import Path
from random import Random

from flask import Flask

from lms.cli.serve import web_command
from lms.extensions import db
from lms.services import delivery, sittings
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.history import HistoryRow
from lms.web.bearer import token_of
from lms.web.exam.routes import KIND
from tests.oracle.hall import Seat
from tests.oracle.serving import served
from tests.oracle.wire import Line, Reply
from tests.soak.conftest import Hall
from tests.soak.forms import SEED, bound, forms

AT_ONCE = 50
ANSWERS = 10  # of the fifty; the others hand in


async def start(lines: Sequence[Line], seat: Seat) -> int:
    """Click start on every line; returns the attempt, which must be one."""
    headers = {"Cookie": seat.cookie, "X-CSRFToken": seat.form_token}
    path = f"/exam/candidates/{seat.candidate_id}/start"
    replies = await asyncio.gather(*(line.send("POST", path, headers) for line in lines))
    assert {reply.status for reply in replies} == {302}
    [address] = {reply.headers["location"] for reply in replies}
    return int(address.rpartition("/")[2])


async def hand_in(lines: Sequence[Line], attempt: int, token: str, chance: Random) -> set[int]:
    """Hand in and answer on all lines at once; returns the numbers of the questions that were told to be saved."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    sent: list[tuple[str, dict[str, object]]] = [("submit", {"device": "tablet"})] * (AT_ONCE - ANSWERS)
    for number in range(1, ANSWERS + 1):
        event = {"seq": number, "number": number, "place": 1}
        sent.append(("events", {"device": "tablet", "epoch": 1, "events": [event]}))
    chance.shuffle(sent)

    async def send(line: Line, what: str, body: dict[str, object]) -> tuple[str, Reply]:
        return what, await line.send("POST", f"/exam/attempts/{attempt}/{what}", headers, json.dumps(body).encode())

    sending = (send(line, what, body) for line, (what, body) in zip(lines, sent, strict=True))
    replies = await asyncio.gather(*sending)
    assert {reply.status for _, reply in replies} == {200}
    told = [json.loads(reply.body) for what, reply in replies if what == "events"]
    assert all(refused["why"] == "late" for one in told for refused in one["refused"])
    return {saved["seq"] for one in told for saved in one["saved"]}


@forms(10, 1_000)
def test_starts_and_hand_ins_at_once_are_one_each(
    times: int,
    app: Flask,
    hall: Hall,
    database: str,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    seats, chance = hall(times, started=False), Random(SEED)

    async def all_rounds(port: int) -> dict[int, set[int]]:
        lines, saved = [Line(port) for _ in range(AT_ONCE)], {}
        for seat in seats:
            attempt = await start(lines, seat)
            saved[attempt] = await hand_in(lines, attempt, token_of(KIND, attempt, seat.person_id), chance)
        for line in lines:
            line.close()
        return saved

    # In a thread of its own: in this one a loop drives the browser of the process, once a test has asked for it.
    with (
        served(database, tmp_path, partial(web_command, "127.0.0.1", workers=2)) as server,
        ThreadPoolExecutor(1) as other,
    ):
        saved = other.submit(copy_context().run, asyncio.run, all_rounds(server.port)).result()
    assert len(saved) == db.session.query(AttemptRow).count() == times
    acts = Counter((row.thing_id, row.what) for row in db.session.query(HistoryRow).filter_by(thing="candidate"))
    assert all(count == 1 for count in acts.values())
    for attempt in db.session.query(AttemptRow):
        sitting = delivery.sitting_of(attempt)
        numbers = {item.item: item.number for item in sitting.items}
        assert {numbers[item] for item in sittings.answers_of(sitting)} == saved[attempt.id]
        assert db.session.query(AnswerEventRow).filter_by(attempt_id=attempt.id).count() == ANSWERS
    raced = sum(0 < len(numbers) < ANSWERS for numbers in saved.values())
    record_property("seen", f"answers came before and after the hand-in in {raced} of {times}; {bound(times)}")
