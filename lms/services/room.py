"""The room: where each trainee of a batch stands in every criterion, who is stuck, who is ready, who lacks what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from assessments.mastery import Standing
from assessments.words import Message
from curriculum.model import QualificationPack
from lms.extensions import db
from lms.records.content import pack_of
from lms.records.learning import practice_items_of
from lms.services import trainees
from lms.services.attendance import absent_in_a_row
from lms.services.days import day_of
from lms.services.mastery import mastery_of_many
from lms.services.readiness import Facts, Readiness, is_surely_shown, missed_in_a_row, readiness_of, stuck_reasons
from lms.services.trainees import TraineeLine
from lms.services.unit_offers import own_pack
from lms.tables.content import ItemVersionRow
from lms.tables.training import BatchRow, PracticeAnswerRow, TraineeRow, TraineeState


class Order(StrEnum):
    """How the people of a room are put in order."""

    NAME = "name"
    LEAST = "least"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomLine:
    """A trainee in the room: their standings in the criteria that they learn, by reference.

    `stuck` are the reasons to ask what is the matter. Who is entered for an assessment is neither stuck nor ready.
    """

    line: TraineeLine
    standings: Mapping[str, Standing]
    shown: int
    stuck: tuple[Message, ...]
    readiness: Readiness | None

    @property
    def trainee(self) -> TraineeRow:
        """The trainee."""
        return self.line.trainee

    @property
    def name(self) -> str:
        """Their name."""
        return self.line.trainee.person.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """Who lacks a criterion: those by whom it is not surely shown, least first; and how many learn it."""

    ref: str
    lines: tuple[RoomLine, ...]
    learners: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A batch's room: its pack, or only the units asked for, and its people in the order asked for."""

    pack: QualificationPack
    units: tuple[str, ...]
    lines: tuple[RoomLine, ...]

    @property
    def stuck(self) -> tuple[RoomLine, ...]:
        """Those who are stuck, in the order of the room."""
        return tuple(line for line in self.lines if line.stuck)

    @property
    def ready(self) -> tuple[RoomLine, ...]:
        """Those who are ready, in the order of the room."""
        return tuple(line for line in self.lines if line.readiness is not None and line.readiness.is_ready)

    def lacking(self, ref: str) -> Lack | None:
        """Who lacks a criterion; None for what is no criterion of the pack."""
        learners = [line for line in self.lines if ref in line.standings]
        if ref not in self.pack.criterion_refs():
            return None
        lacking = [line for line in learners if not is_surely_shown(line.standings[ref])]
        lacking.sort(key=lambda line: (line.standings[ref].share, line.standings[ref].weight))
        return Lack(ref=ref, lines=tuple(lacking), learners=len(learners))


def room_of(batch: BatchRow, now: datetime, *, order: str = "", unit: str = "") -> Room:
    """The room of a batch; as many queries for any number of people. The caller has loaded the batch."""
    whole = pack_of(batch.pack_version)
    units = tuple(own.code for own in whole.units)
    pack = (
        whole.model_copy(update={"units": tuple(own for own in whole.units if own.code == unit)})
        if unit in units
        else whole
    )
    refs = pack.criterion_refs()
    lines = [line for line in trainees.list_lines(batch, now) if line.trainee.state == TraineeState.ENROLLED]
    people = [line.trainee.person_id for line in lines]
    standings, missed = mastery_of_many(people, whole), _missed(people, whole)
    away, needed = absent_in_a_row(batch.id), trainees.attendance_needed(batch)
    own = {chosen: own_pack(whole, chosen).criterion_refs() for chosen in {line.trainee.chosen for line in lines}}
    found = []
    for line in lines:
        facts = Facts(
            sections_read=line.sections_read,
            sections_total=line.sections_total,
            is_slow=line.is_stuck,
            last_read=day_of(line.last_read) if line.last_read else None,
            missed=missed.get(line.trainee.person_id, ()),
            is_away=line.trainee.id in away,
            standings={ref: standings[line.trainee.person_id][ref] for ref in own[line.trainee.chosen]},
            attendance=line.attendance,
            needed=needed,
        )
        found.append(_line(line, facts, refs))
    return Room(pack=pack, units=units, lines=tuple(_ordered(found, order)))


def _line(line: TraineeLine, facts: Facts, refs: Iterable[str]) -> RoomLine:
    learns = line.attempt is None
    shown = {ref: facts.standings[ref] for ref in refs if ref in facts.standings}
    return RoomLine(
        line=line,
        standings=shown,
        shown=sum(map(is_surely_shown, shown.values())),
        stuck=stuck_reasons(facts) if learns else (),
        readiness=readiness_of(facts) if learns else None,
    )


def _ordered(lines: Sequence[RoomLine], order: str) -> list[RoomLine]:
    """By name; the least shown first; or the stuck first, those with more reasons before others."""
    by_name = sorted(lines, key=lambda line: (line.name.casefold(), line.trainee.id))
    if order == Order.LEAST:
        return sorted(by_name, key=lambda line: line.shown)
    if order == Order.STUCK:
        return sorted(by_name, key=lambda line: -len(line.stuck))
    return by_name


def _missed(person_ids: Sequence[int], pack: QualificationPack) -> dict[int, tuple[str, ...]]:
    """The criteria that each of these people missed three times in a row in practice; two queries."""
    refs = {item.face.id: item.face.refs for item in practice_items_of(pack.units)}
    answer, item = PracticeAnswerRow, ItemVersionRow
    query = (
        select(answer.person_id, item.code, answer.is_right)
        .join(item, item.id == answer.item_version_id)
        .where(answer.person_id.in_(person_ids), item.unit_code.in_([unit.code for unit in pack.units]))
        .order_by(answer.id)
    )
    answers: dict[int, list[tuple[Sequence[str], bool]]] = {}
    for person, code, is_right in db.session.execute(query):
        answers.setdefault(person, []).append((refs.get(code, ()), is_right))
    return {person: missed_in_a_row(given) for person, given in answers.items()}
