"""Practice: one item at a time, every try kept, feedback on one's own answers. No exam item ever comes here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from assessments.randomness import stream_for
from assessments.words import Message
from curriculum.lessons import FIRST_LANGUAGE
from curriculum.loading import file_stem
from curriculum.model import NosUnit
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import face_of
from lms.records.keys import key_of
from lms.records.learning import PracticeItem, lessons_of, practice_items_of
from lms.services import reviews
from lms.services.errors import Absent, Conflict, Faulty
from lms.services.learning import LastAnswer, get_practice_unit, last_answers, progress_of
from lms.services.practice_scopes import Scope, get_scope
from lms.services.read_again import ReadAgain, find_section
from lms.tables.content import ItemVersionRow
from lms.tables.keys import ItemKeyRow
from lms.tables.people import PersonRow
from lms.tables.training import PracticeAnswerRow
from question_bank.keys import ItemKey
from question_bank.model import ItemFace, Option


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedItem:
    """An item as it is asked: in which language, and with its options in the order of this person's this try."""

    id: int
    face: ItemFace
    language: str
    options: tuple[Option, ...]
    try_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeRound:
    """A round of practice: what is asked next (None when all is right), and how far it has come.

    A round counts answers newer than `since` (an answer's id); 0 counts all that was ever answered. Of its `total`
    items so many are `right`, so many were `missed` and come again, and the others are `fresh`.
    """

    scope: Scope
    since: int
    right: int
    missed: int
    fresh: int
    asked: AskedItem | None

    @property
    def total(self) -> int:
        """All items of the round."""
        return self.right + self.missed + self.fresh


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What there is to say to one answer of one's own; `key` is shown only now. `round` says what comes next."""

    round: PracticeRound
    unit: NosUnit
    asked: AskedItem
    chosen: str
    is_right: bool
    key: ItemKey
    read_again: ReadAgain | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeSummary:
    """Where a round stands or how it ended; `units` are those it is about, `next_unit` the next with practice left."""

    round: PracticeRound
    units: tuple[NosUnit, ...]
    next_unit: NosUnit | None
    newest_answer: int


def get_round(
    actor: Actor, address: str, since: int | None = None, *, now: datetime, language: str = FIRST_LANGUAGE
) -> PracticeRound:
    """Where a trainee stands in a round of practice (`address` names the scope); raises Absent.

    Without `since` a round of what is due begins now, and any other one counts all that was ever answered. The item is
    asked in this language where it is written in it, else as first written.
    """
    scope = get_scope(actor, address, now, language)
    if since is None:
        since = _newest_answer(actor) if scope.pool else 0
    return _round(actor, scope, since, language)


def answer(actor: Actor, item_id: int, choice: str, *, try_number: int, now: datetime) -> int:
    """Keep one try and return its id; the same try sent again returns what was kept the first time."""
    face = _own_face(actor, item_id)
    if choice not in {option.id for option in face.options}:
        raise Faulty(Message("Choose one of the answers shown."))
    # Tries of one person follow each other, so that a double click is one try.
    db.session.execute(select(PersonRow.id).filter_by(id=actor.person_id).with_for_update())
    tries = _tries(actor, item_id)
    if try_number <= len(tries):
        return tries[max(try_number, 1) - 1]
    if try_number > len(tries) + 1:
        raise Conflict(Message("This page is out of date. Open the practice again."))
    is_right = _key(item_id).is_right(choice)
    row = PracticeAnswerRow(
        person_id=actor.person_id, item_version_id=item_id, choice=choice, is_right=is_right, answered_at=now
    )
    db.session.add(row)
    reviews.keep(actor.person_id, face.id, is_right=is_right, now=now)
    db.session.commit()
    return row.id


