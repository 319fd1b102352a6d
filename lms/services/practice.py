"""Practice: one item at a time, every try kept, feedback on one's own answers. No exam item ever comes here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assessments.randomness import stream_for
from assessments.words import Message
from curriculum.loading import file_stem
from curriculum.model import NosUnit
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import face_of
from lms.records.keys import key_of
from lms.records.learning import PracticeItem, lessons_of, practice_items_of
from lms.services.errors import Absent, Conflict, Faulty
from lms.services.learning import LastAnswer, OpenPack, get_practice_unit, last_answers, progress_of
from lms.services.learning_progress import Progress
from lms.tables.content import ItemVersionRow
from lms.tables.keys import ItemKeyRow
from lms.tables.people import PersonRow
from lms.tables.training import PracticeAnswerRow
from question_bank.keys import ItemKey
from question_bank.model import ItemFace, Option


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedItem:
    """An item as it is asked: options in the order of this person's this try."""

    id: int
    face: ItemFace
    options: tuple[Option, ...]
    try_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeRound:
    """Practice of one unit: what is asked next (None when all is right), and how far it has come.

    A round counts answers newer than `since` (an answer's id); 0 counts all that was ever answered.
    """

    open_pack: OpenPack
    unit: NosUnit
    since: int
    right: int
    total: int
    asked: AskedItem | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAgain:
    """The section of a lesson where a criterion is explained."""

    lesson_id: int
    section: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What there is to say to one answer of one's own; `key` is shown only now."""

    unit: NosUnit
    asked: AskedItem
    chosen: str
    is_right: bool
    key: ItemKey
    read_again: ReadAgain | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeSummary:
    """Where a trainee stands with the practice of a unit, and in the whole pack."""

    round: PracticeRound
    progress: Progress
    newest_answer: int


def get_round(actor: Actor, unit_stem: str, since: int = 0) -> PracticeRound:
    """Where a trainee stands in the practice of a unit (by its code as in addresses); raises Absent."""
    open_pack, unit = get_practice_unit(actor, unit_stem)
    items = practice_items_of([unit])
    last = last_answers([actor.person_id], [item.id for item in items])[actor.person_id]
    answered = {item: answer for item, answer in last.items() if answer.id > since}
    upcoming = _next(items, answered)
    return PracticeRound(
        open_pack=open_pack,
        unit=unit,
        since=since,
        right=sum(answer.is_right for answer in answered.values()),
        total=len(items),
        asked=_asked(actor, upcoming.id, upcoming.face, len(_tries(actor, upcoming.id)) + 1) if upcoming else None,
    )


def answer(actor: Actor, unit_stem: str, item_id: int, choice: str, *, try_number: int, now: datetime) -> int:
    """Keep one try and return its id; the same try sent again returns what was kept the first time."""
    _, unit = get_practice_unit(actor, unit_stem)
    face = next((item.face for item in practice_items_of([unit]) if item.id == item_id), None)
    if face is None:
        raise Absent
    if choice not in {option.id for option in face.options}:
        raise Faulty(Message("Choose one of the answers shown."))
    # Tries of one person follow each other, so that a double click is one try.
    db.session.execute(select(PersonRow.id).filter_by(id=actor.person_id).with_for_update())
    tries = _tries(actor, item_id)
    if try_number <= len(tries):
        return tries[max(try_number, 1) - 1]
    if try_number > len(tries) + 1:
        raise Conflict(Message("This page is out of date. Open the practice again."))
    row = PracticeAnswerRow(
        person_id=actor.person_id,
        item_version_id=item_id,
        choice=choice,
        is_right=_key(item_id).is_right(choice),
        answered_at=now,
    )
    db.session.add(row)
    db.session.commit()
    return row.id


def get_feedback(actor: Actor, answer_id: int) -> Feedback:
    """The feedback on an answer of the actor's own; raises Absent."""
    row = db.session.scalar(select(PracticeAnswerRow).filter_by(id=answer_id, person_id=actor.person_id))
    if row is None:
        raise Absent
    face = face_of(db.session.get_one(ItemVersionRow, row.item_version_id))
    _, unit = get_practice_unit(actor, file_stem(face.unit))
    tries = _tries(actor, row.item_version_id)
    return Feedback(
        unit=unit,
        asked=_asked(actor, row.item_version_id, face, tries.index(row.id) + 1),
        chosen=row.choice,
        is_right=row.is_right,
        key=_key(row.item_version_id),
        read_again=_read_again(unit, face),
    )


def get_summary(actor: Actor, unit_stem: str) -> PracticeSummary:
    """Where a trainee stands with the practice of a unit (by its code as in addresses); raises Absent."""
    practice_round = get_round(actor, unit_stem)
    items = [item.id for item in practice_items_of([practice_round.unit])]
    last = last_answers([actor.person_id], items)[actor.person_id]
    return PracticeSummary(
        round=practice_round,
        progress=progress_of(actor.person_id, practice_round.open_pack.pack),
        newest_answer=max((answer.id for answer in last.values()), default=0),
    )


def _next(items: Sequence[PracticeItem], answered: Mapping[int, LastAnswer]) -> PracticeItem | None:
    """Items not answered come first, in order; then those answered wrong, the longest ago first."""
    fresh = [item for item in items if item.id not in answered]
    wrong = [item for item in items if item.id in answered and not answered[item.id].is_right]
    return next(iter([*fresh, *sorted(wrong, key=lambda item: answered[item.id].id)]), None)


def _asked(actor: Actor, item_id: int, face: ItemFace, try_number: int) -> AskedItem:
    """The item with its options in an order of this person's and this try's own, the same at every look."""
    stream = stream_for(b"practice", str(actor.person_id), str(item_id), str(try_number))
    return AskedItem(id=item_id, face=face, options=stream.shuffled(face.options), try_number=try_number)


def _tries(actor: Actor, item_id: int) -> list[int]:
    """The ids of the actor's answers to an item version, first try first."""
    query = select(PracticeAnswerRow.id).filter_by(person_id=actor.person_id, item_version_id=item_id)
    return list(db.session.scalars(query.order_by(PracticeAnswerRow.id)))


def _key(item_id: int) -> ItemKey:
    return key_of(db.session.scalars(select(ItemKeyRow).filter_by(item_version_id=item_id)).one())


def _read_again(unit: NosUnit, face: ItemFace) -> ReadAgain | None:
    """The first section about one of the item's criteria."""
    for published in lessons_of([unit]):
        for number, section in enumerate(published.lesson.header.sections, start=1):
            if set(section.criteria) & set(face.criteria):
                return ReadAgain(lesson_id=published.id, section=number, title=section.title)
    return None
