"""Which late answers are decided on, and what of a room does not count, without reading all that came in time."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import lazyload

from assessments.attempts import EventName, counting_answers, does_count
from assessments.exam_time import AnswerEvent, ExamClock, standing_of_event
from lms.extensions import db
from lms.records.content import scheme_of
from lms.records.delivery import NO_CHOICE, ReadColumns, answer_columns, clock_of, events_of
from lms.services.days import zone
from lms.services.sittings import Sitting, decided_by
from lms.tables.assessing import AssessmentRow, CandidateRow
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.invigilation import ALL_LATER, LateRulingRow, TakeoverRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What people have decided on the late answers of one attempt: by name, and the first on all that come after it."""

    by_name: Mapping[str, LateRulingRow]
    on_later: LateRulingRow | None
    counts: Mapping[EventName, bool]

    def on(self, event: AnswerEvent) -> LateRulingRow | None:
        """The decision that stands on an event, its own before that on all; None where nobody has decided."""
        on_all = self.on_later if self.on_later is not None and event.received_at > self.on_later.at else None
        return self.by_name.get(name_of(event), on_all)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomCounts:
    """By attempt: its answers that do not count, on which nobody has decided and for which marks wait.

    And of each that has an event which counts for nothing, how many questions have an answer that counts.
    """

    undecided: Mapping[int, int]
    answered: Mapping[int, int]


def name_of(event: AnswerEvent) -> str:
    """What an event is called in decisions."""
    return f"{event.device}/{event.seq}"


def decided_on(attempts: Collection[int]) -> Mapping[int, Decided]:
    """What people have decided, by attempt; one statement."""
    found: dict[int, list[LateRulingRow]] = {attempt: [] for attempt in attempts}
    query = select(LateRulingRow).where(LateRulingRow.attempt_id.in_(attempts)).order_by(LateRulingRow.number)
    for row in db.session.scalars(query):
        found[row.attempt_id].append(row)
    return {attempt: _decided(rows) for attempt, rows in found.items()}


def count_undecided(row: AssessmentRow) -> Mapping[int, int]:
    """By attempt, its answers that do not count, on which nobody has decided and for which marks wait."""
    return _doubts(row).undecided


def counts_of(row: AssessmentRow) -> RoomCounts:
    """What of a room does not count by itself; one statement where there is nothing."""
    doubts = _doubts(row)
    return RoomCounts(undecided=doubts.undecided, answered=_answered(doubts.in_part, doubts.clocks, doubts.decided))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doubts:
    """By attempt, what waits for a decision; which have events that count for nothing; their clocks and decisions."""

    undecided: Mapping[int, int]
    in_part: Collection[int]
    clocks: Mapping[int, ExamClock]
    decided: Mapping[int, Decided]


def _doubts(row: AssessmentRow) -> _Doubts:
    doubtful = _doubtful(row)
    attempt_ids = {line.attempt_id for line in doubtful}
    if not attempt_ids:
        return _Doubts(undecided={}, in_part=(), clocks={}, decided={})
    clocks, decided = _clocks(row, attempt_ids), decided_on(attempt_ids)
    undecided: Counter[int] = Counter()
    in_part = set()
    for line, one in zip(doubtful, events_of(doubtful), strict=True):
        clock, decisions = clocks[line.attempt_id], decided[line.attempt_id]
        standing = standing_of_event(one, clock)
        undecided[line.attempt_id] += decisions.on(one) is None and clock.waits_for(one) and not standing.counts
        if one.choice is None or not does_count(one, standing, decisions.counts):
            in_part.add(line.attempt_id)
    return _Doubts(undecided=undecided, in_part=in_part, clocks=clocks, decided=decided)


def refused_in_time(sitting: Sitting, decided: Decided) -> frozenset[str]:
    """The answers that people refused by name and that would count by the clock alone."""
    named = {name for name, ruling in decided.by_name.items() if not ruling.is_accepted and name != ALL_LATER}
    if not named:
        return frozenset()
    table, clock = sitting.log.table, sitting.clock
    events = events_of(db.session.execute(sitting.log.of(sitting.row.id).with_only_columns(*answer_columns(table))))
    return frozenset(name_of(one) for one in events if standing_of_event(one, clock).counts) & named


def _decided(rulings: Sequence[LateRulingRow]) -> Decided:
    by_name = {name: ruling for ruling in rulings for name in ruling.answers}
    on_later = next((ruling for ruling in rulings if ALL_LATER in ruling.answers), None)
    return Decided(by_name=by_name, on_later=on_later, counts=decided_by(rulings))


def _doubtful(row: AssessmentRow) -> Sequence[ReadColumns]:
    """The events of a room that may count for nothing."""
    event = AnswerEventRow
    query = select(event.attempt_id, *answer_columns(event)).join(AttemptRow, AttemptRow.id == event.attempt_id)
    query = query.join(CandidateRow, CandidateRow.id == AttemptRow.candidate_id)
    query = query.where(CandidateRow.assessment_id == row.id)
    # Who hands in after the time, before anything has closed it, has answers between the two ends.
    is_after_an_end = or_(event.received_at > AttemptRow.submitted_at, event.received_at > AttemptRow.deadline_at)
    # After a code any other device may have opened the page, which is in the new epoch then.
    is_of_another = and_(AttemptRow.epoch > 1, event.device != AttemptRow.holder)
    # A person may have refused what time given later reaches.
    is_decided_on = AttemptRow.id.in_(select(LateRulingRow.attempt_id))
    is_before_another = event.epoch < AttemptRow.epoch
    doubts = (is_after_an_end, is_before_another, is_of_another, is_decided_on, event.choice == NO_CHOICE)
    return db.session.execute(query.where(or_(*doubts))).all()


def _answered(
    attempt_ids: Collection[int], clocks: Mapping[int, ExamClock], decided: Mapping[int, Decided]
) -> Mapping[int, int]:
    """By attempt, how many questions have an answer that counts."""
    if not attempt_ids:
        return {}
    event = AnswerEventRow
    query = select(event.attempt_id, *answer_columns(event)).where(event.attempt_id.in_(attempt_ids))
    events: defaultdict[int, list[ReadColumns]] = defaultdict(list)
    for line in db.session.execute(query):
        events[line.attempt_id].append(line)
    return {
        number: len(counting_answers(events_of(lines), clocks[number], decided[number].counts).answers)
        for number, lines in events.items()
    }


def _clocks(row: AssessmentRow, attempt_ids: Collection[int]) -> Mapping[int, ExamClock]:
    rules, takeovers = scheme_of(row.scheme_version).theory, _takeovers(attempt_ids)
    query = select(AttemptRow).options(lazyload(AttemptRow.candidate)).where(AttemptRow.id.in_(attempt_ids))
    return {one.id: clock_of(one, rules, zone(), takeovers[one.id]) for one in db.session.scalars(query)}


def _takeovers(attempts: Collection[int]) -> Mapping[int, list[TakeoverRow]]:
    found: defaultdict[int, list[TakeoverRow]] = defaultdict(list)
    query = select(TakeoverRow).where(TakeoverRow.attempt_id.in_(attempts)).order_by(TakeoverRow.epoch)
    for row in db.session.scalars(query):
        found[row.attempt_id].append(row)
    return found
