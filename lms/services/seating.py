"""Where the candidates of an assessment sit their theory exam, and who of them reads large print."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, repeat

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import assessing, exam_codes, history, presence
from lms.services.errors import Conflict, Faulty
from lms.tables.assessing import AssessmentRow, CandidateRow, CandidateStatus
from lms.tables.training import TraineeRow

ROOM_LENGTH = 40
MOST_SEATS = 1000
LARGE = Message("noted that %(name)s (%(number)s) reads large print")
NOT_LARGE = Message("noted that %(name)s (%(number)s) does not need large print")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamRoom:
    """A room and how many seats it has for the exam."""

    name: str
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """Who sits where; `can_change` until the mark sheet is submitted."""

    row: AssessmentRow
    candidates: Sequence[CandidateRow]
    can_change: bool

    @property
    def rooms(self) -> Mapping[str, int]:
        """How many candidates sit in each room, by name; those without a room are not in it."""
        named = [one.room for one in self.candidates if one.room]
        return {room: named.count(room) for room in sorted(set(named))}

    @property
    def without(self) -> int:
        """How many have no room."""
        return sum(not one.room for one in self.candidates)


def get_seating(actor: Actor, assessment_id: int) -> Seating:
    """The seating of an assessment the actor lets candidates into; raises Absent and NotAllowed."""
    row = assessing.get_assessment(actor, assessment_id)
    assessing.require_side(actor, row, *exam_codes.SIDES)
    return Seating(row=row, candidates=_entered(row), can_change=exam_codes.admits(exam_codes.SIDES, row))


def save_seating(
    actor: Actor, assessment_id: int, rooms: Mapping[int, str], large: Collection[int], *, now: datetime
) -> int:
    """Set the room of each candidate named in `rooms`, and for them whether they read large print.

    Returns how many changed; saved twice, the second time changes nothing. Raises Faulty for a name that is too long.
    """
    row = _lock(actor, assessment_id)
    wished = {number: _room_name(text) for number, text in rooms.items()}
    chosen = [one for one in _entered(row) if one.id in wished]
    moved = _seat(actor, row, {one: wished[one.id] for one in chosen}, now)
    turned = [one for one in chosen if one.large_print != (one.id in large)]
    for one in turned:
        one.large_print = one.id in large
        presence.record(actor, row, one, LARGE if one.large_print else NOT_LARGE, now)
    db.session.commit()
    return len(moved | {one.id for one in turned})


def fill_rooms(actor: Actor, assessment_id: int, text: str, *, now: datetime) -> int:
    """Seat everybody in the order of their numbers: `text` has a room a line with its seats, as in `Hall A 40`.

    Returns how many are seated. Raises Faulty for a line that says something else, and for too few seats.
    """
    row = _lock(actor, assessment_id)
    rooms = read_rooms(text)
    candidates = _entered(row)
    seats = sum(room.seats for room in rooms)
    if seats < len(candidates):
        db.session.rollback()
        facts = {"seats": str(seats), "candidates": str(len(candidates)), "left": str(len(candidates) - seats)}
        raise Faulty(
            Message("The rooms have %(seats)s seats for %(candidates)s candidates: %(left)s would have none.", facts)
        )
    names = chain.from_iterable(repeat(room.name, room.seats) for room in rooms)
    _seat(actor, row, dict(zip(candidates, names, strict=False)), now)
    db.session.commit()
    return len(candidates)


def read_rooms(text: str) -> tuple[ExamRoom, ...]:
    """Rooms with their seats, a line each. Raises Faulty with the first line that says something else."""
    rooms = tuple(_rooms(text))
    if not rooms:
        raise Faulty(Message("Write a room and its seats on each line, such as: Hall A 40"))
    return rooms


def _rooms(text: str) -> Iterator[ExamRoom]:
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, _blank, seats = line.strip().replace("\t", " ").rpartition(" ")
        name = _room_name(name.rstrip(" ,;:-"))
        facts = {"line": str(number), "room": name}
        if not (name and seats.isascii() and seats.isdigit() and 0 < int(seats[:5]) <= MOST_SEATS):
            raise _no_room(facts)
        if name.casefold() in seen:
            raise Faulty(Message("Line %(line)s: “%(room)s” stands twice. Write each room once.", facts))
        seen.add(name.casefold())
        yield ExamRoom(name=name, seats=int(seats))


def _no_room(facts: Mapping[str, str]) -> Faulty:
    words = Message(
        "Line %(line)s: write the room and its seats, such as: Hall A 40. A room has 1 to %(most)s seats.",
        {**facts, "most": str(MOST_SEATS)},
    )
    return Faulty(words)


def _room_name(text: str) -> str:
    name = " ".join(text.split())
    if len(name) > ROOM_LENGTH:
        facts = {"room": f"{name[:ROOM_LENGTH]}…", "most": str(ROOM_LENGTH)}
        raise Faulty(Message("“%(room)s” is too long: the name of a room has %(most)s characters at most.", facts))
    return name


def _seat(actor: Actor, row: AssessmentRow, rooms: Mapping[CandidateRow, str], now: datetime) -> set[int]:
    """Put candidates into rooms, in the caller's transaction; the ids of those who changed."""
    moved = {one.id for one, room in rooms.items() if one.room != room}
    for one, room in rooms.items():
        one.room = room
    if moved:
        names = ", ".join(sorted(set(rooms.values()) - {""})) or "–"
        facts = {"count": str(len(moved)), "rooms": names[:200]}
        words = Message("changed the rooms of %(count)s candidates; in use now: %(rooms)s", facts)
        history.record(actor, assessing.THING, row.id, words, now=now)
    return moved


def _lock(actor: Actor, assessment_id: int) -> AssessmentRow:
    """The assessment, held so that two who change it follow each other."""
    row = assessing.lock(get_seating(actor, assessment_id).row)
    if not exam_codes.admits(exam_codes.SIDES, row):
        db.session.rollback()
        raise Conflict(Message("The mark sheet has been submitted: the seating stays as it was."))
    return row


def _entered(row: AssessmentRow) -> Sequence[CandidateRow]:
    query = select(CandidateRow).filter_by(assessment_id=row.id).where(CandidateRow.status == CandidateStatus.ENTERED)
    people = joinedload(CandidateRow.trainee).joinedload(TraineeRow.person)
    return db.session.scalars(query.options(people).order_by(CandidateRow.number)).all()
