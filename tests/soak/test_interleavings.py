"""Events in any order, twice, with gaps, from three devices: the site counts what a second writing of the rule does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from flask import Flask

from assessments.attempts import counting_answers
from assessments.exam_time import AnswerEvent, ExamClock, TakeOver
from lms.extensions import db
from lms.permissions import Actor
from lms.services import answer_log, delivery, sittings, takeovers
from lms.services.answer_log import SentAnswer
from lms.tables.attempts import AnswerEventRow, AttemptRow
from tests.assessments.naive_answers import naive_answers, naively_counts
from tests.oracle.hall import Seat
from tests.soak.conftest import Hall
from tests.soak.forms import SEED, forms

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
END = NINE + timedelta(minutes=90)
WINDOW = END + timedelta(hours=30)
EDGES = (NINE + timedelta(minutes=5), END, END + timedelta(seconds=60), WINDOW)
STEPS = [timedelta(milliseconds=n) for n in (-3_600_000, -60_000, -1, 0, 1, 60_000, 3_600_000)]


def a_clock(chance: Random) -> ExamClock:
    """Handed in or not, standing still or not, taken over up to twice."""
    moments = sorted(NINE + timedelta(minutes=chance.randint(1, 95)) for _ in range(3))
    taken = [TakeOver(epoch=n + 2, device="abc"[n + 1], at=moments[n]) for n in range(chance.choice((0, 0, 1, 2)))]
    return ExamClock(
        deadline_at=END,
        grace_seconds=60,
        sync_until=chance.choice((WINDOW, WINDOW, None)),
        paused_at=chance.choice((None, None, moments[0])),
        handed_in_at=chance.choice((None, moments[2])),
        takeovers=tuple(taken),
    )


def some_events(chance: Random, clock: ExamClock) -> Iterator[AnswerEvent]:
    """Events of three devices with gaps in their numbers, made and received around every edge of time."""
    edges = [*EDGES, *(taken.at for taken in clock.takeovers), *([clock.handed_in_at] if clock.handed_in_at else [])]
    for device in "abc":
        seq = 0
        for _ in range(chance.randint(0, 5)):
            seq += chance.choice((1, 1, 1, 2, 7))
            made = chance.choice(edges) + chance.choice(STEPS)
            anchor = made - timedelta(milliseconds=chance.randint(0, 10_000))
            is_known = chance.random() < 0.7
            yield AnswerEvent(
                device=device,
                seq=seq,
                item=chance.choice(("i1", "i2")),
                choice=chance.choice(("A", "B", None)),
                received_at=chance.choice((made, chance.choice(edges) + chance.choice(STEPS))),
                epoch=chance.randint(1, len(clock.takeovers) + 1),
                anchor_at=anchor if is_known else None,
                elapsed_ms=round((made - anchor) / timedelta(milliseconds=1)) if is_known else None,
            )


@forms(1_000, 100_000)
def test_the_rule_counts_what_its_second_writing_counts(times: int) -> None:
    for number in range(times):
        chance = Random(SEED + number)
        clock = a_clock(chance)
        events = list(some_events(chance, clock))
        sent = [*events, *chance.sample(events, len(events) // 2)]
        chance.shuffle(sent)
        counting = counting_answers(sent, clock)
        assert counting.answers == naive_answers(events, clock), f"story {number}"
        assert set(counting.refused) == {event for event in events if not naively_counts(event, clock)}, number


@dataclass(slots=True)
class Device:
    """One device of a candidate: what it made and could not send yet, and the server's moment it heard last."""

    name: str
    epoch: int = 1
    seq: int = 0
    anchor: datetime = NINE
    queue: list[SentAnswer] = field(default_factory=list)


