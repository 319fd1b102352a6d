"""When a practice item is due again: spaced by how it was answered, in whole days, and never after the exam. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from fsrs import Card, Rating, Scheduler

# Due when nine in ten would still remember it; no chance in it, so that the same answers give the same days.
_SCHEDULER = Scheduler(desired_retention=0.9, enable_fuzzing=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What the scheduler keeps of one item of one person, as JSON, and the moment from which it is due."""

    state: str
    due_at: datetime


def reviewed(state: str | None, *, is_right: bool, at: datetime) -> Review:
    """The next review after an answer; `state` is that of the review before, None at the first answer."""
    at = at.astimezone(UTC)
    card = Card.from_dict(json.loads(state)) if state else Card(card_id=0, due=at)
    card, _ = _SCHEDULER.review_card(card, Rating.Good if is_right else Rating.Again, at)
    return Review(state=json.dumps(card.to_dict(), separators=(",", ":")), due_at=card.due)


def replayed(answers: Iterable[tuple[bool, datetime]]) -> Review | None:
    """The review that comes of all answers to an item, the oldest first; None without any."""
    review = None
    for is_right, at in answers:
        review = reviewed(review.state if review else None, is_right=is_right, at=at)
    return review


def review_day(due: date, answered: date, today: date, exam: date | None) -> date | None:
    """The day on which an item is to be reviewed; None when no day is left before the exam.

    Steps of minutes and hours do not nag: a day after the answer is the earliest. Before an exam to come, the day
    before it is the latest; on the exam's own day and after it, it sets no bound.
    """
    earliest = answered + timedelta(days=1)
    if exam is None or exam <= today:
        return max(due, earliest)
    latest = exam - timedelta(days=1)
    return min(max(due, earliest), latest) if earliest <= latest else None