def get_feedback(
    actor: Actor,
    answer_id: int,
    address: str | None = None,
    since: int | None = None,
    *,
    now: datetime,
    language: str = FIRST_LANGUAGE,
) -> Feedback:
    """The feedback on an answer of the actor's own, in the round it was given in, else its unit's; raises Absent."""
    row = db.session.scalar(select(PracticeAnswerRow).filter_by(id=answer_id, person_id=actor.person_id))
    if row is None:
        raise Absent
    face = face_of(db.session.get_one(ItemVersionRow, row.item_version_id))
    _, unit = get_practice_unit(actor, file_stem(face.unit))
    tries = _tries(actor, row.item_version_id)
    return Feedback(
        round=get_round(actor, address or file_stem(face.unit), since, now=now, language=language),
        unit=unit,
        asked=_asked(actor, row.item_version_id, face, tries.index(row.id) + 1, language),
        chosen=row.choice,
        is_right=row.is_right,
        key=_key(row.item_version_id).in_language(language),
        read_again=find_section(lessons_of([unit]), unit.code, face.criteria, language),
    )


def get_summary(
    actor: Actor, address: str, since: int | None = None, *, now: datetime, language: str = FIRST_LANGUAGE
) -> PracticeSummary:
    """Where a trainee stands in a round of practice, or how it ended; raises Absent."""
    found = get_round(actor, address, since, now=now, language=language)
    scope = found.scope
    pack, codes = scope.open_pack.pack, {item.face.unit for item in scope.items}
    left = progress_of(actor.person_id, pack).next_practice
    return PracticeSummary(
        round=found,
        units=(scope.unit,) if scope.unit else tuple(unit for unit in pack.units if unit.code in codes),
        next_unit=left.unit if left else None,
        newest_answer=_newest_answer(actor),
    )


def _round(actor: Actor, scope: Scope, since: int, language: str) -> PracticeRound:
    pool = scope.pool or scope.items
    last = last_answers([actor.person_id], [item.id for item in pool])[actor.person_id]
    answered = {item: found for item, found in last.items() if found.id > since}
    due = {item.id for item in scope.items}
    of_round = [*scope.items, *(item for item in pool if item.id in answered and item.id not in due)]
    upcoming = _next(of_round, answered)
    return PracticeRound(
        scope=scope,
        since=since,
        right=sum(found.is_right for found in answered.values()),
        missed=sum(not found.is_right for found in answered.values()),
        fresh=len(of_round) - len(answered),
        asked=_asked(actor, upcoming.id, upcoming.face, _next_try(actor, upcoming.id), language) if upcoming else None,
    )


def _newest_answer(actor: Actor) -> int:
    """The id of the person's newest practice answer, 0 before the first."""
    query = select(func.max(PracticeAnswerRow.id)).filter_by(person_id=actor.person_id)
    return db.session.scalar(query) or 0


def _own_face(actor: Actor, item_id: int) -> ItemFace:
    """The face of an item that the actor practises at its newest version; raises Absent."""
    row = db.session.get(ItemVersionRow, item_id)
    if row is None:
        raise Absent
    _, unit = get_practice_unit(actor, file_stem(row.unit_code))
    for item in practice_items_of([unit]):
        if item.id == item_id:
            return item.face
    raise Absent


def _next(items: Sequence[PracticeItem], answered: Mapping[int, LastAnswer]) -> PracticeItem | None:
    """Items not answered come first, in order; then those answered wrong, the longest ago first."""
    fresh = [item for item in items if item.id not in answered]
    wrong = [item for item in items if item.id in answered and not answered[item.id].is_right]
    return next(iter([*fresh, *sorted(wrong, key=lambda item: answered[item.id].id)]), None)


def _asked(actor: Actor, item_id: int, face: ItemFace, try_number: int, language: str) -> AskedItem:
    """The item with its options in an order of this person's and this try's own, the same at every look."""
    stream = stream_for(b"practice", str(actor.person_id), str(item_id), str(try_number))
    read = face.in_language(language)
    return AskedItem(
        id=item_id,
        face=read,
        language=face.language_for(language),
        options=stream.shuffled(read.options),
        try_number=try_number,
    )


def _next_try(actor: Actor, item_id: int) -> int:
    return len(_tries(actor, item_id)) + 1


def _tries(actor: Actor, item_id: int) -> list[int]:
    """The ids of the actor's answers to an item version, first try first."""
    query = select(PracticeAnswerRow.id).filter_by(person_id=actor.person_id, item_version_id=item_id)
    return list(db.session.scalars(query.order_by(PracticeAnswerRow.id)))


def _key(item_id: int) -> ItemKey:
    return key_of(db.session.scalars(select(ItemKeyRow).filter_by(item_version_id=item_id)).one())