class Story:
    """One attempt on three devices, with take-overs and a clock that is set forth and back."""

    def __init__(self, seat: Seat, invigilator: Actor, chance: Random) -> None:
        self.seat, self.invigilator, self.chance = seat, invigilator, chance
        self.desk = delivery.get_desk(seat.person_id, seat.attempt_id)
        self.devices = [Device(name) for name in ("tablet-a", "tablet-b", "tablet-c")]
        self.now = NINE + timedelta(minutes=1)
        self.saved: set[tuple[str, int]] = set()
        self.made: set[tuple[str, int]] = set()

    def run(self) -> None:
        """Thirty things that happen; then the paper is handed in, and what waits arrives an hour later."""
        for _ in range(30):
            self.now += timedelta(milliseconds=self.chance.randint(0, 120_000))
            if self.chance.random() < 0.03:  # the server's clock is set
                self.now += self.chance.choice((timedelta(hours=-1), timedelta(hours=1)))
            device = self.chance.choice(self.devices)
            self.chance.choice((self.answer, self.answer, self.answer, self.send, self.send, self.take_over))(device)
        if self.chance.random() < 0.7:
            attempt = db.session.get_one(AttemptRow, self.seat.attempt_id)
            rules = delivery.rules_of(attempt.candidate)
            sittings.hand_in(attempt, rules, delivery.LOG, self.now, device=attempt.holder)
            db.session.commit()
        self.now += timedelta(hours=1)
        for device in self.devices:
            self.send(device)

    def answer(self, device: Device) -> None:
        device.seq += 1
        number, elapsed = self.chance.randint(1, 4), (self.now - device.anchor) // timedelta(milliseconds=1)
        place = self.chance.choice((None, 1, 2))
        facts = {"anchor_at": device.anchor, "elapsed_ms": elapsed}
        device.queue.append(SentAnswer(seq=device.seq, number=number, place=place, **facts))
        self.made.add((device.name, device.seq))

    def send(self, device: Device) -> None:
        """The queue in any order, some of it twice; of the last ones the reply may get lost."""
        sent = [*device.queue, *device.queue[:2]]
        self.chance.shuffle(sent)
        kept = answer_log.keep(self.desk, device=device.name, epoch=device.epoch, sent=sent, now=self.now)
        self.saved |= {(device.name, receipt.seq) for receipt in kept.saved}
        if self.chance.random() < 0.8:
            device.queue, device.anchor = [], self.now

    def take_over(self, device: Device) -> None:
        attempt = db.session.get_one(AttemptRow, self.seat.attempt_id)
        if delivery.is_over(attempt, self.now):
            return
        code = takeovers.make_code(self.invigilator, self.seat.attempt_id, now=self.now)
        takeovers.take_over(self.desk, code, device=device.name, now=self.now)
        db.session.refresh(attempt)
        device.epoch = attempt.epoch

    def check(self) -> None:
        """Nothing is dropped, what was told to be saved counts for good, and the answers are those of the model."""
        attempt = db.session.get_one(AttemptRow, self.seat.attempt_id)
        sitting = delivery.sitting_of(attempt)
        rows = db.session.query(AnswerEventRow).filter_by(attempt_id=attempt.id).all()
        events = {
            (row.device, row.seq): AnswerEvent(
                device=row.device,
                seq=row.seq,
                item=row.item,
                choice=row.choice or None,
                received_at=row.received_at,
                epoch=row.epoch,
                anchor_at=row.anchor_at,
                elapsed_ms=row.elapsed_ms,
            )
            for row in rows
        }
        assert set(events) == self.made
        assert all(naively_counts(events[name], sitting.clock) for name in self.saved)
        assert sittings.answers_of(sitting) == naive_answers(events.values(), sitting.clock)


@forms(10, 1_000)
def test_three_devices_lose_nothing_and_what_is_saved_stays_counted(
    times: int, app: Flask, hall: Hall, actor: Callable[[str], Actor]
) -> None:
    seats, invigilator = hall(times, at=NINE), actor("agency")
    for number, seat in enumerate(seats):
        story = Story(seat, invigilator, Random(SEED + number))
        try:
            story.run()
            story.check()
        except AssertionError as fault:
            raise AssertionError(f"story {number}") from fault
        db.session.remove()
