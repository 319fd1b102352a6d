"""Reviews: which practice items are due again for a person, and the cards that say so, written with every answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from lms.extensions import db
from lms.records.learning import PracticeItem
from lms.services.days import day_of, start_of
from lms.services.review_schedule import review_day, reviewed
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow
from lms.tables.training import PracticeCardRow, TraineeRow

_AHEAD = (AssessmentState.PROPOSED, AssessmentState.ACCEPTED, AssessmentState.DRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What is due for review today, in the order in which it fell due, and the next day on which something is."""

    due: tuple[PracticeItem, ...]
    next_day: date | None


def agenda_of(person_id: int, items: Sequence[PracticeItem], now: datetime) -> Agenda:
    """What of these practice items a person should review today; two queries."""
    today, exam = day_of(now), exam_day(person_id, now)
    cards = {
        card.item_code: card for card in db.session.scalars(select(PracticeCardRow).filter_by(person_id=person_id))
    }
    days = {
        item.face.id: day
        for item in items
        if (card := cards.get(item.face.id)) is not None
        and (day := review_day(day_of(card.due_at), day_of(card.answered_at), today, exam)) is not None
    }
    due = [item for item in items if days.get(item.face.id, date.max) <= today]
    return Agenda(
        due=tuple(sorted(due, key=lambda item: cards[item.face.id].due_at)),
        next_day=min((day for day in days.values() if day > today), default=None),
    )


def exam_day(person_id: int, now: datetime) -> date | None:
    """The opening day of a person's next assessment, None when none is planned."""
    query = (
        select(AssessmentRow.opens_at)
        .join(CandidateRow, CandidateRow.assessment_id == AssessmentRow.id)
        .join(TraineeRow, TraineeRow.id == CandidateRow.trainee_id)
        .where(TraineeRow.person_id == person_id, AssessmentRow.state.in_(_AHEAD))
        .where(AssessmentRow.opens_at >= start_of(day_of(now)))
    )
    opens_at = db.session.scalar(query.order_by(AssessmentRow.opens_at).limit(1))
    return day_of(opens_at) if opens_at else None


def keep(person_id: int, item_code: str, *, is_right: bool, now: datetime) -> None:
    """Bring the card of an item to an answer; in the answer's transaction."""
    card = db.session.scalar(select(PracticeCardRow).filter_by(person_id=person_id, item_code=item_code))
    if card is None:
        card = PracticeCardRow(person_id=person_id, item_code=item_code)
        db.session.add(card)
    review = reviewed(card.state, is_right=is_right, at=now)
    card.is_right, card.answered_at, card.due_at, card.state = is_right, now, review.due_at, review.state
