"""Time: every edge to the millisecond, zones with and without summer time, and no granted second that is lost."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from assessments.exam_time import ChangeKind, TimeChange, deadline_of, sync_until_of
from lms.extensions import db
from lms.services import answer_log, delivery, sittings
from lms.services.answer_log import Kept, SentAnswer
from lms.tables.attempts import AttemptRow
from tests.oracle.hall import Seat
from tests.soak.conftest import Hall
from tests.soak.forms import SEED, forms

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MILLI, GRACE = timedelta(milliseconds=1), timedelta(seconds=60)
ZONES = [ZoneInfo(name) for name in ("UTC", "Asia/Kolkata", "America/New_York", "Europe/Warsaw")]


def keep(seat: Seat, number: int, received: datetime, made: datetime | None = None) -> Kept:
    """Send one answer, made offline where `made` is given."""
    anchor = {"anchor_at": NINE, "elapsed_ms": (made - NINE) // MILLI} if made else {}
    answer = SentAnswer(seq=number, number=number, place=1, **anchor)
    desk = delivery.get_desk(seat.person_id, seat.attempt_id)
    return answer_log.keep(desk, device="tablet", epoch=1, sent=[answer], now=received)


def test_each_edge_of_time_holds_to_the_millisecond(app: Flask, hall: Hall) -> None:
    [seat] = hall(1, at=NINE)
    end = db.session.get_one(AttemptRow, seat.attempt_id).deadline_at
    window = delivery.sitting_of(db.session.get_one(AttemptRow, seat.attempt_id)).clock.sync_until
    assert window is not None
    hour = timedelta(hours=1)
    cases = [
        *((end + after, None, True) for after in (-MILLI, 0 * MILLI, MILLI, GRACE)),
        (end + GRACE + MILLI, None, False),
        *((end + hour, end + after, True) for after in (-MILLI, 0 * MILLI)),
        (end + hour, end + MILLI, False),
        (window, end, True),
        (window + MILLI, end, False),
    ]
    for number, (received, made, counts) in enumerate(cases, 1):
        kept = keep(seat, number, received, made)
        told = ([one.seq for one in kept.saved], [(one.seq, one.why) for one in kept.refused])
        assert told == (([number], []) if counts else ([], [(number, "late")])), number
    counted = sittings.answers_of(delivery.sitting_of(db.session.get_one(AttemptRow, seat.attempt_id)))
    assert len(counted) == sum(counts for _, _, counts in cases)


@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(hours=1)], ids=["back", "forth"])
def test_a_clock_that_is_set_keeps_what_was_saved_and_its_receipt(app: Flask, hall: Hall, step: timedelta) -> None:
    [seat] = hall(1, at=NINE)
    before = keep(seat, 1, NINE + timedelta(minutes=10))
    after = keep(seat, 2, NINE + timedelta(minutes=11) + step)
    assert keep(seat, 1, NINE + timedelta(minutes=12) + step).saved == before.saved
    attempt = db.session.get_one(AttemptRow, seat.attempt_id)
    sittings.hand_in(attempt, delivery.rules_of(attempt.candidate), delivery.LOG, NINE + timedelta(minutes=13) + step)
    db.session.commit()
    assert len(sittings.answers_of(delivery.sitting_of(attempt))) == len(before.saved) + len(after.saved) == 2


@forms(100, 10_000)
def test_the_end_is_the_same_moment_in_every_zone_and_no_granted_second_is_lost(times: int) -> None:
    chance = Random(SEED)
    for _ in range(times):
        # Around the nights in which clocks are set.
        day = chance.choice((datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC), NINE))
        started = day + timedelta(minutes=chance.randint(0, 1_440))
        minutes, extra = chance.randint(1, 240), chance.randint(0, 60)
        changes, moment, granted = [], started, timedelta()
        for _ in range(chance.randint(0, 4)):
            moment += timedelta(seconds=chance.randint(0, 900))
            if chance.random() < 0.5:
                seconds = chance.randint(0, 600)
                changes.append(TimeChange(kind=ChangeKind.EXTRA, at=moment, seconds=seconds))
                granted += timedelta(seconds=seconds)
            else:
                pause = timedelta(seconds=chance.randint(-600, 600))  # the clock may be set meanwhile
                changes.append(TimeChange(kind=ChangeKind.PAUSE, at=moment))
                changes.append(TimeChange(kind=ChangeKind.RESUME, at=moment + pause))
                granted += max(timedelta(), pause)
        ends = {deadline_of(started.astimezone(zone), minutes, extra, changes).astimezone(UTC) for zone in ZONES}
        assert ends == {started + timedelta(minutes=minutes + extra) + granted}


@forms(100, 10_000)
def test_the_window_ends_on_the_local_day_after_in_every_zone(times: int) -> None:
    chance = Random(SEED)
    for _ in range(times):
        end = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randint(0, 525_600))
        for zone in ZONES:
            window = sync_until_of(end, "23:59", zone)
            local = end.astimezone(zone)
            assert window.astimezone(zone).date() - local.date() == timedelta(days=1)
            assert window.astimezone(zone).strftime("%H:%M") == "23:59"
            # From the first minute of one day to the last of the next; an hour more or less where clocks are set.
            assert timedelta(hours=22) < window.astimezone(UTC) - end < timedelta(hours=50)
