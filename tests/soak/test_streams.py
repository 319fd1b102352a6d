"""Ten thousand candidates' answers through the service: all are kept, and memory stays as it is."""

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

from flask import Flask

from lms.clock import now
from lms.extensions import db
from lms.services import answer_log, delivery
from lms.services.answer_log import SentAnswer
from lms.tables.attempts import AnswerEventRow
from tests.soak.conftest import Hall
from tests.soak.forms import SEED, forms

SENDINGS, EVENTS = 3, 10
MOST_GROWTH = 30 * 2**20  # bytes, from the first fifth of the candidates to the last


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@forms(100, 10_000)
def test_answers_of_many_candidates_leave_memory_flat(
    times: int, app: Flask, hall: Hall, record_property: Callable[[str, object], None]
) -> None:
    seats, chance, marks = hall(times), Random(SEED), []
    block = max(1, times // 10)
    for place in range(0, times, block):
        for sending in range(SENDINGS):
            for seat in seats[place : place + block]:
                first = sending * EVENTS + 1
                numbers = range(first, first + EVENTS)
                sent = [
                    SentAnswer(seq=seq, number=chance.randint(1, len(seat.paper)), place=chance.choice((None, 1, 2)))
                    for seq in numbers
                ]
                desk = delivery.get_desk(seat.person_id, seat.attempt_id)
                kept = answer_log.keep(desk, device="tablet", epoch=1, sent=sent, now=now())
                assert sorted(receipt.seq for receipt in kept.saved) == list(numbers)
        marks.append(resident())
    assert db.session.query(AnswerEventRow).count() == times * SENDINGS * EVENTS
    # What is kept in memory fills and is thrown away by turns: the fullest is held against the fullest.
    fifth = max(1, len(marks) // 5)
    growth = max(marks[-fifth:]) - max(marks[:fifth])
    record_property(
        "seen", f"{max(marks[:fifth]) >> 20} MiB in the first fifth, {max(marks[-fifth:]) >> 20} in the last"
    )
    assert growth < MOST_GROWTH
